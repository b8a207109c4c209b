"""An offer's terms and its calculation, out of the file. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from leadtui.core.guide import conditions
from leadtui.core.guide.checks import Checks
from leadtui.core.guide.dto import Calculation, Terms
from leadtui.core.guide.reader import Node
from leadtui.core.guide.sums import KINDS, MOST_MONTHS
from leadtui.core.imports.clean import excerpt

_MOST_RATE: Final = 100
_MONEY_FIELDS: Final = tuple(name for name, kind in conditions.FIELDS.items() if kind == conditions.MONEY)


def read_terms(checks: Checks, node: Node | None, path: str) -> Terms:
    """What the offer holds out; nothing where that is not said."""
    if node is None or node.value is None:
        return Terms()
    held = checks.mapping(node, path, tuple(Terms.__slots__))
    if held is None:
        return Terms()
    minimum = checks.number(held.get("minimum"), f"{path}.minimum")
    maximum = checks.number(held.get("maximum"), f"{path}.maximum")
    if minimum is not None and maximum is not None and minimum > maximum:
        checks.fault(f"{path}.maximum", held["maximum"], "bounds_crossed")
    return Terms(
        rate=checks.number(held.get("rate"), f"{path}.rate", 0, _MOST_RATE),
        tenor_months=checks.whole(held.get("tenor_months"), f"{path}.tenor_months", 1, MOST_MONTHS),
        minimum=minimum,
        maximum=maximum,
        fee=checks.number(held.get("fee"), f"{path}.fee"),
        tax_percent=checks.number(held.get("tax_percent"), f"{path}.tax_percent", 0, _MOST_RATE),
        tax_free_up_to=checks.number(held.get("tax_free_up_to"), f"{path}.tax_free_up_to"),
    )


def read_calculation(checks: Checks, node: Node | None, path: str, terms: Terms) -> Calculation | None:
    """The sum, where there is one."""
    if node is None or node.value is None:
        return None
    held = checks.mapping(node, path, tuple(Calculation.__slots__), required=("kind", "amount"))
    if held is None:
        return None
    kind = held["kind"].value if "kind" in held else None
    if "kind" in held and kind not in KINDS:
        checks.fault(
            f"{path}.kind", held["kind"], "calculation_kind", value=excerpt(str(kind)), known=", ".join(KINDS)
        )
    until_age = checks.whole(held.get("until_age"), f"{path}.until_age", 1, 130)
    if until_age is not None and kind != "saving":
        checks.fault(f"{path}.until_age", held["until_age"], "until_age_saving")
    if terms.rate is None:
        checks.fault(f"{path}", node, "calculation_rate")
    if terms.tenor_months is None and until_age is None:
        checks.fault(f"{path}", node, "calculation_tenor")
    amount = _amount(checks, held.get("amount"), f"{path}.amount")
    step = checks.number(held.get("step"), f"{path}.step", 1)
    at_most = checks.number(held.get("at_most"), f"{path}.at_most", 1)
    example = checks.number(held.get("example"), f"{path}.example", 1)
    if not isinstance(kind, str) or amount is None:
        return None
    return Calculation(kind, amount, step, at_most, example, until_age)


def _amount(checks: Checks, node: Node | None, path: str) -> Decimal | str | None:
    if node is None:
        return None
    if isinstance(node.value, str) and node.value in _MONEY_FIELDS:
        return node.value
    found = checks.number(node, path, 1)
    if found is None and node.value is None:
        checks.fault(path, node, "number", value="–")
    return found


def placeholders_of(terms: Terms, calculation: Calculation | None) -> frozenset[str]:
    """What a sentence about the offer may name: terms that it has, and its sum."""
    named = {"product"}
    for name in ("rate", "minimum", "maximum", "fee", "tax_percent", "tax_free_up_to"):
        if getattr(terms, name) is not None:
            named.add(name)
    if terms.tenor_months is not None:
        named.add("tenor")
    if calculation is not None:
        named |= {"amount", "months", "total", "interest", "tax", "net"}
        if calculation.kind != "deposit":
            named.add("monthly")
    return frozenset(named)
