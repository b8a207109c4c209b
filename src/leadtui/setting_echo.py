"""What a value of a setting comes to, said while it is typed: one sentence, or why it cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from leadtui.core.bank_settings import rules
from leadtui.core.bank_settings.rules import BY_KEY, SPECS, Spec, Value, Wrong
from leadtui.error_words import field_hint
from leadtui.formats import clock, number, span
from leadtui.i18n import _, ngettext
from leadtui.policy_words import register
from leadtui.setting_words import DAYS
from leadtui.wording import field_sentence

register()

_DAY: Final = date(2026, 1, 1)
_NINE: Final = datetime.combine(_DAY, time(9), UTC)


@dataclass(frozen=True, slots=True)
class Echo:
    """What was understood."""

    said: str
    wrong: bool = False
    """It cannot be stored; `said` is why."""


def echo(key: str, text: str, others: Mapping[str, str]) -> Echo:
    """What `text` would mean for setting `key`; `others` are the values in force, as `Setting.value`."""
    spec = BY_KEY.get(key)
    if spec is None:
        return Echo("")
    if not text.strip():
        return Echo(field_sentence("required"), wrong=True)
    try:
        value = rules.typed(spec, text)
    except Wrong as wrong:
        data = _data(spec, text)
        hint = "" if wrong.code == "rule_flag" else field_hint(wrong.code, data)
        told = (field_sentence(wrong.code, data), hint)
        return Echo(" ".join(part for part in told if part), wrong=True)
    held = _held(others)
    held[key] = value
    if codes := rules.together({name: _json(one) for name, one in held.items()}):
        code = next(iter(codes.values()))
        data = {"start": held["window.from"], "end": held["window.to"]}
        return Echo(field_sentence(code, data), wrong=True)
    return Echo(_means(key, value, held))


def _data(spec: Spec, text: str) -> dict[str, Any]:
    return {
        "value": text,
        "low": spec.low,
        "high": spec.high,
        "known": ", ".join(spec.choices),
        "example": rules.written(spec, spec.default),
    }


def _held(others: Mapping[str, str]) -> dict[str, Value]:
    """The values in force; one that makes no sense counts as its default."""
    found: dict[str, Value] = {}
    for spec in SPECS:
        try:
            found[spec.key] = rules.typed(spec, others.get(spec.key, ""))
        except Wrong:
            found[spec.key] = spec.default
    return found


def _json(value: Value) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _means(key: str, value: Value, held: Mapping[str, Value]) -> str:
    if key.startswith("window."):
        return _window(key, value, held)
    if key == "consent.required":
        if value:
            return _("Only who said yes is called; unknown is a no.")
        return _("Who was never asked may be called; a no stays a no.")
    if isinstance(value, tuple):
        return _rests(value)
    return _counted(key, value) if isinstance(value, int) else ""


def _window(key: str, value: Value, held: Mapping[str, Value]) -> str:
    if key == "window.joint_leave":
        if value:
            return _("Joint leave is a day like any other for calling.")
        return _("On joint leave nobody is called.")
    if key == "window.enabled" and not value:
        return _("Calls start at any hour, on any day: mind the law.")
    days = held["window.days"]
    shown = rules.day_range(days if isinstance(days, tuple) else (), [_(day) for day in DAYS], "–")
    start, end = (time.fromisoformat(str(held[name])) for name in ("window.from", "window.to"))
    told = _("{days}, {start} to {end} by the customer's clock.").format(
        days=shown, start=_at(start), end=_at(end)
    )
    late = _at(end)
    return f"{told} {_('At {time} nobody is called any more.').format(time=late)}"


def _at(when: time) -> str:
    return clock(datetime.combine(_DAY, when, UTC), UTC)


def _rests(days: tuple[int, ...]) -> str:
    """`1st no: 1 day · 2nd: 7 days · 3rd and more: 30 days`."""
    parts = []
    for n, rest in enumerate(days, 1):
        length = ngettext("{n} day", "{n} days", rest).format(n=number(rest))
        told = _("no. {n} and more: {rest}") if n == len(days) else _("no. {n}: {rest}")
        parts.append(told.format(n=number(n), rest=length))
    return _("“Not interested” {rests}.").format(rests=" · ".join(parts))


def _counted(key: str, n: int) -> str:
    shown = number(n)
    if key == "attempts.per_day":
        return ngettext(
            "After {n} unanswered call of a day they rest until the next.",
            "After {n} unanswered calls of a day they rest until the next.", n,
        ).format(n=shown)  # fmt: skip
    if key == "attempts.lifetime":
        return ngettext(
            "After {n} unanswered call they leave the queue, until an admin lifts it.",
            "After {n} unanswered calls they leave the queue, until an admin lifts it.", n,
        ).format(n=shown)  # fmt: skip
    if key == "attempts.retry_minutes":
        return _("Not answered at {time}: again {later}.").format(time=clock(_NINE, UTC), later=_later(n))
    if key == "interested.days":
        return ngettext(
            "Interested today: with their agent again in {n} day.",
            "Interested today: with their agent again in {n} days.", n,
        ).format(n=shown)  # fmt: skip
    if key == "callback.tries":
        return ngettext(
            "After {n} unanswered try a callback is the whole team's.",
            "After {n} unanswered tries a callback is the whole team's.", n,
        ).format(n=shown)  # fmt: skip
    if key == "callback.absent_minutes":
        return _("Due at {time} and its agent away: the team's {later}.").format(
            time=clock(_NINE, UTC), later=_later(n)
        )
    if key == "lease.minutes":
        return _("A program that dies at {time} holds its customer; free again {later}.").format(
            time=clock(_NINE, UTC), later=_later(n)
        )
    if key == "undo.seconds":
        if n == 0:
            return _("Nothing can be undone.")
        return ngettext("Undo works for {n} second.", "Undo works for {n} seconds.", n).format(n=shown)
    return ""


def _later(minutes: int) -> str:
    """`at 11:00`, or after how long where that is another day."""
    at = _NINE + timedelta(minutes=minutes)
    if at.date() == _DAY:
        return _("at {time}").format(time=clock(at, UTC))
    return _("after {span}").format(span=span(timedelta(minutes=minutes)))
