"""The list on a million leads: what a whole service call costs over the statement that it stands on.

    python -m bench lists

Both sides run in turns in the same loop, so a busy machine slows both. The floor is the very same prepared
statement with binary results on an open connection of the app's role, with row-level security and without
transaction, session check or objects.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.types.numeric import Int4, Int8

from bench import seed, server
from leadtui.core.auth import service as auth
from leadtui.core.auth.dto import SignIn
from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import Claim
from leadtui.core.ctx import Ctx, Origin, Tx
from leadtui.core.db.database import GUARDS, Database
from leadtui.core.leads import list_queries as text
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import Keyset, LeadFilter, PageQuery, Sort
from leadtui.core.models import service as models

ROUNDS = 600
CLAIMS = 200
WARM = 60
PAGE = 50

Row = dict[str, Any]


def row(
    figure: str,
    value: float,
    unit: str,
    *,
    must: float | None = None,
    aim: float | None = None,
    note: str = "",
) -> Row:
    """One figure as the bench table holds it."""
    return {
        "figure": figure, "value": round(value, 3), "must": must, "aim": aim, "unit": unit, "note": note,
    }  # fmt: skip


def in_turns(rounds: int, **sides: Callable[[], object]) -> dict[str, list[float]]:
    """Milliseconds of each side, called in turns; the first WARM rounds prepare plans and are left out."""
    took: dict[str, list[float]] = {name: [] for name in sides}
    for n in range(rounds + WARM):
        for name, call in sides.items():
            started = time.perf_counter()
            call()
            if n >= WARM:
                took[name].append(1e3 * (time.perf_counter() - started))
    return took


def p50(times: list[float]) -> float:
    """The median."""
    return statistics.median(times)


def p95(times: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(times, n=20)[-1]


def pages(ctx: Ctx, floor: psycopg.Connection[Any], bare: psycopg.Connection[Any]) -> list[Row]:
    """A page from anywhere in the ranking."""
    assert ctx.actor
    me, team = Int4(ctx.actor.user_id), Int4(ctx.actor.team_id)
    rng = random.Random(5)  # noqa: S311
    step = server.LEADS // 50
    places = [
        found.key
        for n in range(40)
        for found in leads.page(ctx, PageQuery(limit=5, at_place=1 + n * step)).rows
    ]
    statement = text.page(text.Shape(queue=True, one_team=True, mine=True, key=True, limit=PAGE + 1))

    def key() -> Keyset:
        return rng.choice(places)

    def raw(connection: psycopg.Connection[Any]) -> None:
        at = key()
        values = {"team": team, "me": me, "key_rank": Int4(at.rank_key), "key_lead": Int8(at.lead_id)}
        found = connection.cursor(binary=True).execute(statement, values, prepare=True).fetchall()
        assert len(found) == PAGE + 1

    def service() -> None:
        assert len(leads.page(ctx, PageQuery(limit=PAGE, after=key())).rows) == PAGE

    took = in_turns(ROUNDS, floor=lambda: raw(floor), bare=lambda: raw(bare), service=service)
    note = f"{p50(took['service']):.2f} ÷ {p50(took['floor']):.2f} ms; p95 {p95(took['service']):.2f} ms"
    return [
        row(
            f"ranked page of {PAGE} from {server.LEADS:,} leads: service ÷ bare statement, p50",
            p50(took["service"]) / p50(took["floor"]), "×", must=4, aim=2, note=note,
        ),
        row(
            "the same ÷ the statement without row-level security",
            p50(took["service"]) / p50(took["bare"]), "×",
            note=f"row-level security costs × {p50(took['floor']) / p50(took['bare']):.2f}",
        ),
    ]  # fmt: skip


def timed(call: Callable[[], object], rounds: int = 40) -> list[float]:
    """Milliseconds of each of some calls; the first eight prepare plans and are left out."""
    for _ in range(8):
        call()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        call()
        times.append(1e3 * (time.perf_counter() - started))
    return times


def jumps(ctx: Ctx) -> list[Row]:
    """Places, ends, orders, filters and counts, in milliseconds: nothing to compare them with."""
    rng = random.Random(6)  # noqa: S311
    page = leads.page
    keys = {
        sort: [found.keyset(sort) for found in page(ctx, PageQuery(limit=1_000, sort=sort)).rows]
        for sort in Sort
    }
    turns: list[float] = []
    ends: list[float] = []
    found = []
    for sort in Sort:
        further = timed(lambda s=sort: page(ctx, PageQuery(after=rng.choice(keys[s]), sort=s)))  # type: ignore[misc]
        last = timed(lambda s=sort: page(ctx, PageQuery(from_end=True, sort=s)))  # type: ignore[misc]
        turns += further
        ends += last
        found.append(
            row(f"next page of 200 by {sort}, p95", p95(further), "ms", note=f"p50 {p50(further):.1f} ms")
        )
    found.append(row("PageDown: next page of 200, any order, p95", p95(turns), "ms", must=80, aim=40))
    found.append(row("End: last page of 200, any order, p95", p95(ends), "ms", must=150, aim=80))
    cases: dict[str, Callable[[], object]] = {
        "first page": lambda: page(ctx, PageQuery(limit=PAGE)),
        "page at a random place": lambda: page(
            ctx, PageQuery(limit=PAGE, at_place=rng.randrange(1, server.LEADS * 9 // 10))
        ),
        "page of one job": lambda: page(ctx, PageQuery(LeadFilter(jobs=(3,)), limit=PAGE)),
        "page of a rare age and job": lambda: page(
            ctx, PageQuery(LeadFilter(jobs=(3,), min_age=18, max_age=18), limit=PAGE)
        ),
        "page of a small town and one age": lambda: page(
            ctx, PageQuery(LeadFilter(city=rng.choice(seed.CITIES)[0], min_age=30, max_age=30), limit=PAGE)
        ),
        "page of a province, called this week": lambda: page(
            ctx, PageQuery(LeadFilter(provinces=("Bali",), max_idle_days=7), limit=PAGE)
        ),
        "count, nothing narrowed": lambda: leads.count(ctx, LeadFilter()),
        "count, one job": lambda: leads.count(ctx, LeadFilter(jobs=(3,))),
        "places to choose from": lambda: leads.places(ctx),
    }
    for name, call in cases.items():
        times = timed(call)
        found.append(row(f"{name}, p50", p50(times), "ms", note=f"p95 {p95(times):.1f} ms"))
    return found


def searches(ctx: Ctx, bare: psycopg.Connection[Any]) -> list[Row]:
    """Search as you type: a page of each kind of thing that people type."""
    rng = random.Random(7)  # noqa: S311
    people = bare.execute(
        "select l.email, p.e164 from lead l join lead_phone p on p.lead_id = l.id "
        "where l.id = any(array(select (random() * %s)::bigint + 1 from generate_series(1, 400)))",
        (server.LEADS - 1,),
    ).fetchall()
    first, last = seed.FIRST, seed.LAST
    kinds: dict[str, Callable[[], str]] = {
        "1 letter": lambda: rng.choice(first)[:1],
        "2 letters": lambda: rng.choice(first)[:2],
        "3 letters": lambda: rng.choice(first + last)[:3],
        "a whole name": lambda: rng.choice(first),
        "two names": lambda: f"{rng.choice(first)} {rng.choice(last)}",
        "a name and the start of another": lambda: f"{rng.choice(first)} {rng.choice(last)[:3]}",
        "nobody's name": lambda: rng.choice(last)[::-1],
        "a city": lambda: rng.choice(seed.CITIES)[0],
        "a name and a city": lambda: f"{rng.choice(first)} {rng.choice(seed.CITIES)[0]}",
        "a full phone": lambda: "0" + rng.choice(people)[1][3:],
        "last 4 digits": lambda: rng.choice(people)[1][-4:],
        "the start of a phone, 4 digits": lambda: "0" + rng.choice(people)[1][3:6],
        "an e-mail": lambda: rng.choice(people)[0],
    }
    found = []
    every: list[float] = []
    for name, typed in kinds.items():
        times = timed(lambda t=typed: leads.page(ctx, PageQuery(LeadFilter(search=t()), limit=PAGE)), 80)  # type: ignore[misc]
        every += times
        found.append(
            row(f"search: {name}, p95", p95(times), "ms", must=50, aim=10, note=f"p50 {p50(times):.1f} ms")
        )
    overall = row(
        "search as you type, every kind, p95",
        p95(every),
        "ms",
        must=50,
        aim=10,
        note=f"p50 {p50(every):.1f} ms",
    )
    return [overall, *found]


def next_lead(ctx: Ctx, floor: psycopg.Connection[Any], bare: psycopg.Connection[Any]) -> list[Row]:
    """Claim and open a call ÷ the claim's own statement, committed; the lead is given back off the clock."""
    assert ctx.actor
    me = ctx.actor.user_id

    def undo() -> None:
        with bare.transaction():
            bare.execute(
                "with gone as (delete from open_call where agent_id = %s returning lead_id) "
                "update lead_queue q set claimed_by = null, claimed_until = null from gone "
                "where q.lead_id = gone.lead_id",
                (me,),
            )

    sent: list[tuple[str, Any]] = []
    original = Tx.send

    def recording(self: Tx, statement: str, params: Any = ()) -> Any:
        sent.append((statement, params))
        return original(self, statement, params)

    Tx.send = recording  # type: ignore[method-assign]
    try:
        calls.claim(ctx, Claim(uuid4()))
    finally:
        Tx.send = original  # type: ignore[method-assign]
    undo()
    ((statement, values),) = [(text_, params) for text_, params in sent if "insert into open_call" in text_]

    def raw() -> float:
        started = time.perf_counter()
        found = (
            floor.cursor(binary=True).execute(statement, {**values, "id": uuid4()}, prepare=True).fetchone()
        )
        took = time.perf_counter() - started
        assert found
        assert found[3] is not None
        return took

    def service() -> float:
        started = time.perf_counter()
        calls.claim(ctx, Claim(uuid4()))
        return time.perf_counter() - started

    took: dict[str, list[float]] = {"raw": [], "service": []}
    for n in range(CLAIMS + WARM):
        for name, call in (("raw", raw), ("service", service)):
            seconds = call()
            undo()
            if n >= WARM:
                took[name].append(1e3 * seconds)
    note = f"{p50(took['service']):.2f} ÷ {p50(took['raw']):.2f} ms; p95 {p95(took['service']):.2f} ms"
    return [
        row(
            "next lead (claim + open call): service ÷ bare statement, p50",
            p50(took["service"]) / p50(took["raw"]), "×", must=4, aim=2, note=note,
        )
    ]  # fmt: skip


def _deploy(database: Database, admin_url: str, bare: psycopg.Connection[Any]) -> None:
    """A model behind the best leads, so that a claim also keeps the prediction that served it."""
    owner = Database(admin_url, pool_max=1)
    system = auth.system_ctx(database, owner, Origin.CLI)
    models.deploy_starter(system)
    auth.sign_out(system)
    owner.close()
    bare.execute(
        "update lead_queue set model_id = (select id from model_version where status = 'deployed') "
        "where lead_id = any(array(select lead_id from lead_queue where ready "
        "order by team_id, rank_key desc, lead_id limit 1000))"
    )
    bare.execute("vacuum (analyze) lead_queue")


def run() -> list[Row]:
    """Every figure of this module."""
    running = server.million()
    database = Database(running.app_url, application="leadtui-bench")
    ctx = Ctx(database, Origin.TUI)
    auth.sign_in(ctx, SignIn(server.AGENT, server.PASSWORD))
    with (
        psycopg.connect(running.app_url, autocommit=True, options=GUARDS) as floor,
        psycopg.connect(running.admin_url, autocommit=True, options=GUARDS) as bare,
    ):
        floor.execute("select set_config('leadtui.token', %s, false)", (ctx.token,))
        # as on a floor: somebody sweeps, so few due rows wait (they would make the floor of the ratio heavier)
        while leads.sweep(ctx).put_back:
            pass
        _deploy(database, running.admin_url, bare)
        found = pages(ctx, floor, bare) + next_lead(ctx, floor, bare) + jumps(ctx) + searches(ctx, bare)
    database.close()
    return found
