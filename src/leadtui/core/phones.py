"""Telephone numbers: to E.164 and back to what a person reads.

Regular Indonesian mobiles (nearly all of an Indonesian bank's file) are recognised by one pattern, which
exists here and, character for character the same, as an SQL expression for the set-based import. Everything
else goes to Google's `phonenumbers` (23 µs a number and 30 ms to import, so it is imported when first
needed). Numbers stay text from the file to the screen: a leading zero is never lost.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Final

REGION: Final = "ID"
"""Region of a number written without a country code."""

MAX_LENGTH: Final = 40
"""Characters a number may have as written; E.164 itself has 16."""

SEPARATORS: Final = " ().-\u00a0"
"""What people put between digits; dropped before matching."""

ID_MOBILE: Final = r"^(?:\+?62|0)?(8[1235-9][0-9]{7,10})$"
"""A regular Indonesian mobile without separators; group 1 is the national number. Source of the shape:
phonenumbers' metadata for region ID. A bare `628…` is read as country code and mobile, which is what files
mean by it (the library may see a landline of area 62)."""

STRAY: Final = "([ ().\u00a0-][0-9]|[.]00)[ ().\u00a0-]*$"
"""A lone digit, or `.00`, after the number: a spreadsheet's `8123456789.0`, a remark like `(2)`. Read as part
of the number it would ring a stranger, so the whole is no number. The same in Python and PostgreSQL."""

_STRAY: Final = re.compile(STRAY, re.ASCII)
_ID_MOBILE: Final = re.compile(ID_MOBILE, re.ASCII)
_DROP: Final = {ord(char): None for char in SEPARATORS}
_WRITTEN: Final = re.compile(r"[+(]?[0-9][0-9 ().\-\u00a0]*", re.ASCII)


def sql_id_mobile(column: str) -> str:
    """SQL expression: E.164 of the text in `column` when it is a regular Indonesian mobile, else NULL.

    `column` is an SQL expression of our own, never text from outside. Where the result is not NULL it
    equals `to_e164`; where it is NULL `to_e164` decides. Lengths are checked beside open-ended patterns: a
    bounded repetition costs PostgreSQL twice as much, a capturing group eight times.
    """
    bare = f"translate({column}, '{SEPARATORS}', '')"
    return (
        f"(case when length({column}) between 10 and 13 and {column} ~ '^08[1235-9][0-9]+$'"
        f" then '+62' || substr({column}, 2)"
        f" when length({column}) between 12 and 15 and {column} ~ '^[+]628[1235-9][0-9]+$' then {column}"
        f" when length({column}) > {MAX_LENGTH} or {column} ~ '{STRAY}' then null"
        f" when length({bare}) between 10 and 13 and {bare} ~ '^08[1235-9][0-9]+$'"
        f" then '+62' || substr({bare}, 2)"
        f" when length({bare}) between 12 and 15 and {bare} ~ '^[+]628[1235-9][0-9]+$' then {bare}"
        f" when length({bare}) between 11 and 14 and {bare} ~ '^628[1235-9][0-9]+$' then '+' || {bare}"
        f" when length({bare}) between 9 and 12 and {bare} ~ '^8[1235-9][0-9]+$' then '+62' || {bare} end)"
    )


def to_e164(text: str, region: str = REGION) -> str | None:
    """`text` as E.164 (`+6281234567890`), or None when it is not a valid number.

    A number without a country code is one of `region`. Only ASCII digits count, letters are not
    translated ("0800-FLOWERS" is no number here), extensions are not supported.
    """
    if len(text) > MAX_LENGTH:
        return None
    bare = text.translate(_DROP)
    # abroad a lone last digit is a way of writing (a German switchboard's -0)
    abroad = region != REGION or (bare.startswith("+") and not bare.startswith("+62"))
    if not abroad and _STRAY.search(text):
        return None
    if region == REGION:
        match = _ID_MOBILE.match(bare)
        if match:
            return "+62" + match[1]
    text = text.strip()
    if not _WRITTEN.fullmatch(text):
        return None
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def digits(e164: str) -> str:
    """The digits of an E.164 number, without the plus: what a search matches."""
    return e164.lstrip("+")


def search_digits(text: str) -> str | None:
    """The digits to look for when somebody types `text` into a search box, or None when it is no number.

    "0812-34" and "+62 812 34" find the same numbers: a national prefix 0 becomes the country code's 62.
    """
    bare = text.translate(_DROP)
    plus = bare.startswith("+")
    bare = bare.removeprefix("+")
    if not (bare.isascii() and bare.isdigit()):
        return None
    if not plus and bare.startswith("0"):
        return "62" + bare[1:]
    return bare


def display(e164: str) -> str:
    """`e164` as people of its country write it.

    Indonesian numbers in national form (`0812-3456-7890`), others in international form
    (`+44 20 7946 0958`). Text that is no E.164 number comes back as it is.
    """
    if e164.startswith("+628"):
        national = e164[3:]
        if _ID_MOBILE.match(national):
            cut = 6 if len(national) == 9 else 7
            return f"0{national[:3]}-{national[3:cut]}-{national[cut:]}"
    import phonenumbers

    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    style = (
        phonenumbers.PhoneNumberFormat.NATIONAL
        if number.country_code == 62
        else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return str(phonenumbers.format_number(number, style))


_PREFIXES: Final = (
    "811", "812", "813", "814", "815", "816", "817", "818", "819", "821", "822", "823", "828",
    "831", "832", "833", "838", "851", "852", "853", "855", "856", "857", "858", "859", "877",
    "878", "881", "882", "883", "887", "888", "889", "895", "896", "897", "898", "899",
)  # fmt: skip
_SPACE: Final = 10**8
_STEP: Final = 61_803_399  # odd and no multiple of 5: coprime with 10^8, so i → i·step is a bijection


def synthetic(seed: int) -> Iterator[str]:
    """An endless stream of distinct, valid Indonesian mobile numbers in E.164 for made-up people.

    Equal seeds give equal streams; the first 10^8 numbers of one stream are distinct. The shape is that of
    real numbers (there is no reserved range in Indonesia), so the lead's row must say `synthetic`, and what
    it says so of is never dialled.
    """
    # Not a secret: the same seed has to give the same demo.
    rng = random.Random(seed)  # noqa: S311
    start = rng.randrange(_SPACE)
    shift = rng.randrange(len(_PREFIXES))
    index = 0
    while True:
        subscriber = (start + index * _STEP) % _SPACE
        prefix = _PREFIXES[(shift + index * 7) % len(_PREFIXES)]
        yield f"+62{prefix}{subscriber:08d}"
        index += 1


def sql_synthetic(seed: str) -> str:
    """SQL expression: a valid Indonesian mobile in E.164 from a bigint expression `seed` (≥ 0).

    For set-based made-up contacts; the same seed always gives the same number. Two seeds may meet
    (3.8·10^9 numbers), which is harmless: a phone is not unique.
    """
    prefixes = ",".join(f"'{prefix}'" for prefix in _PREFIXES)
    return (
        f"('+62' || (array[{prefixes}])[1 + (({seed}) / {_SPACE} % {len(_PREFIXES)})::int]"
        f" || lpad((({seed}) % {_SPACE})::text, 8, '0'))"
    )
