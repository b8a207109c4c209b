"""What a backup is and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

OnStage = Callable[[str, int, int], None]
"""(stage, bytes or steps done, total or 0 where nobody knows)."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    made_at: datetime
    """Aware, UTC: the moment whose state it holds."""
    program: str
    """The leadtui that made it."""
    schema: str
    """Its revision."""
    server: int
    """PostgreSQL's major version it came from."""
    dumped_by: int
    """pg_dump's major version; an older pg_restore cannot read it."""
    rows: Mapping[str, int]
    """Table → rows at that moment, exactly."""
    size: int
    """Bytes of the dump inside."""
    sha256: str
    """Of the dump inside."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was written."""

    path: Path
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class Target:
    """The database that a backup would be restored into."""

    name: str
    place: str
    """host:port/database, or the embedded server's folder; never a password."""
    empty: bool
    """Whether it holds no table of leadtui."""
    leads: int


@dataclass(frozen=True, slots=True)
class Restored:
    """A restore that succeeded."""

    manifest: Manifest
    schema: str
    """Revision after the upgrade that follows."""
    replaced: str | None
    """Name under which the database that was there is kept; None where it was empty."""
    sessions_ended: int
