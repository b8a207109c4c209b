"""What a model's description holds beside its text: where it comes from, how good it is, how to cite it."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import Any, Final

import numpy as np

from leadtui.scoring.arrays import Floats
from leadtui.scoring.features import COLUMNS, Input, Transform

_MORO_2014: Final = (
    "S. Moro, P. Cortez, P. Rita (2014). A Data-Driven Approach to Predict the Success of Bank "
    "Telemarketing. Decision Support Systems 62:22-31, doi:10.1016/j.dss.2014.03.001. Data: UCI Machine "
    "Learning Repository, dataset 222 (bank-additional-full.csv), CC BY 4.0."
)
_MORO_2011: Final = (
    "S. Moro, R. Laureano, P. Cortez (2011). Using Data Mining for Bank Direct Marketing. ESM'2011, "
    "pp. 117-121. Data: UCI Machine Learning Repository, dataset 222 (bank-full.csv), CC BY 4.0."
)

CITATIONS: Final = {
    "74adfc578bf77a7ff4bb1ba4a9f8709d9e3c6907342959c2c8416847e0afb4d8": _MORO_2014,
    "d1513ec63b385506f7cfce9f2c5caa9fe99e7ba4e8c3fa264b3aaf0f849ed32d": _MORO_2011,
}
"""SHA-256 of a public training file → how to cite it."""


def inputs_of(names: tuple[str, ...], columns: dict[str, Floats]) -> tuple[Input, ...]:
    """The inputs of a model trained on `columns`, with the codes that occurred."""
    made = []
    for name in names:
        transform = COLUMNS[name].transform
        values = columns[name]
        seen = (
            frozenset()
            if transform is Transform.NUMBER
            else frozenset(int(code) for code in np.unique(values[~np.isnan(values)]))
        )
        made.append(Input(name, transform, seen))
    return tuple(made)


def golden_rows(names: tuple[str, ...], columns: dict[str, Floats]) -> list[list[float | None]]:
    """Made-up rows to compare scores on: no row of the data, each column's own quantiles side by side."""

    def value(name: str, share: float) -> float | None:
        known = columns[name][~np.isnan(columns[name])]
        return float(np.quantile(known, share, method="nearest")) if len(known) else None

    rows = [[value(name, share) for name in names] for share in (0.02, 0.25, 0.5, 0.75, 0.98)]
    rows.append([value(name, 0.1 if place % 2 else 0.9) for place, name in enumerate(names)])
    rows.append([value(name, 0.9) if place % 2 else None for place, name in enumerate(names)])
    rows.append([None for _ in names])
    return rows


def versions() -> dict[str, str]:
    """The libraries a model was made with."""
    return {
        "python": platform.python_version(),
        "lightgbm": version("lightgbm"),
        "numpy": version("numpy"),
    }


KEYS: Final[dict[str, str]] = {
    "feature_set": "lead_only, with_market, small_form or custom",
    "inputs": "the model's inputs in order: name, transform, codes seen",
    "calibration": "slope and offset of the log-odds; whether Platt scaling was kept, and the ECE of both",
    "pool": "mean contributions over the training rows",
    "golden": "made-up rows, their raw scores and contributions",
    "reliability": "bands of the forward evaluation: low, high, n, bought, promised",
    "metrics": "protocol → model, constant, bought_before → figures",
    "protocol": "folds, first row and step of the forward evaluation, calling days",
    "data": "name, sha256, rows, bought of the training file",
    "parameters": "of LightGBM; trees, mask, seed",
    "versions": "of the libraries",
    "citation": "of the training data; null for a bank's own",
}
"""Every key of an artefact's description."""


def describe(**parts: Any) -> dict[str, Any]:
    """The description, with exactly the keys of KEYS."""
    assert parts.keys() == KEYS.keys(), parts.keys() ^ KEYS.keys()  # noqa: S101  our own call, not input
    return parts
