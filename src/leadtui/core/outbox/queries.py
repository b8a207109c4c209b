"""The only SQL of the outbox, and of the job queue as far as mail is concerned."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, Final

from psycopg.types.json import Jsonb

from leadtui.core.ctx import Tx
from leadtui.core.outbox.dto import Backlog, Mail

# `people()` holds the scope: nobody outside the actor's team is written to
_QUEUE: Final = """
with made as (
    insert into outbox (team_id, kind, to_user, params, key, created_by, created_at, after)
    select p.team_id, %(kind)s, p.user_id, %(params)s, %(key)s, %(actor)s, %(now)s, %(after)s
    from people() p where p.user_id = %(user)s and not p.disabled
    on conflict (to_user, kind, key) where key is not null do nothing
    returning id
)
select id, outbox_defer(id, %(after)s) from made
"""

_SETTLE: Final = """
update outbox set state = %(state)s, last_code = %(code)s, after = coalesce(%(again)s, after),
    settled_at = case when %(state)s = 'queued' then null else %(now)s::timestamptz end
where id = %(id)s and state = 'sending' returning id
"""

# A job of a worker that gave no sign of life for a minute: nobody works on it any more. Nor on one that began
# an hour ago: the connection was lost when its end should have been written down.
_DEAD_JOBS: Final = """
delete from procrastinate_jobs j
where j.status = 'doing' and not (
    exists (select from procrastinate_workers w
            where w.id = j.worker_id and w.last_heartbeat > now() - interval '60 seconds')
    and exists (select from procrastinate_events e
                where e.job_id = j.id and e.type = 'started' and e.at > now() - interval '1 hour'))
"""

_ORPHANS: Final = """
with orphans as (
    update outbox o set state = 'queued'
    where o.state in ('queued', 'sending') and not exists (
        select from procrastinate_jobs j
        where j.task_name = 'mail.send' and (j.args ->> 'outbox_id')::bigint = o.id
          and j.status in ('todo', 'doing'))
    returning o.id, o.after
)
select id, outbox_defer(id, after) from orphans
"""

_LIST: Final = """
select o.id, o.kind, o.state, o.to_user, p.name, o.created_at, o.after, o.tries, o.last_code, o.settled_at
from outbox o join people() p on p.user_id = o.to_user
where (%(all)s or o.team_id = %(team)s) and (%(state)s::text is null or o.state = %(state)s)
order by o.id desc limit %(limit)s
"""

_RETRY: Final = """
with again as (
    update outbox o set state = 'queued', after = %(now)s, tries = 0, settled_at = null
    where (%(all)s or o.team_id = %(team)s)
      and case when %(id)s::bigint is null then o.state = 'failed'
               else o.id = %(id)s and o.state in ('failed', 'queued') end
    returning o.id
)
select id, outbox_defer(id, %(now)s) from again
"""

_BACKLOG: Final = """
select count(*) filter (where state in ('queued', 'sending') and after <= %(now)s),
       min(after) filter (where state in ('queued', 'sending') and after <= %(now)s),
       count(*) filter (where state = 'failed' and settled_at > %(now)s::timestamptz - interval '7 days'),
       (select count(*) from procrastinate_workers where last_heartbeat > now() - interval '60 seconds')
from outbox where %(all)s or team_id = %(team)s
"""


def _scope(tx: Tx) -> dict[str, Any]:
    return {"all": tx.actor.sees_all, "team": tx.actor.team_id, "now": tx.now}


def queue(
    tx: Tx, kind: str, user_id: int, params: dict[str, Any], after: datetime, key: str | None
) -> int | None:
    """The new row's id, its job deferred; None for a key that stands there, or a receiver who is not."""
    row = tx.row(
        tx.send(
            _QUEUE,
            {
                "kind": kind,
                "user": user_id,
                "params": Jsonb(params),
                "key": key,
                "actor": tx.actor.user_id,
                "now": tx.now,
                "after": after,
            },
        )
    )
    return None if row is None else int(row[0])


def take(tx: Tx, outbox_id: int) -> tuple[Any, ...] | None:
    """`outbox_take`: the row of a mail that is due, now ours to send."""
    return tx.row(tx.send("select * from outbox_take(%s, %s)", (outbox_id, tx.now)))


def settle(tx: Tx, outbox_id: int, state: str, code: str | None, again: datetime | None) -> bool:
    """Write down how it ended, and defer the next try; False where it was not being sent."""
    found = tx.row(
        tx.send(_SETTLE, {"id": outbox_id, "state": state, "code": code, "again": again, "now": tx.now})
    )
    if found is not None and again is not None:
        tx.send("select outbox_defer(%s, %s)", (outbox_id, again))
    return found is not None


def due_today(tx: Tx, user_id: int, until: datetime) -> tuple[int, datetime | None, int]:
    """(open tasks due before `until`, when the first after now is due, how many are overdue) of a user."""
    row = tx.row(
        tx.send(
            "select count(*), min(due_at) filter (where due_at >= %(now)s),"
            " count(*) filter (where due_at < %(now)s)"
            " from task where owner_id = %(user)s and state = 0 and due_at < %(until)s",
            {"user": user_id, "until": until, "now": tx.now},
        )
    )
    return (0, None, 0) if row is None else (row[0], row[1], row[2])


def mornings(tx: Tx, begin: time, end: time) -> list[tuple[int, Any]]:
    """(user, their day) of everybody whose digest is to leave now."""
    found = tx.rows(tx.send("select user_id, day from outbox_mornings(%s, %s, %s)", (tx.now, begin, end)))
    return [(user, day) for user, day in found]


def recover(tx: Tx) -> int:
    """Put back what a worker left behind that is no more; how many mails got a job again."""
    # one at a time: two would defer the same mail twice
    row = tx.row(tx.send("select pg_try_advisory_xact_lock(%s)", (0x6D61696C,)))  # "mail"
    if row is None or not row[0]:
        return 0
    tx.send(_DEAD_JOBS)
    return len(tx.rows(tx.send(_ORPHANS)))


def forget(tx: Tx, days: int) -> int:
    """Delete what was settled long ago; how many."""
    return tx.send(
        "delete from outbox where settled_at < %s::timestamptz - make_interval(days => %s)", (tx.now, days)
    ).rowcount


def listing(tx: Tx, state: str | None, limit: int) -> list[Mail]:
    """The newest first."""
    rows = tx.rows(tx.send(_LIST, {**_scope(tx), "state": state, "limit": limit}))
    return [Mail(*row) for row in rows]


def retry(tx: Tx, outbox_id: int | None) -> int:
    """Send one again, or (None) all that failed; how many."""
    return len(tx.rows(tx.send(_RETRY, {**_scope(tx), "id": outbox_id})))


def backlog(tx: Tx) -> Backlog:
    """Counts."""
    row = tx.row(tx.send(_BACKLOG, _scope(tx)))
    return Backlog(0, None, 0, 0) if row is None else Backlog(*row)
