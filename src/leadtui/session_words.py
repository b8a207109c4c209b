"""Sessions in words: where somebody is signed in."""

from __future__ import annotations

from typing import Final

from leadtui.i18n import N_, _
from leadtui.text import clean

_ORIGINS: Final = {
    "tui": N_("program"),
    "cli": N_("command line"),
    "api": N_("interface"),
    "worker": N_("background work"),
}


def origin_word(origin: str) -> str:
    """The front door."""
    return _(_ORIGINS[origin]) if origin in _ORIGINS else clean(origin)


def place_words(origin: str, os_user: str | None, host: str | None) -> str:
    """`program · sari@teller-12`."""
    where = "@".join(clean(part) for part in (os_user, host) if part)
    return f"{origin_word(origin)} · {where}" if where else origin_word(origin)
