"""`leadtui doctor` and `leadtui db`: what is wrong, with what to do about it."""

from __future__ import annotations

import ast
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from leadtui import i18n
from leadtui.cli import checks_database, checks_terminal, doctor_words
from leadtui.core.db import embedded, migrate
from leadtui.core.health.dto import AppRole, Health, RoleFacts, ServerFacts
from leadtui.core.settings import Settings
from tests.cli.conftest import Run
from tests.conftest import short_folder


@pytest.fixture
def own_home(monkeypatch: pytest.MonkeyPatch, clean_environment: None) -> Iterator[Path]:
    """A home that this test alone uses."""
    path = short_folder()
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


@pytest.mark.parametrize(
    ("theme", "known"), [(None, True), ("leadtui-contrast", True), ("nord", True), ("pink", False)]
)
def test_a_theme_that_nobody_knows(theme: str | None, known: bool) -> None:
    found = checks_terminal.theme(Settings(Path("x"), None, None, "dev", theme=theme))
    assert [check.code for check in found] == ([] if known else ["theme_unknown"])
    for check in found:
        assert "pink" in doctor_words.sentence(check)
        assert "leadtui-contrast" in doctor_words.hint(check)


@pytest.mark.skipif(os.geteuid() == 0, reason="root's embedded server needs an open folder")
def test_a_home_that_others_can_enter(run: Run, own_home: Path) -> None:
    own_home.chmod(0o755)
    assert run("doctor").code == 1


def sick() -> tuple[Health, ServerFacts]:
    health = Health(
        stray_rows=True, model_id=1, model_name="\x1b[2Jx", model_problem="model_digest", artefact=None,
        leads=10, scored=4, historical=2, agents=400, users=401, admins=0, demo=True,
    )  # fmt: skip
    server = ServerFacts(
        version=150004, role=AppRole("postgres", True, True, True, True), tls=None, skew=-130.0,
        roles=(RoleFacts("leadtui_owner", True, True, True), RoleFacts("leadtui_app", True, True, False),
               RoleFacts("leadtui_backup", True, False, False)),
        encoding="SQL_ASCII", size=5, max_connections=97, connections=3, telling=("log_statement = all",),
        kept=("bank_until_20261121_120000",), last_partition=None,
    )  # fmt: skip
    return health, server


def test_every_fault_has_a_sentence_and_a_hint() -> None:
    settings = Settings(Path("x"), "postgresql://app@db.test/bank", None, "dev")
    health, server = sick()
    inside = checks_database.examined(health)
    checks = [
        *checks_database.server(settings, server), *checks_database.partitions(server), *inside,
        *checks_database._connections(settings, server, inside),
    ]  # fmt: skip
    levels = {check.code: check.level for check in checks}
    fails = {"version_old", "role_strong", "partitions_end", "stray_rows", "model_bad", "clock_wrong",
             "database_encoding"}  # fmt: skip
    assert {code for code, level in levels.items() if level == "fail"} == fails
    warns = {
        "owner_login", "backup_blind", "tls_none", "log_tells", "connections_few", "holidays_missing",
    }  # fmt: skip
    assert {code for code, level in levels.items() if level == "warn"} == warns
    for check in checks:
        sentence, hint = doctor_words.sentence(check), doctor_words.hint(check)
        assert "\x1b" not in sentence + hint
        assert bool(hint) == (check.level in ("fail", "warn")), check.code
    assert set(doctor_words._HINTS) <= set(doctor_words._SENTENCES)


def test_every_code_that_a_check_may_have_has_words() -> None:
    codes = set()
    for path in Path(checks_database.__file__).parent.glob("checks*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Check", "refused"):
                found = ast.walk(node.args[0])
                codes |= {part.value for part in found if isinstance(part, ast.Constant)}
    codes.discard("code")  # data["code"], which is an error's
    assert len(codes) > 50
    assert codes - set(doctor_words._SENTENCES) == set()


@pytest.mark.parametrize("command", [("doctor",), ("db", "status"), ("db", "stop"), ("users", "list")])
def test_a_home_that_is_none(
    command: tuple[str, ...], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file where the folder should be: nobody can say that no server runs there."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    for home in (tmp_path / "file", tmp_path / "file" / "below"):
        monkeypatch.setenv("LEADTUI_HOME", str(home))
        result = run(*command)
        assert result.code == 1
        assert "LEADTUI_HOME" in result.out + result.err
        assert "Not a directory" in result.out + result.err
        assert "Set LEADTUI_HOME to a folder of your own." in result.err
        assert "not running" not in result.out + result.err


def test_doctor_explains_what_production_refuses(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADTUI_ENV", "production")
    monkeypatch.setenv("LEADTUI_DATABASE_URL", "postgresql://app:topsecret@127.0.0.1,db.invalid:1/bank")
    monkeypatch.setenv("LEADTUI_DATABSE_URL", "typo")
    result = run("doctor")
    assert result.code == 1
    assert "WRONG  The program refuses to start: LEADTUI_DATABASE_URL: In production" in result.out
    assert "WARN   There is no setting LEADTUI_DATABSE_URL; it is ignored." in result.out
    assert any("sslmode=verify-full" in hint for hint in result.hints)
    assert "topsecret" not in result.out + result.err
    refused = run("users", "list")
    assert (refused.code, refused.out) == (1, "")
    assert "(db.invalid) needs sslmode=verify-full" in refused.errors[0]


@pytest.mark.parametrize(
    ("free", "code", "level"), [(1_000, "disk_full", "fail"), (1_000_000_000, "disk_low", "warn")]
)
def test_a_disk_that_fills_up(
    free: int, code: str, level: str, run: Run, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10, 5, free))  # type: ignore[attr-defined]
    (check,) = [check for check in json.loads(run("doctor", "--json").out) if check["check"] == code]
    assert check["level"] == level
    assert check["hint"]


def test_secrets_that_others_can_read(run: Run, own_home: Path) -> None:
    (own_home / "drafts").mkdir()
    secret = own_home / "drafts" / "1.journal"
    secret.write_text("x", encoding="utf-8")
    secret.chmod(0o644)
    result = run("doctor")
    assert result.code == 1
    assert f"hint: chmod 600 {secret}" in result.hints
    secret.chmod(0o600)
    assert str(secret) not in run("doctor").out


def test_settings_are_shown_with_their_source_and_without_passwords(
    run: Run, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = own_home / "leadtui.toml"
    file.write_text('log_files = 3\n[profile.dev]\npool_size = 4\nlang = "id"\n', encoding="utf-8")
    monkeypatch.setenv("LEADTUI_ADMIN_URL", "postgresql://dba:topsecret@localhost/bank")
    shown = {row["setting"]: row for row in json.loads(run("config", "--json").out)}
    assert shown["admin_url"] == {
        "setting": "admin_url", "value": "postgresql://dba:…@localhost/bank", "source": "environment",
    }  # fmt: skip
    assert shown["pool_size"]["source"] == f"{file}: profile.dev.pool_size"
    assert "Pengaturan" in run("config").out  # the file's language
    monkeypatch.setattr(i18n, "_language", "en")
    file.write_text("log_fles = 3", encoding="utf-8")
    result = run("config")
    assert (result.code, result.out) == (1, "")
    assert f"{file}: log_fles" in result.errors[0]
    assert result.hints[0].startswith("hint: Known here: admin_url, ")


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
