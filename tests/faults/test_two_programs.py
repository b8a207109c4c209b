"""Two real programs of two agents side by side on one server: nobody is called twice; each sees the other."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import PASSWORD, OwnDatabase, make_user
from tests.db.callfloor import Floor
from tests.faults.conftest import OpenProgram
from tests.faults.program import CTRL_S, ENTER, ESCAPE, F2, F9, Program

SHARED = "+628119990001"


@pytest.fixture
def floor(real_db: OwnDatabase) -> Floor:
    """No hours, and a minute to undo."""
    floor = Floor(real_db)
    floor.set("window.enabled", "false")
    floor.sql("insert into setting (key, value) values ('undo.seconds', '60')")
    return floor


def named(floor: Floor, name: str, rank: int, **more: Any) -> int:
    """A lead whose name is found on a screen."""
    ident = floor.lead(rank, **more)
    floor.sql("update lead set name = %s where id = %s", name, ident)
    floor.sql("update lead_queue set name_fold = lower(%s) where lead_id = %s", name, ident)
    return ident


def both(open_program: OpenProgram, real_db: OwnDatabase) -> tuple[Program, Program]:
    """Sari and Rina, signed in, each with the list."""
    pair = []
    for name in ("Sari Dewi", "Rina Agustina"):
        email = make_user(real_db, "agent", name=name)
        program = open_program()
        program.sign_in(email, PASSWORD)
        pair.append(program)
    return pair[0], pair[1]


def row_of(shown: str, name: str) -> str:
    """The lines with this name: the list's, and the preview's beside it."""
    return "\n".join(line for line in shown.split("\n") if name in line)


def open_calls(floor: Floor) -> list[tuple[Any, ...]]:
    return floor.sql(
        "select p.name, o.lead_id from open_call o join app_user p on p.id = o.agent_id "
        "where o.live order by 1"
    )


def test_one_takes_and_the_other_sees_it_in_place_and_gets_another(
    floor: Floor, real_db: OwnDatabase, open_program: OpenProgram
) -> None:
    first, second = named(floor, "Agus Pertama", 900_000), named(floor, "Budi Kedua", 800_000)
    sari, rina = both(open_program, real_db)
    rina.shows("Agus Pertama", "Budi Kedua")
    sari.send("n")
    sari.shows("Open call: Agus Pertama")
    # marked where it stands, and not moved
    rina.until(lambda shown: "Sari" in row_of(shown, "Agus Pertama"), why="the taken row is not marked")
    rina.send("n")
    rina.shows("Open call: Budi Kedua")
    assert open_calls(floor) == [("Rina Agustina", second), ("Sari Dewi", first)]

    # Sari logs, thinks again, and takes it back: Rina's list has it as hers all the while
    sari.send("4", *"tidak mau")
    sari.shows("tidak mau")
    sari.send(F9)
    sari.shows("Saved: Agus Pertama", "undo")
    assert floor.sql("select count(*) from call_effective") == [(1,)]
    sari.send(ESCAPE)
    sari.shows("BY SCORE")  # esc and a letter at once would be alt and that letter
    sari.send("u")
    sari.shows("Open call: Agus Pertama", "tidak mau")
    assert floor.sql("select count(*) from call_effective") == [(0,)]
    assert open_calls(floor) == [("Rina Agustina", second), ("Sari Dewi", first)]
    assert floor.sql(
        "select lead_id from open_call where live group by lead_id having count(*) > 1"
    ) == []  # fmt: skip


def test_handing_over_and_a_number_that_two_share(
    floor: Floor, real_db: OwnDatabase, open_program: OpenProgram
) -> None:
    first = named(floor, "Agus Pertama", 900_000, phones=(SHARED,))
    shared = named(floor, "Citra Serumah", 800_000, phones=(SHARED,))
    third = named(floor, "Dewi Ketiga", 700_000)
    sari, rina = both(open_program, real_db)
    rina.shows("Agus Pertama", "Citra Serumah", "Dewi Ketiga")

    sari.send("n")
    sari.shows("Open call: Agus Pertama")
    # who shares the number is not called meanwhile
    rina.send("n")
    rina.shows("Open call: Dewi Ketiga")
    rina.send("a")
    rina.shows("HAND OVER", "Sari Dewi")
    rina.send("sari", ENTER)
    rina.send(*"bicara bahasa Sunda")
    rina.shows("bicara bahasa Sunda")
    rina.send(ENTER)
    rina.shows("Handed over to Sari Dewi.")
    rina.shows_no("Open call")
    assert open_calls(floor) == [("Sari Dewi", first)]
    ((owner,),) = floor.sql(
        "select p.name from lead_queue q join app_user p on p.id = q.owner_id where q.lead_id = %s", third
    )
    assert owner == "Sari Dewi"

    # never again, said once: nobody with this number stays on the other's list
    rina.send(F2)
    rina.send(ESCAPE)
    rina.shows("BY SCORE", "Citra Serumah")
    sari.send("d", "6", "6")
    sari.send(*"jangan telepon lagi")
    sari.shows("jangan telepon lagi")
    sari.send(CTRL_S)
    sari.shows_no("Open call: Agus Pertama")
    rina.until(
        lambda shown: "has left the queue" in row_of(shown, "Citra Serumah"),
        why="the shared number is still offered",
    )
    states = floor.sql("select dnc from lead_queue where lead_id in (%s, %s)", first, shared)
    assert states == [(True,), (True,)]
    rina.send("n")
    rina.shows("Nobody is left to call now.")
    assert floor.sql("select agent_id from open_call where live group by 1 having count(*) > 1") == []
