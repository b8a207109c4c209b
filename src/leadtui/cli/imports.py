"""`leadtui leads imports`: the imports of the past, and what was wrong with their files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import typer

from leadtui.i18n import N_, _

if TYPE_CHECKING:
    from leadtui.core.imports.dto import ImportRun, Reject

ID_MAX: Final = 2**63 - 1

STATUS: Final = {
    "committed": N_("imported"),
    "rejected": N_("rejected, nothing imported"),
    "dry_run": N_("dry run"),
    "unchanged": N_("imported before, unchanged"),
}


def build() -> typer.Typer:
    """The group."""
    app = typer.Typer(name="imports", help=_("Imports of the past."), no_args_is_help=True)
    app.command("list", help=_("List the last imports, newest first."))(list_runs)
    app.command("show", help=_("Print one import, and what was wrong with its file."))(show)
    return app


def list_runs(
    top: int = typer.Option(20, "--top", min=1, max=10_000, metavar="N", help=_("How many.")),
    as_json: bool = typer.Option(False, "--json", help=_("Print one JSON array.")),
) -> None:
    """List the last imports."""
    from leadtui.cli import out
    from leadtui.cli.session import system
    from leadtui.core.imports import service as imports
    from leadtui.formats import number

    with system() as ctx:
        found = imports.runs(ctx, top)
        zone = ctx.actor.zone if ctx.actor is not None else "UTC"
    if as_json:
        out.array(map(as_object, found))
        return
    columns: list[out.Column[ImportRun]] = [
        out.Column(_("Run"), lambda run: run.id, right=True),
        out.Column(_("When"), lambda run: _when(run, zone)),
        out.Column(_("By"), lambda run: run.actor),
        out.Column(_("Team"), lambda run: run.team),
        out.Column(_("File"), lambda run: run.file_name),
        out.Column(_("Read"), lambda run: number(run.read), right=True),
        out.Column(_("Added"), lambda run: number(run.added), right=True),
        out.Column(_("Changed"), lambda run: number(run.changed), right=True),
        out.Column(_("Rejected"), lambda run: number(run.rejected), right=True),
        out.Column(_("Result"), lambda run: _(STATUS[run.status.value])),
    ]
    out.table(found, columns)


def show(
    run_id: int = typer.Argument(..., metavar="ID", min=1, max=ID_MAX),
    as_json: bool = typer.Option(False, "--json", help=_("Print one JSON array.")),
    rejects: bool = typer.Option(
        False, "--rejects", help=_("Print every reject that is kept, and only those.")
    ),
) -> None:
    """Print one import."""
    from leadtui.cli import out
    from leadtui.cli.import_report import reject_line
    from leadtui.cli.session import system
    from leadtui.core.imports import service as imports
    from leadtui.core.imports.dto import MAX_STORED
    from leadtui.formats import number

    with system() as ctx:
        found = imports.run(ctx, run_id, MAX_STORED if rejects or as_json else 20)
        zone = ctx.actor.zone if ctx.actor is not None else "UTC"
    if as_json:
        out.array([{**as_object(found.run), "rejects": [_reject(each) for each in found.rejects]}])
        return
    if not rejects:
        out.facts(_facts(found.run, zone))
        if found.rejects:
            out.line()
    for each in found.rejects:
        out.line(reject_line(each))
    if found.total > len(found.rejects):
        out.line(_("… and {n} more.").format(n=number(found.total - len(found.rejects))))


def _facts(run: ImportRun, zone: str) -> list[tuple[str, object]]:
    from leadtui.formats import number

    return [
        (_("Run"), run.id),
        (_("When"), _when(run, zone)),
        (_("By"), run.actor),
        (_("Team"), run.team),
        (_("File"), run.file_name),
        (_("Bytes"), number(run.file_bytes)),
        ("SHA-256", run.file_sha256),
        (_("Options"), ", ".join(f"{name} {_option(value)}".strip() for name, value in run.options.items())),
        (_("Result"), _(STATUS[run.status.value])),
        (_("Read"), number(run.read)),
        (_("Added"), number(run.added)),
        (_("Changed"), number(run.changed)),
        (_("Unchanged"), number(run.unchanged)),
        (_("Rejected"), number(run.rejected)),
        (_("Skipped"), number(run.skipped)),
        (_("Shared numbers"), number(run.shared_phones)),
    ]


def _option(value: object) -> str:
    return "" if value is True else str(value)


def _when(run: ImportRun, zone: str) -> str:
    from zoneinfo import ZoneInfo

    from leadtui.formats import clock_zone, day

    where = ZoneInfo(zone)
    return f"{day(run.started_at.astimezone(where), year=True)} {clock_zone(run.started_at, where)}"


def as_object(run: ImportRun) -> dict[str, Any]:
    """The run for `--json`."""
    return {
        "id": run.id,
        "team": run.team,
        "file": run.file_name,
        "sha256": run.file_sha256,
        "bytes": run.file_bytes,
        "by": run.actor,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "status": run.status.value,
        "read": run.read,
        "added": run.added,
        "changed": run.changed,
        "unchanged": run.unchanged,
        "rejected": run.rejected,
        "skipped": run.skipped,
        "shared_phones": run.shared_phones,
        "options": dict(run.options),
    }


def _reject(reject: Reject) -> dict[str, Any]:
    from leadtui.core.imports import codes

    return {
        "line": reject.line,
        "column": reject.column or None,
        "code": reject.code,
        "reason": _(codes.REJECTS[reject.code]) if reject.code in codes.REJECTS else reject.code,
        "value": reject.value or None,
    }
