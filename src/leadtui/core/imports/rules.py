"""What may be shown of a rejected value to whoever looks at old imports."""

from __future__ import annotations

import re
from typing import Final

from leadtui.core.imports.columns import BY_HEADER

_SHORT: Final = 3


def mask(column: str, value: str) -> str:
    """A value of a person (name, phone, e-mail) but for its ends; any other as it is.

    Enough to find the row in the file, too little to use without it.
    """
    known = BY_HEADER.get(column)
    if known is None or not known.contact or column in _OPEN:
        return value
    if len(value) <= _SHORT:
        return "•" * len(value)
    return value[0] + "•" * min(len(value) - 2, 8) + value[-1]


_OPEN: Final = frozenset({"external_id", "consent", "do_not_call", "balance_currency", "province", "source"})
"""Columns about a contact that name nobody."""

FORMULA: Final = "=+@|%\\t\\-＝＋－＠"
"""What makes a spreadsheet run a cell (OWASP, CSV injection), for a character class; full-width forms too."""

GUARDED: Final = f"^'+[{FORMULA}]"
"""A cell that `guard` has put an apostrophe before. Python and PostgreSQL read it alike."""

_RUNS: Final = re.compile(f"'*[{FORMULA}]")
_NUMBER: Final = re.compile(r"[+-][0-9]+(?:\.[0-9]+)?", re.ASCII)


def guard(cell: str) -> str:
    """`cell` so that no spreadsheet runs it: with an apostrophe before it. Numbers stay numbers."""
    return f"'{cell}" if _RUNS.match(cell) and not _NUMBER.fullmatch(cell) else cell
