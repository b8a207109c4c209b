"""Platt scaling: calibrated log-odds = slope · raw + offset. Monotone, so it never changes an order, and
linear in log-odds, so contributions stay additive (each is multiplied by the slope).

Source: J. Platt, "Probabilistic outputs for support vector machines" (1999). Pure Python.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final


def sigmoid(log_odds: float) -> float:
    """1 / (1 + e^-x), without overflow; 0–1."""
    if log_odds >= 0:
        return 1.0 / (1.0 + math.exp(-log_odds))
    power = math.exp(log_odds)
    return power / (1.0 + power)


@dataclass(frozen=True, slots=True)
class Calibration:
    """From the model's raw score to calibrated log-odds."""

    slope: float = 1.0
    """Positive."""
    offset: float = 0.0

    def log_odds(self, raw: float) -> float:
        """Calibrated log-odds of a raw score."""
        return self.slope * raw + self.offset

    def probability(self, raw: float) -> float:
        """Calibrated probability, 0–1."""
        return sigmoid(self.log_odds(raw))


IDENTITY: Final = Calibration()
"""The model's own log-odds, used where scaling did not improve the calibration error."""
