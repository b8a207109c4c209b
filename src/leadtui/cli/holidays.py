"""`leadtui holidays`: list, add, remove, import, update the days on which nobody is called."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from leadtui.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from leadtui.core.holidays.dto import Brought, Holiday
    from leadtui.core.leads.dto import Zone

KINDS: Final = {
    "national": N_("national"),
    "joint_leave": N_("joint leave"),
    "own": N_("the bank's"),
}


def build() -> typer.Typer:
    """The group."""
    app = typer.Typer(
        name="holidays", help=_("Days on which customers are not called."), no_args_is_help=True
    )
    app.command("list", help=_("List the holidays of a year, or from this year on."))(list_holidays)
    app.command("add", help=_("Add a day off of the bank's own."))(add)
    app.command("remove", help=_("Call on a holiday after all; no update brings it back."))(remove)
    app.command("import", help=_("Bring in a CSV file (date,name[,zone]), all or nothing."))(import_file)
    app.command(
        "update", help=_("Bring Indonesia's holidays up to what this program knows; the bank's own stay.")
    )(update)
    return app


def list_holidays(
    year: int | None = typer.Argument(None, metavar="[YEAR]", min=2000, max=2100),
    as_json: bool = typer.Option(False, "--json", help=_("Print one JSON array.")),
) -> None:
    """List holidays."""
    from leadtui.cli import out
    from leadtui.cli.errors import say
    from leadtui.cli.session import acting
    from leadtui.core.holidays import service as holidays
    from leadtui.formats import day, weekday

    with acting() as ctx:
        found = holidays.listing(ctx, year, year)
    if as_json:
        out.array(map(as_object, found))
        return
    columns: list[out.Column[Holiday]] = [
        out.Column(_("Day"), lambda one: f"{weekday(one.day, short=True)} {day(one.day, year=True)}"),
        out.Column(_("Name"), holiday_name),
        out.Column(_("Kind"), lambda one: _(KINDS[one.kind.value])),
        out.Column(_("Where"), lambda one: one.zone.name if one.zone is not None else _("everywhere")),
        out.Column(_("Certain"), lambda one: _("estimated") if one.estimated else _("yes")),
        out.Column(_("Source"), _source),
    ]
    out.table(found, columns)
    if not found:
        say(_("No holidays are known for then."))
        say("hint: " + "leadtui holidays update")


def holiday_name(one: Holiday) -> str:
    """In the language of this process, where it is known."""
    from leadtui import i18n

    return one.name_en if i18n.language() == "en" and one.name_en else one.name


def _source(one: Holiday) -> str:
    from leadtui.core.holidays.dto import BY_HAND, SHIPPED

    if one.source == SHIPPED:
        return "leadtui"
    who = one.updated_by_name or ""
    return who if one.source == BY_HAND else f"{one.source} ({who})" if who else one.source


def add(
    day: str = typer.Argument(..., metavar="DATE", help=_("2026-12-31 or 31/12/2026")),
    name: str = typer.Argument(..., metavar="NAME"),
    zone: str | None = typer.Option(
        None, "--zone", metavar="WIB|WITA|WIT", help=_("Only in this zone; without it everywhere.")
    ),
) -> None:
    """Add a day off of the bank's own."""
    from uuid import uuid4

    from leadtui.cli.errors import say
    from leadtui.cli.session import acting
    from leadtui.core.holidays import service as holidays
    from leadtui.core.holidays.dto import AddHoliday
    from leadtui.formats import long_day

    when, where = _day(day), _zone(zone)
    with acting() as ctx:
        made = holidays.add(ctx, AddHoliday(uuid4(), when, name, where))
    say(_("Nobody is called on {day}: {name}.").format(day=long_day(made.day), name=made.name))


def remove(
    day: str = typer.Argument(..., metavar="DATE", help=_("2026-12-31 or 31/12/2026")),
    zone: str | None = typer.Option(
        None, "--zone", metavar="WIB|WITA|WIT", help=_("The one of this zone; without it the one for all.")
    ),
) -> None:
    """Call on a holiday after all."""
    from uuid import uuid4

    from leadtui.cli.errors import say
    from leadtui.cli.session import acting
    from leadtui.core.holidays import service as holidays
    from leadtui.core.holidays.dto import RemoveHoliday
    from leadtui.formats import long_day

    when, where = _day(day), _zone(zone)
    with acting() as ctx:
        was = holidays.remove(ctx, RemoveHoliday(uuid4(), when, where))
    said = _("{day} ({name}) is a day like any other now.")
    say(said.format(day=long_day(was.day), name=holiday_name(was)))


def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("CSV: date,name[,zone]"))],
) -> None:
    """Bring in a file of the bank's own days off."""
    from uuid import uuid4

    from leadtui.cli.errors import say
    from leadtui.cli.session import acting
    from leadtui.core.errors import Invalid
    from leadtui.core.holidays import service as holidays
    from leadtui.core.holidays.dto import ImportHolidays
    from leadtui.formats import number
    from leadtui.policy_words import HOLIDAY_LINES
    from leadtui.text import clean

    try:
        with acting() as ctx:
            done = holidays.import_file(ctx, ImportHolidays(uuid4(), file))
    except Invalid as wrong:
        bad = wrong.data.get("bad", ())
        for each in bad:
            what = _(HOLIDAY_LINES[each.code]).format(value=clean(each.value))
            say(f"{_('line {line}').format(line=each.line)}: {what}")
        if (more := wrong.data.get("n", 0) - len(bad)) > 0:
            say(_("… and {n} more.").format(n=number(more)))
        raise
    _tell(done)


def update(
    years: str | None = typer.Option(
        None, "--years", metavar="FIRST-LAST", help=_("2026-2028; without it this year and the next two.")
    ),
) -> None:
    """Bring the country's holidays up to date."""
    from datetime import UTC, datetime
    from uuid import uuid4

    from leadtui.cli.session import acting
    from leadtui.core.holidays import service as holidays
    from leadtui.core.holidays.dto import UpdateHolidays

    first, last = _years(years) if years is not None else (datetime.now(UTC).year, datetime.now(UTC).year + 2)
    with acting() as ctx:
        done = holidays.update(ctx, UpdateHolidays(uuid4(), first, last))
    _tell(done)


def _tell(done: Brought) -> None:
    from leadtui.cli import out
    from leadtui.cli.errors import say
    from leadtui.formats import number

    out.facts(
        [
            (_("Added"), number(done.added)),
            (_("Changed"), number(done.changed)),
            (_("Unchanged"), number(done.unchanged)),
            (_("Taken away"), number(done.removed)),
            (_("Kept as the bank made them"), number(done.kept)),
        ]
    )
    if done.removed:
        said = ngettext("{n} estimated day has moved.", "{n} estimated days have moved.", done.removed)
        say(said.format(n=number(done.removed)))


def _day(text: str) -> date:
    from leadtui.core.errors import Invalid
    from leadtui.core.holidays.rules import read_day

    found = read_day(text)
    if found is None:
        raise Invalid({"DATE": "holiday_date"}, value=text)
    return found


def _zone(text: str | None) -> Zone | None:
    from leadtui.core.errors import Invalid
    from leadtui.core.holidays.rules import read_zone

    found = None if text is None else read_zone(text)
    if text is not None and found is None:
        raise Invalid({"--zone": "holiday_zone"}, value=text)
    return found


def _years(text: str) -> tuple[int, int]:
    from leadtui.core.errors import Invalid
    from leadtui.core.holidays.change import MOST_YEARS
    from leadtui.core.holidays.rules import FIRST_YEAR, LAST_YEAR

    first, _dash, last = (part.strip() for part in text.partition("-"))
    if not all(part.isascii() and part.isdigit() and len(part) == 4 for part in (first, last or first)):
        raise Invalid({"--years": "holiday_years"}, first=FIRST_YEAR, last=LAST_YEAR, most=MOST_YEARS)
    return int(first), int(last or first)


def as_object(one: Holiday) -> dict[str, Any]:
    """The holiday for `--json`."""
    return {
        "date": one.day,
        "name": one.name,
        "name_en": one.name_en,
        "kind": one.kind.value,
        "zone": None if one.zone is None else one.zone.name,
        "estimated": one.estimated,
        "source": one.source,
        "updated_by": one.updated_by_name,
        "updated_at": one.updated_at,
    }
