"""Run until told to stop: what runs is finished, a server that went away is waited for."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable
from typing import Final

from leadtui import logs
from leadtui.core.auth import service as auth
from leadtui.core.errors import LeadtuiError, Unavailable
from leadtui.core.outbox import service as outbox
from leadtui.core.outbox import smtp
from leadtui.core.runtime import Runtime
from leadtui.worker import house, jobs
from leadtui.worker.acting import Acting

DELAYS: Final = (1.0, 2.0, 5.0, 10.0)
"""Seconds until the next look at a server that is away."""

Tell = Callable[[str], None]
"""Called with "ready", "away" and "stopping"."""


def run(runtime: Runtime, *, concurrency: int = 2, once: bool = False, tell: Tell | None = None) -> None:
    """Work. Returns after SIGTERM, SIGINT or SIGHUP, with `once` when nothing is due any more.

    Raises Invalid for mail settings that cannot be used, NotAllowed for who may not act as `system`,
    Unavailable where the database cannot be reached at the start (with `once`: at all).
    """
    where = smtp.server(runtime.settings) if smtp.configured(runtime.settings) else None
    acting = Acting(runtime)
    # before anything else: who may not work finds out now
    acting.call(auth.me)
    try:
        if where is not None:
            acting.call(outbox.recover)
        if once:
            house.everything(acting)
        asyncio.run(_serve(runtime, acting, where, concurrency, once, tell or _silent))
    finally:
        acting.close()


def _silent(state: str) -> None:
    """Nobody is told."""


async def _serve(
    runtime: Runtime, acting: Acting, where: smtp.MailServer | None, concurrency: int, once: bool, tell: Tell
) -> None:
    stop = asyncio.Event()
    _on_signals(stop, tell)
    failures = 0
    while not stop.is_set():
        try:
            # finds out whether the server is there, and starts an embedded one that crashed
            await asyncio.to_thread(acting.call, auth.me)
            tell("ready")
            await _work(runtime, acting, where, concurrency, once, stop)
            failures = 0
            if once:
                return
        except Exception as error:
            # what a library says of a connection that went away has many names; nothing of it ends the worker
            if once:
                raise Unavailable("database_gone") from error
            if not isinstance(error, LeadtuiError):
                logs.log_unexpected(error)
        if not stop.is_set():
            tell("away")
            delay = DELAYS[min(failures, len(DELAYS) - 1)]
            failures += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), delay)


async def _work(
    runtime: Runtime, acting: Acting, where: smtp.MailServer | None, concurrency: int, once: bool,
    stop: asyncio.Event,
) -> None:  # fmt: skip
    """Until told to stop, or until procrastinate gives up because its connection went away."""
    app = jobs.build(runtime.app.url, acting, where, periodic=not once)
    async with app.open_async():
        working = asyncio.create_task(
            app.run_worker_async(**jobs.options(where, concurrency=concurrency, once=once))
        )
        told = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({working, told}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                working.cancel()  # procrastinate's way: what runs is finished, nothing new is begun
            with contextlib.suppress(asyncio.CancelledError):
                await working
        finally:
            told.cancel()


def _on_signals(stop: asyncio.Event, tell: Tell) -> None:
    loop = asyncio.get_running_loop()
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    known = [getattr(signal, name) for name in names if hasattr(signal, name)]

    def asked() -> None:
        stop.set()
        tell("stopping")
        for number in known:
            # the second time is meant: no more waiting for a mail server that does not answer
            with contextlib.suppress(NotImplementedError, ValueError):
                loop.remove_signal_handler(number)

    for number in known:
        with contextlib.suppress(NotImplementedError, ValueError):
            loop.add_signal_handler(number, asked)
