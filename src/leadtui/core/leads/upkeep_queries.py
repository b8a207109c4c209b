"""What keeps the queue quick: anchors after a rescore, and the sweeper that puts due rows back."""

from __future__ import annotations

from typing import Final

from leadtui.core.ctx import Tx

ANCHOR_EVERY: Final = 1_000
"""Places between two anchors."""

_LOCKS: Final = {"anchors": 0x616E6368, "sweep": 0x73776570}  # "anch", "swep"

REBUILD: Final = f"""
insert into rank_anchor (team_id, place, rank_key, lead_id)
select %(team)s, place, rank_key, lead_id from (
    select q.rank_key, q.lead_id, row_number() over (order by q.rank_key desc, q.lead_id) as place
    from lead_queue q where q.team_id = %(team)s and q.ready and q.owner_id is null
) ranked where place %% {ANCHOR_EVERY} = 0
"""  # noqa: S608


def rebuild_anchors(tx: Tx, team_id: int) -> int:
    """Where every thousandth place of a team's queue is, as of now; gives how many.

    After a rescore or an import: until then a jump to a place lands where it was before.
    """
    tx.send("select pg_advisory_xact_lock(%s, %s)", (_LOCKS["anchors"], team_id))
    tx.send("delete from rank_anchor where team_id = %s", (team_id,))
    return tx.send(REBUILD, {"team": team_id}).rowcount


# Lock order as everywhere: the queue's row first, then its open call. The version stays: a lease that ended
# and a rest that is over were seen by readers already, and who comes back late to an untouched lead may log.
_ENDED: Final = """
with ended as materialized (
    select q.lead_id, q.version from lead_queue q
    where q.lead_id = any(array(
            select o.lead_id from open_call o
            where o.live and o.lease_until <= %(now)s and (%(all)s or o.team_id = %(team)s)
            order by o.lease_until limit %(batch)s))
      and (%(all)s or q.team_id = %(team)s)
    for update skip locked
),
calls as (
    update open_call o set live = false, version = o.version + 1 from ended e
    where o.lead_id = e.lead_id and o.live and o.lease_until <= %(now)s and (%(all)s or o.team_id = %(team)s)
),
freed as (
    update lead_queue q set claimed_by = null, claimed_until = null from ended e
    where q.lead_id = e.lead_id and (%(all)s or q.team_id = %(team)s)
      and (q.claimed_until is null or q.claimed_until <= %(now)s)
)
select lead_id, version from ended
"""

_DUE: Final = """
update lead_queue q
set state = case when q.state = 4 and coalesce(q.hidden_until, '-infinity') <= %(now)s then 0
                 else q.state end,
    claimed_by = null, claimed_until = null
from (
    select d.lead_id from lead_queue d
    where not d.ready and d.available_at <= (select %(now)s::timestamptz) and d.available_at >= '-infinity'
      and d.available_at < 'infinity' and (%(all)s or d.team_id = %(team)s)
    order by d.available_at limit %(batch)s
    for update skip locked
) d
where q.lead_id = d.lead_id and (%(all)s or q.team_id = %(team)s)
"""


def sweep(tx: Tx, batch: int) -> tuple[list[tuple[int, int]], int] | None:
    """((lead id, version) of every lease that ended, how many due rows were put back); None: somebody sweeps.

    At most `batch` of each.
    """
    actor = tx.actor
    params = {"now": tx.now, "team": actor.team_id, "all": actor.sees_all, "batch": batch}
    scope = 0 if actor.sees_all else actor.team_id
    row = tx.row(tx.send("select pg_try_advisory_xact_lock(%s, %s)", (_LOCKS["sweep"], scope)))
    if row is None or not row[0]:
        return None
    ended = [(lead, version) for lead, version in tx.rows(tx.send(_ENDED, params))]
    return ended, tx.send(_DUE, params).rowcount
