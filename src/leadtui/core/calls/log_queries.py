"""What finishing a call writes; the caller holds the lead's queue row locked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from leadtui.core.calls.dto import LogCall, Outcome
from leadtui.core.calls.queries import one
from leadtui.core.calls.rules import After, TaskEnd
from leadtui.core.ctx import Tx
from leadtui.core.tasks.dto import TaskKind

OPEN_TASKS: Final = """
    (select jsonb_agg(jsonb_build_object('id', t.id, 'due_at', t.due_at, 'tries', t.tries,
                                         'call_id', t.call_id, 'version', t.version))
     from task t where t.lead_id = q.lead_id and t.team_id = q.team_id and t.state = 0)
"""
"""What a call changes of the open tasks of lead `q`; kept for undoing it."""

BEFORE: Final = """
    jsonb_build_object(
        'state', q.state, 'owner_id', q.owner_id, 'callback_at', q.callback_at,
        'hidden_until', q.hidden_until, 'capped', q.capped, 'attempts', q.attempts,
        'attempts_today', q.attempts_today, 'attempts_day', q.attempts_day, 'rejections', q.rejections,
        'last_contact_at', q.last_contact_at, 'dnc', q.dnc, 'phone_ok', q.phone_ok)
"""
"""What a call changes of lead `q`; kept for undoing it."""

_MOVE: Final = f"""
with moved as (
    delete from open_call where id = %(id)s and agent_id = %(me)s and team_id = %(team)s returning *
),
made as (
    insert into call_log (at, team_id, lead_id, agent_id, open_call_id, phone, direction, opened_at,
                          dialled_at, answered_at, ended_at, talk_seconds, status, reason, outcome, note,
                          callback_at, product_id, amount, currency, report_day, report_hour, place, rank_key,
                          model_id, propensity, features, verdicts, macro_id, guide_id, ticks)
    select %(now)s, team_id, lead_id, agent_id, id, phone, direction, opened_at, dialled_at,
           answered_at, ended_at, %(talk)s, %(status)s, %(reason)s, %(outcome)s, %(note)s, %(callback_at)s,
           %(product)s, %(amount)s, %(currency)s, %(day)s, %(hour)s, place, rank_key, model_id,
           propensity, features, verdicts, %(macro)s, %(guide)s, %(ticks)s::text[]
    from moved returning id
),
kept as (
    insert into call_undo (call_id, at, team_id, lead_id, agent_id, version, held, open_version, before,
                           tasks)
    select made.id, %(now)s, q.team_id, q.lead_id, %(me)s, q.version + 1,
           moved.live or q.version = moved.queue_version, moved.queue_version, {BEFORE}, {OPEN_TASKS}
    from made cross join moved join lead_queue q on q.lead_id = moved.lead_id
),
rested as (
    update pause set started_at = %(now)s
    where agent_id = %(me)s and team_id = %(team)s and ended_at is null and started_at is null returning 1
)
select id, exists (select from rested) from made
"""  # noqa: S608

_QUEUE: Final = """
update lead_queue set state = %(state)s, owner_id = %(owner)s, callback_at = %(callback_at)s,
    hidden_until = %(hidden)s, capped = %(capped)s, attempts = %(attempts)s, attempts_today = %(today)s,
    attempts_day = %(day)s, rejections = %(rejections)s, last_contact_at = greatest(last_contact_at, %(at)s),
    dnc = dnc or %(dnc)s, phone_ok = %(phone_ok)s,
    claimed_by = case when claimed_by = %(me)s then null else claimed_by end,
    claimed_until = case when claimed_by = %(me)s then null else claimed_until end,
    version = version + 1
where lead_id = %(lead)s and team_id = %(team)s returning version
"""


def move(tx: Tx, command: LogCall, talk: int | None, report: datetime) -> tuple[int, bool] | None:
    """Turn the open call into a row of the call log and keep how its lead stood; a pause that waited for the
    end of the call begins. `report` is now in the team's zone. (The row's id, whether a pause began), or None
    where the call was finished in between."""
    closed = command.outcome is Outcome.CLOSED
    row = tx.row(
        tx.send(
            _MOVE,
            {
                "id": command.open_call_id,
                "me": tx.actor.user_id,
                "team": tx.actor.team_id,
                "now": tx.now,
                "talk": talk,
                "status": int(command.status),
                "reason": None if command.reason is None else int(command.reason),
                "outcome": None if command.outcome is None else int(command.outcome),
                "note": command.note,
                "callback_at": command.callback_at,
                "product": command.product_id,
                "amount": command.amount,
                "currency": tx.actor.currency if closed else None,
                "day": report.date(),
                "hour": report.hour,
                "macro": command.macro_id,
                "guide": command.guide_id,
                "ticks": list(command.ticks) or None,
            },
        )
    )
    return None if row is None else (row[0], row[1])


def move_lead(
    tx: Tx, lead_id: int, then: After, at: datetime, *, dnc: bool, phone_ok: bool
) -> Callable[[], int]:
    """Put the lead where the table says after a call at `at`; reads its new version. A colleague's claim
    stays."""
    sent = tx.send(
        _QUEUE,
        {
            "lead": lead_id,
            "team": tx.actor.team_id,
            "me": tx.actor.user_id,
            "at": at,
            "state": int(then.state),
            "owner": then.owner_id,
            "callback_at": then.callback_at,
            "hidden": then.hidden_until,
            "capped": then.capped,
            "attempts": then.attempts,
            "today": then.attempts_today,
            "day": then.attempts_day,
            "rejections": then.rejections,
            "dnc": dnc,
            "phone_ok": phone_ok,
        },
    )
    return lambda: int(one(tx, sent)[0])


# numbers ----------------------------------------------------------------------------------------------------


def bad_number(tx: Tx, call_id: int, lead_id: int, phone: str | None, instead: str | None) -> None:
    """The number is not this person's; `instead` is preferred from now on. How they stood is kept."""
    tx.send(
        "with kept as (update call_undo set phones = (select jsonb_agg(jsonb_build_object("
        "'e164', e164, 'preferred', preferred, 'bad', bad)) from lead_phone "
        "where lead_id = %(lead)s and team_id = %(team)s) where call_id = %(call)s) "
        "update lead_phone set bad = bad or e164 = %(phone)s, preferred = (e164 = %(instead)s::text) is true "
        "where lead_id = %(lead)s and team_id = %(team)s",
        {"call": call_id, "lead": lead_id, "team": tx.actor.team_id, "phone": phone, "instead": instead},
    )


_BLOCK: Final = f"""
with numbers as (
    -- every number that reaches this person; one that does not is somebody else's, who did not ask
    select e164 from lead_phone where lead_id = %(lead)s and team_id = %(team)s and not bad
    union select %(phone)s::text where %(phone)s::text is not null
),
blocked as (
    insert into dnc_number (team_id, e164, reason, added_by, added_at)
    select %(team)s, e164, 'asked', %(me)s, %(now)s from numbers on conflict do nothing
    returning e164
),
was as (select do_not_call from lead where id = %(lead)s and team_id = %(team)s),
person as (
    update lead set do_not_call = true, updated_at = %(now)s, version = version + 1
    where id = %(lead)s and team_id = %(team)s
),
others as (
    select q.lead_id, q.team_id, q.version, q.callback_at from lead_queue q
    where q.team_id = %(team)s and not q.dnc and q.lead_id <> %(lead)s
      -- arrays: the planner takes a join for a big one and reads every number of the bank
      and q.lead_id = any(array(
          select n.lead_id from lead_phone n
          where n.digits = any(array(select substr(m.e164, 2) from numbers m)) and n.team_id = %(team)s
            and not n.bad))
    order by q.lead_id for update
),
kept as (
    update call_undo set blocked = jsonb_build_object(
        'person', (select do_not_call from was),
        'numbers', (select coalesce(jsonb_agg(b.e164), '[]') from blocked b),
        'others', (select coalesce(jsonb_agg(jsonb_build_object(
            'lead', q.lead_id, 'version', q.version + 1, 'callback_at', q.callback_at,
            'tasks', coalesce({OPEN_TASKS}, '[]'))), '[]') from others q))
    where call_id = %(call)s
)
update lead_queue q set dnc = true, callback_at = null, version = q.version + 1
from others where q.lead_id = others.lead_id returning q.lead_id, q.version
"""  # noqa: S608


def block_numbers(tx: Tx, call_id: int, lead_id: int, phone: str | None) -> list[tuple[int, int]]:
    """Nobody of the team calls this person again, nor anybody else on the same numbers. How they stood is
    kept.

    Gives (lead_id, version) of the other leads.
    """
    rows = tx.rows(
        tx.send(
            _BLOCK,
            {
                "call": call_id,
                "lead": lead_id,
                "team": tx.actor.team_id,
                "phone": phone,
                "me": tx.actor.user_id,
                "now": tx.now,
            },
        )
    )
    return [(row[0], row[1]) for row in rows]


# tasks ------------------------------------------------------------------------------------------------------

Owners = Callable[[], list[int | None]]
"""Reads whose tasks were changed. What writes here is sent and not waited for: several travel together."""


def cancel_tasks(tx: Tx, lead_ids: list[int]) -> Owners:
    """Cancel every open task of these leads; reads their owners."""
    sent = tx.send(
        "update task set state = %s, done_at = %s, version = version + 1 "
        "where lead_id = any(%s) and team_id = %s and state = 0 returning owner_id",
        (int(TaskEnd.CANCELLED), tx.now, lead_ids, tx.actor.team_id),
    )
    return lambda: [row[0] for row in tx.rows(sent)]


def close_answered(tx: Tx, lead_id: int, call_id: int, due_before: datetime) -> Owners:
    """Close what this call was for: the lead's callback (cancelled where it was not due yet) and the actor's
    follow-ups that are due. Reads their owners."""
    sent = tx.send(
        "update task set state = case when due_at <= %(due)s then 1 else 2 end, done_at = %(now)s, "
        "call_id = %(call)s, version = version + 1 "
        "where lead_id = %(lead)s and team_id = %(team)s and state = 0 "
        "and (kind = 1 or (kind = 2 and owner_id = %(me)s and due_at <= %(due)s)) returning owner_id",
        {
            "due": due_before,
            "now": tx.now,
            "call": call_id,
            "lead": lead_id,
            "team": tx.actor.team_id,
            "me": tx.actor.user_id,
        },
    )
    return lambda: [row[0] for row in tx.rows(sent)]


def push_callback(tx: Tx, lead_id: int, call_id: int, to: datetime | None) -> Owners:
    """Propose the lead's callback again at `to`, or release it to the team. Reads its owner."""
    sent = tx.send(
        "update task set tries = tries + 1, due_at = coalesce(%(to)s::timestamptz, due_at), "
        "state = case when %(to)s::timestamptz is null then %(released)s else 0 end, "
        "done_at = case when %(to)s::timestamptz is null then %(now)s::timestamptz end, "
        "call_id = %(call)s, version = version + 1 "
        "where lead_id = %(lead)s and team_id = %(team)s and kind = 1 and state = 0 returning owner_id",
        {
            "to": to,
            "released": int(TaskEnd.RELEASED),
            "now": tx.now,
            "call": call_id,
            "lead": lead_id,
            "team": tx.actor.team_id,
        },
    )
    return lambda: [row[0] for row in tx.rows(sent)]


def new_task(
    tx: Tx, lead_id: int, call_id: int, kind: TaskKind, due_at: datetime, note: str
) -> Callable[[], int]:
    """A task of the actor's that this call made; reads its id."""
    sent = tx.send(
        "with t as (insert into task (team_id, lead_id, owner_id, kind, due_at, note, call_id, "
        "created_by, created_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s) returning id, call_id), "
        "kept as (update call_undo u set task_id = t.id from t where u.call_id = t.call_id) "
        "select id from t",
        (
            tx.actor.team_id,
            lead_id,
            tx.actor.user_id,
            int(kind),
            due_at,
            note,
            call_id,
            tx.actor.user_id,
            tx.now,
        ),
    )
    return lambda: int(one(tx, sent)[0])


# giving back ------------------------------------------------------------------------------------------------


def give_back(
    tx: Tx, open_call_id: UUID, lead_id: int, reason: str, *, untouched: bool, counted: bool
) -> int:
    """Drop the open call, count why (`counted`: the queue served it), and free the lead where it is still
    this call's; its version."""
    params = {
        "id": open_call_id,
        "lead": lead_id,
        "me": tx.actor.user_id,
        "team": tx.actor.team_id,
        "now": tx.now,
        "reason": reason,
        "mine": untouched,
    }
    with tx.pg.pipeline():
        tx.send(
            "delete from open_call where id = %(id)s and agent_id = %(me)s and team_id = %(team)s", params
        )
        if counted:
            tx.send(
                "insert into give_back (at, team_id, lead_id, agent_id, reason) "
                "values (%(now)s, %(team)s, %(lead)s, %(me)s, %(reason)s)",
                params,
            )
        freed = tx.send(
            "update lead_queue set claimed_by = null, claimed_until = null, version = version + 1 "
            "where lead_id = %(lead)s and team_id = %(team)s and %(mine)s and claimed_by = %(me)s "
            "returning version",
            params,
        )
        row = tx.row(freed)
    return 0 if row is None else row[0]
