"""The command line: groups and commands by name. Typer only; what a command needs it imports when it runs."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from leadtui.cli import (
    config,
    consent,
    db,
    demo,
    dnc,
    doctor,
    guide,
    help_words,
    holidays,
    keys,
    leads,
    login,
    macros,
    models,
    settings,
    tasks,
    users,
    views,
    worker,
)
from leadtui.cli.errors import fail, guarded
from leadtui.cli.stopping import stoppable
from leadtui.i18n import _

SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 110}

TYPER_INTERRUPTED = 130
"""What Typer turns Ctrl+C into, whatever it is asked; no command of ours ends with it."""


def build() -> typer.Typer:
    """The application, its help in the language of this process."""
    app = typer.Typer(
        name="leadtui",
        help=_("Ranked leads for a bank's sales floor. Without a command it opens the program."),
        context_settings=SETTINGS,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        no_args_is_help=False,
    )
    app.callback(invoke_without_command=True)(_root)
    demo.add_to(app)
    doctor.add_to(app)
    keys.add_to(app)
    login.add_to(app)
    config.add_to(app)
    worker.add_to(app)
    for group in (db, users, leads, tasks, views, models, guide, macros, settings, holidays, dnc, consent):
        app.add_typer(group.build())
    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Gives its exit code."""
    import sys

    from leadtui.cli.opening import speak

    speak()
    given = list(sys.argv[1:] if arguments is None else arguments)
    # told to go, a command unwinds: its session ends, and an embedded server stops with its last user
    with stoppable():
        return guarded(lambda: _run(given))


def _run(arguments: list[str]) -> int:
    if any("\udc80" <= letter <= "\udcff" for word in arguments for letter in word):
        fail(_("The command line is not UTF-8."))
        return 1
    help_words.install()
    command = typer.main.get_command(build())
    code = command.main(args=arguments, prog_name="leadtui", standalone_mode=False)
    if code == TYPER_INTERRUPTED:
        raise KeyboardInterrupt
    return code if isinstance(code, int) else 0


def _root(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", help=_("Print the version and stop.")),
    as_system: bool = typer.Option(
        False, "--as-system", help=_("Act as the owner of the database, whoever is signed in.")
    ),
) -> None:
    if version:
        from leadtui import __version__
        from leadtui.cli.out import line

        line(f"leadtui {__version__}")
        raise typer.Exit
    from leadtui.cli.session import act_as_system

    act_as_system(as_system)
    if context.invoked_subcommand is None:
        from leadtui.cli.opening import open_app

        raise typer.Exit(open_app())
