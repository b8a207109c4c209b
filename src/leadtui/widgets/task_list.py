"""Tasks in groups (late, today, anyone's, later), a line each. Drawn line by line; there are at most 500."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial
from typing import ClassVar, Final

from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from leadtui.commands import Where, bindings
from leadtui.core.tasks.dto import TaskKind, TaskRow
from leadtui.formats import clock, day, due, number, overdue, weekday
from leadtui.i18n import _
from leadtui.text import cell, clean, cut, width
from leadtui.themes import palette
from leadtui.widgets.line import Line, ruled
from leadtui.widgets.profile import shown_name
from leadtui.wording import task_word, verdict_word

SOON_MINUTES: Final = 60
"""From here on a row says how long it still is."""
TIME_CELLS: Final = 9
NAME_CELLS: Final = 21
WIDE_NAME: Final = 26


@dataclass(frozen=True, slots=True)
class _Heading:
    label: str
    n: int
    late: bool


_Shown = _Heading | TaskRow | None
"""A line of the list; None is a blank one."""


LATE, TODAY, ANYONES, LATER = range(4)


def group_of(row: TaskRow, now: datetime, zone: tzinfo) -> int:
    """LATE, TODAY, ANYONES or LATER: what waits for anybody stands together, whenever it is due."""
    if row.owner_id is None and row.anyones:
        return ANYONES
    if overdue(row.due_at, now):
        return LATE
    return TODAY if row.due_at.astimezone(zone).date() <= now.astimezone(zone).date() else LATER


def when_words(at: datetime, now: datetime, zone: tzinfo) -> str:
    """`09.30` today, `Sen 09.00` within a week, `02 Des` beyond: at most nine cells."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return clock(at, zone)
    if abs((local.date() - today).days) < 7:
        return f"{weekday(local.date(), short=True)} {clock(at, zone)}"
    return day(local.date())


def what_words(row: TaskRow) -> str:
    """`↺ minta simulasi`: a callback carries its mark, everything else its own words."""
    note = clean(row.note).strip() or task_word(row.kind)
    if row.blocked is not None:
        note = f"– {verdict_word(row.blocked)}"
    return f"↺ {note}" if row.kind is TaskKind.CALLBACK else note


def whose_words(row: TaskRow) -> str:
    """`Sari W.`: a colleague's first name and initial."""
    first, _blank, rest = clean(row.owner_name).strip().partition(" ")
    return f"{first} {rest[0]}." if rest else first


class TaskList(ScrollView, can_focus=True):
    """The list and its cursor."""

    DEFAULT_CSS = """
    TaskList { background: $bg; scrollbar-size-vertical: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(Where.CURSOR)

    class Highlighted(Message):
        """The cursor stands on another task; None on an empty list."""

        def __init__(self, tasks: TaskList, row: TaskRow | None) -> None:
            super().__init__()
            self.tasks = tasks
            self.row = row

        @property
        def control(self) -> TaskList:
            """The list."""
            return self.tasks

    class Selected(Message):
        """`⏎` or a second click."""

        def __init__(self, tasks: TaskList, row: TaskRow) -> None:
            super().__init__()
            self.tasks = tasks
            self.row = row

        @property
        def control(self) -> TaskList:
            """The list."""
            return self.tasks

    def __init__(self, *, zone: tzinfo, id: str | None = None) -> None:
        super().__init__(id=id)
        self.zone = zone
        self.dense = False
        """Few lines: no blank ones between the groups."""
        self.me: int | None = None
        """Whose list it is: what is a colleague's says so."""
        self._now: datetime | None = None
        self._rows: tuple[TaskRow, ...] = ()
        self._lines: list[_Shown] = []
        self._place = 0

    # state down ----------------------------------------------------------------------------------------

    def show(self, rows: Sequence[TaskRow], now: datetime) -> None:
        """Show these tasks; the cursor stays on its task, or where that stood."""
        was = self.row
        self._now = now
        order = sorted(rows, key=lambda row: (group_of(row, now, self.zone), row.due_at, row.id))
        self._rows = tuple(order)
        found = next((at for at, row in enumerate(order) if was is not None and row.id == was.id), None)
        self._place = found if found is not None else max(0, min(self._place, len(order) - 1))
        self._layout_lines()
        if was is None or self.row is None or was != self.row:
            self.post_message(self.Highlighted(self, self.row))

    def set_time(self, now: datetime) -> None:
        """A minute has passed: groups and words move on."""
        self.show(self._rows, now)

    def set_dense(self, dense: bool) -> None:
        """Few lines."""
        if dense != self.dense:
            self.dense = dense
            self._layout_lines()

    @property
    def rows(self) -> tuple[TaskRow, ...]:
        """The tasks in the order shown."""
        return self._rows

    @property
    def row(self) -> TaskRow | None:
        """The task under the cursor."""
        return self._rows[self._place] if self._rows else None

    @property
    def late(self) -> int:
        """How many are late."""
        now = self._now
        return 0 if now is None else sum(group_of(row, now, self.zone) == LATE for row in self._rows)

    def _layout_lines(self) -> None:
        lines: list[_Shown] = []
        now = self._now
        if now is not None:
            labels = (_("late"), _("today"), _("anyone's"), _("later"))
            for group, label in enumerate(labels):
                members = [row for row in self._rows if group_of(row, now, self.zone) == group]
                if members:
                    if lines and not self.dense:
                        lines.append(None)
                    lines += [_Heading(label, len(members), group == LATE), *members]
        self._lines = lines
        self.virtual_size = Size(self.size.width, len(lines))
        self.refresh()
        self._keep_in_sight()

    # drawing -------------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """One line of what is in sight."""
        at = y + self.scroll_offset.y
        cells = self.size.width
        if at >= len(self._lines) or self._lines[at] is None:
            return Strip.blank(cells, self.rich_style)
        shown = self._lines[at]
        if isinstance(shown, _Heading):
            line = Line(cells, self.rich_style)
            tone = "alert" if shown.late else "muted"
            ruled(line, 2, cells - 2, shown.label, number(shown.n), palette(self.app), tone, bold=shown.late)
            return line.strip()
        assert isinstance(shown, TaskRow)  # noqa: S101  # what is left of the union
        return self._task_line(shown, cells)

    def _task_line(self, row: TaskRow, cells: int) -> Strip:
        colors, now = palette(self.app), self._now
        if now is None:
            return Strip.blank(cells, self.rich_style)
        lit, late = row is self.row, overdue(row.due_at, now)
        line = Line(cells, self.rich_style + colors.ground("select") if lit else self.rich_style)
        if lit:
            line.put(0, "▌" if self.has_focus else "▏", colors.style("accent" if self.has_focus else "muted"))
        if late:
            line.put(2, "!", colors.style("alert", bold=True))
        at = when_words(row.due_at, now, self.zone)
        line.put(4, cell(at, TIME_CELLS, "right"), colors.style("alert" if late else "text", bold=late))
        name_cells = WIDE_NAME if cells >= 100 else NAME_CELLS
        name = cell(shown_name(row.lead_name, row.lead_id), name_cells)
        line.put(4 + TIME_CELLS + 2, name, colors.style("strong" if lit or late else "text", bold=lit))
        minutes = (row.due_at - now).total_seconds() / 60
        left = due(row.due_at, now, short=True) if late or minutes <= SOON_MINUTES else ""
        end = cells - 2
        said = what_words(row)
        if row.owner_id not in (None, self.me):
            said = f"{whose_words(row)}: {said}"
        what = cut(said, end - line.at - 1 - (width(left) + 2 if left else 0))
        line.put(line.at + 1, what, colors.style("text"))
        if left:
            line.right(end, left, colors.style("alert" if late else "muted"))
        return line.strip()

    def on_resize(self) -> None:
        """The lines are as wide as the list."""
        self.virtual_size = Size(self.size.width, len(self._lines))
        self._keep_in_sight()

    # the cursor ----------------------------------------------------------------------------------------

    def move_to(self, place: int) -> None:
        """Put the cursor on a task."""
        place = max(0, min(place, len(self._rows) - 1))
        if self._rows and place != self._place:
            self._place = place
            self.refresh()
            self._keep_in_sight()
            self.post_message(self.Highlighted(self, self.row))

    def _keep_in_sight(self) -> None:
        row = self.row
        if row is None or not self.size.height:
            return
        at = next(y for y, shown in enumerate(self._lines) if shown is row)
        # its group's heading too, where the task is the first of it
        top = at - 1 if at and isinstance(self._lines[at - 1], _Heading) else at
        self.scroll_to_region(Region(0, top, 1, at - top + 1), animate=False, force=True)

    def action_cursor_down(self) -> None:
        """`j`"""
        self.move_to(self._place + 1)

    def action_cursor_up(self) -> None:
        """`k`"""
        self.move_to(self._place - 1)

    def action_page_down(self) -> None:
        """A page."""
        self.move_to(self._place + max(1, self.size.height - 2))

    def action_page_up(self) -> None:
        """A page."""
        self.move_to(self._place - max(1, self.size.height - 2))

    def action_half_down(self) -> None:
        """Half a page."""
        self.move_to(self._place + max(1, self.size.height // 2))

    def action_half_up(self) -> None:
        """Half a page."""
        self.move_to(self._place - max(1, self.size.height // 2))

    def action_view_row(self, third: int) -> None:
        """The first, the middle or the last task in view."""
        if seen := [place for _y, place in self._seen()]:
            self.move_to(seen[(0, (len(seen) - 1) // 2, -1)[third]])

    def _seen(self) -> list[tuple[int, int]]:
        """(line inside the view, place) of every task in view."""
        top, found = self.scroll_offset.y, []
        places = {id(row): place for place, row in enumerate(self._rows)}
        for y, shown in enumerate(self._lines[top : top + self.size.height]):
            if isinstance(shown, TaskRow):
                found.append((y, places[id(shown)]))
        return found

    def jump_places(self) -> list[tuple[int, int, Callable[[], object]]]:
        """Every task in view."""
        return [(0, y, partial(self._jump_to, place)) for y, place in self._seen()]

    def _jump_to(self, place: int) -> None:
        self.focus()
        self.move_to(place)

    def action_cursor_first(self) -> None:
        """`g`"""
        self.move_to(0)

    def action_cursor_last(self) -> None:
        """`G`"""
        self.move_to(len(self._rows) - 1)

    def action_select(self) -> None:
        """`⏎`"""
        if self.row is not None:
            self.post_message(self.Selected(self, self.row))

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; on the task it stands on, or twice, it opens."""
        at = event.y + self.scroll_offset.y
        if not 0 <= at < len(self._lines) or not isinstance(self._lines[at], TaskRow):
            return
        row = self._lines[at]
        if row is self.row and event.chain > 1:
            self.action_select()
            return
        self.move_to(next(place for place, one in enumerate(self._rows) if one is row))
