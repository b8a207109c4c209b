"""`leadtui leads why-not` and `override` on a server that commits for real."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from leadtui import i18n
from leadtui.core.db import embedded
from tests.cli.conftest import Run

Sql = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def sql(cli_home: Path) -> Sql:
    """As the owner, past row-level security."""

    def ask(statement: str, *params: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(embedded.start(cli_home).admin_url, autocommit=True) as connection:
            cursor = connection.execute(statement, params or None)
            return cursor.fetchall() if cursor.description else []

    return ask


@pytest.fixture
def lead(run: Run, sql: Sql) -> int:
    """A customer without a consent, at the lifetime cap."""
    added = run("leads", "add", "--name", "Siti Why", "--phone", "0812 5550 7134", "--json")
    assert added.code == 0, added.err
    ident = int(json.loads(added.out)[0]["id"])
    sql("update lead_queue set attempts = 8, capped = true where lead_id = %s", ident)
    return ident


def test_every_predicate_and_when_it_changes(run: Run, lead: int) -> None:
    told = run("leads", "why-not", str(lead))
    assert told.code == 0
    lines = told.out.splitlines()
    assert lines[0] == f"{lead} · Siti Why"
    assert "Not until somebody acts: this customer has not agreed to be called" in lines[1]
    assert any(line.startswith("✓ State") for line in lines)
    assert any(line.startswith("× Consent") and "not a yes" in line for line in lines)
    assert any(line.startswith("× Calls so far") and "8 of 8" in line for line in lines)
    assert sum(line.lstrip().startswith("→") for line in lines) >= 2
    assert "7134" not in told.out  # a number is told only where it is on the list


def test_as_json(run: Run, lead: int) -> None:
    (why,) = json.loads(run("leads", "why-not", str(lead), "--json").out)
    assert (why["id"], why["callable"], why["callable_at"]) == (lead, False, None)
    checks = {check["code"]: check for check in why["checks"]}
    assert list(checks) == [
        "state", "do_not_call", "consent", "phone", "lifetime", "day", "rest", "lease", "owner", "window",
    ]  # fmt: skip
    assert (checks["lifetime"]["ok"], checks["lifetime"]["n"], checks["lifetime"]["of"]) == (False, 8, 8)
    assert checks["lifetime"]["liftable"]
    assert not checks["consent"]["liftable"]


def test_lifting_needs_a_reason_and_says_what_is_left(run: Run, lead: int, sql: Sql) -> None:
    bare = run("leads", "override", str(lead), "lifetime")
    assert bare.code == 1
    assert "--reason" in bare.err
    short = run("leads", "override", str(lead), "lifetime", "--reason", "x")
    assert short.code == 1
    assert "3 to 500 characters" in short.err
    done = run("leads", "override", str(lead), "lifetime", "--reason", "minta ditelepon lagi")
    assert done.code == 0, done.err
    assert done.out.splitlines()[0] == "Lifted: Calls so far."
    assert "has not agreed to be called" in done.out
    assert sql("select capped, attempts, attempts_forgiven from lead_queue where lead_id = %s", lead) == [
        (False, 8, 8)
    ]
    assert "minta ditelepon lagi" in run("leads", "why-not", str(lead)).out
    again = run("leads", "override", str(lead), "lifetime", "--reason", "sekali lagi")
    assert again.code == 1
    assert "nothing to lift" in again.err


@pytest.mark.parametrize(
    ("code", "sentence", "hint"),
    [
        ("consent", "Consent is never lifted", "leadtui consent set"),
        ("window", "", ""),
        ("everything", "An override lifts one of state, lifetime, rest, owner.", ""),
    ],
)
def test_what_is_never_lifted_says_what_to_do_instead(
    run: Run, lead: int, code: str, sentence: str, hint: str
) -> None:
    refused = run("leads", "override", str(lead), code, "--reason", "cukup alasan")
    assert refused.code == 1
    assert sentence in refused.err
    assert hint in refused.err
    assert not refused.out


def test_a_lead_that_is_not_there(run: Run, clean_environment: None) -> None:
    gone = run("leads", "why-not", "987654321")
    assert gone.code == 1
    assert gone.errors


def test_in_indonesian(run: Run, lead: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "_language", "id")
    told = run("leads", "why-not", str(lead))
    assert "× Persetujuan" in told.out
    assert "Belum bisa sampai ada yang bertindak" in told.out
