"""Above the list: the search field, what narrows the list as chips, and how many there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, Static

from leadtui.core.leads.query_language import Completion
from leadtui.i18n import _
from leadtui.text import clean, cut, plain, width
from leadtui.themes import palette
from leadtui.widgets.line import Line


@dataclass(frozen=True, slots=True)
class Narrowed:
    """One chip."""

    part: str
    """Which part of the filter it stands for; `Narrowing.Removed` carries it."""
    text: str
    """`skor ≥ 20%`."""
    short: str = ""
    """Where there is little room; empty is the same."""


Placed = tuple[Narrowed, str, int, int]
"""A chip, its words, its first column and the column after it."""


def place(chips: Sequence[Narrowed], room: int, *, short: bool) -> list[Placed]:
    """The chips that fit into `room` cells from the left, room for a `+2` kept where some do not."""
    found: list[Placed] = []
    at = 0
    for number, chip in enumerate(chips):
        words = clean((short and chip.short) or chip.text)
        size = width(words) + 4
        rest = len(chips) - number - 1
        if at + size + (len(f"+{rest}") + 1 if rest else 0) > room:
            break
        found.append((chip, words, at, at + size))
        at += size + 1
    return found


class Narrowing(Widget):
    """Chips left, the count right. What would reach the count goes to the line below (`FilterBar`); what has
    no room there either is told as `+2`."""

    DEFAULT_CSS = """
    Narrowing { height: 1; width: 1fr; }
    """

    chips: reactive[tuple[Narrowed, ...]] = reactive(())
    short: reactive[bool] = reactive(False)
    """Whether the chips say themselves in few words."""
    dropped: reactive[int] = reactive(0)
    """How many more there are than there is room for."""
    count: reactive[str] = reactive("")
    """`39 siap`."""

    late: reactive[bool] = reactive(False)
    """Whether the count is a warning: outside the calling hours."""
    at: reactive[str] = reactive("")
    """The part whose chip has the cursor."""

    class Removed(Message):
        """A chip was clicked: that part of the filter goes."""

        def __init__(self, part: str) -> None:
            super().__init__()
            self.part = part

    class Resized(Message):
        """There is more room, or less."""

    @property
    def room(self) -> int:
        """Cells for chips."""
        return self.size.width - (width(clean(self.count)) + 2 if self.count else 0)

    def placed(self) -> list[Placed]:
        """The chips as they stand."""
        return place(self.chips, self.size.width, short=self.short)

    def on_resize(self) -> None:
        """The bar shares the chips out anew."""
        self.post_message(self.Resized())

    def render_line(self, y: int) -> Strip:
        """The one line."""
        colors, line = palette(self.app), Line(self.size.width, self.rich_style)
        ground = colors.ground("field")
        for chip, words, start, _after in self.placed():
            lit = chip.part == self.at
            tone = colors.ground("select") if lit else ground
            line.put(start, "▌" if lit else " ", tone + colors.style("accent"))
            line.add(f"{words} ", tone + colors.style("strong" if lit else "text", bold=lit))
            line.add("× ", tone + colors.style("accent" if lit else "muted"))
        if self.dropped:
            line.put(line.at + (1 if self.chips else 0), f"+{self.dropped}", colors.style("muted"))
        told = cut(clean(self.count), self.size.width - line.at - 1)
        line.right(self.size.width, told, colors.style("alert" if self.late else "muted", bold=self.late))
        return line.strip()

    def jump_places(self) -> list[tuple[int, int, Callable[[], object]]]:
        """Every chip: going there takes it away, as a click does."""
        return [
            (start, 0, partial(self.post_message, self.Removed(chip.part)))
            for chip, _words, start, _after in self.placed()
        ]

    def on_click(self, event: events.Click) -> None:
        """A click on a chip takes it away."""
        for chip, _words, start, after in self.placed():
            if start <= event.x < after:
                event.stop()
                self.post_message(self.Removed(chip.part))


Completer = Callable[[str, int], Sequence[Completion]]
"""Text and caret → what could stand there."""


class SearchInput(Input):
    """The search field; `esc` empties it, `⏎` and `↓` go to the list, `tab` completes what was begun. Where
    the caret stands before the first letter, `←` goes to the chips and `backspace` takes one away."""

    completer: Completer | None = None

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._offer: tuple[str, int, int, tuple[Completion, ...]] = ("", 0, 0, ())
        """The text and caret that a completion left, which one it was, and all of them."""

    def complete(self) -> bool:
        """The next word that could stand at the caret; False where there is none."""
        text, caret, place, offered = self._offer
        if not offered or (self.value, self.cursor_position) != (text, caret):
            if self.completer is None:
                return False
            offered, place = tuple(self.completer(self.value, self.cursor_position)), -1
            self._base = self.value, self.cursor_position
        if not offered:
            return False
        place = (place + 1) % len(offered)
        base, caret = self._base
        chosen = offered[place]
        before = base[: chosen.start] + chosen.text
        blank = "" if chosen.text.endswith(":") or len(offered) > 1 or base[chosen.end :][:1] == " " else " "
        self.value = before + blank + base[chosen.end :]
        self.cursor_position = len(before + blank)
        self._offer = (self.value, self.cursor_position, place, offered if len(offered) > 1 else ())
        return True

    def on_key(self, event: events.Key) -> None:
        """Leave the field without losing what it says."""
        if event.key == "tab":
            if self.complete():
                event.stop()
                event.prevent_default()
            return
        bar = next((node for node in self.ancestors if isinstance(node, FilterBar)), None)
        at_start = self.cursor_position == 0 and self.selection.is_empty
        if bar is not None and at_start and bar.chip_key(event.key):
            event.stop()
            event.prevent_default()
            return
        if event.key == "escape":
            event.stop()
            self.value = ""
            self.post_message(FilterBar.Left())
        elif event.key in ("enter", "down"):
            event.stop()
            event.prevent_default()
            self.post_message(FilterBar.Left(entered=event.key == "enter"))


class FilterBar(Vertical):
    """`/ name, phone …   skor ≥ 20% ×              39 siap`, and a second line of chips where the first has
    no room for all of them: nobody is to wonder why somebody is not in the list."""

    DEFAULT_CSS = """
    FilterBar { height: auto; width: 1fr; padding: 0 2; }
    FilterBar > Horizontal { height: 1; }
    FilterBar #slash { width: 2; color: $accent; text-style: bold; }
    FilterBar SearchInput, FilterBar SearchInput:focus {
        width: 27; height: 1; border: none; background: $bg; color: $strong; padding: 0; margin: 0 2 0 0;
    }
    FilterBar SearchInput:focus { background: $field; }
    FilterBar SearchInput > .input--placeholder { color: $muted; }
    FilterBar.-query SearchInput, FilterBar.-query SearchInput:focus { width: 1fr; max-width: 60; }
    FilterBar > #more { display: none; margin: 0 0 0 2; }
    FilterBar.-more > #more { display: block; }
    FilterBar > #told { display: none; height: auto; max-height: 2; margin: 0 0 0 2; color: $muted; }
    FilterBar > #told.-said { display: block; }
    FilterBar > #told.-late { color: $alert; }
    """

    class Searched(Message):
        """The search text changed."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """The search field is done with: the keys go to the list again."""

        def __init__(self, *, entered: bool = False) -> None:
            super().__init__()
            self.entered = entered
            """By `⏎`: what was typed is what is looked for."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._chips: tuple[Narrowed, ...] = ()
        self._at = ""

    def compose(self) -> ComposeResult:
        """The slash, the field, chips and count; more chips."""
        with Horizontal():
            yield Static("/", id="slash")
            yield SearchInput(id="search", compact=True, placeholder=_("name, phone, age:30-45"))
            yield Narrowing(id="first")
        yield Static(id="told")
        yield Narrowing(id="more")

    def tell(self, sentence: str, *, late: bool = False) -> None:
        """Under the field: what of it was not understood (`late`), or what could stand there."""
        told = self.query_one("#told", Static)
        told.update(plain(f"! {sentence}" if late else sentence))
        told.set_class(bool(sentence), "-said").set_class(late, "-late")

    def put(self, text: str) -> None:
        """Another text in the field, which nobody typed: no `Searched` comes of it."""
        with self.prevent(Input.Changed):
            self.field.value = text
        self.field.cursor_position = len(text)
        self.set_class(":" in text, "-query")
        self.tell("")

    def chip_key(self, key: str) -> bool:
        """A key before the first letter: the chips' where it means something there."""
        parts = [chip.part for line in (self.narrowing, self._more) for chip, *_ in line.placed()]
        at = parts.index(self._at) if self._at in parts else None
        if key == "left" and parts:
            self._lit(parts[max(0, (len(parts) if at is None else at) - 1)])
        elif key == "right" and at is not None:
            self._lit(parts[at + 1] if at + 1 < len(parts) else "")
        elif key in ("backspace", "delete") and (at is not None or (key == "backspace" and self._chips)):
            gone = self._chips[-1].part if at is None else parts[at]
            self._lit("" if at is None or len(parts) == 1 else parts[at - 1 if at else 1])
            self.post_message(Narrowing.Removed(gone))
        else:
            self._lit("")
            return False
        return True

    def _lit(self, part: str) -> None:
        self._at = self.narrowing.at = self._more.at = part

    @property
    def _more(self) -> Narrowing:
        return self.query_one("#more", Narrowing)

    @property
    def field(self) -> SearchInput:
        """The search field."""
        return self.query_one(SearchInput)

    @property
    def narrowing(self) -> Narrowing:
        """Chips and count."""
        return self.query_one("#first", Narrowing)

    def relabel(self) -> None:
        """The language changed."""
        self.field.placeholder = _("name, phone, age:30-45")

    def show(self, chips: Sequence[Narrowed], count: str, *, late: bool = False) -> None:
        """What narrows, and how many are left."""
        first = self.narrowing
        self._chips, first.count, first.late = tuple(chips), count, late
        self._share()

    @on(Narrowing.Resized)
    def _share(self, event: Narrowing.Resized | None = None) -> None:
        """In full on one line; else in few words, on two."""
        if event is not None:
            event.stop()
        first, more = self.narrowing, self.query_one("#more", Narrowing)
        if not first.size.width:
            return
        chips = self._chips
        full = len(place(chips, first.room, short=False)) == len(chips)
        here = chips if full else chips[: len(place(chips, first.room, short=True))]
        rest = chips[len(here) :]
        below = rest[: len(place(rest, self.size.width - 6, short=True))]
        first.chips, first.short = here, not full
        more.chips, more.short, more.dropped = below, True, len(rest) - len(below)
        self.set_class(bool(rest), "-more")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Pass it on as one message of our own."""
        event.stop()
        self._lit("")
        self.set_class(":" in event.value, "-query")
        self.post_message(self.Searched(event.value))

    def on_descendant_blur(self) -> None:
        """The cursor among the chips goes with the field's."""
        self._lit("")
