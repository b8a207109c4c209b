"""The day as a line with now on it: what is late before it, what is to come after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Final

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from leadtui.core.tasks.dto import TaskRow
from leadtui.formats import overdue
from leadtui.themes import palette
from leadtui.widgets.line import Line

FIRST_HOUR: Final = 8
LAST_HOUR: Final = 18
"""A floor's day; a task or a clock outside of it widens the line."""


class DayLine(Widget):
    """Two lines: the hours, and the line with `◆` late and `◇` open tasks of today."""

    DEFAULT_CSS = """
    DayLine { height: 2; width: 1fr; }
    """

    def __init__(self, *, zone: tzinfo, id: str | None = None) -> None:
        super().__init__(id=id)
        self.zone = zone
        self._now: datetime | None = None
        self._tasks: tuple[TaskRow, ...] = ()

    def show(self, tasks: Sequence[TaskRow], now: datetime) -> None:
        """Show today's."""
        today = now.astimezone(self.zone).date()
        self._tasks = tuple(task for task in tasks if task.due_at.astimezone(self.zone).date() == today)
        self._now = now
        self.refresh()

    def hours(self) -> tuple[int, int]:
        """First and last hour of the line."""
        moments = [self._now, *(task.due_at for task in self._tasks)]
        found = [at.astimezone(self.zone).hour for at in moments if at is not None]
        return min([FIRST_HOUR, *found]), max([LAST_HOUR, *(min(23, hour + 1) for hour in found)])

    def render_line(self, y: int) -> Strip:
        """The hours, or the line."""
        now, cells = self._now, self.size.width
        if now is None or cells < 24 or y > 1:
            return Strip.blank(cells, self.rich_style)
        colors = palette(self.app)
        first, last = self.hours()
        each = max(1, (cells - 2) // (last - first))
        if y == 0:
            line = Line(cells, self.rich_style)
            step = 1 if each >= 3 else 2 if each == 2 else 3
            for hour in range(first, last + 1, step):
                current = hour == now.astimezone(self.zone).hour
                tone = colors.style("strong", bold=True) if current else colors.style("muted")
                line.put((hour - first) * each, f"{hour:02}", tone)
            return line.strip()

        def column(at: datetime) -> int:
            local = at.astimezone(self.zone)
            return round((local.hour - first + local.minute / 60) * each)

        size = (last - first) * each + 2
        here = min(column(now), size - 1)
        ground = self.rich_style
        marks = [
            ("━", colors.style("accent")) if x < here else ("─", colors.style("rule")) for x in range(size)
        ]
        for task in sorted(self._tasks, key=lambda task: task.due_at):
            late = overdue(task.due_at, now)
            tone = colors.style("alert" if late else "text", bold=late)
            marks[min(column(task.due_at), size - 1)] = ("◆" if late else "◇", tone)
        marks[here] = ("▐", colors.style("accent"))
        pieces = [Segment(mark, ground + style) for mark, style in marks]
        return Strip(pieces).simplify().adjust_cell_length(cells, ground)
