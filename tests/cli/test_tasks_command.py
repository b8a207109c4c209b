"""`leadtui tasks` as somebody types it, on the real database."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import psycopg
import pytest

from leadtui.core.db import embedded
from tests.cli.conftest import Run

WORDS = "mango floor seven bikes"
_numbers = itertools.count(1)


@pytest.fixture
def lead(cli_home: Path) -> int:
    """A customer of the main team."""
    with psycopg.connect(embedded.start(cli_home).admin_url) as connection:
        row = connection.execute(
            "with l as (insert into lead (team_id, external_id, name, content_hash) "
            "select id, %s, 'Clara Nurdiyanti', '\\x00' from team where code = 'main' returning id, team_id) "
            "insert into lead_queue (lead_id, team_id, consent_ok, phone_ok) "
            "select id, team_id, true, true from l returning lead_id",
            (f"tasks-{next(_numbers)}",),
        ).fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture
def signed_in(run: Run) -> str:
    email = f"tasks{next(_numbers)}@bank.test"
    made = run("users", "add", email, "--name", "Sari Wulandari", "--role", "agent", "--password-stdin",
               stdin=f"{WORDS}\n")  # fmt: skip
    assert made.code == 0, made.err
    entered = run("login", "--email", email, "--password-stdin", stdin=f"{WORDS}\n")
    assert entered.code == 0, entered.err
    return email


def listed(run: Run) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(run("tasks", "list", "--json").out)
    return found


@pytest.mark.usefixtures("signed_in")
def test_a_task_from_its_words_to_its_end(run: Run, lead: int) -> None:
    made = run("tasks", "add", str(lead), "3 hari lagi jam 10", "cek dokumen")
    assert made.code == 0, made.err
    [task] = [row for row in listed(run) if row["lead_id"] == lead]
    assert (task["kind"], task["note"], task["owner"]) == ("follow_up", "cek dokumen", "Sari Wulandari")
    ident = str(task["id"])
    assert run("tasks", "snooze", ident, "in 5 days at 9").code == 0
    assert run("tasks", "reassign", ident, "--anyone").code == 0
    [task] = [row for row in listed(run) if row["lead_id"] == lead]
    assert (task["owner"], task["version"]) == (None, 3)
    shown = run("tasks", "list").out
    assert "Clara Nurdiyanti" in shown
    assert "anyone's" in shown
    assert run("tasks", "reassign", ident, "--me").code == 0
    assert run("tasks", "done", ident).code == 0
    assert [row for row in listed(run) if row["lead_id"] == lead] == []
    run("logout")


@pytest.mark.usefixtures("signed_in")
def test_what_is_wrong_is_said_in_words(run: Run, lead: int) -> None:
    assert "On which day?" in run("tasks", "add", str(lead), "next week", "x").err
    assert "e.g." in run("tasks", "add", str(lead), "kapan-kapan", "x").err
    assert "--anyone" in run("tasks", "reassign", "1").err
    assert "not yours" in run("tasks", "done", "2000000000").err
    assert run("tasks", "list", "--team").code != 0
    run("logout")
