"""`leadtui doctor`: is everything as it should be, and if not, what to do."""

from __future__ import annotations

import typer

from leadtui.i18n import _


def add_to(app: typer.Typer) -> None:
    """Put the command into the application."""
    app.command("doctor", help=_("Check this installation; every fault comes with what to do."))(doctor)


def doctor(as_json: bool = typer.Option(False, "--json", help=_("Print one JSON array."))) -> None:
    """Check this installation. Exit code 1 where something is wrong; a warning is none."""
    from leadtui.cli import doctor_words, out
    from leadtui.cli.checks import checks
    from leadtui.cli.errors import say
    from leadtui.cli.progress import waiting

    with waiting(_("Looking at everything …")):
        found = checks()
    if as_json:
        out.array(
            {
                **check.data,
                "check": check.code,
                "ok": check.ok,
                "level": check.level,
                "sentence": doctor_words.sentence(check),
                "hint": doctor_words.hint(check) or None,
            }
            for check in found
        )
    else:
        marks = {"ok": "ok", "note": "note", "warn": "WARN", "fail": "WRONG"}
        for check in found:
            out.line(f"{marks[check.level]:5}  {doctor_words.sentence(check)}")
    for check in found:
        if hint := doctor_words.hint(check):
            say(f"hint: {hint}")
    if any(check.ok is False for check in found):
        raise typer.Exit(1)
