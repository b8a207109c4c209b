"""Handing a customer to a colleague: who, found by typing, and a note that they will read."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from leadtui.core.errors import Conflict, Invalid, NotFound
from leadtui.core.fold import fold
from leadtui.core.users import service as users
from leadtui.i18n import _
from leadtui.presenter import field_sentences
from leadtui.text import clean, cut
from leadtui.themes import palette
from leadtui.widgets.call_fields import Echo, LineField
from leadtui.widgets.field_label import FieldLabel
from leadtui.widgets.heading import Heading
from leadtui.widgets.line import Line
from leadtui.widgets.notice import Notice

if TYPE_CHECKING:
    from leadtui.app import LeadtuiApp

NOTE_LIMIT: Final = 500
ROWS: Final = 6


class PersonRows(Widget):
    """Colleagues whose name has the typed words; the cursor is who gets the customer."""

    DEFAULT_CSS = """
    PersonRows { height: 6; width: 1fr; }
    """

    found: reactive[tuple[tuple[int, str], ...]] = reactive(())
    """(user id, name)."""
    at: reactive[int] = reactive(0)
    known: reactive[bool] = reactive(False)
    """Whether they have been asked for."""
    any: reactive[bool] = reactive(False)
    """Whether there is a colleague at all."""

    class Picked(Message):
        """A row was clicked."""

        def __init__(self, rows: PersonRows, place: int) -> None:
            super().__init__()
            self.rows = rows
            self.place = place

        @property
        def control(self) -> PersonRows:
            """The rows."""
            return self.rows

    def narrow(self, people: Sequence[tuple[int, str]], typed: str) -> None:
        """Show those in whose name every typed word begins a part."""
        words = fold(typed).split()
        self.found = tuple(
            one for one in people
            if all(any(part.startswith(word) for part in fold(one[1]).split()) for word in words)
        )  # fmt: skip
        self.at = 0

    @property
    def top(self) -> int:
        """The first one that is shown."""
        return max(0, min(self.at - ROWS + 1, len(self.found) - ROWS))

    @property
    def chosen(self) -> tuple[int, str] | None:
        """Whom the cursor is on."""
        return self.found[self.at] if 0 <= self.at < len(self.found) else None

    def render_line(self, y: int) -> Strip:
        """One colleague."""
        colors, place = palette(self.app), self.top + y
        lit = place == self.at and bool(self.found)
        line = Line(self.size.width, self.rich_style + colors.ground("select") if lit else self.rich_style)
        if place < len(self.found):
            if lit:
                line.put(0, "▌", colors.style("accent"))
            name = cut(clean(self.found[place][1]), self.size.width - 4)
            line.put(2, name, colors.style("strong" if lit else "text", bold=lit))
            if y == ROWS - 1 and (left := len(self.found) - place - 1) > 0:
                line.right(self.size.width, f"+{left}", colors.style("muted"))
        elif y == 0 and self.known:
            told = _("Nobody of your team has this name.") if self.any else _("Your team has no other agent.")
            line.put(2, cut(told, self.size.width - 2), colors.style("muted"))
        return line.strip()

    def on_click(self, event: events.Click) -> None:
        """A click chooses."""
        if self.top + event.y < len(self.found):
            self.post_message(self.Picked(self, self.top + event.y))


class HandOverSheet(ModalScreen[str | None]):
    """Gives the colleague's name once the customer is theirs, or None."""

    CSS_PATH = "hand_over.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False),
        Binding("down,ctrl+n", "move(1)", show=False, priority=True),
        Binding("up,ctrl+p", "move(-1)", show=False, priority=True),
        Binding("ctrl+s", "store", show=False, priority=True),
    ]

    def __init__(self, lead_id: int, name: str) -> None:
        super().__init__()
        self.lead_id = lead_id
        self._name_shown = name
        self._people: tuple[tuple[int, str], ...] = ()
        self._busy = False
        self._asked: tuple[int, str, uuid.UUID] | None = None
        """Content and its request: the same again is the same request."""

    @property
    def desk(self) -> LeadtuiApp:
        """The app, by its own type."""
        return cast("LeadtuiApp", self.app)

    @property
    def rows(self) -> PersonRows:
        """The colleagues."""
        return self.query_one(PersonRows)

    def compose(self) -> ComposeResult:
        """Whom, to whom, the note, what happens."""
        with Vertical(id="sheet"):
            yield Heading(_("Hand over"), self._name_shown)
            yield LineField(_("type a colleague's name"), id="to")
            yield PersonRows()
            yield FieldLabel(id="note-label")
            yield LineField(_("what they must know"), limit=NOTE_LIMIT, id="note")
            yield Echo(id="wrong")
            said = Notice(indent=0)
            said.say("", _("They get a task for it, and the customer is theirs from now on."))
            yield said
            yield Heading("", f"⏎  {_('hand over')} · esc  {_('keep')}", classes="foot")

    def on_mount(self) -> None:
        """Ask who is in my team."""
        label = self.query_one("#note-label", FieldLabel)
        label.label, label.fact = _("Note"), _("needed")
        self.query_one("#to", Input).focus()
        ctx = self.desk.session
        self.desk.in_thread("people", lambda: users.colleagues(ctx), self._know, self.desk.present)

    def _know(self, people: Sequence[tuple[int, str]]) -> None:
        if not self.is_mounted:
            return
        self._people = tuple((ident, clean(name)) for ident, name in people)
        self.rows.known, self.rows.any = True, bool(people)
        self._narrow()

    def _narrow(self) -> None:
        self.rows.narrow(self._people, self.query_one("#to", Input).value)

    @on(Input.Changed, "#to")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._narrow()

    @on(Input.Changed, "#note")
    def _noted(self, event: Input.Changed) -> None:
        event.stop()
        self.query_one("#wrong", Echo).say("")

    @on(Input.Submitted, "#to")
    def _chosen(self, event: Input.Submitted) -> None:
        event.stop()
        if self.rows.chosen is not None:
            self.query_one("#note", Input).focus()

    @on(Input.Submitted, "#note")
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_store()

    @on(PersonRows.Picked)
    def _picked(self, event: PersonRows.Picked) -> None:
        event.stop()
        self.rows.at = event.place
        self.query_one("#note", Input).focus()

    def action_move(self, step: int) -> None:
        """Another colleague."""
        if self.rows.found:
            self.rows.at = (self.rows.at + step) % len(self.rows.found)

    def action_store(self) -> None:
        """`⏎`"""
        from leadtui.core.calls import after
        from leadtui.core.calls.dto import HandOver

        chosen, note = self.rows.chosen, self.query_one("#note", Input).value.strip()
        if self._busy:
            return
        if chosen is None:
            self.query_one("#to", Input).focus()
            self.query_one("#wrong", Echo).say(_("To whom? Nobody has this name."), "alert")
            return
        if not note:
            self.query_one("#note", Input).focus()
            asked = _("A word for {name}, please.").format(name=chosen[1])
            self.query_one("#wrong", Echo).say(asked, "alert")
            return
        if self._asked is None or self._asked[:2] != (chosen[0], note):
            self._asked = (chosen[0], note, uuid.uuid4())
        self._busy = True
        ctx, command = self.desk.session, HandOver(self._asked[2], self.lead_id, chosen[0], note)
        self.desk.in_thread(
            "hand over", lambda: after.hand_over(ctx, command),
            lambda _done: self.dismiss(chosen[1]), self._refused, exclusive=False,
        )  # fmt: skip

    def _refused(self, error: Exception) -> None:
        self._busy = False
        if isinstance(error, Invalid):
            self.query_one("#wrong", Echo).say(next(iter(field_sentences(error).values()), ""), "alert")
            return
        self.desk.present(error)
        if isinstance(error, Conflict | NotFound):
            self.dismiss(None)
