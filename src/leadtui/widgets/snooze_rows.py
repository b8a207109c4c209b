"""What a task can be put off to: a digit, what it means, and the time that comes of it."""

from __future__ import annotations

from datetime import datetime, tzinfo

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from leadtui.formats import clock, weekday
from leadtui.i18n import _
from leadtui.themes import palette
from leadtui.widgets.line import Line


def snooze_word(code: str) -> str:
    """`1 jam` for `hour`."""
    return {
        "minutes_10": _("10 minutes"),
        "hour": _("1 hour"),
        "same_time": _("the next day, same time"),
        "next_day": _("the next working day"),
    }[code]


class SnoozeRows(Widget):
    """`1  10 menit  09.51`, and one more row for own words."""

    DEFAULT_CSS = """
    SnoozeRows { height: auto; width: 1fr; }
    """

    times: reactive[tuple[tuple[str, datetime], ...]] = reactive((), layout=True)
    """(code, resulting time) of `core.tasks.rules.snoozes`."""
    now: reactive[datetime | None] = reactive(None)

    class Picked(Message):
        """A row was clicked; the place behind the times is own words."""

        def __init__(self, rows: SnoozeRows, place: int) -> None:
            super().__init__()
            self.rows = rows
            self.place = place

        @property
        def control(self) -> SnoozeRows:
            """The rows."""
            return self.rows

    def __init__(self, *, zone: tzinfo, id: str | None = None) -> None:
        super().__init__(id=id)
        self.zone = zone

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A row each, and one for own words."""
        return len(self.times) + 1 if self.times else 0

    def render_line(self, y: int) -> Strip:
        """One of them."""
        colors, cells = palette(self.app), self.size.width
        line = Line(cells, self.rich_style)
        line.put(0, str(y + 1), colors.style("strong", bold=True))
        if y >= len(self.times):
            return line.put(3, _("own words …"), colors.style("text")).strip()
        code, at = self.times[y]
        line.put(3, snooze_word(code), colors.style("text"))
        local = at.astimezone(self.zone)
        first = self.times[0][1].astimezone(self.zone).date()
        day = "" if local.date() == first else f"{weekday(local.date(), short=True)} "
        return line.right(cells, f"{day}{clock(at, self.zone)}", colors.style("muted")).strip()

    def on_click(self, event: events.Click) -> None:
        """A click is the digit."""
        self.post_message(self.Picked(self, event.y))
