"""The state table of DESIGN §3: what a call does to a lead, its tasks and its number. Pure."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from leadtui.core.calls.dto import CallStatus, NoAnswer, Outcome
from leadtui.core.calls.eligibility import Standing
from leadtui.core.leads.dto import LeadState
from leadtui.core.policy import CALLBACK_EARLY, Policy, local_day, next_day


class Owner(enum.Enum):
    """Whose the lead is after the call."""

    KEEP = enum.auto()
    CALLER = enum.auto()
    NOBODY = enum.auto()


class Back(enum.Enum):
    """When the lead returns to the queue."""

    RETRY = enum.auto()
    """After the retry time; the next day where the day's cap is reached."""
    NEXT_STEP = enum.auto()
    """At the time agreed, else after `interested_days`."""
    AT_CALLBACK = enum.auto()
    """At the time agreed, above every score."""
    COOL_OFF = enum.auto()
    NEVER = enum.auto()
    """The state itself keeps it out."""


class Close(enum.Enum):
    """What becomes of the lead's open tasks."""

    PUSH = enum.auto()
    """A callback is proposed again; after `callback_tries` it is released to the team."""
    ANSWERED = enum.auto()
    """The callback and what was due are done: this call was what they asked for."""
    ALL = enum.auto()
    """Every open task is cancelled: nobody may call any more."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    state: LeadState | None
    """None: unchanged."""
    owner: Owner
    back: Back
    close: Close
    new_task: bool = False
    """A call-back task, or a follow-up where a time was given."""


TABLE: Final[dict[Outcome | None, Row]] = {
    None: Row(None, Owner.KEEP, Back.RETRY, Close.PUSH),
    Outcome.INTERESTED: Row(LeadState.QUALIFIED, Owner.CALLER, Back.NEXT_STEP, Close.ANSWERED, True),
    Outcome.CALLBACK: Row(LeadState.CONTACTED, Owner.CALLER, Back.AT_CALLBACK, Close.ANSWERED, True),
    Outcome.CLOSED: Row(LeadState.CONVERTED, Owner.CALLER, Back.NEVER, Close.ANSWERED),
    Outcome.NOT_INTERESTED: Row(LeadState.REJECTED, Owner.NOBODY, Back.COOL_OFF, Close.ANSWERED),
    Outcome.WRONG_NUMBER: Row(LeadState.BAD_NUMBER, Owner.NOBODY, Back.NEVER, Close.ALL),
    Outcome.DO_NOT_CALL: Row(LeadState.DO_NOT_CALL, Owner.NOBODY, Back.NEVER, Close.ALL),
}
"""Outcome (None: not answered) → what follows. A wrong number of a lead that has another good one is tried
again as if nobody had answered."""

_WINS: Final = {LeadState.CONVERTED: 1, LeadState.DO_NOT_CALL: 2}
"""Final states: only a stronger one replaces them. A number that was blocked while somebody was talking
counts as 1: nothing is arranged any more, but a sale that was made stands."""


class TaskEnd(enum.IntEnum):
    """`task.state`."""

    OPEN = 0
    DONE = 1
    CANCELLED = 2
    RELEASED = 3


@dataclass(frozen=True, slots=True)
class Call:
    """What was logged."""

    status: CallStatus
    outcome: Outcome | None
    agent_id: int
    at: datetime
    next_at: datetime | None
    """The time agreed, for CALLBACK and INTERESTED."""
    tries: int = 0
    """Unanswered tries of the lead's open callback, before this call."""
    other_number: bool = False
    """The lead has another number that works."""
    overtaken: bool = False
    """The lead had moved on when this was logged: only a final outcome still changes it."""
    incoming: bool = False
    """The customer called us: no attempt of ours, and no cap counts it."""
    follow_at: datetime | None = None
    """A macro's time, inside calling hours: instead of the retry time, or of `interested_days`."""


@dataclass(frozen=True, slots=True)
class After:
    """The queue's row after the call, and what becomes of tasks."""

    state: LeadState
    owner_id: int | None
    callback_at: datetime | None
    hidden_until: datetime | None
    capped: bool
    attempts: int
    attempts_today: int
    attempts_day: date
    rejections: int
    close: Close | None
    """None: no task is touched."""
    push_to: datetime | None = None
    """Close.PUSH: when the callback is proposed again; None: it is released to the team."""
    new_task_at: datetime | None = None
    bad_number: bool = False
    """The number called is not this person's."""


def state_now(state: LeadState, hidden_until: datetime | None, now: datetime) -> LeadState:
    """A rejected lead whose cool-off has passed is pending again by itself."""
    if state is LeadState.REJECTED and (hidden_until is None or hidden_until <= now):
        return LeadState.PENDING
    return state


def after(before: Standing, call: Call, policy: Policy) -> After:
    """What the table makes of `call` on a lead that stood as `before`.

    Every call of ours counts as an attempt, answered or not (the model's `campaign`); caps bite after a call
    that reached nobody: what was agreed in a conversation is not undone by a cap.
    """
    wrong = call.outcome is Outcome.WRONG_NUMBER
    row = TABLE[None if wrong and call.other_number else call.outcome]
    state = state_now(before.state, before.hidden_until, call.at)
    day = local_day(before.zone, call.at)
    attempt = 0 if call.incoming else 1
    attempts = before.attempts + attempt
    today = (before.attempts_today if before.attempts_day == day else 0) + attempt
    counted = After(
        state=state,
        owner_id=before.owner_id,
        callback_at=before.callback_at,
        hidden_until=before.hidden_until,
        capped=before.capped,
        attempts=attempts,
        attempts_today=today,
        attempts_day=day,
        rejections=before.rejections,
        close=None,
        bad_number=wrong,
    )
    if only_noted(before, call.outcome) or (call.overtaken and _strength(row) == 0):
        return counted
    if row.back is Back.RETRY:
        return _unanswered(before, call, policy, counted)
    rejections = before.rejections + (row.back is Back.COOL_OFF)
    hidden: datetime | None = None
    if row.back is Back.NEXT_STEP:
        hidden = call.next_at or call.follow_at or call.at + timedelta(days=policy.interested_days)
    elif row.back is Back.COOL_OFF:
        hidden = call.at + timedelta(days=policy.cool_off(rejections))
    return After(
        state=row.state if row.state is not None else state,
        owner_id={Owner.KEEP: before.owner_id, Owner.CALLER: call.agent_id, Owner.NOBODY: None}[row.owner],
        callback_at=call.next_at if row.back is Back.AT_CALLBACK else None,
        hidden_until=hidden,
        capped=before.capped,
        attempts=attempts,
        attempts_today=today,
        attempts_day=day,
        rejections=rejections,
        close=row.close,
        new_task_at=call.next_at if row.new_task else None,
        bad_number=wrong,
    )


def _strength(row: Row) -> int:
    return 0 if row.state is None else _WINS.get(row.state, 0)


def only_noted(before: Standing, outcome: Outcome | None) -> bool:
    """Whether the lead stays as it is whatever was agreed: it has left the queue for good."""
    held = max(_WINS.get(before.state, 0), 1 if before.dnc else 0)
    return held > _strength(TABLE[outcome])


def _unanswered(before: Standing, call: Call, policy: Policy, counted: After) -> After:
    back = call.follow_at or call.at + policy.retry
    if counted.attempts_today >= policy.attempts_per_day:
        back = max(back, next_day(before.zone, call.at))
    capped = before.capped or counted.attempts - before.attempts_forgiven >= policy.attempts_lifetime
    promised = before.callback_at is not None and before.owner_id is not None
    kept = promised and not capped and call.tries + 1 < policy.callback_tries
    return After(
        state=counted.state,
        # a callback that was tried often enough, and a lead at its cap, are nobody's own any more
        owner_id=before.owner_id if (kept or not promised) and not capped else None,
        callback_at=back if kept else None,
        hidden_until=None if kept else back,
        capped=capped,
        attempts=counted.attempts,
        attempts_today=counted.attempts_today,
        attempts_day=counted.attempts_day,
        rejections=before.rejections,
        close=Close.ALL if capped else Close.PUSH,
        push_to=back if kept else None,
        bad_number=counted.bad_number,
    )


@dataclass(frozen=True, slots=True)
class Share:
    """What a call, or the difference of two, is to the agent's day."""

    calls: int = 0
    contacts: int = 0
    closings: int = 0
    callbacks: int = 0
    amount: Decimal = Decimal(0)
    talk_seconds: int = 0
    expected: float = 0.0
    """The probability that served it; 0 where the customer called."""

    def __sub__(self, other: Share) -> Share:
        return Share(
            self.calls - other.calls,
            self.contacts - other.contacts,
            self.closings - other.closings,
            self.callbacks - other.callbacks,
            self.amount - other.amount,
            self.talk_seconds - other.talk_seconds,
            self.expected - other.expected,
        )


def share(
    status: CallStatus,
    outcome: Outcome | None,
    amount: Decimal | None,
    talk: int | None,
    rank_key: int,
    *,
    incoming: bool,
) -> Share:
    """What one call is to its agent's day."""
    return Share(
        calls=1,
        contacts=int(status is CallStatus.CONNECTED),
        closings=int(outcome is Outcome.CLOSED),
        callbacks=int(outcome is Outcome.CALLBACK),
        amount=amount or Decimal(0),
        talk_seconds=talk or 0,
        # who calls by themselves was not served by a score
        expected=0.0 if incoming else max(rank_key, 0) / 1_000_000,
    )


def talked(status: CallStatus, answered: datetime | None, ended: datetime) -> int | None:
    """Seconds from "answered" to the end. Whoever pressed "answered" and then "not answered" has talked to
    nobody."""
    if status is not CallStatus.CONNECTED or answered is None:
        return None
    return max(0, round((ended - answered).total_seconds()))


def due_before(at: datetime) -> datetime:
    """Tasks due up to here were what a call at `at` was for."""
    return at + CALLBACK_EARLY


# the form ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Digit:
    """What one digit key of the form means."""

    status: CallStatus
    outcome: Outcome | None
    reason: NoAnswer | None


def digit(key: int, *, answered: bool, reason: NoAnswer = NoAnswer.NO_ANSWER) -> Digit:
    """Status and outcome of `0`–`6`: connected unless `0`, or `5` before anybody answered.

    Raises ValueError for any other key.
    """
    if key == 0:
        return Digit(CallStatus.NOT_ANSWERED, None, reason)
    outcome = Outcome(key)
    if outcome is Outcome.WRONG_NUMBER and not answered:
        return Digit(CallStatus.NOT_ANSWERED, outcome, reason)
    return Digit(CallStatus.CONNECTED, outcome, None)


@dataclass(frozen=True, slots=True)
class Consequence:
    """One thing that a digit leads to, for its row of the form. Front doors word it."""

    code: str
    """`back_in` (minutes), `next_day`, `attempt` (n, of), `last_attempt` (n, of), `yours_back_in` (days),
    `makes_task`, `callback_try` (n, of), `released`, `product_amount`, `hidden` (days), `until_corrected`,
    `other_number`, `for_good`, `noted`."""
    data: Mapping[str, int] = field(default_factory=dict)


def consequences(
    outcome: Outcome | None,
    policy: Policy,
    before: Standing,
    now: datetime,
    *,
    tries: int = 0,
    other_number: bool = False,
) -> tuple[Consequence, ...]:
    """What choosing `outcome` (None: not answered) leads to, the most important first."""
    if outcome is not None and only_noted(before, outcome):
        return (Consequence("noted"),)
    if outcome is Outcome.WRONG_NUMBER and not other_number:
        return (Consequence("until_corrected"),)
    call = Call(
        CallStatus.NOT_ANSWERED if outcome is None else CallStatus.CONNECTED,
        outcome, before.owner_id or 0, now, None, tries, other_number,
    )  # fmt: skip
    then = after(before, call, policy)
    if outcome is None or outcome is Outcome.WRONG_NUMBER:
        return _back(outcome, policy, before, then, now, tries)
    if outcome is Outcome.NOT_INTERESTED:
        return (Consequence("hidden", {"days": policy.cool_off(before.rejections + 1)}),)
    return {
        Outcome.INTERESTED: (Consequence("yours_back_in", {"days": policy.interested_days}),),
        Outcome.CALLBACK: (Consequence("makes_task"),),
        Outcome.CLOSED: (Consequence("product_amount"),),
        Outcome.DO_NOT_CALL: (Consequence("for_good"),),
    }[outcome]


def _back(
    outcome: Outcome | None, policy: Policy, before: Standing, then: After, now: datetime, tries: int
) -> tuple[Consequence, ...]:
    count = {"n": then.attempts - before.attempts_forgiven, "of": policy.attempts_lifetime}
    if then.capped:
        return (Consequence("last_attempt", count),)
    found = [Consequence("other_number")] if outcome is Outcome.WRONG_NUMBER else []
    later = then.attempts_today >= policy.attempts_per_day and next_day(before.zone, now) > now + policy.retry
    found.append(
        Consequence("next_day") if later else Consequence("back_in", {"minutes": policy.retry_minutes})
    )
    if before.callback_at is not None:
        tried = {"n": tries + 1, "of": policy.callback_tries}
        found.append(Consequence("released") if then.push_to is None else Consequence("callback_try", tried))
    found.append(Consequence("attempt", count))
    return tuple(found)
