"""Correcting a call inside a transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from leadtui.core.calls import (
    day_queries,
    finish,
    log_queries,
    past_queries,
    queries,
    rules,
    undo_queries,
    validate,
)
from leadtui.core.calls.dto import CorrectCall, LogCall, Logged, Outcome
from leadtui.core.calls.eligibility import LEFT, Standing
from leadtui.core.calls.past_queries import Past
from leadtui.core.calls.queries import Finishing
from leadtui.core.calls.settings import policy as policy_of
from leadtui.core.ctx import Tx
from leadtui.core.errors import Conflict, Invalid, NotFound
from leadtui.core.tasks.dto import TaskKind
from leadtui.core.tasks.rules import refuse_closed

_FINAL = (Outcome.CLOSED, Outcome.DO_NOT_CALL)
_TIMED = (Outcome.CALLBACK, Outcome.INTERESTED)


def counting(tx: Tx, call_id: int) -> Past:
    """A call of the actor's that counts. Raises NotFound("call"), Conflict("call_corrected", call_id)."""
    found = past_queries.past(tx, call_id)
    if found is None:
        raise NotFound("call", call_id=call_id)
    call, counts, correction = found
    if correction is not None:
        raise Conflict("call_corrected", call_id=correction)
    if not counts:
        raise NotFound("call", call_id=call_id)
    return call


def share(call: Past) -> rules.Share:
    """What a call is to its agent's day."""
    return rules.share(
        call.status,
        call.outcome,
        call.amount,
        call.talk_seconds,
        call.rank_key,
        incoming=bool(call.direction),
    )


def correct(tx: Tx, command: CorrectCall) -> Logged:
    """As `after.correct`."""
    call = counting(tx, command.call_id)
    if call.report_day != tx.now.astimezone(tx.team_zone()).date():
        raise Conflict("not_today", call_id=call.id, day=call.report_day)
    said = _said(tx, command, call)
    held = undo_queries.hold(tx, call.lead_id, call.id)
    call = counting(tx, command.call_id)
    before = None if held is None else queries.standing(tx, call.lead_id)
    if before is None:
        raise NotFound("call", call_id=call.id)
    if call.outcome is Outcome.DO_NOT_CALL and said.outcome is not Outcome.DO_NOT_CALL:
        raise Conflict("dnc_stays", lead_id=call.lead_id)
    if said.outcome is Outcome.CALLBACK and said.callback_at not in (None, call.callback_at):
        refuse_closed(policy_of(tx), before.zone, said.callback_at or tx.now, tx.now)
    talk = rules.talked(said.status, call.answered_at, call.ended_at or call.at)
    call_id = past_queries.correct(tx, call, said, talk)
    was, call = share(call), replace(call, id=call_id)
    if (said.outcome, said.callback_at) == (call.outcome, call.callback_at):
        done = Logged(call_id, call.lead_id, int(before.state), _back(before), call.task_id)
    elif call.held and call.version == before.version:
        done = _derived(tx, said, call)
    else:
        done = _stays(tx, said, call, before)
    now = rules.share(
        said.status, said.outcome, said.amount, talk, call.rank_key, incoming=bool(call.direction)
    )
    if (change := now - was) != rules.Share():
        day_queries.move(tx, call.report_day, call.report_hour, change)
    tx.notify("call", tx.actor.user_id)
    tx.audit(
        f"lead:{call.lead_id}",
        call=call_id,
        corrects=command.call_id,
        status=int(said.status),
        outcome=None if said.outcome is None else int(said.outcome),
    )
    return done


def _said(tx: Tx, command: CorrectCall, call: Past) -> LogCall:
    asked = LogCall(
        request_id=command.request_id,
        open_call_id=call.open_call_id,
        status=command.status,
        note=command.note,
        reason=command.reason,
        outcome=command.outcome,
        callback_at=command.callback_at,
        product_id=command.product_id,
        amount=command.amount,
    )
    # a time that was agreed stays right when it has come, and so does a product that is sold no longer
    kept = command.callback_at is not None and command.callback_at == call.callback_at
    said = validate.checked(asked, call.at if kept else tx.now)
    if said.product_id not in (None, call.product_id) and not queries.product_sold(tx, said.product_id):
        raise Invalid({"product_id": "unknown"})
    if call.direction:
        validate.checked_incoming(said, final=False)
    return said


def _back(standing: Standing) -> datetime | None:
    return standing.hidden_until or standing.callback_at


def _derived(tx: Tx, said: LogCall, call: Past) -> Logged:
    """Nothing else happened to the lead: as before the call, then as this one says."""
    back = undo_queries.put_back(tx, call, lease=None)
    undo_queries.keep_again(tx, call.id)
    finishing = _finishing(tx, call)
    made = finish.made_of(tx, said, finishing, call.at)
    then = rules.after(finishing.standing, made, policy_of(tx))
    done = finish.settle(tx, said, finishing, then, call.id, call.at)
    undo_queries.keep_version(tx, call.id, done.version)
    finish.tell(tx, back.owners)
    return Logged(call.id, call.lead_id, int(then.state), then.hidden_until or then.callback_at, done.task_id)


def _finishing(tx: Tx, call: Past) -> Finishing:
    standing = queries.standing(tx, call.lead_id)
    if standing is None:
        raise NotFound("call", call_id=call.id)
    tries, other_number = past_queries.tries_and_number(tx, call)
    return Finishing(
        lead_id=call.lead_id,
        phone=call.phone,
        live=True,
        dialled_at=call.dialled_at,
        answered_at=call.answered_at,
        ended_at=call.ended_at,
        queue_version=standing.version,
        rank_key=call.rank_key,
        direction=call.direction,
        tries=tries,
        other_number=other_number,
        standing=standing,
    )


def _stays(tx: Tx, said: LogCall, call: Past, standing: Standing) -> Logged:
    """The lead has moved on: only a final outcome changes it; the call's own task follows."""
    if said.outcome in _FINAL:
        finishing = _finishing(tx, call)
        # counted as an attempt when it was logged
        made = replace(finish.made_of(tx, said, finishing, call.at, overtaken=True), incoming=True)
        then = rules.after(standing, made, policy_of(tx))
        if call.task_id is not None:
            finish.tell(tx, set(undo_queries.cancel_task(tx, call.task_id)))
        done = finish.settle(tx, said, finishing, then, call.id, call.at)
        if said.outcome is Outcome.DO_NOT_CALL:
            tx.notify("stop", call.lead_id, done.version)
        return Logged(
            call.id, call.lead_id, int(then.state), then.hidden_until or then.callback_at, done.task_id
        )
    task_id = _task_follows(tx, said, call, standing)
    return Logged(call.id, call.lead_id, int(standing.state), _back(standing), task_id)


def _task_follows(tx: Tx, said: LogCall, call: Past, standing: Standing) -> int | None:
    due = said.callback_at if said.outcome in _TIMED else None
    owners: set[int | None] = set()
    task_id = call.task_id
    if task_id is not None and due is not None and said.outcome is call.outcome:
        owners.update(past_queries.move_task(tx, task_id, due))
    elif task_id is not None:
        owners.update(undo_queries.cancel_task(tx, task_id))
        task_id = None
    if call.outcome is Outcome.CALLBACK and owners:
        past_queries.move_promise(tx, call, due if said.outcome is Outcome.CALLBACK else None)
    gone = standing.dnc or standing.state in LEFT
    if task_id is None and due is not None and not gone:
        kind = TaskKind.CALLBACK if said.outcome is Outcome.CALLBACK else TaskKind.FOLLOW_UP
        # one active callback a lead: somebody has agreed on another time since
        if kind is TaskKind.FOLLOW_UP or not past_queries.has_callback(tx, call.lead_id):
            task_id = log_queries.new_task(tx, call.lead_id, call.id, kind, due, said.note)()
            owners.add(tx.actor.user_id)
    if owners:
        # it counts as something that happened to the lead: an older way back to before it is closed
        tx.notify("lead", call.lead_id, past_queries.touch(tx, call.lead_id))
        finish.tell(tx, owners)
    return task_id
