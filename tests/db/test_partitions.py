"""Months of the call log: made ahead, calm, and made good where nobody made them in time."""

from __future__ import annotations

import psycopg

from leadtui.core.db import migrate
from tests.conftest import MakeCtx, OwnDatabase
from tests.db.callfloor import NOON, Floor, work


def _months(db: OwnDatabase) -> list[str]:
    with db.owner() as pg:
        rows = pg.execute(
            "select inhrelid::regclass::text from pg_inherits "
            "where inhparent = 'call_log'::regclass order by 1"
        ).fetchall()
    return [row[0] for row in rows]


def test_half_a_year_of_months_is_made_ahead(real_db: OwnDatabase) -> None:
    # two before this month, this one, six after it, and where all else goes
    assert len(_months(real_db)) == 10


def test_calls_of_a_month_that_nobody_prepared_move_to_it(
    real_db: OwnDatabase, as_real_role: MakeCtx
) -> None:
    floor = Floor(real_db)
    agent = as_real_role("agent")
    agent.now = NOON
    lead = floor.lead()
    with real_db.owner() as pg:
        for month in _months(real_db):
            if month != "call_log_default":
                pg.execute(f"drop table {month}")
    logged = work(agent, lead, None)
    with psycopg.connect(real_db.admin_url) as pg:
        before = pg.execute("select * from call_log").fetchall()
        assert pg.execute("select count(*) from only call_log_default").fetchone() == (1,)
    migrate.ahead(real_db.admin_url)
    assert len(_months(real_db)) >= 10
    with psycopg.connect(real_db.admin_url) as pg:
        assert pg.execute("select count(*) from only call_log_default").fetchone() == (0,)
        assert pg.execute("select * from call_log").fetchall() == before
    # what counts on the log goes on: its keys, its indexes, who may write
    again = work(agent, floor.lead(), None)
    assert again.call_id > logged.call_id


def test_tables_of_a_busy_floor_are_not_analysed_every_minute(real_db: OwnDatabase) -> None:
    """Each time makes every connection of the house plan anew (0016)."""
    with real_db.owner() as pg:
        rows = pg.execute(
            "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace "
            "and (relname in ('open_call', 'task', 'agent_day', 'receipt', 'news') "
            "or relname ~ '^(call_log|audit)_[2d]') "
            "and not coalesce(reloptions @> array['autovacuum_analyze_threshold=20000'], false)"
        ).fetchall()
    assert rows == []
