"""Settings of the bank in words: values, units, groups and what each changes. Plain text of the catalogue."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Final

from leadtui.core.bank_settings.dto import Setting
from leadtui.core.bank_settings.rules import BY_KEY, Group, Kind, Unit, Wrong, day_range, typed
from leadtui.formats import clock, number
from leadtui.i18n import N_, _, ngettext
from leadtui.text import clean

GROUPS: Final[dict[str, str]] = {
    Group.CONSENT: N_("Consent"),
    Group.WINDOW: N_("Calling hours"),
    Group.ATTEMPTS: N_("Attempts"),
    Group.REST: N_("Rests"),
    Group.CALLBACK: N_("Callbacks"),
    Group.CALL: N_("The open call"),
}
NAMES: Final[dict[str, str]] = {
    "consent.required": N_("Only with consent"),
    "window.enabled": N_("Only in calling hours"),
    "window.from": N_("Calls from"),
    "window.to": N_("Calls until"),
    "window.days": N_("Days"),
    "window.joint_leave": N_("Calls on joint leave"),
    "attempts.per_day": N_("Attempts a day"),
    "attempts.lifetime": N_("Attempts in all"),
    "attempts.retry_minutes": N_("Again after no answer"),
    "cool_off.days": N_("Rest after “not interested”"),
    "interested.days": N_("Again after “interested”"),
    "callback.tries": N_("Unanswered callbacks"),
    "callback.absent_minutes": N_("Callback of an absent agent"),
    "lease.minutes": N_("Open call held"),
    "undo.seconds": N_("Undo"),
}
_ANY_DAY: Final = date(2026, 1, 1)
DAYS: Final = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


def setting_name(key: str) -> str:
    """What a setting is called on a page."""
    return _(NAMES[key]) if key in NAMES else clean(key)


def group_word(group: str) -> str:
    """The heading above what belongs together."""
    return _(GROUPS[group]) if group in GROUPS else clean(group)


def description(setting: Setting) -> str:
    """What it changes, one sentence."""
    return _(setting.description) if setting.description else ""


def value_words(key: str, value: str) -> str:
    """A value in words: `on`, `08:00`, `Mon–Sat`, `1, 7, 30 days`. One that makes no sense as it stands."""
    spec = BY_KEY.get(key)
    if spec is None:
        return clean(value)
    try:
        held = typed(spec, value)
    except Wrong:
        return clean(value)
    if spec.kind is Kind.FLAG:
        return _("on") if held else _("off")
    if spec.kind is Kind.TIME:
        return clock(datetime.combine(_ANY_DAY, time.fromisoformat(str(held)), UTC), UTC)
    if isinstance(held, tuple):
        if spec.kind is Kind.DAYS:
            return day_range(held, [_(day) for day in DAYS], "–")
        return unit_words(spec.unit, held[-1], ", ".join(map(number, held)))
    return unit_words(spec.unit, held, number(held)) if isinstance(held, int) else clean(held)


def unit_words(unit: str, n: int, shown: str) -> str:
    """`15 minutes`; `shown` is how the number, or several, are written."""
    match unit:
        case Unit.SECONDS:
            return ngettext("{n} second", "{n} seconds", n).format(n=shown)
        case Unit.MINUTES:
            return ngettext("{n} minute", "{n} minutes", n).format(n=shown)
        case Unit.DAYS:
            return ngettext("{n} day", "{n} days", n).format(n=shown)
        case Unit.CALLS:
            return ngettext("{n} call", "{n} calls", n).format(n=shown)
    return shown


def range_words(setting: Setting) -> str:
    """What a number may be: `1 to 50`; empty where it is no number."""
    if setting.low == setting.high or setting.kind == Kind.DAYS:
        return ""
    return _("{low} to {high}").format(low=number(setting.low), high=number(setting.high))
