"""The last line: what the keys do here. Whole keys drop from the right; `?` always stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from leadtui.commands import Hint
from leadtui.text import MISSING, clean, width
from leadtui.themes import palette
from leadtui.widgets.line import Line

GAP = 3
ENOUGH: Final = 9
"""So many keys beside help; a further one gives way to the fact at the right end."""


class KeyLine(Widget):
    """One line of keys and words, with one fact at the right end where there is room."""

    DEFAULT_CSS = """
    KeyLine { height: 1; width: 1fr; background: $bg; }
    """

    hints: reactive[tuple[Hint, ...]] = reactive(())
    """From `commands.hints`, most important first, `?` last."""

    fact: reactive[str] = reactive("")
    """`1 / 39`; drops before any key does."""

    class Pressed(Message):
        """A hint was clicked. For a disabled one the App says the reason."""

        def __init__(self, line: KeyLine, hint: Hint) -> None:
            super().__init__()
            self.line = line
            self.hint = hint

        @property
        def control(self) -> KeyLine:
            """The line."""
            return self.line

    def __init__(self, hints: Sequence[Hint] = (), *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.set_reactive(KeyLine.hints, tuple(hints))

    def placed(self) -> list[tuple[Hint, int, int]]:
        """The hints that fit: (hint, first column, column after it)."""
        if not self.hints:
            return []
        end = self.size.width - 2
        last = self.hints[-1]
        kept: list[Hint] = []
        at = 2
        for hint in self.hints[:-1]:
            if at + _size(hint) + GAP + _size(last) > end:
                break
            kept.append(hint)
            at += _size(hint) + GAP
        fact = clean(self.fact)
        while fact and len(kept) > ENOUGH and at + _size(last) + GAP + width(fact) > end:
            at -= _size(kept.pop()) + GAP
        found, at = [], 2
        for hint in (*kept, last):
            found.append((hint, at, at + _size(hint)))
            at += _size(hint) + GAP
        return found

    def render_line(self, y: int) -> Strip:
        """The one line."""
        colors = palette(self.app)
        line = Line(self.size.width, self.rich_style)
        for hint, start, _after in self.placed():
            if hint.reason:
                line.put(start, f"{MISSING} {hint.label}", colors.style("muted"))
            else:
                line.put(start, hint.key, colors.style("strong", bold=True))
                line.put(line.at + 1, hint.label, colors.style("muted"))
        fact, end = clean(self.fact), self.size.width - 2
        if fact and line.at + GAP + width(fact) <= end:
            line.right(end, fact, colors.style("muted"))
        return line.strip()

    def jump_places(self) -> list[tuple[int, int, Callable[[], object]]]:
        """Every key that works now, left of it."""
        return [
            (start - 2, 0, partial(self.post_message, self.Pressed(self, hint)))
            for hint, start, _after in self.placed()
            if not hint.reason
        ]

    def on_click(self, event: events.Click) -> None:
        """A click on a hint is its key."""
        for hint, start, after in self.placed():
            if start <= event.x < after:
                event.stop()
                self.post_message(self.Pressed(self, hint))


def _size(hint: Hint) -> int:
    key = 1 if hint.reason else width(hint.key)
    return key + 1 + width(hint.label)
