"""When something is said: a small declarative grammar over what the bank knows of a customer.

    balance: {">=": 150000000}            a number or an amount: = != > >= < <=
    job: [management, entrepreneur]       a word: one, a list, or {not: …}
    housing: yes                          a fact: yes or no; unknown is neither
    reasons_up: history                   a set: holds one of these, or {not: …}
    loan: {known: no}                     known: yes or no, for every field
    all: [ … ]   any: [ … ]   not: { … }  put together; a mapping's lines must all hold

Three-valued (Kleene): what rests on missing data is neither true nor false, and then nothing is said. The
condition is data: it is looked at, never run.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from leadtui.scoring.codes import CONTACT, EDUCATION, JOB, MARITAL, POUTCOME
from leadtui.scoring.reasons import NEVER_SAID, Group

NUMBER: Final = "number"
MONEY: Final = "money"
YES_NO: Final = "yes_no"
WORD: Final = "word"
WORDS: Final = "words"

FIELDS: Final[dict[str, str]] = {
    "age": NUMBER,
    "score": NUMBER,
    "attempts": NUMBER,
    "previous": NUMBER,
    "pdays": NUMBER,
    "days_since_call": NUMBER,
    "balance": MONEY,
    "savings": MONEY,
    "income": MONEY,
    "installments": MONEY,
    "housing": YES_NO,
    "loan": YES_NO,
    "default": YES_NO,
    "promised": YES_NO,
    "job": WORD,
    "marital": WORD,
    "education": WORD,
    "contact": WORD,
    "poutcome": WORD,
    "last_outcome": WORD,
    "reasons_up": WORDS,
    "reasons_down": WORDS,
}
"""What may be asked of a customer → its kind. Amounts only where they are in the guide's currency.

`score` in percent; `attempts` of this campaign; `promised`: a callback is agreed; `last_outcome` of the last
call of ours; `reasons_…`: what raises or lowers the score, at most three."""

GROUPS: Final[dict[str, Group]] = {g.name.lower(): g for g in Group if g not in NEVER_SAID}

LAST_OUTCOMES: Final = (
    "none", "not_answered", "interested", "callback", "closed", "not_interested", "wrong_number",
    "do_not_call",
)  # fmt: skip

VALUES: Final[dict[str, tuple[str, ...]]] = {
    "job": tuple(JOB),
    "marital": tuple(MARITAL),
    "education": tuple(EDUCATION),
    "contact": tuple(CONTACT),
    "poutcome": tuple(POUTCOME),
    "last_outcome": LAST_OUTCOMES,
    "reasons_up": tuple(GROUPS),
    "reasons_down": tuple(GROUPS),
}
"""What a word may be."""

COMPARE: Final[dict[str, Callable[[Decimal, Decimal], bool]]] = {
    "=": operator.eq, "!=": operator.ne, ">": operator.gt, ">=": operator.ge, "<": operator.lt,
    "<=": operator.le,
}  # fmt: skip

Facts = Mapping[str, Any]
"""Field → Decimal, int, bool, str or a set of str; None or absent: unknown."""


def holds(condition: Mapping[str, Any] | None, facts: Facts) -> bool | None:
    """Whether a checked condition holds; None: not known. No condition always holds."""
    if condition is None:
        return True
    return _all(_one(key, value, facts) for key, value in condition.items())


def _all(verdicts: Any) -> bool | None:
    found = list(verdicts)
    if False in found:
        return False
    return None if None in found else True


def _one(key: str, wanted: Any, facts: Facts) -> bool | None:
    if key == "all":
        return _all(holds(part, facts) for part in wanted)
    if key == "any":
        found = [holds(part, facts) for part in wanted]
        return True if True in found else None if None in found else False
    if key == "not":
        inner = holds(wanted, facts)
        return None if inner is None else not inner
    return _field(facts.get(key), FIELDS[key], wanted)


def _field(value: Any, kind: str, wanted: Any) -> bool | None:
    if isinstance(wanted, Mapping):
        return _all(_asked(value, kind, ask, of) for ask, of in wanted.items())
    return _asked(value, kind, "=", wanted)


def _asked(value: Any, kind: str, ask: str, of: Any) -> bool | None:
    if ask == "known":
        return (value is not None) is bool(of)
    if value is None:
        return None
    if ask == "not":
        return not _among(value, of)
    if kind in (NUMBER, MONEY):
        return COMPARE[ask](Decimal(value), Decimal(of))
    return _among(value, of)


def _among(value: Any, wanted: Any) -> bool:
    choices: Sequence[Any] = wanted if isinstance(wanted, list | tuple) else (wanted,)
    if isinstance(value, set | frozenset):
        return not value.isdisjoint(choices)
    return value in choices
