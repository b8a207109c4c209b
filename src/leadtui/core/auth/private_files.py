"""Secrets on disk: the folder 0700, the file 0600, written whole or not at all, never through a link."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from leadtui.core.errors import Invalid, Unavailable

_LIMIT: Final = 65_536
_NOFOLLOW: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_PATIENCE: Final = 30.0
"""Seconds that another process may hold the lock: a refresh takes milliseconds."""


def folder(home: Path) -> Path:
    """`home`/identity, made where it is absent. Raises Invalid: secret_link, secret_owner, home_unusable."""
    path = home / "identity"
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with contextlib.suppress(FileExistsError):
            path.mkdir(mode=0o700)
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode):
            raise _refused("secret_link", path)
        if found.st_uid != os.geteuid():
            raise _refused("secret_owner", path)
        if stat.S_IMODE(found.st_mode) != 0o700:
            path.chmod(0o700)
    except OSError as error:
        raise _unusable(error, path) from error
    return path


def read(path: Path) -> bytes | None:
    """What is in it; None where there is no such file.

    Raises Invalid: secret_link (a link, or no file), secret_owner, secret_mode (others may read or write it).
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | _NOFOLLOW)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO, errno.EMLINK):
            raise _refused("secret_link", path) from error
        raise _unusable(error, path) from error
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise _refused("secret_link", path)
        if found.st_uid != os.geteuid():
            raise _refused("secret_owner", path)
        if stat.S_IMODE(found.st_mode) & 0o077:
            raise _refused("secret_mode", path)
        return os.read(handle, _LIMIT)
    finally:
        os.close(handle)


def write(path: Path, content: bytes) -> None:
    """Replace the file in one step: a reader finds the old content or the new, a crash leaves one of them."""
    try:
        aside = _aside(path, content)
        try:
            os.replace(aside, path)
        except OSError:
            aside.unlink(missing_ok=True)
            raise
        _sync(path.parent)
    except OSError as error:
        raise _unusable(error, path) from error


def create(path: Path, content: bytes) -> bool:
    """Make the file with its content in one step; False where somebody else was faster."""
    try:
        aside = _aside(path, content)
        try:
            os.link(aside, path)  # unlike a rename it never replaces
        except FileExistsError:
            return False
        finally:
            aside.unlink(missing_ok=True)
        _sync(path.parent)
    except OSError as error:
        raise _unusable(error, path) from error
    return True


def remove(path: Path) -> bool:
    """Take it away; whether it was there."""
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _unusable(error, path) from error
    return True


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time. Raises Unavailable("token_locked") where another one holds it for 30 s."""
    import fcntl

    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | _NOFOLLOW, 0o600)
    except OSError as error:
        raise _unusable(error, path) from error
    try:
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() >= end:
                    raise Unavailable("token_locked") from error
                time.sleep(0.02)
            except OSError:
                break  # a file system without locks: the database's own grace has to do
        yield
    finally:
        os.close(handle)


def _aside(path: Path, content: bytes) -> Path:
    aside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW, 0o600)
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
    except OSError:
        aside.unlink(missing_ok=True)
        raise
    return aside


def _sync(directory: Path) -> None:
    # the name is safe on disk only with its folder; not every file system can
    with contextlib.suppress(OSError):
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _refused(code: str, path: Path) -> Invalid:
    return Invalid({"LEADTUI_HOME": code}, code, path=str(path))


def _unusable(error: OSError, path: Path) -> Invalid:
    return Invalid(
        {"LEADTUI_HOME": "home_unusable"}, "home_unusable", path=str(path), why=error.strerror or str(error)
    )
