"""What a tag may be called. Pure."""

from __future__ import annotations

from typing import Final

from leadtui.core.fold import fold

NAME_MAX: Final = 24
TAGS_A_LEAD: Final = 20
TAGS_A_TEAM: Final = 200

_MEANT: Final = frozenset(',":;')
"""Signs that mean something in a query (`tag:a,b`)."""


def name_of(typed: str) -> str:
    """The name as it is kept: one space between words."""
    return " ".join(typed.split())


def wrong_name(name: str) -> str | None:
    """What is wrong with a name, as a field's error code."""
    if not name:
        return "blank"
    if len(name) > NAME_MAX:
        return "tag_too_long"
    if not name.isprintable() or _MEANT & set(name) or not fold(name):
        return "tag_signs"
    return None
