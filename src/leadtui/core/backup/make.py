"""Make a backup: one moment of the whole database, with its rows counted in the same snapshot."""

from __future__ import annotations

import getpass
from datetime import UTC
from pathlib import Path
from typing import Any

import psycopg

import leadtui
from leadtui.core.backup import archive, queries, tools
from leadtui.core.backup.dto import Made, Manifest, OnStage
from leadtui.core.db import embedded, migrate
from leadtui.core.db.reach import no_connection
from leadtui.core.errors import Conflict, Invalid, NotAllowed
from leadtui.core.runtime import check_urls
from leadtui.core.settings import Settings


def backup(settings: Settings, path: Path, progress: OnStage) -> Made:
    """Write a backup to `path`, a new file (0600), whole or not at all. Works on an older schema too: before
    an upgrade is when one wants it. Audited.

    Raises NotAllowed("admin_url_needed"), Conflict("backup_exists"), ("backup_nothing"),
    Invalid("backup_unwritable"), Unavailable("no_connection"), ("no_tool"), ("backup_failed").
    """
    url = owner_url(settings)
    with archive.writing(path) as file, connected(url) as connection, connection.transaction():
        connection.execute("set transaction isolation level repeatable read")
        connection.execute("set local statement_timeout = 0")
        connection.execute("set local idle_in_transaction_session_timeout = 0")
        schema = migrate.status(connection).current
        if schema is None:
            raise Conflict("backup_nothing")
        become_owner(connection)
        snapshot, moment = queries.snapshot(connection)
        server = queries.server_major(connection)
        tool, version = tools.find("pg_dump", server, tls=connection.pgconn.ssl_in_use)
        progress("count", 0, 0)
        rows = queries.row_counts(connection)
        environment, conninfo = tools.connection(url)
        command = [str(tool), "--format=custom", f"--role={migrate.OWNER}", f"--snapshot={snapshot}"]
        command += ["--no-password", "--lock-wait-timeout=10s", "--no-publications", "--no-subscriptions"]
        command += [_without(name) for name in queries.other_schemas(connection)]
        command += [f"--dbname={conninfo}"]
        with tools.running(command, environment, "backup_failed", reads=False) as (pipe, finish):
            size, sha256 = file.dump(pipe, lambda done: progress("dump", done, 0))
            finish()
        manifest = Manifest(
            made_at=moment.astimezone(UTC),
            program=leadtui.__version__,
            schema=schema,
            server=server,
            dumped_by=version,
            rows=rows,
            size=size,
            sha256=sha256,
        )
        file.manifest(manifest)
        # before the file has its name: there is no backup that the audit does not know
        _audit(url, manifest)
    return Made(path, manifest)


def _without(schema: str) -> str:
    quoted = schema.replace('"', '""')
    return f'--exclude-schema="{quoted}"'


def _audit(url: str, manifest: Manifest) -> None:
    with connected(url) as connection:
        become_owner(connection)
        detail = {
            "sha256": manifest.sha256,
            "size": manifest.size,
            "rows": sum(manifest.rows.values()),
            "schema": manifest.schema,
        }
        queries.audit(connection, "backup.made", "database", os_user(), detail)


def owner_url(settings: Settings) -> str:
    """The owner's URL; starts the embedded server. Raises NotAllowed("admin_url_needed"), Invalid."""
    check_urls(settings)
    if settings.database_url is None:
        if settings.admin_url is not None:
            # the owner of one server, and the data on another: nobody means that
            raise Invalid({"LEADTUI_DATABASE_URL": "required"}, "database_url_needed")
        return embedded.start(settings.home).admin_url
    if settings.admin_url is None:
        raise NotAllowed("admin_url_needed")
    return settings.admin_url


def connected(url: str, **changes: Any) -> psycopg.Connection[Any]:
    """A connection of the owner in autocommit mode. Raises Unavailable("no_connection")."""
    try:
        return psycopg.connect(
            url, autocommit=True, connect_timeout=10, application_name="leadtui-backup", **changes
        )
    except psycopg.OperationalError as error:
        raise no_connection(error, url) from error


def become_owner(connection: psycopg.Connection[Any]) -> None:
    """Raises NotAllowed("admin_url_not_owner")."""
    try:
        connection.execute(f"set role {migrate.OWNER}")
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidParameterValue) as error:
        raise NotAllowed("admin_url_not_owner") from error


def os_user() -> str:
    """Who runs this process, for the audit."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
