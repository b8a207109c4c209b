"""The only SQL of backup and restore, over the owner's connection."""

from __future__ import annotations

import json
from typing import Any

import psycopg
from psycopg import sql

Connection = psycopg.Connection[Any]


def _value(connection: Connection, statement: str, parameters: Any = ()) -> Any:
    row = connection.execute(statement, parameters).fetchone()
    return row[0] if row else None


def server_major(connection: Connection) -> int:
    """PostgreSQL's major version."""
    return int(_value(connection, "show server_version_num")) // 10000


def database(connection: Connection) -> str:
    """Name of this connection's database."""
    return str(_value(connection, "select current_database()"))


def is_empty(connection: Connection) -> bool:
    """Whether there is no table in it."""
    statement = (
        "select not exists (select from pg_class "
        "where relnamespace = 'public'::regnamespace and relkind in ('r', 'p'))"
    )
    return bool(_value(connection, statement))


def leads(connection: Connection) -> int:
    """How many there are; 0 where the table is missing."""
    if _value(connection, "select to_regclass('public.lead')") is None:
        return 0
    return int(_value(connection, "select count(*) from lead"))


def row_counts(connection: Connection) -> dict[str, int]:
    """Rows of every table, each partition by its own name."""
    names = connection.execute(
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' "
        "order by 1"
    ).fetchall()
    counts = {}
    for (name,) in names:
        statement = sql.SQL("select count(*) from {}").format(sql.Identifier("public", name))
        row = connection.execute(statement).fetchone()
        counts[name] = int(row[0]) if row else 0
    return counts


def other_schemas(connection: Connection) -> list[str]:
    """Schemas that are not ours: somebody else's backup."""
    rows = connection.execute(
        "select nspname from pg_namespace "
        "where nspname !~ '^pg_' and nspname not in ('public', 'information_schema')"
    ).fetchall()
    return [row[0] for row in rows]


def snapshot(connection: Connection) -> tuple[str, Any]:
    """(snapshot that pg_dump can join, its moment) of this transaction."""
    row = connection.execute("select pg_export_snapshot(), now()").fetchone()
    assert row is not None  # noqa: S101
    return row[0], row[1]


def can_create(connection: Connection) -> bool:
    """Whether this role may make databases and rename this one."""
    return bool(
        _value(
            connection,
            "select (r.rolsuper or r.rolcreatedb) and pg_has_role(current_user, d.datdba, 'member') "
            "from pg_roles r, pg_database d "
            "where r.rolname = current_user and d.datname = current_database()",
        )
    )


def others(connection: Connection, name: str) -> int:
    """Sessions on a database beside this one."""
    return int(
        _value(
            connection,
            "select count(*) from pg_stat_activity "
            "where datname = %s and pid <> pg_backend_pid() and usesysid is not null",
            (name,),
        )
    )


def exists(connection: Connection, name: str) -> bool:
    """Whether there is a database of this name."""
    return _value(connection, "select 1 from pg_database where datname = %s", (name,)) is not None


def drop(connection: Connection, name: str) -> None:
    """Drop a database that nobody uses."""
    connection.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(name)))


def create_like(connection: Connection, name: str, model: str) -> None:
    """An empty database with another one's owner, locale, settings and rights."""
    row = connection.execute(
        "select pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datlocprovider::text, datcollate, "
        "datctype, to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale' "
        "from pg_database d where datname = %s",
        (model,),
    ).fetchone()
    assert row is not None  # noqa: S101  the caller is connected to it
    owner, encoding, provider, collate, ctype, locale, icu = row
    parts = [
        sql.SQL(
            "create database {} template template0 owner {} encoding {} lc_collate {} lc_ctype {}"
        ).format(sql.Identifier(name), sql.Identifier(owner), encoding, collate, ctype)
    ]
    if provider == "i":
        parts.append(sql.SQL("locale_provider icu icu_locale {}").format(locale or icu))
    elif provider == "b":
        parts.append(sql.SQL("locale_provider builtin builtin_locale {}").format(locale))
    connection.execute(sql.SQL(" ").join(parts))
    _copy_rights(connection, name, model)
    _copy_settings(connection, name, model)


def _copy_rights(connection: Connection, name: str, model: str) -> None:
    if _value(connection, "select datacl from pg_database where datname = %s", (model,)) is None:
        return  # PostgreSQL's defaults
    connection.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(name)))
    rows = connection.execute(
        "select case a.grantee when 0 then null else pg_get_userbyid(a.grantee) end, a.privilege_type, "
        "a.is_grantable from pg_database d, aclexplode(d.datacl) a "
        "where d.datname = %s and a.grantee <> d.datdba",
        (model,),
    ).fetchall()
    for role, privilege, grantable in rows:
        statement = sql.SQL("grant {} on database {} to {}").format(
            sql.SQL(privilege), sql.Identifier(name), sql.Identifier(role) if role else sql.SQL("public")
        )
        connection.execute(statement + sql.SQL(" with grant option" if grantable else ""))


def _copy_settings(connection: Connection, name: str, model: str) -> None:
    rows = connection.execute(
        "select case s.setrole when 0 then null else pg_get_userbyid(s.setrole) end, split_part(c, '=', 1), "
        "substr(c, strpos(c, '=') + 1) from pg_db_role_setting s "
        "join pg_database d on d.oid = s.setdatabase, unnest(s.setconfig) c where d.datname = %s",
        (model,),
    ).fetchall()
    for role, key, value in rows:
        # a list (search_path) is kept as it is written: quoting it whole would make one name of it
        wanted = sql.SQL(value) if "," in value or value.startswith('"') else sql.Literal(value)
        whom = sql.SQL("role {} in ").format(sql.Identifier(role)) if role else sql.SQL("")
        connection.execute(
            sql.SQL("alter {}database {} set {} = {}").format(
                whom, sql.Identifier(name), sql.Identifier(key), wanted
            )
        )


def swap(connection: Connection, name: str, made: str, kept: str) -> None:
    """`made` takes the place of `name`, which is `kept` from now on: both or neither."""
    with connection.transaction():
        for old, new in ((name, kept), (made, name)):
            connection.execute(
                sql.SQL("alter database {} rename to {}").format(sql.Identifier(old), sql.Identifier(new))
            )


def end_sessions(connection: Connection) -> int:
    """Whoever was signed in when the backup was made is not signed in now."""
    return connection.execute(
        "update app_session set ended_at = now(), ended_why = 'restored' where ended_at is null"
    ).rowcount


def audit(connection: Connection, action: str, subject: str, os_user: str, detail: dict[str, Any]) -> None:
    """An audit row of the system actor, written by the owner: a backup has no session and needs none."""
    connection.execute(
        "insert into audit (actor_id, os_user, origin, action, outcome, subject, detail) "
        "select (select id from app_user where role = 'system'), %s, 'cli', %s, 'ok', %s, %s::jsonb",
        (os_user, action, subject, json.dumps(detail)),
    )


def analyze(connection: Connection) -> None:
    """Statistics for the planner: a dump brings none."""
    connection.execute("analyze")


def clear(connection: Connection) -> None:
    """Away with everything that a restore made in a database that was empty."""
    connection.execute("drop owned by leadtui_owner cascade")
