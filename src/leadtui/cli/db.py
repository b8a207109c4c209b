"""`leadtui db`: upgrade, status, stop, backup, restore."""

from __future__ import annotations

import typer

from leadtui.cli import backup
from leadtui.i18n import _


def build() -> typer.Typer:
    """The group."""
    app = typer.Typer(name="db", help=_("The database."), no_args_is_help=True)
    app.command("upgrade", help=_("Bring the database to this program's schema."))(upgrade)
    app.command("status", help=_("Say where the database is and what it has."))(status)
    app.command("stop", help=_("Stop the embedded server, whoever uses it."))(stop)
    backup.add_to(app)
    return app


def upgrade() -> None:
    """Bring the database to this program's schema."""
    from leadtui.cli.errors import say
    from leadtui.cli.progress import waiting
    from leadtui.cli.session import prepared
    from leadtui.core.operate import db_upgrade

    with waiting(_("Upgrading the database …")):
        done = db_upgrade(prepared())
    if done.before == done.after:
        say(_("The schema is {revision}, the newest one; partitions are ahead.").format(revision=done.after))
    else:
        say(
            _("The schema went from {before} to {after}.").format(
                before=done.before or _("nothing"), after=done.after
            )
        )
    if done.starter:
        say(_("The starter model scores from now on."))
    if not done.app_ready:
        say(_("The role leadtui_app cannot sign in yet, so no model could be deployed."))
        say("hint: " + _("alter role leadtui_app password '…'; then run leadtui db upgrade once more"))
    if not done.backup_ready:
        say(_("The role leadtui_backup does not see every row yet: pg_dump would refuse to run as it."))
        say("hint: " + _("A superuser runs: alter role leadtui_backup bypassrls"))


def status(as_json: bool = typer.Option(False, "--json", help=_("Print one JSON array."))) -> None:
    """Say where the database is and what it has."""
    from leadtui.cli import out
    from leadtui.cli.errors import fail
    from leadtui.core.operate import db_status
    from leadtui.core.settings import load

    found = db_status(load())
    if as_json:
        out.array(
            [
                {
                    "embedded": found.embedded,
                    "place": found.place,
                    "running": found.running,
                    "pid": found.pid,
                    "version": found.version,
                    "schema": found.current,
                    "newest": found.head,
                }
            ]
        )
    else:
        out.facts(
            [
                (_("Server"), _("embedded") if found.embedded else _("external")),
                (_("Place"), found.place),
                (_("State"), _("running") if found.running else _("not running")),
                (_("Process"), found.pid),
                ("PostgreSQL", found.version),
                (_("Schema"), found.current),
                (_("Newest schema"), found.head),
            ]
        )
    if not found.running or found.current == found.head:
        return
    if found.current is not None and found.current > found.head:
        fail(_("The database is newer than this program."), _("Install the newer leadtui."))
    else:
        fail(_("The database is older than this program."), "leadtui db upgrade")
    raise typer.Exit(1)


def stop() -> None:
    """Stop the embedded server."""
    from leadtui.cli.errors import say
    from leadtui.core.operate import db_stop
    from leadtui.core.settings import load

    say(_("The server has stopped.") if db_stop(load()) else _("No server was running."))
