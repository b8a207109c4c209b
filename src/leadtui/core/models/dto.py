"""What the model services take and give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class RegisterModel:
    """A trained model to keep. The same bytes again give the same model."""

    artefact: bytes = field(repr=False)
    """The blob of `scoring.artefact.Artefact.to_bytes`."""
    name: str | None = None
    """Unique; None: made of the feature set and the digest."""


@dataclass(frozen=True, slots=True)
class DeployModel:
    """Make a registered model the one that scores."""

    model_id: int


@dataclass(frozen=True, slots=True)
class Model:
    """One line of the list of models."""

    id: int
    name: str
    kind: str
    feature_set: str
    """lead_only, with_market, small_form or custom."""
    status: str
    """candidate, deployed, former (it was deployed once) or retired (for good)."""
    sha256: str
    """Hex digest of the artefact."""
    created_at: datetime
    deployed_at: datetime | None
    file: str | None
    """Name of the training file."""
    rows: int | None
    auc: float | None
    """Of the random (stratified) split."""
    auc_forward: float | None
    """Forward in time; None where the file was too short."""
    auc_within_day: float | None
    """Forward in time, inside each calling day; None without a calendar in the file."""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A model and everything its description holds (`scoring.train.card.KEYS`)."""

    model: Model
    card: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RetireModel:
    """Take a model out of service for good; it is kept for the scores it made."""

    model_id: int


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure of two cards, side by side."""

    protocol: str
    """stratified (a random split) or forward (in time)."""
    rival: str
    """model, constant (the constant rate) or bought_before (the rule)."""
    metric: str
    """auc, within_day (AUC inside each calling day), lift@10% …"""
    a: float | None
    b: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models side by side, and whether their figures may be compared at all."""

    a: ModelCard
    b: ModelCard
    only_a: tuple[str, ...]
    """Inputs that only A has."""
    only_b: tuple[str, ...]
    figures: tuple[Measured, ...]
    differs: tuple[str, ...]
    """What keeps the figures from being compared: data, folds, forward, rows (of the evaluation)."""
    settings: tuple[tuple[str, str, str], ...]
    """Parameters and versions that differ: name, A's, B's."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """What deploying did."""

    model: Model
    previous_id: int | None
    """The model that scored before; itself where nothing changed."""
    changed: bool
