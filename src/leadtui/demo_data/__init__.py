"""Aggregated statistics of UCI dataset 222 (CC BY 4.0), from which the demo's people are drawn.

`facts.json` holds counts, rates and quantiles of bank-additional-full.csv and no row of it; the citation and
the licence are in the file.
"""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import Any


@functools.cache
def facts() -> dict[str, Any]:
    """The aggregates, by the names they have in the file."""
    text = resources.files(__name__).joinpath("facts.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded
