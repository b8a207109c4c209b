"""Few pictures of whole screens on the real services: sign-in, leads, filter, help, performance.

Clock, caret and data stand still; a picture that changes on purpose is renewed with
`pytest --snapshot-update`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from leadtui import i18n
from leadtui.app import LeadtuiApp
from leadtui.core.auth import service as auth
from leadtui.core.auth.dto import SignIn
from leadtui.core.calls import settings as call_settings
from leadtui.core.calls.dto import Outcome
from leadtui.core.ctx import Ctx, Origin
from leadtui.core.runtime import Runtime
from leadtui.core.settings import Settings
from leadtui.scoring.reasons import Group
from tests.conftest import PASSWORD, OwnDatabase, make_user
from tests.db.callfloor import work
from tests.db.make_leads import NOON, Made, put
from tests.tui.conftest import until

Compare = Callable[..., bool]
Press = Callable[[Pilot[None]], Awaitable[None]]

NAMES = (
    "Ayu Lestari", "Hendra Gunawan", "Siti Nurhaliza Rahman", "Dimas Prakoso", "Ratna Dewi Kusumawardhani",
    "I Made Suardana", "Yohanes Sinaga", "Nur Aini", "Agus Wijaya", "Putri Maharani", "Rizky Ramadhan",
    "Maria Fransiska Wattimena", "Joko Susilo", "Theresia Ginting", "Bambang Hermawan", "Dewi Anggraini",
)  # fmt: skip


class Still(Runtime):
    """The database at NOON."""

    def ctx(self, origin: Origin) -> Ctx:
        return Ctx(self.app, origin, now=NOON)


@pytest.fixture(autouse=True)
def _language(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("leadtui.screens.login.__version__", "0")
    monkeypatch.setattr("leadtui.screens.help.__version__", "0")
    yield
    i18n.use("en")


class Stage:
    """A bank with sixteen customers, a due callback, and Sari's morning."""

    def __init__(self, db: OwnDatabase, home: Path) -> None:
        self.db = db
        self.home = home
        self.email = make_user(db, "agent", name="Sari Wulandari")
        ranks = range(672_000, 672_000 - 27_000 * len(NAMES), -27_000)
        made = [
            Made(rank, name, age=24 + 3 * place, job=1 + place % 11, phone=f"+6281255500{place:03}")
            for place, (rank, name) in enumerate(zip(ranks, NAMES, strict=True))
        ]
        self.leads = put(db, *made)
        with db.owner() as pg:
            pg.execute("update setting set value = 'false' where key = 'window.enabled'")
            why = (int(Group.AGE) << 12 | 2048 + 240) | ((int(Group.JOB) << 12 | 2048 + 120) << 16)
            pg.execute("update lead_queue set why = %s where lead_id %% 3 <> 0", (why,))
        call_settings.forget()
        ctx = Ctx(db, Origin.TUI, now=NOON - timedelta(minutes=90))
        auth.sign_in(ctx, SignIn(self.email, PASSWORD))
        work(ctx, self.leads[3].id, Outcome.CALLBACK, callback_at=NOON - timedelta(minutes=11))
        ctx.now = NOON - timedelta(minutes=40)
        work(ctx, self.leads[8].id, None)
        work(ctx, self.leads[9].id, Outcome.CLOSED, product_id=1, amount=Decimal(48_250_000))
        auth.sign_out(ctx)

    def app(self, language: str, theme: str) -> LeadtuiApp:
        """The program, not yet signed in."""
        i18n.use(language)
        settings = Settings(self.home, None, None, "dev")
        app = LeadtuiApp(settings, Still(settings, self.db, self.db.admin_url, None))
        app.theme = theme
        return app

    def shown(self, *keys: str, until_shown: str = "") -> Press:
        """Sign in, press keys, and wait until everything has come."""

        async def run(pilot: Pilot[None]) -> None:
            app = pilot.app
            assert isinstance(app, LeadtuiApp)
            await until(pilot, lambda: app.login.state == "ready")
            app.login.email.value, app.login.password.value = self.email, PASSWORD
            app.login.action_sign_in()
            await until(pilot, lambda: app.mode == "leads" and app.live)
            screen = app.screen
            await until(pilot, lambda: screen.rows.row is not None)  # type: ignore[attr-defined]
            if screen.has_class("-preview"):
                await until(pilot, lambda: screen.preview.lead is not None)  # type: ignore[attr-defined]
            if screen.has_class("-day"):
                await until(pilot, lambda: screen.day.tasks)  # type: ignore[attr-defined]
            await until(pilot, lambda: app.badges.get("tasks", ("",))[0])
            app.clear_notifications()  # the reminder's toast goes by itself, sooner or later
            await pilot.press(*keys)
            await pilot.pause(0.4)
            await still(pilot)

        return run


async def still(pilot: Pilot[None]) -> None:
    """No caret blinks."""
    for screen in pilot.app.screen_stack:
        for field in screen.query(Input):
            field.cursor_blink = False
    await pilot.pause()


@pytest.fixture
def stage(real_db: OwnDatabase, tmp_path: Path) -> Stage:
    return Stage(real_db, tmp_path)


def test_sign_in(snap_compare: Compare, stage: Stage) -> None:
    app = stage.app("id", "leadtui-light")

    async def ready(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.login.state == "ready")
        await still(pilot)

    assert snap_compare(app, terminal_size=(120, 36), run_before=ready)


@pytest.mark.parametrize(
    ("size", "language", "theme"),
    [
        ((80, 24), "id", "leadtui-dark"),
        ((120, 36), "en", "leadtui-light"),
        ((180, 50), "id", "leadtui-contrast"),
    ],
)
def test_leads(snap_compare: Compare, stage: Stage, size: tuple[int, int], language: str, theme: str) -> None:
    app = stage.app(language, theme)
    assert snap_compare(app, terminal_size=size, run_before=stage.shown("j"))


def test_filter(snap_compare: Compare, stage: Stage) -> None:
    app = stage.app("en", "leadtui-dark")
    assert snap_compare(app, terminal_size=(100, 30), run_before=stage.shown("f"))


def test_help(snap_compare: Compare, stage: Stage) -> None:
    app = stage.app("id", "leadtui-light")
    assert snap_compare(app, terminal_size=(120, 36), run_before=stage.shown("question_mark"))


def test_performance(snap_compare: Compare, stage: Stage) -> None:
    app = stage.app("en", "leadtui-dark")
    assert snap_compare(app, terminal_size=(120, 36), run_before=stage.shown("f4"))
