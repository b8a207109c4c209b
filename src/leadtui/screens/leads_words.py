"""What the leads screen says: counts, chips and empty lists. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any, Final

from leadtui.commands import key_of
from leadtui.core.auth.permissions import Permission
from leadtui.core.leads.dto import Count, LeadFilter, Owner, Scope
from leadtui.core.leads.query_words import NEVER
from leadtui.formats import clock_zone, count, money_short, number, percent, weekday
from leadtui.i18n import N_, _, ngettext
from leadtui.screens.filter_rules import BESIDE, LISTS, RANGES, Range
from leadtui.widgets.filter_bar import Narrowed

_LABELLED: Final = frozenset({"tags", "housing", "loan"})
"""What says nothing without its label."""


def chips(wanted: LeadFilter) -> tuple[Narrowed, ...]:
    """What narrows the list beside the search, one chip a field."""
    found = []
    for row in RANGES:
        low, high = getattr(wanted, row.low), getattr(wanted, row.high)
        if low is not None or high is not None:
            said = _range(_bound(row, low), _bound(row, high))
            if row.name == "idle" and low is not None and low >= NEVER:
                said = _("never")
            found.append(Narrowed(row.name, f"{_(row.label)} {said}"))
    if wanted.city:
        found.append(Narrowed("city", f"{_('city')} {wanted.city}", wanted.city))
    for name, (label, word) in LISTS.items():
        values = getattr(wanted, name)
        if values:
            words = [word(value) for value in values]
            if name in _LABELLED:
                words[0] = f"{_(label)}: {words[0]}"
            short = words[0] if len(words) == 1 else f"{_(label)} {number(len(words))}"
            found.append(Narrowed(name, ", ".join(words), short))
    for name, (label, word) in BESIDE.items():
        if values := getattr(wanted, name):
            told = ", ".join(word(value) for value in values)
            if name == "default":
                found.append(Narrowed(name, f"{_(label)}: {told}"))
            else:
                found.append(Narrowed(name, _("not {what}").format(what=told)))
    if wanted.not_city:
        found.append(Narrowed("not_city", _("not {what}").format(what=wanted.not_city)))
    if wanted.owner is not None:
        found.append(Narrowed("owner", _(OWNERS[wanted.owner])))
    if wanted.min_callback_days is not None or wanted.max_callback_days is not None:
        found.append(Narrowed("callback", _promised(wanted.min_callback_days, wanted.max_callback_days)))
    return tuple(found)


OWNERS: Final[dict[Owner, str]] = {
    Owner.ME: N_("mine"),
    Owner.NOBODY: N_("nobody's"),
    Owner.OTHER: N_("a colleague's"),
}
_PROMISED: Final[dict[tuple[int | None, int | None], str]] = {
    (0, 0): N_("callback today"),
    (1, 1): N_("callback tomorrow"),
    (None, 0): N_("callback by today"),
    (None, -1): N_("callback overdue"),
    (-3_650, 3_650): N_("callback agreed"),
}


def _promised(low: int | None, high: int | None) -> str:
    if (words := _PROMISED.get((low, high))) is not None:
        return _(words)
    days = [None if n is None else _("{n} d").format(n=number(n)) for n in (low, high)]
    return f"{_('callback')} {_range(*days)}"


def _bound(row: Range, value: Any) -> str | None:
    if value is None:
        return None
    if row.kind == "share":
        return percent(value)
    if row.kind == "money":
        return money_short(value, None)
    if row.name == "idle":
        return _("never") if value >= NEVER else _("{n} d").format(n=number(value))
    return str(value)


def _range(low: str | None, high: str | None) -> str:
    if low is not None and high is not None:
        return low if low == high else f"{low}–{high}"
    return f"≥ {low}" if low is not None else f"≤ {high}"


def without(wanted: LeadFilter, part: str) -> LeadFilter:
    """The filter without what a chip stands for."""
    pairs = {row.name: (row.low, row.high) for row in RANGES}
    pairs["callback"] = ("min_callback_days", "max_callback_days")
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
