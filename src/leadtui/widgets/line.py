"""One line of the page, built left to right from pieces at given columns."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from leadtui.text import cut
from leadtui.text import width as cells_of
from leadtui.themes import Palette


class Line:
    """Collects pieces in rising columns; what lies between them is the ground.

    Text must be clean already (`text.cell`, `text.clean`): a line draws what it is given.
    """

    __slots__ = ("_at", "_segments", "ground", "width")

    def __init__(self, width: int, ground: Style) -> None:
        self.width = width
        self.ground = ground
        self._at = 0
        self._segments: list[Segment] = []

    @property
    def at(self) -> int:
        """The first free column."""
        return self._at

    def put(self, at: int, text: str, style: Style | None = None) -> Line:
        """`text` from column `at` on (or the first free one after it), cut at the line's end."""
        if at > self._at:
            self._segments.append(Segment(" " * (at - self._at), self.ground))
            self._at = at
        size = cells_of(text)
        if self._at + size > self.width:
            text = cut(text, self.width - self._at)
            size = cells_of(text)
        if size:
            self._segments.append(Segment(text, self.ground if style is None else self.ground + style))
            self._at += size
        return self

    def add(self, text: str, style: Style | None = None) -> Line:
        """`text` right behind the last piece."""
        return self.put(self._at, text, style)

    def right(self, end: int, text: str, style: Style | None = None) -> Line:
        """`text` so that it ends before column `end`."""
        return self.put(end - cells_of(text), text, style)

    def strip(self) -> Strip:
        """The finished line, exactly `width` cells."""
        if self._at < self.width:
            self._segments.append(Segment(" " * (self.width - self._at), self.ground))
            self._at = self.width
        return Strip(self._segments, self.width)


def ruled(
    line: Line,
    start: int,
    end: int,
    label: str,
    fact: str,
    palette: Palette,
    tone: str = "muted",
    *,
    bold: bool = False,
) -> Line:
    """`LABEL ───── fact` from column `start` to before column `end`: the heading that is the rule.

    Too narrow for all of it, the fact goes first, then the rule.
    """
    label = cut(label.upper(), end - start)
    line.put(start, label, palette.style("muted"))
    room = end - line.at
    size = cells_of(fact)
    if fact and size + 1 > room:
        fact, size = "", 0
    dashes = room - (size + 1 if fact else 0) - (1 if label else 0)
    if dashes > 0:
        line.put(line.at + (1 if label else 0), "─" * dashes, palette.style("rule"))
    if fact:
        line.right(end, fact, palette.style(tone, bold=bold))
    return line
