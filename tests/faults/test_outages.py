"""The database goes away while somebody types: they are told, they go on, and it is saved once."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import psycopg

from leadtui.core.auth import passwords
from leadtui.core.db import embedded, migrate
from tests.conftest import PASSWORD, OwnDatabase
from tests.db.callfloor import Floor
from tests.faults.program import CTRL_Q, F9, Program
from tests.faults.test_embedded import _end, gone, leftovers
from tests.faults.test_saves import counts_add_up

EMAIL = "sari@bank.test"


def _house(home: Path) -> Floor:
    """An embedded server with an agent and two leads."""
    server = embedded.start(home)
    migrate.upgrade(server.admin_url)
    with psycopg.connect(server.admin_url, autocommit=True) as pg:
        pg.execute(
            "insert into app_user (team_id, email, name, role, password_hash) "
            "select id, %s, 'Sari Dewi', 'agent', %s from team where code = 'main'",
            (EMAIL, passwords.hash_password(PASSWORD, rounds=4)),
        )
    database = OwnDatabase(server.app_url)
    database.admin_url = server.admin_url
    floor = Floor(database)
    floor.set("window.enabled", "false")
    floor.lead(10)
    floor.lead(5)
    return floor


def _begin_call(program: Program, note: str) -> None:
    program.send("n")
    program.shows("Open call")
    program.send(" ", "4", *note)
    program.shows(note)


def logged_once_more(floor: Floor, calls: int) -> None:
    """Wait for what is queued: it is sent a moment after the connection is back."""
    end = time.monotonic() + 30
    while floor.sql("select count(*) from call_log") != [(calls,)]:
        assert time.monotonic() < end, "it was never saved"
        time.sleep(0.1)


def test_a_server_that_dies_or_is_stopped_while_somebody_types(own_home: Path) -> None:
    floor = _house(own_home)
    try:
        with Program.open(own_home) as program:
            program.sign_in(EMAIL, PASSWORD)
            first = embedded.running_pid(own_home)
            assert first is not None

            # it dies: the program that needs it starts it again by itself
            _begin_call(program, "sudah punya")
            os.kill(first, signal.SIGKILL)
            gone(first)
            program.send(*" kartu kredit")
            program.shows("sudah punya kartu kredit")
            program.send(F9)
            program.shows_no("Open call")
            program.shows("live")
            logged_once_more(floor, 1)
            assert counts_add_up(floor) == 1
            again = embedded.running_pid(own_home)
            assert again not in (None, first)

            # it is stopped: nobody starts it but who stopped it; what is typed stays until then
            _begin_call(program, "tidak mau")
            assert again is not None
            os.kill(again, signal.SIGQUIT)  # pg_ctl stop -m immediate
            gone(again)
            program.shows_no("● live")
            program.send(*" ditelepon lagi")
            program.shows("tidak mau ditelepon lagi")
            program.send(F9)
            time.sleep(2)
            assert embedded.running_pid(own_home) is None
            program.shows("tidak mau ditelepon lagi")
            embedded.start(own_home)
            program.shows_no("Open call")
            program.shows("● live", timeout=60)
            logged_once_more(floor, 2)
            assert counts_add_up(floor) == 2
            program.send(CTRL_Q)
            assert program.end() == 0
        assert floor.sql("select note from call_log order by id") == [
            ("sudah punya kartu kredit",),
            ("tidak mau ditelepon lagi",),
        ]
    finally:
        floor.db.close()
        _end(own_home)
    assert leftovers(own_home) == []
