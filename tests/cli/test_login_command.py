"""`leadtui login`, `logout`, `whoami`, `users sessions|end-session` on the real database and real files."""

from __future__ import annotations

import io
import itertools
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from leadtui.cli import ask
from leadtui.core.auth import passwords, tokens
from leadtui.core.db import embedded
from tests.cli.conftest import Result, Run

WORDS = "mango floor seven kites"
_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def _nobody_stays(cli_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No token file is left, and hashing is cheap."""
    monkeypatch.setattr(passwords, "hash_password", partial(passwords.hash_password, rounds=4))
    yield
    (cli_home / "identity" / "session-embedded.json").unlink(missing_ok=True)


@pytest.fixture
def token_file(cli_home: Path) -> Path:
    return cli_home / "identity" / "session-embedded.json"


def added(run: Run, role: str) -> str:
    email = f"login{next(_numbers)}@bank.test"
    done = run("users", "add", email, "--name", f"Login {role}", "--role", role, "--password-stdin",
               stdin=f"{WORDS}\n")  # fmt: skip
    assert done.code == 0, done.err
    return email


def login(run: Run, email: str, words: str = WORDS) -> Result:
    return run("login", "--email", email, "--password-stdin", stdin=f"{words}\n")


def fact(run: Run, label: str) -> str:
    result = run("whoami")
    assert result.code == 0, result.err
    (line,) = [line for line in result.out.splitlines() if line.startswith(label)]
    return line.removeprefix(label).strip()


def expire(token_file: Path, home: Path) -> dict[str, str]:
    """As if 16 minutes had passed since the last refresh; what stood there."""
    stored: dict[str, str] = json.loads(token_file.read_text())
    key = tokens.key(home)
    claims = tokens.read(key, stored["jwt"])
    stored["jwt"] = tokens.issue(
        key, claims.user_id, claims.session_id, now=datetime.now(UTC) - timedelta(minutes=16)
    )
    token_file.write_text(json.dumps(stored))
    return stored


def test_commands_act_as_who_is_signed_in(run: Run, token_file: Path) -> None:
    assert fact(run, "Role") == "system"
    agent = added(run, "agent")
    result = login(run, agent)
    assert (result.code, result.out) == (0, "")
    assert result.err == "Signed in: Login agent · agent.\n"
    assert stat.S_IMODE(token_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(token_file.parent.stat().st_mode) == 0o700
    assert WORDS not in token_file.read_text()
    assert fact(run, "Name") == "Login agent"
    refused = run("users", "list")
    assert (refused.code, refused.errors) == (1, ["error: Your role may not do this."])
    assert refused.hints == ["hint: leadtui whoami says who the commands act as."]
    # the owner of the database may still say so
    assert run("--as-system", "users", "list").code == 0
    assert fact(run, "Role") == "agent"
    out = run("logout")
    assert (out.code, out.err) == (0, "Signed out.\n")
    assert not token_file.exists()
    assert fact(run, "Role") == "system"
    assert run("logout").err == "Nobody is signed in here.\n"


def test_who_acts_is_told_to_programs(run: Run, token_file: Path) -> None:
    login(run, added(run, "manager"))
    (me,) = json.loads(run("whoami", "--json").out)
    (mine,) = [s for s in json.loads(run("--as-system", "users", "sessions", "--json").out)
               if s["id"] == me["session"]]  # fmt: skip
    assert (me["name"], me["role"], me["team"]) == ("Login manager", "manager", "main")
    assert (me["opened_at"], me["expires_at"]) == (mine["opened_at"], mine["expires_at"])
    assert run("logout").code == 0
    (system,) = json.loads(run("whoami", "--json").out)
    assert (system["name"], system["role"], system["expires_at"]) == ("system", "system", None)


def test_a_wrong_password_leaves_who_was_signed_in(run: Run, token_file: Path) -> None:
    email = added(run, "manager")
    login(run, email)
    before = token_file.read_bytes()
    result = login(run, email, "mango floor seven bikes")
    assert (result.code, result.errors) == (1, ["error: E-mail or password is wrong."])
    assert token_file.read_bytes() == before
    assert fact(run, "Role") == "manager"


def test_signing_in_as_another_ends_the_first_session(run: Run, token_file: Path) -> None:
    first, second = added(run, "agent"), added(run, "admin")
    login(run, first)
    login(run, second)
    listed = json.loads(run("users", "sessions", "--json").out)
    assert [session["email"] for session in listed if session["email"] in (first, second)] == [second]


def test_the_pair_is_rotated_when_the_jwt_has_run_out(run: Run, token_file: Path, cli_home: Path) -> None:
    login(run, added(run, "manager"))
    number = fact(run, "Session")
    before = expire(token_file, cli_home)
    assert fact(run, "Session") != number
    after = json.loads(token_file.read_text())
    assert all(before[name] != after[name] for name in ("token", "jwt", "refresh"))
    assert stat.S_IMODE(token_file.stat().st_mode) == 0o600
    assert fact(run, "Role") == "manager"
    assert json.loads(token_file.read_text()) == after


def test_two_commands_at_once_both_go_through(run: Run, token_file: Path, cli_home: Path) -> None:
    login(run, added(run, "manager"))
    for _ in range(2):
        expire(token_file, cli_home)
        both = [
            subprocess.Popen(
                [sys.executable, "-m", "leadtui", "whoami"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                text=True, env={**os.environ, "LEADTUI_HOME": str(cli_home), "LEADTUI_LANG": "en"},
            )
            for _ in range(3)
        ]  # fmt: skip
        ended = [(*process.communicate(timeout=60), process.returncode) for process in both]
        assert [code for _out, _err, code in ended] == [0, 0, 0], ended
        assert len({out for out, _err, _code in ended}) == 1
    assert fact(run, "Role") == "manager"


def test_a_copy_of_an_old_token_file_ends_the_session(run: Run, token_file: Path, cli_home: Path) -> None:
    email = added(run, "manager")
    login(run, email)
    stolen = expire(token_file, cli_home)
    assert run("whoami").code == 0
    good = token_file.read_bytes()
    with _owner(cli_home) as connection:
        connection.execute("update app_session set rotated_at = rotated_at - interval '1 minute'")
    token_file.write_text(json.dumps(stolen))
    thief = run("whoami")
    assert thief.code == 1
    assert thief.errors == ["error: An old copy of this session was used, so it has ended everywhere."]
    token_file.write_bytes(good)
    owner = run("whoami")
    assert (owner.code, owner.errors) == (1, thief.errors)
    assert owner.hints == ["hint: leadtui login signs in again; leadtui logout goes on without."]
    # no silent step up to the owner of the database
    assert run("users", "list").code == 1
    assert run("logout").code == 0
    assert run("users", "list").code == 0


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"token": 1}', "not json", '{"token":"a","jwt":"b","refresh":"c"}']
)
def test_a_damaged_token_file_is_said_and_can_be_left(run: Run, token_file: Path, content: str) -> None:
    login(run, added(run, "agent"))
    token_file.write_text(content)
    result = run("whoami")
    assert (result.code, result.errors) == (1, ["error: The token file is damaged or was changed by hand."])
    assert run("logout").code == 0
    assert fact(run, "Role") == "system"


def test_a_jwt_of_another_session_is_refused(run: Run, token_file: Path, cli_home: Path) -> None:
    login(run, added(run, "agent"))
    stored = json.loads(token_file.read_text())
    stored["jwt"] = tokens.issue(tokens.key(cli_home), 1, 1)
    token_file.write_text(json.dumps(stored))
    assert run("whoami").errors == ["error: The token file is damaged or was changed by hand."]
    stored["jwt"] = tokens.issue(bytes(32), 1, 1)
    token_file.write_text(json.dumps(stored))
    assert run("whoami").errors == ["error: The token file is damaged or was changed by hand."]


def test_a_token_file_that_others_can_read_is_refused(run: Run, token_file: Path) -> None:
    login(run, added(run, "agent"))
    token_file.chmod(0o644)
    result = run("whoami")
    assert (result.code, len(result.errors), len(result.hints)) == (1, 1, 1)
    assert "Others can read or write" in result.err
    aside = token_file.with_name("aside")
    token_file.rename(aside)
    token_file.symlink_to(aside)
    assert "is a link" in run("whoami").err
    assert run("logout").code == 1
    assert not token_file.is_symlink()
    aside.unlink()


def test_a_one_time_password_is_changed_on_the_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    email = f"login{next(_numbers)}@bank.test"
    once = run("users", "add", email, "--name", "New", "--role", "agent").out.strip()
    refused = login(run, email, once)
    assert (refused.code, len(refused.errors)) == (1, 1)
    assert "one-time password" in refused.err
    assert fact(run, "Role") == "system"
    answers = iter([once, "short", "short", "kites over mango", "another answer", WORDS, WORDS])
    monkeypatch.setattr(ask, "possible", lambda: True)
    monkeypatch.setattr(ask.getpass, "getpass", lambda _question: next(answers))
    done = run("login", "--email", email)
    assert done.code == 0, done.err
    assert done.errors == ["error: new: At least 12 characters.", "error: again: The two are not the same."]
    assert fact(run, "Name") == "New"


def test_without_a_terminal_it_says_which_option(run: Run) -> None:
    result = run("login")
    assert (result.code, result.errors) == (1, ["error: There is no terminal to ask on."])
    assert result.hints == ["hint: Give it with --email."]
    result = run("login", "--email", "a@bank.test")
    assert result.hints == ["hint: Give it with --password-stdin."]


def test_too_many_wrong_ones_say_when_to_try_again(run: Run, cli_home: Path) -> None:
    email = f"nobody{next(_numbers)}@bank.test"
    with _owner(cli_home) as connection:
        connection.execute(
            "insert into auth_throttle (scope, key, score, at, until, told) values "
            "('account', auth_account_key(%s), 9, now(), now() + interval '65 seconds', true)",
            (email,),
        )
    result = login(run, email)
    assert result.code == 1
    assert result.errors[0].startswith("error: Too many attempts. Try again in 1:0")


def test_sessions_are_listed_and_ended(run: Run, token_file: Path) -> None:
    email = added(run, "agent")
    login(run, email)
    stored = token_file.read_bytes()
    run("logout")
    token_file.write_bytes(stored)
    login(run, email)
    (session,) = json.loads(run("--as-system", "users", "sessions", email.upper(), "--json").out)
    assert (session["origin"], session["email"]) == ("cli", email)
    table = run("--as-system", "users", "sessions").out
    assert any(email in line and "command line" in line for line in table.splitlines())
    done = run("--as-system", "users", "end-session", str(session["id"]))
    assert (done.code, done.err) == (0, f"Session {session['id']} ended.\n")
    assert run("whoami").errors == ["error: An administrator has ended your session."]
    login(run, email)
    assert run("--as-system", "users", "end-session", "--all", email).err == "1 session ended.\n"
    for arguments, words in (
        (("999999",), "There is no open session 999999."),
        ((), "Name one session, or all of a user."),
        (("1", "--all", email), "Name one session, or all of a user."),
        (("x",), "It is not a whole number."),
        (("--all", "nobody@bank.test"), "There is no user nobody@bank.test."),
    ):
        wrong = run("--as-system", "users", "end-session", *arguments)
        assert wrong.code == 1
        assert words in wrong.errors[0]


def test_a_password_that_is_guessed_first_is_refused(run: Run) -> None:
    result = run("users", "add", f"login{next(_numbers)}@bank.test", "--name", "A", "--role", "agent",
                 "--password-stdin", stdin="Password2026!\n")  # fmt: skip
    assert (result.code, result.errors) == (
        1, ["error: password: Easy to guess. Take several words that do not belong together."],
    )  # fmt: skip


def _owner(home: Path):  # type: ignore[no-untyped-def]
    import psycopg

    return psycopg.connect(embedded.start(home).admin_url, autocommit=True)


def test_asking_reads_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(ask, "possible", lambda: True)
    monkeypatch.setattr(sys, "stdin", io.StringIO("sari@bank.test\nnext\n"))
    assert ask.line("E-mail: ", field="email") == "sari@bank.test"
    assert capsys.readouterr().err == "E-mail: "
