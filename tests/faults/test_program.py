"""The helper itself: what it shows is what the program shows."""

from __future__ import annotations

from tests.conftest import PASSWORD, OwnDatabase, make_user
from tests.faults.conftest import OpenProgram
from tests.faults.program import CTRL_Q, Screen


def test_places_colours_wide_letters_and_a_sequence_cut_in_two() -> None:
    screen = Screen(10, 3)
    screen.feed("\x1b[2;3H\x1b[1;38;2;1;2;3mSar\x1b[0mi\x1b[3;1H\x1b]0;title\x07日x\x1b[1;")
    screen.feed("9Hend")
    assert screen.text() == "        en\n  Sari\n日x"
    screen.feed("\x1b[1;1H\x1b]8;id=1;tel:+62\x1b\\link\x1b]8;;\x1b\\!\x1b]8;id=2;te")
    assert screen.text() == "link!   en\n  Sari\n日x"


def test_it_signs_in_and_quits(open_program: OpenProgram, real_db: OwnDatabase) -> None:
    email = make_user(real_db, "agent", name="Sari Dewi")
    program = open_program()
    program.sign_in(email, PASSWORD)
    program.shows("Sari D.", "Leads")
    program.send(CTRL_Q)
    assert program.end() == 0
