"""A sentence that stands in a place instead of what cannot be done there: a title and its reason."""

from __future__ import annotations

from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from leadtui.text import cut
from leadtui.themes import palette
from leadtui.widgets.line import Line
from leadtui.widgets.wrap import wrap


class Notice(Widget):
    """`– Hanya dibaca` and the reason below it, wrapped. Takes no line while it has nothing to say."""

    DEFAULT_CSS = """
    Notice { height: auto; width: 1fr; display: none; margin-bottom: 1; }
    Notice.-said { display: block; }
    """

    title: reactive[str] = reactive("", layout=True)
    text: reactive[str] = reactive("", layout=True)

    def __init__(self, *, indent: int = 2, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._indent = indent

    def say(self, title: str, text: str = "") -> None:
        """Show it, or nothing."""
        self.title, self.text = title, text
        self.set_class(bool(title or text), "-said")

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The title and the wrapped reason."""
        return (1 if self.title else 0) + len(wrap(self.text, width - self._indent) if self.text else [])

    def render_line(self, y: int) -> Strip:
        """One line."""
        colors, cells = palette(self.app), self.size.width
        line = Line(cells, self.rich_style)
        if self.title and y == 0:
            line.put(0, "–", colors.style("muted"))
            line.put(2, cut(self.title, cells - 2), colors.style("strong", bold=True))
            return line.strip()
        rows = wrap(self.text, cells - self._indent) if self.text else []
        at = y - (1 if self.title else 0)
        if 0 <= at < len(rows):
            line.put(self._indent, rows[at], colors.style("text"))
        return line.strip()
