"""`leads import` behind the gate."""

from __future__ import annotations

from leadtui.core.action import Job, job
from leadtui.core.auth.permissions import Permission
from leadtui.core.imports import pipeline
from leadtui.core.imports.dto import ImportFile, ImportReport, OnProgress, Progress


@job(Permission.LEADS_IMPORT, audit="leads.import")
def import_file(job: Job, command: ImportFile, progress: OnProgress | None = None) -> ImportReport:
    """Bring the leads of one file in. A rejected row is in the report, not an exception.

    Raises Invalid (`codes.FILE_ERRORS`: the file cannot be read as a list of leads; `data["line"]` where it
    has one), NotFound("team_unknown"), Conflict("import_running"). Nothing is imported in any of these cases.
    """
    return pipeline.run_import(job, command, progress or _silent, synthetic=False)


def _silent(progress: Progress) -> None:
    """Nobody is watching."""
