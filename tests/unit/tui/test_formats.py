"""Numbers, money, times and phones in both locales."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from leadtui import formats, i18n

WIB = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 21, 2, 41, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "currency", "indonesian", "english"),
    [
        (Decimal("48250000.00"), "IDR", "Rp48.250.000", "Rp48,250,000"),
        (Decimal("1234567.5"), "IDR", "Rp1.234.567,50", "Rp1,234,567.50"),
        (Decimal("-250000"), "IDR", "−Rp250.000", "−Rp250,000"),
        (Decimal("1506"), "EUR", "€1.506", "€1,506"),
        (Decimal("0"), "usd", "US$0", "US$0"),
        (Decimal("12"), "CHF", "CHF 12", "CHF 12"),
        (Decimal("1506"), None, "1.506", "1,506"),
        (Decimal("-0.001"), "IDR", "Rp0", "Rp0"),
        (None, "IDR", "–", "–"),
    ],
)
def test_money(amount: Decimal | None, currency: str | None, indonesian: str, english: str) -> None:
    i18n.use("id")
    assert formats.money(amount, currency) == indonesian
    i18n.use("en")
    assert formats.money(amount, currency) == english


def test_money_where_space_is_short() -> None:
    i18n.use("id")
    assert formats.money_short(50_000_000, "IDR") == "Rp50 jt"
    assert formats.money_short(Decimal("2320750000"), "IDR") == "Rp2,32 miliar"
    assert formats.money_short(-1_500_000, "IDR") == "−Rp1,50 jt"
    assert formats.money_short(999_999, "IDR") == "Rp999.999"
    assert formats.money_short(None, "IDR") == "–"


def test_numbers_and_shares() -> None:
    i18n.use("id")
    assert formats.number(1240) == "1.240"
    assert formats.number(-4) == "−4"
    assert formats.number(None) == "–"
    assert formats.number(3.14159, 2) == "3,14"
    assert formats.number(float("nan")) == "–"
    assert [formats.signed(n) for n in (14, -4, 0)] == ["+14", "−4", "0"]
    assert formats.percent(0.161) == "16%"
    assert formats.percent(0.605) == "60%"  # halves to the even digit, as Python's round
    assert formats.percent(0.1234, 1) == "12,3%"
    assert formats.percent(None) == "–"
    assert formats.count(10_000, capped=True) == "10.000+"


def test_clock_and_day() -> None:
    i18n.use("id")
    assert formats.clock_zone(NOW, WIB) == "09.41 WIB"
    assert formats.clock_zone(NOW, ZoneInfo("Asia/Makassar")) == "10.41 WITA"
    assert formats.clock_zone(NOW, ZoneInfo("Asia/Jayapura")) == "11.41 WIT"
    assert formats.moment(NOW - timedelta(days=1), WIB) == "20 Nov 09.41"
    assert formats.moment(NOW.replace(year=2025), WIB, now=NOW) == "21 Nov 2025 09.41"
    assert formats.long_moment(datetime(2026, 5, 4, 3, 0, tzinfo=UTC), WIB) == "Senin 4 Mei 2026, 10.00 WIB"
    assert formats.weekday(date(2026, 11, 23), short=True) == "Sen"
    assert formats.elapsed(134) == "02.14"
    assert formats.elapsed(3734) == "1.02.14"
    i18n.use("en")
    assert formats.clock_zone(NOW, WIB) == "09:41 WIB"
    assert formats.moment(NOW, WIB) == "21 Nov 09:41"
    assert formats.clock(None, WIB) == formats.day(None) == formats.moment(None, WIB) == "–"


@pytest.mark.parametrize(
    ("gap", "indonesian", "english"),
    [
        (timedelta(minutes=-11), "lewat 11 menit", "11 minutes late"),
        (timedelta(minutes=4), "4 menit lagi", "in 4 minutes"),
        (timedelta(seconds=30), "sekarang", "now"),
        (timedelta(minutes=-86), "lewat 1 j 26", "1 h 26 late"),
        (timedelta(hours=2), "2 j lagi", "in 2 h"),
        (timedelta(days=-1, hours=-3), "lewat 1 hari", "1 day late"),
        (timedelta(days=3), "3 hari lagi", "in 3 days"),
    ],
)
def test_late_and_soon(gap: timedelta, indonesian: str, english: str) -> None:
    i18n.use("id")
    assert formats.due(NOW + gap, NOW) == indonesian
    i18n.use("en")
    assert formats.due(NOW + gap, NOW) == english
    assert formats.overdue(NOW + gap, NOW) == (gap <= timedelta(minutes=-1))


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("days", [0, 1, 2, 40, 364, 366, 4000])
def test_the_last_contact_fits_its_column(language: str, days: int) -> None:
    i18n.use(language)
    assert 0 < len(formats.last_contact(NOW - timedelta(days=days), NOW, WIB)) <= 7


def test_the_last_contact() -> None:
    i18n.use("id")
    assert formats.last_contact(None, NOW, WIB) == "–"
    assert formats.last_contact(NOW - timedelta(hours=1), NOW, WIB) == "08.41"
    assert formats.last_contact(NOW - timedelta(days=1), NOW, WIB) == "kemarin"
    assert formats.last_contact(NOW - timedelta(days=3), NOW, WIB) == "18 Nov"
    assert formats.last_contact(NOW - timedelta(days=400), NOW, WIB) == "Okt ’25"


@pytest.mark.parametrize(
    ("e164", "shown"),
    [
        ("+6281255500134", "0812 5550 0134"),
        ("+628115550134", "0811 5550 134"),
        ("+62812345678901", "0812 3456 78901"),
        ("+62812555001", "0812 555 001"),
        ("+6281255500", "0812 555 00"),
        ("+622155500134", "021 5550 0134"),
        ("+62274555013", "0274 555 013"),
        ("+351912345678", "+351 912 345 678"),
        ("+9991234567", "+9991234567"),
        ("not a number\x1b[2J", "not a number"),
        (None, "–"),
        ("", "–"),
    ],
)
def test_phones(e164: str | None, shown: str) -> None:
    assert formats.phone(e164) == shown


def test_missing_is_said() -> None:
    assert formats.missing(None) == formats.missing("  ") == "–"
    assert formats.missing(" Bandung ") == "Bandung"
