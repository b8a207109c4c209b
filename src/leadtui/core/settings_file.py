"""`leadtui.toml`: read, and refused with file and key where it cannot mean anything."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from leadtui.core.errors import Invalid
from leadtui.core.settings_url import has_password

_LIMIT: Final = 1_000_000
"""Bytes; a longer file is no settings file."""
_PLACE: Final = re.compile(r"\(at line (\d+), column (\d+)\)")


@dataclass(frozen=True, slots=True)
class FileSettings:
    """What a file says, its values not looked at yet."""

    top: Mapping[str, Any]
    profiles: Mapping[str, Mapping[str, Any]]


def read_file(path: Path, *, required: bool, known: frozenset[str]) -> FileSettings | None:
    """The file's settings; None where there is none and it was not named.

    Raises Invalid (`FILE` or `FILE: KEY` → code): "config_missing", "config_unreadable", "config_too_long",
    "config_not_utf8", "config_syntax", "config_unknown_key", "config_no_table", "config_open" for a password
    in a file that others may read.
    """
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise Invalid({str(path): "config_not_regular"})
            data = file.read(_LIMIT + 1)
    except FileNotFoundError as error:
        if required or path.is_symlink():
            raise Invalid({str(path): "config_missing"}) from error
        return None
    except OSError as error:
        raise Invalid({str(path): "config_unreadable"}, why=error.strerror or str(error)) from error
    if len(data) > _LIMIT:
        raise Invalid({str(path): "config_too_long"})
    given = _parsed(path, data)
    profiles = given.pop("profile", {})
    if not isinstance(profiles, dict):
        raise Invalid({f"{path}: profile": "config_no_table"})
    _check_keys(given, known, f"{path}: ")
    for name, table in profiles.items():
        if not isinstance(table, dict):
            raise Invalid({f"{path}: profile.{name}": "config_no_table"})
        # which profile holds is decided before its table is read
        _check_keys(table, known - {"env"}, f"{path}: profile.{name}.")
    if mode & 0o077 and os.name == "posix":
        _refuse_open(path, mode, [given, *profiles.values()])
    return FileSettings(given, profiles)


def _parsed(path: Path, data: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Invalid({str(path): "config_not_utf8"}, line=line) from error
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        if place is None:  # "at end of document"
            raise Invalid({str(path): "config_syntax"}, line=data.count(b"\n") + 1, column=1) from error
        raise Invalid({str(path): "config_syntax"}, line=int(place[1]), column=int(place[2])) from error
    except RecursionError as error:
        raise Invalid({str(path): "config_syntax"}, line=1, column=1) from error


def _check_keys(table: Mapping[str, Any], known: frozenset[str], prefix: str) -> None:
    for name in table:
        if name not in known:
            raise Invalid({prefix + name: "config_unknown_key"}, known=", ".join(sorted(known)))


def _refuse_open(path: Path, mode: int, tables: list[Mapping[str, Any]]) -> None:
    for table in tables:
        for name in ("database_url", "admin_url", "mail_password"):
            value = table.get(name)
            if isinstance(value, str) and (has_password(value) or (name == "mail_password" and value)):
                raise Invalid({f"{path}: {name}": "config_open"}, mode=f"{mode:04o}", path=str(path))
