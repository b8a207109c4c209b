"""The demo's SQL: its flag, whether a database is empty, and its policy."""

from __future__ import annotations

from typing import Any, Final

from psycopg.types.json import Jsonb

from leadtui.core.db.database import PgConnection

KEY: Final = "demo"
"""Setting of the whole bank: {"state": "filling" | "ready", …} where the demo has filled this database."""

_EMPTY: Final = """
select not exists (select from lead) and not exists (select from import_run)
   and not exists (select from call_log) and not exists (select from task)
   and not exists (select from people() where role <> 'system')
"""


def flag(pg: PgConnection) -> dict[str, Any] | None:
    """The demo's flag, or None."""
    row = pg.execute("select value from setting where key = %s and team_id is null", (KEY,)).fetchone()
    return row[0] if row is not None and isinstance(row[0], dict) else None


def is_empty(pg: PgConnection) -> bool:
    """Whether nothing but the seeds of the migrations is here (as far as the session sees)."""
    row = pg.execute(_EMPTY).fetchone()
    return row is not None and bool(row[0])


def has_schema(pg: PgConnection) -> bool:
    """Whether the migrations have run at all."""
    row = pg.execute("select to_regclass('public.setting') is not null").fetchone()
    return row is not None and bool(row[0])


def is_bare(pg: PgConnection) -> bool:
    """As `is_empty`, for the owner's connection, which has no session."""
    row = pg.execute(
        "select not exists (select from lead) and not exists (select from import_run)"
        " and not exists (select from app_user where role <> 'system')"
    ).fetchone()
    return row is not None and bool(row[0])


def put(pg: PgConnection, key: str, value: Any) -> None:
    """A setting of the whole bank."""
    pg.execute(
        "insert into setting (team_id, key, value) values (null, %s, %s) on conflict (team_id, key)"
        " do update set value = excluded.value, version = setting.version + 1, updated_at = now()",
        (key, Jsonb(value)),
    )
