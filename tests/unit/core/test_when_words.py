"""The grammar of times, phrase by phrase, and that what is echoed is understood again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadtui import i18n
from leadtui.core.calls.when import parse_when
from leadtui.formats import long_moment

WIB = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 18, 9, 41, tzinfo=WIB)
"""A Wednesday."""

# The 22 phrases that the issue counts on: dateparser 1.2 fails most of them.
TWENTY_TWO = """
    besok jam 10              | 11-19 10.00
    lusa pagi                 | 11-20 09.00
    senin depan 9.30          | 11-23 09.30
    30 menit lagi             | 11-18 10.11
    besok siang               | 11-19 13.00
    hari senin jam 2 siang    | 11-23 14.00
    2 jam lagi                | 11-18 11.41
    setengah jam lagi         | 11-18 10.11
    besok jam setengah 10     | 11-19 09.30
    jam 3 sore                | 11-18 15.00
    jam 10 kurang seperempat  | 11-18 09.45
    nanti sore                | 11-18 16.00
    nanti jam 4               | 11-18 16.00
    tanggal 25 jam 9          | 11-25 09.00
    25 november 10.00         | 11-25 10.00
    akhir bulan jam 9         | 11-30 09.00
    3 hari lagi jam 9         | 11-21 09.00
    seminggu lagi jam 10      | 11-25 10.00
    jumat sore                | 11-20 16.00
    1,5 jam lagi              | 11-18 11.11
    besok malam jam 7         | 11-19 19.00
    minggu depan hari kamis jam 10 | 11-26 10.00
"""

INDONESIAN = """
    besok pagi                | 11-19 09.00
    besok sore                | 11-19 16.00
    besok malam               | 11-19 19.00
    bsk jm 10                 | 11-19 10.00
    esok pukul 14.15          | 11-19 14.15
    BESOK JAM SEPULUH PAGI    | 11-19 10.00
    besok jam sepuluh         | 11-19 10.00
    besok 9 30                | 11-19 09.30
    besok jam 9 lewat 10      | 11-19 09.10
    besok jam 9 lewat 10 menit | 11-19 09.10
    besok jam 9 kurang 10     | 11-19 08.50
    besok jam 9 lebih seperempat | 11-19 09.15
    jam 10 lewat setengah     | 11-18 10.30
    jam setengah sebelas      | 11-18 10.30
    setengah satu             | 11-18 12.30
    besok setengah 1 siang    | 11-19 12.30
    setengah dua siang        | 11-18 13.30
    setengah tujuh malam      | 11-18 18.30
    besok setengah 8 pagi     | 11-19 07.30
    jam 3                     | 11-18 15.00
    jam 6                     | 11-18 18.00
    3.30                      | 11-18 15.30
    besok 03.00               | 11-19 03.00
    besok 3 pagi              | 11-19 03.00
    besok jam 7               | 11-19 07.00
    jam 12                    | 11-18 12.00
    jam 12 siang              | 11-18 12.00
    jam 1 siang               | 11-18 13.00
    besok jam 11 siang        | 11-19 11.00
    jam 6 sore                | 11-18 18.00
    jam 7 malam               | 11-18 19.00
    jam 12 malam              | 11-19 00.00
    tengah malam              | 11-19 00.00
    malam jam 1               | 11-19 01.00
    besok subuh               | 11-19 05.00
    besok dini hari jam 2     | 11-19 02.00
    jam 15 sore               | 11-18 15.00
    tengah hari               | 11-18 12.00
    habis makan siang         | 11-18 13.00
    besok sesudah makan siang | 11-19 13.00
    nanti malam jam 8         | 11-18 20.00
    sore ini                  | 11-18 16.00
    hari ini jam 11           | 11-18 11.00
    ntar sore                 | 11-18 16.00
    lusa jam 9                | 11-20 09.00
    besok lusa jam 9          | 11-20 09.00
    rabu jam 10               | 11-18 10.00
    rabu jam 9                | 11-25 09.00
    rabu ini jam 10           | 11-18 10.00
    rabu depan jam 10         | 11-25 10.00
    jumat depan jam 10        | 11-27 10.00
    jumat ini jam 10          | 11-20 10.00
    jum'at siang              | 11-20 13.00
    sen 10                    | 11-23 10.00
    sel 9.15                  | 11-24 09.15
    rab 08.00                 | 11-25 08.00
    kam 10                    | 11-19 10.00
    jum 10                    | 11-20 10.00
    sab 10                    | 11-21 10.00
    min 10                    | 11-22 10.00
    minggu jam 10             | 11-22 10.00
    hari minggu sore          | 11-22 16.00
    hari minggu depan jam 10  | 11-29 10.00
    senin minggu depan pagi   | 11-23 09.00
    senin pekan depan jam 9   | 11-23 09.00
    pekan depan hari jumat 14.00 | 11-27 14.00
    besok senin jam 9         | 11-23 09.00
    besok kamis jam 9         | 11-19 09.00
    2 minggu lagi hari jumat jam 9 | 12-04 09.00
    sejam lagi                | 11-18 10.41
    sejam setengah lagi       | 11-18 11.11
    satu setengah jam lagi    | 11-18 11.11
    dua jam setengah lagi     | 11-18 12.11
    1 jam 30 menit lagi       | 11-18 11.11
    1 jam dan 15 menit lagi   | 11-18 10.56
    1,25 jam lagi             | 11-18 10.56
    seperempat jam lagi       | 11-18 09.56
    dua puluh lima menit lagi | 11-18 10.06
    15 mnt lg                 | 11-18 09.56
    dalam 45 menit            | 11-18 10.26
    45 menit                  | 11-18 10.26
    sehari lagi jam 9         | 11-19 09.00
    dua hari lagi sore        | 11-20 16.00
    sebulan lagi jam 9        | 12-18 09.00
    tgl 25 jm 9               | 11-25 09.00
    tanggal 18 jam 10         | 11-18 10.00
    tanggal 18 jam 9          | 12-18 09.00
    tanggal 31 jam 9          | 12-31 09.00
    tanggal 5 bulan depan jam 9 | 12-05 09.00
    bulan depan tanggal 5 jam 9 | 12-05 09.00
    tanggal 5 bulan 12 jam 9  | 12-05 09.00
    tanggal tiga puluh jam sembilan | 11-30 09.00
    25 nov jam 9 pagi         | 11-25 09.00
    25/11 10:00               | 11-25 10.00
    5/12 jam 9                | 12-05 09.00
    25-11-2026 jam 14         | 11-25 14.00
    25.11.2026 14.00          | 11-25 14.00
    25/11/26 14.00            | 11-25 14.00
    rabu 25 november jam 9    | 11-25 09.00
    akhir bulan depan jam 10  | 12-31 10.00
    awal bulan jam 9          | 12-01 09.00
    jam 2 WIT                 | 11-18 12.00
    besok jam 10 WITA         | 11-19 09.00
    10 WIB                    | 11-18 10.00
    2 januari jam 9           | 2027-01-02 09.00
    17 november jam 9         | 2027-11-17 09.00
    25 desember 2026 pukul 14.00 | 12-25 14.00
"""

ENGLISH = """
    tomorrow 3pm              | 11-19 15.00
    tomorrow morning          | 11-19 09.00
    tomorrow morning at 10    | 11-19 10.00
    tomorrow in the morning   | 11-19 09.00
    tomorrow afternoon        | 11-19 14.00
    tomorrow evening          | 11-19 19.00
    tmrw 10                   | 11-19 10.00
    next friday 10:00         | 11-27 10.00
    friday 10                 | 11-20 10.00
    this friday 10am          | 11-20 10.00
    friday next week at 10    | 11-27 10.00
    next week tuesday 2pm     | 11-24 14.00
    wednesday 9am             | 11-25 09.00
    in 30 minutes             | 11-18 10.11
    30 minutes from now       | 11-18 10.11
    in 2 hours                | 11-18 11.41
    in half an hour           | 11-18 10.11
    in an hour                | 11-18 10.41
    in an hour and a half     | 11-18 11.11
    in 1 hour 30 minutes      | 11-18 11.11
    in 1.5 hours              | 11-18 11.11
    +30m                      | 11-18 10.11
    2h                        | 11-18 11.41
    in 3 days at 9            | 11-21 09.00
    in two weeks on friday 9am | 12-04 09.00
    the day after tomorrow 9am | 11-20 09.00
    tomorrow half past nine   | 11-19 09.30
    half ten tomorrow         | 11-19 10.30
    quarter to ten            | 11-18 09.45
    quarter past ten          | 11-18 10.15
    ten to eleven             | 11-18 10.50
    10 past 10                | 11-18 10.10
    ten minutes to eleven     | 11-18 10.50
    noon                      | 11-18 12.00
    tomorrow at noon          | 11-19 12.00
    after lunch               | 11-18 13.00
    tonight at 8              | 11-18 20.00
    this afternoon            | 11-18 14.00
    3pm                       | 11-18 15.00
    3:30 p.m.                 | 11-18 15.30
    12pm                      | 11-18 12.00
    tomorrow 12am             | 11-19 00.00
    11 a.m.                   | 11-18 11.00
    10 o'clock                | 11-18 10.00
    on 25 nov at 9            | 11-25 09.00
    november 25 10:00         | 11-25 10.00
    the 25th at 9             | 11-25 09.00
    25th of november @ 9am    | 11-25 09.00
    nov 25th 2026 9am         | 11-25 09.00
    may 5 at 9                | 2027-05-05 09.00
    end of the month at 9     | 11-30 09.00
    next month on the 5th at 9 | 12-05 09.00
    besok at 3pm              | 11-19 15.00
    next senin jam 10         | 11-23 10.00
    monday pagi               | 11-23 09.00
"""


def cases(table: str) -> list[tuple[str, datetime]]:
    found = []
    for line in table.strip().splitlines():
        text, _bar, at = line.partition("|")
        written = at.strip() if at.count("-") == 2 else f"2026-{at.strip()}"
        found.append((text.strip(), datetime.strptime(written, "%Y-%m-%d %H.%M").replace(tzinfo=WIB)))
    return found


def test_the_phrases_that_a_library_fails_are_twenty_two() -> None:
    assert len(cases(TWENTY_TWO)) == 22
    assert len(cases(TWENTY_TWO) + cases(INDONESIAN) + cases(ENGLISH)) >= 120


@pytest.mark.parametrize(("text", "expected"), cases(TWENTY_TWO) + cases(INDONESIAN) + cases(ENGLISH))
def test_a_phrase_names_its_moment(text: str, expected: datetime) -> None:
    assert parse_when(text, NOW, WIB) == expected


@pytest.mark.parametrize(
    ("now", "text", "expected"),
    [
        ("2026-12-31 15.00", "besok jam 9", "2027-01-01 09.00"),
        ("2026-12-31 15.00", "tanggal 1 jam 9", "2027-01-01 09.00"),
        ("2026-12-31 15.00", "akhir bulan jam 9", "2027-01-31 09.00"),
        ("2026-12-31 15.00", "bulan depan tanggal 5 jam 9", "2027-01-05 09.00"),
        ("2026-12-31 23.50", "30 menit lagi", "2027-01-01 00.20"),
        ("2027-01-31 15.00", "sebulan lagi jam 9", "2027-02-28 09.00"),
        ("2027-01-31 15.00", "tanggal 30 jam 9", "2027-03-30 09.00"),
        ("2028-02-28 15.00", "besok jam 9", "2028-02-29 09.00"),
        ("2027-06-01 15.00", "29 februari jam 9", "2028-02-29 09.00"),
        ("2026-11-22 10.00", "senin depan jam 9", "2026-11-23 09.00"),  # said on a Sunday
        ("2026-11-22 10.00", "minggu depan jam 9", "2026-11-29 09.00"),  # both readings are one
        ("2026-11-23 08.00", "senin depan jam 9", "2026-11-30 09.00"),
        ("2026-11-23 08.00", "senin jam 9", "2026-11-23 09.00"),
        ("2026-11-23 09.00", "senin jam 9", "2026-11-30 09.00"),
        ("2026-11-21 10.00", "next friday 10:00", "2026-11-27 10.00"),
    ],
)
def test_the_ends_of_weeks_months_and_years(now: str, text: str, expected: str) -> None:
    moment = datetime.strptime(now, "%Y-%m-%d %H.%M").replace(tzinfo=WIB)
    found = parse_when(text, moment, WIB)
    assert found.strftime("%Y-%m-%d %H.%M") == expected


def test_seconds_of_now_are_not_the_customers() -> None:
    found = parse_when("30 menit lagi", NOW + timedelta(seconds=59), WIB)
    assert found == NOW + timedelta(minutes=30)


@pytest.mark.parametrize("language", ["id", "en"])
@given(
    minutes=st.integers(1, 500_000),
    zone=st.sampled_from(["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "UTC"]),
)
def test_what_the_form_echoes_is_understood_again(language: str, minutes: int, zone: str) -> None:
    at = NOW.astimezone(UTC) + timedelta(minutes=minutes)
    before = i18n.language()
    i18n.use(language)
    try:
        echoed = long_moment(at, ZoneInfo(zone))
    finally:
        i18n.use(before)
    assert parse_when(echoed, NOW, WIB) == at
