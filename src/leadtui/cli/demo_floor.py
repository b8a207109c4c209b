"""The demo's colleagues in a process of their own, beside the program: begun with it, ended with it.

The child reads its standard input, on which nothing ever comes: it ends when the other end is gone, however
the program ended.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Final

_PATIENCE: Final = 10.0
"""Seconds for giving back what is open and signing out."""


@contextlib.contextmanager
def beside(n: int, pace: float = 1.0) -> Iterator[subprocess.Popen[bytes] | None]:
    """`n` colleagues work while the block runs; none is none. `pace`: people's is 1, a tenth of it 0.1."""
    if not n:
        yield None
        return
    child = subprocess.Popen(  # noqa: S603  (ourselves)
        [sys.executable, "-m", "leadtui.cli.demo_floor", str(n), str(pace)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # the terminal's Ctrl+C and its end are the program's; this one goes by its pipe
        start_new_session=True,
    )
    try:
        yield child
    finally:
        assert child.stdin is not None  # noqa: S101
        with contextlib.suppress(OSError):
            child.stdin.close()
        try:
            child.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def main() -> int:
    """The child: `python -m leadtui.cli.demo_floor N PACE`."""
    from leadtui import i18n, logs
    from leadtui.cli.opening import speak
    from leadtui.core.demo import colleagues, setup
    from leadtui.core.demo.floor import Floor
    from leadtui.core.runtime import open_runtime
    from leadtui.core.settings import load

    with contextlib.suppress(OSError, AttributeError):
        os.nice(5)  # whoever types comes first
    speak()
    settings = load()
    setup.check(settings)
    logs.open_for(settings)
    runtime = open_runtime(settings, application="leadtui-demo-floor")
    try:
        pace = float(sys.argv[2])
        floor = Floor(runtime.app, colleagues.logins(int(sys.argv[1])), i18n.language(), pace=pace)
        threading.Thread(target=_watch, args=(floor.stop,), daemon=True).start()
        floor.work()
    except Exception as error:
        logs.log_unexpected(error)
        return 2
    finally:
        runtime.close()
        logs.close_log()
    return 0


def _watch(stop: threading.Event) -> None:
    with contextlib.suppress(OSError, ValueError):
        while os.read(0, 1024):
            pass
    stop.set()


if __name__ == "__main__":
    sys.exit(main())
