"""Time a terminal program from the outside: spawn it on a pty, press a key, wait for the paint.

Answers Textual's mode-2026 query, so that frames are complete when they arrive. Pilot cannot do
this: its floor is about 66 ms a key. Latencies are wall milliseconds; compare with a floor in the
same run.

    app = Terminal([".venv/bin/leadtui"], cols=120, rows=36)
    shown = app.wait(rb"leadtui")                  # perf_counter() of the first paint, or None
    ms = [app.key(b"j", rb".") for _ in range(200)]
    print(percentile(ms, 50), percentile(ms, 95), app.private_mb(), app.cpu_seconds())
    app.kill()
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Sequence


class Terminal:
    """A program on its own pty. `log` holds every byte that it wrote."""

    def __init__(
        self, argv: Sequence[str], cols: int = 120, rows: int = 40, env: dict[str, str] | None = None
    ) -> None:
        environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(env or {})}
        environment.pop("COLUMNS", None)
        environment.pop("LINES", None)
        self.started = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                os.execvpe(argv[0], list(argv), environment)  # noqa: S606
            finally:
                os._exit(127)
        self._size(cols, rows)
        self.buffer = b""
        self.log = b""
        self.dead = False

    def _size(self, cols: int, rows: int) -> None:
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))

    def resize(self, cols: int, rows: int) -> None:
        self._size(cols, rows)
        os.kill(self.pid, signal.SIGWINCH)

    def _read(self, timeout: float) -> bool:
        if not select.select([self.fd], [], [], max(0.0, timeout))[0]:
            return False
        try:
            data = os.read(self.fd, 1 << 20)
        except OSError:
            data = b""
        if not data:
            self.dead = True
            return False
        self.buffer += data
        self.log += data
        if b"\x1b[?2026$p" in data:  # "do you know synchronized output?" Yes.
            os.write(self.fd, b"\x1b[?2026;2$y")
        return True

    def wait(self, pattern: bytes, timeout: float = 60) -> float | None:
        """perf_counter() when `pattern` was in the output since the last key, or None."""
        wanted = re.compile(pattern, re.DOTALL)
        end = time.perf_counter() + timeout
        while not self.dead:
            if wanted.search(self.buffer):
                return time.perf_counter()
            if (left := end - time.perf_counter()) <= 0:
                return None
            self._read(left)
        return None

    def drain(self, quiet: float = 0.25, at_most: float = 10) -> None:
        """Read until nothing has come for `quiet` seconds."""
        end = time.perf_counter() + at_most
        while time.perf_counter() < end and self._read(quiet):
            pass

    def key(
        self, key: bytes, pattern: bytes = rb".", timeout: float = 10, settle: float = 0.03
    ) -> float | None:
        """Milliseconds from the key to output that matches `pattern`."""
        self.drain(settle, 1)
        self.buffer = b""
        pressed = time.perf_counter()
        os.write(self.fd, key)
        painted = self.wait(pattern, timeout)
        return None if painted is None else (painted - pressed) * 1000

    def private_mb(self) -> float:
        """Private memory of the process (Linux), in MiB."""
        with open(f"/proc/{self.pid}/smaps_rollup") as f:
            return sum(int(line.split()[1]) for line in f if line.startswith("Private_")) / 1024

    def cpu_seconds(self) -> float:
        with open(f"/proc/{self.pid}/stat") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        for call in (lambda: os.kill(self.pid, signal.SIGKILL), lambda: os.waitpid(self.pid, 0)):
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                call()
        os.close(self.fd)


def percentile(values: Sequence[float | None], q: float) -> float:
    known = sorted(v for v in values if v is not None)
    return known[min(len(known) - 1, round(q / 100 * (len(known) - 1)))] if known else float("nan")
