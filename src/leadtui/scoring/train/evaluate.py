"""How good an order and its probabilities are; definitions as the project's independent judge.

scikit-learn and pandas where they have the figure. Reach, lift and the calibration error are ours: neither
has the first two, and scikit-learn's `calibration_curve` gives no counts to weigh its bins with.

Throughout: `y` is 0/1, `p` the prediction, `day` an integer per row, all of equal length n.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from leadtui.scoring.arrays import Floats, Ints

BINS: Final = 15
"""Equal-width bins of the expected calibration error."""


def auc(y: Ints, p: Floats) -> float:
    """Area under the ROC curve, ties count half; NaN with one class only."""
    return float(roc_auc_score(y, p)) if 0 < y.sum() < len(y) else float("nan")


def within_day(y: Ints, p: Floats, day: Ints) -> float:
    """AUC inside each calling day, weighted by the number of (yes, no) pairs; NaN where no day has both.

    A day's AUC is its Mann–Whitney U ÷ its pairs, so the weighted mean is all U ÷ all pairs.
    """
    ranks = pd.Series(p).groupby(day).rank()  # ties share the mean of their places
    days = pd.DataFrame({"yes": y, "of_yes": y * ranks}).groupby(day)
    yes, rank_sum, n = days["yes"].sum(), days["of_yes"].sum(), days.size()
    pairs = (yes * (n - yes)).sum()
    return float((rank_sum - yes * (yes + 1) / 2).sum() / pairs) if pairs else float("nan")


def reach(y: Ints, p: Floats, share: float) -> float:
    """Share of all "yes" among the `share` best rows; ties broken at random, seed 0."""
    order = np.lexsort((np.random.default_rng(0).random(len(p)), -p))
    return float(y[order[: round(share * len(y))]].sum() / y.sum())


def ece(y: Ints, p: Floats) -> float:
    """Expected calibration error: 15 equal-width bins, weighted mean |observed − predicted|."""
    q = np.clip(p, 1e-6, 1 - 1e-6)
    bins = np.minimum((q * BINS).astype(np.int64), BINS - 1)
    return float(
        sum(
            (bins == b).mean() * abs(y[bins == b].mean() - q[bins == b].mean())
            for b in range(BINS)
            if (bins == b).any()
        )
    )


def figures(y: Ints, p: Floats, day: Ints | None = None, probability: bool = True) -> dict[str, float]:
    """All figures of one prediction: n, rate, auc, within_day (with `day`), alift, lift@10%, lift@20%,
    top_half, and for probabilities brier, log_loss (natural log), ece.

    alift = π/2 + (1 − π)·auc with π the rate. lift@k = reach(k)/k. NaN where a figure does not exist.
    """
    rate = float(y.mean())
    area = auc(y, p)
    out = {"n": float(len(y)), "rate": rate, "auc": area}
    if day is not None:
        out["within_day"] = within_day(y, p, day)
    out |= {
        "alift": rate / 2 + (1 - rate) * area,
        "lift@10%": reach(y, p, 0.1) / 0.1,
        "lift@20%": reach(y, p, 0.2) / 0.2,
        "top_half": reach(y, p, 0.5),
    }
    if probability:
        q = np.clip(p, 1e-6, 1 - 1e-6)
        out |= {
            "brier": float(brier_score_loss(y, q, labels=[0, 1])),
            "log_loss": float(log_loss(y, q, labels=[0, 1])),
            "ece": ece(y, p),
        }
    return out


def bought_before(bought: Floats, campaign: Floats) -> Floats:
    """The rule of thumb to beat: bought in an earlier campaign first, then fewer contacts in this one.

    `bought` is 1 where poutcome is success; a missing `campaign` counts as one contact.
    """
    return np.asarray(bought * 1000.0 - np.nan_to_num(campaign, nan=1.0), dtype=np.float64)


def calling_days(keys: Sequence[object]) -> Ints:
    """Day numbers 1, 2, … from a file in date order: a day is a run of rows with an equal key."""
    return np.cumsum([i == 0 or keys[i] != keys[i - 1] for i in range(len(keys))]).astype(np.int64)


def stratified_folds(y: Ints, folds: int, seed: int) -> Ints:
    """The fold (0 … folds − 1) of each row, at random with equal shares of both classes in every fold.

    Not scikit-learn's StratifiedKFold: it deals the rows otherwise, and the starter model that ships could
    not be made again to the byte.
    """
    rng = np.random.default_rng(seed)
    out = np.empty(len(y), dtype=np.int64)
    for value in (0, 1):
        rows = np.flatnonzero(y == value)
        out[rng.permutation(rows)] = np.arange(len(rows)) % folds
    return out


def forward_blocks(n: int, start: int, step: int) -> list[tuple[int, int]]:
    """(first, end) of each block that is predicted by a model trained on all rows before `first`.

    Not scikit-learn's TimeSeriesSplit: its blocks have one size, and the last rows would go unjudged.
    """
    return [(first, min(first + step, n)) for first in range(start, n, step)]
