"""The only SQL of looking after the database."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import psycopg

from leadtui.core.ctx import Tx
from leadtui.core.health.dto import AppRole


def server_version(connection: psycopg.Connection[Any]) -> str:
    """PostgreSQL's version in words."""
    row = connection.execute("show server_version").fetchone()
    return str(row[0]).split(" ")[0] if row else "?"


def version_number(tx: Tx) -> int:
    """PostgreSQL's version as a number."""
    row = tx.pg.execute("show server_version_num").fetchone()
    return int(row[0]) if row else 0


def app_role(tx: Tx) -> AppRole:
    """The role of this connection."""
    row = tx.pg.execute(
        "select rolname, rolsuper, rolbypassrls, pg_has_role(rolname, 'leadtui_owner', 'member') "
        "from pg_roles where rolname = current_user"
    ).fetchone()
    assert row is not None  # noqa: S101  there is always a current user
    return AppRole(*row)


def last_partition(tx: Tx) -> date | None:
    """First day that has no partition of call_log of its own."""
    rows = tx.pg.execute(
        "select pg_get_expr(c.relpartbound, c.oid) from pg_inherits i join pg_class c on c.oid = i.inhrelid "
        "where i.inhparent = 'call_log'::regclass"
    ).fetchall()
    ends = [found[1] for (bound,) in rows if (found := re.search(r"TO \('(\d{4}-\d\d-\d\d)", bound))]
    return date.fromisoformat(max(ends)) if ends else None


def stray_rows(tx: Tx) -> bool:
    """Whether a row is in a default partition, so that its own one cannot be made any more."""
    row = tx.pg.execute(
        "select exists (select from call_log c where c.tableoid = 'call_log_default'::regclass "
        "and (%(all)s or c.team_id = %(team)s)) "
        "or exists (select from audit a where a.tableoid = 'audit_default'::regclass)",
        {"all": tx.actor.sees_all, "team": tx.actor.team_id},
    ).fetchone()
    return bool(row and row[0])


def lead_counts(tx: Tx, model_id: int | None) -> tuple[int, int, int]:
    """(leads, scored by this model, with a known outcome) of the caller's scope."""
    row = tx.pg.execute(
        "select count(*), count(*) filter (where q.rank_key >= 0 and q.model_id = %(model)s), "
        "count(*) filter (where l.y is not null) "
        "from lead_queue q join lead l on l.id = q.lead_id "
        "where l.deleted_at is null and (%(all)s or q.team_id = %(team)s)",
        {"model": model_id, "all": tx.actor.sees_all, "team": tx.actor.team_id},
    ).fetchone()
    assert row is not None  # noqa: S101
    return int(row[0]), int(row[1]), int(row[2])


def users(tx: Tx) -> list[tuple[str, bool]]:
    """(role, disabled) of everybody in scope but the system actor."""
    return tx.pg.execute("select role, disabled from people() where role <> 'system'").fetchall()


def demo_flag(tx: Tx) -> bool:
    """Whether the demo filled this database."""
    row = tx.pg.execute("select value from setting where key = 'demo' and team_id is null").fetchone()
    return row is not None and row[0] not in (None, False)
