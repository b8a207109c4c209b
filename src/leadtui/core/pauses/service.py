"""Pauses: an agent takes no calls for a while, and says why. Counted, never judged here."""

from __future__ import annotations

from datetime import datetime, time

from leadtui.core.action import action, query
from leadtui.core.auth.permissions import Permission
from leadtui.core.calls import queries as call_queries
from leadtui.core.ctx import Tx
from leadtui.core.errors import Conflict, Invalid, NotFound
from leadtui.core.pauses import queries
from leadtui.core.pauses.dto import REASONS, EndPause, Pause, PauseDay, StartPause


@action(Permission.CALLS_WORK, audit="pause.started")
def start(tx: Tx, command: StartPause) -> Pause:
    """Take no calls: from now on, or (`after_call`) as soon as the open call is logged or given back.

    Another reason ends the pause that lasts and begins a new one; the same one changes nothing. Raises
    Invalid({"reason": "unknown"}), Conflict("has_open_call", open_call_id, lead_id) where a call is open and
    `after_call` was not asked for.
    """
    if command.reason not in REASONS:
        raise Invalid({"reason": "unknown"}, known=REASONS)
    calling = call_queries.my_open_call(tx)
    if calling is not None and not command.after_call:
        raise Conflict("has_open_call", open_call_id=calling[0], lead_id=calling[1])
    queries.settle(tx)
    lasting = queries.current(tx)
    waiting = calling is not None
    if lasting is not None:
        if lasting.reason == command.reason and lasting.waiting == waiting:
            return lasting
        if not lasting.waiting and not waiting:
            queries.end(tx)
    begun = queries.start(tx, command.reason, waiting=waiting)
    tx.audit(reason=begun.reason, waiting=begun.waiting)
    tx.notify("pause", tx.actor.user_id)
    return begun


@action(Permission.CALLS_WORK, audit="pause.ended")
def end(tx: Tx, command: EndPause) -> Pause:
    """Take calls again; a pause that still waits for the end of a call is dropped. Raises
    NotFound("pause")."""
    del command  # the gate reads its request_id
    queries.settle(tx)
    ended = queries.end(tx)
    if ended is None:
        raise NotFound("pause")
    tx.audit(reason=ended.reason)
    tx.notify("pause", tx.actor.user_id)
    return ended


@query(Permission.CALLS_READ)
def current(tx: Tx) -> Pause | None:
    """My pause that lasts, or waits for the end of my call; None while I take calls."""
    return queries.current(tx)


@query(Permission.CALLS_READ)
def today(tx: Tx) -> PauseDay:
    """How long I have paused today (the team's day), by reason."""
    by_reason = tuple(queries.seconds(tx, _day_start(tx)))
    return PauseDay(queries.current(tx), sum(seconds for _, seconds in by_reason), by_reason)


def _day_start(tx: Tx) -> datetime:
    """When the team's day began."""
    zone = tx.team_zone()
    return datetime.combine(tx.now.astimezone(zone).date(), time(0), zone)
