"""One process of `bench.flat`: cycles of an agent's work as fast as they go, by the services or as bare SQL.

    python -m bench.flat_client URL EMAIL PASSWORD service|bare START SECONDS

`bare` records what the services send during a few cycles (statements, parameters, where a pipeline begins and
ends), and sends the same again with the ids of a new lead and a new call: the same statements over the same kind
of connection, without anything that the services do in Python.
"""

from __future__ import annotations

import json
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg

from bench.agent_client import sign_in
from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import CallStatus, Claim, LogCall, NoAnswer, Outcome
from leadtui.core.ctx import Ctx, Origin
from leadtui.core.db.database import GUARDS, Database
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import PageQuery

OUTCOMES = (None, Outcome.NOT_INTERESTED, None, Outcome.INTERESTED, None)
"""In turn: three of five are not answered."""
CLAIM = "insert into open_call as i"


@dataclass
class Ids:
    """What differs from cycle to cycle."""

    lead: int
    open_call: UUID
    requests: tuple[UUID, UUID]
    at: datetime
    page: int = 0


@dataclass
class Script:
    """A recorded cycle: ("in",) and ("out",) of a pipeline, or a statement with its parameters."""

    steps: list[tuple[Any, ...]] = field(default_factory=list)
    ids: Ids | None = None


def cycle(ctx: Ctx, outcome: Outcome | None) -> Ids:
    """List, next lead, open, dial, log: through the services. The ids of what it did."""
    began = datetime.now(UTC)
    leads.page(ctx, PageQuery(limit=200))
    claim = Claim(uuid.uuid4())
    call = calls.claim(ctx, claim)
    leads.get(ctx, call.lead_id)
    calls.dialled(ctx, call.id)
    command = LogCall(
        uuid.uuid4(), call.id, CallStatus.NOT_ANSWERED if outcome is None else CallStatus.CONNECTED,
        "tidak diangkat" if outcome is None else "bicara sebentar, minta dikirimi brosur",
        reason=NoAnswer.NO_ANSWER if outcome is None else None, outcome=outcome,
    )  # fmt: skip
    calls.log(ctx, command)
    return Ids(call.lead_id, call.id, (claim.request_id, command.request_id), began)


@contextmanager
def recorded(script: Script) -> Iterator[None]:
    """Everything that psycopg is asked for goes into `script` too."""
    execute, pipeline = psycopg.Cursor.execute, psycopg.Connection.pipeline

    def listening(self: Any, query: Any, params: Any = None, **how: Any) -> Any:
        how.setdefault("binary", self.format == psycopg.pq.Format.BINARY)
        script.steps.append(("sql", query, params, how))
        return execute(self, query, params, **how)

    @contextmanager
    def piping(self: Any) -> Iterator[Any]:
        script.steps.append(("in",))
        with pipeline(self) as found:
            yield found
        script.steps.append(("out",))

    psycopg.Cursor.execute = listening  # type: ignore[method-assign]
    psycopg.Connection.pipeline = piping  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        psycopg.Cursor.execute = execute  # type: ignore[method-assign]
        psycopg.Connection.pipeline = pipeline  # type: ignore[method-assign]


def changed(value: Any, old: Ids, new: Ids) -> Any:
    """A recorded parameter as a new cycle has it."""
    if isinstance(value, dict):
        return {key: changed(one, old, new) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(changed(one, old, new) for one in value)
    if isinstance(value, UUID):
        swaps = {old.open_call: new.open_call, **dict(zip(old.requests, new.requests, strict=True))}
        return swaps.get(value, value)
    if isinstance(value, datetime):
        return value + (new.at - old.at)
    if isinstance(value, bool) or not isinstance(value, int | str):
        return value
    if isinstance(value, int):
        return new.lead if value == old.lead else value
    return value.replace(str(old.open_call), str(new.open_call)).replace(str(old.lead), str(new.lead))


def replay(pg: psycopg.Connection[Any], script: Script) -> None:
    """The statements of a recorded cycle, for another lead: whom the claim finds."""
    old = script.ids
    assert old is not None
    new = Ids(old.lead, uuid.uuid4(), (uuid.uuid4(), uuid.uuid4()), datetime.now(UTC))
    pipes: list[Any] = []
    for step in script.steps:
        if step[0] == "in":
            pipes.append(pg.pipeline())
            pipes[-1].__enter__()
        elif step[0] == "out":
            pipes.pop().__exit__(None, None, None)
        else:
            _, query, params, how = step
            cursor = pg.execute(query, changed(params, old, new), **how)
            if CLAIM in query:
                row = cursor.fetchone()
                assert row is not None
                assert row[4] is not None, "the bare claim found nobody"
                new.lead = row[4]


def main(url: str, email: str, password: str, mode: str, start: float, seconds: float) -> None:
    database = Database(url, pool_max=1)
    ctx = Ctx(database, Origin.TUI)
    sign_in(ctx, email, password)
    for outcome in OUTCOMES:
        cycle(ctx, outcome)
    scripts = []
    for outcome in OUTCOMES:
        script = Script()
        with recorded(script):
            script.ids = cycle(ctx, outcome)
        scripts.append(script)
    n = 0
    with psycopg.connect(url, autocommit=True, options=GUARDS) as pg:
        for script in scripts:
            replay(pg, script)
        time.sleep(max(0.0, start - time.time()))
        began = time.perf_counter()
        while (took := time.perf_counter() - began) < seconds:
            if mode == "bare":
                replay(pg, scripts[n % len(scripts)])
            else:
                cycle(ctx, OUTCOMES[n % len(OUTCOMES)])
            n += 1
    database.close()
    statements = sum(step[0] == "sql" for script in scripts for step in script.steps) / len(scripts)
    print(json.dumps({"cycles": n, "seconds": took, "statements": statements}))


if __name__ == "__main__":
    main(*sys.argv[1:5], float(sys.argv[5]), float(sys.argv[6]))
