"""What a row of symbols says: a day, a time of day, a length of time. Pure: `parse.py` makes it a moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from leadtui.core.when.words import DAY, HOUR, MINUTE, MONTH, WEEK, Kind, Symbol

_YEARS: Final = range(2000, 2200)


class NotUnderstood(Exception):
    """The row says nothing, or two things at once."""


class NoSuchTime(Exception):
    """It names a time that no clock or calendar has."""


@dataclass(slots=True)
class Said:
    """What was said, each part at most once."""

    days: int | None = None
    """From today."""
    weekday: int | None = None
    weeks: int | None = None
    """Which week: 0 this one, 1 the next."""
    bare_week: bool = False
    """`minggu depan`: next week, or next Sunday."""
    months: int | None = None
    date: tuple[int, int | None, int | None] | None = None
    """Day, month, year."""
    month_edge: Kind | None = None
    weekend: bool = False
    now: bool = False
    length: list[tuple[Fraction, int]] = field(default_factory=list)
    """(amount, unit) of "in …"."""
    clock: tuple[int, int] | None = None
    """Hour and minute as spoken."""
    literal: bool = False
    """The clock was written as 24 hours: `03.00`."""
    pm: bool | None = None
    part: int | None = None
    fixed: int | None = None
    """noon: minutes of the day."""
    midnight: bool = False
    zone: str | None = None
    today: bool = False
    """`nanti`: later today."""


def scan(row: list[Symbol]) -> Said:
    """Read the row. Raises NotUnderstood, NoSuchTime."""
    return _Scanner(row).run()


class _Scanner:
    def __init__(self, row: list[Symbol]) -> None:
        self.row = row
        self.at = 0
        self.said = Said()
        self._length_end = -1
        """Where the last length ended: its `jam` is no o'clock."""

    def run(self) -> Said:
        while self.at < len(self.row):
            if not any(rule() for rule in (
                self._length, self._date, self._week, self._month, self._day, self._spoken_clock, self._clock,
                self._rest,
            )):  # fmt: skip
                raise NotUnderstood
        return self.said

    # reading ------------------------------------------------------------------------------------------------

    def _is(self, ahead: int, *kinds: Kind) -> bool:
        at = self.at + ahead
        return 0 <= at < len(self.row) and self.row[at].kind in kinds

    def _value(self, ahead: int) -> int:
        return self.row[self.at + ahead].value

    def _once(self, name: str, value: object) -> None:
        if getattr(self.said, name) is not None:
            raise NotUnderstood
        setattr(self.said, name, value)

    def _unit(self, ahead: int) -> int | None:
        if self._is(ahead, Kind.UNIT):
            return self._value(ahead)
        if self._is(ahead, Kind.CLOCK_OR_HOUR):
            return HOUR
        if self._is(ahead, Kind.SUNDAY_OR_MINUTE):
            return MINUTE
        if self._is(ahead, Kind.DAY_OR_UNIT):
            return DAY
        return WEEK if self._is(ahead, Kind.SUNDAY_OR_WEEK) else None

    # rules: each takes what it knows, and says whether it took anything

    def _length(self) -> bool:
        """`2 jam`, `sejam setengah`, `satu setengah jam`, `half an hour`, `an hour and a half`."""
        taken = self._amount()
        if taken is None:
            if self._is(0, Kind.IN) and not self.said.length:
                self.at += 1
                return self._part_of_day() or self._length() or self._fail()
            return False
        amount, unit, width = taken
        self.at += width
        if self._is(0, Kind.HALF):
            amount, self.at = amount + Fraction(1, 2), self.at + 1
        elif self._is(0, Kind.AND) and self._is(1, Kind.ONE) and self._is(2, Kind.HALF):
            amount, self.at = amount + Fraction(1, 2), self.at + 3
        if any(unit >= known for _amount, known in self.said.length):
            raise NotUnderstood  # "5 minutes 2 hours"
        self.said.length.append((amount, unit))
        if self._is(0, Kind.AND):
            self.at += 1
        if self._is(0, Kind.AGO_AHEAD):
            self.at += 1
        self._length_end = self.at
        return True

    def _part_of_day(self) -> bool:
        """`in the morning` where the words did not stand together."""
        if self._is(0, Kind.PART):
            self._once("part", self._value(0))
            self.at += 1
            return True
        return False

    def _fail(self) -> bool:
        raise NotUnderstood

    def _amount(self) -> tuple[Fraction, int, int] | None:
        """(amount, unit, symbols taken) of a length that begins here."""
        if self._is(0, Kind.LENGTH):
            return Fraction(1), self._value(0), 1
        if self._is(0, Kind.HALF):
            ahead = 2 if self._is(1, Kind.ONE) else 1
            unit = self._unit(ahead)
            # "setengah jam 10" is no half hour, but "setengah jam lagi" is one
            if unit is None or self._is(ahead + 1, Kind.NUMBER):
                return None
            return Fraction(1, 2), unit, ahead + 1
        if self._is(0, Kind.QUARTER) and (unit := self._unit(1)) is not None:
            return Fraction(1, 4), unit, 2
        if self._is(0, Kind.ONE) and (unit := self._unit(1)) is not None:
            return Fraction(1), unit, 2
        if self._is(0, Kind.NUMBER, Kind.DECIMAL, Kind.CLOCK):
            symbol = self.row[self.at]
            more, ahead = Fraction(0), 1
            if self._is(1, Kind.HALF):  # satu setengah jam
                more, ahead = Fraction(1, 2), 2
            elif self._is(1, Kind.AND) and self._is(2, Kind.ONE) and self._is(3, Kind.HALF):
                more, ahead = Fraction(1, 2), 4
            unit = self._unit(ahead)
            # "besok 10 jam 9" and "senin 9 minggu depan" would be two things; "9 jam" is one
            if unit is None or (
                self.at != self._length_end and self._is(-1, Kind.CLOCK_OR_HOUR, Kind.MONTH, Kind.DATE_WORD)
            ):
                return None
            if unit == WEEK and self._is(ahead + 1, Kind.NEXT):
                return None
            if self._is(ahead + 1, Kind.PAST_BEFORE, Kind.TO_BEFORE):
                return None  # ten minutes to nine
            if symbol.kind is Kind.CLOCK and ":" in symbol.text:
                raise NotUnderstood  # 10:00 hours
            return (Fraction(symbol.text) if symbol.text else Fraction(symbol.value)) + more, unit, ahead + 1
        return None

    def _date(self) -> bool:
        """`tanggal 25`, `25 nov 2026`, `november 25`, `25/11`, `the 25th of november`."""
        if self._is(0, Kind.DATE):
            numbers = [int(part) for part in self.row[self.at].text.split("/")]
            year = None if len(numbers) < 3 else numbers[2] + (2000 if numbers[2] < 100 else 0)
            self._once("date", (numbers[0], numbers[1], year))
            self.at += 1
            return True
        begin = 1 if self._is(0, Kind.DATE_WORD) else 0
        if begin and self._is(1, Kind.DATE):
            self.at += 1
            return self._date()
        if self._is(begin, Kind.MONTH) and self._is(begin + 1, Kind.NUMBER, Kind.ORDINAL):
            number, month, width = self._value(begin + 1), self._value(begin), begin + 2
        elif self._is(begin, Kind.NUMBER, Kind.ORDINAL) and (
            begin or self._is(0, Kind.ORDINAL) or self._is(1, Kind.MONTH)
        ):
            number, width = self._value(begin), begin + 1
            month = None
            if self._is(width, Kind.MONTH):
                month, width = self._value(width), width + 1
            elif (
                self._is(width, Kind.UNIT)
                and self._value(width) == MONTH
                and self._is(width + 1, Kind.NUMBER)
            ):
                month, width = self._value(width + 1), width + 2
        elif begin:
            raise NotUnderstood
        else:
            return False
        year = None
        if month is not None and self._is(width, Kind.NUMBER) and self._value(width) in _YEARS:
            year, width = self._value(width), width + 1
        self._once("date", (number, month, year))
        self.at += width
        return True

    def _week(self) -> bool:
        """`senin`, `senin depan`, `next friday`, `minggu depan`, `next week`, `hari minggu`."""
        if self._is(0, Kind.NEXT, Kind.THIS):
            week = 1 if self._is(0, Kind.NEXT) else 0
            if self._is(1, Kind.WEEKDAY):
                self._once("weekday", self._value(1))
                self._once("weeks", week)
            elif self._is(1, Kind.UNIT) and self._value(1) == WEEK:
                self._once("weeks", week)
            else:
                return False
            self.at += 2
            return True
        called_day = self._is(0, Kind.DAY_OR_UNIT) and self._is(
            1, Kind.WEEKDAY, Kind.SUNDAY_OR_WEEK, Kind.SUNDAY_OR_MINUTE
        )
        at = 1 if called_day else 0
        if self._is(at, Kind.UNIT) and self._value(at) == WEEK and self._is(at + 1, Kind.NEXT, Kind.THIS):
            self._once("weeks", 1 if self._is(at + 1, Kind.NEXT) else 0)
            self.at += at + 2
            return True
        if not self._is(at, Kind.WEEKDAY, Kind.SUNDAY_OR_WEEK, Kind.SUNDAY_OR_MINUTE):
            return False
        sunday = not self._is(at, Kind.WEEKDAY)
        turned = self._is(at + 1, Kind.NEXT, Kind.THIS) and self._unit(at + 2) != WEEK  # friday next week
        if turned:
            self._once("weeks", 1 if self._is(at + 1, Kind.NEXT) else 0)
        if self._is(at, Kind.SUNDAY_OR_WEEK) and turned and not called_day:
            self.said.bare_week = True
        else:
            self._once("weekday", 6 if sunday else self._value(at))
        self.at += at + 1 + turned
        return True

    def _month(self) -> bool:
        """`bulan depan`, `akhir bulan`, `akhir pekan`."""
        if self._is(0, Kind.MONTH_START, Kind.MONTH_END):
            self._once("month_edge", self.row[self.at].kind)
            turned = self._is(1, Kind.NEXT, Kind.THIS)
            if turned:
                self._once("months", 1 if self._is(1, Kind.NEXT) else 0)
            self.at += 1 + turned
            return True
        for unit, turn in ((0, 1), (1, 0)):
            if (
                self._is(unit, Kind.UNIT)
                and self._value(unit) == MONTH
                and self._is(turn, Kind.NEXT, Kind.THIS)
            ):
                self._once("months", 1 if self._is(turn, Kind.NEXT) else 0)
                self.at += 2
                return True
        if self._is(0, Kind.WEEKEND):
            self.said.weekend = True
            self.at += 1
            if self._is(0, Kind.NEXT, Kind.THIS):
                self.at += 1
            return True
        return False

    def _day(self) -> bool:
        if self._is(0, Kind.DAY):
            self._once("days", self._value(0))
        elif self._is(0, Kind.LATER):
            self.said.today = True
        elif self._is(0, Kind.PART) and self._is(1, Kind.THIS):  # sore ini
            self._once("part", self._value(0))
            self.said.today = True
            self.at += 1
        elif self._is(0, Kind.THIS) and self._is(1, Kind.PART):
            self._once("part", self._value(1))
            self.said.today = True
            self.at += 1
        else:
            return False
        self.at += 1
        return True

    def _spoken_clock(self) -> bool:
        """`setengah 10` is 9.30, `half past nine` too; `10 kurang seperempat`, `quarter to ten`."""
        begin = 1 if self._is(0, Kind.CLOCK_OR_HOUR) else 0
        if self._is(begin, Kind.HALF):
            past = self._is(begin + 1, Kind.PAST_BEFORE)
            number = begin + (2 if past else 1)
            if not self._is(number, Kind.NUMBER):
                return False
            forward = past or self._value(begin) == 1
            self._minutes(self._value(number) * 60 + (30 if forward else -30))
            self.at += number + 1
            return True
        if self._is(begin, Kind.QUARTER, Kind.NUMBER):
            behind = begin + 1 + (self._unit(begin + 1) == MINUTE)
            if self._is(behind, Kind.PAST_BEFORE, Kind.TO_BEFORE) and self._is(behind + 1, Kind.NUMBER):
                minutes = 15 if self._is(begin, Kind.QUARTER) else self._value(begin)
                sign = 1 if self._is(behind, Kind.PAST_BEFORE) else -1
                self._minutes(self._value(behind + 1) * 60 + sign * minutes)
                self.at += behind + 2
                return True
        if self._is(begin, Kind.NUMBER) and self._is(begin + 1, Kind.PAST_BEHIND, Kind.TO_BEHIND):
            sign = 1 if self._is(begin + 1, Kind.PAST_BEHIND) else -1
            if not self._is(begin + 2, Kind.NUMBER, Kind.QUARTER, Kind.HALF):
                return False
            symbol = self.row[self.at + begin + 2]
            minutes = {Kind.QUARTER: 15, Kind.HALF: 30}.get(symbol.kind, symbol.value)
            self._minutes(self._value(begin) * 60 + sign * minutes)
            self.at += begin + 3 + (self._unit(begin + 3) == MINUTE)
            return True
        return False

    def _minutes(self, minutes: int) -> None:
        if not 0 <= minutes < 24 * 60:
            raise NoSuchTime
        self._once("clock", divmod(minutes, 60))

    def _clock(self) -> bool:
        """`jam 10`, `9.30`, `0930`, `jam 9 30`."""
        begin = 1 if self._is(0, Kind.CLOCK_OR_HOUR) else 0
        if not self._is(begin, Kind.NUMBER, Kind.CLOCK, Kind.DECIMAL):
            return False
        symbol = self.row[self.at + begin]
        width = begin + 1
        if symbol.kind is Kind.CLOCK:
            if not 0 <= symbol.value < 24 * 60:
                raise NoSuchTime
            hour, minute = divmod(symbol.value, 60)
            self.said.literal = symbol.text.startswith("0")
        elif symbol.kind is Kind.DECIMAL:
            whole, _dot, rest = symbol.text.partition(".")
            hour, minute = int(whole), int(rest)
            if len(rest) != 2:
                raise NotUnderstood
        elif len(symbol.text) == 4:
            hour, minute = divmod(symbol.value, 100)
            self.said.literal = True
        else:
            hour, minute = symbol.value, 0
            self.said.literal = len(symbol.text) == 2 and symbol.text.startswith("0")
            if self._is(width, Kind.NUMBER) and 10 <= self._value(width) < 60 and not (
                self._unit(width + 1) is not None or self._is(width + 1, Kind.MONTH)
            ):  # fmt: skip
                minute, width = self._value(width), width + 1
        if hour > 23 or minute > 59:
            raise NoSuchTime
        self._once("clock", (hour, minute))
        self.at += width
        return True

    def _rest(self) -> bool:
        symbol = self.row[self.at]
        said = self.said
        if symbol.kind is Kind.PART:
            self._once("part", symbol.value)
        elif symbol.kind in (Kind.AM, Kind.PM):
            self._once("pm", symbol.kind is Kind.PM)
        elif symbol.kind is Kind.FIXED:
            self._once("fixed", symbol.value)
        elif symbol.kind is Kind.MIDNIGHT:
            said.midnight = True
        elif symbol.kind is Kind.ZONE:
            self._once("zone", symbol.text)
        elif symbol.kind is Kind.NOW:
            said.now = True
        else:
            return False
        self.at += 1
        return True
