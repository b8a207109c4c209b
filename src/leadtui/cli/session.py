"""The database and the actor for one command.

Who acts: with `--as-system` the audited `system` actor. Else whoever is signed in here (`leadtui login`),
also where they may do less: a session that is over is an error and no silent step up. Else, for who owns the
database, `system`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from typing import TYPE_CHECKING

from leadtui.cli.progress import waiting
from leadtui.i18n import _

if TYPE_CHECKING:
    from leadtui.core.ctx import Ctx
    from leadtui.core.runtime import Runtime
    from leadtui.core.settings import Settings

_as_system: ContextVar[bool] = ContextVar("as_system", default=False)


def act_as_system(chosen: bool) -> None:
    """What `--as-system` said for the command that follows."""
    _as_system.set(chosen)


def prepared() -> Settings:
    """The settings, and a LEADTUI_HOME that can hold what is kept there. Raises Invalid("home_unusable")."""
    from leadtui import logs
    from leadtui.core.errors import Invalid
    from leadtui.core.settings import load

    settings = load()
    try:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        # a real server needs no home; without one there is only no log
        if settings.embedded:
            from leadtui.core.operate import check_home

            check_home(settings)  # names the cause, where mkdir names the symptom
            raise Invalid(
                {"LEADTUI_HOME": "home_unusable"},
                "home_unusable",
                path=str(settings.home),
                why=error.strerror or str(error),
            ) from error
    logs.open_for(settings)
    return settings


@contextlib.contextmanager
def database() -> Iterator[Runtime]:
    """The database, closed with the block. Raises whatever opening it raises."""
    from leadtui import logs
    from leadtui.core.runtime import open_runtime

    settings = prepared()
    with waiting(_("Opening the database …")):
        runtime = open_runtime(settings, application="leadtui-cli")
    try:
        yield runtime
    finally:
        runtime.close()
        logs.close_log()


@contextlib.contextmanager
def acting() -> Iterator[Ctx]:
    """A context of whoever acts. The session of `system` ends with the block, a user's goes on.

    Raises whatever opening the database raises, Unauthenticated where the one who is signed in is so no
    longer, NotAllowed("admin_url_needed") where nobody is and the database is somebody else's.
    """
    from leadtui.core.auth import service as auth
    from leadtui.core.ctx import Origin
    from leadtui.core.errors import LeadtuiError

    with database() as runtime:
        user = _signed_in(runtime)
        if user is not None:
            yield user
            return
        ctx = runtime.system(Origin.CLI)
        try:
            yield ctx
        finally:
            # without a database the session ends by itself
            with contextlib.suppress(LeadtuiError):
                auth.sign_out(ctx)


system = acting
"""The name by which commands know it from before anybody could sign in here."""


def _signed_in(runtime: Runtime) -> Ctx | None:
    if _as_system.get():
        return None
    from leadtui.cli.token_store import TokenStore
    from leadtui.core.ctx import Origin

    store = TokenStore(runtime.settings)
    stored = store.load()
    if stored is None:
        return None
    ctx = runtime.ctx(Origin.CLI)
    store.enter(ctx, stored)
    return ctx
