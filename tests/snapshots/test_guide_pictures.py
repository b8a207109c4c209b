"""Few pictures of the guide: beside a call at the three widths, objections, the whole guide."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.app import ComposeResult
from textual.pilot import Pilot
from textual.screen import Screen

import leadtui
from leadtui import i18n
from leadtui.screens.objections import GuideSheet, ObjectionsSheet
from leadtui.themes import LedgerApp
from leadtui.widgets.customer_page import CustomerPage
from tests.tui.people import JAKARTA, NOW, lead
from tests.tui.test_guide import LINES, for_budi

Compare = Callable[..., bool]
THEME = Path(leadtui.__file__).parent / "app.tcss"


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    yield
    i18n.use("en")


class Page(LedgerApp[None]):
    """The left side of the customer view while talking."""

    CSS_PATH = THEME
    CSS = "Screen { background: $bg; }"

    def __init__(
        self, language: str, theme: str, ticks: tuple[str, ...], sheet: Screen[None] | None = None
    ) -> None:
        i18n.use(language)
        super().__init__()
        self.theme = theme
        self._ticks = ticks
        self._sheet = sheet

    def compose(self) -> ComposeResult:
        yield CustomerPage(zone=JAKARTA, now=lambda: NOW, me=1)

    def on_mount(self) -> None:
        page, cells = self.query_one(CustomerPage), self.size.width
        page.resized(narrow=cells < 60, short=self.size.height < 25, roomy=cells > 110)
        page.place, page.lead, page.guide = "1 / 39", lead(), for_budi()
        page.pane.ticks, page.pane.key, page.pane.more = self._ticks, "spasi", "g panduan"
        page.add_class("-guiding")
        if self._sheet is not None:
            self.push_screen(self._sheet)


async def still(pilot: Pilot[None]) -> None:
    """Everything laid out."""
    await pilot.pause()
    await pilot.pause()


def test_the_guide_small_and_dark(snap_compare: Compare) -> None:
    assert snap_compare(Page("id", "leadtui-dark", LINES[:2]), terminal_size=(44, 20), run_before=still)


def test_the_guide_beside_history_and_profile(snap_compare: Compare) -> None:
    assert snap_compare(Page("en", "leadtui-light", LINES[:2]), terminal_size=(82, 32), run_before=still)


def test_everything_said_wide(snap_compare: Compare) -> None:
    assert snap_compare(Page("id", "leadtui-contrast", LINES), terminal_size=(122, 46), run_before=still)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_objections(snap_compare: Compare, size: tuple[int, int]) -> None:
    app = Page("id", "leadtui-dark", LINES, ObjectionsSheet(for_budi()))
    assert snap_compare(app, terminal_size=size, press=["4"], run_before=still)


def test_the_whole_guide(snap_compare: Compare) -> None:
    i18n.use("en")
    sheet = GuideSheet(lead(), for_budi(), LINES[:3], zone=JAKARTA, now=lambda: NOW)
    app = Page("en", "leadtui-light", LINES[:3], sheet)
    assert snap_compare(app, terminal_size=(120, 36), run_before=still)
