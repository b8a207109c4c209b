"""`leadtui demo`: sets up an empty home, leaves anything else alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from leadtui.core.db import embedded
from tests.cli.conftest import Run
from tests.conftest import short_folder


@pytest.fixture(scope="module")
def demo_home() -> Iterator[Path]:
    path = short_folder()
    yield path
    embedded.stop(path)
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def demo(run: Run, demo_home: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`leadtui demo …` in a home of this module."""
    monkeypatch.setenv("LEADTUI_HOME", str(demo_home))
    monkeypatch.setenv("LEADTUI_LANG", "en")
    return lambda *arguments: run("demo", *arguments)


def test_from_nothing_and_again(demo: Run, run: Run, demo_home: Path) -> None:
    first = demo("--setup-only", "--leads", "60")
    assert first.code == 0, first.err
    assert first.out.splitlines()[0].split() == ["Customers", "60"]
    assert [line.split()[0] for line in first.out.splitlines()[-3:]] == ["1", "2", "3"]
    listed = run("leads", "list", "--json")
    assert listed.out.count('"synthetic": true') == 60
    assert '"probability": null' not in listed.out
    again = demo("--setup-only", "--leads", "70")
    assert again.code == 0
    assert again.out == first.out
    assert "already, with 60 customers" in again.err
    assert "hint: leadtui demo --reset makes it anew" in again.hints
    anew = demo("--setup-only", "--leads", "70", "--reset", "--lang", "en")
    assert (anew.code, anew.out.splitlines()[0].split()) == (0, ["Customers", "70"])


def test_a_database_with_anything_else_stays_as_it_is(run: Run) -> None:
    before = run("users", "add", "real@bank.test", "--name", "Real", "--role", "agent")
    assert before.code in (0, 1)  # this home is shared by the session
    listed = run("users", "list", "--json").out
    for arguments in (["--setup-only"], ["--setup-only", "--reset"]):
        result = run("demo", *arguments)
        assert (result.code, result.out) == (1, "")
        assert result.errors
        assert result.hints
    assert run("users", "list", "--json").out == listed


@pytest.mark.parametrize(
    ("arguments", "environment", "error"),
    [
        ([], {}, "The program needs a terminal."),
        (["--setup-only", "--lang", "xx"], {}, "--lang: there is no language “xx”."),
        (["--setup-only", "--leads", "99999999"], {}, "The demo takes 1 to 2000000 customers."),
        (["--setup-only", "--colleagues", "21"], {}, "The demo has at most 20 colleagues."),
        (["--setup-only", "--colleagues", "-1"], {}, "The demo has at most 20 colleagues."),
        (
            ["--setup-only"],
            {"LEADTUI_ENV": "production"},
            "The demo never runs where LEADTUI_ENV is production.",
        ),
        (["--setup-only"], {"LEADTUI_DATABASE_URL": "postgresql://x@127.0.0.1:1/x"}, "The demo uses its own"),
        (["--setup-only", "--reset"], {"LEADTUI_ADMIN_URL": "postgresql://x@127.0.0.1:1/x"}, "The demo uses"),
    ],
)
def test_refusals(
    arguments: list[str], environment: dict[str, str], error: str, demo: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    result = demo(*arguments)
    assert (result.code, result.out) == (1, "")
    assert result.errors[0].startswith(f"error: {error}")
