"""A task on a lead: when, and what for. Works from the list, the customer and the tasks."""

from __future__ import annotations

import contextlib
import uuid
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from leadtui.core.calls.when import parse_when
from leadtui.core.errors import Invalid
from leadtui.core.tasks import service as tasks
from leadtui.core.tasks.dto import AddTask, TaskRow
from leadtui.formats import long_moment
from leadtui.i18n import _
from leadtui.presenter import field_sentences
from leadtui.screens.customer_parts.drafts import TASK
from leadtui.text import plain
from leadtui.widgets.fields import Field

if TYPE_CHECKING:
    from leadtui.app import LeadtuiApp


class AddTaskScreen(ModalScreen[TaskRow | None]):
    """Gives the stored task, or None."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", show=False),
        Binding("ctrl+s", "store", show=False, priority=True),
    ]

    def __init__(self, lead_id: int, name: str) -> None:
        super().__init__()
        self.lead_id = lead_id
        self._name = name
        self._request = uuid.uuid4()
        self._typed_as = ("", "")
        """The content that the request stands for."""
        self._busy = False

    @property
    def desk(self) -> LeadtuiApp:
        """The app, by its own type."""
        return cast("LeadtuiApp", self.app)

    def compose(self) -> ComposeResult:
        """Time and note."""
        with Vertical(id="dialog"):
            yield Static(
                plain(_("Task: {name}").format(name=self._name or f"#{self.lead_id}")), classes="title"
            )
            yield Field(
                _("when"), _("14:30 · tomorrow 9:00"), Input(id="due_at", compact=True), id="f-due_at"
            )
            yield Static(id="means", classes="muted")
            yield Field(_("note"), "", Input(id="note", max_length=500, compact=True), id="f-note")
            yield Button(plain(f"ctrl+s  {_('store')}"), id="store", compact=True)

    def on_mount(self) -> None:
        """Typing starts with the time; what was typed before and never stored is still there."""
        when, note = self.query_one("#due_at", Input), self.query_one("#note", Input)
        said = self.desk.journal.get(TASK, self._ident) or {}
        if said:
            when.value, note.value = str(said.get("when", "")), str(said.get("note", ""))
            when.cursor_position, note.cursor_position = len(when.value), len(note.value)
            self._typed_as = (when.value, note.value)
            with contextlib.suppress(ValueError):
                self._request = uuid.UUID(str(said.get("request_id")))
        when.focus()

    @property
    def _ident(self) -> str:
        return str(self.lead_id)

    @property
    def keeps(self) -> tuple[str, str]:
        """The kind and id under which the journal has this sheet's text."""
        return TASK, self._ident

    def _keep(self) -> None:
        """In the journal: a killed program, a dead database or an ended session lose nothing of it."""
        typed = self.query_one("#due_at", Input).value, self.query_one("#note", Input).value
        if typed != self._typed_as:
            self._typed_as, self._request = typed, uuid.uuid4()  # other content is another request
        if not any(part.strip() for part in typed):
            self.desk.journal.drop(TASK, self._ident)
            return
        said = {
            "when": typed[0], "note": typed[1], "lead_id": self.lead_id, "name": self._name,
            "request_id": str(self._request),
        }  # fmt: skip
        self.desk.journal.put(TASK, self._ident, said)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.query_one(f"#f-{event.input.id}", Field).error = ""
        self._keep()
        if event.input.id == "due_at":
            means = ""
            try:
                at = parse_when(event.value, self.desk.now(), self.desk.actor.zone, field="due_at")
                means = long_moment(at, self.desk.zone)
            except Invalid:
                pass
            self.query_one("#means", Static).update(plain(means))

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

    def show_fields(self, fields: dict[str, str]) -> bool:
        """Sentences under the fields."""
        known = [name for name in ("due_at", "note") if name in fields]
        for name in known:
            self.query_one(f"#f-{name}", Field).error = fields[name]
        if known:
            self.query_one(f"#{known[0]}", Input).focus()
        return bool(known)

    def action_store(self) -> None:
        """`ctrl+s`"""
        if self._busy:
            return
        when, note = self.query_one("#due_at", Input).value, self.query_one("#note", Input).value
        try:
            at = parse_when(when, self.desk.now(), self.desk.actor.zone, field="due_at")
        except Invalid as error:
            self.show_fields(field_sentences(error))
            return
        self._busy = True
        ctx, command = self.desk.session, AddTask(self._request, self.lead_id, at, note)
        self.desk.in_thread("add task", lambda: tasks.add(ctx, command), self._stored, self._refused)

    def _stored(self, task: TaskRow) -> None:
        self.desk.journal.drop(TASK, self._ident)
        self.dismiss(task)

    def _refused(self, error: Exception) -> None:
        self._busy = False
        self.desk.present(error, self)

    def action_cancel(self) -> None:
        """`esc`"""
        self.desk.journal.drop(TASK, self._ident)
        self.dismiss(None)
