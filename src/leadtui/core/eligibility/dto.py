"""Why a customer may or may not be called, predicate by predicate, and what an admin lifted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from leadtui.core.leads.dto import Consent, LeadState, Zone

LIFTABLE = ("state", "lifetime", "rest", "owner")
"""Predicates that an override may lift: `state` only for a wrong number that was corrected, `rest` only where
no callback was promised. Consent, do-not-call, hours and the day's cap never: see `Reason.instead`."""

REASON_LEAST, REASON_MOST = 3, 500
"""Characters of an override's reason."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A number on the do-not-call list."""

    ending: str
    """Its last four digits."""
    reason: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Reason:
    """One predicate, how it stands, and when that changes."""

    code: str
    """One of `calls.eligibility.CODES`."""
    ok: bool
    until: datetime | None = None
    """When it changes by itself; None: not without somebody."""
    liftable: bool = False
    """An override would lift it now (whoever may override)."""
    kind: str = ""
    """rest: `callback`, `cool_off`, `interested`, `retry`; window: `open`, `off` (hours are not kept),
    `hours`, `weekday`, `holiday`; phone: `none`, `bad`, `listed`, `some`; do_not_call: `person`, `number`,
    `both`, `other` (a number that the lead had)."""
    n: int | None = None
    """lifetime, day: calls that count; phone: numbers that work."""
    of: int | None = None
    """lifetime, day: the cap; phone: numbers there are."""
    who: str | None = None
    """lease, owner: whose it is; None where it is nobody's, or somebody who is gone."""
    mine: bool = False
    """lease, owner, a promised callback: it is the asker's own."""
    state: LeadState | None = None
    consent: Consent | None = None
    source: str | None = None
    """consent: where it was given, or taken back."""
    at: datetime | None = None
    """consent: when; rest: the time that was promised."""
    numbers: tuple[Listed, ...] = ()
    """do_not_call: which of the customer's numbers are on the list."""
    holiday: str | None = None
    """window: the holiday for which nobody is called there today, by its Indonesian name."""
    holiday_en: str | None = None


@dataclass(frozen=True, slots=True)
class Lifted:
    """One override, as it was made."""

    lead_id: int
    code: str
    at: datetime
    by_name: str | None
    reason: str
    version: int = 0
    """Of the lead, after it; 0 in a listing."""


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Every predicate of one lead, in a steady order."""

    lead_id: int
    name: str | None
    version: int
    """Of the lead's place in the queue, for `Override.version`."""
    now: datetime
    callable: bool
    """Whether every predicate is ok: the queue's own answer for the asker."""
    at: datetime | None
    """When it may be called by itself: `now` where it may be; None: somebody has to do something first."""
    zone: Zone | None
    """The customer's; None is unknown, and the hours legal in all three count."""
    synthetic: bool
    reasons: tuple[Reason, ...]
    lifted: tuple[Lifted, ...] = field(default=())
    """What was overridden, newest first, at most 20."""

    @property
    def against(self) -> tuple[Reason, ...]:
        """What stands against calling."""
        return tuple(reason for reason in self.reasons if not reason.ok)


@dataclass(frozen=True, slots=True)
class Override:
    """Lift what stands against calling a lead."""

    request_id: UUID
    lead_id: int
    code: str
    """One of LIFTABLE."""
    reason: str
    """REASON_LEAST to REASON_MOST characters; kept for good."""
    version: int | None = None
    """`WhyNot.version` as it was read; None does not ask."""
