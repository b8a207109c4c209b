"""What the import takes and gives: frozen values, no database, no wording."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


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


class Phase(enum.StrEnum):
    """What an import is doing."""

    READ = "read"
    """Bytes of the file into the staging table."""
    CHECK = "check"
    """Rows checked one by one because they are not of the regular kind."""
    WRITE = "write"
    """Rows written."""
    INDEX = "index"
    """Indexes rebuilt after a big load."""


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
    """`two_contents`: every line of this external_id."""


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

    @property
    def ok(self) -> bool:
        """Whether nothing was rejected."""
        return self.rejected == 0


MAX_REPORTED = 1_000
"""Rejects that a report carries; the database keeps up to `MAX_STORED`."""
MAX_STORED = 100_000
"""Rejects that are kept of one file."""
