"""One cell of text to one value, in Python: what decides wherever SQL does not recognise a regular value.

A parser takes text that is not blank and gives the value, or raises `Bad`. Only ASCII digits in plain
notation are numbers: `1_000`, `١٢`, `NaN`, `inf`, `1e3` and `1,5` are not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from leadtui.core import phones
from leadtui.core.imports.clean import clean
from leadtui.scoring import codes as scoring_codes

Value = str | int | float | bool | Decimal | None
Number = int | float | Decimal
Parser = Callable[[str], Value]


class Bad(Exception):
    """A value that cannot come in. `code` is a key of `codes.REJECTS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,15}", re.ASCII)
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]{1,15}(?:\.[0-9]{0,15})?|\.[0-9]{1,15})", re.ASCII)
_EMAIL: Final = re.compile(r"[^@\s\"(),:;<>\[\\\]]{1,64}@[^@\s\"(),:;<>\[\\\]_]{1,190}", re.ASCII)
_LABEL: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?", re.ASCII)

YES: Final = frozenset({"yes", "y", "ya", "true", "t", "1"})
NO: Final = frozenset({"no", "n", "tidak", "tdk", "false", "f", "0"})


def text(limit: int) -> Parser:
    """Cleaned text of at most `limit` characters; None when nothing is left."""

    def parse(raw: str) -> Value:
        value = clean(raw)
        if len(value) > limit:
            raise Bad("too_long")
        return value or None

    return parse


def external_id(limit: int) -> Parser:
    """As `text`, and something must be there."""
    inner = text(limit)

    def parse(raw: str) -> Value:
        value = inner(raw)
        if value is None:
            raise Bad("required")
        return value

    return parse


@dataclass(frozen=True, slots=True)
class Between:
    """A parser of numbers with a least and a most, which a sentence can name."""

    low: Number
    high: Number
    read: Callable[[str], Number | None]

    def __call__(self, raw: str) -> Value:
        value = self.read(raw.strip(" "))
        if value is not None and not self.low <= value <= self.high:
            raise Bad("out_of_range")
        return value


def whole(low: int, high: int) -> Between:
    """A whole number, both ends included."""
    return Between(low, high, _whole)


def number(low: int, high: int) -> Between:
    """A number in plain notation, both ends included."""
    return Between(low, high, _float)


def _whole(raw: str) -> int:
    if not _WHOLE.fullmatch(raw):
        raise Bad("not_whole" if _NUMBER.fullmatch(raw) else "not_a_number")
    return int(raw)


def _float(raw: str) -> float:
    if not _NUMBER.fullmatch(raw):
        raise Bad("not_a_number")
    return float(raw)


def _pdays(raw: str) -> int | None:
    value = _whole(raw)
    return None if value in (-1, 999) else value


def _cents(raw: str) -> Decimal:
    if not _NUMBER.fullmatch(raw):
        raise Bad("not_a_number")
    value = Decimal(raw)
    rounded = value.quantize(Decimal("0.01"))
    if value != rounded:
        raise Bad("decimals")
    return rounded


_MOST: Final = Decimal(10**15) - Decimal("0.01")

pdays: Final = Between(0, 36_500, _pdays)
"""Days since the last contact of an earlier campaign; 999 and −1 are "never" in the two UCI files."""
money: Final = Between(-_MOST, _MOST, _cents)
"""An amount with at most two decimals that are not zero."""
amount: Final = Between(Decimal(0), _MOST, _cents)
"""As `money`, and not below nothing."""


def category(kind: str) -> Parser:
    """A code of `scoring.codes.CATEGORIES[kind]`; `unknown` is None. Case does not matter."""
    table = scoring_codes.CATEGORIES[kind]

    def parse(raw: str) -> Value:
        value = raw.strip(" ").lower()
        if value == scoring_codes.UNKNOWN:
            return None
        if value not in table:
            raise Bad("unknown_value")
        return table[value]

    return parse


def three_valued(raw: str) -> Value:
    """yes, no or unknown, as the model's columns write it."""
    value = raw.strip(" ").lower()
    if value == scoring_codes.UNKNOWN:
        return None
    if value not in ("yes", "no"):
        raise Bad("unknown_value")
    return value == "yes"


def answer(raw: str) -> Value:
    """`y`: what came of a historical call."""
    value = raw.strip(" ").lower()
    if value not in ("yes", "no"):
        raise Bad("unknown_value")
    return value == "yes"


def yes_no(raw: str) -> Value:
    """yes/no as people write it, in English or Indonesian."""
    value = clean(raw).lower()
    if value in YES:
        return True
    if value in NO:
        return False
    raise Bad("yes_no")


def consent(raw: str) -> Value:
    """1 yes, 0 no (`leads.dto.Consent`); `unknown` is None, which is not a yes."""
    if clean(raw).lower() == scoring_codes.UNKNOWN:
        return None
    return int(bool(yes_no(raw)))


def phone(raw: str) -> Value:
    """A telephone number as E.164."""
    e164 = phones.to_e164(clean(raw))
    if e164 is None:
        raise Bad("phone_invalid")
    return e164


def email(raw: str) -> Value:
    """An address that can be written to: one @, a domain of labels. Not a promise that it exists."""
    value = clean(raw)
    if len(value) > 254:
        raise Bad("too_long")
    if not _EMAIL.fullmatch(value) or ".." in value or value.startswith("."):
        raise Bad("email_invalid")
    labels = value.rsplit("@", 1)[1].split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        raise Bad("email_invalid")
    return value


def currency(raw: str) -> Value:
    """An ISO 4217 code in capitals (the shape is checked, not the list)."""
    value = clean(raw).upper()
    if not re.fullmatch("[A-Z]{3}", value):
        raise Bad("currency_invalid")
    return value
