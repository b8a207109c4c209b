"""The only SQL of holidays. Rows are never deleted: what the bank took away is marked so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from leadtui.core.ctx import Tx
from leadtui.core.holidays.dto import SHIPPED, Holiday, HolidayKind
from leadtui.core.leads.dto import Zone

_COLUMNS: Final = (
    "h.day, h.name, h.name_en, h.zone, h.kind, h.source, h.estimated, p.name, "
    "case when h.updated_by is not null then h.updated_at end"
)
_FROM: Final = "from holiday h left join people() p on p.user_id = h.updated_by"
_ORDER: Final = "order by h.day, h.zone nulls first"


def between(tx: Tx, first: date, last: date) -> tuple[Holiday, ...]:
    """The days off from `first` to `last`, both included."""
    rows = tx.rows(
        tx.send(
            f"select {_COLUMNS} {_FROM} where h.day between %s and %s and not h.removed {_ORDER}",
            (first, last),
        )
    )
    return tuple(_holiday(row) for row in rows)


def one(tx: Tx, day: date, zone: Zone | None) -> Holiday | None:
    """The day off of exactly this zone."""
    row = tx.row(
        tx.send(
            f"select {_COLUMNS} {_FROM} where h.day = %s"  # noqa: S608
            " and h.zone is not distinct from %s and not h.removed",
            (day, _number(zone)),
        )
    )
    return None if row is None else _holiday(row)


def lock(tx: Tx) -> None:
    """One change of holidays at a time."""
    tx.send("select pg_advisory_xact_lock(%s)", (0x686F6C69,))  # "holi"


def put(tx: Tx, holidays: Sequence[Holiday], *, by: int | None) -> None:
    """Write these days; one that is there, or was taken away, becomes this."""
    tx.send(
        "insert into holiday (day, zone, name, name_en, kind, source, estimated, removed, updated_by,"
        " updated_at)"
        " select d.day, d.zone, d.name, d.name_en, d.kind, d.source, d.estimated, false, %s, %s"
        " from unnest(%s::date[], %s::smallint[], %s::text[], %s::text[], %s::text[], %s::text[],"
        " %s::boolean[])"
        " d(day, zone, name, name_en, kind, source, estimated)"
        " on conflict (day, zone) do update set name = excluded.name, name_en = excluded.name_en,"
        " kind = excluded.kind, source = excluded.source, estimated = excluded.estimated, removed = false,"
        " updated_by = excluded.updated_by, updated_at = excluded.updated_at",
        (
            by,
            tx.now,
            [each.day for each in holidays],
            [_number(each.zone) for each in holidays],
            [each.name for each in holidays],
            [each.name_en for each in holidays],
            [each.kind.value for each in holidays],
            [each.source for each in holidays],
            [each.estimated for each in holidays],
        ),
    )


def take_away(tx: Tx, days: Sequence[date], zone: Zone | None, *, by: int | None) -> None:
    """Mark these days as no days off. `by` None: the shipped list does not have them any more, so that they
    may come back with it."""
    tx.send(
        "update holiday set removed = true, updated_by = %s, updated_at = %s"
        " where day = any(%s) and zone is not distinct from %s and not removed",
        (by, tx.now, list(days), _number(zone)),
    )


def of_country(tx: Tx, first: int, last: int) -> dict[date, tuple[Holiday, bool, bool]]:
    """Day → (the row, whether it is shipped and as it was shipped, whether it is taken away), for the whole
    country's days of these years."""
    rows = tx.rows(
        tx.send(
            f"select {_COLUMNS}, h.updated_by is null and h.source = '{SHIPPED}', h.removed {_FROM}"  # noqa: S608
            " where h.zone is null and extract(year from h.day) between %s and %s",
            (first, last),
        )
    )
    return {row[0]: (_holiday(row[:-2]), row[-2], row[-1]) for row in rows}


def _number(zone: Zone | None) -> int | None:
    return None if zone is None else int(zone)


def _holiday(row: tuple[Any, ...]) -> Holiday:
    day, name, name_en, zone, kind, source, estimated, by, at = row
    where = None if zone is None else Zone(zone)
    return Holiday(day, name, name_en, where, HolidayKind(kind), source, estimated, by, at)
