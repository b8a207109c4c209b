"""`LABEL ─────── fact`: the heading that is the rule."""

from __future__ import annotations

from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from leadtui.text import clean
from leadtui.themes import palette
from leadtui.widgets.line import Line, ruled


class Heading(Widget):
    """One line: an upper-case label, a hairline, and one fact at the right end."""

    DEFAULT_CSS = """
    Heading { height: 1; width: 1fr; }
    """

    label: reactive[str] = reactive("")
    """Any case; shown upper."""

    fact: reactive[str] = reactive("")
    """One fact: a count, a place, a time."""

    tone: reactive[str] = reactive("muted")
    """The fact's token: `muted`, `strong`, `accent` or `alert`."""

    def __init__(self, label: str = "", fact: str = "", *, tone: str = "muted", id: str | None = None,
                 classes: str | None = None) -> None:  # fmt: skip
        super().__init__(id=id, classes=classes)
        self.set_reactive(Heading.label, label)
        self.set_reactive(Heading.fact, fact)
        self.set_reactive(Heading.tone, tone)

    def render_line(self, y: int) -> Strip:
        """The one line."""
        line = Line(self.size.width, self.rich_style)
        ruled(line, 0, self.size.width, clean(self.label), clean(self.fact), palette(self.app), self.tone,
              bold=self.tone != "muted")  # fmt: skip
        return line.strip()
