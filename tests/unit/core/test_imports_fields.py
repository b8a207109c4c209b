"""One cell to one value: only what is surely a value comes in."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadtui.core.errors import Invalid
from leadtui.core.imports import codes, columns
from leadtui.core.imports.clean import EXCERPT, clean, excerpt
from leadtui.core.imports.columns import parse_cell, validate_fields
from leadtui.scoring.codes import CATEGORIES

NO_NUMBERS = [
    "1_000", "٣٥", "NaN", "nan", "inf", "-inf", "Infinity", "1e3", "0x10", "1,5", "1.000.000", "- 5", "--5",
    "½", "³", "abc", "1 000",
]  # fmt: skip
WHOLE = ["age", "day", "duration", "campaign", "pdays", "previous"]
DECIMAL = ["balance", "emp.var.rate", "cons.price.idx", "cons.conf.idx", "euribor3m", "nr.employed"]


@pytest.mark.parametrize("text", NO_NUMBERS)
@pytest.mark.parametrize("header", WHOLE + DECIMAL)
def test_what_is_no_number_is_rejected(header: str, text: str) -> None:
    value, code = parse_cell(header, text)
    assert value is None
    assert code == "not_a_number"


@pytest.mark.parametrize(
    ("header", "text", "expected"),
    [
        ("age", "56", (56, None)),
        ("age", " 56 ", (56, None)),
        ("age", "17", (17, None)),
        ("age", "131", (None, "out_of_range")),
        ("age", "-1", (None, "out_of_range")),
        ("age", "41.5", (None, "not_whole")),
        ("age", "unknown", (None, "not_a_number")),
        ("age", "9" * 400, (None, "not_a_number")),
        ("age", "", (None, None)),
        ("age", " \t", (None, None)),
        ("day", "0", (None, "out_of_range")),
        ("day", "31", (31, None)),
        ("pdays", "999", (None, None)),
        ("pdays", "-1", (None, None)),
        ("pdays", "-2", (None, "out_of_range")),
        ("pdays", "6", (6, None)),
        ("balance", "-3313.5", (Decimal("-3313.50"), None)),
        ("balance", "0.001", (None, "decimals")),
        ("balance", "999999999999999.99", (Decimal("999999999999999.99"), None)),
        ("balance", "-999999999999999.995", (None, "decimals")),
        ("balance", "1" + "0" * 15, (None, "not_a_number")),
        ("income", "-0.01", (None, "out_of_range")),
        ("income", "0", (Decimal("0.00"), None)),
        ("nr.employed", "10000000.5", (None, "out_of_range")),
        ("euribor3m", "4.857", (4.857, None)),
        ("cons.conf.idx", "-36.4", (-36.4, None)),
        ("job", "admin.", (1, None)),
        ("job", "ADMIN.", (1, None)),
        ("job", "unknown", (None, None)),
        ("job", "pilot", (None, "unknown_value")),
        ("education", "tertiary", (10, None)),
        ("education", "university.degree", (7, None)),
        ("poutcome", "other", (4, None)),
        ("default", "unknown", (None, None)),
        ("default", "no", (False, None)),
        ("housing", "maybe", (None, "unknown_value")),
        ("y", "yes", (True, None)),
        ("y", "unknown", (None, "unknown_value")),
        ("consent", "ya", (1, None)),
        ("consent", "Tidak", (0, None)),
        ("consent", "1", (1, None)),
        ("consent", "FALSE", (0, None)),
        ("consent", "", (None, None)),
        ("consent", "unknown", (None, None)),
        ("consent", "demo", (None, "yes_no")),
        ("do_not_call", "y", (True, None)),
        ("phone", "0812-3456-7890", ("+6281234567890", None)),
        ("phone", "12", (None, "phone_invalid")),
        ("email", "sari@bank.co.id", ("sari@bank.co.id", None)),
        ("email", "sari@bank", (None, "email_invalid")),
        ("email", "sa ri@bank.id", (None, "email_invalid")),
        ("email", "a" * 300 + "@bank.id", (None, "too_long")),
        ("balance_currency", "idr", ("IDR", None)),
        ("balance_currency", "Rp", (None, "currency_invalid")),
        ("external_id", "", (None, "required")),
        ("external_id", "\x1b[31m", (None, "required")),
        ("external_id", "007", ("007", None)),
        ("name", "x" * 201, (None, "too_long")),
        ("name", "Siti\x1b]52;c;ZXZpbA==\x07 Aminah\u202e", ("Siti Aminah", None)),
        ("name", "\u200b\u200b", (None, None)),
        ("city", "Kota\tBandung\n", ("Kota Bandung", None)),
    ],
)
def test_cells(header: str, text: str, expected: tuple[object, str | None]) -> None:
    assert parse_cell(header, text) == expected


@given(st.sampled_from([column.header for column in columns.COLUMNS]), st.text(max_size=30))
def test_any_text_gives_a_value_or_a_code_with_words(header: str, text: str) -> None:
    value, code = parse_cell(header, text)
    if code is not None:
        assert value is None
        assert code in codes.REJECTS
    elif isinstance(value, str):
        assert value == clean(value)
        assert value.isprintable() or not value.isascii()


@given(st.text(alphabet=st.characters(max_codepoint=0x2100), max_size=60))
def test_clean_leaves_nothing_that_reaches_a_terminal(text: str) -> None:
    cleaned = clean(text)
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in cleaned)
    assert not any("\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069" for char in cleaned)
    assert clean(cleaned) == cleaned


def test_an_excerpt_is_short_and_clean() -> None:
    assert excerpt("x" * 10_000) == "x" * (EXCERPT - 1) + "…"
    assert excerpt("\x1b[2Jok") == "ok"


def test_validate_fields_gives_database_columns() -> None:
    values = validate_fields({"name": "Ma'ruf Amin", "phone": "081234567890", "default": "no", "age": "41"})
    assert values == {
        "name": "Ma'ruf Amin",
        "e164": "+6281234567890",
        "default_flag": False,
        "age": 41,
        "name_fold": "maruf amin",
    }


def test_validate_fields_names_every_wrong_field() -> None:
    with pytest.raises(Invalid) as caught:
        validate_fields({"age": "old", "job": "pilot", "phone": "12", "name": "Sari"})
    assert caught.value.fields == {"age": "not_a_number", "job": "unknown_value", "phone": "phone_invalid"}


def test_known_values_are_the_code_table() -> None:
    assert columns.known_values("job") == (*CATEGORIES["job"], "unknown")
    assert columns.known_values("age") == ()


def test_every_code_has_words() -> None:
    assert set(codes.FILE_HINTS) <= set(codes.FILE_ERRORS)
    assert set(codes.REJECT_HINTS) <= set(codes.REJECTS)
