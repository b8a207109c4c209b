"""A save that is killed or cut off: one call or none, and whatever is counted adds up."""

from __future__ import annotations

import random
import subprocess
import sys
import time
import uuid
from typing import Any, LiteralString

import pytest

from leadtui.core.auth import service as auth
from leadtui.core.auth.dto import SignIn
from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import CallStatus, LogCall, Logged, NoAnswer, Outcome
from leadtui.core.ctx import Ctx, Origin
from leadtui.core.db.database import Database
from leadtui.core.errors import Unavailable
from tests.conftest import PASSWORD, OwnDatabase, make_user
from tests.db.callfloor import Floor, claim
from tests.faults.conftest import OpenProgram
from tests.faults.program import CTRL_Q, F9
from tests.faults.proxy import Proxy

chance = random.SystemRandom()
LEADS = 400
ROUNDS = 10

WORKER = """
import sys, uuid
from leadtui.core.auth import service as auth
from leadtui.core.auth.dto import SignIn
from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import CallStatus, Claim, LogCall, Outcome
from leadtui.core.ctx import Ctx, Origin
from leadtui.core.db.database import Database

url, email, password, unsure = sys.argv[1:]
ctx = Ctx(Database(url), Origin.TUI)
auth.sign_in(ctx, SignIn(email, password))

def save(request, call):
    print(request, call, flush=True)
    calls.log(ctx, LogCall(uuid.UUID(request), uuid.UUID(call), CallStatus.CONNECTED, "kata nasabah",
                           outcome=Outcome.NOT_INTERESTED))

if unsure:
    save(*unsure.split())  # what the one before us does not know the end of
print("ready", flush=True)
while True:
    call = calls.current(ctx) or calls.claim(ctx, Claim(uuid.uuid4()))
    save(str(uuid.uuid4()), str(call.id))
"""


@pytest.fixture
def floor(real_db: OwnDatabase) -> Floor:
    """Leads to call, whatever the hour."""
    floor = Floor(real_db)
    floor.set("window.enabled", "false")
    return floor


def counts_add_up(floor: Floor) -> int:
    """Calls, receipts, rollups and open calls tell the same story; gives the number of calls.

    In one snapshot: a server may still be ending what a killed client has asked of it.
    """
    with floor.db.owner() as connection, connection.transaction():
        connection.execute("set transaction isolation level repeatable read")

        def sql(statement: LiteralString) -> list[tuple[Any, ...]]:
            return connection.execute(statement).fetchall()

        ((logged,),) = sql("select count(*) from call_log")
        assert sql("select count(*), count(distinct open_call_id) from call_log") == [(logged, logged)]
        assert sql("select count(*) from receipt where action = 'calls.log'") == [(logged,)]
        assert sql("select count(*) from audit where action = 'call.logged' and outcome = 'ok'") == [
            (logged,)
        ]
        rolled = sql("select agent_id, day, calls, contacts from agent_day order by 1, 2")
        assert rolled == sql(
            "select agent_id, report_day, count(*), count(*) filter (where status = 1) from call_log "
            "group by 1, 2 order by 1, 2"
        )
        # a lead is open or called, never both by the same opening, and its queue row knows
        assert sql("select open_call_id from call_log intersect select id from open_call") == []
        assert sql("select agent_id from open_call where live group by 1 having count(*) > 1") == []
        assert sql(
            "select lead_id from lead_queue where claimed_by is not null "
            "except select lead_id from open_call"
        ) == []  # fmt: skip
        assert sql(
            "select q.lead_id from lead_queue q where q.attempts <> "
            "(select count(*) from call_log c where c.lead_id = q.lead_id)"
        ) == []  # fmt: skip
    return int(logged)


def backends(floor: Floor) -> set[int]:
    """The server's processes for the test's database, but for the one that is asked."""
    found = floor.sql(
        "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
    )
    return {pid for (pid,) in found}


def test_kill_9_around_a_save_leaves_one_call_a_request_or_none(floor: Floor, real_db: OwnDatabase) -> None:
    email = make_user(real_db, "agent")
    for _ in range(LEADS):
        floor.lead(chance.randrange(1_000_000))
    requests: list[str] = []
    unsure = ""
    for number in range(ROUNDS):
        # every second one sends the dead one's last request again, as the program does after a lost reply
        with subprocess.Popen(
            [sys.executable, "-c", WORKER, real_db.url, email, PASSWORD, unsure if number % 2 else ""],
            stdout=subprocess.PIPE, text=True,
        ) as worker:  # fmt: skip
            assert worker.stdout is not None
            told = []
            while (line := worker.stdout.readline().strip()) != "ready":
                assert line, "the worker ended by itself"
                told.append(line)
            # some saves are whole however slow the machine is, and then at any moment
            told += [worker.stdout.readline().strip() for _ in range(chance.randrange(3, 6))]
            time.sleep(chance.uniform(0, 0.15))
            worker.kill()
            told += worker.stdout.read().split("\n")
        said = [line for line in told if line.count(" ") == 1 and len(line) == 73]
        requests += [line.split()[0] for line in said]
        unsure = said[-1] if said else unsure
        if number % 4 == 3:
            counts_add_up(floor)
    logged = counts_add_up(floor)
    assert logged > ROUNDS
    assert len(set(requests)) - logged <= ROUNDS
    kept = {str(row[0]) for row in floor.sql("select request_id from receipt where action = 'calls.log'")}
    assert kept <= set(requests)


def _signed_in(url: str, email: str) -> Ctx:
    ctx = Ctx(Database(url), Origin.TUI)
    auth.sign_in(ctx, SignIn(email, PASSWORD))
    return ctx


def test_a_connection_cut_after_commit_is_one_call(floor: Floor, real_db: OwnDatabase) -> None:
    email = make_user(real_db, "agent")
    floor.lead(5)
    with Proxy(real_db.url) as proxy:
        ctx = _signed_in(proxy.url, email)
        call = claim(ctx)
        command = LogCall(uuid.uuid4(), call.id, CallStatus.NOT_ANSWERED, "tidak diangkat", NoAnswer.BUSY)
        proxy.cut_after_commit()
        with pytest.raises(Unavailable):
            calls.log(ctx, command)
        assert proxy.cut.is_set()
        assert counts_add_up(floor) == 1  # the server has it, the client does not know
        answer = calls.log(ctx, command)
        assert isinstance(answer, Logged)
        assert calls.log(ctx, command) == answer
        ctx.db.close()
    assert counts_add_up(floor) == 1
    assert floor.sql("select outcome, reason, note from call_log") == [(None, 1, "tidak diangkat")]


def test_the_program_whose_save_is_cut_off_saves_once(
    floor: Floor, real_db: OwnDatabase, open_program: OpenProgram
) -> None:
    email = make_user(real_db, "agent", name="Sari Dewi")
    floor.lead(5)
    with Proxy(real_db.url) as proxy:
        program = open_program(LEADTUI_DATABASE_URL=proxy.url)
        program.sign_in(email, PASSWORD)
        program.send("n")
        program.shows("Open call")
        program.send(" ", "4")
        program.send(*"sudah punya kartu")
        program.shows("sudah punya kartu")
        proxy.cut_after_commit()
        program.send(F9)
        program.shows_no("Open call")
        assert proxy.cut.wait(5)
        program.shows("sudah punya kartu")  # in the history: the same request was answered by its receipt
        program.send(CTRL_Q, CTRL_Q)  # the second one where the answer is still on its way
        assert program.end() == 0
    assert counts_add_up(floor) == 1
    assert floor.sql("select outcome, note from call_log") == [
        (int(Outcome.NOT_INTERESTED), "sudah punya kartu")
    ]
    assert floor.sql("select count(*) from open_call") == [(0,)]


def test_the_program_killed_around_a_save_brings_the_call_back_or_has_it(
    floor: Floor, real_db: OwnDatabase, open_program: OpenProgram
) -> None:
    email = make_user(real_db, "agent")
    floor.lead(5)
    before = backends(floor)
    program = open_program()
    program.sign_in(email, PASSWORD)
    program.send("n")
    program.shows("Open call")
    program.send(" ", "4", *"tidak mau")
    program.shows("tidak mau")
    program.send(F9)
    time.sleep(chance.uniform(0, 0.1))
    program.kill9()
    deadline = time.monotonic() + 20
    while backends(floor) - before:  # the server ends what it was doing
        assert time.monotonic() < deadline
        time.sleep(0.05)
    logged = counts_add_up(floor)
    again = open_program()
    again.sign_in(email, PASSWORD)
    if not logged:
        again.shows("Open call")
        assert floor.sql("select count(*) from open_call where live") == [(1,)]
    else:
        assert floor.sql("select count(*) from open_call") == [(0,)]
