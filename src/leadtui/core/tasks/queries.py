"""The only SQL of tasks. Lock order as everywhere: the lead's queue row first, then its tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from leadtui.core.auth.permissions import Permission, allowed
from leadtui.core.calls.eligibility import Standing
from leadtui.core.ctx import Tx
from leadtui.core.leads.dto import LeadState, Zone
from leadtui.core.tasks import rules
from leadtui.core.tasks.dto import AddTask, Reminder, TaskKind, TaskRow

LIMIT: Final = 500
"""Tasks that one page shows; nobody works through more in a day."""
REMINDERS: Final = 200
"""Reminders that a process knows ahead; it asks again when they change."""

_STANDING: Final = """q.state, q.owner_id, q.claimed_by, q.claimed_until, q.hidden_until, q.callback_at,
    q.consent_ok, q.dnc, q.phone_ok, q.capped, q.attempts, q.attempts_today, q.attempts_day, q.rejections,
    q.zone, q.version"""
"""In the order of `Standing`."""

_COLUMNS: Final = f"""
    t.id, t.kind, t.due_at, t.lead_id, l.name, coalesce(q.rank_key, -1), t.note, t.tries, t.version,
    t.owner_id, o.name, r.name, {_STANDING}
"""
_FROM: Final = """
    join lead l on l.id = t.lead_id left join lead_queue q on q.lead_id = t.lead_id
    left join people() o on o.user_id = t.owner_id left join people() r on r.user_id = t.released_from
"""
_ROW: Final = f"select {_COLUMNS} from task t {_FROM}"  # noqa: S608
_SCOPE: Final = "(%(all)s or t.team_id = %(team)s)"


def _standing(row: tuple[Any, ...]) -> Standing | None:
    state, *between, zone, version = row
    if version is None:
        return None
    values: list[Any] = [LeadState(state), *between, None if zone is None else Zone(zone), version]
    return Standing(*values)


def _task(row: tuple[Any, ...], tries_of: int) -> TaskRow:
    ident, kind, *more = row[:12]
    kind = TaskKind(kind)
    of = tries_of if kind is TaskKind.CALLBACK else 0
    values: list[Any] = [ident, kind, *more, of, rules.blocked(kind, _standing(row[12:])), row[9] is None]
    return TaskRow(*values)


def mine(tx: Tx, tries_of: int) -> list[TaskRow]:
    """The actor's open tasks and those of the team that are anyone's, the earliest first."""
    rows = tx.rows(
        tx.send(
            f"{_ROW} where t.id in ("  # noqa: S608
            f"(select t.id from task t where t.owner_id = %(me)s and {_SCOPE} and t.state = 0 "
            "order by t.due_at, t.id limit %(limit)s) union all "
            "(select t.id from task t where t.owner_id is null and t.team_id = %(team)s and t.state = 0 "
            "order by t.due_at, t.id limit %(limit)s)) order by t.due_at, t.id limit %(limit)s",
            params(tx, limit=LIMIT),
        )
    )
    return [_task(row, tries_of) for row in rows]


def team(tx: Tx, tries_of: int, owner_id: int | None) -> list[TaskRow]:
    """The open tasks of everybody in scope, or of one of them, the earliest first."""
    rows = tx.rows(
        tx.send(
            f"{_ROW} where {_SCOPE} and t.state = 0 and (%(owner)s::int is null or t.owner_id = %(owner)s) "
            "order by t.due_at, t.id limit %(limit)s",
            params(tx, owner=owner_id, limit=LIMIT),
        )
    )
    return [_task(row, tries_of) for row in rows]


def one(tx: Tx, task_id: int, tries_of: int) -> TaskRow | None:
    """One task of the actor's scope."""
    row = tx.row(tx.send(f"{_ROW} where t.id = %(task)s and {_SCOPE}", params(tx, task=task_id)))
    return None if row is None else _task(row, tries_of)


def counts(tx: Tx) -> tuple[int, int]:
    """(open, overdue) of the actor."""
    row = tx.row(
        tx.send(
            "select count(*), count(*) filter (where t.due_at < %(now)s) from task t "  # noqa: S608
            f"where t.owner_id = %(me)s and {_SCOPE} and t.state = 0",
            params(tx, now=tx.now),
        )
    )
    return (0, 0) if row is None else (row[0], row[1])


# a new one -------------------------------------------------------------------------------------------------


def lead_team(tx: Tx, lead_id: int) -> int | None:
    """The team of a lead that the actor may see."""
    row = tx.row(
        tx.send(
            "select t.team_id from lead t where t.id = %(lead)s "  # noqa: S608
            f"and {_SCOPE} and t.deleted_at is null",
            params(tx, lead=lead_id),
        )
    )
    return None if row is None else row[0]


def standing(tx: Tx, lead_id: int, *, lock: bool) -> Standing | None:
    """Where a lead of the actor's scope stands."""
    row = tx.row(
        tx.send(
            f"select {_STANDING} from lead_queue q where q.lead_id = %(lead)s "  # noqa: S608
            f"and (%(all)s or q.team_id = %(team)s) {'for update' if lock else ''}",
            params(tx, lead=lead_id),
        )
    )
    return None if row is None else _standing(row)


def callback_of(tx: Tx, lead_id: int) -> tuple[str | None, datetime] | None:
    """(owner's name, time) of the lead's open callback."""
    row = tx.row(
        tx.send(
            "select (select p.name from people() p where p.user_id = t.owner_id), t.due_at from task t "  # noqa: S608
            f"where t.lead_id = %(lead)s and {_SCOPE} and t.kind = 1 and t.state = 0",
            params(tx, lead=lead_id),
        )
    )
    return None if row is None else (row[0], row[1])


_ADD: Final = """
    insert into task (team_id, lead_id, owner_id, kind, due_at, note, created_by, created_at)
    values (%s, %s, %s, %s, %s, %s, %s, %s) returning id
"""


def add(tx: Tx, command: AddTask, team_id: int) -> int:
    """A task of the actor's own, or anyone's; its id."""
    row = tx.row(
        tx.send(
            _ADD,
            (
                team_id,
                command.lead_id,
                None if command.anyone else tx.actor.user_id,
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
    return int(row[0])


def promise(tx: Tx, lead_id: int, at: datetime, owner_id: int | None) -> int:
    """The lead waits for its callback, whatever it rested for; its new version. Its row is locked."""
    row = tx.row(
        tx.send(
            "update lead_queue set callback_at = %(at)s, owner_id = %(owner)s, hidden_until = null, "
            "state = case when state in (0, 4) then 2 else state end, version = version + 1 "
            "where lead_id = %(lead)s and (%(all)s or team_id = %(team)s) returning version",
            params(tx, lead=lead_id, at=at, owner=owner_id),
        )
    )
    return 0 if row is None else row[0]


# one that is there -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Held:
    """A task of the actor's scope, locked, and its lead's row too."""

    lead_id: int
    team_id: int
    owner_id: int | None
    kind: TaskKind
    state: int
    version: int
    due_at: datetime
    note: str
    standing: Standing | None


def _reach(tx: Tx) -> str:
    """Whose tasks the actor may change: their own and anyone's, a manager the team's."""
    if allowed(tx.actor.role, Permission.TASKS_TEAM):
        return f"t.id = %(task)s and {_SCOPE}"
    return f"t.id = %(task)s and {_SCOPE} and (t.owner_id = %(me)s or t.owner_id is null)"


def hold(tx: Tx, task_id: int) -> Held | None:
    """Lock the task's lead (calls lock it first, too), then the task; None outside the actor's reach."""
    given = params(tx, task=task_id)
    reach = _reach(tx)
    with tx.pg.pipeline():
        # two statements: what the second one sees is younger than the lock
        lead = tx.send(
            f"select {_STANDING} from lead_queue q where q.lead_id = (select t.lead_id from task t "  # noqa: S608
            f"where {reach}) for update",
            given,
        )
        found = tx.send(
            "select t.lead_id, t.team_id, t.owner_id, t.kind, t.state, t.version, t.due_at, t.note "  # noqa: S608
            f"from task t where {reach} for update",
            given,
        )
        lead_row, row = tx.row(lead), tx.row(found)
    if row is None:
        return None
    lead_id, team_id, owner_id, kind, *more = row
    values: list[Any] = [*more, None if lead_row is None else _standing(lead_row)]
    return Held(lead_id, team_id, owner_id, TaskKind(kind), *values)


def finish(tx: Tx, task_id: int) -> None:
    """Mark it done; what was anyone's was done by the actor."""
    tx.send(
        "update task t set state = 1, done_at = %(now)s, owner_id = coalesce(owner_id, %(me)s), "  # noqa: S608
        f"version = version + 1 where t.id = %(task)s and {_SCOPE}",
        params(tx, task=task_id, now=tx.now),
    )


def change(tx: Tx, task_id: int, due_at: datetime | None, note: str | None) -> None:
    """Another time, other words."""
    tx.send(
        "update task t set due_at = coalesce(%(due)s, due_at), note = coalesce(%(note)s, note), "  # noqa: S608
        f"version = version + 1 where t.id = %(task)s and {_SCOPE}",
        params(tx, task=task_id, due=due_at, note=note),
    )


def give(tx: Tx, task_id: int, to: int | None) -> None:
    """Another owner, who has not been reminded yet; None: anyone's."""
    tx.send(
        "update task t set owner_id = %(to)s, rung_for = null, early_for = null, "  # noqa: S608
        "released_from = case when %(to)s::int is null then owner_id end, "
        "released_at = case when %(to)s::int is null then %(now)s::timestamptz end, "
        f"version = version + 1 where t.id = %(task)s and {_SCOPE}",
        params(tx, task=task_id, to=to, now=tx.now),
    )


_LEAD: Final = """
    update lead_queue set {what}, version = version + 1
    where lead_id = %(lead)s and (%(all)s or team_id = %(team)s) and callback_at is not null
      and owner_id is not distinct from %(owner)s::int
    returning version
"""


def end_callback(tx: Tx, held: Held) -> int | None:
    """The lead stands in its owner's list by score again; its new version. None: it was another's."""
    return _lead(tx, "callback_at = null", held)


def move_callback(tx: Tx, held: Held, at: datetime) -> int | None:
    """The lead waits for another time; its new version. None: it was another's."""
    return _lead(tx, "callback_at = %(at)s", held, at=at)


def give_lead(tx: Tx, held: Held, to: int | None) -> int | None:
    """The lead goes with its callback; its new version. None: it was another's."""
    return _lead(tx, "owner_id = %(to)s", held, to=to)


def _lead(tx: Tx, what: str, held: Held, **more: Any) -> int | None:
    given = params(tx, lead=held.lead_id, owner=held.owner_id, **more)
    row = tx.row(tx.send(_LEAD.format(what=what), given))
    return None if row is None else row[0]


def may_own(tx: Tx, user_id: int, team_id: int, *, calls: bool) -> bool:
    """Whether this user of the team may have a task; one that asks for a call needs an agent."""
    row = tx.row(
        tx.send(
            "select 1 from people() where user_id = %s and team_id = %s and not disabled "
            "and role <> 'system' and (not %s or role = 'agent')",
            (user_id, team_id, calls),
        )
    )
    return row is not None


def name_of(tx: Tx, user_id: int | None) -> str | None:
    """A colleague's name."""
    row = tx.row(tx.send("select name from people() where user_id = %s", (user_id,)))
    return None if row is None else row[0]


# reminders -------------------------------------------------------------------------------------------------


def reminders(tx: Tx, ahead: timedelta) -> list[tuple[Reminder, Standing | None]]:
    """The actor's tasks that are due before `ahead` has passed, and how their leads stand."""
    rows = tx.rows(
        tx.send(
            "select t.id, t.kind, t.due_at, t.lead_id, l.name, t.note, t.version, "  # noqa: S608
            "t.rung_for is not distinct from t.due_at, t.early_for is not distinct from t.due_at, "
            f"{_STANDING} "
            "from task t join lead l on l.id = t.lead_id left join lead_queue q on q.lead_id = t.lead_id "
            f"where t.owner_id = %(me)s and {_SCOPE} and t.state = 0 and t.due_at <= %(until)s "
            "order by t.due_at desc, t.id limit %(limit)s",
            params(tx, until=tx.now + ahead, limit=REMINDERS),
        )
    )
    found = []
    for row in reversed(rows):
        ident, kind, due_at, lead_id, name, note, version, rung, announced = row[:9]
        lead = _standing(row[9:])
        against = rules.blocked(TaskKind(kind), lead)
        told = Reminder(ident, TaskKind(kind), due_at, lead_id, name, note, version, rung, announced, against)
        found.append((told, lead))
    return found


def rang(tx: Tx, task_ids: tuple[int, ...], early: tuple[int, ...]) -> None:
    """Remember that these were shown; the version stays: nothing has changed for anybody."""
    for column, idents in (("rung_for", task_ids), ("early_for", early)):
        if idents:
            tx.send(
                f"update task t set {column} = due_at where t.id = any(%(ids)s) and t.owner_id = %(me)s "  # noqa: S608
                f"and {_SCOPE} and t.state = 0",
                params(tx, ids=list(idents)),
            )


def params(tx: Tx, **more: Any) -> dict[str, Any]:
    """Who asks, and what."""
    return {"me": tx.actor.user_id, "all": tx.actor.sees_all, "team": tx.actor.team_id, **more}
