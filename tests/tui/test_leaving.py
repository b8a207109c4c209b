"""The end in the middle of a beginning: a screen that goes, a program that ends, while it is being put up."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from textual.pilot import Pilot

from leadtui.app import LeadtuiApp
from leadtui.core.ctx import Ctx
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import QueueSummary
from leadtui.core.runtime import Runtime
from leadtui.core.settings import Settings
from leadtui.screens.customer import CustomerScreen
from tests.conftest import PASSWORD, OwnDatabase, make_user
from tests.db.callfloor import Floor
from tests.tui.conftest import OpenApp, page_text, until


async def turns(count: int) -> None:
    """So many turns of the loop."""
    for _ in range(count):
        await asyncio.sleep(0)


@pytest.mark.parametrize("at", [0, 3])
async def test_the_program_ends_while_the_first_list_is_put_up(
    real_db: OwnDatabase, floor: Floor, tmp_path: object, at: int
) -> None:
    email = make_user(floor.db, "agent")
    settings = Settings(tmp_path, None, None, "dev")  # type: ignore[arg-type]
    app = LeadtuiApp(settings, Runtime(settings, real_db, real_db.admin_url, None))
    async with app.run_test() as pilot:  # raises what a handler raised
        await until(pilot, lambda: app.login.state == "ready")
        app.login.email.value, app.login.password.value = email, PASSWORD
        app.login.action_sign_in()
        while app.actor is None:
            await asyncio.sleep(0)
        await turns(at)
    app.shut_down()
    assert app._exception is None
    assert not app.return_code


@pytest.mark.parametrize("at", [0, 2, 5])
async def test_a_customer_is_left_while_it_is_put_up(open_app: OpenApp, floor: Floor, at: int) -> None:
    lead = floor.lead(600_000, age=40)
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        app.open_customer(lead)
        await turns(at)
        app.pop_screen()
        await until(pilot, lambda: type(app.screen).__name__ == "LeadsScreen" and "1 ready" in page_text(app))
        app.open_customer(lead)  # and everything goes on
        await until(pilot, lambda: "LOG THE CALL" in page_text(app))
        assert app._exception is None


@pytest.mark.parametrize("at", [0, 2, 6])
async def test_another_language_and_customer_while_one_is_put_up(
    open_app: OpenApp, floor: Floor, at: int
) -> None:
    first, second = floor.lead(600_000, age=40), floor.lead(500_000, age=50)
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        app.open_customer(first)
        await turns(at)
        app.action_switch_language()
        app.open_customer(second)
        await until(pilot, lambda: "CATAT PANGGILAN" in page_text(app))
        screen = app.screen
        assert isinstance(screen, CustomerScreen)
        await until(pilot, lambda: screen.lead is not None and screen.lead.row.id == second)


async def sign_in(app: LeadtuiApp, pilot: Pilot[None], email: str) -> None:
    """As far as a session."""
    await until(pilot, lambda: app.login.state == "ready" and app.screen is app.login)
    app.login.email.value, app.login.password.value = email, PASSWORD
    app.login.action_sign_in()
    end = time.monotonic() + 20
    while app.actor is None:  # the very turn in which there is one, which `until` may miss
        assert time.monotonic() < end, "nobody has signed in"
        await asyncio.sleep(0)


@pytest.mark.parametrize("at", [0, 1, 2, 4, 8])
async def test_signed_out_before_the_list_was_whole_it_is_there_the_next_time(
    open_app: OpenApp, floor: Floor, at: int
) -> None:
    floor.lead(600_000, age=40)
    email = make_user(floor.db, "agent")
    async with open_app() as (app, pilot):
        await sign_in(app, pilot, email)
        await turns(at)
        app.sign_out()
        await sign_in(app, pilot, email)
        await until(pilot, lambda: type(app.screen).__name__ == "LeadsScreen" and "1 ready" in page_text(app))
        assert app._exception is None


async def test_signed_out_before_the_list_was_answered_it_is_there_the_next_time(
    open_app: OpenApp, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor.lead(600_000, age=40)
    email = make_user(floor.db, "agent")
    asked, go_on, summary = threading.Event(), threading.Event(), leads.summary

    def slow(ctx: Ctx) -> QueueSummary:
        asked.set()
        go_on.wait(20)
        return summary(ctx)

    monkeypatch.setattr(leads, "summary", slow)
    async with open_app() as (app, pilot):
        await sign_in(app, pilot, email)
        await until(pilot, asked.is_set)
        app.sign_out()
        monkeypatch.setattr(leads, "summary", summary)
        await sign_in(app, pilot, email)
        await until(pilot, lambda: type(app.screen).__name__ == "LeadsScreen" and "1 ready" in page_text(app))
        go_on.set()  # the late answer is nobody's
        await pilot.pause(0.1)
        await until(pilot, lambda: "1 ready" in page_text(app))
        assert app._exception is None
