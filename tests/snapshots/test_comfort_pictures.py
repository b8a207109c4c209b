"""Pictures of what somebody else's eyes and terminals need: contrast, terminal colours, none, ASCII, compact,
jump mode, help for the focused part; small and large, both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from leadtui.app import LeadtuiApp
from leadtui.jump import JumpLabel
from leadtui.key_names import write_plain
from leadtui.screens.help import HelpScreen
from tests.conftest import OwnDatabase
from tests.snapshots.test_screen_pictures import Press, Stage, still
from tests.tui.conftest import until

Compare = Callable[..., bool]


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("leadtui.screens.login.__version__", "0")
    monkeypatch.setattr("leadtui.screens.help.__version__", "0")
    for name in ("NO_COLOR", "LEADTUI_ASCII", "LEADTUI_REDUCED_MOTION"):
        monkeypatch.delenv(name, raising=False)
    yield
    write_plain(False)


@pytest.fixture
def stage(real_db: OwnDatabase, tmp_path: Path) -> Stage:
    return Stage(real_db, tmp_path)


def shown(stage: Stage, *keys: str, then: Callable[[LeadtuiApp], object] | None = None) -> Press:
    """Sign in, press keys, wait for `then`."""

    async def run(pilot: Pilot[None]) -> None:
        await stage.shown()(pilot)
        app = pilot.app
        assert isinstance(app, LeadtuiApp)
        await pilot.press(*keys)
        if then is not None:
            await until(pilot, lambda: then(app))
        app.clear_notifications()
        await pilot.pause(0.3)
        await still(pilot)

    return run


@pytest.mark.parametrize(
    ("size", "language", "theme"),
    [((120, 40), "id", "leadtui-contrast"), ((80, 24), "en", "ansi-light"), ((180, 50), "en", "ansi-dark")],
)
def test_leads_in_other_colours(
    snap_compare: Compare, stage: Stage, size: tuple[int, int], language: str, theme: str
) -> None:
    app = stage.app(language, theme)
    assert snap_compare(app, terminal_size=size, run_before=shown(stage, "j"))


def test_leads_without_colours(snap_compare: Compare, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = stage.app("id", "ansi-dark")
    assert snap_compare(app, terminal_size=(80, 24), run_before=shown(stage, "j"))


def test_leads_in_ascii(snap_compare: Compare, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADTUI_ASCII", "1")
    app = stage.app("en", "leadtui-dark")
    assert snap_compare(app, terminal_size=(120, 40), run_before=shown(stage, "j"))


def test_leads_compact(snap_compare: Compare, stage: Stage) -> None:
    app = stage.app("id", "leadtui-light")
    assert snap_compare(app, terminal_size=(120, 40), run_before=shown(stage, "j", "f12"))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_jump_mode(snap_compare: Compare, stage: Stage, size: tuple[int, int]) -> None:
    app = stage.app("en", "leadtui-dark")
    press = shown(stage, "semicolon", then=lambda app: app.screen.query(JumpLabel))
    assert snap_compare(app, terminal_size=size, run_before=press)


def test_help_of_the_search(snap_compare: Compare, stage: Stage) -> None:
    app = stage.app("id", "leadtui-dark")
    press = shown(stage, "slash", "f1", then=lambda app: isinstance(app.screen, HelpScreen))
    assert snap_compare(app, terminal_size=(80, 24), run_before=press)


@pytest.mark.parametrize(("language", "theme"), [("en", "leadtui-contrast"), ("id", "ansi-dark")])
def test_sign_in_small(snap_compare: Compare, stage: Stage, language: str, theme: str) -> None:
    app = stage.app(language, theme)

    async def ready(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.login.state == "ready")
        await still(pilot)

    assert snap_compare(app, terminal_size=(80, 24), run_before=ready)


def test_too_small(snap_compare: Compare, stage: Stage) -> None:
    app = stage.app("id", "leadtui-dark")

    async def small(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.login.state == "ready")
        await pilot.resize_terminal(30, 8)
        await still(pilot)

    assert snap_compare(app, terminal_size=(80, 24), run_before=small)
