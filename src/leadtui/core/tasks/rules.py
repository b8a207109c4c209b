"""When somebody may be called back, what rings when, and what a task may become. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from leadtui.core.calls.eligibility import LEFT, Standing
from leadtui.core.errors import Invalid
from leadtui.core.leads.dto import Zone
from leadtui.core.policy import Policy, closed_on, next_opening, window_open
from leadtui.core.regions import ZONE_NAMES
from leadtui.core.tasks.dto import Reminder, TaskKind

LAST_CALL: Final = timedelta(minutes=15)
"""How long before the hours end a time is still proposed: a call takes its while."""
EARLY_NOTICE: Final = timedelta(minutes=5)
"""Callbacks are announced this long before their time."""
MORNING: Final = time(9)

AGREED: Final = frozenset({TaskKind.CALLBACK, TaskKind.MEETING})
"""Agreed with a customer: only at hours at which they may be called. A follow-up is own work."""


# hours -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Closed:
    """Why nobody may be called at a time, and when they may."""

    why: str
    """`window` or `holiday`"""
    nearest: tuple[datetime, ...]
    """The closest first; empty where there is none."""


def closed(policy: Policy, zone: Zone | None, at: datetime, now: datetime | None = None) -> Closed | None:
    """Why a customer of `zone` may not be called at `at`; None where they may. Times before `now` are not
    proposed."""
    if window_open(policy, zone, at):
        return None
    asked = [ZoneInfo(ZONE_NAMES[one]) for one in (tuple(Zone) if zone is None else (zone,))]
    days = {at.astimezone(tz).date() for tz in asked}
    holiday = any(closed_on(policy, zone, day) and day.isoweekday() in policy.window_days for day in days)
    ends = sorted(
        (
            end
            for tz in asked
            for back in (0, 1)
            if (end := _end(policy, tz, at, back)) < at
            and (now is None or end > now)
            and window_open(policy, zone, end)
        ),
        reverse=True,
    )
    after = next_opening(policy, zone, at)
    nearest = [*ends[:1], *([] if after is None else [after])]
    return Closed(
        "holiday" if holiday else "window", tuple(sorted(nearest, key=lambda one: (abs(one - at), one)))
    )


def _end(policy: Policy, tz: tzinfo, at: datetime, back: int) -> datetime:
    day = at.astimezone(tz).date() - timedelta(days=back)
    return datetime.combine(day, policy.window_to, tz) - LAST_CALL


def refuse_closed(
    policy: Policy,
    zone: Zone | None,
    at: datetime,
    now: datetime | None = None,
    *,
    field: str = "callback_at",
) -> None:
    """Raises Invalid({field: "when_closed"}, nearest, why, zone) where a customer of `zone` may not be called
    at `at`: `nearest` are the nearest allowed times, `why` is "window" or "holiday"."""
    found = closed(policy, zone, at, now)
    if found is not None:
        raise Invalid(
            {field: "when_closed"},
            nearest=found.nearest,
            why=found.why,
            zone=None if zone is None else int(zone),
        )


# what stands against a callback ----------------------------------------------------------------------------


def blocked(kind: TaskKind, standing: Standing | None) -> str | None:
    """Why the customer of a task may not be called, whatever the hour: `do_not_call`, `state`, `consent` or
    `no_phone`; None where they may, and for own work."""
    if standing is None or kind is TaskKind.FOLLOW_UP:
        return None
    if standing.dnc:
        return "do_not_call"
    if standing.state in LEFT:
        return "state"
    if kind is TaskKind.MEETING:
        return None  # an appointment stands without a phone
    if not standing.consent_ok:
        return "consent"
    return None if standing.phone_ok else "no_phone"


# snoozing --------------------------------------------------------------------------------------------------


def snoozes(due_at: datetime, now: datetime, zone: tzinfo) -> tuple[tuple[str, datetime], ...]:
    """(code, resulting time) of what one key puts a task off to: `minutes_10`, `hour`, `same_time` (tomorrow,
    or the next day that is still to come), `next_day` (nine o'clock of the next working day)."""
    soon = now.replace(second=0, microsecond=0) + timedelta(minutes=1 if now.second or now.microsecond else 0)
    today = now.astimezone(zone).date()
    local = due_at.astimezone(zone)
    same = datetime.combine(max(today, local.date()) + timedelta(days=1), local.time(), zone)
    working = today + timedelta(days=1)
    while working.isoweekday() > 5:
        working += timedelta(days=1)
    return (
        ("minutes_10", soon + timedelta(minutes=10)),
        ("hour", soon + timedelta(hours=1)),
        ("same_time", same),
        ("next_day", datetime.combine(working, MORNING, zone)),
    )


# reminders -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Plan:
    """What a process does about its reminders now."""

    ring: tuple[Reminder, ...]
    """Due, and never told: together, once."""
    early: tuple[Reminder, ...]
    """Callbacks of the next minutes, never announced."""
    next_at: datetime | None
    """When to look again; None: nothing is coming."""


def plan(reminders: Iterable[Reminder], now: datetime) -> Plan:
    """What rings at `now`, in the order of the due times. A task that rang, or was announced late, is told
    once for each due time; a blocked callback is told, not rung, by who shows it."""
    ring: list[Reminder] = []
    early: list[Reminder] = []
    coming: list[datetime] = []
    for one in sorted(reminders, key=lambda one: (one.due_at, one.id)):
        announced = one.announced or one.kind is not TaskKind.CALLBACK
        if one.due_at <= now:
            if not one.rung:
                ring.append(one)
            continue
        coming.append(one.due_at)
        if not announced and one.due_at - EARLY_NOTICE <= now:
            early.append(one)
        elif not announced:
            coming.append(one.due_at - EARLY_NOTICE)
    return Plan(tuple(ring), tuple(early), min(coming, default=None))
