"""Bars, marks and whiskers as text: pure functions, one row each.

Bars fill their row's height and have no track, so bars of neighbouring rows touch and make one shape.
"""

from __future__ import annotations

import math
from typing import Final

_EIGHTHS: Final = " ▏▎▍▌▋▊▉"

MARKS_PER_ROW: Final = 25
BOUGHT: Final = "•"
NOT_BOUGHT: Final = "◦"


def bar(share: float, cells: int) -> str:
    """A bar of `share` (0–1) of `cells`, in eighths of a cell; shorter than `cells` where it ends."""
    eighths = round(8 * cells * min(1.0, max(0.0, share)))
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")


def left_bar(share: float, cells: int) -> str:
    """A bar that grows to the left, right-aligned in exactly `cells`, in halves of a cell.

    Halves only: the other left-growing eighths need reverse video, which leaves a hairline. Anything above
    zero shows at least half a cell.
    """
    wanted = min(1.0, max(0.0, share)) * cells * 2
    halves = max(1, round(wanted)) if wanted > 0 else 0
    whole, rest = divmod(halves, 2)
    return ("▐" if rest else "").rjust(cells - whole) + "█" * whole


def scale_of(best: float) -> float:
    """What a list's bars are scaled to: its best, rounded up to the next 0.08 (67 % gives 0.72)."""
    return min(1.0, max(1, math.ceil(round(best, 6) / 0.08)) * 0.08)


def hundred_marks(bought: int, of: int = 100) -> list[str]:
    """`of` marks (at most 100), bought first, in fives and 25 a row: the honest sentence as a picture."""
    of = min(100, max(0, of))
    bought = min(of, max(0, bought))
    marks = BOUGHT * bought + NOT_BOUGHT * (of - bought)
    rows = [marks[at : at + MARKS_PER_ROW] for at in range(0, of, MARKS_PER_ROW)]
    return [" ".join(row[at : at + 5] for at in range(0, len(row), 5)) for row in rows]


def whisker(low: float, value: float, high: float, cells: int, top: float = 1.0) -> tuple[str, int]:
    """A dot on its interval, on a scale from 0 to `top`: (`  ──●───  `, the dot's column)."""

    def column(share: float) -> int:
        return min(cells - 1, max(0, round(share / top * (cells - 1))))

    start, dot, end = column(low), column(value), column(high)
    drawn = [" "] * cells
    for at in range(start, end + 1):
        drawn[at] = "─"
    drawn[dot] = "●"
    return "".join(drawn), dot
