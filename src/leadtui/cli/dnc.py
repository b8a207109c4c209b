"""`leadtui dnc`: numbers and people that nobody calls."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from leadtui.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from leadtui.core.dnc.dto import Entry, ListReport

LEAD_ID_MAX: Final = 2**63 - 1

REASONS: Final = {
    "asked": N_("said so in a call"),
    "import": N_("a list of leads said so"),
}


def build() -> typer.Typer:
    """The group."""
    app = typer.Typer(name="dnc", help=_("The do-not-call list: numbers and people."), no_args_is_help=True)
    app.command("add", help=_("Never call a number, or a customer with all their numbers, again."))(add)
    app.command("remove", help=_("Take a number or a customer off the list, with a reason."))(remove)
    app.command("import", help=_("Bring in a list of numbers, all or nothing."))(import_list)
    app.command("list", help=_("List the numbers, newest first."))(list_entries)
    return app


def add(
    number: str | None = typer.Argument(None, metavar="[NUMBER]", help=_("0812… or +62812…")),
    lead: int | None = typer.Option(
        None, "--lead", metavar="ID", min=1, max=LEAD_ID_MAX, help=_("A customer instead of a number.")
    ),
    reason: str | None = typer.Option(None, "--reason", metavar="TEXT", help=_("Why.")),
    team: str | None = typer.Option(
        None, "--team", metavar="CODE", help=_("Only for this team; without it for all that you see.")
    ),
) -> None:
    """Never call a number or a customer again."""
    from uuid import uuid4

    from leadtui.cli.errors import say
    from leadtui.cli.session import acting
    from leadtui.core.dnc import service as dnc
    from leadtui.core.dnc.dto import AddNumber, AddPerson

    _one_of_two(number, lead)
    with acting() as ctx:
        if lead is not None:
            done = dnc.add_person(ctx, AddPerson(uuid4(), lead, reason))
        else:
            done = dnc.add_number(ctx, AddNumber(uuid4(), number or "", reason, team))
    if lead is None and not done.numbers:
        say(_("This number was on the list before."))
    elif lead is not None:
        say(_("Customer {lead_id} is not called any more.").format(lead_id=lead))
    else:
        say(_("This number is not called any more."))
    _left(done.leads)


def remove(
    number: str | None = typer.Argument(None, metavar="[NUMBER]", help=_("0812… or +62812…")),
    lead: int | None = typer.Option(
        None, "--lead", metavar="ID", min=1, max=LEAD_ID_MAX, help=_("A customer instead of a number.")
    ),
    reason: str = typer.Option(..., "--reason", metavar="TEXT", help=_("Why; it is kept.")),
    team: str | None = typer.Option(
        None, "--team", metavar="CODE", help=_("Only for this team; without it for all that you see.")
    ),
) -> None:
    """Take a number or a customer off the list."""
    from uuid import uuid4

    from leadtui.cli.errors import say
    from leadtui.cli.session import acting
    from leadtui.core.dnc import service as dnc
    from leadtui.core.dnc.dto import RemoveNumber, RemovePerson
    from leadtui.formats import number as shown
    from leadtui.formats import phone

    _one_of_two(number, lead)
    with acting() as ctx:
        if lead is not None:
            done = dnc.remove_person(ctx, RemovePerson(uuid4(), lead, reason))
        else:
            done = dnc.remove_number(ctx, RemoveNumber(uuid4(), number or "", reason, team))
    if lead is None:
        say(_("This number is off the list."))
    else:
        say(_("Customer {lead_id} is off the list.").format(lead_id=lead))
    said = ngettext("{n} customer may be called again.", "{n} customers may be called again.", done.leads)
    say(said.format(n=shown(done.leads)))
    if done.still:
        said = ngettext(
            "{n} customer stays blocked by another entry.",
            "{n} customers stay blocked by another entry.",
            done.still,
        )
        say(said.format(n=shown(done.still)))
    for e164 in done.blocking:
        say("hint: " + _("{number} is still listed: leadtui dnc remove {e164} --reason …").format(
            number=phone(e164), e164=e164
        ))  # fmt: skip


def import_list(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=_("One number a line, or CSV with a column phone."))
    ],
    reason: str | None = typer.Option(None, "--reason", metavar="TEXT", help=_("Why.")),
    skip_bad: bool = typer.Option(False, "--skip-bad", help=_("Leave out lines that are no numbers.")),
    encoding: str | None = typer.Option(
        None, "--encoding", metavar="NAME", help=_("E.g. cp1252; without it by the file's mark, else UTF-8.")
    ),
    team: str | None = typer.Option(
        None, "--team", metavar="CODE", help=_("Only for this team; without it for all that you see.")
    ),
) -> None:
    """Bring in a list of numbers."""
    from leadtui.cli.progress import bar
    from leadtui.cli.session import acting
    from leadtui.core.dnc import service as dnc
    from leadtui.core.dnc.dto import ImportList

    command = ImportList(file, reason, skip_bad, encoding, team)
    with acting() as ctx, bar() as shown:
        report = dnc.import_list(ctx, command, lambda lines: shown.update(_("Reading"), lines, 0, "rows"))
    _report(report)
    if not report.imported:
        raise typer.Exit(1)


def _report(report: ListReport) -> None:
    from leadtui.cli import out
    from leadtui.cli.errors import fail, say
    from leadtui.formats import number
    from leadtui.text import clean

    for each in report.bad:
        where = _("line {line}").format(line=each.line)
        value = f"“{clean(each.value)}” " if each.value else ""
        say(f"{where}: {value}{_('is not a telephone number')}")
    if report.rejected > len(report.bad):
        say(_("… and {n} more.").format(n=number(report.rejected - len(report.bad))))
    out.facts(
        [
            (_("File"), report.file_name),
            (_("Read"), number(report.read)),
            (_("New"), number(report.new)),
            (_("Listed before"), number(report.known)),
            (_("Repeated"), number(report.repeated)),
            (_("Rejected"), number(report.rejected)),
            (_("Customers who leave the queues"), number(report.leads)),
        ]
    )
    if not report.imported:
        said = ngettext(
            "{n} line is no telephone number, so nothing was imported.",
            "{n} lines are no telephone numbers, so nothing was imported.",
            report.rejected,
        )
        fail(said.format(n=number(report.rejected)), _("--skip-bad leaves such lines out."))


def list_entries(
    prefix: str | None = typer.Option(
        None, "--number", metavar="PREFIX", help=_("Only numbers that begin so (0812, +6281).")
    ),
    top: int = typer.Option(1_000, "--top", min=1, max=10_000_000, metavar="N", help=_("How many.")),
    as_json: bool = typer.Option(False, "--json", help=_("Print one JSON array.")),
) -> None:
    """List the numbers."""
    from zoneinfo import ZoneInfo

    from leadtui.cli import out
    from leadtui.cli.errors import say
    from leadtui.cli.session import acting
    from leadtui.core.dnc import service as dnc
    from leadtui.formats import clock_zone, day, number, phone

    with acting() as ctx:
        found = dnc.listing(ctx, prefix, top)
        total = dnc.count(ctx)
        zone = ZoneInfo(ctx.actor.zone if ctx.actor is not None else "UTC")
    if as_json:
        out.array(map(as_object, found))
        return
    columns: list[out.Column[Entry]] = [
        out.Column(_("Number"), lambda one: phone(one.e164)),
        out.Column(_("Team"), lambda one: one.team),
        out.Column(_("Reason"), reason_words),
        out.Column(_("File"), lambda one: one.source),
        out.Column(_("Customer"), lambda one: one.lead_id, right=True),
        out.Column(_("By"), lambda one: one.added_by_name),
        out.Column(
            _("When"),
            lambda one: f"{day(one.added_at.astimezone(zone), year=True)} {clock_zone(one.added_at, zone)}",
        ),
    ]
    out.table(found, columns)
    if len(found) == top and total > top:
        say(_("{n} of {total}; --top shows more.").format(n=number(len(found)), total=number(total)))


def reason_words(one: Entry) -> str | None:
    """Why a number is listed."""
    return _(REASONS[one.reason]) if one.reason in REASONS else one.reason


def _left(leads: int) -> None:
    from leadtui.cli.errors import say
    from leadtui.formats import number

    said = ngettext("{n} customer leaves the queues.", "{n} customers leave the queues.", leads)
    say(said.format(n=number(leads)))


def _one_of_two(number: str | None, lead: int | None) -> None:
    from leadtui.core.errors import Invalid

    if (number is None) == (lead is None):
        raise Invalid({"NUMBER": "one_of_two"}, "dnc_which")


def as_object(one: Entry) -> dict[str, Any]:
    """The entry for `--json`."""
    return {
        "number": one.e164,
        "team": one.team,
        "reason": one.reason,
        "source": one.source,
        "lead_id": one.lead_id,
        "added_by": one.added_by_name,
        "added_at": one.added_at,
    }
