"""The only SQL of looking after the database."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg

from leadtui.core.ctx import Tx
from leadtui.core.health.dto import AppRole, RoleFacts, ServerFacts

Connection = psycopg.Connection[Any]


def server_version(connection: psycopg.Connection[Any]) -> str:
    """PostgreSQL's version in words."""
    row = connection.execute("show server_version").fetchone()
    return str(row[0]).split(" ")[0] if row else "?"


def server_facts(connection: Connection, clock: Callable[[], float]) -> ServerFacts:
    """What this role sees of its server. `clock` gives this machine's time in seconds since 1970."""
    role = connection.execute(
        "select rolname, rolsuper, rolbypassrls, "
        "exists (select from pg_roles o where o.rolname = 'leadtui_owner' "
        " and pg_has_role(r.oid, o.oid, 'member')), "
        "rolcreaterole or rolcreatedb or has_schema_privilege('public', 'create') "
        " or has_database_privilege(current_database(), 'create') "
        "from pg_roles r where rolname = current_user"
    ).fetchone()
    started = clock()
    row = connection.execute(
        "select extract(epoch from clock_timestamp())::float8, current_setting('server_version_num')::int, "
        "pg_encoding_to_char(encoding), pg_database_size(oid), "
        "current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int "
        " - coalesce(current_setting('reserved_connections', true)::int, 0), "
        "(select version from pg_stat_ssl where pid = pg_backend_pid()), "
        "(select count(*) from pg_stat_activity where usesysid is not null) "
        "from pg_database where datname = current_database()"
    ).fetchone()
    assert role is not None and row is not None  # noqa: S101, PT018  there is always a user and a database
    now, version, encoding, size, most, tls, connections = row
    return ServerFacts(
        version=version,
        role=AppRole(*role),
        roles=_roles(connection),
        # a pooler that ends TLS is the other end; what the server behind it sees is another connection
        tls=tls or ("TLS" if connection.pgconn.ssl_in_use else None),
        skew=(started + clock()) / 2 - now,
        encoding=encoding,
        size=size,
        max_connections=most,
        connections=connections,
        telling=_telling(connection),
        kept=_kept(connection),
        last_partition=last_partition(connection),
    )


def _roles(connection: Connection) -> tuple[RoleFacts, ...]:
    rows = connection.execute(
        "select rolname, rolcanlogin, rolsuper, rolbypassrls from pg_roles "
        "where rolname in ('leadtui_owner', 'leadtui_app', 'leadtui_backup') order by 1"
    ).fetchall()
    return tuple(RoleFacts(*row) for row in rows)


def _telling(connection: Connection) -> tuple[str, ...]:
    rows = connection.execute(
        "select name || ' = ' || setting from pg_settings where "
        "name in ('log_statement') and setting in ('mod', 'all') "
        "or name = 'log_min_duration_statement' and setting <> '-1' "
        " and current_setting('log_parameter_max_length') <> '0' "
        "or name = 'log_parameter_max_length_on_error' and setting <> '0' "
        "or name = 'log_error_verbosity' and setting <> 'terse' "
        " and current_setting('log_min_messages') not in ('log', 'fatal', 'panic') order by 1"
    ).fetchall()
    return tuple(row[0] for row in rows)


def _kept(connection: Connection) -> tuple[str, ...]:
    rows = connection.execute(
        "select datname from pg_database where datname ~ '_until_[0-9]{8}_[0-9]{6}$' order by 1"
    ).fetchall()
    return tuple(row[0] for row in rows)


def last_partition(connection: Connection) -> date | None:
    """First day that has no partition of call_log of its own."""
    rows = connection.execute(
        "select pg_get_expr(c.relpartbound, c.oid) from pg_inherits i join pg_class c on c.oid = i.inhrelid "
        "where i.inhparent = to_regclass('public.call_log')"
    ).fetchall()
    ends = [found[1] for (bound,) in rows if (found := re.search(r"TO \('(\d{4}-\d\d-\d\d)", bound))]
    return date.fromisoformat(max(ends)) if ends else None


def quiet_log(connection: Connection) -> None:
    """The embedded server keeps errors out of its log: they quote rows. Our own says enough."""
    for name, value in (
        ("log_min_messages", "log"),  # fatal, panic, and what the server does by itself
        ("log_min_error_statement", "panic"),
        ("log_error_verbosity", "terse"),
        ("log_checkpoints", "off"),  # nobody rotates that file
    ):
        connection.execute(f"alter system set {name} = '{value}'")
    connection.execute("select pg_reload_conf()")


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


def holidays_until(tx: Tx) -> int | None:
    """The last year, without a gap from this one on, of which holidays are known."""
    rows = tx.pg.execute("select distinct extract(year from day)::int from holiday").fetchall()
    known = {row[0] for row in rows}
    year = tx.now.astimezone(tx.team_zone()).year
    found = None
    while year in known:
        found, year = year, year + 1
    return found


def demo_flag(tx: Tx) -> bool:
    """Whether the demo filled this database."""
    row = tx.pg.execute("select value from setting where key = 'demo' and team_id is null").fetchone()
    return row is not None and row[0] not in (None, False)
