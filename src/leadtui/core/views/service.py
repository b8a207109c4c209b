"""Saved views: a filter and an order under a name and a key; mine, or shared with the team by a manager."""

from __future__ import annotations

from leadtui.core.action import action, query
from leadtui.core.auth.permissions import Permission, allowed
from leadtui.core.ctx import Tx
from leadtui.core.errors import Conflict, Invalid, NotAllowed, NotFound
from leadtui.core.views import queries, rules
from leadtui.core.views.dto import DeleteView, SaveView, View


@query(Permission.VIEWS_OWN)
def listing(tx: Tx) -> tuple[View, ...]:
    """My views, the team's, and those that come with the program; every key stands at one of them only."""
    return rules.nearest_keys([*queries.listing(tx), *rules.BUILT_IN])


@action(Permission.VIEWS_OWN, audit="view.saved")
def save(tx: Tx, command: SaveView) -> View:
    """Keep a view under a name; with `view_id` change one of mine, or as a manager one of the team's.

    Raises Invalid: name "blank", "view_too_long", "view_signs", "view_name_taken", key "view_key_unknown",
    "view_key_taken" (name=…); NotFound("view"), Conflict("view_changed"), Conflict("views_full", limit),
    NotAllowed("role") for sharing.
    """
    name = rules.name_of(command.name)
    wrong = {"name": code} if (code := rules.wrong_name(name)) else {}
    if command.key is not None and command.key not in rules.KEYS:
        wrong["key"] = "view_key_unknown"
    if wrong:
        raise Invalid(wrong, limit=rules.NAME_MAX)
    n = queries.how_many(tx)
    if command.view_id is not None:
        found = _held(tx, command.view_id, command.version)
        _may_share(tx, command.shared or found.shared)
    else:
        _may_share(tx, command.shared)
        if n >= rules.VIEWS_OF_ONE:
            raise Conflict("views_full", limit=rules.VIEWS_OF_ONE)
    same_name, has_key = queries.clash(tx, command, name)
    if same_name:
        raise Invalid({"name": "view_name_taken"})
    if has_key is not None:
        raise Invalid({"key": "view_key_taken"}, name=has_key)
    if command.view_id is None:
        ident = queries.add(tx, command, name)
    else:
        ident = command.view_id
        queries.change(tx, command, name)
    tx.audit(f"view:{ident}", shared=command.shared)
    if command.shared or command.view_id is not None:
        tx.notify("view", ident)
    saved = queries.get(tx, ident)
    assert saved is not None  # noqa: S101 - written in this transaction
    return saved


@action(Permission.VIEWS_OWN, audit="view.deleted")
def delete(tx: Tx, command: DeleteView) -> None:
    """Take one of mine away, or as a manager one of the team's.

    Raises NotFound("view"), Conflict("view_changed"), NotAllowed("role")."""
    found = _held(tx, command.view_id, command.version)
    _may_share(tx, found.shared)
    queries.delete(tx, command.view_id)
    tx.audit(f"view:{command.view_id}", shared=found.shared)
    tx.notify("view", command.view_id)


def _held(tx: Tx, view_id: int, version: int | None) -> View:
    found = queries.get(tx, view_id, lock=True)
    if found is None:
        raise NotFound("view", view_id=view_id)
    if found.version != version:
        raise Conflict("view_changed", view_id=view_id, version=found.version)
    return found


def _may_share(tx: Tx, shared: bool) -> None:
    if shared and not allowed(tx.actor.role, Permission.VIEWS_SHARE):
        raise NotAllowed("role", permission=Permission.VIEWS_SHARE.value, role=tx.actor.role.value)
