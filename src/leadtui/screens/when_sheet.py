"""A sheet that asks for a time in words: what was understood stands below it, and where a customer may not be
called then, the nearest time that is allowed, which one key takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final, TypeVar, cast

from textual import on
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static

from leadtui.core.calls.when import parse_when
from leadtui.core.errors import Invalid
from leadtui.core.tasks import service as tasks
from leadtui.core.tasks.dto import TaskKind, TimeCheck
from leadtui.core.tasks.rules import AGREED
from leadtui.formats import long_moment
from leadtui.i18n import _
from leadtui.presenter import field_sentences
from leadtui.text import plain
from leadtui.widgets.fields import Field

if TYPE_CHECKING:
    from leadtui.app import LeadtuiApp

CHECK_SECONDS: Final = 0.25
"""Pause in the typing before the hours are asked for."""

R = TypeVar("R")


class WhenSheet(ModalScreen[R]):
    """Subclasses yield `when_field()` and ask `read()`."""

    CSS_PATH = ["dialog.tcss", "task_sheets.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", show=False),
        Binding("ctrl+s", "store", show=False, priority=True),
        Binding("ctrl+y", "take_nearest", show=False, priority=True),
    ]

    def __init__(self, lead_id: int) -> None:
        super().__init__()
        self.lead_id = lead_id
        self.nearest: tuple[datetime, ...] = ()
        """What `ctrl+y` takes, one after the other."""
        self._check: Timer | None = None

    @property
    def desk(self) -> LeadtuiApp:
        """The app, by its own type."""
        return cast("LeadtuiApp", self.app)

    @property
    def kind(self) -> TaskKind:
        """What is being planned: own work may be done at any hour."""
        return TaskKind.FOLLOW_UP

    def when_field(self) -> Iterator[Widget]:
        """The field, and the line below it."""
        hint = _("besok jam 10 · tomorrow 3pm")
        yield Field(_("when"), hint, Input(id="due_at", compact=True), id="f-due_at")
        yield Static(id="means", classes="muted")

    @property
    def when(self) -> Input:
        """The field itself."""
        return self.query_one("#due_at", Input)

    def read(self) -> datetime:
        """What was typed as a moment. Raises Invalid for `due_at`."""
        return parse_when(self.when.value, self.desk.now(), self.desk.actor.zone, field="due_at")

    @on(Input.Changed, "#due_at")
    def _when_typed(self) -> None:
        self.query_one("#f-due_at", Field).error = ""
        self.look_at_time()

    def look_at_time(self) -> None:
        """Say what was understood; a moment later, whether they may be called then."""
        if self._check is not None:
            self._check.stop()
            self._check = None
        said = ""
        try:
            at = self.read()
        except Invalid as error:
            readings = error.data.get("readings") or ()
            if readings:
                self.nearest = tuple(readings)
                said = _("Unclear: {first}, or {second}? {key} chooses.").format(
                    first=long_moment(readings[0], self.desk.zone),
                    second=long_moment(readings[1], self.desk.zone),
                    key="ctrl+y",
                )
        else:
            said = long_moment(at, self.desk.zone)
            if at not in self.nearest:
                self.nearest = ()
                if self.kind in AGREED:
                    self._check = self.set_timer(CHECK_SECONDS, lambda: self._ask_hours(at))
        self._say(said)

    def _say(self, said: str) -> None:
        self.query_one("#means", Static).update(plain(said))

    def _ask_hours(self, at: datetime) -> None:
        ctx, lead_id = self.desk.session, self.lead_id
        self.desk.in_thread(
            "hours", lambda: tasks.check_time(ctx, lead_id, at), self._know_hours, lambda _error: None
        )

    def _know_hours(self, found: TimeCheck) -> None:
        if found.why is None or not self.is_mounted or self.kind not in AGREED:
            return
        try:
            if self.read() != found.at:
                return  # something else stands there by now
        except Invalid:
            return
        self.offer(found.nearest, found.why, found.at)

    def offer(self, nearest: tuple[datetime, ...], why: str, at: datetime | None = None) -> None:
        """Nobody may be called then; say when they may."""
        self.nearest = nearest
        zone = self.desk.zone
        said = _("A holiday for the customer.") if why == "holiday" else _("Outside the customer's hours.")
        if nearest:
            said += " " + _("{key}: {time}").format(key="ctrl+y", time=long_moment(nearest[0], zone))
        self._say(f"{long_moment(at, zone)}. {said}" if at is not None else said)

    def action_take_nearest(self) -> None:
        """`ctrl+y`: the nearest time that is allowed; again the next one."""
        if not self.nearest:
            return
        shown = [long_moment(at, self.desk.zone) for at in self.nearest]
        typed = self.when.value
        chosen = shown[(shown.index(typed) + 1) % len(shown)] if typed in shown else shown[0]
        self.when.value = chosen
        self.when.cursor_position = len(chosen)

    def show_fields(self, fields: dict[str, str]) -> bool:
        """Sentences under the fields."""
        known = [name for name in ("due_at", "note") if name in fields and self.query(f"#f-{name}")]
        for name in known:
            self.query_one(f"#f-{name}", Field).error = fields[name]
        if known:
            self.query_one(f"#{known[0]}", Input).focus()
        return bool(known)

    def refused(self, error: Exception) -> None:
        """What the service said: under the fields, and with the nearest time where there is one."""
        if isinstance(error, Invalid):
            if error.fields.get("due_at") == "when_closed":
                self.offer(tuple(error.data.get("nearest") or ()), str(error.data.get("why")))
                self.when.focus()
                return
            if self.show_fields(field_sentences(error)):
                return
        self.desk.present(error, self)

    def action_store(self) -> None:
        """`ctrl+s`"""
        raise NotImplementedError

    def action_cancel(self) -> None:
        """`esc`"""
        self.dismiss(None)
