"""What one user has typed, in memory at once and on the disk within half a second, by a thread of its own.

Whoever types only changes a dictionary: no file, no key and no database is between a key and its echo.
Without the key (no database yet, a disk that is full) the journal goes on in memory.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from leadtui.core.drafts.dto import Entry, Found
from leadtui.core.drafts.files import Folder

QUIET: Final = 0.15
"""Seconds without a key after which is written."""
LATEST: Final = 0.5
"""Seconds after which is written while somebody goes on typing."""


class Journal:
    """The drafts of one user. Every method may be called from any thread; only `open`, `flush` and `close`
    touch the disk or wait."""

    def __init__(
        self, home: Path, *, trouble: Callable[[OSError | None], object] = lambda _error: None
    ) -> None:
        self._home = home
        self._trouble = trouble
        self._entries: dict[tuple[str, str], Entry] = {}
        self._change = threading.Condition()
        self._writer: threading.Thread | None = None
        self._version = self._written = 0
        """How often something changed, and which of these states is on the disk."""
        self._first_at = self._edited_at = 0.0
        """When the first and the last change was made that is not on the disk."""
        self._hurry = False
        self._ending = False
        self.failing = False
        """Whether the disk refused the last write: what is typed is in memory only."""

    # what is typed -------------------------------------------------------------------------------------

    def put(self, kind: str, ident: str, data: Mapping[str, Any], *, hurry: bool = False) -> None:
        """Keep this instead of what was kept under this name. `hurry` writes without waiting for a pause."""
        with self._change:
            self._entries[kind, ident] = Entry(kind, ident, datetime.now(UTC), dict(data))
            self._touch(hurry)

    def drop(self, kind: str, ident: str) -> None:
        """It is in the database, or was thrown away."""
        with self._change:
            if self._entries.pop((kind, ident), None) is not None:
                self._touch(hurry=True)

    def get(self, kind: str, ident: str) -> Mapping[str, Any] | None:
        """What is kept under this name."""
        with self._change:
            entry = self._entries.get((kind, ident))
        return None if entry is None else entry.data

    def entries(self, kind: str) -> tuple[Entry, ...]:
        """Everything of a kind, the oldest first."""
        with self._change:
            found = [entry for entry in self._entries.values() if entry.kind == kind]
        return tuple(sorted(found, key=lambda entry: entry.at))

    def _touch(self, hurry: bool) -> None:
        clean = self._version == self._written
        self._version += 1
        self._edited_at = time.monotonic()
        if clean:
            self._first_at = self._edited_at
        # the writer sleeps through a burst of keys: waking it at each would steal from their echo
        if clean or (hurry and not self._hurry):
            self._hurry = self._hurry or hurry
            self._change.notify_all()

    # the disk ------------------------------------------------------------------------------------------

    def open(self, key: bytes) -> Found:
        """Take over what was left under this key, and write from now on. What is in memory is newer than
        what lies on the disk. Raises OSError: then it stays in memory."""
        self.close()
        folder = Folder(self._home, key)
        try:
            found = folder.adopt(datetime.now(UTC))
            with self._change:
                for entry in found.entries:
                    kept = self._entries.get((entry.kind, entry.ident))
                    if kept is None or kept.at < entry.at:
                        self._entries[entry.kind, entry.ident] = entry
                entries, version = list(self._entries.values()), self._version
            folder.write(entries, datetime.now(UTC))
        except BaseException:
            folder.close()
            raise
        with self._change:
            self._written = version
            self._ending = self.failing = False
            # a daemon: at the end of the process `close` is what waits for it, and not for ever
            self._writer = threading.Thread(target=self._write_on, args=(folder,), name="drafts", daemon=True)
            # still under the lock: a session may end in this very moment, and `close` waits for the writer
            self._writer.start()
        return found

    @property
    def is_open(self) -> bool:
        """Whether what is typed reaches the disk."""
        return self._writer is not None

    def flush(self, timeout: float = 2.0) -> bool:
        """Have everything on the disk. False where it is not after `timeout` seconds."""
        with self._change:
            if self._writer is None:
                return not self._entries
            wanted = self._version
            if self._written != wanted:
                self._hurry = True
                self._change.notify_all()
            return self._change.wait_for(lambda: self._written >= wanted, timeout) and not self.failing

    def close(self, timeout: float = 3.0) -> None:
        """Write what is left and let go of the file; what is in memory stays there."""
        with self._change:
            writer, self._ending = self._writer, True
            self._change.notify_all()
        if writer is not None:
            writer.join(timeout)

    def _write_on(self, folder: Folder) -> None:
        try:
            while self._pause():
                self._write(folder)
            if self._version != self._written or self.failing:
                self._write(folder)
        finally:
            folder.close()
            with self._change:
                self._writer = None
                self._change.notify_all()

    def _pause(self) -> bool:
        """Wait for a pause in the typing; False at the end."""
        with self._change:
            while not self._ending:
                if self._version == self._written:
                    self._change.wait()
                    continue
                left = min(self._edited_at + QUIET, self._first_at + LATEST) - time.monotonic()
                if self._hurry or left <= 0:
                    return True
                self._change.wait(left)
            return False

    def _write(self, folder: Folder) -> None:
        with self._change:
            entries, version, self._hurry = list(self._entries.values()), self._version, False
            self._first_at = time.monotonic()
        refused: OSError | None = None
        try:
            folder.write(entries, datetime.now(UTC))
        except OSError as error:  # the next key tries again
            refused = error
        with self._change:
            changed, self.failing = self.failing != (refused is not None), refused is not None
            self._written = version
            self._change.notify_all()
        if changed:
            self._trouble(refused)
