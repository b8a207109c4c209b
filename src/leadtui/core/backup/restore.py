"""Restore a backup: into a database beside the old one, which takes its place only when everything is right.

Where the role may not make databases, into an empty one in a single transaction.
"""

from __future__ import annotations

import contextlib
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.conninfo import make_conninfo

from leadtui.core.backup import archive, queries, tools
from leadtui.core.backup.dto import Manifest, OnStage, Restored, Target
from leadtui.core.backup.make import become_owner, connected, os_user, owner_url
from leadtui.core.db import embedded, migrate
from leadtui.core.errors import Conflict, NotAllowed, Unavailable
from leadtui.core.operate import place_of
from leadtui.core.settings import Settings

_BESIDE: Final = "_restoring"
_NAME_LIMIT: Final = 63
_MAINTENANCE: Final = ("postgres", "template1")
"""Databases that every server has; one of them is used while ours is renamed."""


@dataclass(frozen=True, slots=True)
class _Plan:
    url: str
    name: str
    server: int
    empty: bool
    leads: int
    creates: bool
    tls: bool


def inspect(path: Path, progress: OnStage) -> Manifest:
    """What a backup says of itself, after its digest was found right; connects to nothing.

    Raises Invalid("backup_…").
    """
    with archive.reading(path) as (manifest, zipped):
        archive.check(manifest, zipped, lambda done: progress("check", done, manifest.size))
        return manifest


def target(settings: Settings) -> Target:
    """The database that `restore` would replace. Raises what `restore` raises before it changes anything."""
    plan = _plan(settings)
    where = str(embedded.data_directory(settings.home)) if settings.embedded else place_of(plan.url)
    return Target(plan.name, where, plan.empty, plan.leads)


def restore(settings: Settings, path: Path, progress: OnStage, *, discard: bool = False) -> Restored:
    """Put the backup in the place of the configured database, and bring it to this program's schema.

    All or nothing: until the very end the old database is untouched, and it is kept under another name unless
    `discard`. Audited in the restored database. Everybody's session ends.

    Raises Invalid("backup_…"), Conflict("database_in_use"), ("restore_foreign"), ("restore_running"),
    ("backup_newer"), NotAllowed("restore_needs_createdb"), Unavailable("no_tool"), ("restore_failed"),
    ("restore_incomplete"), and what `migrate.upgrade` raises.
    """
    with archive.reading(path) as (manifest, zipped):
        archive.check(manifest, zipped, lambda done: progress("check", done, manifest.size))
        if manifest.schema > migrate.head():
            raise Conflict("backup_newer", schema=manifest.schema, head=migrate.head())
        plan = _plan(settings)
        if manifest.server > plan.server:
            raise Conflict("backup_newer_server", made=manifest.server, server=plan.server)
        if plan.creates:
            return _beside(plan, manifest, zipped, progress, discard or plan.empty)
        return _inside(plan, manifest, zipped, progress)


def _plan(settings: Settings) -> _Plan:
    url = owner_url(settings)
    with connected(url) as connection:
        name = queries.database(connection)
        empty = queries.is_empty(connection)
        if not empty and migrate.status(connection).current is None:
            raise Conflict("restore_foreign", name=name)
        creates = queries.can_create(connection)
        if not empty and not creates:
            raise NotAllowed("restore_needs_createdb", name=name)
        leads = 0
        if not empty:
            become_owner(connection)
            leads = queries.leads(connection)
        _refuse_used(connection, name)
        tls = connection.pgconn.ssl_in_use
        return _Plan(url, name, queries.server_major(connection), empty, leads, creates, tls)


def _refuse_used(connection: psycopg.Connection[Any], name: str) -> None:
    if n := queries.others(connection, name):
        raise Conflict("database_in_use", name=name, n=n)


def _beside(
    plan: _Plan, manifest: Manifest, zipped: zipfile.ZipFile, progress: OnStage, discard: bool
) -> Restored:
    made = plan.name[: _NAME_LIMIT - len(_BESIDE)] + _BESIDE
    url = make_conninfo(plan.url, dbname=made)
    with _maintenance(plan.url) as server:
        try:
            queries.drop(server, made)  # what a restore left that was killed
        except psycopg.errors.ObjectInUse as error:
            raise Conflict("restore_running") from error
        try:
            queries.create_like(server, made, plan.name)
            ended, schema = _fill(url, plan, manifest, zipped, progress, lambda: None)
            kept = _kept_name(plan.name, datetime.now(UTC))
            _audit(url, manifest, None if discard else kept)
            _refuse_used(server, plan.name)
            try:
                queries.swap(server, plan.name, made, kept)
            except psycopg.errors.ObjectInUse as error:
                raise Conflict("database_in_use", name=plan.name, n=1) from error
        except BaseException:
            with contextlib.suppress(psycopg.Error):
                queries.drop(server, made)
            raise
        if discard:
            with contextlib.suppress(psycopg.Error):
                queries.drop(server, kept)
    return Restored(manifest, schema, None if discard else kept, ended)


def _inside(plan: _Plan, manifest: Manifest, zipped: zipfile.ZipFile, progress: OnStage) -> Restored:
    def clear() -> None:
        with connected(plan.url) as connection:
            become_owner(connection)
            queries.clear(connection)

    ended, schema = _fill(plan.url, plan, manifest, zipped, progress, clear)
    _audit(plan.url, manifest, None)
    return Restored(manifest, schema, None, ended)


def _fill(
    url: str,
    plan: _Plan,
    manifest: Manifest,
    zipped: zipfile.ZipFile,
    progress: OnStage,
    undo: Callable[[], None],
) -> tuple[int, str]:
    """(sessions ended, schema) of an empty database that has the backup in it now."""
    with connected(url) as connection:
        migrate.become_owner(connection)
    tool, _version = tools.find("pg_restore", plan.server, manifest.dumped_by, tls=plan.tls)
    environment, conninfo = tools.connection(url)
    command = [str(tool), "--format=custom", "--single-transaction", "--exit-on-error", "--no-owner"]
    command += ["--no-password", f"--role={migrate.OWNER}", f"--dbname={conninfo}"]
    with tools.running(command, environment, "restore_failed", reads=True) as (pipe, finish):
        done = 0
        for chunk in archive.chunks(zipped):
            pipe.write(chunk)
            done += len(chunk)
            progress("restore", done, manifest.size)
        progress("index", 0, 0)
        finish()
    try:
        with connected(url) as connection:
            become_owner(connection)
            _compare(queries.row_counts(connection), manifest)
            ended = queries.end_sessions(connection)
        progress("upgrade", 0, 0)
        _before, after = migrate.upgrade(url)
        with connected(url) as connection:
            become_owner(connection)
            queries.analyze(connection)
    except BaseException:
        undo()
        raise
    return ended, after.current or ""


def _compare(rows: dict[str, int], manifest: Manifest) -> None:
    for table in sorted(rows.keys() | manifest.rows.keys()):
        wanted, found = manifest.rows.get(table, 0), rows.get(table, 0)
        if wanted != found:
            raise Unavailable("restore_incomplete", table=table, wanted=wanted, found=found)


def _audit(url: str, manifest: Manifest, kept: str | None) -> None:
    with connected(url) as connection:
        become_owner(connection)
        detail = {
            "sha256": manifest.sha256,
            "made_at": manifest.made_at.isoformat(),
            "schema": manifest.schema,
            "replaced": kept,
        }
        queries.audit(connection, "backup.restored", "database", os_user(), detail)


@contextmanager
def _maintenance(url: str) -> Iterator[psycopg.Connection[Any]]:
    """The same role on a database that is not ours."""
    for last, name in ((False, _MAINTENANCE[0]), (True, _MAINTENANCE[1])):
        try:
            connection = connected(make_conninfo(url, dbname=name))
        except Unavailable:
            if last:
                raise
            continue
        with connection:
            yield connection
        return


def _kept_name(name: str, now: datetime) -> str:
    suffix = f"_until_{now:%Y%m%d_%H%M%S}"
    return name[: _NAME_LIMIT - len(suffix)] + suffix
