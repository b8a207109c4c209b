"""Text from outside without what could harm a terminal (DESIGN §4.1); display strips once more."""

from __future__ import annotations

import re
from typing import Final

# A whole escape sequence goes, or its tail ("[31m") would stay behind as text.
_SEQUENCE: Final = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]"
)
_CONTROL: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # C0, DEL, C1 without what separates words
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"  # invisible, bidi, variation selectors
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\ud800-\udfff]"
)

_BREAK: Final = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")

EXCERPT: Final = 80


def clean(text: str) -> str:
    """`text` without escape sequences, C0, C1, bidi and invisible characters; runs of blanks, tabs and line
    breaks become one blank, none at the ends."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split()) if "  " in text else text.strip()
    return " ".join(_CONTROL.sub("", _SEQUENCE.sub("", text)).split())


def printable(text: str) -> str:
    """`text` as it stands, without escape sequences, controls and invisible characters; line breaks are
    line feeds."""
    if text.isascii() and text.isprintable():
        return text
    text = _CONTROL.sub("", _SEQUENCE.sub("", text))
    return _BREAK.sub("\n", text)


def excerpt(text: str) -> str:
    """`text` cleaned and cut to what a report shows of a value."""
    # Cut twice: cleaning a cell of a megabyte to show 80 characters would be a waste.
    cleaned = clean(text[: EXCERPT * 8])
    return cleaned if len(cleaned) <= EXCERPT else cleaned[: EXCERPT - 1].rstrip() + "…"
