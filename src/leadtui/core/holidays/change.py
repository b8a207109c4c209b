"""How days off are listed, added, taken away and brought up to date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from leadtui.core.calls import settings as cache
from leadtui.core.ctx import Tx
from leadtui.core.errors import Invalid, NotFound
from leadtui.core.holidays import files, queries
from leadtui.core.holidays.dto import (
    BY_HAND,
    SHIPPED,
    AddHoliday,
    Brought,
    Holiday,
    HolidayKind,
    ImportHolidays,
    RemoveHoliday,
    UpdateHolidays,
)
from leadtui.core.holidays.rules import FIRST_YEAR, LAST_YEAR, name_code
from leadtui.core.imports.clean import clean
from leadtui.core.leads.dto import Zone

MOST_YEARS: Final = 20
"""Years of one update."""


def later(day: date, days: int) -> date:
    """`days` after `day`, within the years that a holiday can be in."""
    return min(day + timedelta(days=min(max(days, 0), 4_000)), date(LAST_YEAR, 12, 31))


def listing(tx: Tx, first: int | None, last: int | None) -> tuple[Holiday, ...]:
    """As `service.listing`."""
    start = tx.now.astimezone(tx.team_zone()).year if first is None else first
    end = LAST_YEAR if last is None else last
    low, high = (min(max(year, FIRST_YEAR), LAST_YEAR) for year in (start, end))
    return queries.between(tx, date(low, 1, 1), date(high, 12, 31))


def add(tx: Tx, command: AddHoliday) -> Holiday:
    """As `service.add`."""
    wrong = {}
    if code := name_code(command.name):
        wrong["name"] = code
    if not FIRST_YEAR <= command.day.year <= LAST_YEAR:
        wrong["date"] = "holiday_far"
    if wrong:
        raise Invalid(wrong, first=FIRST_YEAR, last=LAST_YEAR)
    queries.lock(tx)
    made = Holiday(
        command.day, clean(command.name), None, command.zone, HolidayKind.OWN, BY_HAND, estimated=False
    )
    queries.put(tx, [made], by=tx.actor.user_id)
    _changed(tx, f"holiday:{command.day.isoformat()}", zone=_zone(command.zone))
    return queries.one(tx, command.day, command.zone) or made


def remove(tx: Tx, command: RemoveHoliday) -> Holiday:
    """As `service.remove`."""
    queries.lock(tx)
    was = queries.one(tx, command.day, command.zone)
    if was is None:
        raise NotFound("holiday_unknown", day=command.day.isoformat())
    queries.take_away(tx, [command.day], command.zone, by=tx.actor.user_id)
    _changed(tx, f"holiday:{command.day.isoformat()}", zone=_zone(command.zone))
    return was


def import_file(tx: Tx, command: ImportHolidays) -> Brought:
    """As `service.import_file`."""
    read = files.read(command.path)
    queries.lock(tx)
    years = [each.day.year for each in read]
    there = {
        (each.day, each.zone): each
        for each in queries.between(tx, date(min(years), 1, 1), date(max(years), 12, 31))
    }
    new = [each for each in read if (each.day, each.zone) not in there]
    changed = [
        each
        for each in read
        if (was := there.get((each.day, each.zone))) is not None and _facts(was) != _facts(each)
    ]
    if new or changed:
        queries.put(tx, [*new, *changed], by=tx.actor.user_id)
        _changed(tx, None, added=len(new), changed=len(changed))
    return Brought(len(new), len(changed), len(read) - len(new) - len(changed), 0, 0)


def update(tx: Tx, command: UpdateHolidays) -> Brought:
    """As `service.update`."""
    from leadtui.core.holidays import shipped

    first, last = command.first, command.last
    if not FIRST_YEAR <= first <= last <= LAST_YEAR or last - first >= MOST_YEARS:
        raise Invalid({"years": "holiday_years"}, first=FIRST_YEAR, last=LAST_YEAR, most=MOST_YEARS)
    queries.lock(tx)
    return _bring(tx, shipped.indonesia(first, last), first, last)


def _bring(tx: Tx, known: Mapping[date, Holiday], first: int, last: int) -> Brought:
    there = queries.of_country(tx, first, last)
    added, changed, unchanged, kept = [], [], 0, 0
    for day, holiday in known.items():
        was, ours, gone = there.get(day, (None, True, True))
        if not ours:
            kept += 1
        elif was is None or gone:
            added.append(holiday)
        elif _facts(was) != _facts(holiday):
            changed.append(holiday)
        else:
            unchanged += 1
    moved = [day for day, (_was, ours, gone) in there.items() if ours and not gone and day not in known]
    if added or changed:
        queries.put(tx, [*added, *changed], by=None)
    if moved:
        queries.take_away(tx, moved, None, by=None)
    if added or changed or moved:
        _changed(tx, None, first=first, last=last, added=len(added), changed=len(changed), removed=len(moved))
    return Brought(len(added), len(changed), unchanged, len(moved), kept)


def _facts(holiday: Holiday) -> tuple[object, ...]:
    source = SHIPPED if holiday.source == SHIPPED else BY_HAND
    return holiday.name, holiday.name_en, holiday.kind, holiday.estimated, source


def _zone(zone: Zone | None) -> int:
    return 0 if zone is None else int(zone)


def _changed(tx: Tx, subject: str | None, **facts: int) -> None:
    tx.audit(subject, **facts)
    cache.forget()
    tx.notify("setting", 0)
