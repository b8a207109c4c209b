"""Ctrl+C in the middle of a COPY: the transaction ends, nobody waits for anybody."""

from __future__ import annotations

import faulthandler
from collections.abc import Iterator

import pytest

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
