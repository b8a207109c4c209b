"""Ctrl+C in the middle of a COPY: the transaction ends, nobody waits for anybody."""

from __future__ import annotations

import faulthandler
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from leadtui.core.imports import run_queries
from leadtui.core.imports.dto import ImportFile, Phase, Progress
from leadtui.core.imports.service import import_file
from leadtui.core.leads.dto import AddLead
from leadtui.core.models import service as models
from leadtui.core.scores import bulk
from leadtui.core.scores import service as scores
from leadtui.core.scores.dto import ScoreAll
from tests.conftest import MakeCtx, OwnDatabase

ROWS = "copy (select repeat('x', 1000) from generate_series(1, 100000)) to stdout"


@pytest.fixture(autouse=True)
def never_for_ever() -> Iterator[None]:
    """A wait for the server holds every signal back: without this a defect here would stop the suite."""
    faulthandler.dump_traceback_later(60, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


def test_a_copy_that_is_still_open_does_not_hold_the_rollback(real_db: OwnDatabase) -> None:
    def interrupted() -> None:
        with real_db.transaction() as pg:
            copying = pg.cursor().copy(ROWS)
            copying.__enter__().read()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with real_db.transaction() as pg:
        assert pg.execute("select 1").fetchone() == (1,)


def test_a_scoring_stopped_while_it_reads_leaves_the_database_usable(
    real_db: OwnDatabase, as_real_role: MakeCtx, monkeypatch: pytest.MonkeyPatch
) -> None:
    from uuid import uuid4

    from leadtui.core.leads import service as leads

    ctx = as_real_role("system")
    models.deploy_starter(ctx)
    leads.add(ctx, AddLead(uuid4(), {"name": "Siti Aminah", "age": "34"}))

    def stopped(_scorer: object, parts: Iterator[object], *_rest: object) -> None:
        next(parts)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(bulk, "_score", stopped)
        with pytest.raises(KeyboardInterrupt):
            scores.score_all(ctx, ScoreAll())
    assert scores.score_all(ctx, ScoreAll()).scored == 1


def _file(path: Path, rows: int) -> Path:
    lines = (f"C{n};Budi Santoso;0812{n:08d}" for n in range(rows))
    path.write_text("\n".join(["external_id;name;phone", *lines, ""]))
    return path


@pytest.mark.parametrize("phase", [Phase.READ, Phase.CHECK, Phase.MATCH, Phase.WRITE, Phase.COMMIT])
def test_an_import_stopped_anywhere_was_never_there(
    real_db: OwnDatabase, as_real_role: MakeCtx, tmp_path: Path, phase: Phase
) -> None:
    ctx = as_real_role("admin")
    path = _file(tmp_path / "x.csv", 8_000)

    def stop(progress: Progress) -> None:
        # the digest takes a quarter of the reading; the COPY is what has to be open
        if progress.phase is phase and (phase is not Phase.READ or progress.done > progress.total // 2):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_file(ctx, ImportFile(path), stop)
    with real_db.owner() as connection:
        found = connection.execute("select (select count(*) from lead), (select count(*) from import_run)")
        assert found.fetchone() == (0, 0)
    assert import_file(ctx, ImportFile(path)).added == 8_000


def test_the_next_import_waits_for_one_that_is_about_to_end(
    real_db: OwnDatabase, as_real_role: MakeCtx, tmp_path: Path
) -> None:
    ctx = as_real_role("admin")
    with real_db.owner() as other:
        (team,) = other.execute("select id from team where code = 'main'").fetchone() or (0,)
        other.execute("select pg_advisory_lock(%s, %s)", (run_queries.LOCK, team))
        timer = threading.Timer(0.4, other.execute, ("select pg_advisory_unlock_all()",))
        timer.start()
        assert import_file(ctx, ImportFile(_file(tmp_path / "x.csv", 3))).added == 3
        timer.join()
