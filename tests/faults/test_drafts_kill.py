"""What is typed outlives the program: killed, hung up, ended by a signal, its database stopped."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import Any

import pytest

from leadtui.core.drafts.files import FOLDER
from tests.conftest import PASSWORD, OwnDatabase, make_user
from tests.db.callfloor import Floor
from tests.faults.conftest import OpenProgram
from tests.faults.program import CTRL_S, F9, Program


@pytest.fixture
def floor(real_db: OwnDatabase) -> Floor:
    floor = Floor(real_db)
    floor.set("window.enabled", "false")
    return floor


def calls_of(floor: Floor) -> list[tuple[Any, ...]]:
    return floor.sql("select outcome, note from call_log order by id")


def sessions(floor: Floor) -> list[tuple[Any, ...]]:
    return floor.sql("select ended_why from app_session order by id")


def on_the_phone(program: Program, email: str, note: str) -> None:
    """Signed in, the next customer taken, an outcome chosen and a note typed."""
    program.sign_in(email, PASSWORD)
    program.send("n")
    program.shows("not dialled yet")
    program.send("4")
    program.shows("4 ●", "f9 save")
    program.send(*note)
    program.shows(note)


def written(home: Path) -> None:
    """Wait until the journal has had its pause: a second is what may be lost."""
    end = time.monotonic() + 5
    time.sleep(0.6)
    while not list((home / FOLDER).glob("*.draft")):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_killed_while_typing_the_note_is_back_in_its_form_and_only_for_its_user(
    open_program: OpenProgram, real_db: OwnDatabase, floor: Floor, own_home: Path
) -> None:
    floor.lead()
    sari, rina = make_user(real_db, "agent", name="Sari Dewi"), make_user(real_db, "agent", name="Rina A")
    first = open_program()
    on_the_phone(first, sari, "thinks about it")
    written(own_home)
    first.kill9()
    stored = b"".join(path.read_bytes() for path in (own_home / FOLDER).iterdir())
    assert b"thinks" not in stored
    other = open_program()
    other.sign_in(rina, PASSWORD)
    other.shows("Rina A")
    time.sleep(0.5)
    assert "thinks about it" not in other.screen()
    other.kill9()
    again = open_program()
    again.sign_in(sari, PASSWORD)
    again.shows("thinks about it", "Open call")
    again.send(F9)
    again.shows("Saved: not interested.")
    assert calls_of(floor) == [(4, "thinks about it")]
    again.send("\x11")
    assert again.end() == 0
    assert list((own_home / FOLDER).iterdir()) == []


@pytest.mark.parametrize(
    ("how", "code"),
    [("TERM", 128 + signal.SIGTERM), ("HUP", 128 + signal.SIGHUP), ("pty", 128 + signal.SIGHUP)],
)
def test_a_signal_or_a_closed_terminal_loses_nothing_and_ends_the_session(
    open_program: OpenProgram, real_db: OwnDatabase, floor: Floor, own_home: Path, how: str, code: int
) -> None:
    floor.lead()
    email = make_user(real_db, "agent")
    program = open_program()
    on_the_phone(program, email, "asks for Monday")
    if how == "pty":
        program.hang_up()
    else:
        program.signal(signal.Signals[f"SIG{how}"])
    assert program.end(15) == code
    assert sessions(floor) == [("signed_out",)]
    if how == "TERM":
        assert b"\x1b[?1049l" in program.log  # the terminal is itself again
    again = open_program()
    again.sign_in(email, PASSWORD)
    again.shows("asks for Monday", "Open call")


def test_a_stalled_database_stops_neither_typing_nor_the_end(
    open_program: OpenProgram, real_db: OwnDatabase, floor: Floor, own_home: Path
) -> None:
    import os

    floor.lead()
    email = make_user(real_db, "agent")
    program = open_program()
    on_the_phone(program, email, "before")
    pids = [row[0] for row in floor.sql(
        "select pid from pg_stat_activity where datname = current_database() and application_name = 'leadtui'"
    )]  # fmt: skip
    assert pids
    try:
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        program.send(F9)
        program.shows("saving")
        program.send(*" and after")
        program.shows("before and after")
        program.signal(signal.SIGTERM)
        started = time.monotonic()
        assert program.end(20) == 128 + signal.SIGTERM
        assert time.monotonic() - started < 15
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
    again = open_program()
    again.sign_in(email, PASSWORD)
    # sent before or now: once, as it was when F9 was pressed; what came after is offered or in the form
    again.until(lambda _shown: len(calls_of(floor)) == 1, why="the queued save was not sent")
    assert calls_of(floor) == [(4, "before")]


def test_a_save_that_was_never_answered_is_sent_once_at_the_next_sign_in(
    open_program: OpenProgram, real_db: OwnDatabase, floor: Floor, own_home: Path
) -> None:
    floor.lead()
    email = make_user(real_db, "agent")
    program = open_program()
    on_the_phone(program, email, "not now")
    written(own_home)
    # the row is locked: the save waits in the database when the program dies
    with real_db.owner() as blocker:
        blocker.execute("begin")
        blocker.execute("lock table call_log in access exclusive mode")
        program.send(CTRL_S)
        time.sleep(1.0)
        program.kill9()
        blocker.execute("rollback")
    again = open_program()
    again.sign_in(email, PASSWORD)
    again.until(lambda _shown: len(calls_of(floor)) == 1, why="the queued save was not sent")
    again.shows("n next")
    time.sleep(0.5)
    assert calls_of(floor) == [(4, "not now")]
    assert "Open call" not in again.screen()
