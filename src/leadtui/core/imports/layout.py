"""What kind of file this is: encoding, delimiter, columns. One clear error, or a `Layout` to read rows by."""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from leadtui.core.errors import Invalid
from leadtui.core.imports.clean import EXCERPT, excerpt
from leadtui.core.imports.columns import BANK_FULL, BY_HEADER, FACTS, MARKET
from leadtui.core.imports.limits import MAX_COLUMNS, MAX_FILE, MAX_LINE
from leadtui.core.imports.source import UTF8, detect, encoding_wrong, known_encoding, texts, wide
from leadtui.core.imports.source import wrong as wrong

DELIMITERS: Final = (";", ",", "\t")

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
_SEP: Final = re.compile(r'"?sep=(\\t|tab|.?)"?[;,\t ]*', re.IGNORECASE)
"""What Excel writes above the header to say what separates the columns."""

_CANONICAL: Final = {re.sub(r"[._ -]", "", header): header for header in BY_HEADER}

REJECT_COLUMNS: Final = ("reject_line", "reject_column", "reject_reason", "reject_rest")
"""What a file of rejects says beside the row itself: passed over when the mended file comes back."""

_PASSED_OVER: Final = frozenset(name.replace("_", "") for name in REJECT_COLUMNS)


@dataclass(frozen=True, slots=True)
class Layout:
    """How to read the rows of one file."""

    path: Path
    size: int
    """Bytes."""
    delimiter: str
    fields: tuple[str | None, ...]
    """Our names (`COLUMNS[i].header`) in the file's order; None for a column that is passed over."""
    titles: tuple[str, ...]
    """The file's own names of them."""
    encoding: str
    """Python's name."""
    start: int
    """Bytes before the text: the byte order mark."""
    offset: int
    """Bytes before the first row, in a UTF-8 file."""
    line_end: bytes
    """What ended the header line."""
    first_line: int
    """Line of the first row: 2, or 3 below a `sep=` line."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that come in, in the file's order."""
        return tuple(field for field in self.fields if field is not None)

    @property
    def present(self) -> frozenset[str]:
        """The columns as a set."""
        return frozenset(self.columns)

    @property
    def mended(self) -> bool:
        """Whether this is a file of rejects that comes back."""
        return None in self.fields

    @property
    def raw(self) -> bool:
        """Whether the bytes themselves are what PostgreSQL reads."""
        return self.encoding == UTF8 and self.line_end != b"\r"


def sniff(path: Path, encoding: str | None = None) -> Layout:
    """Look at the start of the file and its header. Raises Invalid with a code of `codes.FILE_ERRORS`."""
    name, size, head, codec, start = opened(path, encoding)
    lines = _first_lines(path, codec, start)
    text, ended = next(lines, ("", False))
    if not text.strip() and not ended:
        raise wrong("file_empty", path=name)
    line, delimiter = 1, None
    if found := _SEP.fullmatch(text.strip()):
        line, delimiter = 2, _separator(found[1])
        text, ended = next(lines, ("", False))
        if not text.strip():
            raise wrong("file_no_rows", path=name)
    if "\x00" in text:
        raise wrong("file_nul", line=line)
    delimiter, cells = _header(text, line, delimiter)
    fields = _fields(cells, line)
    if not ended:
        raise wrong("file_no_rows", path=name)
    titles = tuple(excerpt(cell) for cell in cells)
    offset, line_end = _after(head, start, line) if codec == UTF8 else (start, b"\n")
    return Layout(path, size, delimiter, fields, titles, codec, start, offset, line_end, line + 1)


def opened(path: Path, encoding: str | None) -> tuple[str, int, bytes, str, int]:
    """(name for sentences, size, first bytes, Python's name of the encoding, bytes before the text) of a file
    of text. Raises Invalid with a code of `codes.FILE_ERRORS`."""
    given = None if encoding is None else known_encoding(encoding)
    name = excerpt(path.name or str(path))
    try:
        if not path.exists():
            # "-" is standard input for other programs
            raise wrong("file_not_regular" if name == "-" else "file_missing", path=name)
        if not path.is_file():
            raise wrong("file_not_regular", path=_typed(path))
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(MAX_LINE)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "?"
        raise wrong("file_unreadable", path=name, why=str(why)) from error
    if size > MAX_FILE:
        raise wrong("file_too_long", path=name, limit=f"{MAX_FILE >> 30} GiB")
    if not head.strip():
        raise wrong("file_empty", path=name)
    codec, start = detect(head, given)
    _check_kind(head[start : start + 4096], codec, name)
    return name, size, head, codec, start


def _typed(path: Path) -> str:
    """The path as it was given: the last part of /dev/stdin says little."""
    given = str(path)
    return excerpt(given if len(given) <= EXCERPT else path.name)


def _first_lines(path: Path, encoding: str, start: int) -> Iterator[tuple[str, bool]]:
    """(line, whether it has an end) of the file's first lines."""
    rest = ""
    number = 1
    for text in texts(path, encoding, start):
        *whole, rest = (rest + text).split("\n")
        for line in whole:
            yield line, True
            number += 1
        if len(rest) > MAX_LINE:
            raise wrong("line_too_long", line=number, limit=MAX_LINE)
    yield rest, False


def _after(head: bytes, start: int, lines: int) -> tuple[int, bytes]:
    """(bytes before what follows the first `lines` lines, what ended the last of them)."""
    end = b"\n"
    for _ in range(lines):
        found = _LINE_END.search(head, start)
        if found is None:
            # a header of a million characters of two bytes: the rows are read as text
            return start, b"\r"
        start, end = found.end(), found.group()
    return start, end


def _separator(written: str) -> str:
    found = "\t" if written.lower() in ("\\t", "tab", "") else written
    if found not in DELIMITERS:
        raise wrong("sep_unknown", line=1, found=excerpt(written))
    return found


def _check_kind(sample: bytes, encoding: str, name: str) -> None:
    """Raises Invalid for what is no text in this encoding at all."""
    if sample.startswith(_SPREADSHEETS):
        raise wrong("file_spreadsheet", path=name)
    if sample.startswith(_BINARIES):
        raise wrong("file_binary", path=name, line=1)
    if wide(encoding):
        return
    zeros = sample.count(0)
    if zeros > len(sample) // 4:
        # every second byte of ASCII text in UTF-16 is zero
        halves = (sample[0::2].count(0), sample[1::2].count(0))
        if min(halves) <= max(halves) // 10:
            raise encoding_wrong(UTF8, 1, sample.index(0) + 1, b"\x00")
        raise wrong("file_binary", path=name, line=1)
    if len(sample) - len(sample.translate(None, _CONTROLS)) > len(sample) // 20:
        raise wrong("file_binary", path=name, line=1)


def _header(text: str, line: int, given: str | None) -> tuple[str, list[str]]:
    best: tuple[int, str, list[str]] | None = None
    limit = csv.field_size_limit(MAX_LINE)
    try:
        for delimiter in DELIMITERS if given is None else (given,):
            try:
                (cells,) = list(csv.reader([text], delimiter=delimiter, strict=True))
            except (csv.Error, ValueError):
                continue
            known = sum(canonical(cell) is not None for cell in cells)
            if best is None or known > best[0]:
                best = (known, delimiter, cells)
    finally:
        csv.field_size_limit(limit)
    if best is None:
        raise wrong("header_quote", line=line)
    known, delimiter, cells = best
    if known == 0:
        raise wrong("header_unknown", line=line, start=excerpt(text[:60]), example=_EXAMPLE)
    return delimiter, cells


def _flat(cell: str) -> str:
    return re.sub(r"[._ \-\u00a0]", "", cell.strip().lower())


def canonical(cell: str) -> str | None:
    """Our name of a column as a file writes it: case, blanks and `. _ -` do not matter."""
    return _CANONICAL.get(_flat(cell))


def _fields(cells: Sequence[str], line: int) -> tuple[str | None, ...]:
    if len(cells) > MAX_COLUMNS:
        raise wrong("columns_many", line=line, found=len(cells), limit=MAX_COLUMNS)
    found: list[str | None] = []
    for place, cell in enumerate(cells, start=1):
        header = canonical(cell)
        if header is None and _flat(cell) not in _PASSED_OVER:
            raise _unknown(cell, place, line)
        if header is not None and header in found:
            raise wrong("column_twice", line=line, column=header, place=found.index(header) + 1, place2=place)
        found.append(header)
    missing = missing_columns(frozenset(header for header in found if header is not None))
    if missing:
        raise wrong("columns_missing", line=line, columns=", ".join(missing))
    return tuple(found)


def _unknown(cell: str, place: int, line: int) -> Invalid:
    shown = excerpt(cell)
    if not shown:
        return wrong("column_unnamed", line=line, place=place)
    close = difflib.get_close_matches(cell.strip().lower()[:60], BY_HEADER, n=1, cutoff=0.6)
    if close:
        return wrong("column_misspelt", line=line, column=shown, suggestion=close[0], place=place)
    return wrong("column_unknown", line=line, column=shown, place=place)


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
