"""What `doctor` and `db` find: facts with a code, no sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at."""

    code: str
    ok: bool | None
    """None: worth knowing, nothing is wrong."""
    data: dict[str, Any] = field(default_factory=dict)
    """Values for the sentence."""


@dataclass(frozen=True, slots=True)
class DbStatus:
    """Where the database is and what it has."""

    embedded: bool
    place: str
    """The embedded server's folder, or host:port/database of a real one; never a password."""
    running: bool
    pid: int | None
    """Of an embedded server."""
    version: str | None
    """PostgreSQL's; None while it does not run."""
    current: str | None
    """Schema it has; None is none, or not running."""
    head: str
    """Schema this program brings."""


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What `db upgrade` did."""

    before: str | None
    after: str
    starter: bool
    """Whether the starter model was deployed because none was."""
    app_ready: bool
    """False: the app role cannot sign in yet (a new server: its password is to be set)."""
    backup_ready: bool = True
    """False: the backup role may not see every row yet, and its pg_dump refuses."""


@dataclass(frozen=True, slots=True)
class AppRole:
    """The role that the program works with."""

    name: str
    superuser: bool
    bypasses: bool
    """Whether row-level security does not hold for it."""
    owner: bool
    """Whether it may become the owner."""


@dataclass(frozen=True, slots=True)
class Health:
    """What the database says of itself."""

    version: int
    """PostgreSQL's version number, 180004 is 18.4."""
    app: AppRole
    last_partition: date | None
    """First day after the last month that has a partition of its own."""
    stray_rows: bool
    """Whether rows landed in a default partition."""
    model_id: int | None
    model_name: str | None
    model_problem: str | None
    """Error code, where the deployed model cannot be used."""
    leads: int
    scored: int
    """By the deployed model."""
    historical: int
    users: int
    admins: int
    """Who can sign in and manage users."""
    demo: bool
    """Whether the demo filled this database."""
