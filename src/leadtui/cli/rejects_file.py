"""The CSV file of an import's rejected rows: to be mended and imported again.

The file's own columns, then `layout.REJECT_COLUMNS`, which an import passes over. One line a row, its reasons
joined. It appears whole or not at all, only its owner may read it, and it never takes another file's place.
"""

from __future__ import annotations

import contextlib
import csv
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from leadtui.core.errors import Invalid
from leadtui.core.imports.dto import RejectedRow
from leadtui.core.imports.layout import REJECT_COLUMNS
from leadtui.core.imports.rules import guard
from leadtui.text import clean


class RejectsFile:
    """A `RejectSink` that writes a file. `path` is where it is, once it is there."""

    def __init__(self, source: Path, wanted: Path | None) -> None:
        self._source = source
        self._wanted = wanted
        self._file: IO[str] | None = None
        self._draft: Path | None = None
        self._writer: Any = None
        self._delimiter = ";"
        self.path: Path | None = None
        if wanted is not None and os.path.lexists(wanted):
            raise _wrong("rejects_exist", wanted)

    def begin(self, titles: tuple[str, ...], delimiter: str) -> None:
        """Start a draft beside the file, or where one was wanted, or here."""
        self._delimiter = delimiter
        with self._worded():
            self._file = self._open()
            self._writer = csv.writer(
                self._file, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL
            )
            self._writer.writerow([*map(guard, titles), *REJECT_COLUMNS])

    def write(self, row: RejectedRow) -> None:
        """One rejected row."""
        from leadtui.cli.import_report import reject_words

        with self._worded():
            why = "; ".join(map(reject_words, row.rejects))
            columns = ", ".join(dict.fromkeys(clean(r.column) for r in row.rejects if r.column))
            self._writer.writerow([*map(guard, row.cells), row.line, columns, guard(why), guard(row.rest)])

    def publish(self) -> None:
        """Give the draft its name."""
        with self._worded():
            if self._file is None or self._draft is None:
                return
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self.path = self._reserve(self._draft.parent)
            # the name is ours now, empty: a crash between the two lines leaves that
            self._draft.replace(self.path)
            self._draft = None

    def withdraw(self) -> None:
        """Nothing was imported after all: leave no file behind."""
        with contextlib.suppress(OSError):
            if self._file is not None:
                self._file.close()
        for path in (self._draft, self.path):
            if path is not None:
                path.unlink(missing_ok=True)
        self._draft = self.path = None

    def _open(self) -> IO[str]:
        folders = [self._wanted.parent] if self._wanted else [self._source.parent, Path.cwd()]
        for folder in folders:
            try:
                handle, name = tempfile.mkstemp(".tmp", f".{self._source.stem}.rejects-", folder)
            except OSError:
                if folder is folders[-1]:
                    raise
                continue
            self._draft = Path(name)
            break
        # the mark at the start makes spreadsheets read UTF-8 as what it is
        return os.fdopen(handle, "w", encoding="utf-8-sig", newline="")

    def _reserve(self, folder: Path) -> Path:
        for path in self._names(folder):
            try:
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            except FileExistsError:
                continue
            return path
        raise _wrong("rejects_exist", self._wanted or self._source)

    def _names(self, folder: Path) -> Iterator[Path]:
        if self._wanted is not None:
            yield self._wanted
            return
        stem = self._source.stem.removesuffix(".rejects")
        yield folder / f"{stem}.rejects.csv"
        for number in range(2, 1_000):
            yield folder / f"{stem}.rejects-{number}.csv"

    @contextlib.contextmanager
    def _worded(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            path = self._wanted or self._source.with_suffix(".rejects.csv")
            raise _wrong("rejects_unwritable", path, why=error.strerror or "?") from error


def _wrong(code: str, path: Path, **data: str) -> Invalid:
    return Invalid({"rejects": code}, code, path=str(path), **data)
