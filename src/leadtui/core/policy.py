"""Business settings, typed, and the rules that follow from them alone. Pure: no database.

They live in table `setting` (the whole bank's, overridden by a team's); `core/calls/settings.py` reads them,
`core/bank_settings/rules.py` says what each may hold.
Calling hours and attempt caps hold in the *customer's* zone. A customer whose zone is unknown may be called
only when it is allowed in all three, and their day ends when it has ended in all three.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from leadtui.core.bank_settings.rules import SPECS, Kind, Wrong, checked, together
from leadtui.core.errors import Invalid
from leadtui.core.leads.dto import Consent, Zone
from leadtui.core.regions import ZONE_NAMES

UNKNOWN_ZONE: Final = 0
"""How a customer without a zone is written among open zones."""

CALLBACK_EARLY: Final = timedelta(minutes=15)
"""How long before its time an owner sees, and may take, their own callback."""

_ZONES: Final[dict[Zone, ZoneInfo]] = {zone: ZoneInfo(name) for zone, name in ZONE_NAMES.items()}
# The last of the three to reach midnight: when its day has ended, everybody's has.
_LAST_MIDNIGHT: Final = Zone.WIB


SEARCHED_DAYS: Final = 120
"""How far ahead an opening is looked for: longer than any run of holidays."""


@dataclass(frozen=True, slots=True)
class DayOff:
    """A holiday, as far as calling goes."""

    day: date
    zone: Zone | None = None
    """None: the whole country."""
    joint_leave: bool = False
    """Cuti bersama: a setting says whether customers are called."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the bank decided. The defaults are those of the first migration."""

    consent_required: bool = True
    """Whether a customer of whom nothing is known may not be called; a no is a no either way."""
    window_enabled: bool = True
    window_from: time = time(8)
    window_to: time = time(18)
    """Calls start before this."""
    window_days: frozenset[int] = frozenset({1, 2, 3, 4, 5, 6})
    """ISO days of the week, Monday is 1."""
    attempts_per_day: int = 3
    attempts_lifetime: int = 8
    retry_minutes: int = 120
    """After nobody answered."""
    cool_off_days: tuple[int, ...] = (1, 7, 30)
    """After the first, second, … "not interested"; the last one repeats."""
    interested_days: int = 1
    callback_tries: int = 3
    """Unanswered callbacks until the lead goes back to the team."""
    lease_minutes: int = 15
    """After the last heartbeat."""
    undo_seconds: int = 10
    """How long a logged call can be undone."""
    absent_minutes: int = 30
    """A callback that is due this long, its owner not signed in, goes back to the team."""
    joint_leave: bool = False
    """Whether customers are called on joint leave (cuti bersama)."""
    holidays: frozenset[date] = frozenset()
    """Days of the customer on which nobody in the country is called; `joint_leave` is worked in."""
    zone_holidays: frozenset[tuple[Zone, date]] = frozenset()
    """The same of one zone."""

    @property
    def lease(self) -> timedelta:
        """How long a claim lasts without a heartbeat."""
        return timedelta(minutes=self.lease_minutes)

    @property
    def retry(self) -> timedelta:
        """How long a customer rests who did not answer."""
        return timedelta(minutes=self.retry_minutes)

    def cool_off(self, rejections: int) -> int:
        """Days of rest after the `rejections`-th (from 1) "not interested"."""
        return self.cool_off_days[min(max(rejections, 1), len(self.cool_off_days)) - 1]


def from_settings(values: Mapping[str, Any], days_off: Iterable[DayOff] = ()) -> Policy:
    """The policy of decoded settings and of the holidays; a key that is absent keeps its default.

    Raises Invalid (key → "setting_wrong") for a value that makes no sense: a floor must not start on it.
    """
    wrong: dict[str, str] = {}
    found: dict[str, Any] = {}
    for spec in SPECS:
        if not spec.field or spec.key not in values:
            continue
        try:
            found[spec.field] = _FIELDS[spec.kind](checked(spec, values[spec.key]))
        except Wrong:
            wrong[spec.key] = "setting_wrong"
    if not wrong:
        wrong = dict.fromkeys(together(values), "setting_wrong")
    if wrong:
        raise Invalid(wrong)
    policy = Policy(**found)
    closed = [one for one in days_off if not (one.joint_leave and policy.joint_leave)]
    return replace(
        policy,
        holidays=frozenset(one.day for one in closed if one.zone is None),
        zone_holidays=frozenset((one.zone, one.day) for one in closed if one.zone is not None),
    )


_FIELDS: Final[dict[Kind, Callable[[Any], Any]]] = {
    Kind.FLAG: bool,
    Kind.INT: int,
    Kind.TIME: time.fromisoformat,
    Kind.DAYS: frozenset,
    Kind.INTS: tuple,
    Kind.CHOICE: str,
}
"""A value of the registry as the policy has it."""


def consent_ok(policy: Policy, consent: Consent | None) -> bool:
    """Whether a customer with this answer may be called (`lead_queue.consent_ok`)."""
    if consent is None:
        return not policy.consent_required
    return consent is not Consent.NO


# days and hours of the customer ---------------------------------------------------------------------------


def local_day(zone: Zone | None, now: datetime) -> date:
    """The customer's day, by which attempts are counted."""
    return now.astimezone(_ZONES[zone or _LAST_MIDNIGHT]).date()


def next_day(zone: Zone | None, now: datetime) -> datetime:
    """When the customer's next day begins."""
    tz = _ZONES[zone or _LAST_MIDNIGHT]
    return datetime.combine(now.astimezone(tz).date() + timedelta(days=1), time(0), tz)


def window_open(policy: Policy, zone: Zone | None, now: datetime) -> bool:
    """Whether a customer of `zone` may be called at `now` (aware)."""
    if not policy.window_enabled:
        return True
    return all(_open_in(policy, one, now) for one in _asked(zone))


def open_zones(policy: Policy, now: datetime) -> tuple[int, ...]:
    """Zones whose customers may be called at `now`, UNKNOWN_ZONE among them: the predicate's parameter."""
    known = tuple(int(zone) for zone in Zone if window_open(policy, zone, now))
    return (UNKNOWN_ZONE, *known) if len(known) == len(Zone) else known


def next_opening(policy: Policy, zone: Zone | None, now: datetime) -> datetime | None:
    """When a customer of `zone` may be called next: `now` while the window is open, None if never.

    For an unknown zone the hours that are legal in all three count; there may be none.
    """
    if window_open(policy, zone, now):
        return now
    return next((start for start in _starts(policy, zone, now) if window_open(policy, zone, start)), None)


def first_opening(policy: Policy, now: datetime) -> datetime | None:
    """When anybody may be called next: `now` while a zone is open, None if never."""
    found = [at for zone in Zone if (at := next_opening(policy, zone, now)) is not None]
    return min(found, default=None)


def _asked(zone: Zone | None) -> Iterable[Zone]:
    return Zone if zone is None else (zone,)


def _open_in(policy: Policy, zone: Zone, now: datetime) -> bool:
    there = now.astimezone(_ZONES[zone])
    return (
        there.isoweekday() in policy.window_days
        and policy.window_from <= there.time() < policy.window_to
        and not closed_on(policy, zone, there.date())
    )


def closed_on(policy: Policy, zone: Zone | None, day: date) -> bool:
    """Whether `day` is a holiday of the customer; for an unknown zone, of any."""
    if day in policy.holidays:
        return True
    return bool(policy.zone_holidays) and any((one, day) in policy.zone_holidays for one in _asked(zone))


def _starts(policy: Policy, zone: Zone | None, now: datetime) -> Iterator[datetime]:
    """When the hours begin after `now`, soonest first. An opening of the common hours of several zones is the
    opening of one of them, so those are all the moments to look at."""
    asked = [_ZONES[one] for one in _asked(zone)]
    first = min(now.astimezone(tz).date() for tz in asked)
    for days in range(SEARCHED_DAYS):
        day = first + timedelta(days=days)
        if day.isoweekday() not in policy.window_days:
            continue
        for start in sorted(datetime.combine(day, policy.window_from, tz) for tz in asked):
            if start > now:
                yield start
