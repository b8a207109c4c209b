"""The drafts folder of a machine: a sealed file for every running program, 0600 in a folder of 0700.

Several users may share the operating system's account, and one user may run two programs. A program holds a
lock on its own file for as long as it lives; a file of the same key without a living owner is taken over.
Files of other keys are none of our business, but for their age.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from leadtui.core.drafts import seal
from leadtui.core.drafts.dto import Entry, Found

try:
    import fcntl
except ImportError:  # Windows: nobody's file is locked, so the newest of two programs takes over
    fcntl = None  # type: ignore[assignment]

FOLDER: Final = "drafts"
KEPT: Final = timedelta(days=7)
MOST: Final = 100
"""Entries a file holds; the oldest give way."""
_BIGGEST: Final = 16 << 20
"""Bytes: nothing of ours is larger, so it is not read."""
_ENDING: Final = ".draft"
_ASIDE: Final = ".damaged"
_HALF: Final = ".tmp"


class Folder:
    """The drafts of one key on this machine, as one program sees them. Not thread-safe. Raises OSError where
    the disk does; what was stored before is then still there."""

    def __init__(self, home: Path, key: bytes) -> None:
        self._folder = home / FOLDER
        self._key = key
        self._stem = seal.name(key)
        self._path = self._folder / f"{self._stem}-{os.getpid()}-{secrets.token_hex(4)}{_ENDING}"
        self._held: int | None = None
        """Our file, locked."""
        self._adopted: list[tuple[Path, int]] = []
        """Files taken over: they go once their entries stand in ours."""

    def adopt(self, now: datetime) -> Found:
        """What programs of this user left that do not run any more, the newest of each name, not older than
        a week. Files that do not open are set aside."""
        self._make()
        self._drop_old(now)
        found: dict[tuple[str, str], Entry] = {}
        damaged = 0
        for path in sorted(self._folder.glob(f"{self._stem}-*{_ENDING}")):
            if path == self._path or (fd := _take(path)) is None:
                continue
            try:
                entries = seal.unseal(self._key, _read(fd))
            except seal.Damaged:
                damaged += 1
                path.rename(path.with_suffix(_ASIDE))
                os.close(fd)
                continue
            self._adopted.append((path, fd))
            for entry in entries:
                kept = found.get((entry.kind, entry.ident))
                if now - entry.at <= KEPT and (kept is None or kept.at < entry.at):
                    found[entry.kind, entry.ident] = entry
        return Found(tuple(sorted(found.values(), key=lambda entry: entry.at)), damaged)

    def write(self, entries: Sequence[Entry], now: datetime) -> None:
        """Store exactly these: whole or not at all, on the disk when it returns."""
        fresh = sorted((one for one in entries if now - one.at <= KEPT), key=lambda one: one.at)[-MOST:]
        if not fresh:
            self._unlink_own()
        else:
            self._make()
            half = self._path.with_suffix(_HALF)
            fd = os.open(half, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600)
            try:
                _lock(fd)
                _write(fd, seal.seal(self._key, fresh))
                os.fsync(fd)
                half.replace(self._path)
            except BaseException:
                os.close(fd)
                with contextlib.suppress(OSError):
                    half.unlink()
                raise
            if self._held is not None:
                os.close(self._held)
            self._held = fd
        for path, taken in self._adopted:
            path.unlink(missing_ok=True)
            os.close(taken)
        self._adopted = []

    def close(self) -> None:
        """Let go: whoever signs in next with this key takes the file over."""
        for fd in [self._held, *(taken for _path, taken in self._adopted)]:
            if fd is not None:
                os.close(fd)
        self._held, self._adopted = None, []

    def _make(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with contextlib.suppress(OSError):  # somebody else's folder: then its files are theirs to guard
            self._folder.chmod(0o700)

    def _unlink_own(self) -> None:
        self._path.unlink(missing_ok=True)
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def _drop_old(self, now: datetime) -> None:
        """Whatever nobody has written for a week, whosever it is."""
        limit = min(now.timestamp(), time.time()) - KEPT.total_seconds()
        for path in self._folder.iterdir():
            if path.suffix not in (_ENDING, _ASIDE, _HALF):
                continue
            with contextlib.suppress(OSError):
                # half a file is what a program was writing when it was killed: the whole one lies beside it
                half = path.suffix == _HALF and path.stat().st_mtime < time.time() - 60
                if half or path.stat().st_mtime < limit:
                    fd = _take(path)
                    if fd is not None:
                        path.unlink(missing_ok=True)
                        os.close(fd)


def _take(path: Path) -> int | None:
    """The file, locked for us; None where a living program holds it or it has just gone."""
    try:
        fd = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return None
    try:
        if _lock(fd) and os.fstat(fd).st_ino == os.stat(path).st_ino:
            return fd
    except OSError:
        pass
    os.close(fd)
    return None


def _lock(fd: int) -> bool:
    if fcntl is None:
        return True
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _read(fd: int) -> bytes:
    if os.fstat(fd).st_size > _BIGGEST:
        return b""
    with os.fdopen(os.dup(fd), "rb") as file:
        return file.read()


def _write(fd: int, data: bytes) -> None:
    with os.fdopen(os.dup(fd), "wb") as file:
        file.write(data)
