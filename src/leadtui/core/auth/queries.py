"""The only SQL of signing in: calls of the SECURITY DEFINER functions of the first migration."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from leadtui.core.db.database import PgConnection


@dataclass(frozen=True, slots=True)
class Account:
    """What the database knows of an e-mail address."""

    user_id: int
    password_hash: str | None
    disabled: bool


def find(pg: PgConnection, email: str) -> Account | None:
    """The account of an e-mail address, in any letter case."""
    row = pg.execute("select user_id, password_hash, disabled from auth_find(%s)", (email,)).fetchone()
    return None if row is None else Account(*row)


def system_user(pg: PgConnection) -> int | None:
    """The id of the `system` actor."""
    row = pg.execute("select auth_system_user()").fetchone()
    return None if row is None else row[0]


def open_session(
    pg: PgConnection,
    user_id: int,
    token_hash: bytes,
    origin: str,
    os_user: str,
    host: str,
    idle: timedelta,
    absolute: timedelta,
) -> None:
    """Open a session. The database refuses the system user on any connection but the owner's."""
    pg.execute(
        "select auth_open(%s, %s, %s, %s, %s, %s, %s)",
        (user_id, token_hash, origin, os_user, host, idle, absolute),
    )


def touch(pg: PgConnection, idle: timedelta) -> bool:
    """Push the idle limit of this transaction's session; whether it is still valid."""
    row = pg.execute("select auth_touch(%s)", (idle,), prepare=True).fetchone()
    return bool(row and row[0])


def close(pg: PgConnection) -> None:
    """End this transaction's session."""
    pg.execute("select auth_close('signed_out')")


def password_hash(pg: PgConnection) -> str | None:
    """The stored hash of this transaction's user."""
    row = pg.execute("select auth_password_hash()").fetchone()
    return None if row is None else row[0]


def set_password(pg: PgConnection, stored: str) -> None:
    """Store a hash for this transaction's user."""
    pg.execute("select auth_set_password(%s)", (stored,))


def preferences(pg: PgConnection) -> dict[str, Any]:
    """What the interface remembers for this transaction's user."""
    row = pg.execute("select auth_prefs()").fetchone()
    return dict(row[0]) if row and row[0] else {}


def set_preferences(pg: PgConnection, prefs: dict[str, Any]) -> None:
    """Remember it."""
    pg.execute("select auth_set_prefs(%s::jsonb)", (json.dumps(prefs),))


def merge_preferences(pg: PgConnection, user_id: int, changes: dict[str, Any]) -> None:
    """Add to what is remembered for this transaction's user.

    The lock comes first, in a statement of its own: the second one then sees what another terminal of the
    same user has committed meanwhile, and does not undo it.
    """
    pg.execute("select pg_advisory_xact_lock(hashtextextended('preferences', %s))", (user_id,))
    pg.execute("select auth_set_prefs(auth_prefs() || %s::jsonb)", (json.dumps(changes),))
