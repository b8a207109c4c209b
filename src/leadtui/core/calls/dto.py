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
    view_id: int | None = None
    """The next best one of this view (`core.views`); my own due callbacks come first all the same."""


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
    ended_at: datetime | None = None
    """When the line was hung up; the talk time ends there."""


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
    macro_id: int | None = None
    """The macro that was chosen; its follow-up time counts, and its note may serve as the canned one."""
    guide_id: int | None = None
    """The version of the guide that stood beside the call."""
    ticks: tuple[str, ...] = ()
    """Codes of the guide's required lines that were said."""
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
class UndoCall:
    """Take back the call that was logged a moment ago: it is open again."""

    request_id: UUID
    call_id: int


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing did."""

    open_call: OpenCall
    """The call as it was before it was logged, under an id of its own."""
    released: int | None
    """The lead that had been taken since and was given back untouched."""


@dataclass(frozen=True, slots=True)
class CorrectCall:
    """Log one of my calls of today anew; the row that it corrects stays, superseded."""

    request_id: UUID
    call_id: int
    status: CallStatus
    note: str
    reason: NoAnswer | None = None
    outcome: Outcome | None = None
    callback_at: datetime | None = None
    product_id: int | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class MyCall:
    """One of my calls of today, as it counts now (its last correction)."""

    id: int
    at: datetime
    lead_id: int
    lead_name: str | None
    status: CallStatus
    reason: NoAnswer | None
    outcome: Outcome | None
    note: str
    callback_at: datetime | None
    product_id: int | None
    amount: Decimal | None
    corrected: bool


@dataclass(frozen=True, slots=True)
class HandOver:
    """Give a lead to a colleague of the team, with a note; they get a task."""

    request_id: UUID
    lead_id: int
    to_user: int
    note: str


@dataclass(frozen=True, slots=True)
class Assign:
    """Give a lead of the team to one of its agents, or (`to_user` None) back to the team."""

    request_id: UUID
    lead_id: int
    to_user: int | None
    note: str = ""
    """What the agent should know; they get a follow-up where it says something."""


@dataclass(frozen=True, slots=True)
class Macro:
    """One key of the digit table that logs a whole kind of call: outcome, note, follow-up."""

    id: int
    key: int
    """7, 8 or 9."""
    label_id: str
    label_en: str
    status: CallStatus
    reason: NoAnswer | None
    outcome: Outcome | None
    """INTERESTED, CALLBACK or NOT_INTERESTED where connected; None where not answered."""
    note_id: str
    note_en: str
    """Stands in the note; a connected call still needs typed words behind it."""
    follow_minutes: int | None
    """When the customer comes back, from now, moved into calling hours; None: as the outcome says."""
    active: bool = True
    version: int = 1

    def label(self, language: str) -> str:
        """Its name in `language` ("id", "en", …)."""
        return self.label_id if language.split("_")[0].lower() == "id" else self.label_en

    def note(self, language: str) -> str:
        """Its note in `language`."""
        return self.note_id if language.split("_")[0].lower() == "id" else self.note_en


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
