"""How a session is opened: the attempt is counted, the password checked, the token made. Behind `service`."""

from __future__ import annotations

import getpass
import hashlib
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

import psycopg

from leadtui.core.action import audit_outside, unavailable
from leadtui.core.auth import passwords, queries
from leadtui.core.auth.dto import SignIn
from leadtui.core.ctx import Ctx, Origin
from leadtui.core.db.database import PgConnection
from leadtui.core.errors import Unauthenticated

IDLE: Final = {
    Origin.TUI: timedelta(hours=2),
    Origin.CLI: timedelta(hours=12),
    Origin.API: timedelta(hours=2),
    Origin.WORKER: timedelta(hours=2),
}
"""How long nothing may come from a session."""
ABSOLUTE: Final = {
    Origin.TUI: timedelta(hours=12),
    Origin.CLI: timedelta(days=7),
    Origin.API: timedelta(hours=12),
    Origin.WORKER: timedelta(hours=12),
}
"""How long a session lasts, whatever happens in it; refreshing makes it no longer."""
GRACE: Final = timedelta(seconds=10)
"""Two commands of one user may refresh at the same time; later the same refresh token is a stolen one."""
OVERLAP: Final = timedelta(hours=1)
"""What was opened before a refresh may finish its work: an import does not die of another command."""

_EMAIL_LENGTH: Final = 320


def os_user() -> str:
    """Who the operating system says that is."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def host() -> str:
    """The name of this machine."""
    return socket.gethostname()


def digest(token: str) -> bytes:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def new_token() -> str:
    """256 bits."""
    return secrets.token_urlsafe(32)


@contextmanager
def transaction(ctx: Ctx) -> Iterator[PgConnection]:
    """A transaction before there is a session. Raises Unavailable like the gate."""
    try:
        with ctx.db.transaction() as pg:
            yield pg
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise unavailable(error) from error


def check(ctx: Ctx, command: SignIn) -> int:
    """The id of the user whose e-mail and password these are.

    Raises Unauthenticated: wrong_credentials, or too_many_attempts (`seconds`, `wait`). Known or not, the
    same statements run and one password is hashed; what differs is nobody's to see.
    """
    email = command.email.replace("\0", "").encode("utf-8", "replace").decode("utf-8")[:_EMAIL_LENGTH]
    outside = Ctx(ctx.db, ctx.origin)
    with transaction(ctx) as pg:
        attempt = queries.attempt(pg, email, os_user(), host())
    if attempt.wait:
        if attempt.first:
            audit_outside(outside, "session.opened", "denied", code="too_many_attempts", wait=attempt.wait,
                          user_id=attempt.user_id)  # fmt: skip
        raise too_many(attempt.wait)
    matches = passwords.verify(command.password, attempt.password_hash)
    if attempt.user_id is None or not matches or attempt.disabled:
        audit_outside(outside, "session.opened", "failed", user_id=attempt.user_id)
        raise Unauthenticated("wrong_credentials")
    return attempt.user_id


def too_many(seconds: int) -> Unauthenticated:
    """The refusal that says when to try again."""
    return Unauthenticated("too_many_attempts", seconds=seconds, wait=wait_words(seconds))


def wait_words(seconds: int) -> str:
    """`0:08`, `4:59`."""
    return f"{seconds // 60}:{seconds % 60:02d}"


def session(ctx: Ctx, user_id: int, refresh: str | None = None) -> str:
    """Open a session of a user who has shown who they are; its token."""
    token = new_token()
    with transaction(ctx) as pg:
        queries.open_session(
            pg,
            user_id,
            digest(token),
            digest(refresh) if refresh is not None else None,
            ctx.origin.value,
            os_user(),
            host(),
            IDLE[ctx.origin],
            ABSOLUTE[ctx.origin],
        )
    return token


def system_session(opener: Ctx, user_id: int) -> str:
    """Open a session of the system user; its token. The database refuses all but the owner's connection."""
    token = new_token()
    with transaction(opener) as pg:
        queries.open_system(
            pg,
            user_id,
            digest(token),
            opener.origin.value,
            os_user(),
            host(),
            timedelta(hours=2),
            timedelta(hours=24),
        )
    return token
