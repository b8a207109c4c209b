"""The only SQL of signing in: calls of the SECURITY DEFINER functions of the migrations."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from leadtui.core.auth.dto import Session
from leadtui.core.db.database import PgConnection


@dataclass(frozen=True, slots=True)
class Attempt:
    """What the database says to somebody who tries to sign in."""

    wait: int
    """Seconds until this may be tried; 0: now."""
    first: bool
    """The first refusal of this wait: the one that is audited."""
    user_id: int | None
    """None: there is no such account."""
    password_hash: str | None
    disabled: bool


@dataclass(frozen=True, slots=True)
class Rotation:
    """What became of a refresh token."""

    status: str
    """ok, unknown, ended, raced or reused."""
    why: str | None
    session_id: int | None
    user_id: int | None


def attempt(pg: PgConnection, email: str, os_user: str, host: str) -> Attempt:
    """Count an attempt and look the account up: one statement, whoever asks for whom."""
    row = pg.execute(
        "select wait, first, user_id, password_hash, disabled from auth_attempt(%s, %s, %s)",
        (email, os_user, host),
    ).fetchone()
    assert row is not None  # noqa: S101  the function always gives one
    return Attempt(*row)


def attempt_own(pg: PgConnection) -> tuple[int, bool]:
    """(seconds to wait, first refusal) for another try at my own password."""
    row = pg.execute("select wait, first from auth_attempt_own()").fetchone()
    assert row is not None  # noqa: S101  the function always gives one
    return row[0], row[1]


def system_user(pg: PgConnection) -> int | None:
    """The id of the `system` actor."""
    row = pg.execute("select auth_system_user()").fetchone()
    return None if row is None else row[0]


def open_system(
    pg: PgConnection,
    user_id: int,
    token_hash: bytes,
    origin: str,
    os_user: str,
    host: str,
    idle: timedelta,
    absolute: timedelta,
) -> None:
    """Open a session of the system user, which the database refuses on any connection but the owner's."""
    pg.execute(
        "select auth_open(%s, %s, %s, %s, %s, %s, %s)",
        (user_id, token_hash, origin, os_user, host, idle, absolute),
    )


def open_session(
    pg: PgConnection,
    user_id: int,
    token_hash: bytes,
    refresh_hash: bytes | None,
    origin: str,
    os_user: str,
    host: str,
    idle: timedelta,
    absolute: timedelta,
) -> None:
    """Open a user's session; the attempt that led here is forgiven."""
    pg.execute(
        "select auth_open_user(%s, %s, %s, %s, %s, %s, %s, %s)",
        (user_id, token_hash, refresh_hash, origin, os_user, host, idle, absolute),
    )


def rotate(
    pg: PgConnection,
    refresh_hash: bytes,
    new_token: bytes,
    new_refresh: bytes,
    idle: timedelta,
    grace: timedelta,
    overlap: timedelta,
) -> Rotation:
    """Exchange a refresh token. A rotated one that comes back ends its family here; commit all the same."""
    row = pg.execute(
        "select status, why, session_id, user_id from auth_refresh(%s, %s, %s, %s, %s, %s)",
        (refresh_hash, new_token, new_refresh, idle, grace, overlap),
    ).fetchone()
    assert row is not None  # noqa: S101  the function always gives one
    return Rotation(*row)


def notify_user(pg: PgConnection, user_id: int) -> None:
    """Tell every process of this user to look whether they are still who they were."""
    pg.execute("select pg_notify('leadtui', %s)", (f"user:{user_id}:0",))


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
    """Store a hash for this transaction's user; their other sessions end."""
    pg.execute("select auth_set_password(%s)", (stored,))


def profile(pg: PgConnection) -> tuple[str, str]:
    """E-mail and name of this transaction's user."""
    row = pg.execute("select email, name from auth_profile()").fetchone()
    assert row is not None  # noqa: S101  the gate has just seen them
    return row[0], row[1]


def sessions(pg: PgConnection) -> tuple[Session, ...]:
    """The sessions of this transaction's user that work now, the one that asks first."""
    rows = pg.execute(
        "select session_id, origin, os_user, host, opened_at, last_seen_at, idle_until, expires_at, mine"
        " from auth_sessions()"
    ).fetchall()
    return tuple(Session(*row) for row in rows)


def end(pg: PgConnection, session_id: int | None) -> int:
    """End one session of this transaction's user, or all others (None); how many ended."""
    row = pg.execute("select auth_end(%s)", (session_id,)).fetchone()
    return int(row[0]) if row else 0


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
