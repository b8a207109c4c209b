"""Signing in again over the screen, and one's own account: the wait, the password, the sessions."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from textual.widgets import Input, OptionList, Static

from leadtui import i18n
from leadtui.app import LOGIN, LeadtuiApp
from leadtui.core.auth import passwords
from leadtui.core.auth import service as auth
from leadtui.core.auth.dto import SignIn
from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import Claim, LogCall, Logged, OpenCall
from leadtui.core.ctx import Ctx, Origin
from leadtui.core.errors import Unauthenticated
from leadtui.screens.sessions import SessionsScreen
from leadtui.screens.signin_password import OwnPasswordScreen
from tests.conftest import PASSWORD, make_user
from tests.db.callfloor import Floor
from tests.tui.conftest import OpenApp, Pilot, page_text, said, until

NEW = "mango floor seven kites"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "hash_password", partial(passwords.hash_password, rounds=4))


async def sign_in(app: LeadtuiApp, pilot: Pilot[None], email: str, word: str = PASSWORD) -> None:
    app.login.email.value, app.login.password.value = email, word
    app.login.action_sign_in()
    await until(pilot, lambda: app.actor is not None and app.current_mode != LOGIN)
    await pilot.pause()


def end_sessions(floor: Floor, why: str = "ended_by_admin") -> None:
    floor.sql("update app_session set ended_at = now(), ended_why = %s where ended_at is null", why)


async def notice_it(app: LeadtuiApp, pilot: Pilot[None]) -> None:
    """Whatever asks the database next finds out."""
    app._still_me()
    await until(pilot, lambda: app.current_mode == LOGIN)


def reason(app: LeadtuiApp) -> str:
    """What the sign-in page says about the session that is over."""
    return str(app.login.query_one("#reason", Static).render())


def calling(app: LeadtuiApp) -> bool:
    """Whether a call is open, with its form."""
    form = getattr(app.screen, "form", None)
    return app.open_call is not None and getattr(app.screen, "lead", None) is not None and form.opened


def form_note(app: LeadtuiApp) -> str:
    return app.screen.form.draft().note  # type: ignore[attr-defined, no-any-return]


# over the screen -----------------------------------------------------------------------------------------


async def test_a_note_half_typed_is_there_again(open_app: OpenApp, floor: Floor) -> None:
    floor.lead(900_000)
    email = make_user(floor.db, "agent")
    async with open_app(email) as (app, pilot):
        await pilot.press("n")
        await until(pilot, lambda: calling(app))
        await pilot.press("4", *"has money els")
        before, focused = app.screen, app.focused
        end_sessions(floor)
        await notice_it(app, pilot)
        text = page_text(app)
        assert reason(app) == "An administrator has ended your session."
        assert "has money els" not in text
        await pilot.press("f2", "n", "ctrl+s")  # nothing of it works without a session
        assert app.current_mode == LOGIN
        await sign_in(app, pilot, email)
        await until(pilot, lambda: app.open_call is not None)
        assert app.screen is before
        assert form_note(app) == "has money els"
        await until(pilot, lambda: "save, open the next" in page_text(app))
        assert "Not open any more" not in page_text(app)
        assert app.focused is focused
        await pilot.press(*"ewhere", "f9")
        await until(pilot, lambda: floor.sql("select note from call_log") == [("has money elsewhere",)])


async def test_a_dialog_half_filled_is_there_again(open_app: OpenApp, floor: Floor) -> None:
    floor.lead(900_000)
    email = make_user(floor.db, "agent")
    async with open_app(email) as (app, pilot):
        await until(pilot, lambda: "1" in page_text(app))
        await pilot.press("t")
        await until(pilot, lambda: type(app.screen).__name__ == "AddTaskScreen")
        await pilot.press(*"tomorrow 9:00", "enter", *"bring the form")
        dialog = app.screen
        end_sessions(floor)
        await pilot.press("ctrl+s")  # the save itself finds out
        await until(pilot, lambda: app.current_mode == LOGIN)
        await sign_in(app, pilot, email)
        assert app.screen is dialog
        assert dialog.query_one("#note", Input).value == "bring the form"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: floor.sql("select note from task") == [("bring the form",)])


async def test_a_session_that_ends_under_a_save_stores_the_call_once(
    open_app: OpenApp, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead_id = floor.lead(900_000)
    email = make_user(floor.db, "agent")
    real, sent = calls.log, []

    def log(ctx: Ctx, command: LogCall) -> Logged:
        sent.append(command.request_id)
        if len(sent) == 1:
            end_sessions(floor, "expired")
        return real(ctx, command)

    async with open_app(email) as (app, pilot):
        await pilot.press("n")
        await until(pilot, lambda: calling(app))
        monkeypatch.setattr(calls, "log", log)
        await pilot.press("4", *"no need", "f9")
        await until(pilot, lambda: app.current_mode == LOGIN)
        assert floor.sql("select count(*) from call_log") == [(0,)]
        await sign_in(app, pilot, email)
        await until(pilot, lambda: floor.sql("select lead_id, note from call_log") == [(lead_id, "no need")])
        await until(pilot, lambda: not app.unsent)
        assert len(set(sent)) == 1


async def test_somebody_else_finds_nothing_of_it(open_app: OpenApp, floor: Floor) -> None:
    floor.lead(900_000)
    first, second = make_user(floor.db, "agent"), make_user(floor.db, "agent")
    async with open_app(first) as (app, pilot):
        await pilot.press("n")
        await until(pilot, lambda: calling(app))
        await pilot.press("4", *"secret of the first")
        customer = app.screen
        app.say("something about the first customer")
        end_sessions(floor)
        await notice_it(app, pilot)
        await sign_in(app, pilot, second)
        await until(pilot, lambda: type(app.screen).__name__ == "LeadsScreen" and app.screen.is_mounted)
        assert all(customer not in stack for stack in app._screen_stacks.values())
        assert app.open_call is None
        assert said(app) == ""
        await pilot.press("ctrl+s", "f9")
        await pilot.pause()
        assert "secret" not in page_text(app)
        assert floor.sql("select count(*) from call_log") == [(0,)]
        # and the first one finds it again
        app.sign_out()
        await until(pilot, lambda: app.current_mode == LOGIN)
        await sign_in(app, pilot, first)
        await until(pilot, lambda: calling(app))
        await until(pilot, lambda: form_note(app) == "secret of the first")


async def test_an_answer_for_the_one_before_reaches_nobody(
    open_app: OpenApp, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor.lead(900_000)
    first, second = make_user(floor.db, "agent"), make_user(floor.db, "agent")
    real, go, came = calls.claim, threading.Event(), threading.Event()

    def slow(ctx: Ctx, command: Claim) -> OpenCall:
        call = real(ctx, command)
        assert go.wait(20)
        came.set()
        return call

    async with open_app(first) as (app, pilot):
        monkeypatch.setattr(calls, "claim", slow)
        await pilot.press("n")
        await until(pilot, lambda: floor.sql("select count(*) from open_call") == [(1,)])
        app.sign_out()
        await sign_in(app, pilot, second)
        go.set()
        await until(pilot, came.is_set)
        for _ in range(5):
            await pilot.pause(0.02)
        assert app.open_call is None
        assert type(app.screen).__name__ == "LeadsScreen"
        assert not app.keys_held()


async def test_a_screen_that_nobody_touches_closes_by_itself(open_app: OpenApp, floor: Floor) -> None:
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        floor.sql("update app_session set idle_until = now()")
        app.sweep()  # once a minute
        await until(pilot, lambda: app.current_mode == LOGIN)
        assert reason(app).startswith("Nobody was here for long")


async def test_a_late_word_about_the_old_session_does_not_end_the_new_one(
    open_app: OpenApp, floor: Floor
) -> None:
    email = make_user(floor.db, "agent")
    async with open_app(email) as (app, pilot):
        old = app.ctx
        end_sessions(floor)
        await notice_it(app, pilot)
        await sign_in(app, pilot, email)
        with pytest.raises(Unauthenticated) as caught:
            auth.me(old)
        app.present(caught.value)
        assert app.current_mode != LOGIN
        assert app.ctx is not None


async def test_a_session_that_ends_while_a_one_time_password_is_changed(
    open_app: OpenApp, floor: Floor
) -> None:
    email = make_user(floor.db, "agent")
    floor.sql("update app_user set must_change = true where email = %s", email)
    async with open_app(email, screen="ChangePasswordScreen") as (app, pilot):
        end_sessions(floor)
        app._still_me()
        await until(pilot, lambda: app.screen is app.login)
        assert app.ctx is None


# the wait ------------------------------------------------------------------------------------------------


async def test_the_wait_counts_down_and_keeps_what_was_typed(open_app: OpenApp, floor: Floor) -> None:
    email = make_user(floor.db, "agent")
    floor.sql(
        "insert into auth_throttle (scope, key, score, at, until) values "
        "('account', auth_account_key(%s), 6, now(), now() + interval '110 seconds')",
        email,
    )
    async with open_app() as (app, pilot):
        login = app.login

        def under() -> str:
            return str(login.query_one("#password-error", Static).render())

        await until(pilot, lambda: login.state == "ready")
        login.email.value, login.password.value = email, PASSWORD
        await pilot.pause()  # a changed address ends the wait of the one before
        login.action_sign_in()
        await until(pilot, lambda: "Try again in 01:" in under())
        first = under()
        await until(pilot, lambda: under() != first)
        assert (login.email.value, login.password.value) == (email, PASSWORD)
        attempts = floor.sql("select score from auth_throttle where scope = 'account'")
        await pilot.press("enter")
        assert login.state == "ready"
        assert floor.sql("select score from auth_throttle where scope = 'account'") == attempts
        floor.sql("update auth_throttle set until = now()")
        login._wait_until = 0.001
        await until(pilot, lambda: "You can try again now" in under())
        login.action_sign_in()
        await until(pilot, lambda: type(app.screen).__name__ == "LeadsScreen" and app.screen.is_mounted)
        await pilot.pause()


async def test_another_address_does_not_wait(open_app: OpenApp, floor: Floor) -> None:
    async with open_app() as (app, pilot):
        app.login._wait_until = 1e12
        app.login._show_wait()
        app.login.email.value = "x"
        await pilot.pause()
        assert app.login._wait_until == 0
        assert str(app.login.query_one("#password-error", Static).render()) == ""


@pytest.mark.parametrize("language", ["en", "id"])
async def test_the_language_key_is_offered_at_80_columns(open_app: OpenApp, language: str) -> None:
    i18n.use(language)
    async with open_app(size=(80, 24)) as (app, pilot):
        await until(pilot, lambda: "ctrl+l" in page_text(app))
        await until(pilot, lambda: "ctrl+q" in page_text(app))


# password and sessions -----------------------------------------------------------------------------------


async def test_my_password_from_the_palette(open_app: OpenApp, floor: Floor) -> None:
    email = make_user(floor.db, "agent", name="Sari Wulandari")
    elsewhere = Ctx(floor.db, Origin.CLI)
    auth.sign_in(elsewhere, SignIn(email, PASSWORD))
    async with open_app(email) as (app, pilot):
        below = app.screen
        await app.run_action("change_password")
        await until(pilot, lambda: isinstance(app.screen, OwnPasswordScreen) and app.screen.is_mounted)
        dialog = app.screen
        await until(pilot, lambda: "CURRENT PASSWORD" in page_text(app))

        async def enter(current: str, new: str) -> None:
            for name, value in {"current": current, "new": new, "again": new}.items():
                dialog.query_one(f"#{name}", Input).value = value
            dialog.query_one("#again").focus()
            await pilot.press("enter")

        await enter("not my password", NEW)
        await until(pilot, lambda: "This is not your password." in page_text(app))
        await enter(PASSWORD, "password12345")
        await until(pilot, lambda: "Easy to guess." in page_text(app))
        await enter(PASSWORD, "sari wulandari")
        await until(pilot, lambda: "your own name" in page_text(app))
        await enter(PASSWORD, NEW)
        await until(pilot, lambda: app.screen is below)
        await until(pilot, lambda: "Password changed." in said(app))
        assert auth.me(app.ctx)
        with pytest.raises(Unauthenticated) as caught:
            auth.me(elsewhere)
        assert caught.value.code == "session_password_changed"


async def test_my_sessions_are_listed_and_ended(open_app: OpenApp, floor: Floor) -> None:
    email = make_user(floor.db, "agent")
    others = [Ctx(floor.db, origin) for origin in (Origin.CLI, Origin.TUI, Origin.TUI)]
    for ctx in others:
        auth.sign_in(ctx, SignIn(email, PASSWORD))
    floor.sql("update app_session set host = %s where origin = 'cli'", "[/] host\x1b[2J")
    async with open_app(email) as (app, pilot):
        await app.run_action("show_sessions")
        await until(pilot, lambda: isinstance(app.screen, SessionsScreen) and app.screen.is_mounted)
        options = app.screen.query_one(OptionList)
        await until(pilot, lambda: options.option_count == 4)
        await pilot.pause()
        text = page_text(app)
        assert "this one" in text
        assert "command line" in text
        await pilot.press("enter")
        await until(pilot, lambda: "You are in this one" in page_text(app))
        await pilot.press("j", "enter")
        await until(pilot, lambda: "Press ⏎ again" in page_text(app))
        assert options.option_count == 4
        await pilot.press("enter")
        await until(pilot, lambda: options.option_count == 3)
        await pilot.press("o")
        await until(pilot, lambda: "Press o again" in page_text(app))
        await pilot.press("o")
        await until(pilot, lambda: options.option_count == 1)
        await until(pilot, lambda: "2 sessions ended." in page_text(app))
        for ctx in others:
            with pytest.raises(Unauthenticated):
                auth.me(ctx)
        await pilot.press("escape")
        assert type(app.screen).__name__ == "LeadsScreen"


async def test_ended_elsewhere_it_stops_by_itself(open_app: OpenApp, floor: Floor) -> None:
    email = make_user(floor.db, "agent")
    async with open_app(email) as (app, pilot):
        await until(pilot, lambda: app.live)
        elsewhere = Ctx(floor.db, Origin.CLI)
        auth.sign_in(elsewhere, SignIn(email, PASSWORD))
        assert auth.end_other_sessions(elsewhere) == 1
        await until(pilot, lambda: app.current_mode == LOGIN)
        assert reason(app) == "You ended this session from another one."
