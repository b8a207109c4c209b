"""`leadtui db backup` and `leadtui db restore`."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from leadtui.i18n import N_, _

if TYPE_CHECKING:
    from leadtui.core.backup.dto import Manifest, OnStage

STAGES: Final[dict[str, str]] = {
    "count": N_("Counting rows"),
    "dump": N_("Writing the backup"),
    "check": N_("Checking the backup"),
    "restore": N_("Restoring"),
    "index": N_("Building indexes"),
    "upgrade": N_("Upgrading the database"),
}


def add_to(app: typer.Typer) -> None:
    """Put both commands into `leadtui db`."""
    app.command("backup", help=_("Write a backup of the whole database to a new file."))(backup)
    app.command(
        "restore", help=_("Put a backup in the place of the database; the old one is kept beside it.")
    )(restore)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("A file that does not exist yet."))],
) -> None:
    """Write a backup of the whole database to a new file."""
    from leadtui.cli import out
    from leadtui.cli.errors import say
    from leadtui.cli.session import prepared
    from leadtui.cli.stopping import stoppable
    from leadtui.core.backup import make

    settings = prepared()
    with stoppable(), _stages() as progress:
        made = make.backup(settings, file.absolute(), progress)
    out.facts([(_("File"), str(made.path)), *_facts(made.manifest)])
    say(_("The backup holds customers' data unencrypted: keep it where only you can read it."))


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("A backup of leadtui."))],
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask."))] = False,
    discard: Annotated[bool, typer.Option("--discard", help=_("Do not keep the old database."))] = False,
) -> None:
    """Put a backup in the place of the database; the old one is kept beside it."""
    from leadtui.cli import out
    from leadtui.cli.errors import say
    from leadtui.cli.session import prepared
    from leadtui.cli.stopping import stoppable
    from leadtui.core.backup import restore as core
    from leadtui.formats import number

    with _stages() as progress:
        manifest = core.inspect(file, progress)
    settings = prepared()
    target = core.target(settings)
    if not yes:
        out.facts(_facts(manifest))
        out.facts(
            [
                (_("Into"), target.place),
                (_("Database"), target.name),
                (
                    _("It holds"),
                    _("nothing") if target.empty else _("{n} leads").format(n=number(target.leads)),
                ),
            ]
        )
        _confirm(target.name)
    with stoppable(), _stages() as progress:
        done = core.restore(settings, file, progress, discard=discard)
    say(
        _("Restored: the state of {when}, schema {schema}.").format(
            when=_when(done.manifest), schema=done.schema
        )
    )
    if done.replaced is not None:
        say(_("What was there before is kept in the database {name}.").format(name=done.replaced))
    if done.sessions_ended:
        say(_("Everybody has to sign in again."))


def _confirm(name: str) -> None:
    from leadtui.core.errors import Invalid

    unconfirmed = Invalid({"--yes": "restore_unconfirmed"}, "restore_unconfirmed")
    if not sys.stdin.isatty():
        raise unconfirmed
    sys.stderr.write(_("Type {name} to replace it: ").format(name=name))
    sys.stderr.flush()
    if sys.stdin.readline().strip() != name:
        raise unconfirmed


def _facts(manifest: Manifest) -> list[tuple[str, object]]:
    from leadtui.formats import number

    leads = manifest.rows.get("lead", 0)
    return [
        (_("State of"), _when(manifest)),
        (_("Schema"), manifest.schema),
        (_("Leads"), number(leads)),
        (_("Rows"), number(sum(manifest.rows.values()))),
        (_("Size"), _("{n} MB").format(n=number(max(1, manifest.size // 1_000_000)))),
        ("SHA-256", manifest.sha256),
    ]


def _when(manifest: Manifest) -> str:
    return manifest.made_at.astimezone().strftime("%Y-%m-%d %H:%M:%S %Z")


@contextlib.contextmanager
def _stages() -> Iterator[OnStage]:
    from leadtui.cli.progress import bar

    with bar() as shown:
        yield lambda stage, done, total: shown.update(_(STAGES[stage]), done, total)
