"""How keys are called: Textual's names, what people write, and which ones a terminal cannot send."""

from __future__ import annotations

import re
from typing import Final

from leadtui.i18n import N_, _

SIGNS: Final[dict[str, str]] = {
    "exclamation_mark": "!", "quotation_mark": '"', "number_sign": "#", "dollar_sign": "$",
    "percent_sign": "%", "ampersand": "&", "apostrophe": "'", "left_parenthesis": "(",
    "right_parenthesis": ")", "asterisk": "*", "plus": "+", "comma": ",", "minus": "-", "full_stop": ".",
    "slash": "/", "colon": ":", "semicolon": ";", "less_than_sign": "<", "equals_sign": "=",
    "greater_than_sign": ">", "question_mark": "?", "at": "@", "left_square_bracket": "[",
    "backslash": "\\", "right_square_bracket": "]", "circumflex_accent": "^", "underscore": "_",
    "grave_accent": "`", "left_curly_bracket": "{", "vertical_line": "|", "right_curly_bracket": "}",
    "tilde": "~",
}  # fmt: skip
"""Textual's name of a key → the sign."""

_NAME_OF: Final = {sign: name for name, sign in SIGNS.items()}

_SHORT: Final = {
    "enter": "⏎", "escape": "esc", "pagedown": "pgdn", "pageup": "pgup", "down": "↓", "up": "↑",
    "left": "←", "right": "→",
}  # fmt: skip

_ALIASES: Final = {
    "esc": "escape", "return": "enter", "⏎": "enter", "pgdn": "pagedown", "pgup": "pageup", "del": "delete",
    "ins": "insert", "↓": "down", "↑": "up", "←": "left", "→": "right", " ": "space",
}  # fmt: skip

_NAMED: Final = frozenset(
    {"enter", "escape", "space", "tab", "backspace", "delete", "insert", "home", "end", "pageup", "pagedown",
     "up", "down", "left", "right", *(f"f{number}" for number in range(1, 25))}
)  # fmt: skip

EDITING: Final = frozenset(
    {"enter", "escape", "space", "tab", "shift+tab", "backspace", "delete", "home", "end", "up", "down",
     "left", "right", "pageup", "pagedown"}
)  # fmt: skip
"""What a text field and a dialog need for themselves."""

SAME_BYTE: Final = {
    "ctrl+i": "tab", "ctrl+m": "enter", "ctrl+h": "backspace", "ctrl+j": "enter",
    "ctrl+left_square_bracket": "escape",
}  # fmt: skip
"""Keys that arrive from a terminal as another one."""

TAKEN: Final = {
    "tab": N_("it moves to the next field"), "shift+tab": N_("it moves to the field before"),
    "ctrl+c": N_("it copies the selected text"), "ctrl+z": N_("the shell uses it"),
}  # fmt: skip
"""Keys that keep what they do, with the reason."""

_MODIFIERS: Final = re.compile(r"((?:ctrl|alt|shift)\+)*")


_plain = False


def write_plain(plain: bool) -> None:
    """Write keys with ASCII only in this process: `enter` for `⏎`."""
    global _plain
    _plain = plain


def key_name(key: str) -> str:
    """How a key is written: `?`, `⏎`, `ctrl+s`, and `space` in the user's language."""
    modifier, plus, last = key.rpartition("+")
    short = _SHORT.get(last, "")
    if _plain and not short.isascii():
        short = last
    shown = _("space") if last == "space" else short or SIGNS.get(last, last)
    return modifier + plus + shown


def parse(written: str) -> str | None:
    """Textual's name of a key as people write it (`?`, `N`, `Ctrl+S`, `esc`), or None for what is no key."""
    text = written if written == " " else written.strip()
    if len(text) == 1:
        return _single(text)
    head = _MODIFIERS.match(text.lower())
    cut = head.end() if head is not None else 0
    modifiers = sorted(set(text[:cut].lower().split("+")) - {""})
    last = text[cut:]
    key = _single(last) if len(last) == 1 else _ALIASES.get(last.lower(), last.lower())
    if not key or (len(key) > 1 and key not in _NAMED and key not in SIGNS):
        return None
    if len(last) == 1 and last.isalpha():
        if modifiers == ["shift"]:
            return last.upper()
        # with ctrl a terminal does not tell capitals
        key = key.lower() if modifiers else key
    return "+".join([*modifiers, key])


def _single(letter: str) -> str | None:
    if letter in _ALIASES:
        return _ALIASES[letter]
    if letter in _NAME_OF:
        return _NAME_OF[letter]
    return letter if letter.isalnum() and letter.isprintable() else None


def writes(key: str) -> bool:
    """Whether the key writes a character into a text field."""
    return len(key) == 1 or key in SIGNS or key == "space"
