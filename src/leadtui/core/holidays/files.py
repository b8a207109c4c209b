"""A file of the bank's own days off: `date,name[,zone]`. Every line is looked at, all or nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from leadtui.core.errors import Invalid
from leadtui.core.holidays.dto import BadHoliday, Holiday, HolidayKind
from leadtui.core.holidays.rules import name_code, read_day, read_zone
from leadtui.core.imports import small
from leadtui.core.imports.clean import clean, excerpt
from leadtui.core.leads.dto import Zone

_TITLES: Final = {
    "date": "date", "day": "date", "tanggal": "date", "tgl": "date", "hari": "date",
    "name": "name", "holiday": "name", "nama": "name", "keterangan": "name", "libur": "name",
    "hari libur": "name", "zone": "zone", "zona": "zone", "zona waktu": "zone",
}  # fmt: skip
MOST_BAD: Final = 100
"""Lines that an error names."""


def read(path: Path) -> list[Holiday]:
    """The days off of a file. Raises Invalid as `service.import_file`."""
    name = excerpt(clean(path.name)) or "?"
    found: dict[tuple[date, Zone | None], Holiday] = {}
    bad: list[BadHoliday] = []
    order: tuple[str, ...] | None = None
    for line, cells in small.rows(path):
        if order is None:
            order = _order(cells, line)
            if order is not _PLAIN:
                continue
        made = _line(line, cells, order, name)
        if isinstance(made, BadHoliday):
            bad.append(made)
        elif (made.day, made.zone) in found:
            bad.append(BadHoliday(line, "holiday_twice", made.day.isoformat()))
        else:
            found[made.day, made.zone] = made
    if bad:
        raise Invalid({"file": "holiday_lines"}, "holiday_lines", n=len(bad), bad=tuple(bad[:MOST_BAD]))
    if not found:
        raise small.wrong("file_no_rows", path=name)
    return list(found.values())


_PLAIN: Final = ("date", "name", "zone")


def _order(cells: list[str], line: int) -> tuple[str, ...]:
    """What each column is: by the header, or date, name, zone where the first line is a day already."""
    titles = tuple(_TITLES.get(cell.strip().lower(), "") for cell in cells)
    if "date" in titles and "name" in titles:
        return titles
    if cells and read_day(cells[0]) is not None:
        return _PLAIN
    raise Invalid({"file": "holiday_header"}, "holiday_header", line=line, start=excerpt(_start(cells)))


def _start(cells: list[str]) -> str:
    """The start of a line as it may be shown."""
    return clean(", ".join(cells))[:60]


def _line(line: int, cells: list[str], order: tuple[str, ...], source: str) -> Holiday | BadHoliday:
    if len([cell for cell in cells if cell.strip()]) > len(order) or len(cells) < 2:
        return BadHoliday(line, "holiday_columns", excerpt(_start(cells)))
    said = {title: cell.strip() for title, cell in zip(order, cells, strict=False) if title}
    day = read_day(said.get("date", ""))
    if day is None:
        written = excerpt(clean(said.get("date", "")))
        return BadHoliday(line, "holiday_date" if written else "holiday_no_date", written)
    name, zone = said.get("name", ""), said.get("zone", "")
    if name_code(clean(name)):
        return BadHoliday(line, "holiday_name", excerpt(clean(name)))
    where = read_zone(zone) if zone else None
    if zone and where is None:
        return BadHoliday(line, "holiday_zone", excerpt(clean(zone)))
    return Holiday(day, clean(name), None, where, HolidayKind.OWN, source, estimated=False)
