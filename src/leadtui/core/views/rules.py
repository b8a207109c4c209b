"""Views that come with the program, what a view may be called, and whose key counts. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from leadtui.core.fold import fold
from leadtui.core.leads.dto import LeadFilter, Sort
from leadtui.core.views.dto import View

NAME_MAX: Final = 40
VIEWS_OF_ONE: Final = 50

KEYS: Final = frozenset("123456789abcefgilmnoptuwxyz")
"""Digits work in the list itself, letters in the sheet; the letters that are missing are the sheet's own."""


def _ours(ident: int, name: str, key: str, filter: LeadFilter, sort: Sort) -> View:
    return View(ident, name, key, filter, sort, mine=False, shared=False, owner_name="", version=1)


BUILT_IN: Final = (
    _ours(-1, "callbacks_today", "1", LeadFilter(max_callback_days=0), Sort.DUE),
    _ours(-2, "never_called", "2", LeadFilter(max_attempts=0), Sort.SCORE),
    _ours(-3, "score_60", "3", LeadFilter(min_score=0.6), Sort.SCORE),
)
"""Names are codes; a front door has the words."""


def name_of(typed: str) -> str:
    """The name as it is kept: one space between words."""
    return " ".join(typed.split())


def wrong_name(name: str) -> str | None:
    """What is wrong with a name, as a field's error code."""
    if not name:
        return "blank"
    if len(name) > NAME_MAX:
        return "view_too_long"
    return None if name.isprintable() and fold(name) else "view_signs"


def nearest_keys(views: Iterable[View]) -> tuple[View, ...]:
    """Each key once: mine before the team's before ours. The order stays."""
    ordered = tuple(views)
    taken: set[str] = set()
    kept: dict[int, View] = {}
    for view in sorted(ordered, key=lambda view: (view.built_in, view.shared)):
        free = view.key is not None and view.key not in taken
        kept[view.id] = view if free else replace(view, key=None)
        if view.key is not None:
            taken.add(view.key)
    return tuple(kept[view.id] for view in ordered)
