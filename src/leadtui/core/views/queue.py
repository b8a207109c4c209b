"""A view as the queue that `n` draws from: who is in it and may be called, best first.

Two steps: the list's planner finds a few ids, however rare the filter, and the claim takes one of them under
its own predicate, so a row that has changed meanwhile is left out.
"""

from __future__ import annotations

from leadtui.core.ctx import Tx
from leadtui.core.errors import NotFound
from leadtui.core.leads import filter_codec
from leadtui.core.leads import queries as leads
from leadtui.core.leads.dto import LeadFilter, Scope
from leadtui.core.policy import Policy
from leadtui.core.views import queries, rules


def filter_of(tx: Tx, view_id: int) -> LeadFilter:
    """What a view asks for. Raises NotFound("view")."""
    ours = next((view for view in rules.BUILT_IN if view.id == view_id), None)
    if ours is not None:
        return ours.filter
    found = queries.filter_of(tx, view_id)
    if found is None:
        raise NotFound("view", view_id=view_id)
    return filter_codec.read(found[1])


def candidates(tx: Tx, policy: Policy, filter: LeadFilter, limit: int) -> list[int]:
    """The first `limit` leads of a filter that the actor may call now, best first: mine and the team's. Their
    own due callbacks are not among them, they come first anyway."""
    asked = leads.ask(tx, policy, filter, Scope.QUEUE, limit)
    if asked.nothing:
        return []
    return [int(row[0]) for row in tx.rows(leads.fetch(tx, asked, limit))]
