"""What a holiday's line may say: dates, names and zones as people write them. Pure."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from leadtui.core.leads.dto import Zone

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2100
NAME_LIMIT: Final = 200

_ISO: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[t ]00:00(?::00)?)?", re.ASCII)
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})", re.ASCII)
_WORDS: Final = re.compile(r"(\d{1,2})[ -]([a-z]+)\.?[ -](\d{4})", re.ASCII)
_MONTHS: Final = (
    ("jan", "januari", "january"),
    ("feb", "februari", "february", "pebruari"),
    ("mar", "maret", "march"),
    ("apr", "april"),
    ("mei", "may"),
    ("jun", "juni", "june"),
    ("jul", "juli", "july"),
    ("agu", "agt", "ags", "agustus", "aug", "august"),
    ("sep", "sept", "september"),
    ("okt", "oktober", "oct", "october"),
    ("nov", "november", "nopember"),
    ("des", "desember", "dec", "december"),
)
_MONTH: Final = {word: number for number, words in enumerate(_MONTHS, start=1) for word in words}
_ZONES: Final = {
    "wib": Zone.WIB, "wita": Zone.WITA, "wit": Zone.WIT, "1": Zone.WIB, "2": Zone.WITA, "3": Zone.WIT,
}  # fmt: skip


def read_day(text: str) -> date | None:
    """A day as people write it: `2026-12-31`, `31/12/2026`, `31-12-2026`, `31 Desember 2026`; None for
    anything else, a date that does not exist among it. The day stands before the month, as in Indonesia."""
    said = " ".join(text.strip().lower().split())
    if found := _ISO.fullmatch(said):
        year, month, day = int(found[1]), int(found[2]), int(found[3])
    elif found := _DAY_FIRST.fullmatch(said):
        day, month, year = int(found[1]), int(found[2]), int(found[3])
    elif found := _WORDS.fullmatch(said):
        day, month, year = int(found[1]), _MONTH.get(found[2], 0), int(found[3])
    else:
        return None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_zone(text: str) -> Zone | None:
    """WIB, WITA or WIT; None for anything else."""
    return _ZONES.get(text.strip().lower())


def name_code(name: str) -> str | None:
    """What is wrong with a name: required, too_long, control_characters."""
    if not name.strip():
        return "required"
    if len(name) > NAME_LIMIT:
        return "too_long"
    return None if name.isprintable() else "control_characters"
