"""`leadtui leads`: import, add, list, score, show, imports. What each does is in a module of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leadtui.i18n import _

LEAD_ID_MAX = 2**63 - 1


def build() -> typer.Typer:
    """The group."""
    from leadtui.cli import imports, lead_list_options, leads_add, why_not

    app = typer.Typer(name="leads", help=_("Customers and prospects."), no_args_is_help=True)
    app.command("import", help=_("Bring in a CSV file of leads, all or nothing."))(import_file)
    app.command("add", help=_("Add one lead; it is scored at once."))(leads_add.add)
    app.command("list", help=_("List leads in every state, best first."))(lead_list_options.list_leads)
    app.command("score", help=_("Score the leads that have no score of the deployed model."))(score)
    app.command("show", help=_("Print everything known of one lead."))(show)
    app.command(
        "why-not", help=_("Say what speaks for and against calling a lead now, and when that changes.")
    )(why_not.why_not)
    app.command("override", help=_("Lift what stands against calling a lead, with a reason."))(
        why_not.override
    )
    app.add_typer(imports.build())
    return app


def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("CSV, separated by ; , or tab."))],
    dry_run: bool = typer.Option(False, "--dry-run", help=_("Check everything, import nothing.")),
    demo_contacts: bool = typer.Option(
        False, "--demo-contacts", help=_("Give every row a made-up person, visibly so, with consent “demo”.")
    ),
    team: str | None = typer.Option(None, "--team", help=_("Code of the team that gets the leads.")),
    consent_source: str | None = typer.Option(
        None,
        "--consent-source",
        metavar="TEXT",
        help=_(
            "Where everybody in the file agreed to be called; kept as evidence. A no that is known stays."
        ),
    ),
    encoding: str | None = typer.Option(
        None, "--encoding", metavar="NAME", help=_("E.g. cp1252; without it by the file's mark, else UTF-8.")
    ),
    skip_bad: bool = typer.Option(
        False, "--skip-bad", help=_("Import the good rows; the rejected ones go to a CSV file.")
    ),
    rejects: Annotated[
        Path | None,
        typer.Option(
            "--rejects", metavar="FILE", help=_("That file; else NAME.rejects.csv beside the list.")
        ),
    ] = None,
    on_duplicate: str = typer.Option(
        "update",
        "--on-duplicate",
        metavar="skip|update|error",
        help=_("What becomes of a row whose external_id is known."),
    ),
) -> None:
    """Bring in a CSV file of leads."""
    from leadtui.cli import import_report
    from leadtui.core.errors import Invalid
    from leadtui.core.imports.dto import ImportFile, OnDuplicate

    known = [choice.value for choice in OnDuplicate]
    if on_duplicate not in known:
        raise Invalid(
            {"on_duplicate": "on_duplicate_unknown"},
            "on_duplicate_unknown",
            value=on_duplicate,
            known=", ".join(known),
        )
    code = import_report.run(
        ImportFile(
            file,
            dry_run,
            demo_contacts,
            team,
            consent_source,
            encoding=encoding,
            skip_bad=skip_bad,
            on_duplicate=OnDuplicate(on_duplicate),
        ),
        rejects,
    )
    if code:
        raise typer.Exit(code)


def score(
    everything: bool = typer.Option(False, "--all", help=_("Score every lead again.")),
) -> None:
    """Score leads with the deployed model."""
    from leadtui.cli import score_report

    score_report.run(everything=everything)


def show(
    lead_id: int = typer.Argument(..., metavar="ID", min=1, max=LEAD_ID_MAX),
    as_json: bool = typer.Option(False, "--json", help=_("Print one JSON array.")),
) -> None:
    """Print everything known of one lead."""
    from leadtui.cli import lead_show

    lead_show.run(lead_id, as_json=as_json)
