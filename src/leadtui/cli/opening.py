"""Open the app from the command line, without Typer in the process."""

from __future__ import annotations

import sys

from leadtui.cli.errors import guarded
from leadtui.core.errors import Invalid


def main() -> int:
    """`leadtui`: the exit code of the app."""
    return guarded(open_app)


def open_app() -> int:
    """The app on this terminal. Raises Invalid("no_terminal") where there is none."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Invalid({"terminal": "no_terminal"}, "no_terminal")
    from leadtui.app import run
    from leadtui.core.settings import load

    return run(load())
