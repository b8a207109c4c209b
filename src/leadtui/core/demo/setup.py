"""The demo from nothing: its embedded server, its database, everything in it. And away with it again.

Only ever the embedded server of `LEADTUI_HOME`, never a database by URL, never in production. Like
`core/operate.py` this stands outside the gate: only who owns the home can do it.
"""

from __future__ import annotations

import psycopg

from leadtui.core.auth import service as auth
from leadtui.core.ctx import Origin
from leadtui.core.db import embedded
from leadtui.core.db.database import PgConnection
from leadtui.core.demo import colleagues, queries, service
from leadtui.core.demo.dto import DemoReport, FillDemo, OnStage
from leadtui.core.errors import Conflict, NotAllowed
from leadtui.core.runtime import open_runtime
from leadtui.core.settings import Settings


def prepare(
    settings: Settings,
    command: FillDemo,
    *,
    reset: bool = False,
    progress: OnStage | None = None,
    with_colleagues: int = 0,
) -> DemoReport:
    """Start the embedded server and fill its database where it is empty; `reset` drops the old demo first.
    `with_colleagues` are made where they are not there; `cli/demo_floor.py` has them work.

    Safe to call at every start: a demo that is there is only looked at. The server stays up as long as this
    process lives. Raises NotAllowed("demo_production"), Conflict("demo_database_url"), ("demo_not_empty"),
    ("demo_not_flagged"), ("demo_half_filled"), and what `open_runtime` raises.
    """
    check(settings)
    if progress is not None:
        progress("server", 0, 0)
    if reset:
        drop(settings)
    runtime = open_runtime(settings, application="leadtui-demo")
    try:
        ctx = runtime.system(Origin.CLI)
        try:
            report = service.fill(ctx, command, progress)
            colleagues.make(ctx, with_colleagues, progress)
            return report
        finally:
            auth.sign_out(ctx)
    finally:
        runtime.close()


def check(settings: Settings) -> None:
    """Refuse where the demo has no business; starts nothing."""
    if settings.production:
        raise NotAllowed("demo_production")
    if settings.database_url is not None or settings.admin_url is not None:
        raise Conflict("demo_database_url")


def drop(settings: Settings) -> bool:
    """Drop the demo's database with everything in it; whether there was one.

    A database without the demo's flag is left alone: Conflict("demo_not_flagged") unless it is empty.
    """
    check(settings)
    server = embedded.start(settings.home)
    with psycopg.connect(server.admin_url, autocommit=True, connect_timeout=10) as connection:
        if not _is_demo(connection):
            return False
    postgres = server.url(user="postgres", database="postgres")
    with psycopg.connect(postgres, autocommit=True, connect_timeout=10) as connection:
        connection.execute(f"drop database {embedded.DATABASE} with (force)")
    embedded.start(settings.home)  # makes the database again, empty
    return True


def _is_demo(connection: PgConnection) -> bool:
    if not queries.has_schema(connection):
        return False
    if queries.flag(connection) is not None:
        return True
    if not queries.is_bare(connection):
        raise Conflict("demo_not_flagged")
    return False
