"""Sentences for the error and field codes of calls and tasks.

`register()` adds them to `wording`; the call screens do when they are loaded, other front doors when they
word an error.
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from leadtui.core.leads.dto import Zone
from leadtui.core.regions import ZONE_NAMES
from leadtui.formats import clock, clock_zone, weekday, zone_name
from leadtui.i18n import N_, _
from leadtui.wording import register_errors, register_fields

FIELDS: Final[dict[str, str]] = {
    # at most 30 cells: they stand in the form's narrow column
    "when_empty": N_("e.g. 14:30 or tomorrow 10:00"),
    "when_unknown": N_("Not a time; e.g. tomorrow 10:00"),
    "when_not_understood": N_("“{text}” is not a time in words; e.g. 14:30 or tomorrow 10:00"),
    "when_needs_time": N_("At what time?"),
    "when_needs_day": N_("On which day?"),
    "when_ambiguous": N_("Unclear: write the date, too."),
    "when_closed": N_("Closed; {nearest}?"),
    "when_no_such_time": N_("There is no such time."),
    "when_past": N_("That is past already."),
    "past": N_("That is past already."),
    "too_far": N_("More than a year away."),
    "needs_words": N_("A few words of your own."),
    "needs_connected": N_("Only where somebody answered."),
    "incoming": N_("They called us: 1–4 or 6."),
    "no_callback": N_("Nobody may call them again."),
    "not_a_number": N_("e.g. 50000000 or 50 million"),
    "not_positive": N_("More than zero."),
    "too_large": N_("That is too much."),
    "too_precise": N_("Two decimals at most."),
    "two_ways": N_("Unclear: write 1.5 million."),
    "unknown": N_("Not known here."),
    "needs_zone": N_("A time needs its time zone."),
    "only_agents_call": N_("Only agents call customers."),
    "setting_wrong": N_("This setting makes no sense."),
}
ERRORS: Final[dict[str, str]] = {
    "open_call": N_("This call is not open any more."),
    "lead": N_("This customer is not in your list."),
    "lead_taken": N_("A colleague has just taken this customer."),
    "not_callable": N_("This customer may not be called now."),
    "lead_moved_on": N_("Somebody else has worked on this customer since."),
    "already_dialled": N_("Already dialled: log the outcome."),
    "task": N_("This task is not yours any more."),
    "task_changed": N_("This task has changed; here is how it is now."),
    "callback_exists": N_("This customer has a callback already."),
    "task_to_whom": N_("To whom? One of --to NAME, --me or --anyone."),
    "task_no_colleague": N_("No colleague, or several, have this name. There are: {known}."),
    "lead_owned": N_("This customer belongs to {by_name}."),
    "has_open_call": N_("Finish the open call first."),
    "queue_empty": N_("Nobody is left to call now."),
}


_PAUSES: Final[dict[str, str]] = {
    "break": N_("short break"),
    "prayer": N_("prayer"),
    "meal": N_("meal"),
    "training": N_("training or meeting"),
    "admin": N_("paperwork"),
    "other": N_("something else"),
}


def pause_word(reason: str) -> str:
    """Why somebody takes no calls."""
    return _(_PAUSES.get(reason, _PAUSES["other"]))


def nobody_words(opens_at: datetime | None, zone: tzinfo) -> str:
    """Why there is nobody to call: outside the calling hours with where and when the first ones begin.

    All zones have the same hours by their own clocks, so the easternmost, WIT, opens first.
    """
    if opens_at is None:
        return _(ERRORS["queue_empty"])
    far = ZoneInfo(ZONE_NAMES[Zone.WIT])
    there = opens_at.astimezone(far)
    told = _("Outside the calling hours. {zone} opens {day} {time}").format(
        zone=zone_name(there, far), day=weekday(there), time=clock(there, far)
    )
    here = opens_at.astimezone(zone)
    return f"{told}." if here.utcoffset() == there.utcoffset() else f"{told} = {clock_zone(here, zone)}."


def register() -> None:
    """Make these words known; again changes nothing."""
    register_errors(ERRORS)
    register_fields(FIELDS)
