"""Pure: the manifest as text, and which of several PostgreSQL tools fits."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from leadtui.core.backup.dto import Manifest
from leadtui.core.errors import Invalid

FORMAT: Final = 1
KIND: Final = "leadtui backup"
_MAJOR: Final = re.compile(r"\(PostgreSQL\) (\d+)")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_SCHEMA: Final = re.compile(r"[0-9]{4}")


def to_json(manifest: Manifest) -> bytes:
    """The manifest as it stands in the file."""
    return json.dumps(
        {
            "kind": KIND,
            "format": FORMAT,
            "made_at": manifest.made_at.isoformat(),
            "program": manifest.program,
            "schema": manifest.schema,
            "server": manifest.server,
            "dumped_by": manifest.dumped_by,
            "rows": dict(manifest.rows),
            "size": manifest.size,
            "sha256": manifest.sha256,
        },
        indent=1,
    ).encode()


def from_json(data: bytes) -> Manifest:
    """The manifest of a file. Raises Invalid("backup_foreign") for what is none, ("backup_format") for one
    of a newer leadtui."""
    try:
        found = json.loads(data)
        if not isinstance(found, dict) or found.get("kind") != KIND:
            raise ValueError("kind")
        if found["format"] != FORMAT:
            raise Invalid({"FILE": "backup_format"}, "backup_format", found=str(found["format"])[:20])
        manifest = Manifest(
            made_at=datetime.fromisoformat(found["made_at"]),
            program=_text(found["program"]),
            schema=_text(found["schema"]),
            server=_count(found["server"]),
            dumped_by=_count(found["dumped_by"]),
            rows={_text(name): _count(rows) for name, rows in found["rows"].items()},
            size=_count(found["size"]),
            sha256=_text(found["sha256"]),
        )
        if not _SHA256.fullmatch(manifest.sha256) or not _SCHEMA.fullmatch(manifest.schema):
            raise ValueError("sha256 or schema")
        if manifest.made_at.tzinfo is None:
            raise ValueError("made_at")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Invalid({"FILE": "backup_foreign"}, "backup_foreign") from error
    return manifest


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 200:
        raise ValueError(value)
    return value


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(value)
    return value


def major(version: str) -> int | None:
    """Of what `pg_dump --version` says."""
    found = _MAJOR.search(version)
    return int(found[1]) if found else None


def pick(tools: Iterable[tuple[Path, int]], server: int, least: int = 0) -> tuple[Path, int] | None:
    """The tool for a server: of its own major version, else the next newer one.

    A pg_dump refuses a newer server; a pg_restore of another version speaks of settings that the server does
    not know, and cannot read what a newer pg_dump (`least`) wrote.
    """
    fitting = [tool for tool in tools if tool[1] >= max(server, least)]
    return min(fitting, key=lambda tool: tool[1], default=None)
