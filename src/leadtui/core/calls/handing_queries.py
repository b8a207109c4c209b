"""What giving a lead to somebody else reads and writes; the caller holds its queue row locked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from leadtui.core.calls.queries import one
from leadtui.core.calls.rules import TaskEnd
from leadtui.core.ctx import Tx
from leadtui.core.leads.dto import LeadState, Zone
from leadtui.core.tasks.dto import TaskKind


@dataclass(frozen=True, slots=True)
class Held:
    """A lead, its queue row locked."""

    team_id: int
    state: LeadState
    owner_id: int | None
    claimed_by: int | None
    claimed_until: datetime | None
    dnc: bool
    seen: bool
    """It comes into the queue by itself sooner or later."""
    zone: Zone | None


_HOLD: Final = """
    select q.team_id, q.state, q.owner_id, q.claimed_by, q.claimed_until, q.dnc,
           q.available_at < 'infinity', q.zone
    from lead_queue q join lead l on l.id = q.lead_id
    where q.lead_id = %(lead)s and (%(all)s or q.team_id = %(team)s) and l.deleted_at is null
    for update of q
"""


def hold(tx: Tx, lead_id: int) -> Held | None:
    """Lock a lead of the actor's scope."""
    row = tx.row(tx.send(_HOLD, _me(tx, lead=lead_id)))
    if row is None:
        return None
    team_id, state, *between, zone = row
    values: list[Any] = [team_id, LeadState(state), *between, None if zone is None else Zone(zone)]
    return Held(*values)


@dataclass(frozen=True, slots=True)
class OnIt:
    """An open call on a lead."""

    id: UUID
    agent_id: int
    dialled_at: datetime | None
    answered_at: datetime | None
    lease_until: datetime
    live: bool


def open_calls(tx: Tx, lead_id: int) -> list[OnIt]:
    """Open calls on a lead; those whose lease has ended hold nothing any more."""
    tx.send(
        "update open_call set live = false, version = version + 1 where lead_id = %(lead)s and live "
        "and (%(all)s or team_id = %(team)s) and lease_until <= %(now)s",
        _me(tx, lead=lead_id, now=tx.now),
    )
    rows = tx.rows(
        tx.send(
            "select id, agent_id, dialled_at, answered_at, lease_until, live from open_call "
            "where lead_id = %(lead)s and (%(all)s or team_id = %(team)s)",
            _me(tx, lead=lead_id),
        )
    )
    return [OnIt(*row) for row in rows]


def drop_call(tx: Tx, open_call_id: UUID) -> None:
    """Drop an open call of the actor's that was not dialled; counted nowhere."""
    tx.send(
        "delete from open_call where id = %(id)s and agent_id = %(me)s and team_id = %(team)s",
        _me(tx, id=open_call_id),
    )


def agent(tx: Tx, user_id: int, team_id: int) -> str | None:
    """The name of an agent of a team who can sign in."""
    row = tx.row(
        tx.send(
            "select name from people() where user_id = %s and team_id = %s and role = 'agent' "
            "and not disabled",
            (user_id, team_id),
        )
    )
    return None if row is None else row[0]


_GIVE: Final = """
    update lead_queue set owner_id = %(to)s, claimed_by = null, claimed_until = null,
        -- without an owner nobody keeps a promise: it comes back to the team at that time
        hidden_until = case when %(to)s::int is null then greatest(hidden_until, callback_at)
                            else hidden_until end,
        callback_at = case when %(to)s::int is null then null else callback_at end,
        version = version + 1
    where lead_id = %(lead)s and (%(all)s or team_id = %(team)s) returning version
"""


def give(tx: Tx, lead_id: int, to_user: int | None) -> int:
    """The lead is somebody else's, or the team's; its version."""
    return int(one(tx, tx.send(_GIVE, _me(tx, lead=lead_id, to=to_user)))[0])


_TASKS: Final = """
    update task set owner_id = %(to)s, version = version + 1,
        state = case when %(to)s::int is null and kind = 1 then %(released)s else state end,
        done_at = case when %(to)s::int is null and kind = 1 then %(now)s end
    where lead_id = %(lead)s and (%(all)s or team_id = %(team)s) and state = 0
      and (owner_id = %(from)s or kind = 1)
    returning id
"""


def give_tasks(tx: Tx, lead_id: int, from_user: int | None, to_user: int | None) -> int:
    """Open tasks of `from_user` on a lead, and its callback, go with it; to the team: the callback is
    released, the others are anyone's. How many."""
    params = _me(
        tx, lead=lead_id, to=to_user, now=tx.now, released=int(TaskEnd.RELEASED), **{"from": from_user}
    )
    return len(tx.rows(tx.send(_TASKS, params)))


def new_task(tx: Tx, lead_id: int, team_id: int, owner_id: int, due_at: datetime, note: str) -> int:
    """A follow-up for a colleague; its id."""
    row = one(
        tx,
        tx.send(
            "insert into task (team_id, lead_id, owner_id, kind, due_at, note, created_by, created_at) "
            "values (%s, %s, %s, %s, %s, %s, %s, %s) returning id",
            (team_id, lead_id, owner_id, int(TaskKind.FOLLOW_UP), due_at, note, tx.actor.user_id, tx.now),
        ),
    )
    return int(row[0])


def _me(tx: Tx, **more: Any) -> dict[str, Any]:
    return {"me": tx.actor.user_id, "all": tx.actor.sees_all, "team": tx.actor.team_id, **more}
