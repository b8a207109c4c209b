"""What the guide is made of, and what its services take and give: frozen values, no database, no wording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

Condition = Mapping[str, Any]
"""A checked condition, see `conditions`."""


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in both languages; `{name}` stands for a value of the customer or the offer."""

    id: str
    en: str

    def say(self, language: str) -> str:
        """In `language` ("id", "id_ID", "en", …); English where it is neither."""
        return self.id if language.split("_")[0].lower() == "id" else self.en


# the guide as an admin wrote it ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Opening:
    """One required line."""

    code: str
    label: Text
    """A few words: the line as a thing to tick."""
    say: Text
    otherwise: Text | None
    """Said instead where a value of `say` is missing; needed where one can be."""


@dataclass(frozen=True, slots=True)
class Point:
    """Something worth saying to who fulfils a condition."""

    code: str
    weight: int
    group: str | None
    """Of several with the same group only the weightiest is said."""
    when: Condition | None
    offer: str | None
    """The offer whose terms it names; silent where that one is not made."""
    say: Text
    otherwise: Text | None


@dataclass(frozen=True, slots=True)
class Terms:
    """What an offer holds out; None where it does not apply. Amounts in the guide's currency."""

    rate: Decimal | None = None
    """Percent a year."""
    tenor_months: int | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    fee: Decimal | None = None
    """A year."""
    tax_percent: Decimal | None = None
    """Of the interest, withheld by the bank."""
    tax_free_up_to: Decimal | None = None
    """A deposit up to this pays none of it."""


@dataclass(frozen=True, slots=True)
class Calculation:
    """The small sum that an offer comes with."""

    kind: str
    """deposit, saving or installment."""
    amount: Decimal | str
    """What is put in (deposit), paid in a month (saving) or bought (installment); a field's name: theirs."""
    step: Decimal | None = None
    """A field's amount is rounded down to whole ones of it."""
    at_most: Decimal | None = None
    example: Decimal | None = None
    """Used where the field is missing or below the offer's minimum."""
    until_age: int | None = None
    """saving: months until then instead of the tenor."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A product with its terms."""

    code: str
    product: str
    label: Text
    weight: int
    group: str | None
    when: Condition | None
    terms: Terms
    calculation: Calculation | None
    say: Text
    otherwise: Text | None


@dataclass(frozen=True, slots=True)
class Objection:
    """What they may say, and what to answer."""

    code: str
    weight: int
    when: Condition | None
    they_say: Text
    answer: Text
    otherwise: Text | None


@dataclass(frozen=True, slots=True)
class Guide:
    """A whole guide. Lists stand in the order of the file."""

    bank: Text
    currency: str
    opening: tuple[Opening, ...]
    points: tuple[Point, ...]
    offers: tuple[Offer, ...]
    objections: tuple[Objection, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in a guide's file."""

    path: str
    """`offers[2].when.balance`; empty: the whole."""
    line: int | None
    """1-based."""
    code: str
    data: Mapping[str, Any] = field(default_factory=dict)


# the guide for one customer ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Value:
    """What a placeholder stands for, worded at display."""

    kind: str
    """text, number, money, percent, months, month, day, greeting, both."""
    text: str = ""
    """text: as it is; greeting: morning, noon, afternoon or evening; money: the currency."""
    number: Decimal | None = None
    at: date | None = None
    both: Text | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence with everything that it names."""

    text: Text
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class GuideLine:
    """A required line."""

    code: str
    label: Text
    say: Said


@dataclass(frozen=True, slots=True)
class GuidePoint:
    """A point that fits this customer."""

    code: str
    say: Said


@dataclass(frozen=True, slots=True)
class GuideOffer:
    """An offer that fits this customer."""

    code: str
    product: str
    label: Text
    say: Said


@dataclass(frozen=True, slots=True)
class GuideObjection:
    """What they may say, and the answer."""

    code: str
    they_say: Text
    answer: Said


@dataclass(frozen=True, slots=True)
class GuideFor:
    """What to say to one customer, now. What rests on missing data is not in it."""

    lead_id: int
    version_id: int
    """`guide_version.id`: what a call keeps with its ticks."""
    lines: tuple[GuideLine, ...]
    """In order, every one."""
    points: tuple[GuidePoint, ...]
    """The weightiest first, at most `rules.POINTS`."""
    offers: tuple[GuideOffer, ...]
    """The weightiest first, at most `rules.OFFERS`."""
    objections: tuple[GuideObjection, ...]
    """The weightiest first, then as in the file."""


# services ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GuideVersion:
    """One version, without its content."""

    id: int
    number: int
    team: str | None
    """The team's code; None: the bank's."""
    sha256: str
    source: str
    imported_by: str | None
    """Name of the user."""
    imported_at: datetime
    active: bool
    opening: int
    points: int
    offers: int
    objections: int


@dataclass(frozen=True, slots=True)
class ImportGuide:
    """Take a guide in and put it in force."""

    request_id: UUID
    text: str
    """YAML."""
    source: str
    """Where it came from, for the list of versions: a file's name."""
    team: str | None = None
    """A team's code; None: for every team without a guide of its own."""


@dataclass(frozen=True, slots=True)
class ActivateGuide:
    """Put a version in force that is here already."""

    request_id: UUID
    number: int
    """0, with a team: none of its own; the bank's holds for it again."""
    team: str | None = None
