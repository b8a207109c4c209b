"""What was promised against what happened, per band of predicted probability. Pure Python.

This is where "of 100 like this one, 61 bought" comes from.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

EDGES: Final = (0.02, 0.04, 0.06, 0.08, 0.10, 0.15, 0.20, 0.30, 0.40, 0.50, 0.60, 0.70)
"""Inner edges of the bands before merging: finer where most leads are."""

SMALLEST: Final = 50
"""A band with fewer calls is merged with its neighbour: its rate would say nothing."""


@dataclass(frozen=True, slots=True)
class Band:
    """Evaluated calls whose predicted probability lay in [low, high)."""

    low: float
    high: float
    n: int
    bought: int
    promised: float
    """Mean predicted probability, 0–1."""

    @property
    def rate(self) -> float:
        """Share that bought, 0–1."""
        return self.bought / self.n


def bands(
    probabilities: Sequence[float], bought: Sequence[int], smallest: int = SMALLEST
) -> tuple[Band, ...]:
    """Bands over [0, 1], ascending, without a gap; each holds at least `smallest` calls (or there is one).

    `bought` is 0/1 per call. No calls, no bands.
    """
    edges = (0.0, *EDGES, 1.0)
    count = len(edges) - 1
    n, hits, promised = [0] * count, [0] * count, [0.0] * count
    for p, y in zip(probabilities, bought, strict=True):
        place = bisect_right(EDGES, p)
        n[place] += 1
        hits[place] += y
        promised[place] += p
    if not sum(n):
        return ()
    found: list[list[float]] = []
    for place in range(count):
        row = [edges[place], edges[place + 1], n[place], hits[place], promised[place]]
        if found and (found[-1][2] < smallest):
            _merge(found[-1], row)
        else:
            found.append(row)
    if len(found) > 1 and found[-1][2] < smallest:
        last = found.pop()
        _merge(found[-1], last)
    return tuple(Band(low, high, int(k), int(b), total / k) for low, high, k, b, total in found)


def _merge(into: list[float], upper: list[float]) -> None:
    into[1] = upper[1]
    for place in (2, 3, 4):
        into[place] += upper[place]


def band_of(probability: float, table: Sequence[Band]) -> Band | None:
    """The band `probability` falls in; None where nothing was measured."""
    if not table:
        return None
    return table[bisect_right([band.low for band in table[1:]], probability)]


def wilson(hits: int, n: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """The Wilson score interval of a share, 0–1 (95 % by default); (0, 1) for n = 0.

    Source: E. B. Wilson, JASA 22 (1927) 209–212.
    """
    if n == 0:
        return 0.0, 1.0
    share = hits / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)
