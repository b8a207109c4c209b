"""Pauses: no calls for a while, with a reason, counted."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from leadtui.core.auth import service as auth
from leadtui.core.auth.dto import SignIn
from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import Claim, GiveBack, Incoming, Outcome
from leadtui.core.ctx import Ctx, Origin
from leadtui.core.errors import Conflict, Invalid, NotAllowed, NotFound
from leadtui.core.pauses import service as pauses
from leadtui.core.pauses.dto import REASONS, EndPause, Pause, StartPause
from leadtui.core.performance import service as performance
from tests.conftest import PASSWORD, MakeCtx, OneConnection, make_user
from tests.db.callfloor import NOON, Floor, at, claim, logged, work


@pytest.fixture
def floor(db: OneConnection) -> Floor:
    return Floor(db)


@pytest.fixture
def agent(as_role: MakeCtx) -> Ctx:
    ctx = as_role("agent", name="Sari")
    at(ctx, NOON)
    return ctx


def start(ctx: Ctx, reason: str = "break", *, after_call: bool = False) -> Pause:
    return pauses.start(ctx, StartPause(uuid.uuid4(), reason, after_call))


def end(ctx: Ctx) -> Pause:
    return pauses.end(ctx, EndPause(uuid.uuid4()))


def minutes(n: float) -> datetime:
    return NOON + timedelta(minutes=n)


def test_a_pause_begins_and_ends(floor: Floor, agent: Ctx) -> None:
    assert pauses.current(agent) is None
    begun = start(agent, "prayer")
    assert (begun.reason, begun.since, begun.until, begun.waiting) == ("prayer", NOON, None, False)
    assert pauses.current(agent) == begun
    at(agent, NOON, minutes=10)
    day = pauses.today(agent)
    assert (day.current, day.seconds, day.by_reason) == (begun, 600, (("prayer", 600),))
    assert end(agent).until == minutes(10)
    assert pauses.current(agent) is None
    at(agent, NOON, minutes=30)
    start(agent, "meal")
    at(agent, NOON, minutes=60)
    assert pauses.today(agent).by_reason == (("meal", 1800), ("prayer", 600))
    assert performance.today(agent).pause_seconds == 2400
    end(agent)
    with pytest.raises(NotFound):
        end(agent)


def test_the_reasons_are_the_table_s(floor: Floor, agent: Ctx) -> None:
    with pytest.raises(Invalid) as caught:
        start(agent, "nap")
    assert caught.value.fields == {"reason": "unknown"}
    for reason in REASONS:
        assert start(agent, reason).reason == reason


def test_no_lead_while_pausing(floor: Floor, agent: Ctx) -> None:
    lead = floor.lead()
    start(agent, "meal")
    for command in (Claim(uuid.uuid4()), Claim(uuid.uuid4(), lead)):
        with pytest.raises(Conflict) as caught:
            calls.claim(agent, command)
        assert caught.value.code == "paused"
        assert caught.value.data == {"since": NOON, "reason": "meal"}
    # a customer who calls is talked to, and the pause goes on
    call = calls.incoming(agent, Incoming(uuid.uuid4(), lead))
    at(agent, NOON, minutes=4)
    logged(agent, call, Outcome.NOT_INTERESTED)
    assert pauses.current(agent) is not None
    end(agent)
    other = floor.lead()
    assert claim(agent).lead_id == other


def test_the_same_reason_again_changes_nothing_another_one_is_another_pause(floor: Floor, agent: Ctx) -> None:
    first = start(agent, "break")
    at(agent, NOON, minutes=1)
    assert start(agent, "break") == first
    second = start(agent, "training")
    assert (second.since, second.id != first.id) == (minutes(1), True)
    assert floor.sql("select reason, ended_at from pause order by id") == [
        ("break", minutes(1)),
        ("training", None),
    ]


def test_after_this_call(floor: Floor, agent: Ctx) -> None:
    floor.lead()
    call = claim(agent)
    with pytest.raises(Conflict) as caught:
        start(agent)
    assert caught.value.code == "has_open_call"
    waiting = start(agent, "meal", after_call=True)
    assert waiting.waiting
    # another reason is no other pause, dropping it is no pause at all
    assert start(agent, "prayer", after_call=True).id == waiting.id
    at(agent, NOON, minutes=5)
    done = logged(agent, call, None)
    assert done.call_id
    assert pauses.current(agent) == Pause(waiting.id, "prayer", minutes(5), None)
    at(agent, NOON, minutes=6)
    assert pauses.today(agent).by_reason == (("prayer", 60),)


def test_after_a_call_that_is_given_back(floor: Floor, agent: Ctx) -> None:
    floor.lead()
    call = claim(agent)
    start(agent, "meal", after_call=True)
    at(agent, NOON, minutes=2)
    calls.give_back(agent, GiveBack(uuid.uuid4(), call.id, "not_now"))
    found = pauses.current(agent)
    assert found is not None
    assert found.since == minutes(2)


def test_after_no_call_is_now(floor: Floor, agent: Ctx) -> None:
    assert start(agent, after_call=True).since == NOON


def test_one_that_was_waiting_and_dropped_never_was(floor: Floor, agent: Ctx) -> None:
    floor.lead()
    call = claim(agent)
    start(agent, after_call=True)
    at(agent, NOON, minutes=3)
    dropped = end(agent)
    assert dropped.since is None
    logged(agent, call, None)
    assert pauses.current(agent) is None
    assert pauses.today(agent).seconds == 0


def test_a_retry_is_answered_by_its_receipt(floor: Floor, agent: Ctx) -> None:
    command = StartPause(uuid.uuid4(), "break")
    first = pauses.start(agent, command)
    at(agent, NOON, minutes=9)
    assert pauses.start(agent, command) == first
    over = EndPause(uuid.uuid4())
    assert pauses.end(agent, over) == pauses.end(agent, over)


def test_pauses_of_yesterday_are_not_today_s(floor: Floor, agent: Ctx) -> None:
    # 16:50 UTC is ten minutes before midnight in Jakarta
    at(agent, NOON.replace(hour=16, minute=50))
    start(agent, "training")
    at(agent, NOON.replace(hour=17, minute=5))
    assert pauses.today(agent).by_reason == (("training", 300),)


@pytest.mark.parametrize("how", ["signed_out", "idle"])
def test_a_pause_ends_with_its_session(floor: Floor, db: OneConnection, how: str) -> None:
    """Somebody pauses and goes home: it lasted until their session was last used, not until tomorrow."""
    email = make_user(db, "agent")
    ctx = Ctx(db, Origin.TUI)
    auth.sign_in(ctx, SignIn(email, PASSWORD))
    begun = start(ctx, "break")
    assert begun.since is not None
    last = begun.since + timedelta(minutes=20)
    floor.sql("update app_session set last_seen_at = %s where id = %s", last, ctx.actor.session_id)  # type: ignore[union-attr]
    if how == "signed_out":
        auth.sign_out(ctx)
    else:
        floor.sql("update app_session set idle_until = now()")
    again = Ctx(db, Origin.TUI)
    auth.sign_in(again, SignIn(email, PASSWORD))
    again.now = begun.since + timedelta(hours=9)
    assert pauses.current(again) is None
    floor.lead()
    floor.set("window.enabled", "false")
    assert claim(again).lead_id
    assert floor.sql("select ended_at from pause") == [(None,)]
    # the next one writes down when the last one ended
    started = pauses.start(again, StartPause(uuid.uuid4(), "meal", after_call=True))
    assert started.id != begun.id
    assert floor.sql("select ended_at from pause order by id") == [(last,), (None,)]


def test_a_pause_counts_to_its_session_s_end_before_anybody_writes_so(
    floor: Floor, db: OneConnection
) -> None:
    email = make_user(db, "agent")
    ctx = Ctx(db, Origin.TUI)
    auth.sign_in(ctx, SignIn(email, PASSWORD))
    noon = datetime.now(UTC).replace(hour=5, minute=0, second=0, microsecond=0)
    ctx.now = noon
    start(ctx, "break")
    floor.sql("update app_session set last_seen_at = %s", noon + timedelta(minutes=7))
    auth.sign_out(ctx)
    again = Ctx(db, Origin.TUI)
    auth.sign_in(again, SignIn(email, PASSWORD))
    again.now = noon + timedelta(hours=3)
    assert pauses.today(again).by_reason == (("break", 420),)


def test_a_pause_goes_on_while_its_session_does(floor: Floor, db: OneConnection) -> None:
    """A second terminal of the same agent sees it and may end it."""
    email = make_user(db, "agent")
    one, two = Ctx(db, Origin.TUI), Ctx(db, Origin.TUI)
    auth.sign_in(one, SignIn(email, PASSWORD))
    auth.sign_in(two, SignIn(email, PASSWORD))
    begun = start(one)
    assert pauses.current(two) == begun
    assert pauses.end(two, EndPause(uuid.uuid4())).id == begun.id
    assert pauses.current(one) is None


def test_admins_take_no_calls_and_no_pauses(as_role: MakeCtx) -> None:
    with pytest.raises(NotAllowed):
        start(as_role("admin"))


def test_colleagues_pause_on_their_own(floor: Floor, agent: Ctx, as_role: MakeCtx) -> None:
    other = as_role("agent")
    at(other, NOON)
    lead = floor.lead()
    start(agent)
    assert pauses.current(other) is None
    work(other, lead, None)
    assert pauses.today(other).seconds == 0
