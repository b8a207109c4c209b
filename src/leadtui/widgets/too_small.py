"""What stands over a screen with too little room: one calm sentence. What is below goes on, typing too."""

from __future__ import annotations

from textual.strip import Strip
from textual.widget import Widget

from leadtui.i18n import _
from leadtui.terminal import LEAST
from leadtui.themes import palette
from leadtui.widgets.line import Line
from leadtui.widgets.wrap import wrap


class TooSmall(Widget):
    """Covers the whole terminal; takes neither focus nor keys."""

    DEFAULT_CSS = """
    TooSmall {
        layer: _toastrack; position: absolute; offset: 0 0; width: 100vw; height: 100vh; background: $bg;
    }
    """

    def render_line(self, y: int) -> Strip:
        """The sentence in the middle."""
        width, height = self.size
        said = _("Enlarge the terminal: {wide} × {high} is needed. What you typed stays.").format(
            wide=LEAST[0], high=LEAST[1]
        )
        lines = wrap(said, max(1, width - 2), height)
        line, at = Line(width, self.rich_style), y - (height - len(lines)) // 2
        if 0 <= at < len(lines):
            line.put(1, lines[at], palette(self.app).style("strong" if at == 0 else "text", bold=at == 0))
        return line.strip()
