"""`leads import` and the record of imports, behind the gate."""

from __future__ import annotations

from leadtui.core.action import Job, job, query
from leadtui.core.auth.permissions import Permission
from leadtui.core.ctx import Tx
from leadtui.core.errors import NotFound
from leadtui.core.imports import history_queries, pipeline
from leadtui.core.imports.dto import (
    ImportFile,
    ImportReport,
    ImportRun,
    OnProgress,
    Progress,
    RejectSink,
    RunRejects,
)


@job(Permission.LEADS_IMPORT, audit="leads.import")
def import_file(
    job: Job, command: ImportFile, progress: OnProgress | None = None, sink: RejectSink | None = None
) -> ImportReport:
    """Bring the leads of one file in. A rejected row is in the report, not an exception.

    `sink` gets every rejected row as it stands in the file. Raises Invalid (`codes.FILE_ERRORS`: the file
    cannot be read as a list of leads; `data["line"]` where it has one), NotFound("team_unknown"),
    Conflict("import_running"). Nothing is imported in any of these cases.
    """
    return pipeline.run_import(job, command, progress or _silent, sink)


@query(Permission.LEADS_IMPORT)
def runs(tx: Tx, limit: int = 50) -> tuple[ImportRun, ...]:
    """The last imports, newest first."""
    return history_queries.runs(tx, limit)


@query(Permission.LEADS_IMPORT)
def run(tx: Tx, run_id: int, limit: int = 1_000) -> RunRejects:
    """One import and the first `limit` rejects of its file. Raises NotFound("run_unknown")."""
    found = history_queries.run(tx, run_id, limit)
    if found is None:
        raise NotFound("run_unknown", run_id=run_id)
    return found


def _silent(progress: Progress) -> None:
    """Nobody is watching."""
