"""The next lead: claim and open call through the service, against the bare prepared statement.

    python bench/calls.py            prints the rows as JSON

The floor is the very statement of the claim, prepared, in a transaction of its own, over a connection of
the same role under the same row-level security: what the service adds is session, permission, receipt,
audit and notifications. Beside it the least that any claim can be: find the best ready row, lock it, write
the open call, mark the row; no callbacks, due rows, hours, blocked numbers, snapshot or prediction. All are
measured in turns, so that a busy machine slows all of them.
"""

from __future__ import annotations

import json
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
from leadtui.core.calls.dto import CallStatus, Claim, LogCall, OpenCall
from leadtui.core.ctx import Ctx, Origin
from leadtui.core.db.database import Database
from leadtui.core.leads import service as leads

ROUNDS = 300
WARM = 20

LEAST = """
with taken as (
    select q.lead_id, q.team_id, q.rank_key, q.version, p.e164
    from lead_queue q join lead_phone p on p.lead_id = q.lead_id
    where q.team_id = %(team)s and q.ready and (q.owner_id is null or q.owner_id = %(me)s)
    order by q.rank_key desc, q.lead_id limit 1 for update of q skip locked
), opened as (
    insert into open_call (id, team_id, lead_id, agent_id, phone, opened_at, heartbeat_at, lease_until,
                           rank_key, queue_version)
    select %(id)s, team_id, lead_id, %(me)s, e164, %(now)s, %(now)s, %(lease)s, rank_key, version + 1
    from taken returning lead_id
)
update lead_queue q set claimed_by = %(me)s, claimed_until = %(lease)s, version = version + 1
from opened where q.lead_id = opened.lead_id returning q.lead_id
"""

CALLED = """
with gone as (delete from open_call returning lead_id)
update lead_queue q set claimed_by = null, claimed_until = null, hidden_until = now() + interval '2 hours'
from gone where q.lead_id = gone.lead_id
"""


def _bare(pg: psycopg.Connection[Any], ctx: Ctx, statement: str) -> float:
    assert ctx.actor is not None
    now = datetime.now(UTC)
    values = {
        "me": ctx.actor.user_id, "team": ctx.actor.team_id, "currency": ctx.actor.currency,
        "id": uuid.uuid4(), "now": now, "lease": now + timedelta(minutes=15), "since": now,
        "zones": [0, 1, 2, 3], "window": False, "place": 1,
    }  # fmt: skip
    started = time.perf_counter()
    found = pg.execute(statement, values, prepare=True, binary=True).fetchone()
    took = time.perf_counter() - started
    assert found is not None
    return took


def _service(ctx: Ctx) -> tuple[float, OpenCall]:
    command = Claim(uuid.uuid4())
    started = time.perf_counter()
    call = calls.claim(ctx, command)
    return time.perf_counter() - started, call


def _log(ctx: Ctx, call: OpenCall) -> float:
    command = LogCall(uuid.uuid4(), call.id, CallStatus.NOT_ANSWERED, "tidak diangkat", canned=True)
    started = time.perf_counter()
    calls.log(ctx, command)
    return time.perf_counter() - started


def run() -> list[dict[str, Any]]:
    """The figures, on a million leads."""
    running = server.million()
    database = Database(running.app_url)
    ctx = Ctx(database, Origin.TUI)
    auth.sign_in(ctx, SignIn(server.AGENT, server.PASSWORD))
    while leads.sweep(ctx).put_back:
        pass
    bare: list[float] = []
    least: list[float] = []
    claims: list[float] = []
    logs: list[float] = []
    claim_statement = claim_queries.statement(False, calls.TRIES[0][0], False)
    with (
        psycopg.connect(running.app_url, autocommit=True) as pg,
        psycopg.connect(running.admin_url, autocommit=True) as owner,
    ):
        pg.execute("select set_config('leadtui.token', %s, false)", (ctx.token,))
        for _ in range(ROUNDS + WARM):
            for statement, times in ((claim_statement, bare), (LEAST, least)):
                times.append(_bare(pg, ctx, statement))
                # the floor's lead counts as called, too, so that each serves a fresh one
                owner.execute(CALLED)
            took, call = _service(ctx)
            claims.append(took)
            logs.append(_log(ctx, call))
    database.close()
    floor, lean, claim, log = (
        1000 * statistics.median(times[WARM:]) for times in (bare, least, claims, logs)
    )
    return [
        {
            "figure": "next lead (claim + open call), whole service call ÷ bare prepared statement, p50",
            "value": claim / floor, "must": 4.0, "aim": 2.0, "unit": "×",
            "note": f"{claim:.2f} ms ÷ {floor:.2f} ms; the least a claim can be: {lean:.2f} ms",
        },
        {
            "figure": "log a call (log, lead, tasks, day, receipt, audit) ÷ bare claim, p50",
            "value": log / floor, "unit": "×", "note": f"{log:.2f} ms",
        },
    ]  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
