"""Open the app from the command line, without Typer in the process."""

from __future__ import annotations

import contextlib
import os
import sys

from leadtui.cli.errors import guarded
from leadtui.core.errors import Invalid, LeadtuiError


def main() -> int:
    """`leadtui`: the exit code of the app."""
    speak()
    return guarded(open_app)


def speak() -> None:
    """Use the settings file's language, where the environment names none. A file that cannot be used is
    reported by whoever needs it: here the language stays the locale's."""
    from leadtui import i18n
    from leadtui.core.settings import read

    with contextlib.suppress(LeadtuiError, OSError):
        settings = read()
        if settings.lang is not None:
            i18n.use(settings.lang)


def open_app() -> int:
    """The app on this terminal. Raises Invalid("no_terminal") where there is none, and
    Invalid("dumb_terminal") where it cannot move its cursor."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Invalid({"terminal": "no_terminal"}, "no_terminal")
    from leadtui.terminal import dumb

    if dumb():
        raise Invalid({"terminal": "dumb_terminal"}, "dumb_terminal", term=os.environ.get("TERM", ""))
    from leadtui.app import run
    from leadtui.core.settings import load

    return run(load())
