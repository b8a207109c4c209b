"""The command line on an embedded server of its own: it commits for real, and no other test sees it."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from leadtui import i18n
from leadtui.cli.main import main
from leadtui.core.db import embedded
from tests.conftest import short_folder


@dataclass(frozen=True)
class Result:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def hints(self) -> list[str]:
        return [line for line in self.err.splitlines() if line.startswith("hint: ")]

    @property
    def errors(self) -> list[str]:
        return [line for line in self.err.splitlines() if line.startswith("error: ")]


Run = Callable[..., Result]


def start_in_haste(home: Path) -> embedded.EmbeddedServer:
    """An embedded server of which nothing must survive a power cut: making a database takes half the time."""
    running = embedded.start(home)
    with psycopg.connect(running.url(user="postgres", database="postgres"), autocommit=True) as connection:
        connection.execute("alter system set fsync = off")
        connection.execute("select pg_reload_conf()")
    return running


@pytest.fixture(scope="session")
def cli_home() -> Iterator[Path]:
    """A LEADTUI_HOME whose server runs for the whole session, so that a command does not wait for it."""
    path = short_folder()
    running = start_in_haste(path)
    yield path
    running.stop()
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def clean_environment(cli_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the developer's own settings."""
    for name in list(os.environ):
        if name.startswith("LEADTUI_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LEADTUI_HOME", str(cli_home))
    monkeypatch.setattr(i18n, "_language", "en")


@pytest.fixture
def run(clean_environment: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("users", "list") -> Result`, in this process; `stdin` is what the command may read."""

    def call(*arguments: str, stdin: str = "") -> Result:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        code = main(list(arguments))
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return call


@pytest.fixture
def spawn(clean_environment: None) -> Run:
    """The same in a process of its own."""

    def call(*arguments: str, stdin: str = "", **environment: str) -> Result:
        done = subprocess.run(
            [sys.executable, "-m", "leadtui", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env={**os.environ, **environment},
        )
        return Result(done.returncode, done.stdout, done.stderr)

    return call
