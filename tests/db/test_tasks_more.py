"""Tasks that are promised, moved, given away and released, on the real database."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import CallStatus, Claim, Outcome
from leadtui.core.ctx import Ctx
from leadtui.core.errors import Conflict, Invalid, NotFound
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import LeadState
from leadtui.core.tasks import service as tasks
from leadtui.core.tasks.dto import (
    AddTask,
    ChangeTask,
    FinishTask,
    Rang,
    ReassignTask,
    SnoozeTask,
    TaskKind,
    TaskRow,
)
from tests.conftest import MakeCtx, OneConnection
from tests.db.callfloor import NOON, Floor, at, claim, work

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def floor(db: OneConnection) -> Floor:
    return Floor(db)


@pytest.fixture
def sari(as_role: MakeCtx) -> Ctx:
    ctx = as_role("agent")
    at(ctx, NOON)
    return ctx


@pytest.fixture
def budi(as_role: MakeCtx) -> Ctx:
    ctx = as_role("agent")
    at(ctx, NOON)
    return ctx


@pytest.fixture
def manager(as_role: MakeCtx) -> Ctx:
    ctx = as_role("manager")
    at(ctx, NOON)
    return ctx


def me(ctx: Ctx) -> int:
    if ctx.actor is None:
        tasks.counts(ctx)
    assert ctx.actor is not None
    return ctx.actor.user_id


def add(ctx: Ctx, lead_id: int, **more: Any) -> TaskRow:
    values = {"due_at": NOON + HOUR, "note": "janji", **more}
    return tasks.add(ctx, AddTask(uuid.uuid4(), lead_id, **values))


def callback(ctx: Ctx, lead_id: int, due_at: datetime = NOON + HOUR, **more: Any) -> TaskRow:
    return add(ctx, lead_id, due_at=due_at, kind=TaskKind.CALLBACK, **more)


def give(ctx: Ctx, task: TaskRow, to: int | None) -> TaskRow:
    return tasks.reassign(ctx, ReassignTask(uuid.uuid4(), task.id, task.version, to))


def seen(floor: Floor, ctx: Ctx, when: datetime) -> None:
    floor.sql("update app_session set last_seen_at = %s where user_id = %s", when, me(ctx))


# callbacks from anywhere ----------------------------------------------------------------------------------


def test_a_callback_from_anywhere_takes_the_lead_and_comes_back_above_every_score(
    floor: Floor, sari: Ctx, budi: Ctx
) -> None:
    best, lead = floor.lead(900_000), floor.lead(100_000)
    made = callback(sari, lead)
    row = floor.queue(lead)
    assert (row["owner_id"], row["callback_at"], row["state"]) == (
        me(sari), NOON + HOUR, LeadState.CONTACTED,
    )  # fmt: skip
    assert (made.owner_id, made.tries_of, made.blocked) == (me(sari), 3, None)
    at(sari, NOON, hours=2)
    assert claim(sari).lead_id == lead
    at(budi, NOON, hours=2)
    assert claim(budi).lead_id == best


def test_a_rejected_lead_that_asks_for_a_call_rests_no_longer(floor: Floor, sari: Ctx) -> None:
    lead = floor.lead()
    work(sari, lead, Outcome.NOT_INTERESTED)
    callback(sari, lead)
    row = floor.queue(lead)
    assert (row["state"], row["hidden_until"]) == (LeadState.CONTACTED, None)
    at(sari, NOON, hours=1, minutes=1)
    assert claim(sari).lead_id == lead


def test_one_active_callback_per_lead_and_only_of_a_lead_that_is_nobodys_or_mine(
    floor: Floor, sari: Ctx, budi: Ctx
) -> None:
    lead = floor.lead()
    callback(sari, lead)
    for ctx in (sari, budi):
        with pytest.raises(Conflict) as caught:
            callback(ctx, lead, NOON + 2 * HOUR)
        assert caught.value.code == "callback_exists"
        assert caught.value.data["due_at"] == NOON + HOUR
        assert caught.value.data["by_name"]
    mine = floor.lead()
    work(sari, mine, Outcome.INTERESTED)
    with pytest.raises(Conflict) as caught:
        callback(budi, mine)
    assert caught.value.code == "lead_owned"
    assert callback(sari, mine).owner_id == me(sari)
    assert floor.queue(mine)["state"] == LeadState.QUALIFIED


def test_nobody_promises_a_call_to_whom_nobody_may_call_or_who_is_on_the_line(
    floor: Floor, sari: Ctx, budi: Ctx, manager: Ctx
) -> None:
    gone = floor.lead()
    work(sari, gone, Outcome.DO_NOT_CALL)
    with pytest.raises(Conflict) as caught:
        callback(sari, gone)
    assert (caught.value.code, caught.value.data["verdicts"]) == ("not_callable", ("do_not_call",))
    busy = floor.lead()
    calls.claim(budi, Claim(uuid.uuid4(), busy))
    with pytest.raises(Conflict) as caught:
        callback(sari, busy)
    assert (caught.value.code, caught.value.data["by"]) == ("lead_taken", me(budi))
    with pytest.raises(Invalid) as refused:
        callback(manager, floor.lead())
    assert refused.value.fields == {"kind": "only_agents_call"}


# hours ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [TaskKind.CALLBACK, TaskKind.MEETING])
def test_what_is_agreed_outside_the_hours_is_refused_with_the_nearest_times(
    floor: Floor, sari: Ctx, kind: TaskKind
) -> None:
    lead = floor.lead()
    evening = datetime(2027, 3, 10, 12, tzinfo=UTC)  # 19:00 in Jakarta, on a Wednesday
    with pytest.raises(Invalid) as caught:
        add(sari, lead, kind=kind, due_at=evening)
    assert caught.value.fields == {"due_at": "when_closed"}
    assert caught.value.data["why"] == "window"
    assert caught.value.data["nearest"] == (
        datetime(2027, 3, 10, 10, 45, tzinfo=UTC), datetime(2027, 3, 11, 1, tzinfo=UTC),
    )  # fmt: skip
    checked = tasks.check_time(sari, lead, evening)
    assert (checked.why, checked.nearest) == ("window", caught.value.data["nearest"])
    assert tasks.check_time(sari, lead, NOON + HOUR).why is None
    assert add(sari, lead, kind=TaskKind.FOLLOW_UP, due_at=evening).due_at == evening
    floor.set("window.enabled", "false")
    assert add(sari, lead, kind=kind, due_at=evening).due_at == evening


def test_a_callback_of_a_call_keeps_the_hours_too(floor: Floor, sari: Ctx) -> None:
    lead = floor.lead()
    with pytest.raises(Invalid) as caught:
        work(sari, lead, Outcome.CALLBACK, callback_at=NOON + timedelta(days=4))  # a Sunday
    assert caught.value.fields == {"callback_at": "when_closed"}
    assert caught.value.data["nearest"]
    assert floor.sql("select count(*) from call_log") == [(0,)]


def test_a_holiday_is_named_as_one(floor: Floor, sari: Ctx) -> None:
    floor.sql("insert into holiday (day, name) values ('2027-03-11', 'Hari uji') on conflict do nothing")
    floor.set("window.enabled", "true")
    with pytest.raises(Invalid) as caught:
        callback(sari, floor.lead(), NOON + timedelta(days=1))
    assert caught.value.data["why"] == "holiday"


# changing -------------------------------------------------------------------------------------------------


def test_snoozing_a_callback_moves_its_lead(floor: Floor, sari: Ctx) -> None:
    lead = floor.lead()
    task = callback(sari, lead)
    later = tasks.snooze(sari, SnoozeTask(uuid.uuid4(), task.id, task.version, NOON + 2 * HOUR))
    assert (later.due_at, later.version) == (NOON + 2 * HOUR, 2)
    assert floor.queue(lead)["callback_at"] == NOON + 2 * HOUR
    with pytest.raises(Conflict) as caught:
        tasks.snooze(sari, SnoozeTask(uuid.uuid4(), task.id, task.version, NOON + 3 * HOUR))
    assert (caught.value.code, caught.value.data["version"]) == ("task_changed", 2)
    with pytest.raises(Invalid) as refused:
        tasks.snooze(sari, SnoozeTask(uuid.uuid4(), task.id, 2, NOON + 9 * HOUR))
    assert refused.value.fields == {"due_at": "when_closed"}
    said = tasks.change(sari, ChangeTask(uuid.uuid4(), task.id, 2, note="lain"))
    assert (said.note, said.due_at, said.version) == ("lain", NOON + 2 * HOUR, 3)
    with pytest.raises(Invalid) as refused:
        tasks.change(sari, ChangeTask(uuid.uuid4(), task.id, 3, note=" "))
    assert refused.value.fields == {"note": "blank"}
    assert floor.sql(
        "select action, count(*) from audit where starts_with(action, 'task.') and outcome = 'ok' "
        "group by 1 order by 1"
    ) == [("task.added", 1), ("task.changed", 1), ("task.snoozed", 1)]


def test_a_colleague_gets_the_callback_and_its_lead(floor: Floor, sari: Ctx, budi: Ctx) -> None:
    lead = floor.lead()
    task = give(sari, callback(sari, lead), me(budi))
    assert (task.owner_id, floor.queue(lead)["owner_id"]) == (me(budi), me(budi))
    assert tasks.mine(sari) == ()
    assert [row.id for row in tasks.mine(budi)] == [task.id]
    assert floor.sql("select kind, to_user from outbox") == [("task_assigned", me(budi))]
    with pytest.raises(NotFound):
        give(sari, task, me(sari))  # it is not mine any more


def test_anyones_is_for_all_until_somebody_takes_it(floor: Floor, sari: Ctx, budi: Ctx) -> None:
    task = add(sari, floor.lead(), anyone=True)
    assert task.owner_id is None
    assert [row.id for row in tasks.mine(budi)] == [task.id]
    assert tasks.counts(budi).open == 0
    taken = give(budi, task, me(budi))
    assert tasks.mine(sari) == ()
    freed = give(budi, taken, None)
    assert freed.released_from is not None
    tasks.finish(sari, FinishTask(uuid.uuid4(), freed.id, freed.version))
    assert floor.sql("select owner_id, state from task") == [(me(sari), 1)]


def test_a_manager_gives_away_what_is_anybodys_and_agents_only_their_own(
    floor: Floor, sari: Ctx, budi: Ctx, manager: Ctx
) -> None:
    lead = floor.lead()
    task = callback(sari, lead)
    with pytest.raises(NotFound):
        give(budi, task, me(budi))
    assert [row.id for row in tasks.team(manager)] == [task.id]
    assert tasks.team(manager, me(budi)) == ()
    with pytest.raises(Invalid) as refused:
        give(manager, task, me(manager))  # a manager never calls
    assert refused.value.fields == {"to": "unknown"}
    with pytest.raises(Invalid):
        give(manager, task, 2_000_000_000)
    moved = give(manager, task, me(budi))
    assert (moved.owner_id, floor.queue(lead)["owner_id"]) == (me(budi), me(budi))
    calls.claim(budi, Claim(uuid.uuid4(), floor.lead(999_999)))
    at(manager, NOON)
    again = give(manager, moved, None)
    assert floor.queue(lead)["owner_id"] is None
    assert again.released_from is not None


def test_a_callback_is_not_given_away_while_somebody_talks(floor: Floor, sari: Ctx, manager: Ctx) -> None:
    lead = floor.lead()
    task = callback(sari, lead, NOON + 5 * MINUTE)
    calls.claim(sari, Claim(uuid.uuid4(), lead))
    with pytest.raises(Conflict) as caught:
        give(manager, task, None)
    assert (caught.value.code, caught.value.data["by"]) == ("lead_taken", me(sari))


def test_another_teams_task_does_not_exist(floor: Floor, as_role: MakeCtx, sari: Ctx) -> None:
    task = add(sari, floor.lead())
    floor.lead(team="north")  # makes the team
    stranger = as_role("manager", team="north")
    at(stranger, NOON)
    for wanted in (
        lambda: give(stranger, task, None),
        lambda: tasks.change(stranger, ChangeTask(uuid.uuid4(), task.id, task.version, note="x y")),
        lambda: tasks.finish(stranger, FinishTask(uuid.uuid4(), task.id, task.version)),
    ):
        with pytest.raises(NotFound):
            wanted()
    assert tasks.team(stranger) == ()


# released -------------------------------------------------------------------------------------------------


def test_a_callback_whose_owner_is_absent_goes_back_to_the_team_above_every_score(
    floor: Floor, sari: Ctx, budi: Ctx
) -> None:
    best, lead = floor.lead(900_000), floor.lead(100_000)
    follow = add(sari, floor.lead(5), note="kerja sendiri")
    task = callback(sari, lead)
    seen(floor, sari, NOON)
    at(budi, NOON, hours=1, minutes=29)
    leads.sweep(budi)
    assert floor.queue(lead)["owner_id"] == me(sari)  # not thirty minutes yet
    at(budi, NOON, hours=1, minutes=31)
    leads.sweep(budi)
    assert (floor.queue(lead)["owner_id"], floor.queue(lead)["callback_at"]) == (None, NOON + HOUR)
    (row,) = tasks.mine(budi)
    assert (row.id, row.owner_id, row.kind) == (task.id, None, TaskKind.CALLBACK)
    assert row.released_from is not None
    assert [one.id for one in leads.due(budi)] == [lead]
    assert claim(budi).lead_id == lead  # above the best score
    assert follow.id in [one.id for one in tasks.mine(sari)]  # own work stays
    assert floor.sql("select kind, to_user from outbox") == [("callback_released", me(sari))]
    at(sari, NOON, hours=1, minutes=32)
    assert claim(sari).lead_id == best


def test_a_callback_stays_with_who_is_there_or_on_the_phone(floor: Floor, sari: Ctx, budi: Ctx) -> None:
    lead = floor.lead()
    callback(sari, lead)
    seen(floor, sari, NOON + HOUR + 20 * MINUTE)
    at(budi, NOON, hours=1, minutes=40)
    leads.sweep(budi)
    assert floor.queue(lead)["owner_id"] == me(sari)
    seen(floor, sari, NOON)
    at(sari, NOON, hours=1, minutes=30)
    calls.claim(sari, Claim(uuid.uuid4(), floor.lead(999_000)))
    leads.sweep(budi)
    assert floor.queue(lead)["owner_id"] == me(sari)


def test_a_disabled_users_due_tasks_are_anyones(floor: Floor, sari: Ctx, budi: Ctx) -> None:
    lead, other = floor.lead(), floor.lead()
    due = callback(sari, lead, NOON + 5 * MINUTE)
    follow = add(sari, other, due_at=NOON + 5 * MINUTE)
    later = add(sari, other)
    user = me(sari)
    floor.sql("update app_user set disabled_at = now() where id = %s", user)
    at(budi, NOON, minutes=6)
    leads.sweep(budi)
    assert {row.id for row in tasks.mine(budi)} == {due.id, follow.id}
    assert floor.sql("select owner_id from task where id = %s", later.id) == [(user,)]


def test_an_unanswered_released_callback_goes_by_score_again(floor: Floor, sari: Ctx, budi: Ctx) -> None:
    lead = floor.lead()
    callback(sari, lead)
    seen(floor, sari, NOON)
    at(budi, NOON, hours=2)
    leads.sweep(budi)
    work(budi, lead, None, status=CallStatus.NOT_ANSWERED)
    row = floor.queue(lead)
    assert (row["owner_id"], row["callback_at"]) == (None, None)
    assert tasks.mine(budi) == ()


def test_a_due_callback_of_who_may_not_be_called_is_cancelled(floor: Floor, sari: Ctx, budi: Ctx) -> None:
    lead = floor.lead()
    task = callback(sari, lead)
    floor.sql("update lead_queue set dnc = true where lead_id = %s", lead)
    assert tasks.mine(sari)[0].blocked == "do_not_call"
    at(budi, NOON, minutes=30)
    leads.sweep(budi)
    assert floor.sql("select state from task where id = %s", task.id) == [(0,)]  # not due yet
    at(budi, NOON, hours=1)
    leads.sweep(budi)
    assert floor.sql("select state from task where id = %s", task.id) == [(2,)]
    assert floor.queue(lead)["callback_at"] is None


# reminders ------------------------------------------------------------------------------------------------


def test_reminders_know_what_was_rung_for_which_time(floor: Floor, sari: Ctx, budi: Ctx) -> None:
    first, second = callback(sari, floor.lead()), add(sari, floor.lead(), due_at=NOON + 2 * HOUR)
    add(sari, floor.lead(), due_at=NOON + timedelta(days=3))
    add(sari, floor.lead(), anyone=True)
    assert [(one.id, one.rung, one.announced) for one in tasks.reminders(sari)] == [
        (first.id, False, False), (second.id, False, False),
    ]  # fmt: skip
    tasks.rang(sari, Rang((first.id,), (first.id,)))
    tasks.rang(budi, Rang((second.id,)))  # not theirs
    assert [(one.rung, one.announced) for one in tasks.reminders(sari)] == [(True, True), (False, False)]
    assert tasks.mine(sari)[0].version == first.version
    tasks.snooze(sari, SnoozeTask(uuid.uuid4(), first.id, first.version, NOON + 90 * MINUTE))
    assert [one.rung for one in tasks.reminders(sari)] == [False, False]


def test_a_reminder_says_what_stands_against_the_call(floor: Floor, sari: Ctx) -> None:
    lead = floor.lead()
    callback(sari, lead, NOON + 5 * HOUR)
    assert [one.blocked for one in tasks.reminders(sari)] == [None]
    at(sari, NOON, hours=7)  # the hours have ended
    assert [one.blocked for one in tasks.reminders(sari)] == ["window"]
    floor.sql("update lead_queue set dnc = true where lead_id = %s", lead)
    assert [one.blocked for one in tasks.reminders(sari)] == ["do_not_call"]


def test_the_same_change_twice_is_one(floor: Floor, sari: Ctx) -> None:
    task = callback(sari, floor.lead())
    command = SnoozeTask(uuid.uuid4(), task.id, task.version, NOON + 2 * HOUR)
    assert tasks.snooze(sari, command) == tasks.snooze(sari, command)
    assert tasks.mine(sari)[0].version == 2
