"""Business settings, typed, and the rules that follow from them alone. Pure: no database.

They live in table `setting` (the whole bank's, overridden by a team's); `core/calls/settings.py` reads them.
Calling hours and attempt caps hold in the *customer's* zone. A customer whose zone is unknown may be called
only when it is allowed in all three, and their day ends when it has ended in all three.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

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


def from_settings(values: Mapping[str, Any]) -> Policy:
    """The policy of decoded settings; a key that is absent keeps its default.

    Raises Invalid (key → "setting_wrong") for a value that makes no sense: a floor must not start on it.
    """
    wrong: dict[str, str] = {}
    found: dict[str, Any] = {}
    for key, (name, convert) in _KEYS.items():
        if key not in values:
            continue
        try:
            found[name] = convert(values[key])
        except (TypeError, ValueError):
            wrong[key] = "setting_wrong"
    policy = Policy(**found)
    if policy.window_from >= policy.window_to:
        wrong["window.to"] = "setting_wrong"
    if wrong:
        raise Invalid(wrong)
    return policy


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 100_000:
        raise ValueError(value)
    return value


def _clock(value: Any) -> time:
    found = time.fromisoformat(value)
    if found.tzinfo is not None:
        raise ValueError(value)
    return found


def _days(value: Any) -> frozenset[int]:
    found = frozenset(_count(day) for day in value)
    if not found <= frozenset(range(1, 8)):
        raise ValueError(value)
    return found


def _counts(value: Any) -> tuple[int, ...]:
    found = tuple(_count(item) for item in value)
    if not found:
        raise ValueError(value)
    return found


_KEYS: Final[dict[str, tuple[str, Any]]] = {
    "consent.required": ("consent_required", _flag),
    "window.enabled": ("window_enabled", _flag),
    "window.from": ("window_from", _clock),
    "window.to": ("window_to", _clock),
    "window.days": ("window_days", _days),
    "attempts.per_day": ("attempts_per_day", _count),
    "attempts.lifetime": ("attempts_lifetime", _count),
    "attempts.retry_minutes": ("retry_minutes", _count),
    "cool_off.days": ("cool_off_days", _counts),
    "interested.days": ("interested_days", _count),
    "callback.tries": ("callback_tries", _count),
    "lease.minutes": ("lease_minutes", _count),
    "undo.seconds": ("undo_seconds", _count),
    "callback.absent_minutes": ("absent_minutes", _count),
}
"""Setting key → (field, conversion)."""


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
    return all(_open_in(policy, _ZONES[one], now) for one in _asked(zone))


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
    # An opening of the common hours is the opening of one zone, so those are all the moments to look at.
    starts = sorted(
        start
        for one in _asked(zone)
        for days in range(9)
        if (start := _start(policy, _ZONES[one], now, days)) > now
    )
    return next((start for start in starts if window_open(policy, zone, start)), None)


def first_opening(policy: Policy, now: datetime) -> datetime | None:
    """When anybody may be called next: `now` while a zone is open, None if never."""
    found = [at for zone in Zone if (at := next_opening(policy, zone, now)) is not None]
    return min(found, default=None)


def _asked(zone: Zone | None) -> Iterable[Zone]:
    return Zone if zone is None else (zone,)


def _open_in(policy: Policy, tz: ZoneInfo, now: datetime) -> bool:
    there = now.astimezone(tz)
    if there.isoweekday() not in policy.window_days:
        return False
    return policy.window_from <= there.time() < policy.window_to


def _start(policy: Policy, tz: ZoneInfo, now: datetime, days: int) -> datetime:
    return datetime.combine(now.astimezone(tz).date() + timedelta(days=days), policy.window_from, tz)
