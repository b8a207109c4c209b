"""The customer view and the call loop on the real services."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from leadtui import saving
from leadtui.app import LeadtuiApp
from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import LogCall, Logged, Outcome
from leadtui.core.ctx import Ctx
from leadtui.core.errors import Unavailable
from leadtui.screens.conflict import ConflictSheet
from leadtui.screens.customer import CustomerScreen
from leadtui.screens.give_back import GiveBackSheet
from leadtui.widgets.digits import BigDigits
from leadtui.widgets.notice import Notice
from leadtui.widgets.outcome_rows import OutcomeRows
from tests.conftest import MakeCtx, OwnDatabase, make_user
from tests.db.callfloor import Floor, claim, logged, work
from tests.tui.conftest import OpenApp, page_text, said, until


@pytest.fixture
def floor(real_db: OwnDatabase) -> Floor:
    """A floor whose calling hours never end: these tests run at any time of day."""
    made = Floor(real_db)
    made.set("window.enabled", "false")
    return made


def screen(app: LeadtuiApp) -> CustomerScreen:
    assert isinstance(app.screen, CustomerScreen)
    return app.screen


def shows(app: LeadtuiApp, lead_id: int) -> Callable[[], bool]:
    """Whether this customer is on the screen with everything loaded."""

    def there() -> bool:
        found = app.screen
        return isinstance(found, CustomerScreen) and found.lead is not None and found.lead.row.id == lead_id

    return there


def opened(app: LeadtuiApp, lead_id: int) -> Callable[[], bool]:
    """Whether this customer's call is open, and its form."""
    there = shows(app, lead_id)
    return lambda: there() and app.open_call is not None and screen(app).form.opened


def call_rows(floor: Floor) -> list[tuple[Any, ...]]:
    return floor.sql("select lead_id, status, outcome, note from call_log order by id")


async def test_the_loop_next_dial_digit_note_save_next(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    first, second = floor.lead(900_000), floor.lead(800_000)
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, opened(app, first))
        assert app.open_call.dialled_at is None
        await pilot.press("d")
        await until(pilot, lambda: app.open_call.dialled_at is not None)
        assert app.clipboard == app.open_call.phone
        await pilot.press("space")
        await until(pilot, lambda: app.open_call.answered_at is not None)
        await pilot.press("4", *"has 2 deposits elsewhere", "ctrl+s")
        await until(pilot, opened(app, second))
        assert call_rows(floor) == [(first, 1, 4, "has 2 deposits elsewhere")]
        # the next customer's number is in sight and the form is empty
        shown = screen(app).query_one("#phone", BigDigits).value.replace(" ", "")
        assert shown == "0" + app.open_call.phone.removeprefix("+62")
        assert screen(app).form.draft().blank
        assert screen(app).form.rows.has_focus


async def test_a_callback_with_its_time_makes_a_task(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    first = floor.lead()
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, opened(app, first))
        await pilot.press("2", *"tomorrow 10:00", "enter", *"wants the 12 month rate", "f9")
        await until(pilot, lambda: app.open_call is None)
        await until(pilot, lambda: "Saved: call back." in said(app))
        assert floor.sql("select kind, state, lead_id from task") == [(1, 0, first)]
        assert isinstance(app.screen, CustomerScreen)  # f9 stays
        await until(pilot, lambda: screen(app).lead is not None and screen(app).lead.calls_total == 1)


async def test_a_closing_with_product_and_amount(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    first = floor.lead()
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, opened(app, first))
        await until(pilot, lambda: screen(app).form.product.options)
        await pilot.press("3", "enter", *"50 million", "enter", *"12 months", "f9")
        await until(pilot, lambda: app.open_call is None)
        stored = floor.sql("select product_id, amount::int, currency from call_log")
        assert stored == [(screen(app).form.product.options[0][0], 50_000_000, "IDR")]


async def test_not_answered_takes_three_keys(open_app: OpenApp, real_db: OwnDatabase, floor: Floor) -> None:
    first, second = floor.lead(900_000), floor.lead(800_000)
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, opened(app, first))
        await pilot.press("0", "0", "enter", "ctrl+s")
        await until(pilot, opened(app, second))
        assert floor.sql("select lead_id, status, reason, note from call_log") == [
            (first, 0, 1, "Line busy.")
        ]


async def test_do_not_call_is_logged_only_after_the_second_press(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    first = floor.lead()
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, opened(app, first))
        await pilot.press("6", "ctrl+s")
        await until(pilot, lambda: screen(app).form.query_one("#outcome-wrong").has_class("-said"))
        assert call_rows(floor) == []
        await pilot.press("6", "6", *"never again", "f9")
        await until(pilot, lambda: app.open_call is None)
        assert floor.queue(first)["state"] == 5


async def test_looking_and_walking_claim_nobody(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    first, second = floor.lead(900_000), floor.lead(800_000)
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await until(pilot, lambda: app.screen.rows.row is not None)
        await pilot.press("enter")
        await until(pilot, shows(app, first))
        await pilot.press("right_square_bracket")
        await until(pilot, shows(app, second))
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: "The list ends here." in said(app))
        await pilot.press("left_square_bracket")
        await until(pilot, shows(app, first))
        await pilot.press("1", "d", "space")
        await until(pilot, lambda: "Take this customer first: c." in said(app))
        assert app.open_call is None
        assert floor.sql("select count(*) from open_call") == [(0,)]
        await pilot.press("escape")
        await until(pilot, lambda: type(app.screen).__name__ == "LeadsScreen")


async def test_what_is_typed_waits_while_somebody_else_is_shown(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    first, second = floor.lead(900_000), floor.lead(800_000)
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, opened(app, first))
        await pilot.press("4", *"thinks about it", "escape")
        app.open_customer(second)
        await until(pilot, shows(app, second))
        assert screen(app).form.opened is False
        assert screen(app).form.draft().blank
        await pilot.press("escape")
        await until(pilot, lambda: type(app.screen).__name__ == "LeadsScreen")
        await pilot.press("n")
        await until(pilot, opened(app, first))
        assert screen(app).form.draft().note == "thinks about it"
        assert screen(app).form.draft().digit == 4


async def test_a_missing_note_and_a_bad_time_are_said_and_nothing_is_sent(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    first = floor.lead()
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, opened(app, first))
        form = screen(app).form
        await pilot.press("ctrl+s")
        assert form.query_one("#outcome-wrong").text == "Choose the outcome: 0–6."
        await pilot.press("4", "ctrl+s")
        assert form.note_echo.text == "Needed."
        await pilot.press("escape", "2", *"yesterday", "ctrl+s")
        assert form.when_echo.tone == "alert"
        assert form.when.value == "yesterday"
        await pilot.press("escape", "4", "x", "ctrl+s")  # the service: a word, please
        await until(pilot, lambda: form.note_echo.text == "A few words of your own.")
        assert form.note.text == "x"
        assert call_rows(floor) == []


async def test_ctrl_s_pressed_twice_logs_once(open_app: OpenApp, real_db: OwnDatabase, floor: Floor) -> None:
    first, second = floor.lead(900_000), floor.lead(800_000)
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, opened(app, first))
        await pilot.press("4", *"no need", "ctrl+s", "ctrl+s", "ctrl+s")
        await until(pilot, opened(app, second))
        assert call_rows(floor) == [(first, 1, 4, "no need")]
        assert floor.sql("select count(*) from open_call") == [(1,)]


async def test_two_apps_never_hold_the_same_customer(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    leads = {floor.lead(900_000), floor.lead(800_000)}
    async with (
        open_app(make_user(real_db, "agent", name="Sari Wulandari")) as (sari, left),
        open_app(make_user(real_db, "agent", name="Rina Agustina")) as (rina, right),
    ):
        await asyncio.gather(left.press("n"), right.press("n"))
        await until(left, lambda: sari.open_call is not None)
        await until(right, lambda: rina.open_call is not None)
        assert {sari.open_call.lead_id, rina.open_call.lead_id} == leads
        # the other's customer can be looked at, and not taken
        rina.open_customer(sari.open_call.lead_id)
        await until(right, shows(rina, sari.open_call.lead_id))
        assert "held by Sari Wulandari" in page_text(rina)
        await right.press("c")
        assert rina.open_call.lead_id != sari.open_call.lead_id


async def test_what_a_colleague_logs_shows_in_place(
    open_app: OpenApp, real_db: OwnDatabase, as_real_role: MakeCtx, floor: Floor
) -> None:
    first = floor.lead()
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        app.open_customer(first)
        await until(pilot, shows(app, first))
        await until(pilot, lambda: app.live)
        rina = as_real_role("agent", name="Rina Agustina")
        await asyncio.to_thread(work, rina, first, None)
        await until(pilot, lambda: screen(app).lead is not None and screen(app).lead.calls_total == 1)
        await pilot.pause()
        await until(pilot, lambda: "Rina: “kata-kata nasabah”" in page_text(app))


def overtake(floor: Floor, lead_id: int, rina: Ctx) -> None:
    """The lease of the open call ends, and a colleague works on the customer meanwhile."""
    floor.sql("update open_call set lease_until = now() - interval '1 minute' where lead_id = %s", lead_id)
    floor.sql("update lead_queue set claimed_until = now() - interval '1 minute' where lead_id = %s", lead_id)
    logged(rina, claim(rina, lead_id), Outcome.INTERESTED, note="asks for Monday")


async def test_a_conflict_keeps_the_note_and_shows_both_versions(
    open_app: OpenApp, real_db: OwnDatabase, as_real_role: MakeCtx, floor: Floor
) -> None:
    first, second = floor.lead(900_000), floor.lead(800_000)
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, opened(app, first))
        await pilot.press("4", *"no interest at all")
        await asyncio.to_thread(overtake, floor, first, as_real_role("agent", name="Rina Agustina"))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, ConflictSheet))
        await pilot.pause()
        told = page_text(app)
        for words in ("Rina Agustina", "Your note is safe", "asks for Monday", "no interest at all"):
            assert words in told
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, CustomerScreen))
        assert screen(app).form.draft().note == "no interest at all"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, ConflictSheet))
        await pilot.press("k")
        await until(pilot, opened(app, second))
        assert [row[3] for row in call_rows(floor)] == ["asks for Monday", "no interest at all"]
        assert floor.queue(first)["state"] == 1  # as the colleague left it


async def test_queued_and_overtaken_meanwhile_shows_both_and_mine_can_be_dropped(
    open_app: OpenApp,
    real_db: OwnDatabase,
    as_real_role: MakeCtx,
    floor: Floor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, real = floor.lead(), calls.log

    def gone(ctx: Ctx, command: LogCall) -> Logged:
        if command.note == "no interest at all":
            raise Unavailable("database_gone")
        return real(ctx, command)

    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, opened(app, first))
        await pilot.press("d")
        await until(pilot, lambda: app.open_call.dialled_at is not None)
        with monkeypatch.context() as away:
            away.setattr(calls, "log", gone)
            await pilot.press("4", *"no interest at all", "ctrl+s")
            await until(pilot, lambda: app.unsent and not app._on_the_way)
            await asyncio.to_thread(overtake, floor, first, as_real_role("agent", name="Rina Agustina"))
        app.send_again()
        await until(pilot, lambda: isinstance(app.screen, ConflictSheet))
        await until(pilot, lambda: "no interest at all" in page_text(app))
        told = page_text(app)
        for words in ("By", "Rina Agustina", "asks for Monday", "interested", "not interested", "drop mine"):
            assert words in told
        await pilot.press("x")  # once asks, twice drops
        await until(pilot, lambda: "again: throw mine away" in page_text(app))
        assert isinstance(app.screen, ConflictSheet)
        await pilot.press("x")
        await until(pilot, lambda: app.open_call is None)
        await until(pilot, lambda: "Dropped; your words are copied." in said(app))
        assert app.clipboard == "no interest at all"
        assert [row[3] for row in call_rows(floor)] == ["asks for Monday"]
        assert floor.sql("select count(*) from open_call") == [(0,)]
        assert app.journal.entries("call") == app.journal.entries("save") == ()
        assert not screen(app).form.opened


async def test_without_a_database_typing_goes_on_and_the_same_request_is_sent_again(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = floor.lead(900_000), floor.lead(800_000)
    real, sent = calls.log, []

    def away(ctx: Ctx, command: LogCall) -> Logged:
        sent.append(command.request_id)
        if len(sent) == 1:
            real(ctx, command)  # it was stored, and only the answer was lost
        if len(sent) < 3:
            raise Unavailable("database_gone")
        return real(ctx, command)

    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, opened(app, first))
        monkeypatch.setattr(calls, "log", away)
        await pilot.press("4", *"no need", "ctrl+s")
        await until(pilot, lambda: app.unsent)
        await pilot.pause()
        assert screen(app).form.bar.label == "queued, not saved"
        await until(pilot, lambda: "1 call queued, not saved" in page_text(app))
        assert screen(app).form.draft().note == "no need"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: len(sent) == 2)
        await pilot.press("ctrl+s")
        await until(pilot, opened(app, second))
        assert len(set(sent)) == 1
        assert call_rows(floor) == [(first, 1, 4, "no need")]


async def test_giving_back_before_dialling_and_not_after(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    first = floor.lead()
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, opened(app, first))
        await pilot.press("b")
        await until(pilot, lambda: isinstance(app.screen, GiveBackSheet))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, CustomerScreen))
        assert app.open_call is not None
        await pilot.press("b", "2")
        await until(pilot, lambda: app.open_call is None)
        assert floor.sql("select lead_id, reason from give_back") == [(first, "know_them")]
        await pilot.press("c")
        await until(pilot, opened(app, first))
        await pilot.press("d")
        await until(pilot, lambda: app.open_call.dialled_at is not None)
        await pilot.press("b")
        await until(pilot, lambda: "Already dialled: log the outcome." in said(app))
        assert isinstance(app.screen, CustomerScreen)


async def test_a_synthetic_person_is_never_dialled(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    first = floor.lead(consent=2, synthetic=True)
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        await pilot.press("n")
        await until(pilot, opened(app, first))
        await pilot.press("d")
        await until(pilot, lambda: app.open_call.dialled_at is not None)
        await pilot.pause()
        assert app.clipboard == ""
        assert "not dialled" in screen(app).form.note_echo.text
        await until(pilot, lambda: "synthetic person" in page_text(app))


async def test_a_manager_reads_and_logs_nothing(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    first = floor.lead()
    async with open_app(make_user(real_db, "manager")) as (app, pilot):
        app.open_customer(first)
        await until(pilot, shows(app, first))
        await pilot.press("c", "4", "ctrl+s", "d")
        await pilot.pause()
        assert (
            screen(app).form.query_one("#form-notice", Notice).text == "Only agents log what came of a call."
        )
        assert screen(app).query_one(OutcomeRows).enabled is False
        assert app.open_call is None
        assert floor.sql("select count(*) from open_call") == [(0,)]


async def test_who_may_not_be_called_says_why(open_app: OpenApp, real_db: OwnDatabase, floor: Floor) -> None:
    first = floor.lead(hidden_until=datetime.now(UTC) + timedelta(hours=1))
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        app.open_customer(first)
        await until(pilot, shows(app, first))
        assert screen(app).off_keys()["call_this"] == "This customer is resting until later."
        await until(pilot, lambda: "resting until" in page_text(app))
        await pilot.press("c")
        assert app.open_call is None


HOSTILE = "[/][@click=app.quit]x[/] \x1b]52;c;aGk=\x07\u202eevil 王小明" + "very long name " * 5


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (180, 50)])
async def test_hostile_text_and_nothing_known_break_nothing(
    open_app: OpenApp, real_db: OwnDatabase, as_real_role: MakeCtx, floor: Floor, size: tuple[int, int]
) -> None:
    ugly, bare = floor.lead(900_000), floor.lead(800_000)
    logged(as_real_role("agent", name=HOSTILE), claim(as_real_role("agent"), bare), None) if False else None
    rina = as_real_role("agent", name="[b]Rina")
    await asyncio.to_thread(
        work, rina, ugly, Outcome.NOT_INTERESTED, note=f"[/] {HOSTILE.replace(chr(0x1B), '')}"
    )
    floor.sql(
        "update lead set name = %s, city = %s, email = %s, balance = 1e15, y = true where id = %s",
        HOSTILE, HOSTILE, HOSTILE[:60], ugly,
    )  # fmt: skip
    floor.sql("update lead set name = null, age = null, job = null, zone = null where id = %s", bare)
    floor.sql("delete from lead_phone where lead_id = %s", bare)
    async with open_app(make_user(real_db, "manager"), size=size) as (app, pilot):
        for lead_id in (ugly, bare):
            app.open_customer(lead_id)
            await until(pilot, shows(app, lead_id))
            for key in ("h", "escape", "w", "escape"):
                await pilot.press(key)
            assert isinstance(app.screen, CustomerScreen)
            told = page_text(app)
            assert "\x1b" not in told
            assert "\u202e" not in told
        assert "no name, number" in told


async def test_a_save_that_nobody_answers_is_said_to_be_queued_and_saved_when_the_answer_comes(
    floor: Floor, open_app: OpenApp, real_db: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = floor.lead()
    answers = threading.Event()
    log = calls.log

    def hangs(ctx: Ctx, command: LogCall) -> Logged:
        assert answers.wait(120)
        return log(ctx, command)

    monkeypatch.setattr(calls, "log", hangs)
    monkeypatch.setattr(saving, "SLOW_SECONDS", 0.05)
    async with open_app(make_user(real_db, "agent")) as (app, pilot):
        try:
            await pilot.press("n")
            await until(pilot, opened(app, lead))
            await pilot.press("4")
            screen(app).form.note.insert("tidak berminat dulu")
            await pilot.press("f9")
            await until(pilot, lambda: screen(app).form.bar.label == "queued, not saved")
            await until(pilot, lambda: "1 call queued, not saved" in page_text(app))
            assert call_rows(floor) == []
            await pilot.press("f9")  # it is on its way: it is not sent a second time
        finally:
            answers.set()
        await until(pilot, lambda: app.open_call is None)
        assert call_rows(floor) == [(lead, 1, 4, "tidak berminat dulu")]
        await until(pilot, lambda: "1 call queued, not saved" not in page_text(app))
