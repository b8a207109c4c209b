"""Days on which customers are not called, behind the gate."""

from __future__ import annotations

from leadtui.core.action import action, query
from leadtui.core.auth.permissions import Permission
from leadtui.core.ctx import Tx
from leadtui.core.holidays import change, queries
from leadtui.core.holidays.dto import (
    AddHoliday,
    Brought,
    Holiday,
    ImportHolidays,
    RemoveHoliday,
    UpdateHolidays,
)


@query(Permission.SETTINGS_READ)
def listing(tx: Tx, first: int | None = None, last: int | None = None) -> tuple[Holiday, ...]:
    """The days off of the years `first` to `last` (None: from this year on), by day."""
    return change.listing(tx, first, last)


@query(Permission.SETTINGS_READ)
def upcoming(tx: Tx, days: int = 60) -> tuple[Holiday, ...]:
    """The days off from today (the team's) on, `days` of them ahead."""
    today = tx.now.astimezone(tx.team_zone()).date()
    return queries.between(tx, today, change.later(today, days))


@action(Permission.SETTINGS_MANAGE, audit="holiday.added")
def add(tx: Tx, command: AddHoliday) -> Holiday:
    """A day off of the bank's own. Raises Invalid: name required, too_long · date holiday_far."""
    return change.add(tx, command)


@action(Permission.SETTINGS_MANAGE, audit="holiday.removed")
def remove(tx: Tx, command: RemoveHoliday) -> Holiday:
    """Call on this day after all; gives what it was. Raises NotFound("holiday_unknown": day)."""
    return change.remove(tx, command)


@action(Permission.SETTINGS_MANAGE, audit="holiday.imported")
def import_file(tx: Tx, command: ImportHolidays) -> Brought:
    """Bring the days off of a file in: all, or none where a line is wrong.

    Raises Invalid: as a file of leads that cannot be read (`imports.codes.FILE_ERRORS`), "holiday_header", or
    "holiday_lines" with `data["bad"]`, a tuple of BadHoliday.
    """
    return change.import_file(tx, command)


@action(Permission.SETTINGS_MANAGE, audit="holiday.updated")
def update(tx: Tx, command: UpdateHolidays) -> Brought:
    """Bring Indonesia's days off of these years up to what the program knows, joint leave among them where it
    is decreed; what the bank added, changed or took away stays as the bank made it.

    Loads a library for it (0.1 s). Raises Invalid({"years": "holiday_years"}).
    """
    return change.update(tx, command)
