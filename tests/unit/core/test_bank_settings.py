"""The registry of settings: what people type, in both languages, and what a setting may hold."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadtui.core.bank_settings.rules import (
    BY_KEY,
    SPECS,
    Kind,
    Spec,
    Unit,
    Wrong,
    checked,
    closest,
    together,
    typed,
    written,
)
from leadtui.core.policy import Policy, from_settings
from leadtui.setting_words import GROUPS, NAMES, value_words


def one(kind: Kind) -> Spec:
    return next(spec for spec in SPECS if spec.kind is kind)


def test_every_default_is_the_policys_and_stands_its_own_check() -> None:
    assert from_settings({spec.key: spec.default for spec in SPECS}) == Policy()
    for spec in SPECS:
        assert checked(spec, spec.default) == spec.default
        assert typed(spec, written(spec, spec.default)) == spec.default
        assert spec.description.endswith(".")
        assert spec.key in NAMES
        assert spec.group in GROUPS


@pytest.mark.parametrize(
    ("key", "said", "value"),
    [
        ("consent.required", "on", True),
        ("consent.required", " YA ", True),
        ("consent.required", "tidak", False),
        ("consent.required", "off", False),
        ("window.from", "8", "08:00"),
        ("window.from", "8.30", "08:30"),
        ("window.from", "jam 9", "09:00"),
        ("window.from", "pukul 09.05", "09:05"),
        ("window.to", "5pm", "17:00"),
        ("window.to", "12 am", "00:00"),
        ("window.days", "mon-sat", (1, 2, 3, 4, 5, 6)),
        ("window.days", "sen–sab", (1, 2, 3, 4, 5, 6)),
        ("window.days", "Senin s/d Jumat", (1, 2, 3, 4, 5)),
        ("window.days", "senin sampai rabu, sabtu", (1, 2, 3, 6)),
        ("window.days", "sat-mon", (1, 6, 7)),
        ("window.days", "1-5,7", (1, 2, 3, 4, 5, 7)),
        ("window.days", "every day", (1, 2, 3, 4, 5, 6, 7)),
        ("window.days", "minggu", (7,)),
        ("cool_off.days", "1, 7,30", (1, 7, 30)),
        ("cool_off.days", "[2]", (2,)),
        ("attempts.per_day", "+5", 5),
        ("undo.seconds", "0", 0),
    ],
)
def test_what_people_type(key: str, said: str, value: Any) -> None:
    assert typed(BY_KEY[key], said) == value


@pytest.mark.parametrize(
    ("key", "said", "code"),
    [
        ("consent.required", "perhaps", "rule_flag"),
        ("consent.required", "", "rule_flag"),
        ("window.from", "24:00", "rule_clock"),
        ("window.from", "8:60", "rule_clock"),
        ("window.from", "13pm", "rule_clock"),
        ("window.from", "٨", "rule_clock"),
        ("window.days", "", "rule_weekdays"),
        ("window.days", "mon-xyz", "rule_weekdays"),
        ("window.days", "0", "rule_weekdays"),
        ("attempts.per_day", "3.5", "rule_number"),
        ("attempts.per_day", "99999999999999999999", "rule_number"),
        ("attempts.per_day", "0", "rule_range"),
        ("attempts.per_day", "51", "rule_range"),
        ("cool_off.days", ", ,", "rule_numbers"),
        ("cool_off.days", "1,x", "rule_numbers"),
        ("cool_off.days", "1,0", "rule_range"),
        ("cool_off.days", ",".join(["1"] * 13), "rule_numbers"),
    ],
)
def test_what_cannot_be_meant(key: str, said: str, code: str) -> None:
    with pytest.raises(Wrong) as caught:
        typed(BY_KEY[key], said)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("kind", "stored"),
    [
        (Kind.FLAG, 1), (Kind.FLAG, "true"), (Kind.INT, True), (Kind.INT, 3.0), (Kind.INT, "3"),
        (Kind.TIME, "8:00"), (Kind.TIME, "08:00:30"), (Kind.TIME, "08:00+07:00"), (Kind.TIME, None),
        (Kind.DAYS, "mon"), (Kind.DAYS, []), (Kind.DAYS, [True]), (Kind.INTS, [1, None]), (Kind.INTS, 7),
    ],
)  # fmt: skip
def test_what_may_not_lie_in_the_database(kind: Kind, stored: Any) -> None:
    with pytest.raises(Wrong):
        checked(one(kind), stored)


def test_a_choice() -> None:
    spec = Spec("x.y", SPECS[0].group, Kind.CHOICE, "a", "", Unit.NONE, choices=("a", "b"))
    assert typed(spec, " B ") == "b"
    with pytest.raises(Wrong):
        typed(spec, "c")


@given(st.sampled_from(SPECS), st.text(max_size=30))
def test_no_text_breaks_it_and_what_it_reads_it_writes_again(spec: Spec, said: str) -> None:
    try:
        value = typed(spec, said)
    except Wrong:
        return
    assert typed(spec, written(spec, value)) == value
    assert value_words(spec.key, written(spec, value))


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("windw.form", "window.from"), ("consent required", "consent.required"),
        ("lifetime", "attempts.lifetime"),
        ("cool-off", "cool_off.days"), ("UNDO.SECOND", "undo.seconds"), ("per_day", "attempts.per_day"),
        ("colour", None), ("", None), ("x" * 500, None),
    ],
)  # fmt: skip
def test_what_was_meant(key: str, meant: str | None) -> None:
    assert closest(key) == meant


def test_hours_that_end_before_they_begin() -> None:
    assert together({}) == {}
    assert together({"window.from": "18:00"}) == {"window.to": "window_order"}
    assert together({"window.from": "18:00", "window.to": "18:01"}) == {}


def test_values_in_words() -> None:
    assert value_words("window.days", "mon,tue,sat") == "Mon, Tue, Sat"
    assert value_words("window.days", "mon-sat") == "Mon–Sat"
    assert value_words("cool_off.days", "1,7,30") == "1, 7, 30 days"
    assert value_words("lease.minutes", "1") == "1 minute"
    assert value_words("consent.required", "off") == "off"
    assert value_words("window.from", "rubbish \x1b[31m") == "rubbish "
    assert value_words("no.such", "x") == "x"
