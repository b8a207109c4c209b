"""The one code table of categorical values: the union of both UCI Bank Marketing files.

A categorical fact of a lead travels as a small integer (database, filters, model input); `None` is
"unknown", in the files the word `unknown`. Codes are never reused or renumbered: a new value is
appended. The database holds the same table (`category`), seeded by the first migration; a test
compares the two.

Source of the values: UCI Machine Learning Repository, dataset 222 (CC BY 4.0), the names files of
bank-additional-full.csv and bank-full.csv.
"""

from __future__ import annotations

from typing import Final

JOB: Final[dict[str, int]] = {
    "admin.": 1,
    "blue-collar": 2,
    "entrepreneur": 3,
    "housemaid": 4,
    "management": 5,
    "retired": 6,
    "self-employed": 7,
    "services": 8,
    "student": 9,
    "technician": 10,
    "unemployed": 11,
}
MARITAL: Final[dict[str, int]] = {"married": 1, "single": 2, "divorced": 3}
EDUCATION: Final[dict[str, int]] = {
    "illiterate": 1,
    "basic.4y": 2,
    "basic.6y": 3,
    "basic.9y": 4,
    "high.school": 5,
    "professional.course": 6,
    "university.degree": 7,
    "primary": 8,
    "secondary": 9,
    "tertiary": 10,
}
CONTACT: Final[dict[str, int]] = {"cellular": 1, "telephone": 2}
MONTH: Final[dict[str, int]] = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
DAY_OF_WEEK: Final[dict[str, int]] = {"mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7}
POUTCOME: Final[dict[str, int]] = {"nonexistent": 1, "failure": 2, "success": 3, "other": 4}

CATEGORIES: Final[dict[str, dict[str, int]]] = {
    "job": JOB,
    "marital": MARITAL,
    "education": EDUCATION,
    "contact": CONTACT,
    "month": MONTH,
    "day_of_week": DAY_OF_WEEK,
    "poutcome": POUTCOME,
}
"""Kind → value → code, for every categorical column."""

UNKNOWN: Final = "unknown"
"""How both files write a missing category."""


def value_of(kind: str, code: int | None) -> str | None:
    """The value that `code` stands for in `kind`, or None where the code is None.

    Raises KeyError for a kind or code that does not exist.
    """
    if code is None:
        return None
    return _VALUES[kind][code]


_VALUES: Final[dict[str, dict[int, str]]] = {
    kind: {code: value for value, code in table.items()} for kind, table in CATEGORIES.items()
}
