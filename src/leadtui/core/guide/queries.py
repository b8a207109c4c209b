"""The only SQL of the guide."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from leadtui.core.ctx import Tx
from leadtui.core.guide.dto import GuideVersion

_LOCK: Final = "select pg_advisory_xact_lock(hashtext('leadtui.guide'))"

_COLUMNS: Final = """
    g.id, g.number, t.code, encode(g.sha256, 'hex'), g.source, p.name, g.imported_at, g.active,
    jsonb_array_length(g.content -> 'opening'), jsonb_array_length(g.content -> 'points'),
    jsonb_array_length(g.content -> 'offers'), jsonb_array_length(g.content -> 'objections')
"""
_FROM: Final = """
    from guide_version g
    left join team t on t.id = g.team_id left join people() p on p.user_id = g.imported_by
"""

# An amount in another currency than the team's is not a number to say or to compare.
_MONEY: Final = "case when l.balance_currency = t.currency then l.{name} end"

_CUSTOMER: Final = f"""
select g.id, g.sha256, t.currency, t.zone, l.name, l.city, coalesce(q.zone, l.zone), l.age, l.job, l.marital,
       l.education, l.default_flag, l.housing, l.loan, l.contact, l.pdays, l.previous, l.poutcome,
       {", ".join(_MONEY.format(name=name) for name in ("balance", "savings", "income", "installments"))},
       q.rank_key, q.why, q.attempts, q.callback_at, c.at, c.status, c.outcome
from lead_queue q
join lead l on l.id = q.lead_id
join team t on t.id = q.team_id
left join lateral (
    select v.id, v.sha256 from guide_version v
    where v.active and (v.team_id = q.team_id or v.team_id is null)
    order by v.team_id nulls last limit 1
) g on true
left join lateral (
    select k.at, k.status, k.outcome from call_effective k
    where k.lead_id = q.lead_id and k.team_id = q.team_id
    order by k.at desc, k.id desc limit 1
) c on true
where q.lead_id = %(lead)s and (%(all)s or q.team_id = %(team)s) and l.deleted_at is null
"""  # noqa: S608


class CustomerRow(NamedTuple):
    """Who it is for, and the version in force for their team (both None where there is none)."""

    version_id: int | None
    sha256: bytes | None
    currency: str
    team_zone: str
    name: str | None
    city: str | None
    zone: int | None
    age: int | None
    job: int | None
    marital: int | None
    education: int | None
    default: bool | None
    housing: bool | None
    loan: bool | None
    contact: int | None
    pdays: int | None
    previous: int | None
    poutcome: int | None
    balance: Decimal | None
    savings: Decimal | None
    income: Decimal | None
    installments: Decimal | None
    rank_key: int
    why: int
    attempts: int
    callback_at: datetime | None
    last_at: datetime | None
    last_status: int | None
    last_outcome: int | None


def customer(tx: Tx, lead_id: int) -> CustomerRow | None:
    """One lead of the actor's teams. Works in a hot service."""
    params = {"lead": lead_id, "all": tx.actor.sees_all, "team": tx.actor.team_id}
    row = tx.row(tx.send(_CUSTOMER, params))
    return None if row is None else CustomerRow(*row)


def content(tx: Tx, version_id: int) -> Mapping[str, Any] | None:
    """What stands in a version. Works in a hot service."""
    row = tx.row(tx.send("select content from guide_version where id = %s", (version_id,)))
    return None if row is None else row[0]


def lock(tx: Tx) -> None:
    """One process at a time takes a guide in or puts one in force; held until the end of the transaction."""
    tx.pg.execute(_LOCK)


def products(tx: Tx) -> frozenset[str]:
    """The codes of what can be sold."""
    return frozenset(row[0] for row in tx.pg.execute("select code from product").fetchall())


def team_id(tx: Tx, code: str) -> int | None:
    """A team by its code."""
    row = tx.pg.execute("select id from team where code = %s", (code,)).fetchone()
    return None if row is None else int(row[0])


def versions(tx: Tx) -> list[GuideVersion]:
    """Every version that the actor may see: the bank's and those of their teams, the newest first."""
    actor = tx.actor
    rows = tx.pg.execute(
        f"select {_COLUMNS} {_FROM} where %s or g.team_id is null or g.team_id = %s "
        "order by t.code nulls first, g.number desc",
        (actor.sees_all, actor.team_id),
    ).fetchall()
    return [GuideVersion(*row) for row in rows]


def get(tx: Tx, version_id: int) -> GuideVersion:
    """A version that is there."""
    row = tx.pg.execute(f"select {_COLUMNS} {_FROM} where g.id = %s", (version_id,)).fetchone()
    assert row is not None  # noqa: S101
    return GuideVersion(*row)


def find(tx: Tx, team: int | None, number: int | None) -> int | None:
    """The id of a version of a team (None: the bank's); `number` None: the one in force."""
    row = tx.pg.execute(
        "select id from guide_version where team_id is not distinct from %s::int "
        "and case when %s::int is null then active else number = %s end",
        (team, number, number),
    ).fetchone()
    return None if row is None else int(row[0])


def any_version(tx: Tx) -> int | None:
    """The bank's first version, where it has one."""
    row = tx.pg.execute(
        "select id from guide_version where team_id is null order by number limit 1"
    ).fetchone()
    return None if row is None else int(row[0])


def insert(tx: Tx, team: int | None, held: Mapping[str, Any], sha256: bytes, source: str) -> int:
    """A new version, not in force yet; gives its id."""
    row = tx.pg.execute(
        "insert into guide_version (team_id, number, content, sha256, source, imported_by, imported_at) "
        "select %s::int, coalesce(max(number), 0) + 1, %s::jsonb, %s, %s, %s, %s from guide_version "
        "where team_id is not distinct from %s::int returning id",
        (team, json.dumps(held, ensure_ascii=False), sha256, source, tx.actor.user_id, tx.now, team),
    ).fetchone()
    assert row is not None  # noqa: S101
    return int(row[0])


def activate(tx: Tx, team: int | None, version_id: int | None) -> None:
    """The one version in force; None: none."""
    tx.pg.execute(
        "update guide_version set active = false where active and team_id is not distinct from %s::int",
        (team,),
    )
    if version_id is not None:
        tx.pg.execute("update guide_version set active = true where id = %s", (version_id,))
