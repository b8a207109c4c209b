"""The parts that only show a customer: what is said first, what gives way, what is never cut or invented."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from textual.app import ComposeResult

from leadtui.core.leads.dto import Consent, LeadState, PhoneNumber
from leadtui.themes import LedgerApp
from leadtui.widgets.customer_page import CustomerPage
from leadtui.widgets.profile import (
    call_facts,
    fields_that_fit,
    first_that_fits,
    profile_entries,
    shown_name,
    who_lines,
    why_not,
)
from leadtui.widgets.timeline import Timeline, call_words
from leadtui.widgets.wrap import wrap
from tests.tui.conftest import page_text
from tests.tui.people import JAKARTA, NOW, call, lead


class Host(LedgerApp[None]):
    """The left side of the customer view."""

    def compose(self) -> ComposeResult:
        yield CustomerPage(zone=JAKARTA, now=lambda: NOW, me=1)


@asynccontextmanager
async def shown(size: tuple[int, int], **facts: Any) -> AsyncIterator[str]:
    app = Host()
    async with app.run_test(size=size) as pilot:
        page = app.query_one(CustomerPage)
        page.resized(narrow=size[0] < 60, short=size[1] < 28, roomy=False)
        page.place, page.lead = "1 / 39", lead(**facts)
        await pilot.pause()
        await pilot.pause()
        yield page_text(app)


@pytest.mark.parametrize("size", [(44, 20), (82, 32), (122, 46)])
async def test_who_why_and_the_last_note_are_in_sight_at_every_size(size: tuple[int, int]) -> None:
    async with shown(size) as told:
        for words in ("Budi Santoso", "1 / 39", "bought before", "61 bought.", "HISTORY", "minta simulasi"):
            assert words in told, words
        assert "late" in told


async def test_a_customer_of_whom_nothing_is_known_says_so() -> None:
    nothing = dict.fromkeys(
        ("name", "age", "job", "marital", "education", "default", "housing", "loan", "contact", "pdays",
         "previous", "poutcome", "balance", "city", "zone", "province", "email", "source", "consent", "score",
         "callback_at")
    )  # fmt: skip
    async with shown((82, 32), **nothing, phones=(), calls=(), calls_total=0, rank_key=-1) as told:
        assert "no name, number 7" in told
        assert "consent unknown" in told
        assert "not scored yet" in told
        assert "no call yet" in told
        assert told.count("unknown") >= 7


def test_what_is_missing_and_what_is_unknown_are_two_things() -> None:
    entries = {entry.label: entry for entry in profile_entries(lead(balance=None, loan=None, email=" "))}
    assert entries["Balance"].value == "–"
    assert entries["E-mail"].value == "–"
    assert entries["Personal loan"].value == "unknown"
    assert entries["Mortgage"].value == "has one"
    assert "Currency" not in entries


def test_a_balance_without_a_currency_is_shown_without_one() -> None:
    entries = {entry.label: entry.value for entry in profile_entries(lead(balance_currency=None))}
    assert entries["Balance"] == "48,250,000"
    assert entries["Currency"] == "unknown"


async def test_an_amount_is_never_cut() -> None:
    async with shown((82, 40), balance=Decimal(9_999_999_999_999_999), balance_currency=None) as told:
        assert "9,999,999,999,999,999" in told


def test_what_presses_comes_first_and_carries_a_mark() -> None:
    blocked = lead(do_not_call=True, consent=Consent.NO, phones=(PhoneNumber("+6281255500134", True, True),))
    facts = call_facts(blocked, NOW, JAKARTA, 1)
    assert [fact.mark for fact in facts] == ["×", "!", "×", "×"]
    assert facts[1].text == "promised 09:30, 11 minutes late"
    assert facts[-1].text == "no number that works"


@pytest.mark.parametrize(
    ("me", "words"), [(5, "held by you"), (6, "held by Rina [/]"), (None, "held by Rina [/]")]
)
def test_who_holds_the_customer(me: int | None, words: str) -> None:
    held = lead(claimed_by=5, claimed_by_name="Rina [/]", claimed_until=NOW + timedelta(minutes=15))
    assert any(fact.text == f"{words} until 09:56" for fact in call_facts(held, NOW, JAKARTA, me))


def test_synthetic_and_historical_people_are_marked() -> None:
    facts = call_facts(
        lead(synthetic=True, historical=True, consent=Consent.DEMO, score=None), NOW, JAKARTA, 1
    )
    assert sum(fact.mark == "◇" for fact in facts) == 2


def test_why_somebody_cannot_be_called() -> None:
    assert why_not(lead()) == ""
    several = lead(callable=False, not_callable=("consent", "cap"))
    assert why_not(several) == "This customer has not agreed to be called, has been tried often enough."
    assert why_not(lead(callable=False)) == "This customer cannot be called now."


def test_names_and_who_lines() -> None:
    assert shown_name("  ", 7) == "no name, number 7"
    assert shown_name("a\x1b[31mb\u202e", 7) == "ab"
    assert who_lines(lead()) == (
        "41 yrs · management · married · Bandung, WIB",
        "41 yrs · management · Bandung, WIB",
        "41 yrs · management · Bandung",
        "41 yrs · Bandung, WIB",
    )
    assert first_that_fits(who_lines(lead()), 43) == "41 yrs · management · Bandung, WIB"
    assert first_that_fits(who_lines(lead()), 20) == "41 yrs · management"
    assert first_that_fits(who_lines(lead()), 5) == ""
    assert first_that_fits(who_lines(lead()), 5, cut_first=True) == "41 y…"
    assert set(who_lines(lead(age=None, job=None, marital=None, city=None, zone=None))) == {""}


def test_fields_drop_whole_from_the_right() -> None:
    assert fields_that_fit("back in 2 h · try 1 of 8", 24) == "back in 2 h · try 1 of 8"
    assert fields_that_fit("back in 2 h · try 1 of 8", 23) == "back in 2 h"
    assert fields_that_fit("back in 2 h", 5) == ""
    assert fields_that_fit("management", 8, cut_first=True) == "managem…"


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (lead().calls[0], "connected, call back 20 Nov 09:30"),
        (lead().calls[1], "not answered"),
        (lead().calls[2], "closed: Deposito berjangka Rp25 m"),
        (call(1, None, "x", reason=1), "busy"),
        (replace(call(1, None, "x"), outcome=5), "not answered, wrong number"),
        (replace(lead().calls[0], direction=1), "came in, call back 20 Nov 09:30"),
        (replace(lead().calls[2], direction=1), "came in, closed: Deposito berjangka Rp25 m"),
    ],
)
def test_what_came_of_a_call_in_one_phrase(record: Any, words: str) -> None:
    assert call_words(record, JAKARTA, NOW) == words


class Past(LedgerApp[None]):
    """A timeline with little room."""

    def __init__(self, rows: int, calls: int, total: int) -> None:
        super().__init__()
        self._rows, self._n, self._total = rows, calls, total

    def compose(self) -> ComposeResult:
        many = tuple(
            replace(lead().calls[1], id=n, note="rang out" if self._n > 1 else "rang out " * 20)
            for n in range(self._n)
        )
        timeline = Timeline(many, self._total, zone=JAKARTA, now=lambda: NOW)
        timeline.styles.max_height = self._rows
        yield timeline


@pytest.mark.parametrize(
    ("rows", "calls", "total", "last"),
    [
        (8, 4, 4, "Sari: “rang out”"),
        (7, 4, 4, "… 1 earlier call"),
        (2, 1, 1, "…"),
        (5, 4, 4, "… 2 earlier calls"),
        (9, 4, 54, "… 50 earlier calls"),
        (5, 4, 54, "… 52 earlier calls"),
        (3, 0, 0, "no call yet"),
    ],
)
async def test_what_does_not_fit_is_counted(rows: int, calls: int, total: int, last: str) -> None:
    async with Past(rows, calls, total).run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        lines = [line.strip() for line in page_text(pilot.app).split("\n") if line.strip()]  # type: ignore[arg-type]
        assert lines[-1] == last
        assert len(lines) <= rows


@pytest.mark.parametrize(
    ("text", "cells", "most", "lines"),
    [
        ("one two three", 7, None, ["one two", "three"]),
        ("unbreakable", 4, None, ["unbr", "eaka", "ble"]),
        ("王小明王小明", 4, None, ["王小", "明王", "小明"]),
        ("a\nb", 9, None, ["a", "b"]),
        ("one two three four", 7, 2, ["one two", "three…"]),
        ("", 5, None, [""]),
        ("anything", 0, None, []),
    ],
)
def test_wrapping(text: str, cells: int, most: int | None, lines: list[str]) -> None:
    assert wrap(text, cells, most) == lines


def test_a_state_is_said_where_no_promise_says_it() -> None:
    texts = [
        fact.text for fact in call_facts(lead(callback_at=None, state=LeadState.QUALIFIED), NOW, JAKARTA, 1)
    ]
    assert "interested" in texts
