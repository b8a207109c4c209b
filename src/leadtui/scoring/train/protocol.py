"""The three honest questions: a random split, forward in time, and the order inside a calling day.

The random split answers mostly *which day it was* wherever calendar or macro columns are inputs, because a
day's calls fall into both parts. Forward in time is what a bank would have seen. Inside the day is what an
agent works through.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from leadtui.scoring.arrays import Floats, Ints
from leadtui.scoring.calibration import IDENTITY, Calibration
from leadtui.scoring.train.evaluate import bought_before, ece, figures, forward_blocks, stratified_folds
from leadtui.scoring.train.fit import fit, platt, probabilities, raw_scores

MOST_FITS: Final = 8
"""At a time: each holds copies of its rows, and a server may have a hundred cores."""
FOLDS: Final = 5
FORWARD_START: Final = 20_000
"""First row predicted by the forward protocol, for files of LONG rows and more; else half of the file."""
FORWARD_STEP: Final = 500
LONG: Final = 30_000
_FEWEST_BOUGHT: Final = 20
"""Sales needed before the forward protocol's first block."""

Progress = Callable[[str, int, int], None]
"""(stage, done, total); stages: `stratified`, `forward`, `final`."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is to be learnt."""

    matrix: Floats
    """n × len(names), NaN is missing."""
    y: Ints
    names: tuple[str, ...]
    masked: tuple[bool, ...]
    """Columns that may be blanked in part (`fit.MASK`)."""
    seed: int
    threads: int
    """How many fits at a time; 0: one a core, up to `MOST_FITS`."""


@dataclass(frozen=True, slots=True)
class Stratified:
    """Stratified 5-fold: every row predicted once, by a model that has not seen it."""

    p: Floats
    """Probabilities as they would be deployed."""
    calibration: Calibration
    """IDENTITY where Platt scaling did not lower the calibration error."""
    ece_raw: float
    ece_platt: float
    """Cross-fitted: each fold scaled by what the other folds say."""


@dataclass(frozen=True, slots=True)
class Forward:
    """Rows `first` … n − 1, each predicted by a model of all earlier rows, refitted every `step`."""

    p: Floats
    first: int
    step: int


def stratified(problem: Problem, progress: Progress) -> Stratified:
    """Out-of-fold probabilities and the calibration to deploy with."""
    fold = stratified_folds(problem.y, FOLDS, problem.seed)
    raw = np.empty(len(problem.y))
    parts = [(fold != k, fold == k) for k in range(FOLDS)]
    for (_, test), found in zip(parts, _judged(problem, parts, "stratified", progress), strict=True):
        raw[test] = found
    plain = probabilities(raw)
    scaled = np.empty_like(plain)
    for k in range(FOLDS):
        rest = fold != k
        scaled[~rest] = probabilities(raw[~rest], platt(raw[rest], problem.y[rest]))
    ece_raw, ece_platt = ece(problem.y, plain), ece(problem.y, scaled)
    if ece_platt < ece_raw:
        return Stratified(scaled, platt(raw, problem.y), ece_raw, ece_platt)
    return Stratified(plain, IDENTITY, ece_raw, ece_platt)


def forward(problem: Problem, progress: Progress) -> Forward | None:
    """Expanding window; None where the file's first half holds too few sales to learn from.

    Uncalibrated log-odds: a scaling fitted on all rows would look ahead.
    """
    n = len(problem.y)
    first, step = (FORWARD_START, FORWARD_STEP) if n >= LONG else (n // 2, max(50, n // 80))
    if int(problem.y[:first].sum()) < _FEWEST_BOUGHT:
        return None
    parts = [(slice(0, start), slice(start, end)) for start, end in forward_blocks(n, first, step)]
    raw = np.concatenate(list(_judged(problem, parts, "forward", progress)))
    return Forward(probabilities(raw), first, step)


Rows = slice | NDArray[np.bool_]


def _judged(
    problem: Problem, parts: Sequence[tuple[Rows, Rows]], stage: str, progress: Progress
) -> Iterator[Floats]:
    """Raw scores of each part's second rows by a model of its first ones, `problem.threads` at a time."""

    def judge(part: tuple[Rows, Rows]) -> Floats:
        train, test = part
        booster = fit(problem.matrix[train], problem.y[train], problem.names, problem.masked, problem.seed)
        return raw_scores(booster, problem.matrix[test])

    progress(stage, 0, len(parts))
    pool = ThreadPoolExecutor(problem.threads or min(os.cpu_count() or 1, MOST_FITS))
    try:
        for done, found in enumerate(pool.map(judge, parts), start=1):
            progress(stage, done, len(parts))
            yield found
    finally:
        pool.shutdown(cancel_futures=True)  # Ctrl+C waits for the fits under way, not for all


def compare(
    y: Ints, p: Floats, day: Ints | None, columns: dict[str, Floats], success: float
) -> dict[str, dict[str, float | None]]:
    """The model's figures beside the constant rate and the bought-before rule, on the same rows.

    The constant is these rows' own rate, which nobody knows beforehand: a flattering rival. The rule is left
    out where the file has no poutcome or campaign. `success` is the code of poutcome "success".
    """
    out = {
        "model": figures(y, p, day),
        "constant": figures(y, np.full(len(y), y.mean()), day),
    }
    if "poutcome" in columns and "campaign" in columns:
        rule = bought_before((columns["poutcome"] == success).astype(np.float64), columns["campaign"])
        out["bought_before"] = figures(y, rule, day, probability=False)
    return {name: as_json(found) for name, found in out.items()}


def as_json(found: dict[str, float]) -> dict[str, float | None]:
    """Figures with null for NaN (a figure that does not exist), to 6 decimals."""
    return {key: round(value, 6) if np.isfinite(value) else None for key, value in found.items()}


def slices(columns: dict[str, Floats], rows: Sequence[int] | Any) -> dict[str, Floats]:
    """The same columns, some rows."""
    return {name: values[rows] for name, values in columns.items()}
