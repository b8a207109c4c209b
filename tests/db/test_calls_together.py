"""Many agents at once, on real connections: nobody is called twice, nothing is counted twice."""

from __future__ import annotations

import functools
import random
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeVar

import psycopg
import pytest

from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import CallStatus, Claim, GiveBack, LogCall, OpenCall, Outcome
from leadtui.core.ctx import Ctx
from leadtui.core.db.database import Database
from leadtui.core.errors import Conflict, LeadtuiError, NotFound
from leadtui.core.leads.dto import LeadState
from leadtui.core.tasks import service as tasks
from leadtui.core.tasks.dto import AddTask, FinishTask
from tests.conftest import MakeCtx, OwnDatabase
from tests.db.callfloor import NOON, Floor, at, claim, logged
from tests.db.test_performance import HOURS, LOG, LOG_HOURS, SUMS

T = TypeVar("T")


@pytest.fixture
def floor(real_db: OwnDatabase) -> Floor:
    return Floor(real_db)


@pytest.fixture
def team(real_db: OwnDatabase, as_real_role: MakeCtx) -> Callable[[int], list[Ctx]]:
    """Agents with a pool of their own each, as separate processes have."""
    pools: list[Database] = []

    def make(n: int) -> list[Ctx]:
        agents = []
        for _ in range(n):
            known = as_real_role("agent")
            pools.append(Database(real_db.url, pool_max=2))
            agents.append(Ctx(pools[-1], known.origin, token=known.token, actor=known.actor, now=NOON))
        return agents

    yield make  # type: ignore[misc]
    for pool in pools:
        pool.close()


def together(jobs: list[Callable[[], T]]) -> list[T | LeadtuiError]:
    """Every job at the same moment; expected errors come back as values."""
    gate = threading.Barrier(len(jobs))

    def run(job: Callable[[], T]) -> T | LeadtuiError:
        gate.wait(timeout=20)
        try:
            return job()
        except LeadtuiError as error:
            return error

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_eight_agents_never_hold_the_same_lead_or_number(
    floor: Floor, team: Callable[[int], list[Ctx]]
) -> None:
    shared = [f"+62811000{n:04d}" for n in range(15)]
    leads = [floor.lead(1000 - n, phones=(shared[n % 15],)) for n in range(30)]
    leads += [floor.lead(500 - n) for n in range(60)]
    agents = team(8)
    seen: list[int] = []
    problems: list[str] = []
    lock = threading.Lock()

    def work_all(ctx: Ctx, seed: int) -> int:
        chance = random.Random(seed)  # noqa: S311
        done = 0
        while True:
            try:
                call = claim(ctx)
            except NotFound:
                return done
            with lock:
                seen.append(call.lead_id)
            rows = floor.sql("select lead_id, phone from open_call where live")
            if len({row[0] for row in rows}) != len(rows) or len({row[1] for row in rows}) != len(rows):
                problems.append(repr(rows))
            if chance.random() < 0.1:
                calls.give_back(ctx, GiveBack(uuid.uuid4(), call.id, "other"))
                continue
            sold = chance.random() < 0.3
            if sold:
                logged(ctx, call, Outcome.CLOSED, product_id=1, amount=Decimal(5))
            else:
                logged(ctx, call, chance.choice([None, Outcome.NOT_INTERESTED, Outcome.INTERESTED]))
            done += 1

    done = together([functools.partial(work_all, ctx, seed) for seed, ctx in enumerate(agents)])
    assert problems == []
    assert all(isinstance(n, int) for n in done), done
    assert floor.sql("select count(*) from open_call") == [(0,)]
    # whoever was given back by everybody who saw them may be left; nobody was called twice
    called = floor.sql("select lead_id, count(*) from call_log group by 1 having count(*) > 1")
    assert called == []
    (n_called,) = floor.sql("select count(*) from call_log")[0]
    assert n_called == sum(n for n in done if isinstance(n, int))
    assert n_called >= 80
    assert set(seen) <= set(leads)
    assert floor.sql(SUMS) == floor.sql(LOG)
    assert floor.sql(HOURS) == floor.sql(LOG_HOURS)


def test_two_agents_choose_the_same_lead(floor: Floor, team: Callable[[int], list[Ctx]]) -> None:
    a, b = team(2)
    for _ in range(10):
        lead = floor.lead()
        got = together([functools.partial(claim, a, lead), functools.partial(claim, b, lead)])
        won = [one for one in got if isinstance(one, OpenCall)]
        lost = [one for one in got if isinstance(one, Conflict)]
        assert (len(won), [one.code for one in lost]) == (1, ["lead_taken"])
        winner = a if isinstance(got[0], OpenCall) else b
        logged(winner, won[0], None)


def test_two_leads_of_one_number(floor: Floor, team: Callable[[int], list[Ctx]]) -> None:
    a, b = team(2)
    for n in range(10):
        one, two = (floor.lead(phones=(f"+628119999{n:03d}",)) for _ in range(2))
        got = together([functools.partial(claim, a, one), functools.partial(claim, b, two)])
        won = [call for call in got if isinstance(call, OpenCall)]
        assert len(won) == 1
        assert [error.code for error in got if isinstance(error, LeadtuiError)] == ["lead_taken"]
        logged(a if isinstance(got[0], OpenCall) else b, won[0], None)


def test_one_agent_in_two_windows_has_one_call(floor: Floor, team: Callable[[int], list[Ctx]]) -> None:
    (ctx,) = team(1)
    for _ in range(4):
        floor.lead()
    got = together([lambda: claim(ctx), lambda: claim(ctx)])
    (call,) = [one for one in got if isinstance(one, OpenCall)]
    (refused,) = [one for one in got if isinstance(one, Conflict)]
    assert refused.code == "has_open_call"
    assert refused.data["open_call_id"] == call.id
    assert floor.sql("select count(*) from lead_queue where claimed_by is not null") == [(1,)]


def test_the_same_request_at_the_same_time_is_done_once(
    floor: Floor, team: Callable[[int], list[Ctx]]
) -> None:
    (ctx,) = team(1)
    for n in range(12):
        # one lead, then two: the second request finds the queue empty, or another lead to take
        for _ in range(1 + n // 6):
            floor.lead(n)
        command = Claim(uuid.uuid4())
        first, second = together([functools.partial(calls.claim, ctx, command)] * 2)
        assert isinstance(first, OpenCall)
        assert first == second
        said = LogCall(uuid.uuid4(), first.id, CallStatus.CONNECTED, "setuju", outcome=Outcome.CLOSED,
                       product_id=1, amount=Decimal(10))  # fmt: skip
        one, two = together([functools.partial(calls.log, ctx, said)] * 2)
        assert one == two
        assert not isinstance(one, LeadtuiError)
        task = tasks.add(
            ctx, AddTask(uuid.uuid4(), first.lead_id, NOON + timedelta(hours=1), "kirim formulir")
        )
        done = FinishTask(uuid.uuid4(), task.id, task.version)
        assert together([functools.partial(tasks.finish, ctx, done)] * 2) == [None, None]
    assert floor.sql("select count(*) from audit where action = 'task.finished'") == [(12,)]
    assert floor.sql("select calls, closings, amount from agent_day") == [(12, 12, Decimal(120))]
    assert floor.sql("select count(*) from call_log") == [(12,)]


def test_a_process_that_dies_between_claim_and_log_finds_its_call_again(
    floor: Floor, real_db: OwnDatabase, team: Callable[[int], list[Ctx]]
) -> None:
    ctx, other = team(2)
    lead = floor.lead()
    call = claim(ctx)
    # the server sees the connection die
    floor.sql("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'leadtui_app'")
    again = Ctx(Database(real_db.url, pool_max=1), ctx.origin, token=ctx.token, now=NOON)
    try:
        back = calls.current(again)
        assert back is not None
        assert (back.id, back.lead_id, back.live) == (call.id, lead, True)
        with pytest.raises(NotFound):
            claim(other)
        logged(again, back, Outcome.INTERESTED)
    finally:
        again.db.close()
    assert floor.queue(lead)["state"] == LeadState.QUALIFIED


def test_a_process_killed_in_the_middle_of_a_claim_leaves_nothing(
    floor: Floor, real_db: OwnDatabase, team: Callable[[int], list[Ctx]]
) -> None:
    ctx, _other = team(2)
    lead = floor.lead()
    with psycopg.connect(real_db.admin_url) as dying:
        dying.execute("select 1 from lead_queue where lead_id = %s for update", (lead,))
        dying.execute(
            "update lead_queue set claimed_until = now() + interval '1 hour' where lead_id = %s", (lead,)
        )
        dying.rollback()
    assert claim(ctx).lead_id == lead


def test_a_claim_waits_for_a_rescore_that_holds_the_head(
    floor: Floor, real_db: OwnDatabase, team: Callable[[int], list[Ctx]]
) -> None:
    """A bulk rescore locks rows for a moment: that is no reason to say that nobody is left to call."""
    (ctx,) = team(1)
    leads = [floor.lead(n) for n in range(5)]
    with psycopg.connect(real_db.admin_url) as rescore, ThreadPoolExecutor(2) as pool:
        rescore.execute("update lead_queue set rank_key = 5 - rank_key")
        served = pool.submit(claim, ctx)
        deadline = time.monotonic() + 20
        while not floor.sql("select 1 from pg_stat_activity where wait_event_type = 'Lock'"):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        rescore.commit()
        assert served.result(timeout=20).lead_id in leads


def test_a_lease_ends_and_its_agent_comes_back(floor: Floor, team: Callable[[int], list[Ctx]]) -> None:
    ctx, other = team(2)
    lead = floor.lead()
    late = claim(ctx)
    at(other, NOON, minutes=16)
    at(ctx, NOON, minutes=16)
    for _ in range(10):
        # the heartbeat of a laptop that woke up, against a colleague's `n`, at the same moment
        got: list[Any] = together([lambda: calls.heartbeat(ctx, late.id), lambda: claim(other)])  # type: ignore[list-item]
        mine, theirs = got
        assert isinstance(mine, OpenCall)
        held = floor.sql("select agent_id from open_call where live and lead_id = %s", lead)
        assert len(held) == 1
        if isinstance(theirs, OpenCall):
            assert not mine.live or calls.heartbeat(ctx, late.id).live is False
            with pytest.raises(Conflict) as caught:
                logged(ctx, late, Outcome.INTERESTED)
            assert caught.value.code == "lead_moved_on"
            return
        assert theirs.code == "queue_empty"
        assert mine.live
        for one in (ctx, other):
            assert one.now is not None
            one.now += timedelta(minutes=16)
    # the heartbeat won every time: the lead is still its agent's
    logged(ctx, late, Outcome.INTERESTED)
    assert floor.queue(lead)["state"] == LeadState.QUALIFIED


def test_do_not_call_by_number_against_a_claim_of_the_twin(
    floor: Floor, team: Callable[[int], list[Ctx]]
) -> None:
    ctx, other = team(2)
    for n in range(10):
        numbers = (f"+628118888{n:03d}",)
        lead, twin = floor.lead(phones=numbers), floor.lead(phones=numbers)
        call = claim(ctx, lead)
        _done, got = together(
            [lambda c=call: logged(ctx, c, Outcome.DO_NOT_CALL), lambda t=twin: claim(other, t)]
        )  # type: ignore[misc]
        assert floor.queue(twin)["dnc"]
        assert isinstance(got, Conflict), got
        assert got.code in ("lead_taken", "not_callable")
