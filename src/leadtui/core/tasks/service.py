"""My tasks: what is due, what I promised. Callbacks are made by calls (`core.calls`)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from leadtui.core.action import action, query
from leadtui.core.auth.permissions import Permission
from leadtui.core.calls.validate import FURTHEST, NOTE_LIMIT, cleaned
from leadtui.core.ctx import Tx
from leadtui.core.errors import Conflict, Invalid, NotFound
from leadtui.core.tasks import queries
from leadtui.core.tasks.dto import AddTask, FinishTask, TaskCounts, TaskKind, TaskRow

_OPEN: Final = 0


@query(Permission.TASKS_OWN, hot=True)
def mine(tx: Tx) -> tuple[TaskRow, ...]:
    """My open tasks and callbacks, the earliest first (at most 500)."""
    return tuple(queries.mine(tx))


@query(Permission.TASKS_OWN)
def counts(tx: Tx) -> TaskCounts:
    """How many are open, and how many of those are overdue."""
    return TaskCounts(*queries.counts(tx))


@action(Permission.TASKS_OWN, audit="task.added")
def add(tx: Tx, command: AddTask) -> TaskRow:
    """A task of my own on a lead of my team.

    Raises NotFound("lead"), Invalid: note "blank" or "too_long", due_at "needs_zone", "past" or "too_far",
    kind "callback_by_call" (a callback is what a customer agreed to in a call, one per lead).
    """
    note = cleaned(command.note)
    wrong: dict[str, str] = {}
    if not note:
        wrong["note"] = "blank"
    elif len(note) > NOTE_LIMIT:
        wrong["note"] = "too_long"
    if command.due_at.tzinfo is None:
        wrong["due_at"] = "needs_zone"
    elif command.due_at <= tx.now:
        wrong["due_at"] = "past"
    elif command.due_at > tx.now + FURTHEST:
        wrong["due_at"] = "too_far"
    if command.kind is TaskKind.CALLBACK:
        wrong["kind"] = "callback_by_call"
    if wrong:
        raise Invalid(wrong, limit=NOTE_LIMIT)
    team_id = queries.lead_team(tx, command.lead_id)
    if team_id is None:
        raise NotFound("lead", lead_id=command.lead_id)
    made = queries.add(tx, replace(command, note=note), team_id)
    tx.audit(f"lead:{command.lead_id}", task=made.id, kind=int(made.kind))
    tx.notify("task", tx.actor.user_id)
    return made


@action(Permission.TASKS_OWN, audit="task.finished")
def finish(tx: Tx, command: FinishTask) -> None:
    """Mark one of my tasks done. A callback that is done without a call leaves the lead with its owner, by
    score. Raises NotFound("task"), Conflict("task_changed", state, version, due_at)."""
    held = queries.hold(tx, command.task_id)
    if held is None:
        raise NotFound("task", task_id=command.task_id)
    if held.state != _OPEN or held.version != command.version:
        raise Conflict(
            "task_changed",
            task_id=command.task_id,
            state=held.state,
            version=held.version,
            due_at=held.due_at,
        )
    queries.finish(tx, command.task_id)
    if held.kind is TaskKind.CALLBACK:
        version = queries.end_callback(tx, held.lead_id)
        if version is not None:
            tx.notify("lead", held.lead_id, version)
    tx.audit(f"lead:{held.lead_id}", task=command.task_id)
    tx.notify("task", tx.actor.user_id)
