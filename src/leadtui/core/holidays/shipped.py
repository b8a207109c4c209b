"""Indonesia's days off as the package `holidays` knows them. Loaded only to bring them up to date."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

import holidays

from leadtui.core.holidays.dto import SHIPPED, Holiday, HolidayKind

_ESTIMATED: Final = re.compile(r"\s*\((?:perkiraan|estimated)\)$")
"""How the package marks a day that the moon has yet to confirm."""
_KINDS: Final = (("public", HolidayKind.NATIONAL), ("government", HolidayKind.JOINT_LEAVE))


def indonesia(first: int, last: int) -> dict[date, Holiday]:
    """Day → holiday, of the years `first` to `last`. A day that is both is the national one."""
    years = range(first, last + 1)
    found: dict[date, Holiday] = {}
    for category, kind in reversed(_KINDS):
        own, english = (
            holidays.country_holidays("ID", years=years, categories=(category,), language=language)
            for language in ("id", "en_US")
        )
        for day, written in own.items():
            found[day] = Holiday(
                day,
                _bare(written),
                _bare(english.get(day) or written),
                None,
                kind,
                SHIPPED,
                estimated=any(_ESTIMATED.search(part) for part in written.split("; ")),
            )
    return dict(sorted(found.items()))


def _bare(written: str) -> str:
    return "; ".join(_ESTIMATED.sub("", part) for part in written.split("; "))
