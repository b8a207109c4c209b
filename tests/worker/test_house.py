"""What a worker does beside mail, and what it does by the clock."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import procrastinate
import pytest

from leadtui.core.auth import service as auth
from leadtui.core.ctx import Ctx
from leadtui.core.outbox import smtp
from leadtui.core.runtime import Runtime
from leadtui.worker import house, jobs
from leadtui.worker.acting import Acting
from tests.conftest import OwnDatabase
from tests.db.make_leads import Made, put
from tests.worker.conftest import mail_settings


@pytest.fixture
def acting(real_db: OwnDatabase, tmp_path: Path) -> Iterator[Acting]:
    settings = mail_settings(real_db, tmp_path, 25)
    one = Acting(Runtime(settings, real_db, real_db.admin_url, None))
    yield one
    one.close()


def last_partition(db: OwnDatabase) -> str:
    with db.owner() as connection:
        row = connection.execute(
            "select max(inhrelid::regclass::text) from pg_inherits where inhparent = 'call_log'::regclass"
            " and inhrelid::regclass::text not like '%%default'"
        ).fetchone()
    assert row
    return str(row[0])


def test_partitions_are_made_ahead(real_db: OwnDatabase, acting: Acting) -> None:
    last = last_partition(real_db)
    with real_db.owner() as connection:
        connection.execute(f"drop table {last}")
    assert last_partition(real_db) < last
    house.keep(acting)
    assert last_partition(real_db) == last
    with real_db.owner() as connection:
        may = "select has_table_privilege('leadtui_backup', %s, 'select')"
        assert connection.execute(may, (last,)).fetchone() == (True,)


def test_due_rows_are_put_back(real_db: OwnDatabase, acting: Acting) -> None:
    with real_db.owner() as connection:
        row = connection.execute("select now()").fetchone()
    assert row
    put(real_db, *(Made(hidden_until=row[0] - timedelta(minutes=1), ready=False) for _lead in range(3)))
    assert house.sweep(acting) == 3
    assert house.sweep(acting) == 0


def test_a_session_that_ended_is_opened_anew(real_db: OwnDatabase, acting: Acting) -> None:
    first = acting.call(auth.me)
    with real_db.owner() as connection:
        connection.execute("update app_session set ended_at = now() where id = %s", (first.session_id,))
    second = acting.call(auth.me)
    assert second.session_id != first.session_id
    assert acting.call(auth.me).session_id == second.session_id


def test_every_job_by_the_clock_can_be_run(real_db: OwnDatabase, acting: Acting) -> None:
    where = smtp.server(acting.runtime.settings)
    app = jobs.build(real_db.url, acting, where)
    named = {task.task.name: task for task in app.periodic_registry.periodic_tasks.values()}
    assert set(named) == {"mail.recover", "mail.digests", "house.sweep", "house.keep"}

    async def run() -> None:
        async with app.open_async():
            for name, task in named.items():
                function = task.task.func
                if inspect.iscoroutinefunction(function):
                    job = procrastinate.jobs.Job(
                        id=1, queue="house", lock=None, queueing_lock=None, task_name=name
                    )
                    context = procrastinate.JobContext(
                        app=app, job=job, start_timestamp=0.0, abort_reason=lambda: None
                    )
                    await function(context, timestamp=0)
                else:
                    await asyncio.to_thread(function, timestamp=0)

    asyncio.run(run())


def test_without_a_mail_server_mail_is_left_where_it_is(real_db: OwnDatabase, acting: Acting) -> None:
    app = jobs.build(real_db.url, acting, None)
    assert "mail.send" not in app.tasks
    assert jobs.options(None, concurrency=2, once=False)["queues"] == ["house"]
    assert isinstance(acting.call(_whoami), str)


def _whoami(ctx: Ctx) -> str:
    return auth.me(ctx).role.value
