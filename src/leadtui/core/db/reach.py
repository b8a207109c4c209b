"""Why a server was not reached, in its own words or libpq's: a wrong password is not a cable."""

from __future__ import annotations

from typing import Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict

from leadtui.core.errors import Unavailable

WORDS: Final = 200
"""Letters of it that are kept."""


SHORT: Final = 4
"""A shorter password would be told by the letters that it takes out of the sentence."""


def no_connection(error: psycopg.OperationalError, url: str, **data: Any) -> Unavailable:
    """`Unavailable("no_connection")` with `why`, the last line of what libpq said, never a password."""
    why = _last_line(str(error))
    try:
        secrets = [
            str(value)
            for key, value in conninfo_to_dict(url).items()
            if "password" in key and len(str(value)) > SHORT
        ]
    except psycopg.ProgrammingError:
        secrets, why = [], ""  # a URL that cannot be taken apart: any part of it may be the password
    for secret in secrets:
        why = why.replace(secret, "…")
    return Unavailable("no_connection", why=why, **data)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    # libpq may end with a question ("Is the server running …?"); what it asks about stands before it
    while len(lines) > 1 and lines[-1].endswith("?"):
        lines.pop()
    last = lines[-1] if lines else ""
    for noise in ("connection failed: ", "connection is bad: "):
        last = last.removeprefix(noise)
    return " ".join(last.replace("FATAL:", "").split())[:WORDS]
