"""Why a customer may or may not be called now: the queue's predicate (`predicate.py`) in words. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from leadtui.core.leads.dto import LeadState, Zone
from leadtui.core.policy import CALLBACK_EARLY, Policy, local_day, next_opening, window_open

LEFT: frozenset[LeadState] = frozenset({LeadState.CONVERTED, LeadState.DO_NOT_CALL, LeadState.BAD_NUMBER})
"""States that have left the queue until somebody changes them."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a lead stands: what the queue's row says."""

    state: LeadState
    owner_id: int | None
    claimed_by: int | None
    claimed_until: datetime | None
    hidden_until: datetime | None
    callback_at: datetime | None
    consent_ok: bool
    dnc: bool
    phone_ok: bool
    capped: bool
    attempts: int
    attempts_today: int
    attempts_day: date | None
    """The customer's day that `attempts_today` counts."""
    rejections: int
    zone: Zone | None
    version: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing that stands against calling."""

    code: str
    """One of those that `Lead.not_callable` lists."""
    until: datetime | None = None
    """When it changes by itself; None if it does not."""


def verdicts(standing: Standing, policy: Policy, me: int, now: datetime) -> tuple[Verdict, ...]:
    """What stands against `me` calling this lead by hand now; empty is callable.

    Their own callback may be taken `CALLBACK_EARLY` before its time. A lease of `me` is none: it is the call
    that is open already.
    """
    found: list[Verdict] = []
    if standing.state in LEFT:
        found.append(Verdict("state"))
    if standing.dnc:
        found.append(Verdict("do_not_call"))
    if not standing.consent_ok:
        found.append(Verdict("consent"))
    if not standing.phone_ok:
        found.append(Verdict("no_phone"))
    if standing.capped:
        found.append(Verdict("cap"))
    if (rest := _rest(standing, policy, me, now)) is not None:
        found.append(rest)
    if standing.claimed_until is not None and standing.claimed_until > now and standing.claimed_by != me:
        found.append(Verdict("lease", standing.claimed_until))
    if standing.owner_id not in (None, me):
        found.append(Verdict("owner"))
    if not window_open(policy, standing.zone, now):
        found.append(Verdict("window", next_opening(policy, standing.zone, now)))
    return tuple(found)


def _rest(standing: Standing, policy: Policy, me: int, now: datetime) -> Verdict | None:
    """Hidden for a while: the day's cap of attempts, a cool-off, or a callback promised for later."""
    promised = standing.callback_at
    if promised is not None and standing.owner_id == me and promised <= now + CALLBACK_EARLY:
        promised = None
    until = max((at for at in (standing.hidden_until, promised) if at is not None), default=None)
    if until is None or until <= now:
        return None
    tried = standing.attempts_today if standing.attempts_day == local_day(standing.zone, now) else 0
    return Verdict("cap" if tried >= policy.attempts_per_day else "cool_off", until)
