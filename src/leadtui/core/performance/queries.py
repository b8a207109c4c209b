"""The only SQL of performance: it reads the rollup that every logged call keeps."""

from __future__ import annotations

from datetime import date
from typing import Any

from leadtui.core.ctx import Tx


def day(tx: Tx, of: date) -> tuple[Any, ...] | None:
    """(calls, contacts, closings, amount, callbacks, by_hour) of the actor."""
    return tx.row(
        tx.send(
            "select calls, contacts, closings, amount, callbacks, by_hour from agent_day "
            "where agent_id = %s and day = %s and team_id = %s",
            (tx.actor.user_id, of, tx.actor.team_id),
        )
    )
