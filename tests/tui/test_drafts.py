"""Drafts in the app: offered back to the same user, never to another, and queued saves that are sent once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from leadtui.app import LeadtuiApp
from leadtui.core.auth import service as auth
from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import LogCall, Logged
from leadtui.core.ctx import Ctx
from leadtui.core.db.database import Database
from leadtui.core.errors import Unauthenticated, Unavailable
from leadtui.core.tasks import service as tasks
from leadtui.screens.add_task import AddTaskScreen
from leadtui.screens.conflict import ConflictSheet
from leadtui.screens.customer import CustomerScreen
from leadtui.screens.give_back import GiveBackSheet
from leadtui.screens.kept import KeptSheet
from tests.conftest import MakeCtx, OwnDatabase, make_user
from tests.db.callfloor import Floor
from tests.tui.conftest import OpenApp, page_text, said, until
from tests.tui.test_customer import call_rows, opened, overtake, screen


def killed(app: LeadtuiApp) -> None:
    """The program dies here: nothing after this reaches the disk or the database."""
    app.journal.flush()
    app.end_journal()


async def typed(app: LeadtuiApp, pilot: Any, lead: int, note: str = "thinks about it") -> None:
    await pilot.press("n")
    await until(pilot, opened(app, lead))
    await until(pilot, lambda: app.journal.is_open)
    await pilot.press("4", *note)


def gone(ctx: Ctx, command: LogCall) -> Logged:
    raise Unavailable("database_gone")


async def test_a_draft_comes_back_to_its_call_and_to_nobody_else(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    first = floor.lead()
    sari, rina = make_user(real_db, "agent"), make_user(real_db, "agent")
    async with open_app(sari) as (app, pilot):
        await typed(app, pilot, first)
        killed(app)
    async with open_app(rina) as (app, pilot):
        await until(pilot, lambda: app.journal.is_open)
        assert app.journal.entries("call") == ()
        assert not isinstance(app.screen, KeptSheet)
    async with open_app(sari, screen="CustomerScreen") as (app, pilot):
        await until(pilot, opened(app, first))
        draft = screen(app).form.draft()
        assert (draft.digit, draft.note) == (4, "thinks about it")
        assert screen(app).form.note.has_focus  # who types on blindly writes, and presses no key
        await pilot.press(*", again", "f9")
        await until(pilot, lambda: app.open_call is None)
        assert call_rows(floor) == [(first, 1, 4, "thinks about it, again")]
        assert app.journal.flush()
        assert app.journal.entries("call") == app.journal.entries("save") == ()


async def test_queued_while_the_database_is_away_editing_goes_on_and_the_changed_one_is_sent(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = floor.lead(900_000), floor.lead(800_000)
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await typed(app, pilot, first, "no need")
        with monkeypatch.context() as away:
            away.setattr(calls, "log", gone)
            await pilot.press("ctrl+s")
            await until(pilot, lambda: app.unsent and not app._on_the_way)
            await pilot.pause()
            bar = screen(app).form.bar
            assert bar.label == "queued, not saved"
            await until(pilot, lambda: "1 call queued, not saved; it is sent by itself." in page_text(app))
            await pilot.press(*" at all")
            assert screen(app).form.draft().note == "no need at all"
            assert bar.label == "queue it as it is now"
            await pilot.press("ctrl+s")
            await until(pilot, lambda: not app._on_the_way)
            await pilot.pause()
            assert bar.label == "queued, not saved"
            assert [kept.command.note for kept in app.unsent] == ["no need at all"]
            # another customer is shown meanwhile: the queued call is not theirs
            app.open_customer(second)
            await until(pilot, lambda: screen(app).lead is not None and screen(app).lead.row.id == second)
            assert not screen(app).form.opened
            app.show_call()
            await until(pilot, opened(app, first))
            assert screen(app).form.bar.label == "queued, not saved"
        app.send_again()
        await until(pilot, opened(app, second))
        assert call_rows(floor) == [(first, 1, 4, "no need at all")]


async def test_a_save_that_died_with_the_program_is_sent_once(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = floor.lead(900_000)
    floor.lead(800_000)
    sari, real = make_user(real_db, "agent"), calls.log

    def stored_but_no_answer(ctx: Ctx, command: LogCall) -> Logged:
        real(ctx, command)
        raise Unavailable("database_gone")

    async with open_app(sari) as (app, pilot):
        await typed(app, pilot, first, "no need")
        monkeypatch.setattr(calls, "log", stored_but_no_answer)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.unsent)
        killed(app)
    monkeypatch.setattr(calls, "log", real)
    async with open_app(sari) as (app, pilot):
        await until(pilot, lambda: "A call that was waiting is saved now." in said(app))
        await pilot.pause()
        assert call_rows(floor) == [(first, 1, 4, "no need")]
        assert app.open_call is None  # nobody asked for the next one
        assert app.journal.entries("save") == app.journal.entries("call") == ()


async def test_a_save_that_was_overtaken_meanwhile_becomes_the_conflict_screen(
    open_app: OpenApp,
    real_db: OwnDatabase,
    as_real_role: MakeCtx,
    floor: Floor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = floor.lead()
    sari = make_user(real_db, "agent")
    async with open_app(sari) as (app, pilot):
        await typed(app, pilot, first, "no interest at all")
        with monkeypatch.context() as away:
            away.setattr(calls, "log", gone)
            await pilot.press("ctrl+s")
            await until(pilot, lambda: app.unsent)
            killed(app)
    await asyncio.to_thread(overtake, floor, first, as_real_role("agent", name="Rina Agustina"))
    async with open_app(sari, screen=None) as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, ConflictSheet))
        await pilot.pause()
        told = page_text(app)
        for words in ("Rina Agustina", "asks for Monday", "no interest at all"):
            assert words in told
        await pilot.press("k")
        await until(pilot, lambda: len(call_rows(floor)) == 2)
        assert call_rows(floor)[-1][3] == "no interest at all"


async def test_what_was_typed_for_a_call_that_is_gone_is_offered_to_copy(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    first = floor.lead()
    sari = make_user(real_db, "agent")
    async with open_app(sari) as (app, pilot):
        await typed(app, pilot, first, "about the [b]house[/b] loan")
        killed(app)
    floor.sql("delete from open_call")
    async with open_app(sari, screen=None) as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, KeptSheet))
        await pilot.pause()
        told = page_text(app)
        assert "about the [b]house[/b] loan" in told
        assert "You typed this at" in told
        await pilot.press("y")
        assert app.clipboard == "about the [b]house[/b] loan"
        await pilot.press("escape")
        await pilot.pause()
        killed(app)
    async with open_app(sari, screen=None) as (app, pilot):  # kept for later: offered again
        await until(pilot, lambda: isinstance(app.screen, KeptSheet))
        await pilot.press("x")
        await until(pilot, lambda: not isinstance(app.screen, KeptSheet))
        assert app.journal.entries("call") == ()


async def test_an_ended_session_keeps_what_was_typed_for_the_same_user_only(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    first = floor.lead()
    sari, rina = make_user(real_db, "agent"), make_user(real_db, "agent", name="Rina A")
    async with open_app(sari) as (app, pilot):
        await typed(app, pilot, first)
        app.ended(Unauthenticated("session_ended"))
        await until(pilot, lambda: not app.journal.is_open)  # let go: she may sign in elsewhere
        for email in (rina, sari):
            await until(pilot, lambda: app.login.state == "ready" and app.screen is app.login)
            app.login.email.value, app.login.password.value = email, "a password for tests"
            app.login.action_sign_in()
            await until(pilot, lambda: app.actor is not None and app.journal.is_open)
            if email == rina:
                assert app.journal.entries("call") == ()
                assert "thinks about it" not in page_text(app)
                await until(pilot, lambda: app.screen is not app.login and app.screen.is_mounted)
                app.sign_out()
        await until(pilot, opened(app, first))
        assert screen(app).form.draft().note == "thinks about it"


async def test_a_tasks_sheet_comes_back_and_is_stored_once(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = floor.lead()
    sari, real = make_user(real_db, "agent"), tasks.add

    def stored_but_no_answer(ctx: Ctx, command: Any) -> Any:
        real(ctx, command)
        raise Unavailable("database_gone")

    async with open_app(sari) as (app, pilot):
        await until(pilot, lambda: app.journal.is_open)
        app.add_task(first, "Budi")
        await until(pilot, lambda: isinstance(app.screen, AddTaskScreen) and app.screen.is_mounted)
        await pilot.press(*"tomorrow 9:00", "enter", *"send the brochure")
        with monkeypatch.context() as away:
            away.setattr(tasks, "add", stored_but_no_answer)
            await pilot.press("ctrl+s")
            await until(pilot, lambda: app.notice is not None)
        assert isinstance(app.screen, AddTaskScreen)
        killed(app)
    async with open_app(sari, screen=None) as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, KeptSheet))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, AddTaskScreen) and app.screen.is_mounted)
        await pilot.pause()
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "Task stored" in said(app))
        assert floor.sql("select note from task") == [("send the brochure",)]
        assert app.journal.entries("task") == ()


async def test_giving_back_with_a_key_typed_ahead_leaves_nothing_behind(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    first = floor.lead()
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, opened(app, first))
        await pilot.press("b")
        await until(pilot, lambda: isinstance(app.screen, GiveBackSheet))
        status, _short = app.call_status()
        assert status is not None
        assert status.keys == ()  # the sheet lies over that very call
        await pilot.press("1", "4")
        await until(pilot, lambda: app.open_call is None)
        await pilot.pause()
        assert isinstance(app.screen, CustomerScreen)
        assert not screen(app).form.opened
        assert "closed elsewhere" not in page_text(app)
        assert app.journal.entries("call") == ()


async def test_no_service_is_ever_called_on_the_event_loop(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = floor.lead(900_000), floor.lead(800_000)
    real, asked, wrong = Database.connection, [], []

    def connection(self: Database) -> Any:
        asked.append(1)
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            pass
        else:
            wrong.append(1)
        return real(self)

    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        monkeypatch.setattr(Database, "connection", connection)
        await typed(app, pilot, first)
        await pilot.press("escape", "d", "space", "t", "escape")
        await pilot.press("ctrl+s")
        await until(pilot, opened(app, second))
        await pilot.press("b", "1")
        await until(pilot, lambda: app.open_call is None)
        await pilot.press("f3", "f4", "f2")
        app.beat()
        app._next_minute()
        await pilot.pause(0.3)
        monkeypatch.undo()
        assert len(asked) > 10
        assert wrong == []


async def test_a_folder_that_cannot_be_written_is_said_and_nothing_else_stops(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor, tmp_path: Any
) -> None:
    first = floor.lead()
    (tmp_path / "drafts").write_text("a file where the folder should be")
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await until(pilot, lambda: "cannot be kept on this disk" in said(app))
        await pilot.press("n")
        await until(pilot, opened(app, first))
        await pilot.press("4", *"no need", "f9")
        await until(pilot, lambda: app.open_call is None)
        assert call_rows(floor) == [(first, 1, 4, "no need")]


async def test_the_key_is_the_sessions_own(real_db: OwnDatabase, as_real_role: MakeCtx) -> None:
    from leadtui.core.drafts import service as drafts

    sari, rina = as_real_role("agent"), as_real_role("agent")
    keys = [await asyncio.to_thread(drafts.key, ctx) for ctx in (sari, rina, sari)]
    assert keys[0] == keys[2] != keys[1]
    assert len(keys[0]) == 32
    await asyncio.to_thread(auth.sign_out, sari)
    with pytest.raises(Unauthenticated):
        await asyncio.to_thread(drafts.key, sari)
