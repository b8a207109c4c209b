"""After a call: undone within seconds, corrected on the same day, handed to a colleague. Behind the gate."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Final

from leadtui.core.action import action, query
from leadtui.core.auth.permissions import Permission
from leadtui.core.calls import corrections, day_queries, finish, handing, past_queries, rules, undo_queries
from leadtui.core.calls.dto import CorrectCall, HandOver, Logged, MyCall, UndoCall, Undone
from leadtui.core.calls.settings import policy as policy_of
from leadtui.core.ctx import Tx
from leadtui.core.errors import Conflict
from leadtui.core.pauses import queries as pause_queries

ON_THE_WAY: Final = timedelta(seconds=2)
"""How much later than `undo_seconds` an undo may arrive: the key was pressed in time."""


@action(Permission.CALLS_WORK, audit="call.undone")
def undo(tx: Tx, command: UndoCall) -> Undone:
    """Take back my last call: it is open again as it was before it was logged, under another id.

    Lead, tasks, numbers and my day stand as before; the row in the call log stays, and one that voids it is
    added. A call that was opened since is released where nothing was done with it (no give-back is counted).

    Raises NotFound("call"), Conflict("undo_late") after `undo_seconds` or after another call of mine,
    Conflict("lead_moved_on", lead_id, by, by_name, at, state) where anything else happened to the lead or its
    number, Conflict("undo_dialled", lead_id) where the next one was dialled.
    """
    call = corrections.counting(tx, command.call_id)
    policy = policy_of(tx)
    late = tx.now > call.at + timedelta(seconds=policy.undo_seconds) + ON_THE_WAY
    if late or past_queries.later(tx, call.at):
        raise Conflict("undo_late", call_id=call.id, seconds=policy.undo_seconds)
    held = undo_queries.hold(tx, call.lead_id, call.id)
    # looked at anew behind the lock: it may have been undone or corrected in between
    call = corrections.counting(tx, command.call_id)
    if held is None or held[0] != call.version:
        raise finish.moved_on(tx, call.lead_id)
    since = undo_queries.opened_since(tx)
    if since is not None:
        open_call_id, next_lead, touched = since
        if touched:
            raise Conflict("undo_dialled", lead_id=next_lead)
        tx.notify("lead", next_lead, undo_queries.release(tx, open_call_id, next_lead))
    lease = tx.now + policy.lease
    back = undo_queries.put_back(tx, call, lease=lease if call.held else None)
    opened = undo_queries.reopen(tx, call, uuid.uuid4(), lease)
    if opened is None:
        raise finish.moved_on(tx, call.lead_id)
    undo_queries.void(tx, call)
    undo_queries.forget(tx, call.id)
    day_queries.move(tx, call.report_day, call.report_hour, rules.Share() - corrections.share(call))
    if pause_queries.wait_again(tx, call.at):
        tx.notify("pause", tx.actor.user_id)
    tx.notify("lead", call.lead_id, back.version)
    for lead_id, version in back.others:
        tx.notify("lead", lead_id, version)
    finish.tell(tx, back.owners)
    tx.notify("call", tx.actor.user_id)
    released = None if since is None else since[1]
    tx.audit(f"lead:{call.lead_id}", call=call.id, released=released)
    return Undone(replace(opened, live=call.held), released)


@action(Permission.CALLS_WORK, audit="call.corrected")
def correct(tx: Tx, command: CorrectCall) -> Logged:
    """Log one of my calls of today (the team's day) anew: a row is added that stands in its place, and my day
    moves by the difference.

    While the call is the last thing that happened to its lead, the lead is derived anew from how it stood
    before; afterwards it stays as it is but for a final outcome (a sale, do not call), and only the task that
    the call had made follows. Any number of times, each on the id of the last correction.

    Raises NotFound("call"), Conflict("call_corrected", call_id) for one that was corrected already,
    Conflict("not_today", day), Conflict("dnc_stays", lead_id) (only an admin takes a customer off the
    do-not-call list), and Invalid as `service.log`.
    """
    return corrections.correct(tx, command)


@query(Permission.CALLS_WORK)
def mine_today(tx: Tx) -> tuple[MyCall, ...]:
    """My calls of today, the team's day, as they count now, the newest first."""
    zone = tx.team_zone()
    day = tx.now.astimezone(zone).date()
    return tuple(past_queries.mine(tx, day, datetime.combine(day, time(0), zone)))


@action(Permission.CALLS_WORK, audit="lead.handed_over")
def hand_over(tx: Tx, command: HandOver) -> None:
    """Give a lead to a colleague: mine, one that nobody has, or the one of my call before dialling, which is
    released. They get a follow-up with the note, due when the customer may be called; my open tasks on the
    lead become theirs, a callback keeps its time.

    Raises Invalid: note "blank", "too_long", to_user "unknown" (no agent of the team who can sign in),
    "handed_to_self" · NotFound("lead"), Conflict("lead_taken", lead_id, by, by_name, until),
    Conflict("already_dialled", lead_id, at), Conflict("not_callable", lead_id, verdicts) for a customer who
    has left the queue.
    """
    handing.hand_over(tx, command)
