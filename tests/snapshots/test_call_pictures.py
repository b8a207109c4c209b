"""Few pictures of the customer view, the call form, the conflict and the tasks: both languages, both grounds.

The clock, the cursor and the data stand still; a picture that changes on purpose is renewed with
`pytest --snapshot-update`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.pilot import Pilot

import leadtui
from leadtui import i18n
from leadtui.core.calls.dto import NoAnswer
from leadtui.core.calls.when import parse_when
from leadtui.core.leads.dto import LeadState
from leadtui.core.tasks.dto import TaskKind
from leadtui.screens.conflict import ConflictSheet
from leadtui.themes import LedgerApp
from leadtui.widgets.call_draft import Draft, MacroKey
from leadtui.widgets.call_form import CallForm
from leadtui.widgets.customer_page import CustomerPage
from leadtui.widgets.day_line import DayLine
from leadtui.widgets.task_list import TaskList
from tests.tui.people import JAKARTA, NOW, lead
from tests.tui.test_tasks import task

Compare = Callable[..., bool]
THEME = Path(leadtui.__file__).parent / "app.tcss"


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    yield
    i18n.use("en")


MACROS = (
    MacroKey(1, 7, "Sibuk, coba lagi", 0, NoAnswer.BUSY, "Nomor sibuk.", "kembali 2 j"),
    MacroKey(2, 9, "Minta ditelepon 1 jam lagi", 2, NoAnswer.NO_ANSWER, "Minta ditelepon:", "kembali 1 j"),
)


class Customer(LedgerApp[None]):
    """The two sides of the customer view with an open call."""

    CSS_PATH = THEME
    CSS = "Screen { background: $bg; } CallForm { width: 36; } .-wide CallForm { width: 38; }"
    AUTO_FOCUS = ""

    def __init__(self, language: str, theme: str, draft: Draft, **facts: Any) -> None:
        i18n.use(language)
        super().__init__()
        self.theme = theme
        self._draft = draft
        self._facts = facts

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield CustomerPage(zone=JAKARTA, now=lambda: NOW, me=1)
            yield CallForm(zone=JAKARTA, now=lambda: NOW, parse_when=parse_when, currency="IDR")

    def on_mount(self) -> None:
        narrow, short = self.size.width < 110, self.size.height < 30
        page, form = self.query_one(CustomerPage), self.query_one(CallForm)
        page.resized(narrow=narrow, short=short, roomy=False)
        page.place, page.lead = "1 / 39", lead(**self._facts)
        form.short = short
        form.opened = True
        form.show_products([(1, "Deposito berjangka"), (2, "Tabungan")])
        form.show_consequences({0: "kembali 2 j", 1: "milik Anda, 1 hari", 2: "membuat tugas", 6: "permanen"})
        form.show_macros(MACROS)
        form.show_timer("02.14 ●", "accent")
        form.show_bar("ctrl+s", "simpan, buka berikutnya")
        form.fill(self._draft)


async def still(pilot: Pilot[None]) -> None:
    """No blinking, everything laid out."""
    for form in pilot.app.query(CallForm):
        form.note.cursor_blink = form.when.cursor_blink = form.amount.cursor_blink = False
    await pilot.pause()
    await pilot.pause()


def test_customer_with_a_callback_small_and_dark(snap_compare: Compare) -> None:
    draft = Draft(2, when="senin", note="Suka bunga 12 bulan. Istri ikut memutuskan.")
    app = Customer("id", "leadtui-dark", draft)
    assert snap_compare(app, terminal_size=(80, 21), run_before=still)


def test_customer_with_a_closing_wide_and_light(snap_compare: Compare) -> None:
    draft = Draft(3, product_id=1, amount="50jt", note="Wants it before Monday.")
    app = Customer("en", "leadtui-light", draft)
    assert snap_compare(app, terminal_size=(120, 33), run_before=still)


def test_customer_of_whom_nothing_is_known(snap_compare: Compare) -> None:
    app = Customer(
        "id", "leadtui-contrast", Draft(), name=None, age=None, job=None, marital=None, education=None,
        default=None, housing=None, loan=None, contact=None, pdays=None, previous=None, poutcome=None,
        balance=None, city=None, zone=None, province=None, email=None, source=None, phones=(), consent=None,
        score=None, calls=(), calls_total=0, callback_at=None, rank_key=-1, state=LeadState.PENDING,
    )  # fmt: skip
    assert snap_compare(app, terminal_size=(80, 21), run_before=still)


class Tasks(LedgerApp[None]):
    """The day's line over the list."""

    CSS_PATH = THEME
    CSS = "Screen { background: $bg; } DayLine { padding: 0 2; } TaskList { height: 1fr; }"

    def compose(self) -> ComposeResult:
        yield DayLine(zone=JAKARTA)
        yield TaskList(zone=JAKARTA)

    def on_mount(self) -> None:
        rows = (
            task(1, -11, lead_name="Budi Santoso", note="simulasi 12 bulan"),
            task(2, -86, lead_name="Rosalina Da Costa", note="kirim brosur KPR", kind=TaskKind.FOLLOW_UP),
            task(3, 4, lead_name="Maria Fransiska Wattimena", note="jam istirahat WIT"),
            task(4, 260, lead_name="Lina Marlina", note="menunggu suami"),
            task(5, 3 * 1440, lead_name=None, note="tanya bunga terbaru"),
        )
        self.query_one(TaskList).dense = True
        self.query_one(TaskList).show(rows, NOW)
        self.query_one(DayLine).show(rows, NOW)


def test_tasks_late_today_and_later(snap_compare: Compare) -> None:
    i18n.use("id")
    assert snap_compare(Tasks(), terminal_size=(80, 20), run_before=still)


class Conflict(LedgerApp[None]):
    """Only the sheet."""

    CSS_PATH = THEME

    def on_mount(self) -> None:
        facts = {"by_name": "Rina Agustina", "at": NOW - timedelta(minutes=1), "state": 1}
        draft = Draft(4, note="Sudah punya deposito di bank lain.")
        self.push_screen(ConflictSheet(facts, draft, "Budi Santoso", lead(), zone=JAKARTA, now=lambda: NOW))


def test_conflict_with_both_versions(snap_compare: Compare) -> None:
    i18n.use("id")
    assert snap_compare(Conflict(), terminal_size=(100, 26), run_before=still)
