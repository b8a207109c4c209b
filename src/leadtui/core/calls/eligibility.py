"""Why a customer may or may not be called now: the queue's predicate (`predicate.py`), one check after the
other. Pure; `core.eligibility` adds names, numbers and evidence, front doors word it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from leadtui.core.leads.dto import LeadState, Zone
from leadtui.core.policy import CALLBACK_EARLY, Policy, local_day, next_day, next_opening, window_open

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
    attempts_forgiven: int = 0
    """Calls before an override of the lifetime cap: it counts from here."""

    @property
    def counted(self) -> int:
        """Calls that the lifetime cap counts."""
        return max(0, self.attempts - self.attempts_forgiven)


@dataclass(frozen=True, slots=True)
class Check:
    """One predicate and how it stands."""

    code: str
    """One of CODES."""
    ok: bool
    until: datetime | None = None
    """Where it is not: when that changes by itself; None if it does not."""
    why: str = ""
    """What kind of rest: `callback`, `cool_off`, `interested` or `retry`."""


CODES: Final = (
    "state", "do_not_call", "consent", "phone", "lifetime", "day", "rest", "lease", "owner", "window",
)  # fmt: skip
"""Every predicate, in the order in which they are told."""

_LISTED: Final = {"phone": "no_phone", "lifetime": "cap", "day": "cap", "rest": "cool_off"}
"""Check → its code in `Lead.not_callable`, where that is another."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing that stands against calling."""

    code: str
    """One of those that `Lead.not_callable` lists."""
    until: datetime | None = None
    """When it changes by itself; None if it does not."""


def checks(standing: Standing, policy: Policy, me: int, now: datetime) -> tuple[Check, ...]:
    """Every predicate of calling this lead by hand now, in the order of CODES; all of them ok is callable.

    Their own callback may be taken `CALLBACK_EARLY` before its time. A lease of `me` is none: it is the call
    that is open already. The day's cap and a rest never stand against it together: the one is why the other.
    """
    rest = _rest(standing, policy, me, now)
    held = standing.claimed_until is not None and standing.claimed_until > now and standing.claimed_by != me
    opens = None if window_open(policy, standing.zone, now) else next_opening(policy, standing.zone, now)
    return (
        Check("state", standing.state not in LEFT),
        Check("do_not_call", not standing.dnc),
        Check("consent", standing.consent_ok),
        Check("phone", standing.phone_ok),
        Check("lifetime", not standing.capped),
        rest if rest is not None and rest.code == "day" else Check("day", True),
        rest if rest is not None and rest.code == "rest" else Check("rest", True),
        Check("lease", not held, standing.claimed_until if held else None),
        Check("owner", standing.owner_id in (None, me)),
        Check("window", window_open(policy, standing.zone, now), opens),
    )


def verdicts(standing: Standing, policy: Policy, me: int, now: datetime) -> tuple[Verdict, ...]:
    """What stands against `me` calling this lead by hand now; empty is callable."""
    return tuple(
        Verdict(_LISTED.get(check.code, check.code), check.until)
        for check in checks(standing, policy, me, now)
        if not check.ok
    )


def callable_at(
    found: tuple[Check, ...], policy: Policy, zone: Zone | None, now: datetime
) -> datetime | None:
    """When a lead with these checks may be called, if nobody does anything: `now` where it may be, None where
    something has to be done first or the window never opens."""
    against = [check for check in found if not check.ok]
    untils = [check.until for check in against]
    if None in untils:
        return None
    rested = [check.until for check in against if check.until is not None and check.code != "window"]
    return next_opening(policy, zone, max([now, *rested]))


def _rest(standing: Standing, policy: Policy, me: int, now: datetime) -> Check | None:
    """Hidden for a while: the day's cap of attempts, a cool-off, or a callback promised for later."""
    promised = standing.callback_at
    if promised is not None and standing.owner_id == me:
        promised -= CALLBACK_EARLY
    until = max((at for at in (standing.hidden_until, promised) if at is not None), default=None)
    if until is None or until <= now:
        return None
    tried = standing.attempts_today if standing.attempts_day == local_day(standing.zone, now) else 0
    if tried >= policy.attempts_per_day and until <= next_day(standing.zone, now):
        return Check("day", False, until)
    if until == promised:
        return Check("rest", False, until, "callback")
    kinds = {LeadState.REJECTED: "cool_off", LeadState.QUALIFIED: "interested"}
    return Check("rest", False, until, kinds.get(standing.state, "retry"))
