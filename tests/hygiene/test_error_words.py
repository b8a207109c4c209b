"""Every error code that the core raises has a sentence of its own in the catalogue."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from leadtui import call_words, error_words, wording

CORE = Path(__file__).resolve().parents[2] / "src" / "leadtui" / "core"
KINDS = {"Unauthenticated", "NotAllowed", "NotFound", "Conflict", "Unavailable"}

DEFECTS = {"no_permission"}
"""Codes that only a mistake of ours can raise."""


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted(CORE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield f"{path.relative_to(CORE)}:{node.lineno}", node


def _codes() -> dict[str, str]:
    return {
        node.args[0].value: where
        for where, node in _calls()
        if node.func.id in KINDS  # type: ignore[attr-defined]
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def _field_codes() -> dict[str, str]:
    return {
        value.value: where
        for where, node in _calls()
        if node.func.id == "Invalid" and node.args and isinstance(node.args[0], ast.Dict)  # type: ignore[attr-defined]
        for value in node.args[0].values
        if isinstance(value, ast.Constant)
    }


def test_every_error_code_has_a_sentence() -> None:
    error_words.register()
    call_words.register()
    codes = _codes()
    assert len(codes) > 20
    missing = {code: where for code, where in codes.items() if code not in wording._ERRORS}
    assert {code: where for code, where in missing.items() if code not in DEFECTS} == {}


def test_every_field_code_has_a_sentence() -> None:
    error_words.register()
    call_words.register()
    codes = _field_codes()
    assert len(codes) > 10
    known = wording._FIELDS | wording._ERRORS
    assert {code: where for code, where in codes.items() if code not in known} == {}
