"""The guide beside a call: what stands where at each size, ticks that are kept, objections by key."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from textual.app import ComposeResult

from leadtui import i18n
from leadtui.app import LeadtuiApp
from leadtui.core.guide import rules, validate
from leadtui.core.guide import service as guide
from leadtui.core.guide.dto import Fault, GuideFor, ImportGuide
from leadtui.guide_words import fault_line, spoken
from leadtui.screens.customer import CustomerScreen
from leadtui.screens.customer_parts.guide_keys import KIND
from leadtui.screens.objections import KEYS, GuideSheet, ObjectionsSheet
from leadtui.themes import LedgerApp
from leadtui.widgets.customer_page import CustomerPage
from leadtui.widgets.guide import GuidePane
from tests.conftest import MakeCtx, OwnDatabase, make_user
from tests.db.callfloor import Floor, claim
from tests.db.test_guide import BANK
from tests.tui.conftest import OpenApp, page_text, said, until
from tests.tui.people import JAKARTA, NOW, lead
from tests.unit.core.test_guide_rules import OURS, who

LINES = tuple(line.code for line in OURS.opening)


def for_budi(**facts: Any) -> GuideFor:
    known = {"balance": 150_000_000, "age": 41, "job": "management", "housing": True, "loan": False}
    return rules.choose(OURS, 3, replace(who(**{**known, **facts}), lead_id=7))


class Host(LedgerApp[None]):
    """The left side of the customer view."""

    def compose(self) -> ComposeResult:
        yield CustomerPage(zone=JAKARTA, now=lambda: NOW, me=1)


@asynccontextmanager
async def page(
    size: tuple[int, int], guide_for: GuideFor | None, ticks: tuple[str, ...] = (), *, talking: bool = True
) -> AsyncIterator[str]:
    app = Host()
    async with app.run_test(size=size) as pilot:
        shown = app.query_one(CustomerPage)
        shown.resized(narrow=size[0] < 60, short=size[1] < 28, roomy=size[0] > 110)
        shown.place, shown.lead, shown.guide = "1 / 39", lead(), guide_for
        shown.pane.ticks, shown.pane.key, shown.pane.more = ticks, "space", "g guide"
        shown.set_class(talking, "-guiding")
        await pilot.pause()
        await pilot.pause()
        yield page_text(app)


# what stands there -------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(44, 20), (82, 32), (122, 46)])
@pytest.mark.parametrize("language", ["id", "en"])
async def test_the_next_line_stands_whole_at_every_size(size: tuple[int, int], language: str) -> None:
    i18n.use(language)
    found = for_budi()
    for done in range(len(LINES)):
        async with page(size, found, LINES[:done]) as told:
            flat = " ".join(told.replace("”", "” ").split())
            words = spoken(found.lines[done].say)
            # beside it other columns stand: its words come in order, line by line
            at = 0
            for word in words.split():
                place = flat.find(word, at)
                assert place >= 0, (word, told)
                at = place
            assert ("2 dari 5 wajib" if language == "id" else "2 of 5 required") in told or done != 2
            assert "▸" in told
            assert "space" in told


async def test_at_120_the_history_the_guide_and_the_profile_are_in_sight() -> None:
    async with page((82, 32), for_budi()) as told:
        for words in (
            "SCORE",
            "HISTORY",
            "minta simulasi",
            "GUIDE",
            "WORTH SAYING",
            "PROFILE AND BALANCE",
            "48,250,000",
        ):
            assert words in told, words


async def test_at_80_the_guide_takes_the_place_of_history_and_profile_while_talking() -> None:
    async with page((44, 20), for_budi(), talking=False) as looking:
        assert "HISTORY" in looking
        assert "GUIDE" not in looking
    async with page((44, 20), for_budi()) as talking:
        assert "GUIDE" in talking
        assert "HISTORY" not in talking
        assert "SCORE" in talking
        assert "Budi Santoso" in talking


async def test_without_a_guide_there_is_no_hole() -> None:
    async with page((82, 32), None) as told:
        assert "GUIDE" not in told
        lines = told.splitlines()
        score = next(line for line in lines if "SCORE" in line)
        assert "PROFILE AND BALANCE" in score  # it begins where the guide would


async def test_what_was_said_gives_its_room_to_what_is_worth_saying() -> None:
    async with page((82, 46), for_budi(), LINES) as told:
        assert "5 of 5 required" in told
        assert "everything required was said" in told
        assert "▸" not in told
        assert "OFFERS" in told
        assert "6-month deposit" in told


async def test_wide_screens_show_objections_too() -> None:
    async with page((122, 60), for_budi(), LINES) as told:
        assert "IF THEY SAY …" in told
        assert "“The rate is low.”" in told


async def test_silent_parts_leave_no_heading() -> None:
    nobody = rules.choose(OURS, 3, replace(who(last_outcome=None, promised=None, attempts=None), lead_id=7))
    async with page((122, 46), replace(nobody, offers=(), objections=())) as told:
        assert "WORTH SAYING" not in told
        assert "OFFERS" not in told
        assert "IF THEY SAY" not in told
        assert "0 of 5 required" in told


@pytest.mark.parametrize("rows", range(1, 40))
def test_whatever_does_not_fit_is_counted_and_the_weightiest_stays(rows: int) -> None:
    pane = GuidePane()
    pane.set_reactive(GuidePane.guide, for_budi())
    drawn = pane.fit(37, rows)
    assert len(drawn) <= rows
    full = pane.fit(37, 500)
    if rows >= len(full):
        assert len(drawn) == len(full)


async def test_hostile_words_do_not_reach_the_terminal() -> None:
    evil = "n\x1b]0;x\x07ama [@click=app.quit]x[/] \u202e"
    first = OURS.opening[0]
    line = replace(first, label=replace(first.label, en=evil), say=replace(first.say, en=evil))
    found = rules.choose(replace(OURS, opening=(line,)), 3, replace(who(name=evil), lead_id=7))
    async with page((82, 32), found) as told:
        assert "[@click=app.quit]x[/]" in told
        assert not {"\x1b", "\x07", "\u202e"} & set(told)
    assert "\x1b" not in fault_line(Fault(f"points{evil}", 3, "code", {"value": evil}), f"a{evil}.yaml")


# beside a real call ------------------------------------------------------------------------------------


def screen(app: LeadtuiApp) -> CustomerScreen:
    assert isinstance(app.screen, CustomerScreen)
    return app.screen


def guided(app: LeadtuiApp, lead_id: int) -> bool:
    found = app.screen
    if not isinstance(found, CustomerScreen) or found.page.guide is None:
        return False
    return found.page.guide.lead_id == lead_id


def opened(app: LeadtuiApp, lead_id: int) -> bool:
    return guided(app, lead_id) and app.open_call is not None and screen(app).form.opened


async def talk(app: LeadtuiApp, pilot: Any, lead_id: int) -> None:
    await pilot.press("n")
    await until(pilot, lambda: opened(app, lead_id))
    await pilot.press("d")
    await until(pilot, lambda: app.open_call.dialled_at is not None)
    await pilot.press("space")
    await until(pilot, lambda: app.open_call.answered_at is not None)


async def test_space_answers_then_ticks_and_the_call_keeps_what_was_said(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor, as_real_role: MakeCtx
) -> None:
    version = guide.import_shipped(as_real_role("system"))
    assert version is not None
    first = floor.lead()
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, lambda: opened(app, first))
        screen(app).tick_guide()
        assert screen(app).page.pane.ticks == ()  # nobody has answered yet
        await pilot.press("d")
        await until(pilot, lambda: app.open_call.dialled_at is not None)
        await pilot.press("space")
        await until(pilot, lambda: app.open_call.answered_at is not None)
        assert screen(app).page.pane.ticks == ()
        await until(pilot, lambda: screen(app).page.pane.key == "space")
        await pilot.press("space", "space", "space", "backspace")
        await until(pilot, lambda: screen(app).page.pane.ticks == LINES[:2])
        assert "2 of 5 required" in page_text(app)
        ident = str(app.open_call.id)
        assert app.journal.get(KIND, ident) == {"guide_id": version.id, "ticks": list(LINES[:2])}
        await pilot.press("4", *"no money now", "f9")
        await until(pilot, lambda: app.open_call is None and not screen(app).form.opened)
        assert floor.sql("select guide_id, ticks from call_log") == [(version.id, list(LINES[:2]))]
        assert app.journal.get(KIND, ident) is None
        await until(pilot, lambda: screen(app).page.pane.ticks == ())


async def test_ticks_outlive_the_program(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor, as_real_role: MakeCtx
) -> None:
    guide.import_shipped(as_real_role("system"))
    first, email = floor.lead(), make_user(real_db, "agent")
    async with open_app(email) as (app, pilot):
        await talk(app, pilot, first)
        await pilot.press("space")
        await until(pilot, lambda: screen(app).page.pane.ticks == LINES[:1])
        await until(pilot, lambda: app.journal.flush())
    async with open_app(email, screen=None) as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, CustomerScreen) and guided(app, first))
        await until(pilot, lambda: screen(app).page.pane.ticks == LINES[:1])


async def test_a_new_version_changes_nothing_for_who_is_talking(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor, as_real_role: MakeCtx
) -> None:
    system = as_real_role("system")
    version = guide.import_shipped(system)
    assert version is not None
    first, second = floor.lead(900_000), floor.lead(800_000)
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await talk(app, pilot, first)
        await pilot.press("space")
        await until(pilot, lambda: screen(app).page.pane.ticks == LINES[:1])
        newer = guide.import_(system, ImportGuide(uuid.uuid4(), BANK, "bank.yaml"))
        screen(app).reload()
        await until(pilot, lambda: not screen(app).loading_group("guide"))
        assert screen(app).guide_said() == (version.id, LINES[:1])
        await pilot.press("4", *"not now", "ctrl+s")
        await until(pilot, lambda: guided(app, second))
        assert screen(app).page.guide.version_id == newer.id
        assert floor.sql("select guide_id, ticks from call_log") == [(version.id, list(LINES[:1]))]


async def test_the_guide_that_does_not_come_keeps_nobody_from_calling(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_arguments: object) -> None:
        raise RuntimeError("no guide today")

    monkeypatch.setattr(guide, "current", fails)
    first = floor.lead()
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, lambda: app.open_call is not None and screen(app).form.opened)
        await until(pilot, lambda: screen(app).lead is not None and screen(app).lead.row.id == first)
        assert "GUIDE" not in page_text(app)
        await pilot.press("o")
        await until(pilot, lambda: "There is no guide for this customer." in said(app))
        await pilot.press("4", *"not now", "f9")
        await until(pilot, lambda: app.open_call is None)
        assert floor.sql("select guide_id, ticks from call_log") == [(None, None)]


async def test_objections_are_a_key_away_and_the_note_stays(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor, as_real_role: MakeCtx
) -> None:
    guide.import_shipped(as_real_role("system"))
    first = floor.lead()
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await talk(app, pilot, first)
        await pilot.press("4", *"thinks the rate is")
        await pilot.press("ctrl+o")
        await until(pilot, lambda: isinstance(app.screen, ObjectionsSheet) and app.screen.rows.said)
        await until(pilot, lambda: "insured by LPS" in page_text(app))
        await pilot.press("2")
        await until(pilot, lambda: "From the records of Bank Nusa" in page_text(app))
        await pilot.press("j")
        await until(pilot, lambda: app.screen.rows.at == 2)
        await pilot.press("ctrl+l")
        await until(pilot, lambda: "KALAU IA BERKATA" in page_text(app))
        await pilot.press("ctrl+l", "escape")
        await until(pilot, lambda: isinstance(app.screen, CustomerScreen))
        await pilot.press(*" low")
        await until(pilot, lambda: screen(app).form.draft().note == "thinks the rate is low")


async def test_who_manages_looks_and_ticks_nothing(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor, as_real_role: MakeCtx
) -> None:
    guide.import_shipped(as_real_role("system"))
    first = floor.lead()
    claim(as_real_role("agent"), first)
    async with open_app(make_user(real_db, "manager")) as (app, pilot):
        await until(pilot, lambda: "Orang" in page_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: guided(app, first))
        await until(pilot, lambda: "0 of 5 required" in page_text(app))
        await pilot.press("space", "backspace")
        assert screen(app).page.pane.ticks == ()
        await pilot.press("g")
        await until(
            pilot, lambda: isinstance(app.screen, GuideSheet) and "why you are calling" in page_text(app)
        )
        await pilot.press("g")
        await until(pilot, lambda: isinstance(app.screen, CustomerScreen))


def test_there_is_a_key_for_every_objection() -> None:
    assert len(set(KEYS)) == len(KEYS) == validate.LIMITS["objections"][1]
    assert not set(KEYS) & set("jkogq")
