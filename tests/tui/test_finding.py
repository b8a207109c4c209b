"""Finding somebody: the panel, orders and places, what is remembered, and the lookup for who calls in."""

from __future__ import annotations

from decimal import Decimal

import pytest
from textual.widgets import Input

from leadtui.app import LeadtuiApp
from leadtui.core.auth import service as auth
from leadtui.core.calls.dto import Outcome
from leadtui.core.leads import service as leads_service
from leadtui.core.leads.dto import LeadFilter, Sort
from leadtui.screens.customer import CustomerScreen
from leadtui.screens.leads_filter import FilterPanel
from leadtui.screens.list_sheets import GoToSheet, SortSheet
from leadtui.screens.lookup import LookupScreen
from leadtui.widgets.filter_fields import ChoiceRow
from leadtui.widgets.heading import Heading
from tests.conftest import MakeCtx, make_user
from tests.db.callfloor import Floor, claim, work
from tests.tui.conftest import OpenApp, page_text, said, until
from tests.tui.test_leads import leads_of, names


def lookup_of(app: LeadtuiApp) -> LookupScreen:
    screen = app.screen
    assert isinstance(screen, LookupScreen)
    return screen


def found(screen: LookupScreen) -> list[str | None]:
    rows = [screen.rows.row_at(at) for at in range(screen.rows.count)]
    return [row.name for row in rows if row is not None]


async def test_the_panel_counts_while_one_chooses_and_keys_are_enough(
    open_app: OpenApp, floor: Floor
) -> None:
    made = names(floor, budi=610_000, ayu=440_000, wati=120_000)
    floor.sql("update lead_queue set job = 6 where lead_id in (%s, %s)", made["ayu"], made["wati"])
    async with open_app(make_user(floor.db, "agent"), size=(80, 24)) as (app, pilot):
        screen = leads_of(app)
        await until(pilot, lambda: screen.rows.count == 3)
        await pilot.press("f")
        panel = app.screen
        assert isinstance(panel, FilterPanel)
        head = panel.query_one("#head", Heading)
        await until(pilot, lambda: head.fact == "3 ready")
        await pilot.press(*"20", "down", "down", *"x")
        await until(pilot, lambda: head.fact == "–")  # one field makes no sense
        await until(pilot, lambda: "Not a number" in page_text(app))
        await pilot.press("ctrl+u")
        await until(pilot, lambda: head.fact == "2 ready" and "Not a number" not in page_text(app))
        panel.query_one("#f-jobs", ChoiceRow).focus()
        await pilot.press("r", "space")  # the letter goes to "retired"
        await until(pilot, lambda: head.fact == "1 ready")
        await until(pilot, lambda: "retired" in page_text(app))
        await pilot.press("ctrl+r")
        await until(pilot, lambda: head.fact == "3 ready")
        await pilot.press("m", "space", "escape")  # as it was
        assert app.screen is screen
        assert screen.filter == LeadFilter()
        await pilot.press("f", *"20", "enter")
        await until(pilot, lambda: screen.rows.count == 2 and "score ≥ 20%" in page_text(app))


async def test_every_chip_has_room_on_two_lines(open_app: OpenApp, floor: Floor) -> None:
    names(floor, budi=610_000)
    async with open_app(make_user(floor.db, "agent"), size=(80, 24)) as (app, pilot):
        screen = leads_of(app)
        await until(pilot, lambda: screen.rows.count == 1)
        wanted = LeadFilter(min_score=0.2, min_age=30, max_age=50, jobs=(5, 6, 7), marital=(1,), city="ban")
        screen._narrow(wanted)
        await until(pilot, lambda: "0 ready" in page_text(app))
        text = page_text(app)
        for chip in ("score ≥ 20% ×", "age 30–50 ×", "city ban ×", "job 3 ×", "married ×"):
            assert chip in text or chip.removeprefix("city ") in text, chip
        await pilot.click("#more", offset=(2, 0))
        await until(pilot, lambda: screen.filter != wanted)


async def test_orders_keep_the_cursor_on_its_lead_and_say_so(open_app: OpenApp, floor: Floor) -> None:
    made = names(floor, budi=610_000, ayu=440_000, wati=120_000, citra=300_000)
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        screen = leads_of(app)
        await until(pilot, lambda: screen.rows.row is not None)
        await pilot.press("s")
        assert isinstance(app.screen, SortSheet)
        await pilot.press("s", "enter")  # the next one: by name
        await until(pilot, lambda: "BY NAME" in page_text(app) and screen.rows.row is not None)
        shown = [screen.rows.row_at(at).name for at in range(4)]  # type: ignore[union-attr]
        assert shown == ["Ayu", "Budi", "Citra", "Wati"]
        assert screen.rows.row.id == made["budi"]  # type: ignore[union-attr]
        await pilot.press("G", "s", "1")
        await until(pilot, lambda: "BY SCORE" in page_text(app) and screen.rows.row is not None)
        assert screen.rows.row.id == made["wati"]  # type: ignore[union-attr]
        assert screen.rows.cursor == 3


async def test_a_place_and_a_letter_are_gone_to(open_app: OpenApp, floor: Floor) -> None:
    made = names(floor, budi=610_000, ayu=440_000, wati=120_000, citra=300_000)
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        screen = leads_of(app)
        await until(pilot, lambda: screen.rows.row is not None)
        await pilot.press("colon", *"3", "enter")
        assert screen.rows.row.id == made["citra"]  # type: ignore[union-attr]
        for wrong, sentence in (
            ("0", "from 1 to 4"),
            ("5", "from 1 to 4"),
            ("9" * 30, "1 to 4"),
            ("w", "by name"),
        ):
            await pilot.press("colon")
            sheet = app.screen
            assert isinstance(sheet, GoToSheet)
            sheet.query_one(Input).value = wrong
            await pilot.press("enter")
            assert app.screen is sheet
            assert sentence in page_text(app)
            await pilot.press("escape")
        screen._sorted(Sort.NAME)
        await until(pilot, lambda: "BY NAME" in page_text(app) and screen.rows.row is not None)
        await pilot.press("colon", "w", "enter")
        await until(pilot, lambda: screen.rows.row is not None and screen.rows.row.id == made["wati"])


async def test_the_list_opens_as_it_was_left(open_app: OpenApp, floor: Floor) -> None:
    made = names(floor, budi=610_000, ayu=440_000, wati=120_000, citra=300_000)
    email = make_user(floor.db, "agent")
    async with open_app(email) as (app, pilot):
        screen = leads_of(app)
        await until(pilot, lambda: screen.rows.count == 4)
        screen._narrow(LeadFilter(min_score=0.2))
        screen._sorted(Sort.NAME)
        await until(pilot, lambda: "BY NAME" in page_text(app) and screen.rows.row is not None)
        await pilot.press("slash", *"it", "escape")  # a search is not remembered
        await until(pilot, lambda: not screen.waits("search") and not screen.loading_group("begin"))
        await until(pilot, lambda: screen.rows.count == 3 and screen.rows.row is not None)
        await pilot.press("G")
        kept = lambda: auth.preferences(app.session).get("leads", {})  # noqa: E731
        await until(pilot, lambda: kept().get("lead") == made["citra"] and "filter" in kept())
        assert "search" not in kept()["filter"]
    async with open_app(email) as (app, pilot):
        screen = leads_of(app)
        await until(pilot, lambda: screen.rows.row is not None)
        assert (screen.filter, screen.sort) == (LeadFilter(min_score=0.2), Sort.NAME)
        assert screen.rows.row.id == made["citra"]  # type: ignore[union-attr]
        await until(pilot, lambda: "score ≥ 20% ×" in page_text(app))
        auth.merge_preferences(app.session, {"leads": {"sort": 7, "filter": ["x"], "lead": "y"}})
    async with open_app(email) as (app, pilot):
        screen = leads_of(app)
        await until(pilot, lambda: screen.rows.row is not None and screen.rows.count == 4)
        assert (screen.filter, screen.sort) == (LeadFilter(), Sort.SCORE)


async def test_who_is_not_in_the_queue_is_looked_up(
    open_app: OpenApp, floor: Floor, as_real_role: MakeCtx
) -> None:
    made = names(floor, budi=610_000, ayu_lestari=440_000)
    other = as_real_role("agent", name="Rina Kusuma")
    work(other, made["ayu_lestari"], Outcome.CLOSED, product_id=1, amount=Decimal(5_000_000))
    async with open_app(make_user(floor.db, "agent"), size=(80, 24)) as (app, pilot):
        screen = leads_of(app)
        await until(pilot, lambda: screen.rows.count == 1)
        await pilot.press("slash", *"lestari")
        await until(pilot, lambda: "Nobody in your queue matches." in page_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, LookupScreen) and "1 found" in page_text(app))
        await until(pilot, lambda: found(lookup_of(app)) == ["Ayu Lestari"])
        await until(pilot, lambda: "bought" in page_text(app))
        await pilot.press("escape")
        assert app.screen is screen


async def test_a_customer_calls_in(open_app: OpenApp, floor: Floor, as_real_role: MakeCtx) -> None:
    made = names(floor, budi=610_000, ayu_lestari=440_000, ayu_putri=300_000)
    other = as_real_role("agent", name="Rina Kusuma")
    work(other, made["ayu_lestari"], Outcome.NOT_INTERESTED)
    call = claim(other, made["ayu_putri"])
    async with open_app(make_user(floor.db, "agent"), size=(80, 24)) as (app, pilot):
        screen = leads_of(app)
        await until(pilot, lambda: screen.rows.row is not None)
        await pilot.press("i", *"ayu")
        await until(pilot, lambda: len(found(lookup_of(app))) == 2)
        await until(pilot, lambda: "Rina: on it" in page_text(app))
        await pilot.press("x")  # letters are text in the field
        await until(pilot, lambda: "No customer of your team matches." in page_text(app))
        lookup = lookup_of(app)
        await pilot.press("backspace")
        await until(pilot, lambda: lookup.rows.row is not None)
        await pilot.press("down")
        lookup.field.value = "ay"  # not looked for yet: who stands there is not who is meant
        assert lookup.off_keys()["incoming"] == "Still looking for what you typed."
        await until(pilot, lambda: not lookup.off_keys() and len(found(lookup)) == 2)
        assert lookup.rows.has_focus
        while lookup.rows.row is None or lookup.rows.row.id != made["ayu_putri"]:
            await pilot.press("j")
        await pilot.press("c")
        await until(pilot, lambda: "Rina Kusuma is on the phone with this customer now." in said(app))
        assert app.open_call is None
        await pilot.press("k")
        if lookup.rows.row is None or lookup.rows.row.id != made["ayu_lestari"]:
            await pilot.press("g")
        assert lookup.rows.row is not None
        assert lookup.rows.row.id == made["ayu_lestari"]
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, CustomerScreen) and app.open_call is not None)
        assert (app.open_call.lead_id, app.open_call.direction) == (made["ayu_lestari"], 1)
        assert app.open_call.answered_at is not None
        await until(pilot, lambda: "came in, talking" in page_text(app) and "Ayu Lestari" in page_text(app))
        await pilot.press("0")
        await until(pilot, lambda: "They called us" in said(app))
        await pilot.press("1", *"wants it after all", "f9")
        await until(pilot, lambda: app.open_call is None)
        logged = floor.sql("select direction, outcome from call_log where direction = 1")
        assert logged == [(1, int(Outcome.INTERESTED))]
        assert not any(isinstance(one, LookupScreen) for one in app.screen_stack)
    assert call.lead_id == made["ayu_putri"]


async def test_with_a_call_open_it_says_so_and_goes_there(open_app: OpenApp, floor: Floor) -> None:
    made = names(floor, budi=610_000, ayu=440_000)
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        screen = leads_of(app)
        await until(pilot, lambda: screen.rows.row is not None)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, CustomerScreen) and app.open_call is not None)
        await pilot.press("i", *"ayu", "enter")
        await until(pilot, lambda: lookup_of(app).rows.has_focus and lookup_of(app).rows.row is not None)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, CustomerScreen))
        await until(pilot, lambda: "Finish this call first." in said(app))
        assert app.screen.lead_id == made["budi"]  # type: ignore[attr-defined]
        assert floor.sql("select count(*) from open_call") == [(1,)]


@pytest.mark.parametrize("role", ["manager", "admin"])
async def test_who_calls_nobody_may_only_look(open_app: OpenApp, floor: Floor, role: str) -> None:
    made = names(floor, budi=610_000)
    async with open_app(make_user(floor.db, role)) as (app, pilot):
        screen = leads_of(app)
        await until(pilot, lambda: screen.rows.row is not None)
        await pilot.press("i", *"budi", "enter")
        await until(pilot, lambda: lookup_of(app).rows.has_focus and lookup_of(app).rows.row is not None)
        await until(pilot, lambda: "– log a call that came in" in page_text(app))
        await pilot.press("c")
        await until(pilot, lambda: "Only agents log calls." in said(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CustomerScreen))
        assert app.screen.lead_id == made["budi"]  # type: ignore[attr-defined]


async def test_the_lookup_says_what_it_needs_and_drops_stale_answers(open_app: OpenApp, floor: Floor) -> None:
    made = names(floor, budi=610_000, ayu=440_000)
    phone = floor.sql("select e164 from lead_phone where lead_id = %s", made["ayu"])[0][0]
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        await until(pilot, lambda: leads_of(app).rows.row is not None)
        await pilot.press("i")
        await until(pilot, lambda: "at least two letters" in page_text(app))
        await pilot.press(*phone[-3:])
        await until(pilot, lambda: "At least four digits" in page_text(app))
        screen = lookup_of(app)
        screen.field.value = ""
        await pilot.press(*phone[-6:], "enter")
        await until(pilot, lambda: screen.rows.has_focus)
        await until(pilot, lambda: found(screen) == ["Ayu"])
        await pilot.press("slash", "ctrl+u", *"zzzz", "enter")
        await until(pilot, lambda: "No customer of your team matches." in page_text(app))
        assert app.focused is screen.field
        assert floor.sql("select count(*) from audit where action = 'lead.viewed'") == [(0,)]


async def test_enter_that_is_faster_than_the_answer_looks_further(open_app: OpenApp, floor: Floor) -> None:
    floor.lead(600_000, age=40)
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        await until(pilot, lambda: leads_of(app).rows.row is not None)
        await pilot.press("slash", *"zzzq", "enter")  # well within the pause before the list is asked for
        await until(pilot, lambda: isinstance(app.screen, LookupScreen))


async def test_a_change_is_looked_up_for_all_marked_rows_at_once(
    open_app: OpenApp, floor: Floor, as_real_role: MakeCtx, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = names(floor, budi=610_000, ayu=440_000)
    other = as_real_role("agent", name="Rina Kusuma")
    asked: list[tuple[int, ...]] = []
    real = leads_service.refreshed
    monkeypatch.setattr(leads_service, "refreshed", lambda ctx, ids: (asked.append(ids), real(ctx, ids))[1])
    async with open_app(make_user(floor.db, "agent"), size=(80, 24)) as (app, pilot):
        screen = leads_of(app)
        await until(pilot, lambda: app.live is True and screen.rows.row is not None)
        work(other, made["budi"], None)
        await until(pilot, lambda: "resting" in page_text(app))
        work(other, made["ayu"], Outcome.DO_NOT_CALL)
        await until(pilot, lambda: "do not call" in page_text(app) or "has left the queue" in page_text(app))
        assert asked
        assert [screen.rows.row_at(at).id for at in range(2)] == [made["budi"], made["ayu"]]  # type: ignore[union-attr]


async def test_the_palette_has_the_new_commands_and_speaks_the_users_language(
    open_app: OpenApp, floor: Floor
) -> None:
    names(floor, budi=610_000)
    email = make_user(floor.db, "manager")
    async with open_app(email) as (app, pilot):
        await until(pilot, lambda: leads_of(app).rows.row is not None)
        offered = {one.title: one.help for one in app.get_system_commands(app.screen)}
        assert offered["Order by score, name, last contact or callback time."] == ""
        assert not any("Find any customer" in title and reason for title, reason in offered.items())
        app.speak("id")
        await pilot.press("ctrl+p", *"qqqq")
        await until(pilot, lambda: "Tidak ada perintah" in page_text(app))
        assert "No matches" not in page_text(app)
        await pilot.press("escape", "f3")
        await until(pilot, lambda: auth.preferences(app.session).get("mode") == "tasks")
        assert "2" not in app.screen.query_one("Notice").render_line(1).text  # managers log no outcome
    async with open_app(email, screen="TasksScreen") as (app, pilot):  # the mode that was left
        assert app.mode == "tasks"
