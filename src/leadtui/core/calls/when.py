"""A time as an agent types it: `2026-11-23 10:00`, `14:30`, `14.30`, `tomorrow 9:00`, `besok 09.00`. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from leadtui.core.errors import Invalid

_CLOCK: Final = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})")
_TOMORROW: Final = re.compile(r"(?:tomorrow|besok)(?:\s+(.*))?", re.IGNORECASE)
_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:(?:[T\s]\s*)(.*))?", re.IGNORECASE)
_ISO_CLOCK: Final = re.compile(
    r"([0-9]{1,2})[:.]([0-9]{2})(?:[:.]([0-9]{2})(?:\.[0-9]{1,6})?)?\s*(Z|[+-][0-9]{2}:?[0-9]{2})?",
    re.IGNORECASE,
)


def parse_when(text: str, now: datetime, zone: ZoneInfo | str, *, field: str = "callback_at") -> datetime:
    """The moment that `text` names, aware, in the user's `zone`; `now` is aware.

    An ISO date and time (an offset in it counts), a time of today, or a time of tomorrow. Raises Invalid for
    `field`: "when_empty", "when_unknown" (not understood), "when_needs_time" (a day without a time),
    "when_no_such_time" (25:00, 31 February, an hour that a clock change skips), "when_past"; `data["text"]`
    is what was not understood.
    """
    tz = ZoneInfo(zone) if isinstance(zone, str) else zone
    said = " ".join(text.split())
    today = now.astimezone(tz).date()
    if not said:
        raise Invalid({field: "when_empty"})
    if match := _DATE.fullmatch(said):
        found = _dated(match, said, tz, field)
    elif match := _TOMORROW.fullmatch(said):
        if not match[1]:
            raise Invalid({field: "when_needs_time"}, text=said)
        found = _local(today + timedelta(days=1), _clock(match[1], field), tz, said, field)
    else:
        found = _local(today, _clock(said, field), tz, said, field)
    if found <= now:
        raise Invalid({field: "when_past"}, text=said)
    return found


def _clock(said: str, field: str) -> time:
    match = _CLOCK.fullmatch(said)
    if match is None:
        raise Invalid({field: "when_unknown"}, text=said)
    return _time(int(match[1]), int(match[2]), 0, said, field)


def _time(hour: int, minute: int, second: int, said: str, field: str) -> time:
    try:
        return time(hour, minute, second)
    except ValueError as error:
        raise Invalid({field: "when_no_such_time"}, text=said) from error


def _dated(match: re.Match[str], said: str, tz: ZoneInfo, field: str) -> datetime:
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError as error:
        raise Invalid({field: "when_no_such_time"}, text=said) from error
    if not match[4]:
        raise Invalid({field: "when_needs_time"}, text=said)
    clock = _ISO_CLOCK.fullmatch(match[4])
    if clock is None:
        raise Invalid({field: "when_unknown"}, text=said)
    at = _time(int(clock[1]), int(clock[2]), int(clock[3] or 0), said, field)
    if clock[4] is None:
        return _local(day, at, tz, said, field)
    sign = "+00:00" if clock[4].upper() == "Z" else clock[4]
    try:
        return datetime.fromisoformat(f"{day.isoformat()}T{at.isoformat()}{sign}").astimezone(tz)
    except (ValueError, OverflowError) as error:
        raise Invalid({field: "when_no_such_time"}, text=said) from error


def _local(day: date, at: time, tz: ZoneInfo, said: str, field: str) -> datetime:
    found = datetime.combine(day, at, tz)
    try:
        there_and_back = found.astimezone(ZoneInfo("UTC")).astimezone(tz)
    except OverflowError as error:
        raise Invalid({field: "when_no_such_time"}, text=said) from error
    if there_and_back.replace(tzinfo=None) != found.replace(tzinfo=None):
        raise Invalid({field: "when_no_such_time"}, text=said)
    return found
