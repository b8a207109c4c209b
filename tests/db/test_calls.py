"""The call loop on the real database: claim, dial, log, give back, one agent at a time."""

from __future__ import annotations

import itertools
import uuid
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import CallStatus, Claim, GiveBack, LogCall, NoAnswer, Outcome
from leadtui.core.calls.eligibility import Standing, verdicts
from leadtui.core.calls.settings import policy
from leadtui.core.ctx import Ctx
from leadtui.core.errors import Conflict, Invalid, NotAllowed, NotFound
from leadtui.core.leads.dto import LeadState, Zone
from leadtui.core.policy import Policy
from leadtui.scoring.reasons import Group, Reason, pack
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


# claiming -----------------------------------------------------------------------------------------------


def test_the_next_best_is_the_highest_score_then_the_lowest_id(floor: Floor, agent: Ctx) -> None:
    low, first, _second = floor.lead(1_000), floor.lead(90_000), floor.lead(90_000)
    unscored = floor.lead(-1)
    assert claim(agent).lead_id == first
    order = []
    for _ in range(3):
        logged(agent, calls.current(agent), Outcome.CLOSED, product_id=1, amount=Decimal(1))  # type: ignore[arg-type]
        order.append(claim(agent).lead_id)
    assert order == [_second, low, unscored]


def test_my_due_callbacks_come_first_by_time(floor: Floor, agent: Ctx, other: Ctx) -> None:
    floor.lead(900_000)
    mine = {"state": 2, "owner_id": me(agent)}
    late = floor.lead(10, callback_at=hours(-1), **mine)
    later = floor.lead(20, callback_at=hours(-0.5), **mine)
    floor.lead(30, callback_at=hours(1), **mine)
    floor.lead(950_000, state=2, owner_id=me(other), callback_at=hours(-2))
    assert claim(agent).lead_id == late
    work_on = calls.current(agent)
    assert work_on is not None
    logged(agent, work_on, Outcome.NOT_INTERESTED)
    assert claim(agent).lead_id == later


def test_a_claim_keeps_what_served_it(floor: Floor, agent: Ctx) -> None:
    why = pack((Reason(Group.HISTORY, 0.5), Reason(Group.AGE, -0.25)))
    (model,) = floor.sql(
        "insert into model_version (name, kind, feature_set, artefact, sha256, card) "
        "values ('m', 'lightgbm', 'lead_only', '', sha256(''), '{}') returning id"
    )[0]
    lead = floor.lead(610_000, model_id=model, why=why, attempts=2)
    call = claim(agent)
    assert (call.lead_id, call.place, call.probability, call.synthetic) == (lead, 1, 0.61, False)
    assert (call.opened_at, call.lease_until, call.live) == (NOON, hours(0.25), True)
    served = floor.sql("select place, rank_key, model_id, propensity, features, verdicts from open_call")[0]
    assert served[:4] == (1, 610_000, model, 1.0)
    assert served[4] == {"age": 40, "job": 1, "campaign": 3}
    assert served[5]["zones_open"] == [0, 1, 2, 3]
    assert served[5]["attempts"] == 2
    kept = floor.sql("select lead_id, model_id, cause, rank_key, features, reasons from prediction")
    assert kept == [
        (lead, model, "served", 610_000, served[4], [[int(Group.HISTORY), 0.5], [int(Group.AGE), -0.25]])
    ]
    row = floor.queue(lead)
    assert (row["claimed_by"], row["claimed_until"], row["ready"]) == (me(agent), hours(0.25), False)


def test_an_unscored_lead_leaves_no_prediction(floor: Floor, agent: Ctx) -> None:
    floor.lead(-1)
    assert claim(agent).probability is None
    assert floor.sql("select count(*) from prediction") == [(0,)]


def test_a_synthetic_person_says_so(floor: Floor, agent: Ctx) -> None:
    floor.lead(synthetic=True)
    call = claim(agent)
    assert call.synthetic
    assert calls.dialled(agent, call.id).synthetic


def test_one_open_call_per_agent(floor: Floor, agent: Ctx) -> None:
    floor.lead(5)
    other_lead = floor.lead(4)
    call = claim(agent)
    for lead_id in (None, other_lead, call.lead_id):
        with pytest.raises(Conflict) as caught:
            claim(agent, lead_id)
        assert caught.value.code == "has_open_call"
        assert caught.value.data == {"open_call_id": call.id, "lead_id": call.lead_id}
    assert calls.current(agent) == call


def test_a_lead_that_somebody_holds_is_taken(floor: Floor, agent: Ctx, other: Ctx) -> None:
    lead = floor.lead()
    claim(other, lead)
    with pytest.raises(Conflict) as caught:
        claim(agent, lead)
    assert caught.value.code == "lead_taken"
    assert caught.value.data["by"] == me(other)
    assert caught.value.data["by_name"] == "Budi"
    assert caught.value.data["until"] == hours(0.25)


def test_one_number_one_call(floor: Floor, agent: Ctx, other: Ctx) -> None:
    shared = ("+628110000001",)
    first, twin, third = floor.lead(9, phones=shared), floor.lead(8, phones=shared), floor.lead(7)
    assert claim(other).lead_id == first
    with pytest.raises(Conflict) as caught:
        claim(agent, twin)
    assert caught.value.code == "lead_taken"
    assert claim(agent).lead_id == third


def test_an_empty_queue_says_when_it_opens(floor: Floor, agent: Ctx) -> None:
    with pytest.raises(NotFound) as caught:
        claim(agent)
    assert (caught.value.code, caught.value.data["opens_at"]) == ("queue_empty", None)
    floor.lead(zone=1)
    at(agent, NOON, hours=6)
    with pytest.raises(NotFound) as caught:
        claim(agent)
    assert caught.value.data["opens_at"] == hours(18)


def test_hours_are_the_customers(floor: Floor, agent: Ctx) -> None:
    floor.lead(900, zone=3)
    nowhere, west = floor.lead(800, zone=None), floor.lead(700, zone=1)
    at(agent, NOON, hours=5)  # 17:00 in Jakarta, 19:00 in Jayapura
    assert claim(agent).lead_id == west
    calls.give_back(agent, GiveBack(uuid.uuid4(), calls.current(agent).id, "other"))  # type: ignore[union-attr]
    with pytest.raises(Conflict) as caught:
        claim(agent, nowhere)
    assert caught.value.data["verdicts"] == ("window",)
    floor.set("window.enabled", "false")
    at(agent, NOON, hours=12)
    assert claim(agent, nowhere).lead_id == nowhere


def test_what_is_not_callable_says_why(floor: Floor, agent: Ctx) -> None:
    lead = floor.lead(consent=None, hidden_until=hours(3), capped=True)
    with pytest.raises(Conflict) as caught:
        claim(agent, lead)
    assert caught.value.code == "not_callable"
    assert caught.value.data["verdicts"] == ("consent", "cap", "cool_off")
    assert caught.value.data["until"] is None
    resting = floor.lead(hidden_until=hours(3))
    with pytest.raises(Conflict) as caught:
        claim(agent, resting)
    assert caught.value.data["until"] == hours(3)


def test_another_teams_lead_does_not_exist(floor: Floor, agent: Ctx) -> None:
    lead = floor.lead(team="north")
    with pytest.raises(NotFound):
        claim(agent, lead)
    with pytest.raises(NotFound):
        claim(agent, 987_654)
    with pytest.raises(NotFound):
        calls.consequences(agent, lead)


def test_my_own_callback_may_be_taken_a_quarter_of_an_hour_early(
    floor: Floor, agent: Ctx, other: Ctx
) -> None:
    lead = floor.lead(state=2, owner_id=me(agent), callback_at=hours(0.2))
    with pytest.raises(NotFound):
        claim(agent)
    with pytest.raises(Conflict):
        claim(other, lead)
    assert claim(agent, lead).lead_id == lead


@pytest.mark.parametrize("role", ["manager", "admin", "system"])
def test_only_agents_call(floor: Floor, as_role: MakeCtx, role: str) -> None:
    lead = floor.lead()
    with pytest.raises(NotAllowed):
        claim(as_role(role), lead)
    assert floor.queue(lead)["claimed_by"] is None


def test_the_statement_and_the_verdicts_agree(floor: Floor, agent: Ctx, other: Ctx) -> None:
    """The predicate in SQL and the rules in Python say the same of every combination."""
    floor.set("window.enabled", "true")
    at(agent, NOON, hours=5)  # open in Jakarta and Makassar only
    now = agent.now
    assert now is not None
    times = (None, now - timedelta(hours=1), now + timedelta(minutes=5), now + timedelta(hours=1))
    for n, (state, owner, hidden, callback, zone) in enumerate(
        itertools.product(
            (LeadState.PENDING, LeadState.REJECTED, LeadState.CONVERTED),
            (None, me(agent), me(other)),
            times[:3],
            times,
            (None, Zone.WIB, Zone.WIT),
        )
    ):
        flags = {
            "consent_ok": n % 7 != 0,
            "dnc": n % 11 == 0,
            "phone_ok": n % 13 != 0,
            "capped": n % 17 == 0,
        }
        floor.lead(
            n, zone=None if zone is None else int(zone), state=int(state), owner_id=owner,
            hidden_until=hidden, callback_at=callback, **flags,
        )  # fmt: skip
    rows = floor.sql(
        "select lead_id, state, owner_id, claimed_by, claimed_until, hidden_until, callback_at, consent_ok, "
        "dnc, phone_ok, capped, attempts, attempts_today, attempts_day, rejections, zone, version "
        "from lead_queue"
    )
    callable_now = set()
    for lead_id, state, *values, zone, version in rows:
        standing = Standing(LeadState(state), *values, None if zone is None else Zone(zone), version)
        if not verdicts(standing, Policy(), me(agent), now):
            callable_now.add(lead_id)
    taken = set()
    for lead_id, *_rest in rows:
        try:
            call = claim(agent, lead_id)
        except Conflict:
            continue
        taken.add(lead_id)
        calls.give_back(agent, GiveBack(uuid.uuid4(), call.id, "other"))
    assert taken == callable_now
    assert 10 < len(taken) < len(rows) / 2


def test_a_receipt_gives_the_same_call_again(floor: Floor, agent: Ctx) -> None:
    floor.lead(2)
    floor.lead(1)
    command = Claim(uuid.uuid4())
    first = calls.claim(agent, command)
    assert calls.claim(agent, command) == first
    said = LogCall(uuid.uuid4(), first.id, CallStatus.CONNECTED, "minta brosur", outcome=Outcome.INTERESTED)
    assert calls.log(agent, said) == calls.log(agent, said)
    assert floor.sql("select count(*) from call_log") == [(1,)]
    assert floor.sql("select calls from agent_day") == [(1,)]


# the lease ----------------------------------------------------------------------------------------------


def test_a_heartbeat_renews_the_lease(floor: Floor, agent: Ctx, other: Ctx) -> None:
    lead = floor.lead()
    call = claim(agent)
    at(agent, NOON, minutes=14)
    assert calls.heartbeat(agent, call.id).lease_until == NOON + timedelta(minutes=29)
    at(other, NOON, minutes=20)
    with pytest.raises(Conflict):
        claim(other, lead)
    assert floor.queue(lead)["claimed_until"] == NOON + timedelta(minutes=29)
    assert floor.queue(lead)["version"] == 2


def test_an_ended_lease_frees_lead_and_number_and_the_row_stays(floor: Floor, agent: Ctx, other: Ctx) -> None:
    lead = floor.lead()
    late = claim(agent)
    at(other, NOON, minutes=16)
    assert claim(other).lead_id == lead
    at(agent, NOON, minutes=17)
    back = calls.current(agent)
    assert back is not None
    assert (back.id, back.live) == (late.id, False)
    assert not calls.heartbeat(agent, late.id).live
    with pytest.raises(Conflict) as caught:
        calls.dialled(agent, late.id)
    assert caught.value.code == "lead_moved_on"


def test_coming_back_late_when_nothing_happened_revives_the_call(floor: Floor, agent: Ctx) -> None:
    lead = floor.lead()
    call = claim(agent)
    floor.sql("update open_call set live = false")  # as a claim of somebody else's lead does in passing
    at(agent, NOON, minutes=40)
    back = calls.current(agent)
    assert back is not None
    assert (back.live, back.lease_until) == (True, NOON + timedelta(minutes=55))
    assert floor.queue(lead)["claimed_by"] == me(agent)
    logged(agent, call, Outcome.INTERESTED)
    assert floor.queue(lead)["state"] == LeadState.QUALIFIED


def test_a_call_whose_number_is_busy_elsewhere_does_not_revive(floor: Floor, agent: Ctx, other: Ctx) -> None:
    shared = ("+628110000002",)
    first, twin = floor.lead(9, phones=shared), floor.lead(8, phones=shared)
    mine = claim(agent, first)
    at(other, NOON, minutes=16)
    claim(other, twin)
    at(agent, NOON, minutes=17)
    back = calls.heartbeat(agent, mine.id)
    assert (back.id, back.live) == (mine.id, False)
    # its lead is as it was, so what was said may still be logged
    logged(agent, mine, Outcome.INTERESTED)
    assert floor.queue(first)["owner_id"] == me(agent)


def test_logging_late_on_a_lead_that_moved_on_is_a_conflict(floor: Floor, agent: Ctx, other: Ctx) -> None:
    lead = floor.lead()
    mine = claim(agent)
    at(other, NOON, minutes=16)
    theirs = claim(other)
    at(agent, NOON, minutes=17)
    with pytest.raises(Conflict) as caught:
        logged(agent, mine, Outcome.NOT_INTERESTED)
    assert caught.value.code == "lead_moved_on"
    data = caught.value.data
    assert (data["by"], data["by_name"], data["at"]) == (me(other), "Budi", NOON + timedelta(minutes=16))
    at(other, NOON, minutes=18)
    logged(other, theirs, Outcome.INTERESTED)
    with pytest.raises(Conflict) as caught:
        logged(agent, mine, Outcome.NOT_INTERESTED)
    assert caught.value.data["state"] == LeadState.QUALIFIED
    assert caught.value.data["at"] == NOON + timedelta(minutes=18)
    assert floor.sql("select count(*) from call_log") == [(1,)]
    # "keep mine": the call is recorded, the lead stays the colleague's
    done = logged(agent, mine, Outcome.NOT_INTERESTED, keep_mine=True)
    assert done.state == LeadState.QUALIFIED
    row = floor.queue(lead)
    assert (row["state"], row["owner_id"], row["attempts"]) == (LeadState.QUALIFIED, me(other), 2)
    assert calls.current(agent) is None


def test_do_not_call_wins_even_late_and_leaves_a_colleagues_claim(
    floor: Floor, agent: Ctx, other: Ctx
) -> None:
    lead = floor.lead()
    mine = claim(agent)
    at(other, NOON, minutes=16)
    theirs = claim(other)
    at(agent, NOON, minutes=17)
    assert logged(agent, mine, Outcome.DO_NOT_CALL, keep_mine=True).state == LeadState.DO_NOT_CALL
    assert floor.queue(lead)["claimed_by"] == me(other)
    at(other, NOON, minutes=18)
    with pytest.raises(Conflict) as caught:
        calls.dialled(other, theirs.id)
    assert caught.value.data["verdicts"] == ("do_not_call",)
    logged(other, theirs, Outcome.CALLBACK, callback_at=hours(3))
    assert floor.queue(lead)["state"] == LeadState.DO_NOT_CALL
    assert floor.sql("select count(*) from task") == [(0,)]


def test_nobody_elses_open_call_is_mine(floor: Floor, agent: Ctx, other: Ctx) -> None:
    floor.lead()
    theirs = claim(other)
    assert calls.current(agent) is None
    for attempt in (
        lambda: calls.heartbeat(agent, theirs.id),
        lambda: calls.dialled(agent, theirs.id),
        lambda: logged(agent, theirs, Outcome.INTERESTED),
        lambda: calls.give_back(agent, GiveBack(uuid.uuid4(), theirs.id, "other")),
    ):
        with pytest.raises(NotFound) as caught:
            attempt()
        assert caught.value.code == "open_call"


# dialling and giving back -------------------------------------------------------------------------------


def test_dialled_and_answered_keep_the_first_time(floor: Floor, agent: Ctx) -> None:
    floor.lead()
    call = claim(agent)
    at(agent, NOON, seconds=10)
    assert calls.dialled(agent, call.id).dialled_at == NOON + timedelta(seconds=10)
    at(agent, NOON, seconds=20)
    assert calls.dialled(agent, call.id).dialled_at == NOON + timedelta(seconds=10)
    assert calls.answered(agent, call.id).answered_at == NOON + timedelta(seconds=20)
    at(agent, NOON, seconds=80)
    logged(agent, call, Outcome.INTERESTED)
    row = floor.sql("select dialled_at, answered_at, talk_seconds from call_log")[0]
    assert row == (NOON + timedelta(seconds=10), NOON + timedelta(seconds=20), 60)
    assert floor.sql("select talk_seconds from agent_day") == [(60,)]


def test_who_was_marked_as_answered_and_then_was_not_has_not_talked(floor: Floor, agent: Ctx) -> None:
    floor.lead()
    call = claim(agent)
    calls.answered(agent, call.id)
    at(agent, NOON, seconds=40)
    logged(agent, call, None)
    assert floor.sql("select status, answered_at, talk_seconds from call_log") == [(0, NOON, None)]
    assert floor.sql("select contacts, talk_seconds from agent_day") == [(0, 0)]


def test_a_number_that_was_blocked_meanwhile_is_not_dialled(floor: Floor, agent: Ctx, other: Ctx) -> None:
    two = ("+628110000003", "+628110000004")
    lead = floor.lead(9, phones=two)
    twin = floor.lead(8, phones=two[1:])
    call = claim(agent, lead)
    work(other, twin, Outcome.DO_NOT_CALL)
    with pytest.raises(Conflict) as caught:
        calls.dialled(agent, call.id)
    assert caught.value.data["verdicts"] == ("do_not_call",)
    calls.give_back(agent, GiveBack(uuid.uuid4(), call.id, "other"))
    with pytest.raises(Conflict):
        claim(agent, lead)


def test_giving_back_is_counted_and_not_served_again_today(floor: Floor, agent: Ctx, other: Ctx) -> None:
    best, second = floor.lead(9), floor.lead(8)
    call = claim(agent)
    with pytest.raises(Invalid) as caught:
        calls.give_back(agent, GiveBack(uuid.uuid4(), call.id, "bored"))
    assert caught.value.fields == {"reason": "unknown"}
    calls.give_back(agent, GiveBack(uuid.uuid4(), call.id, "know_them"))
    assert floor.sql("select lead_id, agent_id, reason, at from give_back") == [
        (best, me(agent), "know_them", NOON)
    ]
    row = floor.queue(best)
    assert (row["claimed_by"], row["claimed_until"], row["ready"], row["attempts"]) == (None, None, True, 0)
    assert claim(agent).lead_id == second
    assert claim(other).lead_id == best


def test_a_lead_given_back_yesterday_is_served_again(floor: Floor, agent: Ctx) -> None:
    best = floor.lead(9)
    calls.give_back(agent, GiveBack(uuid.uuid4(), claim(agent).id, "not_now"))
    with pytest.raises(NotFound):
        claim(agent)
    # by hand it may be taken the same day
    calls.give_back(agent, GiveBack(uuid.uuid4(), claim(agent, best).id, "not_now"))
    at(agent, NOON, days=1)
    assert claim(agent).lead_id == best


def test_after_dialling_there_is_no_giving_back(floor: Floor, agent: Ctx) -> None:
    floor.lead()
    call = claim(agent)
    calls.dialled(agent, call.id)
    with pytest.raises(Conflict) as caught:
        calls.give_back(agent, GiveBack(uuid.uuid4(), call.id, "not_now"))
    assert caught.value.code == "already_dialled"
    assert calls.current(agent) is not None


# logging ------------------------------------------------------------------------------------------------


def test_a_logged_call_is_whole(floor: Floor, agent: Ctx) -> None:
    lead = floor.lead(250_000)
    done = work(
        agent, lead, Outcome.CLOSED, product_id=1, amount=Decimal("50000000.50"), note="Setuju 12 bulan."
    )
    assert (done.lead_id, done.state, done.hidden_until, done.task_id) == (lead, 3, None, None)
    row = floor.sql(
        "select id, lead_id, agent_id, at, status, reason, outcome, note, product_id, amount, currency, "
        "report_day, report_hour, place, rank_key, propensity from call_log"
    )
    assert row == [
        (done.call_id, lead, me(agent), NOON, 1, None, 3, "Setuju 12 bulan.", 1, Decimal("50000000.50"),
         "IDR", date(2027, 3, 10), 12, None, 250_000, 1.0)
    ]  # fmt: skip
    assert calls.current(agent) is None
    day = floor.sql(
        "select day, calls, contacts, closings, amount, expected, by_hour from agent_day where agent_id = %s",
        me(agent),
    )
    assert day == [(date(2027, 3, 10), 1, 1, 1, Decimal("50000000.50"), 0.25, {"12": [1, 1]})]
    queue = floor.queue(lead)
    assert (queue["state"], queue["last_contact_at"], queue["claimed_by"]) == (3, NOON, None)
    actions = floor.sql("select action from audit where subject = %s order by id", f"lead:{lead}")
    assert actions == [("call.opened",), ("call.logged",)]


def test_the_report_day_is_the_teams(floor: Floor, agent: Ctx) -> None:
    floor.set("window.enabled", "false")
    floor.sql("update team set zone = 'Asia/Jayapura'")
    lead = floor.lead()
    at(agent, NOON, hours=11)  # 23:00 in Jakarta, 01:00 the next day in Jayapura
    work(agent, lead, None)
    assert floor.sql("select report_day, report_hour from call_log") == [(date(2027, 3, 11), 1)]
    assert floor.queue(lead)["attempts_day"] == date(2027, 3, 10)


def test_bad_input_writes_nothing(floor: Floor, agent: Ctx) -> None:
    lead = floor.lead()
    call = claim(agent)
    for change, field in (
        ({"note": "  "}, "note"),
        ({"outcome": Outcome.CALLBACK}, "callback_at"),
        ({"outcome": Outcome.CLOSED, "product_id": 1}, "amount"),
        ({"outcome": Outcome.CLOSED, "product_id": 99, "amount": Decimal(1)}, "product_id"),
    ):
        with pytest.raises(Invalid) as caught:
            logged(agent, call, **{"outcome": Outcome.INTERESTED, **change})
        assert field in caught.value.fields
    assert floor.sql("select count(*) from call_log") == [(0,)]
    assert floor.queue(lead)["claimed_by"] == me(agent)


def test_the_database_refuses_a_blank_note_too(floor: Floor, agent: Ctx) -> None:
    floor.lead()
    call = claim(agent)
    logged(agent, call, None, note="tidak diangkat")
    import psycopg

    with pytest.raises(psycopg.errors.CheckViolation):
        floor.sql("update call_log set note = ' '")


def test_eight_attempts_then_never_again(floor: Floor, agent: Ctx) -> None:
    lead = floor.lead()
    now, seen = NOON, []
    for _ in range(8):
        at(agent, now)
        work(agent, lead, None, reason=NoAnswer.BUSY)
        row = floor.queue(lead)
        seen.append((row["attempts"], row["attempts_today"]))
        if row["capped"]:
            break
        back = row["hidden_until"]
        assert back >= now + timedelta(hours=2)
        local = (back + timedelta(hours=7)).time()
        now = back if local >= time(8) and local < time(18) else back.replace(hour=5) + timedelta(days=1)
        if local == time(0):
            now = back + timedelta(hours=12)
    assert seen[:3] == [(1, 1), (2, 2), (3, 3)]
    assert [attempts for attempts, _today in seen] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert max(today for _attempts, today in seen) <= 3
    assert row["capped"]
    at(agent, now, days=400)
    with pytest.raises(Conflict) as caught:
        claim(agent, lead)
    assert "cap" in caught.value.data["verdicts"]


def test_rejected_rests_and_comes_back_pending(floor: Floor, agent: Ctx) -> None:
    lead = floor.lead()
    work(agent, lead, Outcome.NOT_INTERESTED)
    assert floor.queue(lead)["state"] == LeadState.REJECTED
    for ctx_hours in (1, 23):
        at(agent, NOON, hours=ctx_hours)
        with pytest.raises((NotFound, Conflict)):
            claim(agent)
    at(agent, NOON, days=1)
    assert claim(agent).lead_id == lead
    done = logged(agent, calls.current(agent), Outcome.NOT_INTERESTED)  # type: ignore[arg-type]
    assert done.hidden_until == NOON + timedelta(days=8)


def test_an_interested_lead_is_its_agents_for_good(floor: Floor, agent: Ctx, other: Ctx) -> None:
    lead = floor.lead()
    work(agent, lead, Outcome.INTERESTED)
    at(other, NOON, days=1)
    with pytest.raises(NotFound):
        claim(other)
    at(agent, NOON, days=1)
    assert claim(agent).lead_id == lead


def test_a_closed_lead_is_never_called_twice(floor: Floor, agent: Ctx, other: Ctx) -> None:
    lead = floor.lead()
    work(agent, lead, Outcome.CLOSED, product_id=2, amount=Decimal(1))
    for ctx in (agent, other):
        at(ctx, NOON, days=300)
        with pytest.raises(NotFound):
            claim(ctx)
        with pytest.raises(Conflict) as caught:
            claim(ctx, lead)
        assert "state" in caught.value.data["verdicts"]


# callbacks ----------------------------------------------------------------------------------------------


def test_a_callback_is_one_task_per_lead(floor: Floor, agent: Ctx) -> None:
    lead = floor.lead()
    first = work(agent, lead, Outcome.CALLBACK, callback_at=hours(2), note="minta ditelepon")
    assert first.task_id is not None
    at(agent, NOON, hours=2)
    assert claim(agent).lead_id == lead
    second = logged(agent, calls.current(agent), Outcome.CALLBACK, callback_at=hours(4))  # type: ignore[arg-type]
    tasks = floor.sql("select id, kind, state, due_at, owner_id, note, call_id from task order by id")
    assert tasks == [
        (first.task_id, 1, 1, hours(2), me(agent), "minta ditelepon", second.call_id),
        (second.task_id, 1, 0, hours(4), me(agent), "kata-kata nasabah", second.call_id),
    ]
    assert floor.queue(lead)["callback_at"] == hours(4)


def test_an_unanswered_callback_is_tried_three_times_then_released(
    floor: Floor, agent: Ctx, other: Ctx
) -> None:
    lead = floor.lead(5)
    floor.lead(900_000, owner_id=me(agent))
    work(agent, lead, Outcome.CALLBACK, callback_at=hours(-0) + timedelta(minutes=30))
    now = NOON + timedelta(minutes=30)
    for tries in (1, 2):
        at(agent, now)
        at(other, now)
        with pytest.raises(NotFound):
            claim(other)
        assert claim(agent).lead_id == lead
        logged(agent, calls.current(agent), None)  # type: ignore[arg-type]
        assert floor.sql("select tries, state from task") == [(tries, 0)]
        row = floor.queue(lead)
        assert row["owner_id"] == me(agent)
        now = row["callback_at"]
        assert floor.sql("select due_at from task") == [(now,)]
        if tries == 2:
            # the third call of that day: tomorrow, in the customer's zone
            assert now == datetime(2027, 3, 11, tzinfo=NOON.tzinfo) - timedelta(hours=7)
            now += timedelta(hours=9)
    at(agent, now)
    assert claim(agent).lead_id == lead
    logged(agent, calls.current(agent), None)  # type: ignore[arg-type]
    row = floor.queue(lead)
    assert (row["state"], row["owner_id"], row["callback_at"]) == (LeadState.CONTACTED, None, None)
    assert floor.sql("select tries, state from task") == [(3, 3)]
    at(other, row["hidden_until"])
    assert claim(other).lead_id == lead


def test_an_outcome_closes_its_callback_and_my_follow_up(floor: Floor, agent: Ctx) -> None:
    lead = floor.lead()
    work(agent, lead, Outcome.CALLBACK, callback_at=hours(1))
    at(agent, NOON, hours=1)
    done = logged(agent, claim(agent), Outcome.INTERESTED, callback_at=hours(24))
    assert floor.sql("select kind, state, due_at from task order by id") == [
        (1, 1, hours(1)),
        (2, 0, hours(24)),
    ]
    assert done.hidden_until == hours(24)
    at(agent, NOON, hours=24)
    logged(agent, claim(agent), Outcome.NOT_INTERESTED)
    assert floor.sql("select count(*) from task where state = 0") == [(0,)]


# numbers ------------------------------------------------------------------------------------------------


def test_do_not_call_by_number(floor: Floor, agent: Ctx, other: Ctx) -> None:
    home, mobile, gone = "+62215550001", "+628110000005", "+628110000006"
    lead = floor.lead(9, phones=(home, mobile, gone))
    floor.sql("update lead_phone set bad = true where e164 = %s", gone)
    by_home, by_mobile = floor.lead(8, phones=(home,)), floor.lead(7, phones=("+628110000007", mobile))
    owner_of_gone, elsewhere = floor.lead(6, phones=(gone,)), floor.lead(5, phones=(home,), team="north")
    work(other, by_mobile, Outcome.CALLBACK, callback_at=hours(1))
    done = work(agent, lead, Outcome.DO_NOT_CALL)
    assert done.state == LeadState.DO_NOT_CALL
    assert sorted(floor.sql("select e164, added_by from dnc_number")) == sorted(
        [(home, me(agent)), (mobile, me(agent))]
    )
    assert floor.sql("select do_not_call, version from lead where id = %s", lead) == [(True, 2)]
    blocked = {
        ident: floor.queue(ident)["dnc"] for ident in (lead, by_home, by_mobile, owner_of_gone, elsewhere)
    }
    assert blocked == {lead: True, by_home: True, by_mobile: True, owner_of_gone: False, elsewhere: False}
    assert floor.queue(by_mobile)["callback_at"] is None
    assert floor.sql("select state from task") == [(2,)]
    assert claim(agent).lead_id == owner_of_gone


def test_a_wrong_number_leaves_the_queue_until_it_is_corrected(floor: Floor, agent: Ctx) -> None:
    lead = floor.lead(phones=("+628110000008",))
    done = work(agent, lead, Outcome.WRONG_NUMBER, connected=False)
    assert (done.state, done.hidden_until) == (LeadState.BAD_NUMBER, None)
    assert floor.sql("select bad, preferred from lead_phone") == [(True, False)]
    assert floor.sql("select status, reason, outcome from call_log") == [(0, 0, 5)]
    assert not floor.queue(lead)["phone_ok"]
    at(agent, NOON, days=60)
    with pytest.raises(NotFound):
        claim(agent)


def test_a_wrong_number_with_another_one_switches_to_it(floor: Floor, agent: Ctx) -> None:
    wrong, right = "+628110000009", "+628110000010"
    lead = floor.lead(phones=(wrong, right))
    done = work(agent, lead, Outcome.WRONG_NUMBER)
    assert (done.state, done.hidden_until) == (LeadState.PENDING, hours(2))
    assert floor.sql("select e164, bad, preferred from lead_phone order by e164") == [
        (wrong, True, False),
        (right, False, True),
    ]
    assert floor.queue(lead)["phone_ok"]
    at(agent, NOON, hours=2)
    assert claim(agent).phone == right


def test_a_blocked_number_is_never_served_whatever_the_flags_say(floor: Floor, agent: Ctx) -> None:
    number = "+628110000011"
    floor.lead(9, phones=(number,))
    free = floor.lead(8)
    floor.sql("insert into dnc_number (team_id, e164) select id, %s from team where code = 'main'", number)
    assert claim(agent).lead_id == free


# settings, products, rows of the form -------------------------------------------------------------------


def test_a_teams_setting_overrides_the_banks(floor: Floor, agent: Ctx) -> None:
    floor.sql(
        "insert into setting (team_id, key, value) "
        "select id, 'lease.minutes', '3' from team where code = 'main'"
    )
    floor.lead()
    assert claim(agent).lease_until == NOON + timedelta(minutes=3)


def test_a_setting_that_makes_no_sense_stops_the_floor_by_name(floor: Floor, agent: Ctx) -> None:
    floor.set("cool_off.days", "[]")
    floor.lead()
    with pytest.raises(Invalid) as caught:
        claim(agent)
    assert caught.value.fields == {"cool_off.days": "setting_wrong"}


def test_products_by_language(floor: Floor, agent: Ctx) -> None:
    floor.sql("update product set active = false where code = 'pension'")
    floor.sql("insert into team (code, name) values ('north', 'north')")
    floor.sql(
        "insert into product (team_id, code, name_id, name_en) "
        "select id, 'gold', 'Emas', 'Gold' from team where code = 'north'"
    )
    found = calls.products(agent)
    assert [product.code for product in found] == ["deposit", "savings", "credit_card"]
    assert (found[0].name("id_ID"), found[0].name("en")) == ("Deposito berjangka", "Term deposit")


def test_the_rows_of_the_form(floor: Floor, agent: Ctx) -> None:
    lead = floor.lead(phones=("+628110000012", "+628110000013"), attempts=1, rejections=1)
    found: dict[Any, list[str]] = {
        outcome: [one.code for one in rows] for outcome, rows in calls.consequences(agent, lead).items()
    }
    assert found[None] == ["back_in", "attempt"]
    assert found[Outcome.WRONG_NUMBER] == ["other_number", "back_in", "attempt"]
    assert found[Outcome.DO_NOT_CALL] == ["for_good"]
    assert calls.consequences(agent, lead)[Outcome.NOT_INTERESTED][0].data == {"days": 7}


def test_the_policy_is_remembered_and_forgotten(floor: Floor, agent: Ctx) -> None:
    from leadtui.core.calls import settings

    floor.set("lease.minutes", "5")
    floor.lead()
    call = claim(agent)
    assert call.lease_until == NOON + timedelta(minutes=5)
    floor.sql("update setting set value = '9' where key = 'lease.minutes'")
    assert calls.heartbeat(agent, call.id).lease_until == NOON + timedelta(minutes=5)
    settings.forget()
    assert calls.heartbeat(agent, call.id).lease_until == NOON + timedelta(minutes=9)
    assert policy is settings.policy


def test_a_late_retry_of_a_log_is_a_receipt_not_a_second_call(floor: Floor, agent: Ctx) -> None:
    floor.lead()
    call = claim(agent)
    said = LogCall(uuid.uuid4(), call.id, CallStatus.NOT_ANSWERED, "tidak diangkat")
    first = calls.log(agent, said)
    with pytest.raises(NotFound):
        calls.log(agent, replace(said, request_id=uuid.uuid4()))
    assert calls.log(agent, said) == first
