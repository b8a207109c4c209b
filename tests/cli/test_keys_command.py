"""`leadtui keys`: the table in force, the check of the file, the example."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from leadtui.commands import rebind
from tests.cli.conftest import Run


@pytest.fixture
def home(tmp_path: Path, clean_environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home without a server: keys need none."""
    monkeypatch.setenv("LEADTUI_HOME", str(tmp_path))
    yield tmp_path
    rebind({})


def test_the_table_shows_the_keys_in_force(run: Run, home: Path) -> None:
    (home / "keys.toml").write_text('[keys]\nnext = "N"\nserach = "S"\n', encoding="utf-8")
    table = run("keys")
    assert table.code == 0
    assert any(line.split()[1:3] == ["N", "next"] for line in table.out.splitlines())
    assert "Did you mean `search`?" in table.err
    assert "| everywhere | `N` |" in run("keys", "--markdown").out
    rows = {row["id"]: row for row in json.loads(run("keys", "--json").out)}
    assert (rows["next"]["keys"], rows["next"]["default"]) == (["N"], ["n"])


def test_the_check_fails_where_a_line_is_not_used(run: Run, home: Path) -> None:
    assert run("keys", "--check").code == 0
    (home / "keys.toml").write_text('[keys]\nnext = "N"\n', encoding="utf-8")
    fine = run("keys", "--check")
    assert (fine.code, fine.err) == (0, "")
    assert "1 commands have other keys" in fine.out
    (home / "keys.toml").write_text('[keys]\nnext = "c"\n', encoding="utf-8")
    wrong = run("keys", "--check")
    assert (wrong.code, wrong.out) == (1, "")
    assert len(wrong.errors) == 1
    assert "c is already “call”" in wrong.errors[0]
    assert wrong.errors[0].endswith("`next` keeps n.")


def test_the_example_is_a_file_to_start_from(run: Run, home: Path) -> None:
    example = run("keys", "--example")
    assert (example.code, example.err) == (0, "")
    assert tomllib.loads(example.out) == {"keys": {}}
