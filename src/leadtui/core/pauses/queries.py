"""The only SQL of pauses.

A pause whose session everybody has left ended when that session was last used, whether or not somebody has
written so: every reader asks `ENDED`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from leadtui.core.ctx import Tx
from leadtui.core.pauses.dto import Pause

_LEFT: Final = "session_left_at(p.session_id)"
ENDED: Final = f"""
    case when p.ended_at is not null then p.ended_at
         when {_LEFT} is not null then greatest(coalesce(p.started_at, p.asked_at), {_LEFT}) end
"""
"""When pause `p` ended; null while it lasts."""

_MINE: Final = "p.agent_id = %(me)s and p.team_id = %(team)s"


def _params(tx: Tx, **more: Any) -> dict[str, Any]:
    return {"me": tx.actor.user_id, "team": tx.actor.team_id, "now": tx.now, **more}


def current(tx: Tx) -> Pause | None:
    """The actor's pause that lasts, or waits for the end of their call."""
    row = tx.row(
        tx.send(
            f"select p.id, p.reason, p.started_at, p.ended_at from pause p where {_MINE} "  # noqa: S608
            f"and p.ended_at is null and {_LEFT} is null",
            _params(tx),
        )
    )
    return None if row is None else Pause(*row)


def settle(tx: Tx) -> None:
    """Write down the end of a pause whose session is gone, so that another one may begin."""
    tx.send(
        f"update pause p set ended_at = {ENDED} where {_MINE} "  # noqa: S608
        f"and p.ended_at is null and {_LEFT} is not null",
        _params(tx),
    )


def start(tx: Tx, reason: str, *, waiting: bool) -> Pause:
    """A pause from now on, or (`waiting`) from the end of the actor's call on. The caller has seen that none
    lasts; of two at the same moment the second one changes the first one's reason."""
    row = tx.row(
        tx.send(
            "insert into pause as p (team_id, agent_id, session_id, reason, asked_at, started_at) "
            "values (%(team)s, %(me)s, %(session)s, %(reason)s, %(now)s, "
            "case when not %(waiting)s::boolean then %(now)s::timestamptz end) "
            "on conflict (agent_id) where ended_at is null do update set reason = excluded.reason, "
            "started_at = coalesce(p.started_at, excluded.started_at) "
            "returning id, reason, started_at, ended_at",
            _params(tx, session=tx.actor.session_id, reason=reason, waiting=waiting),
        )
    )
    if row is None:
        raise LookupError("an insert gave no row")
    return Pause(*row)


def end(tx: Tx) -> Pause | None:
    """End the actor's pause; one that still waited never was (its end is when it was asked for)."""
    row = tx.row(
        tx.send(
            f"update pause p set ended_at = greatest(coalesce(started_at, asked_at), %(now)s) where {_MINE} "  # noqa: S608
            "and p.ended_at is null returning p.id, p.reason, p.started_at, p.ended_at",
            _params(tx),
        )
    )
    return None if row is None else Pause(*row)


def begin_waiting(tx: Tx) -> bool:
    """A pause that waited for the end of the actor's call begins; whether there was one."""
    cursor = tx.send(
        f"update pause p set started_at = %(now)s where {_MINE} "  # noqa: S608
        "and p.ended_at is null and p.started_at is null",
        _params(tx),
    )
    return cursor.rowcount > 0


def wait_again(tx: Tx, since: datetime) -> bool:
    """A pause that began with the end of the call at `since`, which is open again, waits again."""
    cursor = tx.send(
        f"update pause p set started_at = null where {_MINE} "  # noqa: S608
        "and p.ended_at is null and p.started_at = %(since)s and p.asked_at < %(since)s",
        _params(tx, since=since),
    )
    return cursor.rowcount > 0


def seconds(tx: Tx, since: datetime) -> list[tuple[str, int]]:
    """(reason, seconds) of the actor's pauses between `since` and now, the longest first."""
    rows = tx.rows(
        tx.send(
            f"with p as (select p.reason, greatest(p.started_at, %(since)s) as a, "  # noqa: S608
            f"least(coalesce({ENDED}, %(now)s), %(now)s) as b from pause p where {_MINE} "
            "and p.started_at >= %(since)s::timestamptz - interval '1 day') "
            "select reason, sum(extract(epoch from b - a))::int from p where b > a "
            "group by reason order by 2 desc, 1",
            _params(tx, since=since),
        )
    )
    return [(row[0], row[1]) for row in rows]
