"""`leadtui config`: what this process would run with, and where each setting comes from."""

from __future__ import annotations

import typer

from leadtui.i18n import _


def add_to(app: typer.Typer) -> None:
    """Put the command into the application."""
    app.command("config", help=_("Print the settings in force and where each comes from."))(config)


def config(as_json: bool = typer.Option(False, "--json", help=_("Print one JSON array."))) -> None:
    """Print the settings in force, passwords masked. Exit code 1 where they cannot be used."""
    import os

    from leadtui.cli import out
    from leadtui.cli.errors import say
    from leadtui.core import settings as core

    found = core.read()
    rows = core.effective(found)
    if as_json:
        out.array({"setting": name, "value": value or None, "source": source} for name, value, source in rows)
    else:
        columns: list[out.Column[tuple[str, str, str]]] = [
            out.Column(_("Setting"), lambda row: row[0]),
            out.Column(_("Value"), lambda row: row[1]),
            out.Column(_("Source"), lambda row: _source(row[2])),
        ]
        out.table(rows, columns)
        if found.config_file is None:
            say(_("No settings file was read."))
    for name in core.unknown_variables(os.environ):
        say(_("There is no setting {name}; it is ignored.").format(name=name))
    core.refuse(found)


def _source(source: str) -> str:
    return {"default": _("default"), "environment": _("environment")}.get(source, source)
