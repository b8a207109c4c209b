"""Progress on stderr, on a terminal only, for what takes longer than a second."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from leadtui.formats import number
from leadtui.i18n import _

if TYPE_CHECKING:
    from rich.progress import Progress

BYTES: Final = "bytes"
ROWS: Final = "rows"

PATIENCE: Final = 1.0
"""Seconds of silence before a bar is worth drawing."""


class Bar:
    """A bar with stages. `update` is cheap and may be called as often as one likes."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._progress: Progress | None = None
        self._task: Any = None
        self._stage = ""
        self._shown = 0.0
        self.stage = ""
        """What is under way, as last told."""
        self.done = 0
        self.total = 0

    def update(self, label: str, done: int, total: int, unit: str = "") -> None:
        """`done` of `total` (0: not known) of what `label` says; `unit` (`BYTES`, `ROWS`) shows a rate."""
        self.stage, self.done, self.total = label, done, total
        now = time.monotonic()
        if not sys.stderr.isatty() or (total and now - self._began < PATIENCE):
            return  # a stage of unknown length says nothing more until it ends, so it shows at once
        if now - self._shown < 0.05 and done != total and label == self._stage:
            return
        self._shown = now
        if self._progress is None:
            self._progress = _make()
            self._progress.start()
        if label != self._stage:
            if self._task is not None:
                self._progress.remove_task(self._task)
            self._task = self._progress.add_task(label, total=total or None, unit=unit)
            self._stage = label
        self._progress.update(self._task, completed=done, total=total or None)

    def close(self) -> None:
        """Take it off the terminal."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None


@contextmanager
def bar() -> Iterator[Bar]:
    """A bar that is gone at the end, whatever happens."""
    made = Bar()
    try:
        yield made
    finally:
        made.close()


@contextmanager
def waiting(label: str) -> Iterator[None]:
    """Something that takes as long as it takes: `label` with a spinner on a terminal, else nothing."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(label):
        yield


def _make() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskProgressColumn, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(rate(task.fields.get("unit", ""), task.speed))

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        Rate(),
        Remaining(),
        console=Console(stderr=True),
        transient=True,
    )


def rate(unit: str, speed: float | None) -> str:
    """`12,4 MB/s`, `31,000 rows/s`; empty where it is not known or says nothing."""
    if not speed or not unit:
        return ""
    if unit == BYTES:
        return _("{n} MB/s").format(n=number(speed / 1e6, 1))
    return _("{n} rows/s").format(n=number(round(speed)))
