"""The search box as a query, chips by key, saved views, a view as the queue, tags: all by keys."""

from __future__ import annotations

from leadtui.core.auth import service as auth
from leadtui.core.leads.dto import LeadFilter, Sort
from leadtui.screens.tags import TagsSheet
from leadtui.screens.views import ViewForm, ViewsSheet
from tests.conftest import make_user
from tests.db.callfloor import Floor
from tests.tui.conftest import OpenApp, page_text, said, until
from tests.tui.test_leads import leads_of, names

SIZE = (80, 24)


def people(floor: Floor) -> dict[str, int]:
    made = names(floor, budi=610_000, ayu=440_000, wati=120_000, citra=300_000)
    floor.sql("update lead_queue set job = 6 where lead_id in (%s, %s)", made["ayu"], made["wati"])
    return made


def typed(text: str) -> list[str]:
    special = {":": "colon", ">": "greater_than_sign", " ": "space", "-": "minus"}
    return [special.get(char, char) for char in text]


async def test_a_query_narrows_as_it_is_typed_and_says_what_it_does_not_know(
    open_app: OpenApp, floor: Floor
) -> None:
    people(floor)
    async with open_app(make_user(floor.db, "agent"), size=SIZE) as (app, pilot):
        screen = leads_of(app)
        await until(pilot, lambda: screen.rows.count == 4)
        await pilot.press("slash", *typed("job:re"))
        await until(pilot, lambda: screen.rows.count == 2)  # the start of one job only
        await pilot.press("backspace")
        await until(pilot, lambda: "tab  " in page_text(app) and "retired" in page_text(app))
        await pilot.press("e", "tab")
        await until(pilot, lambda: screen.bar.field.value == "job:retired ")
        await pilot.press(*typed("ag:3"))
        await until(pilot, lambda: "“ag:” is no filter. Did you mean age:" in page_text(app))
        assert screen.filter.jobs == (6,)  # what was understood counts
        await pilot.press("enter")
        assert screen.bar.field.has_focus  # and what was not keeps one here
        await pilot.press(*["backspace"] * 4, *typed("score:>20 a"), "enter")
        await until(pilot, lambda: screen.rows.count == 1 and "score ≥ 20% ×" in page_text(app))
        assert screen.filter == LeadFilter(search="a", jobs=(6,), min_score=0.2)
        assert screen.bar.field.value == "a"  # the filters are chips, the words stay
        assert not screen.bar.field.has_focus


async def test_chips_go_by_key_and_escape_takes_the_last(open_app: OpenApp, floor: Floor) -> None:
    people(floor)
    async with open_app(make_user(floor.db, "agent"), size=SIZE) as (app, pilot):
        screen = leads_of(app)
        await until(pilot, lambda: screen.rows.count == 4)
        screen._narrow(LeadFilter(min_score=0.2, max_attempts=5, jobs=(6,)))
        await until(pilot, lambda: screen.rows.count == 1)
        await pilot.press("slash", "left", "left")
        await until(pilot, lambda: "▌attempts ≤ 5 ×" in page_text(app))
        await pilot.press("delete")
        await until(pilot, lambda: screen.filter == LeadFilter(min_score=0.2, jobs=(6,)))
        await pilot.press("right", "backspace")
        await until(pilot, lambda: screen.filter == LeadFilter(min_score=0.2))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: screen.filter.empty and screen.rows.count == 4)


async def test_a_view_is_saved_shown_by_its_digit_and_remembered(open_app: OpenApp, floor: Floor) -> None:
    people(floor)
    email = make_user(floor.db, "agent")
    async with open_app(email, size=SIZE) as (app, pilot):
        screen = leads_of(app)
        await until(pilot, lambda: screen.rows.count == 4 and screen.views)
        screen._narrow(LeadFilter(jobs=(6,)))
        screen._sorted(Sort.NAME)
        await until(pilot, lambda: screen.rows.count == 2)
        await pilot.press("v")
        await until(pilot, lambda: isinstance(app.screen, ViewsSheet) and "Never called" in page_text(app))
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, ViewForm))
        await pilot.press("enter", "enter")
        await until(pilot, lambda: app.screen.query_one("#f-name").error != "")  # type: ignore[attr-defined]
        await pilot.press(*"Retired", "enter", "enter")  # the first free digit is offered
        await until(pilot, lambda: app.screen is screen and "VIEW: RETIRED" in page_text(app))
        assert screen.view is not None
        assert screen.view.key == "4"
        await pilot.press("escape")  # an unchanged view goes as a whole
        await until(pilot, lambda: screen.filter.empty and screen.sort is Sort.SCORE)
        await until(pilot, lambda: "VIEW" not in page_text(app) and screen.rows.count == 4)
        await pilot.press("4")
        await until(pilot, lambda: screen.rows.count == 2 and screen.sort is Sort.NAME)
        await pilot.press("9")
        assert "No view has the key 9" in said(app)
        screen._narrow(LeadFilter(jobs=(6,), min_score=0.2))
        await until(pilot, lambda: "VIEW, CHANGED" in page_text(app))
        kept = lambda: auth.preferences(app.session).get("leads", {})  # noqa: E731
        await until(pilot, lambda: kept().get("view") == screen.view_id and "min_score" in kept()["filter"])
    async with open_app(email, size=SIZE) as (app, pilot):
        screen = leads_of(app)
        await until(pilot, lambda: screen.rows.count == 1 and "VIEW, CHANGED" in page_text(app))


async def test_the_next_lead_comes_from_a_view_until_it_is_empty(open_app: OpenApp, floor: Floor) -> None:
    made = people(floor)
    floor.sql("update lead_queue set attempts = 1 where lead_id <> %s", made["citra"])
    async with open_app(make_user(floor.db, "agent"), size=SIZE) as (app, pilot):
        screen = leads_of(app)
        await until(pilot, lambda: screen.rows.count == 4)
        await pilot.press("v")
        await until(pilot, lambda: "Never called" in page_text(app))
        await pilot.press("j", "q")
        await until(pilot, lambda: "n → Never called ×" in page_text(app))
        await until(pilot, lambda: screen.rows.count == 1)
        await pilot.press("n")
        await until(pilot, lambda: app.open_call is not None)
        assert app.open_call.lead_id == made["citra"]
        floor.sql("delete from open_call")
        floor.sql("update lead_queue set attempts = 1, claimed_by = null, claimed_until = null")
        app.open_call = None
        app.claim()
        await until(pilot, lambda: "Nobody is left in the view Never called" in said(app))
        assert app.queue_view is None
        app.claim()
        await until(pilot, lambda: app.open_call is not None)
        assert app.open_call.lead_id == made["budi"]


async def test_a_manager_shares_renames_and_deletes_in_the_sheet(open_app: OpenApp, floor: Floor) -> None:
    people(floor)
    async with open_app(make_user(floor.db, "manager"), size=SIZE) as (app, pilot):
        screen = leads_of(app)
        await until(pilot, lambda: screen.rows.count == 4)
        screen._narrow(LeadFilter(jobs=(6,)))
        await pilot.press("v")
        await until(pilot, lambda: isinstance(app.screen, ViewsSheet) and "Never called" in page_text(app))
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, ViewForm))
        await pilot.press(*"Promo", "enter", "enter")
        await until(pilot, lambda: app.screen is screen and screen.view is not None)
        await pilot.press("v")
        await until(pilot, lambda: isinstance(app.screen, ViewsSheet) and "Promo" in page_text(app))
        await pilot.press("h")
        await until(pilot, lambda: floor.sql("select shared from saved_view") == [(True,)])
        await until(pilot, lambda: "team" in page_text(app))
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, ViewForm))
        await pilot.press("end", "2", "enter", "enter")
        await until(pilot, lambda: floor.sql("select name from saved_view") == [("Promo2",)])
        await until(pilot, lambda: isinstance(app.screen, ViewsSheet) and "Promo2" in page_text(app))
        await pilot.press("d")
        await until(pilot, lambda: "d again deletes “Promo2”" in page_text(app))
        await pilot.press("d")
        await until(pilot, lambda: floor.sql("select count(*) from saved_view") == [(0,)])
        await until(pilot, lambda: "Promo2" not in page_text(app))
        await pilot.press("d")
        await until(pilot, lambda: "comes with the program" in said(app))


async def test_tags_are_put_on_found_and_taken_off(open_app: OpenApp, floor: Floor) -> None:
    made = people(floor)
    async with open_app(make_user(floor.db, "agent"), size=SIZE) as (app, pilot):
        screen = leads_of(app)
        await until(pilot, lambda: screen.rows.row is not None)
        await pilot.press("T")
        await until(pilot, lambda: isinstance(app.screen, TagsSheet))
        await pilot.press(*"VIP")
        await until(pilot, lambda: "+ VIP  new tag" in page_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "● VIP" in page_text(app))
        assert floor.sql("select lead_id from lead_tag") == [(made["budi"],)]
        await pilot.press("escape", "slash", *typed("tag:vip"))
        await until(pilot, lambda: screen.rows.count == 1 and "tag: VIP ×" in page_text(app))
        await pilot.press("enter")
        assert screen.filter == LeadFilter(tags=("VIP",))
        await pilot.press("T")
        await until(pilot, lambda: "● VIP" in page_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "○ VIP" in page_text(app))
        assert floor.sql("select count(*) from lead_tag") == [(0,)]
