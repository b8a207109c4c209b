"""The tasks' part of the sweep, inside its transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, cast

from leadtui.core.calls.settings import policy as policy_of
from leadtui.core.ctx import Tx
from leadtui.core.outbox.post import queue as mail
from leadtui.core.tasks import sweep_queries
from leadtui.core.tasks.dto import Released

BATCH: Final = 100
"""Tasks of one sweep; the next one comes within a minute."""


def sweep(tx: Tx) -> Released:
    """Cancel due callbacks of customers whom nobody may call for good, then give back to the team what fell
    due `absent_minutes` ago while its owner was not at work: the callback stays due, for all, above every
    score. The caller holds the sweep's lock."""
    cancelled = sweep_queries.cancel(tx, BATCH)
    released = sweep_queries.release(tx, timedelta(minutes=policy_of(tx).absent_minutes), BATCH)
    for _task, lead_id, owner in cancelled:
        tx.notify("task", owner or 0)
        tx.notify("lead", lead_id)
    for task_id, lead_id, owner, due_at, _kind, version in released:
        tx.notify("task", owner)
        tx.notify("task", 0)
        if version is not None:
            tx.notify("lead", lead_id, version)
        facts = {"lead_id": lead_id, "task_id": task_id, "due_at": cast(datetime, due_at)}
        mail(tx, "callback_released", owner, facts, key=f"released:{task_id}:{due_at}")
    return Released(len(released), len(cancelled))
