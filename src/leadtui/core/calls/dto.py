"""What the call services take and give."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID


class CallStatus(enum.IntEnum):
    """Whether somebody was reached."""

    NOT_ANSWERED = 0
    CONNECTED = 1


class NoAnswer(enum.IntEnum):
    """Why nobody was reached."""

    NO_ANSWER = 0
    BUSY = 1
    OFF = 2
    VOICEMAIL = 3


class Outcome(enum.IntEnum):
    """What came of a call (the digits `1`–`6` of the form)."""

    INTERESTED = 1
    CALLBACK = 2
    CLOSED = 3
    NOT_INTERESTED = 4
    WRONG_NUMBER = 5
    DO_NOT_CALL = 6


@dataclass(frozen=True, slots=True)
class Claim:
    """Take a lead and open a call: the next best one, or `lead_id`."""

    request_id: UUID
    lead_id: int | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """A customer of the team is on the line: open their call, whatever the queue says of them."""

    request_id: UUID
    lead_id: int


@dataclass(frozen=True, slots=True)
class OpenCall:
    """The call that is open now. There is at most one per agent."""

    id: UUID
    lead_id: int
    phone: str
    """Empty where nobody knows it (an incoming call)."""
    opened_at: datetime
    dialled_at: datetime | None
    answered_at: datetime | None
    lease_until: datetime
    live: bool
    """Whether it still holds lead and phone; False after the lease ended."""
    place: int | None
    probability: float | None
    synthetic: bool = False
    """A synthetic person: `dialled` records the time, but nothing may be dialled."""
    direction: int = 0
    """0 out, 1 in: the customer called, so it is answered and never dialled."""


@dataclass(frozen=True, slots=True)
class LogCall:
    """Finish the open call with an outcome and a note.

    The outcome decides which fields count: a time, product or amount that it does not ask for is left out.
    """

    request_id: UUID
    open_call_id: UUID
    status: CallStatus
    note: str
    reason: NoAnswer | None = None
    outcome: Outcome | None = None
    callback_at: datetime | None = None
    """Aware; required for CALLBACK, optional for INTERESTED."""
    product_id: int | None = None
    """Required for CLOSED."""
    amount: Decimal | None = None
    """In the team's currency; required for CLOSED, above zero."""
    canned: bool = False
    """The note is a one-key text, which a connected call may not have."""
    keep_mine: bool = False
    """Record the call although its lead has moved on (the answer to Conflict("lead_moved_on")): the lead
    stays as it is now, unless this call is final (closed, do not call)."""


@dataclass(frozen=True, slots=True)
class Logged:
    """What logging did."""

    call_id: int
    lead_id: int
    state: int
    """LeadState after the call."""
    hidden_until: datetime | None
    task_id: int | None


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Return a lead before dialling, with a reason (counted)."""

    request_id: UUID
    open_call_id: UUID
    reason: str
    """One of `GIVE_BACK_REASONS`."""


GIVE_BACK_REASONS = ("not_now", "know_them", "wrong_language", "other")


@dataclass(frozen=True, slots=True)
class Product:
    """Something that can be sold."""

    id: int
    code: str
    name_id: str
    name_en: str

    def name(self, language: str) -> str:
        """Its name in `language` ("id", "id_ID", "en", …); English where it is neither."""
        return self.name_id if language.split("_")[0].lower() == "id" else self.name_en
