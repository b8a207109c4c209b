"""What was typed into the filter panel, as a filter; and a filter as what stands in its fields. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from leadtui.core.errors import Invalid
from leadtui.core.leads.dto import LeadFilter
from leadtui.core.leads.filter_dto import UNKNOWN, YES
from leadtui.formats import number
from leadtui.i18n import N_, _
from leadtui.text import clean
from leadtui.widgets.amounts import parse_amount
from leadtui.wording import education_word, job_word, marital_word, state_word, yes_no


@dataclass(frozen=True, slots=True)
class Range:
    """One row of the panel: from, to."""

    name: str
    low: str
    """The filter's field for "at least"; also the id of its input."""
    high: str
    label: str
    """Msgid."""
    unit: str
    """Msgid, behind the second input; empty for none."""
    kind: str
    """`share`, `whole` or `money`."""
    top: int
    """The highest number taken."""
    hint: str
    """Msgid: what stands at the foot of the panel while one of its inputs has the focus."""


RANGES: Final = (
    Range("score", "min_score", "max_score", N_("score"), "%", "share", 100,
          N_("The probability that a call ends in a sale, 0 to 100.")),
    Range("age", "min_age", "max_age", N_("age"), N_("years"), "whole", 120,
          N_("Age in whole years.")),
    Range("balance", "min_balance", "max_balance", N_("balance"), "", "money", 0,
          N_("2500000, 2.5 million; in the customer's own currency.")),
    Range("attempts", "min_attempts", "max_attempts", N_("attempts"), N_("calls"), "whole", 9_999,
          N_("Calls of this campaign so far; 0 to 0 is never called.")),
    Range("idle", "min_idle_days", "max_idle_days", N_("last contact"), N_("days ago"), "whole", 36_500,
          N_("30 to blank: a month ago or longer, or never. Blank to 7: within a week.")),
)  # fmt: skip

BY_FIELD: Final = {field: row for row in RANGES for field in (row.low, row.high)}
"""The filter's field → the row it stands in."""


def answer_word(code: int) -> str:
    """Yes, no or unknown, as a filter asks for it."""
    return _("unknown") if code == UNKNOWN else yes_no(code == YES)


LISTS: Final[dict[str, tuple[str, Callable[[Any], str]]]] = {
    "jobs": (N_("job"), job_word),
    "states": (N_("state"), state_word),
    "marital": (N_("marital status"), marital_word),
    "education": (N_("education"), education_word),
    "provinces": (N_("province"), clean),
    "tags": (N_("tag"), clean),
    "housing": (N_("housing loan"), answer_word),
    "loan": (N_("personal loan"), answer_word),
}
"""The filter's field → its label and the word for one of its values, in the order of the panel."""

BESIDE: Final[dict[str, tuple[str, Callable[[Any], str]]]] = {
    "default": (N_("credit in default"), answer_word),
    "not_jobs": (N_("job"), job_word),
    "not_marital": (N_("marital status"), marital_word),
    "not_education": (N_("education"), education_word),
    "not_provinces": (N_("province"), clean),
    "not_tags": (N_("tag"), clean),
}
"""As `LISTS`: what only the search box asks (`-job:student`)."""

CITY_MAX: Final = 80


def typed(wanted: LeadFilter) -> dict[str, str]:
    """What stands in each input for a filter."""
    found = {"city": wanted.city}
    for row in RANGES:
        for field in (row.low, row.high):
            value = getattr(wanted, field)
            if value is None:
                found[field] = ""
            elif row.kind == "share":
                found[field] = f"{round(value * 100, 2):g}"
            else:
                found[field] = number(value) if row.kind == "money" else str(value)
    return found


def read(texts: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Inputs as typed → (values of the filter's fields, sentence for each row that is wrong)."""
    values: dict[str, Any] = {"city": " ".join(texts.get("city", "").split())[:CITY_MAX]}
    errors: dict[str, str] = {}
    for row in RANGES:
        for field in (row.low, row.high):
            values[field], error = _read(texts.get(field, ""), row)
            if error and row.name not in errors:
                errors[row.name] = error
        low, high = values[row.low], values[row.high]
        if row.name not in errors and low is not None and high is not None and low > high:
            errors[row.name] = _("The second number is below the first one.")
    return values, errors


def _read(text: str, row: Range) -> tuple[Any, str]:
    text = text.strip()
    if not text:
        return None, ""
    if row.kind == "money":
        return _money(text)
    text = text.rstrip("%").strip().replace(",", ".")
    # float() would take Arabic digits, 1_0, inf and nan
    if not text.isascii() or not text.replace(".", "", 1).isdigit():
        return None, _("Not a number. Type digits, for example {n}.").format(n=20)
    limits = _("From 0 to {n}.").format(n=number(row.top))
    if row.kind == "share":
        return (float(text) / 100, "") if float(text) <= row.top else (None, limits)
    if "." in text:
        return None, _("A whole number, please.")
    return (int(text), "") if len(text) < 10 and int(text) <= row.top else (None, limits)


def _money(text: str) -> tuple[Decimal | None, str]:
    """A balance may be nothing or below it."""
    below = text[0] in "-−"  # the true minus, as we write it ourselves
    bare = text[1:].strip() if below else text
    if bare and not bare.strip("0.,"):
        return Decimal(0), ""
    try:
        amount = parse_amount(bare)
    except Invalid as error:
        if error.fields.get("amount") == "too_large":
            return None, _("That is more than any account holds.")
        return None, _("Not an amount. For example {n} or 2.5 million.").format(n=number(2_500_000))
    return (-amount if below else amount), ""
