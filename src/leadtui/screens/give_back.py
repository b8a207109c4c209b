"""Why the customer is given back: one digit, before anything was dialled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget

from leadtui.core.calls.dto import GIVE_BACK_REASONS
from leadtui.i18n import _
from leadtui.text import cut
from leadtui.themes import palette
from leadtui.widgets.heading import Heading
from leadtui.widgets.line import Line
from leadtui.widgets.notice import Notice
from leadtui.wording import give_back_word


class ReasonRows(Widget, can_focus=True):
    """A row a reason: its digit and words."""

    DEFAULT_CSS = """
    ReasonRows { height: auto; width: 1fr; }
    """

    at: reactive[int] = reactive(0)

    def __init__(self, words: Sequence[str], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.words = tuple(words)

    class Picked(Message):
        """A row was clicked."""

        def __init__(self, rows: ReasonRows, place: int) -> None:
            super().__init__()
            self.rows = rows
            self.place = place

        @property
        def control(self) -> ReasonRows:
            """The rows."""
            return self.rows

    def get_content_height(self, *_sizes: object) -> int:
        """One line each."""
        return len(self.words)

    def render_line(self, y: int) -> Strip:
        """One reason."""
        colors, lit = palette(self.app), y == self.at
        line = Line(self.size.width, self.rich_style + colors.ground("select") if lit else self.rich_style)
        if y < len(self.words):
            if lit:
                line.put(0, "▌", colors.style("accent"))
            line.put(2, str(y + 1), colors.style("strong", bold=True))
            words = colors.style("strong" if lit else "text", bold=lit)
            line.put(4, cut(self.words[y], self.size.width - 4), words)
        return line.strip()

    def on_click(self, event: events.Click) -> None:
        """A click is the digit."""
        if 0 <= event.y < len(self.words):
            self.post_message(self.Picked(self, event.y))


class GiveBackSheet(ModalScreen[str | None]):
    """Asks for one of `GIVE_BACK_REASONS`; None keeps the customer."""

    CSS_PATH = "give_back.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", show=False),
        Binding("j,down", "move(1)", show=False),
        Binding("k,up", "move(-1)", show=False),
        Binding("enter", "pick", show=False),
        *(Binding(str(n), f"pick({n - 1})", show=False) for n in range(1, len(GIVE_BACK_REASONS) + 1)),
    ]

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name_shown = name

    def compose(self) -> ComposeResult:
        """Whom, why, and that it is counted."""
        with Vertical(id="sheet"):
            yield Heading(_("Give back"), self._name_shown)
            yield ReasonRows([give_back_word(reason) for reason in GIVE_BACK_REASONS])
            said = Notice()
            said.say("", _("Back to the queue; not served to you again today. It is counted."))
            yield said
            yield Heading("", f"esc  {_('keep')}")

    @property
    def rows(self) -> ReasonRows:
        """The reasons."""
        return self.query_one(ReasonRows)

    def action_move(self, step: int) -> None:
        """Another row."""
        self.rows.at = (self.rows.at + step) % len(GIVE_BACK_REASONS)

    def action_pick(self, place: int | None = None) -> None:
        """This reason."""
        self.dismiss(GIVE_BACK_REASONS[self.rows.at if place is None else place])

    def on_reason_rows_picked(self, event: ReasonRows.Picked) -> None:
        """A click."""
        self.action_pick(event.place)
