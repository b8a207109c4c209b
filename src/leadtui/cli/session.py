"""The database and the audited `system` actor for one command (M1: the command line acts as it)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from leadtui.cli.progress import waiting
from leadtui.i18n import _

if TYPE_CHECKING:
    from leadtui.core.ctx import Ctx
    from leadtui.core.settings import Settings


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
            raise Invalid(
                {"LEADTUI_HOME": "home_unusable"},
                "home_unusable",
                path=str(settings.home),
                why=error.strerror or str(error),
            ) from error
    logs.open_for(settings)
    return settings


@contextlib.contextmanager
def system() -> Iterator[Ctx]:
    """A context of the system actor; its session ends with the block.

    Raises whatever opening the database raises, NotAllowed for who does not own it.
    """
    from leadtui import logs
    from leadtui.core.auth import service as auth
    from leadtui.core.ctx import Origin
    from leadtui.core.errors import LeadtuiError
    from leadtui.core.runtime import open_runtime

    settings = prepared()
    with waiting(_("Opening the database …")):
        runtime = open_runtime(settings, application="leadtui-cli")
    try:
        ctx = runtime.system(Origin.CLI)
        try:
            yield ctx
        finally:
            # without a database the session ends by itself
            with contextlib.suppress(LeadtuiError):
                auth.sign_out(ctx)
    finally:
        runtime.close()
        logs.close_log()
