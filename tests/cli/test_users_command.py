"""`leadtui users` on the real database."""

from __future__ import annotations

import itertools
import json

import pytest

from leadtui.core.auth import service as auth
from leadtui.core.auth.dto import SignIn
from leadtui.core.ctx import Origin
from leadtui.core.errors import Unauthenticated
from leadtui.core.runtime import open_runtime
from leadtui.core.settings import load
from tests.cli.conftest import Run

_numbers = itertools.count(1)


def somebody() -> str:
    return f"somebody{next(_numbers)}@bank.test"


def sign_in(email: str, password: str) -> bool:
    """Whether the password is one-time. Raises Unauthenticated."""
    runtime = open_runtime(load())
    try:
        ctx = runtime.ctx(Origin.CLI)
        must_change = auth.sign_in(ctx, SignIn(email, password)).must_change
        auth.sign_out(ctx)
        return must_change
    finally:
        runtime.close()


def test_a_one_time_password_stands_alone_on_stdout(run: Run) -> None:
    email = somebody()
    result = run("users", "add", email.upper(), "--name", "Sari W", "--role", "agent")
    assert result.code == 0
    assert result.out.count("\n") == 1
    assert f"{email} can sign in now." in result.err
    assert sign_in(email, result.out.strip()) is True


def test_a_password_from_standard_input_is_printed_nowhere(run: Run) -> None:
    email = somebody()
    password = "pass word é with blanks "
    result = run("users", "add", email, "--name", "A", "--role", "manager", "--password-stdin",
                 stdin=f"{password}\n")  # fmt: skip
    assert (result.code, result.out) == (0, "")
    assert password not in result.err
    assert sign_in(email, password) is False


def test_what_is_wrong_is_said_by_field(run: Run) -> None:
    result = run("users", "add", "nobody", "--name", " ", "--role", "boss", "--team", "mars",
                 "--password-stdin", stdin="short\n")  # fmt: skip
    assert (result.code, result.out) == (1, "")
    assert result.errors == [
        "error: email: This is not an e-mail address.",
        "error: name: Needed.",
        "error: role: There is no role “boss”.",
        "error: password: At least 12 characters.",
        "error: team: There is no team “mars”.",
    ]
    assert "hint: One of agent, manager, admin." in result.hints
    assert "hint: One of main." in result.hints
    empty = run("users", "add", somebody(), "--name", "A", "--role", "agent", "--password-stdin")
    assert (empty.code, empty.errors) == (1, ["error: password: Needed."])


def test_an_address_is_taken_once(run: Run) -> None:
    email = somebody()
    run("users", "add", email, "--name", "A", "--role", "agent")
    again = run("users", "add", email.title(), "--name", "B", "--role", "agent")
    assert (again.code, again.out) == (1, "")
    assert again.errors == ["error: email: Somebody has this address already."]
    assert again.hints == ["hint: leadtui users list"]


def test_the_list_for_people_and_for_programs(run: Run) -> None:
    email = somebody()
    run("users", "add", email, "--name", "Budi Santoso", "--role", "agent")
    table = run("users", "list")
    assert (table.code, table.err) == (0, "")
    assert table.out.splitlines()[0].split() == [
        "Id",
        "E-mail",
        "Name",
        "Role",
        "Team",
        "State",
        "Last",
        "seen",
    ]
    assert any(email in line and "one-time password" in line for line in table.out.splitlines())
    listed = run("users", "list", "--json")
    (user,) = [user for user in json.loads(listed.out) if user["email"] == email]
    assert (listed.code, listed.err) == (0, "")
    assert (user["name"], user["role"], user["team"]) == ("Budi Santoso", "agent", "main")
    assert (user["one_time_password"], user["disabled_at"], user["last_seen_at"]) == (True, None, None)
    assert "password_hash" not in user


def test_disabling_ends_it(run: Run) -> None:
    email = somebody()
    password = run("users", "add", email, "--name", "A", "--role", "agent").out.strip()
    assert sign_in(email, password)
    done = run("users", "disable", email.upper())
    assert (done.code, done.out) == (0, "")
    with pytest.raises(Unauthenticated):
        sign_in(email, password)
    reset = run("users", "reset-password", email)
    assert (reset.code, reset.out) == (1, "")
    assert reset.errors == [f"error: {email} is disabled."]
    assert reset.hints == [f"hint: leadtui users enable {email} lets them in again."]


def test_enabling_lets_them_in_again(run: Run) -> None:
    email = somebody()
    password = run("users", "add", email, "--name", "A", "--role", "agent").out.strip()
    assert run("users", "disable", email).code == 0
    done = run("users", "enable", f" {email.upper()}")
    assert (done.code, done.out, done.errors) == (0, "", [])
    assert f"{email} can sign in again" in done.err
    assert done.hints == [f"hint: leadtui users reset-password {email} gives them a new one"]
    assert sign_in(email, password) is True
    assert run("users", "reset-password", email).code == 0


def test_a_new_one_time_password_replaces_the_old_one(run: Run) -> None:
    email = somebody()
    first = run("users", "add", email, "--name", "A", "--role", "agent").out.strip()
    second = run("users", "reset-password", email)
    assert second.code == 0
    with pytest.raises(Unauthenticated):
        sign_in(email, first)
    assert sign_in(email, second.out.strip()) is True


def test_the_last_admin_and_nobody(run: Run) -> None:
    email = somebody()
    run("users", "add", email, "--name", "A", "--role", "admin")
    for user in json.loads(run("users", "list", "--json").out):  # whom other tests have left
        if user["role"] == "admin" and user["email"] != email and user["disabled_at"] is None:
            assert run("users", "disable", user["email"]).code == 0
    refused = run("users", "disable", email)
    assert refused.code == 1
    assert refused.errors == ["error: This is the last admin; somebody must be able to manage users."]
    assert refused.hints
    for command in ("disable", "enable", "reset-password"):
        unknown = run("users", command, "nobody@bank.test")
        assert (unknown.code, unknown.errors) == (1, ["error: There is no user nobody@bank.test."])


def test_it_is_audited_as_the_system_actor_with_the_os_user(run: Run) -> None:
    import getpass

    import psycopg

    email = somebody()
    run("users", "add", email, "--name", "A", "--role", "agent")
    runtime = open_runtime(load())
    assert runtime.admin_url is not None
    with psycopg.connect(runtime.admin_url) as pg:
        row = pg.execute(
            "select a.origin, u.role, a.os_user, a.detail::text from audit a "
            "join app_user u on u.id = a.actor_id where a.action = 'user.added' order by a.id desc limit 1"
        ).fetchone()
    runtime.close()
    assert row is not None
    assert row[:3] == ("cli", "system", getpass.getuser())
    assert email not in row[3]
