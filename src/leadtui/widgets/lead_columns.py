"""Where the columns of the lead list lie at a given width (LOOK's grid: 80, 75 of 120, 103 of 180)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_NAME_MAX: Final = 32
"""Names are not pulled apart from their bars: what is left over goes to the bar."""


@dataclass(frozen=True, slots=True)
class Columns:
    """First columns and sizes, in cells. A column of size 0 is not shown."""

    width: int
    end: int
    """The column after the last one: the right margin begins here."""
    place: int
    """Size of the place numbers; they begin at column 2."""
    name_at: int
    name: int
    bar_at: int
    bar: int
    percent_at: int
    """Three cells for the number, one for `%` or the historical mark after it."""
    reason_at: int
    reason: int
    age_end: int
    last_at: int
    last: int

    @property
    def has_age(self) -> bool:
        """Whether the age is shown."""
        return self.age_end > 0


def columns(width: int, rows: int) -> Columns:
    """The grid for a list of `width` cells whose largest place number is `rows`."""
    place = max(3, len(f"{max(rows, 1):,}"))
    name_at = 2 + place + 2
    if width >= 100:
        end, last, age_end, reason = width - 1, 8, width - 13, 30
        reason_at, gap, bar, bar_gap = age_end - 4 - 30, 3, 14, 3
    elif width >= 79:
        end, last, age_end, reason = width - 2, 8, 0, 28
        reason_at, gap, bar, bar_gap = width - 38, 2, 8, 2
    else:
        end, last, age_end = width - 1, 0, 0
        narrow = width < 72
        reason = 28 if width >= 52 else max(8, width - 26)
        gap, bar, bar_gap = (2, 5, 1) if narrow else (3, 9, 1)
        reason_at = end - reason
    percent_at = reason_at - gap - 3
    bar_at = percent_at - 1 - bar
    name = bar_at - bar_gap - name_at
    if name > _NAME_MAX:
        bar += name - _NAME_MAX
        bar_at -= name - _NAME_MAX
        name = _NAME_MAX
    return Columns(
        width=width, end=end, place=place, name_at=name_at, name=max(0, name), bar_at=bar_at, bar=bar,
        percent_at=percent_at, reason_at=reason_at, reason=reason, age_end=age_end,
        last_at=end - last, last=last,
    )  # fmt: skip
