"""The rows of a file: raw blocks for PostgreSQL's own CSV parser where that is safe, else Python's.

`blocks` hands on bytes that both parsers read alike and raises `NeedsRows` at the first that they might not
(a quote in an odd place, a blank line, mixed line ends). `rows` is the reference: every defect of the file
becomes one error that names the line.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final

from leadtui.core.imports.layout import MAX_LINE, Layout, guess_encoding, wrong

BLOCK: Final = 1 << 17
"""Bytes a read: small enough that joining two of them stays in the allocator's pool (9 × at 1 MiB)."""
_BLANK_LINE: Final = re.compile(rb"\n\r?\n")
_FIELD_LIMIT: Final = MAX_LINE

Row = list[str]


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


def blocks(layout: Layout) -> Iterator[bytes]:
    """The bytes of the rows, in blocks that end with a line, each checked to be safe for COPY (FORMAT csv).

    Raises NeedsRows, or Invalid where the bytes are no UTF-8 text.
    """
    with layout.path.open("rb") as file:
        file.seek(layout.offset)
        if layout.line_end == b"\r":
            raise NeedsRows
        line = 2
        rest = b""
        while True:
            read = file.read(BLOCK)
            block = rest + read
            if not block:
                return
            if read:
                end = block.rfind(b"\n") + 1
                if end == 0:
                    if len(block) > MAX_LINE:
                        raise wrong("line_too_long", line=line, limit=MAX_LINE)
                    rest = block
                    continue
                rest, block = block[end:], block[:end]
            else:
                rest = b""
            _check(block, layout, line)
            line += block.count(b"\n")
            yield block
            if not read:
                return


def _check(block: bytes, layout: Layout, line: int) -> None:
    if b"\x00" in block:
        raise wrong("file_nul", line=line + block.count(b"\n", 0, block.index(b"\x00")))
    if not block.isascii():
        try:
            block.decode("utf-8")
        except UnicodeDecodeError as error:
            at = line + block.count(b"\n", 0, error.start)
            raise wrong("file_encoding", line=at, guess=guess_encoding(b"")) from error
    if layout.line_end == b"\r\n":
        # the last line of the file may lack its end
        if not block.count(b"\r") == block.count(b"\n") == block.count(b"\r\n"):
            raise NeedsRows
    elif b"\r" in block:
        raise NeedsRows
    # a backslash alone is harmless, but `\.` on a line would end the COPY
    if block.startswith((b"\n", b"\r\n")) or _BLANK_LINE.search(block) or b"\\" in block:
        raise NeedsRows
    if not _plain_quotes(block, layout.delimiter.encode()):
        raise NeedsRows


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


def rows(layout: Layout) -> Iterator[tuple[int, Row | None]]:
    """(line where it starts, its fields) of every row; None for a blank line.

    Raises Invalid with a code of `codes.FILE_ERRORS` at the first line that is not of the header's shape.
    """
    expected = len(layout.columns)
    with layout.path.open("rb") as file:
        file.seek(layout.offset)
        lines = _Lines(file, layout.line_end)
        limit = csv.field_size_limit(_FIELD_LIMIT)
        try:
            reader = csv.reader(lines, delimiter=layout.delimiter, strict=True)
            while True:
                start = lines.number + 1
                try:
                    row = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    raise _csv_error(error, start, lines.number) from error
                if not row or (len(row) == 1 and expected > 1 and not row[0].strip()):
                    yield start, None
                elif len(row) != expected:
                    code = "row_short" if len(row) < expected else "row_long"
                    raise wrong(code, line=start, found=len(row), expected=expected)
                else:
                    yield start, row
        finally:
            csv.field_size_limit(limit)


def _csv_error(error: csv.Error, start: int, last: int) -> Exception:
    what = str(error)
    if "expected after" in what:
        return wrong("quote_inside", line=last)
    if "end of data" in what or last > start:
        return wrong("quote_open", line=start)
    return wrong("line_too_long", line=start, limit=MAX_LINE)


class _Lines:
    """The lines of a file as text, counted; what is no text is an error with its line."""

    def __init__(self, file: IO[bytes], line_end: bytes) -> None:
        self.number = 1
        """The last line handed out; the header is 1."""
        self._lines: Iterator[bytes] = _split_returns(file) if line_end == b"\r" else _bounded(file)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        raw = next(self._lines)
        self.number += 1
        if len(raw) > MAX_LINE:
            raise wrong("line_too_long", line=self.number, limit=MAX_LINE)
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise wrong("file_encoding", line=self.number, guess=guess_encoding(raw)) from error
        if "\x00" in text:
            raise wrong("file_nul", line=self.number)
        return text


def _bounded(file: IO[bytes]) -> Iterator[bytes]:
    while line := file.readline(MAX_LINE + 1):
        yield line


def _split_returns(file: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while block := file.read(BLOCK):
        *whole, rest = (rest + block).split(b"\r")
        for line in whole:
            yield line + b"\n"
        if len(rest) > MAX_LINE:
            yield rest
    if rest:
        yield rest
