"""The rows of the filter panel: two numbers, one text, or a choice whose list stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, TypeVar

from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, SelectionList, Static
from textual.widgets._toggle_button import ToggleButton
from textual.widgets.selection_list import Selection

from leadtui.i18n import _
from leadtui.text import clean, cut, plain, width
from leadtui.themes import palette
from leadtui.widgets.fields import FieldError
from leadtui.widgets.line import Line

T = TypeVar("T")

LABEL = 17
"""Cells of the labels, the gap behind them included."""


class Choices(SelectionList[T]):
    """A list to tick: `●` chosen, `○` not. Textual's own draws the same X for both and tells them apart by
    colour alone, which the terminal's own sixteen colours do not."""

    def render_line(self, y: int) -> Strip:
        """One line, the mark by what it says."""
        drawn = super().render_line(y)
        if len(parts := list(drawn)) < 3 or parts[1].text != ToggleButton.BUTTON_INNER:
            return drawn  # below the last one
        _left, inner, _right, *rest = parts
        at = self.scroll_offset.y + y
        chosen = self.get_option_at_index(at).value in self.selected
        tone = rest[0].style if rest else inner.style
        mark = Segment("●" if chosen else "○", inner.style if chosen else tone)
        return Strip([Segment(" ", tone), mark, Segment(" ", tone), *rest])


class _Number(Input):
    """An input of the panel: `ctrl+u` empties all of it, wherever the caret stands."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+u", "empty", show=False)]

    def action_empty(self) -> None:
        """Nothing is asked of this any more."""
        self.value = ""


class RangeRow(Vertical):
    """`AGE              from [20] to [40] years`, and the sentence under it."""

    DEFAULT_CSS = """
    RangeRow { height: auto; width: 1fr; }
    RangeRow > Horizontal { height: 1; }
    RangeRow Static { width: auto; height: 1; color: $muted; }
    RangeRow .label { width: 17; }
    RangeRow .to { width: 3; content-align: center middle; }
    RangeRow .unit { padding: 0 0 0 1; }
    RangeRow Input { width: 11; }
    RangeRow .long { width: 25; }
    RangeRow FieldError { padding: 0 0 0 17; }
    """

    def __init__(self, label: str, unit: str, *inputs: tuple[str, str], id: str | None = None) -> None:
        super().__init__(id=id)
        self._label, self._unit, self._inputs = label, unit, inputs
        self._error = FieldError()

    def compose(self) -> ComposeResult:
        """Label, one input or two, unit; the error below."""
        with Horizontal():
            yield Static(plain(cut(self._label.upper(), LABEL - 1)), classes="label")
            for place, (name, value) in enumerate(self._inputs):
                if place:
                    yield Static(plain("–"), classes="to")
                long = "long" if len(self._inputs) == 1 else None
                yield _Number(value, id=name, max_length=80 if long else 24, compact=True, classes=long)
            yield Static(plain(self._unit), classes="unit")
        yield self._error

    @property
    def error(self) -> str:
        """The sentence under it."""
        return self._error.sentence

    @error.setter
    def error(self, sentence: str) -> None:
        self._error.sentence = sentence
        for field in self.query(Input):
            field.set_class(bool(sentence), "-invalid")

    def empty(self) -> None:
        """Nothing is asked of this any more."""
        for field in self.query(Input):
            field.value = ""


class ChoiceRow(Widget, can_focus=True):
    """`JOB              management, retired`: its list stands beside the rows while it has the focus, and the
    keys go to that list: arrows move, `space` ticks, a letter goes to the next one that begins with it."""

    DEFAULT_CSS = """
    ChoiceRow { height: 1; width: 1fr; }
    """

    MOVES: ClassVar[dict[str, str]] = {
        "down": "cursor_down", "up": "cursor_up", "home": "first", "end": "last",
        "pagedown": "page_down", "pageup": "page_up", "space": "select",
    }  # fmt: skip

    chosen: reactive[str] = reactive("")
    """The words of what is ticked."""

    class Focused(Message):
        """Its list is wanted."""

        def __init__(self, row: ChoiceRow) -> None:
            super().__init__()
            self.row = row

        @property
        def control(self) -> ChoiceRow:
            """The row."""
            return self.row

    def __init__(self, label: str, choices: Choices[Any], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.label = label
        self.choices = choices
        choices.can_focus = False

    def render_line(self, y: int) -> Strip:
        """The one line."""
        colors, line = palette(self.app), Line(self.size.width, self.rich_style)
        line.put(0, cut(self.label.upper(), LABEL - 1), colors.style("muted"))
        ground = colors.ground("field")
        focused = self.has_focus
        edge = colors.style("accent" if focused else "rule")
        line.put(LABEL, "▌" if focused else " ", ground + edge)
        room = self.size.width - LABEL - 2
        words = cut(clean(self.chosen), room) or _("any")
        line.put(LABEL + 1, words, ground + colors.style("strong" if self.chosen else "muted"))
        line.put(line.at, " " * (self.size.width - line.at), ground)
        return line.strip()

    def say(self, words: Iterable[str]) -> None:
        """What is ticked, as many words as there is room for; the number of those that are not shown."""
        told = [clean(word) for word in words]
        room = max(8, self.size.width - LABEL - 2)
        shown = list(told)
        while len(shown) > 1 and width(_joined(shown, len(told))) > room:
            shown.pop()
        self.chosen = _joined(shown, len(told))

    def empty(self) -> None:
        """Nothing is asked of this any more."""
        self.choices.deselect_all()

    def on_focus(self) -> None:
        """Show the list."""
        self.refresh()
        self.post_message(self.Focused(self))

    def on_blur(self) -> None:
        """The edge goes."""
        self.refresh()

    def on_key(self, event: events.Key) -> None:
        """Keys of the list."""
        if event.key in self.MOVES:
            if self.choices.option_count:
                getattr(self.choices, f"action_{self.MOVES[event.key]}")()
        elif event.key in ("ctrl+u", "delete", "backspace"):
            self.empty()
        elif event.character is not None and event.character.isalpha():
            self._to_letter(event.character)
        else:
            return
        event.stop()
        event.prevent_default()

    def _to_letter(self, letter: str) -> None:
        words = [str(option.prompt).casefold() for option in self.choices.options]
        at = self.choices.highlighted
        order = [*range(0 if at is None else at + 1, len(words)), *range(0 if at is None else at + 1)]
        for index in order:
            if words[index].startswith(letter.casefold()):
                self.choices.highlighted = index
                return


def _joined(shown: list[str], all_of_them: int) -> str:
    more = all_of_them - len(shown)
    return ", ".join(shown) + (f" +{more}" if more else "")


def choices(options: Iterable[T], chosen: Iterable[T], word: Callable[[T], str], *, id: str) -> Choices[T]:
    """A list of `options` in words, those of `chosen` ticked."""
    ticked = set(chosen)
    return Choices(*(Selection(plain(word(one)), one, one in ticked) for one in options), id=id, compact=True)
