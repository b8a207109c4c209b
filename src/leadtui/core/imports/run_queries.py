"""The record of imports: runs, their rejects, and whether a file is the very same as the last one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from psycopg.types.json import Jsonb

from leadtui.core.db.database import PgConnection
from leadtui.core.imports.bad_queries import forget
from leadtui.core.imports.dto import ImportStatus, Reject

_CHUNK: Final = 5_000
LOCK: Final = 0x696D70  # "imp"


@dataclass(frozen=True, slots=True)
class File:
    """The file of a run."""

    name: str
    sha256: bytes
    size: int


@dataclass(frozen=True, slots=True)
class Counts:
    """read = added + changed + unchanged + rejected + skipped."""

    read: int
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    skipped: int = 0


def team_id(pg: PgConnection, code: str) -> int | None:
    """The team with this code."""
    row = pg.execute("select id from team where code = %s", (code,)).fetchone()
    return int(row[0]) if row is not None else None


def lock(pg: PgConnection, team_id: int, wait: float) -> bool:
    """Whether this is the team's only import; held until the transaction ends.

    It waits up to `wait` seconds: an import that was killed is gone as soon as its server process notices.
    """
    end = time.monotonic() + wait
    while True:
        row = pg.execute("select pg_try_advisory_xact_lock(%s, %s)", (LOCK, team_id)).fetchone()
        if row is not None and row[0]:
            return True
        if time.monotonic() >= end:
            return False
        time.sleep(0.1)


def start(pg: PgConnection, team_id: int, actor_id: int, file: File, options: dict[str, Any]) -> int:
    """A run's row before its counts are known; gives its id."""
    row = pg.execute(
        "insert into import_run (team_id, file_name, file_sha256, file_bytes, actor_id, status, n_read,"
        " n_added, n_changed, n_unchanged, n_rejected, n_skipped, options)"
        " values (%s, %s, %s, %s, %s, 'committed', 0, 0, 0, 0, 0, 0, %s) returning id",
        (team_id, file.name, file.sha256, file.size, actor_id, Jsonb(options)),
    ).fetchone()
    if row is None:
        raise AssertionError("INSERT … RETURNING gave no row")
    return int(row[0])


def finish(
    pg: PgConnection, run_id: int, status: ImportStatus, counts: Counts, shared_phones: int = 0
) -> None:
    """Write how the run ended."""
    pg.execute(
        "update import_run set finished_at = clock_timestamp(), status = %s, n_read = %s, n_added = %s,"
        " n_changed = %s, n_unchanged = %s, n_rejected = %s, n_skipped = %s, n_shared_phones = %s"
        " where id = %s",
        (
            status.value, counts.read, counts.added, counts.changed, counts.unchanged, counts.rejected,
            counts.skipped, shared_phones, run_id,
        ),
    )  # fmt: skip


def keep_rejects(pg: PgConnection, team_id: int, file: File, rejects: Sequence[Reject]) -> None:
    """Keep what is wrong with this file, instead of what was wrong with the same file before."""
    forget(pg, team_id, file.sha256)
    for start_at in range(0, len(rejects), _CHUNK):
        part = rejects[start_at : start_at + _CHUNK]
        pg.execute(
            "insert into import_reject (team_id, file_sha256, line, col, reason, value)"
            " select %s, %s, u.line, u.col, u.reason, u.value"
            " from unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) as u (line, col, reason, value)",
            (
                team_id, file.sha256, [r.line for r in part], [r.column for r in part],
                [r.code for r in part], [r.value for r in part],
            ),
        )  # fmt: skip


def same_as_last(
    pg: PgConnection, team_id: int, file: File, options: dict[str, Any]
) -> tuple[Counts, int] | None:
    """What this file did when it was the team's last committed import, with the same options and no lead of
    the team edited since, and its shared numbers; None where it has to be read.

    An edit is a `lead.updated_at` after the import: every service that changes a lead sets it and counts
    `version` up.
    """
    row = pg.execute(
        "select file_sha256 = %s and options = %s, started_at, n_read, n_added + n_changed + n_unchanged,"
        " n_skipped, n_rejected, n_shared_phones from import_run"
        " where team_id = %s and status = 'committed' order by id desc limit 1",
        (file.sha256, Jsonb(options), team_id),
    ).fetchone()
    if row is None or not row[0]:
        return None
    _, since, read, leads, skipped, rejected, shared = row
    if rejected:
        return None  # its rejects go to a file again
    edited = pg.execute(
        "select exists (select from lead where team_id = %s and version > 1 and updated_at > %s)",
        (team_id, since),
    ).fetchone()
    if edited is None or edited[0]:
        return None
    return Counts(read=read, unchanged=leads, skipped=skipped), shared
