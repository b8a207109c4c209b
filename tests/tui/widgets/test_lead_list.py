"""The list by Pilot, on messages and state, with a million rows behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from textual.app import ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot

from leadtui import i18n
from leadtui.core.leads.dto import Count, LeadRow, LeadState
from leadtui.themes import LedgerApp
from leadtui.widgets.lead_columns import columns
from leadtui.widgets.lead_list import LeadList
from tests.tui.widgets.leads import NOW, WIB, Leads, lead

MILLION = 1_000_000
DUE = (
    lead(2_000_001, name="Budi Santoso", rank_key=610_000, callback_at=NOW - timedelta(minutes=11)),
    lead(2_000_002, name="Maria Fransiska", rank_key=440_000, callback_at=NOW + timedelta(minutes=4)),
)


class Host(LedgerApp[None]):
    """Answers pages at once, or keeps them (`hold`)."""

    CSS = "Screen { background: $bg; }"

    def __init__(self, leads: Leads, total: Count, due: tuple[LeadRow, ...]) -> None:
        super().__init__()
        self.source, self.total, self.due = leads, total, due
        self.hold = False
        self.wanted: list[LeadList.PageWanted] = []
        self.highlighted: list[LeadList.RowHighlighted] = []
        self.selected: list[LeadList.RowSelected] = []

    def compose(self) -> ComposeResult:
        yield LeadList()

    @property
    def list(self) -> LeadList:
        return self.query_one(LeadList)

    def on_mount(self) -> None:
        self.list.set_time(NOW, WIB)
        self.list.reset(self.total, due=self.due, empty="Nobody is ready to be called.")
        self.list.focus()

    def on_lead_list_page_wanted(self, message: LeadList.PageWanted) -> None:
        self.wanted.append(message)
        if not self.hold:
            self.list.show_page(message.request_no, self.source.page(message.query))

    def on_lead_list_row_highlighted(self, message: LeadList.RowHighlighted) -> None:
        self.highlighted.append(message)

    def on_lead_list_row_selected(self, message: LeadList.RowSelected) -> None:
        self.selected.append(message)

    def lines(self) -> list[str]:
        return ["".join(s.text for s in line) for line in self.list.render_lines(self.list.size.region)]


@asynccontextmanager
async def host(
    n: int = MILLION,
    due: tuple[LeadRow, ...] = (),
    total: Count | None = None,
    size: tuple[int, int] = (75, 20),
) -> AsyncIterator[tuple[Host, Pilot[None]]]:
    app = Host(Leads(n), total or Count(n, False), due)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield app, pilot


async def test_a_million_rows_ask_for_two_pages() -> None:
    async with host() as (app, _pilot):
        assert len(app.wanted) == 2
        assert app.list.row == app.source.row(0)
        lines = app.lines()
        assert lines[0].split()[:2] == ["BY", "SCORE"]
        assert "Ayu Lestari" in lines[5]
        assert len(lines) == 20


async def test_keys_move_the_cursor() -> None:
    async with host() as (app, pilot):
        await pilot.press("j", "j", "down", "k")
        assert app.list.cursor == 2
        await pilot.press("pagedown")
        assert app.list.cursor == 2 + 18
        await pilot.press("pageup", "g")
        assert app.list.cursor == 0
        await pilot.press("k")
        assert app.list.cursor == 0
        assert app.highlighted[-1].row == app.source.row(0)


async def test_the_end_and_back_home() -> None:
    async with host() as (app, pilot):
        await pilot.press("G")
        await pilot.pause()
        assert app.list.cursor == MILLION - 1
        assert any(message.query.from_end for message in app.wanted)
        assert app.list.row == app.source.row(MILLION - 1)
        assert "1,000,000" in app.lines()[-1]
        await pilot.press("pageup")
        await pilot.pause()
        assert app.list.row == app.source.row(MILLION - 19)
        await pilot.press("home")
        assert app.list.row == app.source.row(0)
        assert app.list.scroll_offset.y == 0


async def test_only_two_lines_are_painted_for_a_step(monkeypatch: pytest.MonkeyPatch) -> None:
    async with host() as (_app, pilot):
        painted: list[Region] = []
        refresh = LeadList.refresh

        def spy(self: LeadList, *regions: Region, **options: bool) -> LeadList:
            painted.extend(regions or (self.size.region,))
            return refresh(self, *regions, **options)

        monkeypatch.setattr(LeadList, "refresh", spy)
        await pilot.press("j")
        assert sorted((region.y, region.height) for region in painted) == [(1, 1), (2, 1)]


async def test_a_row_that_only_moves_on_the_screen_is_not_drawn_again() -> None:
    async with host() as (app, pilot):
        for _step in range(18):
            await pilot.press("j")
        before = app.list.render_lines(app.list.size.region)
        await pilot.press("j")
        after = app.list.render_lines(app.list.size.region)
        assert app.list.scroll_offset.y > 0
        assert after[5] is before[6]


async def test_stale_answers_are_dropped() -> None:
    async with host(1000) as (app, pilot):
        app.hold = True
        app.wanted.clear()
        app.list.reset(Count(1000, False))
        await pilot.pause()
        old = app.wanted[0]
        app.wanted.clear()
        app.list.reset(Count(5, False))
        await pilot.pause()
        assert not app.list.show_page(old.request_no, app.source.page(old.query))
        assert app.list.row is None
        new = app.wanted[0]
        assert app.list.show_page(new.request_no, Leads(5).page(new.query))
        assert app.list.count == 5
        await pilot.pause()
        assert app.highlighted[-1].row == app.source.row(0)


async def test_a_failed_page_is_asked_for_again() -> None:
    async with host(1000) as (app, pilot):
        app.hold = True
        app.wanted.clear()
        app.list.reset(Count(1000, False))
        await pilot.pause()
        app.list.page_failed(app.wanted[0].request_no)
        app.hold = False
        app.list.retry()
        await pilot.pause()
        assert app.list.row == app.source.row(0)


async def test_placeholders_stand_where_rows_are_on_the_way() -> None:
    async with host() as (app, pilot):
        app.hold = True
        app.list.move_to(500_100)
        await pilot.pause()
        assert app.list.row is None
        assert app.highlighted[-1].row is None
        assert all("…" in line for line in app.lines()[1:])
        message = app.wanted[-1]
        assert message.query.at_place == 500_001
        app.list.show_page(message.request_no, app.source.page(message.query))
        await pilot.pause()
        assert app.highlighted[-1].row == app.source.row(500_100)
        assert "500,101" in "".join(app.lines())


async def test_due_callbacks_stand_above_the_ranking() -> None:
    async with host(39, DUE) as (app, pilot):
        lines = app.lines()
        assert lines[0].startswith("  CALLBACKS DUE ─")
        assert "Budi Santoso" in lines[1]
        assert "11 minutes late" in lines[1]
        assert lines[3].startswith("  BY SCORE ─")
        assert [app.list.place_at(index) for index in (0, 1, 2)] == [None, None, 1]
        await pilot.press("j", "j")
        assert app.list.row == app.source.row(0)
        await pilot.press("G")
        assert app.list.row == app.source.row(38)
        assert app.lines()[0].startswith("  BY SCORE ─")  # the head follows what is below it


async def test_a_change_is_marked_in_place_and_nothing_moves() -> None:
    async with host(39) as (app, pilot):
        await pilot.press("j")
        before = app.lines()
        assert app.list.mark(app.source.row(3).id, "taken by Sari")
        after = app.lines()
        assert [y for y in range(20) if before[y] != after[y]] == [4]
        assert "taken by Sari" in after[4]
        assert app.list.cursor == 1
        app.list.mark(app.source.row(3).id, "")
        assert app.lines() == before
        assert not app.list.mark(999_999, "taken by nobody here")


async def test_a_rescored_row_keeps_its_place_until_the_order_is_refreshed() -> None:
    async with host(39) as (app, _pilot):
        told = len(app.highlighted)
        assert app.list.update_row(lead(1, name="Ayu L.", rank_key=10_000))
        assert "Ayu L." in app.lines()[1]
        assert app.list.row_at(0) == lead(1, name="Ayu L.", rank_key=10_000)
        await _pilot.pause()
        assert len(app.highlighted) == told + 1


async def test_click_selects_and_a_second_click_opens() -> None:
    async with host(39) as (app, pilot):
        await pilot.click(LeadList, offset=(10, 4))
        assert app.list.cursor == 3
        assert not app.selected
        await pilot.click(LeadList, offset=(10, 4), times=2)
        assert [message.row for message in app.selected] == [app.source.row(3)]
        await pilot.click(LeadList, offset=(10, 0))  # the head is no row
        assert app.list.cursor == 3
        await pilot.press("enter")
        assert len(app.selected) == 2


async def test_the_wheel_scrolls_and_asks_for_what_it_shows() -> None:
    async with host() as (app, pilot):
        app.list.scroll_to(y=1_000, animate=False)
        await pilot.pause()
        assert app.list.cursor == 0
        assert app.list.row_at(1_000) == app.source.row(1_000)
        await pilot.press("j")
        assert app.list.scroll_offset.y <= 1  # back to the cursor


async def test_an_empty_list_says_so() -> None:
    async with host(0) as (app, pilot):
        assert app.wanted == []
        assert any("Nobody is ready" in line for line in app.lines())
        await pilot.press("j", "G", "enter")
        assert app.list.cursor == 0
        assert not app.selected


async def test_behind_a_capped_count_places_are_not_invented() -> None:
    async with host(34_567, total=Count(10_001, True)) as (app, pilot):
        assert app.list.capped
        await pilot.press("G")
        await pilot.pause()
        assert app.list.row == app.source.row(34_566)
        assert app.list.place_at(app.list.cursor) is None
        assert app.lines()[-1].split()[1] == "·"


async def test_what_left_the_queue_and_who_holds_it_is_said() -> None:
    class Changed(Leads):
        def row(self, index: int) -> LeadRow:
            changes = {1: {"claimed_by": 7}, 2: {"claimed_by": 8}, 3: {"state": LeadState.CONVERTED}}
            return lead(index + 1, **changes.get(index, {}))

    app = Host(Changed(5), Count(5, False), ())
    async with app.run_test(size=(75, 20)) as pilot:
        app.list.set_me(8)
        await pilot.pause()
        lines = app.lines()
        assert "with a colleague" in lines[2]
        assert "bought before" in lines[3]
        assert lines[4].rstrip().endswith("bought")


async def test_language_theme_and_width_change_what_is_drawn() -> None:
    async with host(39) as (app, pilot):
        english = app.lines()
        i18n.use("id")
        app.list.refresh()
        await pilot.pause()
        assert app.lines() != english
        assert "MENURUT SKOR" in app.lines()[0]
        dark = app.list.render_lines(app.list.size.region)[1]
        app.theme = "leadtui-light"
        await pilot.pause()
        light = app.list.render_lines(app.list.size.region)[1]
        assert dark.text == light.text
        assert {s.style for s in dark} != {s.style for s in light}
        await pilot.resize_terminal(110, 20)
        assert "TERAKHIR" in app.lines()[0]
        assert {len(line) for line in app.lines()} == {110}


async def test_without_the_focus_the_edge_is_thin() -> None:
    async with host(39) as (app, pilot):
        assert app.lines()[1][0] == "▌"
        app.set_focus(None)
        await pilot.pause()
        assert app.lines()[1][0] == "▏"


@pytest.mark.parametrize("width", [*range(20, 66, 5), *range(66, 200)])
def test_columns_never_meet(width: int) -> None:
    for rows in (39, 41_188, MILLION):
        c = columns(width, rows)
        assert 2 + c.place < c.name_at
        assert c.reason_at + c.reason <= c.end + (0 if width >= 52 else c.width)
        if width >= 66:
            assert c.name >= 12
            assert c.name_at + c.name <= c.bar_at - 1
            assert c.bar_at + c.bar <= c.percent_at - 1
            assert c.percent_at + 3 < c.reason_at
            assert c.reason >= 28
            if c.last:
                assert c.reason_at + c.reason <= c.last_at


def test_the_grid_is_the_looks() -> None:
    at80, at75, at103 = columns(80, 39), columns(75, 39), columns(103, 39)
    assert (at80.name, at80.bar, at80.reason, at80.last) == (19, 8, 28, 8)
    assert (at75.name, at75.bar, at75.reason, at75.last) == (22, 9, 28, 0)
    assert (at103.name, at103.bar, at103.reason, at103.has_age, at103.last) == (25, 14, 30, True, 8)
