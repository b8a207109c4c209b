"""A filter as JSON, for what is remembered and for saved views, and back.

What was written by another version, or by hand, is read with care: a part that makes no sense is left out,
never an error. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from decimal import Decimal, InvalidOperation
from enum import Enum, IntEnum
from typing import Any, Final

from leadtui.core.leads.filter_dto import LeadFilter, LeadState, Owner
from leadtui.scoring.codes import EDUCATION, JOB, MARITAL

TEXT_MAX: Final = 80
"""Letters of a search, a city, a province or a tag."""
_MANY: Final = 64
_EMPTY: Final = LeadFilter()


def written(filter: LeadFilter) -> dict[str, Any]:
    """As JSON holds it; what asks for nothing is left out."""
    return {
        one.name: _plain(getattr(filter, one.name))
        for one in fields(LeadFilter)
        if getattr(filter, one.name) != getattr(_EMPTY, one.name)
    }


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, IntEnum):
        return int(value)
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, Decimal) else value


def read(found: object) -> LeadFilter:
    """What `written` wrote; whatever else it holds is left out, and bounds that cross go together."""
    kept: dict[str, Any] = {}
    if isinstance(found, Mapping):
        for name, check in _CHECKS.items():
            value = check(found.get(name))
            if value is not None:
                kept[name] = value
    for low, high in BOUNDS:
        least, most = kept.get(low), kept.get(high)
        if least is not None and most is not None and least > most:
            del kept[low], kept[high]
    return LeadFilter(**kept)


def _whole(least: int, top: int) -> Callable[[object], int | None]:
    # bool is an int
    return lambda value: value if type(value) is int and least <= value <= top else None


def _share(value: object) -> float | None:
    # nan is between nothing
    return float(value) if type(value) in (int, float) and 0 <= value <= 1 else None  # type: ignore[operator,arg-type]


def _money(value: object) -> Decimal | None:
    try:
        amount = Decimal(value) if isinstance(value, str) and len(value) <= 24 else None
    except InvalidOperation:
        return None
    return amount if amount is not None and amount.is_finite() and abs(amount) < 10**13 else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= TEXT_MAX and value.isprintable() else None


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


def _owner(value: object) -> Owner | None:
    return Owner(value) if isinstance(value, str) and value in set(Owner) else None


_JOBS: Final = _codes(set(JOB.values()))
_MARITAL: Final = _codes(set(MARITAL.values()))
_EDUCATION: Final = _codes(set(EDUCATION.values()))
_ANSWERS: Final = _codes({0, 1, 2})

_CHECKS: Final[dict[str, Callable[[Any], Any]]] = {
    "search": _text,
    **dict.fromkeys(("min_score", "max_score"), _share),
    **dict.fromkeys(("min_age", "max_age"), _whole(0, 120)),
    **dict.fromkeys(("min_balance", "max_balance"), _money),
    **dict.fromkeys(("min_attempts", "max_attempts"), _whole(0, 9_999)),
    **dict.fromkeys(("min_idle_days", "max_idle_days"), _whole(0, 36_500)),
    **dict.fromkeys(("min_callback_days", "max_callback_days"), _whole(-3_650, 3_650)),
    **dict.fromkeys(("city", "not_city"), _text),
    **dict.fromkeys(("provinces", "not_provinces", "tags", "not_tags"), _texts),
    **dict.fromkeys(("jobs", "not_jobs"), _JOBS),
    **dict.fromkeys(("marital", "not_marital"), _MARITAL),
    **dict.fromkeys(("education", "not_education"), _EDUCATION),
    **dict.fromkeys(("default", "housing", "loan"), _ANSWERS),
    "states": _states,
    "owner": _owner,
}

BOUNDS: Final = tuple((f"min_{name}", f"max_{name}") for name in (
    "score", "age", "balance", "attempts", "idle_days", "callback_days"
))  # fmt: skip
"""Fields that are the two ends of one range."""
