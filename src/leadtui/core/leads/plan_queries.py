"""How a search or a hard filter is done: the order walked and each row looked at, or the few leads that an
index finds put in order. Whichever is cheaper; the rows are the same."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final
from weakref import WeakKeyDictionary

from psycopg.types.numeric import Int4

from leadtui.core.ctx import Tx
from leadtui.core.db.database import PgConnection
from leadtui.core.leads import narrowing, search
from leadtui.core.leads.dto import Sort
from leadtui.core.leads.filter_queries import DRIVERS, Shape, asked_cities, driver, sample

_TOTAL: Final = "(select greatest(reltuples, 0)::bigint from pg_class where oid = 'lead_queue'::regclass)"
_SAMPLE: Final = 10_000
"""Leads that say how many live in each city, when the house is larger."""
_TOWNS_SECONDS: Final = 300.0
"""How long that is believed: a common city stays one."""
_HOUSE: Final = 1_000_000
"""Numbers are counted as far as they could matter in a house of this size."""

_WORDS: Final = f"""
select w.place,
    (select coalesce(sum(n), 0)::bigint from word
     where word ~>=~ w.first and word ~<~ w.last and {{words}}),
    (select array_agg(distinct word) from (
        select word from word where word ~>=~ w.first and word ~<~ w.last and {{words}}
        limit {search.MAX_SPELLINGS + 1}) s),
    case when w.town then array(
        select c.id from city c where strpos(' ' || c.fold, ' ' || w.first) > 0) end,
    {_TOTAL}
from unnest(%(first)s::text[], %(last)s::text[], %(town)s::boolean[])
    with ordinality w (first, last, town, place)
"""  # noqa: S608
_WORDS_OF: Final = {
    True: _WORDS.format(words="team_id = %(team)s"),
    False: _WORDS.format(words="true"),
}
_TOWNS: Final = f"""
select q.city_id, count(*) from lead_queue q
    tablesample system (least(100, 100.0 * {_SAMPLE} / (select greatest(n, 1) from {_TOTAL} t (n))))
where {{leads}} and q.city_id is not null group by q.city_id
"""  # noqa: S608
_TOWNS_OF: Final = {
    True: _TOWNS.format(leads="q.team_id = %(team)s"),
    False: _TOWNS.format(leads="q.team_id = any(array(select id from team))"),
}


def choose(tx: Tx, shape: Shape, params: dict[str, Any], found: search.Search, wanted: int) -> Shape:
    """`shape` with its search, and from where its leads are found. Adds to `params`."""
    if found.empty:
        return _filters(tx, shape, params, wanted)
    shape = narrowing.searched(shape, params, found)
    if found.words:
        return _words(tx, shape, params, found, wanted)
    if found.email:
        return replace(shape, by_ids="email")
    return _digits(tx, shape, params, found, wanted)


def _words(tx: Tx, shape: Shape, params: dict[str, Any], found: search.Search, wanted: int) -> Shape:
    asked = {
        "first": list(found.words),
        "last": [search.after_prefix(word) for word in found.words],
        "town": [n in shape.towns for n in range(len(found.words))],
    }
    rows = tx.rows(tx.send(_WORDS_OF[shape.one_team], {"team": params["team"], **asked}))
    total = int(rows[0][4])
    counts = {found.words[row[0] - 1]: int(row[1]) for row in rows}
    spelled = {found.words[row[0] - 1]: tuple(row[2] or ()) for row in rows}
    ids = {found.words[row[0] - 1]: frozenset(row[3] or ()) for row in rows}
    # a word that is no city's is looked for in names alone
    shape = replace(shape, towns=frozenset(n for n in shape.towns if ids[found.words[n]]))
    ordered = shape.sort is Sort.SCORE and not shape.given
    cities = _cities(tx, shape.one_team, params["team"], ids, total)
    way = search.plan(counts, total, wanted, cities, ordered=ordered)
    near = way.near
    asked_for = (*way.words, near) if near else way.words
    if not asked_for:
        return shape
    params["rare"] = " & ".join(search.spelling(word, spelled[word]) for word in asked_for)
    if near is None:
        return replace(shape, by_ids="words")
    shape = replace(shape, rarest=found.words.index(near))
    if way.walked:
        return replace(shape, locally=True)
    if way.crossed:
        params["others"] = " & ".join(search.spelling(word, spelled[word]) for word in way.words)
    return replace(shape, by_ids="crossed" if way.crossed else "town")


_towns: WeakKeyDictionary[PgConnection, dict[Any, tuple[float, dict[int, int]]]] = WeakKeyDictionary()


def _cities(
    tx: Tx, one_team: bool, team: Int4, ids: Mapping[str, frozenset[int]], total: int
) -> list[search.City]:
    """The cities that have a word, and about how many leads live there."""
    every = frozenset[int]().union(*ids.values())
    if not every:
        return []
    kept = _towns.setdefault(tx.pg, {})
    key = int(team) if one_team else None
    known = kept.get(key)
    if known is None or time.monotonic() - known[0] > _TOWNS_SECONDS:
        rows = tx.rows(tx.send(_TOWNS_OF[one_team], {"team": team}))
        known = kept[key] = (time.monotonic(), {int(city): int(n) for city, n in rows})
    each = max(total / _SAMPLE, 1.0)
    return [
        # one that the sample does not hold is small, and nobody's is none
        search.City(frozenset(word for word in ids if city in ids[word]), known[1].get(city, 0.5) * each)
        for city in every
    ]


def _digits(tx: Tx, shape: Shape, params: dict[str, Any], found: search.Search, wanted: int) -> Shape:
    params.update(starts=list(found.digits), ends=list(found.ends))
    reach = search.few_numbers(_HOUSE, wanted)
    n, total = tx.row(tx.send(_numbers(len(found.digits), shape.one_team, reach), params)) or (0, 0)
    few = n < reach and n < search.few_numbers(total, wanted)
    return replace(shape, by_ids="digits" if few else "")


# hard filters ---------------------------------------------------------------------------------------------

_REMEMBERED_SECONDS: Final = 30.0
_REMEMBERED: Final = 200
_LOOKED: Final = 1_000
"""Rows at the head of the order that say how many pass the filters without an index of their own."""
_counted: WeakKeyDictionary[PgConnection, dict[Any, tuple[float, list[int]]]] = WeakKeyDictionary()


def _filters(tx: Tx, shape: Shape, params: dict[str, Any], wanted: int) -> Shape:
    """Few leads live in a small town, have a rare age, or were called this week: those are found first."""
    drivers = tuple(name for name, asked in DRIVERS.items() if shape.narrowed & set(asked))
    if not drivers:
        return shape
    n, reach = len(drivers), search.few_leads(_HOUSE, wanted) * 8
    key = (drivers, shape.narrowed, reach, shape.one_team, repr(sorted(params.items())))
    kept = _counted.setdefault(tx.pg, {})
    known = kept.get(key)
    if known is None or time.monotonic() - known[0] > _REMEMBERED_SECONDS:
        if len(kept) >= _REMEMBERED:
            kept.clear()
        row = tx.row(tx.send(_driver_counts(replace(shape, drivers=drivers), reach), params)) or ()
        known = kept[key] = (time.monotonic(), [int(n) for n in row])
    found, shares, (cities, total) = known[1][:n], known[1][n:-2], known[1][-2:]
    *own, rest, beside = ((passed + 0.5) / (_LOOKED + 0.5) for passed in shares)
    # what is not counted to its end, the head of the order says
    counts = {
        name: count if count < reach else max(reach, int(share * total))
        for name, count, share in zip(drivers, found, own, strict=True)
    }
    near = cities if shape.sort is Sort.SCORE else 0
    chosen = search.drive(counts, reach, total, wanted, rest, near, beside)
    if chosen == search.LOCALLY:
        return replace(shape, locally=True)
    return replace(shape, by_ids="filters" if chosen else "", drivers=chosen)


@lru_cache(maxsize=128)
def _driver_counts(shape: Shape, reach: int) -> str:
    """How many leads each driver gives, at most `reach`; what `sample` says of `_LOOKED` rows; how many
    cities are asked for; about how many leads there are."""
    counts = (
        f"(select count(*) from ({driver(name, shape)} limit {reach}) f)"  # noqa: S608
        for name in shape.drivers
    )
    cities = asked_cities(shape)
    cities = f"(select count(*) from ({cities}) c)" if cities else "0"  # noqa: S608
    return f"select {', '.join(counts)}, s.*, {cities}, {_TOTAL} from ({sample(shape, _LOOKED)}) s"  # noqa: S608


@lru_cache(maxsize=64)
def _numbers(starts: int, one_team: bool, reach: int) -> str:
    """(how many numbers start so, at most `reach`; about how many leads there are). Ends are always few."""
    ranges = " or ".join(
        f"p.digits ~>=~ %(from{n})s and p.digits ~<~ (%(from{n})s || ':')" for n in range(starts)
    )
    team = "p.team_id = %(team)s and " if one_team else ""
    counted = f"select 1 from lead_phone p where {team}({ranges or 'false'}) limit {reach}"  # noqa: S608
    return f"select (select count(*) from ({counted}) f), {_TOTAL}"  # noqa: S608
