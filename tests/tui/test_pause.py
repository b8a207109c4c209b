"""Breaks in the app: with a reason, after the call, from another terminal, and how they end."""

from __future__ import annotations

import asyncio
import uuid

from leadtui.core.pauses import service as pauses
from leadtui.core.pauses.dto import EndPause, StartPause
from leadtui.screens.pause import PauseSheet
from tests.conftest import OwnDatabase, make_user
from tests.db.callfloor import Floor
from tests.tui.conftest import OpenApp, page_text, said, until
from tests.tui.test_customer import opened


async def test_a_break_shows_its_time_and_next_asks_once_before_it_ends_it(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    first = floor.lead()
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await pilot.press("p")
        await until(pilot, lambda: isinstance(app.screen, PauseSheet))
        await pilot.press("3")
        await until(pilot, lambda: app.on_break)
        await until(pilot, lambda: "On a break: meal" in page_text(app))
        assert "back to work" in page_text(app)
        assert floor.sql("select reason, ended_at from pause") == [("meal", None)]
        await pilot.press("n")
        await until(pilot, lambda: "Still on a break: n again ends it and takes the next." in said(app))
        assert app.open_call is None
        await pilot.press("n")
        await until(pilot, opened(app, first))
        assert not app.on_break
        assert floor.sql("select count(*) from pause where ended_at is null") == [(0,)]


async def test_p_again_is_back_to_work_and_esc_stays_there(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await pilot.press("p")
        await until(pilot, lambda: isinstance(app.screen, PauseSheet))
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, PauseSheet))
        assert app.pause is None
        await pilot.press("p")
        await until(pilot, lambda: isinstance(app.screen, PauseSheet))
        await pilot.press("enter")
        await until(pilot, lambda: app.on_break)
        await pilot.press("p")
        await until(pilot, lambda: app.pause is None)
        assert "Back to work." in said(app)
        await pilot.press("f4")
        await until(pilot, lambda: "breaks" in page_text(app) and "short break" in page_text(app))


async def test_after_this_call_nobody_follows(open_app: OpenApp, real_db: OwnDatabase, floor: Floor) -> None:
    first = floor.lead(900_000)
    floor.lead(800_000)
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, opened(app, first))
        await pilot.press("p")
        await until(pilot, lambda: isinstance(app.screen, PauseSheet))
        await until(pilot, lambda: "after this call" in page_text(app).lower())
        await pilot.press("2")
        await until(pilot, lambda: app.pause is not None and app.pause.waiting)
        await until(pilot, lambda: "then a break" in page_text(app))
        await pilot.press("4", *"no need", "ctrl+s")
        await until(pilot, lambda: app.on_break)
        await pilot.pause()
        assert app.open_call is None
        assert floor.sql("select count(*) from open_call") == [(0,)]
        assert floor.sql("select reason from pause where started_at is not null") == [("prayer",)]


async def test_a_break_that_waits_is_taken_back(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    first, second = floor.lead(900_000), floor.lead(800_000)
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, opened(app, first))
        await pilot.press("p")
        await until(pilot, lambda: isinstance(app.screen, PauseSheet))
        await pilot.press("1")
        await until(pilot, lambda: app.pause is not None and app.pause.waiting)
        await pilot.press("p")
        await until(pilot, lambda: "No break after this call." in said(app))
        await pilot.press("4", *"no need", "ctrl+s")
        await until(pilot, opened(app, second))


async def test_another_terminal_of_the_same_agent_hears_of_it(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    floor.lead()
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await until(pilot, lambda: app.live)
        ctx = app.session
        await asyncio.to_thread(pauses.start, ctx, StartPause(uuid.uuid4(), "admin"))
        await until(pilot, lambda: app.on_break)
        await pilot.press("n")
        await until(pilot, lambda: "Still on a break" in said(app))
        await asyncio.to_thread(pauses.end, ctx, EndPause(uuid.uuid4()))
        await until(pilot, lambda: app.pause is None)
