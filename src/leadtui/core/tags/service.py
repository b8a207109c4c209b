"""Tags: words that a team puts on customers, to find them by."""

from __future__ import annotations

from leadtui.core.action import action, query
from leadtui.core.auth.permissions import Permission
from leadtui.core.ctx import Tx
from leadtui.core.errors import Conflict, Invalid, NotFound
from leadtui.core.fold import fold
from leadtui.core.tags import queries, rules
from leadtui.core.tags.dto import DeleteTag, RenameTag, Tag, TagLead


@query(Permission.LEADS_LIST)
def listing(tx: Tx) -> tuple[Tag, ...]:
    """My team's tags by name (admins: every team's)."""
    return tuple(queries.listing(tx))


@query(Permission.LEADS_LIST)
def of_lead(tx: Tx, lead_id: int) -> tuple[str, ...]:
    """Names of a lead's tags. Raises NotFound("lead")."""
    team_id = queries.lead_team(tx, lead_id, lock=False)
    if team_id is None:
        raise NotFound("lead", lead_id=lead_id)
    return tuple(queries.of_lead(tx, lead_id, team_id))


@action(Permission.LEADS_TAG, audit="lead.tagged")
def put(tx: Tx, command: TagLead) -> tuple[str, ...]:
    """Put a tag on a lead of my team or take it off; gives the lead's tags as they are then.

    A name that the team does not have yet makes a tag. Raises NotFound("lead"), Invalid: name "blank",
    "tag_too_long", "tag_signs"; Conflict("tags_full", limit) for a lead with twenty,
    Conflict("tags_of_team_full", limit).
    """
    name = _checked(command.name)
    team_id = queries.lead_team(tx, command.lead_id, lock=True)
    if team_id is None:
        raise NotFound("lead", lead_id=command.lead_id)
    tag_id = queries.known(tx, team_id, name)
    has = queries.of_lead(tx, command.lead_id, team_id)
    if command.on and fold(name) not in set(map(fold, has)):
        if len(has) >= rules.TAGS_A_LEAD:
            raise Conflict("tags_full", limit=rules.TAGS_A_LEAD)
        if tag_id is None:
            if queries.how_many(tx, team_id) >= rules.TAGS_A_TEAM:
                raise Conflict("tags_of_team_full", limit=rules.TAGS_A_TEAM)
            tag_id = queries.make(tx, team_id, name)
            tx.notify("view", 0)
        queries.put(tx, command.lead_id, tag_id, team_id)
    elif not command.on and tag_id is not None:
        queries.take(tx, command.lead_id, tag_id, team_id)
    tx.audit(f"lead:{command.lead_id}", tag=tag_id, on=command.on)
    return tuple(queries.of_lead(tx, command.lead_id, team_id))


@action(Permission.TAGS_MANAGE, audit="tag.renamed")
def rename(tx: Tx, command: RenameTag) -> Tag:
    """Give a tag another name, also in the team's saved views.

    Raises NotFound("tag"), Conflict("tag_changed"), Invalid: name as `put`, or "tag_taken".
    """
    name = _checked(command.name)
    team_id, old = _held(tx, command.tag_id, command.version)
    other = queries.known(tx, team_id, name)
    if other not in (None, command.tag_id):
        raise Invalid({"name": "tag_taken"})
    found = queries.rename(tx, command.tag_id, name)
    views = queries.rename_in_views(tx, team_id, old, name)
    tx.audit(f"tag:{command.tag_id}", views=views)
    tx.notify("view", 0)
    return found


@action(Permission.TAGS_MANAGE, audit="tag.deleted")
def delete(tx: Tx, command: DeleteTag) -> None:
    """Take a tag off every lead. Raises NotFound("tag"), Conflict("tag_changed")."""
    _held(tx, command.tag_id, command.version)
    queries.delete(tx, command.tag_id)
    tx.audit(f"tag:{command.tag_id}")
    tx.notify("view", 0)


def _checked(typed: str) -> str:
    name = rules.name_of(typed)
    if wrong := rules.wrong_name(name):
        raise Invalid({"name": wrong}, limit=rules.NAME_MAX)
    return name


def _held(tx: Tx, tag_id: int, version: int) -> tuple[int, str]:
    held = queries.held(tx, tag_id)
    if held is None:
        raise NotFound("tag", tag_id=tag_id)
    if held[2] != version:
        raise Conflict("tag_changed", tag_id=tag_id)
    return held[0], held[1]
