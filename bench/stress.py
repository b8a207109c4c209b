"""Clients that are killed with -9 at random, and what became of every round: `make bench-stress`.

    LEADTUI_BENCH_ROUNDS=2000 python -m bench stress

Six clients claim, dial and log over a few hundred people who all share numbers with somebody, so that they meet at
every step; each is killed after a few seconds at work, and started again. Afterwards every note that any journal says
was sent is looked for: it must be there exactly once, and no two calls may overlap on one lead or one number.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bench import agents, seed, server, stress_client
from leadtui.core.db import migrate

ROUNDS = int(os.environ.get("LEADTUI_BENCH_ROUNDS", "100000"))
CLIENTS = 6
PEOPLE = 4000
LIFE = 8.0
"""Seconds that a client works on average before it is killed; one that is still starting is left alone."""
TURN = 0.1

_READY = """
update lead_queue set state = 0, hidden_until = null, capped = false, attempts = 0, attempts_today = 0,
    owner_id = null, callback_at = null, phone_ok = true, version = version + 1
where claimed_by is null and lead_id in (
    select lead_id from lead_queue where claimed_by is null and (state <> 0 or hidden_until > now() or owner_id is not null)
    order by lead_id limit 500 for update skip locked)
"""
"""The day passes: everybody who is not on the phone may be called again."""

# a fresh interpreter would spend more on its imports than on its calls
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["bench.stress_client", "leadtui.core.scores.service"])


class Client:
    """A client process, its journal and how often it was killed."""

    def __init__(self, url: str, email: str, journal: Path, rounds: int) -> None:
        self.arguments = (url, email, server.PASSWORD, str(journal), rounds)
        self.journal = journal
        self.kills = 0
        self.start()

    def start(self) -> None:
        self._was = self._written()
        self._ends: float | None = None
        self.process = _FORKS.Process(target=stress_client.main, args=self.arguments)
        self.process.start()

    @property
    def runs(self) -> bool:
        return self.process.is_alive()

    @property
    def failed(self) -> bool:
        return self.process.exitcode not in (None, 0)

    def _written(self) -> int:
        return self.journal.stat().st_size if self.journal.exists() else 0

    def is_due(self, rng: random.Random) -> bool:
        """Whether its life is over, which begins when it has written something."""
        if not self.runs:
            return False
        if self._ends is None:
            if self._written() > self._was:
                self._ends = time.monotonic() + rng.expovariate(1 / LIFE)
            return False
        return time.monotonic() > self._ends

    def kill(self) -> None:
        self.process.kill()
        self.process.join()
        self.kills += 1
        self.start()


def run() -> list[dict[str, Any]]:
    """The figures."""
    running = server.server()
    admin_url, app_url = server.own_database("stress")
    migrate.upgrade(admin_url)
    with psycopg.connect(admin_url, autocommit=True) as pg:
        seed.seed(admin_url, PEOPLE)
        # everybody shares a number with somebody
        pg.execute(
            "update lead_phone p set e164 = o.e164 from lead_phone o where o.lead_id = p.lead_id - 1 and p.lead_id % 2 = 0"
        )
        pg.execute("update setting set value = 'false' where key = 'window.enabled'")
        pg.execute("delete from call_log")
    emails = agents.people(admin_url, CLIENTS)
    folder = Path(tempfile.mkdtemp(prefix="lts"))
    clients = [
        Client(app_url, email, folder / f"{n}.journal", ROUNDS // CLIENTS) for n, email in enumerate(emails)
    ]
    rng = random.Random(1)  # noqa: S311
    crashed = 0
    with psycopg.connect(admin_url, autocommit=True) as pg:
        while any(client.runs for client in clients):
            time.sleep(TURN)
            pg.execute(_READY)
            pg.execute("update lead_phone set bad = false where bad")
            for client in clients:
                if client.is_due(rng):
                    client.kill()
                if client.failed:
                    crashed += 1
                    if crashed > 20:
                        raise RuntimeError("clients fail by themselves")
                    client.start()
        sent, done, held = _journals(folder)
        stored = dict(pg.execute("select note, count(*) from call_log group by note").fetchall())
        calls = _one(pg, "select count(*) from call_log")
        logged_twice = _one(pg, "select count(*) - count(distinct open_call_id) from call_log")
        counted = _one(pg, "select coalesce(sum(calls), 0) from agent_day")
    doubly = overlaps(held, lambda one: one.lead) + overlaps(held, lambda one: one.phone)
    lost = sum(note not in stored for note in sent | done)
    twice = sum(n > 1 for n in stored.values()) + logged_twice
    del running
    told = (
        f"{calls} calls of {CLIENTS} clients, {sum(client.kills for client in clients)} killed with -9, "
        f"{crashed} failed by themselves; rollups count {counted}"
    )
    return [
        {"figure": "double claims (two agents at once on one lead or one number)", "value": doubly,
         "must": 0, "aim": 0, "note": told},
        {"figure": "lost notes", "value": lost, "must": 0, "aim": 0, "note": f"{len(sent | done)} were sent"},
        {"figure": "doubled calls, or calls that the rollups miss", "value": twice + abs(calls - counted), "must": 0, "aim": 0},
    ]  # fmt: skip


def _one(pg: psycopg.Connection[Any], statement: str) -> int:
    row = pg.execute(statement).fetchone()
    assert row is not None
    return int(row[0])


@dataclass(frozen=True)
class Held:
    """From when to when a client surely had a lead: from the claim's answer until it sent the call's end."""

    lead: str
    phone: str
    since: float
    until: float


def overlaps(held: Iterable[Held], by: Callable[[Held], str]) -> int:
    """How often two clients had the same thing at the same time."""
    found, ends = 0, dict[str, float]()
    for one in sorted(held, key=lambda one: one.since):
        found += one.since < ends.get(by(one), 0.0)
        ends[by(one)] = max(one.until, ends.get(by(one), 0.0))
    return found


def _journals(folder: Path) -> tuple[set[str], set[str], list[Held]]:
    """(notes that were sent, notes whose sending was answered, who had what when)."""
    sent: dict[str, str] = {}
    done: set[str] = set()
    claims: dict[str, tuple[str, str, float]] = {}
    held: list[Held] = []
    for path in folder.glob("*.journal"):
        for line in path.read_text().splitlines():
            words = line.split(" ", 4)
            if len(words) < 5:
                continue  # cut by a kill, so never sent
            if words[0] == "held":
                claims.setdefault(words[1], (words[2], words[3], float(words[4])))
            elif words[0] == "sent":
                sent[words[1]] = words[4]
                if claim := claims.pop(words[2], None):
                    held.append(Held(*claim, float(words[3])))
            elif words[1] in sent:
                done.add(sent[words[1]])
    return set(sent.values()), done, held
