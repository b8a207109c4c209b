"""`leadtui doctor` and `leadtui db`: what is wrong, with what to do about it."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from leadtui.cli import checks as looked
from leadtui.core.db import embedded, migrate
from leadtui.core.health.dto import AppRole, Health
from tests.cli.conftest import Run


@pytest.fixture
def own_home(monkeypatch: pytest.MonkeyPatch, clean_environment: None) -> Iterator[Path]:
    """A home that this test alone uses."""
    path = Path(tempfile.mkdtemp(prefix="lt"))
    monkeypatch.setenv("LEADTUI_HOME", str(path))
    yield path
    embedded.stop(path)
    shutil.rmtree(path, ignore_errors=True)


def found(run: Run) -> dict[str, dict[str, object]]:
    return {check["check"]: check for check in json.loads(run("doctor", "--json").out)}


def test_a_healthy_installation(run: Run) -> None:
    run("users", "list")
    result = run("doctor")
    assert result.code == 0, result.out
    assert result.hints == []
    assert "WRONG" not in result.out
    checks = found(run)
    for code in (
        "program",
        "version",
        "role",
        "partitions",
        "model",
        "leads",
        "users",
        "library",
        "language",
    ):
        assert checks[code]["ok"] is True, code
    assert checks["role"]["role"] == "leadtui_app"
    assert checks["embedded"]["ok"] is None


def test_nothing_there_yet_is_no_fault(run: Run, own_home: Path) -> None:
    result = run("doctor")
    assert result.code == 0
    assert "no database yet" in result.out
    assert not (own_home / "server").exists()


def test_a_database_that_cannot_be_reached(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADTUI_DATABASE_URL", "postgresql://secret:word@127.0.0.1:1/bank")
    result = run("doctor")
    assert result.code == 1
    assert "The database cannot be reached: " in result.out
    assert result.hints
    assert "word" not in result.out + result.err
    status = run("db", "status")
    assert (status.code, status.out) == (1, "")


def test_a_setting_that_makes_no_sense(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADTUI_ENV", "moon")
    result = run("doctor")
    assert result.code == 1
    assert result.hints


@pytest.mark.skipif(os.geteuid() == 0, reason="root's embedded server needs an open folder")
def test_a_home_that_others_can_enter(run: Run, own_home: Path) -> None:
    own_home.chmod(0o755)
    assert run("doctor").code == 1


def test_every_fault_has_a_sentence_and_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    from leadtui.cli import doctor_words

    sick = Health(
        version=150004, app=AppRole("postgres", True, True, True), last_partition=None, stray_rows=True,
        model_id=1, model_name="\x1b[2Jx", model_problem="model_digest", leads=10, scored=4, historical=2,
        users=1, admins=0, demo=True,
    )  # fmt: skip
    checks = looked._examined(sick)
    wrong = {check.code for check in checks if check.ok is False}
    assert wrong == {"version_old", "role_strong", "partitions_end", "stray_rows", "model_bad"}
    for check in checks:
        assert "\x1b" not in doctor_words.sentence(check)
        doctor_words.hint(check)
    assert capsys.readouterr().err.count("hint: ") == len(wrong)
    assert set(doctor_words._HINTS) <= set(doctor_words._SENTENCES)


def test_status_starts_nothing_and_stop_stops(run: Run, own_home: Path) -> None:
    (status,) = json.loads(run("db", "status", "--json").out)
    assert (status["embedded"], status["running"], status["schema"]) == (True, False, None)
    assert not (own_home / "server").exists()
    assert run("db", "stop").err == "No server was running.\n"
    upgraded = run("db", "upgrade")
    assert (upgraded.code, upgraded.out) == (0, "")
    assert f"to {migrate.head()}" in upgraded.err
    assert "The starter model scores from now on." in upgraded.err
    (status,) = json.loads(run("db", "status", "--json").out)
    assert (status["running"], status["schema"], status["newest"]) == (True, migrate.head(), migrate.head())
    assert "is " + migrate.head() in run("db", "upgrade").err
    assert run("db", "status").out.splitlines()[2].split()[-1] == "running"
    assert run("db", "stop").err == "The server has stopped.\n"
    assert embedded.running_pid(own_home) is None


def test_a_real_server_is_only_changed_by_its_owner(
    run: Run, own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = embedded.start(own_home)
    monkeypatch.setenv("LEADTUI_HOME", str(tmp_path / "home"))
    with psycopg.connect(server.url(user="postgres", database="postgres"), autocommit=True) as connection:
        connection.execute("create database bank")
    monkeypatch.setenv("LEADTUI_DATABASE_URL", server.url(user="postgres", database="bank"))
    old = run("users", "list")
    assert (old.code, old.hints) == (1, ["hint: leadtui db upgrade"])
    assert old.errors == ["error: The database is older than this program."]
    refused = run("db", "upgrade")
    assert (refused.code, refused.errors) == (1, ["error: This needs the owner of the database."])
    stopped = run("db", "stop")
    assert (stopped.code, stopped.out) == (1, "")
    status = run("db", "status")
    assert (status.code, status.hints) == (1, ["hint: leadtui db upgrade"])

    monkeypatch.setenv("LEADTUI_ADMIN_URL", server.url(user="postgres", database="bank"))
    assert run("db", "upgrade").code == 0
    assert run("users", "list").code == 0
    # the owner's own URL works, and doctor says that it should not be used
    doctor = run("doctor")
    assert doctor.code == 1
    assert "more than it needs: superuser, bypassrls" in doctor.out
    monkeypatch.setenv("LEADTUI_DATABASE_URL", server.url(user="leadtui_app", database="bank"))
    assert run("doctor").code == 0

    monkeypatch.delenv("LEADTUI_ADMIN_URL")
    alone = run("users", "list")
    assert (alone.code, alone.errors) == (1, ["error: This needs the owner of the database."])
    monkeypatch.delenv("LEADTUI_DATABASE_URL")
    monkeypatch.setenv("LEADTUI_ADMIN_URL", server.url(user="postgres", database="bank"))
    half = run("db", "upgrade")
    assert (half.code, half.errors) == (
        1,
        ["error: LEADTUI_ADMIN_URL is set and LEADTUI_DATABASE_URL is not."],
    )


def test_a_database_from_the_future(run: Run, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("db", "upgrade").code == 0
    server = embedded.start(own_home)
    monkeypatch.setenv("LEADTUI_DATABASE_URL", server.app_url)
    monkeypatch.setenv("LEADTUI_ADMIN_URL", server.admin_url)
    with psycopg.connect(server.admin_url, autocommit=True) as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    for command in (["users", "list"], ["db", "upgrade"], ["db", "status"], ["doctor"]):
        result = run(*command)
        assert result.code == 1, command
        assert "hint: Install the newer leadtui." in result.hints
