"""The only SQL of the do-not-call list. What is given lies in a temporary table, one number or a million.

Lock order as everywhere: queue rows, several of them in the order of their ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from leadtui.core.ctx import Tx
from leadtui.core.dnc.dto import Entry

_LOCK: Final = 0x646E636C  # "dncl"


def try_alone(tx: Tx) -> bool:
    """One list at a time; whether this one may go on."""
    row = tx.row(tx.send("select pg_try_advisory_xact_lock(%s)", (_LOCK,)))
    return bool(row and row[0])


def patient(tx: Tx) -> None:
    """A long list waits for rows that an agent's call holds."""
    tx.pg.execute("set local lock_timeout = '60s'")


def teams(tx: Tx, code: str | None) -> list[int]:
    """The teams that `code` (None: all that the actor sees) stands for; empty where there is none."""
    rows = tx.send(
        "select id from team where (%(all)s or id = %(mine)s)"
        " and (%(code)s::text is null or code = lower(btrim(%(code)s))) order by id",
        {"all": tx.actor.sees_all, "mine": tx.actor.team_id, "code": code},
    )
    return [row[0] for row in tx.rows(rows)]


def give(tx: Tx, numbers: Iterable[str]) -> int:
    """Put E.164 numbers into `dnc_given`, each once; how many there are."""
    tx.pg.execute("drop table if exists pg_temp.dnc_given, pg_temp.dnc_hit, pg_temp.dnc_read")
    tx.pg.execute("create temp table dnc_read (e164 text not null) on commit drop")
    with tx.pg.cursor().copy("copy dnc_read from stdin") as copy:
        for number in numbers:
            copy.write_row((number,))
    # with a column of its own the planner knows how many different digits there are
    tx.pg.execute(
        "create temp table dnc_given on commit drop as"
        " select e164, substr(e164, 2) as digits from dnc_read group by e164"
    )
    tx.pg.execute("analyze dnc_given")
    row = tx.pg.execute("select count(*) from dnc_given").fetchone()
    return int(row[0]) if row else 0


def add_given(
    tx: Tx, team_ids: Sequence[int], reason: str | None, source: str | None, lead_id: int | None
) -> tuple[int, int]:
    """List `dnc_given` in these teams; gives (entries, different numbers among them) that are new."""
    # what a call has listed this minute may still be undone: from here on it is the list's
    tx.pg.execute(
        "update dnc_number d set reason = coalesce(%s, d.reason), source = %s, added_by = %s from dnc_given g"
        " where d.e164 = g.e164 and d.team_id = any(%s) and d.source is null and d.added_by <> %s"
        " and d.added_at > %s::timestamptz - interval '1 minute'",
        (reason, source, tx.actor.user_id, list(team_ids), tx.actor.user_id, tx.now),
    )
    row = tx.pg.execute(
        "with new as (insert into dnc_number (team_id, e164, reason, source, lead_id, added_by, added_at)"
        " select t.id, g.e164, %s, %s, %s, %s, %s from dnc_given g cross join unnest(%s::int[]) t(id)"
        " on conflict do nothing returning e164)"
        " select count(*), count(distinct e164) from new",
        (reason, source, lead_id, tx.actor.user_id, tx.now, list(team_ids)),
    ).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


_HIT: Final = """
create temp table dnc_hit on commit drop as
select q.lead_id from lead_queue q
where q.team_id = any(%(teams)s) and q.lead_id in (
    select n.lead_id from lead_phone n join dnc_given g on g.digits = n.digits
    where n.team_id = any(%(teams)s) and not n.bad)
"""

_BLOCK: Final = """
update lead_queue q set dnc = true, callback_at = null, version = q.version + 1
from (select lead_id from lead_queue where lead_id in (select lead_id from dnc_hit) and not dnc
      order by lead_id for update) x
where q.lead_id = x.lead_id
returning q.lead_id, q.version
"""


def hit(tx: Tx, team_ids: Sequence[int]) -> None:
    """Make `dnc_hit`: leads of these teams that `dnc_given` reaches. A number that was found to be somebody
    else's is not theirs."""
    tx.pg.execute(_HIT, {"teams": list(team_ids)})
    tx.pg.execute("analyze dnc_hit")


def block(tx: Tx) -> list[tuple[int, int]]:
    """(lead, version) of `dnc_hit` who leave the queues now."""
    return [(lead, version) for lead, version in tx.pg.execute(_BLOCK).fetchall()]


def cancel_tasks(tx: Tx, lead_ids: Sequence[int]) -> list[int]:
    """Cancel the open tasks of leads that nobody may call any more; gives their owners."""
    rows = tx.pg.execute(
        "update task set state = 2, done_at = %s, version = version + 1"
        " where lead_id = any(%s) and state = 0 and (%s or team_id = %s) returning owner_id",
        (tx.now, list(lead_ids), tx.actor.sees_all, tx.actor.team_id),
    ).fetchall()
    return sorted({row[0] for row in rows if row[0] is not None})


def on_the_phone(tx: Tx, lead_ids: Sequence[int]) -> list[int]:
    """Those of these leads whom somebody is calling."""
    rows = tx.pg.execute(
        "select lead_id from open_call where live and direction = 0 and lead_id = any(%s) order by 1",
        (list(lead_ids),),
    ).fetchall()
    return [row[0] for row in rows]


# people -------------------------------------------------------------------------------------------------


def person(tx: Tx, lead_id: int) -> tuple[bool, list[str]] | None:
    """(whether they said "do not call", their numbers) of a lead in scope; its queue row is locked."""
    row = tx.pg.execute(
        "select l.do_not_call, array(select e164 from lead_phone n where n.lead_id = l.id and not n.bad)"
        " from lead_queue q join lead l on l.id = q.lead_id"
        " where q.lead_id = %s and (%s or q.team_id = %s) and l.deleted_at is null for update of q",
        (lead_id, tx.actor.sees_all, tx.actor.team_id),
    ).fetchone()
    return None if row is None else (row[0], row[1])


def mark_person(tx: Tx, lead_id: int, *, blocked: bool) -> None:
    """The lead's own word."""
    tx.pg.execute(
        "update lead set do_not_call = %s, updated_at = %s, version = version + 1"
        " where id = %s and do_not_call <> %s",
        (blocked, tx.now, lead_id, blocked),
    )


def block_person(tx: Tx, lead_id: int) -> list[tuple[int, int]]:
    """The lead leaves the queues for good; (lead, version) where that is new."""
    rows = tx.pg.execute(
        "update lead_queue set dnc = true, state = 5, callback_at = null, version = version + 1"
        " where lead_id = %s and not (dnc and state = 5) returning lead_id, version",
        (lead_id,),
    ).fetchall()
    return [(lead, version) for lead, version in rows]


def person_entries(tx: Tx, lead_id: int, numbers: Sequence[str]) -> list[str]:
    """Numbers of a person that are listed because of them, and of nobody else who said so."""
    rows = tx.pg.execute(
        "select distinct d.e164 from dnc_number d where d.e164 = any(%(numbers)s)"
        " and (d.lead_id = %(lead)s or (d.lead_id is null and d.source is null"
        " and d.reason in ('asked', 'import')))"
        " and not exists (select from lead_phone n join lead l on l.id = n.lead_id"
        " where n.digits = substr(d.e164, 2) and not n.bad and l.do_not_call and l.id <> %(lead)s)",
        {"numbers": list(numbers), "lead": lead_id},
    ).fetchall()
    return sorted(row[0] for row in rows)


def note_person(tx: Tx, lead_id: int, reason: str) -> None:
    """Keep that a person's own word was lifted, and why."""
    tx.pg.execute(
        "insert into dnc_removed (team_id, lead_id, reason, removed_by, removed_at)"
        " select team_id, id, %s, %s, %s from lead where id = %s",
        (reason, tx.actor.user_id, tx.now, lead_id),
    )


# removing -----------------------------------------------------------------------------------------------


def remove_given(tx: Tx, team_ids: Sequence[int], reason: str, lead_id: int | None) -> int:
    """Take `dnc_given` off the lists of these teams, keeping what stood there; how many entries."""
    row = tx.pg.execute(
        "with gone as (delete from dnc_number d using dnc_given g"
        " where d.e164 = g.e164 and d.team_id = any(%s) returning d.*),"
        " kept as (insert into dnc_removed (team_id, e164, lead_id, reason, removed_by, removed_at,"
        " was_reason, was_source, added_by, added_at)"
        " select team_id, e164, coalesce(lead_id, %s), %s, %s, %s, reason, source, added_by, added_at"
        " from gone)"
        " select count(*) from gone",
        (list(team_ids), lead_id, reason, tx.actor.user_id, tx.now),
    ).fetchone()
    return int(row[0]) if row else 0


_STILL: Final = """
(l.do_not_call or exists (
    select from lead_phone n join dnc_number d on d.team_id = n.team_id and d.e164 = n.e164
    where n.lead_id = q.lead_id and not n.bad))
"""

_LIFT: Final = f"""
update lead_queue q set dnc = false, version = q.version + 1,
    state = case when q.state = 5 then 0 else q.state end
from (select q.lead_id from lead_queue q join lead l on l.id = q.lead_id
      where q.lead_id in (select lead_id from dnc_hit) and q.dnc and not {_STILL}
      order by q.lead_id for update of q) x
where q.lead_id = x.lead_id
returning q.lead_id, q.version
"""  # noqa: S608


def hit_also(tx: Tx, lead_id: int) -> None:
    """`dnc_hit` has this lead too."""
    tx.pg.execute(
        "insert into dnc_hit select %s where not exists (select from dnc_hit where lead_id = %s)",
        (lead_id, lead_id),
    )


def lift(tx: Tx) -> tuple[list[tuple[int, int]], int]:
    """((lead, version) of `dnc_hit` whom nothing blocks any more, how many are still blocked)."""
    freed = [(lead, version) for lead, version in tx.pg.execute(_LIFT).fetchall()]
    row = tx.pg.execute(
        "select count(*) from lead_queue where dnc and lead_id in (select lead_id from dnc_hit)"
    ).fetchone()
    return freed, int(row[0]) if row else 0


def listed_of(tx: Tx, lead_id: int) -> tuple[str, ...]:
    """Numbers of a lead that their team's list has."""
    rows = tx.pg.execute(
        "select n.e164 from lead_phone n join dnc_number d on d.team_id = n.team_id and d.e164 = n.e164"
        " where n.lead_id = %s and not n.bad order by 1",
        (lead_id,),
    ).fetchall()
    return tuple(row[0] for row in rows)


# reading ------------------------------------------------------------------------------------------------

_LIST: Final = """
select d.e164, t.code, d.reason, d.source, d.lead_id, p.name, d.added_at
from dnc_number d join team t on t.id = d.team_id left join people() p on p.user_id = d.added_by
where (%(all)s or d.team_id = %(mine)s)
  and (%(prefix)s::text is null or starts_with(d.e164, '+' || %(prefix)s))
order by d.added_at desc, d.e164, t.code limit %(limit)s
"""


def entries(tx: Tx, prefix: str | None, limit: int) -> tuple[Entry, ...]:
    """The list, newest first; numbers whose digits begin with `prefix`."""
    params: dict[str, Any] = {
        "all": tx.actor.sees_all,
        "mine": tx.actor.team_id,
        "prefix": prefix,
        "limit": limit,
    }
    return tuple(Entry(*row) for row in tx.rows(tx.send(_LIST, params)))


def total(tx: Tx) -> int:
    """How many entries there are in the actor's scope."""
    row = tx.row(
        tx.send(
            "select count(*) from dnc_number where %s or team_id = %s",
            (tx.actor.sees_all, tx.actor.team_id),
        )
    )
    return int(row[0]) if row else 0
