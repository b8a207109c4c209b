"""My tasks on the real database."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest

from leadtui.core.calls.dto import Outcome
from leadtui.core.ctx import Ctx
from leadtui.core.errors import Conflict, Invalid, NotFound
from leadtui.core.leads.dto import LeadState
from leadtui.core.tasks import service as tasks
from leadtui.core.tasks.dto import AddTask, FinishTask, TaskCounts, TaskKind, TaskRow
from tests.conftest import MakeCtx, OneConnection
from tests.db.callfloor import NOON, Floor, at, claim, work


@pytest.fixture
def floor(db: OneConnection) -> Floor:
    return Floor(db)


@pytest.fixture
def agent(as_role: MakeCtx) -> Ctx:
    ctx = as_role("agent")
    at(ctx, NOON)
    return ctx


def add(ctx: Ctx, lead_id: int, **more: Any) -> TaskRow:
    values = {"due_at": NOON + timedelta(hours=1), "note": "kirim brosur", **more}
    return tasks.add(ctx, AddTask(uuid.uuid4(), lead_id, **values))


def finish(ctx: Ctx, task: TaskRow) -> None:
    tasks.finish(ctx, FinishTask(uuid.uuid4(), task.id, task.version))


def test_my_tasks_in_the_order_of_their_time(floor: Floor, agent: Ctx, as_role: MakeCtx) -> None:
    lead, scored = floor.lead(-1), floor.lead(420_000)
    later = add(agent, lead, due_at=NOON + timedelta(hours=5), kind=TaskKind.MEETING)
    sooner = add(agent, scored)
    call = work(agent, floor.lead(7), Outcome.CALLBACK, callback_at=NOON + timedelta(hours=2))
    somebody = as_role("agent")
    at(somebody, NOON)
    add(somebody, lead)
    found = tasks.mine(agent)
    assert [task.id for task in found] == [sooner.id, call.task_id, later.id]
    assert found[0] == sooner
    assert (sooner.rank_key, later.rank_key, sooner.note, sooner.tries) == (420_000, -1, "kirim brosur", 0)
    assert [task.kind for task in found] == [TaskKind.FOLLOW_UP, TaskKind.CALLBACK, TaskKind.MEETING]
    assert found[1].note == "kata-kata nasabah"
    assert tasks.counts(agent) == TaskCounts(open=3, overdue=0)
    at(agent, NOON, hours=3)
    assert tasks.counts(agent) == TaskCounts(open=3, overdue=2)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"note": " \n"}, "note", "blank"),
        ({"note": "x" * 4001}, "note", "too_long"),
        ({"due_at": NOON}, "due_at", "past"),
        ({"due_at": datetime(2027, 3, 11)}, "due_at", "needs_zone"),  # noqa: DTZ001
        ({"due_at": NOON + timedelta(days=400)}, "due_at", "too_far"),
    ],
)
def test_a_task_that_makes_no_sense(
    floor: Floor, agent: Ctx, change: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(Invalid) as caught:
        add(agent, floor.lead(), **change)
    assert caught.value.fields == {field: code}
    assert tasks.mine(agent) == ()


def test_another_teams_lead_does_not_exist(floor: Floor, agent: Ctx, as_role: MakeCtx) -> None:
    lead = floor.lead(team="north")
    with pytest.raises(NotFound):
        add(agent, lead)
    admin = as_role("admin")
    at(admin, NOON)
    made = add(admin, lead)
    assert [task.id for task in tasks.mine(admin)] == [made.id]
    finish(admin, made)
    assert tasks.counts(admin) == TaskCounts(0, 0)


def test_finishing_is_for_the_owner_and_the_version_seen(floor: Floor, agent: Ctx, as_role: MakeCtx) -> None:
    task = add(agent, floor.lead())
    somebody = as_role("agent")
    at(somebody, NOON)
    with pytest.raises(NotFound):
        finish(somebody, task)
    finish(agent, task)
    assert tasks.mine(agent) == ()
    with pytest.raises(Conflict) as caught:
        finish(agent, task)
    assert caught.value.code == "task_changed"
    assert (caught.value.data["state"], caught.value.data["version"]) == (1, 2)
    assert floor.sql("select state, done_at from task") == [(1, NOON)]


def test_a_callback_done_without_a_call_stays_its_owners_by_score(
    floor: Floor, agent: Ctx, as_role: MakeCtx
) -> None:
    best, lead = floor.lead(900), floor.lead(800)
    work(agent, lead, Outcome.CALLBACK, callback_at=NOON + timedelta(hours=1))
    (task,) = tasks.mine(agent)
    finish(agent, task)
    row = floor.queue(lead)
    assert (row["callback_at"], row["state"], row["ready"]) == (None, LeadState.CONTACTED, True)
    assert claim(agent).lead_id == best
    somebody = as_role("agent")
    at(somebody, NOON)
    with pytest.raises(NotFound):
        claim(somebody)


def test_the_same_request_twice_makes_one_task(floor: Floor, agent: Ctx) -> None:
    command = AddTask(uuid.uuid4(), floor.lead(), NOON + timedelta(hours=1), "sekali saja")
    first = tasks.add(agent, command)
    again = tasks.add(agent, command)
    assert (again.id, again.due_at, again.note) == (first.id, first.due_at, first.note)
    assert len(tasks.mine(agent)) == 1
