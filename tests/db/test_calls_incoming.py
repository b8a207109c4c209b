"""A customer calls back: their call opens whatever the queue says, and its log counts as no try of ours."""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest

from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import CallStatus, GiveBack, Incoming, LogCall, OpenCall, Outcome
from leadtui.core.ctx import Ctx
from leadtui.core.errors import Conflict, Invalid, NotAllowed, NotFound
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import LeadState
from leadtui.core.performance import service as performance
from tests.conftest import MakeCtx, OneConnection
from tests.db.callfloor import NOON, Floor, at, claim, logged

DAY = timedelta(days=1)


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


def me(ctx: Ctx) -> int:
    assert ctx.actor is not None
    return ctx.actor.user_id


def rings(ctx: Ctx, lead_id: int) -> OpenCall:
    return calls.incoming(ctx, Incoming(uuid.uuid4(), lead_id))


def state(floor: Floor, lead: int) -> tuple[object, ...]:
    (row,) = floor.sql(
        "select state, attempts, attempts_today, last_contact_at, claimed_by, dnc from lead_queue "
        "where lead_id = %s",
        lead,
    )
    return row


NOT_FOR_CALLING = {
    "no consent": {"consent": None},
    "the window is closed": {"zone": 3},
    "capped": {"capped": True},
    "resting": {"hidden_until": NOON + DAY, "state": 4},
    "do not call": {"state": 5, "dnc": True},
    "bought": {"state": 3},
    "wrong number": {"state": 6, "phone_ok": False},
    "nobody's number": {"phones": ()},
}


@pytest.mark.parametrize("case", NOT_FOR_CALLING)
def test_the_call_opens_whatever_stands_against_calling(floor: Floor, agent: Ctx, case: str) -> None:
    lead = floor.lead(**NOT_FOR_CALLING[case])  # type: ignore[arg-type]
    agent.now = NOON + timedelta(hours=5)  # 19:00 in Jayapura, 17:00 in Jakarta
    call = rings(agent, lead)
    assert (call.lead_id, call.direction, call.answered_at, call.dialled_at) == (lead, 1, agent.now, None)
    assert bool(call.phone) == (case != "nobody's number")
    assert call.live
    assert calls.current(agent) == call
    # dialling it again makes no sense, and asks nobody whether they may be called
    assert calls.dialled(agent, call.id).dialled_at is None


def test_my_open_call_comes_first_and_a_colleagues_lead_is_theirs(
    floor: Floor, agent: Ctx, other: Ctx
) -> None:
    held, lead = floor.lead(900_000), floor.lead(1)
    mine = claim(other)
    assert mine.lead_id == held
    with pytest.raises(Conflict) as taken:
        rings(agent, held)
    assert (taken.value.code, taken.value.data["by_name"]) == ("lead_taken", "Budi")
    with pytest.raises(Conflict) as busy:
        rings(other, lead)
    assert (busy.value.code, busy.value.data["lead_id"]) == ("has_open_call", held)
    # a lease that has ended stands in nobody's way
    agent.now = NOON + timedelta(hours=1)
    assert rings(agent, held).lead_id == held


def test_it_holds_the_lead_and_not_a_number_that_a_colleague_talks_on(
    floor: Floor, agent: Ctx, other: Ctx
) -> None:
    shared = ("+6281200009999",)
    first, second = floor.lead(900_000, phones=shared), floor.lead(800_000, phones=shared)
    assert claim(other).lead_id == first
    call = rings(agent, second)
    assert call.phone == ""
    assert state(floor, second)[4] == me(agent)


def test_only_agents_and_only_their_team(floor: Floor, agent: Ctx, as_role: MakeCtx) -> None:
    theirs = floor.lead(team="north")
    for lead in (theirs, 10**12):
        with pytest.raises(NotFound):
            rings(agent, lead)
    for role in ("manager", "admin"):
        with pytest.raises(NotAllowed):
            rings(at_noon(as_role(role)), floor.lead())


def at_noon(ctx: Ctx) -> Ctx:
    at(ctx, NOON)
    return ctx


def test_the_same_request_again_opens_nothing_new(floor: Floor, agent: Ctx) -> None:
    command = Incoming(uuid.uuid4(), floor.lead())
    assert calls.incoming(agent, command) == calls.incoming(agent, command)
    assert floor.sql("select count(*) from open_call") == [(1,)]


def test_it_is_logged_as_any_call_but_is_no_try_of_ours(floor: Floor, agent: Ctx) -> None:
    lead = floor.lead(250_000, attempts=8, capped=True, attempts_today=3, attempts_day=NOON.date())
    call = rings(agent, lead)
    agent.now = NOON + timedelta(minutes=4)
    done = logged(agent, call, Outcome.INTERESTED)
    assert done.state == LeadState.QUALIFIED
    assert state(floor, lead) == (1, 8, 3, agent.now, None, False)
    (row,) = floor.sql("select direction, status, outcome, talk_seconds, dialled_at, place from call_log")
    assert row == (1, 1, 1, 240, None, None)
    (entry,) = leads.get(agent, lead).calls
    assert entry.direction == 1
    today = performance.today(agent)
    assert (today.calls, today.contacts) == (1, 1)
    assert floor.sql("select expected, closings from agent_day") == [(0.0, 0)]
    assert floor.sql("select count(*) from prediction") == [(0,)]


FINAL = {"bought": {"state": 3}, "do not call": {"state": 5, "dnc": True}}


@pytest.mark.parametrize("case", FINAL)
@pytest.mark.parametrize("outcome", [Outcome.INTERESTED, Outcome.NOT_INTERESTED])
def test_what_left_the_queue_for_good_stays_so(floor: Floor, agent: Ctx, case: str, outcome: Outcome) -> None:
    lead = floor.lead(**FINAL[case])  # type: ignore[arg-type]
    before = state(floor, lead)
    said = calls.consequences(agent, lead)
    assert [one.code for one in said[outcome]] == ["noted"]
    logged(agent, rings(agent, lead), outcome)
    assert state(floor, lead)[0] == before[0]
    assert state(floor, lead)[5] == before[5]
    assert floor.sql("select count(*) from task") == [(0,)]
    assert floor.sql("select outcome from call_log") == [(int(outcome),)]


@pytest.mark.parametrize("case", FINAL)
def test_a_sale_is_recorded_and_do_not_call_always_wins(floor: Floor, agent: Ctx, case: str) -> None:
    lead = floor.lead(**FINAL[case])  # type: ignore[arg-type]
    logged(agent, rings(agent, lead), Outcome.CLOSED, product_id=1, amount=Decimal(5))
    assert state(floor, lead)[0] == FINAL[case]["state"]
    assert floor.sql("select closings, amount from agent_day") == [(1, Decimal(5))]
    logged(agent, rings(agent, lead), Outcome.DO_NOT_CALL)
    assert state(floor, lead)[0] == LeadState.DO_NOT_CALL
    assert state(floor, lead)[5]


def test_nothing_is_promised_to_who_may_not_be_called(floor: Floor, agent: Ctx) -> None:
    lead = floor.lead(state=5, dnc=True)
    call = rings(agent, lead)
    for outcome, field in ((Outcome.CALLBACK, "outcome"), (Outcome.INTERESTED, "callback_at")):
        with pytest.raises(Invalid) as refused:
            logged(agent, call, outcome, callback_at=NOON + DAY)
        assert refused.value.fields == {field: "no_callback"}
    assert calls.current(agent) is not None


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (CallStatus.NOT_ANSWERED, None),
        (CallStatus.NOT_ANSWERED, Outcome.WRONG_NUMBER),
        (CallStatus.CONNECTED, Outcome.WRONG_NUMBER),
    ],
)
def test_nobody_was_dialled_so_nobody_was_missed(
    floor: Floor, agent: Ctx, status: CallStatus, outcome: Outcome | None
) -> None:
    call = rings(agent, floor.lead())
    with pytest.raises(Invalid) as refused:
        calls.log(agent, LogCall(uuid.uuid4(), call.id, status, "Salah sambung", outcome=outcome))
    assert refused.value.fields == {"outcome": "incoming"}


def test_a_callback_that_was_promised_is_done_when_they_call_first(
    floor: Floor, agent: Ctx, other: Ctx
) -> None:
    lead = floor.lead()
    logged(other, claim(other), Outcome.CALLBACK, callback_at=NOON + DAY)
    done = logged(agent, rings(agent, lead), Outcome.CALLBACK, callback_at=NOON + 2 * DAY)
    assert done.task_id is not None
    assert floor.sql("select owner_id, state from task order by id") == [(me(other), 2), (me(agent), 0)]


def test_opened_by_mistake_it_is_given_back_and_counted_nowhere(floor: Floor, agent: Ctx) -> None:
    lead = floor.lead(900_000)
    call = rings(agent, lead)
    calls.give_back(agent, GiveBack(uuid.uuid4(), call.id, "other"))
    assert floor.sql("select count(*) from give_back") == [(0,)]
    # and the queue still serves them
    assert claim(agent).lead_id == lead
