"""Keys that arrive together: each is handled to its end, focus included, before the next one is looked at."""

from __future__ import annotations

import asyncio
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from leadtui.key_order import PATIENCE, OrderedKeys
from tests.tui.conftest import until


class Dialog(ModalScreen[None]):
    AUTO_FOCUS = "*"

    def compose(self) -> ComposeResult:
        yield Input(id="asked")


class Slow(Input):
    """A field on a machine that is busy: its handler takes its time, and asks the app in between."""

    async def on_key(self, event: events.Key) -> None:
        if event.character == "%":
            event.prevent_default()
            asked = asyncio.Event()
            self.app.call_later(asked.set)
            await asked.wait()  # stands still for good where the app waits for this handler
            await asyncio.sleep(3 * PATIENCE)
            self.screen.query_one("#note", Input).focus()


class Form(OrderedKeys):
    AUTO_FOCUS = ""
    BINDINGS = [
        Binding("4", "outcome", "outcome"),
        Binding("t", "task", "task"),
        Binding("n", "step", "step"),
        Binding("x", "strike", "strike"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.struck: list[str] = []
        self.stepping = False

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static("here")
            yield Input(id="first")
            yield Input(id="note")
            yield Slow(id="slow")

    def keys_held(self) -> bool:
        return self.stepping

    def action_outcome(self) -> None:
        self.query_one("#note", Input).focus()

    def action_task(self) -> None:
        self.push_screen(Dialog())

    def action_step(self) -> None:
        self.stepping = True

    def action_strike(self) -> None:
        self.struck.append("x")


def typed(app: Form, text: str) -> None:
    """As the driver does when everything comes in one read."""
    names = {"\t": "tab", "\x1b": "escape"}
    for letter in text:
        key = names.get(letter, letter)
        app.post_message(events.Key(key, letter if letter.isprintable() else None))


async def settled(pilot: Pilot[Any]) -> None:
    for _ in range(20):
        await pilot.pause(0.02)


async def test_a_note_typed_right_behind_the_digit_is_the_note() -> None:
    app = Form()
    async with app.run_test() as pilot:
        typed(app, "4text n4x")
        await settled(pilot)
        assert app.query_one("#note", Input).value == "text n4x"
        assert app.struck == []
        assert len(app.screen_stack) == 1


async def test_tab_moves_before_the_next_letter() -> None:
    app = Form()
    async with app.run_test() as pilot:
        app.query_one("#first", Input).focus()
        await settled(pilot)
        typed(app, "ab\tcd")
        await settled(pilot)
        assert app.query_one("#first", Input).value == "ab"
        assert app.query_one("#note", Input).value == "cd"


async def test_a_dialog_takes_what_is_typed_for_it() -> None:
    app = Form()
    async with app.run_test() as pilot:
        typed(app, "thello")
        await settled(pilot)
        assert app.screen.query_one("#asked", Input).value == "hello"


async def test_a_slow_handler_keeps_its_place() -> None:
    app = Form()
    async with app.run_test() as pilot:
        app.query_one("#slow", Input).focus()
        await settled(pilot)
        typed(app, "a%4x")
        await until(pilot, lambda: app.query_one("#note", Input).value == "4x")
        assert app.query_one("#slow", Input).value == "a"
        assert app.struck == []


async def test_keys_wait_for_the_next_customer() -> None:
    app = Form()
    async with app.run_test() as pilot:
        typed(app, "nx")
        await pilot.pause(0.2)
        assert app.struck == []
        app.stepping = False
        await settled(pilot)
        assert app.struck == ["x"]
        # and later keys go on as ever
        await pilot.press("x")
        assert app.struck == ["x", "x"]


async def test_a_thousand_keys_all_arrive_in_order() -> None:
    app = Form()
    async with app.run_test() as pilot:
        app.query_one("#note", Input).focus()
        await settled(pilot)
        wanted = "".join(chr(97 + n % 26) for n in range(1000))
        typed(app, wanted)
        note = app.query_one("#note", Input)
        await until(pilot, lambda: len(note.value) == len(wanted), seconds=120)
        assert app.query_one("#note", Input).value == wanted
