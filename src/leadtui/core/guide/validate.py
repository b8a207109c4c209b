"""Whether a file is a guide: every fault at once, each with its path and line. Pure.

`validate` gives the guide where there is no fault; `plain` is the way back, to what is stored and exported.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from decimal import Decimal
from typing import Any, Final, TypeVar

from leadtui.core.errors import Invalid
from leadtui.core.guide import dto, placeholders, terms
from leadtui.core.guide.checks import LONG, SHORT, Checks
from leadtui.core.guide.dto import Fault, Guide, Objection, Offer, Opening, Point
from leadtui.core.guide.reader import Node, Unreadable, read

FORMAT: Final = 1
LIMITS: Final = {"opening": (1, 12), "points": (0, 200), "offers": (0, 100), "objections": (0, 30)}
"""Least and most of each list."""
_WEIGHT: Final = (0, 1000)
_TOP: Final = ("format", "bank", "currency", "opening", "points", "offers", "objections")

T = TypeVar("T")


def validate(root: Node, products: Collection[str] | None = None) -> tuple[Guide | None, tuple[Fault, ...]]:
    """The guide, or None and what is wrong. `products`: the codes that exist; None leaves them unchecked."""
    return _Validator(products).guide(root)


class _Validator(Checks):
    def __init__(self, products: Collection[str] | None) -> None:
        super().__init__()
        self._products = products
        self._offers: dict[str, Offer] = {}

    def guide(self, root: Node) -> tuple[Guide | None, tuple[Fault, ...]]:
        """Everything."""
        top = self.mapping(root, "", _TOP, required=("format", "bank", "currency", "opening"))
        if top is None:
            return None, tuple(self.faults)
        if "format" in top and top["format"].value != FORMAT:
            self.fault("format", top["format"], "format", known=FORMAT)
            return None, tuple(self.faults)
        bank = self.text(top.get("bank"), "bank", SHORT, allowed=frozenset())
        currency = self.currency(top.get("currency"), "currency")
        offers = self._list(top, "offers", self._offer)
        self._offers = {offer.code: offer for offer in offers}
        opening = self._list(top, "opening", self._opening)
        points = self._list(top, "points", self._point)
        objections = self._list(top, "objections", self._objection)
        # in the order of the file, as whoever mends them reads it
        faults = tuple(sorted(self.faults, key=lambda fault: fault.line or 0))
        if faults or bank is None or currency is None:
            return None, faults
        return Guide(bank, currency, tuple(opening), tuple(points), tuple(offers), tuple(objections)), ()

    def _list(
        self, top: dict[str, Node], name: str, one: Callable[[dict[str, Node], str, Node], T | None]
    ) -> list[T]:
        node = top.get(name)
        if node is None or (node.value is None and name != "opening"):
            return []
        least, most = LIMITS[name]
        if not isinstance(node.value, list):
            self.fault(name, node, "list")
            return []
        if not least <= len(node.value) <= most:
            self.fault(name, node, "list_length", n=len(node.value), least=least, most=most)
            return []
        found, codes = [], set()
        for place, part in enumerate(node.value):
            path = f"{name}[{place + 1}]"
            fields, required = _FIELDS[name]
            entry = self.mapping(part, path, fields, required=required)
            if entry is None:
                continue
            code = self.code(entry.get("code"), f"{path}.code")
            if code is not None and code in codes:
                self.fault(f"{path}.code", entry["code"], "code_twice", value=code)
            codes.add(code)
            made = one(entry, path, part)
            if code is not None and made is not None:
                found.append(made)
        return found

    # what stands in the lists --------------------------------------------------------------------------

    def _opening(self, entry: dict[str, Node], path: str, node: Node) -> Opening | None:
        label = self.text(entry.get("label"), f"{path}.label", SHORT, allowed=frozenset())
        allowed = placeholders.ALWAYS | placeholders.CUSTOMER
        say, otherwise = self._sentence(entry, path, "say", allowed)
        # a required line is always there to be said
        if say is not None and otherwise is None and "otherwise" not in entry:
            if maybe := sorted((_names(say) & placeholders.KNOWN) - placeholders.ALWAYS):
                self.fault(f"{path}.otherwise", node, "otherwise_needed", names=", ".join(maybe))
        elif otherwise is not None and (maybe := sorted(_names(otherwise) - placeholders.ALWAYS)):
            self.fault(f"{path}.otherwise", entry["otherwise"], "otherwise_fixed", names=", ".join(maybe))
        if label is None or say is None:
            return None
        return Opening(_code(entry), label, say, otherwise)

    def _point(self, entry: dict[str, Node], path: str, node: Node) -> Point | None:
        weight = self.whole(entry.get("weight"), f"{path}.weight", *_WEIGHT, default=0)
        group = self.optional_code(entry.get("group"), f"{path}.group")
        when = self.condition(entry.get("when"), f"{path}.when")
        offer = self.optional_code(entry.get("offer"), f"{path}.offer")
        allowed = placeholders.ALWAYS | placeholders.CUSTOMER
        if offer is not None:
            named = self._offers.get(offer)
            if named is None:
                self.fault(f"{path}.offer", entry["offer"], "offer_unknown", value=offer)
                allowed = placeholders.KNOWN
            else:
                allowed |= terms.placeholders_of(named.terms, named.calculation)
        say, otherwise = self._sentence(entry, path, "say", allowed)
        if say is None or weight is None:
            return None
        return Point(_code(entry), weight, group, when, offer, say, otherwise)

    def _offer(self, entry: dict[str, Node], path: str, node: Node) -> Offer | None:
        product = self.code(entry.get("product"), f"{path}.product")
        if product is not None and self._products is not None and product not in self._products:
            known = ", ".join(sorted(self._products))
            self.fault(f"{path}.product", entry["product"], "product_unknown", value=product, known=known)
        label = self.text(entry.get("label"), f"{path}.label", SHORT, allowed=frozenset())
        weight = self.whole(entry.get("weight"), f"{path}.weight", *_WEIGHT, default=0)
        group = self.optional_code(entry.get("group"), f"{path}.group")
        when = self.condition(entry.get("when"), f"{path}.when")
        held = terms.read_terms(self, entry.get("terms"), f"{path}.terms")
        sums = terms.read_calculation(self, entry.get("calculation"), f"{path}.calculation", held)
        allowed = placeholders.ALWAYS | placeholders.CUSTOMER | terms.placeholders_of(held, sums)
        say, otherwise = self._sentence(entry, path, "say", allowed)
        if product is None or label is None or weight is None or say is None:
            return None
        return Offer(_code(entry), product, label, weight, group, when, held, sums, say, otherwise)

    def _objection(self, entry: dict[str, Node], path: str, node: Node) -> Objection | None:
        weight = self.whole(entry.get("weight"), f"{path}.weight", *_WEIGHT, default=0)
        when = self.condition(entry.get("when"), f"{path}.when")
        they_say = self.text(entry.get("they_say"), f"{path}.they_say", SHORT, allowed=frozenset())
        allowed = placeholders.ALWAYS | placeholders.CUSTOMER
        answer, otherwise = self._sentence(entry, path, "answer", allowed)
        if they_say is None or answer is None or weight is None:
            return None
        return Objection(_code(entry), weight, when, they_say, answer, otherwise)

    def _sentence(
        self, entry: dict[str, Node], path: str, name: str, allowed: frozenset[str]
    ) -> tuple[dto.Text | None, dto.Text | None]:
        said = self.text(entry.get(name), f"{path}.{name}", LONG, allowed=allowed)
        if "otherwise" not in entry:
            return said, None
        return said, self.text(entry["otherwise"], f"{path}.otherwise", LONG, allowed=allowed)


_FIELDS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "opening": (("code", "label", "say", "otherwise"), ("code", "label", "say")),
    "points": (("code", "weight", "group", "when", "offer", "say", "otherwise"), ("code", "say")),
    "offers": (
        ("code", "product", "label", "weight", "group", "when", "terms", "calculation", "say", "otherwise"),
        ("code", "product", "label", "say"),
    ),
    "objections": (
        ("code", "weight", "when", "they_say", "answer", "otherwise"),
        ("code", "they_say", "answer"),
    ),
}
"""List → (what an entry may have, what it must have)."""


def _code(entry: dict[str, Node]) -> str:
    return str(entry["code"].value) if "code" in entry else ""


def _names(text: dto.Text) -> frozenset[str]:
    return frozenset(placeholders.used(text.id)) | frozenset(placeholders.used(text.en))


def check(text: str, products: Collection[str] | None = None) -> Guide:
    """The guide that a file's text holds. Raises Invalid("guide_wrong") with every fault in `faults`."""
    try:
        guide, faults = validate(read(text), products)
    except Unreadable as error:
        guide, faults = None, (error.fault,)
    if guide is None:
        raise Invalid({"guide": "guide_wrong"}, "guide_wrong", n=len(faults), faults=faults)
    return guide


# the way back ------------------------------------------------------------------------------------------


def plain(guide: Guide) -> dict[str, Any]:
    """The guide as JSON can hold it, in the order of a file; fractions as text, so that they stay exact."""
    return {
        "format": FORMAT,
        "bank": _text(guide.bank),
        "currency": guide.currency,
        "opening": [dict(_entry(one)) for one in guide.opening],
        "points": [dict(_entry(one)) for one in guide.points],
        "offers": [dict(_entry(one)) for one in guide.offers],
        "objections": [dict(_entry(one)) for one in guide.objections],
    }


def _entry(one: Opening | Point | Offer | Objection) -> Iterator[tuple[str, Any]]:
    for name in type(one).__slots__:  # in the order of the file
        value = getattr(one, name)
        if value is None or (name == "weight" and value == 0):
            continue
        held = _value(value)
        if held != {}:
            yield name, held


def _value(value: Any) -> Any:
    if isinstance(value, dto.Text):
        return _text(value)
    if isinstance(value, dto.Terms | dto.Calculation):
        return {
            name: _value(getattr(value, name))
            for name in type(value).__slots__
            if getattr(value, name) is not None
        }
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    if isinstance(value, dict):
        return {key: _value(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_value(part) for part in value]
    return value


def _text(text: dto.Text) -> dict[str, str]:
    return {"id": text.id, "en": text.en}
