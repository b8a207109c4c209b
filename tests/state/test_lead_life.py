"""Leads live with two agents: every step against the model, on the real database."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from leadtui.core.calls import after, eligibility
from leadtui.core.calls import queries as call_queries
from leadtui.core.calls import service as calls
from leadtui.core.calls import settings as call_settings
from leadtui.core.calls.dto import (
    CallStatus,
    Claim,
    CorrectCall,
    GiveBack,
    HandOver,
    Incoming,
    LogCall,
    NoAnswer,
    Outcome,
    UndoCall,
)
from leadtui.core.ctx import Ctx, Tx
from leadtui.core.errors import Invalid, LeadtuiError
from leadtui.core.macros import service as macros
from leadtui.core.pauses import service as pauses
from leadtui.core.pauses.dto import EndPause, StartPause
from leadtui.core.policy import Policy
from tests.conftest import MakeCtx, OneConnection
from tests.db.callfloor import NOON, Floor
from tests.state.model import CALLBACK, CLOSED, GONE, TEAM, Call, Lead, Phone, World, opening

OUTCOMES: list[int | None] = [None, None, *(int(outcome) for outcome in Outcome)]
AGENT = st.integers(0, 1)
LEAD = st.integers(0, 3)
OUTCOME = st.sampled_from(OUTCOMES)
IN_HOURS = st.sampled_from([None, 1, 24])
NUMBERS = ("+628120000001", "+628120000002", "+628120000003", "+628120000004", "+628120000005")
SHAPE = ((900_000, 1, (0, 1)), (800_000, 1, (0,)), (700_000, 2, (2,)), (600_000, 1, (3, 4)))
"""(rank, zone, its numbers) of each lead; the first two share one."""

QUEUE = """
    select lead_id, state, owner_id, callback_at, hidden_until, capped, attempts,
           attempts_today, attempts_day, rejections, dnc, phone_ok, claimed_by, claimed_until
    from lead_queue order by lead_id
"""
TASKS = "select lead_id, owner_id, kind, due_at, tries from task where state = 0 order by 1, 3, 4, 2, 5"
PHONES = "select lead_id, e164, preferred, bad from lead_phone order by 1, 2"
OPEN = """
    select agent_id, lead_id, phone, direction, opened_at, dialled_at, answered_at, ended_at, lease_until
    from open_call order by 1
"""
DAYS = """
    select agent_id, day, calls, contacts, closings, callbacks, amount, talk_seconds,
           round(expected::numeric, 6), by_hour
    from agent_day where calls > 0 order by 1, 2
"""
RECOUNT = """
    select agent_id, report_day, count(*)::int, count(*) filter (where status = 1)::int,
           count(*) filter (where outcome = 3)::int, count(*) filter (where outcome = 2)::int,
           coalesce(sum(amount), 0), coalesce(sum(talk_seconds), 0)::bigint,
           round(sum(case when direction = 0 then greatest(rank_key, 0) / 1e6 else 0 end), 6),
           (select jsonb_object_agg(h.report_hour::text, jsonb_build_array(h.n, h.reached)) from (
                select e.report_hour, count(*) as n, count(*) filter (where e.status = 1) as reached
                from call_effective e
                where e.agent_id = c.agent_id and e.report_day = c.report_day group by 1) h)
    from call_effective c group by 1, 2 order by 1, 2
"""


class Life(RuleBasedStateMachine):
    """What two agents do with four leads."""

    db: OneConnection
    ctxs: tuple[Ctx, Ctx]

    def __init__(self) -> None:
        super().__init__()
        self.db.outer.execute("savepoint life")
        self.floor = Floor(self.db)
        self.world: World

    @initialize()
    def begin(self) -> None:
        for place, (rank, zone, numbers) in enumerate(SHAPE):
            self.floor.lead(rank, zone=zone, phones=tuple(NUMBERS[n] for n in numbers), age=30 + place)
        ids = [row[0] for row in self.floor.sql("select id from lead order by id")]
        leads = [
            Lead(ident, rank, zone, [Phone(NUMBERS[n], n == numbers[0]) for n in numbers])
            for ident, (rank, zone, numbers) in zip(ids, SHAPE, strict=True)
        ]
        self.world = World(NOON, [self.user(0), self.user(1)], leads)
        self.macros = {macro.key: macro.id for macro in macros.active(self.ctxs[0])}

    def teardown(self) -> None:
        self.db.outer.execute("reset role")
        self.db.outer.execute("rollback to savepoint life")
        self.db.outer.execute("release savepoint life")
        self.db.outer.execute("set role leadtui_app")

    # helpers ------------------------------------------------------------------------------------------

    def user(self, agent: int) -> int:
        actor = self.ctxs[agent].actor
        assert actor is not None
        return actor.user_id

    def lead_id(self, place: int) -> int:
        return sorted(self.world.leads)[place]

    def ctx(self, agent: int) -> Ctx:
        """The agent's, a second later."""
        self.world.now += timedelta(seconds=1)
        for ctx in self.ctxs:
            ctx.now = self.world.now
        return self.ctxs[agent]

    @staticmethod
    def code(work: Callable[[], Any]) -> Any:
        """(What it gave, None), or (None, why it was refused)."""
        try:
            return work(), None
        except Invalid:
            return None, "invalid"
        except LeadtuiError as refused:
            return None, refused.code

    def talking(self, agent: int) -> bool:
        return self.user(agent) in self.world.open

    def open_id(self, agent: int) -> uuid.UUID:
        ((found,),) = self.floor.sql("select id from open_call where agent_id = %s", self.user(agent))
        return found

    def time(self, lead_id: int, hours: int | None) -> datetime | None:
        if hours is None:
            return None
        return opening(self.world.leads[lead_id].zone, self.world.now + timedelta(hours=hours))

    def idle(self, agent: int) -> int:
        """An agent without a call where there is one: a step that is refused tells little."""
        return agent if not self.talking(agent) else 1 - agent

    def busy(self, agent: int) -> int:
        """An agent with a call where there is one."""
        return agent if self.talking(agent) else 1 - agent

    # rules --------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.world.open) < len(self.world.agents))
    @rule(agent=AGENT)
    def claim_best(self, agent: int) -> None:
        agent = self.idle(agent)
        ctx, me = self.ctx(agent), self.user(agent)
        expected = self.world.best(me)
        found, code = self.code(lambda: calls.claim(ctx, Claim(uuid.uuid4())))
        assert code == self.world.claim(me, None)
        if found is not None:
            assert found.lead_id == expected

    @rule(agent=AGENT, place=LEAD)
    def claim_by_hand(self, agent: int, place: int) -> None:
        agent = self.idle(agent)
        ctx, lead = self.ctx(agent), self.lead_id(place)
        _, code = self.code(lambda: calls.claim(ctx, Claim(uuid.uuid4(), lead)))
        assert code == self.world.claim(self.user(agent), lead)

    @precondition(lambda self: len(self.world.open) < len(self.world.agents))
    @rule(agent=AGENT, place=LEAD)
    def incoming(self, agent: int, place: int) -> None:
        agent = self.idle(agent)
        ctx, lead = self.ctx(agent), self.lead_id(place)
        _, code = self.code(lambda: calls.incoming(ctx, Incoming(uuid.uuid4(), lead)))
        assert code == self.world.incoming(self.user(agent), lead)

    @precondition(lambda self: self.world.open)
    @rule(agent=AGENT, what=st.sampled_from(["dial", "answer", "end"]))
    def line(self, agent: int, what: str) -> None:
        agent = self.busy(agent)
        ctx, call = self.ctx(agent), self.open_id(agent)
        service = {"dial": calls.dialled, "answer": calls.answered, "end": calls.hung_up}[what]
        _, code = self.code(lambda: service(ctx, call))
        assert code == self.world.line(self.user(agent), what)

    @rule(agent=AGENT, place=st.one_of(st.none(), LEAD), outcome=OUTCOME, hours=IN_HOURS, macro=st.booleans())
    def whole_call(
        self, agent: int, place: int | None, outcome: int | None, hours: int | None, macro: bool
    ) -> None:
        """From the claim to the note, as most calls go."""
        agent = self.idle(agent)
        if not self.talking(agent):
            if self.world.paused.get(self.user(agent)):
                self.end_pause(agent)
            if place is None:
                self.claim_best(agent)
            else:
                self.claim_by_hand(agent, place)
        if self.talking(agent):
            self.line(agent, "answer")
            self.log(agent, outcome, hours, macro, keep=True)

    @precondition(lambda self: self.world.open)
    @rule(agent=AGENT, outcome=OUTCOME, hours=IN_HOURS, macro=st.booleans(), keep=st.booleans())
    def log(self, agent: int, outcome: int | None, hours: int | None, macro: bool, keep: bool) -> None:
        agent = self.busy(agent)
        ctx, me = self.ctx(agent), self.user(agent)
        lead = self.world.open[me].lead
        key = {None: 7, CALLBACK: 9}.get(outcome) if macro else None
        timed = outcome in (int(Outcome.INTERESTED), CALLBACK)
        if outcome == CALLBACK and key is None:
            hours = hours or 1
        next_at = self.time(lead, hours) if timed else None
        command = self.said(outcome, next_at)
        amount = command.pop("amount")
        full = LogCall(
            uuid.uuid4(), self.open_id(agent), amount=amount, keep_mine=keep,
            macro_id=None if key is None else self.macros[key], **command,
        )  # fmt: skip
        found, code = self.code(lambda: calls.log(ctx, full))
        minutes = {7: 120, 9: 60}.get(key or 0)
        made = self.world.log(
            me, outcome, next_at, amount=amount, keep_mine=keep,
            follow=None if minutes is None else timedelta(minutes=minutes),
        )  # fmt: skip
        assert code == (made if isinstance(made, str) else None)
        if isinstance(made, Call):
            made.id = found.call_id

    @staticmethod
    def said(outcome: int | None, next_at: datetime | None) -> dict[str, Any]:
        connected = outcome not in (None, int(Outcome.WRONG_NUMBER))
        closed = outcome == CLOSED
        return {
            "status": CallStatus.CONNECTED if connected else CallStatus.NOT_ANSWERED,
            "note": "kata-kata nasabah",
            "reason": None if connected else NoAnswer.BUSY,
            "outcome": None if outcome is None else Outcome(outcome),
            "callback_at": next_at,
            "product_id": 1 if closed else None,
            "amount": Decimal("250000.50") if closed else None,
        }

    @precondition(lambda self: self.world.open)
    @rule(agent=AGENT)
    def give_back(self, agent: int) -> None:
        agent = self.busy(agent)
        ctx, call = self.ctx(agent), self.open_id(agent)
        _, code = self.code(lambda: calls.give_back(ctx, GiveBack(uuid.uuid4(), call, "other")))
        assert code == self.world.give_back(self.user(agent))

    @rule(agent=AGENT, outcome=OUTCOME, hours=IN_HOURS)
    def whole_call_and_undone(self, agent: int, outcome: int | None, hours: int | None) -> None:
        """The hand was faster than the head."""
        before = len(self.world.calls)
        self.whole_call(agent, None, outcome, hours, macro=False)
        if len(self.world.calls) > before:
            self.undo(0)

    @rule(agent=AGENT, wrong=OUTCOME, right=OUTCOME, hours=IN_HOURS, newest=st.sampled_from([0, 0, 0, 1, 2]))
    def whole_call_and_corrected(
        self, agent: int, wrong: int | None, right: int | None, hours: int | None, newest: int
    ) -> None:
        """It was another one after all."""
        before = len(self.world.calls)
        self.whole_call(agent, None, wrong, hours, macro=False)
        if len(self.world.calls) > before:
            last = max(self.world.calls, key=lambda call: call.at)
            self.correct(self.world.agents.index(last.agent), newest, right, hours)

    @precondition(lambda self: self.world.calls)
    @rule(newest=st.sampled_from([0, 0, 0, 1]))
    def undo(self, newest: int) -> None:
        last = max(self.world.calls, key=lambda call: call.at)
        agent = self.world.agents.index(last.agent)
        mine = self.world.mine(self.user(agent))
        if len(mine) <= newest:
            return
        ctx, call = self.ctx(agent), mine[newest]
        _, code = self.code(lambda: after.undo(ctx, UndoCall(uuid.uuid4(), call.id)))
        assert code == self.world.undo(call)

    @precondition(lambda self: self.world.calls)
    @rule(agent=AGENT, newest=st.sampled_from([0, 0, 1, 2]), outcome=OUTCOME, hours=IN_HOURS)
    def correct(self, agent: int, newest: int, outcome: int | None, hours: int | None) -> None:
        today = self.world.day()
        mine = [
            call for call in self.world.mine(self.user(agent)) if call.at.astimezone(TEAM).date() == today
        ]
        if len(mine) <= newest:
            return
        ctx, call = self.ctx(agent), mine[newest]
        if outcome == CALLBACK:
            hours = hours or 1
        timed = outcome in (int(Outcome.INTERESTED), CALLBACK)
        next_at = self.time(call.lead, hours) if timed else None
        said = self.said(outcome, next_at)
        command = CorrectCall(uuid.uuid4(), call.id, **said)
        found, code = self.code(lambda: after.correct(ctx, command))
        assert code == self.world.correct(call, outcome, next_at, said["amount"])
        if found is not None:
            call.id = found.call_id

    @rule(agent=AGENT, place=LEAD)
    def hand_over(self, agent: int, place: int) -> None:
        ctx, lead, to = self.ctx(agent), self.lead_id(place), self.user(1 - agent)
        command = HandOver(uuid.uuid4(), lead, to, "tolong diteruskan")
        _, code = self.code(lambda: after.hand_over(ctx, command))
        assert code == self.world.hand_over(self.user(agent), lead, to)

    @rule(agent=AGENT, after_call=st.booleans())
    def pause_or_not(self, agent: int, after_call: bool) -> None:
        if self.world.paused.get(self.user(agent)):
            self.end_pause(agent)
            return
        ctx = self.ctx(agent)
        _, code = self.code(lambda: pauses.start(ctx, StartPause(uuid.uuid4(), "break", after_call)))
        assert code == self.world.pause(self.user(agent), after_call=after_call)

    def end_pause(self, agent: int) -> None:
        ctx = self.ctx(agent)
        _, code = self.code(lambda: pauses.end(ctx, EndPause(uuid.uuid4())))
        assert code == self.world.resume(self.user(agent))

    @rule(minutes=st.sampled_from([3, 16, 125, 1440]))
    def wait(self, minutes: int) -> None:
        """A lease ends after 16, a rest after 125; nobody works in the evening."""
        self.world.now += timedelta(minutes=minutes)
        there = self.world.now.astimezone(TEAM)
        if there.hour >= 14:
            tomorrow = (there + timedelta(days=1)).replace(hour=9, minute=30)
            self.world.now = tomorrow.astimezone(self.world.now.tzinfo)

    # what holds after every step ----------------------------------------------------------------------

    @invariant()
    def the_leads_stand_as_the_model_says(self) -> None:
        leads = [lead for _, lead in sorted(self.world.leads.items())]
        none = (None, None)
        assert self.floor.sql(QUEUE) == [
            (
                lead.id, lead.state, lead.owner, lead.callback, lead.hidden, lead.capped, lead.attempts,
                lead.today, lead.day, lead.rejections, lead.dnc, lead.phone_ok, *(lead.claim or none),
            )
            for lead in leads
        ]  # fmt: skip
        tasks = [
            (lead.id, task.owner, task.kind, task.due, task.tries) for lead in leads for task in lead.tasks
        ]
        assert self.floor.sql(TASKS) == sorted(tasks, key=lambda task: (task[0], task[2], task[3], task[1]))
        assert self.floor.sql(PHONES) == [
            (lead.id, phone.number, phone.preferred, phone.bad) for lead in leads for phone in lead.phones
        ]
        assert {row[0] for row in self.floor.sql("select e164 from dnc_number")} == self.world.blocked
        asked = [row[0] for row in self.floor.sql("select id from lead where do_not_call order by id")]
        assert asked == [lead.id for lead in leads if lead.asked]

    @invariant()
    def open_calls_are_the_model_s_and_one_an_agent_lead_and_number(self) -> None:
        assert self.floor.sql(OPEN) == [
            (
                call.agent, call.lead, call.phone, int(call.incoming), call.opened, call.dialled,
                call.answered, call.ended, call.lease,
            )
            for _, call in sorted(self.world.open.items())
        ]  # fmt: skip
        doubles = (
            "select 1 from open_call where live and lease_until > %s group by lead_id having count(*) > 1"
        )
        assert self.floor.sql(doubles, self.world.now) == []

    @invariant()
    def the_days_are_the_calls_that_count(self) -> None:
        assert self.floor.sql(DAYS) == self.floor.sql(RECOUNT)
        counted = self.floor.sql("select id, outcome, callback_at, amount, coalesce(talk_seconds, 0) from "
                                 "call_effective order by id")  # fmt: skip
        assert counted == [
            (call.id, call.outcome, call.next_at, call.amount, call.talk)
            for call in sorted(self.world.calls, key=lambda call: call.id)
        ]

    @invariant()
    def verdicts_agree_with_what_a_claim_would_do(self) -> None:
        ctx = self.ctxs[0]
        assert ctx.actor is not None
        tx = Tx(ctx.actor, self.world.now, ctx.origin, self.db.outer)
        for lead in self.world.leads.values():
            standing = standing_of(self.floor, tx, lead.id)
            for me in self.world.agents:
                found = eligibility.verdicts(standing, Policy(), me, self.world.now)
                assert bool(found) == bool(self.world.free(lead, me, by_hand=True)), (lead, found)
                if found:
                    continue
                # nobody who bought, or asked not to be, is called
                assert lead.state not in GONE
                assert not lead.dnc
                assert not lead.asked


def standing_of(floor: Floor, tx: Tx, lead_id: int) -> eligibility.Standing:
    """Where a lead stands, past row-level security."""
    with floor.db.owner():
        found = call_queries.standing(tx, lead_id)
    assert found is not None
    return found


LONG = settings(
    max_examples=12,
    stateful_step_count=40,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def test_the_life_of_a_lead(db: OneConnection, as_role: MakeCtx) -> None:
    floor = Floor(db)
    floor.sql("delete from holiday")
    call_settings.forget()
    one, two = as_role("agent", name="Sari"), as_role("agent", name="Budi")
    machine = type("LifeHere", (Life,), {"db": db, "ctxs": (one, two)})
    run_state_machine_as_test(machine, settings=LONG)
