"""The log file: private, rotated, shared by processes, and silent about what it cannot write."""

from __future__ import annotations

import json
import logging
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from leadtui import logs


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    logs.close_log()


def lines(home: Path) -> list[dict[str, object]]:
    files = [path for path in (home / "log").iterdir() if path.suffix != ".lock"]
    return [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]


def test_files_are_private_whatever_they_were_before(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    path = tmp_path / "log" / "leadtui.log"
    path.write_text("", encoding="utf-8")
    path.chmod(0o666)
    logs.open_log(tmp_path, size=10_000, files=3)
    for n in range(400):
        logs.event("number", n=n)
    names = sorted(file.name for file in (tmp_path / "log").iterdir())
    assert names == ["leadtui.log", "leadtui.log.1", "leadtui.log.2", "leadtui.log.lock"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "log").iterdir()} == {0o600}
    assert max(file.stat().st_size for file in (tmp_path / "log").iterdir()) <= 10_000
    assert lines(tmp_path)[-1]["event"] == "number"


WRITER = """
import sys
from pathlib import Path
from leadtui import logs
logs.open_log(Path(sys.argv[1]), size=40_000, files=50)
for n in range(1500):
    logs.event("line", who=sys.argv[2], n=n, filler="x" * 40)
"""


def test_several_processes_lose_and_mangle_nothing(tmp_path: Path) -> None:
    """Rotating by two at once used to lose a file; every line of every process is there, once and whole."""
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), str(n)]) for n in range(3)]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0, 0]
    found = [(line["who"], line["n"]) for line in lines(tmp_path)]
    assert len(found) == 4500
    assert set(found) == {(str(who), n) for who in range(3) for n in range(1500)}
    assert len(list((tmp_path / "log").glob("leadtui.log.[0-9]*"))) > 5


def test_what_cannot_be_written_is_not_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    logs.open_log(tmp_path)
    for path in (tmp_path / "log").iterdir():
        path.unlink()
    (tmp_path / "log").rmdir()
    (tmp_path / "log").write_text("", encoding="utf-8")
    logs.event("lost")
    assert capfd.readouterr().err == ""
    assert logs.open_log(tmp_path) is None
    logs.event("lost too")
    assert capfd.readouterr().err == ""


@pytest.mark.skipif(not hasattr(os, "O_NOFOLLOW"), reason="no such flag here")
def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    other = tmp_path / "other"
    other.write_text("mine", encoding="utf-8")
    (tmp_path / "log" / "leadtui.log").symlink_to(other)
    assert logs.open_log(tmp_path) is None
    assert other.read_text(encoding="utf-8") == "mine"


def test_a_library_is_named_and_not_quoted(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    logs.open_log(tmp_path, level="warning")
    try:
        raise ValueError("Key (phone)=(+628111) already exists")
    except ValueError as error:
        logging.getLogger("some.library").exception("row %s: %s", "Budi", error)
    logging.getLogger("some.library").info("Budi again")
    logs.event("below the level")
    (line,) = lines(tmp_path)
    assert (line["event"], line["logger"]) == ("library", "some.library")
    assert line["chain"][0]["type"] == "builtins.ValueError"  # type: ignore[index]
    text = json.dumps(line) + capfd.readouterr().err
    assert "Budi" not in text
    assert "628111" not in text
