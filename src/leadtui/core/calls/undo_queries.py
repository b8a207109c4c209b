"""What undoing and correcting read and put back; the caller locks the queue's rows first, by `hold`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from psycopg import errors as pg_errors

from leadtui.core.calls.claim_queries import EXPIRED
from leadtui.core.calls.dto import OpenCall, Outcome
from leadtui.core.calls.log_queries import OPEN_TASKS
from leadtui.core.calls.past_queries import COPY, SAID, Past
from leadtui.core.calls.queries import OPEN_COLUMNS, as_open_call, one
from leadtui.core.calls.rules import TaskEnd
from leadtui.core.ctx import Tx
from leadtui.core.leads.dto import LeadState

KEPT: Final = timedelta(days=2)
"""How long it is kept how a lead stood before a call: corrections end with the report day."""


_HOLD: Final = """
    select q.lead_id, q.version, q.state from lead_queue q
    where q.team_id = %(team)s and q.lead_id = any(array(
        select %(lead)s::bigint
        union all
        select o.lead_id from open_call o where o.agent_id = %(me)s and o.team_id = %(team)s
        union all
        select (b ->> 'lead')::bigint from call_undo u, jsonb_array_elements(u.blocked -> 'others') b
        where u.call_id = %(call)s and u.team_id = %(team)s))
    order by q.lead_id for update
"""


def hold(tx: Tx, lead_id: int, call_id: int) -> tuple[int, LeadState] | None:
    """Lock a call's lead, the lead of the actor's open call and the leads that share a blocked number, in
    the order of their ids; (version, state) of the first."""
    rows = tx.rows(tx.send(_HOLD, _me(tx, lead=lead_id, call=call_id)))
    return next(((row[1], LeadState(row[2])) for row in rows if row[0] == lead_id), None)


# the call that was opened since -----------------------------------------------------------------------------


def opened_since(tx: Tx) -> tuple[UUID, int, bool] | None:
    """(id, lead id, whether anything was done with it) of the actor's open call."""
    row = tx.row(
        tx.send(
            "select id, lead_id, dialled_at is not null or answered_at is not null from open_call "
            "where agent_id = %(me)s and team_id = %(team)s",
            _me(tx),
        )
    )
    return None if row is None else (row[0], row[1], row[2])


def release(tx: Tx, open_call_id: UUID, lead_id: int) -> int:
    """Drop an open call that nothing was done with, and free its lead; the lead's version, 0 where somebody
    else holds it by now. Counted nowhere."""
    params = _me(tx, id=open_call_id, lead=lead_id)
    with tx.pg.pipeline():
        tx.send(
            "delete from open_call where id = %(id)s and agent_id = %(me)s and team_id = %(team)s", params
        )
        freed = tx.send(
            "update lead_queue set claimed_by = null, claimed_until = null, version = version + 1 "
            "where lead_id = %(lead)s and team_id = %(team)s and claimed_by = %(me)s returning version",
            params,
        )
        row = tx.row(freed)
    return 0 if row is None else row[0]


_REOPEN: Final = f"""
with o as (
    insert into open_call (id, team_id, lead_id, agent_id, phone, direction, opened_at, heartbeat_at,
                           lease_until, live, dialled_at, answered_at, ended_at, place, rank_key, model_id,
                           propensity, features, verdicts, queue_version)
    select %(id)s, c.team_id, c.lead_id, c.agent_id, c.phone, c.direction, c.opened_at, %(now)s,
           %(lease)s, u.held, c.dialled_at, c.answered_at, c.ended_at, c.place, c.rank_key, c.model_id,
           c.propensity, c.features, c.verdicts,
           case when u.held then (select q.version from lead_queue q where q.lead_id = c.lead_id)
                else u.open_version end
    from call_log c join call_undo u on u.call_id = c.id
    where c.id = %(call)s and c.at = %(at)s and c.team_id = %(team)s
      and not exists (select from open_call b where b.team_id = c.team_id and b.phone = c.phone and u.held
                      and b.live)
    returning *
)
select {OPEN_COLUMNS} from o join lead l on l.id = o.lead_id
"""  # noqa: S608


def reopen(tx: Tx, call: Past, open_call_id: UUID, lease: datetime) -> OpenCall | None:
    """The call, open as it was before it was logged; None where somebody talks on its number by now."""
    tx.send(EXPIRED, _me(tx, now=tx.now))
    try:
        with tx.pg.transaction():
            row = tx.row(
                tx.send(_REOPEN, _me(tx, id=open_call_id, call=call.id, at=call.at, now=tx.now, lease=lease))
            )
    except pg_errors.UniqueViolation:
        # somebody took the same number this very moment
        return None
    return None if row is None else as_open_call(row)


# putting back -----------------------------------------------------------------------------------------------

_LEAD_BACK: Final = """
update lead_queue q set state = b.state, owner_id = b.owner_id, callback_at = b.callback_at,
    hidden_until = b.hidden_until, capped = b.capped, attempts = b.attempts,
    attempts_today = b.attempts_today, attempts_day = b.attempts_day, rejections = b.rejections,
    last_contact_at = b.last_contact_at, dnc = b.dnc, phone_ok = b.phone_ok,
    claimed_by = case when %(lease)s::timestamptz is null then q.claimed_by else %(me)s end,
    claimed_until = coalesce(%(lease)s::timestamptz, q.claimed_until),
    version = q.version + 1
from call_undo u cross join lateral jsonb_populate_record(null::lead_queue, u.before) b
where u.call_id = %(call)s and u.team_id = %(team)s and q.lead_id = u.lead_id
returning q.version
"""

_TASKS_BACK: Final = """
    update task t set state = 0, done_at = null, due_at = (k ->> 'due_at')::timestamptz,
        tries = (k ->> 'tries')::smallint, call_id = (k ->> 'call_id')::bigint, version = t.version + 1
    from kept where t.id = (k ->> 'id')::bigint and t.team_id = %(team)s
      and t.version = (k ->> 'version')::int + 1
      and (t.kind <> 1 or not exists (select from task o where o.lead_id = t.lead_id and o.kind = 1
                                      and o.state = 0 and o.id <> t.id))
    returning t.owner_id
"""
# one that somebody has changed since is theirs; so is a callback where another one was agreed
_OWN_TASKS: Final = f"""
with kept as (
    select k from call_undo u, jsonb_array_elements(u.tasks) k where u.call_id = %(call)s
)
{_TASKS_BACK}
"""  # noqa: S608
_DROP_TASK: Final = """
    update task set state = %(cancelled)s, done_at = %(now)s, version = version + 1
    where id = %(task)s and team_id = %(team)s and state = 0 returning owner_id
"""

_PHONES_BACK: Final = """
    update lead_phone n set preferred = (k ->> 'preferred')::boolean, bad = (k ->> 'bad')::boolean
    from call_undo u, jsonb_array_elements(u.phones) k
    where u.call_id = %(call)s and n.lead_id = u.lead_id and n.team_id = %(team)s and n.e164 = k ->> 'e164'
"""

# a number that a list has taken over since, or that somebody else asked for, too, stays listed
_NUMBERS_FREE: Final = """
    delete from dnc_number d using call_undo u
    where u.call_id = %(call)s and u.team_id = %(team)s and d.team_id = u.team_id
      and d.e164 in (select jsonb_array_elements_text(u.blocked -> 'numbers'))
      and d.added_by = %(me)s and d.source is null
      and not exists (select from lead_phone n join lead l on l.id = n.lead_id
                      where n.digits = substr(d.e164, 2) and n.team_id = u.team_id and not n.bad
                        and l.do_not_call and l.id <> u.lead_id)
"""
_STILL_LISTED: Final = """
    update lead_queue q set dnc = true from call_undo u
    where u.call_id = %(call)s and u.team_id = %(team)s and q.lead_id = u.lead_id and not q.dnc
      and exists (select from dnc_number d where d.team_id = u.team_id
                  and d.e164 in (select jsonb_array_elements_text(u.blocked -> 'numbers')))
"""
_PERSON_BACK: Final = """
    update lead l set do_not_call = false, updated_at = %(now)s, version = l.version + 1
    from call_undo u where u.call_id = %(call)s and u.team_id = %(team)s and l.id = u.lead_id
      and u.blocked is not null and not (u.blocked ->> 'person')::boolean
"""
# callback and tasks come back only where nothing happened to that lead since; being callable depends on
# nothing else than what still stands against its numbers and its person
_OTHERS_BACK: Final = """
    update lead_queue q set dnc = false, version = q.version + 1,
        callback_at = case when q.version = (b ->> 'version')::int
                           then (b ->> 'callback_at')::timestamptz else q.callback_at end
    from call_undo u, jsonb_array_elements(u.blocked -> 'others') b
    where u.call_id = %(call)s and u.team_id = %(team)s and q.lead_id = (b ->> 'lead')::bigint
      and q.team_id = u.team_id
      and not exists (select from lead l where l.id = q.lead_id and l.do_not_call)
      and not exists (select from lead_phone n join dnc_number d on d.team_id = n.team_id and d.e164 = n.e164
                      where n.lead_id = q.lead_id and not n.bad)
    returning q.lead_id, q.version, q.version - 1 = (b ->> 'version')::int
"""
_OTHERS_TASKS: Final = f"""
with kept as (
    select k from call_undo u, jsonb_array_elements(u.blocked -> 'others') b,
        jsonb_array_elements(b -> 'tasks') k
    where u.call_id = %(call)s and (b ->> 'lead')::bigint = any(%(leads)s)
)
{_TASKS_BACK}
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Back:
    """What was put back."""

    version: int
    """The lead's now."""
    others: list[tuple[int, int]]
    """(lead, version) of others that may be called again."""
    owners: set[int | None]
    """Whose tasks have changed."""


def put_back(tx: Tx, call: Past, *, lease: datetime | None) -> Back:
    """Lead, tasks, numbers and the leads on the same numbers as they stood before the call; `lease`: the
    actor holds the lead until then."""
    params = _me(
        tx, call=call.id, now=tx.now, lease=lease, task=call.task_id, cancelled=int(TaskEnd.CANCELLED)
    )
    version = int(one(tx, tx.send(_LEAD_BACK, params))[0])
    owners: set[int | None] = set()
    if call.task_id is not None:
        owners.update(row[0] for row in tx.rows(tx.send(_DROP_TASK, params)))
    owners.update(row[0] for row in tx.rows(tx.send(_OWN_TASKS, params)))
    others: list[tuple[int, int]] = []
    if call.outcome is Outcome.WRONG_NUMBER:
        tx.send(_PHONES_BACK, params)
    if call.outcome is Outcome.DO_NOT_CALL:
        tx.send(_NUMBERS_FREE, params)
        tx.send(_STILL_LISTED, params)
        tx.send(_PERSON_BACK, params)
        freed_rows = tx.rows(tx.send(_OTHERS_BACK, params))
        others = [(row[0], row[1]) for row in freed_rows]
        freed = {**params, "leads": [row[0] for row in freed_rows if row[2]]}
        owners.update(row[0] for row in tx.rows(tx.send(_OTHERS_TASKS, freed)))
    return Back(version, others, owners)


def cancel_task(tx: Tx, task_id: int) -> list[int | None]:
    """Cancel a task that is open; gives its owner."""
    params = _me(tx, task=task_id, now=tx.now, cancelled=int(TaskEnd.CANCELLED))
    return [row[0] for row in tx.rows(tx.send(_DROP_TASK, params))]


def forget(tx: Tx, call_id: int) -> None:
    """Nothing is left to undo of this call."""
    tx.send("delete from call_undo where call_id = %(call)s and team_id = %(team)s", _me(tx, call=call_id))


def sweep(tx: Tx) -> None:
    """Forget what nobody can undo or correct any more, some at a time."""
    tx.send(
        "delete from call_undo where at < %(before)s and call_id in "
        "(select call_id from call_undo where team_id = %(team)s order by call_id limit 2000)",
        _me(tx, before=tx.now - KEPT),
    )


def keep_again(tx: Tx, call_id: int) -> None:
    """The lead stands as before the call: keep its tasks anew, and nothing of what is written next."""
    tx.send(
        f"update call_undo u set tasks = {OPEN_TASKS}, phones = null, blocked = null, task_id = null "  # noqa: S608
        "from lead_queue q where u.call_id = %(call)s and u.team_id = %(team)s and q.lead_id = u.lead_id",
        _me(tx, call=call_id),
    )


def keep_version(tx: Tx, call_id: int, version: int) -> None:
    """The lead's version after the call."""
    tx.send(
        "update call_undo set version = %(version)s where call_id = %(call)s and team_id = %(team)s",
        _me(tx, call=call_id, version=version),
    )


# rows that are added ----------------------------------------------------------------------------------------

_VOID: Final = f"""
    insert into call_log ({COPY}, {SAID}, corrects, corrected_at, voided)
    select {COPY}, {SAID}, id, %(now)s, true from call_log
    where id = %(call)s and at = %(at)s and team_id = %(team)s
"""  # noqa: S608


def void(tx: Tx, call: Past) -> None:
    """Add the row that says that a call was undone."""
    tx.send(_VOID, _me(tx, call=call.id, at=call.at, now=tx.now))


def _me(tx: Tx, **more: Any) -> dict[str, Any]:
    return {"me": tx.actor.user_id, "team": tx.actor.team_id, **more}
