"""What writes change is told to every program: at once on a quiet floor, in batches on a busy one."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest

from leadtui.core.ctx import Ctx
from leadtui.core.tasks import service as tasks
from leadtui.core.tasks.dto import AddTask
from tests.conftest import MakeCtx, OwnDatabase
from tests.db.callfloor import NOON, Floor

Listening = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def listening(real_db: OwnDatabase) -> Iterator[Listening]:
    with psycopg.connect(real_db.url, autocommit=True) as connection:
        connection.execute("listen leadtui")
        yield connection


def payloads(listening: Listening, changes: int) -> list[str]:
    """Payloads until so many changes have come."""
    found: list[str] = []
    until = time.monotonic() + 20
    while sum(len(payload.split()) for payload in found) < changes:
        assert time.monotonic() < until, f"only {found} came"
        found += [note.payload for note in listening.notifies(timeout=1, stop_after=1)]
    return found


def write(ctx: Ctx, lead: int) -> None:
    """A task: one change, of the actor's tasks."""
    tasks.add(ctx, AddTask(uuid.uuid4(), lead, NOON + timedelta(hours=3), "kirim brosur"))


@pytest.fixture
def floor(real_db: OwnDatabase) -> Floor:
    return Floor(real_db)


def agents(as_real_role: MakeCtx, n: int) -> list[Ctx]:
    found = [as_real_role("agent") for _ in range(n)]
    for one in found:
        one.now = NOON
    return found


def busy(floor: Floor, milliseconds: int) -> None:
    """As if many programs listened, and had heard something just now."""
    floor.sql(
        "update news_told set at = clock_timestamp(), pause_ms = %s, counted_at = clock_timestamp()",
        milliseconds,
    )


def test_on_a_quiet_floor_a_change_is_told_with_its_commit(
    floor: Floor, listening: Listening, as_real_role: MakeCtx
) -> None:
    lead = floor.lead()
    [agent] = agents(as_real_role, 1)
    floor.sql("update news_told set pause_ms = 0, counted_at = clock_timestamp()")
    write(agent, lead)
    assert floor.sql("select count(*) from news") == [(0,)]
    assert agent.actor is not None
    assert payloads(listening, 1) == [f"task:{agent.actor.user_id}:0"]


def test_on_a_busy_floor_what_several_changed_is_told_together(
    floor: Floor, listening: Listening, as_real_role: MakeCtx
) -> None:
    lead = floor.lead()
    pair = agents(as_real_role, 2)
    # far longer than both writes take: what waits is told by who wrote, when the pause is over
    busy(floor, 5000)
    for one in pair:
        write(one, lead)
    assert [row[0] for row in floor.sql("select payload from news order by id")] == [
        f"task:{one.actor.user_id}:0" for one in pair if one.actor is not None
    ]
    told = payloads(listening, 2)
    assert told == [" ".join(f"task:{one.actor.user_id}:0" for one in pair if one.actor is not None)]
    assert floor.sql("select count(*) from news") == [(0,)]


def test_the_pause_follows_how_many_listen(floor: Floor, real_db: OwnDatabase, as_real_role: MakeCtx) -> None:
    [agent] = agents(as_real_role, 1)
    programs = [psycopg.connect(real_db.url, application_name="leadtui-live") for _ in range(7)]
    try:
        write(agent, floor.lead())
        assert floor.sql("select pause_ms from news_told") == [(7,)]
    finally:
        for one in programs:
            one.close()


def test_news_survive_that_a_crash_has_emptied_the_clock(
    floor: Floor, listening: Listening, as_real_role: MakeCtx
) -> None:
    [agent] = agents(as_real_role, 1)
    floor.sql("truncate news, news_told")  # what PostgreSQL does with unlogged tables after a crash
    write(agent, floor.lead())
    assert agent.actor is not None
    assert payloads(listening, 1) == [f"task:{agent.actor.user_id}:0"]
    assert floor.sql("select count(*) from news_told") == [(1,)]


def test_what_is_rolled_back_is_never_told(floor: Floor, as_real_role: MakeCtx) -> None:
    [agent] = agents(as_real_role, 1)
    busy(floor, 60_000)
    with pytest.raises(Exception, match="blank"):
        tasks.add(agent, AddTask(uuid.uuid4(), floor.lead(), NOON + timedelta(hours=1), " "))
    assert floor.sql("select count(*) from news") == [(0,)]
