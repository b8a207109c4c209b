"""Numbers, money, dates and phone numbers as the user's locale writes them. Pure; no babel (its import
costs more than these tables).

Indonesian: `Rp1.234.567,50`, `20 Nov 15.40`; English: `Rp1,234,567.50`, `20 Nov 15:40`. A true minus `−`;
what is missing is `–`.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Final

from leadtui.i18n import _, language, ngettext
from leadtui.text import MISSING, clean

MINUS: Final = "−"

_SYMBOLS: Final = {
    "IDR": "Rp", "USD": "US$", "EUR": "€", "SGD": "S$", "MYR": "RM", "JPY": "¥", "GBP": "£", "AUD": "A$",
}  # fmt: skip

_MONTHS: Final = {
    "id": ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
_DAYS: Final = {
    "id": ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_ZONES: Final = {
    "Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT",
}  # fmt: skip

_CITY_CODES: Final = ("21", "22", "24", "31", "61")
"""Indonesia's two-digit area codes (Jakarta, Bandung, Semarang, Surabaya, Medan); all others have three."""


# --- numbers ---------------------------------------------------------------------------------------


def number(value: int | float | Decimal | None, decimals: int | None = None) -> str:
    """`value` with grouped thousands.

    `decimals` fixes how many; None shows an integer's none, and otherwise two where there is a fraction.
    """
    if value is None:
        return MISSING
    if isinstance(value, int):  # no Decimal for counters: they are on every line
        written = f"{value:,}" if not decimals else f"{value:,}.{'0' * decimals}"
    else:
        exact = value if isinstance(value, Decimal) else Decimal(str(value))
        if not exact.is_finite():
            return MISSING
        if decimals is None:
            cents = exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
            decimals = 0 if cents == cents.to_integral_value() else 2
        exact = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
        if exact == 0:
            exact = abs(exact)  # no "−0"
        written = f"{exact:,f}"
    if language() == "id":
        written = written.translate(_COMMA_DOT)
    return written.replace("-", MINUS)


_COMMA_DOT: Final = str.maketrans(",.", ".,")


def signed(value: int) -> str:
    """A change with its sign: `+14`, `−4`, `0`."""
    return f"+{number(value)}" if value > 0 else number(value)


def percent(share: float | None, decimals: int = 0) -> str:
    """A share of 0–1 as `16%`."""
    return MISSING if share is None else f"{percent_number(share, decimals)}%"


def percent_number(share: float | None, decimals: int = 0) -> str:
    """A share of 0–1 as `16`, where the unit stands elsewhere. Halves go to the even digit."""
    if share is None:
        return MISSING
    points = Decimal(str(share)) * 100
    return number(points.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN), decimals)


def count(n: int, capped: bool = False) -> str:
    """A count, `10.000+` where nobody counted further."""
    return number(n) + ("+" if capped else "")


def money(amount: Decimal | int | None, currency: str | None) -> str:
    """An amount with its currency: `Rp48.250.000`, `€1.234,50`; without a currency the number alone."""
    if amount is None:
        return MISSING
    exact = Decimal(amount)
    digits = number(abs(exact))
    sign = MINUS if exact < 0 and digits.strip("0.,") else ""
    return f"{sign}{_symbol(currency)}{digits}"


def money_short(amount: Decimal | int | None, currency: str | None) -> str:
    """An amount where space is short: `Rp50 jt`, `Rp2,32 miliar`; below a million as `money`."""
    if amount is None:
        return MISSING
    exact = Decimal(amount)
    size = abs(exact)
    for limit, unit in (
        (Decimal(10) ** 12, _("{n} trillion")),
        (Decimal(10) ** 9, _("{n} billion")),
        (Decimal(10) ** 6, _("{n} m")),
    ):
        if size >= limit:
            scaled = size / limit
            digits = number(scaled, 0 if scaled >= 100 or scaled == scaled.to_integral_value() else 2)
            return f"{MINUS if exact < 0 else ''}{_symbol(currency)}{unit.format(n=digits)}"
    return money(amount, currency)


def _symbol(currency: str | None) -> str:
    if not currency:
        return ""
    code = clean(currency).upper()
    return _SYMBOLS.get(code, f"{code} ")


# --- dates and times -------------------------------------------------------------------------------


def zone_name(at: datetime, zone: tzinfo) -> str:
    """`WIB`, `WITA`, `WIT`, or the zone's own abbreviation."""
    return _ZONES.get(str(zone)) or at.astimezone(zone).tzname() or ""


def clock(at: datetime | None, zone: tzinfo) -> str:
    """`09.41` (English `09:41`) in `zone`."""
    if at is None:
        return MISSING
    local = at.astimezone(zone)
    return f"{local:%H}{'.' if language() == 'id' else ':'}{local:%M}"


def clock_zone(at: datetime | None, zone: tzinfo) -> str:
    """`09.41 WIB`."""
    return MISSING if at is None else f"{clock(at, zone)} {zone_name(at, zone)}"


def elapsed(seconds: float) -> str:
    """A running time as `02.14` (English `02:14`), from an hour on `1.02.14`."""
    whole = max(0, int(seconds))
    dot = "." if language() == "id" else ":"
    hours, rest = divmod(whole, 3600)
    parts = [f"{rest // 60:02}", f"{rest % 60:02}"]
    return dot.join([str(hours), *parts] if hours else parts)


def month_name(month: int) -> str:
    """`Mei` for 5."""
    return _MONTHS[language()][month - 1]


def day(when: date | None, *, year: bool = False) -> str:
    """`20 Nov`, with `year` `20 Nov 2026`. A datetime must already be in the zone to show."""
    if when is None:
        return MISSING
    written = f"{when.day:02} {month_name(when.month)}"
    return f"{written} {when.year}" if year else written


def weekday(when: date, *, short: bool = False) -> str:
    """`Senin`, with `short` `Sen`."""
    name = _DAYS[language()][when.weekday()]
    return name[:3] if short else name


def long_day(when: date) -> str:
    """`Senin 23 Nov 2026`."""
    return f"{weekday(when)} {when.day} {month_name(when.month)} {when.year}"


def moment(at: datetime | None, zone: tzinfo, *, now: datetime | None = None) -> str:
    """`20 Nov 15.40` in `zone`; the year too where `now` lies in another one."""
    if at is None:
        return MISSING
    local = at.astimezone(zone)
    year = now is not None and now.astimezone(zone).year != local.year
    return f"{day(local, year=year)} {clock(local, zone)}"


def long_moment(at: datetime, zone: tzinfo) -> str:
    """`Senin 23 Nov 2026, 10.00 WIB`: how a callback time is confirmed."""
    return f"{long_day(at.astimezone(zone))}, {clock_zone(at, zone)}"


def last_contact(at: datetime | None, now: datetime, zone: tzinfo) -> str:
    """When somebody was last spoken to, in ≤ 7 cells: `09.12` today, `kemarin`, `18 Nov`, `Nov ’25`."""
    if at is None:
        return MISSING
    local, today = at.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return clock(at, zone)
    if local.date() == today.date() - timedelta(days=1):
        return _("yest.")
    return day(local) if local.year == today.year else f"{month_name(local.month)} ’{local:%y}"


def span(length: timedelta, *, short: bool = False) -> str:
    """A length of time in its one or two largest units: `11 menit`, `1 j 26`, `3 hari`."""
    minutes = int(abs(length).total_seconds() // 60)
    if minutes < 60:
        if short:
            return _("{n} min").format(n=minutes)
        return ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        return _("{h} h {m:02}").format(h=hours, m=rest) if rest else _("{h} h").format(h=hours)
    days = hours // 24
    return ngettext("{n} day", "{n} days", days).format(n=days)


def due(at: datetime, now: datetime, *, short: bool = False) -> str:
    """How late or how soon: `lewat 11 menit`, `4 menit lagi`, `sekarang` within the minute."""
    gap = at - now
    if abs(gap) < timedelta(minutes=1):
        return _("now")
    if gap < timedelta(0):
        return _("{span} late").format(span=span(gap, short=short))
    return _("in {span}").format(span=span(gap, short=short))


def overdue(at: datetime, now: datetime) -> bool:
    """Whether `due` calls it late (a full minute or more past)."""
    return now - at >= timedelta(minutes=1)


# --- people ----------------------------------------------------------------------------------------


def phone(e164: str | None) -> str:
    """A number as people read it out: `0812 5550 0134` for Indonesia, international for all others.

    Whatever is not E.164 comes back cleaned, not guessed at.
    """
    if not e164:
        return MISSING
    text = clean(e164)
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", text):
        return text
    if not text.startswith("+62"):
        # 20 ms at the first foreign number only; most floors never see one.
        import phonenumbers

        try:
            parsed = phonenumbers.parse(text)
        except phonenumbers.NumberParseException:
            return text
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    national = text[3:]
    if national.startswith("8"):
        groups = [f"0{national[:3]}", *_groups(national[3:])]
    else:
        area = 2 if national.startswith(_CITY_CODES) else 3
        groups = [f"0{national[:area]}", *_groups(national[area:])]
    return " ".join(group for group in groups if group)


def _groups(digits: str) -> list[str]:
    """Digits in fours; a rest of one or two makes the last two groups even instead. One digit more than fours
    makes the last group a five: a number of 13 digits has three groups, as it is read out."""
    rest = len(digits) % 4
    if len(digits) > 8 and rest == 1:
        return [*_groups(digits[:-5]), digits[-5:]]
    if len(digits) > 4 and rest in (1, 2):
        cutting = len(digits) - (4 + rest)
        head = [digits[i : i + 4] for i in range(0, cutting, 4)]
        tail = digits[cutting:]
        middle = (len(tail) + 1) // 2
        return [*head, tail[:middle], tail[middle:]]
    return [digits[i : i + 4] for i in range(0, len(digits), 4)]


def missing(value: object) -> str:
    """`value` cleaned, or `–` where it is None or blank."""
    return clean(value).strip() or MISSING
