"""`leadtui demo`: everything set up with made-up customers, and the program open."""

from __future__ import annotations

import typer

from leadtui.i18n import _


def add_to(app: typer.Typer) -> None:
    """Put the command into the application."""
    app.command("demo", help=_("Set up a database of made-up customers, and open the program."))(demo)


def demo(
    reset: bool = typer.Option(False, "--reset", help=_("Drop the demo's database and make it anew.")),
    setup_only: bool = typer.Option(False, "--setup-only", help=_("Set up, and do not open the program.")),
    leads: int | None = typer.Option(None, "--leads", min=1, metavar="N", help=_("How many customers.")),
    colleagues: int = typer.Option(
        0, "--colleagues", metavar="N", help=_("How many live colleagues work beside you (up to 20).")
    ),
    lang: str | None = typer.Option(None, "--lang", metavar="id|en", help=_("Language of the program.")),
) -> None:
    """Set up a database of made-up customers, and open the program."""
    from leadtui.cli import demo_setup

    raise typer.Exit(
        demo_setup.run(reset=reset, setup_only=setup_only, leads=leads, lang=lang, colleagues=colleagues)
    )
