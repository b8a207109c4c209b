"""The call loop on the real services: keys counted, macros, hanging up, handing over."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from leadtui import i18n
from leadtui.call_words import nobody_words
from leadtui.screens.customer import CustomerScreen
from leadtui.screens.hand_over import HandOverSheet
from leadtui.widgets.digits import BigDigits
from leadtui.widgets.timeline import Timeline
from tests.conftest import MakeCtx, OwnDatabase, make_user
from tests.db.callfloor import Floor, work
from tests.tui.conftest import OpenApp, page_text, said, until
from tests.tui.test_customer import call_rows, opened, screen


async def test_four_keys_and_the_note_from_ring_to_the_next_customer(
    open_app: OpenApp, real_db: OwnDatabase, as_real_role: MakeCtx, floor: Floor
) -> None:
    first, second, third = floor.lead(900_000), floor.lead(800_000), floor.lead(700_000)
    await asyncio.to_thread(work, as_real_role("agent", name="Rina"), second, None, note="coba sore hari")
    floor.sql("update lead_queue set hidden_until = null where lead_id = %s", second)
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, opened(app, first))
        keys = 0
        for key in ("d", "4"):
            await pilot.press(key)
            keys += 1
        await pilot.press(*"no need at all")
        await pilot.press("ctrl+s")
        keys += 1
        await until(pilot, opened(app, second))
        assert keys <= 4
        assert call_rows(floor)[-1] == (first, 1, 4, "no need at all")
        # everything of the next one is in sight: number, score, what was said last, and who follows
        await until(pilot, lambda: screen(app).next_up.following is not None)
        (name,) = floor.sql("select name from lead where id = %s", third)[0]
        await until(pilot, lambda: screen(app).next_up.following.name == name)
        assert (
            screen(app)
            .query_one("#phone", BigDigits)
            .value.replace(" ", "")
            .endswith(app.open_call.phone[-8:])
        )
        await until(pilot, lambda: "coba sore hari" in page_text(app))
        assert screen(app).query_one("#timeline", Timeline).calls[0].note == "coba sore hari"
        assert screen(app).form.rows.has_focus
        assert screen(app).form.rows.enabled


async def test_a_macro_sets_outcome_reason_and_note_and_its_time_counts(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    first, second = floor.lead(900_000), floor.lead(800_000)
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, opened(app, first))
        form = screen(app).form
        await until(pilot, lambda: [macro.key for macro in form.rows.macros] == [7, 8, 9])
        assert "Busy, again in 2 h" in page_text(app)
        await pilot.press("7")
        assert form.draft().macro_id == form.rows.macros[0].id
        assert form.note.has_focus
        assert form.note.text == "Line busy, to be tried again."
        await pilot.press("escape", "4")  # another digit: the macro and its words go
        assert form.draft().macro_id is None
        assert form.note.text == ""
        await pilot.press("escape", "7", "ctrl+s")
        await until(pilot, opened(app, second))
        ((lead, status, reason, macro, note),) = floor.sql(
            "select lead_id, status, reason, macro_id, note from call_log"
        )
        assert (lead, status, reason, note) == (first, 0, 1, "Line busy, to be tried again.")
        assert macro == form.rows.macros[0].id
        back = floor.queue(first)["hidden_until"]
        assert timedelta(minutes=110) < back - datetime.now(UTC) <= timedelta(minutes=120)


async def test_a_connected_macro_wants_typed_words_behind_its_own(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    first = floor.lead()
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, opened(app, first))
        form = screen(app).form
        await until(pilot, lambda: form.rows.macros)
        await pilot.press("9", "f9")
        await until(pilot, lambda: form.note_echo.text == "A few words of your own.")
        assert call_rows(floor) == []
        await pilot.press(*"asked for the rate", "f9")
        await until(pilot, lambda: app.open_call is None)
        assert call_rows(floor) == [(first, 1, 2, "Asked to be called back in an hour: asked for the rate")]
        assert floor.sql("select count(*) from task where state = 0") == [(1,)]


async def test_a_macro_of_a_draft_comes_back_with_it(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    first, second = floor.lead(900_000), floor.lead(800_000)
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, opened(app, first))
        await until(pilot, lambda: screen(app).form.rows.macros)
        await pilot.press("8", "escape")
        chosen = screen(app).form.draft().macro_id
        app.open_customer(second)
        await until(pilot, lambda: screen(app).lead is not None and screen(app).lead.row.id == second)
        app.show_call()
        await until(pilot, opened(app, first))
        assert chosen is not None
        assert screen(app).form.draft().macro_id == chosen


async def test_hanging_up_stands_the_clock_and_writing_up_begins(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    first = floor.lead()
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, opened(app, first))
        await pilot.press("e")
        await until(pilot, lambda: "Not dialled yet: d dials." in said(app))
        await pilot.press("d")
        await until(pilot, lambda: app.open_call.dialled_at is not None)
        await pilot.press("space")
        await until(pilot, lambda: app.open_call.answered_at is not None)
        await pilot.press("e")
        await until(pilot, lambda: app.open_call.ended_at is not None)
        status, _short = app.call_status()
        assert status is not None
        assert status.rest.startswith("writing up")
        ended = app.open_call.ended_at
        await pilot.press("e")  # said already
        await until(pilot, lambda: "Hung up already: log the outcome." in said(app))
        assert app.open_call.ended_at == ended
        await pilot.press("4", *"no need", "f9")
        await until(pilot, lambda: app.open_call is None)
        assert floor.sql("select ended_at from call_log") == [(ended,)]


async def test_who_answers_after_all_is_not_one_who_did_not(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    lead = floor.lead()
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, opened(app, lead))
        form = screen(app).form
        await pilot.press("d")
        await until(pilot, lambda: app.open_call is not None and app.open_call.dialled_at is not None)
        await pilot.press("0", "enter")
        await until(pilot, lambda: form.note.text)
        await pilot.press("space")
        await until(pilot, lambda: app.open_call is not None and app.open_call.answered_at is not None)
        await until(pilot, lambda: form.rows.chosen is None)
        assert form.note.text == ""
        assert form.rows.has_focus


async def test_handing_over_before_dialling_gives_it_to_the_colleague(
    open_app: OpenApp, real_db: OwnDatabase, as_real_role: MakeCtx, floor: Floor
) -> None:
    first = floor.lead()
    rina = as_real_role("agent", name="Rina Agustina").actor
    as_real_role("manager", name="Rina Kepala")
    async with open_app(make_user(real_db, "agent", name="Sari")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, opened(app, first))
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, HandOverSheet) and app.screen.rows.found)
        await pilot.press(*"rina")
        assert [name for _id, name in app.screen.rows.found] == ["Rina Agustina"]  # managers call nobody
        await pilot.press("enter", "enter")
        await until(pilot, lambda: "A word for Rina Agustina, please." in page_text(app))
        await pilot.press(*"speaks Sundanese", "enter")
        await until(pilot, lambda: isinstance(app.screen, CustomerScreen))
        await until(pilot, lambda: app.open_call is None)
        assert "Handed over to Rina Agustina." in said(app)
        assert floor.sql("select owner_id, note from task where state = 0") == [
            (rina.user_id, "speaks Sundanese")
        ]
        assert floor.queue(first)["owner_id"] == rina.user_id
        assert floor.sql("select count(*) from open_call") == [(0,)]


def test_outside_the_hours_it_says_where_they_begin_first() -> None:
    opens = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)  # Monday 08:00 in Jayapura
    jakarta, jayapura = ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Jayapura")
    i18n.use("en")
    assert nobody_words(opens, jakarta) == ("Outside the calling hours. WIT opens Monday 08:00 = 06:00 WIB.")
    assert nobody_words(opens, jayapura) == "Outside the calling hours. WIT opens Monday 08:00."
    assert nobody_words(None, jakarta) == "Nobody is left to call now."
    i18n.use("id")
    assert nobody_words(opens, jakarta) == ("Di luar jam telepon. WIT buka Senin 08.00 = 06.00 WIB.")


async def test_next_outside_the_hours_says_when(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    floor.lead()
    now = datetime.now(ZoneInfo("Asia/Jakarta"))
    tomorrow = (now + timedelta(days=2)).isoweekday()
    floor.set("window.enabled", "true")
    floor.set("window.days", f"[{tomorrow}]")
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, lambda: "Outside the calling hours. WIT opens" in said(app))
        assert app.open_call is None


async def test_a_number_that_is_dialled_is_a_link_and_a_synthetic_one_never(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    first, second = floor.lead(900_000), floor.lead(800_000, consent=2, synthetic=True)
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        app.settings = replace(app.settings, dial="link")
        await pilot.press("n")
        await until(pilot, opened(app, first))
        digits = screen(app).query_one("#phone", BigDigits)
        assert digits.link == ""  # nothing is dialled before the database has the time
        await pilot.press("d")
        await until(pilot, lambda: digits.link == f"tel:{app.open_call.phone}")
        assert app.clipboard == app.open_call.phone
        links = {segment.style.link for segment in digits.render_line(1) if segment.style is not None}
        assert links == {digits.link, None} or links == {digits.link}
        await pilot.press("0", "enter", "ctrl+s")
        await until(pilot, opened(app, second))
        await pilot.press("d")
        await until(pilot, lambda: app.open_call.dialled_at is not None)
        await pilot.pause()
        assert screen(app).query_one("#phone", BigDigits).link == ""


async def test_a_command_dials_and_one_that_is_missing_leaves_the_number_on_the_clipboard(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor, tmp_path: Path
) -> None:
    first, told = floor.lead(), tmp_path / "told"
    command = (sys.executable, "-c", f"import sys; open({str(told)!r}, 'w').write(sys.argv[1])", "{number}")
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        app.settings = replace(app.settings, dial="command", dial_command=command)
        await pilot.press("n")
        await until(pilot, opened(app, first))
        await pilot.press("d")
        await until(pilot, lambda: "dialled by" in screen(app).form.note_echo.text)
        assert told.read_text() == app.open_call.phone
        assert app.clipboard == ""
        app.settings = replace(app.settings, dial="command", dial_command=("/no/such/phone", "{number}"))
        await pilot.press("d")
        await until(pilot, lambda: "The dial command /no/such/phone was not found." in said(app))
        assert app.clipboard == app.open_call.phone
