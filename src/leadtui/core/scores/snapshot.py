"""A lead's features as JSON and back: what a prediction row keeps, so a score can be made again. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

from leadtui.scoring.features import Features


def as_json(features: Features) -> dict[str, Any]:
    """Only what is known: a missing fact has no key."""
    found = {item.name: getattr(features, item.name) for item in fields(Features)}
    return {
        name: float(value) if isinstance(value, Decimal) else value
        for name, value in found.items()
        if value is not None
    }


def from_json(raw: Mapping[str, Any]) -> Features:
    """The features that `as_json` stored; a key that no longer exists is left out."""
    known = {item.name for item in fields(Features)}
    return Features(**{name: value for name, value in raw.items() if name in known})
