"""One asynchronous connection that LISTENs: open it, wait on it, ask whether it lives. No retries here."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any, Final

import psycopg
from psycopg.pq.misc import PGnotify

CHANNEL: Final = "leadtui"
ANSWER_SECONDS: Final = 5.0
"""A heartbeat that takes longer has found a dead connection."""

GONE: Final = (psycopg.OperationalError, psycopg.InterfaceError, TimeoutError, OSError)
"""What a connection that is not there any more raises."""

_OPTIONS: Final = "-c timezone=UTC -c statement_timeout=5s -c jit=off"


class Listener:
    """`async with await Listener.open(url) as listener`: payloads come out of `wait`."""

    def __init__(self, connection: psycopg.AsyncConnection[Any], hears: bool) -> None:
        self._connection = connection
        self._heard: list[str] = []
        connection.add_notify_handler(self._hear)  # those that come with the answer to `alive`
        self.hears = hears
        """False behind a connection pooler: notifications are lost there, so the caller has to poll."""

    @classmethod
    async def open(cls, url: str) -> Listener:
        """Connect and LISTEN. Raises one of GONE when the server cannot be reached within 10 s."""
        connection = await psycopg.AsyncConnection.connect(
            url,
            autocommit=True,
            options=_OPTIONS,
            application_name="leadtui-live",
            connect_timeout=10,
            # a cut cable is noticed in a minute even when nothing is sent
            keepalives_idle=30,
            keepalives_interval=10,
            keepalives_count=3,
        )
        try:
            await connection.execute(f"listen {CHANNEL}")
            cursor = await connection.execute("select pg_backend_pid()")
            row = await cursor.fetchone()
            # a pooler hands out a process number of its own; LISTEN belongs to whichever server it gave us
            hears = row is not None and row[0] == connection.info.backend_pid
        except BaseException:
            await connection.close()
            raise
        return cls(connection, hears)

    def _hear(self, note: psycopg.Notify | PGnotify) -> None:
        channel, payload = (
            (note.channel, note.payload)
            if isinstance(note, psycopg.Notify)
            else (note.relname.decode(), note.extra.decode())
        )
        if channel == CHANNEL:
            self._heard.append(payload)

    def heard(self) -> list[str]:
        """Payloads that have arrived; waits for nothing. Raises one of GONE when the connection is lost."""
        # straight from the protocol: a wake of psycopg's own generators costs ten times as much, and every
        # program of a floor wakes for every change
        pgconn = self._connection.pgconn
        pgconn.consume_input()
        while (note := pgconn.notifies()) is not None:
            self._hear(note)
        found, self._heard = self._heard, []
        return found

    async def wait(self, seconds: float) -> list[str]:
        """Payloads that have arrived, as soon as there are any; none after `seconds`. Raises as `heard`."""
        if found := self.heard():
            return found
        loop = asyncio.get_running_loop()
        readable = asyncio.Event()
        socket = self._connection.pgconn.socket
        loop.add_reader(socket, readable.set)
        try:
            async with asyncio.timeout(seconds):
                await readable.wait()
        except TimeoutError:
            return []
        finally:
            loop.remove_reader(socket)
        return self.heard()

    async def alive(self) -> None:
        """A round trip. Raises one of GONE when nobody answers within 5 s."""
        async with asyncio.timeout(ANSWER_SECONDS):
            await self._connection.execute("select 1")

    async def close(self) -> None:
        """Close it, whatever state it is in."""
        await self._connection.close()

    async def __aenter__(self) -> Listener:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
