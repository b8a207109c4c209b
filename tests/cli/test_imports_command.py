"""`leads import` with rejects, encodings and duplicates; `leads imports`; and what a signal leaves behind."""

from __future__ import annotations

import csv
import itertools
import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from leadtui.cli import progress, rejects_file
from leadtui.cli.stopping import stoppable
from leadtui.core.errors import Invalid
from leadtui.core.imports.dto import Reject, RejectedRow
from tests.cli.conftest import Run

_numbers = itertools.count(1)
HEADER = "external_id;name;phone;consent"


@pytest.fixture
def batch() -> str:
    return f"I{next(_numbers)}"


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    return path


def facts(out: str) -> dict[str, str]:
    return dict(line.split(None, 1) for line in out.splitlines() if len(line.split()) == 2)


def test_bad_rows_go_to_a_file_that_comes_back(run: Run, tmp_path: Path, batch: str) -> None:
    path = write(
        tmp_path / "leads.csv",
        f"{batch}-1;Good;081255500001;yes",
        f"{batch}-2;=1+1;12;yes",
        f"{batch}-3;Short",
    )
    result = run("leads", "import", str(path), "--skip-bad")
    assert result.code == 0, result.err
    counts = facts(result.out)
    assert (counts["Read"], counts["Added"], counts["Rejected"]) == ("3", "1", "2")
    assert "line 3, phone: “12” is not a telephone number" in result.err
    assert "line 4: has too few fields" in result.err
    kept = tmp_path / "leads.rejects.csv"
    assert str(kept) in result.err
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    with kept.open(encoding="utf-8-sig", newline="") as file:
        header, first, second = csv.reader(file, delimiter=";")
    assert header == [*HEADER.split(";"), "reject_line", "reject_column", "reject_reason", "reject_rest"]
    assert first == [
        f"{batch}-2", "'=1+1", "12", "yes", "3", "phone", "phone: “12” is not a telephone number", "",
    ]  # fmt: skip
    assert second[4:7] == ["4", "", "has too few fields"]

    text = kept.read_text("utf-8-sig").replace('"12"', '"081255500002"')
    kept.write_text(text.replace('"Short";""', '"S";"081255500003"'), "utf-8")
    again = run("leads", "import", str(kept))
    assert (again.code, facts(again.out)["Added"]) == (0, "2"), again.err
    named = {row["name"] for row in json.loads(run("leads", "list", "--json").out)}
    assert "=1+1" in named


def test_a_file_of_rejects_takes_nobodys_place(run: Run, tmp_path: Path, batch: str) -> None:
    path = write(tmp_path / "leads.csv", f"{batch};Bad;12;yes")
    for name in ("leads.rejects.csv", "leads.rejects-2.csv", "leads.rejects-3.csv"):
        assert run("leads", "import", str(path), "--skip-bad").code == 0
        assert (tmp_path / name).exists()
    taken = tmp_path / "taken.csv"
    taken.write_text("mine")
    result = run("leads", "import", str(path), "--rejects", str(taken))
    assert (result.code, result.out, taken.read_text()) == (1, "", "mine")
    assert "exists already" in result.errors[0]
    nowhere = run("leads", "import", str(path), "--skip-bad", "--rejects", str(tmp_path / "no" / "x.csv"))
    assert nowhere.code == 1
    assert "cannot be written" in nowhere.errors[0]
    assert not [name for name in os.listdir(tmp_path) if name.endswith(".tmp")]


def test_where_the_list_lies_may_be_read_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    real = tempfile.mkstemp

    def mkstemp(suffix: str, prefix: str, folder: Path) -> tuple[int, str]:
        if folder == tmp_path:
            raise PermissionError(13, "Permission denied")
        return real(suffix, prefix, folder)

    monkeypatch.setattr(tempfile, "mkstemp", mkstemp)
    file = rejects_file.RejectsFile(tmp_path / "leads.csv", None)
    file.begin(("name",), ";")
    file.write(RejectedRow(2, ("A",), (Reject(2, "name", "too_long", "A"),), ""))
    file.publish()
    assert file.path == here / "leads.rejects.csv"
    file.withdraw()
    assert os.listdir(here) == []
    with pytest.raises(Invalid):
        rejects_file.RejectsFile(tmp_path / "leads.csv", tmp_path / "no" / "x.csv").begin((), ";")


@pytest.mark.parametrize("given", ["/dev/null", "/dev/stdin", "/", "-"])
def test_what_is_no_file_is_refused_with_what_to_do(run: Run, given: str) -> None:
    if given == "/dev/stdin" and stat.S_ISREG(os.stat(given).st_mode):
        pytest.skip("the suite reads a file")
    result = run("leads", "import", given)
    assert (result.code, result.out) == (1, "")
    assert result.errors == [f"error: {given} is not a file."]
    assert result.hints == [
        "hint: Write the list to a file and name that: an import reads it more than once."
    ]


def test_a_number_out_of_range_is_told_the_range(run: Run, tmp_path: Path) -> None:
    facts_of = "age;job;marital;education;default;housing;loan;contact;campaign;pdays;previous;poutcome"
    path = tmp_path / "range.csv"
    path.write_text(
        f"name;phone;{facts_of};balance;euribor3m;month;day_of_week;emp.var.rate;cons.price.idx;"
        "cons.conf.idx;nr.employed\n"
        "A;081255500009;300;;;;;;;;;-5;;;1.234;20000000;may;mon;1;1;1;1\n"
    )
    result = run("leads", "import", str(path), "--rejects", str(tmp_path / "why.csv"))
    assert result.code == 1
    assert [line for line in result.err.splitlines() if line.startswith("line ")] == [
        "line 2, age: “300” is out of range (0 to 130)",
        "line 2, balance: “1.234” has more than two decimals",
        "line 2, euribor3m: “20000000” is out of range (−10,000,000 to 10,000,000)",
        "line 2, pdays: “-5” is out of range (0 to 36,500)",
    ]
    assert "“300” is out of range (0 to 130); " in (tmp_path / "why.csv").read_text("utf-8-sig")


def test_missing_facts_are_named_with_what_to_do(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "facts.csv"
    path.write_text("name;phone;age\nA;081255500009;30\n")
    result = run("leads", "import", str(path))
    assert result.code == 1
    assert result.errors == [
        "error: Line 1: missing columns: job, marital, education, default, housing, loan, contact, campaign, "
        "pdays, previous, poutcome."
    ]
    assert "with empty cells where nothing is known" in result.hints[0]
    header = "name;phone;age;job;marital;education;default;housing;loan;contact;campaign;pdays;previous"
    path.write_text(f"{header};poutcome\nA;081255500009;30;;;;;;;;;;;\n")
    assert facts(run("leads", "import", str(path), "--dry-run").out)["Added"] == "1"


def test_nothing_is_imported_means_no_new_file_either(run: Run, tmp_path: Path, batch: str) -> None:
    path = write(tmp_path / "leads.csv", f"{batch};Bad;12;yes")
    assert run("leads", "import", str(path)).code == 1
    assert os.listdir(tmp_path) == ["leads.csv"]
    wanted = run("leads", "import", str(path), "--rejects", str(tmp_path / "why.csv"))
    assert wanted.code == 1
    assert (tmp_path / "why.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (["--encoding", "klingon"], "there is no encoding “klingon”", "cp1252"),
        (["--encoding", "utf-8"], "is not UTF-8 (byte", "--encoding cp1252"),
        (["--encoding", "utf-16"], "Line 1 is not UTF-16 (byte 1", "--encoding utf-8"),
        (["--encoding", "utf-32-be"], "Line 1 is not UTF-32-BE (byte 1", "--encoding utf-8"),
        (["--on-duplicate", "perhaps"], "--on-duplicate is “perhaps”", "skip"),
    ],
)
def test_options_that_are_none(run: Run, tmp_path: Path, arguments: list[str], error: str, hint: str) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes(b"name;phone\nJos\xe9;081255500009\n")
    result = run("leads", "import", str(path), *arguments)
    assert (result.code, result.out) == (1, "")
    assert error in result.errors[0]
    assert hint in result.hints[0]


def test_an_encoding_and_a_known_row(run: Run, tmp_path: Path, batch: str) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes(f"sep=;\r\n{HEADER}\r\n{batch};José;081255500011;yes\r\n".encode("cp1252"))
    result = run("leads", "import", str(path), "--encoding", "cp1252")
    assert (result.code, facts(result.out)["Added"]) == (0, "1"), result.err
    skipped = run("leads", "import", str(path), "--encoding", "cp1252", "--on-duplicate", "skip")
    assert (skipped.code, facts(skipped.out)["Skipped"]) == (0, "1")
    refused = run("leads", "import", str(path), "--encoding", "cp1252", "--on-duplicate", "error")
    assert refused.code == 1
    assert "is the id of a lead that is there already" in refused.err


def test_the_record_of_imports(run: Run, tmp_path: Path, batch: str) -> None:
    path = write(tmp_path / f"{batch}.csv", f"{batch};Secret Name;12;yes", f"{batch}-2;B;081255500021;yes")
    run("leads", "import", str(path), "--skip-bad")
    (newest, *_rest) = json.loads(run("leads", "imports", "list", "--json").out)
    assert (newest["file"], newest["added"], newest["rejected"], newest["status"]) == (
        f"{batch}.csv", 1, 1, "committed",
    )  # fmt: skip
    assert newest["options"] == {"on_duplicate": "update", "skip_bad": True}
    ident = str(newest["id"])
    assert f"{batch}.csv" in run("leads", "imports", "list").out
    shown = run("leads", "imports", "show", ident)
    assert "line 2, phone: “••” is not a telephone number" in shown.out
    assert facts(shown.out)["Rejected"] == "1"
    assert run("leads", "imports", "show", ident, "--rejects").out.splitlines() == [
        "line 2, phone: “••” is not a telephone number"
    ]
    (one,) = json.loads(run("leads", "imports", "show", ident, "--json").out)
    assert [(each["line"], each["code"]) for each in one["rejects"]] == [(2, "phone_invalid")]
    missing = run("leads", "imports", "show", "999999")
    assert (missing.code, missing.errors) == (1, ["error: There is no import 999999."])


SLOW = """
import sys, time
from leadtui.core.imports import store_queries
def wait(self, effect):
    print("up", flush=True)
    time.sleep(60)
store_queries.Writer.count_words = wait
from leadtui.__main__ import main
sys.exit(main())
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_import_leaves_nothing(
    clean_environment: None, run: Run, tmp_path: Path, batch: str, number: int
) -> None:
    path = write(tmp_path / "leads.csv", f"{batch};Stopped {batch};081255500031;yes", f"{batch}-2;B;12;yes")
    before = json.loads(run("leads", "imports", "list", "--json").out)
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, "leads", "import", str(path), "--skip-bad"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    # rejected rows were written, and are there for as long as it runs
    assert (tmp_path / "leads.rejects.csv").exists()
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (1, "")
    assert "error: Stopped: nothing was imported." in err
    assert "Traceback" not in err
    assert os.listdir(tmp_path) == ["leads.csv"]
    assert json.loads(run("leads", "imports", "list", "--json").out) == before
    # and nobody waits for it
    assert run("leads", "import", str(path), "--skip-bad").code == 0


def _twice() -> None:
    try:
        os.kill(os.getpid(), signal.SIGTERM)
    finally:
        os.kill(os.getpid(), signal.SIGTERM)  # an impatient second one, in the middle of cleaning up


def test_a_signal_unwinds_once_and_not_when_it_is_too_late() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), stoppable():
        _twice()
    with stoppable() as stop:
        stop.ignore()
        os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize(
    ("unit", "speed", "words"),
    [
        (progress.BYTES, 12_400_000, "12.4 MB/s"), (progress.ROWS, 31_000.4, "31,000 rows/s"),
        ("", 5.0, ""), (progress.ROWS, None, ""),
    ],
)  # fmt: skip
def test_a_rate_in_words(clean_environment: Any, unit: str, speed: float | None, words: str) -> None:
    assert progress.rate(unit, speed) == words
