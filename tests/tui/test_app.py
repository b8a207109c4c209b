"""The app: one open call in every mode, saves that survive, sessions that end, errors in their place."""

from __future__ import annotations

import json
import os
import signal
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from textual.command import CommandPalette
from textual.css.stylesheet import Stylesheet
from textual.widgets import Input

from leadtui.app import LOGIN, LeadtuiApp
from leadtui.commands import BY_ID
from leadtui.core.auth import service as auth
from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import CallStatus, LogCall, NoAnswer, Outcome
from leadtui.core.errors import Conflict, Unavailable
from leadtui.screens.customer import CustomerScreen
from leadtui.screens.help import HelpScreen
from leadtui.screens.performance import PerformanceScreen, wilson
from leadtui.screens.unexpected import UnexpectedDialog
from tests.conftest import MakeCtx, make_user
from tests.db.callfloor import Floor, claim, logged, work
from tests.tui.conftest import OpenApp, page_text, said, until


def log_of(app: LeadtuiApp, **more: Any) -> LogCall:
    """The open call, not answered."""
    values: dict[str, Any] = {
        "request_id": uuid.uuid4(), "open_call_id": app.open_call.id, "status": CallStatus.NOT_ANSWERED,
        "reason": NoAnswer.NO_ANSWER, "note": "rang out",
    }  # fmt: skip
    return LogCall(**{**values, **more})


async def test_there_is_one_open_call_whatever_the_mode(open_app: OpenApp, floor: Floor) -> None:
    best = floor.lead(600_000)
    floor.lead(500_000)
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, CustomerScreen) and app.open_call is not None)
        assert app.open_call.lead_id == best
        for key, mode in (("f3", "tasks"), ("f4", "performance"), ("f2", "leads")):
            await pilot.press(key)
            await until(pilot, lambda mode=mode: app.mode == mode)  # type: ignore[misc]
            await until(pilot, lambda: "Open call" in page_text(app))
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(app.screen, PerformanceScreen))
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, CustomerScreen))
        assert floor.sql("select count(*) from open_call") == [(1,)]
        app.claim(best + 1)
        await pilot.pause()
        await until(pilot, lambda: "Finish this call first." in said(app))


async def test_no_screen_has_the_stylesheets_parsed_again(
    open_app: OpenApp, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor.lead(600_000)
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        parsed: list[str] = []
        reparse = Stylesheet.reparse

        def parse_again(sheet: Stylesheet) -> None:
            parsed.append(type(app.screen).__name__)
            reparse(sheet)

        monkeypatch.setattr(Stylesheet, "reparse", parse_again)
        seen = {type(app.screen).__name__}
        for keys in (
            ("f",), ("escape", "s"), ("escape", "t"), ("escape", "i"), ("escape", "question_mark"),
            ("escape", "f3"), ("f4",), ("f2", "n"), ("h",), ("escape", "b"),
        ):  # fmt: skip
            before = app.screen
            await pilot.press(*keys)
            await until(pilot, lambda before=before: app.screen is not before)  # type: ignore[misc]
            seen.add(type(app.screen).__name__)
        assert len(seen) > 8, seen
        assert parsed == []


async def test_an_open_call_comes_back_at_the_next_start(open_app: OpenApp, floor: Floor) -> None:
    lead = floor.lead()
    email = make_user(floor.db, "agent")
    async with open_app(email) as (app, pilot):
        await pilot.press("n")
        await until(pilot, lambda: app.open_call is not None)
        await pilot.press("ctrl+q")
        assert app.is_running
        await until(pilot, lambda: "Press again to quit" in said(app))
        await pilot.press("ctrl+q")
    assert floor.sql("select lead_id from open_call") == [(lead,)]
    async with open_app(email, screen="CustomerScreen") as (app, pilot):
        assert app.open_call.lead_id == lead


async def test_saving_and_the_next_one(open_app: OpenApp, floor: Floor) -> None:
    first, second = floor.lead(600_000), floor.lead(500_000)
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, lambda: app.open_call is not None)
        app.save_call(log_of(app), then_next=True)
        await until(pilot, lambda: app.open_call is not None and app.open_call.lead_id == second)
        assert floor.sql("select lead_id, note from call_log") == [(first, "rang out")]
        app.save_call(log_of(app), then_next=True)
        await until(pilot, lambda: "Nobody is left to call now." in said(app))
        assert app.open_call is None


async def test_a_save_without_a_database_is_sent_again_by_itself(
    open_app: OpenApp, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor.lead()
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, lambda: app.open_call is not None)
        real, tries = calls.log, []

        def away(ctx: Any, command: LogCall) -> Any:
            tries.append(command.request_id)
            if len(tries) < 3:
                raise Unavailable("database_gone")
            return real(ctx, command)

        monkeypatch.setattr(calls, "log", away)
        app.save_call(log_of(app))
        await until(pilot, lambda: app.notice is not None)
        await until(pilot, lambda: "No connection to the database." in page_text(app))
        assert app.open_call is not None
        await pilot.press("ctrl+q")
        assert app.is_running
        app.send_again()
        await until(pilot, lambda: len(tries) == 2)
        app.send_again()
        await until(pilot, lambda: app.open_call is None)
        assert len(set(tries)) == 1
        assert app.unsent == []
        assert app.notice is None
        assert floor.sql("select count(*) from call_log") == [(1,)]


async def test_the_heartbeat_keeps_the_lease(open_app: OpenApp, floor: Floor) -> None:
    floor.lead()
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, lambda: app.open_call is not None)
        floor.sql("update open_call set lease_until = now() + interval '1 minute'")
        before = floor.sql("select lease_until from open_call")[0][0]
        app.beat()
        await until(pilot, lambda: floor.sql("select lease_until from open_call")[0][0] > before)


async def test_a_call_finished_elsewhere_leaves_this_terminal(open_app: OpenApp, floor: Floor) -> None:
    floor.lead()
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, lambda: app.open_call is not None and app.live)
        logged(app.ctx, app.open_call, None)
        await until(pilot, lambda: app.open_call is None)


async def test_a_disabled_user_is_back_at_the_sign_in_within_a_moment(
    open_app: OpenApp, floor: Floor, as_real_role: MakeCtx
) -> None:
    from leadtui.core.users import service as users

    email = make_user(floor.db, "agent")
    admin = as_real_role("admin")
    async with open_app(email) as (app, pilot):
        await until(pilot, lambda: app.live)
        users.disable(admin, email)
        await until(pilot, lambda: app.current_mode == LOGIN)
        assert app.actor is None
        assert app.ctx is None
        await until(pilot, lambda: "Your account has been" in page_text(app))
        await pilot.press("f2", "ctrl+n")
        assert app.current_mode == LOGIN


async def test_signing_in_again_finds_everything_as_it_was(open_app: OpenApp, floor: Floor) -> None:
    floor.lead()
    email = make_user(floor.db, "agent")
    other = make_user(floor.db, "agent")
    async with open_app(email) as (app, pilot):
        await pilot.press("slash", *"ora")
        screen = app.screen
        floor.sql("update app_session set ended_at = now() where user_id = %s", app.actor.user_id)
        app.beat()
        app._keys_since_touch = True
        app.beat()
        await until(pilot, lambda: app.current_mode == LOGIN)

        async def again(who: str) -> None:
            from tests.conftest import PASSWORD

            app.login.email.value, app.login.password.value = who, PASSWORD
            app.login.action_sign_in()
            await until(pilot, lambda: app.mode == "leads")

        await again(email)
        assert app.screen is screen
        assert screen.query_one("#search", Input).value == "ora"
        app.sign_out()
        await until(pilot, lambda: app.current_mode == LOGIN)
        await again(other)
        await until(pilot, lambda: app.screen is not screen and app.screen.is_mounted)
        assert app.screen.query_one("#search", Input).value == ""


async def test_an_unexpected_error_shows_an_id_that_is_in_the_log(
    open_app: OpenApp, floor: Floor, tmp_path: Path
) -> None:
    from leadtui import logs

    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        logs.open_log(tmp_path)
        app.present(RuntimeError("Budi Santoso, +628125550134 [bold]"))
        await until(pilot, lambda: isinstance(app.screen, UnexpectedDialog))
        ident = app.screen.ident
        await until(pilot, lambda: ident in page_text(app))
        assert "Budi" not in page_text(app)
        await pilot.press("y")
        assert app.clipboard == ident
        await pilot.press("escape")
        assert not isinstance(app.screen, UnexpectedDialog)
    logs.close_log()
    text = (tmp_path / "log" / "leadtui.log").read_text()
    line = next(json.loads(row) for row in text.splitlines() if ident in row)
    assert line["chain"][0]["type"] == "builtins.RuntimeError"
    assert "Budi" not in text
    assert "5550134" not in text
    assert (tmp_path / "log" / "leadtui.log").stat().st_mode & 0o777 == 0o600


async def test_expected_errors_are_sentences(open_app: OpenApp, floor: Floor) -> None:
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        app.present(Conflict("no_such_code_of_ours"))
        await pilot.pause()
        await until(pilot, lambda: "Somebody else was faster" in said(app))


async def test_help_and_palette_come_from_the_command_table(open_app: OpenApp, floor: Floor) -> None:
    async with open_app(make_user(floor.db, "manager")) as (app, pilot):
        await until(pilot, lambda: getattr(app.screen, "summary", None) is not None)
        await pilot.press("question_mark")
        assert isinstance(app.screen, HelpScreen)
        await pilot.pause()
        text = page_text(app)
        told = BY_ID["search"].help  # over two lines of its column
        assert told[:30] in text
        assert told[-8:] in text
        assert "Only agents log calls." in text
        assert "0 scored" in text
        await pilot.press("escape", "ctrl+p")
        assert isinstance(app.screen, CommandPalette)
        await pilot.press(*"figures")
        await until(pilot, lambda: "Today's own figures." in page_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PerformanceScreen))


async def test_the_key_line_offers_what_works_in_a_field(open_app: OpenApp, floor: Floor) -> None:
    floor.lead()
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        keys = app.screen.query_one("KeyLine")
        before = [hint.command for hint in keys.hints]  # type: ignore[attr-defined]
        assert "next" in before
        await pilot.press("slash")
        await until(pilot, lambda: [h.command for h in keys.hints] == ["clear", "help"])  # type: ignore[attr-defined]
        await pilot.press("escape")
        await until(pilot, lambda: [h.command for h in keys.hints] == before)  # type: ignore[attr-defined]


async def test_the_same_sentence_is_one_toast(open_app: OpenApp, floor: Floor) -> None:
    floor.lead()
    async with open_app(make_user(floor.db, "admin")) as (app, pilot):
        await pilot.press("n", "n", "n")
        await until(pilot, lambda: len(app._notifications) > 0)
        assert [note.message for note in app._notifications] == ["Only agents log calls."]
        await pilot.press("ctrl+t", "ctrl+t")
        await pilot.pause()
        assert len(app._notifications) == 1


async def test_the_mouse_works_tabs_and_hints(open_app: OpenApp, floor: Floor) -> None:
    floor.lead()
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        bar = app.screen.query_one("TopBar")
        _tab, start, _after = bar.spans()[2]  # type: ignore[attr-defined]
        await pilot.click(bar, offset=(start + 1, 0))
        await until(pilot, lambda: isinstance(app.screen, PerformanceScreen))
        await until(pilot, lambda: app.screen.query_one("KeyLine").placed())  # type: ignore[attr-defined]
        keys = app.screen.query_one("KeyLine")
        hint, start, _after = keys.placed()[0]  # type: ignore[attr-defined]
        assert hint.command == "next"
        await pilot.click(keys, offset=(start, 0))
        await until(pilot, lambda: app.open_call is not None)


async def test_the_day_in_figures(open_app: OpenApp, floor: Floor, as_real_role: MakeCtx) -> None:
    ctx = as_real_role("agent")
    leads = [floor.lead() for _ in range(4)]
    work(ctx, leads[0], None)
    work(ctx, leads[1], Outcome.NOT_INTERESTED)
    work(ctx, leads[2], Outcome.CLOSED, product_id=1, amount=Decimal(75_000_000))
    work(ctx, leads[3], Outcome.CALLBACK, callback_at=datetime.now(UTC) + timedelta(days=1))
    email = floor.sql("select email from app_user where id = %s", ctx.actor.user_id)[0][0]  # type: ignore[union-attr]
    async with open_app(email, size=(80, 24)) as (app, pilot):
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(app.screen, PerformanceScreen))
        await until(pilot, lambda: "75,000,000" in page_text(app))
        text = page_text(app)
        assert "75%  3/4" in text
        assert "33%  1/3" in text
        assert "1 callback promised" in text
        await pilot.resize_terminal(120, 36)
        await pilot.pause()
        await until(pilot, lambda: "CALLS" in page_text(app))


def test_the_interval_is_wilsons() -> None:
    low, high = wilson(2, 14)
    assert (round(low, 4), round(high, 4)) == (0.0401, 0.3994)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(0, 12)[0] == 0.0


async def test_sigterm_ends_the_session(open_app: OpenApp, floor: Floor) -> None:
    email = make_user(floor.db, "agent")
    async with open_app(email) as (app, pilot):
        token = app.ctx.token  # type: ignore[union-attr]
        os.kill(os.getpid(), signal.SIGTERM)
        await until(pilot, lambda: app._exit)
    assert token is not None
    assert floor.sql("select count(*) from app_session where ended_at is null") == [(0,)]
    assert app.ctx is None


async def test_theme_and_language_are_remembered(open_app: OpenApp, floor: Floor) -> None:
    from leadtui import i18n

    email = make_user(floor.db, "agent")
    async with open_app(email) as (app, pilot):
        await pilot.press("ctrl+t")
        theme = app.theme
        ctx = app.ctx
        assert ctx is not None
        await until(pilot, lambda: auth.preferences(ctx).get("theme") == theme)
        await pilot.press("ctrl+l")
        await until(pilot, lambda: auth.preferences(ctx).get("language") == "id")
        await until(pilot, lambda: "Kinerja" in page_text(app))
    i18n.use("en")
    async with open_app(email) as (app, pilot):
        await until(pilot, lambda: app.theme == theme and i18n.language() == "id")


async def test_a_claim_somebody_else_won_is_said(
    open_app: OpenApp, floor: Floor, as_real_role: MakeCtx
) -> None:
    lead = floor.lead()
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        claim(as_real_role("agent", name="Rina"), lead)
        app.claim(lead)
        await until(pilot, lambda: said(app) != "")
        assert app.open_call is None


async def test_a_lost_server_is_said_and_found_again(open_app: OpenApp, floor: Floor) -> None:
    floor.lead()
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        await until(pilot, lambda: app.live)
        name = floor.db.url.split("@/")[1].split("?")[0]
        with floor.db.owner() as pg:
            pg.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where datname = %s and application_name = 'leadtui-live'",
                (name,),
            )
        await until(pilot, lambda: app.live is False and "offline" in page_text(app))
        await until(pilot, lambda: "No connection to the database." in page_text(app))
        await until(pilot, lambda: app.live is True and app.notice is None)


async def test_an_old_lease_ends_by_whoever_is_here(
    open_app: OpenApp, floor: Floor, as_real_role: MakeCtx
) -> None:
    lead = floor.lead()
    claim(as_real_role("agent"), lead)
    floor.sql("update open_call set lease_until = now() - interval '1 minute'")
    floor.sql("update lead_queue set claimed_until = now() - interval '1 minute', ready = false")
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        app.sweep()
        await until(pilot, lambda: floor.queue(lead)["ready"])
