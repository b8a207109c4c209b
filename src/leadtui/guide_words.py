"""The guide in words: what placeholders stand for, sentences to say aloud, and the faults of a file.

Values are put in by name with our own pattern: nothing in a guide's text is ever run. Everything is cleaned
once more on its way to a terminal.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from leadtui.core.guide import codes
from leadtui.core.guide.dto import Fault, GuideFor, Said, Text, Value
from leadtui.core.guide.placeholders import PATTERN
from leadtui.formats import day, money, month_name, number
from leadtui.i18n import _, language, ngettext, pgettext
from leadtui.text import clean


def greeting_word(part: str) -> str:
    """The word after "Good"; Indonesian tells the hours before three from those after."""
    return {
        "morning": pgettext("greeting", "morning"),
        "noon": pgettext("greeting before three", "afternoon"),
        "afternoon": pgettext("greeting", "afternoon"),
        "evening": pgettext("greeting", "evening"),
    }.get(part, "")


YEARS_FROM: Final = 36
"""From so many months on whole years are said as years."""


def label(text: Text) -> str:
    """A text without placeholders, in the language in use."""
    return clean(text.say(language()))


def spoken(said: Said) -> str:
    """A sentence to say aloud, in the language in use."""
    return clean(PATTERN.sub(lambda found: _word(said.values.get(found[1])), said.text.say(language())))


def _word(value: Value | None) -> str:
    if value is None:
        return ""  # a checked guide names nothing that is missing
    if value.kind == "money":
        return money(value.number, value.text)
    if value.kind == "percent" and value.number is not None:
        # as many decimals as it has: 5%, 3.5%, 5.25%
        digits = value.number.normalize().as_tuple().exponent
        return f"{number(value.number, max(0, -digits) if isinstance(digits, int) else None)}%"
    if value.kind == "months" and value.number is not None:
        n = int(value.number)
        if n >= YEARS_FROM and n % 12 == 0:
            return ngettext("{n} year", "{n} years", n // 12).format(n=number(n // 12))
        return ngettext("{n} month", "{n} months", n).format(n=number(n))
    if value.kind == "month" and value.at is not None:
        return f"{month_name(value.at.month)} {value.at.year}"
    if value.kind == "day":
        return day(value.at)
    if value.kind == "greeting":
        return greeting_word(value.text)
    if value.kind == "both" and value.both is not None:
        return clean(value.both.say(language()))
    if value.kind == "number" and value.number is not None:
        return number(value.number)
    return clean(value.text)


def ticked(guide: GuideFor, ticks: Sequence[str]) -> str:
    """`2 of 5 required`."""
    done = sum(line.code in ticks for line in guide.lines)
    return _("{n} of {of} required").format(n=number(done), of=number(len(guide.lines)))


# the faults of a file ----------------------------------------------------------------------------------


def fault_sentence(fault: Fault) -> str:
    """What is wrong, without the place."""
    sentence = _(codes.FAULTS[fault.code]) if fault.code in codes.FAULTS else clean(fault.code)
    return re.sub(r"\{(\w+)\}", lambda found: clean(fault.data.get(found[1], "–")), sentence)


def fault_line(fault: Fault, file: str) -> str:
    """`guide.yaml:12: offers[2].when.balance: “viel” is not a number (as …).`"""
    place = clean(file) if fault.line is None else f"{clean(file)}:{fault.line}"
    return ": ".join(part for part in (place, clean(fault.path), fault_sentence(fault)) if part)
