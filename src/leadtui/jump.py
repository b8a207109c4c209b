"""Jump mode: a letter on every place of the screen; typing it goes there.

A widget that holds several places (rows, tabs, key hints) says where they are:

    def jump_places(self) -> Iterable[tuple[int, int, Callable[[], object]]]:
        ...  # column and line inside the widget's content, and what going there is

Every other widget that can take the focus is one place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from textual import events
from textual.app import ComposeResult
from textual.errors import NoWidget
from textual.screen import ModalScreen, Screen
from textual.strip import Strip
from textual.widget import Widget

from leadtui.themes import palette
from leadtui.widgets.line import Line

LETTERS: Final = "asdfghjklqwertyuiopzxcvbnm"
"""The home row first: what is highest on the screen is nearest to the fingers."""


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to go."""

    x: int
    y: int
    """Cells from the screen's top left corner."""
    go: Callable[[], object]


def codes(n: int) -> list[str]:
    """`n` codes of one or two letters, none the beginning of another: as many of one letter as can be.

    At most 26² places get one; the rest has none.
    """
    if n <= len(LETTERS):
        return list(LETTERS[:n])
    every = len(LETTERS)
    firsts = min(every, -(-(n - every) // (every - 1)))  # letters given up as the first of two
    single, double = LETTERS[: every - firsts], LETTERS[every - firsts :]
    return [*single, *(first + second for first in double for second in LETTERS)][:n]


def places(screen: Screen[Any]) -> list[Place]:
    """Every place that can be seen, from the top left to the bottom right."""
    found: list[Place] = []
    for node in screen.walk_children(Widget, with_self=False):
        if not node.display or not node.visible or node.disabled:
            continue
        try:
            seen = screen.find_widget(node).visible_region
        except NoWidget:
            continue
        if not seen:
            continue
        offered: Iterable[tuple[int, int, Callable[[], object]]] | None = None
        if (inside := getattr(node, "jump_places", None)) is not None:
            offered = inside()
        if offered is not None:
            origin = node.content_region.offset
            found += [
                Place(origin.x + x, origin.y + y, go)
                for x, y, go in offered
                if seen.contains(origin.x + x, origin.y + y)
            ]
        elif node.focusable:
            found.append(Place(seen.x, seen.y, node.focus))
    return sorted(found, key=lambda place: (place.y, place.x))


class JumpLabel(Widget):
    """One code, over what it leads to."""

    DEFAULT_CSS = """
    JumpLabel { position: absolute; height: 1; background: $accent; color: $on; text-style: bold; }
    """

    def __init__(self, place: Place, code: str) -> None:
        super().__init__()
        self.place, self.code = place, code
        self.rest = code
        """What is still to type."""
        self.styles.offset = (place.x, place.y)
        self.styles.width = len(code)

    def render_line(self, y: int) -> Strip:
        """The letters; what has been typed is a dot."""
        done = "·" * (len(self.code) - len(self.rest))
        line = Line(self.size.width, self.rich_style)
        return line.put(0, done + self.rest, palette(self.app).style("on", "accent", bold=True)).strip()


class JumpScreen(ModalScreen[Callable[[], object] | None]):
    """The letters, over the screen as it is. A letter goes there; any other key leaves."""

    DEFAULT_CSS = """
    JumpScreen { background: transparent; }
    """

    TAKES_EVERY_KEY = True
    """No command of the App runs meanwhile."""

    def __init__(self, found: list[Place]) -> None:
        super().__init__()
        self._found = found
        self._typed = ""
        self._seen: object = None

    def compose(self) -> ComposeResult:
        """A label a place."""
        for place, code in zip(self._found, codes(len(self._found)), strict=False):
            yield JumpLabel(place, code)

    def on_key(self, event: events.Key) -> None:
        """Narrow down, go, or leave."""
        event.stop()
        event.prevent_default()
        labels = list(self.query(JumpLabel))
        if event.key == "backspace" and self._typed:
            typed = ""
        else:
            typed = self._typed + (event.character or "").lower()
        left = [label for label in labels if label.code.startswith(typed)]
        if (not event.character and event.key != "backspace") or not left:
            self.dismiss(None)
        elif len(left) == 1 and left[0].code == typed:
            self.dismiss(left[0].place.go)
        else:
            self._typed = typed
            for label in labels:
                label.rest = label.code[len(typed) :]
                label.display = label in left
                label.refresh()

    def on_click(self) -> None:
        """A click leaves."""
        self.dismiss(None)

    def on_resize(self, event: events.Resize) -> None:
        """Every place has moved."""
        if self._seen is not None and event.size != self._seen:
            self.dismiss(None)
        self._seen = event.size
