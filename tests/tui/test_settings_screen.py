"""Admin mode: the bank's settings changed in place, on the real services."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from leadtui import i18n
from leadtui.app import LeadtuiApp
from leadtui.core.bank_settings import service as settings
from leadtui.core.bank_settings.dto import SetSetting
from leadtui.screens.admin import AdminScreen
from leadtui.screens.days_off import DaysOffSheet
from tests.conftest import MakeCtx, OwnDatabase, make_user
from tests.db.callfloor import Floor
from tests.tui.conftest import OpenApp, page_text, said, until


def screen(app: LeadtuiApp) -> AdminScreen:
    assert isinstance(app.screen, AdminScreen)
    return app.screen


async def administer(app: LeadtuiApp, pilot: Any, key: str | None = None) -> None:
    """The settings are there, the cursor on `key`."""
    await pilot.press("f8")
    await until(pilot, lambda: isinstance(app.screen, AdminScreen) and app.screen.settings)
    while key is not None and screen(app).rows.setting.key != key:
        await pilot.press("j")
    await pilot.pause()


def stored(floor: Floor, key: str) -> Any:
    return floor.sql("select value from setting where key = %s and team_id is null", key)[0][0]


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (180, 50)])
async def test_every_setting_with_its_value_and_what_it_means(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor, size: tuple[int, int]
) -> None:
    floor.sql("update holiday set removed = true")
    floor.sql("insert into holiday (day, name) select current_date + 3, 'Hari Percobaan'")
    async with open_app(make_user(real_db, "admin"), size=size) as (app, pilot):
        await administer(app, pilot, "window.to")
        page = page_text(app)
        for words in ("CALLING HOURS", "Calls until", "18:00", "window.to", "Mon–Sat, 08:00 to 18:00",
                      "Default: 18:00."):  # fmt: skip
            assert words in page, words
        if size[0] >= 110:
            await until(pilot, lambda: "Hari Percobaan" in page_text(app))
            assert "DAYS OFF" in page
        else:
            assert "DAYS OFF" not in page
        # the last one is in sight when the cursor is on it, and so is the first
        await pilot.press("G")
        await pilot.pause()
        assert "undo.seconds" in page_text(app)
        assert "▌ Undo" in page_text(app)
        await pilot.press("g")
        await pilot.pause()
        assert "▌ Only with consent" in page_text(app)
        await pilot.press("h")
        await until(
            pilot, lambda: isinstance(app.screen, DaysOffSheet) and "Hari Percobaan" in page_text(app)
        )
        await pilot.press("h")
        await until(pilot, lambda: isinstance(app.screen, AdminScreen))


async def test_a_value_is_typed_understood_and_stored(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    async with open_app(make_user(real_db, "admin", name="Ratna"), size=(80, 24)) as (app, pilot):
        await administer(app, pilot, "window.to")
        await pilot.press("enter", *"17.30")
        await until(pilot, lambda: "→ Mon–Sat, 08:00 to 17:30" in page_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "Calls until: 17:30." in said(app))
        assert stored(floor, "window.to") == "17:30"
        await until(pilot, lambda: "Changed by Ratna" in page_text(app))
        assert screen(app).editing is None
        # D twice takes it back
        await pilot.press("D")
        assert "again to take it back to 18:00" in said(app)
        assert stored(floor, "window.to") == "17:30"
        await pilot.press("D")
        await until(pilot, lambda: stored(floor, "window.to") == "18:00")


async def test_what_makes_no_sense_says_so_under_the_field(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    async with open_app(make_user(real_db, "admin")) as (app, pilot):
        await administer(app, pilot, "window.to")
        for typed, words in (
            ("25.00", "It is not a time of day. For example 18:00."),
            ("07.00", "Calling would begin at 08:00 and end at 07:00."),
        ):
            await pilot.press("enter", *typed)
            await until(pilot, lambda words=words: words in page_text(app))
            await pilot.press("enter")
            await pilot.pause(0.1)
            await until(pilot, lambda words=words: words in page_text(app) and not screen(app)._saving)
            assert screen(app).value.value == typed
            await pilot.press("escape")
            assert screen(app).editing is None
        assert stored(floor, "window.to") == "18:00"


async def test_consent_is_derived_anew_and_says_for_how_many(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    lead = floor.lead(consent=None)
    async with open_app(make_user(real_db, "admin")) as (app, pilot):
        await administer(app, pilot, "consent.required")
        await pilot.press("enter", *"tidak")
        await until(pilot, lambda: "Who was never asked may be called" in page_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "For 1 customer it changes whether they may be called." in said(app))
        assert floor.queue(lead)["consent_ok"] is True


async def test_somebody_else_changes_it_and_what_is_typed_stays(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor, as_real_role: MakeCtx
) -> None:
    other = as_real_role("admin", name="Dewi")
    async with open_app(make_user(real_db, "admin")) as (app, pilot):
        await administer(app, pilot, "lease.minutes")
        await until(pilot, lambda: app.live is True)
        await pilot.press("enter", *"20")
        settings.set_value(other, SetSetting(uuid.uuid4(), "lease.minutes", "30"))
        await until(pilot, lambda: "Changed meanwhile: it is 30 minutes now." in page_text(app))
        assert screen(app).value.value == "20"
        # the error takes a line of the list, which keeps its row in sight a frame later
        await until(pilot, lambda: "Dewi" in page_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: stored(floor, "lease.minutes") == 20)


@pytest.mark.parametrize("role", ["agent", "manager"])
async def test_others_are_told_whose_it_is(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor, role: str
) -> None:
    async with open_app(make_user(real_db, role)) as (app, pilot):
        assert "Admin" not in [tab.label for tab in app.tabs()]
        await pilot.press("f8")
        await until(pilot, lambda: "Only admins change the bank's rules." in said(app))
        assert not isinstance(app.screen, AdminScreen)
        # nor by a mode that was remembered when the role was more
        app.show_mode("admin")
        assert app.mode == "leads"


async def test_another_language_words_everything_anew(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    async with open_app(make_user(real_db, "admin"), size=(80, 24)) as (app, pilot):
        await administer(app, pilot, "window.to")
        await pilot.press("enter", *"21:00")
        await pilot.press("ctrl+l")
        await until(pilot, lambda: i18n.language() == "id" and "JAM TELEPON" in page_text(app))
        assert screen(app).value.value == "21:00"
        assert "New value".upper() not in page_text(app)
