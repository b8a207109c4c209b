"""The log: JSON lines in a rotating file under LEADTUI_HOME, never on the terminal, with no personal data.

An exception's own text is never written: PostgreSQL quotes rows in it ("Key (phone)=(+62…) already exists").
Its type, code, SQLSTATE and the places it came through say enough to find a defect.
"""

from __future__ import annotations

import json
import logging
import secrets
import traceback
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, Final

from leadtui.core.errors import LeadtuiError

LOGGER: Final = logging.getLogger("leadtui")
_BYTES: Final = 1_000_000
_FILES: Final = 5
_FACTS: Final = "facts"


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.msg,
            "pid": record.process,
            **getattr(record, _FACTS, {}),
        }
        return json.dumps(line, ensure_ascii=True)


def open_log(home: Path) -> Path | None:
    """Log to `home`/log/leadtui.log (0600, five files of 1 MB). None where the folder cannot be written: a
    program that cannot log still works."""
    folder = home / "log"
    path = folder / "leadtui.log"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler = RotatingFileHandler(
            path, maxBytes=_BYTES, backupCount=_FILES - 1, encoding="utf-8", delay=True
        )
        path.touch(mode=0o600, exist_ok=True)
    except OSError:
        close_log()
        LOGGER.addHandler(logging.NullHandler())
        return None
    close_log()
    handler.setFormatter(_Json())
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False
    return path


def close_log() -> None:
    """Close the file."""
    for handler in list(LOGGER.handlers):
        LOGGER.removeHandler(handler)
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
    while current is not None and len(found) < 5:
        frames = traceback.extract_tb(current.__traceback__)[-12:]
        fact: dict[str, Any] = {
            "type": f"{type(current).__module__}.{type(current).__qualname__}",
            "at": [f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames],
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
