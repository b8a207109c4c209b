"""The end of the process, bounded: a database that does not answer keeps nobody from going home."""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

WORKERS: Final = 16
"""Threads for services: with a database that stalls, a few hang while the others go on."""

_PREFIX: Final = "leadtui-work"


def workers() -> ThreadPoolExecutor:
    """The threads in which services run."""
    return ThreadPoolExecutor(WORKERS, thread_name_prefix=_PREFIX)


def within(seconds: float, work: Callable[[], object]) -> bool:
    """Run `work` in a thread that nobody waits for longer than this; whether it ended. Raises nothing."""

    def quietly() -> None:
        with contextlib.suppress(Exception):
            work()

    thread = threading.Thread(target=quietly, daemon=True)
    thread.start()
    thread.join(seconds)
    return not thread.is_alive()


def leave_stuck(code: int, patience: float = 1.0) -> None:
    """Where a worker still waits for a database that does not answer, end the process without it.

    Python would wait for that thread for ever. Everything that must happen before has happened.
    """
    end = time.monotonic() + patience
    for thread in threading.enumerate():
        if thread.name.startswith(_PREFIX):
            thread.join(max(0.0, end - time.monotonic()))
            if thread.is_alive():
                # the embedded server counts its users there
                within(5.0, atexit._run_exitfuncs)
                for stream in (sys.stdout, sys.stderr):
                    with contextlib.suppress(OSError, ValueError):
                        stream.flush()
                os._exit(code)
