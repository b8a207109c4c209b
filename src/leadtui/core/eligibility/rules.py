"""From checks to what people are told, and what an override may lift. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from leadtui.core.calls.eligibility import Check, Standing
from leadtui.core.eligibility.dto import Listed, Reason
from leadtui.core.leads.dto import LeadState, Zone
from leadtui.core.policy import Policy, closed_on, local_day, window_open

REFUSALS: Final = {
    "do_not_call": "override_do_not_call",
    "consent": "override_consent",
    "phone": "override_phone",
    "day": "override_day",
    "lease": "override_lease",
    "window": "override_window",
}
"""Predicate → why no override lifts it; the sentence says what to do instead."""


def reason_of(check: Check, standing: Standing, policy: Policy, now: datetime) -> Reason:
    """A check with its numbers; names and evidence come from `service`."""
    plain = Reason(check.code, check.ok, check.until, kind=check.why)
    if check.code == "state":
        state = standing.state
        if state is LeadState.REJECTED and (standing.hidden_until is None or standing.hidden_until <= now):
            state = LeadState.PENDING
        return replace(plain, state=state)
    if check.code == "lifetime":
        return replace(plain, n=standing.counted, of=policy.attempts_lifetime)
    if check.code == "day":
        today = standing.attempts_today if standing.attempts_day == local_day(standing.zone, now) else 0
        return replace(plain, n=today, of=policy.attempts_per_day)
    if check.why == "callback":
        return replace(plain, at=standing.callback_at, mine=check.until != standing.callback_at)
    if check.code == "window":
        return replace(plain, kind=_window(policy, standing.zone, now))
    return plain


def _window(policy: Policy, zone: Zone | None, now: datetime) -> str:
    if not policy.window_enabled:
        return "off"
    if window_open(policy, zone, now):
        return "open"
    if closed_on(policy, zone, local_day(zone, now)):
        return "holiday"
    days = {local_day(one, now).isoweekday() for one in (Zone if zone is None else (zone,))}
    return "hours" if days & policy.window_days else "weekday"


def blocked_kind(person: bool, listed: Sequence[Listed]) -> str:
    """Who is on the do-not-call list: the person, a number of theirs, both, or a number that they had."""
    if person:
        return "both" if listed else "person"
    return "number" if listed else "other"


def refusal(check: Check, standing: Standing, *, works: bool) -> str | None:
    """Why an override may not lift this check now, as an error code; None where it may.

    `works`: the lead has a number that is neither wrong nor on the do-not-call list.
    """
    if check.ok:
        return "override_not_needed"
    if check.code in REFUSALS:
        return REFUSALS[check.code]
    if check.code == "rest" and check.why == "callback":
        return "override_callback"
    if check.code == "state":
        if standing.state is LeadState.DO_NOT_CALL:
            return "override_do_not_call"
        if standing.state is LeadState.CONVERTED:
            return "override_converted"
        return None if works else "override_number"
    return None
