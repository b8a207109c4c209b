"""What holiday services take and give: frozen values, no wording."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from leadtui.core.leads.dto import Zone


class HolidayKind(enum.StrEnum):
    """What sort of day off it is."""

    NATIONAL = "national"
    JOINT_LEAVE = "joint_leave"
    """Cuti bersama: closed, unless `window.joint_leave` says that customers are called."""
    OWN = "own"
    """The bank's."""


SHIPPED = "shipped"
"""`Holiday.source` of what the program brings."""
BY_HAND = "hand"
"""`Holiday.source` of what somebody added; anything else is the name of the file it came with."""


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day on which customers are not called."""

    day: date
    name: str
    """In Indonesian, or as the bank calls it."""
    name_en: str | None
    zone: Zone | None
    """None: the whole country."""
    kind: HolidayKind
    source: str
    estimated: bool
    """The moon decides; the day may still move."""
    updated_by_name: str | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AddHoliday:
    """A day off of the bank's own; one that is there already gets this name and is the bank's from now on."""

    request_id: UUID
    day: date
    name: str
    zone: Zone | None = None


@dataclass(frozen=True, slots=True)
class RemoveHoliday:
    """Call on this day after all; the next shipped list does not bring it back."""

    request_id: UUID
    day: date
    zone: Zone | None = None


@dataclass(frozen=True, slots=True)
class ImportHolidays:
    """Days off from a file: `date,name[,zone]`."""

    request_id: UUID
    path: Path


@dataclass(frozen=True, slots=True)
class UpdateHolidays:
    """Bring the country's days off of some years up to what the program knows."""

    request_id: UUID
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Brought:
    """What an import or update of holidays did, in days."""

    added: int
    changed: int
    unchanged: int
    removed: int
    """Shipped before, and not any more: an estimate that has moved."""
    kept: int
    """Left as the bank made them."""


@dataclass(frozen=True, slots=True)
class BadHoliday:
    """A line of a file that cannot come in."""

    line: int
    code: str
    """holiday_date, holiday_no_date, holiday_name, holiday_zone, holiday_twice, holiday_columns."""
    value: str
