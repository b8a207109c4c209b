"""A time as an agent types it: see `core.when`."""

from leadtui.core.when.parse import parse_when

__all__ = ["parse_when"]
