"""Signing in: what is said, what is not, and what happens when the database does not come."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, Static

from leadtui import i18n
from leadtui.app import LOGIN, LeadtuiApp
from leadtui.core.errors import Unavailable
from leadtui.core.settings import Settings
from leadtui.screens.signin_password import ChangePasswordScreen
from leadtui.widgets.keys import KeyLine
from tests.conftest import PASSWORD, OwnDatabase, make_user
from tests.tui.conftest import OpenApp, page_text, until


def under(app: LeadtuiApp, field: str) -> str:
    return str(app.login.query_one(f"#{field}-error", Static).render())


async def test_the_page_is_there_with_its_keys_and_the_version(open_app: OpenApp) -> None:
    async with open_app() as (app, _pilot):
        text = page_text(app)
        for words in ("leadtui", "E-MAIL", "PASSWORD", "sign in", "embedded PostgreSQL 18"):
            assert words in text
        assert app.login.query_one(KeyLine).fact
        assert app.focused is app.login.email


async def test_empty_fields_are_said_under_the_field(open_app: OpenApp) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("enter")
        assert under(app, "email") == "Needed."
        assert under(app, "password") == "Needed."
        await pilot.press("a")
        assert under(app, "email") == ""


async def test_a_wrong_password_and_an_unknown_account_read_the_same(
    open_app: OpenApp, real_db: OwnDatabase
) -> None:
    known = make_user(real_db, "agent")
    said = []
    async with open_app() as (app, pilot):
        for email in (known, "nobody@bank.test"):
            app.login.email.value, app.login.password.value = email, "not it at all"
            await pilot.pause()  # that the fields changed is known before anybody can press enter
            app.login.action_sign_in()
            assert app.login.state == "signing"
            await until(pilot, lambda: app.login.state == "ready")
            said.append((under(app, "email"), under(app, "password")))
            assert app.actor is None
        assert said[0] == said[1] == ("", "E-mail or password is wrong.")
        assert app.login.email.value == "nobody@bank.test"


async def test_ctrl_r_shows_the_password(open_app: OpenApp) -> None:
    async with open_app() as (app, pilot):
        field = app.login.query_one("#password", Input)
        assert field.password
        await pilot.press("ctrl+r")
        assert not field.password
        await until(pilot, lambda: "ctrl+r hide" in page_text(app))


async def test_language_and_theme_before_signing_in_lose_nothing(open_app: OpenApp) -> None:
    async with open_app() as (app, pilot):
        await pilot.press(*"sari")
        theme = app.theme
        await pilot.press("ctrl+l", "ctrl+t")
        assert i18n.language() == "id"
        await until(pilot, lambda: "SANDI" in page_text(app))
        await until(pilot, lambda: "masuk" in page_text(app))
        assert app.theme != theme
        assert app.login.email.value == "sari"


async def test_what_stands_under_a_field_follows_the_language(
    open_app: OpenApp, real_db: OwnDatabase
) -> None:
    known = make_user(real_db, "agent")
    async with open_app() as (app, pilot):
        app.login.email.value, app.login.password.value = known, "not it at all"
        await pilot.pause()
        app.login.action_sign_in()
        await until(pilot, lambda: under(app, "password") == "E-mail or password is wrong.")
        await pilot.press("ctrl+l")
        await until(pilot, lambda: under(app, "password") == "E-mail atau sandi salah.")
        app.login.email.value = app.login.password.value = ""
        await until(pilot, lambda: under(app, "password") == "")  # typing has taken the old sentence away
        await pilot.press("enter")
        await until(pilot, lambda: under(app, "email") == "Wajib diisi.")
        await pilot.press("ctrl+l")
        await until(pilot, lambda: under(app, "email") == "Needed.")


async def test_no_key_of_the_program_works_before_signing_in(open_app: OpenApp) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("f2", "f3", "ctrl+n")
        assert app.current_mode == LOGIN
        assert app.screen is app.login


async def test_a_one_time_password_is_changed_first(open_app: OpenApp, real_db: OwnDatabase) -> None:
    email = make_user(real_db, "agent")
    with real_db.owner() as connection:
        connection.execute("update app_user set must_change = true where email = %s", (email,))
    async with open_app(email, screen="ChangePasswordScreen") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, ChangePasswordScreen)
        await pilot.press("f2")
        assert app.screen is screen
        values = {"current": PASSWORD, "new": "short", "again": "short"}
        for name, value in values.items():
            screen.query_one(f"#{name}", Input).value = value
        screen.query_one("#again").focus()
        await pilot.press("enter")
        await until(pilot, lambda: "At least 12" in page_text(app))
        for name in ("new", "again"):
            screen.query_one(f"#{name}", Input).value = "long enough to do"
        screen.query_one("#again").focus()
        await pilot.press("enter")
        await until(pilot, lambda: type(app.screen).__name__ == "LeadsScreen")
        assert app.actor is not None
        assert not app.actor.must_change


async def test_two_different_new_passwords(open_app: OpenApp, real_db: OwnDatabase) -> None:
    email = make_user(real_db, "agent")
    with real_db.owner() as connection:
        connection.execute("update app_user set must_change = true where email = %s", (email,))
    async with open_app(email, screen="ChangePasswordScreen") as (app, pilot):
        for name, value in {"current": PASSWORD, "new": "one of these words", "again": "another"}.items():
            app.screen.query_one(f"#{name}", Input).value = value
        await pilot.click("#change")
        await until(pilot, lambda: "The two are not the same." in page_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.login)
        assert app.ctx is None


async def test_a_database_that_does_not_come_can_be_tried_again(
    tmp_path: Path, real_db: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    def refuse(settings: Settings) -> None:
        tries.append(settings)
        raise Unavailable("no_connection")

    monkeypatch.setattr("leadtui.core.runtime.open_runtime", refuse)
    url = "postgresql://app:secret@db.bank.test/leadtui"
    app = LeadtuiApp(Settings(tmp_path, url, None, "dev"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.login.state == "failed")
        text = page_text(app)
        assert "db.bank.test" in text
        assert "secret" not in text
        await pilot.press("enter")
        await until(pilot, lambda: len(tries) == 2 and app.login.state == "failed")
    app.shut_down()
