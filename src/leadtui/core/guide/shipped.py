"""The guide that comes with leadtui (`guide_data/bank.yaml`)."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

SOURCE: Final = "leadtui"
"""What the list of versions calls it."""


def text() -> str:
    """Its YAML."""
    return (files("leadtui") / "guide_data" / "bank.yaml").read_text(encoding="utf-8")
