"""One embedded directory and its users: who starts it, who shares it, who ends it, what a crash leaves."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from leadtui.core.db import cluster, embedded, migrate
from tests.faults.program import CTRL_Q, Program

USER = """
import sys
import psycopg
from leadtui.core.runtime import open_runtime
from leadtui.core.settings import load

runtime = open_runtime(load({"LEADTUI_HOME": sys.argv[1]}))
print("up", runtime.server.pid, flush=True)
for line in sys.stdin:
    for _ in range(2):  # a connection that has just been used is not tried before it is used again
        try:
            with runtime.app.connection() as pg:
                print(pg.execute("select version_num from alembic_version").fetchone()[0], flush=True)
            break
        except psycopg.OperationalError:
            pass
runtime.close()
"""


class User:
    """A process that uses the database under `home` until its input ends."""

    def __init__(self, home: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def up(self) -> int:
        """The postmaster's number, once the database is open."""
        word, _, number = self._line().partition(" ")
        assert word == "up"
        return int(number)

    def asks(self) -> str:
        """Use the database; gives the schema's revision."""
        assert self.process.stdin is not None
        self.process.stdin.write("?\n")
        self.process.stdin.flush()
        return self._line()

    def quits(self) -> None:
        """An ordinary end."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(60) == 0

    def kill(self) -> None:
        self.process.kill()
        with self.process:
            pass  # waits, and closes its streams


@pytest.fixture
def users(own_home: Path) -> Iterator[type]:
    made: list[User] = []

    class Made(User):
        def __init__(self) -> None:
            super().__init__(own_home)
            made.append(self)

    yield Made
    for user in made:
        user.kill()
    _end(own_home)


def _end(home: Path) -> None:
    """Whatever the test left running in its own directory."""
    if (pid := embedded.running_pid(home)) is not None:
        os.kill(pid, signal.SIGQUIT)
        gone(pid)


def gone(pid: int, within: float = 20) -> None:
    """Wait for the end of a process that is not our child."""
    end = time.monotonic() + within
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < end, f"{pid} goes on"
        time.sleep(0.05)


def leftovers(home: Path) -> list[str]:
    """Processes that have this directory in their command line."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        with contextlib.suppress(psutil.NoSuchProcess):
            line = " ".join(process.info["cmdline"] or [])
            if str(home) in line and process.info["status"] != psutil.STATUS_ZOMBIE:
                found.append(line)
    return found


def test_two_at_once_on_a_fresh_directory_share_it_and_the_last_one_ends_it(
    users: type[User], own_home: Path
) -> None:
    first, second = users(), users()
    server = first.up()
    assert second.up() == server
    assert first.asks() == second.asks()
    first.quits()
    assert second.asks() != ""
    second.quits()
    gone(server)
    assert leftovers(own_home) == []
    # what the next start finds is a clean end
    assert not (embedded.data_directory(own_home) / "postmaster.pid").exists()

    # one of two is killed: the other's quit still stops the server, and nothing but the living is remembered
    killed, stays = users(), users()
    server = killed.up()
    assert stays.up() == server
    killed.kill()
    stays.quits()
    gone(server)

    # the last one is killed: the server stays, the next one joins it and takes it along
    alone = users()
    server = alone.up()
    alone.kill()
    assert embedded.running_pid(own_home) == server
    joined = users()
    assert joined.up() == server
    joined.quits()
    gone(server)
    assert leftovers(own_home) == []


def test_a_first_start_that_is_killed_leaves_nothing_half(users: type[User], own_home: Path) -> None:
    for delay in (0.7, 1.5, 2.3):
        user = users()
        time.sleep(delay)
        user.kill()
    user = users()
    user.up()
    assert user.asks() != ""
    user.quits()
    assert [path.name for path in own_home.glob("server/pg18.broken*")] == []
    assert leftovers(own_home) == []


def test_a_first_use_killed_after_its_migrations_is_made_whole(users: type[User], own_home: Path) -> None:
    server = embedded.start(own_home)
    # what the first upgrade has done when it is killed before its last steps: every revision, nothing after
    with psycopg.connect(server.admin_url, autocommit=True) as pg:
        pg.execute(migrate._ROLES)
    migrate._run(server.admin_url)
    user = users()
    user.up()
    assert user.asks() == migrate.head()
    with psycopg.connect(server.admin_url, autocommit=True) as pg:
        assert migrate.used(server.admin_url)
        found = pg.execute("select count(*) from pg_inherits where inhparent = 'audit'::regclass").fetchone()
        assert found is not None
        assert found[0] > 1
    user.quits()
    server.stop()


def test_a_server_that_was_killed_is_started_again_by_who_needs_it(users: type[User], own_home: Path) -> None:
    first, second = users(), users()
    server = first.up()
    second.up()
    before = first.asks()
    os.kill(server, signal.SIGKILL)
    gone(server)
    assert (first.asks(), second.asks()) == (before, before)
    again = embedded.running_pid(own_home)
    assert again is not None
    assert again != server
    # it belongs to both, as the one before it did
    second.quits()
    assert first.asks() == before
    first.quits()
    gone(again)
    assert leftovers(own_home) == []


def test_a_program_that_goes_takes_its_server_along(own_home: Path) -> None:
    ways: list[Callable[[Program], None]] = [
        lambda program: program.send(CTRL_Q),
        lambda program: program.signal(signal.SIGTERM),
        lambda program: program.signal(signal.SIGHUP),
        lambda program: program.hang_up(),
    ]
    try:
        for leave in ways:
            with Program.open(own_home) as program:
                program.until(program._asks)
                server = embedded.running_pid(own_home)
                assert server is not None
                leave(program)
                program.end()
                gone(server)
                assert leftovers(own_home) == []
    finally:
        _end(own_home)


def test_a_command_that_is_told_to_go_takes_its_server_along(own_home: Path) -> None:
    """The demo's setup: seconds of work, from making the cluster on."""
    try:
        for number in (signal.SIGTERM, signal.SIGHUP):
            with Program.open(own_home, "demo", "--setup-only", "--leads", "20000") as program:
                end = time.monotonic() + 60
                while (server := embedded.running_pid(own_home)) is None:
                    assert time.monotonic() < end
                    assert program.alive, program.screen()
                    time.sleep(0.05)
                program.signal(number)
                assert program.end() == 1
                gone(server)
                assert leftovers(own_home) == []
    finally:
        _end(own_home)


def test_numbers_of_processes_that_were_given_out_again(tmp_path: Path) -> None:
    pgdata = tmp_path / "pg18"
    pgdata.mkdir()
    handles, known = pgdata / ".handle_pids.json", tmp_path / "users.json"
    me = os.getpid()
    # a number that nobody has, and one that somebody else has by now
    handles.write_text(json.dumps([me, os.getppid(), 2**22 - 1]))
    known.write_text(json.dumps({str(os.getppid()): 1.0}))
    cluster.add_user(pgdata)
    cluster.drop_stale_users(pgdata)
    assert json.loads(handles.read_text()) == [me]
    assert list(json.loads(known.read_text())) == [str(me)]
    # a server's number, too: ours is no PostgreSQL
    pid_file = pgdata / "postmaster.pid"
    pid_file.write_text(f"{me}\n{pgdata}\n")
    assert cluster.postmaster(pgdata) is None
    assert cluster.crashed(pgdata)
    cluster.drop_stale_postmaster(pgdata)
    assert not pid_file.exists()
    handles.write_text("[1, 2")
    cluster.drop_stale_users(pgdata)
    assert handles.read_text() == "[]"
