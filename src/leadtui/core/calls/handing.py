"""Giving a lead to somebody else, inside a transaction."""

from __future__ import annotations

from leadtui.core.calls import handing_queries, queries
from leadtui.core.calls.dto import Assign, HandOver
from leadtui.core.calls.eligibility import LEFT
from leadtui.core.calls.handing_queries import Held, OnIt
from leadtui.core.calls.settings import policy as policy_of
from leadtui.core.calls.validate import NOTE_LIMIT, cleaned
from leadtui.core.ctx import Tx
from leadtui.core.errors import Conflict, Invalid, NotFound
from leadtui.core.outbox.post import queue as mail
from leadtui.core.pauses import queries as pause_queries
from leadtui.core.policy import next_opening


def hand_over(tx: Tx, command: HandOver) -> None:
    """As `after.hand_over`."""
    note = cleaned(command.note)
    wrong = {} if note else {"note": "blank"}
    if len(note) > NOTE_LIMIT:
        wrong["note"] = "too_long"
    if command.to_user == tx.actor.user_id:
        wrong["to_user"] = "handed_to_self"
    elif handing_queries.agent(tx, command.to_user, tx.actor.team_id) is None:
        wrong["to_user"] = "unknown"
    if wrong:
        raise Invalid(wrong, limit=NOTE_LIMIT)
    held = handing_queries.hold(tx, command.lead_id)
    calls = handing_queries.open_calls(tx, command.lead_id)
    me = tx.actor.user_id
    mine = next((call for call in calls if call.agent_id == me), None)
    if held is None or (held.owner_id is None and mine is None and not held.seen):
        raise NotFound("lead", lead_id=command.lead_id)
    _nobody_else(tx, command.lead_id, held, calls)
    if held.owner_id not in (None, me):
        raise _taken(tx, command.lead_id, held.owner_id)
    _still_called(command.lead_id, held)
    if mine is not None:
        at = mine.dialled_at or mine.answered_at
        if at is not None:
            raise Conflict("already_dialled", lead_id=command.lead_id, at=at)
        handing_queries.drop_call(tx, mine.id)
        tx.notify("call", me)
        if pause_queries.begin_waiting(tx):
            tx.notify("pause", me)
    _give(tx, command.lead_id, held, me, command.to_user, note)


def assign(tx: Tx, command: Assign) -> None:
    """As `assign.assign`."""
    note = cleaned(command.note)
    if len(note) > NOTE_LIMIT:
        raise Invalid({"note": "too_long"}, limit=NOTE_LIMIT)
    held = handing_queries.hold(tx, command.lead_id)
    if held is None:
        raise NotFound("lead", lead_id=command.lead_id)
    if command.to_user is not None:
        if handing_queries.agent(tx, command.to_user, held.team_id) is None:
            raise Invalid({"to_user": "unknown"})
        _still_called(command.lead_id, held)
    _nobody_else(tx, command.lead_id, held, handing_queries.open_calls(tx, command.lead_id))
    _give(tx, command.lead_id, held, held.owner_id, command.to_user, note)


def _nobody_else(tx: Tx, lead_id: int, held: Held, calls: list[OnIt]) -> None:
    """Raises Conflict("lead_taken") where somebody else is about to talk with them."""
    for call in calls:
        if call.agent_id != tx.actor.user_id and call.live and call.lease_until > tx.now:
            raise _taken(tx, lead_id, call.agent_id, call.lease_until)
    until = held.claimed_until
    if until is not None and until > tx.now and held.claimed_by not in (None, tx.actor.user_id):
        raise _taken(tx, lead_id, held.claimed_by, until)


def _taken(tx: Tx, lead_id: int, by: int | None, until: object = None) -> Conflict:
    return Conflict("lead_taken", lead_id=lead_id, by=by, by_name=queries.person(tx, by), until=until)


def _still_called(lead_id: int, held: Held) -> None:
    against = (["state"] if held.state in LEFT else []) + (["do_not_call"] if held.dnc else [])
    if against:
        raise Conflict("not_callable", lead_id=lead_id, verdicts=tuple(against), until=None)


def _give(tx: Tx, lead_id: int, held: Held, was: int | None, to_user: int | None, note: str) -> None:
    version = handing_queries.give(tx, lead_id, to_user)
    moved = handing_queries.give_tasks(tx, lead_id, was, to_user)
    task_id = None
    if to_user is not None and note:
        due = next_opening(policy_of(tx), held.zone, tx.now) or tx.now
        task_id = handing_queries.new_task(tx, lead_id, held.team_id, to_user, due, note)
    if to_user is not None:
        facts = {"lead_id": lead_id, "by_name": tx.actor.name}
        mail(tx, "lead_handed_over", to_user, facts if task_id is None else {**facts, "task_id": task_id})
    tx.audit(f"lead:{lead_id}", to=to_user, was=held.owner_id, task=task_id, tasks_moved=moved)
    tx.notify("lead", lead_id, version)
    for user in sorted({user for user in (was, to_user) if user is not None}):
        tx.notify("task", user)
