"""What can go wrong in scoring, as types with a code and data. Front doors word them.

`code` is stable and snake_case; `data` holds what the sentence needs. `str()` is for logs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class ScoringError(Exception):
    """Base of every expected failure of scoring and training."""

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code)
        self.code = code
        self.data: Mapping[str, Any] = data

    def __str__(self) -> str:
        detail = ", ".join(f"{key}={value!r}" for key, value in self.data.items())
        return f"{self.code} ({detail})" if detail else self.code


class ArtefactError(ScoringError):
    """A model file that must not be loaded.

    Codes: `empty` · `too_large` (`size`, `limit`) · `pickled` (loading it would run code) ·
    `not_an_artefact` · `format` (made by a newer version) · `cut` · `digest` (altered) · `meta` (`why`)
    · `not_lightgbm` (`why`) · `inputs` (the text and the description name different columns) · `leaks`
    (`columns` known only after the call) · `crashed` (`exit`: the child that loaded it died) ·
    `timeout` (`seconds`) · `golden` (it loads, but predicts something else than when it was made).
    """


class LibraryMissing(ScoringError):
    """LightGBM's shared library cannot be found or loaded. Codes: `absent`, `broken` (`why`)."""


class NativeError(ScoringError):
    """LightGBM's C API refused a call. Code `native`, `data["why"]` is its own message."""


class NotDeployable(ScoringError):
    """The model needs inputs that a lead to be called does not have.

    Code `inputs_absent`, `data["columns"]` names them: calendar and macro columns belong to the scoring
    day, are equal for all leads, and given as missing they are not neutral.
    """


class TrainingRefused(ScoringError):
    """The request is refused, whatever the file holds.

    Codes: `two_files` (`files`: they may hold the same calls) · `after_the_call` (`columns`: duration and y
    are known only after the call) · `unknown_feature` (`columns`) · `no_features` · `columns_absent`
    (`columns`: the feature set needs them) · `one_class` · `too_few` (`rows`, `bought`, `needed_rows`,
    `needed_bought`).
    """


class TrainingFileError(ScoringError):
    """The file cannot be read as training data; nothing was trained.

    Codes: `missing` · `not_regular` · `unreadable` (`why`) · `empty` · `binary` · `encoding` (`line`) ·
    `separator` · `columns_missing` (`columns`) · `column_twice` (`columns`) · `row_length` (`line`,
    `expected`, `got`) · `open_quote` (`line`) · `number` · `category` · `yes_no` (each `line`, `column`,
    `value`) · `no_rows`.
    """
