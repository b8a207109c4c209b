"""The registry of the bank's settings: what each is, what it may hold, how people write it. Pure.

A value is what JSON holds of it: `true`, `8`, `"08:00"`, `[1, 7, 30]`. `typed` reads what somebody typed, in
either language; `checked` is what every value that comes from anywhere has to pass.
"""

from __future__ import annotations

import difflib
import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any, Final

from leadtui.i18n import N_

Value = bool | int | str | tuple[int, ...]
"""flag · whole number · time as "08:00" or a choice · days of the week (1 is Monday) or several numbers."""


class Kind(enum.StrEnum):
    """What sort of value a setting holds."""

    FLAG = "flag"
    INT = "int"
    TIME = "time"
    DAYS = "days"
    INTS = "ints"
    CHOICE = "choice"


class Unit(enum.StrEnum):
    """What a number counts; the empty one is a bare count."""

    NONE = ""
    SECONDS = "seconds"
    MINUTES = "minutes"
    DAYS = "days"
    CALLS = "calls"


class Group(enum.StrEnum):
    """What belongs together on a page, in its order."""

    CONSENT = "consent"
    WINDOW = "window"
    ATTEMPTS = "attempts"
    REST = "rest"
    CALLBACK = "callback"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Spec:
    """One setting of the bank, as the program knows it."""

    key: str
    group: Group
    kind: Kind
    default: Value
    description: str
    """What it changes, one sentence (msgid)."""
    unit: Unit = Unit.NONE
    low: int = 0
    high: int = 0
    """The least and the most of a number, and of each of several."""
    field: str = ""
    """Of `policy.Policy`; empty: no rule of calling."""
    choices: tuple[str, ...] = ()


MOST_INTS: Final = 12
"""Numbers that a setting of several may hold."""

SPECS: Final[tuple[Spec, ...]] = (
    Spec(
        "consent.required", Group.CONSENT, Kind.FLAG, True,
        N_("Whether only customers who said yes may be called; blank or unknown is a no then."),
        field="consent_required",
    ),
    Spec(
        "window.enabled", Group.WINDOW, Kind.FLAG, True,
        N_("Whether calls start only within the calling hours of the customer's zone, and not on holidays."),
        field="window_enabled",
    ),
    Spec(
        "window.from", Group.WINDOW, Kind.TIME, "08:00",
        N_("When calling begins, by the customer's clock."), field="window_from",
    ),
    Spec(
        "window.to", Group.WINDOW, Kind.TIME, "18:00",
        N_("Before when a call has to start, by the customer's clock."), field="window_to",
    ),
    Spec(
        "window.days", Group.WINDOW, Kind.DAYS, (1, 2, 3, 4, 5, 6),
        N_("The days of the week on which customers are called."), low=1, high=7, field="window_days",
    ),
    Spec(
        "window.joint_leave", Group.WINDOW, Kind.FLAG, False,
        N_("Whether customers are called on joint leave (cuti bersama); other holidays are always closed."),
        field="joint_leave",
    ),
    Spec(
        "attempts.per_day", Group.ATTEMPTS, Kind.INT, 3,
        N_("How often a customer who does not answer is tried on one day of theirs."),
        Unit.CALLS, 1, 50, field="attempts_per_day",
    ),
    Spec(
        "attempts.lifetime", Group.ATTEMPTS, Kind.INT, 8,
        N_("How often a customer who does not answer is tried in all; then they leave the queue."),
        Unit.CALLS, 1, 1_000, field="attempts_lifetime",
    ),
    Spec(
        "attempts.retry_minutes", Group.ATTEMPTS, Kind.INT, 120,
        N_("How long a customer rests who did not answer."), Unit.MINUTES, 1, 100_000, field="retry_minutes",
    ),
    Spec(
        "cool_off.days", Group.REST, Kind.INTS, (1, 7, 30),
        N_("How long a customer rests after the first, second, … “not interested”; the last one repeats."),
        Unit.DAYS, 1, 3_650, field="cool_off_days",
    ),
    Spec(
        "interested.days", Group.REST, Kind.INT, 1,
        N_("After how long an interested customer comes back to their agent."),
        Unit.DAYS, 1, 365, field="interested_days",
    ),
    Spec(
        "callback.tries", Group.CALLBACK, Kind.INT, 3,
        N_("After how many unanswered callbacks the customer goes back to the team."),
        Unit.CALLS, 1, 100, field="callback_tries",
    ),
    Spec(
        "callback.absent_minutes", Group.CALLBACK, Kind.INT, 30,
        N_("How late a callback may be whose agent is not signed in, until it goes to the team."),
        Unit.MINUTES, 1, 100_000, field="absent_minutes",
    ),
    Spec(
        "lease.minutes", Group.CALL, Kind.INT, 15,
        N_("How long an open call holds its customer after the last sign of life of its program."),
        Unit.MINUTES, 1, 1_440, field="lease_minutes",
    ),
    Spec(
        "undo.seconds", Group.CALL, Kind.INT, 10,
        N_("How long a logged call can be undone with one key; 0 is not at all."),
        Unit.SECONDS, 0, 600, field="undo_seconds",
    ),
)  # fmt: skip
"""Every setting, in the order in which a page shows them."""

BY_KEY: Final[dict[str, Spec]] = {spec.key: spec for spec in SPECS}


class Wrong(ValueError):
    """A value that a setting cannot hold; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def closest(key: str) -> str | None:
    """The setting that somebody may have meant by `key`."""
    flat = re.sub(r"[\s_\-./]+", ".", key.strip().lower())[:60]
    by_flat = {spec.key.replace("_", "."): spec.key for spec in SPECS}
    found = difflib.get_close_matches(flat, by_flat, n=1, cutoff=0.6)
    if found:
        return by_flat[found[0]]
    tails = [known for known in BY_KEY if flat and flat in known.split(".")[-1].replace("_", ".")]
    return tails[0] if len(tails) == 1 else None


def checked(spec: Spec, value: Any) -> Value:
    """`value` (as JSON holds it, or a Value) as a Value. Raises Wrong: rule_flag, rule_number,
    rule_range, rule_clock, rule_weekdays, rule_numbers, rule_choice."""
    match spec.kind:
        case Kind.FLAG:
            if not isinstance(value, bool):
                raise Wrong("rule_flag")
            return value
        case Kind.INT:
            return _number(spec, value)
        case Kind.TIME:
            if not isinstance(value, str) or not re.fullmatch(r"[0-9]{2}:[0-9]{2}", value, re.ASCII):
                raise Wrong("rule_clock")
            try:
                time.fromisoformat(value)
            except ValueError as error:
                raise Wrong("rule_clock") from error
            return value
        case Kind.DAYS | Kind.INTS:
            code = "rule_weekdays" if spec.kind is Kind.DAYS else "rule_numbers"
            if not isinstance(value, list | tuple) or not 0 < len(value) <= MOST_INTS:
                raise Wrong(code)
            if spec.kind is Kind.DAYS:
                if not all(type(item) is int and 1 <= item <= 7 for item in value):
                    raise Wrong(code)
                return tuple(sorted(set(value)))
            return tuple(_number(spec, item) for item in value)
        case Kind.CHOICE:
            if value not in spec.choices:
                raise Wrong("rule_choice")
            return str(value)


def _number(spec: Spec, value: Any) -> int:
    if type(value) is not int:
        raise Wrong("rule_number")
    if not spec.low <= value <= spec.high:
        raise Wrong("rule_range")
    return value


# what people type ---------------------------------------------------------------------------------------

_YES: Final = frozenset({"on", "yes", "y", "true", "1", "ya", "hidup", "nyala", "aktif", "benar"})
_NO: Final = frozenset({"off", "no", "n", "false", "0", "tidak", "mati", "nonaktif", "salah", "tdk"})

_DAY_WORDS: Final = (
    ("1", "mon", "monday", "sen", "senin"),
    ("2", "tue", "tues", "tuesday", "sel", "selasa"),
    ("3", "wed", "wednesday", "rab", "rabu"),
    ("4", "thu", "thur", "thurs", "thursday", "kam", "kamis"),
    ("5", "fri", "friday", "jum", "jumat", "jum'at"),
    ("6", "sat", "saturday", "sab", "sabtu"),
    ("7", "sun", "sunday", "min", "minggu", "ahad"),
)
_DAYS: Final = {word: number for number, words in enumerate(_DAY_WORDS, start=1) for word in words}
_EVERY: Final = frozenset({"every day", "daily", "all", "setiap hari", "tiap hari", "semua"})
_CLOCK: Final = re.compile(
    r"(?:jam |pukul )?([01]?[0-9]|2[0-3])(?:[:.]([0-5][0-9]))?(?: ?(am|pm))?", re.ASCII
)


def typed(spec: Spec, text: str) -> Value:
    """What somebody typed as a Value: `on`, `ya` · `8`, `08.30`, `5pm` · `mon-sat`, `sen, rab` · `1,7,30`.

    Raises Wrong, with the codes of `checked`.
    """
    said = " ".join(text.strip().lower().split()).replace("–", "-")
    match spec.kind:
        case Kind.FLAG:
            if said not in _YES | _NO:
                raise Wrong("rule_flag")
            return said in _YES
        case Kind.INT:
            return checked(spec, _whole(said, "rule_number"))
        case Kind.TIME:
            return _clock(said)
        case Kind.DAYS:
            return checked(spec, _weekdays(said))
        case Kind.INTS:
            parts = [part for part in re.split(r"[\s,;/]+", said.strip("[]")) if part]
            return checked(spec, [_whole(part, "rule_numbers") for part in parts])
        case Kind.CHOICE:
            return checked(spec, said)


def _whole(text: str, code: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,9}", text, re.ASCII):
        raise Wrong(code)
    return int(text)


def _clock(said: str) -> str:
    found = _CLOCK.fullmatch(said)
    if found is None:
        raise Wrong("rule_clock")
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            raise Wrong("rule_clock")
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    return f"{hour:02d}:{minute:02d}"


def _weekdays(said: str) -> list[int]:
    if said in _EVERY:
        return list(range(1, 8))
    days: list[int] = []
    joined = re.sub(r"\s*(?:-|\bs/d\b|\bsampai\b|\bto\b)\s*", "-", said.strip("[]"))
    for part in re.split(r"[\s,;]+", joined):
        if not part:
            continue
        first, _dash, last = part.partition("-")
        if first not in _DAYS or (_dash and last not in _DAYS):
            raise Wrong("rule_weekdays")
        start = _DAYS[first]
        # over the weekend too: "sat-mon"
        length = (_DAYS[last] - start) % 7 if last else 0
        days += [(start - 1 + step) % 7 + 1 for step in range(length + 1)]
    return days


def written(spec: Spec, value: Value) -> str:
    """`value` as `typed` takes it, the same in every language: for programs, and to start a field with."""
    match spec.kind:
        case Kind.FLAG:
            return "on" if value else "off"
        case Kind.DAYS:
            return day_range(
                value if isinstance(value, tuple) else (), [words[1] for words in _DAY_WORDS], "-"
            )
        case Kind.INTS:
            return ",".join(map(str, value if isinstance(value, tuple) else ()))
        case _:
            return str(value)


def day_range(days: tuple[int, ...], names: list[str], dash: str) -> str:
    """`mon-sat`, or `mon,wed,fri`: runs of at least three days are ranges. `names` starts with Monday's."""
    parts: list[str] = []
    left = sorted(days)
    while left:
        length = 1
        while length < len(left) and left[length] == left[0] + length:
            length += 1
        if length >= 3:
            parts.append(f"{names[left[0] - 1]}{dash}{names[left[length - 1] - 1]}")
        else:
            parts += [names[day - 1] for day in left[:length]]
        del left[:length]
    return ("," if dash == "-" else ", ").join(parts)


def together(values: Mapping[str, Any]) -> dict[str, str]:
    """What does not go together among checked values (key → code): `window_order` where the hours end before
    they begin. A key that is absent has its default."""
    start, end = (values.get(key, BY_KEY[key].default) for key in ("window.from", "window.to"))
    return {"window.to": "window_order"} if str(start) >= str(end) else {}
