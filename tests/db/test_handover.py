"""Giving a lead to a colleague, and what managers decide."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from leadtui.core.calls import after, assign
from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import Assign, HandOver, Outcome
from leadtui.core.ctx import Ctx
from leadtui.core.errors import Conflict, Invalid, NotAllowed, NotFound
from leadtui.core.leads.dto import LeadState
from leadtui.core.pauses import service as pauses
from leadtui.core.pauses.dto import StartPause
from leadtui.core.tasks import service as tasks
from tests.conftest import MakeCtx, OneConnection
from tests.db.callfloor import NOON, Floor, at, claim, work


@pytest.fixture
def floor(db: OneConnection) -> Floor:
    return Floor(db)


@pytest.fixture
def agent(as_role: MakeCtx) -> Ctx:
    ctx = as_role("agent", name="Sari")
    at(ctx, NOON)
    return ctx


@pytest.fixture
def other(as_role: MakeCtx) -> Ctx:
    ctx = as_role("agent", name="Budi")
    at(ctx, NOON)
    return ctx


@pytest.fixture
def manager(as_role: MakeCtx) -> Ctx:
    ctx = as_role("manager")
    at(ctx, NOON)
    return ctx


def me(ctx: Ctx) -> int:
    assert ctx.actor is not None
    return ctx.actor.user_id


def hours(n: float) -> datetime:
    return NOON + timedelta(hours=n)


def give(ctx: Ctx, lead: int, to: Ctx, note: str = "bahasanya Jawa halus") -> None:
    after.hand_over(ctx, HandOver(uuid.uuid4(), lead, me(to), note))


def put(ctx: Ctx, lead: int, to: Ctx | None, note: str = "") -> None:
    assign.assign(ctx, Assign(uuid.uuid4(), lead, None if to is None else me(to), note))


def open_tasks(floor: Floor) -> list[tuple[Any, ...]]:
    return floor.sql("select owner_id, kind, due_at, note from task where state = 0 order by id")


# a colleague ----------------------------------------------------------------------------------------------


def test_a_lead_that_nobody_has(floor: Floor, agent: Ctx, other: Ctx) -> None:
    lead = floor.lead()
    give(agent, lead, other)
    row = floor.queue(lead)
    assert (row["owner_id"], row["state"], row["claimed_by"]) == (me(other), LeadState.PENDING, None)
    assert open_tasks(floor) == [(me(other), 2, NOON, "bahasanya Jawa halus")]
    assert [task.lead_id for task in tasks.mine(other)] == [lead]
    with pytest.raises(NotFound):
        claim(agent)
    assert claim(other).lead_id == lead


def test_a_promised_customer_keeps_their_time(floor: Floor, agent: Ctx, other: Ctx) -> None:
    lead = floor.lead()
    work(agent, lead, Outcome.CALLBACK, callback_at=hours(3))
    give(agent, lead, other)
    row = floor.queue(lead)
    assert (row["owner_id"], row["callback_at"]) == (me(other), hours(3))
    assert open_tasks(floor) == [
        (me(other), 1, hours(3), "kata-kata nasabah"),
        (me(other), 2, NOON, "bahasanya Jawa halus"),
    ]
    at(other, hours(3))
    assert claim(other).lead_id == lead


def test_the_lead_of_my_call_before_dialling(floor: Floor, agent: Ctx, other: Ctx) -> None:
    floor.lead()
    call = claim(agent)
    pauses.start(agent, StartPause(uuid.uuid4(), "meal", after_call=True))
    give(agent, call.lead_id, other)
    assert calls.current(agent) is None
    assert floor.sql("select count(*) from give_back") == [(0,)]
    # the pause that waited for the end of this call has begun
    found = pauses.current(agent)
    assert found is not None
    assert found.since == NOON
    assert floor.queue(call.lead_id)["claimed_by"] is None
    assert claim(other).lead_id == call.lead_id


def test_once_dialled_the_call_is_logged(floor: Floor, agent: Ctx, other: Ctx) -> None:
    floor.lead()
    call = claim(agent)
    calls.dialled(agent, call.id)
    with pytest.raises(Conflict) as caught:
        give(agent, call.lead_id, other)
    assert caught.value.code == "already_dialled"
    assert calls.current(agent) is not None


def test_due_when_they_may_be_called(floor: Floor, agent: Ctx, other: Ctx) -> None:
    lead = floor.lead(zone=3)
    at(agent, NOON, hours=5)  # 19:00 in Jayapura
    give(agent, lead, other)
    assert open_tasks(floor)[0][2] == datetime.fromisoformat("2027-03-11T08:00+09:00")


def test_somebody_else_s(floor: Floor, agent: Ctx, other: Ctx, as_role: MakeCtx) -> None:
    third = as_role("agent", name="Ani")
    lead, held = floor.lead(), floor.lead()
    work(other, lead, Outcome.INTERESTED)
    with pytest.raises(Conflict) as caught:
        give(agent, lead, third)
    assert (caught.value.code, caught.value.data["by_name"]) == ("lead_taken", "Budi")
    claim(other, held)
    with pytest.raises(Conflict) as caught:
        give(agent, held, third)
    assert (caught.value.code, caught.value.data["until"]) == ("lead_taken", hours(0.25))
    assert floor.queue(held)["owner_id"] is None


def test_a_lapsed_lease_holds_nobody(floor: Floor, agent: Ctx, other: Ctx) -> None:
    lead = floor.lead()
    claim(other, lead)
    at(agent, NOON, minutes=16)
    give(agent, lead, other)
    assert floor.queue(lead)["owner_id"] == me(other)


def test_to_whom_and_why(floor: Floor, agent: Ctx, manager: Ctx, as_role: MakeCtx) -> None:
    lead = floor.lead()
    stranger = as_role("agent", team="timur")
    gone = as_role("agent")
    floor.sql("update app_user set disabled_at = now() where id = %s", me(gone))
    for to in (stranger, manager, gone):
        with pytest.raises(Invalid) as caught:
            give(agent, lead, to)
        assert caught.value.fields == {"to_user": "unknown"}
    with pytest.raises(Invalid) as caught:
        give(agent, lead, agent, " \x07")
    assert caught.value.fields == {"to_user": "handed_to_self", "note": "blank"}
    with pytest.raises(NotAllowed):
        give(manager, lead, agent)


def test_whom_nobody_may_call(floor: Floor, agent: Ctx, other: Ctx, as_role: MakeCtx) -> None:
    mine = floor.lead()
    work(agent, mine, Outcome.CLOSED, product_id=1, amount=Decimal(5))
    with pytest.raises(Conflict) as caught:
        give(agent, mine, other)
    assert (caught.value.code, caught.value.data["verdicts"]) == ("not_callable", ("state",))
    gone = floor.lead()
    work(agent, gone, Outcome.DO_NOT_CALL)
    with pytest.raises(NotFound):
        give(agent, gone, other)
    elsewhere = floor.lead(team="timur")
    with pytest.raises(NotFound):
        give(agent, elsewhere, other)


def test_a_retry_hands_over_once(floor: Floor, agent: Ctx, other: Ctx) -> None:
    command = HandOver(uuid.uuid4(), floor.lead(), me(other), "tolong diteruskan")
    after.hand_over(agent, command)
    after.hand_over(agent, command)
    assert len(open_tasks(floor)) == 1
    assert floor.sql("select count(*) from audit where action = 'lead.handed_over'") == [(1,)]


# what a manager decides -----------------------------------------------------------------------------------


def test_a_manager_gives_a_lead_to_somebody(floor: Floor, agent: Ctx, other: Ctx, manager: Ctx) -> None:
    lead = floor.lead()
    work(agent, lead, Outcome.CALLBACK, callback_at=hours(3))
    put(manager, lead, other)
    assert floor.queue(lead)["owner_id"] == me(other)
    assert open_tasks(floor) == [(me(other), 1, hours(3), "kata-kata nasabah")]
    put(manager, lead, agent, "kenalan lama")
    assert open_tasks(floor) == [
        (me(agent), 1, hours(3), "kata-kata nasabah"),
        (me(agent), 2, NOON, "kenalan lama"),
    ]


def test_a_manager_gives_it_back_to_the_team(floor: Floor, agent: Ctx, other: Ctx, manager: Ctx) -> None:
    lead = floor.lead()
    work(agent, lead, Outcome.CALLBACK, callback_at=hours(3))
    put(manager, lead, agent, "ingatkan soal brosur")
    put(manager, lead, None)
    row = floor.queue(lead)
    assert (row["owner_id"], row["callback_at"], row["hidden_until"]) == (None, None, hours(3))
    # the callback is released, what else there was to do is anyone's
    assert floor.sql("select owner_id, kind, state from task order by id") == [(None, 1, 3), (None, 2, 0)]
    at(other, hours(3))
    assert claim(other).lead_id == lead


def test_not_while_somebody_is_about_to_talk(floor: Floor, agent: Ctx, other: Ctx, manager: Ctx) -> None:
    lead = floor.lead()
    claim(agent, lead)
    for to in (other, None):
        with pytest.raises(Conflict) as caught:
            put(manager, lead, to)
        assert caught.value.code == "lead_taken"


def test_a_manager_s_team(floor: Floor, agent: Ctx, manager: Ctx, as_role: MakeCtx) -> None:
    lead, elsewhere = floor.lead(), floor.lead(team="timur")
    stranger = as_role("agent", team="timur")
    with pytest.raises(NotFound):
        put(manager, elsewhere, agent)
    with pytest.raises(Invalid):
        put(manager, lead, stranger)
    with pytest.raises(NotAllowed):
        put(agent, lead, None)
    admin = as_role("admin")
    admin.now = NOON
    put(admin, elsewhere, stranger)
    assert floor.queue(elsewhere)["owner_id"] == me(stranger)
    with pytest.raises(Invalid):
        put(admin, elsewhere, agent)
