"""Imports of the past, and what was wrong with their files."""

from __future__ import annotations

from typing import Any, Final

from leadtui.core.ctx import Tx
from leadtui.core.imports.dto import ImportRun, ImportStatus, Reject, RunRejects
from leadtui.core.imports.rules import mask

_RUN: Final = """
select r.id, t.code, r.file_name, encode(r.file_sha256, 'hex'), r.file_bytes, coalesce(p.name, 'system'),
       r.started_at, r.finished_at, r.status, r.n_read, r.n_added, r.n_changed, r.n_unchanged, r.n_rejected,
       r.n_skipped, r.n_shared_phones, r.options, r.team_id, r.file_sha256
from import_run r join team t on t.id = r.team_id left join people() p on p.user_id = r.actor_id
where (%(all)s or r.team_id = %(team)s)
"""
_LATEST: Final = _RUN + " order by r.id desc limit %(limit)s"
_ONE: Final = _RUN + " and r.id = %(id)s"
_REJECTS: Final = """
select line, col, reason, value from import_reject where team_id = %s and file_sha256 = %s
order by line, col, reason limit %s
"""
_TOTAL: Final = "select count(*) from import_reject where team_id = %s and file_sha256 = %s"


def runs(tx: Tx, limit: int) -> tuple[ImportRun, ...]:
    """The last imports of the actor's scope, newest first."""
    return tuple(_run(row) for row in tx.rows(tx.send(_LATEST, {**_scope(tx), "limit": limit})))


def run(tx: Tx, run_id: int, limit: int) -> RunRejects | None:
    """One import with the first rejects of its file; None outside the actor's scope."""
    row = tx.row(tx.send(_ONE, {**_scope(tx), "id": run_id}))
    if row is None:
        return None
    *_, team_id, sha256 = row
    rejects = tuple(
        Reject(line, column, code, mask(column, value or ""))
        for line, column, code, value in tx.rows(tx.send(_REJECTS, (team_id, sha256, limit)))
    )
    total = tx.row(tx.send(_TOTAL, (team_id, sha256)))
    return RunRejects(_run(row), rejects, int(total[0]) if total else 0)


def _scope(tx: Tx) -> dict[str, Any]:
    return {"all": tx.actor.sees_all, "team": tx.actor.team_id}


def _run(row: tuple[Any, ...]) -> ImportRun:
    (
        ident, team, name, sha256, size, actor, started, finished, status, read, added, changed, unchanged,
        rejected, skipped, shared, options, *_,
    ) = row  # fmt: skip
    return ImportRun(
        id=ident,
        team=team,
        file_name=name,
        file_sha256=sha256,
        file_bytes=size,
        actor=actor,
        started_at=started,
        finished_at=finished,
        status=ImportStatus(status),
        read=read,
        added=added,
        changed=changed,
        unchanged=unchanged,
        rejected=rejected,
        skipped=skipped,
        shared_phones=shared,
        options=options,
    )
