"""The pool: what reasons are relative to. Pure Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leadtui.scoring.calibration import sigmoid
from leadtui.scoring.reasons import Group


@dataclass(frozen=True, slots=True)
class PoolMean:
    """Mean calibrated contributions of a pool of leads under one model."""

    n: int
    """Leads in the pool."""
    base: float
    """The model's expected log-odds, the same for every lead of one model."""
    contributions: tuple[float, ...]
    """Mean log-odds contribution per group, at the place of the group's code."""

    @property
    def log_odds(self) -> float:
        """Mean calibrated log-odds of the pool: where the account starts."""
        return self.base + sum(self.contributions)

    @property
    def probability(self) -> float:
        """Calibrated probability of the pool's mean log-odds, 0–1."""
        return sigmoid(self.log_odds)

    def as_json(self) -> dict[str, Any]:
        """What an artefact or a scoring run stores; zero groups are left out."""
        return {
            "n": self.n,
            "base": self.base,
            "contributions": {
                group.name.lower(): self.contributions[group] for group in Group if self.contributions[group]
            },
        }


def pool_from_json(raw: Mapping[str, Any]) -> PoolMean:
    """The pool that `PoolMean.as_json` stored. Raises KeyError, TypeError or ValueError for anything else."""
    sums = [0.0] * len(Group)
    for name, value in raw["contributions"].items():
        sums[Group[name.upper()]] = float(value)
    return PoolMean(int(raw["n"]), float(raw["base"]), tuple(sums))
