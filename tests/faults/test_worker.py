"""The worker as a process: killed, told to stop, two at once, and a server that goes away under it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from leadtui.core.auth import service as auth
from leadtui.core.ctx import Origin
from leadtui.core.db import cluster, embedded
from leadtui.core.outbox import service as outbox
from leadtui.core.runtime import open_runtime
from leadtui.core.settings import Settings
from leadtui.core.users import service as users
from leadtui.core.users.dto import AddUser
from tests.cli.conftest import start_in_haste
from tests.conftest import MakeCtx, OwnDatabase
from tests.db.test_outbox import me, writing
from tests.worker.mailbox import MailBox, mailbox

PATIENCE = 240.0
"""Seconds: a mail that lost its job in the middle gets another one every minute."""


def until(condition: Callable[[], object], why: str) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, why
        time.sleep(0.05)


class Worker:
    """`leadtui worker` in a process of its own."""

    def __init__(self, home: Path, box: MailBox, *arguments: str, **env: str) -> None:
        plain = {name: value for name, value in os.environ.items() if not name.startswith("LEADTUI_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "leadtui", "worker", *arguments],
            env={
                **plain, "LEADTUI_HOME": str(home), "LEADTUI_LANG": "en", "LEADTUI_MAIL_HOST": "127.0.0.1",
                "LEADTUI_MAIL_PORT": str(box.port), "LEADTUI_MAIL_SECURITY": "none",
                "LEADTUI_MAIL_SENDER": "leadtui@bank.test", **env,
            },
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.said: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append(line.rstrip())

    def until_it_says(self, words: str) -> None:
        until(lambda: any(words in line for line in self.said) or self.process.poll() is not None, words)
        assert any(words in line for line in self.said), self.said

    def end(self, number: int = signal.SIGKILL) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        assert self.process.stderr is not None
        self.process.stderr.close()
        return code


Start = Callable[..., Worker]


@pytest.fixture
def box() -> Iterator[MailBox]:
    with mailbox() as running:
        yield running
        # nobody is left waiting for an answer
        if running.letters.hold is not None:
            running.letters.hold.set()


@pytest.fixture
def start(own_home: Path, box: MailBox, real_db: OwnDatabase) -> Iterator[Start]:
    """`start(*arguments)` on `real_db`; ended after."""
    begun: list[Worker] = []

    def one(*arguments: str) -> Worker:
        urls = {"LEADTUI_DATABASE_URL": real_db.url, "LEADTUI_ADMIN_URL": real_db.admin_url}
        begun.append(Worker(own_home, box, *arguments, **urls))
        return begun[-1]

    yield one
    for worker in begun:
        worker.end()


@pytest.fixture
def post(as_real_role: MakeCtx) -> Callable[[int], None]:
    """`post(n)`: mails to one agent."""
    manager, to = as_real_role("manager"), me(as_real_role("agent"))

    def queued(n: int) -> None:
        with writing(manager) as tx:
            for lead in range(n):
                outbox.queue(tx, "task_assigned", to, {"lead_id": lead})

    return queued


def states(db: OwnDatabase) -> list[tuple[str, int]]:
    with db.owner() as connection:
        return connection.execute("select state, tries from outbox order by id").fetchall()


def test_told_to_stop_it_finishes_the_mail_that_is_on_its_way(
    start: Start, box: MailBox, post: Callable[[int], None], real_db: OwnDatabase
) -> None:
    box.letters.hold = threading.Event()
    post(3)
    worker = start("--concurrency", "1")
    assert box.letters.arrived.wait(PATIENCE)
    worker.process.send_signal(signal.SIGTERM)
    worker.until_it_says("Stopping after what runs now")
    assert worker.process.poll() is None
    box.letters.hold.set()
    assert worker.process.wait(PATIENCE) == 0
    assert states(real_db) == [("sent", 1), ("queued", 0), ("queued", 0)]
    assert len(box.letters.taken) == 1
    with real_db.owner() as connection:
        assert connection.execute("select count(*) from procrastinate_workers").fetchone() == (0,)
        live = "select count(*) from app_session where origin = 'worker' and ended_at is null"
        assert connection.execute(live).fetchone() == (0,)


def test_killed_in_the_middle_of_a_mail_it_is_sent_again_under_the_same_id(
    start: Start, box: MailBox, post: Callable[[int], None], real_db: OwnDatabase
) -> None:
    box.letters.hold = threading.Event()
    post(1)
    worker = start()
    assert box.letters.arrived.wait(PATIENCE)
    worker.end(signal.SIGKILL)
    box.letters.hold.set()
    assert states(real_db) == [("sending", 1)]
    # as long as it may be alive nobody sends it for it
    assert start("--once").process.wait(PATIENCE) == 0
    assert states(real_db) == [("sending", 1)]
    with real_db.owner() as connection:
        connection.execute("update procrastinate_workers set last_heartbeat = now() - interval '1 hour'")
    assert start("--once").process.wait(PATIENCE) == 0
    assert states(real_db) == [("sent", 2)]
    first, second = box.letters.ids()
    assert first == second


def test_two_at_once_send_every_mail_once(
    start: Start, box: MailBox, post: Callable[[int], None], real_db: OwnDatabase
) -> None:
    post(200)
    for _worker in range(2):
        start("--concurrency", "4")
    until(lambda: {state for state, _tries in states(real_db)} == {"sent"}, "200 mails")
    assert states(real_db) == [("sent", 1)] * 200
    assert len(box.letters.taken) == len(set(box.letters.ids())) == 200


@pytest.mark.parametrize("how", ["stopped", "crashed"])
def test_a_server_that_goes_away_is_waited_for(own_home: Path, box: MailBox, how: str) -> None:
    server = start_in_haste(own_home)
    runtime = open_runtime(Settings(own_home, None, None, "dev"))
    worker = Worker(own_home, box)
    try:
        worker.until_it_says("Working.")
        if how == "stopped":
            runtime.close()
            server.stop()
            worker.until_it_says("cannot be reached")
            server = start_in_haste(own_home)
            runtime = open_runtime(Settings(own_home, None, None, "dev"))
        else:
            pid = cluster.postmaster(embedded.data_directory(own_home))
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
        ctx = runtime.system(Origin.CLI)
        users.add(ctx, AddUser("rina@bank.test", "Rina", "agent"))
        users.reset_password(ctx, "rina@bank.test")
        until(lambda: box.letters.taken, "the mail after the restart")
        auth.sign_out(ctx)
        until(lambda: _sent(server.admin_url), "it is written down")
        assert box.letters.to == ["rina@bank.test"]
        assert worker.end(signal.SIGTERM) == 0
    finally:
        worker.end()
        runtime.close()
        embedded.stop(own_home)


def _sent(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute("select state from outbox").fetchall() == [("sent",)]
