"""Consent on the real database: only an explicit yes, kept as evidence, and a no that holds at once."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import Outcome
from leadtui.core.consent import service as consent
from leadtui.core.consent.dto import ConsentSet, SetConsent
from leadtui.core.ctx import Ctx
from leadtui.core.errors import Conflict, Invalid, NotAllowed, NotFound
from leadtui.core.imports import service as imports
from leadtui.core.imports.dto import ImportFile, ImportReport
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import AddLead, Consent
from tests.conftest import MakeCtx, OneConnection, OwnDatabase
from tests.db.callfloor import NOON, Floor, at, claim, logged


@pytest.fixture
def floor(db: OneConnection) -> Floor:
    return Floor(db)


@pytest.fixture
def manager(as_role: MakeCtx) -> Ctx:
    ctx = as_role("manager", name="Budi")
    at(ctx, NOON)
    return ctx


def say(ctx: Ctx, lead_id: int, agreed: bool, source: str = "formulir cabang 12") -> ConsentSet:
    return consent.record(ctx, SetConsent(uuid.uuid4(), lead_id, agreed, source))


def test_a_yes_makes_callable_and_a_no_ends_it(floor: Floor, manager: Ctx) -> None:
    lead = floor.lead(consent=None)
    version = floor.queue(lead)["version"]
    assert say(manager, lead, True) == ConsentSet(lead, None, True)
    row = floor.queue(lead)
    assert (row["consent_ok"], row["ready"], row["version"]) == (True, True, version + 1)
    at(manager, NOON, hours=1)
    assert say(manager, lead, False, "telepon ke cabang") == ConsentSet(lead, Consent.YES, False)
    row = floor.queue(lead)
    assert (row["consent_ok"], row["ready"]) == (False, False)
    found = consent.history(manager, lead).answers
    assert [(one.consent, one.source, one.at, one.by_name) for one in found] == [
        (Consent.NO, "telepon ke cabang", NOON + timedelta(hours=1), "Budi"),
        (Consent.YES, "formulir cabang 12", NOON, "Budi"),
    ]
    details = floor.sql("select subject, detail from audit where action = 'consent.recorded' order by id")
    assert details == [
        (f"lead:{lead}", {"before": None, "after": "yes"}),
        (f"lead:{lead}", {"before": "yes", "after": "no"}),
    ]


def test_the_same_answer_again_is_evidence_too(floor: Floor, manager: Ctx) -> None:
    lead = floor.lead(consent=None)
    assert consent.history(manager, lead).answers == ()
    say(manager, lead, True)
    say(manager, lead, True, "rekaman 2027-03-10")
    assert [one.source for one in consent.history(manager, lead).answers] == [
        "rekaman 2027-03-10",
        "formulir cabang 12",
    ]


def test_evidence_is_never_changed(floor: Floor, manager: Ctx) -> None:
    lead = floor.lead(consent=None)
    say(manager, lead, True)
    say(manager, lead, False)
    for statement in ("update consent_event set source = 'x'", "delete from consent_event"):
        refused = pytest.raises(psycopg.errors.InsufficientPrivilege)
        with floor.db.owner() as owner, refused, owner.transaction():
            owner.execute(statement)


def test_where_they_said_so_is_needed(floor: Floor, manager: Ctx) -> None:
    lead = floor.lead(consent=None)
    for source, code in (("", "source_needed"), (" \x1b[31m ", "source_needed"), ("x" * 201, "too_long")):
        with pytest.raises(Invalid) as caught:
            say(manager, lead, True, source)
        assert caught.value.fields == {"source": code}
    assert floor.queue(lead)["consent_ok"] is False


def test_only_of_ones_own_team(floor: Floor, manager: Ctx, as_role: MakeCtx) -> None:
    elsewhere = floor.lead(team="timur")
    for ask in (lambda: say(manager, elsewhere, True), lambda: consent.history(manager, elsewhere)):
        with pytest.raises(NotFound):
            ask()
    assert say(as_role("admin"), elsewhere, False).callable is False
    agent = as_role("agent")
    with pytest.raises(NotAllowed):
        say(agent, floor.lead(), True)
    assert consent.history(agent, floor.lead()).answers[0].consent is Consent.YES


def test_who_is_on_the_phone_may_log_but_not_dial(floor: Floor, manager: Ctx, as_role: MakeCtx) -> None:
    agent = as_role("agent")
    at(agent, NOON)
    lead = floor.lead()
    call = claim(agent, lead)
    say(manager, lead, False)
    with pytest.raises(Conflict) as caught:
        calls.dialled(agent, call.id)
    assert (caught.value.code, caught.value.data["verdicts"]) == ("not_callable", ("consent",))
    assert logged(agent, call, Outcome.NOT_INTERESTED).lead_id == lead
    assert floor.queue(lead)["consent_ok"] is False


def test_a_withdrawal_is_heard(real_db: OwnDatabase, as_real_role: MakeCtx) -> None:
    floor, manager = Floor(real_db), as_real_role("manager")
    lead = floor.lead()
    with real_db.owner() as listener:
        listener.execute("listen leadtui")
        say(manager, lead, False)
        heard = [note.payload for note in listener.notifies(timeout=10, stop_after=1)]
    told = " ".join(heard).split()
    assert f"stop:{lead}:0" in told
    assert any(word.startswith(f"lead:{lead}:") for word in told)


def test_a_lead_by_hand_has_its_evidence(floor: Floor, as_role: MakeCtx) -> None:
    agent = as_role("agent", name="Sari")
    at(agent, NOON)
    fields = {"name": "Siti", "phone": "081299990001", "consent": "yes"}
    added = leads.add(agent, AddLead(uuid.uuid4(), fields, None, "pameran"))
    (answer,) = consent.history(agent, added.lead_id).answers
    assert (answer.consent, answer.source, answer.by_name, answer.import_id) == (
        Consent.YES,
        "pameran",
        "Sari",
        None,
    )


# files ------------------------------------------------------------------------------------------------

ROWS = "external_id,name,phone,consent\n"


@pytest.fixture
def admin(as_real_role: MakeCtx) -> Ctx:
    return as_real_role("admin", name="Ratna")


def bring(ctx: Ctx, folder: Path, text: str, name: str = "nasabah.csv", **more: Any) -> ImportReport:
    path = folder / name
    path.write_text(text)
    return imports.import_file(ctx, ImportFile(path, **more))


def ids(database: OwnDatabase) -> dict[str, int]:
    return dict(Floor(database).sql("select external_id, id from lead"))


def said(database: OwnDatabase) -> dict[str, tuple[int | None, bool, str | None]]:
    rows = Floor(database).sql(
        "select l.external_id, l.consent, q.consent_ok, l.consent_source"
        " from lead l join lead_queue q on q.lead_id = l.id"
    )
    return {external: (answer, ok, source) for external, answer, ok, source in rows}


def test_blank_and_unknown_are_no(real_db: OwnDatabase, admin: Ctx, tmp_path: Path) -> None:
    text = "A,Ani,081299990001,yes\nB,Budi,081299990002,\nC,Cici,081299990003,no\nD,Didi,081299990004,ya\n"
    bring(admin, tmp_path, ROWS + text)
    assert {key: ok for key, (_answer, ok, _source) in said(real_db).items()} == {
        "A": True, "B": False, "C": False, "D": True,
    }  # fmt: skip


def test_a_whole_file_agreed_and_a_no_stays_a_no(real_db: OwnDatabase, admin: Ctx, tmp_path: Path) -> None:
    text = "A,Ani,081299990001,\nB,Budi,081299990002,no\nC,Cici,081299990003,\n"
    first = bring(admin, tmp_path, ROWS + text, consent_source="formulir 2027")
    assert first.refusals_kept == 0
    assert said(real_db) == {
        "A": (1, True, "formulir 2027"),
        "B": (0, False, "formulir 2027"),
        "C": (1, True, "formulir 2027"),
    }
    known = ids(real_db)
    say(admin, known["C"], False, "menolak di cabang")
    # the next file is said to have agreed as a whole, and says nothing of anybody
    again = bring(
        admin, tmp_path, ROWS + text.replace(",no", ",") + "D,Didi,081299990004,\n", "baru.csv",
        consent_source="kampanye",
    )  # fmt: skip
    assert (again.refusals_kept, again.added) == (2, 1)
    assert said(real_db) == {
        "A": (1, True, "formulir 2027"),
        "B": (0, False, "formulir 2027"),
        "C": (0, False, "menolak di cabang"),
        "D": (1, True, "kampanye"),
    }
    # a row of its own that says yes is a new answer
    bring(admin, tmp_path, ROWS + "C,Cici,081299990003,yes\n", "jawaban.csv", consent_source="surat")
    assert said(real_db)["C"] == (1, True, "surat")
    found = consent.history(admin, known["C"]).answers
    assert [(one.consent, one.source, one.by_name, one.file_name) for one in found] == [
        (Consent.YES, "surat", "Ratna", "jawaban.csv"),
        (Consent.NO, "menolak di cabang", "Ratna", None),
        (Consent.YES, "formulir 2027", "Ratna", "nasabah.csv"),
    ]


def test_rows_without_an_id_keep_their_no(real_db: OwnDatabase, admin: Ctx, tmp_path: Path) -> None:
    text = "name,phone\nAni,081299990001\nBudi,081299990002\n"
    bring(admin, tmp_path, text)
    (lead,) = (row[0] for row in Floor(real_db).sql("select id from lead where name = 'Budi'"))
    say(admin, lead, False)
    report = bring(admin, tmp_path, text, "lagi.csv", consent_source="kampanye")
    assert (report.refusals_kept, report.changed) == (1, 1)
    rows = Floor(real_db).sql("select name, consent from lead order by name")
    assert rows == [("Ani", 1), ("Budi", 0)]


def test_a_file_that_takes_consent_back_stops_the_call(
    real_db: OwnDatabase, admin: Ctx, as_real_role: MakeCtx, tmp_path: Path
) -> None:
    bring(admin, tmp_path, ROWS + "A,Ani,081299990001,yes\nB,Budi,081299990002,yes\n")
    agent, floor = as_real_role("agent"), Floor(real_db)
    at(agent, NOON)
    known = ids(real_db)
    claim(agent, known["A"])
    with real_db.owner() as listener:
        listener.execute("listen leadtui")
        bring(admin, tmp_path, ROWS + "A,Ani,081299990001,no\nB,Budi,081299990002,no\n", "tarik.csv")
        heard = [note.payload for note in listener.notifies(timeout=10, stop_after=1)]
    told = " ".join(heard).split()
    assert f"stop:{known['A']}:0" in told
    assert f"stop:{known['B']}:0" not in told
    assert [floor.queue(lead)["consent_ok"] for lead in known.values()] == [False, False]
