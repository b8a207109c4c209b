"""The moment that words name. Pure.

Decisions, which the echo under the field shows before anything is saved:

- a bare hour from 1 to 6 is the afternoon's (`jam 3` is 15.00: nobody calls at night); `03.00` is not bare.
- `setengah 10` is 09.30, `half past nine` too.
- a weekday is the next one, today among them while the time is still to come; `senin depan` and `next monday`
  are those of the next week, and weeks begin on Monday.
- `minggu depan` alone is next Sunday or next week: it is asked, not guessed.
- day and month as Indonesia writes them: `5/11` is 5 November. Without a year it is the next one.
- a zone said (`10 WIT`) counts for the whole phrase, its day too.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Final
from zoneinfo import ZoneInfo

from leadtui.core.errors import Invalid
from leadtui.core.when.scan import NoSuchTime, NotUnderstood, Said, scan
from leadtui.core.when.words import DAY, HOUR, MIDDAY, MINUTE, MONTH, NIGHT, PARTS, WEEK, Kind, symbols

_ISO: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:(?:[T\s]\s*)(.*))?", re.IGNORECASE)
_ISO_CLOCK: Final = re.compile(
    r"([0-9]{1,2})[:.]([0-9]{2})(?:[:.]([0-9]{2})(?:\.[0-9]{1,6})?)?\s*(Z|[+-][0-9]{2}:?[0-9]{2})?",
    re.IGNORECASE,
)
_SECONDS: Final = {MINUTE: 60, HOUR: 3600, DAY: 86_400, WEEK: 7 * 86_400}
_AFTERNOON: Final = range(1, 7)
"""Hours that, said alone, are the afternoon's."""


class _Refused(Exception):
    def __init__(self, code: str, *readings: datetime) -> None:
        super().__init__(code)
        self.code, self.readings = code, readings


def parse_when(text: str, now: datetime, zone: ZoneInfo | str, *, field: str = "callback_at") -> datetime:
    """The moment that `text` names, aware, in the user's `zone`; `now` is aware.

    Words in Indonesian and English, mixed, or an ISO date and time (an offset in it counts). Raises Invalid
    for `field`: "when_empty", "when_unknown" (not understood), "when_needs_time" (a day without a time),
    "when_needs_day" (a week without a day), "when_ambiguous" (`data["readings"]`: two moments),
    "when_no_such_time" (25:00, 31 February, an hour that a clock change skips), "when_past"; `data["text"]`
    is what was not understood.
    """
    tz = ZoneInfo(zone) if isinstance(zone, str) else zone
    said = " ".join(text.split())
    if not said:
        raise Invalid({field: "when_empty"})
    try:
        found = _moment(said, now, tz)
        if found <= now:
            raise _Refused("when_past")
    except _Refused as refused:
        readings = tuple(one.astimezone(tz) for one in refused.readings)
        raise Invalid({field: refused.code}, text=said, readings=readings) from None
    except NotUnderstood:
        raise Invalid({field: "when_unknown"}, text=said) from None
    except (NoSuchTime, OverflowError):
        raise Invalid({field: "when_no_such_time"}, text=said) from None
    return found.astimezone(tz)


def _moment(said: str, now: datetime, tz: ZoneInfo) -> datetime:
    match = _ISO.fullmatch(said)
    if match is not None and (clock := _ISO_CLOCK.fullmatch(match[2] or "")):
        return _iso(match[1], clock, tz)
    row = symbols(said)
    if not row:
        raise NotUnderstood
    heard = scan(row)
    if heard.zone is not None:
        tz = ZoneInfo(heard.zone)
    return _Reader(heard, now, tz).read()


def _iso(day: str, clock: re.Match[str], tz: ZoneInfo) -> datetime:
    try:
        on = date.fromisoformat(day)
        at = time(int(clock[1]), int(clock[2]), int(clock[3] or 0))
        if clock[4] is None:
            return _local(on, at, tz)
        sign = "+00:00" if clock[4].upper() == "Z" else clock[4]
        return datetime.fromisoformat(f"{day}T{at.isoformat()}{sign}").astimezone(tz)
    except ValueError as error:
        raise NoSuchTime from error


def _local(day: date, at: time, tz: ZoneInfo) -> datetime:
    found = datetime.combine(day, at, tz)
    there_and_back = found.astimezone(ZoneInfo("UTC")).astimezone(tz)
    if there_and_back.replace(tzinfo=None) != found.replace(tzinfo=None):
        raise NoSuchTime  # a clock change skips it
    return found


class _Reader:
    """What was said, on the calendar."""

    def __init__(self, said: Said, now: datetime, tz: ZoneInfo) -> None:
        self.said, self.now, self.tz = said, now, tz
        self.today = now.astimezone(tz).date()

    def read(self) -> datetime:
        said = self.said
        if said.now:
            if self._names_day() or self._has_time() or said.length:
                raise NotUnderstood
            raise _Refused("when_past")
        if said.length and not all(unit in (DAY, WEEK, MONTH) for _n, unit in said.length):
            return self._ahead()
        if said.months is not None and said.date is None and said.month_edge is None:
            raise _Refused("when_needs_day")
        if said.weeks is not None and said.weekday is None and not said.bare_week:
            raise _Refused("when_needs_day")
        if said.weekend and said.weekday is None:
            raise _Refused("when_needs_day")
        if not self._has_time():
            if said.bare_week and said.weekday is None:
                raise _Refused("when_needs_day")
            raise _Refused("when_needs_time")
        at, after_midnight = self._time()
        return self._on(at, after_midnight)

    # times --------------------------------------------------------------------------------------------------

    def _has_time(self) -> bool:
        said = self.said
        return said.clock is not None or said.part is not None or said.fixed is not None or said.midnight

    def _names_day(self) -> bool:
        said = self.said
        return bool(
            said.days is not None or said.weekday is not None or said.weeks is not None or said.date
            or said.months is not None or said.month_edge or said.weekend
        )  # fmt: skip

    def _ahead(self) -> datetime:
        """`30 menit lagi`: from now on, to the minute."""
        if self._names_day() or self._has_time() or self.said.pm is not None:
            raise NotUnderstood
        if any(unit == MONTH for _n, unit in self.said.length):
            raise NotUnderstood
        seconds = sum((amount * _SECONDS[unit] for amount, unit in self.said.length), Fraction(0))
        found = self.now.astimezone(ZoneInfo("UTC")) + timedelta(seconds=round(seconds))
        return found.astimezone(self.tz).replace(second=0, microsecond=0)

    def _time(self) -> tuple[time, bool]:
        """The time of day, and whether it is after that day's midnight (`malam jam 1`)."""
        said = self.said
        if said.midnight:
            if said.clock not in (None, (12, 0), (0, 0)) or said.fixed is not None:
                raise NotUnderstood
            return time(0), self._midnight()
        if said.fixed is not None:
            if said.clock is not None or said.pm is not None:
                raise NotUnderstood
            return time(*divmod(said.fixed, 60)), False
        if said.clock is None:
            if said.pm is not None or said.part is None:
                raise NotUnderstood
            return time(PARTS[said.part].hour), False
        hour, minute = said.clock
        if said.pm is not None:
            if not 1 <= hour <= 12:
                raise NoSuchTime
            return time(hour % 12 + (12 if said.pm else 0), minute), False
        if said.part is not None:
            return self._in_part(hour, minute)
        if hour in _AFTERNOON and not said.literal:
            hour += 12
        elif hour == 0 and not said.literal and minute:  # setengah satu
            hour = 12
        return time(hour, minute), False

    def _in_part(self, hour: int, minute: int) -> tuple[time, bool]:
        number = self.said.part
        part = PARTS[number or 0]
        if hour in (0, 12) and number == NIGHT and not minute:
            return time(0), self._midnight()
        for shift in (12, 0, 24):
            # the afternoon's reading first: "6 sore" is 18, "1 siang" 13
            if part.first <= hour + shift <= part.last and (hour < 12 or not shift):
                if hour + shift >= 24:
                    return time(hour + shift - 24, minute), True
                return time(hour + shift, minute), False
        if number == MIDDAY and hour == 12:
            return time(12, minute), False
        raise NoSuchTime

    def _midnight(self) -> bool:
        """Midnight ends today; of a named day it may be the beginning or the end."""
        if not self._names_day():
            return True
        day = self._day(time(0))
        raise _Refused("when_ambiguous", *(_local(day + timedelta(days=n), time(0), self.tz) for n in (0, 1)))

    # days ---------------------------------------------------------------------------------------------------

    def _on(self, at: time, after_midnight: bool) -> datetime:
        day = self._day(at)
        return _local(day + timedelta(days=1) if after_midnight else day, at, self.tz)

    def _day(self, at: time) -> date:
        said = self.said
        found: list[date] = []
        if said.length:
            return self._later_day(at)
        if said.days is not None:
            found.append(self.today + timedelta(days=said.days))
        if said.date is not None:
            found.append(self._dated(at, *said.date))
        elif said.month_edge is not None:
            found.append(self._edge(at))
        if said.today:
            found.append(self.today)
        if said.weekday is not None:
            # "besok senin" is the Monday that comes, whatever tomorrow is
            alone = not found or (said.days == 1 and len(found) == 1)
            on = self._weekday(said.weekday, at)
            if alone:
                found = [on]
            elif said.weeks is not None or found[-1].weekday() != said.weekday:
                found.append(on)
        elif said.bare_week:
            if found:
                raise NotUnderstood
            week = self._monday(said.weeks or 0)
            readings = [week + timedelta(days=6), week + timedelta(days=self.today.weekday())]
            if readings[0] == readings[1]:
                return readings[0]
            raise _Refused("when_ambiguous", *(_local(one, at, self.tz) for one in readings))
        if len(set(found)) > 1:
            raise _Refused("when_ambiguous", *(_local(one, at, self.tz) for one in found[:2]))
        return found[0] if found else self.today

    def _later_day(self, at: time) -> date:
        """`3 hari lagi jam 9`, `in 2 weeks on friday`."""
        said = self.said
        if len(said.length) != 1 or said.days is not None or said.date or said.month_edge or said.today:
            raise NotUnderstood
        amount, unit = said.length[0]
        if amount.denominator != 1:
            raise NotUnderstood
        n = int(amount)
        if said.weekday is not None:
            if unit != WEEK or said.weeks is not None:
                raise NotUnderstood
            return self._monday(n) + timedelta(days=said.weekday)
        if unit == MONTH:
            year, month = self._month_ahead(n)
            return date(year, month, min(self.today.day, monthrange(year, month)[1]))
        return self.today + timedelta(days=n * (7 if unit == WEEK else 1))

    def _monday(self, weeks: int) -> date:
        return self.today - timedelta(days=self.today.weekday()) + timedelta(weeks=weeks)

    def _weekday(self, weekday: int, at: time) -> date:
        if self.said.weeks is not None:
            return self._monday(self.said.weeks) + timedelta(days=weekday)
        day = self.today + timedelta(days=(weekday - self.today.weekday()) % 7)
        return day if self._to_come(day, at) else day + timedelta(days=7)

    def _to_come(self, day: date, at: time) -> bool:
        return datetime.combine(day, at, self.tz) > self.now

    def _month_ahead(self, months: int) -> tuple[int, int]:
        year, month = divmod(self.today.year * 12 + self.today.month - 1 + months, 12)
        if year > 9998:
            raise NoSuchTime
        return year, month + 1

    def _months(self) -> Iterator[tuple[int, int]]:
        """The month said, or this one and those that follow."""
        if self.said.months is not None:
            yield self._month_ahead(self.said.months)
            return
        for ahead in range(13):
            yield self._month_ahead(ahead)

    def _edge(self, at: time) -> date:
        for year, month in self._months():
            last = self.said.month_edge is Kind.MONTH_END
            day = date(year, month, monthrange(year, month)[1] if last else 1)
            if self.said.months is not None or self._to_come(day, at):
                return day
        raise NoSuchTime

    def _dated(self, at: time, number: int, month: int | None, year: int | None) -> date:
        if month is not None and self.said.months is not None:
            raise NotUnderstood
        if month is None:
            tries = list(self._months())
        elif year is not None:
            tries = [(year, month)]
        else:
            tries = [(self.today.year + more, month) for more in (0, 1)]
        days = [day for one in tries if (day := _real(*one, number)) is not None]
        if not days:
            raise NoSuchTime
        fixed = year is not None or self.said.months is not None
        # what is past in every reading is said to be past, not to be missing
        return days[0] if fixed else next((day for day in days if self._to_come(day, at)), days[-1])


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
