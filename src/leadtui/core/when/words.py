"""The words of the grammar: text → symbols. Pure; `scan.py` says what a row of symbols means."""

from __future__ import annotations

import enum
import re
import unicodedata
from dataclasses import dataclass
from typing import Final


class Kind(enum.Enum):
    """What a word is."""

    NUMBER = enum.auto()
    """`value`; `text` keeps a leading zero."""
    DECIMAL = enum.auto()
    """`1,5`: an amount of hours; `10,30` may be a time."""
    CLOCK = enum.auto()
    """`9.30`: `value` is minutes of the day; `text` keeps a leading zero."""
    ORDINAL = enum.auto()
    """`25th`"""
    DATE = enum.auto()
    """`25/11` or `25/11/2026`, in `text`."""
    DAY = enum.auto()
    """today 0, besok 1, lusa 2"""
    PART = enum.auto()
    """A part of the day; `value` indexes PARTS."""
    FIXED = enum.auto()
    """noon, after lunch: `value` is minutes of the day."""
    MIDNIGHT = enum.auto()
    WEEKDAY = enum.auto()
    """Monday 0."""
    SUNDAY_OR_WEEK = enum.auto()
    """`minggu`"""
    SUNDAY_OR_MINUTE = enum.auto()
    """`min`"""
    CLOCK_OR_HOUR = enum.auto()
    """`jam`: before a number o'clock, behind it hours."""
    DAY_OR_UNIT = enum.auto()
    """`hari`: before a weekday nothing, behind a number days."""
    UNIT = enum.auto()
    """MINUTE … MONTH"""
    LENGTH = enum.auto()
    """`sejam`: one of unit `value`."""
    MONTH = enum.auto()
    """1–12"""
    DATE_WORD = enum.auto()
    """`tanggal`"""
    NEXT = enum.auto()
    THIS = enum.auto()
    LATER = enum.auto()
    """`nanti`: today."""
    AGO_AHEAD = enum.auto()
    """`lagi`, `from now`"""
    IN = enum.auto()
    HALF = enum.auto()
    """`setengah 10` is 9.30 (0), `half ten` 10.30 (1)."""
    QUARTER = enum.auto()
    PAST_BEFORE = enum.auto()
    """`past`: the minutes stand before it."""
    TO_BEFORE = enum.auto()
    PAST_BEHIND = enum.auto()
    """`lewat`: the minutes stand behind it."""
    TO_BEHIND = enum.auto()
    AND = enum.auto()
    ONE = enum.auto()
    """`a`, `an`"""
    AM = enum.auto()
    PM = enum.auto()
    ZONE = enum.auto()
    """`text` is its name in the time zone database."""
    MONTH_START = enum.auto()
    MONTH_END = enum.auto()
    WEEKEND = enum.auto()
    NOW = enum.auto()
    FILLER = enum.auto()


@dataclass(frozen=True, slots=True)
class Symbol:
    """One word, or several that mean one thing."""

    kind: Kind
    value: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day: the hour meant where none is said, and which hours of the clock it can hold."""

    hour: int
    first: int
    last: int
    """Hours of the day, 24-hour, from `first` to `last` inclusive; beyond 23 is after midnight."""


PARTS: Final = (
    Part(9, 0, 11),  # pagi, morning
    Part(13, 10, 15),  # siang
    Part(16, 13, 18),  # sore
    Part(19, 17, 28),  # malam, evening, night
    Part(5, 1, 6),  # subuh, dini hari
    Part(14, 12, 18),  # afternoon
)
MORNING, MIDDAY, LATE, NIGHT, DAWN, AFTERNOON = range(6)

MINUTE, HOUR, DAY, WEEK, MONTH = range(5)

_ZONES: Final = {
    "wib": "Asia/Jakarta", "wita": "Asia/Makassar", "wit": "Asia/Jayapura", "utc": "UTC", "gmt": "UTC",
}  # fmt: skip

_DAYS: Final = (
    "senin|sen|snn|monday|mon", "selasa|sel|sls|tuesday|tue|tues", "rabu|rab|rbu|wednesday|wed|weds",
    "kamis|kam|kms|thursday|thu|thur|thurs", "jumat|jum at|jum|jmt|jumaat|friday|fri",
    "sabtu|sab|sbt|saturday|sat", "ahad|sunday|sun",
)  # fmt: skip
_MONTHS: Final = (
    "januari|january|jan", "februari|pebruari|february|feb", "maret|march|mar|mrt", "april|apr", "mei|may",
    "juni|june|jun", "juli|july|jul", "agustus|august|agu|agt|ags|aug", "september|sept|sep",
    "oktober|october|okt|oct", "november|nopember|nov|nop", "desember|december|des|dec",
)  # fmt: skip
_NUMBERS: Final = (
    "nol|zero", "satu|one", "dua|two", "tiga|three", "empat|four", "lima|five", "enam|six", "tujuh|seven",
    "delapan|eight", "sembilan|nine", "sepuluh|ten", "sebelas|eleven", "dua belas|twelve",
    "tiga belas|thirteen",
    "empat belas|fourteen", "lima belas|fifteen", "enam belas|sixteen", "tujuh belas|seventeen",
    "delapan belas|eighteen", "sembilan belas|nineteen",
)  # fmt: skip
_TENS: Final = {2: ("dua puluh", "twenty"), 3: ("tiga puluh", "thirty"), 4: ("empat puluh", "forty"),
                5: ("lima puluh", "fifty")}  # fmt: skip

_PHRASES: Final[dict[Kind, dict[int, str]]] = {
    Kind.DAY: {
        0: "hari ini|today|hr ini",
        1: "besok|bsk|besuk|esok|bsok|tomorrow|tomorow|tmrw|tmr|keesokan",
        2: "lusa|besok lusa|day after tomorrow",
    },
    Kind.PART: {
        MORNING: "pagi|pg|pgi|morning|in morning|mornings",
        MIDDAY: "siang|siank",
        LATE: "sore|sor|petang",
        NIGHT: "malam|mlm|malem|evening|in evening|night|at night|tonight",
        DAWN: "subuh|dini hari",
        AFTERNOON: "afternoon|in afternoon",
    },
    Kind.FIXED: {
        12 * 60: "noon|midday|tengah hari",
        13 * 60: "sesudah makan siang|setelah makan siang|habis makan siang|abis makan siang|after lunch",
    },
    Kind.MIDNIGHT: {0: "midnight|tengah malam"},
    Kind.SUNDAY_OR_WEEK: {0: "minggu|mgg|mggu"},
    Kind.SUNDAY_OR_MINUTE: {0: "min"},
    Kind.CLOCK_OR_HOUR: {0: "jam|jm"},
    Kind.DAY_OR_UNIT: {0: "hari"},
    Kind.UNIT: {
        MINUTE: "menit|mnt|mnit|m|mins|minute|minutes",
        HOUR: "j|hour|hours|hrs|h",
        DAY: "day|days|d",
        WEEK: "pekan|week|weeks|wk|wks",
        MONTH: "bulan|bln|month|months",
    },
    Kind.LENGTH: {
        MINUTE: "semenit", HOUR: "sejam", DAY: "sehari", WEEK: "seminggu|sepekan", MONTH: "sebulan",
    },
    Kind.DATE_WORD: {0: "tanggal|tgl|tggl"},
    Kind.NEXT: {0: "depan|dpn|next|mendatang|berikutnya"},
    Kind.THIS: {0: "ini|this"},
    Kind.LATER: {0: "nanti|nnti|ntar|later today"},
    Kind.AGO_AHEAD: {0: "lagi|lg|from now|ke depan"},
    Kind.IN: {0: "in|dalam|dlm"},
    Kind.HALF: {0: "setengah|stengah|stgh", 1: "half"},
    Kind.QUARTER: {0: "seperempat|quarter|a quarter"},
    Kind.PAST_BEFORE: {0: "past"},
    Kind.TO_BEFORE: {0: "to|till"},
    Kind.PAST_BEHIND: {0: "lewat|lebih|lwt"},
    Kind.TO_BEHIND: {0: "kurang|krg"},
    Kind.AND: {0: "dan|and"},
    Kind.ONE: {0: "a|an"},
    Kind.AM: {0: "am"},
    Kind.PM: {0: "pm"},
    Kind.MONTH_START: {0: "awal bulan|awal bln|beginning of month|start of month"},
    Kind.MONTH_END: {0: "akhir bulan|akhir bln|end of month|eom"},
    Kind.WEEKEND: {0: "akhir pekan|akhir minggu|weekend"},
    Kind.NOW: {0: "sekarang|skrg|skrng|now"},
    Kind.FILLER: {
        0: "pukul|pkl|at|on|of|pada|di|ya|yah|aja|saja|sekitar|kira kira|around|about|tepat|sharp|o clock|"
           "oclock|coming|please|waktu",
    },
}  # fmt: skip


def _lexicon() -> dict[tuple[str, ...], Symbol]:
    found: dict[tuple[str, ...], Symbol] = {}

    def put(spellings: str, symbol: Symbol) -> None:
        for spelling in spellings.split("|"):
            found[tuple(spelling.split())] = symbol

    for kind, values in _PHRASES.items():
        for value, spellings in values.items():
            put(spellings, Symbol(kind, value, spellings.split("|")[0]))
    for number, spellings in enumerate(_DAYS):
        put(spellings, Symbol(Kind.WEEKDAY, number))
    for number, spellings in enumerate(_MONTHS, start=1):
        put(spellings, Symbol(Kind.MONTH, number))
    for number, spellings in enumerate(_NUMBERS):
        put(spellings, Symbol(Kind.NUMBER, number))
    for tens, both in _TENS.items():
        for spelling in both:
            put(spelling, Symbol(Kind.NUMBER, tens * 10))
            for ones, names in enumerate(_NUMBERS[1:10], start=1):
                for name in names.split("|"):
                    found[*spelling.split(), name] = Symbol(Kind.NUMBER, tens * 10 + ones)
    for word, zone in _ZONES.items():
        put(word, Symbol(Kind.ZONE, 0, zone))
    return found


_LEXICON: Final = _lexicon()
_LONGEST: Final = max(len(words) for words in _LEXICON)

_TOKEN: Final = re.compile(
    r"(?P<date>[0-9]{1,2}/[0-9]{1,2}(?:/(?:[0-9]{4}|[0-9]{2}))?(?![0-9/])"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])|[0-9]{1,2}-[0-9]{1,2}-[0-9]{4}(?![0-9])|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}(?![0-9]))"
    r"|(?P<clock>[0-9]{1,2}[:.][0-9]{2})(?![0-9:.][0-9]|[0-9])"
    r"|(?P<decimal>[0-9]{1,3}[.,][0-9]{1,2})(?![0-9])"
    r"|(?P<ordinal>[0-9]{1,2})(?:st|nd|rd|th)(?![a-z])"
    r"|(?P<number>[0-9]{1,4})(?![0-9])"
    r"|(?P<word>[a-z]+)"
    r"|(?P<plus>\+)|(?P<at>@)|(?P<noise>[\s,;.'’´`()-]+)"
)

LONGEST_TEXT: Final = 200
"""Nobody says a time in more characters."""


def symbols(text: str) -> list[Symbol] | None:
    """The words of `text`; None where one is not known."""
    said = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).lower()
    said = said.replace("a.m.", "am ").replace("p.m.", "pm ")
    tokens: list[tuple[str, str]] = []
    at = 0
    while at < len(said):
        match = _TOKEN.match(said, at)
        if match is None:
            return None
        at = match.end()
        if match.lastgroup not in ("noise", None) and match["word"] != "the":
            tokens.append((match.lastgroup or "", match[match.lastgroup or 0]))
    return _joined(tokens)


def _joined(tokens: list[tuple[str, str]]) -> list[Symbol] | None:
    found: list[Symbol] = []
    at = 0
    while at < len(tokens):
        kind, token = tokens[at]
        if kind != "word":
            found.append(_written(kind, token))
            at += 1
            continue
        for length in range(min(_LONGEST, len(tokens) - at), 0, -1):
            some = tokens[at : at + length]
            known = _LEXICON.get(tuple(word for _kind, word in some))
            if known is not None and all(one == "word" for one, _word in some):
                found.append(known)
                at += length
                break
        else:
            return None
    return [symbol for symbol in found if symbol.kind is not Kind.FILLER]


def _written(kind: str, token: str) -> Symbol:
    if kind == "date":
        parts = token.replace("-", "/").replace(".", "/").split("/")
        return Symbol(Kind.DATE, 0, "/".join(reversed(parts) if len(parts[0]) == 4 else parts))
    if kind == "clock":
        hour, minute = token.replace(".", ":").split(":")
        return Symbol(Kind.CLOCK, int(hour) * 60 + int(minute) if int(minute) < 60 else -1, token)
    if kind == "decimal":
        return Symbol(Kind.DECIMAL, 0, token.replace(",", "."))
    if kind == "ordinal":
        return Symbol(Kind.ORDINAL, int(token))
    if kind == "plus":
        return Symbol(Kind.IN)
    if kind == "at":
        return Symbol(Kind.FILLER)
    return Symbol(Kind.NUMBER, int(token), token)
