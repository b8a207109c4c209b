"""Who asks, from where, in which transaction: `Ctx` outside the gate, `Tx` inside it."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import psycopg

from leadtui.core.auth.permissions import Role

if TYPE_CHECKING:
    from leadtui.core.db.database import Database, PgConnection


class Origin(enum.StrEnum):
    """The front door a call came through."""

    TUI = "tui"
    CLI = "cli"
    API = "api"
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in user, as the database knew them in this transaction."""

    user_id: int
    session_id: int
    team_id: int
    team_code: str
    role: Role
    name: str
    locale: str | None
    zone: str
    team_zone: str
    currency: str
    must_change: bool
    """A one-time password: nothing but changing it is allowed."""
    os_user: str | None

    @property
    def sees_all(self) -> bool:
        """Whether every team is in scope (row-level security says the same)."""
        return self.role in (Role.ADMIN, Role.SYSTEM)


@dataclass(slots=True)
class Ctx:
    """What a front door holds and passes as the first argument of every service.

    One per signed-in session; safe to share between threads. `now` is the transaction's own unless a test or
    the demo injects one.
    """

    db: Database
    origin: Origin
    token: str | None = None
    """The opaque session token; None before signing in."""
    actor: Actor | None = None
    """As of the last service call: for greying out keys, never for deciding."""
    now: datetime | None = None
    """Injected clock; refused where `production` is set."""
    production: bool = False


class Tx:
    """One transaction of one actor. Services' inner functions take it; nobody else makes one."""

    __slots__ = (
        "_audit", "_known", "_notes", "_receipt", "_subject", "actor", "now", "origin", "pg", "verify",
    )  # fmt: skip

    def __init__(
        self,
        actor: Actor,
        now: datetime,
        origin: Origin,
        pg: PgConnection,
    ) -> None:
        self.actor = actor
        self.now = now
        self.origin = origin
        self.pg = pg
        self._notes: list[str] = []
        self._audit: dict[str, Any] = {}
        self._subject: str | None = None
        self._known: tuple[str, Any] | None = None
        """The gate's: what this request was answered with before, as (action, result)."""
        self._receipt: tuple[Any, ...] | None = None
        """The gate's: the receipt that goes with COMMIT."""
        self.verify: Any = None

    def send(
        self, statement: str, params: Sequence[Any] | dict[str, Any] = ()
    ) -> psycopg.Cursor[tuple[Any, ...]]:
        """Send a prepared statement with binary results; in a hot service it waits for nothing."""
        cursor = self.pg.cursor(binary=True)
        return cursor.execute(statement, params, prepare=True)

    def rows(self, cursor: psycopg.Cursor[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Every row of what `send` gave. In a hot service the first call also checks the session."""
        if self.verify is not None:
            self.verify()
        return cursor.fetchall()

    def row(self, cursor: psycopg.Cursor[tuple[Any, ...]]) -> tuple[Any, ...] | None:
        """The first row of what `send` gave, or None."""
        if self.verify is not None:
            self.verify()
        return cursor.fetchone()

    def notify(self, kind: str, ident: int | str, version: int = 0) -> None:
        """Tell every process after COMMIT that a thing changed: kind, id, version; never personal data."""
        self._notes.append(f"{kind}:{ident}:{version}")

    def audit(self, subject: str | None = None, **detail: Any) -> None:
        """What this action's audit row says: `subject` as "lead:123"; field names, ids and counts only."""
        if subject is not None:
            self._subject = subject
        self._audit.update(detail)

    def team_zone(self) -> ZoneInfo:
        """The zone of the team's report days."""
        return ZoneInfo(self.actor.team_zone)
