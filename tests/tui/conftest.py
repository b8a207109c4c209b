"""The app on the real services: its own database a test, an injected runtime, English, no leftovers."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Self

import pytest
from textual.notifications import Notification, Notifications
from textual.pilot import Pilot

from leadtui import i18n, logs
from leadtui.app import LeadtuiApp
from leadtui.core.runtime import Runtime
from leadtui.core.settings import Settings
from leadtui.leaving import PART_IS_GONE
from tests.conftest import PASSWORD, OwnDatabase
from tests.db.callfloor import Floor

SIZE = (120, 36)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run `async def` tests, each on a loop of its own; a plugin would be one more dependency."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = pyfuncitem._fixtureinfo.argnames
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in wanted}))
    return True


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Words are the same wherever the tests run."""
    i18n.use("en")
    yield
    i18n.use("en")
    logs.close_log()


Until = Callable[..., Any]


async def until(pilot: Pilot[None], condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait for a state that a thread brings about; fails the test when it does not come.

    A condition may look into a screen whose parts are not mounted yet: that is "not yet", and when it stays
    so, the part that is missing is what the test fails with.
    """
    end = time.monotonic() + seconds
    while True:
        try:
            if condition():
                return
        except PART_IS_GONE:
            if time.monotonic() >= end:
                raise
        assert time.monotonic() < end, "this never became true"
        await pilot.pause(0.02)


Session = tuple[LeadtuiApp, Pilot[None]]
OpenApp = Callable[..., AbstractAsyncContextManager[Session]]


@pytest.fixture
def open_app(real_db: OwnDatabase, tmp_path: Path) -> OpenApp:
    """`async with open_app(email=…, size=…) as (app, pilot)`: the app, signed in where an e-mail is given."""

    @asynccontextmanager
    async def opened(
        email: str | None = None, *, size: tuple[int, int] = SIZE, screen: str | None = "LeadsScreen"
    ) -> AsyncIterator[Session]:
        settings = Settings(tmp_path, None, None, "dev")
        app = LeadtuiApp(settings, Runtime(settings, real_db, real_db.admin_url, None))
        app._notifications = Toasts()
        async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
            await until(pilot, lambda: app.login.state == "ready")
            if email is not None:
                app.login.email.value, app.login.password.value = email, PASSWORD
                app.login.action_sign_in()
                await until(pilot, lambda: app.actor is not None)
                if screen is not None:
                    await until(pilot, lambda: type(app.screen).__name__ == screen and app.screen.is_mounted)
                    await pilot.pause()
            yield app, pilot
        app.shut_down()

    return opened


class Toasts(Notifications):
    """The toasts; it remembers those whose time is over, which a busy machine may never see on the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def add(self, notification: Notification) -> Self:
        self.told.append(notification.message)
        return super().add(notification)

    def clear(self) -> Self:
        self.told.clear()
        return super().clear()


def said(app: LeadtuiApp) -> str:
    """Every toast that was shown, the latest last."""
    toasts = app._notifications
    assert isinstance(toasts, Toasts)
    return "\n".join(toasts.told)


def page_text(app: LeadtuiApp) -> str:
    """What the terminal shows, line by line."""
    width, height = app.size
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in line)[:width] for line in lines[:height])


@pytest.fixture
def floor(real_db: OwnDatabase) -> Floor:
    """The app's database, its calling hours always open."""
    floor = Floor(real_db)
    floor.set("window.enabled", "false")
    return floor
