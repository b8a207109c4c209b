"""The only SQL of calls; psycopg throughout, prepared.

Lock order, everywhere: the lead's queue row first, then its open call.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import errors as pg_errors

from leadtui.core.calls.dto import OpenCall, Product
from leadtui.core.calls.eligibility import Standing
from leadtui.core.ctx import Tx
from leadtui.core.leads.dto import LeadState, Zone


def one(tx: Tx, cursor: psycopg.Cursor[tuple[Any, ...]]) -> tuple[Any, ...]:
    """The row of a statement that always answers with one."""
    row = tx.row(cursor)
    if row is None:
        raise LookupError("a statement that always answers gave no row")
    return row


# what is open ---------------------------------------------------------------------------------------------

OPEN_COLUMNS: Final = """
    o.id, o.lead_id, coalesce(o.phone, ''), o.opened_at, o.dialled_at, o.answered_at, o.lease_until, o.live,
    o.place, o.rank_key, l.synthetic, o.direction, o.ended_at
"""


def as_open_call(row: tuple[Any, ...]) -> OpenCall:
    """`OPEN_COLUMNS` as a value."""
    *first, rank_key, synthetic, direction, ended_at = row
    probability = None if rank_key < 0 else rank_key / 1_000_000
    values: list[Any] = [*first, probability, synthetic, direction, ended_at]
    return OpenCall(*values)


def my_open_call(tx: Tx) -> tuple[UUID, int] | None:
    """(id, lead id) of the actor's open call."""
    row = tx.row(
        tx.send(
            "select id, lead_id from open_call where agent_id = %s and team_id = %s",
            (tx.actor.user_id, tx.actor.team_id),
        )
    )
    return None if row is None else (row[0], row[1])


def open_call(tx: Tx, open_call_id: UUID) -> OpenCall | None:
    """One open call of the actor."""
    row = tx.row(
        tx.send(
            f"select {OPEN_COLUMNS} from open_call o join lead l on l.id = o.lead_id "  # noqa: S608
            "where o.id = %s and o.agent_id = %s and o.team_id = %s",
            (open_call_id, tx.actor.user_id, tx.actor.team_id),
        )
    )
    return None if row is None else as_open_call(row)


# the lease -------------------------------------------------------------------------------------------------

_LOCK_LEAD: Final = """
    select q.state, q.owner_id, q.claimed_by, q.claimed_until, q.hidden_until, q.callback_at, q.consent_ok,
           q.dnc, q.phone_ok, q.capped, q.attempts, q.attempts_today, q.attempts_day, q.rejections, q.zone,
           q.version, q.attempts_forgiven
    from lead_queue q where q.team_id = %s
      and q.lead_id = (select lead_id from open_call where id = %s and agent_id = %s)
    for update
"""

_STANDING: Final = _LOCK_LEAD.split(" from lead_queue")[0].rstrip() + (
    " from lead_queue q where q.team_id = %s and q.lead_id = %s"
)

_RENEW: Final = f"""
with locked as (
    select lead_id from lead_queue where team_id = %(team)s
      and lead_id = (select lead_id from open_call where id = %(id)s and agent_id = %(me)s)
    for update
),
o as (
    update open_call set heartbeat_at = %(now)s, lease_until = %(lease)s, version = open_call.version + 1
    from locked where open_call.id = %(id)s and open_call.lead_id = locked.lead_id and open_call.live
    returning open_call.*
),
held as (
    update lead_queue q set claimed_by = %(me)s, claimed_until = %(lease)s from o where q.lead_id = o.lead_id
)
select {OPEN_COLUMNS} from o join lead l on l.id = o.lead_id
"""  # noqa: S608

_REVIVE: Final = """
    update open_call o set live = true, version = o.version + 1
    from lead_queue q
    where o.id = %(id)s and o.agent_id = %(me)s and not o.live
      and q.lead_id = o.lead_id and q.team_id = %(team)s and q.version = o.queue_version
      and not exists (select from open_call other where other.live and other.team_id = o.team_id
                      and (other.phone = o.phone or other.lead_id = o.lead_id))
"""


def _standing(row: tuple[Any, ...]) -> Standing:
    state, *between, zone, version, forgiven = row
    values: list[Any] = [LeadState(state), *between, None if zone is None else Zone(zone), version, forgiven]
    return Standing(*values)


_STANDING_OF_CALL: Final = _LOCK_LEAD.rsplit("for update", 1)[0]


def standing(tx: Tx, lead_id: int) -> Standing | None:
    """Where a lead of the actor's team stands."""
    row = tx.row(tx.send(_STANDING, (tx.actor.team_id, lead_id)))
    return None if row is None else _standing(row)


def _send_renew(tx: Tx, open_call_id: UUID, lease: datetime) -> psycopg.Cursor[tuple[Any, ...]]:
    params = {
        "id": open_call_id,
        "me": tx.actor.user_id,
        "team": tx.actor.team_id,
        "now": tx.now,
        "lease": lease,
    }
    return tx.send(_RENEW, params)


def renew(tx: Tx, open_call_id: UUID, lease: datetime) -> OpenCall | None:
    """Extend a lease that still holds; None where it does not."""
    row = tx.row(_send_renew(tx, open_call_id, lease))
    return None if row is None else as_open_call(row)


def revive(tx: Tx, open_call_id: UUID) -> None:
    """Let a call hold lead and phone again, where nothing happened to either since its lease ended."""
    try:
        with tx.pg.transaction():
            tx.send(_REVIVE, {"id": open_call_id, "me": tx.actor.user_id, "team": tx.actor.team_id})
    except pg_errors.UniqueViolation:
        # somebody took the same number this very moment
        return


class Mark(enum.StrEnum):
    """What happened on the line; the first time of each counts."""

    DIALLED = "dialled_at = coalesce(dialled_at, %(now)s)"
    ANSWERED = "dialled_at = coalesce(dialled_at, %(now)s), answered_at = coalesce(answered_at, %(now)s)"
    ENDED = "ended_at = coalesce(ended_at, %(now)s)"


_MARK: Final = {
    what: f"with o as (update open_call set {what.value}, version = version + 1 "  # noqa: S608
    "where id = %(id)s and agent_id = %(me)s and team_id = %(team)s {where} "
    f"returning *) select {OPEN_COLUMNS} from o join lead l on l.id = o.lead_id"
    for what in Mark
}


def _send_mark(tx: Tx, open_call_id: UUID, what: Mark, where: str = "") -> psycopg.Cursor[tuple[Any, ...]]:
    params = {"id": open_call_id, "me": tx.actor.user_id, "team": tx.actor.team_id, "now": tx.now}
    return tx.send(_MARK[what].format(where=where), params)


def mark(tx: Tx, open_call_id: UUID, what: Mark) -> OpenCall:
    """Record that it was dialled, answered (and so dialled) or hung up."""
    return as_open_call(one(tx, _send_mark(tx, open_call_id, what)))


_LIVE: Final = {
    Mark.DIALLED: "and live and direction = 0",
    Mark.ANSWERED: "and live and direction = 0",
    Mark.ENDED: "and live and coalesce(dialled_at, answered_at) is not null",
}


def beat_and_mark(
    tx: Tx, open_call_id: UUID, lease: datetime, what: Mark
) -> tuple[OpenCall | None, Standing | None, OpenCall | None]:
    """In one round trip: the call with its lease extended, as `renew`, before the mark; where its lead
    stands; and the call marked, None where the lease is over or there is nothing to mark."""
    with tx.pg.pipeline():
        renewed = _send_renew(tx, open_call_id, lease)
        stands = tx.send(_STANDING_OF_CALL, (tx.actor.team_id, open_call_id, tx.actor.user_id))
        marked = _send_mark(tx, open_call_id, what, _LIVE[what])
    call, lead, after = tx.row(renewed), tx.row(stands), tx.row(marked)
    return (
        None if call is None else as_open_call(call),
        None if lead is None else _standing(lead),
        None if after is None else as_open_call(after),
    )


# finishing -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Finishing:
    """The open call that is being finished, its lead's row locked."""

    lead_id: int
    phone: str | None
    live: bool
    dialled_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    queue_version: int
    rank_key: int
    direction: int
    tries: int
    """Unanswered tries of the lead's open callback."""
    other_number: str | None
    """Another number of the lead that works."""
    standing: Standing


_FINISHING: Final = """
    select o.lead_id, o.phone, o.live, o.dialled_at, o.answered_at, o.ended_at, o.queue_version, o.rank_key,
           o.direction,
           coalesce((select t.tries from task t
                     where t.lead_id = o.lead_id and t.kind = 1 and t.state = 0), 0),
           (select n.e164 from lead_phone n
            where n.lead_id = o.lead_id and not n.bad and n.e164 is distinct from o.phone
              and not exists (select from dnc_number d where d.team_id = o.team_id and d.e164 = n.e164)
            order by n.preferred desc, n.e164 limit 1)
    from open_call o where o.id = %s and o.agent_id = %s and o.team_id = %s
"""


def finishing(tx: Tx, open_call_id: UUID) -> Finishing | None:
    """Lock the lead of one of the actor's open calls, then look at the call; None where there is none."""
    me, team = tx.actor.user_id, tx.actor.team_id
    with tx.pg.pipeline():
        # two statements: what the second one sees is younger than the lock
        locked = tx.send(_LOCK_LEAD, (team, open_call_id, me))
        found = tx.send(_FINISHING, (open_call_id, me, team))
        lead_row, row = tx.row(locked), tx.row(found)
    if lead_row is None or row is None:
        return None
    values: list[Any] = [*row, _standing(lead_row)]
    return Finishing(*values)


@dataclass(frozen=True, slots=True)
class Overtaker:
    """What happened to a lead while its call's lease had ended."""

    by: int | None
    by_name: str | None
    at: datetime | None


_OVERTAKER: Final = """
    select e.who, (select p.name from people() p where p.user_id = e.who), e.at from (
        (select o.agent_id as who, o.opened_at as at from open_call o
         where o.lead_id = %(lead)s and o.team_id = %(team)s and o.live and o.agent_id <> %(me)s limit 1)
        union all
        (select c.agent_id, c.at from call_effective c where c.lead_id = %(lead)s and c.team_id = %(team)s
         order by c.at desc limit 1)
    ) e limit 1
"""


def overtaker(tx: Tx, lead_id: int) -> Overtaker:
    """Who holds a lead now, or called it last."""
    params = {"lead": lead_id, "team": tx.actor.team_id, "me": tx.actor.user_id}
    row = tx.row(tx.send(_OVERTAKER, params))
    return Overtaker(None, None, None) if row is None else Overtaker(*row)


def person(tx: Tx, user_id: int | None) -> str | None:
    """A colleague's name."""
    if user_id is None:
        return None
    row = tx.row(tx.send("select name from people() where user_id = %s", (user_id,)))
    return None if row is None else row[0]


def product_sold(tx: Tx, product_id: int) -> bool:
    """Whether the team sells it."""
    return any(product.id == product_id for product in products(tx))


def products(tx: Tx) -> list[Product]:
    """What the team sells."""
    rows = tx.rows(
        tx.send(
            "select id, code, name_id, name_en from product "
            "where active and (team_id is null or team_id = %s) order by id",
            (tx.actor.team_id,),
        )
    )
    return [Product(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the consequences of a call depend on."""

    standing: Standing
    tries: int
    other_number: bool
    """The lead has more than one number that works."""


def outlook(tx: Tx, lead_id: int) -> Outlook | None:
    """A lead of the actor's team, before a call."""
    found = standing(tx, lead_id)
    if found is None:
        return None
    tries, others = one(
        tx,
        tx.send(
            "select coalesce((select t.tries from task t "
            "where t.lead_id = %(lead)s and t.team_id = %(team)s and t.kind = 1 and t.state = 0), 0), "
            "(select count(*) from lead_phone n where n.lead_id = %(lead)s and n.team_id = %(team)s "
            "and not n.bad and not exists (select from dnc_number d "
            "where d.team_id = n.team_id and d.e164 = n.e164)) > 1",
            {"lead": lead_id, "team": tx.actor.team_id},
        ),
    )
    return Outlook(found, tries, others)
