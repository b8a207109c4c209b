"""The leads screen on the real services: order, search, filters, honest counts, what others do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from textual.widgets import Input

from leadtui.app import LeadtuiApp
from leadtui.core.calls.dto import Outcome
from leadtui.core.leads.dto import LeadFilter, LeadState, Scope
from leadtui.jump import JumpLabel
from leadtui.screens.customer import CustomerScreen
from leadtui.screens.leads import LeadsScreen
from leadtui.screens.leads_filter import FilterPanel
from leadtui.widgets.filter_bar import Narrowing
from leadtui.widgets.filter_fields import ChoiceRow, RangeRow
from leadtui.widgets.heading import Heading
from tests.conftest import MakeCtx, make_user
from tests.db.callfloor import Floor, claim, logged, work
from tests.tui.conftest import OpenApp, page_text, said, until


def leads_of(app: LeadtuiApp) -> LeadsScreen:
    screen = app.screen
    assert isinstance(screen, LeadsScreen)
    return screen


def names(floor: Floor, **ranks: int) -> dict[str, int]:
    """Leads with names, by rank."""
    made = {}
    for name, rank in ranks.items():
        ident = floor.lead(rank, age=40)
        shown = name.replace("_", " ").title()
        floor.sql("update lead set name = %s, name_fold = lower(%s) where id = %s", shown, shown, ident)
        floor.sql("update lead_queue set name_fold = lower(%s) where lead_id = %s", shown, ident)
        for word in shown.lower().split():
            floor.sql(
                "insert into word (team_id, word, n) select team_id, %s, 1 from lead where id = %s "
                "on conflict (team_id, word) do update set n = word.n + 1",
                word, ident,
            )  # fmt: skip
        made[name] = ident
    return made


async def test_the_best_stand_first_and_the_count_is_honest(open_app: OpenApp, floor: Floor) -> None:
    names(floor, wati=200_000, budi=610_000, ayu=440_000)
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        screen = leads_of(app)
        await until(pilot, lambda: screen.rows.row is not None)
        shown = [screen.rows.row_at(at).name for at in range(3)]  # type: ignore[union-attr]
        assert shown == ["Budi", "Ayu", "Wati"]
        await until(pilot, lambda: "3 ready" in page_text(app))
        text = page_text(app)
        assert "61%" in text
        assert "1 / 3" in text


async def test_the_preview_says_who_is_under_the_cursor(open_app: OpenApp, floor: Floor) -> None:
    made = names(floor, budi=610_000, ayu=440_000)
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        screen = leads_of(app)
        await until(pilot, lambda: screen.preview.lead is not None)
        await pilot.press("j")
        assert screen.preview.lead_id == made["ayu"]
        await until(pilot, lambda: screen.preview.lead is not None and "y copy" in page_text(app))
        phone = screen.preview.lead.phones[0].e164  # type: ignore[union-attr]
        await pilot.press("y")
        assert app.clipboard == phone
        await until(pilot, lambda: "Copied" in said(app))


async def test_search_as_you_type_and_esc(open_app: OpenApp, floor: Floor) -> None:
    names(floor, budi_santoso=610_000, ayu_lestari=440_000, budiman=300_000)
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        screen = leads_of(app)
        await until(pilot, lambda: screen.rows.count == 3)
        await pilot.press("slash", *"bud")
        await until(pilot, lambda: screen.rows.count == 2 and screen.rows.row is not None)
        assert screen.filter == LeadFilter(search="bud")
        await pilot.press("enter")
        assert app.focused is screen.rows
        await pilot.press("escape")
        await until(pilot, lambda: screen.rows.count == 3)
        await pilot.press("slash", *"zzz")
        await until(pilot, lambda: "Nobody in your queue matches" in page_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: screen.rows.count == 3)


async def test_filters_and_their_chips(open_app: OpenApp, floor: Floor) -> None:
    made = names(floor, budi=610_000, ayu=440_000, wati=120_000)
    floor.sql("update lead_queue set age = 61 where lead_id = %s", made["ayu"])
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        screen = leads_of(app)
        await until(pilot, lambda: screen.rows.count == 3)
        await pilot.press("f")
        panel = app.screen
        assert isinstance(panel, FilterPanel)
        await pilot.pause()
        panel.query_one("#min_score", Input).value = "abc"
        panel.query_one("#min_age", Input).value = "70"
        panel.query_one("#max_age", Input).value = "20"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "Not a number." in page_text(app))
        assert panel.query_one("#f-age", RangeRow).error == "The second number is below the first one."
        assert app.screen is panel
        assert app.focused is panel.query_one("#min_score")
        for field, value in {"min_score": "20", "min_age": "", "max_age": "60"}.items():
            panel.query_one(f"#{field}", Input).value = value
        await until(pilot, lambda: panel.query_one("#head", Heading).fact == "1 ready")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.screen is screen and screen.rows.count == 1)
        assert screen.filter == LeadFilter(min_score=0.2, max_age=60)
        assert screen.rows.row is None or screen.rows.row.name == "Budi"
        await until(pilot, lambda: "score ≥ 20% ×" in page_text(app) and "age ≤ 60 ×" in page_text(app))
        chips = screen.query_one("#first", Narrowing)
        _chip, _words, start, _after = chips.placed()[0]
        await pilot.click(chips, offset=(start + 1, 0))
        await until(pilot, lambda: screen.rows.count == 2)
        await pilot.press("escape")
        await until(pilot, lambda: screen.rows.count == 3)


async def test_a_promise_made_elsewhere_is_told_and_a_chip_is_reached_by_a_letter(
    open_app: OpenApp, floor: Floor, as_real_role: MakeCtx
) -> None:
    made = names(floor, budi=610_000, ayu=440_000)
    ctx = as_real_role("agent", name="Sari Wulandari")
    assert ctx.actor is not None
    email = floor.sql("select email from app_user where id = %s", ctx.actor.user_id)[0][0]
    async with open_app(email) as (app, pilot):
        screen = leads_of(app)
        await until(pilot, lambda: app.live is True and screen.rows.row is not None)
        work(ctx, made["ayu"], Outcome.CALLBACK, callback_at=datetime.now(UTC) + timedelta(days=1))
        await until(pilot, lambda: "promised" in page_text(app))
        assert "resting" not in page_text(app)
        screen._narrow(LeadFilter(max_age=60))
        chips = screen.query_one("#first", Narrowing)
        await until(pilot, lambda: len(chips.jump_places()) == 1)
        await pilot.press("semicolon")
        at = chips.content_region.offset
        label = next(one for one in app.screen.query(JumpLabel) if (one.place.x, one.place.y) == at)
        await pilot.press(*label.code)
        await until(pilot, lambda: screen.filter.empty)


async def test_a_callback_that_is_due_stands_above_every_score(
    open_app: OpenApp, floor: Floor, as_real_role: MakeCtx
) -> None:
    made = names(floor, budi=610_000, ayu=440_000)
    ctx = as_real_role("agent", name="Sari Wulandari")
    assert ctx.actor is not None
    work(ctx, made["ayu"], Outcome.CALLBACK, callback_at=datetime.now(UTC) + timedelta(minutes=4))
    email = floor.sql("select email from app_user where id = %s", ctx.actor.user_id)[0][0]
    async with open_app(email) as (app, pilot):
        screen = leads_of(app)
        await until(pilot, lambda: screen.rows.row is not None and screen.rows.row.id == made["ayu"])
        text = page_text(app)
        assert "CALLBACKS DUE" in text
        assert "in 3 minutes" in text or "in 4 minutes" in text


async def test_looking_takes_nobody_and_calling_does(open_app: OpenApp, floor: Floor) -> None:
    made = names(floor, budi=610_000, ayu=440_000)
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        screen = leads_of(app)
        await until(pilot, lambda: screen.rows.row is not None)
        await pilot.press("j", "enter")
        await until(pilot, lambda: isinstance(app.screen, CustomerScreen))
        assert floor.sql("select count(*) from open_call") == [(0,)]
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        await pilot.press("c")
        await until(pilot, lambda: app.open_call is not None)
        assert app.open_call.lead_id == made["ayu"]
        assert floor.sql("select lead_id from open_call") == [(made["ayu"],)]


async def test_what_a_colleague_takes_is_marked_in_place(
    open_app: OpenApp, floor: Floor, as_real_role: MakeCtx
) -> None:
    made = names(floor, budi=610_000, ayu=440_000, wati=300_000)
    other = as_real_role("agent", name="Rina Kusuma")
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        screen = leads_of(app)
        await until(pilot, lambda: app.live is True and screen.rows.row is not None)
        await pilot.press("j")
        call = claim(other, made["budi"])
        await until(pilot, lambda: "taken by Rina" in page_text(app))
        assert screen.rows.cursor == 1
        assert screen.rows.row_at(0).name == "Budi"  # type: ignore[union-attr]
        logged(other, call, Outcome.CLOSED, product_id=1, amount=Decimal(5_000_000))
        await until(pilot, lambda: "taken by Rina" not in page_text(app))
        await pilot.press("R")
        await until(pilot, lambda: screen.rows.count == 2)


async def test_a_manager_sees_every_state_and_calls_nobody(
    open_app: OpenApp, floor: Floor, as_real_role: MakeCtx
) -> None:
    made = names(floor, budi=610_000, ayu=440_000)
    work(as_real_role("agent"), made["budi"], Outcome.CLOSED, product_id=1, amount=Decimal(5_000_000))
    async with open_app(make_user(floor.db, "manager")) as (app, pilot):
        screen = leads_of(app)
        assert screen.scope is Scope.ALL
        await until(pilot, lambda: "2 leads" in page_text(app))
        await pilot.press("c", "n")
        await until(pilot, lambda: "Only agents log calls." in said(app))
        assert app.screen is screen
        await until(pilot, lambda: "– next" in page_text(app))
        await pilot.press("f")
        await until(pilot, lambda: "STATE" in page_text(app))
        panel = app.screen
        assert isinstance(panel, FilterPanel)
        panel.query_one("#f-states", ChoiceRow).choices.select(LeadState.CONVERTED)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.screen is screen and screen.rows.count == 1)


async def test_outside_the_calling_hours_it_says_when_they_begin(open_app: OpenApp, floor: Floor) -> None:
    names(floor, budi=610_000)
    floor.set("window.enabled", "true")
    # a day that it is nowhere in the country, whenever this runs
    later = datetime.now(ZoneInfo("Asia/Jakarta")) + timedelta(days=3)
    floor.set("window.days", f"[{later.isoweekday()}]")
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        await until(pilot, lambda: leads_of(app).summary is not None)
        await until(pilot, lambda: "calling hours" in page_text(app))


async def test_an_empty_bank_says_what_to_do(open_app: OpenApp, floor: Floor) -> None:
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        await until(pilot, lambda: "No leads yet. An admin imports them." in page_text(app))
        await pilot.press("c")
        await until(pilot, lambda: "There is nobody in this list." in said(app))


async def test_five_sizes_and_both_languages(open_app: OpenApp, floor: Floor) -> None:
    names(floor, budi=610_000, ayu=440_000)
    async with open_app(make_user(floor.db, "agent"), size=(80, 24)) as (app, pilot):
        screen = leads_of(app)
        await until(pilot, lambda: screen.rows.row is not None)
        assert not screen.preview.display
        await pilot.resize_terminal(180, 50)
        await until(pilot, lambda: "TODAY" in page_text(app) and screen.preview.lead is not None)
        await pilot.press("ctrl+l")
        await until(pilot, lambda: "HARI INI" in page_text(app) and "2 siap" in page_text(app))
        await pilot.resize_terminal(60, 15)
        await pilot.pause()
        await until(pilot, lambda: "Budi" in page_text(app))
