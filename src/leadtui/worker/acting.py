"""The worker's `system` session, renewed while it works, and calls that outlast a server that comes back."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Concatenate, Final, ParamSpec, TypeVar

from leadtui.core.auth import service as auth
from leadtui.core.ctx import Ctx, Origin
from leadtui.core.errors import LeadtuiError, Unauthenticated, Unavailable
from leadtui.core.runtime import Runtime

P = ParamSpec("P")
R = TypeVar("R")

RENEW_SECONDS: Final = 3_600.0
"""A session of the system actor may be idle for two hours."""
_AGAIN: Final = 1.0


class Acting:
    """Calls of services as `system`. Thread-safe."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self._lock = threading.Lock()
        self._ctx: Ctx | None = None
        self._before: Ctx | None = None
        self._opened = 0.0

    def call(self, service: Callable[Concatenate[Ctx, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call a service; a session that has ended is opened anew. Raises what the service raises."""
        ctx = self._current()
        try:
            return service(ctx, *args, **kwargs)
        except Unauthenticated:
            return service(self._renewed(ctx), *args, **kwargs)

    def patiently(
        self, seconds: float, service: Callable[Concatenate[Ctx, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """As `call`, tried for `seconds` while the database is away."""
        end = time.monotonic() + seconds
        while True:
            try:
                return self.call(service, *args, **kwargs)
            except Unavailable:
                if time.monotonic() >= end:
                    raise
                # told to stop or not: a mail that was accepted has to be written down before we go
                time.sleep(_AGAIN)

    def close(self) -> None:
        """End the sessions; without a database they end by themselves."""
        for ctx in (self._before, self._ctx):
            if ctx is not None:
                with contextlib.suppress(LeadtuiError):
                    auth.sign_out(ctx)

    def _current(self) -> Ctx:
        with self._lock:
            if self._ctx is None or time.monotonic() - self._opened > RENEW_SECONDS:
                self._open()
            assert self._ctx is not None  # noqa: S101
            return self._ctx

    def _renewed(self, stale: Ctx) -> Ctx:
        with self._lock:
            if self._ctx is stale:
                self._open()
            assert self._ctx is not None  # noqa: S101
            return self._ctx

    def _open(self) -> None:
        opened = self.runtime.system(Origin.WORKER)
        # the one before serves whoever still works with it, until the next renewal
        if self._before is not None:
            with contextlib.suppress(LeadtuiError):
                auth.sign_out(self._before)
        self._before, self._ctx, self._opened = self._ctx, opened, time.monotonic()
