"""Macros: the keys 7, 8 and 9 of the call form, and what logging with one does."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest

from leadtui.core.calls.dto import CallStatus, Macro, NoAnswer, Outcome
from leadtui.core.ctx import Ctx
from leadtui.core.errors import Conflict, Invalid, NotAllowed, NotFound
from leadtui.core.leads.dto import LeadState
from leadtui.core.macros import service as macros
from leadtui.core.macros.dto import RemoveMacro, SaveMacro
from tests.conftest import MakeCtx, OneConnection
from tests.db.callfloor import NOON, Floor, at, work


@pytest.fixture
def floor(db: OneConnection) -> Floor:
    return Floor(db)


@pytest.fixture
def agent(as_role: MakeCtx) -> Ctx:
    ctx = as_role("agent", name="Sari")
    at(ctx, NOON)
    return ctx


@pytest.fixture
def admin(as_role: MakeCtx) -> Ctx:
    return as_role("admin")


def hours(n: float) -> datetime:
    return NOON + timedelta(hours=n)


def busy(**more: Any) -> SaveMacro:
    command: dict[str, Any] = {
        "request_id": uuid.uuid4(),
        "key": 7,
        "label_id": "Sibuk, coba lagi 1 jam",
        "label_en": "Busy, again in 1 h",
        "status": CallStatus.NOT_ANSWERED,
        "note_id": "Nomor sibuk.",
        "note_en": "Line busy.",
        "reason": NoAnswer.BUSY,
        "follow_minutes": 60,
    }
    return SaveMacro(**{**command, **more})


def on_key(ctx: Ctx, key: int) -> Macro:
    return next(macro for macro in macros.active(ctx) if macro.key == key)


# what the keys mean ---------------------------------------------------------------------------------------


def test_the_bank_s_own(floor: Floor, agent: Ctx) -> None:
    found = macros.active(agent)
    assert [
        (macro.key, macro.status, macro.reason, macro.outcome, macro.follow_minutes) for macro in found
    ] == [
        (7, CallStatus.NOT_ANSWERED, NoAnswer.BUSY, None, 120),
        (8, CallStatus.NOT_ANSWERED, NoAnswer.VOICEMAIL, None, 240),
        (9, CallStatus.CONNECTED, None, Outcome.CALLBACK, 60),
    ]
    assert found[0].label("id_ID") == "Sibuk, coba lagi 2 jam"
    assert found[0].label("en") == "Busy, again in 2 h"
    assert all(macro.note("id").strip() and macro.note("en").strip() for macro in found)


def test_a_team_s_own_stands_over_the_bank_s(floor: Floor, agent: Ctx, admin: Ctx, as_role: MakeCtx) -> None:
    saved = macros.save(admin, busy(team="main"))
    assert on_key(agent, 7) == saved
    elsewhere = as_role("agent", team="timur")
    assert on_key(elsewhere, 7).follow_minutes == 120
    # switched off, it takes the bank's off that key, too
    macros.save(admin, busy(team="main", active=False))
    assert [macro.key for macro in macros.active(agent)] == [8, 9]
    macros.remove(admin, RemoveMacro(uuid.uuid4(), 7, "main"))
    assert on_key(agent, 7).follow_minutes == 120
    assert [(one.team, one.macro.key) for one in macros.listing(agent)] == [(None, 7), (None, 8), (None, 9)]


def test_saving_replaces_under_the_same_number(floor: Floor, admin: Ctx) -> None:
    old = on_key(admin, 7)
    new = macros.save(admin, busy(label_en="  Busy,\n again ", version=old.version))
    assert (new.id, new.version, new.label_en) == (old.id, old.version + 1, "Busy, again")
    with pytest.raises(Conflict) as caught:
        macros.save(admin, busy(version=old.version))
    assert caught.value.code == "macro_changed"
    assert caught.value.data["version"] == new.version
    with pytest.raises(Conflict):
        macros.save(admin, busy(team="main", version=3))
    assert macros.save(admin, busy(team="main", version=0)).version == 1
    row = floor.sql("select detail from audit where action = 'macro.saved' order by id")
    assert [found[0]["version"] for found in row] == [2, 1]


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"key": 6}, "key", "not_a_macro_key"),
        ({"label_id": "\x07 "}, "label_id", "blank"),
        ({"label_en": "x" * 41}, "label_en", "too_long"),
        ({"note_en": ""}, "note_en", "blank"),
        ({"status": CallStatus.CONNECTED}, "outcome", "required"),
        ({"status": CallStatus.CONNECTED, "outcome": Outcome.CLOSED}, "outcome", "not_for_macro"),
        ({"status": CallStatus.CONNECTED, "outcome": Outcome.DO_NOT_CALL}, "outcome", "not_for_macro"),
        ({"outcome": Outcome.WRONG_NUMBER}, "outcome", "not_for_macro"),
        ({"outcome": Outcome.INTERESTED}, "outcome", "needs_connected"),
        ({"follow_minutes": 0}, "follow_minutes", "follow_range"),
        ({"follow_minutes": 43_201}, "follow_minutes", "follow_range"),
        (
            {"status": CallStatus.CONNECTED, "outcome": Outcome.CALLBACK, "follow_minutes": None},
            "follow_minutes",
            "required",
        ),
        (
            {"status": CallStatus.CONNECTED, "outcome": Outcome.NOT_INTERESTED},
            "follow_minutes",
            "not_for_outcome",
        ),
        ({"team": "nowhere"}, "team", "unknown_team"),
    ],
)
def test_what_makes_no_sense_is_refused(admin: Ctx, change: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        macros.save(admin, busy(**change))
    assert caught.value.fields == {field: code}


def test_only_admins_change_them(agent: Ctx, admin: Ctx, as_role: MakeCtx) -> None:
    for ctx in (agent, as_role("manager")):
        with pytest.raises(NotAllowed):
            macros.save(ctx, busy())
    with pytest.raises(NotFound) as caught:
        macros.remove(admin, RemoveMacro(uuid.uuid4(), 7, "main"))
    assert caught.value.code == "macro"


# logging with one -----------------------------------------------------------------------------------------


def log(ctx: Ctx, lead: int, key: int, **more: Any) -> Any:
    macro = on_key(ctx, key)
    said: dict[str, Any] = {
        "macro_id": macro.id,
        "reason": macro.reason,
        "note": macro.note_id,
        "canned": macro.status is CallStatus.NOT_ANSWERED,
    }
    if macro.status is CallStatus.CONNECTED:
        del said["reason"]
    return work(ctx, lead, macro.outcome, **{**said, **more})


def test_busy_comes_back_at_the_macro_s_time(floor: Floor, agent: Ctx, admin: Ctx) -> None:
    macros.save(admin, busy(follow_minutes=30))
    lead = floor.lead()
    done = log(agent, lead, 7)
    assert done.hidden_until == hours(0.5)
    row = floor.queue(lead)
    assert (row["state"], row["hidden_until"], row["attempts"]) == (LeadState.PENDING, hours(0.5), 1)
    assert floor.sql("select macro_id, reason, note from call_log") == [
        (on_key(agent, 7).id, int(NoAnswer.BUSY), "Nomor sibuk.")
    ]


def test_a_time_outside_the_hours_is_the_next_opening(floor: Floor, agent: Ctx) -> None:
    at(agent, NOON, hours=4.5)  # 16:30 in Jakarta; four hours later nobody may call
    west = floor.lead(zone=1)
    log(agent, west, 8)
    assert floor.queue(west)["hidden_until"] == datetime.fromisoformat("2027-03-11T08:00+07:00")


def test_never_earlier_than_the_day_s_cap(floor: Floor, agent: Ctx) -> None:
    lead = floor.lead(attempts=2, attempts_today=2, attempts_day=NOON.date())
    log(agent, lead, 7)
    assert floor.queue(lead)["hidden_until"] == datetime.fromisoformat("2027-03-11T00:00+07:00")


def test_a_promised_customer_who_is_busy_is_proposed_again_then(floor: Floor, agent: Ctx) -> None:
    lead = floor.lead()
    work(agent, lead, Outcome.CALLBACK, callback_at=hours(1))
    at(agent, NOON, hours=1)
    log(agent, lead, 7)
    assert floor.queue(lead)["callback_at"] == hours(3)
    assert floor.sql("select due_at, tries, state from task") == [(hours(3), 1, 0)]


def test_a_callback_needs_words_and_no_time(floor: Floor, agent: Ctx) -> None:
    lead = floor.lead()
    note = on_key(agent, 9).note_id
    with pytest.raises(Invalid) as caught:
        log(agent, lead, 9)
    assert caught.value.fields == {"note": "needs_words"}
    floor.sql("delete from open_call")
    floor.sql("update lead_queue set claimed_by = null, claimed_until = null")
    done = log(agent, lead, 9, note=f"{note} sedang rapat")
    assert floor.queue(lead)["callback_at"] == hours(1)
    assert floor.sql("select id, due_at, kind from task") == [(done.task_id, hours(1), 1)]
    assert floor.sql("select callback_at from call_log") == [(hours(1),)]


def test_a_time_that_was_typed_wins(floor: Floor, agent: Ctx) -> None:
    lead = floor.lead()
    log(agent, lead, 9, note="sedang rapat", callback_at=hours(2))
    assert floor.queue(lead)["callback_at"] == hours(2)


def test_interested_rests_until_the_macro_s_time(floor: Floor, agent: Ctx, admin: Ctx) -> None:
    macros.save(
        admin,
        busy(
            key=8, status=CallStatus.CONNECTED, reason=None, outcome=Outcome.INTERESTED, follow_minutes=2880
        ),
    )
    lead = floor.lead()
    done = log(agent, lead, 8, note="minta simulasi bunga")
    assert floor.queue(lead)["hidden_until"] == hours(48)
    assert done.task_id is None


def test_a_macro_that_is_not_there(floor: Floor, agent: Ctx) -> None:
    with pytest.raises(Invalid) as caught:
        log(agent, floor.lead(), 7, macro_id=9_999)
    assert caught.value.fields == {"macro_id": "unknown"}


def test_another_outcome_after_the_key_is_no_macro(floor: Floor, agent: Ctx) -> None:
    lead = floor.lead()
    macro = on_key(agent, 7)
    work(agent, lead, Outcome.NOT_INTERESTED, macro_id=macro.id, note=macro.note_id)
    assert floor.sql("select macro_id from call_log") == [(None,)]
    assert floor.queue(lead)["hidden_until"] == hours(24)
