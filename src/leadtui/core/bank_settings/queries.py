"""The only SQL of settings."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from leadtui.core.bank_settings.rules import Value
from leadtui.core.ctx import Tx
from leadtui.core.leads.dto import Zone
from leadtui.core.policy import DayOff


@dataclass(frozen=True, slots=True)
class Stored:
    """One row of `setting`."""

    team_id: int | None
    key: str
    value: Any
    """As JSON holds it."""
    version: int
    updated_at: datetime | None
    """None: never changed."""
    by: str | None


# What the migrations put there was changed by nobody.
_STORED: Final = """
select s.team_id, s.key, s.value, s.version,
       case when s.version > 1 or s.updated_by is not null then s.updated_at end, p.name
from setting s left join people() p on p.user_id = s.updated_by
where %(all)s or s.team_id is null or s.team_id = %(team)s
"""


def stored(tx: Tx) -> list[Stored]:
    """Every row that the actor may see: the bank's, and those of their team or of all."""
    params = {"all": tx.actor.sees_all, "team": tx.actor.team_id}
    return [Stored(*row) for row in tx.rows(tx.send(_STORED, params))]


# What holds for the actor's team, and the days off around now: one round trip, in hot services too.
_HOLDS: Final = """
select * from (select distinct on (key) key, value from setting where team_id is null or team_id = %(team)s
               order by key, team_id nulls last) s
union all
select 'holidays', jsonb_agg(jsonb_build_array(day, coalesce(zone, 0), kind = 'joint_leave'))
from holiday where not removed
  and day between (%(now)s::timestamptz)::date - 2 and (%(now)s::timestamptz)::date + 400
having count(*) > 0
"""


def holds(tx: Tx, team_id: int | None = None) -> tuple[dict[str, Any], list[DayOff]]:
    """(every setting as it holds for a team, the actor's without one, the days off of the next 400 days)."""
    team = tx.actor.team_id if team_id is None else team_id
    values = dict(tx.rows(tx.send(_HOLDS, {"team": team, "now": tx.now})))
    days = values.pop("holidays", [])
    return values, [
        DayOff(date.fromisoformat(day), Zone(zone) if zone else None, joint) for day, zone, joint in days
    ]


def lock(tx: Tx) -> None:
    """One change of settings at a time: what has to go together is looked at as a whole."""
    tx.send("select pg_advisory_xact_lock(%s)", (0x73657474,))  # "sett"


def teams(tx: Tx) -> dict[str, int]:
    """Code → id of every team."""
    return dict(tx.rows(tx.send("select code, id from team order by code")))


def put(tx: Tx, team_id: int | None, key: str, value: Value) -> None:
    """Write a value; the row's version goes up."""
    tx.send(
        "insert into setting (team_id, key, value, version, updated_by, updated_at) "
        "values (%(team)s, %(key)s, %(value)s::jsonb, 1, %(me)s, %(now)s) "
        "on conflict (team_id, key) do update set value = excluded.value, version = setting.version + 1, "
        "updated_by = excluded.updated_by, updated_at = excluded.updated_at",
        {
            "team": team_id,
            "key": key,
            "value": json.dumps(value),
            "me": tx.actor.user_id,
            "now": tx.now,
        },
    )


def remove(tx: Tx, team_id: int, key: str) -> None:
    """A team has no value of its own any more."""
    tx.send("delete from setting where team_id = %s and key = %s", (team_id, key))


# what follows from a setting: who may be called ------------------------------------------------------------
# One statement a team, in the transaction that changes the setting: a stricter rule holds for everybody from
# the same moment. The version stays: nothing has happened to the customer. Locks are taken in the order of
# ids, as everywhere where several rows are locked.

_CONSENT: Final = """
update lead_queue q set consent_ok = %(ok)s
from (select q.lead_id from lead_queue q join lead l on l.id = q.lead_id
      where q.team_id = %(team)s and l.team_id = %(team)s and l.consent is null and q.consent_ok <> %(ok)s
      order by q.lead_id for update of q) x
where q.lead_id = x.lead_id
"""

_CAPPED: Final = """
update lead_queue q set capped = not q.capped
from (select lead_id from lead_queue
      where team_id = %(team)s and attempts > 0 and capped <> (attempts - attempts_forgiven >= %(cap)s)
      order by lead_id for update) x
where q.lead_id = x.lead_id
"""


def consent_of_unknown(tx: Tx, team_id: int, *, ok: bool) -> int:
    """Whether customers of a team of whom no consent is known may be called; how many rows changed."""
    return _bulk(tx, _CONSENT, {"team": team_id, "ok": ok})


def capped(tx: Tx, team_id: int, cap: int) -> int:
    """Who of a team has reached the cap of attempts; how many rows changed."""
    return _bulk(tx, _CAPPED, {"team": team_id, "cap": cap})


def _bulk(tx: Tx, statement: str, params: dict[str, Any]) -> int:
    # watched by the admin who asked for it: the limits of a page are not for it
    tx.send("select set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true)")
    return tx.send(statement, params).rowcount


_STOPPED: Final = """
select o.lead_id from open_call o join lead_queue q on q.lead_id = o.lead_id
where o.live and o.direction = 0 and o.team_id = any(%s) and not q.consent_ok order by 1
"""


def without_consent(tx: Tx, team_ids: list[int]) -> list[int]:
    """Leads that somebody is calling who may not be called any more."""
    return [row[0] for row in tx.rows(tx.send(_STOPPED, (team_ids,)))]
