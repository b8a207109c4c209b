"""The terminal that goes away: a closed window, a lost line. Textual's own driver would spin on the end of
the input, or stand still behind a writer that has died of the first failed write."""

from __future__ import annotations

import contextlib
import select
import signal
import threading
import time
from typing import IO, Any, Final

from textual.drivers.linux_driver import LinuxDriver

HUNG_UP: Final = signal.SIGHUP


class _Line:
    """Where the driver writes to; what a dead terminal does not take is dropped."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError, ValueError):
            return self._file.write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._file.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class HangupDriver(LinuxDriver):
    """Textual's driver on a line that may be lost: then `app.hung_up(SIGHUP)`, once."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._file: Any = _Line(self._file)
        self._watched = False
        self._gone = threading.Event()

    def start_application_mode(self) -> None:
        """Also watch the line."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if not self._watched:
            self._watched = True
            threading.Thread(target=self._watch, name="hangup", daemon=True).start()

    def _watch(self) -> None:
        line = select.poll()
        line.register(self.fileno, 0)  # a hangup is told without being asked for
        while not any(
            event & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, event in line.poll()
        ):
            time.sleep(0.1)
        self._lost()

    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except OSError:
            self._lost()  # reading from a line that is gone is no defect to show anybody
        except BaseException:
            import rich.traceback

            self._app.call_later(self._app.panic, rich.traceback.Traceback())

    def _lost(self) -> None:
        if not self._gone.is_set():
            self._gone.set()
            self.exit_event.set()
            hung_up = getattr(self._app, "hung_up", None)
            if hung_up is not None:
                self._app.call_later(hung_up, HUNG_UP)
