"""Keys by file, jump mode, help for the focused part, density, motion, signs, and what is remembered."""

from __future__ import annotations

import string
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.widgets import Input, TextArea

from leadtui.app import LeadtuiApp
from leadtui.commands import rebind
from leadtui.core.auth import service as auth
from leadtui.core.auth.dto import SignIn
from leadtui.core.ctx import Ctx, Origin
from leadtui.core.settings import Settings
from leadtui.jump import JumpLabel, JumpScreen
from leadtui.key_names import write_plain
from leadtui.screens.help import HelpScreen
from leadtui.widgets.lead_list import LeadList
from leadtui.widgets.too_small import TooSmall
from tests.conftest import PASSWORD, make_user
from tests.db.callfloor import Floor
from tests.db.make_leads import Made, put
from tests.tui.conftest import OpenApp, page_text, said, until


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    rebind({})
    write_plain(False)


def fill(floor: Floor, n: int = 40) -> None:
    """So many customers."""
    floor.lead(900_000)
    put(floor.db, *(Made(600_000 - place, f"Customer {place:02}") for place in range(n)))


async def listed(app: LeadtuiApp, pilot: object) -> LeadList:
    """The list with its rows."""
    rows = app.screen.query_one(LeadList)
    await until(pilot, lambda: rows.row is not None)  # type: ignore[arg-type]
    return rows


def code_at(app: LeadtuiApp, y: int) -> str:
    """What stands at the left edge of a line in jump mode."""
    return next(
        label.code for label in app.screen.query(JumpLabel) if (label.place.x, label.place.y) == (0, y)
    )


async def test_the_users_own_keys_work_and_are_shown(open_app: OpenApp, floor: Floor, tmp_path: Path) -> None:
    fill(floor, 5)
    (tmp_path / "keys.toml").write_text('[keys]\ndown = ["J"]\nsearch = "S"\nmode = "x"\n', encoding="utf-8")
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        assert len(app.key_problems) == 1
        rows = await listed(app, pilot)
        await pilot.press("J")
        assert rows.cursor == 1
        await pilot.press("j", "down")
        assert rows.cursor == 1
        await until(pilot, lambda: " S search" in page_text(app))
        await pilot.press("S")
        assert isinstance(app.focused, Input)
        await pilot.press("escape", "question_mark")
        await until(pilot, lambda: "there is no command `mode`" in page_text(app))


async def test_a_letter_leads_to_every_place(open_app: OpenApp, floor: Floor) -> None:
    fill(floor)
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        rows = await listed(app, pilot)
        await pilot.press("semicolon")
        await until(pilot, lambda: isinstance(app.screen, JumpScreen) and app.screen.query(JumpLabel))
        await until(pilot, lambda: "Customer 02" in page_text(app))
        y = rows.content_region.y + 4
        await pilot.press(*code_at(app, y))
        await until(pilot, lambda: rows.cursor == 3)
        # any other key leaves, and does nothing else
        await pilot.press("semicolon")
        await until(pilot, lambda: isinstance(app.screen, JumpScreen))
        await pilot.press("f4")
        await until(pilot, lambda: not isinstance(app.screen, JumpScreen))
        assert app.mode == "leads"
        assert rows.cursor == 3
        # the search field, from there a row, a tab
        await pilot.press("slash")
        await pilot.press("ctrl+g")
        await until(pilot, lambda: isinstance(app.screen, JumpScreen) and app.screen.query(JumpLabel))
        await pilot.press(*code_at(app, y - 2))
        await until(pilot, lambda: rows.cursor == 1 and app.focused is rows)
        await pilot.press("semicolon")
        await until(pilot, lambda: isinstance(app.screen, JumpScreen) and app.screen.query(JumpLabel))
        tab = next(label for label in app.screen.query(JumpLabel) if label.place.y == 0)
        await pilot.press(*tab.code)
        await until(pilot, lambda: app.mode == "tasks")


async def test_half_pages_and_rows_in_view(open_app: OpenApp, floor: Floor) -> None:
    fill(floor, 120)
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        rows = await listed(app, pilot)
        half = (rows.size.height - 2) // 2
        await pilot.press("ctrl+d")
        assert rows.cursor == half
        await pilot.press("ctrl+d", "ctrl+u")
        assert rows.cursor == half
        await pilot.press("L")
        low = rows.cursor
        await pilot.press("H")
        assert rows.cursor < half < low
        await pilot.press("M")
        assert 0 < rows.cursor < low


async def test_help_begins_with_the_part_that_has_the_focus(open_app: OpenApp, floor: Floor) -> None:
    fill(floor, 3)
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        await listed(app, pilot)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        text = page_text(app)
        assert text.index("LIST OF LEADS") < text.index("Take this lead")
        await pilot.press("escape", "slash", "f1")
        await until(
            pilot, lambda: isinstance(app.screen, HelpScreen) and "Empty the search." in page_text(app)
        )
        await pilot.press("escape", "escape", "n")
        await until(
            pilot, lambda: app.open_call is not None and type(app.screen).__name__ == "CustomerScreen"
        )
        await pilot.press("b")
        await until(pilot, lambda: type(app.screen).__name__ == "GiveBackSheet")
        await pilot.press("f1")
        await until(
            pilot, lambda: isinstance(app.screen, HelpScreen) and "with your reason" in page_text(app)
        )


async def test_every_place_with_a_focus_has_its_help(open_app: OpenApp, floor: Floor) -> None:
    from leadtui.parts import part_of

    fill(floor, 3)
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        await listed(app, pilot)
        seen: set[str] = set()

        def check() -> None:
            for widget in app.screen.query("*"):
                if widget.can_focus:
                    seen.add(type(widget).__name__)
                    assert part_of(widget) is not None, (app.screen, widget)

        check()
        for keys in (("f",), ("escape", "t"), ("escape", "f3"), ("f4",), ("f2", "n")):
            await pilot.press(*keys)
            await pilot.pause(0.3)
            check()
        assert {"LeadList", "TaskList", "NoteArea", "OutcomeRows", "Button"} <= seen


async def test_looks_are_remembered_together(open_app: OpenApp, floor: Floor) -> None:
    fill(floor, 3)
    email = make_user(floor.db, "agent")
    async with open_app(email) as (app, pilot):
        await listed(app, pilot)
        await pilot.press("f12", "ctrl+t", "f12", "f12")
        app.action_switch_motion()
        app.action_switch_ascii()
        app.remember("place", {"lead": 3, "sort": ["name", None]})
        assert app.screen.has_class("-compact")
        assert app.animation_level == "none"
        assert page_text(app).isascii() or await until(pilot, lambda: page_text(app).isascii()) is None
        ctx = app.ctx
        want = {
            "density": "compact", "theme": app.theme, "motion": "reduced", "signs": "ascii",
            "place": {"lead": 3, "sort": ["name", None]},
        }  # fmt: skip
        await until(pilot, lambda: want.items() <= auth.preferences(ctx).items())
    async with open_app(email) as (app, pilot):
        await until(pilot, lambda: app.compact and app.calm and app.plain_signs)
        assert app.remembered["place"] == {"lead": 3, "sort": ["name", None]}
        await pilot.press("slash")
        assert isinstance(app.focused, Input)
        await until(pilot, lambda: not app.focused.cursor_blink)


def test_two_terminals_of_one_user_do_not_undo_each_other(floor: Floor) -> None:
    email = make_user(floor.db, "agent")
    terminals = [Ctx(floor.db, Origin.TUI) for _ in range(4)]
    for ctx in terminals:
        auth.sign_in(ctx, SignIn(email, PASSWORD))

    def choose(number: int) -> None:
        for turn in range(6):
            auth.merge_preferences(terminals[number], {f"t{number}-{turn}": turn})

    threads = [threading.Thread(target=choose, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(auth.preferences(terminals[0])) == 24


async def test_reduced_motion_by_environment(
    open_app: OpenApp, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADTUI_REDUCED_MOTION", "1")
    async with open_app() as (app, pilot):
        assert app.animation_level == "none"
        await until(pilot, lambda: not app.login.email.cursor_blink)
        app.action_switch_motion()
        await until(pilot, lambda: "The environment asks for reduced motion." in said(app))
        assert app.calm


async def test_without_colours_everything_is_still_told(
    open_app: OpenApp, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(floor, 5)
    monkeypatch.setenv("NO_COLOR", "1")
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        rows = await listed(app, pilot)
        await pilot.press("j", "ctrl+t")
        await until(pilot, lambda: "NO_COLOR is set" in said(app))
        app.clear_notifications()
        await pilot.pause()
        segments = [segment for line in app.screen._compositor.render_strips() for segment in line]
        colors = {
            str(color.name)
            for segment in segments
            if segment.style is not None
            for color in (segment.style.color, segment.style.bgcolor)
            if color is not None
        }
        assert colors <= {"default"}
        lines = app.screen._compositor.render_strips()
        row = lines[rows.content_region.y + 2]
        assert any(s.style and s.style.reverse and "Customer 00" in s.text for s in row)
        await pilot.press("slash", *"cus")
        await pilot.pause()
        field = app.focused
        assert field is not None
        drawn = list(app.screen._compositor.render_strips()[field.region.y])
        assert any(s.style and s.style.underline for s in drawn)


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light"])
async def test_terminal_colours_are_the_only_ones(open_app: OpenApp, floor: Floor, theme: str) -> None:
    fill(floor, 5)
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        app.theme = theme
        await listed(app, pilot)
        for keys in ((), ("f",), ("escape", "n"), ("2",), ("f1",), ("escape", "f3"), ("f4",), ("ctrl+g",)):
            await pilot.press(*keys)
            await pilot.pause(0.2)
            for line in app.screen._compositor.render_strips():
                for segment in line:
                    style = segment.style
                    for color in () if style is None else (style.color, style.bgcolor):
                        assert color is None or color.triplet is None, (keys, segment)


async def test_too_little_room_is_said_and_nothing_typed_is_lost(open_app: OpenApp, floor: Floor) -> None:
    fill(floor, 3)
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        await listed(app, pilot)
        await pilot.press("n")
        await until(
            pilot, lambda: app.open_call is not None and type(app.screen).__name__ == "CustomerScreen"
        )
        await pilot.press("d", "space", "1", *"before ")
        note = app.screen.query_one(TextArea)
        await until(pilot, lambda: note.text == "before ")
        await pilot.resize_terminal(30, 8)
        await until(pilot, lambda: "Enlarge the" in page_text(app))
        await pilot.press(*"meanwhile")
        await pilot.resize_terminal(100, 30)
        await until(pilot, lambda: "Enlarge the" not in page_text(app))
        assert note.text == "before meanwhile"
        assert app.focused is note


def test_a_copy_cannot_carry_a_sequence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    written: list[str] = []

    class Driver:
        def write(self, data: str) -> None:
            written.append(data)

    app = LeadtuiApp(Settings(tmp_path, None, None, "dev"))
    monkeypatch.setattr(app, "_driver", Driver())
    app.copy_to_clipboard("+62\x1b]0;owned\x07\x1b]52;c;aGk=\x07")
    (sent,) = written
    assert sent.startswith("\x1b]52;c;")
    assert sent.endswith("\a")
    assert sent.count("\x1b") == 1
    assert set(sent[7:-1]) <= set(string.ascii_letters + string.digits + "+/=")


SIZES = ((20, 5), (21, 24), (40, 10), (80, 4), (50, 14), (80, 24), (110, 29), (175, 30), (300, 100), (1, 1))


async def test_every_screen_at_every_size(open_app: OpenApp, floor: Floor) -> None:
    fill(floor, 8)
    async with open_app(make_user(floor.db, "agent")) as (app, pilot):
        await listed(app, pilot)

        async def walk() -> None:
            for size in SIZES:
                await pilot.resize_terminal(*size)
                small = size[0] < 50 or size[1] < 14
                await until(pilot, lambda small=small: bool(app.screen.query(TooSmall)) == small)  # type: ignore[misc]
                await until(
                    pilot,
                    lambda size=size: (
                        [strip.cell_length for strip in app.screen._compositor.render_strips()]  # type: ignore[misc]
                        == [size[0]] * size[1]
                    ),
                )
                assert ("Enlarge" in page_text(app)) == (small and size[0] >= 12)
            await pilot.resize_terminal(120, 36)

        await walk()
        steps = (
            ("slash", "c"), ("escape", "f"), ("escape", "t"), ("escape", "question_mark"),
            ("escape", "ctrl+p"),
            ("escape", "enter"), ("h",), ("escape", "w"), ("escape", "escape", "f3"), ("f4",), ("f2", "n"),
            ("b",), ("escape", "d", "space", "3"), ("2", "x", "y"),
        )  # fmt: skip
        for keys in steps:
            await pilot.press(*keys)
            await pilot.pause(0.1)
            await walk()
        app.sign_out()
        await until(pilot, lambda: app.actor is None)
        await walk()
