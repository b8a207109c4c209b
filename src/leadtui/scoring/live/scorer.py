"""Scoring one lead in the agent's process: probability and reasons, without the machine-learning stack."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from leadtui.scoring.artefact import Artefact
from leadtui.scoring.calibration import Calibration, sigmoid
from leadtui.scoring.features import Features, Input, encode
from leadtui.scoring.live.booster import Booster
from leadtui.scoring.pool import PoolMean
from leadtui.scoring.reasons import Account, Group, Reason, top_reasons, waterfall


@dataclass(frozen=True, slots=True)
class Explained:
    """A score and where it comes from."""

    p: float
    """Calibrated probability that a call ends in a sale, 0–1."""
    log_odds: float
    """Calibrated log-odds of `p`: pool.log_odds + sum(deltas), up to rounding of the last bit."""
    base: float
    """The model's expected log-odds, before any fact of the lead."""
    contributions: tuple[float, ...]
    """Calibrated log-odds per group (at the place of its code), not yet relative: log_odds = base + sum."""
    deltas: tuple[float, ...]
    """The same relative to the pool's mean: what reasons are made of."""
    reasons: tuple[Reason, ...]
    """At most three, |delta| ≥ threshold; empty is "close to the average of today's list"."""
    pool: PoolMean
    """What the deltas are relative to."""
    unseen: tuple[str, ...]
    """Columns whose value the model has not seen; they went in as missing."""

    @property
    def rank_key(self) -> int:
        """round(p·10⁶), what lists order by."""
        return round(self.p * 1_000_000)

    def account(self, limit: int | None = None) -> Account:
        """The score as an account in whole points (`reasons.waterfall`)."""
        return waterfall(self.pool.log_odds, self.deltas, limit)


class Scorer:
    """One model, any number of threads (each gets a handle of its own on first use)."""

    def __init__(self, artefact: Artefact) -> None:
        """Verifies the artefact's digest and shape; the library is loaded by the first score.

        Raises ArtefactError. An artefact nobody has loaded before belongs in `check_in_child` first.
        """
        artefact.verify()
        self.artefact = artefact
        self.inputs: tuple[Input, ...] = artefact.inputs
        self.calibration: Calibration = artefact.calibration
        self.pool: PoolMean = artefact.pool
        self._places = tuple(int(item.group) for item in self.inputs)
        self._local = threading.local()

    def booster(self) -> Booster:
        """This thread's handle; the first call on a thread loads the model."""
        booster: Booster | None = getattr(self._local, "booster", None)
        if booster is None:
            booster = Booster(self.artefact.model, len(self.inputs))
            self._local.booster = booster
        return booster

    def warm_up(self) -> None:
        """Loads library and model on this thread now (80 ms once), so the first score does not wait."""
        self.booster()

    def raw(self, row: Sequence[float] | array[float]) -> float:
        """Uncalibrated log-odds of an encoded row."""
        return self.booster().raw(row)

    def predict(self, features: Features) -> float:
        """Calibrated probability of a sale, 0–1. Raises NativeError, LibraryMissing."""
        return self.calibration.probability(self.raw(encode(features, self.inputs).vector))

    def explain(self, features: Features, pool: PoolMean | None = None) -> Explained:
        """Probability with reasons relative to `pool` (without one: the training rows' mean).

        Raises NativeError, LibraryMissing.
        """
        encoded = encode(features, self.inputs)
        booster = self.booster()
        log_odds = self.calibration.log_odds(booster.raw(encoded.vector))
        shares = booster.contributions(encoded.vector)
        sums = [0.0] * len(Group)
        for place, share in zip(self._places, shares, strict=False):  # the last share is the base
            sums[place] += share
        contributions = tuple(self.calibration.slope * value for value in sums)
        reference = self.pool if pool is None else pool
        deltas = tuple(own - mean for own, mean in zip(contributions, reference.contributions, strict=True))
        return Explained(
            p=sigmoid(log_odds),
            log_odds=log_odds,
            base=self.calibration.log_odds(shares[-1]),
            contributions=contributions,
            deltas=deltas,
            reasons=top_reasons(deltas),
            pool=reference,
            unseen=encoded.unseen,
        )
