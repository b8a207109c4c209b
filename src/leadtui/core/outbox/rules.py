"""When a mail is tried again, and who is never mailed. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

DELAYS: Final = tuple(timedelta(minutes=n) for n in (1, 5, 15, 60, 240, 480, 720))
"""After the first, second, … try that failed for now; a day and a quarter in all."""

MORNING: Final = (time(6), time(10))
"""When a digest of the day may leave, in the receiver's zone."""

_RESERVED: Final = ("example.com", "example.net", "example.org")
_ENDS: Final = (".example", ".invalid", ".localhost")


def next_try(tries: int, now: datetime) -> datetime | None:
    """When to try again after the `tries`-th try (from 1); None: it was the last."""
    return now + DELAYS[tries - 1] if 1 <= tries <= len(DELAYS) else None


def made_up(email: str) -> bool:
    """Whether an address belongs to nobody: the demo's, and names that are reserved for examples."""
    domain = email.rpartition("@")[2].lower().rstrip(".")
    return (
        domain.startswith("demo.")
        or domain.endswith(_ENDS)
        or any(domain == name or domain.endswith(f".{name}") for name in _RESERVED)
    )
