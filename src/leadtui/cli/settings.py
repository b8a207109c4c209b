"""`leadtui settings`: list, get, set, reset the rules of the business."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from leadtui.i18n import _, ngettext

if TYPE_CHECKING:
    from leadtui.core.bank_settings.dto import Changed, Setting


def build() -> typer.Typer:
    """The group."""
    app = typer.Typer(
        name="settings",
        help=_("Rules of the business; a change holds for everybody at once."),
        no_args_is_help=True,
    )
    app.command("list", help=_("List every setting, and what teams have of their own."))(list_settings)
    app.command("get", help=_("Print one setting, and say what it changes."))(get)
    app.command(
        "set",
        help=_("Give a setting a value: on, off, 08:00, mon-sat, 1,7,30 (or ya, tidak, sen-sab)."),
    )(set_value)
    app.command("reset", help=_("Take a setting back to its default; a team's to the bank's."))(reset)
    return app


def list_settings(as_json: bool = typer.Option(False, "--json", help=_("Print one JSON array."))) -> None:
    """List every setting."""
    from leadtui.cli import out
    from leadtui.cli.session import acting
    from leadtui.core.bank_settings import service as settings
    from leadtui.setting_words import value_words

    with acting() as ctx:
        found = settings.listing(ctx)
        zone = ctx.actor.zone if ctx.actor is not None else "UTC"
    if as_json:
        out.array(map(as_object, found))
        return
    columns: list[out.Column[Setting]] = [
        out.Column(_("Setting"), lambda one: one.key),
        out.Column(_("Team"), lambda one: one.team or _("all")),
        out.Column(_("Value"), lambda one: value_words(one.key, one.value)),
        out.Column(_("Default"), lambda one: value_words(one.key, one.default) if one.changed else "="),
        out.Column(_("Changed by"), lambda one: one.updated_by_name),
        out.Column(_("When"), lambda one: _when(one, zone)),
    ]
    out.table(found, columns)


def get(
    key: str = typer.Argument(..., metavar="KEY", help=_("As leadtui settings list names it.")),
    team: str | None = typer.Option(None, "--team", metavar="CODE", help=_("As it holds for this team.")),
    as_json: bool = typer.Option(False, "--json", help=_("Print one JSON array.")),
) -> None:
    """Print one setting."""
    from leadtui.cli import out
    from leadtui.cli.errors import say
    from leadtui.cli.session import acting
    from leadtui.core.bank_settings import service as settings
    from leadtui.setting_words import description, range_words, value_words

    with acting() as ctx:
        found = settings.get(ctx, key, team)
    if as_json:
        out.array([as_object(found)])
        return
    out.line(found.value)
    say(description(found))
    allowed = range_words(found)
    default = _("Default: {value}.").format(value=value_words(found.key, found.default))
    say(default + (" " + _("Allowed: {known}.").format(known=allowed) if allowed else ""))


def set_value(
    key: str = typer.Argument(..., metavar="KEY", help=_("As leadtui settings list names it.")),
    value: str = typer.Argument(..., metavar="VALUE"),
    team: str | None = typer.Option(None, "--team", metavar="CODE", help=_("Only for this team.")),
) -> None:
    """Give a setting a value."""
    from uuid import uuid4

    from leadtui.cli.session import acting
    from leadtui.core.bank_settings import service as settings
    from leadtui.core.bank_settings.dto import SetSetting

    with acting() as ctx:
        done = settings.set_value(ctx, SetSetting(uuid4(), key, value, None, team))
    _tell(done)


def reset(
    key: str = typer.Argument(..., metavar="KEY", help=_("As leadtui settings list names it.")),
    team: str | None = typer.Option(None, "--team", metavar="CODE", help=_("Only for this team.")),
) -> None:
    """Take a setting back to its default."""
    from uuid import uuid4

    from leadtui.cli.session import acting
    from leadtui.core.bank_settings import service as settings
    from leadtui.core.bank_settings.dto import ResetSetting

    with acting() as ctx:
        done = settings.reset(ctx, ResetSetting(uuid4(), key, None, team))
    _tell(done)


def _tell(done: Changed) -> None:
    from leadtui.cli.errors import say
    from leadtui.formats import number
    from leadtui.setting_words import value_words

    now = done.setting
    values = {
        "key": now.key,
        "value": value_words(now.key, now.value),
        "before": value_words(now.key, done.before),
    }
    if now.value == done.before:
        say(_("{key} is {value}, as before.").format(**values))
    else:
        say(_("{key} is {value} now; it was {before}.").format(**values))
    if done.leads:
        said = ngettext(
            "This changed for {n} customer whether they may be called.",
            "This changed for {n} customers whether they may be called.",
            done.leads,
        )
        say(said.format(n=number(done.leads)))


def _when(one: Setting, zone: str) -> str | None:
    from zoneinfo import ZoneInfo

    from leadtui.formats import clock_zone, day

    if one.updated_at is None:
        return None
    where = ZoneInfo(zone)
    return f"{day(one.updated_at.astimezone(where), year=True)} {clock_zone(one.updated_at, where)}"


def as_object(one: Setting) -> dict[str, Any]:
    """The setting for `--json`."""
    return {
        "key": one.key,
        "team": one.team,
        "value": one.value,
        "default": one.default,
        "kind": one.kind,
        "unit": one.unit or None,
        "low": one.low if one.low != one.high else None,
        "high": one.high if one.low != one.high else None,
        "choices": list(one.choices) or None,
        "description": _(one.description),
        "updated_at": one.updated_at,
        "updated_by": one.updated_by_name,
        "version": one.version,
    }
