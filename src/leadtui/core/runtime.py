"""Bring the database up for a front door: the embedded server by default, a real one by URL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg

from leadtui.core.auth import service as auth
from leadtui.core.ctx import Ctx, Origin
from leadtui.core.db import migrate
from leadtui.core.db.database import Database
from leadtui.core.db.reach import no_connection
from leadtui.core.errors import Invalid, NotAllowed, Unavailable
from leadtui.core.settings import Settings

if TYPE_CHECKING:
    from leadtui.core.db.embedded import EmbeddedServer


@dataclass(slots=True)
class Runtime:
    """What a process holds of the database. Close it at the end."""

    settings: Settings
    app: Database
    admin_url: str | None
    server: EmbeddedServer | None
    """The embedded server, where there is one."""

    def ctx(self, origin: Origin) -> Ctx:
        """A context without a session: for signing in."""
        return Ctx(self.app, origin, production=self.settings.production)

    def system(self, origin: Origin) -> Ctx:
        """The audited `system` actor. Raises NotAllowed for who does not own the database, Unavailable."""
        if self.admin_url is None:
            raise NotAllowed("admin_url_needed")
        if self.server is None:
            _status(self.admin_url)  # says at once what a pool would try for 20 s
        owner = Database(self.admin_url, pool_max=1, application="leadtui-system")
        try:
            return auth.system_ctx(self.app, owner, origin)
        except psycopg.errors.InsufficientPrivilege as error:
            raise NotAllowed("admin_url_not_owner") from error
        finally:
            owner.close()

    def close(self) -> None:
        """Close the pool. The embedded server stops with the last process that uses it."""
        self.app.close()


def open_runtime(settings: Settings, *, application: str = "leadtui") -> Runtime:
    """Start or find the database and check that its schema fits this program.

    The embedded server migrates itself and gets the starter model at first use; a real one is only ever
    changed by `db upgrade`. Raises Unavailable ("no_connection", "schema_old", "schema_new",
    "embedded_server"), Invalid for a home that cannot hold a server or a URL that is none.
    """
    check_urls(settings)
    if settings.database_url is None:
        from leadtui.core.db import embedded

        server = embedded.start(settings.home)
        app = Database(
            server.app_url, application=application, pool_max=settings.pool_size, revive=server.revive
        )
        runtime = Runtime(settings, app, server.admin_url, server)
        # a first use that was killed may lack what comes after the migrations: partitions, grants, a model
        if not _status(server.admin_url).up_to_date or not migrate.used(server.admin_url):
            migrate.upgrade(server.admin_url)
            quiet_log(server.admin_url)
            _first_use(runtime)
        return runtime
    found = _status(settings.database_url)
    if found.current is None or found.current < found.head:
        raise Unavailable("schema_old", current=found.current, head=found.head)
    if found.current > found.head:
        raise Unavailable("schema_new", current=found.current, head=found.head)
    app = Database(settings.database_url, application=application, pool_max=settings.pool_size)
    return Runtime(settings, app, settings.admin_url, None)


def quiet_log(admin_url: str) -> None:
    """Have the embedded server write no row of data into its own log."""
    from leadtui.core.health import queries

    with psycopg.connect(admin_url, autocommit=True, connect_timeout=10) as connection:
        queries.quiet_log(connection)


def check_urls(settings: Settings) -> None:
    """Raises Invalid for a URL that PostgreSQL's own parser does not understand; connects to nothing."""
    from psycopg.conninfo import conninfo_to_dict

    for name, url in (
        ("LEADTUI_DATABASE_URL", settings.database_url),
        ("LEADTUI_ADMIN_URL", settings.admin_url),
    ):
        if url is None:
            continue
        try:
            conninfo_to_dict(url)
        except psycopg.ProgrammingError as error:
            raise Invalid({name: "not_a_postgresql_url"}) from error


def _status(url: str) -> migrate.Status:
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
            return migrate.status(connection)
    except psycopg.OperationalError as error:
        raise no_connection(error, url) from error


def _first_use(runtime: Runtime) -> None:
    """A database that was just made, or just upgraded: the country's holidays and, what it lacks of them, a
    guide and last a model, so that nobody writes or trains anything to look around."""
    from leadtui.core.guide import service as guide
    from leadtui.core.holidays.first import ship
    from leadtui.core.models import service as models

    ctx = runtime.system(Origin.CLI)
    try:
        ship(ctx)
        guide.import_shipped(ctx)
        models.deploy_starter(ctx)
    finally:
        auth.sign_out(ctx)
