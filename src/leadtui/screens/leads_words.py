"""What the leads screen says: counts, chips and empty lists. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import tzinfo
from typing import Any

from leadtui.core.auth.permissions import Permission
from leadtui.core.leads.dto import Count, LeadFilter, Scope
from leadtui.formats import clock_zone, count, percent
from leadtui.i18n import _
from leadtui.widgets.filter_bar import Narrowed
from leadtui.wording import job_word, state_word


def chips(wanted: LeadFilter) -> tuple[Narrowed, ...]:
    """What narrows the list beside the search."""
    found = []
    if wanted.min_score is not None or wanted.max_score is not None:
        low = None if wanted.min_score is None else percent(wanted.min_score)
        high = None if wanted.max_score is None else percent(wanted.max_score)
        found.append(Narrowed("score", f"{_('score')} {_range(low, high)}"))
    if wanted.min_age is not None or wanted.max_age is not None:
        low = None if wanted.min_age is None else str(wanted.min_age)
        high = None if wanted.max_age is None else str(wanted.max_age)
        found.append(Narrowed("age", f"{_('age')} {_range(low, high)}"))
    found += [Narrowed(f"job {job}", job_word(job)) for job in wanted.jobs]
    found += [Narrowed(f"state {state.value}", state_word(state)) for state in wanted.states]
    return tuple(found)


def _range(low: str | None, high: str | None) -> str:
    if low is not None and high is not None:
        return f"{low}–{high}"
    return f"≥ {low}" if low is not None else f"≤ {high}"


def without(wanted: LeadFilter, part: str) -> LeadFilter:
    """The filter without what a chip stands for."""
    kind, _blank, code = part.partition(" ")
    if kind == "score":
        return replace(wanted, min_score=None, max_score=None)
    if kind == "age":
        return replace(wanted, min_age=None, max_age=None)
    if kind == "job":
        return replace(wanted, jobs=tuple(job for job in wanted.jobs if job != int(code)))
    return replace(wanted, states=tuple(state for state in wanted.states if state.value != int(code)))


def count_words(
    total: Count, summary: Any, scope: Scope, wanted: LeadFilter, zone: tzinfo, *, reordered: bool
) -> tuple[str, bool]:
    """The count, never more exact than it is, and whether it is a warning."""
    shown = count(total.n, total.capped)
    if scope is Scope.QUEUE and summary is not None and not summary.window_open:
        if summary.opens_at is None:
            return _("no calling hours today"), True
        return _("calling hours begin {time}").format(time=clock_zone(summary.opens_at, zone)), True
    told = _("{n} ready") if scope is Scope.QUEUE else _("{n} leads")
    said = told.format(n=shown)
    return (f"{said} · {_('R new order')}" if reordered else said), False


def empty_words(
    wanted: LeadFilter, summary: Any, scope: Scope, zone: tzinfo, may: Callable[[str], bool]
) -> str:
    """What an empty list says, with what to do."""
    if not wanted.empty:
        return _("Nobody matches. esc clears the search and the filter.")
    if summary.scored + summary.unscored.n == 0:
        if may(Permission.LEADS_IMPORT):
            return _("No leads yet: leadtui leads import FILE brings them in.")
        return _("No leads yet. An admin imports them.")
    if scope is Scope.QUEUE and not summary.window_open:
        if summary.opens_at is None:
            return _("Outside the calling hours.")
        return _("Outside the calling hours; they begin {time}.").format(
            time=clock_zone(summary.opens_at, zone)
        )
    return _("Nobody is ready to be called now. f3 shows your callbacks; R looks again.")
