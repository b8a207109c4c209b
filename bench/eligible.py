"""The claim with every predicate on, against the same claim without eligibility.

The house is one where every predicate has something to say: a tenth without consent, blocked numbers, people at
their caps, rests and callbacks in the future, leases, unknown zones, hours and holidays kept. Without
eligibility the same statement takes the highest score as it stands, with no condition and no number looked up.
"""

from __future__ import annotations

import statistics
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from bench import server
from leadtui.core.auth import service as auth
from leadtui.core.auth.dto import SignIn
from leadtui.core.calls import claim_queries
from leadtui.core.calls import service as calls
from leadtui.core.ctx import Ctx, Origin
from leadtui.core.db.database import Database

ROUNDS = 300
WARM = 20

_ANYBODY = """
    candidates as materialized (
        select q.lead_id, 1 as standing, null::timestamptz as due, q.rank_key from lead_queue q
        where q.team_id = %(team)s and q.version > 0
        order by q.rank_key desc, q.lead_id limit LOOK
    ),
"""

_BLOCKED = (
    "\n          and (select d.e164 from dnc_number d where d.team_id = %(team)s and d.e164 = n.e164) is null"
)

RULES = (
    "update lead_queue set consent_ok = false where lead_id % 10 = 1",
    "update lead_queue set capped = true where lead_id % 25 = 2",
    "update lead_queue set hidden_until = now() + interval '5 hours' where lead_id % 12 = 3",
    "update lead_queue set callback_at = now() + interval '1 day', owner_id = (select min(id) from app_user "
    "where role = 'agent') where lead_id % 200 = 4",
    "update lead_queue set zone = null where lead_id % 20 = 5",
    "update lead_queue set zone = 3 where lead_id % 15 = 6",
    "insert into dnc_number (team_id, e164, reason) select team_id, e164, 'bench' from lead_phone "
    "where lead_id % 50 = 7 on conflict do nothing",
    "update lead_queue set dnc = true where lead_id % 100 = 7",  # the other half: found out by the lookup
)


def statements() -> tuple[str, str]:
    """(with every predicate, without eligibility)."""
    k = calls.TRIES[0][0]
    whole = claim_queries._claim_sql(_ANYBODY.replace("LOOK", str(k)), "true", "skip locked")
    without = whole.replace(_BLOCKED, "")
    assert without != whole, "the claim looks numbers up in another way now"
    return claim_queries.statement(False, k, False), without


def run() -> list[dict[str, Any]]:
    """The figure."""
    running = server.million()
    database = Database(running.app_url)
    ctx = Ctx(database, Origin.TUI)
    auth.sign_in(ctx, SignIn(server.AGENT, server.PASSWORD))
    assert ctx.actor is not None
    times: tuple[list[float], list[float]] = ([], [])
    with (
        psycopg.connect(running.app_url, autocommit=True) as pg,
        psycopg.connect(running.admin_url, autocommit=True) as owner,
    ):
        for statement in RULES:
            owner.execute(statement)
        owner.execute("vacuum (analyze) lead_queue, dnc_number")
        pg.execute("select set_config('leadtui.token', %s, false)", (ctx.token,))
        for _ in range(ROUNDS + WARM):
            for statement, found in zip(statements(), times, strict=True):
                now = datetime.now(UTC)
                values = {
                    "me": ctx.actor.user_id, "team": ctx.actor.team_id, "currency": ctx.actor.currency,
                    "id": uuid.uuid4(), "now": now, "lease": now + timedelta(minutes=15), "since": now,
                    # the east has closed: their customers, and those of no zone, wait
                    "zones": [1, 2], "window": True, "place": 1,
                }  # fmt: skip
                started = time.perf_counter()
                row = pg.execute(statement, values, prepare=True, binary=True).fetchone()
                found.append(time.perf_counter() - started)
                assert row is not None
                assert row[4] is not None
                # out of the way of both, at the same cost for both
                owner.execute(
                    "with gone as (delete from open_call returning lead_id) update lead_queue q "
                    "set claimed_by = null, claimed_until = null, hidden_until = now() + interval '2 hours', "
                    "rank_key = -1 from gone where q.lead_id = gone.lead_id"
                )
    database.close()
    ours, floor = (1000 * statistics.median(found[WARM:]) for found in times)
    return [
        {
            "figure": "claim with every predicate on ÷ without eligibility, p50",
            "value": ours / floor, "must": 2, "aim": 1.3, "unit": "×",
            "note": f"{ours:.2f} ms ÷ {floor:.2f} ms",
        }
    ]  # fmt: skip
