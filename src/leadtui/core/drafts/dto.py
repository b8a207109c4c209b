"""One thing that was typed and is not in the database yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """What was typed, as JSON-able values. `kind` and `ident` together name it."""

    kind: str
    """What it is for: the front door's own word."""
    ident: str
    at: datetime
    """Aware: when it was last typed at."""
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What lay in the folder for one user."""

    entries: tuple[Entry, ...]
    damaged: int
    """Files that could not be read; they were set aside."""
