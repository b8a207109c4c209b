"""Hostile data in every widget: nothing crashes, nothing acts, nothing reaches the terminal."""

from __future__ import annotations

import os
import pty
import select
import sys
import time
from pathlib import Path

import pytest
from textual.app import ComposeResult
from textual.widgets import DataTable, Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from leadtui.commands import Hint
from leadtui.core.leads.dto import Count, LeadPage
from leadtui.text import clean, plain, width
from leadtui.themes import LedgerApp
from leadtui.widgets.digits import BigDigits
from leadtui.widgets.facts import Status, Tab
from leadtui.widgets.fields import Chip, Field
from leadtui.widgets.foot import Foot
from leadtui.widgets.frame import TopBar
from leadtui.widgets.heading import Heading
from leadtui.widgets.lead_list import LeadList
from tests.tui.widgets.leads import NOW, WIB, lead

NAMES = [
    "Budi [/] Santoso",
    "[@click=app.quit]Siti[/]",
    "[red]Ayu[/red",
    "\x1b]52;c;ZXZpbA==\x07Clipboard",
    "\x1b]0;owned\x1b\\Title",
    "\x1b[2J\x1b[HWiped",
    "\x9b31mC1",
    "Right\u202eot left",
    "Zero\u200bwidth\u200djoined",
    "山田太郎" * 15,
    "a\u0301" * 40,
    "👩\u200d👩\u200d👧 Family",
    "line\nbreak\ttab",
    "\ud800lone",
    "",
    "   ",
]


class Everything(LedgerApp[None]):
    """Every widget of ours and the stock ones, all holding the hostile text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def compose(self) -> ComposeResult:
        text = self.text
        bar = TopBar((Tab("leads", clean(text)),), "leads")
        bar.who = text
        yield bar
        yield Heading(text, text)
        yield BigDigits(text, text)
        yield Chip(text)
        yield Field(text, text, Input(clean(text)))
        yield Static(plain(text))
        yield Label(plain(text))
        yield OptionList(Option(plain(text)))
        table: DataTable[object] = DataTable()
        table.add_column("name")
        table.add_row(plain(text))
        yield table
        leads = LeadList()
        leads.styles.height = 6
        yield leads
        yield Foot()

    def on_mount(self) -> None:
        self.query_one(Field).error = self.text or "x"
        status = self.query_one(Foot).status
        status.call = Status(self.text, self.text, (Hint("n", clean(self.text), "next"),))
        leads = self.query_one(LeadList)
        leads.set_time(NOW, WIB)
        leads.reset(Count(3, False), due=(lead(9, name=self.text, callback_at=NOW),), empty=self.text)
        leads.tooltip = plain(self.text)
        self.notify(self.text or "x", title=self.text)

    def on_lead_list_page_wanted(self, message: LeadList.PageWanted) -> None:
        rows = tuple(lead(n, name=self.text, city=self.text) for n in range(3))
        message.leads.show_page(message.request_no, LeadPage(rows, True, True))
        message.leads.mark(1, self.text)


@pytest.mark.parametrize("text", NAMES)
async def test_every_widget_takes_it(text: str) -> None:
    app = Everything(text)
    async with app.run_test(size=(80, 50), notifications=True, tooltips=True) as pilot:
        await pilot.pause()
        for widget in app.screen.walk_children():
            region = widget.size.region
            if not widget.is_attached or not region.area:
                continue
            for strip in widget.render_lines(region):
                assert clean(strip.text) == strip.text
                assert not any("@click" in (s.style.meta if s.style else {}) for s in strip)
        leads = app.query_one(LeadList)
        assert {width(strip.text) for strip in leads.render_lines(leads.size.region)} == {leads.size.width}
        await pilot.click(LeadList, offset=(10, 2))
        assert app.is_running


PROGRAM = """
import sys
sys.path[:0] = [{src!r}, {root!r}]
from tests.tui.widgets.test_hostile import Everything, NAMES

class Program(Everything):
    def on_mount(self):
        super().on_mount()
        self.set_timer(1.0, self.exit)

Program(" ".join(NAMES[3:9])).run()
"""


def test_no_hostile_byte_reaches_a_real_terminal() -> None:
    root = Path(__file__).resolve().parent.parent.parent.parent
    program = PROGRAM.format(src=str(root / "src"), root=str(root))
    pid, terminal = pty.fork()
    if pid == 0:  # pragma: no cover - the child
        os.environ.update(TERM="xterm-256color", COLUMNS="100", LINES="40")
        os.execv(sys.executable, [sys.executable, "-c", program])  # noqa: S606
    written, until = b"", time.monotonic() + 60
    while time.monotonic() < until:
        if not select.select([terminal], [], [], 0.5)[0]:
            continue
        try:
            chunk = os.read(terminal, 65536)
        except OSError:
            break
        if not chunk:
            break
        written += chunk
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert b"Clipboard" in written
    for forbidden in (
        b"\x1b]52",
        b"]0;owned",
        b"\x1b[2J\x1b[HWiped",
        b"\xc2\x9b",
        "\u202e".encode(),
        "\u200b".encode(),
    ):
        assert forbidden not in written, forbidden
