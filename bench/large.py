"""A page of 50 with none to two filters: ten million leads ÷ a hundred thousand (`make bench-large`, by hand).

    python -m bench large

Needs about 16 GB of disk (half of it the log while it fills) and a quarter of an hour; both houses live in
one server, on a database each, and go at the end. The sides are asked the same questions in turns.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import psycopg

from bench import seed, server
from bench.lists import Row, in_turns, p50, p95, row
from leadtui.core.auth import service as auth
from leadtui.core.auth.dto import SignIn
from leadtui.core.ctx import Ctx, Origin
from leadtui.core.db.database import Database
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import LeadFilter, PageQuery

LARGE = int(os.environ.get("LEADTUI_BENCH_LARGE", "10000000"))
SMALL = LARGE // 100
ROUNDS = 400
PAGE = 50


def _one(rng: random.Random) -> dict[str, Any]:
    """One filter as people set them."""
    city, province = rng.choice(seed.CITIES)
    age = rng.randrange(18, 66)
    return rng.choice(
        (
            {"jobs": (rng.randrange(1, 12),)},
            {"min_age": age, "max_age": age + 10},
            {"min_score": rng.choice((0.03, 0.1, 0.3))},
            {"marital": (rng.randrange(1, 4),)},
            {"education": (rng.randrange(1, 9),)},
            {"city": city},
            {"provinces": (province,)},
            {"min_balance": Decimal(rng.choice((100_000, 400_000, 800_000)))},
            {"max_attempts": rng.choice((0, 2))},
            {"min_idle_days": rng.choice((3, 14))},
            {"max_idle_days": rng.choice((3, 14))},
        )
    )


def _questions(filters: int, seed_: int) -> list[LeadFilter]:
    rng = random.Random(seed_)  # noqa: S311
    found = []
    for _ in range(ROUNDS):
        asked: dict[str, Any] = {}
        while len(asked) < filters or (not asked and filters):
            asked.update(_one(rng))
        found.append(LeadFilter(**asked))
    return found


def _house(name: str, n: int) -> Ctx:
    admin, app = server.own_database(name)
    seed.seed(admin, n, searched=False)
    ctx = Ctx(Database(app, application="leadtui-bench"), Origin.TUI)
    auth.sign_in(ctx, SignIn(server.AGENT, server.PASSWORD))
    while leads.sweep(ctx).put_back:
        pass
    with psycopg.connect(admin, autocommit=True) as pg:
        pg.execute("vacuum (analyze) lead_queue")
    return ctx


def _asking(ctx: Ctx, questions: list[LeadFilter]) -> Callable[[], object]:
    place = iter(range(10**9))

    def ask() -> object:
        return leads.page(ctx, PageQuery(questions[next(place) % len(questions)], limit=PAGE))

    return ask


def run() -> list[Row]:
    """Every figure of this module."""
    with psycopg.connect(server.server().admin_url, autocommit=True) as pg:
        # filled once and thrown away: a power cut may have it
        pg.execute("alter system set fsync = off")
        pg.execute("alter system set max_wal_size = '8GB'")
        pg.execute("select pg_reload_conf()")
    small, large = _house("small", SMALL), _house("large", LARGE)
    found: list[Row] = []
    every: dict[str, list[float]] = {"small": [], "large": []}
    for filters in (0, 1, 2):
        questions = _questions(filters, filters)
        took = in_turns(ROUNDS, small=_asking(small, questions), large=_asking(large, questions))
        for side, times in took.items():
            every[side] += times
        found.append(_figure(f"{filters} filters", took))
    return [_figure("0 to 2 filters", every, must=4, aim=2), *found]


def _figure(name: str, took: dict[str, list[float]], **limits: float) -> Row:
    large, small = took["large"], took["small"]
    note = f"{p95(large):.1f} ÷ {p95(small):.1f} ms; p50 {p50(large):.1f} ÷ {p50(small):.1f} ms"
    figure = f"page of {PAGE}, {name}: {LARGE:,} ÷ {SMALL:,} leads, p95"
    return row(figure, p95(large) / p95(small), "×", note=note, **limits)
