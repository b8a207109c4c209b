"""The do-not-call list on the real database: numbers and people, one by one and whole lists."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import Outcome
from leadtui.core.ctx import Ctx
from leadtui.core.dnc import service as dnc
from leadtui.core.dnc.dto import (
    AddNumber,
    AddPerson,
    BadLine,
    ImportList,
    Lifted,
    ListReport,
    RemoveNumber,
    RemovePerson,
)
from leadtui.core.errors import Conflict, Invalid, NotFound
from leadtui.core.leads.dto import LeadState
from leadtui.core.tasks import service as tasks
from leadtui.core.tasks.dto import AddTask
from tests.conftest import MakeCtx, OneConnection, OwnDatabase
from tests.db.callfloor import NOON, Floor, at, claim, work


@pytest.fixture
def floor(db: OneConnection) -> Floor:
    return Floor(db)


@pytest.fixture
def admin(as_role: MakeCtx) -> Ctx:
    ctx = as_role("admin", name="Ratna")
    at(ctx, NOON)
    return ctx


@pytest.fixture
def agent(as_role: MakeCtx) -> Ctx:
    ctx = as_role("agent")
    at(ctx, NOON)
    return ctx


def add(ctx: Ctx, number: str, **more: Any) -> tuple[int, int]:
    done = dnc.add_number(ctx, AddNumber(uuid.uuid4(), number, **more))
    return done.numbers, done.leads


def remove(ctx: Ctx, number: str, reason: str = "salah catat", **more: Any) -> Lifted:
    return dnc.remove_number(ctx, RemoveNumber(uuid.uuid4(), number, reason, **more))


def person(ctx: Ctx, lead_id: int) -> tuple[int, int]:
    done = dnc.add_person(ctx, AddPerson(uuid.uuid4(), lead_id, "surat tertanggal 3 Maret"))
    return done.numbers, done.leads


def free(ctx: Ctx, lead_id: int) -> Lifted:
    return dnc.remove_person(ctx, RemovePerson(uuid.uuid4(), lead_id, "surat pencabutan"))


PHONE = "+6281299990001"
OTHER = "+6281299990002"


@pytest.mark.parametrize(
    "written", ["081299990001", "+62 812-9999-0001", "6281299990001", "(0812) 9999 0001"]
)
def test_a_number_however_it_is_written(floor: Floor, admin: Ctx, written: str) -> None:
    lead = floor.lead(phones=(OTHER, PHONE))
    free_one, elsewhere = floor.lead(), floor.lead(phones=(PHONE,), team="timur")
    version = floor.queue(lead)["version"]
    assert add(admin, written, reason="telepon ke cabang") == (2, 2)  # an entry for each team
    row = floor.queue(lead)
    assert (row["dnc"], row["ready"], row["version"]) == (True, False, version + 1)
    assert floor.queue(elsewhere)["dnc"]
    assert not floor.queue(free_one)["dnc"]
    assert add(admin, written) == (0, 0)
    found = dnc.listing(admin, "0812 9999")
    assert {(one.e164, one.team, one.reason, one.source, one.added_by_name) for one in found} == {
        (PHONE, "main", "telepon ke cabang", None, "Ratna"),
        (PHONE, "timur", "telepon ke cabang", None, "Ratna"),
    }
    assert dnc.count(admin) == 2
    assert dnc.listing(admin, "0813") == ()


def test_one_team_alone(floor: Floor, admin: Ctx, as_role: MakeCtx) -> None:
    lead, elsewhere = floor.lead(phones=(PHONE,)), floor.lead(phones=(PHONE,), team="timur")
    assert add(admin, PHONE, team="timur") == (1, 1)
    assert (floor.queue(lead)["dnc"], floor.queue(elsewhere)["dnc"]) == (False, True)
    assert dnc.listing(as_role("manager")) == ()
    assert len(dnc.listing(as_role("manager", team="timur"))) == 1
    with pytest.raises(NotFound):
        add(admin, PHONE, team="mars")


def test_what_is_no_number(floor: Floor, admin: Ctx) -> None:
    for written in ("", "12", "budi", "0812-ABC", "+62812999900011111", "8.12E+10"):
        with pytest.raises(Invalid) as caught:
            add(admin, written)
        assert caught.value.fields == {"number": "phone_invalid"}
    with pytest.raises(Invalid):
        dnc.listing(admin, "budi")


def test_a_bad_number_is_not_theirs(floor: Floor, admin: Ctx) -> None:
    lead = floor.lead(phones=(OTHER, PHONE))
    floor.sql("update lead_phone set bad = true where lead_id = %s and e164 = %s", lead, PHONE)
    assert add(admin, PHONE) == (1, 0)
    assert not floor.queue(lead)["dnc"]


def test_tasks_end_and_the_callback_is_forgotten(floor: Floor, admin: Ctx, agent: Ctx) -> None:
    lead = floor.lead(phones=(PHONE,))
    work(agent, lead, Outcome.CALLBACK, callback_at=NOON + timedelta(hours=2))
    tasks.add(agent, AddTask(uuid.uuid4(), lead, NOON + timedelta(hours=4), "kirim brosur"))
    assert len(tasks.mine(agent)) == 2
    assert add(admin, PHONE) == (1, 1)
    assert tasks.mine(agent) == ()
    assert floor.queue(lead)["callback_at"] is None


def test_whoever_has_it_open_dials_no_more_and_may_log(floor: Floor, admin: Ctx, agent: Ctx) -> None:
    lead = floor.lead(phones=(PHONE,))
    call = claim(agent, lead)
    add(admin, PHONE)
    with pytest.raises(Conflict) as caught:
        calls.dialled(agent, call.id)
    assert caught.value.data["verdicts"] == ("do_not_call",)
    assert calls.current(agent) is not None


def test_a_person_with_all_their_numbers(floor: Floor, admin: Ctx) -> None:
    lead, shares = floor.lead(phones=(PHONE, OTHER)), floor.lead(phones=(OTHER,))
    assert person(admin, lead) == (2, 2)
    assert floor.queue(lead)["state"] == LeadState.DO_NOT_CALL
    assert (floor.queue(shares)["dnc"], floor.queue(shares)["state"]) == (True, LeadState.PENDING)
    assert {(one.e164, one.lead_id) for one in dnc.listing(admin)} == {(PHONE, lead), (OTHER, lead)}
    done = free(admin, lead)
    assert (done.numbers, done.leads, done.still, done.blocking) == (2, 2, 0, ())
    row = floor.queue(lead)
    assert (row["dnc"], row["state"], row["ready"]) == (False, LeadState.PENDING, True)
    assert not floor.queue(shares)["dnc"]
    assert floor.sql("select do_not_call from lead where id = %s", lead) == [(False,)]
    with pytest.raises(NotFound) as caught:
        free(admin, lead)
    assert caught.value.code == "dnc_lead_unknown"
    with pytest.raises(NotFound):
        person(admin, 999_999)


def test_who_said_so_in_a_call_can_take_it_back(floor: Floor, admin: Ctx, agent: Ctx) -> None:
    lead = floor.lead(phones=(PHONE,))
    work(agent, lead, Outcome.DO_NOT_CALL)
    assert dnc.listing(admin)[0].reason == "asked"
    assert free(admin, lead).leads == 1
    assert not floor.queue(lead)["dnc"]
    assert dnc.listing(admin) == ()


def test_what_another_entry_blocks_stays_blocked(floor: Floor, admin: Ctx) -> None:
    lead, spouse = floor.lead(phones=(PHONE, OTHER)), floor.lead(phones=(PHONE,))
    add(admin, OTHER, reason="daftar regulator")
    person(admin, lead)
    person(admin, spouse)
    done = free(admin, lead)
    # their own word is lifted; the number by hand, and the one that the spouse asked for, are not
    assert (done.numbers, done.leads, done.still) == (0, 0, 1)
    assert done.blocking == (PHONE, OTHER)
    assert floor.queue(lead)["dnc"]
    assert remove(admin, OTHER) == Lifted(1, 0, 1)
    assert remove(admin, PHONE) == Lifted(1, 1, 1)  # the spouse's own word holds
    assert not floor.queue(lead)["dnc"]
    assert floor.queue(spouse)["dnc"]


def test_removing_keeps_what_it_was(floor: Floor, admin: Ctx) -> None:
    lead = floor.lead(phones=(PHONE,))
    add(admin, PHONE, reason="daftar regulator")
    for reason in ("", "  ", "ok", "\x1b[31m"):
        with pytest.raises(Invalid) as caught:
            remove(admin, PHONE, reason)
        assert caught.value.fields == {"reason": "reason_needed"}
    assert remove(admin, PHONE) == Lifted(1, 1, 0)
    assert floor.queue(lead)["ready"] is True
    kept = floor.sql("select e164, reason, was_reason, removed_at, added_at from dnc_removed")
    assert kept == [(PHONE, "salah catat", "daftar regulator", NOON, NOON)]
    with pytest.raises(NotFound) as caught_again:
        remove(admin, PHONE)
    assert caught_again.value.code == "dnc_unknown"
    # no number is in the audit
    rows = floor.sql("select subject, detail::text from audit where action like 'dnc.%%'")
    assert len(rows) >= 2
    assert not any("99990001" in (subject or "") + detail for subject, detail in rows)


# lists ------------------------------------------------------------------------------------------------


def write(tmp_path: Path, text: str | bytes, name: str = "daftar.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def bring(ctx: Ctx, path: Path, **more: Any) -> ListReport:
    return dnc.import_list(ctx, ImportList(path, **more))


def test_one_number_a_line(floor: Floor, admin: Ctx, tmp_path: Path) -> None:
    lead, untouched = floor.lead(phones=(PHONE,)), floor.lead()
    file = write(
        tmp_path, f"081299990001\n\n+62 812 9999 0002\r\n0812-9999-0001\n{OTHER}\n'081299990003\n", "a.txt"
    )
    report = bring(admin, file, reason="daftar regulator")
    assert (report.read, report.new, report.known, report.repeated, report.rejected, report.leads) == (
        5, 3, 0, 2, 0, 1,
    )  # fmt: skip
    assert (floor.queue(lead)["dnc"], floor.queue(untouched)["dnc"]) == (True, False)
    assert {(one.source, one.reason) for one in dnc.listing(admin)} == {("a.txt", "daftar regulator")}
    again = bring(admin, file)
    assert (again.new, again.known, again.repeated, again.leads) == (0, 3, 2, 0)


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffno;nama;No. HP\r\n1;Budi;081299990001\r\n2;Sari;081299990002\r\n",
        "phone,reason\n081299990001,asked\n081299990002,\n",
        "MSISDN\n6281299990001\n6281299990002",
        "sep=;\nNama;Telepon\nBudi;081299990001\nSari;081299990002\n",
        "Budi\t081299990001\nSari\t081299990002\n",
        "\ufeffphone\n081299990001\n081299990002\n".encode("utf-16-le"),
    ],
)
def test_columns_as_people_name_them(floor: Floor, admin: Ctx, tmp_path: Path, text: str | bytes) -> None:
    report = bring(admin, write(tmp_path, text))
    assert (report.imported, report.read, report.new) == (True, 2, 2)
    assert {one.e164 for one in dnc.listing(admin)} == {PHONE, OTHER}


def test_a_wrong_line_stops_everything_or_is_left_out(floor: Floor, admin: Ctx, tmp_path: Path) -> None:
    lead = floor.lead(phones=(PHONE,))
    file = write(tmp_path, "phone\n081299990001\nbudi\n8.13E+10\n\x1b[31m12\n081299990002\n")
    report = bring(admin, file)
    assert (report.imported, report.read, report.new, report.rejected, report.leads) == (False, 5, 0, 3, 0)
    assert report.bad == (BadLine(3, "budi"), BadLine(4, "8.13E+10"), BadLine(5, "12"))
    assert dnc.count(admin) == 0
    assert not floor.queue(lead)["dnc"]
    report = bring(admin, file, skip_bad=True)
    assert (report.imported, report.new, report.rejected, report.leads) == (True, 2, 3, 1)
    details = floor.sql("select detail from audit where action = 'dnc.imported' order by id")
    assert [detail["imported"] for (detail,) in details] == [False, True]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"phone\n", "file_no_rows"),
        (b"name,city\nBudi,Bandung\n", "dnc_header"),
        (b"hello\n", "dnc_header"),
        (b"phone\n\xff\xff\n", "file_encoding"),
        (b'phone\n"0812', "quote_open"),
        (b"PK\x03\x04", "file_spreadsheet"),
    ],
)
def test_files_that_are_no_lists(floor: Floor, admin: Ctx, tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        bring(admin, write(tmp_path, content))
    assert caught.value.code == code
    assert dnc.count(admin) == 0
    assert floor.sql("select detail ->> 'code' from audit where action = 'dnc.imported'") == [(code,)]


def test_everybody_hears_of_it(real_db: OwnDatabase, as_real_role: MakeCtx, tmp_path: Path) -> None:
    floor = Floor(real_db)
    admin, agent = as_real_role("admin"), as_real_role("agent")
    at(agent, NOON)
    lead, other = floor.lead(phones=(PHONE,)), floor.lead(phones=(OTHER,))
    claim(agent, lead)
    with real_db.owner() as listener:
        listener.execute("listen leadtui")
        bring(admin, write(tmp_path, f"{PHONE}\n{OTHER}\n"))
        heard = [note.payload for note in listener.notifies(timeout=10, stop_after=1)]
    told = " ".join(heard).split()
    assert f"stop:{lead}:0" in told
    assert f"stop:{other}:0" not in told
    assert {word.rpartition(":")[0] for word in told} >= {f"lead:{lead}", f"lead:{other}"}


def test_more_than_five_hundred_are_one_event(
    real_db: OwnDatabase, as_real_role: MakeCtx, tmp_path: Path
) -> None:
    floor = Floor(real_db)
    admin = as_real_role("admin")
    floor.sql(
        "with l as (insert into lead (team_id, external_id, content_hash) select t.id, 'm' || g, 'x'"
        " from team t, generate_series(1, 600) g where t.code = 'main' returning id, team_id),"
        " p as (insert into lead_phone (lead_id, team_id, e164)"
        " select id, team_id, '+62812' || lpad(id::text, 8, '0') from l)"
        " insert into lead_queue (lead_id, team_id, consent_ok, phone_ok)"
        " select id, team_id, true, true from l"
    )
    numbers = [row[0] for row in floor.sql("select e164 from lead_phone")]
    with real_db.owner() as listener:
        listener.execute("listen leadtui")
        report = bring(admin, write(tmp_path, "\n".join(numbers)))
        heard = [note.payload for note in listener.notifies(timeout=10, stop_after=1)]
    assert report.leads == 600
    assert heard == ["run:0:0"]
