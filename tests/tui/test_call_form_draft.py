"""What a draft becomes, and amounts as people type them."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadtui import i18n
from leadtui.core.calls.dto import CallStatus, LogCall, NoAnswer, Outcome
from leadtui.core.calls.when import parse_when
from leadtui.core.errors import Invalid
from leadtui.formats import money
from leadtui.screens.customer_parts.drafts import Sending
from leadtui.widgets.amounts import parse_amount
from leadtui.widgets.call_draft import Draft, canned_note
from tests.tui.people import JAKARTA, NOW

CALL = uuid.uuid4()


def made(draft: Draft, *, answered: bool = True) -> LogCall:
    return draft.command(uuid.uuid4(), CALL, answered=answered, now=NOW, zone=JAKARTA, parse_when=parse_when)


@pytest.mark.parametrize(
    ("digit", "answered", "status", "outcome"),
    [
        (0, True, CallStatus.NOT_ANSWERED, None),
        (1, True, CallStatus.CONNECTED, Outcome.INTERESTED),
        (4, False, CallStatus.CONNECTED, Outcome.NOT_INTERESTED),
        (5, False, CallStatus.NOT_ANSWERED, Outcome.WRONG_NUMBER),
        (5, True, CallStatus.CONNECTED, Outcome.WRONG_NUMBER),
        (6, True, CallStatus.CONNECTED, Outcome.DO_NOT_CALL),
    ],
)
def test_connected_unless_0_or_5_before_anybody_answered(
    digit: int, answered: bool, status: CallStatus, outcome: Outcome | None
) -> None:
    command = made(Draft(digit, note="said so"), answered=answered)
    assert (command.status, command.outcome) == (status, outcome)
    assert (command.reason is None) == (status is CallStatus.CONNECTED)


def test_a_ready_made_note_says_that_it_is_one() -> None:
    command = made(Draft(0, NoAnswer.BUSY, note=canned_note(NoAnswer.BUSY)))
    assert command.canned
    assert command.reason is NoAnswer.BUSY
    assert not made(Draft(0, note="three rings, then silence")).canned


def test_every_wrong_field_is_named_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        made(Draft(3, amount="lots", note="  "))
    assert caught.value.fields == {"note": "required", "product_id": "required", "amount": "not_a_number"}
    with pytest.raises(Invalid) as caught:
        made(Draft())
    assert caught.value.fields == {"outcome": "required", "note": "required"}
    with pytest.raises(Invalid) as caught:
        made(Draft(2, note="ring again"))
    assert caught.value.fields == {"callback_at": "when_empty"}


def test_what_the_outcome_does_not_ask_for_is_left_out() -> None:
    command = made(Draft(4, when="15:00", product_id=2, amount="nonsense", note="no, thank you"))
    assert (command.callback_at, command.product_id, command.amount) == (None, None, None)


def test_an_interested_customer_may_name_a_time_or_none() -> None:
    assert made(Draft(1, note="send papers")).callback_at is None
    agreed = made(Draft(1, when="15:00", note="send papers")).callback_at
    assert agreed is not None
    assert agreed.astimezone(JAKARTA).hour == 15


def test_one_request_id_per_content() -> None:
    ids, draft = Sending(), Draft(4, note="no")
    first = ids.request_id(CALL, draft)
    assert ids.request_id(CALL, Draft(4, when="ignored", note=" no ")) == first
    assert ids.request_id(CALL, draft, keep_mine=True) != first
    assert ids.request_id(CALL, Draft(4, note="no!")) != first
    assert ids.request_id(uuid.uuid4(), draft) != first


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("50000000", "50000000"),
        ("50.000.000", "50000000"),
        ("50,000,000", "50000000"),
        ("Rp50.000.000", "50000000"),
        ("rp 50 000 000", "50000000"),
        ("50jt", "50000000"),
        ("50 juta", "50000000"),
        ("2,5 juta", "2500000"),
        ("2.5jt", "2500000"),
        ("750rb", "750000"),
        ("1.2 miliar", "1200000000"),
        ("1.234.567,50", "1234567.50"),
        ("1,234,567.50", "1234567.50"),
        ("1.500", "1500"),
        ("99.5", "99.5"),
        ("2m", "2000000"),
    ],
)
def test_amounts_as_people_type_them(typed: str, amount: str) -> None:
    assert parse_amount(typed) == Decimal(amount)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "required"),
        ("lots", "not_a_number"),
        ("1,5", "two_ways"),  # a comma groups thousands in English
        ("50 mm", "not_a_number"),
        ("1_000", "not_a_number"),
        ("٥٠", "not_a_number"),
        ("1.2.3", "not_a_number"),
        ("5.0000", "not_a_number"),
        ("-5", "not_a_number"),
        ("nan", "not_a_number"),
        ("0", "not_positive"),
        ("99999 triliun", "too_large"),
    ],
)
def test_what_is_no_amount_says_why(typed: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_amount(typed)
    assert caught.value.fields == {"amount": code}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1,5jt", "1500000"), ("1,5 jt", "1500000"), ("1.5 juta", "1500000"), ("50jt", "50000000"),
        ("1.500.000", "1500000"), ("1.500", "1500"), ("2m", "2000000000"), ("2 miliar", "2000000000"),
        ("2,5 M", "2500000000"), ("1,50", "1.50"), ("1.5", "two_ways"), ("1.50", "two_ways"),
        ("Rp 12.5", "two_ways"),
    ],
)  # fmt: skip
def test_amounts_as_people_type_them_in_indonesian(typed: str, meant: str) -> None:
    i18n.use("id")
    if meant == "two_ways":
        with pytest.raises(Invalid) as refused:
            parse_amount(typed)
        assert refused.value.fields == {"amount": meant}
    else:
        assert parse_amount(typed) == Decimal(meant)


@given(st.decimals(min_value="0.01", max_value=10**12, places=2))
def test_a_shown_amount_typed_again_is_the_same(amount: Decimal) -> None:
    assert parse_amount(money(amount, "IDR")) == amount


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_invalid(typed: str) -> None:
    try:
        amount = parse_amount(typed)
    except Invalid:
        return
    assert amount > 0
