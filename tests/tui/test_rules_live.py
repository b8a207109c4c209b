"""A rule of the business that somebody else changes holds here within a second: the event says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from leadtui.core.calls import settings
from leadtui.screens.leads import LeadsScreen
from tests.conftest import make_user
from tests.db.callfloor import Floor
from tests.tui.conftest import OpenApp, until


async def test_a_holiday_that_somebody_else_adds(
    open_app: OpenApp, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    # what is remembered would stay for an hour: only the event brings the change in time
    monkeypatch.setattr(settings, "REMEMBERED_SECONDS", 3600.0)
    floor.lead(500_000)
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, LeadsScreen)
        await until(pilot, lambda: app.live and screen.summary is not None and screen.summary.window_open)
        # as another process does it: nothing in this one is told but by NOTIFY
        today = datetime.now(UTC).date()
        floor.sql(
            "insert into holiday (day, name) select day, 'Libur bersama' from unnest(%s::date[]) day",
            [today + timedelta(days=days) for days in range(-2, 4)],
        )
        floor.sql("update setting set value = 'true' where key = 'window.enabled' and team_id is null")
        floor.sql("select pg_notify('leadtui', 'setting:0:0')")
        await until(pilot, lambda: screen.summary is not None and not screen.summary.window_open)
        assert screen.summary is not None
        assert screen.summary.opens_at is not None
        assert screen.summary.opens_at.date() > today
