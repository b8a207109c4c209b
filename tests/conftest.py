"""Fixtures: one embedded PostgreSQL a session, the schema built once by migration, each test isolated."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from textual.css.stylesheet import Stylesheet

from leadtui.core.auth import passwords
from leadtui.core.auth import service as auth
from leadtui.core.auth.dto import SignIn
from leadtui.core.ctx import Ctx, Origin
from leadtui.core.db import embedded, migrate
from leadtui.core.db.database import Database, PgConnection

_RULES: dict[tuple[object, ...], Any] = {}
_parse_rules = Stylesheet._parse_rules


def _parsed_once(sheet: Stylesheet, *given: Any, **named: Any) -> Any:
    """Rules are parsed once a run, not once for each of hundreds of apps: a tenth of their tests' time."""
    key = (*given, *named.items(), frozenset(sheet._variables.items()))
    if key not in _RULES:
        _RULES[key] = _parse_rules(sheet, *given, **named)
    return _RULES[key]


Stylesheet._parse_rules = _parsed_once  # type: ignore[method-assign]

TEMPLATE = "leadtui_template"
PASSWORD = "a password for tests"
_QUICK_HASH = passwords.hash_password(PASSWORD, rounds=4)
_numbers = itertools.count(1)

UCI = Path(
    os.environ.get("LEADTUI_UCI_DIR")
    or Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "uci-bank-marketing"
)


def pytest_configure() -> None:
    """A shell that starts us in the background has us ignore SIGINT, and so would every process we start."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def uci() -> Path:
    """The folder of the real data; tests that use it skip where it is absent."""
    if not (UCI / "bank-additional-full.csv").exists():
        pytest.skip("the UCI bank marketing files are not here (LEADTUI_UCI_DIR)")
    return UCI


def short_folder() -> Path:
    """A new folder for a LEADTUI_HOME; short, as a socket's path is limited to about 100 bytes.

    In memory where there is room: a database is 600 files, and a disk takes up to a second to make them.
    """
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    with contextlib.suppress(OSError):
        if shutil.disk_usage(memory).free > 4 * 1024**3:
            return Path(tempfile.mkdtemp(prefix="lt", dir=memory))
    return Path(tempfile.mkdtemp(prefix="lt"))


@pytest.fixture(scope="session")
def home() -> Iterator[Path]:
    """The LEADTUI_HOME of the run's server."""
    path = short_folder()
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def server(home: Path) -> Iterator[embedded.EmbeddedServer]:
    """One embedded PostgreSQL for the whole run, its database `leadtui` migrated."""
    running = embedded.start(home)
    with psycopg.connect(running.url(user="postgres", database="postgres"), autocommit=True) as connection:
        # a test's cluster lives for minutes: nothing of it must survive a power cut
        connection.execute("alter system set fsync = off")
        connection.execute("alter system set synchronous_commit = off")
        connection.execute("alter system set max_wal_size = '256MB'")
        connection.execute("select pg_reload_conf()")
    migrate.upgrade(running.admin_url)
    # a copy that nobody ever connects to: PostgreSQL copies only databases without connections
    with psycopg.connect(running.url(user="postgres", database="postgres"), autocommit=True) as connection:
        connection.execute(f"create database {TEMPLATE} template {embedded.DATABASE}")
    yield running
    running.stop()


class OneConnection(Database):
    """A database whose transactions are savepoints inside one outer transaction, undone after the test.

    Signed in as the superuser with the app's role set, so that `owner()` can make users in the same
    transaction. NOTIFY is not delivered and other connections see nothing: tests that need either use
    `real_db`.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url, pool_max=1)
        self._lock = threading.RLock()
        self.outer: PgConnection = psycopg.connect(url, autocommit=True)
        self.outer.execute("begin")
        self.outer.execute("set role leadtui_app")

    @contextmanager
    def connection(self) -> Iterator[PgConnection]:
        with self._lock:
            yield self.outer

    @contextmanager
    def owner(self) -> Iterator[PgConnection]:
        """The same transaction as the owner."""
        with self._lock:
            self.outer.execute("reset role")
            yield self.outer
            self.outer.execute("set role leadtui_app")

    def begin(self, connection: PgConnection, *, read_only: bool) -> None:
        connection.execute("savepoint gate")

    def commit(self, connection: PgConnection) -> None:
        connection.execute("release savepoint gate")

    def rollback(self, connection: PgConnection) -> None:
        connection.execute("rollback to savepoint gate")
        connection.execute("release savepoint gate")

    def close(self) -> None:
        self.outer.execute("rollback")
        self.outer.close()
        super().close()


class OwnDatabase(Database):
    """A database of a test's own, with the owner's URL beside it."""

    admin_url: str

    @contextmanager
    def owner(self) -> Iterator[PgConnection]:
        """A connection as the owner."""
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            yield connection


@pytest.fixture
def db(server: embedded.EmbeddedServer) -> Iterator[OneConnection]:
    """The app's database for one test; everything done in it is undone."""
    database = OneConnection(server.admin_url)
    yield database
    database.close()


@pytest.fixture
def real_db(server: embedded.EmbeddedServer) -> Iterator[OwnDatabase]:
    """A database of its own (from a template) where commits, NOTIFY and several connections are real."""
    name = f"t{os.getpid()}_{next(_numbers)}"
    admin = server.url(user="postgres", database="postgres")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'create database "{name}" template {TEMPLATE} strategy file_copy')
    database = OwnDatabase(server.url(user="leadtui_app", database=name))
    database.admin_url = server.url(user="postgres", database=name)
    yield database
    database.close()
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'drop database "{name}" with (force)')


MakeCtx = Callable[..., Ctx]


@pytest.fixture
def as_role(db: OneConnection) -> MakeCtx:
    """`as_role("agent", team="main", name=None) -> Ctx`: a signed-in user of a role on `db`."""
    return _signer(db)


@pytest.fixture
def as_real_role(real_db: OwnDatabase) -> MakeCtx:
    """The same on `real_db`."""
    return _signer(real_db)


def make_user(
    database: OneConnection | OwnDatabase, role: str, team: str = "main", name: str | None = None
) -> str:
    """A user with the password `PASSWORD`; gives the e-mail."""
    email = f"{role}{next(_numbers)}@bank.test"
    with database.owner() as connection:
        connection.execute(
            "insert into team (code, name) values (%s, %s) on conflict do nothing", (team, team)
        )
        connection.execute(
            "insert into app_user (team_id, email, name, role, password_hash) "
            "select id, %s, %s, %s, %s from team where code = %s",
            (email, name or email.split("@")[0].title(), role, _QUICK_HASH, team),
        )
    return email


def _signer(database: OneConnection | OwnDatabase) -> MakeCtx:
    def sign_in(role: str = "agent", *, team: str = "main", name: str | None = None) -> Ctx:
        if role == "system":
            if isinstance(database, OneConnection):
                return auth.system_ctx(database, database, Origin.CLI)
            owner = Database(database.admin_url, pool_max=1)
            try:
                return auth.system_ctx(database, owner, Origin.CLI)
            finally:
                owner.close()
        ctx = Ctx(database, Origin.TUI)
        auth.sign_in(ctx, SignIn(make_user(database, role, team, name), PASSWORD))
        return ctx

    return sign_in
