"""The only SQL of why-not and overrides.

Lock order: the lead's queue row first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from leadtui.core.calls.eligibility import Standing
from leadtui.core.ctx import Tx
from leadtui.core.eligibility.dto import Lifted, Listed
from leadtui.core.leads.dto import Consent, LeadState, Zone

_COLUMNS: Final = """
    q.state, q.owner_id, q.claimed_by, q.claimed_until, q.hidden_until, q.callback_at, q.consent_ok, q.dnc,
    q.phone_ok, q.capped, q.attempts, q.attempts_today, q.attempts_day, q.rejections, q.zone, q.version,
    q.attempts_forgiven
"""
_SCOPE: Final = """
    q.lead_id = %(lead)s and (%(all)s or q.team_id = %(team)s)
    and (select l.deleted_at from lead l where l.id = q.lead_id) is null
"""

_STANDING: Final = f"select q.team_id, {_COLUMNS} from lead_queue q where {_SCOPE}"  # noqa: S608

_FACTS: Final = f"""
select q.team_id, {_COLUMNS}, l.name, l.consent, l.consent_source, l.consent_at, l.do_not_call, l.synthetic,
       (select p.name from people() p where p.user_id = q.claimed_by),
       (select p.name from people() p where p.user_id = q.owner_id)
from lead_queue q join lead l on l.id = q.lead_id where {_SCOPE}
"""  # noqa: S608

_PHONES: Final = """
select right(n.e164, 4), n.bad, d.e164 is not null, d.reason, d.added_at
from lead_phone n left join dnc_number d on d.team_id = n.team_id and d.e164 = n.e164
where n.lead_id = %(lead)s and n.team_id = %(team)s order by n.bad, n.preferred desc, n.e164
"""

_LIFTED: Final = """
select o.lead_id, o.code, o.at, p.name, o.reason
from eligibility_override o left join people() p on p.user_id = o.actor_id
where o.lead_id = %(lead)s and o.team_id = %(team)s order by o.id desc limit 20
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """A lead's queue row and what is known beside it."""

    team_id: int
    standing: Standing
    name: str | None
    consent: Consent | None
    consent_source: str | None
    consent_at: datetime | None
    do_not_call: bool
    synthetic: bool
    holder: str | None
    owner: str | None


@dataclass(frozen=True, slots=True)
class Phone:
    """One number of a lead."""

    ending: str
    bad: bool
    listed: Listed | None

    @property
    def works(self) -> bool:
        """Whether a call may go there."""
        return not self.bad and self.listed is None


def _standing(row: tuple[Any, ...]) -> Standing:
    state, *between, zone, version, forgiven = row
    known: Zone | None = None if zone is None else Zone(zone)
    values: list[Any] = [LeadState(state), *between, known, version, forgiven]
    return Standing(*values)


def _params(tx: Tx, lead_id: int) -> dict[str, Any]:
    return {"lead": lead_id, "all": tx.actor.sees_all, "team": tx.actor.team_id}


def facts(tx: Tx, lead_id: int) -> Facts | None:
    """A lead of the actor's scope; None where there is none."""
    row = tx.row(tx.send(_FACTS, _params(tx, lead_id)))
    if row is None:
        return None
    name, consent, source, at, dnc, synthetic, holder, owner = row[18:]
    agreed = None if consent is None else Consent(consent)
    return Facts(
        row[0], _standing(row[1:18]), name, agreed, source, at, dnc, synthetic, holder, owner
    )  # fmt: skip


def phones(tx: Tx, team_id: int, lead_id: int) -> list[Phone]:
    """The numbers of a lead that `facts` gave, those that work first."""
    rows = tx.rows(tx.send(_PHONES, {"lead": lead_id, "team": team_id}))
    return [
        Phone(ending, bad, Listed(ending, reason, at) if listed else None)
        for ending, bad, listed, reason, at in rows
    ]


def lifted(tx: Tx, team_id: int, lead_id: int) -> list[Lifted]:
    """What was overridden, newest first."""
    rows = tx.rows(tx.send(_LIFTED, {"lead": lead_id, "team": team_id}))
    return [Lifted(*row) for row in rows]


def holiday(tx: Tx, day: date, zone: Zone | None) -> tuple[str | None, str | None]:
    """(name, English name) of the day off of a customer's zone, of any where it is unknown."""
    row = tx.row(
        tx.send(
            "select name, name_en from holiday where day = %(day)s and not removed "
            "and (zone is null or %(zone)s::smallint is null or zone = %(zone)s) "
            "order by zone nulls last limit 1",
            {"day": day, "zone": None if zone is None else int(zone)},
        )
    )
    return (None, None) if row is None else (row[0], row[1])


# overriding -------------------------------------------------------------------------------------------------


def locked(tx: Tx, lead_id: int) -> tuple[int, Standing] | None:
    """(team, standing) of a lead of the actor's scope, its queue row locked."""
    row = tx.row(tx.send(f"{_STANDING} for update", _params(tx, lead_id)))
    return None if row is None else (row[0], _standing(row[1:]))


_LIFTS: Final[Mapping[str, str]] = {
    "state": "state = 0, phone_ok = true",
    "lifetime": "capped = false, attempts_forgiven = attempts",
    "rest": "hidden_until = null",
    # what was promised for later is kept: nobody calls before
    "owner": "owner_id = null, hidden_until = greatest(hidden_until, callback_at), callback_at = null",
}

_RELEASE: Final = """
update task set state = 3, done_at = %(now)s, version = version + 1
where lead_id = %(lead)s and team_id = %(team)s and kind = 1 and state = 0 returning owner_id
"""


def lift(tx: Tx, team_id: int, lead_id: int, code: str) -> int:
    """Change the queue row so that `code` no longer stands against calling; its new version."""
    row = tx.row(
        tx.send(
            f"update lead_queue set {_LIFTS[code]}, version = version + 1 "  # noqa: S608
            "where lead_id = %(lead)s and team_id = %(team)s returning version",
            {"lead": lead_id, "team": team_id},
        )
    )
    return 0 if row is None else int(row[0])


def release_callback(tx: Tx, team_id: int, lead_id: int) -> list[int]:
    """The open callback of a lead goes back to the team; gives its owner."""
    rows = tx.rows(tx.send(_RELEASE, {"now": tx.now, "lead": lead_id, "team": team_id}))
    return [row[0] for row in rows if row[0] is not None]


def keep(tx: Tx, team_id: int, lead_id: int, code: str, reason: str, was: Mapping[str, Any]) -> None:
    """Write the override down, for good."""
    tx.send(
        "insert into eligibility_override (at, team_id, lead_id, actor_id, code, reason, was) "
        "values (%s, %s, %s, %s, %s, %s, %s::jsonb)",
        (tx.now, team_id, lead_id, tx.actor.user_id, code, reason, json.dumps(dict(was))),
    )
