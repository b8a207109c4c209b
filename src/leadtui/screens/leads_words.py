"""What the leads screen says: counts, chips and empty lists. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any

from leadtui.commands import key_of
from leadtui.core.auth.permissions import Permission
from leadtui.core.leads.dto import Count, LeadFilter, Scope
from leadtui.formats import clock_zone, count, money_short, number, percent, weekday
from leadtui.i18n import _, ngettext
from leadtui.screens.filter_rules import LISTS, RANGES, Range
from leadtui.widgets.filter_bar import Narrowed


def chips(wanted: LeadFilter) -> tuple[Narrowed, ...]:
    """What narrows the list beside the search, one chip a field."""
    found = []
    for row in RANGES:
        low, high = getattr(wanted, row.low), getattr(wanted, row.high)
        if low is not None or high is not None:
            said = _range(_bound(row, low), _bound(row, high))
            found.append(Narrowed(row.name, f"{_(row.label)} {said}"))
    if wanted.city:
        found.append(Narrowed("city", f"{_('city')} {wanted.city}", wanted.city))
    for name, (label, word) in LISTS.items():
        values = getattr(wanted, name)
        if values:
            words = [word(value) for value in values]
            short = words[0] if len(words) == 1 else f"{_(label)} {number(len(words))}"
            found.append(Narrowed(name, ", ".join(words), short))
    return tuple(found)


def _bound(row: Range, value: Any) -> str | None:
    if value is None:
        return None
    if row.kind == "share":
        return percent(value)
    if row.kind == "money":
        return money_short(value, None)
    return _("{n} d").format(n=number(value)) if row.name == "idle" else str(value)


def _range(low: str | None, high: str | None) -> str:
    if low is not None and high is not None:
        return low if low == high else f"{low}–{high}"
    return f"≥ {low}" if low is not None else f"≤ {high}"


def without(wanted: LeadFilter, part: str) -> LeadFilter:
    """The filter without what a chip stands for."""
    pairs = {row.name: (row.low, row.high) for row in RANGES}
    empty: dict[str, Any] = {name: getattr(LeadFilter(), name) for name in pairs.get(part, (part,))}
    return replace(wanted, **empty)


def _opening(at: datetime, zone: tzinfo) -> str:
    """`Mon 06:00 WIB`: with the day, or on a Saturday night it reads as tomorrow."""
    return f"{weekday(at.astimezone(zone), short=True)} {clock_zone(at, zone)}"


def how_many(total: Count, scope: Scope) -> str:
    """`39 ready`, `5,009 leads`."""
    told = _("{n} ready") if scope is Scope.QUEUE else ngettext("{n} lead", "{n} leads", total.n)
    return told.format(n=count(total.n, total.capped))


def count_words(
    total: Count, summary: Any, scope: Scope, wanted: LeadFilter, zone: tzinfo, *, reordered: bool
) -> tuple[str, bool]:
    """The count, never more exact than it is, and whether it is a warning."""
    if scope is Scope.QUEUE and summary is not None and not summary.window_open:
        if summary.opens_at is None:
            return _("no calling hours today"), True
        return _("calling hours begin {time}").format(time=_opening(summary.opens_at, zone)), True
    said = how_many(total, scope)
    if reordered:
        said += " · " + _("{key} new order").format(key=key_of("refresh"))
    return said, False


def empty_words(
    wanted: LeadFilter, summary: Any, scope: Scope, zone: tzinfo, may: Callable[[str], bool]
) -> str:
    """What an empty list says, with what to do."""
    if wanted.search and scope is Scope.QUEUE:
        told = _("Nobody in your queue matches. {enter} looks among all customers, {clear} clears.")
        return told.format(enter=key_of("select"), clear=key_of("clear"))
    if not wanted.empty:
        return _("Nobody matches. {clear} clears the search and the filter.").format(clear=key_of("clear"))
    if summary.scored + summary.unscored.n == 0:
        if may(Permission.LEADS_IMPORT):
            return _("No leads yet: leadtui leads import FILE brings them in.")
        return _("No leads yet. An admin imports them.")
    if scope is Scope.QUEUE and not summary.window_open:
        if summary.opens_at is None:
            return _("Outside the calling hours.")
        return _("Outside the calling hours; they begin {time}.").format(
            time=_opening(summary.opens_at, zone)
        )
    told = _("Nobody is ready to be called now. {tasks} shows your callbacks; {refresh} looks again.")
    return told.format(tasks=key_of("tasks"), refresh=key_of("refresh"))
