"""Undo within seconds, and own calls of the day put right."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from leadtui.app import LeadtuiApp
from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import LogCall, Logged
from leadtui.core.ctx import Ctx
from leadtui.core.errors import Unavailable
from leadtui.core.leads.dto import LeadState
from leadtui.screens.correct import CorrectSheet
from leadtui.screens.customer import CustomerScreen
from leadtui.screens.customer_parts.sheets import HistorySheet
from leadtui.screens.my_calls import MyCallsSheet
from tests.conftest import MakeCtx, OwnDatabase, make_user
from tests.db.callfloor import Floor, work
from tests.tui.conftest import OpenApp, page_text, said, until
from tests.tui.test_customer import call_rows, opened, screen


@pytest.fixture
def floor(real_db: OwnDatabase) -> Floor:
    """No hours, and undo for as long as a slow machine needs."""
    made = Floor(real_db)
    made.set("window.enabled", "false")
    made.sql("insert into setting (key, value) values ('undo.seconds', '60')")
    return made


async def logged_and_undoable(app: LeadtuiApp, pilot: Any, lead: int, *keys: str) -> None:
    await pilot.press("n")
    await until(pilot, opened(app, lead))
    await pilot.press(*keys)
    await until(pilot, lambda: app.undoable is not None and app._undo_seconds == 60)


def counting(floor: Floor) -> list[tuple[Any, ...]]:
    return floor.sql("select lead_id, outcome, note from call_effective order by id")


async def test_u_brings_the_call_back_as_it_was_sent_and_lets_the_next_one_go(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    first, second = floor.lead(900_000), floor.lead(800_000)
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await logged_and_undoable(
            app, pilot, first, "2", *"monday 10:00", "enter", *"wants the rate", "ctrl+s"
        )  # fmt: skip
        await until(pilot, opened(app, second))
        await until(pilot, lambda: "Saved: Orang" in page_text(app))
        assert "u undo" in page_text(app)
        await pilot.press("u")
        await until(pilot, opened(app, first))
        draft = screen(app).form.draft()
        assert (draft.digit, draft.when, draft.note) == (2, "monday 10:00", "wants the rate")
        assert screen(app).form.rows.has_focus  # the outcome is what most undo for
        assert counting(floor) == []
        assert floor.sql("select lead_id from open_call where live") == [(first,)]
        assert floor.queue(second)["claimed_by"] is None
        assert floor.sql("select count(*) from give_back") == [(0,)]
        assert floor.sql("select count(*) from task where state = 0") == [(0,)]
        await pilot.press("4", "f9")
        await until(pilot, lambda: app.open_call is None)
        assert counting(floor) == [(first, 4, "wants the rate")]


async def test_u_works_from_the_list_and_is_text_in_the_note(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    first = floor.lead()
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await pilot.press("u")
        await until(pilot, lambda: "There is nothing to undo." in said(app))
        await logged_and_undoable(app, pilot, first, "4", *"unsure but no", "f9")
        await until(pilot, lambda: not screen(app).form.opened)
        assert call_rows(floor) == [(first, 1, 4, "unsure but no")]
        await pilot.press("escape")
        await until(pilot, lambda: type(app.screen).__name__ == "LeadsScreen")
        await pilot.press("u")
        await until(pilot, opened(app, first))
        assert screen(app).form.draft().note == "unsure but no"
        await pilot.press("u")
        assert counting(floor) == []


async def test_once_the_next_one_is_dialled_it_stays(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    first, second = floor.lead(900_000), floor.lead(800_000)
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await logged_and_undoable(app, pilot, first, "4", *"no need", "ctrl+s")
        await until(pilot, opened(app, second))
        await pilot.press("d")
        await until(pilot, lambda: app.open_call.dialled_at is not None)
        before = said(app)
        await pilot.press("u")
        await until(pilot, lambda: said(app) != before)
        assert counting(floor) == [(first, 4, "no need")]
        assert app.open_call.lead_id == second
        assert "dialled" in said(app)


async def test_undo_when_the_lead_has_moved_on_says_so_and_changes_nothing(
    open_app: OpenApp, real_db: OwnDatabase, as_real_role: MakeCtx, floor: Floor
) -> None:
    first = floor.lead()
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await logged_and_undoable(app, pilot, first, "4", *"no need", "f9")
        floor.sql("update lead_queue set hidden_until = null where lead_id = %s", first)
        await asyncio.to_thread(work, as_real_role("agent", name="Rina"), first, None)
        before = said(app)
        await pilot.press("u")
        await until(pilot, lambda: said(app) != before)
        assert len(counting(floor)) == 2
        assert app.open_call is None


async def test_what_is_queued_cannot_be_undone(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = floor.lead()

    def gone(ctx: Ctx, command: LogCall) -> Logged:
        raise Unavailable("database_gone")

    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, opened(app, first))
        with monkeypatch.context() as away:
            away.setattr(calls, "log", gone)
            await pilot.press("4", *"no need", "ctrl+s")
            await until(pilot, lambda: app.unsent)
            await pilot.press("escape", "u")
            await until(pilot, lambda: "Queued, not saved: there is nothing to undo yet." in said(app))
        assert screen(app).form.draft().note == "no need"


async def test_a_call_of_today_is_put_right_from_the_history(
    open_app: OpenApp, real_db: OwnDatabase, as_real_role: MakeCtx, floor: Floor
) -> None:
    first = floor.lead()
    await asyncio.to_thread(work, as_real_role("agent", name="Rina"), first, None, note="nada sibuk")
    floor.sql("update lead_queue set hidden_until = null where lead_id = %s", first)
    async with open_app(make_user(real_db, "agent", name="Sari")) as (app, pilot):
        await logged_and_undoable(app, pilot, first, "4", *"no need", "f9")
        await until(pilot, lambda: screen(app).lead is not None and screen(app).lead.calls_total == 2)
        await pilot.press("h")
        await until(pilot, lambda: isinstance(app.screen, HistorySheet) and app.screen.timeline.mine)
        mine = app.screen.lead.calls[0].id
        assert app.screen.timeline.mine == {mine}  # Rina's of today is hers
        await until(pilot, lambda: "e correct" in page_text(app))
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, CorrectSheet))
        sheet = app.screen
        await until(pilot, lambda: sheet.form.rows.has_focus)
        assert sheet.form.draft().note == "no need"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "Nothing has changed." in said(app))
        await pilot.press("1", *"; thinks about it", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, CustomerScreen))
        await until(pilot, lambda: "Corrected." in said(app))
        assert counting(floor)[-1][1:] == (1, "no need; thinks about it")
        assert floor.queue(first)["state"] == int(LeadState.QUALIFIED)
        await until(pilot, lambda: screen(app).lead.calls[0].corrected_at is not None)
        await pilot.press("h")
        await until(pilot, lambda: isinstance(app.screen, HistorySheet))
        await until(pilot, lambda: "corrected" in page_text(app))


async def test_my_calls_of_today_in_a_list_and_corrected_from_it(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    first, second = floor.lead(900_000), floor.lead(800_000)
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, opened(app, first))
        await pilot.press("2", *"tomorrow 10:00", "enter", *"asks for tomorrow", "ctrl+s")
        await until(pilot, opened(app, second))
        await pilot.press("0", "enter", "f9")
        await until(pilot, lambda: app.open_call is None)
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, MyCallsSheet) and len(app.screen.rows.calls) == 2)
        assert [call.lead_id for call in app.screen.rows.calls] == [second, first]
        await pilot.press("j")
        await until(pilot, lambda: "asks for tomorrow" in page_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CorrectSheet))
        sheet = app.screen
        await until(pilot, lambda: sheet.form.rows.has_focus)
        agreed = floor.sql("select callback_at from call_log where outcome = 2")[0][0]
        await pilot.press("2", *" at home", "ctrl+s")  # the time as it was agreed, read back from the row
        await until(pilot, lambda: isinstance(app.screen, MyCallsSheet))
        await until(pilot, lambda: app.screen.rows.calls[1].corrected)
        assert floor.sql("select callback_at, note from call_effective where outcome = 2") == [
            (agreed, "asks for tomorrow at home")
        ]
        assert floor.sql("select due_at from task where state = 0") == [(agreed,)]
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, CustomerScreen))
