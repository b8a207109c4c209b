"""What somebody typed into the search box: words of a name or city, digits of a number, an e-mail. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from leadtui.core import phones
from leadtui.core.fold import words

MIN_DIGITS: Final = 2
"""Fewer digits narrow nothing: nearly every number has them."""

MIN_END: Final = 4
"""Fewer digits are looked for at a number's start only."""
MIN_TOWN: Final = 3
"""Shorter words are looked for in names only."""
MAX_LENGTH: Final = 80

_MAX_WORDS: Final = 6


@dataclass(frozen=True, slots=True)
class Search:
    """A parsed search. All empty: nothing is narrowed, unless `impossible`."""

    words: tuple[str, ...] = ()
    """Folded; every one is the start of some word of the name or city. Letters and digits only."""
    digits: tuple[str, ...] = ()
    """Starts of a number without its plus; any of them, or of `ends`."""
    ends: tuple[str, ...] = ()
    """Last digits of a number."""
    email: str = ""
    """Start of an e-mail address, in lower case."""
    impossible: bool = False
    """Something was typed and no name or number can match it (`%`, an emoji)."""

    @property
    def empty(self) -> bool:
        """Whether nothing is narrowed."""
        return not (self.words or self.digits or self.ends or self.email or self.impossible)


def parse(text: str) -> Search:
    """`text` as a search: digits are a number's start (08… and 8… are 628…) or its end, what has an @ is an
    e-mail, anything else is starts of words.

    Text from outside may be anything; words and numbers that come back hold letters and digits only.
    """
    text = text[:MAX_LENGTH].strip()
    if not text:
        return Search()
    digits = phones.search_digits(text)
    if digits is not None:
        typed = sum(char.isdigit() for char in text)
        if typed < MIN_DIGITS:
            return Search()
        bare = text.translate(_SEPARATORS)
        ends = (bare,) if len(bare) >= MIN_END and not bare.startswith("+") else ()
        if digits == bare and digits.startswith("8"):
            return Search(digits=("62" + digits, digits), ends=ends)
        return Search(digits=(digits,), ends=ends)
    if "@" in text:
        return _email(text)
    found = tuple(dict.fromkeys(words(text)))[:_MAX_WORDS]
    found = tuple(word for word in found if not any(_says_more(other, word) for other in found))
    return Search(words=found) if found else Search(impossible=True)


def _says_more(other: str, word: str) -> bool:
    """Whether whatever has `other` has `word`, too. A short word is looked for in names only, so a city that
    has the longer one does not do for it."""
    return other != word and other.startswith(word) and (len(word) >= MIN_TOWN or len(other) < MIN_TOWN)


def _email(text: str) -> Search:
    # the database's lower() keeps what is not ASCII in some locales, and an address that is kept has none
    start = text.lower()
    if not start.isascii() or not start.isprintable() or " " in start or start.startswith("@"):
        return Search(impossible=True)
    return Search(email=start)


def enough_for_lookup(text: str) -> bool:
    """Whether a search says whom it means: two letters, an e-mail, four digits (also of an id)."""
    found = parse(text)
    if found.words:
        return sum(map(len, found.words)) >= 2
    typed = sum(char.isdigit() for char in text)
    return bool(found.email) or (bool(found.digits) and typed >= MIN_END)


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
_WALKED: Final = 0.15
"""One index entry of the order."""
_DOUBT: Final = 2.0
"""Filters that go badly together (80 years old, a student) make the walk of the order longer than it looks;
what an index gives is known before."""
_LOOKED: Final = 0.08
"""A word looked for in its name."""
_TOWNED: Final = 0.04
"""The same for a word that may also be a city's, on top."""
_FOUND: Final = 3.0
"""One lead that an index gives: its row fetched twice, then sorted."""
_NAMED: Final = 2.4
"""One whose name an index gives, its row in the queue not fetched."""
_FETCHED: Final = 5.0
"""That row, looked up by its id, then sorted."""
_LIVING: Final = 2.0
"""One who lives in a city, the name looked at."""
_POSTED: Final = 0.1
"""One entry of a word's list, before the lists are intersected."""
_NUMBER: Final = 0.5
"""A lead found by its number, in walked rows that look a number up."""
_KEYED: Final = 0.2
"""One entry of a filter's own index, before two are intersected."""

_ROW: Final = 3.0
"""One row of a city, in order: its entry and the row itself."""
_CITY: Final = 10.0
"""A city's order, begun."""

MAX_SPELLINGS: Final = 20
"""Where no more words than these begin as typed, the index is asked for them: seven times quicker."""


@dataclass(frozen=True, slots=True)
class Way:
    """How words are looked for. All empty: the order is walked until enough rows match."""

    words: tuple[str, ...] = ()
    """Words to ask the index of names for; the others are checked on what it gives."""
    town: str | None = None
    """A word to ask the index of names for, beside `words`, and that of cities: all who live there."""
    crossed: str | None = None
    """As `town`, but who live there are intersected with the names that have `words`."""
    walked: str | None = None
    """As `town`, but the order of each such city is walked."""

    @property
    def near(self) -> str | None:
        """The word that is looked for in names and in cities, if any."""
        return self.town or self.crossed or self.walked


@dataclass(frozen=True, slots=True)
class City:
    """A city that has a word or more of what is looked for."""

    words: frozenset[str]
    leads: float
    """About how many live there."""


def plan(
    counts: Mapping[str, int], total: int, wanted: int, cities: Sequence[City] = (), *, ordered: bool = True
) -> Way:
    """What is cheapest. `ordered`: the list is in the order that a city's leads are kept in.

    `counts` says of each start of a word how many names have it, among `total`. Common words are left to the
    check of every name that follows either way: their lists would cost more than they spare. A word that is
    also a city's cannot be asked of names alone.
    """
    total = max(total, 1)
    towns = {word: sum(city.leads for city in cities if word in city.words) for word in counts}
    local = {word for city in cities for word in city.words}
    looked = _WALKED + _LOOKED * len(counts) + _TOWNED * len(local)
    share = {word: min(n / total, 1.0) for word, n in counts.items()}
    matching = _matching(share, total, cities)
    ways = [(min(total, wanted * total / max(matching, 1e-9)) * looked, Way())]
    asked: tuple[str, ...] = ()
    found, posted = float(total), 0.0
    for word in (None, *sorted(counts.keys() - local, key=lambda word: counts[word])):
        if word is not None:
            asked = (*asked, word)
            found *= min(counts[word] / total, 1.0)
            posted += counts[word] * _POSTED
            ways.append((found * (_NAMED + _FETCHED) + posted, Way(words=asked)))
        for town in local:
            named = found * min(counts[town] / total, 1.0)
            both = posted + (counts[town] * _POSTED if asked else 0.0) + named * (_NAMED + _FETCHED)
            # the other words are looked at on the way; who lives there and has them is fetched
            there = [(city.leads, _beside(share, city)) for city in cities if town in city.words]
            met = sum(n * part for n, part in there) * _FETCHED
            looked_at = towns[town] * _LIVING if len(counts) > 1 else 0.0
            ways.append((both + looked_at + met, Way(words=asked, town=town)))
            if ordered:
                walked = sum(_CITY + min(n, wanted / max(part, 1e-9)) * _ROW for n, part in there)
                ways.append((both + walked, Way(words=asked, walked=town)))
            if asked:
                crossed = found * _NAMED + posted + towns[town] * (_KEYED + found / total * _FETCHED)
                ways.append((both + crossed, Way(words=asked, crossed=town)))
    return min(ways, key=lambda way: way[0])[1]


def _matching(share: Mapping[str, float], total: int, cities: Sequence[City]) -> float:
    """About how many leads have every word, in the name or the city. The words of one city go together
    (jakarta, selatan); those of a name are taken as independent of each other."""
    named = math.prod(share.values()) * total
    return min(named + sum(city.leads * _beside(share, city) for city in cities), total)


def _beside(share: Mapping[str, float], city: City) -> float:
    """About which share of who live there has the words that are not the city's."""
    return math.prod(share[word] for word in share if word not in city.words)


def spelling(start: str, words: Sequence[str]) -> str:
    """The start of a word for `to_tsquery`: every word that begins so, where they are known and few."""
    plain = [word for word in words if word.isalnum()]
    if not words or len(words) > MAX_SPELLINGS or len(plain) < len(words):
        return f"'{start}':*"
    return "(" + " | ".join(f"'{word}'" for word in plain) + ")"


def few_leads(total: int, wanted: int) -> int:
    """Up to how many leads of a filter it is cheaper to start from them than to walk the order."""
    return math.isqrt(round(max(total, 1) * wanted * _WALKED / _FOUND)) + 1


LOCALLY: Final = ("locally",)
"""The order of each city that is asked for is walked."""


def drive(
    counts: Mapping[str, int],
    reach: int,
    total: int,
    wanted: int,
    share: float = 1.0,
    cities: int = 0,
    beside: float = 1.0,
) -> tuple[str, ...]:
    """Which of some filters' indexes to start from: one, two intersected, or none (the order is walked, or
    that of `cities`).

    `counts`: leads of each, `reach` is "that many or more"; `share` is about what the filters let through
    that have no index, `beside` what all do that ask for no city. Filters are taken as independent of each
    other.
    """
    total = max(total, 1)
    matching = max(math.prod(min(n / total, 1.0) for n in counts.values()) * total * share, 1e-9)
    ways: list[tuple[float, tuple[str, ...]]] = [
        (min(total, _DOUBT * wanted * total / matching) * (_WALKED + _LOOKED), ())
    ]
    known = sorted((n, name) for name, n in counts.items() if n < reach)
    if known:
        ways.append((known[0][0] * _FETCHED, (known[0][1],)))
    if len(known) > 1:
        (first, a), (second, b) = known[:2]
        ways.append(((first + second) * _KEYED + first * second / total * _FETCHED, (a, b)))
    if cities:
        rows = min(cities * wanted / max(beside, 1e-9), counts.get("places", math.inf))
        ways.append((cities * _CITY + rows * _ROW, LOCALLY))
    return min(ways)[1]


def few_numbers(total: int, wanted: int) -> int:
    """Up to how many numbers starting alike it is cheaper to start from them than to walk the order."""
    return math.isqrt(round(max(total, 1) * wanted / _NUMBER)) + 1
