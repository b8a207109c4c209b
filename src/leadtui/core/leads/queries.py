"""The ranked list on the database: pages, counts, places, my due callbacks. psycopg, prepared, binary.

`list_queries` makes the text, this module chooses its shape and binds what was asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

import psycopg
from psycopg.types.numeric import Int4, Int8

from leadtui.core.auth.permissions import Role
from leadtui.core.calls import predicate
from leadtui.core.ctx import Tx
from leadtui.core.leads import list_queries as text
from leadtui.core.leads import narrowing, plan_queries
from leadtui.core.leads.dto import Keyset, LeadFilter, Places, Scope, Sort
from leadtui.core.leads.filter_queries import conditions
from leadtui.core.leads.upkeep_queries import rebuild_anchors as rebuild_anchors
from leadtui.core.policy import Policy, open_zones

CAP: Final = 10_000
"""Counting ends here: the next one is "more"."""

Sent = psycopg.Cursor[tuple[Any, ...]]
"""A statement on its way; `tx.rows` and `tx.row` wait for it."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A shape and what is bound in it. `nothing`: no row can match, no statement is needed."""

    shape: text.Shape
    params: dict[str, Any]
    nothing: bool = False


# what was asked -------------------------------------------------------------------------------------------


def ask(
    tx: Tx, policy: Policy, filter: LeadFilter, scope: Scope, wanted: int, sort: Sort = Sort.SCORE
) -> Ask:
    """The shape of a filter for who asks. `wanted` rows decide how a search is done, nothing else."""
    actor = tx.actor
    mine = actor.role is Role.AGENT and scope is Scope.QUEUE
    zones = open_zones(policy, tx.now) if scope is Scope.QUEUE else ()
    shape, fixed, found, nothing = narrowing.plan(filter, scope, not actor.sees_all, mine, zones)
    params: dict[str, Any] = {**_whose(tx), **fixed}
    shape = replace(shape, sort=sort)
    if nothing:
        return Ask(shape, params, nothing=True)
    shape = plan_queries.choose(tx, shape, params, found, wanted)
    return Ask(replace(shape, thin=_thin(shape)), params)


def _whose(tx: Tx) -> dict[str, Any]:
    actor = tx.actor
    return {"team": Int4(actor.team_id), "me": Int4(actor.user_id), "day_zone": actor.zone}


def _thin(shape: text.Shape) -> bool:
    """Whether the index can answer the filters alone: then the rows that they drop are never read."""
    if shape.by_ids or shape.locally or not shape.queue or shape.sort is Sort.NAME:
        return False
    return bool(shape.zones or shape.narrowed or shape.words or shape.digits or shape.ends)


# pages ----------------------------------------------------------------------------------------------------


def fetch(tx: Tx, asked: Ask, limit: int, *, key: Keyset | None = None, backward: bool = False) -> Sent:
    """Send the statement of one page; its rows come backwards when the page does."""
    timed = key is not None and key.at is not None
    params = {**asked.params, **_position(key)}
    return tx.send(_page_text(asked.shape, limit, key is not None, timed, backward), params)


def _position(key: Keyset | None) -> dict[str, Any]:
    if key is None:
        return {}
    return {
        "key_rank": Int4(key.rank_key),
        "key_lead": Int8(key.lead_id),
        "key_text": key.text or "",
        "key_at": key.at,
    }


@lru_cache(maxsize=512)
def _page_text(shape: text.Shape, limit: int, key: bool, timed: bool, backward: bool) -> str:
    return text.page(replace(shape, limit=limit, key=key, timed=timed, backward=backward))


def skip(tx: Tx, asked: Ask, limit: int, skipped: int, *, after: Keyset | None = None) -> Sent:
    """As `fetch`, from `skipped` rows further on. Not prepared: how far it reaches decides the plan."""
    thin = not asked.shape.by_ids and asked.shape.sort is not Sort.NAME
    shape = replace(asked.shape, limit=limit, skip=True, thin=thin, key=after is not None)
    params = {**asked.params, **_position(after), "skip": Int8(skipped), "reach": Int8(skipped + limit)}
    return tx.pg.cursor(binary=True).execute(text.page(shape), params, prepare=False)


def counted(
    tx: Tx, asked: Ask, *, above: Keyset | None = None, between: tuple[Keyset, Keyset] | None = None
) -> Sent:
    """Send the count of what matches, at most CAP + 1; above a position, or between two, both excluded."""
    shape = replace(asked.shape, limit=CAP + 1)
    params = asked.params
    if above is None and between is None and has_anchors(asked):
        return tx.send(_LONG.format(count=text.count(shape)), params)
    key, until = between or (above, None)
    if key is not None:
        shape = replace(shape, key=True, timed=key.at is not None, backward=between is None)
        params = {**params, **_position(key)}
    if until is not None:
        shape = replace(shape, until=True)
        params = {**params, "until_rank": Int4(until.rank_key), "until_lead": Int8(until.lead_id)}
    return tx.send(text.count(shape), params)


_LONG: Final = f"""
select case when (
    select max(a.place) - coalesce(max(a.place) filter (
        where a.rank_key > top.rank_key or (a.rank_key = top.rank_key and a.lead_id < top.lead_id)), 0)
    from rank_anchor a,
        (select q.rank_key, q.lead_id from lead_queue q
         where q.team_id = %(team)s and q.ready and q.owner_id is null
         order by q.rank_key desc, q.lead_id limit 1) top
    where a.team_id = %(team)s
) > {2 * CAP} then {CAP + 1} else ({{count}}) end
"""  # noqa: S608
"""A queue far longer than CAP is not counted up to CAP each time somebody looks at a customer: what the
anchors say stands below the best one left is enough. It is called from the top, so they hold there."""


def has_anchors(asked: Ask) -> bool:
    """Whether the anchors say where a place is: for a team's whole queue, nothing narrowed."""
    shape = asked.shape
    whole = text.Shape(queue=True, one_team=True, mine=shape.mine)
    return shape == whole


def anchor(tx: Tx, asked: Ask, place: int) -> tuple[int, Keyset] | None:
    """An anchor at or above a place, the nearest or nearly so: its own place and position."""
    near = _anchor(tx, asked, True, {"place": Int8(place)})
    if near is not None and near[0] + near[1] > place:
        # what stands above it beside the anchors' own leads pushes it past the place; further up no more does
        near = _anchor(tx, asked, True, {"place": Int8(place - near[1])})
    return None if near is None else (near[0] + near[1], near[2])


def anchor_above(tx: Tx, asked: Ask, key: Keyset) -> tuple[int, Keyset] | None:
    """The last anchor that stands above a position: its own place and position."""
    near = _anchor(tx, asked, False, {"rank": Int4(key.rank_key), "lead": Int8(key.lead_id)})
    return None if near is None else (near[0] + near[1], near[2])


def _anchor(tx: Tx, asked: Ask, by_place: bool, where: dict[str, Any]) -> tuple[int, int, Keyset] | None:
    row = tx.row(tx.send(text.anchors(asked.shape.mine, by_place), {**asked.params, **where}))
    return None if row is None else (row[0], row[1], Keyset(row[2], row[3]))


# due ------------------------------------------------------------------------------------------------------

_SOON: Final = f"{text.NOW} + {predicate.EARLY}"
_DUE: Final = f"""
select {text.QUEUE_COLUMNS}, {text.LEAD_COLUMNS}
from lead_queue q join lead l on l.id = q.lead_id
where q.team_id = %(team)s and q.lead_id = any(array(
        select m.lead_id from lead_queue m
        where m.owner_id = %(me)s and m.team_id = %(team)s and m.callback_at <= {_SOON}
        union all
        select m.lead_id from lead_queue m
        where m.owner_id is null and m.team_id = %(team)s and m.callback_at <= {text.NOW}))
  and coalesce(q.hidden_until, '-infinity') <= {_SOON} and q.available_at < 'infinity'
  and (q.claimed_until is null or q.claimed_until <= {text.NOW})
"""  # noqa: S608


def due(tx: Tx, filter: LeadFilter) -> Sent | None:
    """Send: my callbacks that are due now or within a quarter of an hour, and due ones that have gone back to
    the team, soonest first, of those that the filter lets through. None: nothing can match it."""
    # every state, every zone: what was promised is due whatever the window says
    shape, fixed, found, nothing = narrowing.plan(filter, Scope.ALL, True, False, ())
    if nothing:
        return None
    params: dict[str, Any] = {**_whose(tx), **fixed}
    return tx.send(_due_text(narrowing.searched(shape, params, found)), params)


@lru_cache(maxsize=64)
def _due_text(shape: text.Shape) -> str:
    kept = "".join(f"  and {condition}\n" for condition in conditions(shape))
    return f"{_DUE}{kept}order by q.callback_at, q.lead_id limit 200"


# summary, people ------------------------------------------------------------------------------------------

_SUMMARY: Final = """
select m.id, m.name, r.at, r.n
from (select id, name from model_version where status = 'deployed') m
full join (
    select coalesce(finished_at, started_at) as at, n from score_run
    where finished_at is not null and (team_id is null or team_id = %(team)s) order by id desc limit 1
) r on true
"""
_UNSCORED: Final = (
    "select count(*) from (select 1 from lead_queue q "  # noqa: S608
    f"where q.version > 0 and q.rank_key = -1 and {{team}} limit {CAP + 1}) found"
)
_UNSCORED_OF: Final = {
    True: _UNSCORED.format(team="q.team_id = %(team)s"),
    False: _UNSCORED.format(team="q.team_id = any(array(select id from team))"),
}


def summary(tx: Tx) -> tuple[Sent, Sent]:
    """Send: (model id, model name, when the last run ended, how many it scored); how many are unscored."""
    params = {"team": Int4(tx.actor.team_id)}
    return tx.send(_SUMMARY, params), tx.send(_UNSCORED_OF[not tx.actor.sees_all], params)


_SAMPLE: Final = 30_000
_CITIES: Final = 40
_PLACES: Final = f"""
select c.name, c.province, coalesce(s.n, 0) from city c
left join (
    select q.city_id, count(*) as n from lead_queue q tablesample system (
        least(100, 100.0 * {_SAMPLE} / (
            select greatest(reltuples, 1) from pg_class where oid = 'lead_queue'::regclass)))
    where {{team}} and q.city_id is not null group by q.city_id
) s on s.city_id = c.id
where exists (select from lead_queue q where {{team}} and q.city_id = c.id)
"""  # noqa: S608
_PLACES_OF: Final = {
    True: _PLACES.format(team="q.team_id = %(team)s"),
    False: _PLACES.format(team="q.team_id = any(array(select id from team))"),
}


def places(tx: Tx) -> Places:
    """Where the leads of the actor's scope live; how common a city is comes from a sample of pages."""
    found = tx.rows(tx.send(_PLACES_OF[not tx.actor.sees_all], {"team": Int4(tx.actor.team_id)}))
    cities: Counter[str] = Counter()
    for name, _, n in found:
        if name:
            cities[name] += n
    return Places(
        provinces=tuple(sorted({province for _, province, _ in found if province})),
        cities=tuple(
            name for name, _ in sorted(cities.items(), key=lambda item: (-item[1], item[0]))[:_CITIES]
        ),
    )


def people(tx: Tx) -> Sequence[tuple[int, str]]:
    """(user id, name) of my team, or of everybody."""
    return [(row[0], row[1]) for row in tx.rows(tx.send("select user_id, name from people() order by name"))]
