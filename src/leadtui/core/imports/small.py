"""Plain lists: a few columns or one, with or without a header, as people send them. Read line by line."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from leadtui.core.imports.layout import DELIMITERS, opened
from leadtui.core.imports.limits import MAX_FIELD
from leadtui.core.imports.reader import csv_error, split_lines
from leadtui.core.imports.source import texts, wrong

__all__ = ["rows", "wrong"]

_SEP: Final = re.compile(r'"?sep=(.)"?', re.IGNORECASE)


def rows(path: Path, encoding: str | None = None) -> Iterator[tuple[int, list[str]]]:
    """(line where it starts, its fields) of every line that is not blank; the first line may be a header.

    What separates is what the first line has most of; a file of one column has none. Raises Invalid with a
    code of `codes.FILE_ERRORS`: no such file, no text, a quote in an odd place.
    """
    name, _size, _head, codec, start = opened(path, encoding)
    lines = enumerate(split_lines(texts(path, codec, start)), start=1)
    first = next(((number, line) for number, line in lines if line.strip()), None)
    if first is None:
        raise wrong("file_empty", path=name)
    found = _SEP.fullmatch(first[1].strip())
    delimiter = found[1] if found and found[1] in DELIMITERS else _delimiter(first[1])
    given = _Lines(lines if found else itertools.chain([first], lines))
    limit = csv.field_size_limit(MAX_FIELD)
    try:
        reader = csv.reader(given, delimiter=delimiter, strict=True)
        while True:
            given.begun = 0
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                code, data = csv_error(error, given.begun, given.number)
                raise wrong(code, **data) from error
            if any(cell.strip() for cell in row):
                yield given.begun, row
    finally:
        csv.field_size_limit(limit)


def _delimiter(line: str) -> str:
    counts = {delimiter: line.count(delimiter) for delimiter in DELIMITERS}
    best = max(counts, key=lambda delimiter: counts[delimiter])
    return best if counts[best] else DELIMITERS[0]


class _Lines:
    """Lines as the CSV parser takes them; `begun` is the first of the row that is being read."""

    def __init__(self, lines: Iterator[tuple[int, str]]) -> None:
        self._lines = lines
        self.begun = 0
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.number, line = next(self._lines)
        if "\x00" in line:
            raise wrong("file_nul", line=self.number)
        self.begun = self.begun or self.number
        return line
