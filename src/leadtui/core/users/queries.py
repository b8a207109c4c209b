"""The only SQL of users: calls of the SECURITY DEFINER functions, which check the role once more."""

from __future__ import annotations

from typing import Any

import psycopg

from leadtui.core.ctx import Tx
from leadtui.core.errors import Conflict, Invalid
from leadtui.core.users.dto import UserSession


def team_id(tx: Tx, code: str) -> int | None:
    """The id of a team's code."""
    row = tx.pg.execute("select id from team where code = lower(btrim(%s))", (code,)).fetchone()
    return None if row is None else row[0]


def colleagues(tx: Tx) -> tuple[tuple[int, str], ...]:
    """(user id, name) of the other agents of my team, by name, without disabled ones."""
    found = tx.pg.execute(
        "select user_id, name from people() where team_id = %s and role = 'agent' and not disabled "
        "and user_id <> %s order by lower(name), user_id",
        (tx.actor.team_id, tx.actor.user_id),
    ).fetchall()
    return tuple((row[0], row[1]) for row in found)


def team_codes(tx: Tx) -> tuple[str, ...]:
    """The codes of all teams, for a sentence that says what would have been right."""
    return tuple(row[0] for row in tx.pg.execute("select code from team order by code").fetchall())


def add(tx: Tx, email: str, name: str, role: str, team: int, stored: str, must_change: bool) -> int:
    """The id of a new user. Raises Invalid where the e-mail address is taken."""
    try:
        row = tx.pg.execute(
            "select users_add(%s, %s, %s, %s, %s, %s)", (email, name, role, team, stored, must_change)
        ).fetchone()
    except psycopg.errors.UniqueViolation as error:
        raise Invalid({"email": "email_taken"}) from error
    assert row is not None  # noqa: S101  the caller has looked the team up
    return int(row[0])


def list_all(tx: Tx) -> list[tuple[Any, ...]]:
    """Rows of `users_list`: id, team, email, name, role, must_change, disabled, created, seen, version."""
    return tx.pg.execute("select * from users_list()").fetchall()


def find(tx: Tx, email: str) -> tuple[int, str, bool] | None:
    """(id, role, disabled) of an e-mail address."""
    row = tx.pg.execute("select user_id, role, disabled from users_find(%s)", (email,)).fetchone()
    return None if row is None else (row[0], row[1], row[2])


def disable(tx: Tx, user_id: int) -> None:
    """Disable and end every session. Raises Conflict("last_admin")."""
    try:
        tx.pg.execute("select users_disable(%s)", (user_id,))
    except psycopg.errors.RestrictViolation as error:
        raise Conflict("last_admin") from error


def enable(tx: Tx, user_id: int) -> None:
    """Let a disabled user sign in again."""
    tx.pg.execute("select users_enable(%s)", (user_id,))


def reset_password(tx: Tx, user_id: int, stored: str) -> None:
    """Store a one-time password's hash and end every session."""
    tx.pg.execute("select users_reset_password(%s, %s)", (user_id, stored))


def sessions(tx: Tx, user_id: int | None) -> tuple[UserSession, ...]:
    """The sessions that work now, of one user or of all."""
    rows = tx.pg.execute(
        "select session_id, email, name, role, origin, os_user, host, opened_at, last_seen_at, idle_until,"
        " expires_at from users_sessions(%s)",
        (user_id,),
    ).fetchall()
    return tuple(UserSession(*row) for row in rows)


def end_session(tx: Tx, session_id: int) -> int | None:
    """End a session; whose it was, None where there is none that works."""
    row = tx.pg.execute("select user_id from users_end_session(%s)", (session_id,)).fetchone()
    return None if row is None else row[0]


def end_sessions(tx: Tx, user_id: int) -> int:
    """End every session of a user; how many."""
    row = tx.pg.execute("select users_end_sessions(%s)", (user_id,)).fetchone()
    return int(row[0]) if row else 0
