"""Undoing the last call: everything stands as before, and the call is open again."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from leadtui.core.calls import after
from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import CallStatus, Incoming, LogCall, Outcome, UndoCall, Undone
from leadtui.core.ctx import Ctx
from leadtui.core.dnc import service as dnc
from leadtui.core.dnc.dto import AddNumber
from leadtui.core.errors import Conflict, NotFound
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import LeadState
from leadtui.core.pauses import service as pauses
from leadtui.core.pauses.dto import StartPause
from tests.conftest import MakeCtx, OneConnection, OwnDatabase
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


def undo(ctx: Ctx, call_id: int) -> Undone:
    return after.undo(ctx, UndoCall(uuid.uuid4(), call_id))


def refused(ctx: Ctx, call_id: int) -> str:
    with pytest.raises(Conflict) as caught:
        undo(ctx, call_id)
    return caught.value.code


FORMS: dict[str, dict[str, Any]] = {
    "not answered": {"outcome": None},
    "interested": {"outcome": Outcome.INTERESTED},
    "interested at": {"outcome": Outcome.INTERESTED, "callback_at": NOON + timedelta(days=1)},
    "callback": {"outcome": Outcome.CALLBACK, "callback_at": NOON + timedelta(hours=3)},
    "closed": {"outcome": Outcome.CLOSED, "product_id": 1, "amount": Decimal("1500000.50")},
    "not interested": {"outcome": Outcome.NOT_INTERESTED},
    "wrong number": {"outcome": Outcome.WRONG_NUMBER},
    "do not call": {"outcome": Outcome.DO_NOT_CALL},
}


def picture(floor: Floor) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that a call may touch, but versions and what is added."""
    return {
        "queue": floor.sql(
            "select lead_id, state, owner_id, hidden_until, callback_at, consent_ok, dnc, phone_ok, capped, "
            "attempts, attempts_today, attempts_day, rejections, last_contact_at, claimed_by "
            "from lead_queue order by 1"
        ),
        "person": floor.sql("select id, do_not_call from lead order by 1"),
        "phones": floor.sql("select lead_id, e164, preferred, bad from lead_phone order by 1, 2"),
        "numbers": floor.sql("select team_id, e164, reason, added_by from dnc_number order by 1, 2"),
        "tasks": floor.sql(
            "select id, lead_id, owner_id, kind, due_at, note, tries, call_id from task "
            "where state = 0 order by id"
        ),
        "calls": floor.sql("select open_call_id, outcome from call_effective order by id"),
    }


def day(floor: Floor, ctx: Ctx) -> tuple[Any, ...]:
    (row,) = floor.sql(
        "select calls, contacts, closings, callbacks, amount, talk_seconds, expected, by_hour "
        "from agent_day where agent_id = %s",
        me(ctx),
    )
    return row


@pytest.mark.parametrize("form", FORMS)
def test_everything_stands_as_before(floor: Floor, agent: Ctx, other: Ctx, form: str) -> None:
    shared = "+628120000777"
    lead = floor.lead(610_000, phones=(shared, "+628120000778"), attempts=2, rejections=1)
    twin = floor.lead(500_000, phones=(shared,))
    # the twin is promised to a colleague, the lead itself to me
    work(other, twin, Outcome.CALLBACK, callback_at=NOON + timedelta(hours=1))
    work(agent, floor.lead(9), Outcome.CALLBACK, callback_at=NOON + timedelta(hours=1))
    work(agent, lead, Outcome.CALLBACK, callback_at=NOON + timedelta(hours=1))
    at(agent, NOON, hours=1)
    call = claim(agent, lead)
    calls.dialled(agent, call.id)
    at(agent, NOON, hours=1, seconds=9)
    calls.answered(agent, call.id)
    at(agent, NOON, hours=1, seconds=70)
    call = calls.hung_up(agent, call.id)
    before, day_before = picture(floor), day(floor, agent)
    served = floor.sql("select place, rank_key, model_id, features, verdicts from open_call")
    at(agent, NOON, hours=1, seconds=90)
    done = logged(agent, call, **FORMS[form])
    assert day(floor, agent)[0] == day_before[0] + 1
    row = floor.sql("select to_jsonb(c) from call_log c where id = %s", done.call_id)
    at(agent, NOON, hours=1, seconds=99)
    undone = undo(agent, done.call_id)
    assert picture(floor) == before
    assert day(floor, agent)[:6] == day_before[:6]
    assert day(floor, agent)[6] == pytest.approx(day_before[6])
    assert day(floor, agent)[7] == day_before[7]
    # the call is open again, as it was
    again = undone.open_call
    assert again.id != call.id
    assert (again.lead_id, again.phone, again.opened_at) == (call.lead_id, call.phone, call.opened_at)
    assert (again.dialled_at, again.answered_at, again.ended_at) == (
        call.dialled_at, call.answered_at, call.ended_at,
    )  # fmt: skip
    assert again.live
    assert undone.released is None
    assert calls.current(agent) == again
    assert floor.sql("select place, rank_key, model_id, features, verdicts from open_call") == served
    # a row is added, the undone one is untouched
    assert floor.sql("select to_jsonb(c) from call_log c where id = %s", done.call_id) == row
    added = floor.sql(
        "select voided, corrects, corrected_at, outcome, at from call_log where corrects = %s", done.call_id
    )
    assert added == [
        (True, done.call_id, NOON + timedelta(hours=1, seconds=99), FORMS[form]["outcome"],
         NOON + timedelta(hours=1, seconds=90)),
    ]  # fmt: skip


def test_an_undone_call_is_logged_anew_as_if_nothing_had_been(floor: Floor, agent: Ctx) -> None:
    lead = floor.lead(300_000)
    done = work(agent, lead, Outcome.NOT_INTERESTED)
    undone = undo(agent, done.call_id)
    again = logged(agent, undone.open_call, Outcome.CLOSED, product_id=1, amount=Decimal(500))
    row = floor.queue(lead)
    assert (row["state"], row["rejections"], row["attempts"]) == (LeadState.CONVERTED, 0, 1)
    assert floor.sql("select id, outcome from call_effective") == [(again.call_id, 3)]
    assert day(floor, agent)[:5] == (1, 1, 1, 0, Decimal(500))
    assert day(floor, agent)[7] == {"12": [1, 1]}
    # what is in the record, too
    assert [call.id for call in leads.get(agent, lead).calls] == [again.call_id]


def test_a_day_without_calls_is_empty(floor: Floor, agent: Ctx) -> None:
    done = work(agent, floor.lead(333_333), None)
    assert day(floor, agent)[7] == {"12": [1, 0]}
    undo(agent, done.call_id)
    assert day(floor, agent) == (0, 0, 0, 0, Decimal(0), 0, 0.0, {})


def test_the_untouched_next_lead_is_released_and_not_given_back(floor: Floor, agent: Ctx) -> None:
    first, second = floor.lead(9), floor.lead(8)
    done = work(agent, first, None)
    assert claim(agent).lead_id == second
    undone = undo(agent, done.call_id)
    assert undone.released == second
    assert undone.open_call.lead_id == first
    row = floor.queue(second)
    assert (row["claimed_by"], row["claimed_until"], row["ready"]) == (None, None, True)
    assert floor.sql("select count(*) from give_back") == [(0,)]
    assert floor.sql("select lead_id from open_call") == [(first,)]


def test_once_the_next_one_is_dialled_it_is_too_late(floor: Floor, agent: Ctx) -> None:
    first, second = floor.lead(9), floor.lead(8)
    done = work(agent, first, None)
    calls.dialled(agent, claim(agent).id)
    assert refused(agent, done.call_id) == "undo_dialled"
    assert floor.sql("select lead_id from open_call") == [(second,)]
    assert floor.sql("select count(*) from call_effective") == [(1,)]


def test_an_incoming_call_since_is_no_untouched_one(floor: Floor, agent: Ctx) -> None:
    done = work(agent, floor.lead(9), None)
    calls.incoming(agent, Incoming(uuid.uuid4(), floor.lead(8)))
    assert refused(agent, done.call_id) == "undo_dialled"


@pytest.mark.parametrize(("seconds", "late"), [(10, False), (12, False), (12.1, True), (60, True)])
def test_ten_seconds_and_the_way(floor: Floor, agent: Ctx, seconds: float, late: bool) -> None:
    done = work(agent, floor.lead(9), None)
    at(agent, NOON, seconds=seconds)
    if late:
        assert refused(agent, done.call_id) == "undo_late"
    else:
        assert undo(agent, done.call_id).open_call.live


def test_only_my_last_call(floor: Floor, agent: Ctx, other: Ctx) -> None:
    first = work(agent, floor.lead(9), None)
    at(agent, NOON, seconds=1)
    second = work(agent, floor.lead(8), None)
    assert refused(agent, first.call_id) == "undo_late"
    with pytest.raises(NotFound):
        undo(other, second.call_id)
    undone = undo(agent, second.call_id)
    with pytest.raises(NotFound):
        undo(agent, second.call_id)
    # the one before is the last that counts now; the call that is open again was not dialled
    back = undo(agent, first.call_id)
    assert back.released == undone.open_call.lead_id


def test_a_repeated_request_is_answered_by_its_receipt(floor: Floor, agent: Ctx) -> None:
    done = work(agent, floor.lead(9), None)
    command = UndoCall(uuid.uuid4(), done.call_id)
    first = after.undo(agent, command)
    assert after.undo(agent, command) == first
    assert floor.sql("select count(*) from call_log") == [(2,)]


def test_a_lead_that_moved_on_stays(floor: Floor, agent: Ctx, other: Ctx) -> None:
    lead = floor.lead(9)
    done = work(agent, lead, None)
    floor.sql("update lead_queue set hidden_until = null where lead_id = %s", lead)
    at(other, NOON, seconds=5)
    claim(other, lead)
    before = picture(floor)
    with pytest.raises(Conflict) as caught:
        undo(agent, done.call_id)
    assert caught.value.code == "lead_moved_on"
    assert (caught.value.data["by"], caught.value.data["by_name"]) == (me(other), "Budi")
    assert picture(floor) == before


def test_a_number_that_somebody_talks_on_now(floor: Floor, agent: Ctx, other: Ctx) -> None:
    shared = ("+628110000001",)
    first, twin = floor.lead(9, phones=shared), floor.lead(8, phones=shared)
    done = work(agent, first, None)
    claim(other, twin)
    assert refused(agent, done.call_id) == "lead_moved_on"
    # a lease that has ended holds no number
    floor.sql("update open_call set lease_until = %s", NOON)
    at(agent, NOON, seconds=4)
    assert undo(agent, done.call_id).open_call.phone == shared[0]


def test_numbers_that_were_blocked_before_stay_blocked(floor: Floor, agent: Ctx) -> None:
    lead = floor.lead(9, phones=("+628110000001", "+628110000002"))
    floor.sql(
        "insert into dnc_number (team_id, e164, reason, added_at) "
        "select team_id, '+628110000002', 'asked', now() from lead where id = %s",
        lead,
    )
    # somebody else on the second number has been out of reach before
    floor.lead(8, phones=("+628110000002",), dnc=True)
    done = work(agent, lead, Outcome.DO_NOT_CALL)
    undo(agent, done.call_id)
    assert floor.sql("select e164 from dnc_number") == [("+628110000002",)]
    assert floor.sql("select dnc from lead_queue order by rank_key") == [(True,), (False,)]


def test_a_number_that_the_banks_list_has_taken_over_since_stays_listed(
    floor: Floor, agent: Ctx, as_role: MakeCtx
) -> None:
    shared = ("+628110000001",)
    lead, twin = floor.lead(9, phones=shared), floor.lead(8, phones=shared)
    done = work(agent, lead, Outcome.DO_NOT_CALL)
    admin = as_role("admin")
    at(admin, NOON + timedelta(seconds=3))
    assert dnc.add_number(admin, AddNumber(uuid.uuid4(), shared[0], "daftar regulator")).leads == 0
    undo(agent, done.call_id)
    assert floor.sql("select e164, reason from dnc_number") == [(shared[0], "daftar regulator")]
    assert (floor.queue(lead)["dnc"], floor.queue(twin)["dnc"]) == (True, True)
    assert floor.sql("select do_not_call from lead where id = %s", lead) == [(False,)]


def test_a_number_whose_other_owner_said_no_meanwhile_stays_listed(floor: Floor, agent: Ctx) -> None:
    shared = ("+628110000001",)
    lead, twin = floor.lead(9, phones=shared), floor.lead(8, phones=shared)
    done = work(agent, lead, Outcome.DO_NOT_CALL)
    floor.sql("update lead set do_not_call = true where id = %s", twin)
    undo(agent, done.call_id)
    assert floor.sql("select e164 from dnc_number") == [shared]
    assert (floor.queue(lead)["dnc"], floor.queue(twin)["dnc"]) == (True, True)


def test_another_lead_on_the_number_that_has_changed_since_keeps_its_change(
    floor: Floor, agent: Ctx, other: Ctx
) -> None:
    shared = ("+628110000001",)
    lead, twin = floor.lead(9, phones=shared), floor.lead(8, phones=shared)
    work(other, twin, Outcome.CALLBACK, callback_at=NOON + timedelta(hours=2))
    done = work(agent, lead, Outcome.DO_NOT_CALL)
    assert floor.queue(twin)["dnc"]
    floor.sql("update lead_queue set version = version + 1, state = 1 where lead_id = %s", twin)
    undo(agent, done.call_id)
    row = floor.queue(twin)
    assert (row["dnc"], row["state"], row["callback_at"]) == (False, LeadState.QUALIFIED, None)


def test_a_task_that_was_changed_since_is_left_alone(floor: Floor, agent: Ctx) -> None:
    lead = floor.lead(9)
    floor.sql(
        "insert into task (team_id, lead_id, owner_id, kind, due_at, note, created_by, created_at) "
        "select team_id, id, %s, 2, %s, 'kirim brosur', %s, %s from lead where id = %s",
        me(agent), NOON, me(agent), NOON, lead,
    )  # fmt: skip
    done = work(agent, lead, Outcome.INTERESTED)
    assert floor.sql("select state from task") == [(1,)]
    floor.sql("update task set version = version + 1, note = 'sudah'")
    undo(agent, done.call_id)
    assert floor.sql("select state, note from task") == [(1, "sudah")]


def test_a_lead_that_had_moved_on_before_the_log_is_still_in_conflict(
    floor: Floor, agent: Ctx, other: Ctx
) -> None:
    lead = floor.lead(9)
    call = claim(agent)
    at(other, NOON, minutes=20)
    work(other, lead, Outcome.INTERESTED)
    at(agent, NOON, minutes=21)
    done = logged(agent, call, Outcome.NOT_INTERESTED, keep_mine=True)
    before = floor.queue(lead)
    undone = undo(agent, done.call_id)
    assert not undone.open_call.live
    row = floor.queue(lead)
    assert (row["state"], row["owner_id"]) == (before["state"], before["owner_id"])
    assert row["attempts"] == before["attempts"] - 1
    with pytest.raises(Conflict) as caught:
        logged(agent, undone.open_call, Outcome.NOT_INTERESTED)
    assert caught.value.code == "lead_moved_on"


def test_a_pause_after_the_call_waits_again(floor: Floor, agent: Ctx) -> None:
    lead = floor.lead(9)
    call = claim(agent, lead)
    at(agent, NOON, seconds=5)
    pauses.start(agent, StartPause(uuid.uuid4(), "meal", after_call=True))
    at(agent, NOON, seconds=30)
    done = logged(agent, call, None)
    begun = pauses.current(agent)
    assert begun is not None
    assert begun.since == NOON + timedelta(seconds=30)
    undone = undo(agent, done.call_id)
    waiting = pauses.current(agent)
    assert waiting is not None
    assert waiting.waiting
    at(agent, NOON, seconds=50)
    logged(agent, undone.open_call, None)
    assert pauses.today(agent).current == begun.__class__(
        begun.id, "meal", NOON + timedelta(seconds=50), None
    )


def test_what_nobody_can_undo_any_more_is_swept(floor: Floor, agent: Ctx) -> None:
    work(agent, floor.lead(9), None)
    at(agent, NOON, days=1)
    calls.current(agent)
    assert floor.sql("select count(*) from call_undo") == [(1,)]
    at(agent, NOON, days=3)
    calls.current(agent)
    assert floor.sql("select count(*) from call_undo") == [(0,)]


def test_the_history_of_another_team_is_out_of_reach(floor: Floor, agent: Ctx, as_role: MakeCtx) -> None:
    done = work(agent, floor.lead(9), None)
    stranger = as_role("agent", team="timur")
    at(stranger, NOON)
    with pytest.raises(NotFound):
        undo(stranger, done.call_id)


def test_two_undos_at_once_are_one(real_db: OwnDatabase, as_real_role: MakeCtx) -> None:
    """Both wait for the lead's row; the second sees what the first has done."""
    import threading

    floor = Floor(real_db)
    agent = as_real_role("agent")
    lead = floor.lead(9)
    floor.set("window.enabled", "false")
    call = claim(agent, lead)
    done = calls.log(
        agent, LogCall(uuid.uuid4(), call.id, CallStatus.NOT_ANSWERED, "tidak diangkat", canned=True)
    )
    answers: list[str] = []

    def once() -> None:
        try:
            undo(agent, done.call_id)
            answers.append("undone")
        except NotFound:
            answers.append("gone")
        except Conflict as refused:
            answers.append(refused.code)

    threads = [threading.Thread(target=once) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["gone", "gone", "gone", "undone"]
    assert floor.sql("select count(*), count(*) filter (where voided) from call_log") == [(2, 1)]
    assert floor.sql("select calls from agent_day") == [(0,)]
    assert floor.sql("select count(*) from open_call") == [(1,)]
    assert isinstance(floor.queue(lead)["claimed_until"], datetime)
