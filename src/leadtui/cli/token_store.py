"""Who is signed in on this account of this machine, between two commands: the token file.

The opaque token, the JWT that says whose session it is, and the refresh token. A signed-in user wins over the
owner of the database: see `session`.
"""

from __future__ import annotations

import contextlib
import json
import re
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from leadtui.core.auth import private_files
from leadtui.core.auth import service as auth
from leadtui.core.auth.place import place_key
from leadtui.core.errors import Conflict, Unauthenticated

if TYPE_CHECKING:
    from leadtui.core.auth.dto import Pair
    from leadtui.core.ctx import Ctx
    from leadtui.core.settings import Settings

_OPAQUE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_JWT: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Stored:
    """What stands in the file."""

    token: str = field(repr=False)
    jwt: str = field(repr=False)
    refresh: str = field(repr=False)


class TokenStore:
    """The token file of one database. Raises Invalid for a file or folder that others could reach."""

    def __init__(self, settings: Settings) -> None:
        self._home = settings.home
        self._name = f"session-{place_key(settings)}"

    @property
    def path(self) -> Path:
        """Where it is."""
        return self._home / "identity" / f"{self._name}.json"

    def load(self) -> Stored | None:
        """What is stored; None where nobody is signed in. Raises Unauthenticated("token_damaged")."""
        if not (self._home / "identity").exists():
            return None
        private_files.folder(self._home)
        content = private_files.read(self.path)
        if content is None:
            return None
        try:
            found = Stored(**json.loads(content))
            good = (
                _OPAQUE.fullmatch(found.token)
                and _OPAQUE.fullmatch(found.refresh)
                and _JWT.fullmatch(found.jwt)
            )
        except (ValueError, TypeError) as error:
            raise Unauthenticated("token_damaged") from error
        if not good:
            raise Unauthenticated("token_damaged")
        return found

    def save(self, pair: Pair) -> Stored:
        """Store a pair with a JWT of our own making."""
        from leadtui.core.auth import tokens

        folder = private_files.folder(self._home)
        signed = tokens.issue(tokens.key(self._home), pair.user_id, pair.session_id)
        stored = Stored(pair.token, signed, pair.refresh)
        private_files.write(folder / self.path.name, json.dumps(asdict(stored)).encode("ascii"))
        return stored

    def forget(self) -> bool:
        """Take the file away; whether there was one."""
        return private_files.remove(self.path)

    def enter(self, ctx: Ctx, stored: Stored) -> None:
        """Put `ctx` into the stored session, refreshed where its JWT has run out.

        Raises Unauthenticated: token_damaged, or why the session is over.
        """
        from leadtui.core.auth import tokens

        key = tokens.key(self._home)
        if tokens.read(key, stored.jwt).stale:
            stored = self._refreshed(ctx)
        claims = tokens.read(key, stored.jwt)
        ctx.token = stored.token
        auth.touch(ctx)
        actor = ctx.actor
        if actor is None or (actor.user_id, actor.session_id) != (claims.user_id, claims.session_id):
            ctx.token = ctx.actor = None
            raise Unauthenticated("token_damaged")

    def _refreshed(self, ctx: Ctx) -> Stored:
        """One process of this user at a time; who comes second finds what the first has stored."""
        folder = private_files.folder(self._home)
        with private_files.locked(folder / f"{self._name}.lock"):
            stored = self._fresh()
            if isinstance(stored, str):
                try:
                    pair = auth.refresh(ctx, stored)
                except Conflict:
                    # a file system without locks: the other one is about to store it
                    time.sleep(0.5)
                    again = self._fresh()
                    if isinstance(again, str):
                        raise
                    return again
                return self.save(pair)
            return stored

    def _fresh(self) -> Stored | str:
        """What is stored where it is still good, else its refresh token."""
        from leadtui.core.auth import tokens

        stored = self.load()
        if stored is None:
            raise Unauthenticated("no_session")
        return stored.refresh if tokens.read(tokens.key(self._home), stored.jwt).stale else stored

    def close(self, ctx: Ctx) -> bool:
        """Sign out: the session ends and the file goes, whatever state either is in. Whether there was one.

        Raises Unavailable where the server cannot be asked; the file is gone then too.
        """
        stored = None
        with contextlib.suppress(Unauthenticated):
            stored = self.load()
        was_there = self.forget()
        if stored is not None:
            ctx.token = stored.token
            auth.sign_out(ctx)
        return was_there
