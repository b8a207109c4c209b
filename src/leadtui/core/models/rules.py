"""Scoring's failures as the core's, so that every front door words one kind of error. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from leadtui.core.errors import Conflict, Invalid, LeadtuiError, Unavailable
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
