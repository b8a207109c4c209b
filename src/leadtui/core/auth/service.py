"""Signing in and out, who I am, my password. Sessions are opaque tokens; their SHA-256 is stored."""

from __future__ import annotations

import getpass
import hashlib
import secrets
import socket
from datetime import timedelta
from typing import Any, Final

from leadtui.core.action import action, audit_outside, opening, query
from leadtui.core.auth import passwords, queries
from leadtui.core.auth.dto import ChangePassword, SignIn
from leadtui.core.auth.permissions import Permission
from leadtui.core.ctx import Actor, Ctx, Origin, Tx
from leadtui.core.db.database import Database
from leadtui.core.errors import Invalid, NotAllowed, Unauthenticated

IDLE: Final = timedelta(hours=2)
ABSOLUTE: Final = timedelta(hours=12)


def _open_session(ctx: Ctx, user_id: int, absolute: timedelta = ABSOLUTE) -> str:
    token = secrets.token_urlsafe(32)
    with ctx.db.transaction() as pg:
        queries.open_session(
            pg,
            user_id,
            hashlib.sha256(token.encode("ascii")).digest(),
            ctx.origin.value,
            _os_user(),
            socket.gethostname(),
            IDLE,
            absolute,
        )
    return token


def _os_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


@opening(audit="session.opened")
def sign_in(ctx: Ctx, command: SignIn) -> Actor:
    """Open a session on `ctx`. Raises Unauthenticated("wrong_credentials"), whatever was wrong: there is no
    hint whether an account exists, and both take the same time."""
    with ctx.db.transaction(read_only=True) as pg:
        account = queries.find(pg, command.email)
    matches = passwords.verify(command.password, account.password_hash if account else None)
    if account is None or not matches or account.disabled:
        user_id = account.user_id if account else None
        audit_outside(Ctx(ctx.db, ctx.origin), "session.opened", "failed", user_id=user_id)
        raise Unauthenticated("wrong_credentials")
    ctx.token = _open_session(ctx, account.user_id)
    return _opened(ctx)


def system_ctx(app: Database, owner: Database, origin: Origin) -> Ctx:
    """The audited `system` actor, for whoever holds the owner's connection. Ends with `sign_out`.

    The session is opened over the owner's connection (the database refuses it otherwise); all work then goes
    over the plain app role.
    """
    opener = Ctx(owner, origin)
    with owner.transaction(read_only=True) as pg:
        user_id = queries.system_user(pg)
    if user_id is None:
        raise NotAllowed("no_system_user")
    ctx = Ctx(app, origin, token=_open_session(opener, user_id, absolute=timedelta(hours=24)))
    me(ctx)
    return ctx


@action(Permission.SESSION_OWN, audit="session.opened")
def _opened(tx: Tx) -> Actor:
    tx.audit(f"user:{tx.actor.user_id}")
    return tx.actor


@query(Permission.SESSION_OWN)
def me(tx: Tx) -> Actor:
    """Who I am, fresh from the database."""
    return tx.actor


@action(Permission.SESSION_OWN, audit=None)
def touch(tx: Tx) -> bool:
    """Keep the session alive; a heartbeat, not audited."""
    return queries.touch(tx.pg, IDLE)


@action(Permission.SESSION_OWN, audit="session.closed")
def _close(tx: Tx) -> None:
    queries.close(tx.pg)


def sign_out(ctx: Ctx) -> None:
    """End the session of `ctx`; nothing happens where there is none."""
    if ctx.token is None:
        return
    try:
        _close(ctx)
    except Unauthenticated:
        pass
    finally:
        ctx.token = None
        ctx.actor = None


@action(Permission.SESSION_OWN, audit="password.changed")
def change_password(tx: Tx, command: ChangePassword) -> None:
    """Change my own password. Raises Invalid: `current` wrong, `new` too short or the same."""
    if not passwords.verify(command.current, queries.password_hash(tx.pg)):
        raise Invalid({"current": "wrong_password"})
    if len(command.new) < passwords.MIN_LENGTH:
        raise Invalid({"new": "password_too_short"}, minimum=passwords.MIN_LENGTH)
    if command.new == command.current:
        raise Invalid({"new": "password_same"})
    queries.set_password(tx.pg, passwords.hash_password(command.new))
    tx.audit(f"user:{tx.actor.user_id}")


@query(Permission.SESSION_OWN)
def preferences(tx: Tx) -> dict[str, Any]:
    """What the interface remembers for me."""
    return queries.preferences(tx.pg)


@action(Permission.SESSION_OWN, audit=None)
def set_preferences(tx: Tx, prefs: dict[str, Any]) -> None:
    """Remember it. Not audited: it is nobody's business and changes nothing but a look."""
    queries.set_preferences(tx.pg, prefs)


@action(Permission.SESSION_OWN, audit=None)
def merge_preferences(tx: Tx, changes: dict[str, Any]) -> None:
    """Add to what is remembered: each name with any value that JSON can hold. Not audited, as above."""
    queries.merge_preferences(tx.pg, tx.actor.user_id, changes)
