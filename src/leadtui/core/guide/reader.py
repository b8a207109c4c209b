"""A guide's YAML as plain values that know their lines. Nothing in the file is ever run.

Of YAML only what data needs: mappings, lists, text, numbers, yes and no. Anchors, aliases (a few lines of
them unfold to gigabytes), tags, merge keys and a second document are refused, size and depth have limits, a
key stands once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from leadtui.core.guide.dto import Fault
from leadtui.core.imports.clean import clean

if TYPE_CHECKING:
    import yaml

LARGEST: Final = 256 * 1024
"""Characters of a guide's file."""
DEEPEST: Final = 16
_TAG: Final = "tag:yaml.org,2002:"
_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9_]*)")
_DECIMAL: Final = re.compile(r"[-+]?[0-9][0-9_]*\.[0-9]+")


class Unreadable(Exception):
    """This is not a guide at all; `fault` says why and where."""

    def __init__(self, code: str, line: int | None = None, path: str = "", **data: Any) -> None:
        super().__init__(code)
        self.fault = Fault(path, line, code, data)


@dataclass(frozen=True, slots=True)
class Node:
    """A value and the line on which it stands (None: it comes from the database)."""

    value: Any
    """None, bool, int, Decimal or str; a list of Node; a dict of str to Node."""
    line: int | None

    def plain(self) -> Any:
        """The value without lines."""
        if isinstance(self.value, list):
            return [part.plain() for part in self.value]
        if isinstance(self.value, dict):
            return {key: part.plain() for key, part in self.value.items()}
        return self.value


def located(value: Any) -> Node:
    """Plain values (from JSON) as a Node."""
    if isinstance(value, Mapping):
        return Node({str(key): located(part) for key, part in value.items()}, None)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return Node([located(part) for part in value], None)
    return Node(value, None)


def read(text: str) -> Node:
    """The file's one document. Raises Unreadable."""
    import yaml  # not in an agent's process: they get the guide from the database

    if len(text) > LARGEST:
        raise Unreadable("too_large", limit=LARGEST // 1024)
    if not text.strip():
        raise Unreadable("empty")
    try:
        _look_through(yaml, text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1 if isinstance(error.position, int) else None
        raise Unreadable("control_character", line) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable("syntax", mark.line + 1 if mark else None, why=clean(str(error.problem))) from error
    if root is None:
        raise Unreadable("empty")
    return _node(root, "")


def _look_through(yaml: Any, text: str) -> None:
    """Refuse what costs before anything is built of it."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise Unreadable("alias", line)
        if isinstance(event, yaml.NodeEvent) and getattr(event, "tag", None) is not None:
            raise Unreadable("tag", line)
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise Unreadable("two_documents", line)
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise Unreadable("too_deep", line, limit=DEEPEST)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _node(node: yaml.Node, path: str) -> Node:
    line = node.start_mark.line + 1
    kind = node.tag.removeprefix(_TAG)
    if kind == "seq":
        return Node([_node(part, f"{path}[{place}]") for place, part in enumerate(node.value)], line)
    if kind != "map":
        return Node(_scalar(kind, node.value, line, path), line)
    found: dict[str, Node] = {}
    for key, value in node.value:
        at = key.start_mark.line + 1
        name = key.value if isinstance(key.value, str) else None
        # `=`, `<<` and the like are words here: a condition compares with them
        if name is None or key.tag.removeprefix(_TAG) == "merge":
            raise Unreadable("key", at, path)
        if name in found:
            raise Unreadable("key_twice", at, path, key=name)
        found[name] = _node(value, f"{path}.{name}" if path else name)
    return Node(found, line)


def _scalar(kind: str, written: str, line: int, path: str) -> Any:
    if kind == "null":
        return None
    if kind == "bool":
        return written.lower() in ("yes", "true", "on")
    if kind == "int" and _INTEGER.fullmatch(written):
        return int(written.replace("_", ""))
    if kind == "float" and _DECIMAL.fullmatch(written):
        return Decimal(written.replace("_", ""))
    if kind in ("int", "float"):
        raise Unreadable("number_form", line, path, value=written[:40])  # 0x1F, 1:30, 1e9, .inf
    return written
