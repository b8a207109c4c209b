"""Reading a training file: bank-additional-full.csv, bank-full.csv, or a bank's own in the same columns.

UTF-8 with or without BOM; `;`, `,` or tab; header order and case free; `emp.var.rate` and `emp_var_rate` are
the same. Columns that are not known are ignored (names and phones train nothing). Everything becomes float64
with NaN for missing; nothing is guessed: an unknown word is refused with its line.

`csv` and not pandas: after `read_csv` nobody knows a row's line any more (blank lines, line breaks in
quotes), and it fills short rows up without a word.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from leadtui.scoring.arrays import Floats, Ints
from leadtui.scoring.codes import CATEGORIES, UNKNOWN
from leadtui.scoring.errors import TrainingFileError, TrainingRefused
from leadtui.scoring.features import COLUMNS, Transform
from leadtui.scoring.train.evaluate import calling_days

NEVER: Final = (999.0, -1.0)
"""How bank-additional-full.csv and bank-full.csv write "never contacted before" in pdays."""

_SEPARATORS: Final = (";", ",", "\t")
_WHOLE: Final = frozenset({"age", "campaign", "pdays", "previous"})
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)
_YES_NO: Final = {"yes": 1.0, "no": 0.0, "1": 1.0, "0": 0.0}


@dataclass(frozen=True, slots=True)
class TrainingData:
    """A training file as arrays of equal length n."""

    name: str
    """The file's own name, without its folder."""
    sha256: str
    """Of the file's bytes."""
    columns: dict[str, Floats]
    """Feature column → float64, NaN is missing. Only what the file has; never duration or y."""
    y: Ints
    """1 where the call ended in a sale."""
    day: Ints | None
    """Calling day per row, rebuilt from the order; None where the file has no calendar columns."""

    def __len__(self) -> int:
        return len(self.y)


def read_training_file(*paths: Path) -> TrainingData:
    """The one file to train on.

    Raises TrainingRefused(`two_files`) for more than one (UCI's two files hold the same calls: trained on
    both, every test row has its twin in training), TrainingFileError for what is wrong in it.
    """
    if len(paths) != 1:
        raise TrainingRefused("two_files", files=tuple(path.name for path in paths))
    path = paths[0]
    try:
        # a pipe nobody writes to would wait for ever, /dev/zero never end
        if path.exists() and not path.is_file():
            raise TrainingFileError("not_regular", file=path.name or str(path))
        blob = path.read_bytes()
    except FileNotFoundError as error:
        raise TrainingFileError("missing", file=path.name) from error
    except OSError as error:
        raise TrainingFileError("unreadable", file=path.name, why=error.strerror or str(error)) from error
    return parse_training_file(path.name, blob)


def parse_training_file(name: str, blob: bytes) -> TrainingData:
    """As `read_training_file`, for the bytes of a file. Raises TrainingFileError."""
    text = _text(blob)
    separator = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    header = [_header_name(cell) for cell in _next(reader) or ()]
    twice = tuple(sorted({cell for cell in header if header.count(cell) > 1 and cell}))
    if twice:
        raise TrainingFileError("column_twice", columns=twice)
    if "y" not in header:
        raise TrainingFileError("columns_missing", columns=("y",))
    wanted = [(place, cell) for place, cell in enumerate(header) if cell in COLUMNS or cell == "y"]
    readers = [(place, _cell_reader(cell), list[float]()) for place, cell in wanted]
    calendar = [header.index(cell) for cell in ("month", "day_of_week", "day") if cell in header]
    keys: list[tuple[str, ...]] = []
    while (row := _next(reader)) is not None:
        if not row or row == [""]:
            continue
        if len(row) != len(header):
            raise TrainingFileError("row_length", line=reader.line_num, expected=len(header), got=len(row))
        for place, read, out in readers:
            try:
                out.append(read(row[place]))
            except _Refused as refused:
                raise TrainingFileError(
                    refused.code, line=reader.line_num, column=header[place], value=row[place][:40]
                ) from None
        keys.append(tuple(row[place] for place in calendar))
    if not keys:
        raise TrainingFileError("no_rows")
    arrays = {cell: np.array(out) for (_, cell), (_, _, out) in zip(wanted, readers, strict=True)}
    y = arrays.pop("y").astype(np.int64)
    day = calling_days(keys) if len(calendar) >= 2 else None
    return TrainingData(name, hashlib.sha256(blob).hexdigest(), arrays, y, day)


class _Refused(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _text(blob: bytes) -> str:
    if not blob.strip():
        raise TrainingFileError("empty")
    if b"\0" in blob:
        raise TrainingFileError("binary")
    try:
        return blob.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TrainingFileError("encoding", line=blob.count(b"\n", 0, error.start) + 1) from error


def _separator(text: str) -> str:
    first = text.split("\n", 1)[0]
    best = max(_SEPARATORS, key=first.count)
    if not first.count(best):
        raise TrainingFileError("separator")
    return best


def _next(reader: csv._reader) -> list[str] | None:  # type: ignore[name-defined,unused-ignore]
    line = reader.line_num + 1
    try:
        return next(reader, None)
    except csv.Error as error:
        # An open quote swallows the rest of the file, or until the field is too long.
        raise TrainingFileError("open_quote", line=line) from error


def _header_name(cell: str) -> str:
    return cell.strip().lower().replace(".", "_")


def _cell_reader(column: str) -> Callable[[str], float]:
    """A reader of one column's cells that remembers every word it has read."""
    read = _yes if column == "y" else _READERS[COLUMNS[column].transform]
    memory: dict[str, float] = {}

    def cell(raw: str) -> float:
        value = memory.get(raw)
        if value is None:
            value = memory[raw] = read(column, raw.strip().lower())
        return value

    return cell


def _yes(_column: str, word: str) -> float:
    if word not in _YES_NO:
        raise _Refused("yes_no")
    return _YES_NO[word]


def _flag(_column: str, word: str) -> float:
    if word in ("", UNKNOWN):
        return math.nan
    return _yes(_column, word)


def _code(column: str, word: str) -> float:
    if word in ("", UNKNOWN):
        return math.nan
    try:
        return float(CATEGORIES[column][word])
    except KeyError:
        raise _Refused("category") from None


def _number(column: str, word: str) -> float:
    if not word:
        return math.nan
    if not _NUMBER.fullmatch(word):
        raise _Refused("number")
    value = float(word)
    if column == "pdays" and value in NEVER:
        return math.nan
    if not math.isfinite(value) or (column in _WHOLE and (value < 0 or value != int(value))):
        raise _Refused("number")
    return value


_READERS: Final = {Transform.NUMBER: _number, Transform.CODE: _code, Transform.FLAG: _flag}
