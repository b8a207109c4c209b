"""The task list by itself, and the Tasks screen on the real services."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from textual.app import ComposeResult
from textual.pilot import Pilot

from leadtui.core.auth import service as auth
from leadtui.core.auth.dto import SignIn
from leadtui.core.calls.dto import Outcome
from leadtui.core.calls.when import parse_when
from leadtui.core.ctx import Ctx, Origin
from leadtui.core.tasks import service as tasks
from leadtui.core.tasks.dto import AddTask, TaskKind, TaskRow
from leadtui.screens.customer import CustomerScreen
from leadtui.screens.tasks import TasksScreen
from leadtui.themes import LedgerApp
from leadtui.widgets.day_line import DayLine
from leadtui.widgets.task_list import (
    ANYONES,
    LATE,
    LATER,
    TODAY,
    TaskList,
    group_of,
    what_words,
    when_words,
)
from tests.conftest import PASSWORD, OwnDatabase, make_user
from tests.db.callfloor import Floor, work
from tests.tui.conftest import OpenApp, page_text, said, until
from tests.tui.people import JAKARTA, NOW


def task(ident: int, minutes: float, **more: Any) -> TaskRow:
    facts = {
        "id": ident, "kind": TaskKind.CALLBACK, "due_at": NOW + timedelta(minutes=minutes),
        "lead_id": ident * 10, "lead_name": f"Customer {ident}", "rank_key": 500_000, "note": "ring again",
        "tries": 0, "version": 1,
    }  # fmt: skip
    return TaskRow(**{**facts, **more})


class Host(LedgerApp[None]):
    """The list under the day's line."""

    CSS = "Screen { background: $bg; } TaskList { height: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.selected: list[int] = []

    def compose(self) -> ComposeResult:
        yield DayLine(zone=JAKARTA)
        yield TaskList(zone=JAKARTA)

    @property
    def tasks(self) -> TaskList:
        return self.query_one(TaskList)

    def on_task_list_selected(self, event: TaskList.Selected) -> None:
        self.selected.append(event.row.id)


@asynccontextmanager
async def listed(*rows: TaskRow, size: tuple[int, int] = (80, 24)) -> AsyncIterator[tuple[Host, Pilot[None]]]:
    app = Host()
    async with app.run_test(size=size) as pilot:
        app.tasks.show(rows, NOW)
        app.query_one(DayLine).show(rows, NOW)
        app.tasks.focus()
        await pilot.pause()
        yield app, pilot


def test_late_today_and_later() -> None:
    groups = [
        group_of(task(1, minutes), NOW, JAKARTA) for minutes in (-11, -0.5, 4, 14 * 60, 15 * 60, 3 * 1440)
    ]
    assert groups == [LATE, TODAY, TODAY, TODAY, LATER, LATER]
    assert group_of(task(1, -11, anyones=True), NOW, JAKARTA) == ANYONES


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(-11, "09:30"), (3 * 1440, "Mon 09:41"), (-2 * 1440, "Wed 09:41"), (12 * 1440, "02 Dec")],
)
def test_the_time_in_at_most_nine_cells(minutes: float, words: str) -> None:
    assert when_words(NOW + timedelta(minutes=minutes), NOW, JAKARTA) == words
    assert len(words) <= 9


def test_a_task_without_words_says_its_kind() -> None:
    assert what_words(task(1, 0, note=" ")) == "↺ call back"
    assert what_words(task(1, 0, note="send papers", kind=TaskKind.FOLLOW_UP)) == "send papers"


async def test_groups_stand_in_order_with_their_counts_and_how_late() -> None:
    rows = (task(1, 60 * 24 * 3), task(2, -86), task(3, 4), task(4, -11), task(5, 300))
    async with listed(*rows) as (app, _pilot):
        assert [row.id for row in app.tasks.rows] == [2, 4, 3, 5, 1]
        told = page_text(app)
        for words in ("LATE", "1 h 26 late", "11 min late", "TODAY", "in 4 min", "LATER"):
            assert words in told
        assert app.tasks.late == 2
        assert app.query_one(DayLine).hours() == (8, 18)


async def test_the_cursor_stays_on_its_task_when_the_list_changes() -> None:
    async with listed(task(1, -5), task(2, 30), task(3, 60)) as (app, pilot):
        await pilot.press("j")
        assert app.tasks.row.id == 2
        app.tasks.show((task(9, -60), task(1, -5), task(2, 30), task(3, 60)), NOW)
        assert app.tasks.row.id == 2
        app.tasks.show((task(9, -60), task(1, -5), task(3, 60)), NOW)  # it is done: where it stood
        assert app.tasks.row.id == 3
        app.tasks.show((), NOW)
        assert app.tasks.row is None
        await pilot.press("j", "G", "enter")
        assert app.selected == []


async def test_five_hundred_tasks_keep_the_cursor_in_sight() -> None:
    async with listed(*(task(n, n * 10) for n in range(1, 501))) as (app, pilot):
        await pilot.press("G")
        await pilot.pause()
        await until(pilot, lambda: "Customer 500" in page_text(app))
        await pilot.press("enter", "g")
        await pilot.pause()
        assert app.selected == [500]
        await until(pilot, lambda: "Customer 1 " in page_text(app))
        await pilot.press("pagedown")
        assert app.tasks.row.id > 10


async def test_a_minute_later_a_task_is_late() -> None:
    async with listed(task(1, 0.5)) as (app, pilot):
        assert app.tasks.late == 0
        app.tasks.set_time(NOW + timedelta(minutes=3))
        await pilot.pause()
        assert app.tasks.late == 1
        await until(pilot, lambda: "LATE" in page_text(app))


# --- the screen on the real services ---------------------------------------------------------------------


@pytest.fixture
def floor(real_db: OwnDatabase) -> Floor:
    made = Floor(real_db)
    made.set("window.enabled", "false")
    return made


def as_user(database: OwnDatabase, email: str) -> Ctx:
    """The same user as in the app, through another door."""
    ctx = Ctx(database, Origin.CLI)
    auth.sign_in(ctx, SignIn(email, PASSWORD))
    return ctx


def promised(ctx: Ctx, lead_id: int, minutes: float) -> None:
    """A callback of `ctx`, due so many minutes from now."""
    now = moment()
    ctx.now = now - timedelta(hours=3)
    work(ctx, lead_id, Outcome.CALLBACK, callback_at=now + timedelta(minutes=minutes))
    ctx.now = None


def moment() -> Any:
    """Now, as the services know it."""
    return datetime.now(UTC)


async def test_my_callbacks_stand_here_and_enter_opens_the_customer(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    late, soon = floor.lead(900_000), floor.lead(800_000)
    email = make_user(real_db, "agent")
    ctx = as_user(real_db, email)
    promised(ctx, late, -30)
    promised(ctx, soon, 45)
    async with open_app(email) as (app, pilot):
        await pilot.press("f3")
        await until(pilot, lambda: isinstance(app.screen, TasksScreen) and len(app.screen.list.rows) == 2)
        await until(pilot, lambda: app.badges.get("tasks") == ("1!", True))
        assert [row.lead_id for row in app.screen.list.rows] == [late, soon]
        await until(pilot, lambda: app.screen.detail.lead is not None)
        await until(pilot, lambda: "kata-kata nasabah" in page_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CustomerScreen) and app.screen.lead is not None)
        assert app.screen.lead_id == late
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: app.screen.lead_id == soon and app.screen.lead is not None)
        assert app.open_call is None
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, TasksScreen))
        assert app.screen.list.row.lead_id == soon  # where the walk ended


async def test_c_calls_the_customer_of_a_task(open_app: OpenApp, real_db: OwnDatabase, floor: Floor) -> None:
    lead_id = floor.lead()
    email = make_user(real_db, "agent")
    promised(as_user(real_db, email), lead_id, -5)
    async with open_app(email) as (app, pilot):
        await pilot.press("f3")
        await until(pilot, lambda: isinstance(app.screen, TasksScreen) and app.screen.list.rows)
        await pilot.press("c")
        await until(pilot, lambda: app.open_call is not None and isinstance(app.screen, CustomerScreen))
        assert app.open_call.lead_id == lead_id


async def test_space_finishes_a_task_at_once_and_a_callback_at_the_second_press(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    first, second = floor.lead(900_000), floor.lead(800_000)
    email = make_user(real_db, "agent")
    ctx = as_user(real_db, email)
    promised(ctx, first, -30)
    due = moment() + timedelta(minutes=50)
    tasks.add(ctx, AddTask(uuid.uuid4(), second, due, "send papers"))
    async with open_app(email) as (app, pilot):
        await pilot.press("f3")
        await until(pilot, lambda: isinstance(app.screen, TasksScreen) and len(app.screen.list.rows) == 2)
        await pilot.press("space")
        await until(pilot, lambda: "Press again" in said(app))
        assert floor.sql("select count(*) from task where state = 0") == [(2,)]
        await pilot.press("space")
        await until(pilot, lambda: len(app.screen.list.rows) == 1)
        await pilot.press("space")
        await until(pilot, lambda: not app.screen.list.rows)
        await pilot.pause()
        assert floor.sql("select count(*) from task where state = 0") == [(0,)]
        await until(pilot, lambda: "No task is open." in page_text(app))
        await pilot.press("space", "c")
        await until(pilot, lambda: "There is no task here." in said(app))


async def test_what_changes_elsewhere_shows_in_place(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    lead_id = floor.lead()
    email = make_user(real_db, "agent")
    ctx = as_user(real_db, email)
    async with open_app(email) as (app, pilot):
        await pilot.press("f3")
        await until(pilot, lambda: isinstance(app.screen, TasksScreen) and app.live)
        due = moment() + timedelta(minutes=50)
        await asyncio.to_thread(tasks.add, ctx, AddTask(uuid.uuid4(), lead_id, due, "send papers"))
        await until(pilot, lambda: len(app.screen.list.rows) == 1)
        await pilot.pause()
        await until(pilot, lambda: "send papers" in page_text(app))


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (180, 50)])
async def test_hostile_names_and_notes_break_nothing(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor, size: tuple[int, int]
) -> None:
    lead_id = floor.lead()
    floor.sql(
        "update lead set name = %s where id = %s", "[@click=app.quit]x[/] \x1b]52;c;aGk=\x07王" * 4, lead_id
    )
    email = make_user(real_db, "agent")
    due = moment() + timedelta(minutes=50)
    tasks.add(as_user(real_db, email), AddTask(uuid.uuid4(), lead_id, due, "[/] [red]note " * 9))
    async with open_app(email, size=size) as (app, pilot):
        await pilot.press("f3")
        await until(pilot, lambda: isinstance(app.screen, TasksScreen) and app.screen.list.rows)
        await until(pilot, lambda: "[@click" in page_text(app))
        assert "\x1b" not in page_text(app)


# --- putting off, giving away, another time ----------------------------------------------------------------


async def one_task(
    pilot: Pilot[Any], app: Any, lead_id: int, ctx: Ctx, minutes: float = 50, **more: Any
) -> TaskRow:
    """A task of `ctx`, and the screen that shows it."""
    due = moment() + timedelta(minutes=minutes)
    made = await asyncio.to_thread(tasks.add, ctx, AddTask(uuid.uuid4(), lead_id, due, "send papers", **more))
    await pilot.press("f3")
    await until(pilot, lambda: isinstance(app.screen, TasksScreen) and len(app.screen.list.rows) == 1)
    return made


async def test_z_and_a_digit_puts_a_task_off(open_app: OpenApp, real_db: OwnDatabase, floor: Floor) -> None:
    lead_id = floor.lead()
    email = make_user(real_db, "agent")
    async with open_app(email, size=(120, 36)) as (app, pilot):
        made = await one_task(pilot, app, lead_id, as_user(real_db, email), kind=TaskKind.CALLBACK)
        await until(pilot, lambda: "the next working day" in page_text(app))  # the times stand beside it
        await pilot.press("z")
        await until(pilot, lambda: type(app.screen).__name__ == "SnoozeSheet" and app.screen.is_mounted)
        await pilot.pause()
        wanted = app.screen._times[1][1]
        await pilot.press("2")
        await until(pilot, lambda: isinstance(app.screen, TasksScreen))
        await until(pilot, lambda: app.screen.list.row.due_at == wanted)
        assert floor.queue(lead_id)["callback_at"] == wanted
        assert made.version + 1 == app.screen.list.row.version


async def test_z_and_words_puts_a_task_off(open_app: OpenApp, real_db: OwnDatabase, floor: Floor) -> None:
    email = make_user(real_db, "agent")
    async with open_app(email) as (app, pilot):
        await one_task(pilot, app, floor.lead(), as_user(real_db, email))
        was = app.screen.list.row.due_at
        await pilot.press("z")
        await until(pilot, lambda: type(app.screen).__name__ == "SnoozeSheet" and app.screen.is_mounted)
        await pilot.pause()
        await pilot.press(*"lusa jam 9")
        assert app.screen.when.value == "lusa jam 9"  # the digit is text here
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, TasksScreen))
        await until(pilot, lambda: app.screen.list.row.due_at > was + timedelta(hours=12))


async def test_anyones_stands_in_its_group_until_a_takes_it(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    lead_id = floor.lead()
    email = make_user(real_db, "agent")
    somebody = as_user(real_db, make_user(real_db, "agent", name="Rina Kusuma"))
    async with open_app(email) as (app, pilot):
        await one_task(pilot, app, lead_id, somebody, anyone=True)
        await until(pilot, lambda: "ANYONE'S" in page_text(app))
        await pilot.press("a")
        await until(pilot, lambda: type(app.screen).__name__ == "ReassignSheet" and app.screen.rows.found)
        assert [name for _id, name in app.screen.rows.found] == ["me", "Rina Kusuma"]
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, TasksScreen))
        await until(pilot, lambda: app.screen.list.row.owner_id == app.actor.user_id)
        await pilot.press("a")
        await until(pilot, lambda: type(app.screen).__name__ == "ReassignSheet" and app.screen.rows.found)
        await pilot.press(*"rina", "enter")
        await until(pilot, lambda: isinstance(app.screen, TasksScreen) and not app.screen.list.rows)
        assert [row.lead_id for row in tasks.mine(somebody)] == [lead_id]


async def test_a_time_outside_the_hours_is_refused_and_one_key_takes_the_nearest(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    floor.set("window.enabled", "true")
    lead_id = floor.lead()
    email = make_user(real_db, "agent")
    async with open_app(email) as (app, pilot):
        app.add_task(lead_id, "Budi")
        await until(pilot, lambda: type(app.screen).__name__ == "AddTaskScreen" and app.screen.is_mounted)
        await pilot.pause()
        await pilot.press("ctrl+o")
        assert app.screen.kind is TaskKind.CALLBACK
        await pilot.press(*"3 hari lagi 23.30", "tab", *"janji", "ctrl+s")
        await until(pilot, lambda: app.screen.nearest)
        assert floor.sql("select count(*) from task") == [(0,)]
        nearest = app.screen.nearest[0]
        await until(pilot, lambda: "ctrl+y" in page_text(app))
        await pilot.press("ctrl+y")
        await until(pilot, lambda: app.screen.read() == nearest)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: floor.sql("select due_at from task where kind = 1") == [(nearest,)])
        assert floor.queue(lead_id)["callback_at"] == nearest


async def test_the_call_form_takes_the_nearest_time_with_the_same_key(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    lead_id = floor.lead()
    email = make_user(real_db, "agent")
    async with open_app(email) as (app, pilot):
        app.claim(lead_id)
        await until(pilot, lambda: app.open_call is not None and isinstance(app.screen, CustomerScreen))
        await until(pilot, lambda: app.screen.form.opened)
        await pilot.press("d", "space", "2")
        floor.set("window.enabled", "true")  # a bank that keeps hours, whatever the hour of this test
        form = app.screen.form
        form.when.value = "3 hari lagi 23.30"
        form.note.text = "minta ditelepon malam"
        await pilot.pause()
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.nearest)
        assert floor.sql("select count(*) from call_log") == [(0,)]
        await until(pilot, lambda: "Closed; " in page_text(app))
        allowed = app.nearest[0]  # once it is saved there is none
        await pilot.press("ctrl+y")
        assert parse_when(form.when.value, app.now(), app.actor.zone) == allowed
        await pilot.press("ctrl+s")
        await until(pilot, lambda: floor.sql("select due_at from task") == [(allowed,)])


async def test_what_means_two_things_is_asked_and_one_key_chooses(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    email = make_user(real_db, "agent")
    async with open_app(email) as (app, pilot):
        app.add_task(floor.lead(), "Budi")
        await until(pilot, lambda: type(app.screen).__name__ == "AddTaskScreen" and app.screen.is_mounted)
        await pilot.pause()
        await pilot.press(*"besok jam 12 malam")
        await until(pilot, lambda: len(app.screen.nearest) == 2)
        await pilot.press("ctrl+y", "ctrl+y")
        await until(pilot, lambda: app.screen.read() == app.screen.nearest[1])


async def test_e_changes_time_and_note(open_app: OpenApp, real_db: OwnDatabase, floor: Floor) -> None:
    email = make_user(real_db, "agent")
    async with open_app(email) as (app, pilot):
        made = await one_task(pilot, app, floor.lead(), as_user(real_db, email))
        await pilot.press("e")
        await until(pilot, lambda: type(app.screen).__name__ == "ChangeTaskScreen" and app.screen.is_mounted)
        await pilot.pause()
        await pilot.press("tab", "end", *" now", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, TasksScreen))
        await until(pilot, lambda: app.screen.list.row.note == "send papers now")
        assert app.screen.list.row.due_at == made.due_at


async def test_a_manager_sees_whose_each_task_is(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    lead_id = floor.lead()
    somebody = as_user(real_db, make_user(real_db, "agent", name="Rina Kusuma"))
    email = make_user(real_db, "manager")
    async with open_app(email) as (app, pilot):
        await one_task(pilot, app, lead_id, somebody)
        await until(pilot, lambda: "Rina K.: send papers" in page_text(app))
        await pilot.press("o")
        await until(pilot, lambda: not app.screen.list.rows)
