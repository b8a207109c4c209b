"""The claim's plan: hidden rows that pile up at the head of the ranking cost nothing."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from leadtui.core.calls import claim_queries
from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import Claim
from leadtui.core.ctx import Ctx
from tests.conftest import MakeCtx, OneConnection
from tests.db.callfloor import NOON, Floor, at

HEAD, BEHIND, DUE = 4_000, 4_000, 20

_FILL = """
with l as (
    insert into lead (team_id, external_id, name, zone, consent, content_hash)
    select t.id, %(base)s::text || '-' || i, 'Orang', 1, 1, '\\x00'
    from team t, generate_series(1, %(n)s::int) i
    where t.code = 'main' returning id, team_id
), p as (
    insert into lead_phone (lead_id, team_id, e164) select id, team_id, '+6281' || (10000000 + id) from l
)
insert into lead_queue (lead_id, team_id, rank_key, zone, consent_ok, phone_ok, hidden_until, ready)
select id, team_id, %(base)s::int + (id %% 900)::int, 1, true, true, %(hidden)s::timestamptz, %(ready)s from l
"""


@pytest.fixture
def crowded(db: OneConnection) -> Floor:
    """4,000 hidden leads at the head, 4,000 ready ones behind them, a few due that no sweeper has seen."""
    with db.owner() as connection:
        for n, base, hidden, ready in (
            (HEAD, 990_000, NOON + timedelta(hours=2), False),
            (BEHIND, 100_000, None, True),
            (DUE, 500_000, NOON - timedelta(minutes=1), False),
        ):
            connection.execute(_FILL, {"n": n, "base": base, "hidden": hidden, "ready": ready})
        connection.execute("analyze lead, lead_phone, lead_queue")
    return Floor(db)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


def test_a_claim_reads_a_handful_of_rows_behind_a_hidden_head(crowded: Floor, as_role: MakeCtx) -> None:
    ctx = as_role("agent")
    at(ctx, NOON)
    with crowded.db.connection() as connection:
        seen = list(_nodes(_explained(ctx, connection)))
    reads = [
        node["Actual Rows"] * node["Actual Loops"] + node.get("Rows Removed by Filter", 0)
        for node in seen
        if node.get("Relation Name") == "lead_queue" and "Scan" in node["Node Type"]
    ]
    assert reads
    assert sum(reads) < 100


def _explained(ctx: Ctx, connection: Any) -> dict[str, Any]:
    assert ctx.actor is not None
    connection.execute("savepoint explained")
    connection.execute("select set_config('leadtui.token', %s, true)", (ctx.token,))
    (plan,) = connection.execute(
        "explain (analyze, format json) " + claim_queries.statement(False, calls.TRIES[0][0], False),
        {
            "id": uuid.uuid4(), "me": ctx.actor.user_id, "team": ctx.actor.team_id, "currency": "IDR",
            "now": NOON, "zones": [0, 1, 2, 3], "window": True, "lease": NOON + timedelta(minutes=15),
            "since": NOON, "place": 1,
        },
    ).fetchone()  # fmt: skip
    connection.execute("rollback to savepoint explained")
    found: dict[str, Any] = plan[0]["Plan"]
    return found


def test_a_due_row_that_no_sweeper_has_seen_is_served_by_its_score(crowded: Floor, as_role: MakeCtx) -> None:
    ctx = as_role("agent")
    at(ctx, NOON)
    call = calls.claim(ctx, Claim(uuid.uuid4()))
    row = crowded.queue(call.lead_id)
    best = crowded.sql("select max(rank_key) from lead_queue where hidden_until < %s", NOON)
    assert [(row["rank_key"],)] == best
    assert row["rank_key"] >= 500_000
