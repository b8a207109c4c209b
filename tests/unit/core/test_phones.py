"""Numbers to E.164 and back; the library is the judge."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadtui.core import phones


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        ("081234567890", "+6281234567890"),
        ("0812-3456-7890", "+6281234567890"),
        ("+62 812 3456 7890", "+6281234567890"),
        ("+62 (812) 3456.7890", "+6281234567890"),
        ("+62(0)812-3456-7890", "+6281234567890"),
        ("6281234567890", "+6281234567890"),
        ("81234567890", "+6281234567890"),
        ("(021) 5551234", "+62215551234"),
        ("+44 20 7946 0958", "+442079460958"),
        ("+1 650-253-0000", "+16502530000"),
        ("0812-34-56-78-90", "+6281234567890"),
        ("0812.3456.000", "+628123456000"),
        ("+49 30 901820-0", "+49309018200"),
    ],
)
def test_written_numbers_become_e164(text: str, e164: str) -> None:
    assert phones.to_e164(text) == e164


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "08123", "0812345678901234", "letters", "0800FLOWERS", "٠٨١٢٣٤٥٦٧٨٩٠", "0812_3456_7890",
        "nan", "+", "00", "021-5551234 ext 4", "0" * 5000,
        # read as digits these would ring a stranger: a spreadsheet's float, a remark
        "8123456789.0", "08123456789.00", "+628123456789.0", "0215551234.0", "08123456789 (2)",
        "08123456789 - 1",
    ],
)  # fmt: skip
def test_what_is_no_number_is_none(text: str) -> None:
    assert phones.to_e164(text) is None


@given(st.from_regex(r"(\+62|0|)8[1235-9][0-9]{7,10}", fullmatch=True))
def test_the_fast_pattern_agrees_with_the_library(text: str) -> None:
    fast = phones.to_e164(text)
    library = phonenumbers.parse(text, "ID")
    assert fast == phonenumbers.format_number(library, phonenumbers.PhoneNumberFormat.E164)
    assert phonenumbers.is_valid_number(library)


@given(st.text(max_size=30))
def test_any_text_gives_e164_or_none(text: str) -> None:
    e164 = phones.to_e164(text)
    assert e164 is None or re.fullmatch(r"\+[1-9][0-9]{5,14}", e164)


@given(st.from_regex(r"\+628[1235-9][0-9]{7,10}", fullmatch=True))
def test_display_agrees_with_the_library(e164: str) -> None:
    number = phonenumbers.parse(e164, None)
    expected = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    assert phones.display(e164) == expected
    assert phones.to_e164(phones.display(e164)) == e164


def test_display_of_other_numbers() -> None:
    assert phones.display("+62215551234") == "(021) 5551234"
    assert phones.display("+442079460958") == "+44 20 7946 0958"
    assert phones.display("not a number") == "not a number"


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("0812-34", "6281234"),
        ("+62 812", "62812"),
        ("62812", "62812"),
        ("812", "812"),
        ("budi", None),
        ("", None),
    ],
)
def test_search_digits(typed: str, digits: str | None) -> None:
    assert phones.search_digits(typed) == digits


def test_synthetic_numbers_are_valid_unique_and_repeatable() -> None:
    first = list(itertools.islice(phones.synthetic(7), 20_000))
    assert first == list(itertools.islice(phones.synthetic(7), 20_000))
    assert first[:50] != list(itertools.islice(phones.synthetic(8), 50))
    assert len(set(first)) == len(first)
    for e164 in first[::20]:
        number = phonenumbers.parse(e164, None)
        assert phonenumbers.is_valid_number(number)
        assert phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE


def test_a_regular_number_does_not_load_the_library() -> None:
    code = (
        "import sys; from leadtui.core import phones; assert phones.to_e164('0812-3456-7890');"
        "phones.display('+6281234567890'); sys.exit('phonenumbers' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
