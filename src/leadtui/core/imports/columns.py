"""The columns a file may have: what each is called, where it goes, how it is read, in Python and in SQL.

`parse` is the truth. `fast` is an SQL expression over the staged text that recognises the regular values and
is NULL for everything else, which then goes to `parse`; a test holds that the two agree. A `Guarded` one asks
a condition first, which is what costs: `usual_queries` answers it once for values that come often.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from leadtui.core import fold as folding
from leadtui.core import phones
from leadtui.core.errors import Invalid
from leadtui.core.imports import fields
from leadtui.core.imports.fields import Bad, Parser, Value
from leadtui.scoring import codes

NAME_LIMIT: Final = 200
ID_LIMIT: Final = 200
TEXT_LIMIT: Final = 100


@dataclass(frozen=True, slots=True)
class Guarded:
    """SQL of the form "where `guard` holds, `value`"; both over `{c}`."""

    guard: str
    value: str = "{c}"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file."""

    header: str
    """As the file calls it, in lower case."""
    target: str
    """The column of the database, and of the staging tables."""
    sql_type: str
    """PostgreSQL's type of the value."""
    parse: Parser
    """Text that is not blank → value; raises `Bad`."""
    sql: str | Guarded
    """As `fast`, or its two parts."""
    final: str = "{f}"
    """SQL over `{f}` (what `fast` gave) → the value: a mark like "unknown" becomes NULL here."""
    contact: bool = False
    """About the person, not an input of the model."""
    content: bool = True
    """Part of what makes a row without external_id the same row again."""

    @property
    def fast(self) -> str:
        """SQL over `{c}` (the staged text) → the value or a mark, NULL where `parse` has to look."""
        if isinstance(self.sql, str):
            return self.sql
        return f"case when {self.sql.guard} then {self.sql.value} end"


def _braces(sql: str) -> str:
    return sql.replace("{", "{{").replace("}", "}}")


# Patterns are open-ended and lengths are checked beside them: a bounded repetition costs PostgreSQL twice as
# much, a capturing group eight times.
def _matches(pattern: str, most: int, value: str = "{c}") -> Guarded:
    return Guarded(f"length({{c}}) <= {most} and {{c}} ~ '{pattern}'", value)


def _plain(limit: int) -> Guarded:
    # Printable ASCII words with single blanks: nothing to clean, nothing to fold.
    return _matches("^[!-~]+(?: [!-~]+)*$", limit)


def _digits(most: int, cast: str = "int") -> Guarded:
    return _matches("^[0-9]+$", most, f"{{c}}::{cast}")


def _decimal(most: int, cast: str) -> Guarded:
    return _matches("^-?[0-9]+[.]?[0-9]*$", most, f"{{c}}::{cast}")


def _cases(table: Mapping[str, int], cast: str = "smallint") -> str:
    whens = " ".join(f"when '{value}' then {code}" for value, code in table.items())
    return f"(case {{c}} {whens} end)::{cast}"


def _category(kind: str, target: str | None = None) -> Column:
    return Column(
        kind,
        target or kind,
        "smallint",
        fields.category(kind),
        _cases({**codes.CATEGORIES[kind], codes.UNKNOWN: 0}),
        "nullif({f}, 0::smallint)",
    )


def _three(header: str, target: str) -> Column:
    return Column(
        header,
        target,
        "boolean",
        fields.three_valued,
        _cases({"no": 0, "yes": 1, codes.UNKNOWN: 2}),
        "(case {f} when 1 then true when 0 then false end)",
    )


def _macro(header: str, target: str) -> Column:
    return Column(header, target, "double precision", fields.number(-(10**7), 10**7), _decimal(7, "float8"))


def _money(sign: str) -> Guarded:
    return Guarded(
        f"length({{c}}) <= 12 and ({{c}} ~ '^{sign}[0-9]+$' or {{c}} ~ '^{sign}[0-9]+[.][0-9][0-9]?$')",
        "{c}::numeric(18, 2)",
    )


def _amount(header: str) -> Column:
    return Column(header, header, "numeric(18, 2)", fields.amount, _money(""))


_YES_NO: Final = "(case {c} when 'yes' then true when 'no' then false end)"
_EMAIL: Final = Guarded(
    "length({c}) <= 60 and position('..' in {c}) = 0 and position('@.' in {c}) = 0"
    " and {c} ~ '^[A-Za-z0-9][A-Za-z0-9_+.-]*@[A-Za-z0-9.]+[.][A-Za-z]+$'"
)

COLUMNS: Final[tuple[Column, ...]] = (
    Column("external_id", "external_id", "text", fields.external_id(ID_LIMIT), _plain(ID_LIMIT),
           contact=True, content=False),
    Column("name", "name", "text", fields.text(NAME_LIMIT),
           _matches(folding.PLAIN_NAME, NAME_LIMIT), contact=True),
    Column("phone", "e164", "text", fields.phone,
           _braces(phones.sql_id_mobile("$c")).replace("$c", "{c}"), contact=True),
    Column("email", "email", "text", fields.email, _EMAIL, contact=True),
    Column("city", "city", "text", fields.text(TEXT_LIMIT), _plain(TEXT_LIMIT), contact=True),
    Column("province", "province", "text", fields.text(TEXT_LIMIT), _plain(TEXT_LIMIT), contact=True),
    Column("source", "source", "text", fields.text(TEXT_LIMIT), _plain(TEXT_LIMIT), contact=True),
    Column("balance_currency", "balance_currency", "text", fields.currency,
           _matches("^[A-Z][A-Z][A-Z]$", 3), contact=True),
    Column("consent", "consent", "smallint", fields.consent, _cases({"yes": 1, "no": 0}),
           contact=True, content=False),
    Column("do_not_call", "do_not_call", "boolean", fields.yes_no, _YES_NO, contact=True, content=False),
    Column("age", "age", "smallint", fields.whole(0, 130), _digits(2, "smallint")),
    _category("job"),
    _category("marital"),
    _category("education"),
    _three("default", "default_flag"),
    Column("balance", "balance", "numeric(18, 2)", fields.money, _money("-?")),
    _three("housing", "housing"),
    _three("loan", "loan"),
    _category("contact"),
    Column("day", "day", "smallint", fields.whole(1, 31),
           _matches("^(?:[1-9]|[12][0-9]|3[01])$", 2, "{c}::smallint")),
    _category("month"),
    _category("day_of_week"),
    Column("duration", "duration", "int", fields.whole(0, 86_400 * 7), _digits(5), content=False),
    Column("campaign", "file_campaign", "int", fields.whole(0, 10_000), _digits(4)),
    Column("pdays", "pdays", "int", fields.pdays,
           "case when {c} in ('999', '-1') then -1"
           " when length({c}) <= 4 and {c} ~ '^[0-9]+$' then {c}::int end",
           "nullif({f}, -1)"),
    Column("previous", "previous", "int", fields.whole(0, 10_000), _digits(4)),
    _category("poutcome"),
    _macro("emp.var.rate", "emp_var_rate"),
    _macro("cons.price.idx", "cons_price_idx"),
    _macro("cons.conf.idx", "cons_conf_idx"),
    _macro("euribor3m", "euribor3m"),
    _macro("nr.employed", "nr_employed"),
    Column("y", "y", "boolean", fields.answer, _YES_NO, content=False),
    _amount("income"),
    _amount("installments"),
    Column("credit_score", "credit_score", "int", fields.whole(0, 1000), _digits(3)),
    _amount("savings"),
)  # fmt: skip
"""Every column, in the order in which a row's content is hashed: append, never reorder."""

BY_HEADER: Final[dict[str, Column]] = {column.header: column for column in COLUMNS}
BY_TARGET: Final[dict[str, Column]] = {column.target: column for column in COLUMNS}

FACTS: Final = (
    "age", "job", "marital", "education", "default", "housing", "loan", "contact", "campaign", "pdays",
    "previous", "poutcome",
)  # fmt: skip
"""What both UCI files say of a customer: a file that has one of them has them all."""

MARKET: Final = (
    "month", "day_of_week", "emp.var.rate", "cons.price.idx", "cons.conf.idx", "euribor3m", "nr.employed",
)  # fmt: skip
"""bank-additional-full: one of them (but for the month) means all of them."""

BANK_FULL: Final = ("balance", "day", "month")
"""bank-full: a day means all of them; a balance may stand alone."""

LEAD_INPUTS: Final = (
    "age", "job", "marital", "education", "default_flag", "housing", "loan", "contact", "balance", "pdays",
    "previous", "poutcome",
)  # fmt: skip
"""Database columns that a score of a lead depends on: when one changes, the old score is of old facts."""

TRAINING_ONLY: Final = frozenset(
    {"day", "month", "day_of_week", "duration", "campaign", "emp.var.rate", "cons.price.idx", "cons.conf.idx",
     "euribor3m", "nr.employed", "y"}
)  # fmt: skip
"""Of a historical call, never facts of a lead to be called (DESIGN §5)."""

BLANKS: Final = " \t\r\n\v\f\u00a0"


def known_values(header: str) -> tuple[str, ...]:
    """The words a categorical column takes; empty for any other column."""
    if header in codes.CATEGORIES:
        return (*codes.CATEGORIES[header], codes.UNKNOWN)
    if header in ("default", "housing", "loan"):
        return ("yes", "no", codes.UNKNOWN)
    return ("yes", "no") if header == "y" else ()


def known_range(header: str) -> tuple[fields.Number, fields.Number] | None:
    """The least and the most that a column of numbers takes; None for any other column."""
    column = BY_HEADER.get(header)
    if column is None or not isinstance(column.parse, fields.Between):
        return None
    return column.parse.low, column.parse.high


@functools.lru_cache(maxsize=65_536)
def parse_cell(header: str, text: str | None) -> tuple[Value, str | None]:
    """(value, None), or (None, reject code) for one cell; blank is missing.

    Cached: most columns have few values.
    """
    if text is None or not text.strip(BLANKS):
        return None, ("required" if header == "external_id" else None)
    try:
        return BY_HEADER[header].parse(text), None
    except Bad as bad:
        return None, bad.code


def validate_fields(given: Mapping[str, str | None]) -> dict[str, Value]:
    """Values of one row by database column (`e164`, `default_flag`, …), for whoever adds a lead by hand.

    `given` maps file columns (`COLUMNS[i].header`) to text as typed; a name that is there gets `name_fold`.
    Raises Invalid with every wrong field's code, KeyError for a column that does not exist.
    """
    values: dict[str, Value] = {}
    wrong: dict[str, str] = {}
    for header, text in given.items():
        value, bad = parse_cell(header, text)
        if bad is not None:
            wrong[header] = bad
        values[BY_HEADER[header].target] = value
    if wrong:
        raise Invalid(wrong)
    if "name" in values:
        values["name_fold"] = folding.fold(str(values["name"] or ""))
    return values
