"""A floor to call from: leads with numbers in the queue, for the tests of calls, tasks and performance."""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from leadtui.core.calls import service as calls
from leadtui.core.calls import settings
from leadtui.core.calls.dto import CallStatus, Claim, LogCall, Logged, NoAnswer, OpenCall, Outcome
from leadtui.core.ctx import Ctx
from tests.conftest import OneConnection, OwnDatabase

NOON = datetime(2027, 3, 10, 5, 0, tzinfo=UTC)
"""A Wednesday: 12:00 in Jakarta, 13:00 in Makassar, 14:00 in Jayapura."""

_numbers = itertools.count(1)

ADD = """
with l as (
    insert into lead (team_id, external_id, name, age, job, zone, consent, synthetic, content_hash)
    select id, %(external)s, %(name)s, 40, 1, %(zone)s, %(consent)s, %(synthetic)s, '\\x00'
    from team where code = %(team)s
    returning id, team_id
), p as (
    insert into lead_phone (lead_id, team_id, e164, preferred)
    select l.id, l.team_id, n.e164, n.place = 1
    from l, unnest(%(phones)s::text[]) with ordinality n(e164, place)
), q as (
    insert into lead_queue (lead_id, team_id, rank_key, zone, consent_ok, phone_ok, name_fold, ready)
    select id, team_id, %(rank)s, %(zone)s, %(consented)s, %(phoned)s, lower(%(name)s),
           %(consented)s and %(phoned)s
    from l
)
select id from l
"""


@dataclass
class Floor:
    """A database with leads, and shortcuts to what a test says often."""

    db: OneConnection | OwnDatabase
    teams: set[str] = field(default_factory=set)

    def sql(self, statement: str, *params: Any) -> list[tuple[Any, ...]]:
        """As the owner, past row-level security."""
        with self.db.owner() as connection:
            cursor = connection.execute(statement, params or None)
            return cursor.fetchall() if cursor.description else []

    def set(self, key: str, value: str) -> None:
        """A setting of the bank, as JSON."""
        self.sql("update setting set value = %s::jsonb where key = %s and team_id is null", value, key)
        settings.forget()

    def lead(
        self,
        rank: int = 100_000,
        *,
        phones: tuple[str, ...] | None = None,
        zone: int | None = 1,
        consent: int | None = 1,
        synthetic: bool = False,
        team: str = "main",
        **queue: Any,
    ) -> int:
        """A lead in the queue; `queue` sets columns of its queue row."""
        n = next(_numbers)
        if phones is None:
            phones = (f"+62812{n:08d}",)
        if team not in self.teams:
            self.sql("insert into team (code, name) values (%s, %s) on conflict do nothing", team, team)
            self.teams.add(team)
        with self.db.owner() as connection:
            row = connection.execute(
                ADD,
                {
                    "external": f"x{n}",
                    "name": f"Orang {n}",
                    "zone": zone,
                    "consent": consent,
                    "synthetic": synthetic,
                    "team": team,
                    "phones": list(phones),
                    "rank": rank,
                    "consented": bool(consent),
                    "phoned": bool(phones),
                },
            ).fetchone()
        assert row is not None
        ident: int = row[0]
        for column, value in queue.items():
            self.sql(f"update lead_queue set {column} = %s where lead_id = %s", value, ident)  # noqa: S608
        return ident

    def queue(self, lead_id: int) -> dict[str, Any]:
        """A lead's queue row, without `available_at`, which may be infinite."""
        with self.db.owner() as connection:
            row = connection.execute(
                "select to_jsonb(q) - 'available_at', hidden_until, claimed_until, callback_at, "
                "attempts_day, last_contact_at from lead_queue q where lead_id = %s",
                (lead_id,),
            ).fetchone()
        assert row is not None
        found, *times = row
        names = ("hidden_until", "claimed_until", "callback_at", "attempts_day", "last_contact_at")
        return {**found, **dict(zip(names, times, strict=True))}


def claim(ctx: Ctx, lead_id: int | None = None) -> OpenCall:
    """Claim, with a request of its own."""
    return calls.claim(ctx, Claim(uuid.uuid4(), lead_id))


def logged(ctx: Ctx, call: OpenCall, outcome: Outcome | None, **more: Any) -> Logged:
    """Log `call`; None is not answered."""
    connected = outcome is not None and more.pop("connected", True)
    command = {
        "request_id": uuid.uuid4(),
        "open_call_id": call.id,
        "status": CallStatus.CONNECTED if connected else CallStatus.NOT_ANSWERED,
        "note": "kata-kata nasabah",
        "reason": None if connected else NoAnswer.NO_ANSWER,
        "outcome": outcome,
    }
    return calls.log(ctx, LogCall(**{**command, **more}))


def work(ctx: Ctx, lead_id: int, outcome: Outcome | None, **more: Any) -> Logged:
    """Claim a lead and log its call."""
    return logged(ctx, claim(ctx, lead_id), outcome, **more)


def at(ctx: Ctx, moment: datetime, **later: float) -> None:
    """Set the clock of `ctx`; `later` as timedelta."""
    ctx.now = moment + timedelta(**later)
