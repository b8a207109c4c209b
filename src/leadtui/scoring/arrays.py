"""Numbers of many leads at once: what bulk scoring and training share. numpy only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def sigmoid_all(log_odds: Floats) -> Floats:
    """`calibration.sigmoid` of every element, without overflow."""
    power = np.exp(-np.abs(log_odds))
    return np.where(log_odds >= 0, 1.0, power) / (1.0 + power)
