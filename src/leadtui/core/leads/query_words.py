"""The words of the compact query (`query_language`), English and Indonesian side by side. Pure.

Whoever types may mix both: words of the other language are understood whatever the interface speaks. Each
tuple is (English words, Indonesian words), the first of each is the one that is offered.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from leadtui.core.fold import fold
from leadtui.core.leads.filter_dto import NO, UNKNOWN, YES, LeadState, Owner

Pair = tuple[tuple[str, ...], tuple[str, ...]]
"""(English, Indonesian)."""


class Key(NamedTuple):
    """What may stand before a colon."""

    name: str
    kind: str
    """`share`, `whole`, `money`, `days`, `promise`, `codes`, `answer`, `owner`, `city`, `province`, `tag`."""
    words: Pair


KEYS: Final = (
    Key("score", "share", (("score",), ("skor", "peluang"))),
    Key("age", "whole", (("age",), ("umur", "usia"))),
    Key("balance", "money", (("balance",), ("saldo",))),
    Key("attempts", "whole", (("attempts", "calls"), ("percobaan", "panggilan"))),
    Key("idle", "days", (("last", "idle"), ("terakhir", "kontak"))),
    Key("callback", "promise", (("callback",), ("janji",))),
    Key("jobs", "codes", (("job",), ("pekerjaan", "kerja"))),
    Key("states", "codes", (("state",), ("status", "keadaan"))),
    Key("marital", "codes", (("marital",), ("nikah", "kawin"))),
    Key("education", "codes", (("education",), ("pendidikan",))),
    Key("city", "city", (("city",), ("kota",))),
    Key("provinces", "province", (("province",), ("provinsi",))),
    Key("tags", "tag", (("tag",), ("label", "tanda"))),
    Key("owner", "owner", (("owner",), ("pemilik", "milik"))),
    Key("default", "answer", (("default",), ("macet",))),
    Key("housing", "answer", (("housing",), ("kpr", "rumah"))),
    Key("loan", "answer", (("loan",), ("pinjaman", "kta"))),
)

JOBS: Final[dict[int, Pair]] = {
    1: (("admin.", "administration"), ("administrasi",)),
    2: (("blue-collar", "worker"), ("buruh", "pekerja")),
    3: (("entrepreneur",), ("pengusaha",)),
    4: (("housemaid",), ("asisten-rumah-tangga", "art")),
    5: (("management", "manager"), ("manajemen", "manajer")),
    6: (("retired",), ("pensiun", "pensiunan")),
    7: (("self-employed",), ("wiraswasta",)),
    8: (("services",), ("jasa", "layanan")),
    9: (("student",), ("mahasiswa", "pelajar")),
    10: (("technician",), ("teknisi",)),
    11: (("unemployed",), ("tidak-bekerja", "menganggur")),
}
MARITAL: Final[dict[int, Pair]] = {
    1: (("married",), ("menikah",)),
    2: (("single",), ("lajang",)),
    3: (("divorced",), ("cerai",)),
}
EDUCATION: Final[dict[int, Pair]] = {
    1: (("illiterate",), ("buta-huruf",)),
    2: (("basic.4y",), ("dasar-4",)),
    3: (("basic.6y",), ("dasar-6", "sd")),
    4: (("basic.9y",), ("dasar-9", "smp")),
    5: (("high.school",), ("sma", "smk")),
    6: (("professional.course",), ("kursus", "vokasi")),
    7: (("university.degree", "university"), ("sarjana", "s1")),
    8: (("primary",), ("pendidikan-dasar",)),
    9: (("secondary",), ("menengah",)),
    10: (("tertiary",), ("tinggi",)),
}
STATES: Final[dict[int, Pair]] = {
    int(LeadState.PENDING): (("pending", "new"), ("baru", "belum")),
    int(LeadState.QUALIFIED): (("qualified", "interested"), ("berminat", "tertarik")),
    int(LeadState.CONTACTED): (("contacted", "callback"), ("dihubungi", "janji")),
    int(LeadState.CONVERTED): (("converted", "bought", "closed"), ("membeli", "closing")),
    int(LeadState.REJECTED): (("rejected", "not-interested"), ("menolak", "tidak-berminat")),
    int(LeadState.DO_NOT_CALL): (("do-not-call", "dnc"), ("jangan-dihubungi",)),
    int(LeadState.BAD_NUMBER): (("bad-number", "wrong-number"), ("nomor-salah", "salah-sambung")),
}
ANSWERS: Final[dict[int, Pair]] = {
    YES: (("yes",), ("ya", "ada")),
    NO: (("no", "none"), ("tidak", "tak")),
    UNKNOWN: (("unknown",), ("tidak-diketahui",)),
}
OWNERS: Final[dict[Owner, Pair]] = {
    Owner.ME: (("me", "mine"), ("saya", "aku")),
    Owner.NOBODY: (("none", "nobody", "pool"), ("bebas", "kosong")),
    Owner.OTHER: (("other",), ("lain",)),
}
PROMISES: Final[dict[tuple[int | None, int | None], Pair]] = {
    (0, 0): (("today",), ("hari-ini",)),
    (1, 1): (("tomorrow",), ("besok",)),
    (None, -1): (("late", "overdue"), ("lewat", "terlambat")),
    (0, 6): (("week",), ("minggu-ini", "pekan")),
    (-3_650, 3_650): (("any", "yes"), ("ada", "semua")),
}
"""(from, to) in days from today."""
NEVER: Final = 36_500
IDLE: Final[dict[tuple[int | None, int | None], Pair]] = {
    (NEVER, None): (("never",), ("belum", "belum-pernah")),
    (None, 0): (("today",), ("hari-ini",)),
}
"""(at least, at most) whole days since the last contact."""

DAYS: Final = {
    "": 1, "d": 1, "day": 1, "days": 1, "h": 1, "hari": 1,
    "w": 7, "week": 7, "weeks": 7, "minggu": 7, "pekan": 7,
    "mo": 30, "month": 30, "months": 30, "bln": 30, "bulan": 30,
}  # fmt: skip
"""Unit → days."""
MONEY: Final = {
    "": 1, "rb": 10**3, "ribu": 10**3, "k": 10**3, "thousand": 10**3,
    "jt": 10**6, "juta": 10**6, "million": 10**6, "mio": 10**6,
    "miliar": 10**9, "milyar": 10**9, "billion": 10**9, "bn": 10**9, "b": 10**9,
    "triliun": 10**12, "trillion": 10**12,
}  # fmt: skip
M_OF: Final = {"id": 10**9, "en": 10**6}
"""`2m`: two miliar in Indonesian, two million in English."""

CHOICES: Final[dict[str, dict[int, Pair]]] = {
    "jobs": JOBS,
    "marital": MARITAL,
    "education": EDUCATION,
    "states": STATES,
    "default": ANSWERS,
    "housing": ANSWERS,
    "loan": ANSWERS,
}


def bare(word: str) -> str:
    """A word without case, accents, blanks and signs: `Blue-Collar` is `bluecollar`."""
    return fold(word).replace(" ", "")


def offered(pair: Pair, language: str) -> str:
    """The word of a pair that is offered to who reads `language`."""
    return pair[1 if language == "id" else 0][0]


KEY_OF: Final[dict[str, Key]] = {bare(word): key for key in KEYS for words in key.words for word in words}
"""Every word before a colon → what it means."""
