"""Correcting my calls of today: a row is added, my day moves by the difference, the lead follows."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from leadtui.core.calls import after
from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import (
    CallStatus,
    CorrectCall,
    Incoming,
    LogCall,
    Logged,
    MyCall,
    NoAnswer,
    Outcome,
    UndoCall,
)
from leadtui.core.ctx import Ctx
from leadtui.core.errors import Conflict, Invalid, NotFound
from leadtui.core.leads.dto import LeadState
from tests.conftest import MakeCtx, OneConnection
from tests.db.callfloor import NOON, Floor, at, claim, logged, work


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


def hours(n: float) -> datetime:
    return NOON + timedelta(hours=n)


def correct(ctx: Ctx, call_id: int, outcome: Outcome | None, **more: Any) -> Logged:
    connected = outcome is not None and more.pop("connected", True)
    command = {
        "request_id": uuid.uuid4(),
        "call_id": call_id,
        "status": CallStatus.CONNECTED if connected else CallStatus.NOT_ANSWERED,
        "note": "ternyata begini",
        "reason": None if connected else NoAnswer.BUSY,
        "outcome": outcome,
    }
    return after.correct(ctx, CorrectCall(**{**command, **more}))


FORMS: dict[str, dict[str, Any]] = {
    "not answered": {"outcome": None},
    "interested": {"outcome": Outcome.INTERESTED},
    "interested at": {"outcome": Outcome.INTERESTED, "callback_at": hours(26)},
    "callback": {"outcome": Outcome.CALLBACK, "callback_at": hours(3)},
    "callback later": {"outcome": Outcome.CALLBACK, "callback_at": hours(5)},
    "closed": {"outcome": Outcome.CLOSED, "product_id": 1, "amount": Decimal("1500000.50")},
    "not interested": {"outcome": Outcome.NOT_INTERESTED},
    "wrong number": {"outcome": Outcome.WRONG_NUMBER},
    "do not call": {"outcome": Outcome.DO_NOT_CALL},
}


def picture(floor: Floor) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that a call decides, but versions and numbers of rows."""
    return {
        "queue": floor.sql(
            "select lead_id, state, owner_id, hidden_until, callback_at, dnc, phone_ok, capped, attempts, "
            "attempts_today, attempts_day, rejections, last_contact_at, claimed_by from lead_queue order by 1"
        ),
        "person": floor.sql("select id, do_not_call from lead order by 1"),
        "phones": floor.sql("select lead_id, e164, preferred, bad from lead_phone order by 1, 2"),
        "numbers": floor.sql("select team_id, e164, reason from dnc_number order by 1, 2"),
        "tasks": floor.sql(
            "select lead_id, owner_id, kind, due_at, tries from task where state = 0 order by 1, 2, 3"
        ),
        "calls": floor.sql(
            "select lead_id, status, outcome, callback_at, product_id, amount, currency, at, talk_seconds, "
            "report_day, report_hour from call_effective order by at"
        ),
        "day": floor.sql(
            "select calls, contacts, closings, callbacks, amount, talk_seconds, by_hour from agent_day"
        ),
    }


def prepared(floor: Floor, agent: Ctx, name: str) -> int:
    """A lead with a history, its call by `agent` an hour ago logged as `name`; the call's id."""
    shared = f"+6281200{'77' if name else '0'}77"
    lead = floor.lead(610_000, phones=(shared, shared + "8"), attempts=1, rejections=1)
    floor.lead(500_000, phones=(shared,))
    at(agent, NOON, hours=-3)
    work(agent, lead, Outcome.CALLBACK, callback_at=hours(-2))
    at(agent, NOON, hours=-1, seconds=-90)
    call = claim(agent, lead)
    calls.answered(agent, call.id)
    at(agent, NOON, hours=-1, seconds=-20)
    calls.hung_up(agent, call.id)
    at(agent, NOON, hours=-1)
    done = logged(agent, call, **FORMS[name])
    at(agent, NOON)
    return done.call_id


NAMES = list(FORMS)
PAIRS = [
    (wrong, NAMES[(place + step) % len(NAMES)])
    for place, wrong in enumerate(NAMES)
    for step in (1, 3, 5)
    if wrong != "do not call"
]
"""Each with some others; the machine of `tests/state` meets the rest."""


@pytest.mark.parametrize(("wrong", "right"), PAIRS)
def test_corrected_is_as_if_it_had_been_logged_so(
    floor: Floor, agent: Ctx, db: OneConnection, wrong: str, right: str
) -> None:
    db.outer.execute("savepoint fresh")
    first = prepared(floor, agent, right)
    expected = picture(floor)
    leads = floor.sql("select id from lead order by id")
    db.outer.execute("rollback to savepoint fresh")
    call_id = prepared(floor, agent, wrong)
    shift = floor.sql("select id from lead order by id")[0][0] - leads[0][0]
    row = floor.sql("select to_jsonb(c) from call_log c where id = %s", call_id)
    done = correct(agent, call_id, **FORMS[right])
    got = picture(floor)
    for name, found in expected.items():
        ours = [
            (line[0] - shift, *line[1:]) if name not in ("numbers", "day") else line for line in got[name]
        ]
        assert ours == found, name
    assert first
    # the row that it corrects stays as it was; the new one says when
    assert floor.sql("select to_jsonb(c) from call_log c where id = %s", call_id) == row
    assert floor.sql(
        "select corrects, corrected_at, voided, note from call_log where id = %s", done.call_id
    ) == [(call_id, NOON, False, "ternyata begini")]
    # and may be corrected once more
    again = correct(agent, done.call_id, **{**FORMS[right], "note": "catatan ketiga"})
    assert {**picture(floor), "numbers": []} == {**got, "numbers": []}
    assert after.mine_today(agent)[0].id == again.call_id


def test_there_and_back_any_number_of_times(floor: Floor, agent: Ctx) -> None:
    call_id = prepared(floor, agent, "not answered")
    start = picture(floor)
    for name in ("closed", "not interested", "callback", "wrong number", "interested at", "not answered"):
        call_id = correct(agent, call_id, **FORMS[name]).call_id
    assert picture(floor) == start
    assert floor.sql("select count(*) from call_log") == [(8,)]
    assert floor.sql("select count(*) from call_effective") == [(2,)]


def test_a_note_alone_leaves_the_lead(floor: Floor, agent: Ctx) -> None:
    call_id = prepared(floor, agent, "not interested")
    lead = floor.sql("select lead_id from call_log limit 1")[0][0]
    before = floor.queue(lead)
    done = correct(agent, call_id, Outcome.NOT_INTERESTED, note="punya deposito di bank lain")
    assert floor.queue(lead) == before
    assert done.state == LeadState.REJECTED
    assert done.hidden_until == before["hidden_until"]


def test_only_today_in_the_team_s_zone(floor: Floor, agent: Ctx) -> None:
    done = work(agent, floor.lead(), None)
    at(agent, datetime(2027, 3, 10, 16, 59, tzinfo=NOON.tzinfo))
    done = correct(agent, done.call_id, Outcome.INTERESTED)
    at(agent, datetime(2027, 3, 10, 17, 0, tzinfo=NOON.tzinfo))
    with pytest.raises(Conflict) as caught:
        correct(agent, done.call_id, None)
    assert caught.value.code == "not_today"
    assert caught.value.data["day"] == date(2027, 3, 10)
    assert after.mine_today(agent) == ()


def test_only_my_own(floor: Floor, agent: Ctx, other: Ctx) -> None:
    done = work(agent, floor.lead(), None)
    with pytest.raises(NotFound):
        correct(other, done.call_id, None)
    with pytest.raises(NotFound):
        correct(agent, done.call_id + 1000, None)


def test_what_is_corrected_or_undone_is_corrected_no_more(floor: Floor, agent: Ctx) -> None:
    done = work(agent, floor.lead(), None)
    newer = correct(agent, done.call_id, Outcome.INTERESTED)
    with pytest.raises(Conflict) as caught:
        correct(agent, done.call_id, None)
    assert (caught.value.code, caught.value.data["call_id"]) == ("call_corrected", newer.call_id)
    at(agent, NOON, seconds=3)
    after.undo(agent, UndoCall(uuid.uuid4(), newer.call_id))
    with pytest.raises(NotFound):
        correct(agent, newer.call_id, None)
    assert floor.sql("select calls, contacts from agent_day") == [(0, 0)]


def test_a_repeated_request_is_answered_by_its_receipt(floor: Floor, agent: Ctx) -> None:
    done = work(agent, floor.lead(), None)
    command = CorrectCall(
        uuid.uuid4(), done.call_id, CallStatus.CONNECTED, "mau brosur dulu", outcome=Outcome.INTERESTED
    )
    first = after.correct(agent, command)
    assert after.correct(agent, command) == first
    assert floor.sql("select count(*) from call_log") == [(2,)]


@pytest.mark.parametrize(
    ("form", "field", "code"),
    [
        ({"outcome": Outcome.INTERESTED, "note": " "}, "note", "blank"),
        ({"outcome": Outcome.CALLBACK}, "callback_at", "required"),
        ({"outcome": Outcome.CALLBACK, "callback_at": hours(-1)}, "callback_at", "past"),
        ({"outcome": Outcome.CLOSED}, "amount", "required"),
        ({"outcome": Outcome.CLOSED, "product_id": 99, "amount": Decimal(1)}, "product_id", "unknown"),
        ({"outcome": Outcome.CLOSED, "connected": False}, "outcome", "needs_connected"),
    ],
)
def test_what_makes_no_sense_is_refused(
    floor: Floor, agent: Ctx, form: dict[str, Any], field: str, code: str
) -> None:
    done = work(agent, floor.lead(), None)
    with pytest.raises(Invalid) as caught:
        correct(agent, done.call_id, **form)
    assert caught.value.fields[field] == code
    assert floor.sql("select count(*) from call_log") == [(1,)]


def test_an_incoming_call_stays_incoming(floor: Floor, agent: Ctx) -> None:
    call = calls.incoming(agent, Incoming(uuid.uuid4(), floor.lead(200_000)))
    done = logged(agent, call, Outcome.INTERESTED)
    with pytest.raises(Invalid) as caught:
        correct(agent, done.call_id, None)
    assert caught.value.fields == {"outcome": "incoming"}
    correct(agent, done.call_id, Outcome.NOT_INTERESTED)
    assert floor.queue(call.lead_id)["attempts"] == 0
    assert floor.sql("select expected from agent_day") == [(0.0,)]


def test_a_time_that_has_come_may_stay(floor: Floor, agent: Ctx) -> None:
    done = work(agent, floor.lead(), Outcome.CALLBACK, callback_at=hours(1))
    at(agent, NOON, hours=2)
    done = correct(agent, done.call_id, Outcome.CALLBACK, callback_at=hours(1), note="jam satu, penting")
    assert floor.sql("select due_at, state from task") == [(hours(1), 0)]


# do not call ------------------------------------------------------------------------------------------------


def test_do_not_call_stays(floor: Floor, agent: Ctx) -> None:
    done = work(agent, floor.lead(), Outcome.DO_NOT_CALL)
    with pytest.raises(Conflict) as caught:
        correct(agent, done.call_id, Outcome.NOT_INTERESTED)
    assert caught.value.code == "dnc_stays"
    correct(agent, done.call_id, Outcome.DO_NOT_CALL, note="minta jangan ditelepon lagi")
    assert floor.sql("select count(*) from dnc_number") == [(1,)]


def test_do_not_call_blocks_a_lead_that_has_moved_on(floor: Floor, agent: Ctx, other: Ctx) -> None:
    lead = floor.lead()
    done = work(agent, lead, Outcome.NOT_INTERESTED)
    later = NOON + timedelta(hours=4)
    floor.sql("update lead_queue set hidden_until = null where lead_id = %s", lead)
    at(other, later)
    work(other, lead, Outcome.CALLBACK, callback_at=later + timedelta(hours=1))
    at(agent, later)
    correct(agent, done.call_id, Outcome.DO_NOT_CALL)
    row = floor.queue(lead)
    assert (row["state"], row["dnc"], row["owner_id"]) == (LeadState.DO_NOT_CALL, True, None)
    assert row["attempts"] == 2
    assert floor.sql("select state from task") == [(2,)]
    assert floor.sql("select do_not_call from lead where id = %s", lead) == [(True,)]


# a lead that has moved on -----------------------------------------------------------------------------------


def test_a_lead_that_has_moved_on_stays(floor: Floor, agent: Ctx, other: Ctx) -> None:
    lead = floor.lead()
    done = work(agent, lead, None)
    floor.sql("update lead_queue set hidden_until = null where lead_id = %s", lead)
    at(other, NOON, hours=1)
    work(other, lead, Outcome.INTERESTED)
    before = floor.queue(lead)
    at(agent, NOON, hours=2)
    corrected = correct(agent, done.call_id, Outcome.NOT_INTERESTED)
    assert floor.queue(lead) == before
    assert (corrected.state, corrected.task_id) == (LeadState.QUALIFIED, None)
    assert floor.sql("select outcome from call_effective order by at") == [(4,), (1,)]
    assert floor.sql("select contacts from agent_day where agent_id = %s", me(agent)) == [(1,)]


def test_a_sale_counts_even_then(floor: Floor, agent: Ctx, other: Ctx) -> None:
    lead = floor.lead()
    done = work(agent, lead, None)
    floor.sql("update lead_queue set hidden_until = null where lead_id = %s", lead)
    at(other, NOON, hours=1)
    work(other, lead, Outcome.INTERESTED)
    at(agent, NOON, hours=2)
    correct(agent, done.call_id, Outcome.CLOSED, product_id=1, amount=Decimal(70))
    row = floor.queue(lead)
    assert (row["state"], row["owner_id"]) == (LeadState.CONVERTED, me(agent))


@pytest.mark.parametrize(
    ("form", "task", "promised"),
    [
        ({"outcome": Outcome.CALLBACK, "callback_at": hours(5)}, [(1, 0, hours(5))], hours(5)),
        ({"outcome": Outcome.NOT_INTERESTED}, [(1, 2, hours(3))], None),
        (
            {"outcome": Outcome.INTERESTED, "callback_at": hours(30)},
            [(1, 2, hours(3)), (2, 0, hours(30))],
            None,
        ),
    ],
)
def test_the_task_that_the_call_made_follows(
    floor: Floor, agent: Ctx, form: dict[str, Any], task: list[Any], promised: datetime | None
) -> None:
    lead = floor.lead()
    done = work(agent, lead, Outcome.CALLBACK, callback_at=hours(3))
    # something else has happened to the lead
    floor.sql("update lead_queue set version = version + 1 where lead_id = %s", lead)
    at(agent, NOON, hours=1)
    correct(agent, done.call_id, **form)
    assert floor.sql("select kind, state, due_at from task order by id") == task
    assert floor.queue(lead)["callback_at"] == promised
    assert floor.queue(lead)["state"] == LeadState.CONTACTED


def test_one_active_callback_a_lead(floor: Floor, agent: Ctx, other: Ctx) -> None:
    lead = floor.lead()
    done = work(agent, lead, None)
    floor.sql("update lead_queue set hidden_until = null where lead_id = %s", lead)
    at(other, NOON, hours=1)
    work(other, lead, Outcome.CALLBACK, callback_at=hours(5))
    at(agent, NOON, hours=2)
    assert correct(agent, done.call_id, Outcome.CALLBACK, callback_at=hours(4)).task_id is None
    assert floor.sql("select owner_id, due_at from task where state = 0") == [(me(other), hours(5))]


# my calls ---------------------------------------------------------------------------------------------------


def test_my_calls_as_they_count(floor: Floor, agent: Ctx, other: Ctx) -> None:
    first, second = floor.lead(), floor.lead()
    work(other, floor.lead(), None)
    one = work(agent, first, None)
    at(agent, NOON, minutes=5)
    two = work(agent, second, Outcome.CLOSED, product_id=2, amount=Decimal(800))
    at(agent, NOON, minutes=6)
    undone = work(agent, floor.lead(), None)
    after.undo(agent, UndoCall(uuid.uuid4(), undone.call_id))
    at(agent, NOON, hours=3)
    fixed = correct(agent, one.call_id, Outcome.CALLBACK, callback_at=hours(4))
    names = dict(floor.sql("select id, name from lead"))
    assert after.mine_today(agent) == (
        MyCall(
            two.call_id, NOON + timedelta(minutes=5), second, names[second], CallStatus.CONNECTED, None,
            Outcome.CLOSED, "kata-kata nasabah", None, 2, Decimal(800), False,
        ),
        MyCall(
            fixed.call_id, NOON, first, names[first], CallStatus.CONNECTED, None, Outcome.CALLBACK,
            "ternyata begini", hours(4), None, None, True,
        ),
    )  # fmt: skip


# hanging up -------------------------------------------------------------------------------------------------


def test_talking_ends_when_the_line_is_hung_up(floor: Floor, agent: Ctx) -> None:
    floor.lead()
    call = claim(agent)
    with pytest.raises(Conflict) as caught:
        calls.hung_up(agent, call.id)
    assert caught.value.code == "not_dialled"
    calls.dialled(agent, call.id)
    at(agent, NOON, seconds=8)
    calls.answered(agent, call.id)
    at(agent, NOON, seconds=68)
    ended = calls.hung_up(agent, call.id)
    assert ended.ended_at == NOON + timedelta(seconds=68)
    at(agent, NOON, seconds=100)
    assert calls.hung_up(agent, call.id).ended_at == ended.ended_at
    assert calls.current(agent).ended_at == ended.ended_at  # type: ignore[union-attr]
    done = logged(agent, call, Outcome.INTERESTED)
    kept = floor.sql("select talk_seconds, ended_at from call_log")
    assert kept == [(60, NOON + timedelta(seconds=68))]
    assert floor.sql("select talk_seconds from agent_day") == [(60,)]
    # nobody had answered after all, and somebody had after all
    done = correct(agent, done.call_id, None)
    assert floor.sql("select talk_seconds, contacts, by_hour from agent_day") == [(0, 0, {"12": [1, 0]})]
    correct(agent, done.call_id, Outcome.NOT_INTERESTED)
    assert floor.sql("select talk_seconds, contacts, by_hour from agent_day") == [(60, 1, {"12": [1, 1]})]


def test_what_was_said_of_the_guide_is_kept(floor: Floor, agent: Ctx) -> None:
    floor.lead()
    call = claim(agent)
    command = LogCall(
        uuid.uuid4(), call.id, CallStatus.CONNECTED, "minta brosur", outcome=Outcome.INTERESTED,
        guide_id=3, ticks=("bank", "purpose", "bank"),
    )  # fmt: skip
    for bad in ({"ticks": ("Bank",)}, {"ticks": ("a" * 41,)}, {"ticks": tuple(f"t{n}" for n in range(41))}):
        with pytest.raises(Invalid) as caught:
            calls.log(agent, LogCall(**{**{n: getattr(command, n) for n in command.__slots__}, **bad}))
        assert caught.value.fields == {"ticks": "unknown"}
    done = calls.log(agent, command)
    assert floor.sql("select guide_id, ticks from call_log") == [(3, ["bank", "purpose"])]
    correct(agent, done.call_id, Outcome.NOT_INTERESTED)
    assert floor.sql("select guide_id, ticks from call_effective") == [(3, ["bank", "purpose"])]
