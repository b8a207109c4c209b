"""`leadtui guide`: validate, import, export, list, activate, preview."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadtui.i18n import _

if TYPE_CHECKING:
    from leadtui.core.errors import Invalid
    from leadtui.core.guide.dto import GuideFor, GuideVersion

STDIN = "-"


def build() -> typer.Typer:
    """The group."""
    app = typer.Typer(name="guide", help=_("What agents say: required lines, points, offers, objections."),
                      no_args_is_help=True)  # fmt: skip
    app.command("validate", help=_("Check a guide's file; nothing is changed and no database is needed."))(
        validate
    )
    app.command("import", help=_("Take a guide in as a new version and put it in force."))(import_)
    app.command("export", help=_("Write a guide as YAML, to change it and import it again."))(export)
    app.command("list", help=_("List all versions."))(list_versions)
    app.command("activate", help=_("Put an older version in force again."))(activate)
    app.command("preview", help=_("Print the guide that stands beside a call to this lead."))(preview)
    return app


_FILE = typer.Argument(metavar="FILE", help=_("YAML; - is the standard input."))
_TEAM = typer.Option("--team", metavar="CODE", help=_("A team's own guide instead of the bank's."))
_JSON = typer.Option("--json", help=_("Print one JSON array."))


def validate(file: Annotated[str, _FILE]) -> None:
    """Check a guide's file."""
    from leadtui.cli import out
    from leadtui.core.errors import Invalid
    from leadtui.core.guide.validate import check

    try:
        guide = check(_read(file))
    except Invalid as error:
        _told(error, file)
        raise
    out.facts(
        [
            (_("Required lines"), len(guide.opening)),
            (_("Points"), len(guide.points)),
            (_("Offers"), len(guide.offers)),
            (_("Objections"), len(guide.objections)),
        ]
    )


def import_(
    file: Annotated[str | None, _FILE] = None,
    team: Annotated[str | None, _TEAM] = None,
    shipped: Annotated[bool, typer.Option("--shipped", help=_("The guide that comes with leadtui."))] = False,
) -> None:
    """Take a guide in."""
    import uuid

    from leadtui.cli.errors import say
    from leadtui.cli.session import system
    from leadtui.core.errors import Invalid
    from leadtui.core.guide import service as guide
    from leadtui.core.guide import shipped as ours
    from leadtui.core.guide.dto import ImportGuide

    if (file is None) != shipped:
        raise Invalid({"file": "guide_file_or_shipped"}, "guide_file_or_shipped")
    text = ours.text() if file is None else _read(file)
    source = ours.SOURCE if file is None else "stdin" if file == STDIN else Path(file).name
    command = ImportGuide(uuid.uuid4(), text, source, team)
    with system() as ctx:
        before = guide.active(ctx, team)
        try:
            made = guide.import_(ctx, command)
        except Invalid as error:
            _told(error, file or source)
            raise
    if before is not None and made.id == before.id:
        say(_("This very guide is in force already, as version {n}.").format(n=made.number))
    else:
        say(_("Version {n} is in force from now on.").format(n=made.number))


def export(
    file: Annotated[
        str | None, typer.Argument(metavar="FILE", help=_("A file that does not exist yet; else stdout."))
    ] = None,
    number: Annotated[
        int | None, typer.Option("--version", min=1, max=2**31 - 1, help=_("Not the one in force, but this."))
    ] = None,
    team: Annotated[str | None, _TEAM] = None,
) -> None:
    """Write a guide as YAML."""
    from leadtui.cli.session import system
    from leadtui.core.errors import Invalid
    from leadtui.core.guide import service as guide

    with system() as ctx:
        text = guide.export(ctx, number, team)
    if file is None or file == STDIN:
        sys.stdout.write(text)
        return
    try:
        with Path(file).open("x", encoding="utf-8") as target:
            target.write(text)
    except FileExistsError as error:
        raise Invalid({"file": "guide_file_exists"}, "guide_file_exists", path=file) from error
    except (OSError, ValueError) as error:
        raise Invalid(
            {"file": "guide_file_unwritable"}, "guide_file_unwritable", path=file, why=_why(error)
        ) from error


def list_versions(as_json: Annotated[bool, _JSON] = False) -> None:
    """List all versions."""
    from leadtui.cli import out
    from leadtui.cli.session import system
    from leadtui.core.guide import service as guide
    from leadtui.core.guide.dto import GuideVersion as Version
    from leadtui.formats import number

    with system() as ctx:
        found = guide.versions(ctx)
    if as_json:
        out.array(as_object(version) for version in found)
        return
    columns: list[out.Column[Version]] = [
        out.Column(_("Version"), lambda v: number(v.number), right=True),
        out.Column(_("Team"), lambda v: v.team or _("the bank")),
        out.Column(_("In force"), lambda v: "●" if v.active else "○"),
        out.Column(_("Imported"), lambda v: f"{v.imported_at:%Y-%m-%d %H:%M}"),
        out.Column(_("By"), lambda v: v.imported_by),
        out.Column(_("From"), lambda v: v.source),
        out.Column(_("Lines"), lambda v: number(v.opening), right=True),
        out.Column(_("Points"), lambda v: number(v.points), right=True),
        out.Column(_("Offers"), lambda v: number(v.offers), right=True),
        out.Column(_("Objections"), lambda v: number(v.objections), right=True),
    ]
    out.table(found, columns)


def as_object(version: GuideVersion) -> dict[str, Any]:
    """A version for `--json`."""
    return {
        "id": version.id,
        "number": version.number,
        "team": version.team,
        "active": version.active,
        "source": version.source,
        "imported_by": version.imported_by,
        "imported_at": version.imported_at,
        "sha256": version.sha256,
        "opening": version.opening,
        "points": version.points,
        "offers": version.offers,
        "objections": version.objections,
    }


def activate(
    number: Annotated[
        int,
        typer.Argument(
            metavar="N",
            min=0,
            max=2**31 - 1,
            help=_("A version; 0 with --team: the bank's holds for it again."),
        ),
    ],
    team: Annotated[str | None, _TEAM] = None,
) -> None:
    """Put an older version in force again."""
    import uuid

    from leadtui.cli.errors import say
    from leadtui.cli.session import system
    from leadtui.core.guide import service as guide
    from leadtui.core.guide.dto import ActivateGuide

    with system() as ctx:
        holds = guide.activate(ctx, ActivateGuide(uuid.uuid4(), number, team))
    say(_("Version {n} is in force from now on.").format(n=holds.number))


def preview(
    lead_id: Annotated[int, typer.Argument(metavar="LEAD", min=1, max=2**63 - 1)],
    lang: Annotated[str | None, typer.Option("--lang", metavar="id|en", help=_("In this language."))] = None,
) -> None:
    """Print the guide for a lead."""
    from leadtui.cli.session import system
    from leadtui.core.errors import Invalid, NotFound
    from leadtui.core.guide import service as guide
    from leadtui.i18n import LANGUAGES, language, use

    if lang is not None and lang not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise Invalid({"lang": "guide_language"}, "guide_language", value=lang, known=known)
    with system() as ctx:
        found = guide.current(ctx, lead_id)
    if found is None:
        raise NotFound("guide_none")
    before = language()
    use(lang or before)
    try:
        _print(found)
    finally:
        use(before)


def _print(found: GuideFor) -> None:
    from leadtui.cli import out
    from leadtui.guide_words import label, spoken

    out.line(_("Required lines"))
    for place, one in enumerate(found.lines, 1):
        out.line(f"  {place}  {label(one.label)}")
        out.line(f"     {spoken(one.say)}")
    _section(_("Points"), [(None, spoken(point.say)) for point in found.points])
    _section(_("Offers"), [(label(offer.label), spoken(offer.say)) for offer in found.offers])
    _section(_("If they say …"), [(label(one.they_say), spoken(one.answer)) for one in found.objections])


def _section(heading: str, entries: list[tuple[str | None, str]]) -> None:
    from leadtui.cli import out

    if not entries:
        return
    out.line()
    out.line(heading)
    for head, said in entries:
        if head:
            out.line(f"  {head}")
        out.line(f"  {'  ' if head else '· '}{said}")


# files -------------------------------------------------------------------------------------------------


def _read(file: str) -> str:
    """The file's text. Raises Invalid("guide_file_…")."""
    from leadtui.core.errors import Invalid
    from leadtui.core.guide.reader import LARGEST

    limit = 4 * LARGEST  # bytes of so many characters at most
    try:
        with _opened(file) as source:
            raw = source.read(limit + 1)
    except FileNotFoundError as error:
        raise Invalid({"file": "guide_file_missing"}, "guide_file_missing", path=file) from error
    except (OSError, ValueError) as error:
        raise Invalid(
            {"file": "guide_file_unreadable"}, "guide_file_unreadable", path=file, why=_why(error)
        ) from error
    if len(raw) > limit:
        kilobytes = LARGEST // 1024
        raise Invalid({"file": "guide_file_too_large"}, "guide_file_too_large", path=file, limit=kilobytes)
    try:
        return str(raw, "utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid({"file": "guide_file_not_utf8"}, "guide_file_not_utf8", path=file) from error


@contextlib.contextmanager
def _opened(file: str) -> Iterator[Any]:
    if file == STDIN:
        raw = getattr(sys.stdin, "buffer", None)
        yield io.BytesIO(sys.stdin.read().encode()) if raw is None else raw
        return
    with Path(file).open("rb") as source:
        yield source


def _why(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error)


def _told(error: Invalid, file: str) -> None:
    """Every fault on a line of its own; the sentence with their number follows."""
    from leadtui.cli.errors import say
    from leadtui.guide_words import fault_line

    for fault in error.data.get("faults", ()):
        say(fault_line(fault, file))
