"""What kind of file this is: encoding, delimiter, columns. One clear error, or a `Layout` to read rows by."""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from leadtui.core.errors import Invalid
from leadtui.core.imports.clean import excerpt
from leadtui.core.imports.columns import BANK_FULL, BY_HEADER, FACTS, MARKET

DELIMITERS: Final = (";", ",", "\t")
MAX_COLUMNS: Final = 64
MAX_LINE: Final = 1 << 20
"""Bytes of one line."""
MAX_FILE: Final = 8 << 30
"""Bytes of one file."""

_BOM: Final = b"\xef\xbb\xbf"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_SPREADSHEETS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_BINARIES: Final = (
    b"%PDF",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"7z\xbc\xaf",
    b"PAR1",
    b"\x7fELF",
    b"SQLite format",
)
_CONTROLS: Final = bytes(set(range(32)) - set(b"\t\n\r\x1b"))
_LINE_END: Final = re.compile(rb"\r\n|\n|\r")
_EXAMPLE: Final = "external_id;name;phone;city;consent"

_CANONICAL: Final = {re.sub(r"[._ -]", "", header): header for header in BY_HEADER}


@dataclass(frozen=True, slots=True)
class Layout:
    """How to read the rows of one file."""

    path: Path
    size: int
    """Bytes."""
    delimiter: str
    columns: tuple[str, ...]
    """Our names (`COLUMNS[i].header`) in the file's order."""
    offset: int
    """Bytes before the first row: byte order mark and header line."""
    line_end: bytes
    """What ended the header line."""

    @property
    def present(self) -> frozenset[str]:
        """The columns as a set."""
        return frozenset(self.columns)


def wrong(code: str, **data: object) -> Invalid:
    """The error for a file as a whole."""
    return Invalid({"file": code}, code, **data)


def sniff(path: Path) -> Layout:
    """Look at the start of the file and its header. Raises Invalid with a code of `codes.FILE_ERRORS`."""
    name = excerpt(path.name or str(path))
    try:
        if not path.exists():
            raise wrong("file_missing", path=name)
        if not path.is_file():
            raise wrong("file_not_regular", path=name)
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(MAX_LINE)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "?"
        raise wrong("file_unreadable", path=name, why=str(why)) from error
    if not head.strip():
        raise wrong("file_empty", path=name)
    if size > MAX_FILE:
        raise wrong("file_too_long", path=name, limit=MAX_FILE)
    start = _check_kind(head, name)
    end = _LINE_END.search(head, start)
    if end is None and size > len(head):
        raise wrong("line_too_long", line=1, limit=MAX_LINE)
    line = head[start : end.start()] if end else head[start:]
    if b"\x00" in line:
        raise wrong("file_nul", line=1)
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise wrong("file_encoding", line=1, guess=guess_encoding(line)) from error
    delimiter, columns = _header(text)
    if end is None:
        raise wrong("file_no_rows", path=name)
    return Layout(path, size, delimiter, columns, end.end(), end.group())


def _check_kind(head: bytes, name: str) -> int:
    """Where the text starts. Raises Invalid for what is no UTF-8 text at all."""
    if head.startswith(_UTF16):
        raise wrong("file_encoding", line=1, guess="UTF-16")
    if head.startswith(_SPREADSHEETS):
        raise wrong("file_spreadsheet", path=name)
    if head.startswith(_BINARIES):
        raise wrong("file_binary", path=name, line=1)
    start = len(_BOM) if head.startswith(_BOM) else 0
    sample = head[start : start + 4096]
    zeros = sample.count(0)
    if zeros > len(sample) // 4:
        # every second byte of ASCII text in UTF-16 is zero
        halves = (sample[0::2].count(0), sample[1::2].count(0))
        if min(halves) <= max(halves) // 10:
            raise wrong("file_encoding", line=1, guess="UTF-16")
        raise wrong("file_binary", path=name, line=1)
    if len(sample) - len(sample.translate(None, _CONTROLS)) > len(sample) // 20:
        raise wrong("file_binary", path=name, line=1)
    return start


def guess_encoding(raw: bytes) -> str:
    """What text that is not UTF-8 may be, for a hint only."""
    return "UTF-16" if b"\x00" in raw else "WINDOWS-1252"


def _header(text: str) -> tuple[str, tuple[str, ...]]:
    best: tuple[int, str, list[str]] | None = None
    for delimiter in DELIMITERS:
        try:
            (cells,) = list(csv.reader([text], delimiter=delimiter, strict=True))
        except (csv.Error, ValueError):
            continue
        known = sum(canonical(cell) is not None for cell in cells)
        if best is None or known > best[0]:
            best = (known, delimiter, cells)
    if best is None:
        raise wrong("header_quote", line=1)
    known, delimiter, cells = best
    if known == 0:
        raise wrong("header_unknown", line=1, start=excerpt(text[:60]), example=_EXAMPLE)
    return delimiter, _columns(cells)


def canonical(cell: str) -> str | None:
    """Our name of a column as a file writes it: case, blanks and `. _ -` do not matter."""
    return _CANONICAL.get(re.sub(r"[._ \-\u00a0]", "", cell.strip().lower()))


def _columns(cells: Sequence[str]) -> tuple[str, ...]:
    if len(cells) > MAX_COLUMNS:
        raise wrong("columns_many", line=1, found=len(cells), limit=MAX_COLUMNS)
    found: list[str] = []
    for place, cell in enumerate(cells, start=1):
        header = canonical(cell)
        if header is None:
            raise _unknown(cell, place)
        if header in found:
            raise wrong("column_twice", line=1, column=header, place=found.index(header) + 1, place2=place)
        found.append(header)
    missing = missing_columns(frozenset(found))
    if missing:
        raise wrong("columns_missing", line=1, columns=", ".join(missing))
    return tuple(found)


def _unknown(cell: str, place: int) -> Invalid:
    shown = excerpt(cell)
    if not shown:
        return wrong("column_unnamed", line=1, place=place)
    close = difflib.get_close_matches(cell.strip().lower()[:60], BY_HEADER, n=1, cutoff=0.6)
    if close:
        return wrong("column_misspelt", line=1, column=shown, suggestion=close[0], place=place)
    return wrong("column_unknown", line=1, column=shown, place=place)


def missing_columns(present: frozenset[str]) -> tuple[str, ...]:
    """What a file with these columns lacks to be one of the files we take; empty when it is complete.

    A file says of a customer everything that both UCI files say, or nothing: a lead without job and age
    because a column fell out of an export would be scored as if nobody knew. Market columns come together;
    a day comes with its month and a balance; a list of contacts alone needs name and phone.
    """
    needed: list[str] = []
    market = [header for header in MARKET if header != "month"]
    if present & {*FACTS, *MARKET, *BANK_FULL, "y", "duration"}:
        needed += FACTS
        if present & set(market):
            needed += MARKET
        if "day" in present:
            needed += BANK_FULL
        if "month" in present and not present & {"day", "day_of_week"}:
            needed += ["day" if "balance" in present else "day_of_week"]
    else:
        needed += ["name", "phone"]
    return tuple(header for header in dict.fromkeys(needed) if header not in present)
