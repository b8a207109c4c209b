"""The file of a backup: a ZIP, not compressed again, of the dump and its manifest; any unzip opens it."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from leadtui.core.backup import rules
from leadtui.core.backup.dto import Manifest
from leadtui.core.errors import Conflict, Invalid

DUMP: Final = "leadtui.dump"
MANIFEST: Final = "manifest.json"
CHUNK: Final = 1 << 20
_MANIFEST_LIMIT: Final = 10_000_000


class Writer:
    """A backup being written. `dump` first, then `close` with what is known after it."""

    def __init__(self, zipped: zipfile.ZipFile) -> None:
        self._zip = zipped

    def dump(self, source: IO[bytes], progress: Callable[[int], None]) -> tuple[int, str]:
        """Take the dump in; gives its bytes and SHA-256."""
        digest, size = hashlib.sha256(), 0
        with self._zip.open(zipfile.ZipInfo(DUMP), "w", force_zip64=True) as entry:
            while chunk := source.read(CHUNK):
                entry.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                progress(size)
        return size, digest.hexdigest()

    def manifest(self, manifest: Manifest) -> None:
        """What the backup says of itself."""
        self._zip.writestr(zipfile.ZipInfo(MANIFEST), rules.to_json(manifest))


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """A new file (0600), there under its name when the block has ended well and not at all otherwise.

    Raises Conflict("backup_exists"), Invalid("backup_unwritable").
    """
    if os.path.lexists(path):
        raise Conflict("backup_exists", path=str(path))
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        number = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
        try:
            with os.fdopen(number, "w+b") as file:
                with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as zipped:
                    yield Writer(zipped)
                file.flush()
                os.fsync(file.fileno())
            _publish(part, path)
        finally:
            part.unlink(missing_ok=True)
    except FileExistsError as error:
        raise Conflict("backup_exists", path=str(path)) from error
    except OSError as error:
        if isinstance(error, BrokenPipeError | ConnectionError):
            raise
        why = error.strerror or str(error)
        raise Invalid({"FILE": "backup_unwritable"}, "backup_unwritable", path=str(path), why=why) from error


def _publish(part: Path, path: Path) -> None:
    try:
        os.link(part, path)  # unlike a rename it never takes the place of a file that came meanwhile
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS):
            raise
        part.rename(path)
    with contextlib.suppress(OSError):
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def reading(path: Path) -> Iterator[tuple[Manifest, zipfile.ZipFile]]:
    """A backup's manifest and the file. Raises Invalid("backup_missing"), ("backup_unreadable"),
    ("backup_foreign"), ("backup_damaged"), ("backup_format")."""
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as zipped:
            names = set(zipped.namelist())
            if not {DUMP, MANIFEST} <= names or zipped.getinfo(MANIFEST).file_size > _MANIFEST_LIMIT:
                raise _foreign()
            manifest = rules.from_json(zipped.read(MANIFEST))
            yield manifest, zipped
    except zipfile.BadZipFile as error:
        # one that begins as ours does has been cut or altered
        raise (_damaged() if _looks_like_ours(path) else _foreign()) from error
    except (FileNotFoundError, IsADirectoryError) as error:
        raise Invalid({"FILE": "backup_missing"}, "backup_missing", path=str(path)) from error
    except PermissionError as error:
        why = error.strerror or str(error)
        raise Invalid({"FILE": "backup_unreadable"}, "backup_unreadable", path=str(path), why=why) from error


def check(manifest: Manifest, zipped: zipfile.ZipFile, progress: Callable[[int], None]) -> None:
    """Read the dump once and compare size and SHA-256. Raises Invalid("backup_damaged")."""
    digest, size = hashlib.sha256(), 0
    for chunk in chunks(zipped):
        digest.update(chunk)
        size += len(chunk)
        progress(size)
    if (size, digest.hexdigest()) != (manifest.size, manifest.sha256):
        raise _damaged()


def chunks(zipped: zipfile.ZipFile) -> Iterator[bytes]:
    """The dump, piece by piece. Raises Invalid("backup_damaged")."""
    try:
        if zipped.getinfo(DUMP).compress_type != zipfile.ZIP_STORED:
            raise _damaged()  # ours is never compressed twice; another one might be a bomb
        with zipped.open(DUMP) as entry:
            while chunk := entry.read(CHUNK):
                yield chunk
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise _damaged() from error


def _looks_like_ours(path: Path) -> bool:
    with contextlib.suppress(OSError), path.open("rb") as file:
        return DUMP.encode() in file.read(200)
    return False


def _damaged() -> Invalid:
    return Invalid({"FILE": "backup_damaged"}, "backup_damaged")


def _foreign() -> Invalid:
    return Invalid({"FILE": "backup_foreign"}, "backup_foreign")
