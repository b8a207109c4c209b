"""The sweep of tasks: what nobody will do goes back to the team, what nobody may do is cancelled."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from leadtui.core.ctx import Tx
from leadtui.core.tasks.queries import params

# The lead's row is locked before its task; a row that somebody holds is left for the next sweep. A lead that
# is on the line with somebody keeps its owner until then.
_RELEASE: Final = """
with due as materialized (
    select * from tasks_left(%(now)s, %(due)s, %(seen)s, %(batch)s)
),
held as materialized (
    select q.lead_id from lead_queue q
    where q.lead_id in (select lead_id from due) and (%(all)s or q.team_id = %(team)s)
      and (q.claimed_until is null or q.claimed_until <= %(now)s)
    order by q.lead_id for update skip locked
),
freed as (
    update task t set owner_id = null, released_from = t.owner_id, released_at = %(now)s, rung_for = null,
        early_for = null, version = t.version + 1
    from due d join held h on h.lead_id = d.lead_id
    where t.id = d.task_id and t.state = 0 and t.owner_id = d.owner_id
    returning t.id, t.lead_id, t.kind, t.due_at, d.owner_id as was
),
leads as (
    update lead_queue q set owner_id = null, version = q.version + 1
    from freed f
    where f.kind = 1 and q.lead_id = f.lead_id and q.owner_id = f.was and q.callback_at is not null
    returning q.lead_id, q.version
)
select f.id, f.lead_id, f.was, f.due_at, f.kind, l.version
from freed f left join leads l on l.lead_id = f.lead_id
"""

# Whoever said "do not call" cancelled their tasks at once; this catches what came by another way (an import,
# a blocked number).
_CANCEL: Final = """
with gone as materialized (
    select t.id, t.lead_id from task t join lead_queue q on q.lead_id = t.lead_id
    where t.state = 0 and t.kind = 1 and t.due_at <= %(now)s and (%(all)s or t.team_id = %(team)s)
      and (q.dnc or q.state in (3, 5, 6))
    order by t.due_at limit %(batch)s
),
held as materialized (
    select q.lead_id from lead_queue q where q.lead_id in (select lead_id from gone)
      and (%(all)s or q.team_id = %(team)s)
    order by q.lead_id for update skip locked
),
done as (
    update task t set state = 2, done_at = %(now)s, version = t.version + 1
    from gone g join held h on h.lead_id = g.lead_id where t.id = g.id and t.state = 0
    returning t.id, t.lead_id, t.owner_id
),
leads as (
    update lead_queue q set callback_at = null, version = q.version + 1 from done d
    where q.lead_id = d.lead_id and q.callback_at is not null
)
select id, lead_id, owner_id from done
"""


def release(tx: Tx, absent: timedelta, batch: int) -> list[tuple[int, ...]]:
    """Give back what was due `absent` ago and whose owner is not at work, and what a disabled user has due.

    (task id, lead id, whose it was, due_at, kind, the lead's version or None) of each.
    """
    since = tx.now - absent
    return tx.rows(tx.send(_RELEASE, params(tx, now=tx.now, due=since, seen=since, batch=batch)))


def cancel(tx: Tx, batch: int) -> list[tuple[int, ...]]:
    """Cancel due callbacks of leads that nobody may call for good: (task id, lead id, owner) of each."""
    return tx.rows(tx.send(_CANCEL, params(tx, now=tx.now, batch=batch)))
