"""The only SQL of tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from leadtui.core.ctx import Tx
from leadtui.core.tasks.dto import AddTask, TaskKind, TaskRow

LIMIT: Final = 500
"""Tasks that one page shows; nobody works through more in a day."""

_ROW: Final = """
    select t.id, t.kind, t.due_at, t.lead_id, l.name, coalesce(q.rank_key, -1), t.note, t.tries, t.version
    from task t join lead l on l.id = t.lead_id left join lead_queue q on q.lead_id = t.lead_id
"""


def _task(row: tuple[Any, ...]) -> TaskRow:
    ident, kind, *more = row
    return TaskRow(ident, TaskKind(kind), *more)


def mine(tx: Tx) -> list[TaskRow]:
    """The actor's open tasks, the earliest first."""
    rows = tx.rows(
        tx.send(
            f"{_ROW} where t.owner_id = %s and (%s or t.team_id = %s) and t.state = 0 "
            "order by t.due_at, t.id limit %s",
            (tx.actor.user_id, tx.actor.sees_all, tx.actor.team_id, LIMIT),
        )
    )
    return [_task(row) for row in rows]


def counts(tx: Tx) -> tuple[int, int]:
    """(open, overdue) of the actor."""
    row = tx.row(
        tx.send(
            "select count(*), count(*) filter (where due_at < %s) from task "
            "where owner_id = %s and (%s or team_id = %s) and state = 0",
            (tx.now, tx.actor.user_id, tx.actor.sees_all, tx.actor.team_id),
        )
    )
    return (0, 0) if row is None else (row[0], row[1])


def lead_team(tx: Tx, lead_id: int) -> int | None:
    """The team of a lead that the actor may see."""
    row = tx.row(
        tx.send(
            "select team_id from lead where id = %s and (%s or team_id = %s) and deleted_at is null",
            (lead_id, tx.actor.sees_all, tx.actor.team_id),
        )
    )
    return None if row is None else row[0]


_ADD: Final = f"""
    with t as (
        insert into task (team_id, lead_id, owner_id, kind, due_at, note, created_by, created_at)
        values (%s, %s, %s, %s, %s, %s, %s, %s) returning *
    )
    {_ROW.replace("from task t", "from t")}
"""  # noqa: S608


def add(tx: Tx, command: AddTask, team_id: int) -> TaskRow:
    """A task of the actor's own."""
    row = tx.row(
        tx.send(
            _ADD,
            (
                team_id,
                command.lead_id,
                tx.actor.user_id,
                int(command.kind),
                command.due_at,
                command.note,
                tx.actor.user_id,
                tx.now,
            ),
        )
    )
    if row is None:
        raise LookupError("an insert gave no row")
    return _task(row)


@dataclass(frozen=True, slots=True)
class Held:
    """One of the actor's tasks, locked."""

    lead_id: int
    kind: TaskKind
    state: int
    version: int
    due_at: datetime


_MINE: Final = "id = %(task)s and owner_id = %(me)s and (%(all)s or team_id = %(team)s)"
_HOLD_LEAD: Final = f"""
    select 1 from lead_queue where lead_id = (select lead_id from task where {_MINE}) for update
"""  # noqa: S608


def hold(tx: Tx, task_id: int) -> Held | None:
    """Lock the task's lead (calls lock it first, too), then the task; None outside the actor's own."""
    params = _mine(tx, task=task_id)
    with tx.pg.pipeline():
        tx.send(
            _HOLD_LEAD,
            params,
        )
        found = tx.send(
            f"select lead_id, kind, state, version, due_at from task where {_MINE} for update",  # noqa: S608
            params,
        )
        row = tx.row(found)
    return None if row is None else Held(row[0], TaskKind(row[1]), *row[2:])


def finish(tx: Tx, task_id: int) -> None:
    """Mark it done."""
    tx.send(
        f"update task set state = 1, done_at = %(now)s, version = version + 1 where {_MINE}",  # noqa: S608
        _mine(tx, task=task_id, now=tx.now),
    )


def end_callback(tx: Tx, lead_id: int) -> int | None:
    """The lead stands in its owner's list by score again; its new version."""
    row = tx.row(
        tx.send(
            "update lead_queue set callback_at = null, version = version + 1 where lead_id = %(lead)s "
            "and (%(all)s or team_id = %(team)s) and owner_id = %(me)s and callback_at is not null "
            "returning version",
            _mine(tx, lead=lead_id),
        )
    )
    return None if row is None else row[0]


def _mine(tx: Tx, **more: Any) -> dict[str, Any]:
    return {"me": tx.actor.user_id, "all": tx.actor.sees_all, "team": tx.actor.team_id, **more}
