"""`leadtui doctor`: is everything as it should be, and if not, what to do."""

from __future__ import annotations

import typer

from leadtui.i18n import _


def add_to(app: typer.Typer) -> None:
    """Put the command into the application."""
    app.command("doctor", help=_("Check this installation; every fault comes with what to do."))(doctor)


def doctor(as_json: bool = typer.Option(False, "--json", help=_("Print one JSON array."))) -> None:
    """Check this installation. Exit code 1 where something is wrong."""
    from leadtui.cli import doctor_words, out
    from leadtui.cli.checks import checks

    found = checks()
    if as_json:
        out.array({"check": check.code, "ok": check.ok, **check.data} for check in found)
    else:
        for check in found:
            mark = {True: "ok", False: "WRONG", None: "note"}[check.ok]
            out.line(f"{mark:5}  {doctor_words.sentence(check)}")
    wrong = [check for check in found if check.ok is False]
    for check in wrong:
        doctor_words.hint(check)
    if wrong:
        raise typer.Exit(1)
