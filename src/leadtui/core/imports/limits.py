"""How much an import takes, each checked before it is held in memory. Change them here.

A file that is larger, longer or wider than these is nearly always broken: a line end that was lost, a quote
that was never closed, a dump of something else.
"""

from __future__ import annotations

from typing import Final

MAX_FILE: Final = 8 << 30
"""Bytes of one file: about 40 million leads."""

MAX_LINE: Final = 1 << 20
"""Characters of one line."""

MAX_FIELD: Final = 32_767
"""Characters of one field, as many as a spreadsheet's cell holds."""

MAX_COLUMNS: Final = 64
"""Columns of one file; we know half as many."""

BLOCK: Final = 1 << 17
"""Bytes a read: small enough that joining two of them stays in the allocator's pool (9 × at 1 MiB)."""
