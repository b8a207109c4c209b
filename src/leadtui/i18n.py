"""Words in the user's language: gettext catalogues `id` and `en`, chosen once and switchable at run time.

English msgids are natural English; values go in by name afterwards, never by position and never inside
the msgid: `_("{n} ready").format(n=number(39))`. `scripts/messages.py` collects the msgids.
"""

from __future__ import annotations

import gettext as _gettext
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Final

LANGUAGES: Final[tuple[str, ...]] = ("id", "en")
"""The languages of the interface, as ISO 639 codes."""

DEFAULT: Final = "en"

LOCALE_DIR: Final = Path(__file__).parent / "locale"
DOMAIN: Final = "leadtui"

_catalogues: dict[str, _gettext.NullTranslations] = {}
_language: str | None = None
_here: ContextVar[str | None] = ContextVar("language", default=None)


def detect(environ: Mapping[str, str] | None = None) -> str:
    """The language that the environment asks for: `LEADTUI_LANG`, else the locale, else English.

    A value that names no language of ours is passed over.
    """
    env = os.environ if environ is None else environ
    for name in ("LEADTUI_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if (code := spoken(env.get(name, ""))) is not None:
            return code
    return DEFAULT


def spoken(value: str) -> str | None:
    """The language of ours that a variable names first; None where it names none."""
    # LANGUAGE may hold a list ("id:en"); the old ISO code of Indonesian is "in".
    for wanted in value.lower().split(":"):
        code = wanted.split(".")[0].split("_")[0].split("-")[0]
        code = {"in": "id"}.get(code, code)
        if code in LANGUAGES:
            return code
    return None


def language() -> str:
    """The language in use, `id` or `en`."""
    global _language
    if (here := _here.get()) is not None:
        return here
    if _language is None:
        _language = detect()
    return _language


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Another language in this block and this thread only: a mail in its receiver's."""
    before = _here.set(code if code in LANGUAGES else language())
    try:
        yield
    finally:
        _here.reset(before)


def use(code: str) -> None:
    """Switch the language of this process. Raises ValueError for a language that we do not speak."""
    global _language
    if code not in LANGUAGES:
        raise ValueError(f"no such language: {code!r}")
    _language = code


def _catalogue() -> _gettext.NullTranslations:
    code = language()
    found = _catalogues.get(code)
    if found is None:
        found = _gettext.translation(DOMAIN, localedir=str(LOCALE_DIR), languages=[code])
        _catalogues[code] = found
    return found


def _(msgid: str) -> str:
    """`msgid` in the language in use."""
    return _catalogue().gettext(msgid)


def ngettext(singular: str, plural: str, n: int) -> str:
    """The form of a counted msgid for `n`, in the language in use (Indonesian has one form)."""
    return _catalogue().ngettext(singular, plural, n)


def pgettext(context: str, msgid: str) -> str:
    """`msgid` where the same English needs different words: `context` tells them apart."""
    return _catalogue().pgettext(context, msgid)


def N_(msgid: str) -> str:
    """Mark a msgid for the catalogue in a table that is read before the language is known."""
    return msgid
