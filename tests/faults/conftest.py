"""Real processes on real servers. Every test ends what it started, by its id."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import OwnDatabase, short_folder
from tests.faults.program import Program

OpenProgram = Callable[..., Program]


@pytest.fixture
def own_home() -> Iterator[Path]:
    """A short LEADTUI_HOME of a test's own; nothing runs in it yet."""
    path = short_folder()
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def open_program(own_home: Path, real_db: OwnDatabase) -> Iterator[OpenProgram]:
    """`open_program(**settings) -> Program` on `real_db`, its drafts and log in `own_home`; ended after."""
    opened: list[Program] = []

    def start(*arguments: str, **env: str) -> Program:
        program = Program.open(own_home, *arguments, url=real_db.url, **env)
        opened.append(program)
        return program

    yield start
    for program in opened:
        program.kill()
