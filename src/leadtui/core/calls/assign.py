"""Whose a lead is, as a manager decides it. Behind the gate."""

from __future__ import annotations

from leadtui.core.action import action
from leadtui.core.auth.permissions import Permission
from leadtui.core.calls import handing
from leadtui.core.calls.dto import Assign
from leadtui.core.ctx import Tx


@action(Permission.LEADS_ASSIGN, audit="lead.assigned")
def assign(tx: Tx, command: Assign) -> None:
    """Give a lead of the team to one of its agents, its owner's open tasks with it; with a note they get a
    follow-up. `to_user` None: back to the team; a callback is released, and the lead comes back at its time.

    Raises Invalid: to_user "unknown", note "too_long" · NotFound("lead"), Conflict("lead_taken", lead_id, by,
    by_name, until) while somebody has its call open, Conflict("not_callable", lead_id, verdicts) where a
    customer who has left the queue is to be given to somebody.
    """
    handing.assign(tx, command)
