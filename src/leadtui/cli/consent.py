"""`leadtui consent`: what a customer agreed to, with its evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import typer

from leadtui.i18n import _

if TYPE_CHECKING:
    from leadtui.core.consent.dto import Answer

LEAD_ID_MAX: Final = 2**63 - 1


def build() -> typer.Typer:
    """The group."""
    app = typer.Typer(
        name="consent", help=_("What customers agreed to, with its evidence."), no_args_is_help=True
    )
    app.command("set", help=_("Record a customer's yes or no; a no takes effect at once."))(set_consent)
    app.command("show", help=_("Print every answer of a customer, newest first."))(show)
    return app


def set_consent(
    lead: int = typer.Argument(..., metavar="ID", min=1, max=LEAD_ID_MAX),
    answer: str = typer.Argument(..., metavar="yes|no"),
    source: str = typer.Option(..., "--source", metavar="TEXT", help=_("Where they said so; it is kept.")),
) -> None:
    """Record a customer's yes or no."""
    from uuid import uuid4

    from leadtui.cli.errors import say
    from leadtui.cli.session import acting
    from leadtui.core.consent import service as consent
    from leadtui.core.consent.dto import SetConsent
    from leadtui.core.errors import Invalid
    from leadtui.core.imports.fields import NO, YES

    said = answer.strip().lower()
    if said not in YES | NO:
        raise Invalid({"yes|no": "consent_answer"}, value=answer)
    with acting() as ctx:
        done = consent.record(ctx, SetConsent(uuid4(), lead, said in YES, source))
    if done.callable:
        say(_("Customer {lead_id} has agreed to be called.").format(lead_id=lead))
    else:
        say(_("Customer {lead_id} is not called any more: they said no.").format(lead_id=lead))


def show(
    lead: int = typer.Argument(..., metavar="ID", min=1, max=LEAD_ID_MAX),
    as_json: bool = typer.Option(False, "--json", help=_("Print one JSON array.")),
) -> None:
    """Print every answer of a customer."""
    from zoneinfo import ZoneInfo

    from leadtui.cli import out
    from leadtui.cli.errors import say
    from leadtui.cli.session import acting
    from leadtui.core.consent import service as consent
    from leadtui.wording import consent_word

    with acting() as ctx:
        found = consent.history(ctx, lead)
        zone = ZoneInfo(ctx.actor.zone if ctx.actor is not None else "UTC")
    if as_json:
        out.array(map(as_object, found.answers))
        return
    columns: list[out.Column[Answer]] = [
        out.Column(_("Answer"), lambda one: consent_word(one.consent)),
        out.Column(_("Source"), lambda one: one.source),
        out.Column(_("When"), lambda one: _when(one, zone)),
        out.Column(_("By"), lambda one: one.by_name),
        out.Column(_("File"), _file),
    ]
    out.table(found.answers, columns)
    if not found.answers:
        say(_("Nobody has asked this customer yet: that is not a yes."))


def _when(one: Answer, zone: Any) -> str | None:
    from leadtui.formats import clock_zone, day

    if one.at is None:
        return None
    return f"{day(one.at.astimezone(zone), year=True)} {clock_zone(one.at, zone)}"


def _file(one: Answer) -> str | None:
    if one.import_id is None:
        return None
    return _("{file} (import {run})").format(file=one.file_name or "?", run=one.import_id)


def as_object(one: Answer) -> dict[str, Any]:
    """The answer for `--json`."""
    return {
        "consent": None if one.consent is None else one.consent.name.lower(),
        "source": one.source,
        "at": one.at,
        "by": one.by_name,
        "import_id": one.import_id,
        "file": one.file_name,
    }
