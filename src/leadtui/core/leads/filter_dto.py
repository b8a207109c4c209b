"""What narrows a list: a frozen value, no database, no wording."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

YES: Final = 1
NO: Final = 0
UNKNOWN: Final = 2
"""A three-valued fact as a filter asks for it."""


class LeadState(enum.IntEnum):
    """Where a lead stands, derived from its calls by the table of DESIGN §3."""

    PENDING = 0
    QUALIFIED = 1
    CONTACTED = 2
    CONVERTED = 3
    REJECTED = 4
    DO_NOT_CALL = 5
    BAD_NUMBER = 6


class Owner(enum.StrEnum):
    """Whose a lead is, seen by the reader."""

    ME = "me"
    NOBODY = "none"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """What narrows the list. Every field None or empty means "any"."""

    search: str = ""
    """Starts of words of name or (from three letters on) city, the start of an e-mail (with its @), a phone
    number: its start, or from four digits on also its end."""
    min_score: float | None = None
    """Probability, 0–1."""
    max_score: float | None = None
    min_age: int | None = None
    max_age: int | None = None
    jobs: tuple[int, ...] = ()
    """Codes of `scoring.codes.JOB`."""
    states: tuple[LeadState, ...] = ()
    marital: tuple[int, ...] = ()
    """Codes of `scoring.codes`' marital statuses."""
    education: tuple[int, ...] = ()
    city: str = ""
    """Starts of city names, any case or accent; any of them, with commas between."""
    provinces: tuple[str, ...] = ()
    """As stored; `service.places` gives those there are."""
    min_balance: Decimal | None = None
    """In the lead's own currency; an unknown balance is within no bound."""
    max_balance: Decimal | None = None
    min_attempts: int | None = None
    """Calls of this campaign so far."""
    max_attempts: int | None = None
    min_idle_days: int | None = None
    """Whole days since the last contact, at least; who was never contacted has been idle for ever."""
    max_idle_days: int | None = None
    """At most; who was never contacted is not within it."""

    tags: tuple[str, ...] = ()
    """Names; any of them."""
    owner: Owner | None = None
    min_callback_days: int | None = None
    """Days from today (the reader's day) to the promised callback; 0 is today, −1 yesterday."""
    max_callback_days: int | None = None
    default: tuple[int, ...] = ()
    """Answers to "has credit in default?": of `YES`, `NO` and `UNKNOWN`; any of them."""
    housing: tuple[int, ...] = ()
    """The same of a housing loan."""
    loan: tuple[int, ...] = ()
    """The same of a personal loan."""
    not_jobs: tuple[int, ...] = ()
    """None of these; an unknown job is none of them. So with the next ones."""
    not_marital: tuple[int, ...] = ()
    not_education: tuple[int, ...] = ()
    not_city: str = ""
    not_provinces: tuple[str, ...] = ()
    not_tags: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing is narrowed."""
        return self == LeadFilter()
