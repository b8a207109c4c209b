"""Which database a sign-in belongs to: a token of one is never shown to another."""

from __future__ import annotations

import hashlib

from leadtui.core.settings import Settings


def place_key(settings: Settings) -> str:
    """A short name of the database: server, port and name count, user and password do not."""
    if settings.database_url is None:
        return "embedded"
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(settings.database_url)
    where = "|".join(str(parts.get(name, "")) for name in ("host", "hostaddr", "port", "dbname"))
    return hashlib.sha256(where.encode("utf-8")).hexdigest()[:16]
