"""What the import takes and gives: frozen values, no database, no wording."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol


class OnDuplicate(enum.StrEnum):
    """What becomes of a row whose external_id the team has already."""

    UPDATE = "update"
    """The lead gets what the row says anew."""
    SKIP = "skip"
    """The row is passed over; but a "do not call" that it says puts its number on the list all the same."""
    ERROR = "error"
    """The row is rejected."""


@dataclass(frozen=True, slots=True)
class ImportFile:
    """Bring one file of leads in."""

    path: Path
    dry_run: bool = False
    """Check everything and say what would happen; nothing is kept but the run."""
    demo_contacts: bool = False
    """Give every row a made-up person (marked synthetic, consent "demo")."""
    team: str | None = None
    """Code of the team that gets the leads; None is the actor's own."""
    consent_source: str | None = None
    """Where everybody in this file agreed to be called. Rows that say no stay at no."""
    encoding: str | None = None
    """Name of the file's encoding; None: its byte order mark says it, or it is UTF-8."""
    skip_bad: bool = False
    """Good rows come in although others are rejected."""
    on_duplicate: OnDuplicate = OnDuplicate.UPDATE


class Phase(enum.StrEnum):
    """What an import is doing."""

    READ = "read"
    """Bytes of the file into the staging table."""
    CHECK = "check"
    """Rows checked in sets."""
    ONE_BY_ONE = "one_by_one"
    """Rows checked one by one because they are not of the regular kind."""
    MATCH = "match"
    """Keys, places and which leads are there already; one step."""
    WRITE = "write"
    """Rows written."""
    INDEX = "index"
    """Indexes rebuilt after a big load."""
    COMMIT = "commit"
    """The last moment: from here on it cannot be stopped."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is. `total` 0 is "not known"."""

    phase: Phase
    done: int
    total: int


OnProgress = Callable[[Progress], None]


class ImportStatus(enum.StrEnum):
    """How an import ended."""

    COMMITTED = "committed"
    REJECTED = "rejected"
    DRY_RUN = "dry_run"
    UNCHANGED = "unchanged"
    """The very same file was the team's last import and no lead has been edited since."""


@dataclass(frozen=True, slots=True)
class Reject:
    """Why one row cannot come in."""

    line: int
    """Line of the file where the row starts, 1 is the header."""
    column: str
    """The file's column, in lower case as we know it."""
    code: str
    """Key of `codes.REJECTS`."""
    value: str
    """An excerpt of what stands there, without control characters, at most 80 characters."""
    lines: tuple[int, ...] = ()
    """`two_contents`: the first lines of this external_id."""


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """One row that cannot come in, as it stands in the file."""

    line: int
    cells: tuple[str, ...]
    """Of the file's columns, without control characters; "" for what is missing."""
    rejects: tuple[Reject, ...]
    """Why, by column."""
    rest: str
    """What a row with too many fields holds beyond its columns."""


class RejectSink(Protocol):
    """Where a front door writes rejected rows while an import runs.

    `begin` before the first row, `publish` after the last and before COMMIT: what it raises stops the import.
    """

    def begin(self, titles: tuple[str, ...], delimiter: str) -> None:
        """The file's columns and what separates them."""

    def write(self, row: RejectedRow) -> None:
        """One row; in the order of lines."""

    def publish(self) -> None:
        """All rows are written: make them visible."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: read = added + changed + unchanged + rejected + skipped, in rows."""

    run_id: int | None
    status: ImportStatus
    file_name: str
    file_sha256: str
    read: int
    added: int
    changed: int
    unchanged: int
    rejected: int
    """Rows with at least one reject."""
    skipped: int
    """Blank lines, rows repeated under the same external_id, and, in a rejected file, the good rows."""
    rejects: tuple[Reject, ...] = field(default=())
    """In the order of lines; at most `MAX_REPORTED`."""
    rejects_total: int = 0
    historical: int = 0
    """Rows that carry a known outcome (`y`)."""
    unscored: int = 0
    """Leads of this file that wait for `leads score --all`."""
    shared_phones: int = 0
    """Rows whose number another row or another lead of the team has too."""
    shared_phone_lines: tuple[int, ...] = ()
    """The first of them; at most `SHARED_LINES`."""
    on_duplicate: OnDuplicate = OnDuplicate.UPDATE
    refusals_kept: int = 0
    """Leads that said no before: what everybody of the file agreed to does not change that."""

    @property
    def ok(self) -> bool:
        """Whether nothing was rejected."""
        return self.rejected == 0


SHARED_LINES = 5
"""Lines with a shared number that a report names."""
REJECT_LINES = 10
"""Lines that a reject of two contents names."""
MAX_REPORTED = 1_000
"""Rejects that a report carries; the database keeps up to `MAX_STORED`."""
MAX_STORED = 100_000
"""Rejects that are kept of one file."""


@dataclass(frozen=True, slots=True)
class ImportRun:
    """One import of the past."""

    id: int
    team: str
    """Its code."""
    file_name: str
    file_sha256: str
    file_bytes: int
    actor: str
    """Name of who did it; "system" for the command line."""
    started_at: datetime
    finished_at: datetime | None
    status: ImportStatus
    read: int
    added: int
    changed: int
    unchanged: int
    rejected: int
    skipped: int
    shared_phones: int
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RunRejects:
    """An import of the past with what was wrong with its file when that was last read."""

    run: ImportRun
    rejects: tuple[Reject, ...]
    """In the order of lines, values of contacts masked (`rules.mask`)."""
    total: int
    """Of the file; at most `MAX_STORED` are kept."""
