"""Callbacks and tasks, mine and anyone's: what is late, what comes today, what comes later."""

from __future__ import annotations

import uuid
from typing import Final

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.timer import Timer

from leadtui.commands import Where, bindings, key_of
from leadtui.core.auth.permissions import Permission
from leadtui.core.errors import Conflict, NotFound
from leadtui.core.leads import service as leads
from leadtui.core.tasks import service as tasks
from leadtui.core.tasks.dto import FinishTask, TaskKind, TaskRow
from leadtui.formats import moment, number
from leadtui.i18n import _, ngettext
from leadtui.messages import Changed, Resync, Saved
from leadtui.screens.add_task import ChangeTaskScreen
from leadtui.screens.base import BaseScreen
from leadtui.screens.task_sheets import ReassignSheet, SnoozeSheet
from leadtui.text import clean
from leadtui.widgets.day_line import DayLine
from leadtui.widgets.notice import Notice
from leadtui.widgets.profile import shown_name
from leadtui.widgets.task_detail import TaskDetail
from leadtui.widgets.task_list import TaskList

DETAIL_FROM: Final = 118
ROOMY_FROM: Final = 150
DETAIL_SECONDS: Final = 0.12
"""Pause on a task before its customer is loaded: who runs through the list loads nobody."""

_ON_A_TASK: Final = (
    "select", "call_task", "finish_task", "task_task", "snooze_task", "change_task", "reassign_task",
)  # fmt: skip


class TasksScreen(BaseScreen):
    """The list, and beside it the task under the cursor."""

    WHERE = Where.TASKS
    CSS_PATH = "tasks.tcss"
    BINDINGS = bindings(Where.TASKS)
    AUTO_FOCUS = "TaskList"

    list = getters.query_one(TaskList)
    line = getters.query_one(DayLine)
    detail = getters.query_one(TaskDetail)
    empty = getters.query_one("#empty", Notice)

    def __init__(self) -> None:
        super().__init__()
        self._known = False
        self._pause: Timer | None = None
        self._team = False
        """Everybody's of the team, for who manages it."""
        self._sure: int | None = None
        """The callback on which `space` was pressed once."""

    def body(self) -> ComposeResult:
        """The day's line over the list, the detail beside both."""
        desk = self.desk
        with Horizontal(id="main"):
            with Vertical(id="left"):
                yield DayLine(zone=desk.zone)
                yield Notice(id="empty")
                yield TaskList(zone=desk.zone)
            yield TaskDetail(zone=desk.zone, now=desk.now)

    def on_mount(self) -> None:
        """Load, and let the words move on with the clock. A manager begins with the team's."""
        self._team = self.desk.may("tasks.team")
        self.list.me = self.desk.actor.user_id
        self.reload()
        self.set_interval(30.0, self._minute, name="minute")

    def on_resize(self) -> None:
        """How much room there is."""
        wide = self.size.width
        self.set_class(wide >= DETAIL_FROM, "-detail")
        self.set_class(wide >= ROOMY_FROM, "-roomy")
        self.set_class(self.short, "-short")
        self.list.set_dense(self.short)
        self._later()

    def fact(self) -> str:
        """`15 tugas`, `tim: 40 tugas`."""
        n = len(self.list.rows) if self.is_mounted else 0
        said = ngettext("{n} task", "{n} tasks", n).format(n=number(n)) if n else ""
        return _("team: {n}").format(n=said) if said and self._team else said

    def off_keys(self) -> dict[str, str]:
        """Nothing to do it on."""
        if self.is_mounted and self.list.row is None:
            nothing = _("There is no task here.")
            return dict.fromkeys(_ON_A_TASK, nothing)
        return {}

    def relabel(self) -> None:
        """Another language, another zone."""
        self.list.zone = self.line.zone = self.detail.zone = self.desk.zone
        self._minute()
        self.detail.relabel()
        self._say_empty()

    # --- loading ---------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Load the list anew, in place."""
        self.load("tasks", tasks.team if self._team else tasks.mine, then=self._show)

    def _show(self, rows: tuple[TaskRow, ...]) -> None:
        self._known = True
        now = self.desk.now()
        self.list.show(rows, now)
        self.line.show(rows, now)
        self._say_empty()
        self._to_reminded()
        self.refresh_frame()

    def on_screen_resume(self) -> None:
        """A reminder leads here, to its task."""
        if self._known:
            self._to_reminded()

    def _to_reminded(self) -> None:
        wanted = self.desk.reminded
        place = next((at for at, row in enumerate(self.list.rows) if row.id == wanted), None)
        if place is not None and self.is_current:
            self.desk.reminded = None
            self.list.move_to(place)

    def _say_empty(self) -> None:
        none = self._known and not self.list.rows
        self.set_class(none, "-none")
        told = _("{task} on a customer makes a task.")
        if self.desk.may(Permission.CALLS_WORK):
            told = _(
                "Outcome {digit} of a call makes a callback that stands here. "
                "{task} on a customer makes any other task."
            )
        told = told.format(digit=key_of("outcome_2"), task=key_of("task_here"))
        self.empty.say(_("No task is open.") if none else "", told if none else "")

    def _minute(self) -> None:
        now = self.desk.now()
        self.list.set_time(now)
        self.line.show(self.list.rows, now)

    @on(TaskList.Highlighted)
    def _highlighted(self, event: TaskList.Highlighted) -> None:
        event.stop()
        if event.row is None or event.row.id != self._sure:  # the same one, loaded anew, was asked about
            self._sure = None
        self.detail.show_task(event.row)
        self._later()

    def _later(self) -> None:
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(DETAIL_SECONDS, self._load_detail)

    def _load_detail(self) -> None:
        row = self.list.row
        if row is not None and self.has_class("-detail"):
            self.load("detail", leads.preview, row.lead_id, then=self.detail.show, failed=lambda _error: None)

    # --- keys ------------------------------------------------------------------------------------------

    @on(TaskList.Selected)
    def _selected(self, event: TaskList.Selected) -> None:
        event.stop()
        self.desk.open_customer(event.row.lead_id, self)

    def action_select(self) -> None:
        """`⏎` where the list has no focus."""
        self.list.action_select()

    def action_call_row(self) -> None:
        """`c`"""
        row = self.list.row
        if row is not None:
            self.desk.claim(row.lead_id)

    def action_finish_task(self) -> None:
        """`space`; a callback twice: it was promised to a customer."""
        row = self.list.row
        if row is None:
            return
        if row.kind is TaskKind.CALLBACK and self._sure != row.id:
            self._sure = row.id
            self.desk.say(_("Promised to the customer. Press again: done without a call."))
            return
        self._sure = None
        command = FinishTask(uuid.uuid4(), row.id, row.version)
        self.load(
            "finish", tasks.finish, command, then=lambda _none: self._finished(row), failed=self._not_finished
        )

    def _finished(self, row: TaskRow) -> None:
        self.desk.say(_("Done: {name}.").format(name=shown_name(row.lead_name, row.lead_id)))
        self.reload()

    def _not_finished(self, error: Exception) -> None:
        if isinstance(error, Conflict | NotFound):
            self.desk.say(_("This task has changed; here is how it is now."))
            self.reload()
        else:
            self.desk.present(error, self)

    def action_snooze_task(self) -> None:
        """`z`: then a digit, or words."""
        if self.list.row is not None:
            self.app.push_screen(SnoozeSheet(self.list.row), self._moved)

    def action_change_task(self) -> None:
        """`e`"""
        if self.list.row is not None:
            self.app.push_screen(ChangeTaskScreen(self.list.row), self._moved)

    def _moved(self, task: TaskRow | None) -> None:
        if task is not None:
            at = moment(task.due_at, self.desk.zone, now=self.desk.now())
            self.desk.say(_("{name}: {time}.").format(name=shown_name(task.lead_name, task.lead_id), time=at))
        self.reload()

    def action_reassign_task(self) -> None:
        """`a`: to me, to anyone, to a colleague."""
        if self.list.row is not None:
            self.app.push_screen(ReassignSheet(self.list.row), self._given)

    def _given(self, task: TaskRow | None) -> None:
        if task is not None:
            whose = clean(task.owner_name).strip() if task.owner_id is not None else _("anyone of the team")
            name = shown_name(task.lead_name, task.lead_id)
            self.desk.say(_("{name} → {who}.").format(name=name, who=whose))
        self.reload()

    def action_team_tasks(self) -> None:
        """`o`: mine, or everybody's of the team."""
        self._team = not self._team
        self.reload()

    def action_add_task(self) -> None:
        """`t`: another task for the same customer."""
        row = self.list.row
        if row is not None:
            self.desk.add_task(row.lead_id, clean(row.lead_name))

    def action_refresh_order(self) -> None:
        """`R`"""
        self.reload()

    def neighbour(self, lead_id: int, step: int) -> int | None:
        """The customer of the next or previous task, for `[ ]` on the customer screen."""
        rows = self.list.rows
        row = self.list.row
        if row is None or row.lead_id != lead_id:
            return None
        at = rows.index(row) + step
        while 0 <= at < len(rows) and rows[at].lead_id == lead_id:
            at += step  # two tasks of one customer are one stop
        if not 0 <= at < len(rows):
            return None
        self.list.move_to(at)
        return rows[at].lead_id

    # --- what others do --------------------------------------------------------------------------------

    @on(Changed)
    def _changed(self, event: Changed) -> None:
        if event.kind == "task" and (self._team or event.ident in (tasks.ANYONE, self.desk.actor.user_id)):
            self.reload()
        elif event.kind == "lead" and any(row.lead_id == event.ident for row in self.list.rows):
            self._later()

    @on(Saved)
    def _saved(self) -> None:
        self.reload()

    @on(Resync)
    def _resync(self) -> None:
        self.reload()
