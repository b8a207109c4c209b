"""`leadtui views`, and `leads list` by a view and by the compact query."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run
from tests.cli.test_leads_command import leads_file as leads_file
from tests.cli.test_leads_command import listed, mine


def test_a_query_narrows_the_list_as_the_search_box_does(run: Run, leads_file: Path) -> None:
    assert run("leads", "import", str(leads_file), "--consent-source", "branch form").code == 0
    students = mine(listed(run, "--query", "pekerjaan:mahasiswa age:20-40"), leads_file)
    assert students
    assert all(row["job"] == "student" and 20 <= row["age"] <= 40 for row in students)
    fewer = mine(listed(run, "--query", "job:student", "--min-age", "36"), leads_file)
    assert {row["id"] for row in fewer}.isdisjoint(row["id"] for row in students if row["age"] < 36)
    assert mine(listed(run, "--query", "loan:yes"), leads_file) == []
    assert len(mine(listed(run, "--query", "housing:yes loan:no"), leads_file)) == 12
    result = run("leads", "list", "--query", "ag:30 job:student")
    assert result.code == 1
    assert "“ag:” is no filter. Did you mean age:, tag:?" in result.err


def test_the_views_that_come_with_the_program(run: Run, leads_file: Path) -> None:
    assert run("leads", "import", str(leads_file), "--consent-source", "branch form").code == 0
    result = run("views", "list", "--json")
    assert (result.code, result.err) == (0, "")
    assert {view["name"] for view in json.loads(result.out)} == {
        "callbacks_today", "never_called", "score_60",
    }  # fmt: skip
    shown = run("views", "show", "never called")
    assert shown.code == 0
    assert "max_attempts: 0" in shown.out
    assert len(mine(listed(run, "--view", "Never called"), leads_file)) == 12
    assert mine(listed(run, "--view", "1"), leads_file) == []
    for command in (("views", "delete", "2"), ("views", "show", "nothing"), ("leads", "list", "--view", "x")):
        result = run(*command)
        assert result.code == 1
        assert "There is no view" in result.err
