"""What a password may be (NIST SP 800-63B): long enough, and not one that is guessed first. Pure.

No rule about capitals or digits. A password is refused when a guesser who knows the common passwords, the
keyboard and its owner's name needs few tries: the least number over all ways to cut it into known pieces
(the idea of zxcvbn, Wheeler, USENIX Security 2016; here in small).
"""

from __future__ import annotations

import functools
import gzip
import math
import re
import unicodedata
from collections.abc import Iterable
from importlib import resources
from typing import Final

MIN_LENGTH: Final = 12
MAX_LENGTH: Final = 256

_ENOUGH: Final = 8.0
"""Tries (log10) that a password must cost: the throttle lets through some thousands a month."""
_LONGEST_WORD: Final = 24
_OWN: Final = 0.3
"""The owner's own name or address is tried first."""
_PATTERN: Final = 1.5
"""A repeated letter, a sequence, a row of keys, a year."""
_LETTER: Final = 1.0
_CHANGED: Final = 0.3
"""Capitals, or 0 for o."""

_LEET: Final = str.maketrans("0134578@$!+", "oieastbasit")
_ROWS: Final = ("qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "`1234567890-=", "abcdefghijklmnopqrstuvwxyz")
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}")
_WORDS: Final = re.compile(r"[^\W_]{3,}")


def normal(password: str) -> str:
    """The form that is hashed: the same letters typed on another keyboard are the same password (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def check(password: str, own: Iterable[str] = ()) -> str | None:
    """The error code of a password that cannot be taken, or None. `own`: what belongs to its owner (e-mail,
    name, team), none of which hides anything.

    password_too_short · password_too_long · password_common · password_personal
    """
    chosen = normal(password)
    if len(chosen) < MIN_LENGTH:
        return "password_too_short"
    if len(chosen) > MAX_LENGTH:
        return "password_too_long"
    mine = {word.lower() for text in own for word in _WORDS.findall(normal(text))}
    mine |= {"leadtui"}
    cost = tries(chosen, mine)
    if cost >= _ENOUGH:
        return None
    return "password_personal" if cost < tries(chosen) else "password_common"


def tries(password: str, own: Iterable[str] = ()) -> float:
    """About how many guesses (log10) find it: the cheapest way to put it together from known pieces."""
    text = password.lower()
    plain = text.translate(_LEET)
    words = common_words()
    mine = frozenset(own)
    capitals = _CHANGED if password != text and password.upper() != password else 0.0
    best = [0.0] + [math.inf] * len(text)
    for start in range(len(text)):
        here = best[start]
        for end in range(start + 1, min(len(text), start + _LONGEST_WORD) + 1):
            cost = here + _cost(text, plain, start, end, words, mine)
            best[end] = min(best[end], cost)
        run = _run(text, start)
        if run >= 3:
            best[start + run] = min(best[start + run], here + _PATTERN)
        for length in range(1, min(start, len(text) - start) + 1):
            # once more what has just been there: `passwordpassword`
            if text[start : start + length] == text[start - length : start]:
                best[start + length] = min(best[start + length], here + _CHANGED)
    return best[len(text)] + capitals


def _cost(text: str, plain: str, start: int, end: int, words: dict[str, int], own: frozenset[str]) -> float:
    piece = text[start:end]
    if len(piece) == 1:
        return _LETTER
    if piece in own or plain[start:end] in own:
        return _OWN
    rank = words.get(piece)
    if rank is not None:
        return math.log10(rank + 1)
    rank = words.get(plain[start:end])
    if rank is not None:
        return math.log10(rank + 1) + _CHANGED
    if len(piece) == 4 and _YEAR.fullmatch(piece):
        return _PATTERN
    return math.inf


def _run(text: str, start: int) -> int:
    """How far from `start` the same letter is repeated, or neighbours of the keyboard or the alphabet follow
    in one direction."""
    longest = 1
    while start + longest < len(text) and text[start + longest] == text[start]:
        longest += 1
    for row in _ROWS:
        for line in (row, row[::-1]):
            at = line.find(text[start])
            length = 0
            while at >= 0 and start + length < len(text) and text[start + length] == line[at + length]:
                length += 1
                if at + length == len(line):
                    break
            longest = max(longest, length)
    return longest


@functools.cache
def common_words() -> dict[str, int]:
    """Common passwords and the words that passwords are made of → their place, the most common first (1)."""
    packed = resources.files(__package__).joinpath("common_passwords.txt.gz").read_bytes()
    return {
        word: place
        for place, word in enumerate(gzip.decompress(packed).decode("utf-8").splitlines(), start=1)
    }
