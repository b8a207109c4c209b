"""One PostgreSQL for a process: a pool of at most two psycopg connections.

Transactions are begun and ended here in plain SQL, on connections in autocommit mode: so one round trip can
carry BEGIN, the session check and the first statement. SQLAlchemy serves Alembic only: a whole call through
it was measured at 5.3 × the bare statement (DATA-PATH), and its import would cost every agent memory.
"""

from __future__ import annotations

import contextlib
import logging
import select
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg.pq import TransactionStatus
from psycopg_pool import ConnectionPool, PoolTimeout

from leadtui.core.errors import Unavailable

# Its pool tells each failed attempt to whoever listens; where nobody does, Python prints it on the terminal.
logging.getLogger("psycopg").addHandler(logging.NullHandler())

PgConnection = psycopg.Connection[tuple[Any, ...]]

GUARDS: Final = (
    "-c timezone=UTC -c statement_timeout=30s -c lock_timeout=5s "
    "-c idle_in_transaction_session_timeout=60s -c client_connection_check_interval=1s -c jit=off"
)
"""Set on connect: nobody's statement outlives them or holds everybody up (DATA-PATH, traps)."""

IDLE_SECONDS: Final = 600.0
"""A connection that is closed and opened again costs the server a tenth of a second: its catalogue, every
plan. The pool closes what was not needed for so long; the second one of a program is needed now and then."""
_FRESH_SECONDS: Final = 15.0
_PATIENCE: Final = 20.0
"""Seconds that one attempt to connect goes on: a server that comes back is found within half a second, while
the pool's own attempts grow apart to minutes."""
_AGAIN: Final = 0.5

Revive = Callable[[], bool]


def _patient(revive: Revive | None, closing: threading.Event) -> type[PgConnection]:
    """A connection class whose `connect` goes on for 20 s, and starts a server that has crashed."""

    class Patient(psycopg.Connection[tuple[Any, ...]]):
        @classmethod
        def connect(cls, conninfo: str = "", **arguments: Any) -> Patient:
            end = time.monotonic() + _PATIENCE
            while True:
                try:
                    return super().connect(conninfo, **arguments)
                except psycopg.OperationalError:
                    if time.monotonic() >= end or closing.is_set():
                        raise
                if revive is not None:
                    with contextlib.suppress(Unavailable):
                        if revive():
                            continue
                closing.wait(_AGAIN)

    return Patient


def _said(connection: PgConnection) -> bool:
    """Whether anything waits to be read on an idle connection: it is nothing that anybody asked for."""
    try:
        return bool(select.select([connection.fileno()], [], [], 0)[0])
    except (OSError, ValueError, psycopg.Error):
        return True  # closed, or a number that `select` does not take: ask


class Database:
    """A database by URL. Cheap to make; the first connection is opened at first use. Thread-safe.

    `revive` is asked to start the server whenever it cannot be reached (the embedded one).
    """

    def __init__(
        self, url: str, *, pool_max: int = 2, application: str = "leadtui", revive: Revive | None = None
    ) -> None:
        self.url = url
        self._closing = threading.Event()
        self._used: weakref.WeakKeyDictionary[PgConnection, float] = weakref.WeakKeyDictionary()
        self._pool: ConnectionPool[PgConnection] = ConnectionPool(
            url,
            min_size=0,
            max_size=pool_max,
            max_idle=IDLE_SECONDS,
            timeout=_PATIENCE,
            reconnect_timeout=3 * _PATIENCE,
            connection_class=_patient(revive, self._closing),
            check=self._check,
            num_workers=1,
            open=False,
            kwargs={
                "autocommit": True,
                "options": GUARDS,
                "application_name": application,
                "connect_timeout": 10,
            },
        )
        self._open_lock = threading.Lock()
        self._teller: threading.Thread | None = None

    def _check(self, connection: PgConnection) -> None:
        # A round trip before every transaction would cost more than many statements do. A server that has
        # ended a connection (stopped, crashed, told to) said so on its socket: only then, and after a long
        # time, in which a cable may have been cut, is it asked.
        if time.monotonic() - self._used.get(connection, 0.0) > _FRESH_SECONDS or _said(connection):
            ConnectionPool.check_connection(connection)

    @contextmanager
    def connection(self) -> Iterator[PgConnection]:
        """A psycopg connection in autocommit mode. Raises Unavailable when none can be had in 20 s."""
        with self._open_lock:
            if self._pool.closed:
                self._pool.open()
        try:
            connection = self._pool.getconn()
        except (PoolTimeout, psycopg.OperationalError) as error:
            raise Unavailable("no_connection") from error
        try:
            yield connection
        finally:
            self._used[connection] = time.monotonic()
            self._pool.putconn(connection)

    @contextmanager
    def transaction(self, *, read_only: bool = False) -> Iterator[PgConnection]:
        """A transaction on a connection: committed at the end, rolled back when the block raises."""
        with self.connection() as connection:
            self.begin(connection, read_only=read_only)
            try:
                yield connection
            except BaseException:
                self.rollback(connection)
                raise
            self.commit(connection)

    def rollback(self, connection: PgConnection) -> None:
        """Roll back; a dead connection has done so already."""
        if not connection.closed and not connection.broken:
            pgconn = connection.pgconn
            if pgconn.transaction_status == TransactionStatus.ACTIVE and not pgconn.pipeline_status:
                # interrupted in the middle of a COPY or an answer: the server would wait for its end, and we
                # for the server; without the connection there is no transaction either
                connection.close()
                return
            try:
                connection.execute("rollback")
            except psycopg.OperationalError:
                return

    def begin(self, connection: PgConnection, *, read_only: bool) -> None:
        """Send BEGIN."""
        connection.execute("begin read only" if read_only else "begin")

    def commit(self, connection: PgConnection) -> None:
        """Send COMMIT."""
        connection.execute("commit")

    def tell_in(self, seconds: float) -> None:
        """Tell the news that wait when the pause is over (`news_tell`): a thread, one at a time.

        News that nobody tells because this process ends are told with the next ones.
        """
        with self._open_lock:
            if self._teller is None and not self._closing.is_set():
                self._teller = threading.Thread(target=self._tell, args=(seconds,), daemon=True, name="news")
                self._teller.start()

    def _tell(self, seconds: float) -> None:
        while not self._closing.wait(seconds):
            # before the asking: who writes after it starts a thread of their own
            with self._open_lock:
                self._teller = None
            try:
                with self.connection() as connection:
                    row = connection.execute("select news_tell()", prepare=True).fetchone()
            except (Unavailable, psycopg.Error):
                return  # whoever writes next tells them
            if row is None or row[0] is None:
                return
            seconds = row[0] / 1000
            with self._open_lock:
                if self._teller is not None:
                    return
                self._teller = threading.current_thread()

    def close(self) -> None:
        """Close the pool. The object cannot be used again."""
        self._closing.set()
        if not self._pool.closed:
            self._pool.close(timeout=2.0)
