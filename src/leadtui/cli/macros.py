"""`leadtui macros`: list, set, remove what the keys 7, 8 and 9 of the call form log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from leadtui.i18n import _

if TYPE_CHECKING:
    from leadtui.core.calls.dto import CallStatus, Macro, NoAnswer, Outcome
    from leadtui.core.macros.dto import ListedMacro

WHAT: Final = ("no_answer", "busy", "off", "voicemail", "interested", "callback", "not_interested")
"""What a macro may log: a reason why nobody was reached, or an outcome."""

Team = Annotated[
    str | None,
    typer.Option("--team", metavar="CODE", help=_("This team's own; without it the whole bank's.")),
]


def build() -> typer.Typer:
    """The group."""
    app = typer.Typer(
        name="macros",
        help=_("Keys 7, 8 and 9 of the call form: a whole call by one key."),
        no_args_is_help=True,
    )
    app.command("list", help=_("List the macros of the bank and of its teams."))(list_macros)
    app.command("set", help=_("Put a macro on a key, or change the one that is there."))(set_macro)
    app.command("remove", help=_("Take a macro off a key; a team then has the bank's again."))(remove)
    return app


def list_macros(as_json: bool = typer.Option(False, "--json", help=_("Print one JSON array."))) -> None:
    """List macros."""
    from leadtui.cli import out
    from leadtui.cli.session import acting
    from leadtui.core.macros import service as macros
    from leadtui.wording import no_answer_word, outcome_word

    with acting() as ctx:
        found = macros.listing(ctx)
    if as_json:
        out.array(map(as_object, found))
        return

    def logs(one: ListedMacro) -> str:
        macro = one.macro
        if macro.outcome is not None:
            return outcome_word(macro.outcome)
        return no_answer_word(macro.reason or 0)

    def label(one: ListedMacro) -> str:
        from leadtui import i18n

        return one.macro.label(i18n.language())

    columns: list[out.Column[ListedMacro]] = [
        out.Column(_("Key"), lambda one: one.macro.key, right=True),
        out.Column(_("Team"), lambda one: one.team or _("the bank's")),
        out.Column(_("Label"), label),
        out.Column(_("Logs"), logs),
        out.Column(_("Back in"), lambda one: _follow(one.macro)),
        out.Column(_("State"), lambda one: _("on") if one.macro.active else _("off")),
    ]
    out.table(found, columns)


def as_object(one: ListedMacro) -> dict[str, Any]:
    """A macro as `--json` gives it."""
    macro = one.macro
    return {
        "id": macro.id,
        "key": macro.key,
        "team": one.team,
        "what": what_of(macro),
        "label_id": macro.label_id,
        "label_en": macro.label_en,
        "note_id": macro.note_id,
        "note_en": macro.note_en,
        "follow_minutes": macro.follow_minutes,
        "active": macro.active,
        "version": macro.version,
    }


def what_of(macro: Macro) -> str:
    """The word of WHAT for a macro."""
    if macro.outcome is not None:
        return macro.outcome.name.lower()
    return macro.reason.name.lower() if macro.reason is not None else WHAT[0]


def _follow(macro: Macro) -> str | None:
    from datetime import timedelta

    from leadtui.formats import span

    return None if macro.follow_minutes is None else span(timedelta(minutes=macro.follow_minutes), short=True)


def set_macro(
    key: int = typer.Argument(..., metavar="KEY", help=_("7, 8 or 9.")),
    what: str | None = typer.Option(None, "--what", metavar="|".join(WHAT), help=_("What it logs.")),
    label_id: str | None = typer.Option(
        None, "--label-id", metavar="TEXT", help=_("Its label in Indonesian.")
    ),
    label_en: str | None = typer.Option(None, "--label-en", metavar="TEXT", help=_("Its label in English.")),
    note_id: str | None = typer.Option(None, "--note-id", metavar="TEXT", help=_("Its note in Indonesian.")),
    note_en: str | None = typer.Option(None, "--note-en", metavar="TEXT", help=_("Its note in English.")),
    follow: int | None = typer.Option(
        None, "--follow", metavar="MINUTES", help=_("When the customer comes back; 0: as the outcome says.")
    ),
    on: bool | None = typer.Option(None, "--on/--off", help=_("Whether the key does it.")),
    team: Team = None,
) -> None:
    """Put a macro on a key."""
    from uuid import uuid4

    from leadtui.cli.errors import say
    from leadtui.cli.session import acting
    from leadtui.core.macros import service as macros
    from leadtui.core.macros.dto import SaveMacro

    with acting() as ctx:
        code = None if team is None else team.strip().lower()
        old = next(
            (one.macro for one in macros.listing(ctx) if one.macro.key == key and one.team == code), None
        )
        status, reason, outcome = parse_what(
            what if what is not None else "" if old is None else what_of(old)
        )
        minutes = follow if follow is not None else None if old is None else old.follow_minutes
        saved = macros.save(
            ctx,
            SaveMacro(
                uuid4(),
                key,
                _kept(label_id, None if old is None else old.label_id),
                _kept(label_en, None if old is None else old.label_en),
                status,
                _kept(note_id, None if old is None else old.note_id),
                _kept(note_en, None if old is None else old.note_en),
                reason,
                outcome,
                minutes or None,
                old.active if on is None and old is not None else on is not False,
                code,
                0 if old is None else old.version,
            ),
        )
    if saved.active:
        say(_("Key {key} logs: {label}").format(key=saved.key, label=_label(saved)))
    else:
        say(_("Key {key} logs nothing now.").format(key=saved.key))


def _kept(given: str | None, stands: str | None) -> str:
    return given if given is not None else stands or ""


def _label(macro: Macro) -> str:
    from leadtui import i18n

    return macro.label(i18n.language())


def parse_what(what: str) -> tuple[CallStatus, NoAnswer | None, Outcome | None]:
    """Status, reason and outcome for a word of WHAT; hyphens do, too. Raises Invalid."""
    from leadtui.core.calls.dto import CallStatus, NoAnswer, Outcome
    from leadtui.core.errors import Invalid

    word = what.strip().lower().replace("-", "_")
    if word not in WHAT:
        raise Invalid({"--what": "unknown_value"}, known=", ".join(WHAT))
    if word.upper() in NoAnswer.__members__:
        return CallStatus.NOT_ANSWERED, NoAnswer[word.upper()], None
    return CallStatus.CONNECTED, None, Outcome[word.upper()]


def remove(key: int = typer.Argument(..., metavar="KEY"), team: Team = None) -> None:
    """Take a macro off a key."""
    from uuid import uuid4

    from leadtui.cli.errors import say
    from leadtui.cli.session import acting
    from leadtui.core.macros import service as macros
    from leadtui.core.macros.dto import RemoveMacro

    with acting() as ctx:
        macros.remove(ctx, RemoveMacro(uuid4(), key, team))
    say(_("The macro on key {key} is gone.").format(key=key))
