"""The demo's customers: made-up people whose facts are distributed like those of a real campaign's.

Drawn from the aggregates of UCI dataset 222 (`leadtui.demo_data`), no row of it: job by its share; age given
the job (its 10 %, 50 % and 90 % quantiles); education and credit default given the job; marital status given
job and age (the two conditional tables multiplied, as if they were independent given the status); loan given
housing; result and number of earlier contacts together; days since given the result. What lies between these
tables is independent here and is not in the data (a rare job and a rare education keep their pair's share,
but three of them together do not).

Not from the data at all: names, places, numbers, addresses, and balances (in rupiah, log-normal by job).
Nobody in it exists; every row is marked synthetic.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any, Final

from leadtui.core import phones
from leadtui.core.demo import names
from leadtui.demo_data import facts

COLUMNS: Final = (
    "external_id", "name", "phone", "email", "city", "province", "source", "balance_currency", "consent",
    "do_not_call", "age", "job", "marital", "education", "default", "balance", "housing", "loan", "contact",
    "campaign", "pdays", "previous", "poutcome",
)  # fmt: skip
"""The columns of a row, as the import knows them. `consent` stays empty: the import says "demo"."""

# The aggregates' bins of days; drawn evenly inside a bin.
_PDAYS: Final = {
    "0-2": (0, 2), "3": (3, 3), "4-5": (4, 5), "6": (6, 6), "7-9": (7, 9), "10-14": (10, 14),
    "15-30": (15, 30),
}  # fmt: skip
_AGE_BANDS: Final = (24, 29, 34, 39, 49, 59, 69, 120)
_BAND_NAMES: Final = (
    "(0, 24]", "(24, 29]", "(29, 34]", "(34, 39]", "(39, 49]", "(49, 59]", "(59, 69]", "(69, 120]",
)  # fmt: skip
_MEDIAN_BALANCE: Final = {
    "management": 24_000_000, "retired": 21_000_000, "entrepreneur": 18_000_000, "self-employed": 15_000_000,
    "technician": 11_000_000, "admin.": 10_000_000, "services": 7_000_000, "blue-collar": 6_000_000,
    "housemaid": 6_000_000, "unemployed": 5_000_000, "student": 3_500_000,
}  # fmt: skip
_SOURCES: Final = ("branch", "website", "referral", "event", "mobile app")
_DO_NOT_CALL: Final = 0.004


class _Choice:
    """Draws from weighted values."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._values = [value for value, weight in weights.items() if weight > 0]
        self._steps = list(accumulate(weights[value] for value in self._values))

    def draw(self, rng: random.Random) -> str:
        return self._values[bisect_left(self._steps, rng.random() * self._steps[-1])]


def _shares(counted: Mapping[str, Sequence[float]]) -> dict[str, float]:
    return {value: float(n) for value, (n, _rate) in counted.items()}


def _quantile(points: Sequence[tuple[float, float]], share: float) -> float:
    """Linear between the known quantiles (share, value)."""
    for (low, at), (high, to) in pairwise(points):
        if share <= high:
            return at + (to - at) * (share - low) / (high - low)
    return points[-1][1]


class Population:
    """An endless, repeatable stream of rows: equal seeds give equal people."""

    def __init__(self, seed: int) -> None:
        data = facts()
        # Not a secret: the same seed has to give the same demo.
        self._rng = random.Random(seed)  # noqa: S311
        self._phones = phones.synthetic(seed)
        self._jobs = _Choice(_shares(data["categorical_n_rate"]["job"]))
        self._contact = _Choice(_shares(data["categorical_n_rate"]["contact"]))
        self._housing = _Choice(_shares(data["categorical_n_rate"]["housing"]))
        cond = data["cond"]
        self._education = {job: _Choice(table) for job, table in cond["education|job"].items()}
        self._default = {job: _Choice(table) for job, table in cond["default|job"].items()}
        self._loan = {housing: _Choice(table) for housing, table in cond["loan|housing"].items()}
        self._marital = self._marital_tables(data)
        self._earlier = _Choice(_shares(data["poutcome_x_previous"]))
        self._never = {k: v["never_share"] for k, v in data["pdays_given_poutcome"].items()}
        since = data["numeric_rate"]["pdays"]
        self._since = _Choice({name: float(since[name][0]) for name in _PDAYS})
        self._ages = self._age_quantiles(data)
        self._cities, self._provinces = names.places()
        self._people = names.by_sex()

    @staticmethod
    def _marital_tables(data: Mapping[str, Any]) -> dict[tuple[str, str], _Choice]:
        overall = _shares(data["categorical_n_rate"]["marital"])
        total = sum(overall.values())
        tables = {}
        for job, by_job in data["cond"]["marital|job"].items():
            for band, by_age in data["cond"]["marital|ageband"].items():
                # p(m | job, age) ∝ p(m | job) · p(m | age) / p(m), Bayes with job and age independent given m
                weights = {m: by_job.get(m, 0.0) * by_age.get(m, 0.0) / (overall[m] / total) for m in overall}
                tables[job, band] = _Choice(weights)
        return tables

    @staticmethod
    def _age_quantiles(data: Mapping[str, Any]) -> dict[str, list[tuple[float, float]]]:
        low = data["numeric_quantiles"]["age"]["0"]
        high = data["numeric_quantiles"]["age"]["1"]
        found = {}
        for job, known in data["age_by_job"].items():
            q10, q50, q90 = known["q10"], known["q50"], known["q90"]
            # outside the known tenths the tail is as long as its side of the middle
            bottom, top = max(low, q10 - (q50 - q10) * 0.6), min(high, q90 + (q90 - q50) * 0.9)
            found[job] = [(0.0, bottom), (0.1, q10), (0.5, q50), (0.9, q90), (1.0, top)]
        return found

    def rows(self, n: int) -> Iterator[dict[str, str]]:
        """`n` people as the text of a file's columns (`COLUMNS`); an empty text is missing."""
        for number in range(1, n + 1):
            yield self._person(number)

    def _person(self, number: int) -> dict[str, str]:
        rng = self._rng
        job = self._jobs.draw(rng)
        age = round(_quantile(self._ages[job], rng.random()))
        band = _BAND_NAMES[bisect_left(_AGE_BANDS, age)]
        housing = self._housing.draw(rng)
        poutcome, previous = self._earlier.draw(rng).split("|")
        firsts, lasts = rng.choice(self._people)
        name = f"{rng.choice(firsts)} {rng.choice(lasts)}"
        place = rng.randrange(len(self._cities))
        return {
            "external_id": f"DEMO-{number:06d}",
            "name": name,
            "phone": next(self._phones),
            "email": f"{name.lower().replace(' ', '.')}{number}@example.com" if rng.random() < 0.7 else "",
            "city": self._cities[place],
            "province": self._provinces[place],
            "source": rng.choice(_SOURCES),
            "balance_currency": "IDR",
            "consent": "",
            "do_not_call": "yes" if rng.random() < _DO_NOT_CALL else "no",
            "age": str(age),
            "job": job,
            "marital": self._marital[job, band].draw(rng),
            "education": self._education[job].draw(rng),
            "default": self._default[job].draw(rng),
            "balance": str(round(self._balance(job), -3)),
            "housing": housing,
            "loan": self._loan[housing].draw(rng),
            "contact": self._contact.draw(rng),
            # attempts of this campaign: none yet
            "campaign": "",
            "pdays": self._days_since(poutcome),
            "previous": previous,
            "poutcome": poutcome,
        }

    def _balance(self, job: str) -> int:
        median = _MEDIAN_BALANCE.get(job, 8_000_000)
        return min(2_000_000_000, round(median * self._rng.lognormvariate(0.0, 1.0)))

    def _days_since(self, poutcome: str) -> str:
        if self._rng.random() < self._never[poutcome]:
            return "999"
        return str(self._rng.randint(*_PDAYS[self._since.draw(self._rng)]))
