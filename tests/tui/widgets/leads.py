"""A list of any length whose every row is known: what the pages of a real service would hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from leadtui.core.leads.dto import LeadFacts, LeadPage, LeadRow, LeadState, PageQuery
from leadtui.scoring.reasons import Group, Reason

NOW = datetime(2026, 11, 21, 2, 41, tzinfo=UTC)
WIB = ZoneInfo("Asia/Jakarta")
NAMES = (
    "Ayu Lestari",
    "Hendra Gunawan",
    "Siti Nurhaliza Rahman",
    "Dimas Prakoso",
    "Ratna Dewi Kusumawardhani",
)


def lead(number: int, **changes: Any) -> LeadRow:
    """Lead `number`; changes replace its fields."""
    facts: dict[str, Any] = {
        "id": number,
        "rank_key": 670_000,
        "name": NAMES[number % 5],
        "age": 34,
        "job": 5,
        "city": "Bandung",
        "state": LeadState.PENDING,
        "reasons": (Reason(Group.HISTORY, 1.2), Reason(Group.CHANNEL, 0.4)),
        "facts": LeadFacts(poutcome=3, contact=1),
        "attempts": 0,
        "last_contact_at": NOW - timedelta(days=3),
        "callback_at": None,
        "owner_id": None,
        "claimed_by": None,
        "synthetic": False,
        "historical": False,
    }
    return LeadRow(**{**facts, **changes})


class Leads:
    """`n` leads; the one at index i has id i + 1 and a probability that falls with i."""

    def __init__(self, n: int) -> None:
        self.n = n

    def row(self, index: int) -> LeadRow:
        """The lead at `index`."""
        return lead(index + 1, rank_key=max(1, 670_000 - index // 3))

    def page(self, query: PageQuery) -> LeadPage:
        """What the service would answer."""
        if query.from_end:
            start = self.n - query.limit
        elif query.after is not None:
            start = query.after.lead_id
        elif query.before is not None:
            start = query.before.lead_id - 1 - query.limit
        else:
            start = (query.at_place or 1) - 1
        stop = min(self.n, start + query.limit)
        start = max(0, start)
        rows = tuple(self.row(index) for index in range(start, stop))
        return LeadPage(rows, at_start=start == 0, at_end=stop >= self.n)
