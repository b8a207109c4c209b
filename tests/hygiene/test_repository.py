"""What the house looks like: machines hold what a review would forget."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "leadtui"

SOURCES = sorted(SRC.rglob("*.py"))


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def test_no_registry_host_and_no_path_of_a_machine() -> None:
    bad = re.compile(
        r"https?://[a-z.]*(pypi|pythonhosted|npmjs|debian)\.org|(^|[^A-Za-z0-9_.])/(work|farm)/[a-z.]+|/home/[a-z]+/"
    )
    found = []
    for path in _tracked():
        if path == Path(__file__) or not path.is_file():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{path.relative_to(ROOT)}:{n}" for n, line in enumerate(text.splitlines(), 1) if bad.search(line)
        ]
    assert found == []


def _strings(path: Path) -> list[ast.Constant]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]


STATEMENT = re.compile(
    r"^\s*(select\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s|with\s+\w+\s+as\s)", re.I
)
SQL_HOMES = {"queries.py", "action.py", "predicate.py", "stage.py"}


def test_sql_lives_in_queries() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in SOURCES
        if path.name not in SQL_HOMES
        and not path.name.endswith("_queries.py")
        and path.parent != SRC / "core" / "db"
        for node in _strings(path)
        if STATEMENT.match(str(node.value))
    ]
    assert found == []


def test_no_row_of_the_real_data_ships() -> None:
    assert not [path for path in _tracked() if path.suffix == ".csv" and "tests" not in path.parts]


def test_modules_have_one_job() -> None:
    """Past 400 lines a module has two; the number is STYLE's own limit of patience."""
    long = {
        str(path.relative_to(ROOT)): n for path in SOURCES if (n := len(path.read_text().splitlines())) > 400
    }
    assert long == {}


def test_no_pickle_anywhere() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if re.search(r"^\s*(import|from)\s+(pickle|joblib|dill|marshal|shelve)\b", path.read_text(), re.M)
    ]
    assert found == []
