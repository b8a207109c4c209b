"""The demo's people follow the aggregates, are valid rows of a file, and are the same for the same seed."""

from __future__ import annotations

import json
from collections import Counter
from statistics import mean, quantiles

import pytest

from leadtui.core import regions
from leadtui.core.calls.dto import NoAnswer, Outcome
from leadtui.core.demo import names
from leadtui.core.demo.calls import _OUTCOMES, CALLS
from leadtui.core.demo.notes import NOTES
from leadtui.core.demo.population import COLUMNS, Population
from leadtui.core.imports.columns import BY_HEADER, parse_cell
from leadtui.core.imports.layout import missing_columns
from leadtui.demo_data import facts

N = 20_000


@pytest.fixture(scope="module")
def people() -> list[dict[str, str]]:
    return list(Population(222).rows(N))


def test_equal_seeds_give_equal_people(people: list[dict[str, str]]) -> None:
    assert list(Population(222).rows(50)) == people[:50]
    assert list(Population(223).rows(50)) != people[:50]


def test_every_row_is_one_that_the_import_takes(people: list[dict[str, str]]) -> None:
    assert missing_columns(frozenset(COLUMNS)) == ()
    assert set(COLUMNS) <= set(BY_HEADER)
    for person in people[::7]:
        assert tuple(person) == COLUMNS
        for header, text in person.items():
            assert parse_cell(header, text)[1] is None, (header, text)


def test_keys_and_numbers_are_unique(people: list[dict[str, str]]) -> None:
    for header in ("external_id", "phone"):
        assert len({person[header] for person in people}) == N


def test_everybody_is_visibly_nobody(people: list[dict[str, str]]) -> None:
    assert all(person["email"].endswith("@example.com") for person in people if person["email"])
    assert all(person["consent"] == "" for person in people)


@pytest.mark.parametrize(
    "header", ["job", "marital", "education", "default", "housing", "loan", "contact", "poutcome"]
)
def test_shares_are_those_of_the_aggregates(people: list[dict[str, str]], header: str) -> None:
    known = {value: n for value, (n, _rate) in facts()["categorical_n_rate"][header].items()}
    total = sum(known.values())
    found = Counter(person[header] for person in people)
    assert set(found) <= set(known)
    for value, n in known.items():
        # four standard errors of a share, and what the conditional tables leave out by rounding
        assert abs(found[value] / N - n / total) < 4 * (0.25 / N) ** 0.5 + 0.004, value


@pytest.mark.parametrize("job", ["student", "retired", "admin.", "blue-collar"])
def test_age_and_education_follow_the_job(people: list[dict[str, str]], job: str) -> None:
    mine = [person for person in people if person["job"] == job]
    known = facts()["age_by_job"][job]
    ages = [int(person["age"]) for person in mine]
    assert abs(quantiles(ages, n=2)[0] - known["q50"]) <= 2
    assert abs(mean(ages) - known["mean"]) < 2.5
    education = Counter(person["education"] for person in mine)
    for value, share in facts()["cond"]["education|job"][job].items():
        assert abs(education[value] / len(mine) - share) < 4 * (0.25 / len(mine)) ** 0.5


def test_age_stays_in_the_range_of_the_data(people: list[dict[str, str]]) -> None:
    ages = [int(person["age"]) for person in people]
    known = facts()["numeric_quantiles"]["age"]
    assert known["0"] <= min(ages)
    assert max(ages) <= known["1"]


def test_earlier_contacts_agree_with_each_other(people: list[dict[str, str]]) -> None:
    pairs = {f"{person['poutcome']}|{person['previous']}" for person in people}
    assert pairs == set(facts()["poutcome_x_previous"])
    for person in people:
        if person["poutcome"] == "nonexistent":
            assert (person["previous"], person["pdays"]) == ("0", "999")
        if person["poutcome"] == "success":
            assert 0 <= int(person["pdays"]) <= 30


def test_cities_lie_in_their_province(people: list[dict[str, str]]) -> None:
    for person in people[::11]:
        province = regions.province(person["province"])
        assert province is not None
        assert person["city"] in province.cities


def test_names_are_plain_and_families_suit() -> None:
    (women, women_last), (men, men_last) = names.by_sex()
    for part in (women, women_last, men, men_last):
        assert len(part) > 50
        assert all(name.isascii() and name.isalpha() for name in part)


def test_the_aggregates_are_cited_and_hold_no_row() -> None:
    data = facts()
    assert "doi:10.1016/j.dss.2014.03.001" in data["citation"]
    assert "CC BY 4.0" in data["licence"]
    assert data["n"] == 41_188
    assert len(json.dumps(data)) < 30_000


def test_there_is_a_note_for_everything_that_happens() -> None:
    assert set(NOTES) == {"id", "en"}
    for texts in NOTES.values():
        assert set(texts) == {kind.name.lower() for kind in (*Outcome, *NoAnswer)}
        assert all(sum(char.isalnum() for char in note) >= 2 for notes in texts.values() for note in notes)
    assert sum(n for _, n in _OUTCOMES) == CALLS
    assert {outcome for outcome, _ in _OUTCOMES} == {None, *Outcome}
