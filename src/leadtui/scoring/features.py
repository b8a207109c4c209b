"""What a model may know of a lead, and how it becomes numbers. Pure Python: no numpy.

A model's inputs are a list of `Input`, stored with the model. Three transforms exist:

    number  float(value)                                     age, campaign, pdays, previous, balance, macro
    code    the code of `scoring.codes` as a float            job, marital, education, contact, poutcome, …
    flag    no 0.0, yes 1.0                                   default, housing, loan

Missing is NaN in all three. `pdays` missing is "never contacted in an earlier campaign": that is how the
files mean their 999 and -1, and the reader turns both into None. A code or flag that the model did not see
in training goes in as missing and is reported, never mapped to a neighbour: the two UCI files use different
words for education, and "tertiary" is not "university.degree" because we would like it to be.
"""

from __future__ import annotations

import enum
import math
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from leadtui.scoring.reasons import Group

NAN: Final = math.nan


@dataclass(frozen=True, slots=True)
class Features:
    """One lead as a model sees it; None is missing. Codes are those of `scoring.codes`."""

    age: int | None = None
    """Years."""
    job: int | None = None
    marital: int | None = None
    education: int | None = None
    default: bool | None = None
    housing: bool | None = None
    loan: bool | None = None
    contact: int | None = None
    campaign: int | None = None
    """Attempts of this campaign, the next one included (so at least 1)."""
    pdays: int | None = None
    """Days since the last contact of an earlier campaign; None is never."""
    previous: int | None = None
    """Contacts in earlier campaigns."""
    poutcome: int | None = None
    balance: float | Decimal | None = None
    """Mean yearly balance, in the currency of the training file."""
    month: int | None = None
    day_of_week: int | None = None
    emp_var_rate: float | None = None
    cons_price_idx: float | None = None
    cons_conf_idx: float | None = None
    euribor3m: float | None = None
    nr_employed: float | None = None


class Transform(enum.StrEnum):
    """How a column becomes a number."""

    NUMBER = "number"
    CODE = "code"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Column:
    """A column that exists, whatever a given model uses."""

    name: str
    """The field of `Features`, the model's feature name, and the training file's header with `.` as `_`."""
    group: Group
    transform: Transform


_N, _C, _F = Transform.NUMBER, Transform.CODE, Transform.FLAG

COLUMNS: Final[dict[str, Column]] = {
    column.name: column
    for column in (
        Column("age", Group.AGE, _N),
        Column("job", Group.JOB, _C),
        Column("marital", Group.MARITAL, _C),
        Column("education", Group.EDUCATION, _C),
        Column("default", Group.CREDIT, _F),
        Column("housing", Group.CREDIT, _F),
        Column("loan", Group.CREDIT, _F),
        Column("contact", Group.CHANNEL, _C),
        Column("campaign", Group.ATTEMPTS, _N),
        Column("pdays", Group.HISTORY, _N),
        Column("previous", Group.HISTORY, _N),
        Column("poutcome", Group.HISTORY, _C),
        Column("balance", Group.BALANCE, _N),
        Column("month", Group.MARKET, _C),
        Column("day_of_week", Group.MARKET, _C),
        Column("emp_var_rate", Group.MARKET, _N),
        Column("cons_price_idx", Group.MARKET, _N),
        Column("cons_conf_idx", Group.MARKET, _N),
        Column("euribor3m", Group.MARKET, _N),
        Column("nr_employed", Group.MARKET, _N),
    )
}

MARKET_COLUMNS: Final = tuple(name for name, column in COLUMNS.items() if column.group is Group.MARKET)
"""Calendar and macro: facts of the day, absent when a lead is scored."""

AFTER_THE_CALL: Final = ("duration", "y")
"""Known only after the call: never an input of any model."""


class FeatureSet(enum.StrEnum):
    """Which columns a model is trained on."""

    LEAD_ONLY = "lead_only"
    """Everything known of the lead before the call; balance only where the file has one. Deployable."""
    WITH_MARKET = "with_market"
    """Lead-only and the calendar and macro columns. A benchmark, never deployable."""
    SMALL_FORM = "small_form"
    """Eight questions anybody can answer. Deployable."""


FEATURE_SETS: Final[dict[FeatureSet, tuple[str, ...]]] = {
    FeatureSet.LEAD_ONLY: tuple(name for name in COLUMNS if name not in MARKET_COLUMNS),
    FeatureSet.WITH_MARKET: tuple(COLUMNS),
    FeatureSet.SMALL_FORM: (
        "age", "job", "marital", "education", "housing", "loan", "contact", "campaign",
    ),
}  # fmt: skip

OPTIONAL_COLUMNS: Final = frozenset({"balance"})
"""A feature set leaves these out where the training file has no such column."""


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a trained model, in the model's order."""

    name: str
    transform: Transform
    seen: frozenset[int] = field(default=frozenset())
    """Codes (or 0/1 of a flag) that occurred in training; empty for a number."""

    @property
    def group(self) -> Group:
        """The reason group the column belongs to."""
        return COLUMNS[self.name].group

    def encode(self, value: int | float | Decimal | bool | None) -> tuple[float, bool]:
        """(number for the model, whether the value was there but unseen in training)."""
        if value is None:
            return NAN, False
        if self.transform is Transform.NUMBER:
            return float(value), False
        if int(value) in self.seen:
            return float(value), False
        return NAN, True

    def as_json(self) -> dict[str, object]:
        """What the artefact stores."""
        return {"name": self.name, "transform": self.transform.value, "seen": sorted(self.seen)}


def input_from_json(raw: object) -> Input:
    """The input that `Input.as_json` stored. Raises ValueError for anything else."""
    if not isinstance(raw, dict):
        raise ValueError("an input is an object")
    name, seen = raw.get("name"), raw.get("seen")
    if not isinstance(name, str) or name not in COLUMNS:
        raise ValueError(f"unknown input {name!r}")
    transform = Transform(str(raw.get("transform")))
    if transform is not COLUMNS[name].transform:
        raise ValueError(f"{name} is not encoded as {transform}")
    if not isinstance(seen, list) or not all(type(code) is int for code in seen):
        raise ValueError(f"{name}: seen is a list of codes")
    return Input(name, transform, frozenset(seen))


def encode(features: Features, inputs: Sequence[Input], row: array[float] | None = None) -> Encoded:
    """One lead as the model's input vector, float64, in the model's order.

    `row` of the right length is filled in place (the single-lead path reuses one buffer).
    """
    vector = array("d", bytes(8 * len(inputs))) if row is None else row
    unseen: list[str] = []
    for place, item in enumerate(inputs):
        vector[place], strange = item.encode(getattr(features, item.name))
        if strange:
            unseen.append(item.name)
    return Encoded(vector, tuple(unseen))


@dataclass(frozen=True, slots=True)
class Encoded:
    """A lead as numbers."""

    vector: array[float]
    """float64, NaN is missing."""
    unseen: tuple[str, ...]
    """Columns whose value the model has not seen; they went in as missing."""


def market_columns(names: Iterable[str]) -> tuple[str, ...]:
    """Those of `names` that a lead to be called does not have."""
    return tuple(name for name in names if name in MARKET_COLUMNS)
