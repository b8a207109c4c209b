"""The only way data becomes something that a terminal shows.

Text from outside is hostile: names hold `[@click=…]`, ESC sequences that write the clipboard, and bidi
controls that turn a line around. `clean` takes them out of a string (the CLI too), `plain` makes content
for a widget in which nothing is ever read as markup, `cell` fills a column of a Line-API widget.

Nothing here imports Textual at module level: the command line uses `clean` and starts without it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from textual.content import Content

MISSING: Final = "–"
"""How a value that is not there is shown."""

ELLIPSIS: Final = "…"

# A whole escape sequence goes, not only its first byte, or "[31m" would stay behind as text. A string
# sequence (OSC, DCS, PM, APC, SOS) without an end loses only its introducer: it must not swallow the rest.
_SEQUENCE: Final = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]"
)

# Line and paragraph separators, tab, newline: they separate words, so a blank takes their place.
_BREAK: Final = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")

CONTROL: Final = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"  # invisible, bidi, variation selectors
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\ud800-\udfff"  # lone surrogates: they cannot be written to a terminal at all
    "]"
)
"""One character that must never reach a terminal from data."""


def clean(value: object, *, lines: bool = False) -> str:
    """`value` as text without controls, escape sequences, bidi and invisible characters.

    A line break or tab becomes one blank; with `lines` the line breaks stay (`\\n` only).
    None is the empty string: the caller says how missing looks.
    """
    if value is None:
        return ""
    text = value if isinstance(value, str) else str(value)
    if text.isascii() and text.isprintable():
        return text
    if lines:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        return "\n".join(clean(line) for line in text.split("\n"))
    if CONTROL.search(text) is None:
        return text
    text = _SEQUENCE.sub("", text)
    text = _BREAK.sub(" ", text)
    return CONTROL.sub("", text)


def plain(value: object, *, lines: bool = True) -> Content:
    """`value` as Textual content that holds the text and nothing else: no markup is ever read.

    For `Static.update`, `Label`, `OptionList`, `notify` (with `markup=False`), tooltips and titles.
    """
    from textual.content import Content

    return Content(clean(value, lines=lines))


def width(text: str) -> int:
    """How many terminal cells `text` takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def cut(text: str, cells: int) -> str:
    """`text` in at most `cells` cells: cut with `…`, which never follows a blank or a comma."""
    if cells <= 0:
        return ""
    if width(text) <= cells:
        return text
    from rich.cells import set_cell_size

    # set_cell_size pads where a double-width character does not fit; the strip takes that blank too.
    head = set_cell_size(text, cells - 1).rstrip(" \u00a0,;.·-–(")
    return head + ELLIPSIS


def cell(value: object, cells: int, align: Literal["left", "right"] = "left") -> str:
    """`value` cleaned, cut and padded to exactly `cells` cells."""
    text = cut(clean(value), cells)
    blank = " " * (cells - width(text))
    return blank + text if align == "right" else text + blank


def __getattr__(name: str) -> Any:
    # The filter needs Textual's base class; only who asks for it pays for the import.
    if name == "HostileFilter":
        from leadtui.widgets.hostile import HostileFilter

        return HostileFilter
    raise AttributeError(name)
