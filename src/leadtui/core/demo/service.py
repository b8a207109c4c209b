"""The demo: fill an empty database with made-up customers, and say who signs in."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

from leadtui.core.action import REGISTRY, Job, job
from leadtui.core.auth.permissions import Permission
from leadtui.core.demo import queries
from leadtui.core.demo.dto import LOGINS, MAX_LEADS, DemoReport, FillDemo, OnStage
from leadtui.core.demo.logins import demo_logins as demo_logins
from leadtui.core.demo.notes import NOTES
from leadtui.core.errors import Conflict, Invalid, NotAllowed

FILE_NAME = "demo.csv"


@job(Permission.DEMO_FILL, audit="demo.filled")
def fill(work: Job, command: FillDemo, progress: OnStage | None = None) -> DemoReport:
    """Customers, users, scores and yesterday's calls; a database that is the demo's already stays as it is.

    Everything goes the way of real data: the customers through the import, the calls through the call
    services. The flag is set first, so that an interrupted demo is known as one. Raises
    NotAllowed("demo_production"), Conflict("demo_not_empty"), Conflict("demo_half_filled"), Invalid.
    """
    tell = progress or _quiet
    if work.ctx.production:
        raise NotAllowed("demo_production")
    if not 1 <= command.leads <= MAX_LEADS:
        raise Invalid({"leads": "demo_leads"}, "demo_leads", limit=MAX_LEADS)
    if command.language not in NOTES:
        raise Invalid({"language": "unknown"}, known=", ".join(NOTES))
    ready = _begin(work, command)
    if ready is not None:
        return ready
    _users(work, tell)
    leads = _customers(work, command, tell)
    _scores(work, tell)
    calls = _calls(work, command, tell)
    with work.transaction(audit=True) as tx:
        queries.put(tx.pg, queries.KEY, {**_flag(command, "ready"), "leads": leads, "calls": calls})
        tx.audit(leads=leads, calls=calls, seed=command.seed)
    return DemoReport(True, leads, calls, LOGINS)


def _quiet(stage: str, done: int, total: int) -> None:
    """Nobody is watching."""


def _flag(command: FillDemo, state: str) -> dict[str, object]:
    return {"state": state, "leads": command.leads, "language": command.language, "seed": command.seed}


def _begin(work: Job, command: FillDemo) -> DemoReport | None:
    """Flag the database, or say what the demo holds already."""
    with work.transaction() as tx:
        flag = queries.flag(tx.pg)
        if flag is not None:
            if flag.get("state") != "ready":
                raise Conflict("demo_half_filled")
            return DemoReport(False, int(flag["leads"]), int(flag.get("calls", 0)), LOGINS)
        if not queries.is_empty(tx.pg):
            raise Conflict("demo_not_empty")
        queries.put(tx.pg, queries.KEY, _flag(command, "filling"))
        # whoever looks around at night must be able to call somebody; the banner says that this is a demo
        queries.put(tx.pg, "window.enabled", False)
    return None


def _users(work: Job, tell: OnStage) -> None:
    from leadtui.core.users import service as users
    from leadtui.core.users.dto import AddUser

    for n, login in enumerate(LOGINS):
        tell("users", n, len(LOGINS))
        users.add_of_demo(work.ctx, AddUser(login.email, login.name, login.role, password=login.password))
    tell("users", len(LOGINS), len(LOGINS))


def _customers(work: Job, command: FillDemo, tell: OnStage) -> int:
    from leadtui.core.demo.population import COLUMNS, Population
    from leadtui.core.imports import pipeline
    from leadtui.core.imports import service as imports
    from leadtui.core.imports.dto import ImportFile

    with tempfile.TemporaryDirectory(prefix="leadtui-") as folder:
        path = Path(folder) / FILE_NAME
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, delimiter=";", lineterminator="\n")
            writer.writeheader()
            for n, row in enumerate(Population(command.seed).rows(command.leads), start=1):
                writer.writerow(row)
                if n % 1_000 == 0:
                    tell("people", n, command.leads)
        gate = Job(work.ctx, REGISTRY["imports." + imports.import_file.__name__])
        report = pipeline.run_import(
            gate, ImportFile(path), lambda p: tell("import", p.done, p.total), synthetic=True
        )
    return report.added


def _scores(work: Job, tell: OnStage) -> None:
    from leadtui.core.scores import service as scores
    from leadtui.core.scores.dto import ScoreAll

    scores.score_all(work.ctx, ScoreAll(), lambda stage, done, total: tell("score", done, total))


def _calls(work: Job, command: FillDemo, tell: OnStage) -> int:
    from leadtui.core.demo.calls import make_day

    return make_day(
        work.ctx.db, LOGINS[0], command.language, command.seed, lambda n, of: tell("calls", n, of)
    )
