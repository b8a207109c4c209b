"""Ctrl+C, SIGTERM and a closed terminal as one thing that unwinds: what is open is rolled back or removed."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Stop:
    """Whether it can still be stopped."""

    def __init__(self) -> None:
        self._deaf = False

    def ignore(self) -> None:
        """From here on it is too late: the work ends."""
        self._deaf = True

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """The signal handler: once, so that an impatient second one does not stop the cleaning up."""
        if not self._deaf:
            self._deaf = True
            raise KeyboardInterrupt


@contextlib.contextmanager
def stoppable() -> Iterator[Stop]:
    """KeyboardInterrupt in this block for each of the signals; a signal that was ignored stays so."""
    stop = Stop()
    before: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        for number in _SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, stop)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
