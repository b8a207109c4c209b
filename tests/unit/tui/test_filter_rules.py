"""What is typed into the filter panel, what a filter says of itself, and what of it is remembered."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from leadtui import i18n
from leadtui.core.leads.dto import Count, LeadFilter, LeadState, Scope, Sort
from leadtui.screens.filter_rules import BY_FIELD, read, typed
from leadtui.screens.leads_memory import Left, written
from leadtui.screens.leads_memory import read as recalled
from leadtui.screens.leads_words import chips, count_words, empty_words, without

FULL = LeadFilter(
    min_score=0.2, max_score=0.725, min_age=30, jobs=(5, 6), states=(LeadState.PENDING,), marital=(1,),
    education=(7, 10), city="Ban", provinces=("Jawa Barat", "Bali"), min_balance=Decimal("-250.50"),
    max_balance=Decimal(2_500_000), min_attempts=0, max_attempts=3, min_idle_days=30,
)  # fmt: skip


def test_what_a_filter_says_in_the_fields_is_read_back_as_that_filter() -> None:
    values, errors = read(typed(FULL))
    assert errors == {}
    assert replace(LeadFilter(**values), jobs=FULL.jobs, states=FULL.states, marital=FULL.marital,
                   education=FULL.education, provinces=FULL.provinces) == FULL  # fmt: skip
    i18n.use("id")
    try:
        assert read(typed(FULL)) == (values, {})
    finally:
        i18n.use("en")


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("min_score", " 20% ", 0.2),
        ("min_score", "12,5", 0.125),
        ("min_score", "100", 1.0),
        ("max_age", "120", 120),
        ("min_balance", "2,5 juta", Decimal(2_500_000)),
        ("min_balance", "Rp1.250.000", Decimal(1_250_000)),
        ("min_balance", "0", Decimal(0)),
        ("max_balance", "-500", Decimal(-500)),
        ("max_balance", "−0,00", Decimal(0)),
        ("max_attempts", "0", 0),
        ("max_idle_days", "7", 7),
        ("city", "  kota   bandung ", "kota bandung"),
    ],
)
def test_numbers_as_people_type_them(field: str, text: str, value: object) -> None:
    values, errors = read({field: text})
    assert errors == {}
    assert values[field] == value


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("min_score", "abc"),
        ("min_score", "101"),
        ("max_score", "nan"),
        ("max_score", "1_0"),
        ("min_age", "12.5"),
        ("min_age", "121"),
        ("min_age", "-1"),
        ("max_age", "٤٢"),
        ("max_age", "9" * 400),
        ("min_balance", "lots"),
        ("min_balance", "--5"),
        ("min_balance", "-"),
        ("max_balance", "9" * 30),
        ("min_attempts", "1e3"),
        ("max_idle_days", "\u202e7"),
    ],
)
def test_what_is_no_such_number_has_its_sentence(field: str, text: str) -> None:
    _values, errors = read({field: text})
    assert list(errors) == [BY_FIELD[field].name]
    assert errors[BY_FIELD[field].name].endswith(".")


def test_the_second_number_is_not_below_the_first() -> None:
    assert "below" in read({"min_age": "70", "max_age": "20"})[1]["age"]
    assert "below" in read({"min_balance": "5 m".replace(" m", " million"), "max_balance": "1"})[1]["balance"]
    assert read({"min_age": "20", "max_age": "20"})[1] == {}


def test_every_part_of_a_filter_has_a_chip_that_takes_it_away() -> None:
    shown = chips(FULL)
    assert [chip.part for chip in shown] == [
        "score", "age", "balance", "attempts", "idle", "city", "jobs", "states", "marital", "education",
        "provinces",
    ]  # fmt: skip
    left = FULL
    for chip in shown:
        left = without(left, chip.part)
    assert left == LeadFilter()
    texts = {chip.part: chip.text for chip in shown}
    assert texts["score"] == "score 20%–72%"
    assert texts["age"] == "age ≥ 30"
    assert texts["idle"] == "last contact ≥ 30 d"
    assert texts["jobs"] == "management, retired"
    assert {chip.part: chip.short for chip in shown}["jobs"] == "job 2"


def test_what_is_remembered_comes_back_from_json() -> None:
    left = Left(replace(FULL, search="Budi"), Sort.NAME, 10482, 77)
    found = recalled(json.loads(json.dumps(written(left))))
    assert found == replace(left, filter=FULL)
    assert "Budi" not in json.dumps(written(left))
    assert recalled(written(Left())) == Left()


@pytest.mark.parametrize(
    "broken",
    [
        None, 7, "leads", [], {"filter": []}, {"sort": "rank"}, {"sort": ["name"]},
        {"lead": -1, "index": True},
        {"index": 10**12}, {"filter": {"min_age": "30", "jobs": "5", "states": [99], "education": {"a": 1}}},
        {"filter": {"min_age": 70, "max_age": 20}}, {"filter": {"min_score": float("nan"), "max_score": 3}},
        {"filter": {"min_balance": "NaN", "max_balance": "1e400", "city": "\x1b]0;x", "provinces": [0]}},
        {"filter": {"hacked": 1, "search": "x", "max_age": True, "jobs": [[], 99, None]}},
    ],
)  # fmt: skip
def test_what_is_broken_is_left_out_and_never_an_error(broken: object) -> None:
    assert recalled(broken) == Left()


def test_the_rest_of_what_is_broken_counts() -> None:
    found = recalled({"sort": "due", "filter": {"min_age": 30, "max_age": "x", "jobs": [5, 99]}})
    assert found == Left(LeadFilter(min_age=30, jobs=(5,)), Sort.DUE)


@pytest.mark.parametrize(("language", "opening"), [("en", "Mon 06:00 WIB"), ("id", "Sen 06.00 WIB")])
def test_outside_the_calling_hours_the_day_of_the_next_ones_is_said(language: str, opening: str) -> None:
    """On a Saturday night a bare hour reads as tomorrow's."""
    i18n.use(language)
    opens_at, zone = datetime(2026, 11, 22, 23, 0, tzinfo=UTC), ZoneInfo("Asia/Jakarta")
    none = Count(0, capped=False)
    summary = SimpleNamespace(window_open=False, opens_at=opens_at, scored=9, unscored=none)
    said, warned = count_words(none, summary, Scope.QUEUE, LeadFilter(), zone, reordered=False)
    assert warned
    assert said.endswith(f" {opening}")
    assert f" {opening}." in empty_words(LeadFilter(), summary, Scope.QUEUE, zone, lambda _permission: False)
