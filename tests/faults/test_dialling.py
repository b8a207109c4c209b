"""What dialling writes to a real terminal."""

from __future__ import annotations

import re

from tests.conftest import PASSWORD, OwnDatabase, make_user
from tests.db.callfloor import Floor
from tests.faults.conftest import OpenProgram


def test_a_dialled_number_is_a_link_in_the_real_terminal_and_nothing_else_is(
    open_program: OpenProgram, real_db: OwnDatabase
) -> None:
    floor = Floor(real_db)
    floor.set("window.enabled", "false")
    floor.lead(900_000, phones=("+6281234567890",))
    program = open_program(LEADTUI_DIAL="link")
    program.sign_in(make_user(real_db, "agent"), PASSWORD)
    program.send("n")
    program.shows("Open call")
    assert b"\x1b]8;" not in program.log  # nothing is dialled before the database has the time
    program.send("d")
    program.shows("click the number, or paste it")
    links = set(re.findall(rb"\x1b\]8;[^;]*;([^\x1b\x07]*)", bytes(program.log)))
    assert links == {b"tel:+6281234567890", b""}
