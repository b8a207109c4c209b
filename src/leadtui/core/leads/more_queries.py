"""What narrows a list beside the queue's own columns: tags, promises, owners, credit, and what is left out.

As `filter_queries`: fixed fragments, alias `q` is lead_queue.
"""

from __future__ import annotations

from itertools import combinations
from typing import Final

NOW: Final = "(select coalesce(nullif(current_setting('leadtui.now', true), '')::timestamptz, now()))"
"""`tx.now` as the database knows it: a hot service learns it only with its answer."""

_CREDIT: Final = {"default": "default_flag", "housing": "housing", "loan": "loan"}
_ANSWERS: Final = {
    "0": "{} = false",
    "1": "{} = true",
    "2": "{} is null",
    "01": "{} is not null",
    "02": "{} is not true",
    "12": "{} is not false",
}
"""Answers that are asked for (`filter_dto.YES`, `NO`, `UNKNOWN`, sorted) → the condition."""
_ASKED: Final = [*"012", *map("".join, combinations("012", 2))]

_DAY: Final = (
    f"(select (date_trunc('day', {NOW} at time zone %(day_zone)s::text) + %({{}})s * interval '1 day') "
    "at time zone %(day_zone)s::text)"
)
"""Where a day of the reader begins, counted from today."""

_TAGS: Final = "any(array(select g.id from tag g where g.fold = any(%({})s::text[])))"
# one look a row: as a join it would read every lead that has the tag
_TAGGED: Final = "(select true from lead_tag t where t.lead_id = q.lead_id and t.tag_id = {} limit 1)"


def _credit(name: str, codes: str, row: str) -> str:
    return _ANSWERS[codes].format(f"{row}.{_CREDIT[name]}")


def _looked_up(name: str, codes: str) -> str:
    asked = _credit(name, codes, "x")
    return f"(select true from lead x where x.id = q.lead_id and {asked} limit 1)"  # noqa: S608


CONDITIONS: Final[dict[str, str]] = {
    "tags": _TAGGED.format(_TAGS.format("tags")),
    "not_tags": f"{_TAGGED.format(_TAGS.format('not_tags'))} is null",
    "owner_me": "q.owner_id = %(me)s",
    "owner_none": "q.owner_id is null",
    "owner_other": "q.owner_id <> %(me)s",
    # coalesce: not to be taken for the condition of an index of its own, which `driver` uses
    "min_callback": f"coalesce(q.callback_at, '-infinity') >= {_DAY.format('min_callback')}",
    "max_callback": f"coalesce(q.callback_at, 'infinity') < {_DAY.format('max_callback')}",
    "not_jobs": "coalesce(q.job, 0::smallint) <> all(%(not_jobs)s::smallint[])",
    "not_marital": "coalesce(q.marital, 0::smallint) <> all(%(not_marital)s::smallint[])",
    "not_education": "coalesce(q.education, 0::smallint) <> all(%(not_education)s::smallint[])",
    "not_city": "coalesce(q.city_id, 0) <> all(array("
    "select c.id from city c where c.fold ^@ any(%(not_city)s::text[])))",
    "not_provinces": "coalesce(q.city_id, 0) <> all(array("
    "select c.id from city c where c.province = any(%(not_provinces)s::text[])))",
    **{f"{name}_{codes}": _looked_up(name, codes) for name in _CREDIT for codes in _ASKED},
}
"""Name → condition, as `filter_queries.NARROWING`."""

DRIVERS: Final[dict[str, tuple[str, ...]]] = {
    "tagged": ("tags",),
    "promised": ("min_callback", "max_callback"),
    "owned": ("owner_me", "owner_other"),
    "credit": tuple(f"{name}_{codes}" for name in _CREDIT for codes in _ASKED),
}
"""As `filter_queries.DRIVERS`; the index of each answers them all."""


def driver(name: str, asked: frozenset[str], *, one_team: bool) -> str:
    """SELECT of the ids of one driver's leads, from its index alone."""
    team = ["{}.team_id = %(team)s"] if one_team else []
    if name == "tagged":
        where = " and ".join([part.format("t") for part in team] + ["t.tag_id = " + _TAGS.format("tags")])
        return f"select distinct t.lead_id from lead_tag t where {where}"  # noqa: S608
    if name == "credit":
        table, column, alias = "lead", "id", "l"
        parts = (one.rpartition("_") for one in DRIVERS[name] if one in asked)
        found = [_credit(fact, codes, alias) for fact, _, codes in parts]
    else:
        table, column, alias = "lead_queue", "lead_id", "q"
        found = ["q.callback_at is not null"] if name == "promised" else ["q.owner_id is not null"]
        if "min_callback" in asked and name == "promised":
            found.append(f"q.callback_at >= {_DAY.format('min_callback')}")
        if "max_callback" in asked and name == "promised":
            found.append(f"q.callback_at < {_DAY.format('max_callback')}")
        if name == "owned":
            found += [CONDITIONS[one] for one in DRIVERS[name] if one in asked]
    where = " and ".join([*(part.format(alias) for part in team), *found])
    return f"select {alias}.{column} from {table} {alias} where {where}"  # noqa: S608
