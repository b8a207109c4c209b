"""What the pause services take and give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

REASONS: Final = ("break", "prayer", "meal", "training", "admin", "other")
"""Why somebody takes no calls."""


@dataclass(frozen=True, slots=True)
class StartPause:
    """Take no calls from now on, or as soon as the open call is finished."""

    request_id: UUID
    reason: str
    """One of REASONS."""
    after_call: bool = False
    """Begins when the call that is open is logged or given back; at once where none is."""


@dataclass(frozen=True, slots=True)
class EndPause:
    """Take calls again."""

    request_id: UUID


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause of mine."""

    id: int
    reason: str
    since: datetime | None
    """None: it waits for the end of the open call."""
    until: datetime | None
    """None: it lasts."""

    @property
    def waiting(self) -> bool:
        """Whether it begins only when the open call is finished."""
        return self.since is None


@dataclass(frozen=True, slots=True)
class PauseDay:
    """My pauses of today, the team's day."""

    current: Pause | None
    seconds: int
    by_reason: tuple[tuple[str, int], ...]
    """(reason, seconds), the longest first; what lasts is counted up to now."""
