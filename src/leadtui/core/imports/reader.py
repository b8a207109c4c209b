"""The rows of a file: blocks for PostgreSQL's own CSV parser where that is safe, else Python's.

`blocks` hands on bytes that both parsers read alike and raises `NeedsRows` at the first that they might not
(a quote in an odd place, a blank line, mixed line ends). `rows` is the reference: every defect of the file
becomes one error that names the line.
"""

from __future__ import annotations

import csv
import hashlib
import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from leadtui.core.imports.layout import Layout, wrong
from leadtui.core.imports.limits import BLOCK, MAX_FIELD, MAX_LINE
from leadtui.core.imports.source import UTF8, Advance, encoding_wrong, texts

_BLANK_LINE: Final = re.compile(rb"\n\r?\n")

Row = list[str]
OnBad = Callable[[int, str, Row], None]
"""Told (line, code of `codes.REJECTS`, fields) of a row that is not of the header's shape."""


class NeedsRows(Exception):
    """The raw bytes are not safe for COPY: read the file by `rows`."""


def sha256(path: Path, on_bytes: Callable[[int], None] | None = None) -> bytes:
    """The digest of the whole file. `on_bytes` is told how many bytes are done."""
    digest = hashlib.sha256()
    done = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            done += len(block)
            if on_bytes is not None:
                on_bytes(done)
    return digest.digest()


def blocks(layout: Layout, on_bytes: Advance | None = None) -> Iterator[bytes]:
    """The rows as UTF-8, in blocks that end with a line, each checked to be safe for COPY (FORMAT csv).

    `on_bytes` is told how much of the file is read. Raises NeedsRows, or Invalid where the bytes are no text.
    """
    line, done = layout.first_line, layout.offset
    rest = b""
    parts = _raw(layout, on_bytes) if layout.raw else _recoded(layout, on_bytes)
    for part in parts:
        block = rest + part
        end = block.rfind(b"\n") + 1
        if end == 0 and len(block) > MAX_LINE:
            raise NeedsRows  # there it is an error, or a row of very long fields
        rest, block = block[end:], block[:end]
        if block:
            _check(block, layout, line, done)
            line += block.count(b"\n")
            done += len(block)
            yield block
    if rest:
        _check(rest, layout, line, done)
        yield rest


def _raw(layout: Layout, on_bytes: Advance | None) -> Iterator[bytes]:
    done = layout.offset
    with layout.path.open("rb") as file:
        file.seek(layout.offset)
        while block := file.read(BLOCK):
            yield block
            done += len(block)
            if on_bytes is not None:
                on_bytes(done)


def _recoded(layout: Layout, on_bytes: Advance | None) -> Iterator[bytes]:
    text = texts(layout.path, layout.encoding, layout.start, on_bytes)
    above = layout.first_line - 1
    for block in text:
        # the header may end in any block
        *skipped, block = block.split("\n", above)
        above -= len(skipped)
        if not above:
            yield block.encode()
            break
    for block in text:
        yield block.encode()


def _check(block: bytes, layout: Layout, line: int, done: int) -> None:
    if b"\x00" in block:
        raise wrong("file_nul", line=line + block.count(b"\n", 0, block.index(b"\x00")))
    if layout.raw and not block.isascii():
        try:
            block.decode("utf-8")
        except UnicodeDecodeError as error:
            at = line + block.count(b"\n", 0, error.start)
            raise encoding_wrong(UTF8, at, done + error.start + 1) from error
    if layout.raw and layout.line_end == b"\r\n":
        # the last line of the file may lack its end
        if not block.count(b"\r") == block.count(b"\n") == block.count(b"\r\n"):
            raise NeedsRows
    elif b"\r" in block:
        raise NeedsRows
    # a backslash alone is harmless, but `\.` on a line would end the COPY
    if block.startswith((b"\n", b"\r\n")) or _BLANK_LINE.search(block) or b"\\" in block:
        raise NeedsRows
    if _long_line(block) or not _plain_quotes(block, layout.delimiter.encode()):
        raise NeedsRows


def _long_line(block: bytes) -> bool:
    """Whether a line may hold a field that is too long: a longer one leaves some window without line end."""
    step = MAX_FIELD // 2
    return any(block.find(b"\n", at, at + step) < 0 for at in range(0, len(block) - step, step))


def _plain_quotes(block: bytes, delimiter: bytes) -> bool:
    """Whether every quote opens or closes a field: then both parsers agree on what the quotes mean."""
    if b'"' not in block:
        return True
    quotes = block.count(b'"')
    if b'""' in block or b'"' + delimiter + b'"' + delimiter in block:
        return False
    edges = block.startswith(b'"') + block.endswith(b'"')
    edges += block.count(b'\n"') + block.count(delimiter + b'"')
    edges += block.count(b'"\n') + block.count(b'"\r\n') + block.count(b'"' + delimiter)
    return quotes == edges


def rows(
    layout: Layout, on_bad: OnBad | None = None, on_bytes: Advance | None = None
) -> Iterator[tuple[int, Row | None]]:
    """(line where it starts, its fields) of every row; None for a blank line.

    Raises Invalid with a code of `codes.FILE_ERRORS` at the first line that is not of the header's shape;
    with `on_bad` such a row is told instead, as long as it is clear where the next one begins.
    """
    expected = len(layout.fields)
    lines = _Lines(layout, on_bytes)
    limit = csv.field_size_limit(MAX_FIELD)
    try:
        reader = csv.reader(lines, delimiter=layout.delimiter, strict=True)
        while True:
            start = lines.number + 1
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                code, data = csv_error(error, start, lines.number)
                if on_bad is None or code == "quote_open" or start != lines.number:
                    raise wrong(code, **data) from error
                on_bad(start, code, _as_it_stands(lines.last, layout.delimiter))
                continue
            if not row or (len(row) == 1 and expected > 1 and not row[0].strip()):
                yield start, None
            elif len(row) != expected:
                code = "row_short" if len(row) < expected else "row_long"
                if on_bad is None:
                    raise wrong(code, line=start, found=len(row), expected=expected)
                on_bad(start, code, row)
            else:
                yield start, row
    finally:
        csv.field_size_limit(limit)


def csv_error(error: csv.Error, start: int, last: int) -> tuple[str, dict[str, int]]:
    """(code of `codes.FILE_ERRORS`, its data) of what the parser says of lines `start` to `last`."""
    what = str(error)
    if "expected after" in what:
        return "quote_inside", {"line": last}
    if "end of data" in what or last > start:
        return "quote_open", {"line": start}
    return "field_too_long", {"line": start, "limit": MAX_FIELD}


def _as_it_stands(text: str, delimiter: str) -> Row:
    """The fields of a line that is no CSV, as well as can be told."""
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        return [text[:MAX_FIELD]]


class _Lines:
    """The lines of a file's rows as text, counted; what is no text is an error with its line."""

    def __init__(self, layout: Layout, on_bytes: Advance | None) -> None:
        self.number = layout.first_line - 1
        """The last line handed out; the file's first is 1."""
        self.last = ""
        text = texts(layout.path, layout.encoding, layout.start, on_bytes)
        self._lines = itertools.islice(split_lines(text), self.number, None)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.last = next(self._lines)
        self.number += 1
        if "\x00" in self.last:
            raise wrong("file_nul", line=self.number)
        return self.last


def split_lines(text: Iterator[str]) -> Iterator[str]:
    """Lines with their ends of text that comes in blocks. Raises Invalid("line_too_long")."""
    rest = ""
    number = 0
    for block in text:
        *whole, rest = (rest + block).split("\n")
        for line in whole:
            number += 1
            if len(line) > MAX_LINE:
                raise wrong("line_too_long", line=number, limit=MAX_LINE)
            yield line + "\n"
        if len(rest) > MAX_LINE:
            raise wrong("line_too_long", line=number + 1, limit=MAX_LINE)
    if rest:
        yield rest
