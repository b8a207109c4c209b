"""`leadtui keys`: the keys in force, the check of `keys.toml`, and an example to start from."""

from __future__ import annotations

import typer

from leadtui.i18n import _


def add_to(app: typer.Typer) -> None:
    """Put the command into the application."""
    app.command("keys", help=_("The keys in force; keys.toml in LEADTUI_HOME changes them."))(keys)


def keys(
    check: bool = typer.Option(
        False, "--check", help=_("Only check keys.toml; exit code 1 where a line is not used.")
    ),
    markdown: bool = typer.Option(False, "--markdown", help=_("As a Markdown table.")),
    example: bool = typer.Option(False, "--example", help=_("Print a keys.toml to start from.")),
    as_json: bool = typer.Option(False, "--json", help=_("Print one JSON array.")),
) -> None:
    """The keys in force. Exit code 1 with `--check` where a line of the file is not used."""
    from leadtui import keymap
    from leadtui.cli import out
    from leadtui.cli.errors import fail, say
    from leadtui.commands import COMMANDS, HEADINGS, docs_table, keys_of, rebind
    from leadtui.core.settings import load

    if example:
        for line in keymap.example().splitlines():
            out.line(line)
        return
    home = load().home
    found = keymap.read(home)
    for problem in found.problems:
        fail(problem) if check else say(f"note: {problem}")
    if check:
        if found.problems:
            raise typer.Exit(1)
        if (home / keymap.FILE).exists():
            out.line(
                _("Every line of keys.toml is used: {n} commands have other keys.").format(n=len(found.keys))
            )
        else:
            out.line(_("There is no keys.toml; every command has its own keys."))
        return
    rebind(found.keys)
    if markdown:
        for line in docs_table().splitlines():
            out.line(line)
        return
    if as_json:
        out.array(
            {
                "id": c.id,
                "where": c.where.value,
                "keys": list(keys_of(c)),
                "default": list(c.keys),
                "does": c.help,
            }
            for c in COMMANDS
        )
        return
    out.table(
        COMMANDS,
        (
            out.Column(_("Where"), lambda c: _(HEADINGS[c.where])),
            out.Column(_("Key"), keymap.shown),
            out.Column(_("Command"), lambda c: c.id),
            out.Column(_("Does"), lambda c: _(c.help or c.label)),
        ),
    )
