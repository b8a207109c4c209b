"""Two questions about a task: until when it is put off, and whose it shall be."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from leadtui.core.errors import Conflict, Invalid, NotFound
from leadtui.core.tasks import service as tasks
from leadtui.core.tasks.dto import ReassignTask, SnoozeTask, TaskKind, TaskRow
from leadtui.core.tasks.rules import snoozes
from leadtui.core.users import service as users
from leadtui.i18n import _
from leadtui.presenter import field_sentences
from leadtui.screens.hand_over import PersonRows
from leadtui.screens.when_sheet import WhenSheet
from leadtui.text import clean
from leadtui.widgets.call_fields import Echo, LineField
from leadtui.widgets.heading import Heading
from leadtui.widgets.profile import shown_name
from leadtui.widgets.snooze_rows import SnoozeRows

if TYPE_CHECKING:
    from leadtui.app import LeadtuiApp

ANYONE: Final = 0
"""Where no user's id can be."""


class SnoozeSheet(WhenSheet[TaskRow | None]):
    """`z`: a digit, or a time in words. Gives the task as it is now, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(n), f"take({n})", show=False, priority=True) for n in range(1, 5)),
        Binding("5", "own_words", show=False, priority=True),
    ]

    def __init__(self, task: TaskRow) -> None:
        super().__init__(task.lead_id)
        self.task_row = task
        self._busy = False

    @property
    def kind(self) -> TaskKind:
        """The task's."""
        return self.task_row.kind

    def compose(self) -> ComposeResult:
        """Four times and a field."""
        name = shown_name(self.task_row.lead_name, self.lead_id)
        with Vertical(id="dialog"):
            yield Heading(_("snooze"), name, classes="head")
            yield SnoozeRows(zone=self.desk.zone)
            yield from self.when_field()
            yield Heading("", f"⏎  {_('snooze')} · esc  {_('back')}")

    def on_mount(self) -> None:
        """The digits work until something is typed."""
        self.when.select_on_focus = False  # the letter that leads there is not typed away
        self._times = snoozes(self.task_row.due_at, self.desk.now(), self.desk.zone)
        rows = self.query_one(SnoozeRows)
        rows.times, rows.can_focus = self._times, True
        rows.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In the field a digit is text."""
        if action in ("take", "own_words"):
            return not (self.is_mounted and self.when.has_focus)
        return True

    def action_take(self, number: int) -> None:
        """`1`–`4`"""
        self._until(self._times[number - 1][1])

    @on(SnoozeRows.Picked)
    def _picked(self, event: SnoozeRows.Picked) -> None:
        event.stop()
        if event.place < len(self._times):
            self.action_take(event.place + 1)
        else:
            self.action_own_words()

    def action_own_words(self) -> None:
        """`5`"""
        self.when.focus()

    def on_key(self, event: events.Key) -> None:
        """A letter begins the words at once."""
        typed = event.character or ""
        if typed.isalpha() and not self.when.has_focus:
            event.stop()
            event.prevent_default()
            self.when.focus()
            self.when.insert_text_at_cursor(typed)

    def action_take_nearest(self) -> None:
        """`ctrl+y`"""
        super().action_take_nearest()
        self.when.focus()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_store()

    def action_store(self) -> None:
        """`⏎` in the field."""
        try:
            self._until(self.read())
        except Invalid as error:
            self.show_fields(field_sentences(error))

    def _until(self, at: datetime) -> None:
        if self._busy:
            return
        self._busy = True
        task, ctx = self.task_row, self.desk.session
        command = SnoozeTask(uuid.uuid4(), task.id, task.version, at)
        self.desk.in_thread("snooze", lambda: tasks.snooze(ctx, command), self.dismiss, self._refused)

    def _refused(self, error: Exception) -> None:
        self._busy = False
        self.refused(error)
        if isinstance(error, Conflict | NotFound):
            self.dismiss(None)


class ReassignSheet(ModalScreen[TaskRow | None]):
    """`a`: to me, to anyone, to a colleague. Gives the task as it is now, or None."""

    CSS_PATH = "task_sheets.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("ctrl+s", "store", show=False, priority=True),
    ]

    def __init__(self, task: TaskRow) -> None:
        super().__init__()
        self.task_row = task
        self._people: tuple[tuple[int, str], ...] = ()
        self._busy = False

    @property
    def desk(self) -> LeadtuiApp:
        """The app, by its own type."""
        return cast("LeadtuiApp", self.app)

    @property
    def rows(self) -> PersonRows:
        """Who can have it."""
        return self.query_one(PersonRows)

    def compose(self) -> ComposeResult:
        """A field that narrows, the people, what goes with it."""
        with Vertical(id="sheet"):
            yield Heading(_("Give away"), shown_name(self.task_row.lead_name, self.task_row.lead_id))
            yield LineField(_("type a colleague's name"), id="to")
            yield PersonRows()
            yield Echo(id="wrong")
            yield Heading("", f"⏎  {_('give')} · esc  {_('keep')}", classes="foot")

    def on_mount(self) -> None:
        """Ask who is in my team."""
        if self.task_row.kind is TaskKind.CALLBACK:
            self.query_one("#wrong", Echo).say(_("The customer goes with the callback."))
        self.query_one("#to", Input).focus()
        ctx = self.desk.session
        self.desk.in_thread("people", lambda: users.colleagues(ctx), self._know, self.desk.present)

    def _know(self, people: Sequence[tuple[int, str]]) -> None:
        if not self.is_mounted:
            return
        actor, task = self.desk.actor, self.task_row
        first: list[tuple[int, str]] = []
        callable_by_me = self.desk.may("calls.work") or task.kind is not TaskKind.CALLBACK
        if task.owner_id != actor.user_id and callable_by_me:
            first.append((actor.user_id, _("me")))
        if task.owner_id is not None:
            first.append((ANYONE, _("anyone of the team")))
        others = [(ident, clean(name)) for ident, name in people if ident != task.owner_id]
        self._people = (*first, *others)
        self.rows.known = True
        self._narrow()

    def _narrow(self) -> None:
        self.rows.narrow(self._people, self.query_one("#to", Input).value)

    @on(Input.Changed, "#to")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._narrow()

    @on(Input.Submitted, "#to")
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_store()

    @on(PersonRows.Picked)
    def _picked(self, event: PersonRows.Picked) -> None:
        event.stop()
        self.rows.at = event.place
        self.action_store()

    def action_move(self, step: int) -> None:
        """Another colleague."""
        if self.rows.found:
            self.rows.at = (self.rows.at + step) % len(self.rows.found)

    def action_store(self) -> None:
        """`⏎`"""
        chosen = self.rows.chosen
        if self._busy or chosen is None:
            return
        self._busy = True
        to = None if chosen[0] == ANYONE else chosen[0]
        task, ctx = self.task_row, self.desk.session
        command = ReassignTask(uuid.uuid4(), task.id, task.version, to)
        self.desk.in_thread("reassign", lambda: tasks.reassign(ctx, command), self.dismiss, self._refused)

    def _refused(self, error: Exception) -> None:
        self._busy = False
        if isinstance(error, Invalid):
            self.query_one("#wrong", Echo).say(next(iter(field_sentences(error).values()), ""), "alert")
            return
        self.desk.present(error)
        self.dismiss(None)
