"""An agent's own figures."""

from __future__ import annotations

from datetime import datetime, time
from decimal import Decimal

from leadtui.core.action import query
from leadtui.core.auth.permissions import Permission
from leadtui.core.ctx import Tx
from leadtui.core.pauses import queries as pause_queries
from leadtui.core.performance import queries
from leadtui.core.performance.dto import DayCounts


@query(Permission.PERFORMANCE_OWN)
def today(tx: Tx) -> DayCounts:
    """My counts of today, the team's day; all zero before the first call."""
    day = tx.now.astimezone(tx.team_zone()).date()
    found = queries.day(tx, day)
    paused = pause_queries.seconds(tx, datetime.combine(day, time(0), tx.team_zone()))
    calls, contacts, closings, amount, callbacks, by_hour = found or (0, 0, 0, Decimal(0), 0, {})
    hours = sorted((int(hour), *numbers) for hour, numbers in by_hour.items())
    return DayCounts(
        day=day,
        calls=calls,
        contacts=contacts,
        closings=closings,
        amount=amount,
        currency=tx.actor.currency,
        callbacks=callbacks,
        by_hour=tuple((hour, made, reached) for hour, made, reached in hours),
        pause_seconds=sum(seconds for _reason, seconds in paused),
    )
