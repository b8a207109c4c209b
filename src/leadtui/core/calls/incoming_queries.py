"""A customer calls: their lead taken and its call opened in one statement, without asking the queue."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from leadtui.core.calls.claim_queries import EXPIRED, FEATURES, VERDICTS
from leadtui.core.calls.dto import OpenCall
from leadtui.core.calls.queries import OPEN_COLUMNS, as_open_call
from leadtui.core.ctx import Tx

_NUMBER: Final = """
    (select n.e164 from lead_phone n
     where n.lead_id = q.lead_id and not n.bad
       and (select o.id from open_call o where o.team_id = %(team)s and o.phone = n.e164
            and o.live and o.lease_until > %(now)s) is null
     order by n.preferred desc, n.e164 limit 1)
"""
"""The number that they most likely call from; none that a colleague is talking on."""

# as a claim: the queue's row is locked first, ended leases are read by the insert
_TAKE: Final = f"""
with
expired as ({EXPIRED}),
taken as (
    select q.lead_id, q.team_id, q.rank_key, q.model_id, q.version, q.attempts, q.attempts_today,
           q.attempts_day, q.zone, q.state, q.owner_id, q.callback_at,
           case when %(number)s::boolean then {_NUMBER} end as phone
    from lead_queue q
    where q.lead_id = %(lead)s and q.team_id = %(team)s
      and (q.claimed_by is null or q.claimed_by = %(me)s or q.claimed_until <= %(now)s)
      and not exists (select from open_call where agent_id = %(me)s and team_id = %(team)s)
    for update of q
),
inserted as (
    insert into open_call as i (id, team_id, lead_id, agent_id, phone, direction, opened_at, heartbeat_at,
                                lease_until, answered_at, rank_key, model_id, features, verdicts,
                                queue_version)
    select %(id)s, t.team_id, t.lead_id, %(me)s, t.phone, 1, %(now)s, %(now)s, %(lease)s, %(now)s,
           t.rank_key, t.model_id, {FEATURES}, {VERDICTS}, t.version + 1
    from taken t
    join lead l on l.id = t.lead_id and l.deleted_at is null
    cross join (select count(*) from expired) ended
    on conflict do nothing
    returning i.*
),
claimed as (
    update lead_queue q set claimed_by = %(me)s, claimed_until = %(lease)s, version = i.queue_version
    from inserted i where q.lead_id = i.lead_id
)
select o.queue_version, {OPEN_COLUMNS} from inserted o join lead l on l.id = o.lead_id
"""  # noqa: S608


def take(
    tx: Tx, open_call_id: UUID, lead_id: int, lease: datetime, *, number: bool
) -> tuple[int, OpenCall] | None:
    """(the lead's version, the call), or None: the actor has a call, somebody else has the lead, or its
    number was taken this very moment. Without `number` the call holds none."""
    row = tx.row(
        tx.send(
            _TAKE,
            {
                "id": open_call_id,
                "lead": lead_id,
                "me": tx.actor.user_id,
                "team": tx.actor.team_id,
                "currency": tx.actor.currency,
                "now": tx.now,
                "lease": lease,
                "number": number,
                # the verdicts that are kept say nothing of hours: nobody asked for them
                "zones": [],
                "window": False,
            },
        )
    )
    return None if row is None else (row[0], as_open_call(row[1:]))
