"""Reasons: grouped contributions of the deployed model relative to the pool, as codes and deltas.

A reason is stored and passed around as a group code and a log-odds delta; front doors word it from the
lead's own facts. Nothing here is a sentence.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from leadtui.scoring.calibration import sigmoid


class Group(enum.IntEnum):
    """Facts an agent may say aloud, grouped. Codes are stored: never renumber, only append."""

    OTHER = 0
    HISTORY = 1
    """pdays, previous, poutcome: contacts and purchases of earlier campaigns."""
    CHANNEL = 2
    """contact: mobile or landline."""
    AGE = 3
    JOB = 4
    EDUCATION = 5
    MARITAL = 6
    CREDIT = 7
    """default, housing, loan."""
    ATTEMPTS = 8
    """campaign: attempts of this campaign."""
    BALANCE = 9
    MARKET = 10
    """Calendar and macro columns: equal for all, never shown as a lead's own reason."""


THRESHOLD: Final = 0.10
"""|delta| below this (log-odds) is "close to the average of today's list"."""


NEVER_SAID: Final = frozenset({Group.OTHER, Group.MARKET})


@dataclass(frozen=True, slots=True)
class Reason:
    """One group's share in a score."""

    group: Group
    delta: float
    """Log-odds, relative to the pool's mean."""
    points: int | None = None
    """Whole percentage points in the account (`waterfall`); None outside of it."""


DELTA_BITS: Final = 12
DELTA_SCALE: Final = 200.0
SLOT_BITS: Final = 16
SLOTS: Final = 3
"""The packed form of reasons (`pack`; `scoring.bulk.pack_all` is the same for arrays)."""


def pack(reasons: Sequence[Reason]) -> int:
    """At most three reasons as one non-negative 64-bit integer (`lead_queue.why`); 0 is none.

    A slot is 16 bits: 4 bits group code (1–15), 12 bits delta in steps of 1/200 log-odds, offset by
    2048, so ±10.2; beyond that it saturates. The first reason sits in the lowest slot.
    """
    packed = 0
    for slot, reason in enumerate(reasons[:SLOTS]):
        step = max(-2048, min(2047, round(reason.delta * DELTA_SCALE))) + 2048
        packed |= ((int(reason.group) << DELTA_BITS) | step) << (slot * SLOT_BITS)
    return packed


def unpack(packed: int) -> tuple[Reason, ...]:
    """The reasons that `pack` stored. Raises ValueError for an unknown group code."""
    found = []
    for slot in range(SLOTS):
        value = (packed >> (slot * SLOT_BITS)) & 0xFFFF
        if value == 0:
            break
        found.append(Reason(Group(value >> DELTA_BITS), ((value & 0xFFF) - 2048) / DELTA_SCALE))
    return tuple(found)


def top_reasons(deltas: Sequence[float], limit: int = SLOTS) -> tuple[Reason, ...]:
    """The reasons worth saying: |delta| ≥ THRESHOLD, largest first, at most `limit`, ties by group code.

    `deltas` holds log-odds relative to the pool at the place of each group's code. The market and "other"
    are never a lead's own reason. Empty means "close to the average of today's list".
    """
    found = [
        Reason(group, deltas[group])
        for group in Group
        if group not in NEVER_SAID and abs(deltas[group]) >= THRESHOLD
    ]
    found.sort(key=lambda reason: -abs(reason.delta))
    return tuple(found[:limit])


@dataclass(frozen=True, slots=True)
class Account:
    """A score that adds up, in whole percentage points."""

    start: int
    """Points of the calibrated probability of the pool's mean log-odds."""
    lines: tuple[Reason, ...]
    """Largest |delta| first, `points` set; the last line is Group.OTHER. start + points = total."""
    total: int
    """Points of the lead's probability."""


def whole_points(probability: float) -> int:
    """A probability as the whole percentage points every place shows (half up)."""
    return math.floor(100.0 * probability + 0.5)


def waterfall(pool_log_odds: float, deltas: Sequence[float], limit: int | None = None) -> Account:
    """The score as an account (DESIGN §5).

    Starts at the probability of `pool_log_odds` and adds the groups of `deltas` (calibrated log-odds
    relative to the pool, by group code), largest |delta| first; each line is the difference of the
    probabilities before and after it. What is below THRESHOLD, beyond `limit`, or nobody's own reason
    (market, other) is in the last line. Points are whole by the largest remainder: every line is its exact
    value rounded down or up, and start + lines = total.
    """
    said = top_reasons(deltas, len(deltas) if limit is None else limit)
    log_odds, before = pool_log_odds, sigmoid(pool_log_odds)
    start, exact = before, []
    for reason in said:
        log_odds += reason.delta
        after = sigmoid(log_odds)
        exact.append(100.0 * (after - before))
        before = after
    named = {reason.group for reason in said}
    rest = math.fsum(deltas[group] for group in Group if group not in named)
    end = sigmoid(pool_log_odds + math.fsum(deltas))
    exact.append(100.0 * (end - before))
    first, total = whole_points(start), whole_points(end)
    points = _largest_remainder(exact, total - first)
    lines = (*said, Reason(Group.OTHER, rest))
    return Account(
        first,
        tuple(Reason(line.group, line.delta, point) for line, point in zip(lines, points, strict=True)),
        total,
    )


def _largest_remainder(exact: Sequence[float], total: int) -> list[int]:
    """Whole numbers next to `exact` that sum to `total`, rounding up where most is lost.

    `total` differs from the sum of `exact` by less than one, as two values rounded half up do; so the
    number to round up lies between 0 and the number of lines, but for floating-point dust.
    """
    points = [math.floor(value) for value in exact]
    missing = total - sum(points)
    order = sorted(range(len(exact)), key=lambda place: points[place] - exact[place])
    if missing < 0:
        order, missing, step = order[::-1], -missing, -1
    else:
        step = 1
    for turn in range(missing):
        points[order[turn % len(order)]] += step
    return points
