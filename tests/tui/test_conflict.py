"""The sheets over the customer view: theirs beside mine, and giving back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import ModalScreen

from leadtui.core.calls.dto import GIVE_BACK_REASONS, NoAnswer
from leadtui.core.leads.dto import LeadState
from leadtui.screens.conflict import ConflictSheet, draft_entries
from leadtui.screens.customer_parts.sheets import HistorySheet, ReasonsSheet
from leadtui.screens.give_back import GiveBackSheet, ReasonRows
from leadtui.themes import LedgerApp
from leadtui.widgets.call_draft import Draft
from tests.tui.conftest import page_text
from tests.tui.people import JAKARTA, NOW, lead

FACTS = {"by": 2, "by_name": "Rina [/] Agustina", "at": NOW, "state": int(LeadState.QUALIFIED)}


class Host(LedgerApp[None]):
    """Nothing but a sheet."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[Any] = []


@asynccontextmanager
async def shown(
    sheet: ModalScreen[Any], size: tuple[int, int] = (120, 36)
) -> AsyncIterator[tuple[Host, Pilot[None]]]:
    app = Host()
    async with app.run_test(size=size) as pilot:
        app.push_screen(sheet, app.answers.append)
        await pilot.pause()
        await pilot.pause()
        yield app, pilot


def conflict(draft: Draft, **facts: Any) -> ConflictSheet:
    return ConflictSheet({**FACTS, **facts}, draft, "Budi Santoso", lead(), zone=JAKARTA, now=lambda: NOW)


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (180, 50)])
async def test_both_versions_and_both_ways_out_are_on_it(size: tuple[int, int]) -> None:
    async with shown(conflict(Draft(4, note="no interest at all")), size) as (app, _pilot):
        told = page_text(app)
        for words in (
            "Rina [/] Agustina", "09:41", "Your note", "minta simulasi", "no interest at all",
            "not interested", "keep mine", "back to the form",
        ):  # fmt: skip
            assert words in told, words


@pytest.mark.parametrize(("key", "answer"), [("k", True), ("escape", None)])
async def test_keeping_mine_and_going_back(key: str, answer: bool | None) -> None:
    async with shown(conflict(Draft(4, note="no"))) as (app, pilot):
        await pilot.press(key)
        await pilot.pause()
        assert app.answers == [answer]


async def test_nobody_is_named_where_nobody_is_known() -> None:
    async with shown(conflict(Draft(4, note="no"), by=None, by_name=None, at=None)) as (app, _pilot):
        assert "A colleague has worked on this customer: interested." in page_text(app)


def test_mine_says_what_would_be_logged() -> None:
    assert [entry.value for entry in draft_entries(Draft(0, NoAnswer.BUSY))] == ["not answered, busy"]
    assert [entry.value for entry in draft_entries(Draft(2, when="15:00"))] == ["call back", "15:00"]
    assert [entry.value for entry in draft_entries(Draft(3, amount="50jt"))] == ["closed", "50jt"]
    assert [entry.value for entry in draft_entries(Draft())] == ["–"]


@pytest.mark.parametrize("place", range(len(GIVE_BACK_REASONS)))
async def test_giving_back_takes_one_digit(place: int) -> None:
    async with shown(GiveBackSheet("Budi Santoso")) as (app, pilot):
        await pilot.press(str(place + 1))
        await pilot.pause()
        assert app.answers == [GIVE_BACK_REASONS[place]]


async def test_giving_back_by_cursor_by_click_and_not_at_all() -> None:
    async with shown(GiveBackSheet("Budi Santoso")) as (app, pilot):
        await pilot.press("j", "j", "k", "enter")
        await pilot.pause()
        assert app.answers == [GIVE_BACK_REASONS[1]]
        app.push_screen(GiveBackSheet("Budi"), app.answers.append)
        await pilot.pause()
        await pilot.click(ReasonRows, offset=(5, 3))
        await pilot.pause()
        assert app.answers[1:] == [GIVE_BACK_REASONS[3]]
        app.push_screen(GiveBackSheet("Budi"), app.answers.append)
        await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
        assert app.answers[2:] == [None]


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_whole_history_with_every_word_of_its_notes(size: tuple[int, int]) -> None:
    long = "a note with many words " * 12 + "and its end."
    many = tuple(replace(lead().calls[0], id=n, note=long) for n in range(50))
    sheet = HistorySheet(lead(calls=many, calls_total=61), zone=JAKARTA, now=lambda: NOW)
    async with shown(sheet, size) as (app, pilot):
        assert "61 calls" in page_text(app)
        assert "h / esc  back" in page_text(app)
        await pilot.press("G")
        await pilot.pause()
        assert "N-1001" in page_text(app)
        await pilot.press("g")
        await pilot.pause()
        assert "and its end.”" in page_text(app)
        await pilot.press("h")
        await pilot.pause()
        assert app.answers == [None]


async def test_every_reason_and_what_the_score_is_not() -> None:
    async with shown(ReasonsSheet(lead(), zone=JAKARTA, now=lambda: NOW)) as (app, _pilot):
        told = page_text(app)
        for words in ("61%", "Of 100 like this one, 61 bought.", "Model starter (no. 1)", "says nothing"):
            assert words in told
    async with shown(ReasonsSheet(lead(score=None), zone=JAKARTA, now=lambda: NOW)) as (app, _pilot):
        assert "not scored yet" in page_text(app)
