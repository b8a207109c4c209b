"""Tasks: what I promised, what is anyone's, what falls due. A callback moves its lead in the queue."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from leadtui.core.action import action, query
from leadtui.core.auth.permissions import Permission
from leadtui.core.calls.eligibility import Standing
from leadtui.core.calls.settings import policy as policy_of
from leadtui.core.calls.validate import FURTHEST, NOTE_LIMIT, cleaned
from leadtui.core.ctx import Tx
from leadtui.core.errors import Conflict, Invalid, NotFound
from leadtui.core.outbox.post import queue as mail
from leadtui.core.policy import window_open
from leadtui.core.tasks import queries, rules
from leadtui.core.tasks.dto import (
    AddTask,
    ChangeTask,
    FinishTask,
    Rang,
    ReassignTask,
    Reminder,
    SnoozeTask,
    TaskCounts,
    TaskKind,
    TaskRow,
    TimeCheck,
)

_OPEN: Final = 0
AHEAD: Final = timedelta(hours=24)
"""How far ahead a process knows its reminders."""
ANYONE: Final = 0
"""The id under which changes of anyone's tasks are told."""


@query(Permission.TASKS_OWN, hot=True)
def mine(tx: Tx) -> tuple[TaskRow, ...]:
    """My open tasks and callbacks and those that are anyone's, the earliest first (at most 500)."""
    return tuple(queries.mine(tx, policy_of(tx).callback_tries))


@query(Permission.TASKS_TEAM)
def team(tx: Tx, owner_id: int | None = None) -> tuple[TaskRow, ...]:
    """Everybody's open tasks of my scope, or those of one user, the earliest first (at most 500)."""
    return tuple(queries.team(tx, policy_of(tx).callback_tries, owner_id))


@query(Permission.TASKS_OWN)
def counts(tx: Tx) -> TaskCounts:
    """How many of mine are open, and how many of those are overdue."""
    return TaskCounts(*queries.counts(tx))


@query(Permission.TASKS_OWN)
def check_time(tx: Tx, lead_id: int, at: datetime) -> TimeCheck:
    """Whether a customer may be called at `at` (aware), by their hours and holidays alone; for who agrees on
    a time with them. Raises NotFound("lead"), Invalid({"at": "needs_zone"})."""
    if at.tzinfo is None:
        raise Invalid({"at": "needs_zone"})
    found = queries.standing(tx, lead_id, lock=False)
    if found is None:
        raise NotFound("lead", lead_id=lead_id)
    closed = rules.closed(policy_of(tx), found.zone, at, tx.now)
    return TimeCheck(at, None, ()) if closed is None else TimeCheck(at, closed.why, closed.nearest)


@action(Permission.TASKS_OWN, audit="task.added")
def add(tx: Tx, command: AddTask) -> TaskRow:
    """A task on a lead of my team: my own, or anyone's. A callback makes the lead its owner's, too, and it
    comes back at that time, above every score.

    Raises NotFound("lead"), Invalid: note "blank" or "too_long", due_at "needs_zone", "past", "too_far", or
    for callbacks and meetings "when_closed" (nearest, why, zone). For a callback also
    Conflict("callback_exists", by_name, due_at), Conflict("lead_owned", by_name), Conflict("lead_taken",
    by, by_name, until) and Conflict("not_callable", verdicts): somebody else's customer, or nobody's to call.
    """
    note = cleaned(command.note)
    wrong: dict[str, str] = {}
    if not note:
        wrong["note"] = "blank"
    elif len(note) > NOTE_LIMIT:
        wrong["note"] = "too_long"
    if (code := _moment(tx, command.due_at)) is not None:
        wrong["due_at"] = code
    if wrong:
        raise Invalid(wrong, limit=NOTE_LIMIT)
    team_id = queries.lead_team(tx, command.lead_id)
    if team_id is None:
        raise NotFound("lead", lead_id=command.lead_id)
    callback = command.kind is TaskKind.CALLBACK
    standing = queries.standing(tx, command.lead_id, lock=callback)
    _agreed(tx, command.kind, standing, command.due_at)
    if callback:
        _may_promise(tx, command, standing)
    task_id = queries.add(tx, replace(command, note=note), team_id)
    if callback:
        owner = None if command.anyone else tx.actor.user_id
        version = queries.promise(tx, command.lead_id, command.due_at, owner)
        tx.notify("lead", command.lead_id, version)
    tx.audit(f"lead:{command.lead_id}", task=task_id, kind=int(command.kind), anyone=command.anyone)
    _tell(tx, None if command.anyone else tx.actor.user_id)
    return _shown(tx, task_id)


def _moment(tx: Tx, at: datetime) -> str | None:
    if at.tzinfo is None:
        return "needs_zone"
    if at <= tx.now:
        return "past"
    return "too_far" if at > tx.now + FURTHEST else None


def _agreed(tx: Tx, kind: TaskKind, standing: Standing | None, at: datetime) -> None:
    """What is agreed with a customer is agreed for their hours; own work may be done at any."""
    if kind in rules.AGREED and standing is not None:
        rules.refuse_closed(policy_of(tx), standing.zone, at, tx.now, field="due_at")


def _may_promise(tx: Tx, command: AddTask, standing: Standing | None) -> None:
    me = tx.actor.user_id
    lead = {"lead_id": command.lead_id}
    if standing is None:
        raise NotFound("lead", **lead)
    if (there := queries.callback_of(tx, command.lead_id)) is not None:
        raise Conflict("callback_exists", by_name=there[0], due_at=there[1], **lead)
    if standing.owner_id not in (None, me):
        raise Conflict("lead_owned", by_name=queries.name_of(tx, standing.owner_id), **lead)
    _not_on_the_line(tx, command.lead_id, standing)
    against = rules.blocked(command.kind, standing)
    if against is not None:
        raise Conflict("not_callable", verdicts=(against,), until=None, **lead)
    if not command.anyone and not queries.may_own(tx, me, tx.actor.team_id, calls=True):
        raise Invalid({"kind": "only_agents_call"})


def _not_on_the_line(tx: Tx, lead_id: int, standing: Standing) -> None:
    if (
        standing.claimed_by not in (None, tx.actor.user_id)
        and standing.claimed_until is not None
        and standing.claimed_until > tx.now
    ):
        by = standing.claimed_by
        raise Conflict(
            "lead_taken",
            lead_id=lead_id,
            by=by,
            by_name=queries.name_of(tx, by),
            until=standing.claimed_until,
        )


def _tell(tx: Tx, *owners: int | None) -> None:
    for owner in sorted({ANYONE if owner is None else owner for owner in owners}):
        tx.notify("task", owner)


def _shown(tx: Tx, task_id: int) -> TaskRow:
    found = queries.one(tx, task_id, policy_of(tx).callback_tries)
    if found is None:
        raise NotFound("task", task_id=task_id)
    return found


def _held(tx: Tx, task_id: int, version: int) -> queries.Held:
    held = queries.hold(tx, task_id)
    if held is None:
        raise NotFound("task", task_id=task_id)
    if held.state != _OPEN or held.version != version:
        raise Conflict(
            "task_changed", task_id=task_id, state=held.state, version=held.version, due_at=held.due_at
        )
    return held


@action(Permission.TASKS_OWN, audit="task.finished")
def finish(tx: Tx, command: FinishTask) -> None:
    """Mark a task done: mine, or anyone's, which becomes mine by that; a manager any of the team. A callback
    that is done without a call leaves the lead with its owner, by score.

    Raises NotFound("task"), Conflict("task_changed", state, version, due_at).
    """
    held = _held(tx, command.task_id, command.version)
    queries.finish(tx, command.task_id)
    if held.kind is TaskKind.CALLBACK:
        version = queries.end_callback(tx, held)
        if version is not None:
            tx.notify("lead", held.lead_id, version)
    tx.audit(f"lead:{held.lead_id}", task=command.task_id)
    _tell(tx, held.owner_id, tx.actor.user_id)


@action(Permission.TASKS_OWN, audit="task.snoozed")
def snooze(tx: Tx, command: SnoozeTask) -> TaskRow:
    """Put a task off until `command.due_at`; a callback's lead waits as long. Raises as `change`."""
    return _change(tx, command.task_id, command.version, command.due_at, None)


@action(Permission.TASKS_OWN, audit="task.changed")
def change(tx: Tx, command: ChangeTask) -> TaskRow:
    """Another time, other words, or both.

    Raises NotFound("task"), Conflict("task_changed", state, version, due_at), Conflict("lead_taken") where a
    colleague talks to the customer of a callback, Invalid: note or due_at as `add`.
    """
    return _change(tx, command.task_id, command.version, command.due_at, command.note)


def _change(tx: Tx, task_id: int, version: int, due_at: datetime | None, said: str | None) -> TaskRow:
    note = None if said is None else cleaned(said)
    wrong: dict[str, str] = {}
    if note is not None and not note:
        wrong["note"] = "blank"
    elif note is not None and len(note) > NOTE_LIMIT:
        wrong["note"] = "too_long"
    if due_at is not None and (code := _moment(tx, due_at)) is not None:
        wrong["due_at"] = code
    if wrong:
        raise Invalid(wrong, limit=NOTE_LIMIT)
    held = _held(tx, task_id, version)
    if due_at is not None and due_at != held.due_at:
        _agreed(tx, held.kind, held.standing, due_at)
        if held.kind is TaskKind.CALLBACK and held.standing is not None:
            _not_on_the_line(tx, held.lead_id, held.standing)
            moved = queries.move_callback(tx, held, due_at)
            if moved is not None:
                tx.notify("lead", held.lead_id, moved)
    queries.change(tx, task_id, due_at, note)
    changed = [name for name, value in (("due_at", due_at), ("note", note)) if value is not None]
    tx.audit(f"lead:{held.lead_id}", task=task_id, fields=changed)
    _tell(tx, held.owner_id)
    return _shown(tx, task_id)


@action(Permission.TASKS_OWN, audit="task.reassigned")
def reassign(tx: Tx, command: ReassignTask) -> TaskRow:
    """Give a task to somebody of its team, to myself, or to anyone (`to` None): mine and anyone's, a manager
    every task of the team. The lead of a callback goes with it; its new owner is told by mail, too.

    Raises NotFound("task"), Conflict("task_changed", state, version, due_at), Conflict("lead_taken") where a
    colleague talks to the customer, Invalid({"to": "unknown"}) for who is not of the team, is disabled, or
    does not call.
    """
    held = _held(tx, command.task_id, command.version)
    callback = held.kind is TaskKind.CALLBACK
    if command.to is not None and not queries.may_own(tx, command.to, held.team_id, calls=callback):
        raise Invalid({"to": "unknown"})
    if callback and held.standing is not None:
        _not_on_the_line(tx, held.lead_id, held.standing)
        version = queries.give_lead(tx, held, command.to)
        if version is not None:
            tx.notify("lead", held.lead_id, version)
    queries.give(tx, command.task_id, command.to)
    if command.to is not None:
        mail(
            tx,
            "task_assigned",
            command.to,
            {
                "lead_id": held.lead_id,
                "task_id": command.task_id,
                "due_at": held.due_at,
                "by_name": tx.actor.name,
            },
            key=f"task:{command.task_id}:{held.version + 1}",
        )
    tx.audit(f"lead:{held.lead_id}", task=command.task_id, was=held.owner_id, to=command.to)
    _tell(tx, held.owner_id, command.to)
    return _shown(tx, command.task_id)


# reminders -------------------------------------------------------------------------------------------------


@query(Permission.TASKS_OWN)
def reminders(tx: Tx) -> tuple[Reminder, ...]:
    """My tasks that are due, or will be within a day, the earliest first, with what has been rung already and
    what stands against calling (`rules.plan` says what to do about them)."""
    policy = policy_of(tx)
    found = []
    for told, standing in queries.reminders(tx, AHEAD):
        shut = (
            told.blocked is None
            and told.kind is TaskKind.CALLBACK
            and standing is not None
            and not window_open(policy, standing.zone, max(tx.now, told.due_at))
        )
        found.append(replace(told, blocked="window") if shut else told)
    return tuple(found)


@action(Permission.TASKS_OWN, audit=None)
def rang(tx: Tx, command: Rang) -> None:
    """These reminders were shown to me: not again for the same due time, in no other window and after no
    restart. Not audited: nothing becomes true by it."""
    queries.rang(tx, command.task_ids, command.early)
