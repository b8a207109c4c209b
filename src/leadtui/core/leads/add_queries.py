"""The statements of adding one lead by hand: what an import does for a row, for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from leadtui.core.ctx import Tx
from leadtui.core.leads.dto import Zone

COLUMNS: Final = (
    "external_id", "name", "name_fold", "email", "city", "source", "age", "job", "marital", "education",
    "default_flag", "housing", "loan", "balance", "balance_currency", "contact", "pdays", "previous",
    "poutcome", "consent", "income", "installments", "credit_score", "savings",
)  # fmt: skip
"""Columns of `lead` that come as they were typed."""

_VALUES: Final = ", ".join(f"%({name})s" for name in COLUMNS)
_LEAD: Final = f"""
insert into lead (team_id, external_given, province, zone, consent_source, consent_at, consent_by,
                  do_not_call, content_hash, created_at, updated_at, {", ".join(COLUMNS)})
values (%(team)s, %(given)s, %(province)s, %(zone)s, %(consent_source)s, %(consent_at)s, %(consent_by)s,
        %(do_not_call)s, sha256(convert_to(%(content)s, 'UTF8')), %(now)s, %(now)s, {_VALUES})
on conflict (team_id, external_id) do nothing
returning id
"""  # noqa: S608

_QUEUE: Final = """
insert into lead_queue (lead_id, team_id, state, consent_ok, dnc, phone_ok, zone, age, job, marital,
                        education, city_id, balance, name_fold, ready)
values (%(lead)s, %(team)s, %(state)s, %(consent_ok)s, %(dnc)s, %(phone_ok)s, %(zone)s, %(age)s, %(job)s,
        %(marital)s, %(education)s, %(city_id)s, (%(balance)s::numeric * 100)::bigint, %(name_fold)s,
        %(ready)s)
"""

_CITY: Final = """
insert into city (fold, name, province, zone) values (%(fold)s, %(name)s, %(province)s, %(zone)s)
on conflict do nothing
"""

_WORDS: Final = """
insert into word as w (team_id, word, n)
select %(team)s, part, count(*) from unnest(%(words)s::text[]) part group by part order by part
on conflict (team_id, word) do update set n = w.n + excluded.n
"""

_BLOCK: Final = """
with listed as (
    insert into dnc_number (team_id, e164, reason, added_by, added_at)
    values (%(team)s, %(e164)s, 'by hand', %(me)s, %(now)s) on conflict do nothing
)
update lead_queue q set dnc = true, version = q.version + 1 from lead_phone n
where n.e164 = %(e164)s and n.digits = substr(%(e164)s, 2) and n.team_id = %(team)s
  and q.lead_id = n.lead_id and q.team_id = %(team)s and not q.dnc and q.lead_id <> %(lead)s
"""


def team(tx: Tx, code: str) -> int | None:
    """A team's id by its code."""
    row = tx.row(tx.send("select id from team where code = %s", (code.strip().lower(),)))
    return None if row is None else int(row[0])


def known(tx: Tx, team_id: int, external_id: str) -> int | None:
    """The team's lead under this external_id."""
    row = tx.row(
        tx.send("select id from lead where team_id = %s and external_id = %s", (team_id, external_id))
    )
    return None if row is None else int(row[0])


def insert(tx: Tx, values: Mapping[str, Any]) -> int | None:
    """Store the lead; None where the external_id is taken."""
    row = tx.row(tx.send(_LEAD, dict(values)))
    return None if row is None else int(row[0])


def insert_queue(tx: Tx, values: Mapping[str, Any]) -> None:
    """Where it stands."""
    tx.send(_QUEUE, dict(values))


def insert_phone(tx: Tx, lead_id: int, team_id: int, e164: str) -> None:
    """Its number."""
    tx.send("insert into lead_phone (lead_id, team_id, e164) values (%s, %s, %s)", (lead_id, team_id, e164))


def with_phone(tx: Tx, lead_id: int, team_id: int, e164: str, most: int) -> tuple[int, ...]:
    """The team's other leads with this number, the first `most` of them."""
    asked = tx.send(
        "select lead_id from lead_phone where team_id = %(team)s and e164 = %(e164)s"
        " and digits = substr(%(e164)s, 2) and lead_id <> %(lead)s order by lead_id limit %(most)s",
        {"team": team_id, "e164": e164, "lead": lead_id, "most": most},
    )
    return tuple(row[0] for row in tx.rows(asked))


def is_listed(tx: Tx, team_id: int, e164: str) -> bool:
    """Whether somebody with this number said "do not call"."""
    return (
        tx.row(tx.send("select 1 from dnc_number where team_id = %s and e164 = %s", (team_id, e164)))
        is not None
    )


def block(tx: Tx, lead_id: int, team_id: int, e164: str) -> None:
    """Put a number on the team's list, and take everybody who shares it out of the queue."""
    params = {"lead": lead_id, "team": team_id, "e164": e164, "me": tx.actor.user_id, "now": tx.now}
    tx.send(_BLOCK, params)


def city(tx: Tx, fold: str, name: str, province: str | None, zone: Zone | None) -> int | None:
    """The id of a city, made where it is new."""
    params = {"fold": fold, "name": name, "province": province, "zone": zone}
    tx.send(_CITY, params)
    row = tx.row(
        tx.send(
            "select id from city where fold = %(fold)s and province is not distinct from %(province)s", params
        )
    )
    return None if row is None else int(row[0])


def count_words(tx: Tx, team_id: int, words: Sequence[str]) -> None:
    """Bring the word counts of the name search up to date."""
    tx.send(_WORDS, {"team": team_id, "words": list(words)})
