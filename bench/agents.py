"""`make bench-agents`: a floor of agents at work on a million leads, and one PostgreSQL beside them.

    python -m bench agents                       200 agents, 10 minutes
    LEADTUI_BENCH_AGENTS=500 LEADTUI_BENCH_SECONDS=120 python -m bench agents

Every agent has a session, a connection and a LISTEN connection of their own, as a program of their own has, and
works through the real services: list, next lead, open it, dial, think (5 s on average), log. Clients run as a
few processes of threads, on the same two cores as the server: what is measured includes their own waiting for
a core. Two listeners of a process read what they hear, as programs do; the others take it off the wire. Figures are wall times of whole service calls as a client sees them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg

from bench import server
from bench.terminal import percentile

AGENTS = int(os.environ.get("LEADTUI_BENCH_AGENTS", "200"))
SECONDS = float(os.environ.get("LEADTUI_BENCH_SECONDS", "600"))
THINK = 5.0
LISTEN = os.environ.get("LEADTUI_BENCH_LISTEN", "1") == "1"
RAMP = max(THINK, 0.3 * AGENTS)
"""Seconds over which they come to work; the measuring begins when all are there."""
PROCESSES = 8
CONNECTIONS = 1300
"""For two connections an agent, up to 500 agents; the embedded server's own limit is 300."""
STEPS = ("list", "claim", "open", "dial", "save")


def people(admin_url: str, n: int) -> list[str]:
    """`n` agents; their e-mails. They have the bench's password, hashed once."""
    with psycopg.connect(admin_url, autocommit=True) as pg:
        rows = pg.execute(
            "insert into app_user (team_id, email, name, role, password_hash) "
            "select team_id, 'a' || i || '@floor.test', 'Agent ' || i, 'agent', password_hash "
            "from app_user, generate_series(1, %s) i where email = %s "
            "on conflict (email) do update set name = excluded.name returning email",
            (n, server.AGENT),
        ).fetchall()
    return [row[0] for row in rows]


def many_connections() -> None:
    """Restart the bench's server with room for everybody."""
    running = server.million()
    with psycopg.connect(running.admin_url, autocommit=True) as pg:
        pg.execute(f"alter system set max_connections = {CONNECTIONS}")
    server.restart()


def run() -> list[dict[str, Any]]:
    """The figures."""
    running = server.million()
    many_connections()
    emails = people(running.admin_url, AGENTS)
    folder = Path(tempfile.mkdtemp(prefix="lta"))
    share = [emails[i::PROCESSES] for i in range(PROCESSES)]
    start = time.time() + 5 + AGENTS / 25
    clients = []
    for number, mine in enumerate(share):
        (folder / f"{number}.in").write_text(
            json.dumps({
                "url": running.app_url, "emails": mine, "password": server.PASSWORD, "start": start,
                "ramp": RAMP, "seconds": SECONDS, "think": THINK, "seed": number,
                "listeners": len(mine) if LISTEN else 0,
            })
        )  # fmt: skip
        clients.append(
            subprocess.Popen(
                [sys.executable, "-m", "bench.agent_client", str(folder / f"{number}.in")],
                stdout=(folder / f"{number}.out").open("wb"),
            )
        )
    failed = [client.returncode for client in clients if client.wait(SECONDS + RAMP + 300)]
    found = [json.loads((folder / f"{number}.out").read_text()) for number in range(PROCESSES)]
    told_at = {step: [pair for one in found for pair in one["times"][step]] for step in STEPS}
    times = {step: [ms for _at, ms in pairs] for step, pairs in told_at.items()}
    _by_minute(told_at)
    errors = Counter[str]()
    for one in found:
        errors.update(one["errors"])
    marks = [ms for one in found for ms in one["heard"]]
    cycles = len(times["save"])
    doubled = _doubled(running.admin_url)
    told = "; ".join(
        f"{step} p50 {percentile(times[step], 50):.1f} p95 {percentile(times[step], 95):.1f} "
        f"p99 {percentile(times[step], 99):.1f}"
        for step in STEPS
    )
    what = f"{AGENTS} agents, {SECONDS:.0f} s, {server.LEADS:,} leads"
    return [
        {
            "figure": f"{what}: errors", "value": sum(errors.values()) + len(failed) + doubled, "must": 0,
            "aim": 0, "note": f"{cycles} cycles; {dict(errors) or 'none'}; doubled calls {doubled}",
        },
        {
            "figure": f"{what}: a page of the list, p95", "value": percentile(times["list"], 95),
            "unit": "ms", "must": 50, "note": told,
        },
        {
            "figure": f"{what}: saving a call, p95", "value": percentile(times["save"], 95), "unit": "ms",
            "must": 100,
        },
        {
            "figure": f"{what}: another terminal hears of a taken lead after commit, p95",
            "value": percentile(marks, 95), "unit": "ms", "must": 300, "aim": 100,
            "note": f"p50 {percentile(marks, 50):.0f} ms, {len(marks)} of a sample; {AGENTS if LISTEN else 0} listen",
        },
    ]  # fmt: skip


def _by_minute(times: dict[str, list[tuple[float, float]]]) -> None:
    """The p95 of each step minute by minute, to the log: whether it is the floor or a stall in it."""
    for minute in range(int(SECONDS // 60) + 1):
        of = {s: [ms for at, ms in pairs if at // 60 == minute] for s, pairs in times.items()}
        told = "; ".join(
            f"{s} p50 {percentile(ms, 50):.0f} p95 {percentile(ms, 95):.0f}" for s, ms in of.items() if ms
        )
        print(f"minute {minute}: {told}", file=sys.stderr, flush=True)


def _doubled(admin_url: str) -> int:
    """Calls whose time on one lead overlaps another agent's, and open calls that were logged twice."""
    with psycopg.connect(admin_url, autocommit=True) as pg:
        row = pg.execute(
            "select (select count(*) from call_log a join call_log b on a.lead_id = b.lead_id "
            "and a.agent_id <> b.agent_id and tstzrange(a.opened_at, a.at) && tstzrange(b.opened_at, b.at)) "
            "+ (select count(*) - count(distinct open_call_id) from call_log)"
        ).fetchone()
    assert row is not None
    return int(row[0])
