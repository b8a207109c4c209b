"""The label above a field. Apart from the other parts of a field: the sign-in page has only this one."""

from __future__ import annotations

from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from leadtui.text import clean, cut, width
from leadtui.themes import palette
from leadtui.widgets.line import Line


class FieldLabel(Widget):
    """`CATATAN            wajib`: an upper-case label and a muted word at the right end."""

    DEFAULT_CSS = """
    FieldLabel { height: 1; width: 1fr; }
    """

    label: reactive[str] = reactive("")
    fact: reactive[str] = reactive("")

    def __init__(self, label: str = "", fact: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.set_reactive(FieldLabel.label, label)
        self.set_reactive(FieldLabel.fact, fact)

    def render_line(self, y: int) -> Strip:
        """The one line; the fact drops first."""
        muted, end = palette(self.app).style("muted"), self.size.width
        line = Line(end, self.rich_style)
        label, fact = cut(clean(self.label).upper(), end), clean(self.fact)
        line.put(0, label, muted)
        if fact and width(label) + 2 + width(fact) <= end:
            line.right(end, fact, muted)
        return line.strip()
