"""A task on a lead: what, for whom, when, and what for; and one that is there, at another time."""

from __future__ import annotations

import contextlib
import uuid
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Button, Input

from leadtui.core.errors import Conflict, Invalid, NotFound
from leadtui.core.tasks import service as tasks
from leadtui.core.tasks.dto import AddTask, ChangeTask, TaskKind, TaskRow
from leadtui.formats import long_moment
from leadtui.i18n import _
from leadtui.presenter import field_sentences
from leadtui.screens.customer_parts.drafts import TASK
from leadtui.screens.when_sheet import WhenSheet
from leadtui.text import clean, plain
from leadtui.widgets.call_fields import Choice
from leadtui.widgets.fields import Field
from leadtui.widgets.heading import Heading
from leadtui.wording import task_word

NOTE_LIMIT: Final = 500
MINE, ANYONES = 0, 1


class AddTaskScreen(WhenSheet[TaskRow | None]):
    """Gives the stored task, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+o", "kind", show=False, priority=True),
        Binding("ctrl+b", "owner", show=False, priority=True),
    ]

    def __init__(self, lead_id: int, name: str) -> None:
        super().__init__(lead_id)
        self._name = name
        self._request = uuid.uuid4()
        self._typed_as: tuple[str, str, int, int] = ("", "", int(TaskKind.FOLLOW_UP), MINE)
        """The content that the request stands for."""
        self._busy = False

    def compose(self) -> ComposeResult:
        """What and for whom, time and note."""
        kinds = [TaskKind.FOLLOW_UP, TaskKind.MEETING]
        if self.desk.may("calls.work"):
            kinds.insert(1, TaskKind.CALLBACK)
        what = Choice([(int(kind), task_word(kind)) for kind in kinds], id="kind")
        whose = Choice([(MINE, _("mine")), (ANYONES, _("anyone's: who takes it first"))], id="owner")
        for choice in (what, whose):
            choice.set_reactive(Choice.compact, True)
        what.set_reactive(Choice.chosen, int(TaskKind.FOLLOW_UP))
        whose.set_reactive(Choice.chosen, MINE)
        with Vertical(id="dialog"):
            yield Heading(_("new task"), self._name or f"#{self.lead_id}", classes="head")
            yield Field(_("what"), "ctrl+o", what, id="f-kind")
            yield Field(_("for whom"), "ctrl+b", whose, id="f-owner")
            yield from self.when_field()
            yield Field(_("note"), "", Input(id="note", max_length=NOTE_LIMIT, compact=True), id="f-note")
            yield Button(plain(f"ctrl+s  {_('store')}"), id="store", compact=True)
            yield Heading("", f"esc  {_('back')}")

    def on_mount(self) -> None:
        """Typing starts with the time; what was typed before and never stored is still there."""
        when, note = self.when, self.query_one("#note", Input)
        said = self.desk.journal.get(TASK, self._ident) or {}
        if said:
            when.value, note.value = str(said.get("when", "")), str(said.get("note", ""))
            when.cursor_position, note.cursor_position = len(when.value), len(note.value)
            for choice, name in ((self._kind, "kind"), (self._owner, "owner")):
                if said.get(name) in [ident for ident, _words in choice.options]:
                    choice.chosen = said[name]
            self._typed_as = self._content
            with contextlib.suppress(ValueError):
                self._request = uuid.UUID(str(said.get("request_id")))
        when.focus()

    @property
    def _kind(self) -> Choice:
        return self.query_one("#kind", Choice)

    @property
    def _owner(self) -> Choice:
        return self.query_one("#owner", Choice)

    @property
    def kind(self) -> TaskKind:
        """What was chosen."""
        return TaskKind(self._kind.chosen or TaskKind.FOLLOW_UP)

    @property
    def _content(self) -> tuple[str, str, int, int]:
        note = self.query_one("#note", Input).value
        return self.when.value, note, int(self.kind), self._owner.chosen or MINE

    @property
    def _ident(self) -> str:
        return str(self.lead_id)

    @property
    def keeps(self) -> tuple[str, str]:
        """The kind and id under which the journal has this sheet's text."""
        return TASK, self._ident

    def _keep(self) -> None:
        """In the journal: a killed program, a dead database or an ended session lose nothing of it."""
        typed = self._content
        if typed != self._typed_as:
            self._typed_as, self._request = typed, uuid.uuid4()  # other content is another request
        when, note, kind, owner = typed
        if not when.strip() and not note.strip():
            self.desk.journal.drop(TASK, self._ident)
            return
        said = {
            "when": when, "note": note, "lead_id": self.lead_id, "name": self._name, "kind": kind,
            "owner": owner, "request_id": str(self._request),
        }  # fmt: skip
        self.desk.journal.put(TASK, self._ident, said)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self.query_one(f"#f-{event.input.id}", Field).error = ""
        self._keep()

    @on(Choice.Changed)
    def _chose(self, event: Choice.Changed) -> None:
        event.stop()
        self.query_one(f"#f-{event.choice.id}", Field).error = ""
        self._keep()
        self.look_at_time()

    @on(Choice.Done)
    def _goes_on(self, event: Choice.Done) -> None:
        event.stop()
        self.focus_next()

    def action_kind(self) -> None:
        """`ctrl+o`: the next kind."""
        self._kind.action_move(1)

    def action_owner(self) -> None:
        """`ctrl+b`: mine, anyone's."""
        self._owner.action_move(1)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        if event.input.id == "due_at":
            self.query_one("#note", Input).focus()
        else:
            self.action_store()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_store()

    def action_store(self) -> None:
        """`ctrl+s`"""
        if self._busy:
            return
        try:
            at = self.read()
        except Invalid as error:
            self.show_fields(field_sentences(error))
            return
        self._busy = True
        anyone = self._owner.chosen == ANYONES
        note = self.query_one("#note", Input).value
        ctx, command = self.desk.session, AddTask(self._request, self.lead_id, at, note, self.kind, anyone)
        self.desk.in_thread("add task", lambda: tasks.add(ctx, command), self._stored, self._refused)

    def _stored(self, task: TaskRow) -> None:
        self.desk.journal.drop(TASK, self._ident)
        self.dismiss(task)

    def _refused(self, error: Exception) -> None:
        self._busy = False
        if isinstance(error, Conflict) and error.code == "callback_exists":
            due, by = error.data.get("due_at"), clean(error.data.get("by_name") or "")
            at = long_moment(due, self.desk.zone) if due is not None else ""
            self.query_one("#f-kind", Field).error = (
                _("{name} calls back: {time}").format(name=by, time=at)
                if by
                else _("There is a callback for anyone: {time}").format(time=at)
            )
            return
        self.refused(error)

    def action_cancel(self) -> None:
        """`esc`"""
        self.desk.journal.drop(TASK, self._ident)
        self.dismiss(None)


class ChangeTaskScreen(WhenSheet[TaskRow | None]):
    """`e`: another time, another note. Gives the changed task, or None."""

    def __init__(self, task: TaskRow) -> None:
        super().__init__(task.lead_id)
        self.task_row = task
        self._busy = False

    @property
    def kind(self) -> TaskKind:
        """The task's."""
        return self.task_row.kind

    def compose(self) -> ComposeResult:
        """Time and note as they are."""
        name = clean(self.task_row.lead_name).strip() or f"#{self.lead_id}"
        with Vertical(id="dialog"):
            yield Heading(task_word(self.kind), name, classes="head")
            yield from self.when_field()
            note = Input(id="note", value=clean(self.task_row.note), max_length=4000, compact=True)
            yield Field(_("note"), "", note, id="f-note")
            yield Button(plain(f"ctrl+s  {_('store')}"), id="store", compact=True)
            yield Heading("", f"esc  {_('back')}")

    def on_mount(self) -> None:
        """What it is now stands in the line below the empty field."""
        self.when.placeholder = long_moment(self.task_row.due_at, self.desk.zone)
        self.when.focus()

    @on(Input.Changed, "#note")
    def _noted(self) -> None:
        self.query_one("#f-note", Field).error = ""

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_store()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_store()

    def action_store(self) -> None:
        """`ctrl+s`: an empty time stays as it is."""
        if self._busy:
            return
        task, note = self.task_row, self.query_one("#note", Input).value
        try:
            at = self.read() if self.when.value.strip() else None
        except Invalid as error:
            self.show_fields(field_sentences(error))
            return
        said = note if note != clean(task.note) else None
        if at is None and said is None:
            self.dismiss(None)
            return
        self._busy = True
        ctx = self.desk.session
        command = ChangeTask(uuid.uuid4(), task.id, task.version, at, said)
        self.desk.in_thread("change task", lambda: tasks.change(ctx, command), self.dismiss, self._refused)

    def _refused(self, error: Exception) -> None:
        self._busy = False
        self.refused(error)
        if isinstance(error, Conflict | NotFound):
            self.dismiss(None)
