"""The text of the list's statements, put together from fixed fragments. No SQL is run here.

A statement is chosen by its shape: which filters there are, which way the page goes. What somebody typed is
always a bound parameter. The text of a shape is made once, so its prepared plan is used again; a fragment
that is not needed is left out, because a generic plan of `%s is null or …` would use no index.

Four lessons of measuring on a million rows:

- An equal score is a branch of its own (`rank_key = k and lead_id > i`), and so is a lower one: as one OR the
  scan would start at the first of a hundred thousand equal scores.
- Due rows are found by their time and never by walking the order (`predicate.DUE`); here the clock is a
  sub-select, or the planner guesses from the statistics that nearly every row is due.
- A filter is answered from the index alone (`thin`): only (rank_key, lead_id) come out of the scan, the facts
  are fetched for the rows of the page.
- Statements over every state say `version > 0`, see the index `lead_queue_all`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from leadtui.core.calls import predicate

NOW: Final = "(select coalesce(nullif(current_setting('leadtui.now', true), '')::timestamptz, now()))"
"""`tx.now` as the database knows it: a hot service learns it only with its answer."""


def _at(fragment: str) -> str:
    return fragment.replace("%(now)s", NOW)


_DUE: Final = _at(predicate.DUE)
_ALL: Final = "q.version > 0"
_NOT_MY_CALLBACK: Final = "(q.owner_id is null or q.callback_at is null)"
"""Beside MINE_OR_POOL: my own callbacks that are due stand above the order, not in it."""

QUEUE_COLUMNS: Final = (
    "q.lead_id, q.rank_key, q.why, q.state, q.attempts, q.last_contact_at, q.callback_at, q.owner_id, "
    "q.claimed_by, q.claimed_until, q.hidden_until"
)
LEAD_COLUMNS: Final = (
    "l.name, l.age, l.job, l.city, l.marital, l.education, l.default_flag, l.housing, l.loan, l.contact, "
    "l.pdays, l.previous, l.poutcome, l.balance, l.synthetic, l.y is not null"
)
"""In the order of `rows.lead_row`."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Everything that a statement's text depends on."""

    queue: bool
    """What may be called now; else every state."""
    one_team: bool
    mine: bool = False
    """Leave out what belongs to somebody else, and my own callbacks."""
    zones: bool = False
    """Some zone is closed now."""
    min_rank: bool = False
    max_rank: bool = False
    min_age: bool = False
    max_age: bool = False
    jobs: bool = False
    states: bool = False
    rested: int = 0
    """Every state only: 1 also rejected ones whose rest is over, −1 also those whose rest is not."""
    words: int = 0
    digits: int = 0
    by_ids: bool = False
    """A rare search: start from the few leads that it finds, not from the order."""
    backward: bool = False
    key: bool = False
    until: bool = False
    """Stop before a position further on."""
    thin: bool = False
    skip: bool = False
    limit: int = 0


def conditions(shape: Shape) -> list[str]:
    """What a filter asks of one row, for a statement with an order of its own."""
    return _filters(shape)


def _filters(shape: Shape) -> list[str]:
    found = [_at(predicate.MINE_OR_POOL), _NOT_MY_CALLBACK] if shape.mine else []
    if shape.zones:
        found.append(predicate.IN_WINDOW)
    if shape.min_rank:
        found.append("q.rank_key >= %(min_rank)s")
    if shape.max_rank:
        found.append("q.rank_key <= %(max_rank)s")
    if shape.min_age:
        found.append("q.age >= %(min_age)s")
    if shape.max_age:
        found.append("q.age <= %(max_age)s")
    if shape.jobs:
        found.append("q.job = any(%(jobs)s::smallint[])")
    if shape.states:
        states = "q.state = any(%(states)s::smallint[])"
        if shape.rested:
            sign = "<=" if shape.rested > 0 else ">"
            states = f"({states} or q.state = 4 and coalesce(q.hidden_until, '-infinity') {sign} {NOW})"
        found.append(states)
    if shape.until:
        further = "q.rank_key = %(until_rank)s and q.lead_id < %(until_lead)s"
        found.append(f"q.rank_key >= %(until_rank)s and (q.rank_key > %(until_rank)s or {further})")
    found += [f"strpos(' ' || q.name_fold, %(word{n})s) > 0" for n in range(shape.words)]
    if shape.digits and not shape.by_ids:
        # a LIMIT keeps it a look-up per row: as a join it would read every number that starts like that
        own = f"select true from lead_phone p where p.lead_id = q.lead_id and {_digits(shape)} limit 1"  # noqa: S608
        found.append(f"({own})")
    return found


def _digits(shape: Shape) -> str:
    ranges = (f"p.digits ~>=~ %(from{n})s and p.digits ~<~ %(to{n})s" for n in range(shape.digits))
    return "(" + " or ".join(ranges) + ")"


def _key(shape: Shape) -> tuple[str, str, str]:
    """Equal score, further on, and both in one."""
    then, beyond = (">", "<") if not shape.backward else ("<", ">")
    tie = f"q.rank_key = %(key_rank)s and q.lead_id {then} %(key_lead)s"
    rest = f"q.rank_key {beyond} %(key_rank)s"
    return tie, rest, f"({rest} or {tie})"


def _order(shape: Shape) -> str:
    return "rank_key, lead_id desc" if shape.backward else "rank_key desc, lead_id"


def _branches(shape: Shape) -> list[tuple[list[str], bool]]:
    """(conditions, whether it walks the order of each team)."""
    walked = predicate.READY if shape.queue else _ALL
    filters = _filters(shape)
    tie, rest, both = _key(shape)
    found: list[tuple[list[str], bool]] = []
    if shape.by_ids:
        scope = [f"({predicate.READY} or {_at(predicate.AVAILABLE)})"] if shape.queue else []
        return [(scope + filters + ([both] if shape.key else []), False)]
    if shape.key:
        found += [([walked, tie, *filters], True), ([walked, rest, *filters], True)]
    else:
        found.append(([walked, *filters], True))
    if shape.queue:
        found.append(([_DUE, *filters, *([both] if shape.key else [])], False))
    return found


def _source(shape: Shape) -> str:
    if not shape.by_ids:
        return "lead_queue q"
    if shape.digits:
        found = f"(select distinct p.lead_id from lead_phone p where {_digits(shape)}) f"  # noqa: S608
        return f"{found} join lead_queue q using (lead_id)"
    return "leads_by_word(%(rare)s) f (lead_id) join lead_queue q using (lead_id)"


def _select(columns: str, shape: Shape, conditions: list[str], walks: bool, tail: str) -> str:
    if walks and not shape.one_team:
        # the order exists per team: the best of each, then the best of those
        inner = " and ".join(["q.team_id = t.id", *conditions])
        outer = columns.replace("q.", "b.")
        return (
            f"select {outer} from team t cross join lateral "  # noqa: S608
            f"(select {columns} from {_source(shape)} where {inner} {tail}) b"
        )
    team = ["q.team_id = %(team)s"] if shape.one_team else []
    where = " and ".join([*team, *conditions]) or "true"
    return f"select {columns} from {_source(shape)} where {where} {tail}"  # noqa: S608


def page(shape: Shape) -> str:
    """Rows of `QUEUE_COLUMNS, LEAD_COLUMNS` in list order (backwards: in the opposite one)."""
    order = _order(shape)
    inner = "q.lead_id, q.rank_key" if shape.thin else QUEUE_COLUMNS
    tail = f"order by {order} limit " + ("%(reach)s" if shape.skip else str(shape.limit))
    union = " union all ".join(
        f"({_select(inner, shape, conditions, walks, tail)})" for conditions, walks in _branches(shape)
    )
    offset = " offset %(skip)s" if shape.skip else ""
    chosen = f"(select * from ({union}) u order by {order} limit {shape.limit}{offset})"  # noqa: S608
    again = "join lead_queue q using (lead_id)" if shape.thin else ""
    last = ", ".join("q." + part for part in order.split(", "))
    return (
        f"select {QUEUE_COLUMNS}, {LEAD_COLUMNS} from {chosen} {'k' if shape.thin else 'q'} {again} "  # noqa: S608
        f"join lead l on l.id = q.lead_id order by {last}"
    )


@lru_cache(maxsize=256)
def count(shape: Shape) -> str:
    """One number, at most `shape.limit`."""
    tail = f"limit {shape.limit}"
    union = " union all ".join(
        f"({_select('q.lead_id', shape, conditions, walks, tail)})" for conditions, walks in _branches(shape)
    )
    return f"select count(*) from (select 1 from ({union}) q {tail}) counted"  # noqa: S608


@lru_cache(maxsize=8)
def anchors(mine: bool, by_place: bool) -> str:
    """(place, others, rank_key, lead_id) of the anchor next above a place or a position.

    Anchors number the team's ready leads that are nobody's; `others` is what else is in the list above it,
    counted now: owned leads, and due ones that wait for a sweeper. Both are few and have their own index.
    """
    filters = _filters(Shape(queue=True, one_team=True, mine=mine))
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
    scope = [f"({predicate.READY} or {_at(predicate.AVAILABLE)})"] if shape.queue else []
    team = ["q.team_id = %(team)s"] if shape.one_team else []
    where = " and ".join(["q.lead_id = %(lead)s", *team, *scope, *_filters(replace(shape, by_ids=False))])
    return f"select 1 from lead_queue q where {where}"  # noqa: S608


@lru_cache(maxsize=64)
def count_numbers(shape: Shape, reach: int) -> str:
    """(how many numbers a search of digits finds, at most `reach`; about how many leads there are)."""
    team = "p.team_id = %(team)s and " if shape.one_team else ""
    return (
        "select (select count(*) from ("  # noqa: S608
        f"select 1 from lead_phone p where {team}{_digits(shape)} limit {reach}) f), "
        "(select greatest(reltuples, 0)::bigint from pg_class where oid = 'lead_queue'::regclass)"
    )
