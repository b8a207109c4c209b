"""Open the app from the command line, without Typer in the process."""

from __future__ import annotations

import contextlib
import os
import sys
from functools import partial

from leadtui.cli.errors import guarded
from leadtui.core.errors import Invalid, LeadtuiError
from leadtui.core.settings import Settings, load, read, refuse
from leadtui.warming import hold_collector, painted


def main() -> int:
    """`leadtui`: the exit code of the app."""
    hold_collector()  # until the first paint
    try:
        return guarded(partial(open_app, speak()))
    finally:
        painted()


def speak() -> Settings | None:
    """Use the settings file's language, where the environment names none. Gives the settings; None for a file
    that cannot be used: whoever needs it reports it, and the language stays the locale's."""
    from leadtui import i18n

    with contextlib.suppress(LeadtuiError, OSError):
        settings = read()
        if settings.lang is not None:
            i18n.use(settings.lang)
        return settings
    return None


def open_app(settings: Settings | None = None) -> int:
    """The app on this terminal. Raises what `settings.load` raises, Invalid("no_terminal") where there is no
    terminal, and Invalid("dumb_terminal") where it cannot move its cursor."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Invalid({"terminal": "no_terminal"}, "no_terminal")
    from leadtui.terminal import dumb

    if dumb():
        raise Invalid({"terminal": "dumb_terminal"}, "dumb_terminal", term=os.environ.get("TERM", ""))
    if settings is None:
        settings = load()
    else:
        refuse(settings)
    from leadtui.app import run

    return run(settings)
