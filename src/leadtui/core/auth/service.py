"""Signing in and out, who I am, my password, my sessions: opaque tokens, of which the SHA-256 is stored."""

from __future__ import annotations

from typing import Any

from leadtui.core.action import action, audit_outside, ended_code, opening, query
from leadtui.core.auth import opening as door
from leadtui.core.auth import passwords, queries, rules
from leadtui.core.auth.dto import ChangePassword, Pair, Session, SignIn
from leadtui.core.auth.permissions import Permission
from leadtui.core.ctx import Actor, Ctx, Origin, Tx
from leadtui.core.db.database import Database
from leadtui.core.errors import Conflict, Invalid, NotAllowed, NotFound, Unauthenticated


@opening(audit="session.opened")
def sign_in(ctx: Ctx, command: SignIn) -> Actor:
    """Open a session on `ctx`. Raises Unauthenticated: wrong_credentials, whatever was wrong (there is no
    hint whether an account exists, and both take the same time), or too_many_attempts (`seconds`, `wait`)."""
    ctx.token = door.session(ctx, door.check(ctx, command))
    return _opened(ctx)


@opening(audit="session.opened")
def log_in(ctx: Ctx, command: SignIn) -> Pair:
    """As `sign_in`, with a refresh token for a front door that keeps its session between two commands."""
    user_id = door.check(ctx, command)
    refresh = door.new_token()
    ctx.token = door.session(ctx, user_id, refresh)
    actor = _opened(ctx)
    return Pair(actor.user_id, actor.session_id, ctx.token, refresh)


@opening(audit="session.refreshed")
def refresh(ctx: Ctx, token: str) -> Pair:
    """Exchange a refresh token for the next pair, on `ctx` too. `touch` it once it is stored: only then the
    token given here is worth nothing any more.

    Raises Unauthenticated: session_ended and its kin, or session_reused where a rotated token came back (a
    copy of it is somewhere: every session of its family has ended). Conflict("refresh_raced"): another
    process was faster just now; read what it has stored.
    """
    new_token, new_refresh = door.new_token(), door.new_token()
    with door.transaction(ctx) as pg:
        found = queries.rotate(
            pg,
            door.digest(token),
            door.digest(new_token),
            door.digest(new_refresh),
            door.IDLE[ctx.origin],
            door.GRACE,
            door.OVERLAP,
        )
        if found.status == "reused" and found.user_id is not None:
            queries.notify_user(pg, found.user_id)
    if found.status == "raced":
        raise Conflict("refresh_raced")
    if found.status != "ok" or found.user_id is None or found.session_id is None:
        audit_outside(Ctx(ctx.db, ctx.origin), "session.refreshed", "denied", code=found.status,
                      why=found.why, user_id=found.user_id, session_id=found.session_id)  # fmt: skip
        raise Unauthenticated(ended_code(found.why))
    ctx.token = new_token
    _refreshed(ctx)
    return Pair(found.user_id, found.session_id, new_token, new_refresh)


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
    ctx = Ctx(app, origin, token=door.system_session(opener, user_id))
    me(ctx)
    return ctx


@action(Permission.SESSION_OWN, audit="session.opened")
def _opened(tx: Tx) -> Actor:
    tx.audit(f"user:{tx.actor.user_id}")
    return tx.actor


@action(Permission.SESSION_OWN, audit="session.refreshed")
def _refreshed(tx: Tx) -> None:
    tx.audit(f"user:{tx.actor.user_id}")


@query(Permission.SESSION_OWN)
def me(tx: Tx) -> Actor:
    """Who I am, fresh from the database."""
    return tx.actor


@action(Permission.SESSION_OWN, audit=None)
def touch(tx: Tx) -> bool:
    """Keep the session alive; a heartbeat, not audited."""
    return queries.touch(tx.pg, door.IDLE[tx.origin])


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


# my password -----------------------------------------------------------------------------------------------


def change_password(ctx: Ctx, command: ChangePassword) -> None:
    """Change my own password; my other sessions end.

    Raises Invalid: `current` wrong_password or too_many_attempts (`seconds`, `wait`), `new` the codes of
    `rules.check` or password_same.
    """
    # counted in a transaction of its own: a wrong guess undoes what else was done
    wait = _attempt_own(ctx)
    if wait:
        raise Invalid(
            {"current": "too_many_attempts"}, "too_many_attempts", seconds=wait, wait=door.wait_words(wait)
        )
    _change_password(ctx, command)


@action(Permission.SESSION_OWN, audit=None)
def _attempt_own(tx: Tx) -> int:
    return queries.attempt_own(tx.pg)[0]


@action(Permission.SESSION_OWN, audit="password.changed")
def _change_password(tx: Tx, command: ChangePassword) -> None:
    if not passwords.verify(command.current, queries.password_hash(tx.pg)):
        raise Invalid({"current": "wrong_password"})
    refused = rules.check(command.new, (*queries.profile(tx.pg), tx.actor.team_code))
    if refused is not None:
        raise Invalid({"new": refused}, minimum=rules.MIN_LENGTH, maximum=rules.MAX_LENGTH)
    if rules.normal(command.new) == rules.normal(command.current):
        raise Invalid({"new": "password_same"})
    queries.set_password(tx.pg, passwords.hash_password(command.new))
    tx.audit(f"user:{tx.actor.user_id}")
    tx.notify("user", tx.actor.user_id)


# my sessions -----------------------------------------------------------------------------------------------


@query(Permission.SESSION_OWN)
def sessions(tx: Tx) -> tuple[Session, ...]:
    """Where I am signed in; the session that asks comes first."""
    return queries.sessions(tx.pg)


@action(Permission.SESSION_OWN, audit="session.ended")
def end_session(tx: Tx, session_id: int) -> None:
    """End one of my sessions; it stops at its next call, and by NOTIFY within a second.

    Raises NotFound("session_unknown") for one that has ended, or is not mine.
    """
    if not queries.end(tx.pg, session_id):
        raise NotFound("session_unknown", session_id=session_id)
    tx.audit(f"session:{session_id}")
    tx.notify("user", tx.actor.user_id)


@action(Permission.SESSION_OWN, audit="session.ended")
def end_other_sessions(tx: Tx) -> int:
    """End all my sessions but the one that asks; how many."""
    ended = queries.end(tx.pg, None)
    tx.audit(f"user:{tx.actor.user_id}", sessions=ended)
    tx.notify("user", tx.actor.user_id)
    return ended


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
