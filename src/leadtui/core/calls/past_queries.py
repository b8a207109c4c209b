"""Calls of the actor's as they count, and what correcting one writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from leadtui.core.calls.dto import CallStatus, LogCall, MyCall, NoAnswer, Outcome
from leadtui.core.calls.queries import one
from leadtui.core.ctx import Tx


@dataclass(frozen=True, slots=True)
class Past:
    """A call of the actor's, as it counts or counted."""

    id: int
    at: datetime
    lead_id: int
    phone: str | None
    direction: int
    dialled_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    talk_seconds: int | None
    status: CallStatus
    reason: NoAnswer | None
    outcome: Outcome | None
    note: str
    callback_at: datetime | None
    product_id: int | None
    amount: Decimal | None
    report_day: date
    report_hour: int
    rank_key: int
    open_call_id: UUID
    version: int | None
    """The lead's after it; None where nothing is kept of before."""
    held: bool
    """False: the lead had moved on before it was logged."""
    task_id: int | None
    """The task that it made."""


_PAST: Final = """
    c.id, c.at, c.lead_id, c.phone, c.direction, c.dialled_at, c.answered_at, c.ended_at, c.talk_seconds,
    c.status, c.reason, c.outcome, c.note, c.callback_at, c.product_id, c.amount, c.report_day, c.report_hour,
    c.rank_key, c.open_call_id, u.version, coalesce(u.held, false),
    -- of calls that were logged before it was kept: the task says itself which call made it
    case when u.call_id is not null then u.task_id
         else (select t.id from task t where t.lead_id = c.lead_id and t.team_id = c.team_id
               and t.call_id = c.id and t.created_at = c.at and t.kind in (1, 2)) end
"""
_CALL: Final = f"""
    select {_PAST}, exists (select from call_effective e where e.id = c.id and e.at = c.at),
           (select n.id from call_log n where n.lead_id = c.lead_id and n.at = c.at and n.corrects = c.id
            and not n.voided)
    from call_log c left join call_undo u on u.call_id = c.id
    where c.id = %(call)s and c.agent_id = %(me)s and c.team_id = %(team)s and not c.voided
"""  # noqa: S608


def past(tx: Tx, call_id: int) -> tuple[Past, bool, int | None] | None:
    """(A call of the actor's, whether it counts, its correction)."""
    row = tx.row(tx.send(_CALL, _me(tx, call=call_id)))
    if row is None:
        return None
    *values, counts, correction = row
    values[9] = CallStatus(values[9])
    values[10] = None if values[10] is None else NoAnswer(values[10])
    values[11] = None if values[11] is None else Outcome(values[11])
    return Past(*values), counts, correction


# As `call_effective`, within days that are known on both sides: the view would open every partition there is.
_WITHIN: Final = """
    c.at < %(until)s and not c.voided and not exists (
        select from call_log n where n.lead_id = c.lead_id and n.at = c.at and n.corrects = c.id
        and n.at >= %(since)s and n.at < %(until)s)
"""

_LATER: Final = f"""
    select 1 from call_log c where c.agent_id = %(me)s and c.team_id = %(team)s and c.at > %(since)s
    and {_WITHIN} limit 1
"""  # noqa: S608


def later(tx: Tx, at: datetime) -> bool:
    """Whether the actor has logged another call after this one of the last days, which counts."""
    return tx.row(tx.send(_LATER, _me(tx, since=at, until=tx.now + timedelta(days=1)))) is not None


# rows that are added ----------------------------------------------------------------------------------------

COPY: Final = """
    at, team_id, lead_id, agent_id, open_call_id, phone, direction, opened_at, dialled_at, answered_at,
    ended_at, report_day, report_hour, place, rank_key, model_id, propensity, features, verdicts, guide_id,
    ticks
"""
SAID: Final = (
    "talk_seconds, status, reason, outcome, note, callback_at, product_id, amount, currency, macro_id"
)
"""What a row that is added says again of the call, and what it may say otherwise."""

_CORRECT: Final = f"""
    insert into call_log ({COPY}, {SAID}, corrects, corrected_at)
    select {COPY}, %(talk)s, %(status)s, %(reason)s, %(outcome)s, %(note)s, %(callback_at)s, %(product)s,
        %(amount)s, %(currency)s,
        case when status = %(status)s and outcome is not distinct from %(outcome)s::smallint
             then macro_id end,
        id, %(now)s
    from call_log where id = %(call)s and at = %(at)s and team_id = %(team)s
    returning id
"""  # noqa: S608


def correct(tx: Tx, call: Past, said: LogCall, talk: int | None) -> int:
    """Add the row that stands in a call's place; its id. What is kept of before goes with it."""
    row = one(
        tx,
        tx.send(
            _CORRECT,
            _me(
                tx,
                call=call.id,
                at=call.at,
                now=tx.now,
                talk=talk,
                status=int(said.status),
                reason=None if said.reason is None else int(said.reason),
                outcome=None if said.outcome is None else int(said.outcome),
                note=said.note,
                callback_at=said.callback_at,
                product=said.product_id,
                amount=said.amount,
                currency=tx.actor.currency if said.outcome is Outcome.CLOSED else None,
            ),
        ),
    )
    call_id = int(row[0])
    tx.send(
        "update call_undo set call_id = %(new)s where call_id = %(call)s and team_id = %(team)s",
        _me(tx, new=call_id, call=call.id),
    )
    return call_id


def tries_and_number(tx: Tx, call: Past) -> tuple[int, str | None]:
    """(Unanswered tries of the lead's open callback, another number of it that works)."""
    row = one(
        tx,
        tx.send(
            "select coalesce((select t.tries from task t where t.lead_id = %(lead)s "
            "and t.team_id = %(team)s and t.kind = 1 and t.state = 0), 0), "
            "(select n.e164 from lead_phone n where n.lead_id = %(lead)s and n.team_id = %(team)s "
            "and not n.bad and n.e164 is distinct from %(phone)s::text and not exists "
            "(select from dnc_number d where d.team_id = n.team_id and d.e164 = n.e164) "
            "order by n.preferred desc, n.e164 limit 1)",
            _me(tx, lead=call.lead_id, phone=call.phone),
        ),
    )
    return row[0], row[1]


# a lead that stays: only what the call itself had arranged --------------------------------------------------


def move_task(tx: Tx, task_id: int, due_at: datetime) -> list[int | None]:
    """Move a task that is still open; gives its owner."""
    rows = tx.rows(
        tx.send(
            "update task set due_at = %(due)s, version = version + 1 "
            "where id = %(task)s and team_id = %(team)s and state = 0 returning owner_id",
            _me(tx, task=task_id, due=due_at),
        )
    )
    return [row[0] for row in rows]


def move_promise(tx: Tx, call: Past, to: datetime | None) -> None:
    """Move the time at which the actor's own lead comes back, where it is still what the call had agreed;
    None: it stands by score again."""
    tx.send(
        "update lead_queue set callback_at = %(to)s where lead_id = %(lead)s "
        "and team_id = %(team)s and owner_id = %(me)s and callback_at = %(was)s",
        _me(tx, lead=call.lead_id, to=to, was=call.callback_at),
    )


def touch(tx: Tx, lead_id: int) -> int:
    """Something happened to a lead; its version."""
    row = one(
        tx,
        tx.send(
            "update lead_queue set version = version + 1 where lead_id = %(lead)s and team_id = %(team)s "
            "returning version",
            _me(tx, lead=lead_id),
        ),
    )
    return int(row[0])


def has_callback(tx: Tx, lead_id: int) -> bool:
    """Whether a callback is open for a lead."""
    row = tx.row(
        tx.send(
            "select 1 from task where lead_id = %(lead)s and team_id = %(team)s and kind = 1 and state = 0",
            _me(tx, lead=lead_id),
        )
    )
    return row is not None


# my calls of today ------------------------------------------------------------------------------------------

_MINE: Final = f"""
    select c.id, c.at, c.lead_id, l.name, c.status, c.reason, c.outcome, c.note, c.callback_at, c.product_id,
           c.amount, c.corrects is not null
    from call_log c join lead l on l.id = c.lead_id
    where c.agent_id = %(me)s and c.team_id = %(team)s and c.report_day = %(day)s and c.at >= %(since)s
      and {_WITHIN}
    order by c.at desc, c.id desc
"""  # noqa: S608


def mine(tx: Tx, day: date, since: datetime) -> list[MyCall]:
    """The actor's calls of a report day that began at `since`, the newest first."""
    return [
        _my_call(row)
        for row in tx.rows(tx.send(_MINE, _me(tx, day=day, since=since, until=since + timedelta(days=2))))
    ]


def _my_call(row: tuple[Any, ...]) -> MyCall:
    ident, at, lead_id, name, status, reason, outcome, *rest = row
    return MyCall(
        ident,
        at,
        lead_id,
        name,
        CallStatus(status),
        None if reason is None else NoAnswer(reason),
        None if outcome is None else Outcome(outcome),
        *rest,
    )


def _me(tx: Tx, **more: Any) -> dict[str, Any]:
    return {"me": tx.actor.user_id, "team": tx.actor.team_id, **more}
