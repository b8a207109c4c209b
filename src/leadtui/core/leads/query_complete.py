"""What could stand at the caret of a compact query. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from leadtui.core.leads import query_words as words
from leadtui.core.leads.query_language import Completion, Known
from leadtui.core.leads.query_words import Key, Pair

MOST: Final = 12


def complete(text: str, at: int, known: Known) -> tuple[Completion, ...]:
    """Words that go on from what stands before the caret `at`, in the reader's language; () for none."""
    start = _start(text, at)
    part = text[start:at]
    sign = 1 if part.startswith("-") else 0
    typed, colon, value = part[sign:].partition(":")
    if not colon:
        if not typed.isalpha():
            return ()
        keys = (f"{word}:" for word in _words((key.words for key in words.KEYS), known, typed))
        return _found(start + sign, at, typed, keys)
    key = words.KEY_OF.get(words.bare(typed))
    if key is None:
        return ()
    begun = value.rpartition(",")[2]
    return _found(at - len(begun), at, begun.lstrip('"'), _values(key, known, begun))


def _start(text: str, at: int) -> int:
    """Where the part at the caret begins; blanks in quotes are in it."""
    start, quoted = 0, False
    for place, char in enumerate(text[:at]):
        if char == '"':
            quoted = not quoted
        elif char.isspace() and not quoted:
            start = place + 1
    return start


def _words(pairs: Iterable[Pair], known: Known, typed: str) -> list[str]:
    """One word of each pair: the reader's, where that goes on from what was typed in any of them; else
    whichever does."""
    pairs, bare = list(pairs), words.bare(typed)
    own = 1 if known.language == "id" else 0

    def begun(pair: Pair, sides: Iterable[int]) -> list[str]:
        return [word for side in sides for word in pair[side] if words.bare(word).startswith(bare)]

    found = [fitting[0] for pair in pairs if (fitting := begun(pair, (own,)))]
    return found or [fitting[0] for pair in pairs if (fitting := begun(pair, (own, 1 - own)))]


def _values(key: Key, known: Known, typed: str) -> Iterable[str]:
    own: dict[str, Mapping[Any, Pair]] = {
        **words.CHOICES, "owner": words.OWNERS, "callback": words.PROMISES, "idle": words.IDLE,
    }  # fmt: skip
    if (choices := own.get(key.name)) is not None:
        return _words(choices.values(), known, typed)
    names = {"city": known.cities, "province": known.provinces, "tag": known.tags or ()}.get(key.kind, ())
    return (f'"{name}"' if " " in name else name for name in names)


def _found(start: int, end: int, typed: str, offered: Iterable[str]) -> tuple[Completion, ...]:
    bare = words.bare(typed)
    fitting = (word for word in dict.fromkeys(offered) if words.bare(word).startswith(bare))
    return tuple(Completion(start, end, word) for word, _n in zip(fitting, range(MOST), strict=False))
