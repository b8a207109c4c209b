"""An agent's day, from the rollup, equal to the call log."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest

from leadtui.core.calls.dto import Outcome
from leadtui.core.ctx import Ctx
from leadtui.core.performance import service as performance
from leadtui.core.performance.dto import DayCounts
from tests.conftest import MakeCtx, OneConnection
from tests.db.callfloor import NOON, Floor, at, work

SUMS = """
    select agent_id, day, sum(calls)::bigint, sum(contacts)::bigint, sum(closings)::bigint,
           sum(callbacks)::bigint, sum(amount), sum(talk_seconds)::bigint,
           round(sum(expected)::numeric, 6)
    from agent_day group by 1, 2 order by 1, 2
"""
LOG = """
    select agent_id, report_day, count(*), count(*) filter (where status = 1),
           count(*) filter (where outcome = 3), count(*) filter (where outcome = 2),
           coalesce(sum(amount), 0), coalesce(sum(talk_seconds), 0)::bigint,
           round(sum(greatest(rank_key, 0)) / 1e6, 6)
    from call_log group by 1, 2 order by 1, 2
"""
HOURS = """
    select agent_id, day, hour::int, (numbers ->> 0)::int, (numbers ->> 1)::int
    from agent_day, jsonb_each(by_hour) as h(hour, numbers) order by 1, 2, 3
"""
LOG_HOURS = """
    select agent_id, report_day, report_hour::int, count(*)::int, (count(*) filter (where status = 1))::int
    from call_log group by 1, 2, 3 order by 1, 2, 3
"""


@pytest.fixture
def floor(db: OneConnection) -> Floor:
    return Floor(db)


@pytest.fixture
def agent(as_role: MakeCtx) -> Ctx:
    ctx = as_role("agent")
    at(ctx, NOON)
    return ctx


def test_before_the_first_call_all_is_zero(agent: Ctx) -> None:
    assert performance.today(agent) == DayCounts(date(2027, 3, 10), 0, 0, 0, Decimal(0), "IDR", 0, ())


def test_my_day(floor: Floor, agent: Ctx) -> None:
    work(agent, floor.lead(), None)
    at(agent, NOON, hours=-3)
    work(agent, floor.lead(), Outcome.CALLBACK, callback_at=NOON)
    work(agent, floor.lead(), Outcome.CLOSED, product_id=1, amount=Decimal("250.50"))
    at(agent, NOON)
    assert performance.today(agent) == DayCounts(
        date(2027, 3, 10), 3, 2, 1, Decimal("250.50"), "IDR", 1, ((9, 2, 2), (12, 1, 0))
    )
    at(agent, NOON, days=1)
    assert performance.today(agent).calls == 0


def test_a_day_ends_at_the_teams_midnight(floor: Floor, agent: Ctx) -> None:
    floor.set("window.enabled", "false")
    at(agent, NOON, hours=11, minutes=59)
    work(agent, floor.lead(), None)
    assert performance.today(agent).calls == 1
    at(agent, NOON, hours=12)
    assert performance.today(agent).day == date(2027, 3, 11)
    assert performance.today(agent).calls == 0


def test_the_rollup_is_the_call_log(floor: Floor, as_role: MakeCtx) -> None:
    floor.set("window.enabled", "false")
    chance = random.Random(7)  # noqa: S311
    agents = [as_role("agent") for _ in range(3)]
    for n in range(60):
        ctx = chance.choice(agents)
        moment = NOON + timedelta(minutes=37 * n)
        at(ctx, moment)
        outcome = chance.choice([None, *Outcome])
        more = {"callback_at": moment + timedelta(hours=1)} if outcome is Outcome.CALLBACK else {}
        if outcome is Outcome.CLOSED:
            more = {"product_id": 1, "amount": Decimal(chance.randrange(1, 10**9)) / 100}  # type: ignore[dict-item]
        work(ctx, floor.lead(chance.choice([-1, chance.randrange(10**6)])), outcome, **more)
    assert floor.sql(SUMS) == floor.sql(LOG)
    assert floor.sql(HOURS) == floor.sql(LOG_HOURS)
    assert len(floor.sql(SUMS)) > 3
