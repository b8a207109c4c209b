"""Days on which nobody is called: the day, its name, for whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from leadtui.core.holidays.dto import Holiday, HolidayKind
from leadtui.formats import day, weekday
from leadtui.i18n import _, language
from leadtui.text import clean, cut, width
from leadtui.themes import palette
from leadtui.widgets.line import Line
from leadtui.widgets.wrap import wrap

DAY_CELLS = 11


def holiday_name(holiday: Holiday) -> str:
    """In the reader's language where it has one."""
    return clean((holiday.name_en if language() != "id" else None) or holiday.name)


def holiday_remark(holiday: Holiday, *, joint_leave: bool) -> str:
    """`estimated`, `joint leave, calls`, `WIT only`: what is special about it."""
    told = []
    if holiday.zone is not None:
        told.append(_("{zone} only").format(zone=holiday.zone.name))
    if holiday.kind is HolidayKind.JOINT_LEAVE:
        # the bank's own calendar says it in the name already: not twice
        said = holiday_name(holiday).casefold().startswith(_("joint leave").casefold())
        if joint_leave:
            told.append(_("calls are made") if said else _("joint leave, calls are made"))
        elif not said:
            told.append(_("joint leave"))
    if holiday.estimated:
        told.append(_("estimated"))
    return ", ".join(told)


class HolidayLines(Widget):
    """The days, one below the other; a name that is too long is broken."""

    DEFAULT_CSS = """
    HolidayLines { height: auto; width: 1fr; }
    """

    holidays: reactive[tuple[Holiday, ...]] = reactive((), layout=True)
    joint_leave: reactive[bool] = reactive(False, layout=True)
    """Whether customers are called on joint leave."""
    year: reactive[bool] = reactive(False, layout=True)
    """Whether days are written with their year's heading."""

    def show(self, holidays: Sequence[Holiday], *, joint_leave: bool) -> None:
        """Other days."""
        self.holidays, self.joint_leave = tuple(holidays), joint_leave

    def _lines(self, cells: int) -> list[tuple[str, str, str]]:
        """(day, words, tone)."""
        lines: list[tuple[str, str, str]] = []
        years: set[int] = set()
        for one in self.holidays:
            if self.year and one.day.year not in years:
                if lines:
                    lines.append(("", "", "muted"))
                lines.append((str(one.day.year), "", "strong"))
                years.add(one.day.year)
            works = one.kind is HolidayKind.JOINT_LEAVE and self.joint_leave
            at = _day(one.day)
            for part in wrap(holiday_name(one), cells - DAY_CELLS - 1):
                lines.append((at, part, "muted" if works else "text"))
                at = ""
            if told := holiday_remark(one, joint_leave=self.joint_leave):
                room = cells - DAY_CELLS - 1
                last = lines[-1]
                # on the line of the name where there is room
                if width(last[1]) + width(told) + 2 <= room:
                    lines[-1] = (last[0], f"{last[1]}  {told}", last[2])
                else:
                    lines.append(("", cut(told, room), "muted"))
        return lines

    def line_of(self, when: date) -> int:
        """The line of the first day from `when` on; the last line where none comes any more."""
        lines = self._lines(self.size.width)
        first = next((_day(one.day) for one in self.holidays if one.day >= when), None)
        year = next((str(one.day.year) for one in self.holidays if one.day >= when), "")
        began = next((y for y, line in enumerate(lines) if line[0] == year), 0)
        return next((y for y in range(began, len(lines)) if lines[y][0] == first), len(lines) - 1)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One line each, more for long names."""
        return len(self._lines(width))

    def render_line(self, y: int) -> Strip:
        """One line."""
        colors, line = palette(self.app), Line(self.size.width, self.rich_style)
        lines = self._lines(self.size.width)
        if y < len(lines):
            at, told, tone = lines[y]
            line.put(0, at, colors.style("strong" if not told else "muted", bold=not told))
            if told:
                line.put(DAY_CELLS + 1, told, colors.style(tone))
        return line.strip()


def _day(when: date) -> str:
    """`Mon 25 Dec`."""
    return f"{weekday(when, short=True)} {day(when)}"
