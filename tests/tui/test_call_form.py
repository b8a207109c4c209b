"""The call form by itself: digits, fields, what is understood, what is wrong; nothing typed is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.app import ComposeResult
from textual.pilot import Pilot

from leadtui import i18n
from leadtui.commands import Where, bindings
from leadtui.core.calls.dto import NoAnswer
from leadtui.core.calls.when import parse_when
from leadtui.core.errors import Invalid
from leadtui.screens.customer_parts.words import form_sentences
from leadtui.themes import LedgerApp
from leadtui.widgets.call_draft import Draft
from leadtui.widgets.call_fields import SaveBar
from leadtui.widgets.call_form import CallForm
from tests.tui.people import JAKARTA, NOW


class Host(LedgerApp[None]):
    """The form with the keys of its screen, and nothing behind it."""

    CSS = "Screen { background: $bg; } CallForm { width: 38; }"
    BINDINGS = bindings(Where.CUSTOMER)
    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self.submitted = 0

    def compose(self) -> ComposeResult:
        yield CallForm(zone=JAKARTA, now=lambda: NOW, parse_when=parse_when, currency="IDR")

    @property
    def form(self) -> CallForm:
        return self.query_one(CallForm)

    def action_outcome(self, digit: int) -> None:
        self.form.choose(digit)

    def action_canned_note(self) -> None:
        self.form.canned()

    def action_back(self) -> None:
        self.form.leave_field()

    def on_call_form_submit(self) -> None:
        self.submitted += 1


@asynccontextmanager
async def hosted(
    *, opened: bool = True, size: tuple[int, int] = (80, 30)
) -> AsyncIterator[tuple[CallForm, Pilot[None]]]:
    app = Host()
    async with app.run_test(size=size) as pilot:
        form = app.form
        form.opened = opened
        form.show_products([(1, "Term deposit"), (2, "Savings account"), (3, "Credit card")])
        await pilot.pause()
        yield form, pilot


async def test_a_digit_is_status_and_outcome_and_the_focus_goes_to_the_note() -> None:
    async with hosted() as (form, pilot):
        await pilot.press("4")
        assert form.draft().digit == 4
        assert form.note.has_focus
        await pilot.press(*"no 2 of 3")
        assert form.draft() == Draft(4, note="no 2 of 3")  # digits inside the note are text


async def test_digits_in_the_time_field_are_text() -> None:
    async with hosted() as (form, pilot):
        await pilot.press("2")
        assert form.when.has_focus
        await pilot.press(*"tomorrow 10:00", "enter")
        assert form.draft().when == "tomorrow 10:00"
        assert form.draft().digit == 2
        assert form.when_echo.text == "Saturday 21 Nov 2026, 10:00 WIB"
        assert form.note.has_focus


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("soon", "Not a time; e.g. tomorrow 10:00"),
        ("08:00", "That is past already."),
        ("25:10", "There is no such time."),
        ("2026-11-24", "At what time?"),
    ],
)
async def test_a_time_that_is_none_is_said_under_the_field(typed: str, said: str) -> None:
    async with hosted() as (form, pilot):
        await pilot.press("2", *typed)
        assert (form.when_echo.text, form.when_echo.tone) == (said, "alert")


async def test_not_answered_steps_through_its_reasons_and_stays_on_the_digits() -> None:
    async with hosted() as (form, pilot):
        reasons = []
        for _press in range(5):
            await pilot.press("0")
            reasons.append(form.draft().reason)
        assert reasons == [*NoAnswer, NoAnswer.NO_ANSWER]
        assert form.rows.has_focus


async def test_a_letter_after_not_answered_begins_the_note() -> None:
    async with hosted() as (form, pilot):
        await pilot.press("0", *"pub noise")
        assert form.draft().note == "pub noise"
        assert form.note.has_focus


async def test_escape_after_not_answered_makes_letters_keys_again() -> None:
    async with hosted() as (form, pilot):
        await pilot.press("0")
        assert form.leave_field()  # and not back to the list
        await pilot.press(*"pb")
        assert form.draft().note == ""
        assert not form.leave_field()


async def test_a_letter_after_the_ready_made_note_goes_on_with_it() -> None:
    async with hosted() as (form, pilot):
        await pilot.press("0", "enter", "0", *"again", "space", "1")
        assert form.draft().note == "Line busy. again 1"


async def test_the_ready_made_note_is_one_key_and_follows_its_reason() -> None:
    async with hosted() as (form, pilot):
        await pilot.press("0", "enter")
        assert form.draft().note == "No answer."
        await pilot.press("0")
        assert form.draft().note == "Line busy."
        await pilot.press("1")  # somebody answered after all: the ready-made note would be untrue
        assert form.draft().note == ""


async def test_the_ready_made_note_never_replaces_a_typed_one() -> None:
    async with hosted() as (form, pilot):
        await pilot.press("4", *"call after six", "escape", "0", "enter")
        assert form.draft().note == "call after six"
        assert form.note.has_focus


async def test_do_not_call_counts_when_pressed_twice() -> None:
    async with hosted() as (form, pilot):
        await pilot.press("6")
        assert form.draft().digit is None
        assert form.rows.beside(6) == "6 again: sure"
        await pilot.press("6")
        assert form.draft().digit == 6


async def test_another_key_between_the_two_forgets_the_first() -> None:
    async with hosted() as (form, pilot):
        await pilot.press("6", "4", "escape", "6")
        assert form.draft().digit == 4
        await pilot.press("escape", "6")
        assert form.draft().digit == 4


async def test_closing_asks_for_product_and_amount() -> None:
    async with hosted() as (form, pilot):
        await pilot.press("3")
        assert form.product.has_focus
        await pilot.press("down", "down", "enter")
        assert form.amount.has_focus
        await pilot.press(*"50 million", "enter")
        assert form.amount_echo.text == "Rp50,000,000"
        assert form.note.has_focus
        assert form.draft() == Draft(3, product_id=2, amount="50 million")


async def test_choosing_again_keeps_what_was_typed_for_the_other_outcome() -> None:
    async with hosted() as (form, pilot):
        await pilot.press("2", *"15:00", "escape", "3", "escape", "2")
        assert form.when.value == "15:00"
        assert form.note.has_focus


async def test_errors_stand_under_their_fields_and_every_word_stays() -> None:
    async with hosted() as (form, pilot):
        await pilot.press("3", "escape")
        form.note.load_text("sold")
        await pilot.pause()
        assert form.show_errors(form_sentences(Invalid({"product_id": "required", "amount": "not_positive"})))
        await pilot.pause()
        assert form.product.has_focus
        assert form.amount_echo.text == "More than zero."
        assert form.draft().note == "sold"
        await pilot.press("down")
        assert form.query_one("#product-wrong").has_class("-said") is False


async def test_no_outcome_is_said_above_the_note() -> None:
    async with hosted() as (form, pilot):
        form.show_errors(form_sentences(Invalid({"outcome": "required", "note": "required"})))
        await pilot.pause()
        assert form.query_one("#outcome-wrong").text == "Choose the outcome: 0–6."
        assert form.note_echo.text == "Needed."
        assert form.rows.has_focus


async def test_without_an_open_call_nothing_is_chosen_or_typed() -> None:
    async with hosted(opened=False) as (form, pilot):
        await pilot.press("4", "6", "6", "x")
        await pilot.click("OutcomeRows", offset=(4, 2))
        assert form.draft().blank
        assert not form.note.region.area
        assert form.rows.enabled is False


async def test_a_click_on_a_row_is_its_digit_and_on_the_bar_its_key() -> None:
    async with hosted() as (form, pilot):
        await pilot.click("OutcomeRows", offset=(4, 4))
        assert form.draft().digit == 4
        await pilot.click(SaveBar)
        assert form.app.submitted == 1


async def test_escape_leaves_a_field_first() -> None:
    async with hosted() as (form, pilot):
        await pilot.press("4")
        assert form.leave_field() is True
        await pilot.pause()
        assert form.rows.has_focus
        assert form.leave_field() is False


async def test_filling_and_clearing_are_whole() -> None:
    async with hosted() as (form, pilot):
        draft = Draft(3, NoAnswer.BUSY, "15:00", 2, "50 million", "two\nlines")
        form.fill(draft)
        await pilot.pause()
        assert form.draft() == draft
        form.clear()
        await pilot.pause()
        assert form.draft().blank


async def test_control_characters_never_reach_the_draft() -> None:
    async with hosted() as (form, pilot):
        form.note.load_text("a\x1b]52;c;aGk=\x07b\u202ec\nd")
        await pilot.pause()
        assert form.draft().note == "abc\nd"


async def test_another_language_keeps_what_is_typed() -> None:
    async with hosted() as (form, pilot):
        await pilot.press("2", *"besok 10.00", "enter", *"suka bunga")
        i18n.use("id")
        form.relabel()
        await pilot.pause()
        assert form.draft() == Draft(2, when="besok 10.00", note="suka bunga")
        assert form.when_echo.text == "Sabtu 21 Nov 2026, 10.00 WIB"


async def test_small_and_tall_forms_show_every_outcome_and_the_note() -> None:
    for size in ((80, 20), (120, 34), (180, 48)):
        async with hosted(size=size) as (form, pilot):
            form.short = size[1] < 28
            for digit in ("1", "2", "3"):
                await pilot.press(digit)
                await pilot.pause()
                assert form.rows.region.height == 7
                assert form.note.region.height >= 2, (size, digit)
                assert form.bar.region.bottom <= size[1], (size, digit)
                await pilot.press("escape")
