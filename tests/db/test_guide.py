"""The guide on the database: versions, who may, what is chosen for whom, and what stays as it was."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from leadtui.core.calls.dto import Outcome
from leadtui.core.ctx import Ctx
from leadtui.core.errors import Invalid, NotAllowed, NotFound
from leadtui.core.guide import service as guide
from leadtui.core.guide import shipped
from leadtui.core.guide.dto import ActivateGuide, GuideFor, GuideVersion, ImportGuide
from tests.conftest import MakeCtx, OneConnection, OwnDatabase
from tests.db.callfloor import NOON, Floor, at, work

BANK = """
format: 1
bank: {id: Bank Uji, en: Test Bank}
currency: IDR
opening:
  - {code: bank, label: {id: bank, en: bank}, say: {id: "Dari {bank}.", en: "From {bank}."}}
points:
  - {code: rich, when: {balance: {">=": 100000000}}, say: {id: "Ada {balance}.", en: "There is {balance}."}}
  - {code: poor, when: {not: {balance: {">=": 100000000}}}, say: {id: Sedikit., en: A little.}}
  - {code: again, when: {last_outcome: interested}, say: {id: "Sejak {last_call}.", en: "Since {last_call}."}}
  - {code: like, when: {reasons_up: history}, say: {id: Riwayat baik., en: A good history.}}
objections:
  - {code: refuse, they_say: {id: Tidak., en: No.}, answer: {id: "Baik, {name}.", en: "Fine, {name}."},
     otherwise: {id: Baik., en: Fine.}}
"""


def take_in(
    ctx: Ctx, text: str = BANK, *, team: str | None = None, source: str = "bank.yaml"
) -> GuideVersion:
    return guide.import_(ctx, ImportGuide(uuid.uuid4(), text, source, team))


def activate(ctx: Ctx, number: int, team: str | None = None) -> GuideVersion:
    return guide.activate(ctx, ActivateGuide(uuid.uuid4(), number, team))


def codes(found: GuideFor | None) -> list[str]:
    assert found is not None
    return [point.code for point in found.points]


@pytest.fixture
def floor(db: OneConnection) -> Floor:
    made = Floor(db)
    made.set("window.enabled", "false")
    return made


def facts(floor: Floor, lead_id: int, **columns: Any) -> None:
    for column, value in columns.items():
        floor.sql(f"update lead set {column} = %s where id = %s", value, lead_id)  # noqa: S608


# versions ----------------------------------------------------------------------------------------------


def test_a_new_house_gets_the_shipped_guide_once(as_role: MakeCtx) -> None:
    system = as_role("system")
    made = guide.import_shipped(system)
    assert made is not None
    assert (made.number, made.team, made.active, made.source) == (1, None, True, shipped.SOURCE)
    assert guide.import_shipped(system) is None
    take_in(system)
    assert guide.import_shipped(system) is None  # a bank that has its own keeps it
    assert [(v.number, v.active) for v in guide.versions(system)] == [(2, True), (1, False)]


def test_an_import_is_a_version_in_force_audited_and_told(
    as_real_role: MakeCtx, real_db: OwnDatabase
) -> None:
    admin = as_real_role("admin", name="Ratna")
    with psycopg.connect(real_db.admin_url, autocommit=True) as hears:
        hears.execute("listen leadtui")
        first = take_in(admin)
        second = take_in(admin, BANK.replace("Bank Uji", "Bank Dua"), source="dua.yaml")
        told = [note.payload for note in hears.notifies(timeout=5, stop_after=2)]
    assert told == [f"guide:{first.id}:0", f"guide:{second.id}:0"]
    assert [(v.number, v.source, v.active) for v in guide.versions(admin)] == [
        (2, "dua.yaml", True), (1, "bank.yaml", False),
    ]  # fmt: skip
    assert second.imported_by == "Ratna"
    assert (second.opening, second.points, second.offers, second.objections) == (1, 4, 0, 1)
    with real_db.owner() as connection:
        rows = connection.execute(
            "select subject, detail ->> 'previous' from audit where action = 'guide.imported' order by id"
        ).fetchall()
    assert rows == [(f"guide:{first.id}", None), (f"guide:{second.id}", str(first.id))]


def test_the_very_same_guide_makes_no_version(as_role: MakeCtx) -> None:
    admin = as_role("admin")
    first = take_in(admin)
    assert take_in(admin, "# a comment\n" + BANK, source="other.yaml") == first
    assert len(guide.versions(admin)) == 1


def test_a_retry_gives_the_same_answer_and_does_nothing(as_role: MakeCtx) -> None:
    admin = as_role("admin")
    command = ImportGuide(uuid.uuid4(), BANK, "bank.yaml")
    first = guide.import_(admin, command)
    take_in(admin, BANK.replace("Bank Uji", "Bank Dua"))
    assert guide.import_(admin, command) == first
    assert [v.number for v in guide.versions(admin)] == [2, 1]


def test_an_older_version_comes_back_and_goes_again(as_role: MakeCtx) -> None:
    admin = as_role("admin")
    take_in(admin)
    take_in(admin, BANK.replace("Bank Uji", "Bank Dua"))
    assert activate(admin, 1).number == 1
    assert [(v.number, v.active) for v in guide.versions(admin)] == [(2, False), (1, True)]
    now = guide.active(admin)
    assert now is not None
    assert now.number == 1
    with pytest.raises(NotFound, match="guide_version_unknown"):
        activate(admin, 9)
    with pytest.raises(NotFound, match="guide_version_unknown"):
        activate(admin, 0)  # the bank's own cannot be none


def test_a_guide_that_is_wrong_changes_nothing_and_says_everything(as_role: MakeCtx) -> None:
    admin = as_role("admin")
    with pytest.raises(Invalid) as refused:
        take_in(admin, BANK.replace("IDR", "idr").replace("last_outcome", "last"))
    assert [fault.code for fault in refused.value.data["faults"]] == ["currency", "field_unknown"]
    assert guide.versions(admin) == ()
    with pytest.raises(Invalid, match="guide_source"):
        take_in(admin, source=" ")


def test_a_product_that_the_bank_does_not_sell_is_refused(as_role: MakeCtx) -> None:
    offer = (
        "offers:\n  - {code: o, product: gold, label: {id: emas, en: gold}, say: {id: Emas., en: Gold.}}\n"
    )
    with pytest.raises(Invalid) as refused:
        take_in(as_role("admin"), BANK + offer)
    (fault,) = refused.value.data["faults"]
    assert (fault.path, fault.code) == ("offers[1].product", "product_unknown")


def test_a_version_is_never_changed_or_taken_away(db: OneConnection, as_role: MakeCtx) -> None:
    take_in(as_role("admin"))
    for statement in ("update guide_version set content = '{}'", "delete from guide_version"):
        db.outer.execute("savepoint tried")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.outer.execute(statement)  # the app's role
        db.outer.execute("rollback to savepoint tried")


@pytest.mark.parametrize("role", ["agent", "manager"])
def test_who_does_not_manage_it_reads_it(as_role: MakeCtx, floor: Floor, role: str) -> None:
    take_in(as_role("admin"))
    ctx = as_role(role)
    with pytest.raises(NotAllowed):
        take_in(ctx)
    with pytest.raises(NotAllowed):
        activate(ctx, 1)
    assert guide.current(ctx, floor.lead()) is not None
    assert [v.number for v in guide.versions(ctx)] == [1]


def test_the_database_itself_keeps_an_agent_from_writing_one(db: OneConnection, as_role: MakeCtx) -> None:
    agent = as_role("agent")
    db.outer.execute("select set_config('leadtui.token', %s, true)", (agent.token,))
    db.outer.execute("savepoint tried")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        db.outer.execute(
            "insert into guide_version (number, content, sha256, source, imported_at) "
            "values (9, '{}', sha256('x'), 'x', now())"
        )
    db.outer.execute("rollback to savepoint tried")


# for one customer --------------------------------------------------------------------------------------


def test_without_a_guide_there_is_none(as_role: MakeCtx, floor: Floor) -> None:
    assert guide.current(as_role("agent"), floor.lead()) is None


def test_what_the_bank_knows_decides_what_is_said(as_role: MakeCtx, floor: Floor) -> None:
    version = take_in(as_role("admin"))
    agent, lead = as_role("agent"), floor.lead()
    found = guide.current(agent, lead)
    assert found is not None
    assert (found.lead_id, found.version_id) == (lead, version.id)
    assert codes(found) == []  # no balance is known: neither rich nor poor
    facts(floor, lead, balance=150_000_000, balance_currency="IDR")
    assert codes(guide.current(agent, lead)) == ["rich"]
    facts(floor, lead, balance=5, balance_currency="IDR")
    assert codes(guide.current(agent, lead)) == ["poor"]


@pytest.mark.parametrize("currency", ["EUR", None])
def test_a_balance_in_another_currency_or_none_is_not_named(
    as_role: MakeCtx, floor: Floor, currency: str | None
) -> None:
    take_in(as_role("admin"))
    lead = floor.lead()
    facts(floor, lead, balance=150_000_000, balance_currency=currency)
    assert codes(guide.current(as_role("agent"), lead)) == []


def test_the_last_call_that_counts_is_known(as_role: MakeCtx, floor: Floor) -> None:
    take_in(as_role("admin"))
    agent, lead = as_role("agent"), floor.lead()
    at(agent, NOON)
    work(agent, lead, Outcome.INTERESTED)
    at(agent, NOON, days=1)
    found = guide.current(agent, lead)
    assert codes(found) == ["again"]
    assert found is not None
    assert found.points[0].say.values["last_call"].at == NOON.date()


def test_reasons_of_the_score_are_known(as_role: MakeCtx, floor: Floor) -> None:
    from leadtui.scoring.reasons import Group, Reason, pack

    take_in(as_role("admin"))
    lead = floor.lead(why=pack([Reason(Group.HISTORY, 0.8), Reason(Group.AGE, -0.4)]))
    assert codes(guide.current(as_role("agent"), lead)) == ["like"]


def test_a_nameless_customer_is_answered_too(as_role: MakeCtx, floor: Floor) -> None:
    take_in(as_role("admin"))
    agent, lead = as_role("agent"), floor.lead()
    named = guide.current(agent, lead)
    facts(floor, lead, name=None)
    nameless = guide.current(agent, lead)
    assert named is not None
    assert nameless is not None
    assert named.objections[0].answer.text.en == "Fine, {name}."
    assert nameless.objections[0].answer.text.en == "Fine."


def test_another_teams_customer_is_not_there(as_role: MakeCtx, floor: Floor) -> None:
    take_in(as_role("admin"))
    theirs = floor.lead(team="north")
    with pytest.raises(NotFound, match="lead"):
        guide.current(as_role("agent"), theirs)
    assert guide.current(as_role("admin"), theirs) is not None
    with pytest.raises(NotFound, match="lead"):
        guide.current(as_role("agent"), 10**9)


def test_a_teams_own_guide_stands_over_the_banks(as_role: MakeCtx, floor: Floor) -> None:
    admin = as_role("admin")
    ours, theirs = floor.lead(), floor.lead(team="north")
    bank = take_in(admin)
    north = take_in(admin, BANK.replace("Bank Uji", "Bank Utara"), team="north")
    assert (north.number, north.team) == (1, "north")
    agent, other = as_role("agent"), as_role("agent", team="north")
    assert guide.current(agent, ours).version_id == bank.id  # type: ignore[union-attr]
    assert guide.current(other, theirs).version_id == north.id  # type: ignore[union-attr]
    assert [v.team for v in guide.versions(agent)] == [None]
    assert [v.team for v in guide.versions(other)] == [None, "north"]
    assert activate(admin, 0, team="north") == bank
    assert guide.current(other, theirs).version_id == bank.id  # type: ignore[union-attr]
    with pytest.raises(NotFound, match="team_unknown"):
        take_in(admin, team="nowhere")
    with pytest.raises(NotFound, match="team_unknown"):
        guide.active(agent, "north")


def test_a_guide_of_a_newer_program_is_silent(db: OneConnection, as_role: MakeCtx, floor: Floor) -> None:
    version = take_in(as_role("admin"))
    floor.sql(
        "update guide_version set content = jsonb_set(content, '{format}', '2'), sha256 = sha256('new') "
        "where id = %s",
        version.id,
    )
    assert guide.current(as_role("agent"), floor.lead()) is None


def test_what_is_exported_is_what_came_in(as_role: MakeCtx) -> None:
    admin = as_role("admin")
    first = take_in(admin, shipped.text())
    assert take_in(admin, guide.export(admin)) == first
    take_in(admin, BANK)
    assert take_in(admin, guide.export(admin, 1)).sha256 == first.sha256
    with pytest.raises(NotFound, match="guide_version_unknown"):
        guide.export(admin, 77)
    with pytest.raises(NotFound, match="guide_none"):
        guide.export(admin, team="main")


def test_it_is_chosen_by_the_clock_of_the_customer(as_role: MakeCtx, floor: Floor) -> None:
    take_in(
        as_role("admin"),
        BANK.replace("Dari {bank}", "Selamat {greeting}").replace("From {bank}", "{greeting}"),
    )
    agent = as_role("agent")
    at(agent, NOON - timedelta(hours=2))  # 10:00 in Jakarta, 12:00 in Jayapura
    said = [guide.current(agent, floor.lead(zone=zone)) for zone in (1, 3, None)]
    assert [one.lines[0].say.values["greeting"].text for one in said if one] == ["morning", "noon", "morning"]
