"""The claim: one statement takes a lead, opens its call and keeps what served it.

The queue row is locked before its open call is written. Locked rows are skipped, so a claim never waits while
it holds one; only the last try waits (a bulk rescore holds the head of the ranking for a moment).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final
from uuid import UUID

import psycopg
from psycopg.pq import Format

from leadtui.core.calls import predicate as p
from leadtui.core.calls.dto import OpenCall
from leadtui.core.calls.queries import OPEN_COLUMNS, as_open_call, one
from leadtui.core.ctx import Tx

_CANDIDATES: Final = f"""
    candidates as materialized (
        select * from (
            (select q.lead_id, 0 as standing, q.callback_at as due, q.rank_key from lead_queue q
             where q.owner_id = %(me)s and q.callback_at <= %(now)s and q.team_id = %(team)s
               and {p.AVAILABLE} and {p.IN_WINDOW} and q.lead_id <> all ((select ids from returned)::bigint[])
             order by q.callback_at, q.lead_id limit LOOK)
            union all
            (select q.lead_id, 1, q.callback_at, q.rank_key from lead_queue q
             where {p.RELEASED} and q.team_id = %(team)s
               and {p.AVAILABLE} and {p.IN_WINDOW} and q.lead_id <> all ((select ids from returned)::bigint[])
             order by q.callback_at, q.lead_id limit LOOK)
            union all
            (select q.lead_id, 2, null, q.rank_key from lead_queue q
             where q.team_id = %(team)s and {p.READY} and {p.MINE_OR_POOL} and {p.IN_WINDOW}
               and q.lead_id <> all ((select ids from returned)::bigint[])
             order by q.rank_key desc, q.lead_id limit LOOK)
            union all
            (select q.lead_id, 2, null, q.rank_key from lead_queue q
             where q.team_id = %(team)s and {p.DUE} and {p.MINE_OR_POOL} and {p.IN_WINDOW}
               and q.lead_id <> all ((select ids from returned)::bigint[])
             order by q.rank_key desc, q.lead_id limit LOOK)
        ) every
        order by standing, due, rank_key desc, lead_id
    ),
"""  # noqa: S608

# of a view: what the list's planner found, and before them my due callbacks
_AMONG: Final = f"""
    candidates as materialized (
        select * from (
            (select q.lead_id, 0 as standing, q.callback_at as due, q.rank_key from lead_queue q
             where q.owner_id = %(me)s and q.callback_at <= %(now)s and q.team_id = %(team)s
               and {p.AVAILABLE} and {p.IN_WINDOW} and q.lead_id <> all ((select ids from returned)::bigint[])
             order by q.callback_at, q.lead_id limit LOOK)
            union all
            (select q.lead_id, 1, q.callback_at, q.rank_key from lead_queue q
             where {p.RELEASED} and q.team_id = %(team)s
               and {p.AVAILABLE} and {p.IN_WINDOW} and q.lead_id <> all ((select ids from returned)::bigint[])
             order by q.callback_at, q.lead_id limit LOOK)
            union all
            (select a.id, 2, null, q.rank_key from unnest(%(among)s::bigint[]) a (id)
             cross join lateral (select o.rank_key from lead_queue o where o.lead_id = a.id offset 0) q
             where a.id <> all ((select ids from returned)::bigint[]))
        ) every
        order by standing, due, rank_key desc, lead_id
    ),
"""  # noqa: S608

_CHOSEN: Final = """
    candidates as materialized (
        select %(lead)s::bigint as lead_id, 1 as standing, null::timestamptz as due, 0 as rank_key
    ),
"""

FEATURES: Final = """
    jsonb_strip_nulls(jsonb_build_object(
        'age', l.age, 'job', l.job, 'marital', l.marital, 'education', l.education, 'default', l.default_flag,
        'housing', l.housing, 'loan', l.loan, 'contact', l.contact, 'campaign', t.attempts + 1,
        'pdays', l.pdays, 'previous', l.previous, 'poutcome', l.poutcome,
        'balance', case when l.balance_currency is null or l.balance_currency = %(currency)s
                        then l.balance end))
"""
"""As `core.scores.snapshot.as_json`: only what is known."""

VERDICTS: Final = """
    jsonb_build_object(
        'consent', l.consent, 'zone', t.zone, 'zones_open', %(zones)s::smallint[],
        'window', %(window)s::boolean,
        'attempts', t.attempts, 'attempts_today', t.attempts_today, 'attempts_day', t.attempts_day,
        'state', t.state, 'owner', t.owner_id, 'callback_at', t.callback_at)
"""

_REASONS: Final = """
    (select coalesce(jsonb_agg(jsonb_build_array(slot >> 12, ((slot & 4095) - 2048) / 200.0)
                               order by place), '[]')
     from (select place, (i.why >> (16 * place)) & 65535 as slot from generate_series(0, 2) place) slots
     where slot <> 0)
"""
"""`scoring.reasons.unpack` as `[[group, delta], …]`."""


EXPIRED: Final = """
    update open_call set live = false, version = version + 1
    where id in (select id from open_call where live and lease_until <= %(now)s and team_id = %(team)s
                 order by lease_until limit 100 for update skip locked)
    returning 1
"""
"""Calls whose lease has ended hold nothing any more."""


def _claim_sql(candidates: str, again: str, lock: str) -> str:
    # `expired` is read by the insert, so that it runs before the unique indexes are asked. Numbers are looked
    # up one by one (`is null`, not an anti-join, which a plan made on an empty table does by reading it all).
    return f"""
with
mine as (select id from open_call where agent_id = %(me)s and team_id = %(team)s),
paused as (
    select p.started_at, p.reason from pause p
    where p.agent_id = %(me)s and p.team_id = %(team)s and p.ended_at is null and p.started_at is not null
      and session_left_at(p.session_id) is null
),
expired as ({EXPIRED}),
returned as (
    select array(select lead_id from give_back
                 where agent_id = %(me)s and team_id = %(team)s and at >= %(since)s) as ids
),
{candidates}
taken as (
    select q.lead_id, q.team_id, q.rank_key, q.model_id, q.run_id, q.why, q.version, q.attempts,
           q.attempts_today, q.attempts_day, q.zone, q.state, q.owner_id, q.callback_at, phone.e164 as phone
    from candidates c
    join lead_queue q on q.lead_id = c.lead_id and q.team_id = %(team)s
    cross join lateral (
        select n.e164 from lead_phone n
        where n.lead_id = q.lead_id and not n.bad
          and (select d.e164 from dnc_number d where d.team_id = %(team)s and d.e164 = n.e164) is null
        order by n.preferred desc, n.e164 limit 1
    ) phone
    where {again}
      and not exists (select from mine)
      and not exists (select from paused)
      and (select o.id from open_call o where o.team_id = %(team)s and o.phone = phone.e164
           and o.live and o.lease_until > %(now)s) is null
    order by c.standing, c.due, c.rank_key desc, c.lead_id
    limit 1
    for update of q {lock}
),
inserted as (
    insert into open_call as i (id, team_id, lead_id, agent_id, phone, opened_at, heartbeat_at, lease_until,
                                place, rank_key, model_id, propensity, features, verdicts, queue_version)
    select %(id)s, t.team_id, t.lead_id, %(me)s, t.phone, %(now)s, %(now)s, %(lease)s,
           %(place)s, t.rank_key, t.model_id, 1.0, {FEATURES}, {VERDICTS}, t.version + 1
    from taken t
    join lead l on l.id = t.lead_id
    cross join (select count(*) from expired) ended
    on conflict do nothing
    returning i.*
),
claimed as (
    update lead_queue q set claimed_by = %(me)s, claimed_until = %(lease)s, version = i.queue_version
    from inserted i where q.lead_id = i.lead_id
),
served as (
    insert into prediction (at, team_id, lead_id, model_id, run_id, cause, rank_key, features, reasons)
    select %(now)s, i.team_id, i.lead_id, i.model_id, i.run_id, 'served', i.rank_key, i.features, {_REASONS}
    from (select s.*, t.run_id, t.why from inserted s join taken t on t.lead_id = s.lead_id) i
    where i.model_id is not null and i.rank_key >= 0
)
select m.id, s.started_at, s.reason, (select count(*) from candidates), o.queue_version, {OPEN_COLUMNS}
from (select) one
left join mine m on true
left join paused s on true
left join (inserted o join lead l on l.id = o.lead_id) on true
"""  # noqa: S608


@lru_cache
def statement(by_hand: bool, k: int, wait: bool, among: bool = False) -> str:
    """The text of a claim. `k` is part of it: with a parameter as its limit, the prepared plan would be made
    anew each time, which takes as long as running it."""
    lock = "" if wait else "skip locked"
    if by_hand:
        return _claim_sql(_CHOSEN, p.ELIGIBLE_BY_HAND, lock)
    return _claim_sql((_AMONG if among else _CANDIDATES).replace("LOOK", str(k)), p.ELIGIBLE, lock)


@lru_cache
def _numbered(by_hand: bool, k: int, wait: bool, among: bool) -> tuple[str, tuple[str, ...]]:
    """`statement` as the server wants it, $1, $2 …, and the names of its parameters in that order."""
    names: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        return f"${names.setdefault(found[1], len(names) + 1)}"

    text = re.sub(r"%\((\w+)\)s", number, statement(by_hand, k, wait, among))
    return text.replace("%%", "%"), tuple(names)


@dataclass(frozen=True, slots=True)
class Claimed:
    """What the claim found."""

    mine: UUID | None
    """The call that the actor has open already; then nothing was taken."""
    paused: tuple[datetime, str] | None
    """Since when the actor takes no calls, and why; then nothing was taken either."""
    candidates: int
    """How many leads were looked at; with none taken, others hold them now."""
    queue_version: int | None
    call: OpenCall | None


def claim(
    tx: Tx,
    open_call_id: UUID,
    lead_id: int | None,
    *,
    zones: tuple[int, ...],
    window: bool,
    lease: datetime,
    since: datetime,
    k: int,
    wait: bool,
    among: list[int] | None = None,
) -> Claimed:
    """Take the best of `k` candidates of each kind, or `lead_id`, and open its call.

    `zones`: the open ones. `window`: whether calling hours are kept at all. `lease`: until when. `since`:
    what the actor gave back after this is not served again. `wait`: for rows that somebody locks, rather
    than skip them. `among`: the leads of a view, beside the actor's due callbacks.
    """
    params = {
        "id": open_call_id,
        "me": tx.actor.user_id,
        "team": tx.actor.team_id,
        "currency": tx.actor.currency,
        "now": tx.now,
        "zones": list(zones),
        "window": window,
        "lease": lease,
        "since": since,
        "place": 1 if lead_id is None else None,
    }
    if lead_id is not None:
        params["lead"] = lead_id
    elif among is not None:
        params["among"] = among
    text, names = _numbered(lead_id is not None, k, wait, among is not None)
    # psycopg reads a text of this length anew each time, a millisecond a claim
    cursor = psycopg.RawCursor(tx.pg)
    cursor.format = Format.BINARY
    row = one(tx, cursor.execute(text, [params[name] for name in names], prepare=True))
    mine, since, reason, candidates, version, *call = row
    opened = None if call[0] is None else as_open_call(tuple(call))
    return Claimed(mine, None if since is None else (since, reason), candidates, version, opened)
