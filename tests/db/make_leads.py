"""Leads as they stand on a floor, put straight into the tables by the owner: what tests read back."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from leadtui.core.db.database import PgConnection
from leadtui.core.fold import fold, words
from leadtui.core.leads.dto import LeadState
from tests.conftest import OneConnection, OwnDatabase

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
"""A Monday, 11:00 WIB, 13:00 WIT: every window is open."""

_numbers = itertools.count(1)
_QUEUE = f"""
insert into lead_queue (lead_id, team_id, rank_key, state, owner_id, hidden_until, claimed_by, claimed_until,
                        callback_at, consent_ok, dnc, phone_ok, zone, age, job, name_fold, ready, marital,
                        education, city_id, balance, attempts, last_contact_at)
values ({", ".join(["%s"] * 23)})
"""  # noqa: S608 - placeholders


@dataclass(frozen=True)
class Made:
    """One lead of a test; `ready` is the column as some earlier write left it."""

    rank: int = -1
    name: str = "Siti Aminah"
    team: str = "main"
    state: LeadState = LeadState.PENDING
    owner: int | None = None
    hidden_until: datetime | None = None
    claimed_by: int | None = None
    claimed_until: datetime | None = None
    callback_at: datetime | None = None
    ready: bool | None = None
    """None: what it would be at NOON."""
    zone: int | None = 1
    age: int | None = 40
    job: int | None = 1
    consent_ok: bool = True
    dnc: bool = False
    phone_ok: bool = True
    phone: str | None = None
    y: bool | None = None
    synthetic: bool = False
    marital: int | None = None
    education: int | None = None
    city: str | None = None
    """With it the queue's row knows the city."""
    province: str | None = None
    balance: Decimal | None = None
    email: str | None = None
    attempts: int = 0
    last_contact_at: datetime | None = None
    external_id: str | None = None
    id: int = field(default=0)

    def available_at(self) -> datetime | None:
        """None is never."""
        if self.state in (3, 5, 6) or self.dnc or not self.consent_ok or not self.phone_ok:
            return None
        times = [at for at in (self.hidden_until, self.claimed_until, self.callback_at) if at is not None]
        return max(times, default=datetime.min.replace(tzinfo=UTC))

    def available(self, now: datetime = NOON) -> bool:
        """Whether anybody might be called by it."""
        at = self.available_at()
        return at is not None and at <= now


def put(db: OneConnection | OwnDatabase, *leads: Made) -> list[Made]:
    """Store them; gives them with their ids."""
    stored = []
    with db.owner() as pg:
        for made in leads:
            pg.execute(
                "insert into team (code, name) values (%s, %s) on conflict do nothing", (made.team, made.team)
            )
            (team,) = pg.execute("select id from team where code = %s", (made.team,)).fetchone() or (0,)
            row = pg.execute(
                "insert into lead (team_id, external_id, name, name_fold, city, zone, age, job, consent, "
                "y, synthetic, content_hash, marital, education, province, balance, email) "
                "values (%s, %s, %s, %s, %s, %s, %s, %s, 1, %s, %s, 'x', %s, %s, %s, %s, %s) "
                "returning id",
                (
                    team, made.external_id or f"T{next(_numbers)}", made.name, fold(made.name),
                    made.city or "Bandung", made.zone, made.age, made.job, made.y, made.synthetic,
                    made.marital, made.education, made.province, made.balance, made.email,
                ),
            ).fetchone()  # fmt: skip
            assert row is not None
            (lead_id,) = row
            pg.execute(
                _QUEUE,
                (
                    lead_id, team, made.rank, made.state, made.owner, made.hidden_until, made.claimed_by,
                    made.claimed_until, made.callback_at, made.consent_ok, made.dnc, made.phone_ok, made.zone,
                    made.age, made.job, fold(made.name),
                    made.available() if made.ready is None else made.ready,
                    made.marital, made.education, _city(pg, made),
                    None if made.balance is None else int(made.balance * 100),
                    made.attempts, made.last_contact_at,
                ),
            )  # fmt: skip
            if made.phone:
                pg.execute(
                    "insert into lead_phone (lead_id, team_id, e164) values (%s, %s, %s)",
                    (lead_id, team, made.phone),
                )
            for word in words(made.name):
                pg.execute(
                    "insert into word (team_id, word, n) values (%s, %s, 1) "
                    "on conflict (team_id, word) do update set n = word.n + 1",
                    (team, word),
                )
            stored.append(_with_id(made, lead_id))
    return stored


def _city(pg: PgConnection, made: Made) -> int | None:
    if made.city is None and made.province is None:
        return None
    name = made.city or ""
    pg.execute(
        "insert into city (fold, name, province) values (%s, %s, %s) on conflict do nothing",
        (fold(name), name, made.province),
    )
    found = pg.execute(
        "select id from city where fold = %s and province is not distinct from %s",
        (fold(name), made.province),
    ).fetchone()
    assert found
    return int(found[0])


def _with_id(made: Made, lead_id: int) -> Made:
    values: dict[str, Any] = {**made.__dict__, "id": lead_id}
    return Made(**values)


def in_order(leads: list[Made]) -> list[int]:
    """Ids by rank_key descending, id ascending: the order that every page has to keep."""
    return [made.id for made in sorted(leads, key=lambda made: (-made.rank, made.id))]


HOUR = timedelta(hours=1)
