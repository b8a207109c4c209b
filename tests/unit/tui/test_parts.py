"""What the help says may be typed into a field is what the field takes."""

from datetime import UTC, datetime

import pytest

from leadtui import i18n
from leadtui.core.calls.when import parse_when
from leadtui.i18n import _
from leadtui.parts import PARTS


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("field", ["#when-field", "#due_at"])
def test_every_time_that_the_help_names_is_understood(field: str, language: str) -> None:
    """Kept to what stands between the colon and the full stop."""
    before = i18n.language()
    i18n.use(language)
    try:
        named = _(PARTS[field].use).partition(": ")[2].split(". ")[0].rstrip(".").split(", ")
    finally:
        i18n.use(before)
    now = datetime(2026, 11, 1, 1, 0, tzinfo=UTC)
    moments = [parse_when(said, now, "Asia/Jakarta") for said in named]
    assert [f"{at:%d %H:%M}" for at in moments] == ["02 10:00", "01 08:30", "06 09:30", "25 10:00"]
