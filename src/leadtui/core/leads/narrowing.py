"""From a filter to the shape of its statements and what is bound in them. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from psycopg.types.numeric import Int4, Int8

from leadtui.core.fold import fold
from leadtui.core.leads import search
from leadtui.core.leads.dto import LeadFilter, LeadState, Owner, Scope, Zone
from leadtui.core.leads.filter_queries import Shape

_ALL_ZONES: Final = len(Zone) + 1  # the unknown one is open too
_MOST_DAYS: Final = 36_500
_MOST_CENTS: Final = 2**63 - 1


@lru_cache(maxsize=256)
def plan(
    filter: LeadFilter, scope: Scope, one_team: bool, mine: bool, zones: tuple[int, ...]
) -> tuple[Shape, Mapping[str, Any], search.Search, bool]:
    """The shape but for a search, its parameters, the search, and whether nothing can match."""
    queue = scope is Scope.QUEUE
    shape = Shape(queue=queue, one_team=one_team, mine=mine, zones=queue and len(zones) < _ALL_ZONES)
    params: dict[str, Any] = {
        **_score(filter), **_whole(filter), **_codes(filter), **_place(filter), **_balance(filter),
    }  # fmt: skip
    narrowed = set(params)
    names, more = _beside(filter)
    narrowed |= names
    params.update(more)
    nothing = (queue and not zones) or _contradiction(filter, params)
    # an agent's queue holds nobody else's
    nothing = nothing or (mine and filter.owner is Owner.OTHER)
    if filter.states:
        shape, params["states"] = _states(shape, frozenset(filter.states))
        narrowed.add("states")
        nothing = nothing or not (params["states"] or shape.rested)
    params["zones"] = list(zones)
    found = search.parse(filter.search)
    if scope is Scope.LOOKUP:
        nothing = nothing or not search.enough_for_lookup(filter.search)
        shape = replace(shape, given=True)
        params["given"] = filter.search.strip()[: search.MAX_LENGTH].replace("\0", "")
    shape = replace(shape, narrowed=frozenset(narrowed))
    return shape, params, found, nothing or found.impossible


def _score(filter: LeadFilter) -> dict[str, Any]:
    # half of the last place forgives a float's last bit: 0.29 * 1e6 is 290000.00000000006
    found = {}
    if filter.min_score is not None:
        found["min_rank"] = Int4(_rank(math.ceil, filter.min_score, -0.5))
    if filter.max_score is not None:
        found["max_rank"] = Int4(_rank(math.floor, filter.max_score, 0.5))
        # what has no score has none below the limit either
        found.setdefault("min_rank", Int4(0))
    return found


def _rank(round_: Any, score: float, slack: float) -> int:
    return min(max(int(round_(score * 1_000_000 + slack * 1e-3)), 0), 1_000_001)


def _whole(filter: LeadFilter) -> dict[str, Any]:
    """Whole numbers, cut to what the database can compare and add."""
    asked = {
        "min_age": filter.min_age,
        "max_age": filter.max_age,
        "min_attempts": filter.min_attempts,
        "max_attempts": filter.max_attempts,
        "min_idle": filter.min_idle_days,
        # whole days: with 3 at most, 3 days and 23 hours are within
        "max_idle": None if filter.max_idle_days is None else filter.max_idle_days + 1,
    }
    return {name: Int4(min(max(value, -1), _MOST_DAYS)) for name, value in asked.items() if value is not None}


def _codes(filter: LeadFilter) -> dict[str, Any]:
    asked = {"jobs": filter.jobs, "marital": filter.marital, "education": filter.education}
    return {name: list(codes) for name, codes in asked.items() if codes}


def _place(filter: LeadFilter) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if filter.city.strip():
        found["city"] = _starts(filter.city)
    if filter.provinces:
        found["provinces"] = [name.replace("\0", "") for name in filter.provinces]
    return found


_MOST_CALLBACK_DAYS: Final = 3_650


def _beside(filter: LeadFilter) -> tuple[set[str], dict[str, Any]]:
    """What `more_queries` asks: names of its conditions, and what is bound in them."""
    names: set[str] = set()
    params: dict[str, Any] = {}
    if filter.tags:
        params["tags"] = [name for name in map(fold, filter.tags) if name]
    if not_tags := [name for name in map(fold, filter.not_tags) if name]:
        params["not_tags"] = not_tags
    if filter.min_callback_days is not None:
        params["min_callback"] = _days(filter.min_callback_days)
    if filter.max_callback_days is not None:
        # to the end of that day
        params["max_callback"] = _days(filter.max_callback_days + 1)
    for name in ("not_jobs", "not_marital", "not_education"):
        if codes := getattr(filter, name):
            params[name] = list(codes)
    if filter.not_provinces:
        params["not_provinces"] = [name.replace("\0", "") for name in filter.not_provinces]
    if not_city := _starts(filter.not_city):
        params["not_city"] = not_city
    names |= params.keys()
    if filter.owner is not None:
        names.add(f"owner_{filter.owner.value}")
    for name in ("default", "housing", "loan"):
        asked = "".join(map(str, sorted(set(getattr(filter, name)))))
        if asked and asked != "012":
            names.add(f"{name}_{asked}")
    return names, params


def _days(days: int) -> Int4:
    return Int4(min(max(days, -_MOST_CALLBACK_DAYS), _MOST_CALLBACK_DAYS))


def _starts(cities: str) -> list[str]:
    """How the names of cities begin, from a list with commas."""
    return [start for start in map(fold, cities.split(",")) if start]


def _balance(filter: LeadFilter) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, bound, round_ in (
        ("min_balance", filter.min_balance, math.ceil),
        ("max_balance", filter.max_balance, math.floor),
    ):
        if bound is not None and bound.is_finite():
            found[name] = Int8(min(max(round_(_cut(bound) * 100), -_MOST_CENTS), _MOST_CENTS))
    return found


def _cut(bound: Decimal) -> Decimal:
    # a huge exponent would make a number of a million digits
    return min(max(bound, Decimal(-(10**18))), Decimal(10**18))


def _contradiction(filter: LeadFilter, params: Mapping[str, Any]) -> bool:
    """A city of signs only, a bound that is no number."""
    bounds = (filter.min_balance, filter.max_balance)
    return (
        params.get("city") == []
        or params.get("tags") == []
        or any(bound is not None and not bound.is_finite() for bound in bounds)
    )


def _states(shape: Shape, asked: frozenset[LeadState]) -> tuple[Shape, list[int]]:
    """A rejected lead whose rest is over is pending; in the queue every rejected one is."""
    plain = asked - {LeadState.REJECTED}
    pending, rejected = LeadState.PENDING in asked, LeadState.REJECTED in asked
    if shape.queue:
        kept = plain | {LeadState.REJECTED} if pending else plain
        return shape, sorted(map(int, kept))
    if pending and rejected:
        return shape, sorted(map(int, asked))
    return replace(shape, rested=pending - rejected), sorted(map(int, plain))


def searched(shape: Shape, params: dict[str, Any], found: search.Search) -> Shape:
    """With a search as conditions of each row, its parameters bound."""
    params.update({f"word{i}": f" {word}" for i, word in enumerate(found.words)})
    params.update({f"from{i}": start for i, start in enumerate(found.digits)})
    params.update({f"end{i}": end for i, end in enumerate(found.ends)})
    if found.email:
        params.update(mail_from=found.email, mail_to=search.after_prefix(found.email))
    towns = frozenset(i for i, word in enumerate(found.words) if len(word) >= search.MIN_TOWN)
    return replace(
        shape,
        words=len(found.words),
        towns=towns,
        digits=len(found.digits),
        ends=len(found.ends),
        email=bool(found.email),
    )
