"""`{name}` in a guide's sentences: a fixed list of values, put in by our own pattern. No format strings."""

from __future__ import annotations

import re
from typing import Final

PATTERN: Final = re.compile(r"\{([^{}]*)\}")

ALWAYS: Final = frozenset({"bank", "agent", "greeting"})
"""Never missing."""
CUSTOMER: Final = frozenset(
    {"name", "age", "city", "balance", "savings", "income", "installments", "earlier_month", "last_call",
     "promised_day"}
)  # fmt: skip
"""Missing where the bank does not know it."""
TERMS: Final = frozenset(
    {"product", "rate", "tenor", "minimum", "maximum", "fee", "tax_percent", "tax_free_up_to"}
)
"""Of the offer: its own terms."""
SUMS: Final = frozenset({"amount", "months", "total", "interest", "tax", "net", "monthly"})
"""Of the offer's calculation."""
OFFER: Final = TERMS | SUMS
KNOWN: Final = ALWAYS | CUSTOMER | OFFER


def used(text: str) -> tuple[str, ...]:
    """The placeholders of a sentence, each once, in order."""
    return tuple(dict.fromkeys(PATTERN.findall(text)))


def stray(text: str) -> bool:
    """Whether a brace stands in it that belongs to no placeholder."""
    rest = PATTERN.sub("", text)
    return "{" in rest or "}" in rest
