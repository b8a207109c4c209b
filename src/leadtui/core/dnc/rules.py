"""What a line of a list of numbers is. Pure."""

from __future__ import annotations

import re
from typing import Final

from leadtui.core import phones

REASON_LIMIT: Final = 500

_TITLES: Final = frozenset(
    {
        "phone", "phone number", "phonenumber", "telephone", "tel", "telp", "tlp", "telepon", "no telepon",
        "no telp", "nomor telepon", "nomor telp", "nomor", "nomor hp", "no hp", "nohp", "hp", "handphone",
        "no handphone", "nomor handphone", "ponsel", "no ponsel", "nomor ponsel", "mobile", "mobile number",
        "msisdn", "number", "e164", "whatsapp", "no wa", "nomor wa",
    }
)  # fmt: skip


def column(cells: list[str]) -> tuple[int, bool] | None:
    """(which field of a list's first line holds the numbers, whether that line is a header).

    By its title, else where it is a number already; None where neither can be told.
    """
    titles = [" ".join(re.split(r"[\s._-]+", cell.strip().lower())).strip() for cell in cells]
    named = [place for place, title in enumerate(titles) if title in _TITLES]
    if named:
        # "no" and "nomor" may number the lines: the most telling title is the longest
        return max(named, key=lambda place: len(titles[place])), True
    numbers = [place for place, cell in enumerate(cells) if phones.to_e164(cell.strip()) is not None]
    if len(numbers) == 1:
        return numbers[0], False
    filled = [place for place, cell in enumerate(cells) if cell.strip()]
    if len(filled) == 1 and any(letter.isdigit() for letter in cells[filled[0]]):
        return filled[0], False  # a list of one column whose first line is wrong
    return None


def reason_code(reason: str | None, *, needed: bool) -> str | None:
    """What is wrong with a reason: reason_needed, too_long."""
    if reason is None or not reason.strip():
        return "reason_needed" if needed else None
    if needed and sum(letter.isalnum() for letter in reason) < 3:
        return "reason_needed"
    return "too_long" if len(reason) > REASON_LIMIT else None
