"""What the leads screen remembers of a user between two sign-ins, as JSON: filter, order, the cursor.

The search is not among it: it is a customer's name, and meant for the moment. What was written by another
version, or by hand, is read with care: a part that makes no sense is left out, never an error. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal, InvalidOperation
from enum import IntEnum
from typing import Any, Final

from leadtui.core.leads.dto import LeadFilter, LeadState, Sort
from leadtui.scoring.codes import EDUCATION, JOB, MARITAL
from leadtui.screens.filter_rules import CITY_MAX, RANGES

PREFERENCE: Final = "leads"
"""Its name among the user's preferences."""

_MANY: Final = 64


@dataclass(frozen=True, slots=True)
class Left:
    """How the list was left."""

    filter: LeadFilter = field(default_factory=LeadFilter)
    sort: Sort = Sort.SCORE
    lead_id: int | None = None
    """Who was under the cursor."""
    index: int = 0
    """The cursor's row among the ordered ones, for when they have gone."""


def written(left: Left) -> dict[str, Any]:
    """As JSON holds it; what is as at first is left out."""
    empty = LeadFilter()
    narrowed = {
        one.name: _plain(getattr(left.filter, one.name))
        for one in fields(LeadFilter)
        if one.name != "search" and getattr(left.filter, one.name) != getattr(empty, one.name)
    }
    found: dict[str, Any] = {"sort": left.sort.value, "index": left.index}
    if narrowed:
        found["filter"] = narrowed
    if left.lead_id is not None:
        found["lead"] = left.lead_id
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, IntEnum):
        return int(value)
    return str(value) if isinstance(value, Decimal) else value


def read(found: object) -> Left:
    """What `written` wrote; whatever else it holds is left out."""
    if not isinstance(found, Mapping):
        return Left()
    sort = found.get("sort")
    lead, index = _whole(found.get("lead"), 2**63 - 1), _whole(found.get("index"), 2**31 - 1)
    narrowed = found.get("filter")
    return Left(
        filter=_filter(narrowed) if isinstance(narrowed, Mapping) else LeadFilter(),
        sort=Sort(sort) if isinstance(sort, str) and sort in set(Sort) else Sort.SCORE,
        lead_id=lead,
        index=index or 0,
    )


def _filter(found: Mapping[str, Any]) -> LeadFilter:
    kept: dict[str, Any] = {}
    for name, check in _CHECKS.items():
        value = check(found.get(name))
        if value is not None:
            kept[name] = value
    for row in RANGES:
        low, high = kept.get(row.low), kept.get(row.high)
        if low is not None and high is not None and low > high:
            del kept[row.low], kept[row.high]
    return LeadFilter(**kept)


def _whole(value: object, top: int) -> int | None:
    return value if type(value) is int and 0 <= value <= top else None


def _share(value: object) -> float | None:
    # bool is an int, and nan is between nothing
    return float(value) if type(value) in (int, float) and 0 <= value <= 1 else None  # type: ignore[operator,arg-type]


def _money(value: object) -> Decimal | None:
    try:
        amount = Decimal(value) if isinstance(value, str) and len(value) <= 24 else None
    except InvalidOperation:
        return None
    return amount if amount is not None and amount.is_finite() and abs(amount) < 10**13 else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= CITY_MAX and value.isprintable() else None


def _texts(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list):
        return None
    return tuple(one for one in value[:_MANY] if _text(one) is not None) or None


def _codes(codes: set[int]) -> Callable[[object], tuple[int, ...] | None]:
    def check(value: object) -> tuple[int, ...] | None:
        if not isinstance(value, list):
            return None
        return tuple(sorted({one for one in value[:_MANY] if type(one) is int and one in codes})) or None

    return check


def _states(value: object) -> tuple[LeadState, ...] | None:
    found = _codes({int(state) for state in LeadState})(value)
    return tuple(LeadState(code) for code in found) if found else None


def _number(kind: str, top: int) -> Callable[[object], Any]:
    if kind == "share":
        return _share
    return _money if kind == "money" else lambda value: _whole(value, top)


_CHECKS: Final[dict[str, Callable[[Any], Any]]] = {
    **{name: _number(row.kind, row.top) for row in RANGES for name in (row.low, row.high)},
    "city": _text,
    "provinces": _texts,
    "jobs": _codes(set(JOB.values())),
    "marital": _codes(set(MARITAL.values())),
    "education": _codes(set(EDUCATION.values())),
    "states": _states,
}
