"""Leads: the ranked list, a lead with everything known of it, adding one by hand, and the list's upkeep."""

from __future__ import annotations

from typing import Final

from leadtui.core import policy as rules
from leadtui.core.action import action, query
from leadtui.core.auth.permissions import Permission, allowed
from leadtui.core.calls import settings
from leadtui.core.ctx import Tx
from leadtui.core.errors import Invalid, NotAllowed
from leadtui.core.fold import fold
from leadtui.core.leads import place_queries, queries, record, record_queries, rows, upkeep_queries
from leadtui.core.leads.dto import (
    Added,
    AddLead,
    Count,
    Keyset,
    Lead,
    LeadFilter,
    LeadPage,
    LeadRow,
    PageQuery,
    Places,
    QueueSummary,
    Scope,
    Sort,
    Swept,
)
from leadtui.core.tasks import sweep as tasks_sweep

MAX_LIMIT = 1_000
"""Rows of one page at most."""

_SWEEP_BATCH = 500


@query(Permission.LEADS_LIST, hot=True)
def page(tx: Tx, command: PageQuery) -> LeadPage:
    """One page of the ranked list, in the order of `command.sort`.

    Agents see what they may call now (their own due callbacks stand in `due`), managers their team's queue or
    every state of it, admins every team's; everybody who they look up. A lookup that does not say whom it
    means finds nobody. Raises Invalid("limit", "at_place"), NotAllowed("role") for a scope that the role does
    not have.
    """
    _check(command)
    _may(tx, command.scope)
    asked = queries.ask(tx, settings.policy(tx), command.filter, command.scope, command.limit, command.sort)
    if asked.nothing:
        return LeadPage((), at_start=True, at_end=True)
    limit = command.limit + 1
    if command.at_place is not None and command.at_place > 1:
        found = _from_place(tx, asked, limit, command.at_place)
        return _page(tx, found, command, at_start=False)
    if command.from_end or command.before is not None:
        found = queries.fetch(tx, asked, limit, key=command.before, backward=True)
        return _page_backward(tx, found, command)
    found = queries.fetch(tx, asked, limit, key=command.after)
    return _page(tx, found, command, at_start=command.after is None)


def _check(command: PageQuery) -> None:
    if not 1 <= command.limit <= MAX_LIMIT:
        raise Invalid({"limit": "out_of_range"}, low=1, high=MAX_LIMIT)
    if command.at_place is not None and command.at_place < 1:
        raise Invalid({"at_place": "out_of_range"}, low=1)
    ways = (
        command.after is not None,
        command.before is not None,
        command.from_end,
        command.at_place is not None,
    )
    if sum(ways) > 1:
        raise ValueError("a page is asked for by one of after, before, from_end and at_place")


_NEEDED: Final = {
    Scope.QUEUE: Permission.LEADS_LIST,
    Scope.ALL: Permission.LEADS_LIST_ALL,
    Scope.LOOKUP: Permission.LEADS_LOOKUP,
}


def _may(tx: Tx, scope: Scope) -> None:
    needed = _NEEDED[scope]
    if not allowed(tx.actor.role, needed):
        if tx.verify is not None:
            tx.verify()
        raise NotAllowed("role", permission=needed.value, role=tx.actor.role.value)


def _from_place(tx: Tx, asked: queries.Ask, limit: int, place: int) -> queries.Sent:
    if queries.has_anchors(asked):
        near = queries.anchor(tx, asked, place - 1)
        if near is not None:
            return queries.skip(tx, asked, limit, place - 1 - near[0], after=near[1])
    return queries.skip(tx, asked, limit, place - 1)


def _page(tx: Tx, sent: queries.Sent, command: PageQuery, *, at_start: bool) -> LeadPage:
    found = tx.rows(sent)
    kept = rows.lead_rows(found[: command.limit], tx.now, named=command.sort is Sort.NAME)
    return LeadPage(tuple(kept), at_start=at_start, at_end=len(found) <= command.limit)


def _page_backward(tx: Tx, sent: queries.Sent, command: PageQuery) -> LeadPage:
    found = tx.rows(sent)
    kept = rows.lead_rows(found[: command.limit][::-1], tx.now, named=command.sort is Sort.NAME)
    return LeadPage(tuple(kept), at_start=len(found) <= command.limit, at_end=command.from_end)


@query(Permission.LEADS_LIST, hot=True)
def count(tx: Tx, filter: LeadFilter, scope: Scope = Scope.QUEUE) -> Count:
    """How many leads the list has; past 10,000 it says "more" and counts no further."""
    _may(tx, scope)
    asked = queries.ask(tx, settings.policy(tx), filter, scope, queries.CAP)
    if asked.nothing:
        return Count(0, capped=False)
    return _counted(tx, queries.counted(tx, asked))


def _counted(tx: Tx, sent: queries.Sent) -> Count:
    row = tx.row(sent)
    n = int(row[0]) if row else 0
    return Count(min(n, queries.CAP), capped=n > queries.CAP)


@query(Permission.LEADS_LIST, hot=True)
def due(tx: Tx, filter: LeadFilter | None = None) -> tuple[LeadRow, ...]:
    """My callbacks that are due now or within a quarter of an hour, and due ones that have gone back to the
    team, soonest first: they stand above the order, and under a filter those that it lets through (the page
    leaves them out)."""
    sent = queries.due(tx, filter or LeadFilter())
    if sent is None:
        return ()
    found = tx.rows(sent)
    return tuple(rows.lead_rows(found, tx.now))


@query(Permission.LEADS_VIEW, audit="lead.viewed")
def get(tx: Tx, lead_id: int, filter: LeadFilter | None = None, sort: Sort = Sort.SCORE) -> Lead:
    """Open one lead: everything a person may see of it, and its place in the caller's (filtered) queue.

    Agents and managers may open every lead of their team (a lookup finds it), admins all. Raises
    NotFound("lead_unknown"). Audited; `preview` is for a glance.
    """
    found = record.record(tx, lead_id, filter, sort, looked_up=True)
    tx.audit(f"lead:{lead_id}")
    return found


@query(Permission.LEADS_LIST)
def preview(tx: Tx, lead_id: int, filter: LeadFilter | None = None, sort: Sort = Sort.SCORE) -> Lead:
    """As `get`, for the pane beside the list: moving the cursor opens no record, so nothing is audited.

    Of agents it shows what may come up in their queue, their own customers, and whom they hold, have a task
    on or have called; whoever else they look up has to be opened.
    """
    return record.record(tx, lead_id, filter, sort, looked_up=False)


@query(Permission.LEADS_LIST, hot=True)
def refreshed(tx: Tx, lead_ids: tuple[int, ...]) -> tuple[LeadRow, ...]:
    """List rows of leads that another process changed (at most 1,000), as they stand now, in list order.

    Whatever left the caller's scope is missing. For marking rows in place: nothing is audited.
    """
    found = tx.rows(record_queries.leads(tx, list(lead_ids)[:MAX_LIMIT]))
    return tuple(rows.lead_rows(found, tx.now))


@query(Permission.LEADS_LIST)
def place(
    tx: Tx, lead_id: int, filter: LeadFilter, scope: Scope = Scope.QUEUE, sort: Sort = Sort.SCORE
) -> int | None:
    """Where a lead stands in a list, 1-based; None where it is not in it, or behind what is counted."""
    _may(tx, scope)
    asked = queries.ask(tx, settings.policy(tx), filter, scope, queries.CAP, sort)
    key = place_queries.position(tx, asked, lead_id)
    return None if key is None else place_queries.place(tx, asked, key)


@query(Permission.LEADS_LIST)
def place_of_name(tx: Tx, start: str, filter: LeadFilter, scope: Scope = Scope.QUEUE) -> int | None:
    """Where the names that begin with `start` (or what follows it) stand in the order by name, 1-based; None
    behind what is counted."""
    _may(tx, scope)
    asked = queries.ask(tx, settings.policy(tx), filter, scope, queries.CAP, Sort.NAME)
    if asked.nothing:
        return None
    # no letter at all is where the nameless ones stand, last: whoever typed it meant the beginning
    return place_queries.place(tx, asked, Keyset(0, 0, text=fold(start) or "0"))


@action(Permission.LEADS_ADD, audit="lead.added")
def add(tx: Tx, command: AddLead) -> Added:
    """Add one customer or prospect by hand; it is checked like a row of an import and scored at once.

    Raises Invalid (field → code of `imports.codes.REJECTS`, "column_unknown"), Conflict("lead_exists",
    lead_id=…) where the team has the external_id, NotFound("team_unknown").
    """
    # the import's columns, which an agent's process needs for this alone
    from leadtui.core.leads import add as adding

    return adding.add(tx, command)


@query(Permission.LEADS_LIST)
def places(tx: Tx) -> Places:
    """Provinces and common cities of my team's leads (admins: of all), to choose a filter from."""
    return queries.places(tx)


@query(Permission.LEADS_LIST)
def summary(tx: Tx) -> QueueSummary:
    """Which model ranked the list and when, how many are scored, and whether calls may be made now."""
    ranked, waiting = queries.summary(tx)
    row = tx.row(ranked) or (None, None, None, None)
    policy = settings.policy(tx)
    is_open = bool(rules.open_zones(policy, tx.now))
    return QueueSummary(
        model_id=row[0],
        model_name=row[1],
        scored_at=row[2],
        scored=row[3] or 0,
        unscored=_counted(tx, waiting),
        window_open=is_open,
        opens_at=None if is_open else rules.first_opening(policy, tx.now),
    )


@query(Permission.PEOPLE_READ)
def people(tx: Tx) -> dict[int, str]:
    """User id → name: my team, or everybody for admins."""
    return dict(queries.people(tx))


@action(Permission.LEADS_LIST, audit=None)
def sweep(tx: Tx) -> Swept:
    """Put due rows back among the ready ones, end leases whose time is over, and give back to the team the
    callbacks whose owner is not there; any process may, bounded.

    Readers see due rows anyway: a sweep only keeps them few. Not audited: nothing becomes true by it.
    """
    done = upkeep_queries.sweep(tx, _SWEEP_BATCH)
    if done is None:
        return Swept(0, 0, busy=True)
    ended, put_back = done
    for lead_id, version in ended:
        tx.notify("lead", lead_id, version)
    tasks_sweep.sweep(tx)
    return Swept(len(ended), put_back, busy=False)
