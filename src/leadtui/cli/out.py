"""Data on stdout: tables for people, JSON and CSV for programs. Everything from data is cleaned."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Generic, TypeVar

from leadtui.text import MISSING, clean, width

T = TypeVar("T")

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "|", "%")
"""What makes a spreadsheet run a cell (OWASP, CSV injection)."""


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """One column of a table."""

    title: str
    value: Callable[[T], object]
    right: bool = False


def line(text: str = "") -> None:
    """A line of data."""
    sys.stdout.write(clean(text) + "\n")


def table(rows: Sequence[T], columns: Sequence[Column[T]]) -> None:
    """Rows under their titles, two blanks between columns; nothing but the titles where there are no rows."""
    cells = [[clean(column.title) for column in columns]]
    cells += [[_cell(column.value(row)) for column in columns] for row in rows]
    widths = [max(width(row[place]) for row in cells) for place in range(len(columns))]
    for row in cells:
        padded = [
            " " * (size - width(text)) + text if column.right else text + " " * (size - width(text))
            for text, size, column in zip(row, widths, columns, strict=True)
        ]
        sys.stdout.write("  ".join(padded).rstrip() + "\n")


def facts(pairs: Iterable[tuple[str, object]]) -> None:
    """Labels and values, one a line."""
    known = [(clean(label), _cell(value)) for label, value in pairs]
    wide = max((width(label) for label, _value in known), default=0)
    for label, value in known:
        sys.stdout.write(f"{label}{' ' * (wide - width(label))}  {value}\n")


def array(objects: Iterable[dict[str, Any]]) -> None:
    """One JSON array, written as it comes; ASCII only, so that no byte of it steers a terminal."""
    first = True
    sys.stdout.write("[")
    for item in objects:
        sys.stdout.write("\n  " if first else ",\n  ")
        sys.stdout.write(json.dumps(item, default=_plain, ensure_ascii=True))
        first = False
    sys.stdout.write("]\n" if first else "\n]\n")


def rows_csv(names: Sequence[str], objects: Iterable[dict[str, Any]]) -> None:
    """Comma-separated values (RFC 4180); no cell of text can run as a formula in a spreadsheet."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(names)
    for item in objects:
        writer.writerow([_safe(item[name]) for name in names])


def _cell(value: object) -> str:
    if value is None or value == "":
        return MISSING
    return clean(value)


def _safe(value: object) -> object:
    if value is None or isinstance(value, bool | int | float | Decimal):
        return "" if value is None else str(value).lower() if isinstance(value, bool) else value
    text = clean(_plain(value) if isinstance(value, date | datetime) else value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _plain(value: object) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        # a float would round it
        return str(value)
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    raise TypeError(f"not JSON: {type(value).__name__}")
