"""From a training file to an artefact with its card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from leadtui.scoring.arrays import Floats
from leadtui.scoring.artefact import Artefact
from leadtui.scoring.calibration import IDENTITY, Calibration
from leadtui.scoring.codes import POUTCOME
from leadtui.scoring.errors import TrainingRefused
from leadtui.scoring.features import (
    AFTER_THE_CALL,
    COLUMNS,
    FEATURE_SETS,
    OPTIONAL_COLUMNS,
    FeatureSet,
    Input,
)
from leadtui.scoring.pool import PoolMean
from leadtui.scoring.reasons import Group
from leadtui.scoring.reliability import bands
from leadtui.scoring.train.card import CITATIONS, describe, golden_rows, inputs_of, versions
from leadtui.scoring.train.files import TrainingData
from leadtui.scoring.train.fit import MASK, PARAMETERS, TREES, fit, model_text, raw_scores
from leadtui.scoring.train.protocol import (
    FOLDS,
    Forward,
    Problem,
    Progress,
    Stratified,
    compare,
    forward,
    slices,
    stratified,
)

NEEDED_ROWS: Final = 500
NEEDED_EACH: Final = 50
"""Sales, and calls without one, below which nothing can be learnt or judged."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A model, and the predictions its card was made from (so that anybody may judge them again)."""

    artefact: Artefact
    stratified: Floats
    """Out-of-fold probability of every row."""
    forward: Floats | None
    """Probability of rows `forward_first` and on; None where the file was too short."""
    forward_first: int | None

    @property
    def card(self) -> dict[str, Any]:
        """The artefact's description."""
        return dict(self.artefact.meta)


def chosen_features(
    data: TrainingData, feature_set: FeatureSet, features: Sequence[str] | None
) -> tuple[str, ...]:
    """The columns to train on, in the order of COLUMNS. Raises TrainingRefused.

    `features` overrides the set: header names, `.` or `_`, any case. Naming duration or y is refused.
    """
    if features is None:
        wanted = FEATURE_SETS[feature_set]
        names = tuple(name for name in wanted if name in data.columns or name not in OPTIONAL_COLUMNS)
    else:
        asked = {name.strip().lower().replace(".", "_") for name in features}
        late = tuple(sorted(asked & set(AFTER_THE_CALL)))
        if late:
            raise TrainingRefused("after_the_call", columns=late)
        unknown = tuple(sorted(asked - COLUMNS.keys()))
        if unknown:
            raise TrainingRefused("unknown_feature", columns=unknown)
        names = tuple(name for name in COLUMNS if name in asked)
    if not names:
        raise TrainingRefused("no_features")
    absent = tuple(name for name in names if name not in data.columns)
    if absent:
        raise TrainingRefused("columns_absent", columns=absent)
    return names


def problem_of(data: TrainingData, names: tuple[str, ...], seed: int = 0, threads: int = 1) -> Problem:
    """The columns `names` of a file as something to learn; lead columns may be blanked, the market's not."""
    return Problem(
        matrix=np.column_stack([data.columns[name] for name in names]).astype(np.float64),
        y=data.y,
        names=names,
        masked=tuple(COLUMNS[name].group is not Group.MARKET for name in names),
        seed=seed,
        threads=threads,
    )


def train(
    data: TrainingData,
    feature_set: FeatureSet = FeatureSet.LEAD_ONLY,
    *,
    features: Sequence[str] | None = None,
    seed: int = 0,
    threads: int = 1,
    progress: Progress | None = None,
) -> Trained:
    """Trains, evaluates and describes one model: 49 fits for a UCI file, about 10 s on two cores.

    `threads`: how many of the fits at a time; 0 is one a core. Deterministic: the same file, features, seed
    and library versions give the same bytes. Raises TrainingRefused.
    """
    names = chosen_features(data, feature_set, features)
    bought = int(data.y.sum())
    if bought in (0, len(data)):
        raise TrainingRefused("one_class", rows=len(data), bought=bought)
    if len(data) < NEEDED_ROWS or min(bought, len(data) - bought) < NEEDED_EACH:
        raise TrainingRefused(
            "too_few", rows=len(data), bought=bought, needed_rows=NEEDED_ROWS, needed_bought=NEEDED_EACH
        )
    report = progress or _quiet
    problem = problem_of(data, names, seed, threads)
    matrix, masked = problem.matrix, problem.masked

    folds = stratified(problem, report)
    ahead = forward(problem, report)
    report("final", 0, 1)
    booster = fit(matrix, data.y, names, masked, seed)
    columns = {name: data.columns[name] for name in names}
    inputs = inputs_of(names, columns)
    golden = golden_rows(names, columns)
    golden_matrix = np.array(golden, dtype=np.float64)
    raw = raw_scores(booster, golden_matrix)
    golden_shares = np.asarray(booster.predict(golden_matrix, pred_contrib=True), dtype=np.float64)
    explained = booster.predict(matrix, pred_contrib=True, num_threads=threads)
    shares = np.asarray(explained, dtype=np.float64)
    meta = describe(
        feature_set=feature_set.value if features is None else "custom",
        inputs=[item.as_json() for item in inputs],
        calibration=_calibration(folds),
        pool=_pool(shares, inputs, folds.calibration).as_json(),
        golden=[
            {"row": row, "raw": float(score), "shares": [float(share) for share in parts]}
            for row, score, parts in zip(golden, raw, golden_shares, strict=True)
        ],
        reliability=_reliability(data, ahead),
        metrics=_metrics(data, folds, ahead),
        protocol={
            "folds": FOLDS,
            "forward_first": ahead.first if ahead else None,
            "forward_step": ahead.step if ahead else None,
            "forward_calibration": "none: scaling fitted on all rows would look ahead",
            "calling_days": int(data.day[-1]) if data.day is not None else None,
        },
        data={"name": data.name, "sha256": data.sha256, "rows": len(data), "bought": bought},
        parameters={**PARAMETERS, "trees": TREES, "mask": MASK, "seed": seed},
        versions=versions(),
        citation=CITATIONS.get(data.sha256),
    )
    artefact = Artefact.build(model_text(booster), meta)
    report("final", 1, 1)
    return Trained(artefact, folds.p, ahead.p if ahead else None, ahead.first if ahead else None)


def _quiet(stage: str, done: int, total: int) -> None:
    pass


def _calibration(folds: Stratified) -> dict[str, Any]:
    return {
        **asdict(folds.calibration),
        "method": "none" if folds.calibration == IDENTITY else "platt",
        "ece_without": round(folds.ece_raw, 6),
        "ece_with": round(folds.ece_platt, 6),
    }


def _pool(shares: Floats, inputs: Sequence[Input], calibration: Calibration) -> PoolMean:
    sums = [0.0] * len(Group)
    for item, mean in zip(inputs, shares[:, :-1].mean(axis=0), strict=True):
        sums[item.group] += calibration.slope * float(mean)
    return PoolMean(len(shares), calibration.log_odds(float(shares[0, -1])), tuple(sums))


def _reliability(data: TrainingData, ahead: Forward | None) -> list[dict[str, float]]:
    if ahead is None:
        return []
    table = bands([float(p) for p in ahead.p], [int(hit) for hit in data.y[ahead.first :]])
    return [{**asdict(band), "promised": round(band.promised, 6)} for band in table]


def _metrics(data: TrainingData, folds: Stratified, ahead: Forward | None) -> dict[str, Any]:
    success = float(POUTCOME["success"])
    out = {"stratified": compare(data.y, folds.p, data.day, data.columns, success)}
    if ahead is not None:
        rows = slice(ahead.first, None)
        day = data.day[rows] if data.day is not None else None
        out["forward"] = compare(data.y[rows], ahead.p, day, slices(data.columns, rows), success)
    return out
