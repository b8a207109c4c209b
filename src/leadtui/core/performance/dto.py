"""What the performance services give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class DayCounts:
    """One agent's day in the team's zone.

    Contact rate is contacts ÷ calls; conversion is closings ÷ contacts.
    """

    day: date
    calls: int
    contacts: int
    closings: int
    amount: Decimal
    currency: str
    callbacks: int
    by_hour: tuple[tuple[int, int, int], ...]
    """(hour of the team's zone, calls, contacts), hours with calls only."""
    pause_seconds: int = 0
    """Taken no calls, up to now."""
