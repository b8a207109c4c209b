"""Which part of the guide is for one customer, and what its sentences stand for. Pure.

Silent is what rests on missing data: a condition that is not known, a sentence that names what nobody knows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any, Final, TypeVar

from leadtui.core.guide import placeholders, sums
from leadtui.core.guide.conditions import holds
from leadtui.core.guide.dto import (
    Guide,
    GuideFor,
    GuideLine,
    GuideObjection,
    GuideOffer,
    GuidePoint,
    Objection,
    Offer,
    Opening,
    Point,
    Said,
    Text,
    Value,
)

POINTS: Final = 5
OFFERS: Final = 3

T = TypeVar("T", Point, Offer)


@dataclass(frozen=True, slots=True)
class Customer:
    """What the guide may know of somebody; None is unknown."""

    lead_id: int
    facts: Mapping[str, Any]
    """As `conditions.FIELDS`; amounts only where they are in `currency`."""
    currency: str
    """The team's."""
    name: str | None
    city: str | None
    agent: str
    zone: tzinfo
    """The customer's, else the team's: for the greeting and dates."""
    now: datetime
    last_call: date | None = None
    promised: date | None = None


def choose(guide: Guide, version_id: int, who: Customer) -> GuideFor:
    """The guide for one customer. Offers whose amounts are in another currency than the team's are silent."""
    facts = dict(who.facts)
    if guide.currency != who.currency:
        facts.update(dict.fromkeys(("balance", "savings", "income", "installments")))
    known = _known(guide, who, facts)
    made: dict[str, tuple[Offer, Mapping[str, Value]]] = {}
    if guide.currency == who.currency:
        for offer in guide.offers:
            if holds(offer.when, facts):
                made[offer.code] = (offer, known | _of_offer(offer, guide.currency, facts))
    offers = [
        GuideOffer(offer.code, offer.product, offer.label, said)
        for offer in _best([offer for offer, _values in made.values()])
        if (said := _said(offer.say, offer.otherwise, made[offer.code][1])) is not None
    ]
    points = []
    for point in _best(
        [p for p in guide.points if holds(p.when, facts) and (not p.offer or p.offer in made)]
    ):
        values = made[point.offer][1] if point.offer else known
        if (said := _said(point.say, point.otherwise, values)) is not None:
            points.append(GuidePoint(point.code, said))
    return GuideFor(
        lead_id=who.lead_id,
        version_id=version_id,
        lines=tuple(_line(line, known) for line in guide.opening),
        points=tuple(points[:POINTS]),
        offers=tuple(offers[:OFFERS]),
        objections=tuple(_objections(guide.objections, facts, known)),
    )


def _best(entries: Sequence[T]) -> list[T]:
    """The weightiest first, as in the file among equals; one of a group."""
    kept, groups = [], set()
    for entry in sorted(entries, key=lambda one: -one.weight):
        if entry.group is not None:
            if entry.group in groups:
                continue
            groups.add(entry.group)
        kept.append(entry)
    return kept


def _line(line: Opening, known: Mapping[str, Value]) -> GuideLine:
    said = _said(line.say, line.otherwise, known)
    # a checked guide has no required line that cannot be said
    return GuideLine(line.code, line.label, said or Said(line.otherwise or line.say, known))


def _objections(
    objections: Sequence[Objection], facts: Mapping[str, Any], known: Mapping[str, Value]
) -> list[GuideObjection]:
    found = []
    for one in sorted(objections, key=lambda one: -one.weight):
        said = _said(one.answer, one.otherwise, known) if holds(one.when, facts) else None
        if said is not None:
            found.append(GuideObjection(one.code, one.they_say, said))
    return found


def _said(text: Text, otherwise: Text | None, values: Mapping[str, Value]) -> Said | None:
    """The sentence with its values, the other one where one is missing, None where that cannot be said."""
    for sentence in (text, otherwise):
        if sentence is None:
            continue
        names = {*placeholders.used(sentence.id), *placeholders.used(sentence.en)}
        if names <= values.keys():
            return Said(sentence, {name: values[name] for name in names})
    return None


# what placeholders stand for ---------------------------------------------------------------------------


def _known(guide: Guide, who: Customer, facts: Mapping[str, Any]) -> dict[str, Value]:
    local = who.now.astimezone(who.zone)
    found = {
        "bank": Value("both", both=guide.bank),
        "agent": Value("text", who.agent),
        "greeting": Value("greeting", greeting(local)),
    }
    for name, words in (("name", who.name), ("city", who.city)):
        if words and words.strip():
            found[name] = Value("text", words.strip())
    if facts.get("age") is not None:
        found["age"] = Value("number", number=Decimal(facts["age"]))
    for name in ("balance", "savings", "income", "installments"):
        if facts.get(name) is not None:
            found[name] = Value("money", guide.currency, Decimal(facts[name]))
    if facts.get("pdays") is not None:
        found["earlier_month"] = Value("month", at=local.date() - timedelta(days=int(facts["pdays"])))
    if who.last_call is not None:
        found["last_call"] = Value("day", at=who.last_call)
    if who.promised is not None:
        found["promised_day"] = Value("day", at=who.promised)
    return found


def greeting(local: datetime) -> str:
    """morning until 11, noon until 15, afternoon until 18, then evening (pagi, siang, sore, malam)."""
    if 4 <= local.hour < 11:
        return "morning"
    if 11 <= local.hour < 15:
        return "noon"
    return "afternoon" if 15 <= local.hour < 18 else "evening"


def _of_offer(offer: Offer, currency: str, facts: Mapping[str, Any]) -> dict[str, Value]:
    terms = offer.terms
    found = {"product": Value("both", both=offer.label)}
    for name in ("rate", "tax_percent"):
        if (share := getattr(terms, name)) is not None:
            found[name] = Value("percent", number=share)
    for name in ("minimum", "maximum", "fee", "tax_free_up_to"):
        if (amount := getattr(terms, name)) is not None:
            found[name] = Value("money", currency, amount)
    if terms.tenor_months is not None:
        found["tenor"] = Value("months", number=Decimal(terms.tenor_months))
    if offer.calculation is None:
        return found
    named = offer.calculation.amount
    own = facts.get(named) if isinstance(named, str) else None
    own = None if own is None else Decimal(own)
    worked = sums.work_out(offer.calculation, terms, own, facts.get("age"), currency)
    if worked is None:
        return found
    found["months"] = Value("months", number=Decimal(worked.months))
    for name in ("amount", "total", "interest", "tax", "net"):
        found[name] = Value("money", currency, getattr(worked, name))
    if worked.monthly is not None:
        found["monthly"] = Value("money", currency, worked.monthly)
    return found
