"""What is typed into the search box, and which way is cheaper."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadtui.core.fold import words
from leadtui.core.leads.search import Search, after_prefix, few_numbers, parse, plan


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", Search()),
        ("  \t", Search()),
        ("Bu Sari", Search(words=("bu", "sari"))),
        ("sari SARI", Search(words=("sari",))),
        ("Renée", Search(words=("renee",))),
        ("0812-34", Search(digits=("6281234",))),
        ("+62 812", Search(digits=("62812",))),
        ("812", Search(digits=("62812", "812"))),
        ("+812", Search(digits=("812",))),
        ("44", Search(digits=("44",))),
        ("7", Search()),
        ("0812x", Search(words=("0812x",))),
        ("%", Search(impossible=True)),
        ("😀", Search(impossible=True)),
        ("'; --", Search(impossible=True)),
    ],
)
def test_what_is_typed(typed: str, expected: Search) -> None:
    assert parse(typed) == expected


@given(st.text())
def test_whatever_is_typed_becomes_letters_and_digits(text: str) -> None:
    found = parse(text)
    assert all(char.isalnum() for word in found.words for char in word)
    assert all(digits.isascii() and digits.isdigit() for digits in found.digits)
    assert not (found.words and found.digits)
    assert set(found.words) <= set(words(text))


@given(st.text(min_size=1), st.text())
def test_the_end_of_a_prefix_is_after_all_that_start_with_it_and_after_nothing_else(
    prefix: str, text: str
) -> None:
    end = after_prefix(prefix)
    assert prefix + text < end
    if prefix <= text < end and len(text) <= len(prefix) and "\U0010ffff" not in prefix:
        assert text.startswith(prefix) or 0xD800 <= ord(text[-1]) <= 0xDFFF


def test_a_rare_word_is_asked_of_the_index_and_a_common_one_walked() -> None:
    million = 1_000_000
    assert plan({"zulk": 300}, million, 50) == ("zulk",)
    assert plan({"bu": 430_000}, million, 50) == ()
    assert plan({"nobody": 0}, million, 50) == ("nobody",)
    # counting far: many have to be found, so the index pays longer
    assert plan({"wibowo": 11_000}, million, 50) == ()
    assert plan({"wibowo": 11_000}, million, 10_000) == ("wibowo",)
    # two that are rare together: the lists are intersected; a common one is only checked
    assert plan({"budi": 23_000, "wijaya": 11_000}, million, 50) == ("wijaya", "budi")
    assert plan({"b": 220_000, "zulk": 300}, million, 50) == ("zulk",)


def test_a_small_house_and_an_empty_one() -> None:
    assert plan({"budi": 3}, 10, 50) in ((), ("budi",))
    assert plan({"budi": 0}, 0, 50) == ("budi",)
    assert few_numbers(0, 50) >= 1
    assert few_numbers(1_000_000, 50) < few_numbers(1_000_000, 10_000) < 1_000_000
