"""The demo fills an empty database through the real services, once, and nothing that is not its own."""

from __future__ import annotations

import dataclasses
import shutil
import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest

from leadtui.core.auth import service as auth
from leadtui.core.auth.dto import SignIn
from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import Claim
from leadtui.core.ctx import Ctx, Origin
from leadtui.core.db import embedded
from leadtui.core.demo import setup
from leadtui.core.demo.calls import CALLS
from leadtui.core.demo.dto import LOGINS, FillDemo
from leadtui.core.demo.service import demo_logins, fill
from leadtui.core.errors import Conflict, Invalid, NotAllowed
from leadtui.core.models import service as models
from leadtui.core.settings import Settings, load
from tests.conftest import MakeCtx, OwnDatabase, short_folder

SMALL = FillDemo(leads=150, language="id")
JAKARTA = ZoneInfo("Asia/Jakarta")
Query = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture
def ctx(as_real_role: MakeCtx) -> Ctx:
    """The system actor of an empty database with the starter model."""
    system = as_real_role("system")
    models.deploy_starter(system)
    return system


@pytest.fixture
def rows(real_db: OwnDatabase) -> Query:
    def run(statement: str) -> list[tuple[Any, ...]]:
        with real_db.owner() as connection:
            return connection.execute(statement).fetchall()

    return run


def test_it_fills_an_empty_database(ctx: Ctx, rows: Query, real_db: OwnDatabase) -> None:
    assert demo_logins(Ctx(real_db, Origin.TUI)) == ()
    stages: list[str] = []
    report = fill(ctx, SMALL, lambda stage, done, total: stages.append(stage))
    assert report == dataclasses.replace(report, filled=True, leads=150, calls=CALLS, logins=LOGINS)
    assert list(dict.fromkeys(stages)) == ["users", "import", "score", "calls"]

    assert rows("select count(*), bool_and(synthetic), bool_and(consent = 2) from lead") == [
        (150, True, True)
    ]
    assert rows("select count(*) from lead_queue where rank_key < 0") == [(0,)]
    assert rows("select count(distinct rank_key) > 50 from lead_queue") == [(True,)]
    assert rows("select count(*) from call_log") == [(CALLS,)]
    # none today, by the team's own day
    assert rows(
        "select count(*) from call_log "
        "where (at at time zone 'Asia/Jakarta')::date >= (now() at time zone 'Asia/Jakarta')::date"
    ) == [(0,)]
    assert rows("select calls, closings from agent_day") == [(CALLS, 2)]
    assert rows(
        "select count(*) filter (where due_at <= now()), count(*) from task where kind = 1 and state = 0"
    ) == [(1, 3)]
    # its rows came through the import and are in the audit like any others
    assert rows("select status, n_added from import_run") == [("committed", 150)]
    assert rows("select count(*) from audit where action = 'call.logged'") == [(CALLS,)]
    assert rows("select count(*) from audit where action = 'demo.filled'") == [(1,)]

    assert demo_logins(Ctx(real_db, Origin.TUI)) == LOGINS
    assert demo_logins(Ctx(real_db, Origin.TUI, production=True)) == ()
    for login in LOGINS:
        agent = Ctx(real_db, Origin.TUI)
        actor = auth.sign_in(agent, SignIn(login.email, login.password))
        assert (actor.role, actor.name, actor.must_change) == (login.role, login.name, False)


def test_a_second_start_changes_nothing(ctx: Ctx, rows: Query) -> None:
    fill(ctx, SMALL)
    count = (
        "select (select count(*) from lead), (select count(*) from call_log), (select count(*) from app_user)"
    )
    before = rows(count)
    again = fill(ctx, FillDemo(leads=9))
    assert (again.filled, again.leads, again.calls) == (False, 150, CALLS)
    assert rows(count) == before


def test_the_agent_finds_the_due_callback_first(ctx: Ctx, rows: Query, real_db: OwnDatabase) -> None:
    fill(ctx, SMALL)
    agent = Ctx(real_db, Origin.TUI)
    auth.sign_in(agent, SignIn(LOGINS[0].email, LOGINS[0].password))
    (due,) = rows("select lead_id from task where kind = 1 and state = 0 and due_at <= now()")
    call = calls.claim(agent, Claim(uuid.uuid4()))
    assert call.lead_id == due[0]
    assert call.synthetic


def test_too_few_customers_make_a_short_day(ctx: Ctx) -> None:
    report = fill(ctx, FillDemo(leads=2))
    assert report.leads == 2
    assert 1 <= report.calls < CALLS


def test_it_refuses_a_database_that_holds_anything(ctx: Ctx, as_real_role: MakeCtx, rows: Query) -> None:
    as_real_role("agent")
    with pytest.raises(Conflict) as caught:
        fill(ctx, SMALL)
    assert caught.value.code == "demo_not_empty"
    assert rows("select count(*) from lead") == [(0,)]
    assert rows("select count(*) from setting where key = 'demo'") == [(0,)]


def test_an_interrupted_demo_is_known_as_one(
    ctx: Ctx, monkeypatch: pytest.MonkeyPatch, real_db: OwnDatabase
) -> None:
    from leadtui.core.demo import service

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(service, "_scores", stop)
    with pytest.raises(KeyboardInterrupt):
        fill(ctx, SMALL)
    assert demo_logins(Ctx(real_db, Origin.TUI)) == ()
    with pytest.raises(Conflict) as caught:
        fill(ctx, SMALL)
    assert caught.value.code == "demo_half_filled"


def test_never_in_production_and_never_nonsense(ctx: Ctx) -> None:
    for wrong in (FillDemo(leads=0), FillDemo(leads=10**9), FillDemo(language="fr")):
        with pytest.raises(Invalid):
            fill(ctx, wrong)
    ctx.production = True
    with pytest.raises(NotAllowed) as caught:
        fill(ctx, SMALL)
    assert caught.value.code == "demo_production"


def test_only_the_owner_fills_it(as_real_role: MakeCtx) -> None:
    for role in ("agent", "manager", "admin"):
        with pytest.raises(NotAllowed):
            fill(as_real_role(role), SMALL)


@pytest.mark.parametrize(
    ("environ", "code"),
    [
        ({"LEADTUI_ENV": "production"}, "demo_production"),
        ({"LEADTUI_DATABASE_URL": "postgresql://app@db.bank.test/leadtui"}, "demo_database_url"),
        ({"LEADTUI_ADMIN_URL": "postgresql://owner@db.bank.test/leadtui"}, "demo_database_url"),
    ],
)
def test_it_never_touches_another_database(environ: dict[str, str], code: str, tmp_path: Path) -> None:
    settings = load({**environ, "LEADTUI_HOME": str(tmp_path)})
    for act in (lambda: setup.prepare(settings, SMALL), lambda: setup.prepare(settings, SMALL, reset=True)):
        with pytest.raises((Conflict, NotAllowed)) as caught:
            act()
        assert caught.value.code == code
    assert list(tmp_path.iterdir()) == []


class _Server:
    """Stands for the embedded server: the database of one test."""

    def __init__(self, database: OwnDatabase) -> None:
        self.admin_url = database.admin_url


def test_reset_leaves_alone_what_is_not_the_demos(
    real_db: OwnDatabase, as_real_role: MakeCtx, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("leadtui.core.db.embedded.start", lambda home: _Server(real_db))
    settings = Settings(tmp_path, None, None, "dev")
    assert setup.drop(settings) is False  # empty: nothing to drop
    as_real_role("agent")
    with pytest.raises(Conflict) as caught:
        setup.drop(settings)
    assert caught.value.code == "demo_not_flagged"


def test_reset_makes_it_again_on_the_real_embedded_server() -> None:
    home = short_folder()
    settings = Settings(home, None, None, "dev")
    try:
        assert setup.prepare(settings, FillDemo(leads=30)).filled
        server = embedded.start(home)
        with psycopg.connect(server.admin_url) as connection:
            connection.execute("update lead set name = 'Changed'")
        assert not setup.prepare(settings, FillDemo(leads=30)).filled
        again = setup.prepare(settings, FillDemo(leads=40), reset=True)
        assert (again.filled, again.leads) == (True, 40)
        with psycopg.connect(server.admin_url) as connection:
            assert connection.execute("select count(*) from lead where name = 'Changed'").fetchone() == (0,)
    finally:
        embedded.stop(home)
        shutil.rmtree(home, ignore_errors=True)


def test_yesterday_is_the_teams_yesterday(ctx: Ctx, rows: Query) -> None:
    before = datetime.now(JAKARTA).date()
    fill(ctx, SMALL)
    (days,) = rows(
        "select array_agg(distinct report_day), (now() at time zone 'Asia/Jakarta')::date - 1 from call_log"
    )
    if before == datetime.now(JAKARTA).date():
        assert days[0] == [days[1]]
    assert rows("select count(*) from call_log where report_hour not between 9 and 18") == [(0,)]
