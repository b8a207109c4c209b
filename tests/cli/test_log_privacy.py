"""No personal data and no secret in any log, nor on stderr where nobody asked: planted, then looked for."""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest

from leadtui import logs, quiet
from leadtui.core.auth import service as auth
from leadtui.core.auth.dto import SignIn
from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import CallStatus, Claim, LogCall, Outcome
from leadtui.core.ctx import Origin
from leadtui.core.db import embedded
from leadtui.core.errors import LeadtuiError
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import LeadFilter, PageQuery
from leadtui.core.runtime import open_runtime
from leadtui.core.settings import load
from tests.cli.conftest import Run
from tests.conftest import short_folder

NAME, PHONE, EMAIL, NOTE = (
    "Zubaedahku Plantedname",
    "081299887766",
    "zubaedah@planted.test",
    "plantednote 4711",
)
PASSWORD, WRONG, SEARCH, URL_WORD = (
    "planted-pass-word",
    "planted-wrong-word",
    "plantedsearch",
    "planted-url-word",
)
PLANTED = ("Zubaedahku", "Plantedname", "81299887766", "planted", "4711")
"""What must be found nowhere; every value above has one of them in it."""
MORNING = datetime(2026, 11, 24, 10, tzinfo=ZoneInfo("Asia/Jakarta"))


@pytest.fixture
def home(clean_environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = short_folder()
    monkeypatch.setenv("LEADTUI_HOME", str(path))
    yield path
    logs.close_log()
    embedded.stop(path)
    shutil.rmtree(path, ignore_errors=True)


def logged(home: Path) -> dict[str, bytes]:
    """Every log there is: ours, and the embedded server's own."""
    files = [*(home / "log").iterdir(), embedded.data_directory(home) / "log"]
    return {str(path): path.read_bytes() for path in files}


def leaks(text: bytes | str) -> list[str]:
    data = text.encode() if isinstance(text, str) else text
    return [value for value in PLANTED if value.lower().encode() in data.lower()]


def test_nothing_that_was_put_in_is_in_a_log(
    home: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # users, an import with a row that is refused, one with a row that is there already
    sari = [EMAIL, "--name", NAME, "--role", "agent", "--password-stdin"]
    assert run("users", "add", *sari, stdin=PASSWORD).code == 0
    run("users", "add", *sari, stdin=PASSWORD)
    file = tmp_path / "customers.csv"
    head = "external_id;name;phone;consent\n"
    file.write_text(f"{head}A1;{NAME};{PHONE};yes\nA2;{NAME};{PHONE};maybe-{NOTE}\n", encoding="utf-8")
    assert run("leads", "import", str(file)).code == 1
    file.write_text(f"{head}A1;{NAME};{PHONE};yes\n", encoding="utf-8")
    assert run("leads", "import", str(file)).code == 0
    assert run("leads", "import", str(file), "--on-duplicate", "error").code == 1

    # a URL with a password that opens nothing
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("LEADTUI_DATABASE_URL", f"postgresql://app:{URL_WORD}@127.0.0.1:1/bank")
        for command in (["users", "list"], ["doctor"], ["config"], ["db", "status"]):
            result = run(*command)
            assert leaks(result.out + result.err) == [], command

    capsys.readouterr()
    settings = load()
    logs.open_for(settings)
    runtime = open_runtime(settings)
    try:
        ctx = runtime.ctx(Origin.TUI)
        with pytest.raises(LeadtuiError):
            auth.sign_in(ctx, SignIn(EMAIL, WRONG))
        auth.sign_in(ctx, SignIn(EMAIL, PASSWORD))
        token = ctx.token
        assert token is not None
        ctx.now = MORNING
        leads.page(ctx, PageQuery(filter=LeadFilter(search=SEARCH)))
        opened = calls.claim(ctx, Claim(uuid4()))
        said = LogCall(uuid4(), opened.id, CallStatus.CONNECTED, NOTE, outcome=Outcome.INTERESTED)
        calls.log(ctx, said)

        # PostgreSQL quotes the row that it refuses, to us and into its own log
        with psycopg.connect(embedded.start(home).admin_url, autocommit=True) as connection:
            with pytest.raises(psycopg.errors.UniqueViolation) as refused:
                connection.execute(
                    "insert into app_user (team_id, email, name, role) values (1, %s, %s, 'agent')",
                    (EMAIL, NAME),
                )
            assert leaks(str(refused.value))  # the test would notice
            with pytest.raises(psycopg.errors.InvalidTextRepresentation):
                connection.execute(f"select '{PHONE}x'::uuid")
        logs.log_unexpected(refused.value)
    finally:
        runtime.close()

    # a defect: values in the message and in local variables, on the main thread and on another
    def broken(*_arguments: object) -> None:
        name, phone = NAME, PHONE
        raise RuntimeError(f"{name} {phone} {NOTE}") from refused.value

    monkeypatch.setattr("leadtui.core.operate.db_status", broken)
    result = run("db", "status")
    assert result.code == 2
    assert leaks(result.out + result.err) == []
    monkeypatch.setattr(threading, "excepthook", threading.__excepthook__)
    quiet.quiet_threads()
    thread = threading.Thread(target=broken)
    thread.start()
    thread.join()

    written = logged(home)
    assert len(written) >= 2
    assert b"RuntimeError" in b"".join(written.values())
    assert b"23505" in b"".join(written.values())  # what happened is there, whom it happened to is not
    for path, data in written.items():
        assert leaks(data) == [], path
        assert token.encode() not in data, path
    assert leaks(capsys.readouterr().err) == []


def test_the_program_dies_without_showing_its_variables(
    home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Textual's own page after an exception in a handler quotes local variables: what somebody just typed."""
    from leadtui.app import LeadtuiApp

    settings = load()
    logs.open_for(settings)
    app = LeadtuiApp(settings)

    def broken() -> None:
        password, note = PASSWORD, NOTE
        raise ValueError(password + note)

    try:
        broken()
    except ValueError as error:
        app._handle_exception(error)
    app._print_error_renderables()
    shown = capfd.readouterr()
    assert "Error id" in shown.err + shown.out
    assert leaks(shown.err + shown.out) == []
    assert leaks((home / "log" / "leadtui.log").read_bytes()) == []
    assert b"ValueError" in (home / "log" / "leadtui.log").read_bytes()
    assert "textual" in sys.modules
