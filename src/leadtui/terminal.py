"""What this terminal and its user can take: no colours, ASCII only, nothing that moves. From the environment.

Read once before the first paint. What the environment asks for cannot be switched off inside the program;
without it the user's own choice counts, which is remembered with their account.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from leadtui.i18n import _

LEAST: Final = (50, 14)
"""Columns and lines from which every screen can be used."""

_OFF: Final = frozenset({"", "0", "no", "off", "false"})


@dataclass(frozen=True, slots=True)
class Abilities:
    """What the environment asks for."""

    no_color: bool = False
    """`NO_COLOR`, not empty (no-color.org): weight, reverse and underline instead of colours."""
    ascii: bool = False
    """`LEADTUI_ASCII`, or a locale whose encoding is not UTF-8: no sign beyond ASCII."""
    utf8: bool = True
    """Whether letters beyond ASCII (names) can be shown."""
    calm: bool = False
    """`LEADTUI_REDUCED_MOTION`, or `TEXTUAL_ANIMATIONS=none`: nothing moves, nothing blinks."""


def abilities(environ: Mapping[str, str] | None = None) -> Abilities:
    """What the environment says."""
    env = os.environ if environ is None else environ
    utf8 = _utf8(env)
    return Abilities(
        no_color=bool(env.get("NO_COLOR")),
        ascii=_on(env.get("LEADTUI_ASCII")) or not utf8,
        utf8=utf8,
        calm=_on(env.get("LEADTUI_REDUCED_MOTION")) or env.get("TEXTUAL_ANIMATIONS", "").lower() == "none",
    )


def dumb(environ: Mapping[str, str] | None = None) -> bool:
    """Whether the terminal cannot move its cursor (`TERM=dumb`): no program of this kind can run on it."""
    env = os.environ if environ is None else environ
    return env.get("TERM", "").lower() in ("dumb", "unknown")


def too_small(columns: int, lines: int) -> bool:
    """Whether a terminal has too little room."""
    return columns < LEAST[0] or lines < LEAST[1]


def multiplexer(environ: Mapping[str, str] | None = None) -> str:
    """`tmux`, `screen`, or the empty string: what stands between us and the terminal's clipboard."""
    env = os.environ if environ is None else environ
    if env.get("TMUX"):
        return "tmux"
    return "screen" if env.get("STY") else ""


def clipboard_words(environ: Mapping[str, str] | None = None) -> str:
    """What stands in the way of copying, as a sentence, or the empty string. A copy travels as OSC 52 through
    SSH to the terminal of who sits there; a multiplexer in between has to let it pass."""
    between = multiplexer(environ)
    if between == "tmux":
        return _("Copying inside tmux needs, in ~/.tmux.conf: set -s set-clipboard on")
    if between == "screen":
        return _("GNU screen does not pass a copy on to the terminal; tmux can, or leave screen.")
    return ""


def _on(value: str | None) -> bool:
    return value is not None and value.strip().lower() not in _OFF


def _utf8(env: Mapping[str, str]) -> bool:
    """The encoding that the locale names; UTF-8 where it names none (`C` in containers is UTF-8 since
    Python 3.7, and a terminal of today is)."""
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        if value := env.get(name, ""):
            _lang, dot, encoding = value.partition(".")
            encoding = encoding.partition("@")[0]
            return not dot or encoding.lower().replace("-", "") == "utf8"
    return True
