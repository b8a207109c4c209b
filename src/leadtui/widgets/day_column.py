"""The third column at 180: today's own counts, contacts by hour, and the next tasks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from leadtui.core.performance.dto import DayCounts
from leadtui.core.tasks.dto import TaskRow
from leadtui.formats import clock, day, number, overdue, weekday
from leadtui.i18n import _
from leadtui.text import cut
from leadtui.themes import palette
from leadtui.widgets.heading import Heading
from leadtui.widgets.hour_bars import HourBars
from leadtui.widgets.line import Line
from leadtui.widgets.profile import Entries, Entry, shown_name


class NextTasks(Widget):
    """`09.45  Maria Fransiska W…`, late ones first with a `!`."""

    DEFAULT_CSS = """
    NextTasks { height: 1fr; width: 1fr; }
    """

    tasks: reactive[tuple[TaskRow, ...]] = reactive(())

    def __init__(self, *, zone: tzinfo, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.zone, self._now = zone, now

    def render_line(self, y: int) -> Strip:
        """One task."""
        colors, line = palette(self.app), Line(self.size.width, self.rich_style)
        if y < len(self.tasks):
            task, now = self.tasks[y], self._now()
            late = overdue(task.due_at, now)
            same = task.due_at.astimezone(self.zone).date() == now.astimezone(self.zone).date()
            at = clock(task.due_at, self.zone) if same else day(task.due_at.astimezone(self.zone))
            if late:
                line.put(0, "!", colors.style("alert", bold=True))
            line.put(2, at, colors.style("alert" if late else "muted", bold=late))
            name = shown_name(task.lead_name, task.lead_id)
            line.put(10, cut(name, self.size.width - 10), colors.style("text"))
        elif y == 0:
            line.put(0, _("nothing promised"), colors.style("muted"))
        return line.strip()


class DayColumn(Vertical):
    """What today looks like."""

    DEFAULT_CSS = """
    DayColumn { width: 30; height: 1fr; padding: 0 2 0 2; border-left: solid $rule; }
    DayColumn > Entries { margin: 1 0; }
    DayColumn > HourBars { height: 7; margin: 1 0; }
    """

    def __init__(self, *, zone: tzinfo, now: Callable[[], datetime], id: str | None = None) -> None:
        super().__init__(id=id)
        self.zone, self._now = zone, now
        self._counts: DayCounts | None = None
        self.tasks: tuple[TaskRow, ...] = ()
        """As shown."""

    def compose(self) -> ComposeResult:
        """Today, by the hour, tasks."""
        yield Heading(id="today")
        yield Entries()
        yield Heading(id="hours")
        yield HourBars()
        yield Heading(id="tasks")
        yield NextTasks(zone=self.zone, now=self._now)

    def on_mount(self) -> None:
        """Headings."""
        self.relabel()

    def show_counts(self, counts: DayCounts) -> None:
        """Today's figures."""
        self._counts = counts
        self.relabel()

    def show_tasks(self, tasks: Sequence[TaskRow]) -> None:
        """My tasks, by time."""
        self.tasks = tuple(tasks)
        self.relabel()

    def relabel(self) -> None:
        """Word everything anew."""
        if not self.is_mounted:
            return
        counts, now = self._counts, self._now()
        when = counts.day if counts is not None else now.astimezone(self.zone).date()
        today, hours, tasks = (self.query_one(f"#{name}", Heading) for name in ("today", "hours", "tasks"))
        today.label, today.fact = _("today"), f"{weekday(when, short=True)} {day(when)}"
        hours.label = _("calls by hour")
        tasks.label = _("tasks")
        late = sum(overdue(task.due_at, now) for task in self.tasks)
        tasks.fact = _("{n} late").format(n=number(late)) if late else ""
        tasks.tone = "alert" if late else "muted"
        self.query_one(NextTasks).tasks = self.tasks
        if counts is not None:
            self.query_one(Entries).entries = (
                Entry(_("calls"), number(counts.calls), "strong"),
                Entry(_("connected"), number(counts.contacts), "strong"),
                Entry(_("closings"), number(counts.closings), "strong"),
            )
            self.query_one(HourBars).show([(hour, calls) for hour, calls, _contacts in counts.by_hour])
