"""A guide as YAML, to be changed and imported again: what is read of it is the same guide."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

_FRACTION: Final = re.compile(r"-?[0-9]+\.[0-9]+")


class _Number(str):
    """A fraction that is kept as text, and written as a number."""


def to_yaml(content: Mapping[str, Any]) -> str:
    """The YAML of `validate.plain`'s mapping, in its order, without anchors."""
    import yaml

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

        def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
            return super().increase_indent(flow, False)  # lists stand to the right of their name

    Dumper.add_representer(
        _Number, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:float", str(value))
    )
    written = yaml.dump(
        _marked(content, ""),
        Dumper=Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=100,
        default_flow_style=False,
    )
    return str(written)


def _marked(value: Any, path: str) -> Any:
    if isinstance(value, Mapping):
        return {key: _marked(part, f"{path}.{key}") for key, part in value.items()}
    if isinstance(value, list):
        return [_marked(part, path) for part in value]
    # words to say may be nothing but a number; everywhere else such a text is a fraction
    if isinstance(value, str) and _FRACTION.fullmatch(value) and not path.endswith((".id", ".en")):
        return _Number(value)
    return value
