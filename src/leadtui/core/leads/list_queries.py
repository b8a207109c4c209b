"""The text of the list's statements, put together from fixed fragments. No SQL is run here.

A statement is chosen by its shape: which filters there are, which order, which way the page goes. The text of
a shape is made once, so its prepared plan is used again.

Lessons of measuring on a million rows (those of an order are in `order_queries`):

- Due rows are found by their time and never by walking the order (`predicate.DUE`); here the clock is a
  sub-select, or the planner guesses from the statistics that nearly every row is due.
- A filter is answered from the index alone (`thin`): only the keys come out of the scan, the facts are
  fetched for the rows of the page.
- Statements over every state say `version > 0`, see the index `lead_queue_all`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Final

from leadtui.core.calls import predicate
from leadtui.core.leads import order_queries as orders
from leadtui.core.leads.dto import Sort
from leadtui.core.leads.filter_queries import NOW as NOW
from leadtui.core.leads.filter_queries import PLACED, asked_cities, at, conditions, elsewhere, few
from leadtui.core.leads.filter_queries import Shape as Shape

_DUE: Final = at(predicate.DUE)
_ALL: Final = "q.version > 0"

QUEUE_COLUMNS: Final = (
    "q.lead_id, q.rank_key, q.why, q.state, q.attempts, q.last_contact_at, q.callback_at, q.owner_id, "
    "q.claimed_by, q.claimed_until, q.hidden_until"
)
LEAD_COLUMNS: Final = (
    "l.name, l.age, l.job, l.city, l.marital, l.education, l.default_flag, l.housing, l.loan, l.contact, "
    "l.pdays, l.previous, l.poutcome, l.balance, l.synthetic, l.y is not null"
)
"""In the order of `rows.lead_row`."""


def _branches(shape: Shape) -> list[tuple[Shape, list[str], str | None]]:
    """(shape, conditions, the order of a scan that walks it team by team; None: found without an order)."""
    walked = predicate.READY if shape.queue else _ALL
    filters = conditions(shape)
    cut = [orders.beyond(shape)] if shape.key else []
    if shape.by_ids:
        scope = [f"({predicate.READY} or {at(predicate.AVAILABLE)})"] if shape.queue else []
        return [(shape, scope + filters + cut, None)]
    # each city that is walked is asked for; a condition that says so again would hide it from its index
    kept = conditions(replace(shape, narrowed=shape.narrowed - PLACED)) if shape.locally else filters
    found: list[tuple[Shape, list[str], str | None]] = [
        (shape, [walked, *leg.conditions, *kept], leg.order) for leg in orders.legs(shape)
    ]
    if shape.locally and shape.words:
        # the word of the cities that are walked may be a name's, too
        named = replace(shape, by_ids="words")
        found.append((named, [walked, elsewhere(shape), *filters, *cut], None))
    if shape.queue:
        found.append((shape, [_DUE, *filters, *cut], None))
    return found


def _source(shape: Shape, *, walks: bool) -> str:
    if shape.by_ids:
        # one look-up each, whatever the planner expects of the filters
        own = "select * from lead_queue o where o.lead_id = f.lead_id offset 0"
        return f"{few(shape)} cross join lateral ({own}) q"
    if walks and shape.sort is Sort.NAME:
        return "lead n join lead_queue q on q.lead_id = n.id"
    return "lead_queue q"


def _select(columns: str, shape: Shape, conditions: list[str], tail: str, *, walks: bool) -> str:
    named = walks and shape.sort is Sort.NAME
    own = ["q.team_id = {team}", *(["n.team_id = {team}"] if named else [])]
    source = _source(shape, walks=walks)
    if walks and (shape.locally or not shape.one_team):
        # the order exists per team, and per city: the best of each, then the best of those
        parts = [] if shape.one_team else ["team t"]
        if shape.locally:
            parts.append(f"({asked_cities(shape)}) c (id)")
            own.append("q.city_id = c.id")
        team_id = "%(team)s" if shape.one_team else "t.id"
        inner = " and ".join([*(part.format(team=team_id) for part in own), *conditions])
        outer = columns.replace("q.", "b.")
        return (
            f"select {outer} from {' cross join '.join(parts)} cross join lateral "  # noqa: S608
            f"(select {columns} from {source} where {inner} {tail}) b"
        )
    team = [part.format(team="%(team)s") for part in own] if shape.one_team else []
    where = " and ".join([*team, *conditions]) or "true"
    return f"select {columns} from {source} where {where} {tail}"  # noqa: S608


def page(shape: Shape) -> str:
    """Rows of `QUEUE_COLUMNS, LEAD_COLUMNS` in list order (backwards: in the opposite one); in an order by
    name the folded name behind them."""
    beside = orders.columns(shape.sort)
    inner = f"q.lead_id, q.rank_key{beside}" if shape.thin else QUEUE_COLUMNS
    named = ", q.name_fold" if shape.sort is Sort.NAME else ""
    if not shape.thin:
        inner += named
    limit = "limit " + ("%(reach)s" if shape.skip else str(shape.limit))
    unordered = orders.merged(shape, "q")
    union = " union all ".join(
        f"({_select(inner, part, asked, f'order by {order or unordered} {limit}', walks=order is not None)})"
        for part, asked, order in _branches(shape)
    )
    offset = " offset %(skip)s" if shape.skip else ""
    order = orders.merged(shape)
    chosen = f"(select * from ({union}) u order by {order} limit {shape.limit}{offset})"  # noqa: S608
    again = "join lead_queue q using (lead_id)" if shape.thin else ""
    return (
        f"select {QUEUE_COLUMNS}, {LEAD_COLUMNS}{named} from {chosen} {'k' if shape.thin else 'q'} {again} "  # noqa: S608
        f"join lead l on l.id = q.lead_id order by {orders.merged(shape, 'q')}"
    )


@lru_cache(maxsize=256)
def count(shape: Shape) -> str:
    """One number, at most `shape.limit`."""
    tail = f"limit {shape.limit}"
    union = " union all ".join(
        f"({_select('q.lead_id', part, asked, tail, walks=order is not None)})"
        for part, asked, order in _branches(shape)
    )
    return f"select count(*) from (select 1 from ({union}) q {tail}) counted"  # noqa: S608


@lru_cache(maxsize=8)
def anchors(mine: bool, by_place: bool) -> str:
    """(place, others, rank_key, lead_id) of the anchor next above a place or a position.

    Anchors number the team's ready leads that are nobody's; `others` is what else is in the list above it,
    counted now: owned leads, and due ones that wait for a sweeper. Both are few and have their own index.
    """
    filters = conditions(Shape(queue=True, one_team=True, mine=mine))
    owned = "q.owner_id = %(me)s" if mine else "q.owner_id is not null"
    above = "(q.rank_key > a.rank_key or q.rank_key = a.rank_key and q.lead_id < a.lead_id)"
    both = " and ".join(["q.team_id = %(team)s", above, *filters])
    bound = "place <= %(place)s"
    if not by_place:
        bound = "(rank_key > %(rank)s or rank_key = %(rank)s and lead_id < %(lead)s)"
    return (
        "select a.place, "  # noqa: S608
        f"(select count(*) from lead_queue q where {predicate.READY} and {owned} and {both}) "
        f"+ (select count(*) from lead_queue q where {_DUE} and {both}), a.rank_key, a.lead_id "
        f"from (select place, rank_key, lead_id from rank_anchor where team_id = %(team)s and {bound} "
        "order by place desc limit 1) a"
    )


@lru_cache(maxsize=64)
def member(shape: Shape) -> str:
    """One row when lead `lead` is in the list."""
    scope = [f"({predicate.READY} or {at(predicate.AVAILABLE)})"] if shape.queue else []
    team = ["q.team_id = %(team)s"] if shape.one_team else []
    where = " and ".join(["q.lead_id = %(lead)s", *team, *scope, *conditions(replace(shape, by_ids=""))])
    return f"select 1 from lead_queue q where {where}"  # noqa: S608
