"""`leadtui leads why-not` and `override`: what stands against calling somebody, and lifting it."""

from __future__ import annotations

from typing import Annotated

import typer

from leadtui.i18n import _

LEAD_ID_MAX = 2**63 - 1


def why_not(
    lead_id: int = typer.Argument(..., metavar="ID", min=1, max=LEAD_ID_MAX),
    as_json: bool = typer.Option(False, "--json", help=_("Print one JSON array.")),
) -> None:
    """Print every predicate of calling one lead now."""
    from leadtui.cli import why_not_report

    why_not_report.show(lead_id, as_json=as_json)


def override(
    lead_id: int = typer.Argument(..., metavar="ID", min=1, max=LEAD_ID_MAX),
    code: str = typer.Argument(..., metavar="state|lifetime|rest|owner"),
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help=_("Why; it is kept for good."))
    ] = ...,  # type: ignore[assignment]
) -> None:
    """Lift one thing that stands against calling a lead."""
    from leadtui.cli import why_not_report

    why_not_report.lift(lead_id, code, reason)
