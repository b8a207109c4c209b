"""The demo's colleagues: they work through the services, and end when the program does, however it does."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator

import psutil
import psycopg
import pytest

from leadtui.core.calls.dto import Outcome
from leadtui.core.db import embedded
from leadtui.core.demo import colleagues, setup
from leadtui.core.demo.dto import MAX_COLLEAGUES, FillDemo
from leadtui.core.demo.floor import Floor, drawn
from leadtui.core.errors import Invalid
from leadtui.core.runtime import Runtime, open_runtime
from leadtui.core.settings import Settings
from tests.conftest import short_folder

PATIENCE = 120.0
QUICK = "0.01"
"""A hundredth of what people take."""

PROGRAM = """
import os, sys
from leadtui.cli.demo_floor import beside
with beside(2, float(sys.argv[1])) as child:
    print(child.pid, flush=True)
    sys.stdin.read()
"""


def until(condition: Callable[[], object], why: str) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, why
        time.sleep(0.05)


@pytest.fixture(scope="module")
def demo() -> Iterator[Runtime]:
    """A small demo with two colleagues who do not work yet."""
    home = short_folder()
    settings = Settings(home, None, None, "dev")
    setup.prepare(settings, FillDemo(leads=60), with_colleagues=2)
    runtime = open_runtime(settings)
    yield runtime
    runtime.close()
    embedded.stop(home)
    shutil.rmtree(home, ignore_errors=True)


def asked(demo: Runtime, statement: str) -> int:
    assert demo.admin_url is not None
    with psycopg.connect(demo.admin_url) as connection:
        row = connection.execute(statement).fetchone()
    assert row is not None
    return int(row[0])


THEIRS = "(select id from app_user where email like 'rekan%@example.com')"
CALLS = f"select count(*) from call_log where agent_id in {THEIRS}"  # noqa: S608
SESSIONS = f"select count(*) from app_session where ended_at is null and user_id in {THEIRS}"  # noqa: S608


def gone(pid: int) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    return True


@pytest.mark.parametrize("killed", [False, True], ids=["ended", "killed"])
def test_they_work_beside_the_program_and_end_with_it(demo: Runtime, killed: bool) -> None:
    before = asked(demo, CALLS)
    plain = {name: value for name, value in os.environ.items() if not name.startswith("LEADTUI_")}
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, QUICK],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**plain, "LEADTUI_HOME": str(demo.settings.home), "LEADTUI_LANG": "id"},
    )  # fmt: skip
    assert program.stdout is not None
    assert program.stdin is not None
    child = 0
    try:
        child = int(program.stdout.readline())
        until(lambda: asked(demo, CALLS) >= before + 3, "three calls")
        assert asked(demo, SESSIONS) == 2
        if killed:
            program.send_signal(signal.SIGKILL)
        program.stdin.close()
        assert program.wait(PATIENCE) == (-signal.SIGKILL if killed else 0)
        until(lambda: gone(child), "the colleagues go home")
        assert asked(demo, SESSIONS) == 0
        # nothing of theirs that was never dialled is kept from anybody
        assert asked(demo, "select count(*) from open_call where dialled_at is null") == 0
    finally:
        if program.poll() is None:
            program.kill()
            program.wait()
        program.stdout.close()
        if child and not gone(child):
            os.kill(child, signal.SIGKILL)


def test_what_they_did_is_what_people_leave_behind(demo: Runtime) -> None:
    floor = Floor(demo.app, colleagues.logins(2), "en", seed=7, pace=0.001)
    before = asked(demo, CALLS)
    worker = threading.Thread(target=floor.work)
    worker.start()
    try:
        until(lambda: asked(demo, CALLS) >= before + 20, "twenty calls")
    finally:
        floor.stop.set()
        worker.join(PATIENCE)
    assert not worker.is_alive()
    made = asked(demo, CALLS)
    assert asked(demo, "select count(*) from audit where outcome <> 'ok'") == 0
    assert asked(demo, f"select sum(calls) from agent_day where agent_id in {THEIRS}") == made  # noqa: S608
    logged = f"select count(*) from audit where action = 'call.logged' and actor_id in {THEIRS}"  # noqa: S608
    assert asked(demo, logged) == made
    assert asked(demo, f"select count(distinct note) from call_log where agent_id in {THEIRS}") > 3  # noqa: S608


def test_with_nobody_left_to_call_they_wait(demo: Runtime) -> None:
    assert demo.admin_url is not None
    with psycopg.connect(demo.admin_url) as connection:
        connection.execute("update lead_queue set dnc = true")
    floor = Floor(demo.app, colleagues.logins(2), "en", seed=8, pace=0.001)
    worker = threading.Thread(target=floor.work)
    worker.start()
    try:
        until(lambda: asked(demo, SESSIONS) == 2, "both are here")
        until(
            lambda: asked(demo, "select count(*) from open_call where live") == 0, "what was open is logged"
        )
        made = asked(demo, CALLS)
        refused = "select count(*) from audit where action = 'call.opened' and outcome <> 'ok'"
        assert asked(demo, refused) == 0
        assert worker.is_alive()
        assert asked(demo, CALLS) == made
    finally:
        floor.stop.set()
        worker.join(PATIENCE)
    assert not worker.is_alive()


def test_the_better_the_score_the_more_is_sold() -> None:
    rng = random.Random(1)  # noqa: S311
    sold = [Counter(drawn(rng, p) for _ in range(2_000))[Outcome.CLOSED] for p in (0.02, 0.3, 0.9)]
    assert sold == sorted(sold)
    assert 20 < sold[0] < 200
    assert sold[2] > 800


def test_how_many_there_can_be() -> None:
    names = {login.name for login in colleagues.logins(MAX_COLLEAGUES)}
    assert len(names) == MAX_COLLEAGUES
    assert colleagues.logins(0) == ()
    for n in (-1, MAX_COLLEAGUES + 1):
        with pytest.raises(Invalid) as caught:
            colleagues.logins(n)
        assert caught.value.code == "demo_colleagues"
