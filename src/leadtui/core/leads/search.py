"""What somebody typed into the search box, as words of a name or digits of a number. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from leadtui.core import phones
from leadtui.core.fold import words

MIN_DIGITS: Final = 2
"""Fewer digits narrow nothing: nearly every number has them."""

_MAX_WORDS: Final = 6
_MAX_LENGTH: Final = 80


@dataclass(frozen=True, slots=True)
class Search:
    """A parsed search. Both empty: nothing is narrowed, unless `impossible`."""

    words: tuple[str, ...] = ()
    """Folded; every one is the start of some word of the name. Letters and digits only."""
    digits: tuple[str, ...] = ()
    """Starts of a number without its plus; any of them."""
    impossible: bool = False
    """Something was typed and no name or number can match it (`%`, an emoji)."""

    @property
    def empty(self) -> bool:
        """Whether nothing is narrowed."""
        return not (self.words or self.digits or self.impossible)


def parse(text: str) -> Search:
    """`text` as a search: digits are a number's start (08… and 8… are 628…), anything else starts of words.

    Text from outside may be anything; what comes back holds letters and digits only.
    """
    text = text[:_MAX_LENGTH].strip()
    if not text:
        return Search()
    digits = phones.search_digits(text)
    if digits is not None:
        typed = sum(char.isdigit() for char in text)
        if typed < MIN_DIGITS:
            return Search()
        if digits == text.translate(_SEPARATORS) and digits.startswith("8"):
            return Search(digits=("62" + digits, digits))
        return Search(digits=(digits,))
    found = tuple(dict.fromkeys(words(text)))[:_MAX_WORDS]
    return Search(words=found) if found else Search(impossible=True)


_SEPARATORS: Final = {ord(char): None for char in phones.SEPARATORS}


def after_prefix(prefix: str) -> str:
    """The smallest text that sorts after every text that starts with `prefix`, in code point order."""
    for place in range(len(prefix) - 1, -1, -1):
        code = ord(prefix[place])
        if code < 0x10FFFF:
            # no text holds a surrogate
            following = 0xE000 if code == 0xD7FF else code + 1
            return prefix[:place] + chr(following)
    return "\U0010ffff" * (len(prefix) + 1)


# what is cheaper ------------------------------------------------------------------------------------------

# Microseconds a row, measured on a million leads; only their proportions matter.
_WALKED: Final = 0.12
"""One index entry of the order, its name looked at."""
_FOUND: Final = 3.6
"""One lead that the word index gives: its row fetched twice, then sorted."""
_POSTED: Final = 0.06
"""One entry of a word's list, before the lists are intersected."""
_NUMBER: Final = 1.5
"""A lead found by its number, in walked rows that look a number up."""


def plan(counts: Mapping[str, int], total: int, wanted: int) -> tuple[str, ...]:
    """The words to ask the index for, or none: then the order is walked until `wanted` names match.

    `counts` says how many names each start of a word has among `total`. Common words are left to the check
    of every name that follows either way: their lists would cost more than they spare.
    """
    total = max(total, 1)
    shares = [min(n / total, 1.0) for n in counts.values()]
    matching = max(math.prod(shares) * total, 1e-9)
    walk = min(total, wanted * total / matching) * _WALKED
    asked: list[str] = []
    found, cost = float(total), math.inf
    posted = 0.0
    for word, n in sorted(counts.items(), key=lambda item: item[1]):
        found *= min(n / total, 1.0)
        posted += n * _POSTED
        if found * _FOUND + posted >= cost:
            break
        cost = found * _FOUND + posted
        asked.append(word)
    return tuple(asked) if cost < walk else ()


def few_numbers(total: int, wanted: int) -> int:
    """Up to how many numbers starting alike it is cheaper to start from them than to walk the order."""
    return math.isqrt(round(max(total, 1) * wanted / _NUMBER)) + 1
