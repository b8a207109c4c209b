"""What `doctor` and `db` find: facts with a code, no sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leadtui.scoring.artefact import Artefact


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at."""

    code: str
    ok: bool | None
    """None: worth knowing, nothing is wrong."""
    data: dict[str, Any] = field(default_factory=dict)
    """Values for the sentence."""
    warn: bool = False
    """With `ok` None: nothing is broken yet, and something should be done."""

    @property
    def level(self) -> str:
        """ok, note, warn or fail."""
        if self.ok is None:
            return "warn" if self.warn else "note"
        return "ok" if self.ok else "fail"


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
    creates: bool = False
    """Whether it may make tables, databases or roles."""


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """One of the three roles of a leadtui database."""

    name: str
    login: bool
    superuser: bool
    bypasses: bool


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What the role of the program sees of its server, without a session."""

    version: int
    """180004 is 18.4."""
    role: AppRole
    roles: tuple[RoleFacts, ...]
    """Those of owner, app and backup that exist."""
    tls: str | None
    """TLS of this connection, with its version where the server tells; None is in the clear, or a socket."""
    skew: float
    """Seconds by which this machine's clock is ahead of the server's."""
    encoding: str
    size: int
    """Bytes of the database."""
    max_connections: int
    """That this role can have."""
    connections: int
    """In use now."""
    telling: tuple[str, ...]
    """Settings by which the server writes data into its own log."""
    kept: tuple[str, ...]
    """Databases that restores have put aside, as far as this role sees them."""
    last_partition: date | None


@dataclass(frozen=True, slots=True)
class Health:
    """What the database says of itself."""

    stray_rows: bool
    """Whether rows landed in a default partition."""
    model_id: int | None
    model_name: str | None
    model_problem: str | None
    """Error code, where the deployed model cannot be used."""
    artefact: Artefact | None
    """The deployed model, to be loaded by a child process."""
    leads: int
    scored: int
    """By the deployed model."""
    historical: int
    agents: int
    """Who can sign in at all."""
    users: int
    admins: int
    """Who can sign in and manage users."""
    demo: bool
    """Whether the demo filled this database."""
    holidays_until: int | None = None
    """The last year, without a gap from this one on, of which holidays are known."""
