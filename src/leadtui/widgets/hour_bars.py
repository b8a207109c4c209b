"""Calls and contacts by the hour as columns: value above every column, the best one in accent and bold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from leadtui.formats import number
from leadtui.themes import palette
from leadtui.widgets.line import Line

_EIGHTHS: Final = " ▁▂▃▄▅▆▇█"


class HourBars(Widget):
    """One column an hour from `first` to `last`; as high as it is given, the last line names the hours.

    Hours that carry a value outside of that range widen it: no call is left out.
    """

    DEFAULT_CSS = """
    HourBars { height: 7; width: 1fr; }
    """

    hours: reactive[tuple[tuple[int, int], ...]] = reactive(())
    """(hour, value)."""

    def __init__(
        self, first: int = 8, last: int = 17, *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.first, self.last = first, last

    def show(self, hours: Sequence[tuple[int, int]]) -> None:
        """Show other values."""
        self.hours = tuple(hours)

    def render_line(self, y: int) -> Strip:
        """A line of the columns, or the hours below them."""
        colors, line = palette(self.app), Line(self.size.width, self.rich_style)
        values = dict(self.hours)
        shown = range(min(self.first, *values, self.first), max(self.last, *values, self.last) + 1)
        pitch = max(2, min(7, self.size.width // max(1, len(shown))))
        column, height = max(1, pitch - 1), self.size.height - 2
        best = max(values.values(), default=0)
        for place, hour in enumerate(shown):
            at, value = place * pitch, values.get(hour, 0)
            if at + column > self.size.width:
                break
            top = value == best and value > 0
            tone = "accent" if top else "bar"
            if y == self.size.height - 1:
                if pitch >= 3 or place % 2 == 0:
                    line.put(
                        at, f"{hour:02}"[:column] if column >= 2 else f"{hour:02}", colors.style("muted")
                    )
                continue
            filled = round(8 * height * value / best) if best else 0
            row = height - y  # 0 is the lowest row of the columns, height the line above them
            cell = min(8, max(0, filled - 8 * row))
            if value and y == height - -(-filled // 8):
                told = number(value)
                if len(told) <= pitch:
                    line.put(at, told, colors.style("accent" if top else "text", bold=top))
            elif cell:
                line.put(at, _EIGHTHS[cell] * column, colors.style(tone))
            elif row == 0 and not value:
                line.put(at, "▁" * column, colors.style("rule"))
        return line.strip()
