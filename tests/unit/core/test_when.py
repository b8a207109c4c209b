"""Times as agents type them, ISO and refusals; `test_when_words.py` has the phrases."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
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
        ("1430", datetime(2027, 3, 10, 14, 30, tzinfo=WIB)),
        (" 9:42 ", datetime(2027, 3, 10, 9, 42, tzinfo=WIB)),
        ("tomorrow 10:00", datetime(2027, 3, 11, 10, tzinfo=WIB)),
        ("besok 9.05", datetime(2027, 3, 11, 9, 5, tzinfo=WIB)),
        ("BESOK   08:00", datetime(2027, 3, 11, 8, tzinfo=WIB)),
        ("2027-03-12 10:00", datetime(2027, 3, 12, 10, tzinfo=WIB)),
        ("2027-03-12 3:00", datetime(2027, 3, 12, 3, tzinfo=WIB)),  # ISO is 24 hours
        ("2027-03-12 jam 10", datetime(2027, 3, 12, 10, tzinfo=WIB)),
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
        ("14:3", "when_unknown"),
        ("besok jam sebelas jam 9", "when_unknown"),
        ("besok lusa senin dpn 10 11 12", "when_unknown"),
        ("10:00 jam", "when_unknown"),
        ("kapan-kapan", "when_unknown"),
        ("besok 2 jam lagi", "when_unknown"),
        ("١٤:٣٠", "when_unknown"),  # digits that int() would read
        ("tomorrow", "when_needs_time"),
        ("besok", "when_needs_time"),
        ("seminggu lagi", "when_needs_time"),
        ("2027-03-12", "when_needs_time"),
        ("nanti", "when_needs_time"),
        ("minggu depan", "when_needs_day"),
        ("next week 10:00", "when_needs_day"),
        ("bulan depan jam 9", "when_needs_day"),
        ("akhir pekan", "when_needs_day"),
        ("25:00", "when_no_such_time"),
        ("jam 24", "when_no_such_time"),
        ("10:60", "when_no_such_time"),
        ("2027-02-31 10:00", "when_no_such_time"),
        ("31/2 10:00", "when_no_such_time"),
        ("29 februari 2027 jam 9", "when_no_such_time"),
        ("jam 15 pagi", "when_no_such_time"),
        ("13pm", "when_no_such_time"),
        ("2027-03-12 10:00+99:00", "when_no_such_time"),
        ("09:41", "when_past"),
        ("08:00", "when_past"),
        ("sekarang", "when_past"),
        ("0 menit lagi", "when_past"),
        ("pagi", "when_past"),
        ("03.00", "when_past"),
        ("senin ini jam 9", "when_past"),
        ("1 maret 2027 jam 9", "when_past"),
        ("2027-03-09 10:00", "when_past"),
    ],
)
def test_what_is_refused_says_why(text: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_when(text, NOW, "Asia/Jakarta")
    assert caught.value.fields == {"callback_at": code}
    if code != "when_empty":
        assert caught.value.data["text"] in text


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("minggu depan jam 9", ((21, 9), (17, 9))),  # next Sunday, or this weekday of next week
        ("besok jam 12 malam", ((11, 0), (12, 0))),
        ("besok tengah malam", ((11, 0), (12, 0))),
        ("friday midnight", ((12, 0), (13, 0))),
        ("senin 17 maret jam 9", ((17, 9), (15, 9))),  # the date, or the day
        ("lusa senin jam 10", ((12, 10), (15, 10))),
        ("besok tanggal 15 jam 10", ((11, 10), (15, 10))),
    ],
)
def test_what_can_mean_two_things_names_both(text: str, readings: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(Invalid) as caught:
        parse_when(text, NOW, WIB)
    assert caught.value.fields == {"callback_at": "when_ambiguous"}
    assert caught.value.data["readings"] == tuple(
        datetime(2027, 3, day, hour, tzinfo=WIB) for day, hour in readings
    )


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


def test_a_zone_that_is_said_counts_for_its_day_too() -> None:
    late = datetime(2027, 3, 10, 23, 30, tzinfo=WIB)
    found = parse_when("besok jam 9 WIT", late, WIB)  # where it is the 11th already
    assert found == datetime(2027, 3, 12, 7, tzinfo=WIB)
    assert found.tzinfo is WIB


@pytest.mark.parametrize("text", ["2027-03-28 02:30", "besok jam 02.30", "28 maret jam 02.30"])
def test_an_hour_that_a_clock_change_skips_does_not_exist(text: str) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    with pytest.raises(Invalid) as caught:
        parse_when(text, datetime(2027, 3, 27, 12, tzinfo=berlin), berlin)
    assert caught.value.fields == {"callback_at": "when_no_such_time"}


_SOME = """
    besok lusa senin jum'at minggu min depan ini hari jam 9 10 25 9.30 1,5 setengah kurang lewat lagi menit
    sejam pagi malam tengah nanti tanggal november bulan 2027 25/11 akhir next in half past to quarter an a
    and hour week noon midnight pm am WIB WIT 9999 + 00:00 0 29 februari in the 31st dua puluh lima
"""
_WORDS = st.sampled_from(_SOME.split())


@given(st.one_of(st.text(max_size=30), st.lists(_WORDS, max_size=8).map(" ".join)))
@example("9999 minggu lagi senin jam 9")
@example("2199-12-31 23:59")
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
        if refused.fields["callback_at"] == "when_ambiguous":
            assert len(set(refused.data["readings"])) == 2
