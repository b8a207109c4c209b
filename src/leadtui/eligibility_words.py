"""Every predicate of calling somebody in words: how it stands, when it changes, who can change it.

The one source of these words: the sheet behind `x`, `leadtui leads why-not` and the notice of a withdrawal.
Short forms that complete "This customer …" are `wording.verdict_word`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from leadtui.core.leads.dto import Consent, LeadState, Zone
from leadtui.core.regions import ZONE_NAMES
from leadtui.formats import clock_zone, day, long_moment, moment, number
from leadtui.i18n import N_, _, language, ngettext
from leadtui.text import clean
from leadtui.wording import consent_word, register_errors, register_fields, state_word, verdict_word

if TYPE_CHECKING:
    from leadtui.core.eligibility.dto import Lifted, Reason, WhyNot

LABELS: Final[dict[str, str]] = {
    "state": N_("State"),
    "do_not_call": N_("Do-not-call"),
    "consent": N_("Consent"),
    "phone": N_("Phone"),
    "lifetime": N_("Calls so far"),
    "day": N_("Calls today"),
    "rest": N_("Rest"),
    "lease": N_("Reserved"),
    "owner": N_("Owner"),
    "window": N_("Calling hours"),
}
"""Predicate → its name, ≤ 16 cells."""

ERRORS: Final[dict[str, str]] = {
    "lead_changed": N_("This customer has changed since you looked; look again."),
    "override_not_needed": N_("This does not stand against calling: there is nothing to lift."),
    "override_do_not_call": N_("The do-not-call list is never lifted by an override."),
    "override_consent": N_("Consent is never lifted: it is recorded, with its evidence."),
    "override_phone": N_("There is no number that may be called; an override makes none."),
    "override_day": N_("The day's cap is never lifted: it ends with the customer's day."),
    "override_lease": N_("A colleague has this customer open; that is theirs to end."),
    "override_window": N_("Calling hours and holidays are never lifted, for anybody."),
    "override_callback": N_("A promised time is not lifted; it is moved in the tasks."),
    "override_converted": N_("This customer has bought: they are never called for it again."),
    "override_number": N_("First a number that works: every one known is wrong or on the do-not-call list."),
}
HINTS: Final[dict[str, str]] = {
    "override_do_not_call": N_("leadtui dnc remove --lead {lead_id} --reason TEXT"),
    "override_consent": N_("leadtui consent set {lead_id} yes --source TEXT"),
    "override_window": N_("leadtui settings set window.to 18:00 changes the bank's hours."),
    "override_callback": N_("Give the task another time, or lift the owner to release it."),
    "override_not_needed": N_("leadtui leads why-not {lead_id}"),
}
FIELDS: Final[dict[str, str]] = {
    "override_reason": N_("{least} to {most} characters: why, for whoever reads it later."),
    "override_unknown": N_("An override lifts one of {known}."),
}


def register() -> None:
    """Make these words known; again changes nothing."""
    register_errors(ERRORS, HINTS)
    register_fields(FIELDS)


# the answer -------------------------------------------------------------------------------------------------


def headline(why: WhyNot, zone: tzinfo) -> str:
    """The answer in one sentence; `zone` is the reader's."""
    if why.callable:
        return _("Callable now.")
    reasons = ", ".join(dict.fromkeys(verdict_word(reason.code) for reason in why.against))
    if why.at is not None:
        return _("Not before {time}: this customer {reasons}.").format(
            time=long_moment(why.at, zone), reasons=reasons
        )
    return _("Not until somebody acts: this customer {reasons}.").format(reasons=reasons)


def label(code: str) -> str:
    """A predicate's name; an unknown one is shown as it is, never hidden."""
    return _(LABELS[code]) if code in LABELS else clean(code)


def standing(reason: Reason, why: WhyNot, zone: tzinfo) -> str:
    """How one predicate stands, in some words."""
    said = _STANDING.get(reason.code)
    return said(reason, why, zone) if said is not None else ""


def change(reason: Reason, why: WhyNot, zone: tzinfo) -> str:
    """When what stands against calling changes, and by whom; empty for what does not."""
    if reason.ok:
        return ""
    said = _CHANGE.get(reason.code)
    return said(reason, why, zone) if said is not None else ""


def lifted_line(lifted: Lifted, why: WhyNot, zone: tzinfo) -> str:
    """`Calls so far: lifted by Ratna, 21 Nov 09.41: reason`."""
    return _("{what}: lifted by {name}, {time}: {reason}").format(
        what=label(lifted.code),
        name=clean(lifted.by_name) or _("somebody who has left"),
        time=moment(lifted.at, zone, now=why.now),
        reason=clean(lifted.reason),
    )


# how it stands ----------------------------------------------------------------------------------------------


def _state(reason: Reason, _why: WhyNot, _zone: tzinfo) -> str:
    if reason.state is None:
        return ""
    told = state_word(reason.state)
    return told if reason.ok else _("{state}: has left the queue").format(state=told)


def _blocked(reason: Reason, _why: WhyNot, _zone: tzinfo) -> str:
    endings = ", ".join(f"… {clean(listed.ending)}" for listed in reason.numbers)
    if reason.ok:
        return (
            _("not the customer; {numbers} is").format(numbers=endings) if endings else _("not on the list")
        )
    if reason.kind == "both":
        return _("the customer and {numbers}").format(numbers=endings)
    if reason.kind == "number":
        return _("by number: {numbers}").format(numbers=endings)
    return _("the customer") if reason.kind == "person" else _("by a number they had")


def _consent(reason: Reason, _why: WhyNot, zone: tzinfo) -> str:
    if reason.consent is None:
        return _("nothing known; not required now") if reason.ok else _("nothing known, which is not a yes")
    told = [consent_word(reason.consent)]
    if reason.consent is not Consent.DEMO:
        told.append(clean(reason.source).strip() or _("source not recorded"))
        if reason.at is not None:
            told.append(day(reason.at.astimezone(zone), year=True))
    return ", ".join(told)


def _phone(reason: Reason, _why: WhyNot, _zone: tzinfo) -> str:
    n, of = reason.n or 0, reason.of or 0
    if reason.kind == "none":
        return _("no number known")
    if reason.kind == "bad":
        return _("every number is wrong")
    if reason.kind == "listed":
        return _("no number that may be called")
    return ngettext("{n} of {of} number works", "{n} of {of} numbers work", of).format(
        n=number(n), of=number(of)
    )


def _lifetime(reason: Reason, _why: WhyNot, _zone: tzinfo) -> str:
    told = _("{n} of {of}").format(n=number(reason.n or 0), of=number(reason.of or 0))
    return told if reason.ok else _("{n_of}: tried often enough").format(n_of=told)


def _today(reason: Reason, _why: WhyNot, _zone: tzinfo) -> str:
    told = _("{n} of {of}").format(n=number(reason.n or 0), of=number(reason.of or 0))
    return told if reason.ok else _("{n_of}: enough for today").format(n_of=told)


def _rest(reason: Reason, why: WhyNot, zone: tzinfo) -> str:
    if reason.ok:
        return _("none")
    words = {
        "callback": N_("call-back promised for {time}"),
        "cool_off": N_("not interested: rests until {time}"),
        "interested": N_("interested: comes back {time}"),
    }
    msgid = words.get(reason.kind, N_("not reached: again from {time}"))
    return _(msgid).format(time=moment(reason.at or reason.until, zone, now=why.now))


def _lease(reason: Reason, why: WhyNot, zone: tzinfo) -> str:
    if reason.ok:
        return _("with you") if reason.mine else _("by nobody")
    return _("with {name} until {time}").format(
        name=clean(reason.who) or _("a colleague"), time=clock_zone(reason.until, zone)
    )


def _owner(reason: Reason, _why: WhyNot, _zone: tzinfo) -> str:
    if reason.mine:
        return _("you")
    return clean(reason.who) or (_("the whole team") if reason.ok else _("another agent"))


def _window(reason: Reason, why: WhyNot, _zone: tzinfo) -> str:
    there = _there(why)
    told = clock_zone(why.now, there) if why.zone is not None else _zones(why.now)
    if reason.kind == "off":
        return _("any hour: the bank has them switched off")
    if reason.kind == "open":
        return _("open; there it is {time}").format(time=told)
    if reason.kind == "holiday":
        known = (reason.holiday_en if language() != "id" else None) or reason.holiday
        name = clean(known).strip() or _("a holiday")
        return _("{holiday}: nobody is called").format(holiday=name)
    if reason.kind == "weekday":
        return _("closed all day; there it is {time}").format(time=told)
    return _("closed; there it is {time}").format(time=told)


def _zones(now: datetime) -> str:
    """`09.00–11.00 (zone unknown)`: the hours that are legal in all three count."""
    first, last = (clock_zone(now, ZoneInfo(ZONE_NAMES[zone])) for zone in (Zone.WIB, Zone.WIT))
    return _("{first} to {last}, zone unknown").format(first=first, last=last)


_Words = Callable[["Reason", "WhyNot", tzinfo], str]
_STANDING: Final[dict[str, _Words]] = {
    "state": _state, "do_not_call": _blocked, "consent": _consent, "phone": _phone, "lifetime": _lifetime,
    "day": _today, "rest": _rest, "lease": _lease, "owner": _owner, "window": _window,
}  # fmt: skip


# when it changes --------------------------------------------------------------------------------------------


def _never_state(reason: Reason, _why: WhyNot, _zone: tzinfo) -> str:
    if reason.state is LeadState.CONVERTED:
        return _("Never by itself: a sale stays.")
    if reason.state is LeadState.DO_NOT_CALL:
        return _("Never by itself; an admin takes them off the do-not-call list.")
    if reason.liftable:
        return _("Never by itself; a number of theirs works, so an admin may lift it.")
    return _("Once a number that works is recorded.")


def _never_consent(_reason: Reason, _why: WhyNot, _zone: tzinfo) -> str:
    return _("Never by itself; a manager records an explicit yes and where it was given.")


def _never_blocked(_reason: Reason, _why: WhyNot, _zone: tzinfo) -> str:
    return _("Never by itself; an admin takes them off the do-not-call list, with a reason.")


def _once_number(_reason: Reason, _why: WhyNot, _zone: tzinfo) -> str:
    return _("Once a number that works is recorded.")


def _never_cap(_reason: Reason, _why: WhyNot, _zone: tzinfo) -> str:
    return _("Never by itself; an admin may let it count anew.")


def _by_clock(reason: Reason, why: WhyNot, zone: tzinfo) -> str:
    at = moment(reason.until, zone, now=why.now)
    if reason.code == "day":
        return _("By itself {time}, with the customer's next day.").format(time=at)
    if reason.kind == "callback":
        return (
            _("By itself {time}: for its agent a quarter of an hour early.").format(time=at)
            if reason.mine
            else _("By itself {time}.").format(time=at)
        )
    return _("By itself {time}; an admin may lift it.").format(time=at)


def _by_holder(reason: Reason, why: WhyNot, zone: tzinfo) -> str:
    at = clock_zone(reason.until, zone)
    return _("When the call is logged, or by itself {time} unless it goes on.").format(time=at)


def _by_owner(reason: Reason, _why: WhyNot, _zone: tzinfo) -> str:
    name = clean(reason.who) or _("another agent")
    return _("Only {name} calls; a manager or an admin gives it back to the team.").format(name=name)


def _by_hours(reason: Reason, why: WhyNot, _zone: tzinfo) -> str:
    if reason.until is None:
        return _("Never as the hours are set: no hour is open.")
    return _("By itself {time}; nobody lifts it.").format(time=long_moment(reason.until, _there(why)))


_CHANGE: Final[dict[str, _Words]] = {
    "state": _never_state, "do_not_call": _never_blocked, "consent": _never_consent, "phone": _once_number,
    "lifetime": _never_cap, "day": _by_clock, "rest": _by_clock, "lease": _by_holder, "owner": _by_owner,
    "window": _by_hours,
}  # fmt: skip


def _there(why: WhyNot) -> tzinfo:
    """The customer's zone; the westernmost where it is unknown."""
    return ZoneInfo(ZONE_NAMES[why.zone or Zone.WIB])
