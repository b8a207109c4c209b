"""The compact query of the search box: `job:management age:30-45 score:>60 -tag:vip budi`. Pure.

A part with a colon is a filter, in either language; anything else is today's search. What is not understood
is told with its place and, where there is one, the word that was meant; the parts that are understood count.
Score and balance read `>` as "and more": their bounds are of one part in a million.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Final

from leadtui.core.fold import fold
from leadtui.core.leads import query_words as words
from leadtui.core.leads.filter_codec import BOUNDS, TEXT_MAX
from leadtui.core.leads.filter_dto import LeadFilter, LeadState
from leadtui.core.leads.query_words import Key, Pair
from leadtui.core.regions import province

MAX_LENGTH: Final = 400


@dataclass(frozen=True, slots=True)
class Known:
    """What the house has, for suggestions and for judging a name."""

    language: str = "en"
    """`2m` is a matter of language, and so is which word is offered."""
    tags: tuple[str, ...] | None = None
    """Every tag there is; None: not known, any name passes."""
    cities: tuple[str, ...] = ()
    provinces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Misread:
    """A part that was not understood."""

    start: int
    end: int
    """Where it stands in the text."""
    code: str
    """`key_unknown`, `value_missing`, `value_unknown`, `value_ambiguous`, `number`, `out_of_range`,
    `crossed`, `one_value`, `not_negated`, `said_twice`, `quote_open`, `too_long`."""
    text: str
    """What was not understood: a key or a value."""
    near: tuple[str, ...] = ()
    """What may have been meant, nearest first."""
    key: str = ""
    """The key as typed."""


@dataclass(frozen=True, slots=True)
class Query:
    """What was understood, and what was not."""

    filter: LeadFilter = field(default_factory=LeadFilter)
    """`search` holds the free words."""
    misread: tuple[Misread, ...] = ()


@dataclass(frozen=True, slots=True)
class Completion:
    """A word that could stand at the caret."""

    start: int
    end: int
    """What it replaces."""
    text: str


class _Wrong(Exception):
    def __init__(self, code: str, text: str, near: tuple[str, ...] = ()) -> None:
        super().__init__(code)
        self.code, self.text, self.near = code, text, near


_PART: Final = re.compile(
    r'(?P<neg>-)?(?P<key>[^\W\d_]+):(?P<value>(?:"[^"]*"?|[^\s"])*)|"(?P<words>[^"]*)"?|[^\s"]+'
)
_ITEM: Final = re.compile(r'((?:"[^"]*"?|[^,"])*)(,|$)')


def parse(text: str, known: Known | None = None) -> Query:
    """`text` as a filter, and what of it was not understood. Never raises, whatever the text is."""
    known = known or Known()
    if len(text) > MAX_LENGTH:
        return Query(misread=(Misread(MAX_LENGTH, len(text), "too_long", text[MAX_LENGTH:]),))
    if ":" not in text:
        return Query(LeadFilter(search=text.strip()[:TEXT_MAX]))
    free: list[str] = []
    asked: dict[str, Any] = {}
    wrong: list[Misread] = []
    for found in _PART.finditer(text):
        typed = found["key"]
        if typed is None:
            free.append(found["words"] if found["words"] is not None else found[0])
            continue
        try:
            key = _key(typed)
            _add(asked, _values(key, found["value"], negated=bool(found["neg"]), known=known))
        except _Wrong as error:
            wrong.append(Misread(found.start(), found.end(), error.code, error.text, error.near, typed))
    search = " ".join(" ".join(free).split())[:TEXT_MAX]
    return Query(LeadFilter(search=search, **asked), tuple(wrong))


def overlay(base: LeadFilter, found: LeadFilter) -> LeadFilter:
    """`base` with what `found` asks for in the place of what it asks of the same; and its search."""
    empty = LeadFilter()
    asked = {
        name: getattr(found, name)
        for name in LeadFilter.__dataclass_fields__
        if getattr(found, name) != getattr(empty, name)
    }
    for pair in BOUNDS:
        if asked.keys() & set(pair):
            asked.update({name: getattr(found, name) for name in pair})
    return replace(base, **{**asked, "search": found.search})


def _key(typed: str) -> Key:
    key = words.KEY_OF.get(words.bare(typed))
    if key is None:
        raise _Wrong("key_unknown", typed, _near(typed, words.KEY_OF))
    return key


def _near(typed: str, known: Mapping[str, Any] | tuple[str, ...]) -> tuple[str, ...]:
    bare = words.bare(typed)
    of = {words.bare(one): one for one in known}
    starting = [of[one] for one in of if len(bare) > 1 and one.startswith(bare)]
    return tuple(dict.fromkeys([*starting[:3], *(of[one] for one in get_close_matches(bare, of, 2, 0.6))]))[
        :3
    ]


def _add(asked: dict[str, Any], found: Mapping[str, Any]) -> None:
    """One part more; a range may be given by its two ends, nothing else twice."""
    for name, value in found.items():
        if name in asked:
            raise _Wrong("said_twice", name)
        other = next((low if name == high else high for low, high in BOUNDS if name in (low, high)), None)
        if other in asked and other not in found:
            low, high = (value, asked[other]) if name.startswith("min_") else (asked[other], value)
            if low > high:
                raise _Wrong("crossed", name)
    asked.update(found)


def _values(key: Key, text: str, *, negated: bool, known: Known) -> dict[str, Any]:
    if text.count('"') % 2:
        raise _Wrong("quote_open", text)
    # a comma in a number is a decimal mark, or groups thousands
    parts = [text] if key.kind in _READ else [found[1] for found in _ITEM.finditer(text)]
    items = [item for part in parts if (item := part.replace('"', "").strip())]
    if not items:
        raise _Wrong("value_missing", "")
    if key.kind in ("codes", "answer"):
        return _codes(key, items, negated)
    if key.kind in ("city", "province", "tag"):
        return _names(key, items, negated, known)
    if negated:
        raise _Wrong("not_negated", key.name)
    if key.kind == "owner":
        if len(items) > 1:
            raise _Wrong("one_value", key.name)
        return {"owner": _one(items[0], words.OWNERS)}
    return _READ[key.kind](key, items[0], known)


def _one(typed: str, choices: Mapping[Any, Pair]) -> Any:
    """The choice that a word means: the word itself, or the start of one only."""
    bare = words.bare(typed)
    every = {words.bare(word): code for code, pair in choices.items() for part in pair for word in part}
    if bare in every:
        return every[bare]
    starting = {code for word, code in every.items() if len(bare) > 1 and word.startswith(bare)}
    shown = tuple(word for pair in choices.values() for part in pair for word in part)
    if len(starting) == 1:
        return starting.pop()
    raise _Wrong("value_ambiguous" if starting else "value_unknown", typed, _near(typed, shown))


def _codes(key: Key, items: list[str], negated: bool) -> dict[str, Any]:
    choices = words.CHOICES[key.name]
    found = {_one(item, choices) for item in items}
    if key.kind == "answer" or key.name == "states":
        # every lead has one of them
        found = choices.keys() - found if negated else found
        if not found:
            raise _Wrong("value_unknown", ",".join(items))
        if key.name == "states":
            return {"states": tuple(LeadState(code) for code in sorted(found))}
        return {key.name: tuple(sorted(found))}
    return {f"not_{key.name}" if negated else key.name: tuple(sorted(found))}


def _names(key: Key, items: list[str], negated: bool, known: Known) -> dict[str, Any]:
    name = f"not_{key.name}" if negated else key.name
    if any(not fold(item) or len(item) > TEXT_MAX for item in items):
        raise _Wrong("value_unknown", next(item for item in items if not fold(item) or len(item) > TEXT_MAX))
    if key.kind == "city":
        joined = ", ".join(items)
        if len(joined) > TEXT_MAX:
            raise _Wrong("too_long", joined)
        return {name: joined}
    if key.kind == "province":
        return {name: tuple(dict.fromkeys(_province(item, known) for item in items))}
    return {name: tuple(dict.fromkeys(_tag(item, known) for item in items))}


def _province(typed: str, known: Known) -> str:
    if (found := province(typed)) is not None:
        return found.name
    there = {words.bare(name): name for name in known.provinces}
    if (own := there.get(words.bare(typed))) is not None:
        return own
    if not there:
        return typed
    raise _Wrong("value_unknown", typed, _near(typed, known.provinces))


def _tag(typed: str, known: Known) -> str:
    if known.tags is None:
        return typed
    there = {fold(name): name for name in known.tags}
    if fold(typed) in there:
        return there[fold(typed)]
    raise _Wrong("value_unknown", typed, _near(typed, known.tags))


# numbers --------------------------------------------------------------------------------------------------

_BOUND: Final = re.compile(r"(>=|<=|>|<|=|≥|≤)?\s*(.+)")
_WHOLE: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
_SHARE: Final = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,4})?)\s*%?", re.ASCII)
_SPAN: Final = re.compile(r"([0-9]{1,6})\s*([a-z]*)", re.ASCII)
_MONEY: Final = re.compile(r"([-−]?)\s*(?:rp\.?|idr)?\s*([0-9][0-9.,]*)\s*([a-z]*)", re.ASCII)
_GROUPED: Final = re.compile(r"[0-9]{1,3}([.,])[0-9]{3}(?:\1[0-9]{3})*(?:(?!\1)[.,][0-9]{1,2})?", re.ASCII)
_DECIMAL: Final = re.compile(r"[0-9]+(?:[.,][0-9]{1,2})?", re.ASCII)
_RANGE: Final = re.compile(r"(.+?)\s*(?:-|–|\.\.)\s*(.+)")

TOPS: Final = {"age": 120, "attempts": 9_999, "idle": 36_500, "callback": 3_650}
_MOST_MONEY: Final = Decimal(10) ** 13


def _bounds(
    text: str, read: Callable[[str], Any], *, strict: int = 0, alone: str = "both"
) -> tuple[Any, Any]:
    """(at least, at most) of `>60`, `30-45`, `25`. `strict`: what `>` adds, `alone`: which bound a number
    without a sign is."""
    ranged = _RANGE.fullmatch(text)
    if ranged is not None and not text.startswith((">", "<", "=", "≥", "≤")):
        low, high = read(ranged[1]), read(ranged[2])
        if low > high:
            raise _Wrong("crossed", text)
        return low, high
    found = _BOUND.fullmatch(text)
    if found is None:
        raise _Wrong("number", text)
    value = read(found[2])
    sign = found[1] or ("<=" if alone == "most" else "=")
    if sign in (">", ">=", "≥"):
        return value + (strict if sign == ">" else 0), None
    if sign in ("<", "<=", "≤"):
        return None, value - (strict if sign == "<" else 0)
    return value, value


def _range(key: str, low: Any, high: Any) -> dict[str, Any]:
    found = {f"min_{key}": low, f"max_{key}": high}
    return {name: value for name, value in found.items() if value is not None}


def _read_share(key: Key, text: str, known: Known) -> dict[str, Any]:
    def read(part: str) -> float:
        found = _SHARE.fullmatch(part.strip())
        if found is None:
            raise _Wrong("number", part)
        value = float(found[1].replace(",", "."))
        if value < 1 and value and "%" not in part:
            return value  # 0.6 is a probability
        if value > 100:
            raise _Wrong("out_of_range", part, ("0", "100"))
        return value / 100

    return _range("score", *_bounds(text, read))


def _read_whole(key: Key, text: str, known: Known) -> dict[str, Any]:
    top = TOPS[key.name]

    def read(part: str) -> int:
        if _WHOLE.fullmatch(part.strip()) is None:
            raise _Wrong("number", part)
        if int(part) > top:
            raise _Wrong("out_of_range", part, ("0", str(top)))
        return int(part)

    low, high = _bounds(text, read, strict=1)
    if (high is not None and high < 0) or (low is not None and low > top):
        raise _Wrong("out_of_range", text, ("0", str(top)))
    return _range(key.name, low, high)


def _read_money(key: Key, text: str, known: Known) -> dict[str, Any]:
    low, high = _bounds(text, lambda part: _money(part, known.language))
    return _range("balance", low, high)


def _money(part: str, language: str) -> Decimal:
    found = _MONEY.fullmatch(part.strip().lower())
    unit = None
    if found is not None:
        unit = (
            words.M_OF["id" if language == "id" else "en"] if found[3] == "m" else words.MONEY.get(found[3])
        )
    if found is None or unit is None:
        raise _Wrong("number", part)
    digits = found[2]
    if grouped := _GROUPED.fullmatch(digits):
        digits = digits.replace(grouped[1], "").replace(",", ".")
    elif _DECIMAL.fullmatch(digits):
        digits = digits.replace(",", ".")
    else:
        raise _Wrong("number", part)
    amount = Decimal(digits) * unit
    if amount >= _MOST_MONEY:
        raise _Wrong("out_of_range", part)
    return -amount if found[1] else amount


def _span(part: str, top: int) -> int:
    found = _SPAN.fullmatch(part.strip().lower())
    unit = None if found is None else words.DAYS.get(found[2])
    if found is None or unit is None:
        raise _Wrong("number", part)
    days = int(found[1]) * unit
    if days > top:
        raise _Wrong("out_of_range", part, ("0", str(top)))
    return days


def _in_words(text: str, choices: Mapping[Any, Pair]) -> Any:
    """The range that a word stands for; None where a number begins."""
    return None if text[:1] in "<>=≥≤-−0123456789" else _one(text, choices)


def _read_days(key: Key, text: str, known: Known) -> dict[str, Any]:
    meant = _in_words(text, words.IDLE)
    if meant is None:
        meant = _bounds(_shared_unit(text), lambda part: _span(part, words.NEVER), strict=1, alone="most")
    low, high = meant
    if high is not None and high < 0:
        raise _Wrong("out_of_range", text, ("0", str(words.NEVER)))
    return _range("idle_days", low, high)


def _shared_unit(text: str) -> str:
    """`7-30d` says of both numbers what unit they are."""
    found = re.fullmatch(r"([0-9]+)\s*[-–]\s*([0-9]+)\s*([a-z]+)", text.lower(), re.ASCII)
    return f"{found[1]}{found[3]}-{found[2]}{found[3]}" if found else text


def _read_promise(key: Key, text: str, known: Known) -> dict[str, Any]:
    meant = _in_words(text, words.PROMISES)
    if meant is None:
        low, high = _bounds(_shared_unit(text), lambda part: _span(part, TOPS["callback"]), strict=1)
        meant = (0 if low is None else low, high)
    if meant[0] is not None and meant[1] is not None and meant[0] > meant[1]:
        raise _Wrong("out_of_range", text, ("0", str(TOPS["callback"])))
    return _range("callback_days", *meant)


_READ: Final[dict[str, Callable[[Key, str, Known], dict[str, Any]]]] = {
    "share": _read_share,
    "whole": _read_whole,
    "money": _read_money,
    "days": _read_days,
    "promise": _read_promise,
}
