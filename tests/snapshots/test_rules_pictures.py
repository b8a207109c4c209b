"""Pictures of why-not and of the settings, on the real services."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from leadtui import i18n
from leadtui.app import LeadtuiApp
from leadtui.core.calls import settings as call_settings
from leadtui.core.runtime import Runtime
from leadtui.core.settings import Settings
from leadtui.screens.admin import AdminScreen
from leadtui.screens.customer import CustomerScreen
from leadtui.screens.customer_parts.why_not import WhyNotSheet
from tests.conftest import PASSWORD, OwnDatabase, make_user
from tests.db.make_leads import NOON, Made, put
from tests.snapshots.test_screen_pictures import Compare, Still, still
from tests.tui.conftest import until


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    yield
    i18n.use("en")


class Bank:
    """One customer against whom much stands, and an admin."""

    def __init__(self, db: OwnDatabase, home: Path) -> None:
        self.db = db
        self.home = home
        self.email = make_user(db, "admin", name="Ratna Lestari")
        make_user(db, "agent", name="Sari Wulandari")
        with db.owner() as pg:
            (sari,) = pg.execute("select id from app_user where name like 'Sari%'").fetchone() or (0,)
        (self.lead,) = put(
            db,
            Made(
                610_000, "Budi Santoso", phone="+6281255500134", zone=3, owner=sari, attempts=8,
                hidden_until=NOON + timedelta(hours=2),
            ),
        )  # fmt: skip
        with db.owner() as pg:
            pg.execute("update lead_queue set capped = true, consent_ok = false")
            pg.execute("update lead set consent = null")
            pg.execute("update holiday set removed = true")
            pg.execute(
                "insert into holiday (day, name, name_en, estimated) values "
                "('2026-03-20', 'Hari Raya Idul Fitri 1447 Hijriah', 'Eid al-Fitr', true)"
            )
        call_settings.forget()

    def app(self, language: str, theme: str) -> LeadtuiApp:
        """The program, not yet signed in."""
        i18n.use(language)
        settings = Settings(self.home, None, None, "dev")
        runtime: Runtime = Still(settings, self.db, self.db.admin_url, None)
        app = LeadtuiApp(settings, runtime)
        app.theme = theme
        return app

    async def signed_in(self, pilot: Pilot[None]) -> LeadtuiApp:
        """The leads are there."""
        app = pilot.app
        assert isinstance(app, LeadtuiApp)
        await until(pilot, lambda: app.login.state == "ready")
        app.login.email.value, app.login.password.value = self.email, PASSWORD
        app.login.action_sign_in()
        await until(pilot, lambda: app.mode == "leads" and app.live)
        screen = app.screen
        await until(pilot, lambda: screen.rows.row is not None)  # type: ignore[attr-defined]
        return app


@pytest.fixture
def bank(real_db: OwnDatabase, tmp_path: Path) -> Bank:
    return Bank(real_db, tmp_path)


@pytest.mark.parametrize(
    ("size", "language", "theme"),
    [((80, 24), "id", "leadtui-dark"), ((120, 36), "en", "leadtui-light")],
)
def test_why_not(snap_compare: Compare, bank: Bank, size: tuple[int, int], language: str, theme: str) -> None:
    async def look(pilot: Pilot[None]) -> None:
        app = await bank.signed_in(pilot)
        app.open_customer(bank.lead.id)
        await until(pilot, lambda: isinstance(app.screen, CustomerScreen) and app.screen.lead is not None)
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, WhyNotSheet) and app.screen.why is not None)
        await pilot.pause(0.4)
        await still(pilot)

    assert snap_compare(bank.app(language, theme), terminal_size=size, run_before=look)


@pytest.mark.parametrize(
    ("size", "language", "theme", "keys"),
    [
        ((80, 24), "id", "leadtui-light", ("j", "j", "j", "enter", *"21.30")),
        ((120, 36), "en", "leadtui-dark", ("j", "j", "j")),
    ],
)
def test_settings(
    snap_compare: Compare, bank: Bank, size: tuple[int, int], language: str, theme: str, keys: tuple[str, ...]
) -> None:
    async def look(pilot: Pilot[None]) -> None:
        app = await bank.signed_in(pilot)
        await pilot.press("f8")
        await until(pilot, lambda: isinstance(app.screen, AdminScreen) and app.screen.settings)
        screen = app.screen
        assert isinstance(screen, AdminScreen)
        await until(pilot, lambda: screen.days.holidays and screen._macros)
        await pilot.press(*keys)
        await pilot.pause(0.4)
        await still(pilot)

    assert snap_compare(bank.app(language, theme), terminal_size=size, run_before=look)
