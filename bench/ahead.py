"""What no figure times, made beside the seeding on the other core: trained models and the files to import.

Nothing of it runs beside a timed figure: `wait()` comes before the first one.
"""

from __future__ import annotations

import atexit
import concurrent.futures as futures
import functools
import shutil
import tempfile
from multiprocessing import get_context
from pathlib import Path
from typing import Any

_begun: list[futures.Future[Any]] = []


@functools.cache
def _workers() -> futures.ProcessPoolExecutor:
    # Not fork: a child of a process in which OpenMP has run waits for its threads for ever.
    return futures.ProcessPoolExecutor(max_workers=2, mp_context=get_context("spawn"))


def _begin(call: Any, *args: Any) -> futures.Future[Any]:
    _begun.append(_workers().submit(call, *args))
    return _begun[-1]


@functools.cache
def cards() -> dict[str, futures.Future[dict[str, Any]]]:
    """Feature set → the card of a model that is trained here and now."""
    from bench import scoring

    if not scoring.SOURCE.exists():
        return {}
    return {name: _begin(scoring.card_of, name) for name in scoring.TARGETS}


@functools.cache
def files() -> tuple[futures.Future[Path], futures.Future[Path]]:
    """The file of a first import and that of one into the full house; removed at exit."""
    from bench import import_

    folder = Path(tempfile.mkdtemp(prefix="ltf"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return (
        _begin(functools.partial(import_.write_file, first=1, seed=1), folder / "first.csv", import_.ROWS),
        _begin(
            functools.partial(import_.write_file, first=import_.ROWS + 1, seed=2),
            folder / "more.csv",
            import_.MORE,
        ),
    )


def wait() -> None:
    """Until all that was begun is made and its processes are gone. What failed raises where it is asked for."""
    if _begun:
        futures.wait(_begun)
        _workers().shutdown()
        _workers.cache_clear()
        _begun.clear()
