"""Fold accents and case, in one function for data and query alike.

The embedded PostgreSQL has neither unaccent nor ICU, so what is stored (`name_fold`, the search vector, the
word counts) and what is typed into the search box go through `fold` here. The result holds letters, digits
and single spaces only, so PostgreSQL's `simple` parser sees the same words as `words` does.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

PLAIN_NAME: Final = r"^[A-Za-z]+(?: [A-Za-z]+)*$"
"""What folds by lower-casing alone; the same text is a valid PostgreSQL regular expression."""

_PLAIN: Final = re.compile(PLAIN_NAME.removesuffix("$") + r"\Z")
# Letters that have no decomposition, but that people type without their stroke.
_STROKES: Final = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŧ": "t"}
)
# Inside a word: "Ma'ruf" is one word, and some type it without the mark.
_APOSTROPHES: Final = str.maketrans(dict.fromkeys("'`´‘’ʻʼ′", None))
_ASCII_SPACE: Final = str.maketrans(
    {code: " " for code in range(128) if not chr(code).isalnum()}
    | {ord("'"): None, ord("`"): None}
    | {code: chr(code).lower() for code in range(ord("A"), ord("Z") + 1)}
)


def fold(text: str) -> str:
    """`text` in lower case without accents: words of letters and digits, one space between them.

    Full-width forms and ligatures are resolved (NFKD), letters of other scripts stay. `fold(fold(x)) ==
    fold(x)` for every x.
    """
    if text.isascii():
        if _PLAIN.match(text):
            return text.lower()
        return " ".join(text.translate(_ASCII_SPACE).split())
    # Twice: case folding can bring out a new decomposition (İ → i + dot), NFKD a new capital (㎏ is kg,
    # but ℃ is °C), and the result has to be stable.
    for _ in range(2):
        text = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold().translate(_STROKES)
    text = text.translate(_APOSTROPHES)
    return " ".join(
        "".join(char if char.isalnum() else " " for char in text if not unicodedata.combining(char)).split()
    )


def words(text: str) -> tuple[str, ...]:
    """The folded words of `text`, in order, repeats kept."""
    return tuple(fold(text).split())


def sql_fold_plain(column: str) -> str:
    """SQL expression: `fold` of the text in `column` when it is a plain ASCII name, else NULL.

    `column` is an SQL expression of our own, never text from outside. What is NULL is for `fold`.
    """
    return f"(case when {column} ~ '{PLAIN_NAME}' then lower({column} collate \"C\") end)"
