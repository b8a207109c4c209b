"""`leadtui guide`: a file is checked, taken in, changed, put back; everything wrong has its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from leadtui.core.guide import shipped
from tests.cli.conftest import Run
from tests.db.test_guide import BANK


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "bank.yaml"
    path.write_text(BANK, encoding="utf-8")
    return path


def in_force(run: Run) -> tuple[int, str]:
    found = json.loads(run("guide", "list", "--json").out)
    (one,) = [version for version in found if version["active"] and version["team"] is None]
    return one["number"], one["source"]


def test_a_new_house_has_the_guide_that_ships(run: Run) -> None:
    listed = json.loads(run("guide", "list", "--json").out)
    assert listed[-1]["source"] == shipped.SOURCE
    assert listed[-1]["number"] == 1


def test_validate_needs_no_database_and_counts(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADTUI_HOME", "/nonexistent/nowhere")
    done = run("guide", "validate", str(file))
    assert done.code == 0
    assert done.out.split("\n")[:2] == ["Required lines  1", "Points          4"]
    assert run("guide", "validate", "-", stdin=BANK).out == done.out


def test_every_fault_has_its_line_and_place(run: Run, file: Path) -> None:
    file.write_text(BANK.replace("IDR", "idr").replace(">=", "~"), encoding="utf-8")
    done = run("guide", "validate", str(file))
    assert done.code == 1
    lines = done.err.splitlines()
    assert lines[0] == f"{file}:4: currency: “idr” is not a currency code like IDR."
    assert lines[1].startswith(f"{file}:8: points[1].when.balance.~: There is no such comparison here;")
    assert done.errors == ["error: This guide cannot be used. Faults: 3. Nothing was changed."]
    before = in_force(run)
    again = run("guide", "import", str(file))
    assert again.code == 1
    assert again.err.splitlines()[0] == lines[0]
    assert in_force(run) == before


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xff\xfe\x00", "is not UTF-8"),
        (b"a: &x 1\nb: *x\n", "Anchors and aliases"),
        (b"", "It is empty."),
        (b"a: [\n", "This is not YAML"),
        (b"x" * (4 * 256 * 1024 + 1), "is larger than"),
    ],
    ids=["encoding", "alias", "empty", "syntax", "size"],
)
def test_what_is_no_guide(run: Run, file: Path, content: bytes, told: str) -> None:
    file.write_bytes(content)
    done = run("guide", "validate", str(file))
    assert done.code == 1
    assert told in done.err
    assert "Traceback" not in done.err


def test_a_file_that_is_not_there(run: Run, tmp_path: Path) -> None:
    assert (
        run("guide", "validate", str(tmp_path / "none.yaml")).errors[0].startswith("error: There is no file")
    )
    assert "cannot be read" in run("guide", "validate", str(tmp_path)).err
    assert run("guide", "import").errors == ["error: Name a file, or --shipped."]
    assert run("guide", "import", "x.yaml", "--shipped").errors == ["error: Name a file, or --shipped."]


def test_export_change_import_and_back(run: Run, tmp_path: Path) -> None:
    assert run("guide", "import", "--shipped").code == 0
    start, _source = in_force(run)
    target = tmp_path / "guide.yaml"
    assert run("guide", "export", str(target)).code == 0
    assert run("guide", "export", str(target)).errors[0].endswith("exists already and is not overwritten.")
    same = run("guide", "import", str(target))
    assert same.err == f"This very guide is in force already, as version {start}.\n"
    target.write_text(target.read_text("utf-8").replace("Bank Nusa", "Bank Kita"), encoding="utf-8")
    assert run("guide", "import", str(target)).code == 0
    made, source = in_force(run)
    assert made > start
    assert source == "guide.yaml"
    assert "Bank Kita" in run("guide", "export").out
    assert "Bank Nusa" in run("guide", "export", "--version", str(start)).out
    assert run("guide", "activate", str(start)).err == f"Version {start} is in force from now on.\n"
    assert in_force(run)[0] == start
    assert run("guide", "activate", "999").hints == ["hint: leadtui guide list"]
    table = run("guide", "list").out.splitlines()
    assert table[0].split()[:2] == ["Version", "Team"]
    assert sum("●" in line for line in table) == 1


def test_preview_speaks_both_languages(run: Run) -> None:
    run("guide", "import", "--shipped")
    done = run(
        "leads", "add", "--name", "Wayan Budi", "--balance", "150000000", "--balance-currency", "IDR",
        "--age", "41", "--job", "management", "--json",
    )  # fmt: skip
    lead = str(json.loads(done.out)[0]["id"])
    english = run("guide", "preview", lead, "--lang", "en").out
    assert "Am I speaking with Wayan Budi?" in english
    assert "In a 6-month deposit, Rp150,000,000 becomes Rp153,937,500 before tax in 6 months." in english
    indonesian = run("guide", "preview", lead, "--lang", "id").out
    assert (
        "Dengan deposito 6 bulan, Rp150.000.000 menjadi Rp153.937.500 sebelum pajak dalam 6 bulan."
        in indonesian
    )
    assert "Kalau ia berkata" in indonesian
    assert run("guide", "preview", lead).out.splitlines()[0] == "Required lines"  # the language is as before
    assert run("guide", "preview", lead, "--lang", "fr").code == 1
    assert run("guide", "preview", "99999999").code == 1
