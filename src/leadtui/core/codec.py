"""Frozen dataclasses to JSON and back, for receipts: a retry gets the same answer as the first try."""

from __future__ import annotations

import dataclasses
import enum
import types
import typing
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID


def encode(value: Any) -> Any:
    """A JSON-able form of `value`: dataclasses, enums, dates, decimals, UUIDs, tuples and plain values."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: encode(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, list | tuple):
        return [encode(item) for item in value]
    return value


def decode(kind: Any, value: Any) -> Any:
    """The value of type `kind` that `encode` turned into `value`. Raises TypeError where it cannot."""
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        if value is None:
            return None
        (inner,) = [arg for arg in typing.get_args(kind) if arg is not type(None)]
        return decode(inner, value)
    if origin in (tuple, list):
        (item, *_) = typing.get_args(kind)
        return tuple(decode(item, part) for part in value)
    if kind is type(None) or kind is None:
        return None
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = typing.get_type_hints(kind)
        return kind(**{f.name: decode(hints[f.name], value[f.name]) for f in dataclasses.fields(kind)})
    if isinstance(kind, type):
        if issubclass(kind, enum.Enum):
            return kind(value)
        if issubclass(kind, datetime | date):
            return kind.fromisoformat(value)
        if issubclass(kind, Decimal | UUID):
            return kind(value)
        if issubclass(kind, int | float | str | bool):
            return kind(value)
    raise TypeError(f"no receipt of {kind!r}")
