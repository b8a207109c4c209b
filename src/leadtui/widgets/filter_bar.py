"""The line above the list: the search field, what narrows the list as chips, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, Static

from leadtui.i18n import _
from leadtui.text import clean, cut, width
from leadtui.themes import palette
from leadtui.widgets.line import Line


@dataclass(frozen=True, slots=True)
class Narrowed:
    """One chip."""

    part: str
    """Which part of the filter it stands for; `Narrowing.Removed` carries it."""
    text: str
    """`skor ≥ 20%`."""


class Narrowing(Widget):
    """Chips left, the count right. A chip that would reach the count drops; `+2` says how many did."""

    DEFAULT_CSS = """
    Narrowing { height: 1; width: 1fr; }
    """

    chips: reactive[tuple[Narrowed, ...]] = reactive(())
    count: reactive[str] = reactive("")
    """`39 siap`."""

    late: reactive[bool] = reactive(False)
    """Whether the count is a warning: outside the calling hours."""

    class Removed(Message):
        """A chip was clicked: that part of the filter goes."""

        def __init__(self, part: str) -> None:
            super().__init__()
            self.part = part

    def placed(self) -> list[tuple[Narrowed, int, int]]:
        """The chips that fit: (chip, first column, column after it)."""
        room = self.size.width - width(clean(self.count)) - 2
        found, at = [], 0
        for place, chip in enumerate(self.chips):
            size = width(clean(chip.text)) + 4
            rest = len(self.chips) - place - 1
            if at + size + (len(f"+{rest}") + 1 if rest else 0) > room:
                break
            found.append((chip, at, at + size))
            at += size + 1
        return found

    def render_line(self, y: int) -> Strip:
        """The one line."""
        colors, line = palette(self.app), Line(self.size.width, self.rich_style)
        ground, placed = colors.ground("field"), self.placed()
        for chip, start, _after in placed:
            line.put(start, f" {clean(chip.text)} ", ground + colors.style("text"))
            line.add("× ", ground + colors.style("muted"))
        if dropped := len(self.chips) - len(placed):
            line.put(line.at + (1 if placed else 0), f"+{dropped}", colors.style("muted"))
        told = cut(clean(self.count), self.size.width - line.at - 1)
        line.right(self.size.width, told, colors.style("alert" if self.late else "muted", bold=self.late))
        return line.strip()

    def on_click(self, event: events.Click) -> None:
        """A click on a chip takes it away."""
        for chip, start, after in self.placed():
            if start <= event.x < after:
                event.stop()
                self.post_message(self.Removed(chip.part))


class SearchInput(Input):
    """The search field; `esc` empties it, `⏎` and `↓` go to the list."""

    def on_key(self, event: events.Key) -> None:
        """Leave the field without losing what it says."""
        if event.key == "escape":
            event.stop()
            self.value = ""
            self.post_message(FilterBar.Left())
        elif event.key in ("enter", "down"):
            event.stop()
            event.prevent_default()
            self.post_message(FilterBar.Left())


class FilterBar(Horizontal):
    """`/ cari nama, telepon   skor ≥ 20% ×              39 siap`."""

    DEFAULT_CSS = """
    FilterBar { height: 1; width: 1fr; padding: 0 2; }
    FilterBar > #slash { width: 2; color: $accent; text-style: bold; }
    FilterBar > SearchInput, FilterBar > SearchInput:focus {
        width: 24; height: 1; border: none; background: $bg; color: $strong; padding: 0; margin: 0 2 0 0;
    }
    FilterBar > SearchInput:focus { background: $field; }
    FilterBar > SearchInput > .input--placeholder { color: $muted; }
    """

    class Searched(Message):
        """The search text changed."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """The search field is done with: the keys go to the list again."""

    def compose(self) -> ComposeResult:
        """The slash, the field, chips and count."""
        yield Static("/", id="slash")
        yield SearchInput(id="search", compact=True, placeholder=_("search name, phone"))
        yield Narrowing()

    @property
    def field(self) -> SearchInput:
        """The search field."""
        return self.query_one(SearchInput)

    @property
    def narrowing(self) -> Narrowing:
        """Chips and count."""
        return self.query_one(Narrowing)

    def relabel(self) -> None:
        """The language changed."""
        self.field.placeholder = _("search name, phone")

    def show(self, chips: Sequence[Narrowed], count: str, *, late: bool = False) -> None:
        """What narrows, and how many are left."""
        line = self.narrowing
        line.chips, line.count, line.late = tuple(chips), count, late

    def on_input_changed(self, event: Input.Changed) -> None:
        """Pass it on as one message of our own."""
        event.stop()
        self.post_message(self.Searched(event.value))
