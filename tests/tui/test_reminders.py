"""Reminders on the real services: toast, bell and badge at the minute, once for each due time."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from textual.pilot import Pilot

from leadtui.core.auth import service as auth
from leadtui.core.auth.dto import SignIn
from leadtui.core.ctx import Ctx, Origin
from leadtui.core.tasks import service as tasks
from leadtui.core.tasks.dto import AddTask, Reminder, SnoozeTask, TaskKind
from leadtui.core.tasks.rules import plan, snoozes
from leadtui.screens.tasks import TasksScreen
from tests.conftest import PASSWORD, OwnDatabase, make_user
from tests.db.callfloor import Floor
from tests.tui.conftest import OpenApp, said, until
from tests.tui.people import JAKARTA, NOW

MINUTE = timedelta(minutes=1)


def one(ident: int, minutes: float, **more: Any) -> Reminder:
    facts = {
        "id": ident, "kind": TaskKind.CALLBACK, "due_at": NOW + timedelta(minutes=minutes), "lead_id": ident,
        "lead_name": f"Customer {ident}", "note": "ring again", "version": 1, "rung": False,
        "announced": False, "blocked": None,
    }  # fmt: skip
    return Reminder(**{**facts, **more})


# the plan, pure -------------------------------------------------------------------------------------------


def test_what_is_due_rings_once_and_the_next_moment_is_known() -> None:
    found = plan([one(1, -3, rung=True), one(2, 0), one(3, 30)], NOW)
    assert [it.id for it in found.ring] == [2]
    assert (found.early, found.next_at) == ((), NOW + 25 * MINUTE)


def test_callbacks_are_announced_five_minutes_before_and_other_tasks_are_not() -> None:
    found = plan([one(1, 4), one(2, 5), one(3, 4, kind=TaskKind.FOLLOW_UP), one(4, 3, announced=True)], NOW)
    assert [it.id for it in found.early] == [1, 2]
    assert found.ring == ()
    assert found.next_at == NOW + 3 * MINUTE


def test_after_a_sleep_all_that_fell_due_comes_together() -> None:
    found = plan([one(n, -n) for n in range(1, 9)], NOW)
    assert [it.id for it in found.ring] == [8, 7, 6, 5, 4, 3, 2, 1]
    assert found.next_at is None


def test_what_a_key_puts_a_task_off_to() -> None:
    friday = datetime(2026, 11, 20, 15, 30, 20, tzinfo=JAKARTA)
    due = friday - timedelta(hours=2)
    assert [(code, at.strftime("%d %H.%M")) for code, at in snoozes(due, friday, JAKARTA)] == [
        ("minutes_10", "20 15.41"), ("hour", "20 16.31"), ("same_time", "21 13.30"), ("next_day", "23 09.00"),
    ]  # fmt: skip


# the program ----------------------------------------------------------------------------------------------


@pytest.fixture
def floor(real_db: OwnDatabase) -> Floor:
    made = Floor(real_db)
    made.set("window.enabled", "false")
    return made


def as_user(database: OwnDatabase, email: str) -> Ctx:
    ctx = Ctx(database, Origin.CLI)
    auth.sign_in(ctx, SignIn(email, PASSWORD))
    return ctx


def planned(ctx: Ctx, lead_id: int, minutes: float, **more: Any) -> int:
    """A task of `ctx`, due so many minutes from now; one that is due already was made before that."""
    now = datetime.now(UTC)
    ctx.now = now - timedelta(hours=3)
    values: dict[str, Any] = {"note": "kirim brosur", **more}
    made = tasks.add(ctx, AddTask(uuid.uuid4(), lead_id, now + timedelta(minutes=minutes), **values))
    ctx.now = None
    return made.id


def named(floor: Floor, name: str, rank: int = 500_000) -> int:
    ident = floor.lead(rank)
    floor.sql("update lead set name = %s where id = %s", name, ident)
    return ident


def listen(app: Any) -> list[bool]:
    """What rang, from here on."""
    rung: list[bool] = []
    app.bell = lambda: rung.append(True)
    return rung


async def clock_goes_to(pilot: Pilot[None], app: Any, minutes: float) -> None:
    """The app's clock jumps, as after a sleep; its timer notices."""
    real = datetime.now(UTC) + timedelta(minutes=minutes)
    app.now = lambda: real
    app.look_at_reminders()
    await pilot.pause()


async def test_at_its_minute_a_task_says_so_rings_and_stands_on_the_tab(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    lead = named(floor, "Budi Santoso")
    email = make_user(real_db, "agent")
    task = planned(as_user(real_db, email), lead, 30)
    async with open_app(email) as (app, pilot):
        await until(pilot, lambda: [it.id for it in app._reminders] == [task])
        rung = listen(app)
        await clock_goes_to(pilot, app, 31)
        await until(pilot, lambda: "Budi Santoso: kirim brosur · f3" in said(app))
        assert rung == [True]
        assert app.badges["tasks"] == ("1!", True)
        await until(pilot, lambda: floor.sql("select rung_for = due_at from task") == [(True,)])
        app.look_at_reminders()
        app.refresh_badge()
        await until(pilot, lambda: all(it.rung for it in app._reminders))
        assert rung == [True]  # not again
        await pilot.press("f3")
        await until(pilot, lambda: isinstance(app.screen, TasksScreen) and app.screen.list.row is not None)
        await until(pilot, lambda: app.screen.list.row.id == task and app.reminded is None)


async def test_what_rang_before_a_restart_is_quiet_and_what_was_snoozed_rings_anew(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    email = make_user(real_db, "agent")
    ctx = as_user(real_db, email)
    task = planned(ctx, floor.lead(), -10)
    floor.sql("update task set rung_for = due_at")
    async with open_app(email) as (app, pilot):
        await until(pilot, lambda: app.badges.get("tasks") == ("1!", True))
        rung = listen(app)
        app.look_at_reminders()
        assert rung == []
        until_then = datetime.now(UTC) + timedelta(minutes=20)
        await asyncio.to_thread(tasks.snooze, ctx, SnoozeTask(uuid.uuid4(), task, 1, until_then))
        await until(pilot, lambda: [it.rung for it in app._reminders] == [False])
        await until(pilot, lambda: app.badges["tasks"] == ("", True))
        await clock_goes_to(pilot, app, 21)
        await until(pilot, lambda: rung == [True])


async def test_several_are_one_toast_and_the_bell_can_be_silent(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    email = make_user(real_db, "agent")
    ctx = as_user(real_db, email)
    for n in range(4):
        planned(ctx, named(floor, f"Nasabah {n}"), 30 + n)
    async with open_app(email) as (app, pilot):
        await until(pilot, lambda: len(app._reminders) == 4)
        rung = listen(app)
        app.action_switch_bell()
        assert not app.bells
        await clock_goes_to(pilot, app, 60)
        await until(pilot, lambda: "4 reminders: Nasabah 0, Nasabah 1, Nasabah 2 and 1 more" in said(app))
        assert rung == []
        assert app.badges["tasks"] == ("4!", True)
        await until(
            pilot,
            lambda: floor.sql("select prefs ->> 'bell' from app_user where email = %s", email) == [("off",)],
        )


async def test_a_callback_is_announced_and_one_that_may_not_be_made_does_not_ring(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    lead = named(floor, "Rosa Da Costa")
    email = make_user(real_db, "agent")
    planned(as_user(real_db, email), lead, 30, kind=TaskKind.CALLBACK)
    async with open_app(email) as (app, pilot):
        await until(pilot, lambda: len(app._reminders) == 1)
        rung = listen(app)
        await clock_goes_to(pilot, app, 26)
        await until(pilot, lambda: "Rosa Da Costa, call back · f3" in said(app))
        assert rung == [True]
        floor.sql("update lead_queue set dnc = true where lead_id = %s", lead)
        app.refresh_badge()
        await until(pilot, lambda: [it.blocked for it in app._reminders] == ["do_not_call"])
        await clock_goes_to(pilot, app, 31)
        await until(
            pilot, lambda: any("Rosa Da Costa: " in line and "f3" in line for line in said_lines(app))
        )
        assert rung == [True]


def said_lines(app: Any) -> list[str]:
    return said(app).split("\n")


async def test_nothing_rings_in_the_middle_of_a_call(
    open_app: OpenApp, real_db: OwnDatabase, floor: Floor
) -> None:
    email = make_user(real_db, "agent")
    planned(as_user(real_db, email), named(floor, "Budi", 900_000), 30)
    async with open_app(email) as (app, pilot):
        await until(pilot, lambda: len(app._reminders) == 1)
        await pilot.press("n")
        await until(pilot, lambda: app.open_call is not None)
        rung = listen(app)
        await clock_goes_to(pilot, app, 31)
        await until(pilot, lambda: "Budi: kirim brosur" in said(app))
        assert rung == []


async def test_the_timer_itself_rings(open_app: OpenApp, real_db: OwnDatabase, floor: Floor) -> None:
    email = make_user(real_db, "agent")
    planned(as_user(real_db, email), named(floor, "Budi"), 1 / 30)
    async with open_app(email) as (app, pilot):
        await until(pilot, lambda: "Budi: kirim brosur" in said(app))
        assert app.badges["tasks"] == ("1!", True)
