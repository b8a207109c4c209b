"""What is true of models without a database: comparing cards, the way back, failures as the core's. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from leadtui.core.errors import Conflict, Invalid, LeadtuiError, Unavailable
from leadtui.core.models.dto import Comparison, Measured, ModelCard
from leadtui.scoring.errors import (
    ArtefactError,
    LibraryMissing,
    NotDeployable,
    ScoringError,
    TrainingFileError,
    TrainingRefused,
)


def as_core_error(error: ScoringError) -> LeadtuiError:
    """The core's error for one of scoring's.

    Codes: `model_` + ArtefactError's · `training_` + TrainingRefused's · `training_file_` +
    TrainingFileError's · `inputs_absent` · `scoring_library` · `scoring_failed`.
    """
    data = {key: _words(value) for key, value in error.data.items() if key not in ("expected", "got")}
    data |= {key: error.data[key] for key in ("expected", "got") if isinstance(error.data.get(key), int)}
    if isinstance(error, NotDeployable):
        return Conflict(error.code, **data)
    if isinstance(error, ArtefactError):
        return Conflict(f"model_{error.code}", **data)
    if isinstance(error, TrainingRefused):
        return Invalid({"file": error.code}, f"training_{error.code}", **data)
    if isinstance(error, TrainingFileError):
        return Invalid({"file": error.code}, f"training_file_{error.code}", **data)
    if isinstance(error, LibraryMissing):
        return Unavailable("scoring_library", why=error.data.get("why", error.code))
    return Unavailable("scoring_failed", why=error.data.get("why", error.code))


def _words(value: object) -> object:
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | dict):
        return ", ".join(str(part) for part in value)
    return value


def way_back(history: Sequence[int]) -> int | None:
    """The model to roll back to, from every deployment in order; None where there was none before.

    Going back to the one before counts as a step back, so that a second rollback goes on to the one before
    that instead of forward again: A, B, C, back to B, back to A.
    """
    path: list[int] = []
    for model in history:
        if path[-2:-1] == [model]:
            path.pop()
        elif path[-1:] != [model]:
            path.append(model)
    return path[-2] if len(path) > 1 else None


def compare(a: ModelCard, b: ModelCard) -> Comparison:
    """Every figure of both cards, and honestly what they do not share."""
    one, other = a.card, b.card
    inputs_a, inputs_b = _inputs(one), _inputs(other)
    return Comparison(
        a=a,
        b=b,
        only_a=tuple(name for name in inputs_a if name not in inputs_b),
        only_b=tuple(name for name in inputs_b if name not in inputs_a),
        figures=tuple(_figures(one["metrics"], other["metrics"])),
        differs=tuple(_differs(one, other)),
        settings=tuple(
            (name, str(left), str(right))
            for part in ("parameters", "versions")
            for name in sorted({*one[part], *other[part]})
            if (left := one[part].get(name, "–")) != (right := other[part].get(name, "–"))
        ),
    )


def _inputs(card: Mapping[str, Any]) -> list[str]:
    return [str(item["name"]) for item in card["inputs"]]


def _figures(a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterable[Measured]:
    for protocol in _union(a, b):
        left, right = a.get(protocol, {}), b.get(protocol, {})
        for rival in _union(left, right):
            ours, theirs = left.get(rival, {}), right.get(rival, {})
            for metric in _union(ours, theirs):
                yield Measured(protocol, rival, metric, ours.get(metric), theirs.get(metric))


def _union(a: Iterable[str], b: Iterable[str]) -> list[str]:
    return list(dict.fromkeys([*a, *b]))


def _differs(a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterable[str]:
    if a["data"]["sha256"] != b["data"]["sha256"]:
        yield "data"
    if a["protocol"].get("folds") != b["protocol"].get("folds"):
        yield "folds"
    if any(a["protocol"].get(key) != b["protocol"].get(key) for key in ("forward_first", "forward_step")):
        yield "forward"
    if any(_rows(a, protocol) != _rows(b, protocol) for protocol in _union(a["metrics"], b["metrics"])):
        yield "rows"


def _rows(card: Mapping[str, Any], protocol: str) -> Any:
    return card["metrics"].get(protocol, {}).get("model", {}).get("n")
