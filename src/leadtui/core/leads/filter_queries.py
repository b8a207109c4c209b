"""What narrows a list, as conditions on one row of `lead_queue q`; fixed fragments, chosen by shape.

What somebody typed is always a bound parameter. A fragment that is not needed is left out, because a generic
plan of `%s is null or …` would use no index.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from leadtui.core.calls import predicate
from leadtui.core.leads import more_queries as more
from leadtui.core.leads.dto import Sort
from leadtui.core.leads.more_queries import NOW as NOW

_NOT_DUE: Final = "q.callback_at is null"
"""Beside MINE_OR_POOL: callbacks that are due, mine or nobody's, stand above the order, not in it."""


def at(fragment: str) -> str:
    """A fragment of `predicate` with the database's clock."""
    return fragment.replace("%(now)s", NOW)


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
    narrowed: frozenset[str] = frozenset()
    """Names of `NARROWING` that are asked."""
    rested: int = 0
    """Every state only: 1 also rejected ones whose rest is over, −1 also those whose rest is not."""
    words: int = 0
    towns: frozenset[int] = frozenset()
    """Words that may also start a word of the city."""
    digits: int = 0
    ends: int = 0
    email: bool = False
    given: bool = False
    """The search may also be a lead's whole external id."""
    by_ids: str = ""
    """Start from few leads, not from the order: a key of `_FEW`, or "filters"."""
    drivers: tuple[str, ...] = ()
    """Of `by_ids` "filters": keys of `DRIVERS`; leads that all of them give."""
    locally: bool = False
    """Walk the order of each city that is asked for, or that has the word `rarest`, not the whole."""
    rarest: int = 0
    """The word that `by_ids` "town" starts from, "crossed" asks beside others, or whose cities are walked."""
    sort: Sort = Sort.SCORE
    backward: bool = False
    key: bool = False
    timed: bool = False
    """The key has a time (orders by time only)."""
    until: bool = False
    """Stop before a position further on."""
    thin: bool = False
    skip: bool = False
    limit: int = 0


# coalesce: an index of its own on these columns finds the few leads of `few`; a walk or the few due rows that
# used it instead would read every lead of a big city
CITIES: Final = "select c.id from city c where c.fold ^@ any(%(city)s::text[])"
PROVINCES: Final = "select c.id from city c where c.province = any(%(provinces)s::text[])"
PLACED: Final = frozenset({"city", "provinces"})
"""The filters that these two answer."""
_SINCE: Final = f"{NOW} - %({{}})s * interval '1 day'"

NARROWING: Final[dict[str, str]] = {
    "min_rank": "q.rank_key >= %(min_rank)s",
    "max_rank": "q.rank_key <= %(max_rank)s",
    "min_age": "q.age >= %(min_age)s",
    "max_age": "q.age <= %(max_age)s",
    "jobs": "q.job = any(%(jobs)s::smallint[])",
    "marital": "q.marital = any(%(marital)s::smallint[])",
    "education": "q.education = any(%(education)s::smallint[])",
    "city": f"coalesce(q.city_id, 0) = any(array({CITIES}))",
    "provinces": f"coalesce(q.city_id, 0) = any(array({PROVINCES}))",
    "min_balance": "q.balance >= %(min_balance)s",
    "max_balance": "q.balance <= %(max_balance)s",
    "min_attempts": "q.attempts >= %(min_attempts)s",
    "max_attempts": "q.attempts <= %(max_attempts)s",
    "min_idle": f"(q.last_contact_at is null or q.last_contact_at <= {_SINCE.format('min_idle')})",
    "max_idle": f"coalesce(q.last_contact_at, '-infinity') > {_SINCE.format('max_idle')}",
    "states": "",  # see `_states`
    **more.CONDITIONS,
}


def conditions(shape: Shape) -> list[str]:
    """What a filter asks of one row."""
    found = [at(predicate.MINE_OR_POOL), _NOT_DUE] if shape.mine else []
    if shape.zones:
        found.append(predicate.IN_WINDOW)
    for name, condition in NARROWING.items():
        if name in shape.narrowed:
            found.append(condition or _states(shape))
    if shape.until:
        further = "q.rank_key = %(until_rank)s and q.lead_id < %(until_lead)s"
        found.append(f"q.rank_key >= %(until_rank)s and (q.rank_key > %(until_rank)s or {further})")
    return found + _search(shape)


def _states(shape: Shape) -> str:
    states = "q.state = any(%(states)s::smallint[])"
    if shape.rested:
        sign = "<=" if shape.rested > 0 else ">"
        states = f"({states} or q.state = 4 and coalesce(q.hidden_until, '-infinity') {sign} {NOW})"
    return states


def _search(shape: Shape) -> list[str]:
    found = [_word(n, town=n in shape.towns) for n in range(shape.words)]
    if (shape.digits or shape.ends) and shape.by_ids != "digits":
        # a LIMIT keeps it a look-up per row: as a join it would read every number that starts like that
        own = f"select true from lead_phone p where p.lead_id = q.lead_id and ({_digits(shape)}) limit 1"  # noqa: S608
        found.append(f"({own})")
    if shape.email and shape.by_ids != "email":
        mail = "lower(m.email) ~>=~ %(mail_from)s and lower(m.email) ~<~ %(mail_to)s"
        found.append(f"(select true from lead m where m.id = q.lead_id and {mail} limit 1)")  # noqa: S608
    if shape.given and shape.by_ids and found:
        given = "(select x.external_id = %(given)s from lead x where x.id = q.lead_id)"
        return [f"({' and '.join(found)} or {given})"]
    return found


def _word(n: int, *, town: bool) -> str:
    name = f"strpos(' ' || q.name_fold, %(word{n})s) > 0"
    return f"({name} or coalesce(q.city_id, 0) = {_towns(n)})" if town else name


def _towns(n: int) -> str:
    return f"any(array({_having(n)}))"


def _having(n: int) -> str:
    return f"select c.id from city c where strpos(' ' || c.fold, %(word{n})s) > 0"  # noqa: S608


def elsewhere(shape: Shape) -> str:
    """The condition that somebody lives in no city that has the word `rarest`."""
    return f"not coalesce(q.city_id, 0) = {_towns(shape.rarest)}"


def _digits(shape: Shape) -> str:
    # the number with its plus is in the primary key: no row is read for its start
    starts = (
        f"p.e164 ~>=~ ('+' || %(from{n})s) and p.e164 ~<~ ('+' || %(from{n})s || ':')"
        for n in range(shape.digits)
    )
    ends = (f"right(p.e164, length(%(end{n})s)) = %(end{n})s" for n in range(shape.ends))
    return " or ".join((*starts, *ends))


def few(shape: Shape) -> str:
    """FROM item `f (lead_id)` of the few leads that a search or a filter starts from; each of them once."""
    if shape.by_ids == "filters":
        return _in_place(" intersect ".join(driver(name, shape) for name in shape.drivers))
    sources = [_FEW[shape.by_ids]]
    team = "team_id = %(team)s and " if shape.one_team else ""
    if shape.by_ids == "town":
        sources.append(_namesakes(shape))
    if shape.by_ids == "crossed":
        sources.append(f"(select leads_by_word(%(others)s) intersect {_living(shape)})")
    if shape.given:
        sources.append(f"select id from lead where {team}external_id = %(given)s")  # noqa: S608
    return _in_place(" union ".join(sources))


def _in_place(found: str) -> str:
    # by id is about as they lie on disk: looking them up one by one is a third cheaper
    return f"(select lead_id from ({found}) u (lead_id) order by lead_id) f"  # noqa: S608


def _living(shape: Shape) -> str:
    """SELECT of the ids of everybody in the cities of `rarest`."""
    team = "team_id = %(team)s and " if shape.one_team else ""
    return f"select q.lead_id from lead_queue q where {team}q.city_id = {_towns(shape.rarest)}"  # noqa: S608


def _namesakes(shape: Shape) -> str:
    """SELECT of the ids of those in the cities of `rarest` who have the other words, too.

    City by city: whatever the planner expects of several, it reads a city's own rows, in the order of their
    pages and each once. To look everybody up by id, and then at their name, is three times as dear.
    """
    others = [_word(n, town=n in shape.towns) for n in range(shape.words) if n != shape.rarest]
    if not others:
        return _living(shape)
    team = ["q.team_id = %(team)s"] if shape.one_team else []
    where = " and ".join([*team, "q.city_id = c.id", *others])
    living = f"select q.lead_id from lead_queue q where {where} offset 0"  # noqa: S608
    return f"select s.lead_id from ({_having(shape.rarest)} offset 0) c cross join lateral ({living}) s"  # noqa: S608


DRIVERS: Final[dict[str, tuple[str, ...]]] = {
    "places": ("city", "provinces"),
    "ages": ("min_age", "max_age"),
    "idle": ("max_idle",),
    **more.DRIVERS,
}
"""An index that gives the leads of a filter → the filters that ask for it."""

ANSWERED: Final[dict[str, tuple[str, ...]]] = {
    "places": ("city", "provinces"),
    "ages": ("min_age", "max_age", "jobs"),
    "idle": ("max_idle", "min_idle", "min_attempts", "max_attempts"),
    **more.DRIVERS,
}
"""The filters that a driver's own index answers."""


def asked_cities(shape: Shape) -> str:
    """SELECT of the ids of the cities that are asked for; in a search, that have the word `rarest`."""
    found = [text for name, text in (("city", CITIES), ("provinces", PROVINCES)) if name in shape.narrowed]
    if shape.words:
        found.append(_having(shape.rarest))
    return " intersect ".join(found)


def driver(name: str, shape: Shape) -> str:
    """SELECT of the ids of one driver's leads, from its index alone."""
    asked = shape.narrowed
    if name in more.DRIVERS:
        return more.driver(name, asked, one_team=shape.one_team)
    team = ["{alias}.team_id = %(team)s"] if shape.one_team else []
    if name in ("places", "idle"):
        table, column, alias = "lead_queue", "lead_id", "q"
        if name == "places":
            found = [f"q.city_id = any(array({CITIES}))"] if "city" in asked else []
            found += [f"q.city_id = any(array({PROVINCES}))"] if "provinces" in asked else []
        else:
            found = [f"q.last_contact_at > {_SINCE.format('max_idle')}"]
            if "min_idle" in asked:
                found.append(f"q.last_contact_at <= {_SINCE.format('min_idle')}")
            found += [NARROWING[one] for one in ("min_attempts", "max_attempts") if one in asked]
    else:
        table, column, alias = "lead", "id", "l"
        own = {
            "min_age": "l.age >= %(min_age)s",
            "max_age": "l.age <= %(max_age)s",
            "jobs": "l.job = any(%(jobs)s::smallint[])",
        }
        found = [own[one] for one in ANSWERED[name] if one in asked]
    where = " and ".join([*(part.format(alias=alias) for part in team), *found])
    return f"select {alias}.{column} from {table} {alias} where {where}"  # noqa: S608


def sample(shape: Shape, looked: int) -> str:
    """SELECT of how many of the first `looked` rows of the order pass the filters of each driver, those that
    no driver answers, and those that ask for no city."""
    asked = shape.narrowed
    every = [asked & set(ANSWERED[name]) for name in shape.drivers]
    parts = [*every, asked.difference(*every), asked - PLACED]
    plain = Shape(queue=shape.queue, one_team=shape.one_team, rested=shape.rested)
    passed = ", ".join(
        f"count(*) filter (where {' and '.join(['true', *conditions(replace(plain, narrowed=part))])})"
        for part in parts
    )
    walked = predicate.READY if shape.queue else "q.version > 0"
    team = "q.team_id = %(team)s" if shape.one_team else "q.team_id = (select min(id) from team)"
    return (
        f"select {passed} from (select * from lead_queue q "  # noqa: S608
        f"where {team} and {walked} order by q.rank_key desc, q.lead_id limit {looked}) q"
    )


_FEW: Final[dict[str, str]] = {
    "words": "select leads_by_word(%(rare)s)",
    "town": "select leads_by_word(%(rare)s)",
    "crossed": "select leads_by_word(%(rare)s)",
    "digits": "select leads_by_digits(%(starts)s::text[], %(ends)s::text[])",
    "email": "select leads_by_email(%(mail_from)s, %(mail_to)s)",
}
"""Where a rare search starts: distinct lead ids."""
