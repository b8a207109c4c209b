"""`leadtui views`: list, show, delete; and what `leads list` takes from a view and a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from leadtui.i18n import _

if TYPE_CHECKING:
    from leadtui.core.ctx import Ctx
    from leadtui.core.leads.dto import LeadFilter
    from leadtui.core.views.dto import View


def build() -> typer.Typer:
    """The group."""
    app = typer.Typer(name="views", help=_("Saved views of the list."), no_args_is_help=True)
    app.command("list", help=_("List my views, the team's, and those that come with the program."))(
        list_views
    )
    app.command("show", help=_("Say what a view asks for."))(show)
    app.command("delete", help=_("Take a view away."))(delete)
    return app


def list_views(as_json: bool = typer.Option(False, "--json", help=_("Print one JSON array."))) -> None:
    """List the views."""
    from leadtui.cli import out
    from leadtui.cli.session import acting
    from leadtui.query_sentences import view_name

    with acting() as ctx:
        found = there(ctx)
    if as_json:
        out.array(_as_object(view) for view in found)
        return
    columns: list[out.Column[View]] = [
        out.Column(_("Key"), lambda view: view.key or ""),
        out.Column(_("Name"), view_name),
        out.Column(_("Whose"), _whose),
        out.Column(_("Asks for"), _described),
    ]
    out.table(found, columns)


def show(name: str = typer.Argument(..., metavar="NAME", help=_("Its name or key."))) -> None:
    """Print one view."""
    from leadtui.cli import out
    from leadtui.cli.session import acting
    from leadtui.query_sentences import view_name

    with acting() as ctx:
        view = named(ctx, name)
    out.line(view_name(view))
    out.line(_described(view))
    out.line(f"{_whose(view)}{f' · {view.key}' if view.key else ''}")


def delete(name: str = typer.Argument(..., metavar="NAME", help=_("Its name or key."))) -> None:
    """Take one view away."""
    import uuid

    from leadtui.cli.errors import say
    from leadtui.cli.session import acting
    from leadtui.core.errors import NotFound
    from leadtui.core.views import service as saved
    from leadtui.core.views.dto import DeleteView
    from leadtui.query_sentences import view_name

    with acting() as ctx:
        view = named(ctx, name)
        if view.built_in:
            raise NotFound("view_unknown", name=name)
        saved.delete(ctx, DeleteView(uuid.uuid4(), view.id, view.version))
    say(_("Deleted: {name}.").format(name=view_name(view)))


def there(ctx: Ctx) -> tuple[View, ...]:
    """The views of whoever acts; the owner of the database has none of their own."""
    from leadtui.core.auth import service as auth
    from leadtui.core.auth.permissions import Permission, allowed
    from leadtui.core.views import rules
    from leadtui.core.views import service as saved

    if allowed(auth.me(ctx).role, Permission.VIEWS_OWN):
        return saved.listing(ctx)
    return rules.BUILT_IN


def named(ctx: Ctx, name: str) -> View:
    """The view of that name or key. Raises NotFound("view_unknown")."""
    from leadtui.core.errors import NotFound
    from leadtui.core.fold import fold
    from leadtui.query_sentences import view_name

    found = there(ctx)
    for view in found:
        if name == view.key or (fold(name) and fold(name) in (fold(view_name(view)), fold(view.name))):
            return view
    raise NotFound("view_unknown", name=name)


def narrowed(ctx: Ctx, view: View | None, query: str, options: LeadFilter) -> LeadFilter:
    """A view, over it a query, over that the options. Raises Invalid("query_unreadable", why)."""
    from dataclasses import replace

    from leadtui.core.errors import Invalid
    from leadtui.core.leads.dto import LeadFilter
    from leadtui.core.leads.query_language import Known, overlay, parse
    from leadtui.core.tags import service as tags
    from leadtui.i18n import language
    from leadtui.query_sentences import misread_sentence

    found = parse(query, Known(language(), tuple(tag.name for tag in tags.listing(ctx))))
    if found.misread:
        why = " ".join(map(misread_sentence, found.misread))
        raise Invalid({"--query": "query_unreadable"}, "query_unreadable", why=why)
    base = LeadFilter() if view is None else view.filter
    search = options.search or found.filter.search or base.search
    return replace(overlay(overlay(base, found.filter), options), search=search)


def _described(view: View) -> str:
    """What it asks for, as in the JSON of programs: names and values."""
    from leadtui.core.leads.filter_codec import written

    asked = ", ".join(f"{name}: {_plain(value)}" for name, value in written(view.filter).items())
    return f"{asked or _('everybody')} · {view.sort.value}"


def _plain(value: object) -> str:
    return "/".join(map(str, value)) if isinstance(value, list) else str(value)


def _whose(view: View) -> str:
    return _("ours") if view.built_in else _("team") if view.shared else _("mine")


def _as_object(view: View) -> dict[str, object]:
    from leadtui.core.leads.filter_codec import written

    return {
        "id": view.id,
        "name": view.name,
        "key": view.key,
        "mine": view.mine,
        "shared": view.shared,
        "built_in": view.built_in,
        "sort": view.sort.value,
        "filter": written(view.filter),
    }
