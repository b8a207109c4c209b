"""Amounts of money as people type them: `50000000`, `50.000.000`, `Rp50 jt`, `2,5 juta`, `1.250,50`. Pure.

What was understood is shown beside the field at once, so a separator that could mean two things is read in
one fixed way: a single `.` or `,` before exactly three digits groups thousands, before one or two digits it
is the decimal mark; without a unit only where the language in use takes it for one.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from leadtui.core.calls.validate import AMOUNT_LIMIT
from leadtui.core.errors import Invalid
from leadtui.i18n import language

_UNITS: Final = {
    "": 1,
    "rb": 10**3, "ribu": 10**3, "k": 10**3, "thousand": 10**3,
    "jt": 10**6, "juta": 10**6, "million": 10**6, "mio": 10**6,
    "miliar": 10**9, "milyar": 10**9, "billion": 10**9, "bn": 10**9,
    "triliun": 10**12, "trillion": 10**12,
}  # fmt: skip
_M: Final = {"id": 10**9, "en": 10**6}
"""`2m`: two miliar in Indonesian, two million in English. The form says what was understood."""

_GROUPING: Final = {"id": ".", "en": ","}

_TYPED: Final = re.compile(r"(?:rp\.?|idr)?\s*([0-9][0-9.,' ]*?)\s*([a-z]*)\.?", re.ASCII)
_GROUPED: Final = re.compile(r"[0-9]{1,3}([.,' ])[0-9]{3}(?:\1[0-9]{3})*(?:(?!\1)[.,][0-9]{1,2})?", re.ASCII)
_PLAIN: Final = re.compile(r"[0-9]+(?:[.,][0-9]{1,2})?", re.ASCII)


def parse_amount(typed: str) -> Decimal:
    """The amount meant, above zero, in the language in use. Raises Invalid on `amount`: `required`,
    `not_a_number`, `not_positive`, `too_large`, `too_precise`, and `two_ways` for `1.5` where the point
    groups thousands: nobody sells one and a half rupiah.
    """
    spoken = language()
    text = typed.strip().lower()
    if not text:
        raise Invalid({"amount": "required"})
    found = _TYPED.fullmatch(text)
    unit = None if found is None else _M.get(spoken) if found[2] == "m" else _UNITS.get(found[2])
    if found is None or unit is None:
        raise Invalid({"amount": "not_a_number"})
    digits = found[1].strip()
    if grouped := _GROUPED.fullmatch(digits):
        digits = digits.replace(grouped[1], "").replace(",", ".")
    elif _PLAIN.fullmatch(digits):
        if _GROUPING[spoken] in digits and not found[2]:
            raise Invalid({"amount": "two_ways"})
        digits = digits.replace(",", ".")
    else:
        raise Invalid({"amount": "not_a_number"})
    amount = Decimal(digits) * unit
    if amount <= 0:
        raise Invalid({"amount": "not_positive"})
    if amount >= AMOUNT_LIMIT:
        raise Invalid({"amount": "too_large"})
    if amount != round(amount, 2):
        raise Invalid({"amount": "too_precise"})
    return amount
