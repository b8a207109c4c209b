"""What is typed into the search box, and which way is cheaper."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadtui.core.fold import words
from leadtui.core.leads.search import (
    LOCALLY,
    MAX_LENGTH,
    City,
    Search,
    Way,
    after_prefix,
    drive,
    enough_for_lookup,
    few_numbers,
    parse,
    plan,
    spelling,
)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", Search()),
        ("  \t", Search()),
        ("Bu Sari", Search(words=("bu", "sari"))),
        ("sari SARI", Search(words=("sari",))),
        # whoever has the longer one has the shorter one, unless that is looked for in names only
        ("sulis sulistyo sul", Search(words=("sulistyo",))),
        ("b bu bud", Search(words=("bu", "bud"))),
        ("b bu", Search(words=("bu",))),
        ("Renée", Search(words=("renee",))),
        ("081", Search(digits=("6281",))),
        ("0812-34", Search(digits=("6281234",), ends=("081234",))),
        ("8123", Search(digits=("628123", "8123"), ends=("8123",))),
        ("7 890", Search(digits=("7890",), ends=("7890",))),
        ("+62 (812) 3456.7890", Search(digits=("6281234567890",))),
        ("Budi@Bank.id", Search(email="budi@bank.id")),
        ("budi@", Search(email="budi@")),
        ("@bank", Search(impossible=True)),
        ("budi @bank", Search(impossible=True)),
        ("bud\x00i@", Search(impossible=True)),
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
    assert all(end.isascii() and end.isdigit() and len(end) >= 4 for end in found.ends)
    assert found.email.isprintable()
    assert set(found.words) <= set(words(text[:MAX_LENGTH]))  # what is cut off there is no word's end


@given(st.text(min_size=1), st.text())
def test_the_end_of_a_prefix_is_after_all_that_start_with_it_and_after_nothing_else(
    prefix: str, text: str
) -> None:
    end = after_prefix(prefix)
    assert prefix + text < end
    if prefix <= text < end and len(text) <= len(prefix) and "\U0010ffff" not in prefix:
        assert text.startswith(prefix) or 0xD800 <= ord(text[-1]) <= 0xDFFF


MILLION = 1_000_000


def test_a_rare_word_is_asked_of_the_index_and_a_common_one_walked() -> None:
    assert plan({"zulk": 300}, MILLION, 50) == Way(words=("zulk",))
    assert plan({"bu": 430_000}, MILLION, 50) == Way()
    assert plan({"nobody": 0}, MILLION, 50) == Way(words=("nobody",))
    # counting far: many have to be found, so the index pays longer
    assert plan({"wibowo": 11_000}, MILLION, 50) == Way()
    assert plan({"wibowo": 11_000}, MILLION, 10_000) == Way(words=("wibowo",))
    # two that are rare together: the lists are intersected; a common one is only checked
    assert plan({"budi": 23_000, "wijaya": 11_000}, MILLION, 50) == Way(words=("wijaya", "budi"))
    assert plan({"b": 220_000, "zulk": 300}, MILLION, 50) == Way(words=("zulk",))


def cities(*found: tuple[str, float]) -> list[City]:
    """Of "word word", leads."""
    return [City(frozenset(name.split()), leads) for name, leads in found]


@pytest.mark.parametrize(
    ("counts", "living", "way"),
    [
        ({"sabang": 3}, [("sabang", 90)], Way(walked="sabang")),
        ({"bandung": 20}, [("bandung", 60_000)], Way()),
        # a word that is a city's is never asked of names alone
        ({"bandung": 20, "zulk": 300}, [("bandung", 60_000)], Way(words=("zulk",))),
        ({"sabang": 0, "budi": 23_000}, [("sabang", 90)], Way(town="sabang")),
        # the words of one city go together: most of those who live in one that is called selatan
        ({"jakarta": 0, "selatan": 0}, [("jakarta selatan", 190_000), ("jakarta", 9_000)], Way()),
        # they do not: nobody lives there
        ({"jakarta": 0, "selatan": 0}, [("jakarta", 9_000), ("selatan", 400)], Way(town="selatan")),
        # many names and few who live there: those, and the names that have both words
        ({"ratna": 9_800, "pra": 41_000}, [("pra", 2_700)], Way(words=("ratna",), town="pra")),
        # both are many: the city's order, until enough have the name
        ({"siti": 9_800, "sin": 22_800}, [("sin", 20_000)], Way(words=("siti",), walked="sin")),
        # several cities, each to its end: the name's leads among theirs
        ({"andi": 9_900, "pan": 13_100}, [("pan", 9_000), ("pan", 9_400), ("pan", 6_700)],
         Way(words=("andi",), crossed="pan")),
    ],
)  # fmt: skip
def test_a_word_that_is_a_citys(counts: dict[str, int], living: list[tuple[str, float]], way: Way) -> None:
    assert plan(counts, MILLION, 50, cities(*living)) == way


@pytest.mark.parametrize(
    ("counts", "living", "way"),
    [
        ({"sabang": 3}, [("sabang", 90)], Way(town="sabang")),
        ({"siti": 9_800, "pariaman": 0}, [("pariaman", 4_000)], Way(town="pariaman")),
        ({"siti": 9_800, "sin": 22_800}, [("sin", 20_000)], Way(words=("siti",), crossed="sin")),
        ({"bandung": 20}, [("bandung", 60_000)], Way()),
    ],
)
def test_no_citys_order_is_walked_for_a_list_in_another_order(
    counts: dict[str, int], living: list[tuple[str, float]], way: Way
) -> None:
    assert plan(counts, MILLION, 50, cities(*living), ordered=False) == way


def test_a_small_house_and_an_empty_one() -> None:
    assert plan({"budi": 3}, 10, 50) in (Way(), Way(words=("budi",)))
    assert plan({"budi": 0}, 0, 50) == Way(words=("budi",))
    assert few_numbers(0, 50) >= 1
    assert few_numbers(1_000_000, 50) < few_numbers(1_000_000, 10_000) < 1_000_000


@pytest.mark.parametrize(
    ("typed", "enough"),
    [("", False), ("b", False), ("bu", True), ("b s", True), ("08", False), ("0812", True), ("812", False),
     ("b@", True), ("%", False), ("+6", False), ("A-17", True)],
)  # fmt: skip
def test_a_lookup_has_to_say_whom_it_means(typed: str, enough: bool) -> None:
    assert enough_for_lookup(typed) is enough


def test_a_hard_filter_starts_from_its_index_and_an_easy_one_walks() -> None:
    million, reach = 1_000_000, 9_000
    assert drive({"places": 300}, reach, million, 50) == ("places",)
    assert drive({"places": reach}, reach, million, 50) == ()
    assert drive({"ages": 8_000}, reach, million, 50) == ()
    # together they are rare: two short lists are intersected
    assert drive({"ages": 8_000, "places": 8_500}, reach, million, 50) == ("ages", "places")
    assert drive({"ages": 200, "places": 8_500}, reach, million, 50) == ("ages",)
    assert drive({"ages": 0}, 10, 0, 50) == ("ages",)
    # what else is asked makes the walk longer
    assert drive({"places": 3_000}, reach, million, 50) == ()
    assert drive({"places": 3_000}, reach, million, 50, 0.1) == ("places",)


def test_the_order_of_each_city_is_walked_where_a_city_is_rare_and_what_else_is_asked_is_not() -> None:
    large, reach = 10_000_000, 12_000
    assert drive({"places": 30_000}, reach, large, 50, cities=1) == LOCALLY
    assert drive({"places": 30_000, "ages": 1_700_000}, reach, large, 50, 1.0, 1, 0.17) == LOCALLY
    # many cities and hardly a row of them passes: the order of all has them sooner
    assert drive({"places": 400_000}, reach, large, 50, 0.05, 30, 0.05) == ()
    # fewer than would be looked at: all of them; in another order they are looked up by id
    assert drive({"places": 300}, reach, large, 50, 0.01, 1, 0.01) == LOCALLY
    assert drive({"places": 300}, reach, large, 50, 0.01, 0, 0.01) == ("places",)
    # hardly any in many towns: looked up without beginning each town's order
    assert drive({"places": 20}, reach, large, 50, 0.01, 30, 0.01) == ("places",)
    assert drive({"ages": 100}, reach, large, 50, 1.0, 0, 1.0) == ("ages",)


def test_words_that_begin_as_typed_are_named_where_they_are_few() -> None:
    assert spelling("wij", ("wijaya", "wijayanti")) == "('wijaya' | 'wijayanti')"
    assert spelling("wij", ()) == "'wij':*"
    assert spelling("b", [f"b{n}" for n in range(21)]) == "'b':*"
    assert spelling("b", ("b'x",)) == "'b':*"
