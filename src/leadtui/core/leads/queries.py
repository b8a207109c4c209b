"""The ranked list on the database: pages, counts, places, my due callbacks. psycopg, prepared, binary.

`list_queries` makes the text, this module chooses its shape and binds what was asked.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

import psycopg
from psycopg.types.numeric import Int4, Int8

from leadtui.core.auth.permissions import Role
from leadtui.core.calls import predicate
from leadtui.core.ctx import Tx
from leadtui.core.leads import list_queries as text
from leadtui.core.leads import search
from leadtui.core.leads.dto import Keyset, LeadFilter, LeadState, Scope, Zone
from leadtui.core.leads.upkeep_queries import rebuild_anchors as rebuild_anchors
from leadtui.core.policy import Policy, open_zones

CAP: Final = 10_000
"""Counting ends here: the next one is "more"."""

_ALL_ZONES: Final = len(Zone) + 1  # the unknown one is open too


Sent = psycopg.Cursor[tuple[Any, ...]]
"""A statement on its way; `tx.rows` and `tx.row` wait for it."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A shape and what is bound in it. `nothing`: no row can match, no statement is needed."""

    shape: text.Shape
    params: dict[str, Any]
    nothing: bool = False


# what was asked -------------------------------------------------------------------------------------------


def ask(tx: Tx, policy: Policy, filter: LeadFilter, scope: Scope, wanted: int) -> Ask:
    """The shape of a filter for who asks. `wanted` rows decide how a search is done, nothing else."""
    actor = tx.actor
    mine = actor.role is Role.AGENT and scope is Scope.QUEUE
    zones = open_zones(policy, tx.now) if scope is Scope.QUEUE else ()
    shape, fixed, found, nothing = _plan(filter, scope, not actor.sees_all, mine, zones)
    params: dict[str, Any] = {"team": Int4(actor.team_id), "me": Int4(actor.user_id), **fixed}
    if nothing:
        return Ask(shape, params, nothing=True)
    if not found.empty:
        shape = _search(tx, shape, params, found, wanted)
        shape = replace(shape, thin=_thin(shape))
    return Ask(shape, params)


@lru_cache(maxsize=256)
def _plan(
    filter: LeadFilter, scope: Scope, one_team: bool, mine: bool, zones: tuple[int, ...]
) -> tuple[text.Shape, Mapping[str, Any], search.Search, bool]:
    """What depends on nothing else: the shape but for a search, its parameters, whether nothing can match."""
    params: dict[str, Any] = {"zones": list(zones)}
    queue = scope is Scope.QUEUE
    shape = text.Shape(queue=queue, one_team=one_team, mine=mine, zones=queue and len(zones) < _ALL_ZONES)
    nothing = queue and not zones
    shape = _score(shape, params, filter)
    if filter.min_age is not None:
        shape = replace(shape, min_age=True)
        params["min_age"] = Int4(filter.min_age)
    if filter.max_age is not None:
        shape = replace(shape, max_age=True)
        params["max_age"] = Int4(filter.max_age)
    if filter.jobs:
        shape = replace(shape, jobs=True)
        params["jobs"] = list(filter.jobs)
    if filter.states:
        shape, params["states"] = _states(shape, frozenset(filter.states))
        nothing = nothing or not (params["states"] or shape.rested)
    found = search.parse(filter.search)
    return replace(shape, thin=_thin(shape)), params, found, nothing or found.impossible


def _score(shape: text.Shape, params: dict[str, Any], filter: LeadFilter) -> text.Shape:
    # half of the last place forgives a float's last bit: 0.29 * 1e6 is 290000.00000000006
    if filter.min_score is not None:
        shape = replace(shape, min_rank=True)
        params["min_rank"] = Int4(_rank(math.ceil, filter.min_score, -0.5))
    if filter.max_score is not None:
        shape = replace(shape, max_rank=True)
        params["max_rank"] = Int4(_rank(math.floor, filter.max_score, 0.5))
        if filter.min_score is None:
            # what has no score has none below the limit either
            shape = replace(shape, min_rank=True)
            params["min_rank"] = Int4(0)
    return shape


def _rank(round_: Any, score: float, slack: float) -> int:
    return min(max(int(round_(score * 1_000_000 + slack * 1e-3)), 0), 1_000_001)


def _states(shape: text.Shape, asked: frozenset[LeadState]) -> tuple[text.Shape, list[int]]:
    """A rejected lead whose rest is over is pending; in the queue every rejected one is."""
    plain = asked - {LeadState.REJECTED}
    pending, rejected = LeadState.PENDING in asked, LeadState.REJECTED in asked
    if shape.queue:
        kept = plain | {LeadState.REJECTED} if pending else plain
        return replace(shape, states=True), sorted(map(int, kept))
    if pending and rejected:
        return replace(shape, states=True), sorted(map(int, asked))
    return replace(shape, states=True, rested=pending - rejected), sorted(map(int, plain))


def _thin(shape: text.Shape) -> bool:
    """Whether the index can answer the filters alone: then the rows that they drop are never read."""
    if shape.by_ids or not shape.queue:
        return False
    return bool(
        shape.zones
        or shape.min_age
        or shape.max_age
        or shape.jobs
        or shape.states
        or shape.words
        or shape.digits
    )


_WORDS: Final = """
select w.place,
    (select coalesce(sum(n), 0)::bigint from word where word ~>=~ w.first and word ~<~ w.last and {team}),
    (select greatest(reltuples, 0)::bigint from pg_class where oid = 'lead_queue'::regclass)
from unnest(%(first)s::text[], %(last)s::text[]) with ordinality w (first, last, place)
"""
_WORDS_OF: Final = {True: _WORDS.format(team="team_id = %(team)s"), False: _WORDS.format(team="true")}


def _search(
    tx: Tx, shape: text.Shape, params: dict[str, Any], found: search.Search, wanted: int
) -> text.Shape:
    """Walk the order and look at each name, or start from the few that an index finds: what is cheaper."""
    if found.words:
        starts = {"first": list(found.words), "last": [search.after_prefix(word) for word in found.words]}
        rows = tx.rows(tx.send(_WORDS_OF[shape.one_team], {"team": params["team"], **starts}))
        counts = {found.words[place - 1]: int(n) for place, n, _ in rows}
        asked = search.plan(counts, int(rows[0][2]), wanted)
        params.update({f"word{i}": f" {word}" for i, word in enumerate(found.words)})
        params["rare"] = " & ".join(f"'{word}':*" for word in asked)
        return replace(shape, words=len(found.words), by_ids=bool(asked))
    params.update({f"from{i}": start for i, start in enumerate(found.digits)})
    params.update({f"to{i}": search.after_prefix(start) for i, start in enumerate(found.digits)})
    shape = replace(shape, digits=len(found.digits))
    reach = search.few_numbers(CAP * 100, wanted)
    n, total = tx.row(tx.send(text.count_numbers(shape, reach), params)) or (0, 0)
    return replace(shape, by_ids=n < reach and n < search.few_numbers(total, wanted))


# pages ----------------------------------------------------------------------------------------------------


def fetch(tx: Tx, asked: Ask, limit: int, *, key: Keyset | None = None, backward: bool = False) -> Sent:
    """Send the statement of one page; its rows come backwards when the page does."""
    params = asked.params
    if key is not None:
        params = {**params, "key_rank": Int4(key.rank_key), "key_lead": Int8(key.lead_id)}
    return tx.send(_page_text(asked.shape, limit, key is not None, backward), params)


@lru_cache(maxsize=512)
def _page_text(shape: text.Shape, limit: int, key: bool, backward: bool) -> str:
    return text.page(replace(shape, limit=limit, key=key, backward=backward))


def skip(tx: Tx, asked: Ask, limit: int, skipped: int, *, after: Keyset | None = None) -> Sent:
    """As `fetch`, from `skipped` rows further on. Not prepared: how far it reaches decides the plan."""
    shape = replace(asked.shape, limit=limit, skip=True, thin=not asked.shape.by_ids, key=after is not None)
    params = {**asked.params, "skip": Int8(skipped), "reach": Int8(skipped + limit)}
    if after is not None:
        params.update(key_rank=Int4(after.rank_key), key_lead=Int8(after.lead_id))
    return tx.pg.cursor(binary=True).execute(text.page(shape), params, prepare=False)


def counted(
    tx: Tx, asked: Ask, *, above: Keyset | None = None, between: tuple[Keyset, Keyset] | None = None
) -> Sent:
    """Send the count of what matches, at most CAP + 1; above a position, or between two, both excluded."""
    shape = replace(asked.shape, limit=CAP + 1)
    params = asked.params
    key, until = between or (above, None)
    if key is not None:
        shape = replace(shape, key=True, backward=between is None)
        params = {**params, "key_rank": Int4(key.rank_key), "key_lead": Int8(key.lead_id)}
    if until is not None:
        shape = replace(shape, until=True)
        params = {**params, "until_rank": Int4(until.rank_key), "until_lead": Int8(until.lead_id)}
    return tx.send(text.count(shape), params)


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
where q.owner_id = %(me)s and q.team_id = %(team)s and q.callback_at <= {_SOON}
  and coalesce(q.hidden_until, '-infinity') <= {_SOON} and q.available_at < 'infinity'
  and (q.claimed_until is null or q.claimed_until <= {text.NOW})
"""  # noqa: S608


def due(tx: Tx, filter: LeadFilter) -> Sent | None:
    """Send: my callbacks that are due now or within a quarter of an hour, soonest first, of those that the
    filter lets through. None: nothing can match it."""
    # every state, every zone: what was promised is due whatever the window says
    shape, fixed, found, nothing = _plan(filter, Scope.ALL, True, False, ())
    if nothing:
        return None
    params: dict[str, Any] = {"team": Int4(tx.actor.team_id), "me": Int4(tx.actor.user_id), **fixed}
    params.update({f"word{i}": f" {word}" for i, word in enumerate(found.words)})
    params.update({f"from{i}": start for i, start in enumerate(found.digits)})
    params.update({f"to{i}": search.after_prefix(start) for i, start in enumerate(found.digits)})
    shape = replace(shape, words=len(found.words), digits=len(found.digits))
    return tx.send(_due_text(shape), params)


@lru_cache(maxsize=64)
def _due_text(shape: text.Shape) -> str:
    kept = "".join(f"  and {condition}\n" for condition in text.conditions(shape))
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


def people(tx: Tx) -> Sequence[tuple[int, str]]:
    """(user id, name) of my team, or of everybody."""
    return [(row[0], row[1]) for row in tx.rows(tx.send("select user_id, name from people() order by name"))]
