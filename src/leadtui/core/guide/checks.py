"""The single checks of a guide's file: texts, codes, numbers, conditions. They collect faults. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from leadtui.core.guide import conditions, placeholders
from leadtui.core.guide.dto import Fault, Text
from leadtui.core.guide.reader import Node
from leadtui.core.imports.clean import clean, excerpt

SHORT: Final = 60
"""Characters of a label, or of what they say."""
LONG: Final = 600
"""Characters of a sentence."""
NESTED: Final = 6
"""How deep conditions may stand in each other."""
_MOST_PARTS: Final = 30
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NUMBER: Final = re.compile(r"[-+]?[0-9]{1,15}(\.[0-9]{1,6})?")
_LARGEST: Final = Decimal(10) ** 15


class Checks:
    """Collects what is wrong; every check gives None for what cannot be used."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, path: str, node: Node | None, code: str, **data: Any) -> None:
        """Note it."""
        self.faults.append(Fault(path, None if node is None else node.line, code, data))

    def mapping(
        self, node: Node, path: str, known: Collection[str], *, required: Collection[str] = ()
    ) -> dict[str, Node] | None:
        """A mapping that holds nothing unknown and all that is needed."""
        if not isinstance(node.value, dict):
            self.fault(path, node, "mapping")
            return None
        found: dict[str, Node] = node.value
        for key, part in found.items():
            if key not in known:
                self.fault(_under(path, excerpt(key)), part, "unknown_key", known=", ".join(known))
        for key in required:
            if key not in found:
                self.fault(_under(path, key), node, "needed")
        return found

    def text(self, node: Node | None, path: str, most: int, *, allowed: frozenset[str]) -> Text | None:
        """Words in both languages, cleaned, with no placeholder but those `allowed`."""
        if node is None:
            return None  # `needed` has been said
        both = self.mapping(node, path, ("id", "en"), required=("id", "en"))
        if both is None:
            return None
        found = {key: self._words(both.get(key), f"{path}.{key}", most, allowed) for key in ("id", "en")}
        indonesian, english = found["id"], found["en"]
        return None if indonesian is None or english is None else Text(indonesian, english)

    def _words(self, node: Node | None, path: str, most: int, allowed: frozenset[str]) -> str | None:
        if node is None:
            return None
        if not isinstance(node.value, str):
            self.fault(path, node, "text")
            return None
        words = clean(node.value)
        if not words:
            self.fault(path, node, "blank")
            return None
        if len(words) > most:
            self.fault(path, node, "too_long", n=len(words), most=most)
            return None
        if placeholders.stray(words):
            self.fault(path, node, "brace")
        for name in placeholders.used(words):
            if name not in allowed:
                known = ", ".join(sorted(allowed)) or "–"
                code = "placeholder_here" if name in placeholders.KNOWN else "placeholder"
                self.fault(path, node, code, value=excerpt(name), known=known)
        return words

    def code(self, node: Node | None, path: str) -> str | None:
        """A short name for machines."""
        if node is None:
            return None
        if not isinstance(node.value, str):
            self.fault(path, node, "text")  # `no` is a truth value
            return None
        if not _CODE.fullmatch(node.value):
            self.fault(path, node, "code", value=excerpt(str(node.value)))
            return None
        return node.value

    def optional_code(self, node: Node | None, path: str) -> str | None:
        """One that may be left out."""
        return None if node is None or node.value is None else self.code(node, path)

    def currency(self, node: Node | None, path: str) -> str | None:
        """Three capital letters."""
        if node is None:
            return None
        if not isinstance(node.value, str) or not re.fullmatch(r"[A-Z]{3}", node.value):
            self.fault(path, node, "currency", value=excerpt(str(node.value)))
            return None
        return node.value

    def number(
        self, node: Node | None, path: str, least: int = 0, most: int | Decimal = _LARGEST
    ) -> Decimal | None:
        """A number; text that is one counts (so it comes from the database)."""
        if node is None or node.value is None:
            return None
        value = _decimal(node.value)
        if value is None:
            self.fault(path, node, "number", value=excerpt(str(node.value)))
            return None
        if not least <= value <= most:
            self.fault(path, node, "bounds", value=excerpt(str(node.value)), least=least, most=most)
            return None
        return value

    def whole(
        self, node: Node | None, path: str, least: int, most: int, *, default: int | None = None
    ) -> int | None:
        """A whole number."""
        if node is None or node.value is None:
            return default
        value = self.number(node, path, least, most)
        if value is not None and value != value.to_integral_value():
            self.fault(path, node, "number_whole", value=excerpt(str(node.value)))
            return None
        return None if value is None else int(value)

    # conditions ----------------------------------------------------------------------------------------

    def condition(self, node: Node | None, path: str, depth: int = 1) -> dict[str, Any] | None:
        """A checked condition; None where there is none."""
        if node is None or node.value is None:
            return None
        if depth > NESTED:
            self.fault(path, node, "nested", most=NESTED)
            return None
        if not isinstance(node.value, dict) or not node.value:
            self.fault(path, node, "condition")
            return None
        return {
            key: self._part(key, part, f"{path}.{excerpt(key)}", depth) for key, part in node.value.items()
        }

    def _part(self, key: str, node: Node, path: str, depth: int) -> Any:
        if key in ("all", "any"):
            if not isinstance(node.value, list) or not 1 <= len(node.value) <= _MOST_PARTS:
                self.fault(path, node, "condition_list", most=_MOST_PARTS)
                return None
            return [self._inner(part, f"{path}[{place + 1}]", depth) for place, part in enumerate(node.value)]
        if key == "not":
            return self._inner(node, path, depth)
        kind = conditions.FIELDS.get(key)
        if kind is None:
            self.fault(path, node, "field_unknown", known=", ".join(conditions.FIELDS))
            return None
        if not isinstance(node.value, dict):
            return self._wanted(key, kind, node, path)
        if not node.value:
            self.fault(path, node, "condition")
        return {ask: self._asked(key, kind, ask, part, f"{path}.{excerpt(ask)}") for ask, part in
                node.value.items()}  # fmt: skip

    def _inner(self, node: Node, path: str, depth: int) -> dict[str, Any] | None:
        if node.value is None:
            self.fault(path, node, "condition")
        return self.condition(node, path, depth + 1)

    def _asked(self, key: str, kind: str, ask: str, node: Node, path: str) -> Any:
        numeric = kind in (conditions.NUMBER, conditions.MONEY)
        allowed = ("known", *conditions.COMPARE) if numeric else ("known", "not")
        if ask not in allowed:
            self.fault(path, node, "comparison", known=" ".join(allowed))
            return None
        if ask == "known":
            if not isinstance(node.value, bool):
                self.fault(path, node, "yes_no", value=excerpt(str(node.value)))
            return node.value
        return self._wanted(key, kind, node, path)

    def _wanted(self, key: str, kind: str, node: Node, path: str) -> Any:
        if kind in (conditions.NUMBER, conditions.MONEY):
            if node.value is None:
                self.fault(path, node, "number", value="–")
            return self.number(node, path, least=-int(_LARGEST))
        if kind == conditions.YES_NO:
            if not isinstance(node.value, bool):
                self.fault(path, node, "yes_no", value=excerpt(str(node.value)))
            return node.value
        parts = node.value if isinstance(node.value, list) else [node]
        if not parts:
            self.fault(path, node, "condition")
        for part in parts:
            if not isinstance(part.value, str) or part.value not in conditions.VALUES[key]:
                known = ", ".join(conditions.VALUES[key])
                self.fault(path, part, "value_unknown", value=excerpt(str(part.value)), known=known)
        return [part.value for part in parts] if isinstance(node.value, list) else node.value


def _under(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    if isinstance(value, int):
        return Decimal(value)
    if not _NUMBER.fullmatch(str(value)):
        return None
    try:
        return Decimal(value)
    except InvalidOperation:
        return None
