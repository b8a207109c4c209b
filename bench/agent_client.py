"""One process of `bench.agents`: some agents at work, a thread each. Reads a JSON file, writes JSON to stdout."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import random
import select
import sys
import threading
import time
import uuid
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg

from leadtui.core import live
from leadtui.core.auth import service as auth
from leadtui.core.auth.dto import SignIn
from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import CallStatus, Claim, LogCall, NoAnswer, OpenCall, Outcome
from leadtui.core.ctx import Ctx, Origin
from leadtui.core.db.database import Database
from leadtui.core.errors import Unauthenticated
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import PageQuery

OUTCOMES = (
    (None, 60), (Outcome.NOT_INTERESTED, 20), (Outcome.INTERESTED, 8), (Outcome.CALLBACK, 5),
    (Outcome.CLOSED, 4), (Outcome.WRONG_NUMBER, 2), (Outcome.DO_NOT_CALL, 1),
)  # fmt: skip
SWEEP_SECONDS = 60.0
EARS = 2
"""Listeners of a process that read what they hear; the others take it off the wire."""
SAMPLE = 10
"""Every so many claims say when they were committed, so that listeners of this process time them."""


def sign_in(ctx: Ctx, email: str, password: str) -> None:
    """Sign in; whoever comes when many come at once from one machine waits for as long as they are told."""
    while True:
        try:
            auth.sign_in(ctx, SignIn(email, password))
        except Unauthenticated as busy:
            if busy.code != "too_many_attempts":
                raise
            time.sleep(float(busy.data["seconds"]))
        else:
            return


class Floor:
    """What the agents of this process measure together."""

    def __init__(self, since: float) -> None:
        self.since = since
        """Everybody is at work from here on; before it nothing is measured but errors."""
        self.times: dict[str, list[tuple[float, float]]] = {
            step: [] for step in ("list", "claim", "open", "dial", "save")
        }
        """Of each service call: seconds since `since`, and the milliseconds it took."""
        self.errors: dict[str, int] = {}
        self.heard: list[float] = []
        self.committed: dict[tuple[int, int], float] = {}
        self.lock = threading.Lock()

    def failed(self, error: BaseException) -> None:
        code = f"{type(error).__name__}:{getattr(error, 'code', error)}"
        with self.lock:
            self.errors[code] = self.errors.get(code, 0) + 1


class Agent:
    """One agent: list, next, open, dial, think, log."""

    def __init__(self, floor: Floor, url: str, email: str, password: str, rng: random.Random) -> None:
        self.floor = floor
        self.rng = rng
        self.database = Database(url)
        self.ctx = Ctx(self.database, Origin.TUI)
        sign_in(self.ctx, email, password)
        self.product = calls.products(self.ctx)[0].id
        self.swept = time.monotonic() + rng.uniform(0, SWEEP_SECONDS)

    def timed(self, step: str, work: Any) -> Any:
        before = time.perf_counter()
        found = work()
        if (at := time.time() - self.floor.since) >= 0:
            self.floor.times[step].append((round(at, 1), 1000 * (time.perf_counter() - before)))
        return found

    def work(self, start: float, end: float, think: float) -> None:
        time.sleep(max(0.0, start + self.rng.uniform(0, self.floor.since - start) - time.time()))
        while time.time() < end:
            try:
                self.cycle(think)
            except Exception as error:
                self.floor.failed(error)
                time.sleep(think)
        auth.sign_out(self.ctx)
        self.database.close()

    def cycle(self, think: float) -> None:
        ctx = self.ctx
        if time.monotonic() > self.swept:
            leads.sweep(ctx)
            self.swept = time.monotonic() + SWEEP_SECONDS
        self.timed("list", lambda: leads.page(ctx, PageQuery(limit=200)))
        call: OpenCall = self.timed("claim", lambda: calls.claim(ctx, Claim(uuid.uuid4())))
        if time.time() >= self.floor.since and self.rng.random() < 1 / SAMPLE:
            self.floor.committed[call.lead_id, 0] = time.perf_counter()
        self.timed("open", lambda: leads.get(ctx, call.lead_id))
        self.timed("dial", lambda: calls.dialled(ctx, call.id))
        time.sleep(self.rng.uniform(0.6, 1.4) * think)
        command = self.outcome(call)
        self.timed("save", lambda: calls.log(ctx, command))

    def outcome(self, call: OpenCall) -> LogCall:
        kinds, weights = zip(*OUTCOMES, strict=True)
        outcome = self.rng.choices(kinds, weights)[0]
        at = datetime.now(UTC) + timedelta(days=1)
        return LogCall(
            uuid.uuid4(), call.id,
            CallStatus.NOT_ANSWERED if outcome is None else CallStatus.CONNECTED,
            "tidak diangkat" if outcome is None else "bicara sebentar, minta dikirimi brosur",
            reason=NoAnswer.NO_ANSWER if outcome is None else None, outcome=outcome,
            callback_at=at if outcome is Outcome.CALLBACK else None,
            product_id=self.product if outcome is Outcome.CLOSED else None,
            amount=Decimal(25_000_000) if outcome is Outcome.CLOSED else None,
        )  # fmt: skip


async def _hear(floor: Floor, url: str) -> None:
    """As a program listens: its own connection, changes of 50 ms told together."""
    async with aclosing(live.listen(url)) as news:
        async for event in news:
            if isinstance(event, live.Event) and event.kind == "lead":
                committed = floor.committed.get((event.ident, 0))
                # the first news of it only: logging it is another change
                if committed is not None and (age := time.perf_counter() - committed) < 3.0:
                    floor.heard.append(1000 * age)


def _drain(url: str, n: int, end: float) -> None:
    """`n` listening connections that are read off the wire and nothing more: what a program does with what it
    hears costs its own machine, but the server wakes and sends as to any other."""
    wires = select.epoll()
    kept = []
    for _ in range(n):
        connection = psycopg.connect(url, autocommit=True, application_name="leadtui-live")
        connection.execute("listen leadtui")
        os.set_blocking(connection.fileno(), False)
        wires.register(connection.fileno(), select.EPOLLIN)
        kept.append(connection)
    while time.time() < end:
        for wire, _event in wires.poll(1.0):
            os.read(wire, 65536)
    for connection in kept:
        connection.close()


async def _listen(floor: Floor, url: str, n: int, end: float) -> None:
    tasks = [asyncio.create_task(_hear(floor, url)) for _ in range(n)]
    await asyncio.sleep(end - time.time())
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def main(path: str) -> None:
    told = json.loads(Path(path).read_text())
    floor = Floor(told["start"] + told["ramp"])
    end = floor.since + told["seconds"]
    hearing = min(EARS, told["listeners"])
    ears = threading.Thread(
        target=lambda: asyncio.run(_listen(floor, told["url"], hearing, end)), daemon=True
    )
    ears.start()
    rest = told["listeners"] - hearing
    threading.Thread(target=_drain, args=(told["url"], rest, end), daemon=True).start()
    agents = [
        Agent(floor, told["url"], email, told["password"], random.Random(f"{told['seed']} {email}"))  # noqa: S311
        for email in told["emails"]
    ]
    # as the program does once it is up (warming.py)
    gc.collect()
    gc.freeze()
    threads = [threading.Thread(target=one.work, args=(told["start"], end, told["think"])) for one in agents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ears.join(30)
    print(json.dumps({"times": floor.times, "errors": floor.errors, "heard": floor.heard}))


if __name__ == "__main__":
    main(sys.argv[1])
