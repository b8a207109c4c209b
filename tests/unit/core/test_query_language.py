"""The compact query: what it understands in two languages, and what it says of the rest."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadtui.core.leads import filter_codec, query_words
from leadtui.core.leads.filter_dto import LeadFilter, LeadState, Owner
from leadtui.core.leads.query_complete import complete
from leadtui.core.leads.query_language import Known, overlay, parse
from leadtui.query_sentences import misread_sentence
from leadtui.scoring.codes import EDUCATION, JOB, MARITAL

KNOWN = Known(
    "en",
    tags=("VIP", "naik haji"),
    cities=("Bandung", "Banda Aceh", "Medan"),
    provinces=("Jawa Barat", "Aceh"),
)

UNDERSTOOD: dict[str, dict[str, Any]] = {
    "budi santoso": {"search": "budi santoso"},
    "job:management": {"jobs": (5,)},
    "pekerjaan:manajemen budi": {"jobs": (5,), "search": "budi"},
    "JOB:Student,Retired": {"jobs": (6, 9)},
    "job:stud": {"jobs": (9,)},
    'job:"blue collar"': {"jobs": (2,)},
    "-job:student": {"not_jobs": (9,)},
    "age:30-45": {"min_age": 30, "max_age": 45},
    "umur:>30 umur:<45": {"min_age": 31, "max_age": 44},
    "usia:>=30": {"min_age": 30},
    "age:41": {"min_age": 41, "max_age": 41},
    "score:>60": {"min_score": 0.6},
    "skor:20-40%": {"min_score": 0.2, "max_score": 0.4},
    "score:>0,6": {"min_score": 0.6},
    "balance:>=50jt": {"min_balance": Decimal(50_000_000)},
    "saldo:2,5jt-1miliar": {"min_balance": Decimal(2_500_000), "max_balance": Decimal(10**9)},
    "balance:<1.500.000": {"max_balance": Decimal(1_500_000)},
    "balance:>2m": {"min_balance": Decimal(2_000_000)},
    "balance:<-500rb": {"max_balance": Decimal(-500_000)},
    "attempts:0": {"min_attempts": 0, "max_attempts": 0},
    "last:<7d": {"max_idle_days": 6},
    "last:>30d": {"min_idle_days": 31},
    "terakhir:7-30hari": {"min_idle_days": 7, "max_idle_days": 30},
    "last:2w": {"max_idle_days": 14},
    "last:never": {"min_idle_days": query_words.NEVER},
    "kontak:hari-ini": {"max_idle_days": 0},
    "callback:today": {"min_callback_days": 0, "max_callback_days": 0},
    "janji:besok": {"min_callback_days": 1, "max_callback_days": 1},
    "callback:late": {"max_callback_days": -1},
    "callback:<=3d": {"min_callback_days": 0, "max_callback_days": 3},
    "state:qualified": {"states": (LeadState.QUALIFIED,)},
    "-state:converted,dnc": {"states": tuple(s for s in LeadState if s not in (3, 5))},
    "owner:me": {"owner": Owner.ME},
    "pemilik:bebas": {"owner": Owner.NOBODY},
    "loan:no housing:yes": {"loan": (0,), "housing": (1,)},
    "-pinjaman:ya": {"loan": (0, 2)},
    "default:unknown": {"default": (2,)},
    "city:bandung": {"city": "bandung"},
    'kota:"banda aceh",medan': {"city": "banda aceh, medan"},
    "-city:medan": {"not_city": "medan"},
    'province:"jawa barat"': {"provinces": ("Jawa Barat",)},
    "tag:vip": {"tags": ("VIP",)},
    'tag:"Naik Haji",vip': {"tags": ("naik haji", "VIP")},
    "-tag:vip": {"not_tags": ("VIP",)},
    "call at 10:30": {"search": "call at 10:30"},
    '"budi" job:retired "s wati"': {"search": "budi s wati", "jobs": (6,)},
    "marital:single education:sma": {"marital": (2,), "education": (5,)},
}


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_it_understands(text: str) -> None:
    found = parse(text, KNOWN)
    assert found.misread == ()
    assert found.filter == LeadFilter(**UNDERSTOOD[text])


MISREAD: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "ag:30": ("key_unknown", "ag", ("age", "tag")),
    "pekerjan:x": ("key_unknown", "pekerjan", ("pekerjaan", "kerja")),
    "job:": ("value_missing", "", ()),
    "job:manj": ("value_unknown", "manj", ("manajer", "manajemen")),
    "job:se": ("value_ambiguous", "se", ("self-employed", "services")),
    "age:abc": ("number", "abc", ()),
    "age:45-30": ("crossed", "45-30", ()),
    "age:>45 age:<30": ("crossed", "max_age", ()),
    "age:200": ("out_of_range", "200", ("0", "120")),
    "age:<0": ("out_of_range", "<0", ("0", "120")),
    "score:130": ("out_of_range", "130", ("0", "100")),
    "-age:30-45": ("not_negated", "age", ()),
    "owner:me,none": ("one_value", "owner", ()),
    "job:student job:retired": ("said_twice", "jobs", ()),
    'tag:"vip': ("quote_open", '"vip', ()),
    "tag:vpi": ("value_unknown", "vpi", ("VIP",)),
    "province:jawa-utara": ("value_unknown", "jawa-utara", ("Jawa Barat",)),
    "balance:>1xyz": ("number", "1xyz", ()),
    "balance:99999999jt": ("out_of_range", "99999999jt", ()),
    "-loan:yes,no,unknown": ("value_unknown", "yes,no,unknown", ()),
}


@pytest.mark.parametrize("text", MISREAD)
def test_it_says_what_it_does_not_understand_and_where(text: str) -> None:
    found = parse(f"budi city:medan {text}", KNOWN)
    (wrong,) = found.misread
    code, what, near = MISREAD[text]
    assert (wrong.code, wrong.text, wrong.near) == (code, what, near)
    assert f"budi city:medan {text}"[wrong.start : wrong.end] == text.split(" ")[-1]
    assert (found.filter.search, found.filter.city) == ("budi", "medan")  # the rest counts
    assert misread_sentence(wrong).endswith((".", "?"))


def test_a_sentence_says_what_was_meant() -> None:
    (wrong,) = parse("ag:30").misread
    assert misread_sentence(wrong) == "“ag:” is no filter. Did you mean age:, tag:?"


def test_a_language_decides_what_m_is() -> None:
    assert parse("balance:>2m", Known("id")).filter.min_balance == Decimal(2 * 10**9)


def test_without_a_list_of_tags_any_name_passes() -> None:
    assert parse("tag:whatever").filter.tags == ("whatever",)


def test_every_code_has_words_of_its_own_in_both_languages() -> None:
    for choices, codes in (
        (query_words.JOBS, JOB), (query_words.MARITAL, MARITAL), (query_words.EDUCATION, EDUCATION),
    ):  # fmt: skip
        assert set(choices) == set(codes.values())
        for word, code in codes.items():
            assert query_words.bare(word) == query_words.bare(choices[code][0][0])
    assert set(query_words.STATES) == set(LeadState)
    for choices in [*query_words.CHOICES.values(), {0: (tuple(query_words.KEY_OF), ())}]:
        words = [query_words.bare(word) for pair in choices.values() for part in pair for word in part]
        assert len(words) == len(set(words))
    every = [query_words.bare(word) for key in query_words.KEYS for part in key.words for word in part]
    assert len(every) == len(set(every))


@pytest.mark.parametrize(
    ("text", "language", "offered"),
    [
        ("um", "id", ["umur:"]),
        ("ag", "en", ["age:"]),
        ("-jo", "en", ["job:"]),
        ("job:ma", "en", ["management"]),
        ("job:ma", "id", ["manajemen", "mahasiswa"]),
        ("budi job:student,re", "en", ["retired"]),
        ("kota:ban", "id", ["Bandung", '"Banda Aceh"']),
        ("tag:na", "en", ['"naik haji"']),
        ("loan:", "en", ["yes", "no", "unknown"]),
        ("callback:to", "en", ["today", "tomorrow"]),
        ("nothing:x", "en", []),
        ("age:3", "en", []),
        ("10", "en", []),
    ],
)
def test_it_completes_what_was_begun(text: str, language: str, offered: list[str]) -> None:
    known = Known(language, KNOWN.tags, KNOWN.cities, KNOWN.provinces)
    found = complete(text, len(text), known)
    assert [one.text for one in found] == offered
    for one in found:
        chosen = text[: one.start] + one.text + text[one.end :]
        assert not [wrong for wrong in parse(chosen, known).misread if wrong.code != "value_missing"]


def test_a_query_lies_over_what_there_is() -> None:
    base = LeadFilter(min_age=20, max_age=60, jobs=(5,), search="gone")
    assert overlay(base, parse("age:>30 budi").filter) == LeadFilter(min_age=31, jobs=(5,), search="budi")
    assert overlay(base, parse("").filter) == LeadFilter(min_age=20, max_age=60, jobs=(5,))


PARTS = st.sampled_from(
    [*UNDERSTOOD, *MISREAD, '"', ",", ":", "-", "ü", "a:", "‏", " ", "\x1b[0m", "age:>", "٣"]
)


@given(st.lists(PARTS | st.text(max_size=12), max_size=8))
def test_nothing_typed_ever_breaks_it(parts: list[str]) -> None:
    text = " ".join(parts)
    found = parse(text, KNOWN)
    for wrong in found.misread:
        assert 0 <= wrong.start <= wrong.end <= len(text)
        assert misread_sentence(wrong)
    for at in range(0, len(text) + 1, 5):
        for one in complete(text, at, KNOWN):
            assert 0 <= one.start <= one.end <= at
    kept = filter_codec.read(filter_codec.written(found.filter))
    assert kept.jobs == found.filter.jobs
    assert (kept.min_age, kept.max_balance) == (found.filter.min_age, found.filter.max_balance)
