"""Holidays on the real database: shipped, the bank's own, and what the queue makes of them."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from pathlib import Path

import pytest

from leadtui.core.calls.settings import forget
from leadtui.core.ctx import Ctx
from leadtui.core.errors import Conflict, Invalid, NotAllowed, NotFound
from leadtui.core.holidays import service as holidays
from leadtui.core.holidays.dto import (
    AddHoliday,
    Brought,
    Holiday,
    HolidayKind,
    ImportHolidays,
    RemoveHoliday,
    UpdateHolidays,
)
from leadtui.core.leads.dto import Zone
from tests.conftest import MakeCtx, OneConnection, OwnDatabase
from tests.db.callfloor import NOON, Floor, at, claim

WEDNESDAY = NOON.date()


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


def add(ctx: Ctx, day: date = WEDNESDAY, name: str = "Ulang tahun bank", zone: Zone | None = None) -> Holiday:
    return holidays.add(ctx, AddHoliday(uuid.uuid4(), day, name, zone))


def remove(ctx: Ctx, day: date, zone: Zone | None = None) -> Holiday:
    return holidays.remove(ctx, RemoveHoliday(uuid.uuid4(), day, zone))


def update(ctx: Ctx, first: int = 2027, last: int = 2027) -> Brought:
    return holidays.update(ctx, UpdateHolidays(uuid.uuid4(), first, last))


def test_on_a_holiday_nobody_is_served(floor: Floor, admin: Ctx, agent: Ctx) -> None:
    lead = floor.lead()
    made = add(admin)
    assert (made.kind, made.source, made.updated_by_name, made.updated_at) == (
        HolidayKind.OWN,
        "hand",
        "Ratna",
        NOON,
    )
    with pytest.raises(NotFound) as caught:
        claim(agent)
    assert caught.value.code == "queue_empty"
    assert caught.value.data["opens_at"] == NOON.replace(hour=23)  # Thursday 08:00 in Jayapura
    with pytest.raises(Conflict) as refused:
        claim(agent, lead)
    assert refused.value.data["verdicts"] == ("window",)
    assert remove(admin, WEDNESDAY).name == "Ulang tahun bank"
    assert claim(agent).lead_id == lead


def test_a_zone_of_its_own(floor: Floor, admin: Ctx, agent: Ctx) -> None:
    west, centre, unknown = floor.lead(3), floor.lead(2, zone=2), floor.lead(1, zone=None)
    add(admin, zone=Zone.WITA)
    for lead in (centre, unknown):
        with pytest.raises(Conflict):
            claim(agent, lead)
    assert claim(agent, west).lead_id == west


def test_the_country_with_what_the_bank_made_of_it(floor: Floor, admin: Ctx) -> None:
    done = update(admin)
    assert done.added > 15
    assert (done.changed, done.unchanged, done.removed, done.kept) == (0, 0, 0, 0)
    again = update(admin)
    assert (again.added, again.changed, again.unchanged, again.removed) == (0, 0, done.added, 0)
    independence = date(2027, 8, 17)
    # taken away by the bank, it does not come back
    remove(admin, independence)
    assert update(admin).kept == 1
    assert independence not in {one.day for one in holidays.listing(admin, 2027, 2027)}
    # named by the bank, it stays so
    add(admin, date(2027, 12, 25), "Natal dan ulang tahun bank")
    add(admin, date(2027, 12, 24), "Cuti bank", Zone.WIT)
    assert update(admin).kept == 2
    found = {(one.day, one.zone): one for one in holidays.listing(admin, 2027, 2027)}
    assert found[date(2027, 12, 25), None].name == "Natal dan ulang tahun bank"
    assert found[date(2027, 12, 24), Zone.WIT].kind is HolidayKind.OWN
    assert found[date(2027, 12, 24), None].kind is HolidayKind.JOINT_LEAVE
    assert add(admin, independence, "Kemerdekaan").name == "Kemerdekaan"


def test_an_estimate_that_moved(floor: Floor, admin: Ctx) -> None:
    before = update(admin)
    floor.sql(
        "insert into holiday (day, name, kind, source, estimated)"
        " values ('2027-03-20', 'Hari Raya Idul Fitri', 'national', 'shipped', true)"
    )
    floor.sql("update holiday set name = 'Pesta' where day = '2027-01-01'")
    done = update(admin)
    assert (done.removed, done.changed, done.unchanged) == (1, 1, before.added - 1)
    assert date(2027, 3, 20) not in {one.day for one in holidays.listing(admin, 2027, 2027)}
    # the moon can also bring a day back
    floor.sql("update holiday set removed = true where day = '2027-01-01'")
    assert update(admin).added == 1


def test_joint_leave_follows_its_setting(floor: Floor, admin: Ctx, agent: Ctx) -> None:
    update(admin)
    floor.lead()
    at(agent, NOON, days=-1)  # Tuesday the 9th: joint leave before Idul Fitri
    with pytest.raises(NotFound):
        claim(agent)
    floor.sql("insert into setting (key, value) values ('window.joint_leave', 'true')")
    forget()
    assert claim(agent)


def test_lebaran_is_behind_the_horizon_of_a_week(floor: Floor, admin: Ctx, agent: Ctx) -> None:
    for days in range(14):
        add(admin, WEDNESDAY + timedelta(days=days))
    with pytest.raises(NotFound) as caught:
        claim(agent)
    # the Wednesday two weeks later, 08:00 in Jayapura
    assert caught.value.data["opens_at"] == NOON.replace(hour=23) + timedelta(days=13)


def test_a_file(floor: Floor, admin: Ctx, tmp_path: Path) -> None:
    file = tmp_path / "libur.csv"
    file.write_text("tanggal;nama;zona\n10/03/2027;Ulang tahun bank;\n2027-03-11;Rapat;WIT\n")
    add(admin, WEDNESDAY, "Hari besar")
    done = holidays.import_file(admin, ImportHolidays(uuid.uuid4(), file))
    assert (done.added, done.changed, done.unchanged) == (1, 1, 0)
    found = holidays.upcoming(admin, 5)
    assert [(one.day, one.name, one.zone, one.source) for one in found] == [
        (WEDNESDAY, "Ulang tahun bank", None, "libur.csv"),
        (date(2027, 3, 11), "Rapat", Zone.WIT, "libur.csv"),
    ]
    file.write_text("date,name\n2027-03-12,Baik\n2027-02-30,Buruk\n")
    with pytest.raises(Invalid) as caught:
        holidays.import_file(admin, ImportHolidays(uuid.uuid4(), file))
    assert caught.value.code == "holiday_lines"
    assert len(holidays.upcoming(admin, 5)) == 2


def test_what_makes_no_sense(floor: Floor, admin: Ctx) -> None:
    for name, code in (("", "required"), ("x" * 201, "too_long"), ("a\nb", "control_characters")):
        with pytest.raises(Invalid) as caught:
            add(admin, WEDNESDAY, name)
        assert caught.value.fields == {"name": code}
    with pytest.raises(Invalid):
        add(admin, date(1990, 1, 1))
    for first, last in ((2028, 2027), (1999, 2000), (2027, 2060)):
        with pytest.raises(Invalid):
            update(admin, first, last)
    with pytest.raises(NotFound):
        remove(admin, WEDNESDAY)
    add(admin, WEDNESDAY, zone=Zone.WIT)
    with pytest.raises(NotFound):
        remove(admin, WEDNESDAY)  # of that zone only


def test_nothing_is_ever_deleted_and_agents_only_read(real_db: OwnDatabase, as_real_role: MakeCtx) -> None:
    agent = as_real_role("agent")
    with pytest.raises(NotAllowed):
        add(agent)
    assert holidays.listing(agent) == ()
    with real_db.connection() as app:
        row = app.execute("select has_table_privilege('holiday', 'delete')").fetchone()
    assert row == (False,)
