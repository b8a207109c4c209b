"""The text of a file, decoded while it is read: strictly, with one kind of line end, a block at a time."""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from leadtui.core.errors import Invalid
from leadtui.core.imports.clean import excerpt
from leadtui.core.imports.limits import BLOCK

UTF8: Final = "utf-8"

COMMON: Final = ("utf-8", "utf-16", "cp1252", "latin-1", "iso8859-15", "cp1250", "mac-roman", "gb18030")
"""What a hint names."""

_ALLOWED: Final = frozenset(
    codecs.lookup(name).name
    for name in (
        "ascii", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be",
        *(f"cp125{n}" for n in range(9)), *(f"iso8859-{n}" for n in range(1, 17) if n != 12),
        "cp437", "cp850", "cp852", "cp858", "cp866", "cp874", "tis-620", "koi8-r", "koi8-u", "mac-roman",
        "gb2312", "gbk", "gb18030", "big5", "big5hkscs", "shift_jis", "cp932", "euc-jp", "euc-kr", "cp949",
    )
)  # fmt: skip
"""Python has more codecs; the others are no encodings of text files (`rot13`, `zlib`, `unicode_escape`)."""

_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, UTF8),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks; the longer first, as one begins with another."""

_FAMILIES: Final = ("utf-8", "utf-16", "utf-32")

Advance = Callable[[int], None]


def wrong(code: str, **data: object) -> Invalid:
    """The error for a file as a whole."""
    return Invalid({"file": code}, code, **data)


def known_encoding(name: str) -> str:
    """Python's name of an encoding as a person writes it. Raises Invalid("encoding_unknown")."""
    try:
        found = codecs.lookup(name.strip()).name
    except (LookupError, ValueError, ImportError):
        found = ""
    if found not in _ALLOWED:
        raise wrong("encoding_unknown", name=excerpt(name), known=", ".join(COMMON))
    return UTF8 if found == "utf-8-sig" else found


def detect(head: bytes, given: str | None) -> tuple[str, int]:
    """(encoding, bytes before its text) of a file that starts with `head`.

    Its byte order mark decides, else `given` (of `known_encoding`), else UTF-8. Raises Invalid("file_mark")
    where mark and `given` contradict each other, and where `given` cannot be true.
    """
    for mark, encoding in _MARKS:
        # two zero bytes may also be UTF-16's own first character, which no text file has
        if head.startswith(mark):
            if given is not None and not _same_family(given, encoding):
                raise wrong("file_mark", found=shown(encoding), given=shown(given))
            return encoding, len(mark)
    if given is not None and wide(given) and b"\x00" not in head[:4096]:
        # the name of a column, a separator and a line end hold a zero byte each in these
        raise encoding_wrong(given, 1, 1)
    if given in ("utf-16", "utf-32"):
        return f"{given}-{_order(head, 2 if given == 'utf-16' else 4)}", 0
    return given or UTF8, 0


def _same_family(given: str, found: str) -> bool:
    return any(found.startswith(family) and given in (family, found) for family in _FAMILIES)


def _order(head: bytes, width: int) -> str:
    """le or be: where the zeros of ASCII characters stand; without any, what Windows writes."""
    sample = head[:4096]
    return "be" if sample[0::width].count(0) > sample[width - 1 :: width].count(0) else "le"


def wide(encoding: str) -> bool:
    """Whether zero bytes are part of this encoding's text."""
    return encoding.startswith(("utf-16", "utf-32"))


def shown(encoding: str) -> str:
    """An encoding's name for a sentence."""
    return encoding.upper() if encoding.startswith("utf") else encoding


def encoding_wrong(encoding: str, line: int, byte: int, raw: bytes = b"") -> Invalid:
    """What cannot be decoded stands in `line`, at the file's `byte` (counted from 1)."""
    guess = UTF8
    if encoding == UTF8:
        guess = "utf-16" if b"\x00" in raw else "cp1252"
    return wrong("file_encoding", line=line, byte=byte, encoding=shown(encoding), guess=guess)


def texts(path: Path, encoding: str, start: int, on_bytes: Advance | None = None) -> Iterator[str]:
    """The file's text from byte `start`, in blocks that end anywhere; every line end is a line feed.

    Raises Invalid("file_encoding") at the first byte that is no text.
    """
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)
    done, line = start, 1
    with path.open("rb") as file:
        file.seek(start)
        while True:
            raw = file.read(BLOCK)
            done += len(raw)
            try:
                text = decoder.decode(raw, final=not raw)
            except UnicodeDecodeError as error:
                good = error.object[: error.start].decode(encoding, "replace")
                held = "\r" if decoder.getstate()[1] & 1 else ""
                lines = io.IncrementalNewlineDecoder(None, translate=True).decode(held + good).count("\n")
                at = max(start, done - len(error.object) + error.start)
                raise encoding_wrong(encoding, line + lines, at + 1, error.object) from error
            line += text.count("\n")
            if text:
                yield text
            if on_bytes is not None:
                on_bytes(done)
            if not raw:
                return
