"""Times as agents type them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadtui.core.calls.when import parse_when
from leadtui.core.errors import Invalid

WIB = ZoneInfo("Asia/Jakarta")
NOW = datetime(2027, 3, 10, 9, 41, tzinfo=WIB)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14:30", datetime(2027, 3, 10, 14, 30, tzinfo=WIB)),
        ("14.30", datetime(2027, 3, 10, 14, 30, tzinfo=WIB)),
        (" 9:42 ", datetime(2027, 3, 10, 9, 42, tzinfo=WIB)),
        ("tomorrow 10:00", datetime(2027, 3, 11, 10, tzinfo=WIB)),
        ("besok 9.05", datetime(2027, 3, 11, 9, 5, tzinfo=WIB)),
        ("BESOK   08:00", datetime(2027, 3, 11, 8, tzinfo=WIB)),
        ("2027-03-12 10:00", datetime(2027, 3, 12, 10, tzinfo=WIB)),
        ("2027-03-12T10.00", datetime(2027, 3, 12, 10, tzinfo=WIB)),
        ("2027-03-12 10:00:30", datetime(2027, 3, 12, 10, 0, 30, tzinfo=WIB)),
        ("2027-03-12t10:00+09:00", datetime(2027, 3, 12, 8, tzinfo=WIB)),
        ("2027-03-12T10:00Z", datetime(2027, 3, 12, 17, tzinfo=WIB)),
    ],
)
def test_what_is_understood(text: str, expected: datetime) -> None:
    found = parse_when(text, NOW, WIB)
    assert found == expected
    assert found.tzinfo is not None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "when_empty"),
        ("   ", "when_empty"),
        ("later", "when_unknown"),
        ("1430", "when_unknown"),
        ("14:3", "when_unknown"),
        ("monday 10:00", "when_unknown"),
        ("tomorrow at ten", "when_unknown"),
        ("2027-03-12 at 10", "when_unknown"),
        ("١٤:٣٠", "when_unknown"),  # digits that int() would read
        ("tomorrow", "when_needs_time"),
        ("besok", "when_needs_time"),
        ("2027-03-12", "when_needs_time"),
        ("25:00", "when_no_such_time"),
        ("10:60", "when_no_such_time"),
        ("2027-02-31 10:00", "when_no_such_time"),
        ("2027-03-12 10:00+99:00", "when_no_such_time"),
        ("09:41", "when_past"),
        ("08:00", "when_past"),
        ("2027-03-09 10:00", "when_past"),
    ],
)
def test_what_is_refused_says_why(text: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_when(text, NOW, "Asia/Jakarta")
    assert caught.value.fields == {"callback_at": code}
    if code != "when_empty":
        assert caught.value.data["text"] in text


def test_the_field_is_the_callers() -> None:
    with pytest.raises(Invalid) as caught:
        parse_when("never", NOW, WIB, field="due_at")
    assert caught.value.fields == {"due_at": "when_unknown"}
    assert caught.value.data["text"] == "never"


def test_today_is_the_users_day() -> None:
    # 23:30 in Jakarta is already tomorrow in Jayapura
    late = datetime(2027, 3, 10, 16, 30, tzinfo=UTC)
    assert parse_when("tomorrow 09:00", late, "Asia/Jakarta") == datetime(2027, 3, 11, 9, tzinfo=WIB)
    found = parse_when("09:00", late, "Asia/Jayapura")
    assert found == datetime(2027, 3, 11, 9, tzinfo=ZoneInfo("Asia/Jayapura"))


def test_an_hour_that_a_clock_change_skips_does_not_exist() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    with pytest.raises(Invalid) as caught:
        parse_when("2027-03-28 02:30", datetime(2027, 3, 27, tzinfo=berlin), berlin)
    assert caught.value.fields == {"callback_at": "when_no_such_time"}


@given(st.text(max_size=30))
def test_any_text_is_a_time_or_a_clear_refusal(text: str) -> None:
    refused: Invalid | None = None
    found = None
    try:
        found = parse_when(text, NOW, WIB)
    except Invalid as error:
        refused = error
    if refused is None:
        assert found is not None
        assert found > NOW
    else:
        assert refused.fields["callback_at"].startswith("when_")
