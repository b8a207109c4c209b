"""`x` on the customer view, what an admin lifts there, and a withdrawal while somebody is on the phone."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from leadtui import i18n
from leadtui.app import LeadtuiApp
from leadtui.core.calls.dto import Outcome
from leadtui.core.consent import service as consent
from leadtui.core.consent.dto import SetConsent
from leadtui.messages import Resync
from leadtui.screens.customer import CustomerScreen
from leadtui.screens.customer_parts.why_not import WhyNotSheet
from leadtui.widgets.why_rows import WhyRows
from tests.conftest import MakeCtx, OwnDatabase, make_user
from tests.db.callfloor import Floor, work
from tests.tui.conftest import OpenApp, page_text, said, until
from tests.tui.test_hostile import HOSTILE, clean_page, spoil


def sheet(app: LeadtuiApp) -> WhyNotSheet:
    assert isinstance(app.screen, WhyNotSheet)
    return app.screen


async def look(app: LeadtuiApp, pilot: Any, lead_id: int) -> None:
    """The customer, and the sheet over them with its answer."""
    app.open_customer(lead_id)
    await until(pilot, lambda: isinstance(app.screen, CustomerScreen) and app.screen.lead is not None)
    await pilot.press("x")
    await until(pilot, lambda: isinstance(app.screen, WhyNotSheet) and app.screen.why is not None)
    await pilot.pause()


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_every_predicate_stands_there_in_words(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor, size: tuple[int, int]
) -> None:
    lead = floor.lead(attempts=3)
    async with open_app(make_user(real_db, "agent"), size=size) as (app, pilot):
        await look(app, pilot, lead)
        page = page_text(app)
        for words in ("Callable now.", "✓ State", "✓ Do-not-call", "✓ Consent", "✓ Phone",
                      "1 of 1 number works", "3 of 8", "0 of 3", "✓ Rest", "✓ Reserved", "✓ Owner",
                      "the whole team", "✓ Calling hours"):  # fmt: skip
            assert words in page, words
        assert "×" not in page
        # nothing to lift for an agent: enter and x only close
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CustomerScreen))
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, WhyNotSheet))
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, CustomerScreen))


async def test_what_stands_against_it_says_when_it_changes(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor, as_real_role: MakeCtx
) -> None:
    sari = as_real_role("agent", name="Sari Wulandari")
    assert sari.actor is not None
    owned = floor.lead(state=2, owner_id=sari.actor.user_id)
    asked = floor.lead(phones=("+6281255500134",))
    work(sari, asked, Outcome.DO_NOT_CALL)
    async with open_app(make_user(real_db, "manager"), size=(80, 24)) as (app, pilot):
        app.open_customer(owned)
        # the hint stands where it is needed
        await until(pilot, lambda: "x why not" in page_text(app))
        await look(app, pilot, owned)
        page = page_text(app)
        assert "Not until somebody acts: this customer belongs to another agent." in page
        assert "× Owner" in page
        assert "Only Sari Wulandari calls" in page
        assert "lift" not in page  # a manager releases elsewhere; overriding is an admin's
        await pilot.press("escape")
        await look(app, pilot, asked)
        page = page_text(app)
        assert "the customer and … 0134" in page
        assert "takes them off the do-not-call list" in " ".join(page.replace("▌", "").split())
        i18n.use("id")
        sheet(app).relabel()
        await pilot.pause()
        assert "× Jangan dihubungi" in page_text(app)


async def test_an_admin_lifts_the_marked_row_with_a_reason(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor, as_real_role: MakeCtx
) -> None:
    agent = as_real_role("agent", name="Sari")
    assert agent.actor is not None
    lead = floor.lead(attempts=8, capped=True, owner_id=agent.actor.user_id)
    async with open_app(make_user(real_db, "admin", name="Ratna"), size=(80, 24)) as (app, pilot):
        await look(app, pilot, lead)
        rows = app.screen.query_one(WhyRows)
        assert rows.liftable == ("lifetime", "owner")
        assert rows.cursor == "lifetime"
        await pilot.press("enter", *"ok", "enter")
        await until(pilot, lambda: "3 to 500 characters" in page_text(app))
        assert "Why lift" in page_text(app).replace("WHY LIFT", "Why lift")
        assert floor.sql("select count(*) from eligibility_override") == [(0,)]
        await pilot.press(*" the bank asks", "enter")
        await until(pilot, lambda: rows.liftable == ("owner",))
        assert "Lifted: Calls so far." in said(app)
        await until(pilot, lambda: "lifted by Ratna" in page_text(app))
        assert floor.queue(lead)["capped"] is False
        # x is a letter in the field, and esc leaves the field before the sheet
        await pilot.press("enter", *"xx", "escape")
        assert isinstance(app.screen, WhyNotSheet)
        await pilot.press("enter", *"new agent", "enter")
        await until(pilot, lambda: "Callable now." in page_text(app))
        assert floor.queue(lead)["owner_id"] is None
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, CustomerScreen))


async def test_somebody_was_faster_and_what_was_typed_stays(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    lead = floor.lead(attempts=8, capped=True)
    async with open_app(make_user(real_db, "admin")) as (app, pilot):
        await look(app, pilot, lead)
        await pilot.press("enter", *"by request")
        floor.sql("update lead_queue set version = version + 1 where lead_id = %s", lead)
        await pilot.press("enter")
        await until(pilot, lambda: "changed since you looked" in page_text(app))
        assert sheet(app).reason.value == "by request"
        version = floor.queue(lead)["version"]
        await until(pilot, lambda: sheet(app).why is not None and sheet(app).why.version == version)
        await pilot.press("enter")
        await until(pilot, lambda: floor.queue(lead)["capped"] is False)


async def test_a_withdrawal_reaches_who_is_on_the_phone(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor, as_real_role: MakeCtx
) -> None:
    first, second = floor.lead(900_000), floor.lead(800_000)
    manager = as_real_role("manager")
    async with open_app(make_user(real_db, "agent"), size=(80, 24)) as (app, pilot):
        await pilot.press("n")
        await until(pilot, lambda: app.open_call is not None and isinstance(app.screen, CustomerScreen))
        await until(pilot, lambda: app.screen.lead is not None)
        await pilot.press("d")
        await until(pilot, lambda: app.open_call.dialled_at is not None)
        await until(pilot, lambda: app.live is True)
        assert app.withdrawn is None
        consent.record(manager, SetConsent(uuid.uuid4(), first, agreed=False, source="letter to the bank"))
        await until(pilot, lambda: "took back their consent" in page_text(app))
        assert "end politely, log the call" in page_text(app)
        # the page beside it says so too, and on every other screen it stays
        await until(pilot, lambda: app.screen.lead is not None and not app.screen.lead.callable)
        await pilot.press("f3")
        await until(pilot, lambda: "took back their consent" in page_text(app))
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, CustomerScreen))
        await pilot.press("4", *"asked to end it", "ctrl+s")
        await until(pilot, lambda: app.open_call is not None and app.open_call.lead_id == second)
        assert app.withdrawn is None
        await until(pilot, lambda: "took back" not in page_text(app))


async def test_a_withdrawal_that_was_missed_is_seen_at_the_next_chance(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    lead = floor.lead()
    email = make_user(real_db, "agent")
    async with open_app(email) as (app, pilot):
        await pilot.press("n")
        await until(pilot, lambda: app.open_call is not None and isinstance(app.screen, CustomerScreen))
        floor.sql("update lead_queue set dnc = true where lead_id = %s", lead)  # nobody says so
        app._resync()
        await until(pilot, lambda: app.withdrawn is not None)
        await until(pilot, lambda: "is on the do-not-call list" in page_text(app))
        assert "do not dial; give them back" in page_text(app)
    # and a call that is brought back at the next start is asked about
    async with open_app(email, screen=None) as (app, pilot):
        await until(pilot, lambda: app.open_call is not None and app.withdrawn is not None)
        app.post_message(Resync())
        await pilot.pause()
        assert app.withdrawn[1] == "do_not_call"


async def test_who_called_us_may_talk_as_they_like(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    lead = floor.lead(consent_ok=False)
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        app.take_incoming(lead)
        await until(pilot, lambda: app.open_call is not None)
        app.look_at_withdrawal()
        app.heard_stop(lead)
        await pilot.pause(0.3)
        assert app.withdrawn is None


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_what_people_outside_wrote_is_text(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor, as_real_role: MakeCtx, size: tuple[int, int]
) -> None:
    owner = as_real_role("agent", name=HOSTILE)
    assert owner.actor is not None
    lead = floor.lead(attempts=8, capped=True, owner_id=owner.actor.user_id)
    spoil(floor, lead)
    floor.sql(
        "insert into holiday (day, name, name_en) values (current_date + 2, %s, %s) "
        "on conflict (day, zone) do update set name = excluded.name, removed = false",
        HOSTILE, HOSTILE,
    )  # fmt: skip
    async with open_app(make_user(real_db, "admin", name=HOSTILE), size=size) as (app, pilot):
        await look(app, pilot, lead)
        await pilot.press("enter", *"by hand [b]", "enter")
        await until(pilot, lambda: sheet(app).why is not None and sheet(app).why.lifted)
        await until(pilot, lambda: sheet(app).rows.liftable == ("owner",))
        await pilot.press("G", "pagedown")
        await pilot.pause()
        clean_page(page_text(app))
        assert "Budi" in page_text(app)
        await pilot.press("escape", "f8", "h")
        await until(pilot, lambda: "baris [b]tebal" in page_text(app))
        clean_page(page_text(app))
