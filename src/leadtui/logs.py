"""The log: JSON lines in a rotating file under LEADTUI_HOME, never on the terminal, with no personal data.

An exception's own text is never written: PostgreSQL quotes rows in it ("Key (phone)=(+62…) already exists").
Its type, code, SQLSTATE and the places it came through say enough to find a defect. The same holds for what
libraries log, and for an exception that nobody caught: Python would print both on the terminal.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from leadtui.core.errors import LeadtuiError

if TYPE_CHECKING:
    from leadtui.core.settings import Settings

try:
    import fcntl
except ImportError:  # Windows: one process at a time rotates there
    fcntl = None  # type: ignore[assignment]

LOGGER: Final = logging.getLogger("leadtui")
_BYTES: Final = 1_000_000
_FILES: Final = 5
_FACTS: Final = "facts"
_FRAMES: Final = 12
_CAUSES: Final = 5


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "pid": record.process,
        }
        if record.name == LOGGER.name:
            line |= {"event": record.msg, **getattr(record, _FACTS, {})}
        else:
            # what a library says may quote anything: only who spoke, and what went wrong
            error = record.exc_info[1] if record.exc_info else None
            line |= {"event": "library", "logger": record.name, "chain": _chain(error) if error else []}
        return json.dumps(line, ensure_ascii=True)


class _SharedFile(RotatingFileHandler):
    """A rotating file that several processes write: a lock around each line and each rotation, and whoever
    finds the file renamed by another follows it. 0600. What cannot be written is lost, never printed."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            with self._alone():
                self._follow()
                super().emit(record)
        except (OSError, ValueError):
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:
        # logging's own would print the record and a traceback over the program's screen
        return

    def _open(self) -> TextIOWrapper:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        number = os.open(self.baseFilename, flags, 0o600)
        with contextlib.suppress(OSError, AttributeError):
            os.fchmod(number, 0o600)
        return open(number, "a", encoding="utf-8")

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        if fcntl is None:
            yield
            return
        number = os.open(f"{self.baseFilename}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(number, fcntl.LOCK_EX)
            yield
        finally:
            os.close(number)

    def _follow(self) -> None:
        if self.stream is None:
            return
        try:
            mine, current = os.fstat(self.stream.fileno()), os.stat(self.baseFilename)
            same = (mine.st_dev, mine.st_ino) == (current.st_dev, current.st_ino)
        except FileNotFoundError:
            same = False
        if not same:
            self.stream.close()
            self.stream = None  # opened again by whoever writes next


def open_for(settings: Settings) -> Path | None:
    """The log as these settings want it."""
    return open_log(
        settings.home, level=settings.log_level, size=settings.log_bytes, files=settings.log_files
    )


def open_log(home: Path, *, level: str = "info", size: int = _BYTES, files: int = _FILES) -> Path | None:
    """Log to `home`/log/leadtui.log (0600, `files` files of `size` bytes). None where the folder cannot be
    written: a program that cannot log still works."""
    folder = home / "log"
    path = folder / "leadtui.log"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler = _SharedFile(path, maxBytes=size, backupCount=files - 1, encoding="utf-8", delay=True)
        handler._open().close()
    except OSError:
        close_log()
        LOGGER.addHandler(logging.NullHandler())
        return None
    close_log()
    handler.setFormatter(_Json())
    LOGGER.addHandler(handler)
    LOGGER.setLevel(level.upper())
    LOGGER.propagate = False
    foreign = logging.getLogger()
    # without a handler there, Python prints warnings of libraries on stderr, rows and all
    handler.addFilter(lambda record: record.name == LOGGER.name or record.levelno >= logging.WARNING)
    foreign.addHandler(handler)
    return path


def close_log() -> None:
    """Close the file."""
    for logger in (LOGGER, logging.getLogger()):
        for handler in list(logger.handlers):
            if logger is LOGGER or isinstance(handler, _SharedFile):
                logger.removeHandler(handler)
                handler.close()


def event(name: str, **facts: Any) -> None:
    """A line about what happened: ids, counts and codes of our own; never a name, a number or a note."""
    LOGGER.info(name, extra={_FACTS: facts})


def log_unexpected(error: BaseException) -> str:
    """Write an error down without its text. The id that stands in the log and in the dialog."""
    ident = secrets.token_hex(4)
    LOGGER.error("unexpected", extra={_FACTS: {"id": ident, "chain": _chain(error)}})
    return ident


def _chain(error: BaseException) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    current: BaseException | None = error
    while current is not None and len(found) < _CAUSES:
        # not traceback.extract_tb: it would read every source file to quote a line
        frames = [
            f"{_place(frame.f_code.co_filename)}:{line} {frame.f_code.co_name}"
            for frame, line in traceback.walk_tb(current.__traceback__)
        ]
        fact: dict[str, Any] = {
            "type": f"{type(current).__module__}.{type(current).__qualname__}",
            "at": frames[-_FRAMES:],
        }
        if isinstance(current, LeadtuiError):
            fact["code"] = current.code
        if (state := getattr(current, "sqlstate", None)) is not None:
            fact["sqlstate"] = state
        found.append(fact)
        current = current.__cause__ or current.__context__
    return found


def _place(filename: str) -> str:
    """A path from the package on: where somebody keeps their programs is nobody's business."""
    parts = Path(filename).parts
    for anchor in ("leadtui", "site-packages"):
        if anchor in parts:
            return "/".join(parts[len(parts) - 1 - parts[::-1].index(anchor) :])
    return parts[-1] if parts else filename
