"""What the leads screen remembers of a user between two sign-ins, as JSON: filter, order, view, the cursor.

The search is not among it: it is a customer's name, and meant for the moment. What was written by another
version, or by hand, is read with care: a part that makes no sense is left out, never an error. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from leadtui.core.leads import filter_codec
from leadtui.core.leads.dto import LeadFilter, Sort

PREFERENCE: Final = "leads"
"""Its name among the user's preferences."""

_MOST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Left:
    """How the list was left."""

    filter: LeadFilter = field(default_factory=LeadFilter)
    sort: Sort = Sort.SCORE
    lead_id: int | None = None
    """Who was under the cursor."""
    index: int = 0
    """The cursor's row among the ordered ones, for when they have gone."""
    view_id: int | None = None
    """The saved view that the list showed."""


def written(left: Left) -> dict[str, Any]:
    """As JSON holds it; what is as at first is left out."""
    narrowed = filter_codec.written(replace(left.filter, search=""))
    found: dict[str, Any] = {"sort": left.sort.value, "index": left.index}
    if narrowed:
        found["filter"] = narrowed
    if left.lead_id is not None:
        found["lead"] = left.lead_id
    if left.view_id is not None:
        found["view"] = left.view_id
    return found


def read(found: object) -> Left:
    """What `written` wrote; whatever else it holds is left out."""
    if not isinstance(found, Mapping):
        return Left()
    sort = found.get("sort")
    lead, index = _whole(found.get("lead"), 0, _MOST), _whole(found.get("index"), 0, 2**31 - 1)
    return Left(
        filter=replace(filter_codec.read(found.get("filter")), search=""),
        sort=Sort(sort) if isinstance(sort, str) and sort in set(Sort) else Sort.SCORE,
        lead_id=lead,
        index=index or 0,
        view_id=_whole(found.get("view"), -_MOST, _MOST),
    )


def _whole(value: object, least: int, top: int) -> int | None:
    # bool is an int
    return value if type(value) is int and least <= value <= top else None
