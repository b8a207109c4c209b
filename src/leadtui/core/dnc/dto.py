"""What the do-not-call list takes and gives: frozen values, no wording."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

ASKED = "asked"
"""`Entry.reason`: the customer said so in a call."""
IMPORTED = "import"
"""`Entry.reason`: a file of leads said so."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One number that a team does not call, and why."""

    e164: str
    team: str
    """Code."""
    reason: str | None
    """ASKED, IMPORTED, or what somebody wrote."""
    source: str | None
    """Name of the list it came with."""
    lead_id: int | None
    """Listed as a number of this customer."""
    added_by_name: str | None
    added_at: datetime


@dataclass(frozen=True, slots=True)
class AddNumber:
    """Nobody is called on this number any more."""

    request_id: UUID
    number: str
    """As people write it: 0812…, +62812…"""
    reason: str | None = None
    team: str | None = None
    """Code; None is every team for who sees them all, else the actor's."""


@dataclass(frozen=True, slots=True)
class AddPerson:
    """This customer is not called any more, nor anybody on their numbers."""

    request_id: UUID
    lead_id: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RemoveNumber:
    """The number may be called again."""

    request_id: UUID
    number: str
    reason: str
    """Why, kept as evidence."""
    team: str | None = None


@dataclass(frozen=True, slots=True)
class RemovePerson:
    """The customer may be called again. Numbers that were listed for other reasons stay listed."""

    request_id: UUID
    lead_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Blocked:
    """What adding did."""

    numbers: int
    """Entries that are new, of all teams."""
    leads: int
    """Customers who left the queues by it."""


@dataclass(frozen=True, slots=True)
class Lifted:
    """What removing did."""

    numbers: int
    """Entries that are gone, of all teams."""
    leads: int
    """Customers who may be called again, as far as this list goes."""
    still: int
    """Customers whom another entry or their own word still blocks."""
    blocking: tuple[str, ...] = ()
    """Of a person: their numbers that stay listed."""


@dataclass(frozen=True, slots=True)
class ImportList:
    """Bring a list of numbers in: one a line, or a column `phone`."""

    path: Path
    reason: str | None = None
    skip_bad: bool = False
    """Good lines come in although others are no numbers."""
    encoding: str | None = None
    team: str | None = None


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that holds no telephone number."""

    line: int
    value: str


@dataclass(frozen=True, slots=True)
class ListReport:
    """What an import of numbers did: read = new + known + repeated + rejected, in lines."""

    file_name: str
    imported: bool
    """False: lines were wrong, and nothing was written."""
    read: int
    new: int
    """Numbers that no team had, or not every one."""
    known: int
    repeated: int
    rejected: int
    leads: int
    """Customers who left the queues by it."""
    bad: tuple[BadLine, ...]
    """The first of them; at most `MAX_BAD`."""


MAX_BAD = 1_000

OnLines = Callable[[int], None]
"""Told how many lines are read."""
