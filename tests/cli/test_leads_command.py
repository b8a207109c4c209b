"""`leadtui leads`: a file in, scores, the list for people and programs, one lead with its account."""

from __future__ import annotations

import csv
import io
import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from leadtui.core.scores import bulk
from tests.cli.conftest import Run

_numbers = itertools.count(1)


@pytest.fixture
def leads_file(tmp_path: Path) -> Path:
    """Twelve leads with names of their own; students and retired people among them."""
    batch = next(_numbers)
    path = tmp_path / f"leads{batch}.csv"
    rows = [
        "external_id;name;phone;age;job;marital;education;default;housing;loan;contact;campaign;poutcome;"
        "pdays;previous;consent"
    ]
    for place in range(12):
        job = ["student", "retired", "admin."][place % 3]
        before = "success;3;1" if place % 4 == 0 else "nonexistent;999;0"
        rows.append(
            f"B{batch}-{place};Person {batch} {place};0812555{batch:02}{place:02};{20 + 5 * place};{job};"
            f"married;high.school;no;yes;no;cellular;1;{before};yes"
        )
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def listed(run: Run, *arguments: str) -> list[dict[str, Any]]:
    result = run("leads", "list", "--json", *arguments)
    assert (result.code, result.err) == (0, "")
    found = json.loads(result.out)
    assert isinstance(found, list)
    return found


def mine(found: list[dict[str, Any]], path: Path) -> list[dict[str, Any]]:
    batch = path.stem.removeprefix("leads")
    return [row for row in found if (row["name"] or "").startswith(f"Person {batch} ")]


def test_an_import_counts_and_hints_at_scoring(run: Run, leads_file: Path) -> None:
    result = run("leads", "import", str(leads_file), "--consent-source", "branch form")
    assert result.code == 0, result.err
    counts = dict(line.rsplit(None, 1) for line in result.out.splitlines())
    assert (counts["Read"], counts["Added"], counts["Rejected"]) == ("12", "12", "0")
    assert len(counts["SHA-256"]) == 64
    assert result.hints == ["hint: leadtui leads score --all gives them a score; until then they stand last"]
    assert {row["probability"] for row in mine(listed(run), leads_file)} == {None}
    again = run("leads", "import", str(leads_file), "--consent-source", "branch form")
    counts = dict(line.rsplit(None, 1) for line in again.out.splitlines())
    assert (again.code, counts["Added"], counts["Unchanged"]) == (0, "0", "12")


def test_rejects_are_said_line_by_line_and_nothing_comes_in(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(
        "external_id;name;phone;age;job;marital;education;default;housing;loan;contact;campaign;poutcome;pdays;"
        "previous\n"
        "X1;Good One;081255512345;40;student;single;high.school;no;no;no;cellular;1;nonexistent;999;0\n"
        "X2;Bad;081255512346;forty;astronaut;single;high.school;no;no;no;cellular;1;nonexistent;999;0\n",
        encoding="utf-8",
    )
    result = run("leads", "import", str(path))
    assert result.code == 1
    assert "line 3, age: “forty” is not a number" in result.err
    assert "line 3, job: “astronaut” is not one of the known values" in result.err
    assert result.errors == ["error: 1 row cannot come in, so nothing was imported."]
    assert any("Known: admin." in hint for hint in result.hints)
    assert result.hints[-1].startswith("hint: --skip-bad imports the other 1 and writes these")
    assert "Good One" not in run("leads", "list", "--json").out


def test_a_dry_run_imports_nothing(run: Run, leads_file: Path) -> None:
    result = run("leads", "import", str(leads_file), "--dry-run")
    assert result.code == 0
    assert "Dry run" in result.err
    assert mine(listed(run), leads_file) == []


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("none.csv", None, "There is no file none.csv."),
        ("empty.csv", b"", "empty"),
        ("latin.csv", "name;phone\nJos\u00e9;0812\n".encode("latin-1"), "is not UTF-8"),
        ("sheet.xlsx", b"PK\x03\x04" + b"\0" * 50, "spreadsheet"),
        ("odd.csv", b"name;phone;shoe\nA;081255512345;44\n", "“shoe” is not known"),
        ("open.csv", b'name;phone\n"A;081255512345\n', "quote"),
    ],
)
def test_a_file_that_is_no_list_of_leads(
    name: str, content: bytes | None, error: str, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    result = run("leads", "import", str(path))
    assert (result.code, result.out) == (1, "")
    assert len(result.errors) == 1
    assert error in result.errors[0]


def test_scoring_and_the_list(run: Run, leads_file: Path) -> None:
    run("leads", "import", str(leads_file))
    result = run("leads", "score")
    assert result.code == 0, result.err
    counts = dict(line.rsplit(None, 1) for line in result.out.splitlines())
    assert int(counts["Leads"]) == int(counts["Scored"]) + int(counts["Scored before"])
    again = run("leads", "score")
    assert "Scored before" in again.out
    assert again.hints == ["hint: leadtui leads score --all scores every lead again"]
    assert run("leads", "score", "--all").code == 0

    found = listed(run)
    keys = [(-row["rank_key"], row["id"]) for row in found]
    assert keys == sorted(keys)
    own = mine(found, leads_file)
    assert len(own) == 12
    assert {"id", "probability", "name", "age", "job", "state", "reasons", "historical"} <= own[0].keys()
    assert own[0]["reasons"][0]["group"] == "history"
    assert {row["state"] for row in own} == {"pending"}


def test_narrowing_the_list(run: Run, leads_file: Path) -> None:
    run("leads", "import", str(leads_file))
    run("leads", "score")
    assert len(listed(run, "--top", "3")) == 3
    assert {row["job"] for row in listed(run, "--job", "student,retired")} == {"student", "retired"}
    assert {row["job"] for row in listed(run, "--job", "student", "--job", "admin.")} == {"student", "admin."}
    for written in ("0.3", "0,3", "30%"):
        found = listed(run, "--min-score", written)
        assert found
        assert min(row["probability"] for row in found) >= 0.3
    assert len(found) < len(listed(run))
    nobody = run("leads", "list", "--min-score", "100%")
    assert (nobody.code, nobody.out.count("\n")) == (0, 1)
    assert "No lead is like that." in nobody.err


def test_leads_are_found_sorted_and_looked_up(run: Run, leads_file: Path) -> None:
    run("leads", "import", str(leads_file))
    everyone = listed(run, "--sort", "name")
    assert [row["name"] for row in everyone] == sorted(row["name"] for row in everyone)
    # other tests' leads stand in the list too
    own = mine(everyone, leads_file)
    young = mine(listed(run, "--search", "person", "--max-age", "25"), leads_file)
    assert sorted(row["age"] for row in young) == [20, 25]
    married = listed(run, "--state", "pending", "--marital", "married", "--max-attempts", "0")
    assert {row["id"] for row in mine(married, leads_file)} == {row["id"] for row in own}
    assert len(own) == 12
    assert mine(listed(run, "--marital", "single"), leads_file) == []
    assert listed(run, "--idle-days", "3", "--education", "basic.4y") == []
    someone = own[-1]
    assert [row["id"] for row in listed(run, "--lookup", "--search", someone["name"])] == [someone["id"]]
    batch, place = someone["name"].split()[1:]
    assert someone["id"] in {row["id"] for row in listed(run, "--search", f"{int(batch):02}{int(place):02}")}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--sort", "age"), "--sort: “age” is not known; there is score, name, last_contact, due."),
        (("--marital", "wed"), "--marital: “wed” is not known"),
        (("--state", "gone"), "--state: “gone” is not known"),
        (("--min-balance", "much"), "--min-balance: “much” is no amount"),
        (("--max-score", "2"), "--max-score: “2” is no probability."),
        (("--min-age", "50", "--max-age", "40"), "The least value (50) is above the highest (40)."),
        (("--lookup", "--search", "b"), "--lookup needs --search"),
    ],
)
def test_what_cannot_be_looked_for_is_said(run: Run, arguments: tuple[str, ...], sentence: str) -> None:
    result = run("leads", "list", *arguments)
    assert result.code != 0
    assert sentence in result.err
    assert result.out == ""


def test_the_table_is_for_people(run: Run, leads_file: Path) -> None:
    run("leads", "import", str(leads_file))
    run("leads", "score")
    result = run("leads", "list", "--top", "2")
    lines = result.out.splitlines()
    assert lines[0].split() == ["Id", "Score", "Name", "Age", "Job", "City", "State", "Reasons"]
    assert len(lines) == 3
    assert "bought before" in lines[1]
    assert "--top N shows more" in result.err


def test_a_spreadsheet_runs_nothing_of_the_csv(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "formula.csv"
    path.write_text(
        'external_id,name,phone,city\nF1,"=HYPERLINK(""http://x"",""y"")",081255598765,"@SUM(A1)"\n',
        encoding="utf-8",
    )
    assert run("leads", "import", str(path)).code == 0
    result = run("leads", "list", "--csv")
    assert (result.code, result.err) == (0, "")
    found = list(csv.DictReader(io.StringIO(result.out)))
    (row,) = [row for row in found if "HYPERLINK" in row["name"]]
    assert row["name"] == '\'=HYPERLINK("http://x","y")'
    assert row["city"].startswith("'@")
    assert row["rank_key"] == "-1"  # a number stays one


def test_one_lead_with_its_account(run: Run, leads_file: Path) -> None:
    run("leads", "import", str(leads_file))
    run("leads", "score", "--all")
    lead = mine(listed(run), leads_file)[0]
    result = run("leads", "show", str(lead["id"]))
    assert (result.code, result.err) == (0, "")
    for words in (lead["name"], "Account, in percentage points", "bought before", "this lead",
                  "like this one", "agreed to be called", "0812 555"):  # fmt: skip
        assert words in result.out, words
    (found,) = json.loads(run("leads", "show", str(lead["id"]), "--json").out)
    account = [line["points"] for line in found["score"]["account"]]
    assert int(100 * found["score"]["pool_mean"] + 0.5) + sum(account) == int(100 * lead["probability"] + 0.5)
    assert found["phones"][0]["e164"].startswith("+62812555")
    assert "y" not in found
    assert "duration" not in found


def test_nobody_by_that_number(run: Run) -> None:
    result = run("leads", "show", "987654321")
    assert (result.code, result.out) == (1, "")
    assert len(result.errors) == 1


def test_data_cannot_steer_the_terminal(run: Run, leads_file: Path, cli_home: Path) -> None:
    """What an import would have refused may still stand in a database that somebody else filled."""
    import psycopg

    from leadtui.core.db import embedded

    run("leads", "import", str(leads_file))
    lead = mine(listed(run), leads_file)[0]
    hostile = "Person\x1b]0;owned\x07\x1b[31m \u202egnp.exe\x9b2J"
    with psycopg.connect(embedded.start(cli_home).admin_url, autocommit=True) as pg:
        pg.execute("update lead set name = %s, city = %s, source = %s where id = %s",
                   (hostile, hostile, hostile, lead["id"]))  # fmt: skip
    for arguments in (["list"], ["list", "--json"], ["list", "--csv"], ["show", str(lead["id"])],
                      ["show", str(lead["id"]), "--json"]):  # fmt: skip
        shown = run("leads", *arguments).out
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(shown), arguments


def test_a_lead_by_hand_is_scored_at_once(run: Run) -> None:
    result = run("leads", "add", "--name", "Hand Made", "--phone", "081255577001", "--age", "64",
                 "--job", "retired", "--contact", "cellular", "--poutcome", "success", "--pdays", "3",
                 "--previous", "1",
                 "--consent", "yes", "--external-id", "HAND-1", "--json")  # fmt: skip
    assert result.code == 0, result.err
    (added,) = json.loads(result.out)
    assert added["probability"] > 0.4
    assert added["reasons"][0]["group"] == "history"
    assert (added["state"], added["callable"]) == ("pending", True)
    (found,) = json.loads(run("leads", "show", str(added["id"]), "--json").out)
    assert (found["name"], found["rank_key"]) == ("Hand Made", added["rank_key"])
    again = run("leads", "add", "--name", "Hand Made", "--external-id", "HAND-1")
    assert (again.code, again.hints) == (1, [f"hint: leadtui leads show {added['id']}"])


def test_a_lead_by_hand_is_checked_like_a_row_of_a_file(run: Run) -> None:
    result = run("leads", "add", "--name", "X", "--phone", "12", "--age", "1_0", "--job", "astronaut")
    assert (result.code, result.out) == (1, "")
    assert sorted(result.errors) == [
        "error: --age: It is not a number.",
        "error: --job: It is not one of the known values.",
        "error: --phone: It is not a telephone number.",
    ]
    assert any(hint.startswith("hint: One of admin., blue-collar") for hint in result.hints)
    beyond = run("leads", "add", "--name", "X", "--age", "300", "--balance", "1.234")
    assert beyond.errors == ["error: --age: It is out of range.", "error: --balance: At most two decimals."]
    assert beyond.hints == ["hint: Allowed: 0 to 130."]
    quiet = run("leads", "add", "--name", "No Consent")
    assert quiet.code == 0
    assert "This customer has not agreed to be called, has no number that works." in quiet.err


def test_a_number_that_another_lead_has_is_said(run: Run) -> None:
    first = json.loads(run("leads", "add", "--name", "One", "--phone", "081255577002", "--json").out)[0]
    assert first["same_phone"] == []
    second = run("leads", "add", "--name", "Two", "--phone", "+62 812-5557-7002")
    assert second.code == 0
    assert f"Lead {first['id']} has this number already: the same person?" in second.err
    assert f"hint: leadtui leads show {first['id']}" in second.hints
    third = json.loads(run("leads", "add", "--name", "Three", "--phone", "081255577002", "--json").out)[0]
    assert third["same_phone"] == [first["id"], third["id"] - 1]


def test_a_second_bulk_job_waits_its_turn(run: Run, cli_home: Path) -> None:
    import psycopg

    from leadtui.core.db import embedded

    run("users", "list")
    with psycopg.connect(embedded.start(cli_home).admin_url, autocommit=True) as other:
        assert bulk.bulk_queries.try_lock(other)
        result = run("leads", "score", "--all")
    assert (result.code, result.out) == (1, "")
    assert result.errors == ["error: Another bulk job is running on this database."]
    assert result.hints


def test_stopping_a_run_says_how_far_it_came(
    run: Run, leads_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("leads", "import", str(leads_file))
    monkeypatch.setattr(bulk, "COMMIT", 5)
    real, seen = bulk._commit, []

    def slow(*arguments: Any) -> int:
        if len(seen) == 2:
            raise KeyboardInterrupt
        seen.append(1)
        return real(*arguments)

    monkeypatch.setattr(bulk, "_commit", slow)
    result = run("leads", "score", "--all")
    assert (result.code, result.out) == (1, "")
    assert "10 leads have their new score" in result.err
    assert "error: stopped" in result.err
