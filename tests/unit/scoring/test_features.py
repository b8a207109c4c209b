"""How a lead becomes numbers: nothing guessed, nothing mapped to a neighbour."""

from __future__ import annotations

import math
from array import array
from dataclasses import fields
from decimal import Decimal

import pytest

from leadtui.scoring.codes import EDUCATION
from leadtui.scoring.features import (
    COLUMNS,
    FEATURE_SETS,
    MARKET_COLUMNS,
    Features,
    FeatureSet,
    Input,
    Transform,
    encode,
    input_from_json,
)
from leadtui.scoring.reasons import Group

SCHOOL = Input("education", Transform.CODE, frozenset({1, 2, 7}))
LOAN = Input("loan", Transform.FLAG, frozenset({0, 1}))
PDAYS = Input("pdays", Transform.NUMBER)


def test_every_field_is_a_column_and_every_group_but_other_has_one():
    assert [field.name for field in fields(Features)] == list(COLUMNS)
    assert {column.group for column in COLUMNS.values()} == set(Group) - {Group.OTHER}


def test_the_deployable_sets_hold_nothing_of_the_market():
    assert set(FEATURE_SETS[FeatureSet.WITH_MARKET]) == set(COLUMNS)
    for name in (FeatureSet.LEAD_ONLY, FeatureSet.SMALL_FORM):
        assert not set(FEATURE_SETS[name]) & set(MARKET_COLUMNS)
    assert FEATURE_SETS[FeatureSet.SMALL_FORM] == (
        "age", "job", "marital", "education", "housing", "loan", "contact", "campaign",
    )  # fmt: skip


def test_a_word_of_the_other_file_goes_in_as_missing_and_is_reported():
    found = encode(Features(education=EDUCATION["tertiary"], loan=True), [SCHOOL, LOAN])
    assert math.isnan(found.vector[0])
    assert found.vector[1] == 1.0
    assert found.unseen == ("education",)


def test_missing_is_not_unseen():
    found = encode(Features(), [SCHOOL, LOAN, PDAYS])
    assert all(math.isnan(value) for value in found.vector)
    assert found.unseen == ()


def test_a_flag_that_never_occurred_is_unseen():
    only_no = Input("default", Transform.FLAG, frozenset({0}))
    assert encode(Features(default=True), [only_no]).unseen == ("default",)
    assert encode(Features(default=False), [only_no]).vector[0] == 0.0


def test_numbers_come_through_and_a_row_can_be_reused():
    row = array("d", [9.0])
    balance = Input("balance", Transform.NUMBER)
    assert encode(Features(balance=Decimal("-12.5")), [balance], row).vector is row
    assert row[0] == -12.5


def test_inputs_survive_json():
    for item in (SCHOOL, LOAN, PDAYS):
        assert input_from_json(item.as_json()) == item


@pytest.mark.parametrize(
    "raw",
    [
        None,
        {"name": "duration", "transform": "number", "seen": []},
        {"name": "age", "transform": "code", "seen": []},
        {"name": "age", "transform": "eval", "seen": []},
        {"name": "job", "transform": "code", "seen": ["1"]},
        {"name": ["age"], "transform": "number", "seen": []},
    ],
)
def test_a_strange_input_is_refused(raw):
    with pytest.raises(ValueError, match=r".+"):
        input_from_json(raw)
