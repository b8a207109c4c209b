"""Plans of the list's statements: whatever is asked, no big table is read from end to end.

Checked on the generic plan, which is what a prepared statement ends with, beside a crowd at the head of the
ranking that may not be called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from leadtui.core.leads import list_queries as text
from tests.conftest import MakeCtx, OwnDatabase

SMALL = {"team", "city"}
HIDDEN, READY, DUE = 6_000, 14_000, 30

_FILL = """
with c as (
    insert into city (fold, name, province)
    select 'town ' || i, 'Town ' || i, 'Bali' from generate_series(1, 40) i on conflict do nothing
), l as (
    insert into lead (team_id, external_id, name, name_fold, zone, age, job, content_hash)
    select t.id, %(rank)s::text || '-' || i, 'Budi ' || i, 'budi ' || i, 1, 20 + i %% 50, 1 + i %% 11, 'x'
    from team t, generate_series(1, %(n)s::int) i where t.code = 'main' returning *
), p as (
    insert into lead_phone (lead_id, team_id, e164) select id, team_id, '+6281' || (10000000 + id) from l
)
insert into lead_queue (lead_id, team_id, rank_key, zone, age, job, name_fold, consent_ok, phone_ok,
                        hidden_until, ready, city_id)
select id, team_id, %(rank)s::int + (id %% 700)::int, 1, age, job, name_fold, true, true,
       %(until)s::timestamptz, %(until)s::timestamptz is null, 1 + id %% 40 from l
"""


@pytest.fixture
def crowded(real_db: OwnDatabase, as_real_role: MakeCtx) -> OwnDatabase:
    """20,000 leads, the best third hidden, a few due that no sweeper has seen."""
    as_real_role("agent")
    with real_db.owner() as pg:
        for n, rank, until in (
            (HIDDEN, 900_000, "tomorrow"),
            (READY, 100_000, None),
            (DUE, 500_000, "yesterday"),
        ):
            pg.execute(_FILL, {"n": n, "rank": rank, "until": until})
        pg.execute("insert into rank_anchor select team_id, 1000, rank_key, lead_id from lead_queue limit 1")
        pg.execute("vacuum (analyze)")
    return real_db


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every node of a plan."""
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def generic(db: OwnDatabase, statement: str) -> list[dict[str, Any]]:
    """The nodes of the plan without knowing a single value."""
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", statement)))
    for number, name in enumerate(names, 1):
        statement = statement.replace(f"%({name})s", f"${number}")
    with db.connection() as pg:
        pg.execute("set jit = off")
        row = pg.execute(f"explain (generic_plan, format json) {statement}").fetchone()
    assert row is not None
    return list(nodes(row[0][0]["Plan"]))


QUEUE = {"queue": True, "one_team": True, "mine": True}
ALL = {"queue": False, "one_team": True}
SHAPES = {
    "first page": {**QUEUE, "limit": 51},
    "next page": {**QUEUE, "key": True, "limit": 51},
    "page before": {**QUEUE, "key": True, "backward": True, "limit": 51},
    "filtered": {
        **QUEUE,
        "narrowed": frozenset({"jobs", "min_age", "city", "min_balance", "max_idle"}),
        "zones": True,
        "thin": True,
        "key": True,
        "limit": 51,
    },
    "a city's order": {
        **QUEUE,
        "narrowed": frozenset({"city", "provinces", "jobs"}),
        "locally": True,
        "key": True,
        "limit": 51,
    },
    "a city's order, every team": {
        "queue": True,
        "one_team": False,
        "narrowed": frozenset({"city"}),
        "locally": True,
        "limit": 51,
    },
    "a city's order, searched": {
        **QUEUE,
        "words": 2,
        "towns": frozenset({1}),
        "rarest": 1,
        "locally": True,
        "key": True,
        "limit": 51,
    },
    "walked search": {**QUEUE, "words": 2, "thin": True, "limit": 51},
    "walked number": {**QUEUE, "digits": 1, "thin": True, "limit": 51},
    "a manager's queue": {"queue": True, "one_team": True, "key": True, "limit": 51},
    "every state": {**ALL, "key": True, "limit": 51},
    "every state, narrowed": {**ALL, "narrowed": frozenset({"states", "min_rank"}), "rested": 1, "limit": 51},
    "every team": {"queue": True, "one_team": False, "key": True, "limit": 51},
    "every team and state": {"queue": False, "one_team": False, "limit": 51},
}


def test_no_page_reads_a_whole_table(crowded: OwnDatabase) -> None:
    for name, shape in ((name, text.Shape(**fields)) for name, fields in SHAPES.items()):
        plan = generic(crowded, text.page(shape))
        assert {node["Relation Name"] for node in plan if node["Node Type"] == "Seq Scan"} <= SMALL, name
        used = {node.get("Index Name") for node in plan}
        # the index of every state would serve the queue too, and read the crowd at its head
        assert ("lead_queue_all" in used) == (not shape.queue), name
        assert ("lead_queue_due" in used) == shape.queue, name
        assert ("lead_queue_city" in used) == shape.locally, name


@pytest.mark.parametrize("one_team", [True, False])
def test_who_lives_in_a_city_is_looked_at_in_that_city_alone(crowded: OwnDatabase, one_team: bool) -> None:
    shape = text.Shape(
        queue=True, one_team=one_team, mine=one_team, words=2, towns=frozenset({1}), rarest=1, by_ids="town",
        limit=51,
    )  # fmt: skip
    plan = generic(crowded, text.page(shape))
    assert {node["Relation Name"] for node in plan if node["Node Type"] == "Seq Scan"} <= SMALL
    assert {node["Index Name"] for node in plan if "Index Name" in node} & {
        "lead_queue_city", "lead_queue_all", "lead_queue_list",
    } == {"lead_queue_city"}  # fmt: skip


def test_the_pages_of_a_crowded_house_read_few_rows(crowded: OwnDatabase, as_real_role: MakeCtx) -> None:
    ctx = as_real_role("agent")
    assert ctx.actor
    values = {
        "team": ctx.actor.team_id, "me": ctx.actor.user_id, "key_rank": 100_500, "key_lead": 9_000,
    }  # fmt: skip
    for shape in (SHAPES["first page"], SHAPES["next page"], SHAPES["page before"]):
        statement = text.page(text.Shape(**shape))
        with crowded.transaction(read_only=True) as pg:
            pg.execute("select auth_enter(%s)", (ctx.token,))
            row = pg.execute(f"explain (analyze, format json) {statement}", values).fetchone()
        assert row is not None
        scans = [node for node in nodes(row[0][0]["Plan"]) if node.get("Relation Name") == "lead_queue"]
        read = sum(
            node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
            for node in scans
            if node["Actual Loops"]
        )
        assert 51 <= read <= 4 * 51 + DUE
