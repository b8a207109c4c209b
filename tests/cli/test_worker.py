"""`leadtui worker --once` and `leadtui mail` as somebody types them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from leadtui.core.db import embedded
from tests.cli.conftest import Run
from tests.worker.mailbox import MailBox, free_port, mailbox


@pytest.fixture
def box() -> Iterator[MailBox]:
    with mailbox() as running:
        yield running


@pytest.fixture
def mailing(clean_environment: None, monkeypatch: pytest.MonkeyPatch, box: MailBox) -> MailBox:
    """The settings name a mail server that runs."""
    for name, value in {"HOST": "127.0.0.1", "PORT": str(box.port), "SECURITY": "none",
                        "SENDER": "leadtui@bank.test"}.items():  # fmt: skip
        monkeypatch.setenv(f"LEADTUI_MAIL_{name}", value)
    return box


@pytest.fixture
def empty(run: Run, cli_home: Path) -> Iterator[None]:
    """Nothing in the outbox, and one agent to write to."""
    made = run("users", "add", "mail@bank.test", "--name", "Rina Kusuma", "--role", "agent")
    assert made.code == 0 or "has this address already" in made.err
    clear(cli_home)
    yield
    clear(cli_home)


def clear(home: Path) -> None:
    with psycopg.connect(embedded.start(home).admin_url) as connection:
        connection.execute("delete from outbox")
        connection.execute("delete from procrastinate_jobs")


@pytest.mark.usefixtures("empty")
def test_a_mail_from_its_cause_to_its_arrival(run: Run, mailing: MailBox) -> None:
    assert run("users", "reset-password", "mail@bank.test").code == 0
    waiting = run("mail", "list")
    assert re.search(r"Rina Kusuma +New password +waits +0 +–$", waiting.out, re.M), waiting.out
    assert "No worker is alive, and mails wait: 1." in run("doctor").out
    done = run("worker", "--once")
    assert (done.code, done.err) == (0, "")
    [mail] = mailing.letters.taken
    assert mailing.letters.to == ["mail@bank.test"]
    assert mail["Subject"] == "leadtui: your password was reset"
    [listed] = json.loads(run("mail", "list", "--json").out)
    assert (listed["state"], listed["kind"], listed["tries"]) == ("sent", "password_reset", 1)
    assert json.loads(run("mail", "list", "--state", "failed", "--json").out) == []
    assert "Mail: 0 waiting, 0 failed in a week; workers alive: 0." in run("doctor").out


@pytest.mark.usefixtures("empty")
def test_what_failed_is_tried_again_when_somebody_says_so(run: Run, mailing: MailBox) -> None:
    run("users", "reset-password", "mail@bank.test")
    mailing.letters.answers.append("550 no")
    run("worker", "--once")
    listed = run("mail", "list", "--state", "failed")
    assert re.search(r"failed +1 +The mail server refused the mail\.$", listed.out, re.M), listed.out
    assert "Mails that failed in a week: 1." in run("doctor").out
    ident = listed.out.splitlines()[-1].split()[0]
    again = run("mail", "retry", ident)
    assert (again.code, again.err) == (0, "1 mail is tried again.\n")
    run("worker", "--once")
    assert len(mailing.letters.taken) == 1
    unknown = run("mail", "retry", ident)
    assert unknown.code == 1
    assert unknown.hints == ["hint: leadtui mail list shows what there is."]
    assert run("mail", "retry", "--failed").err == "0 mails are tried again.\n"


@pytest.mark.usefixtures("empty")
def test_without_a_mail_server_the_rest_is_done_and_mail_waits(run: Run) -> None:
    run("users", "reset-password", "mail@bank.test")
    done = run("worker", "--once")
    assert done.code == 0
    assert "Mail is not set up (mail_host): only the rest is done." in done.err
    assert "waits" in run("mail", "list").out
    assert "Mail is not set up." in run("doctor").out


def test_a_test_says_what_happened(run: Run, mailing: MailBox, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = run("mail", "test", "somebody@bank.test")
    assert (sent.code, mailing.letters.to) == (0, ["somebody@bank.test"])
    assert "The mail server took it." in sent.err
    mailing.letters.answers.append("554 go away")
    refused = run("mail", "test", "somebody@bank.test")
    assert refused.code == 1
    assert refused.errors == ["error: The mail server refused the mail. It answered 554."]
    wrong = run("mail", "test", "no address\r\nBcc: x@bank.test")
    assert wrong.errors == ["error: The address cannot be mailed to."]
    monkeypatch.setenv("LEADTUI_MAIL_PORT", str(free_port()))
    away = run("mail", "test", "somebody@bank.test")
    assert away.errors == ["error: The mail server cannot be reached."]
    assert away.hints == ["hint: leadtui config shows the settings in force."]


@pytest.mark.parametrize(
    ("arguments", "environment", "error"),
    [
        (["mail", "test", "x@bank.test"], {}, "error: mail_host: Mail is not set up."),
        (["mail", "test", "x@bank.test"], {"HOST": "127.0.0.1"}, "error: mail_sender: Mail is not set up."),
        (
            ["mail", "test", "x@bank.test"],
            {"HOST": "h", "SENDER": "nobody"},
            "error: LEADTUI_MAIL_SENDER: ",
        ),
        (
            ["mail", "test", "x@bank.test"],
            {"SECURITY": "some"},
            "error: LEADTUI_MAIL_SECURITY: “some” is",
        ),
        (
            ["mail", "test", "x@bank.test"],
            {"PORT": "0"},
            "error: LEADTUI_MAIL_PORT: It must be",
        ),
        (
            ["worker", "--once"],
            {"HOST": "mail.bank.test", "SENDER": "l@bank.test", "SECURITY": "none", "USER": "u"},
            "error: mail_security: A password, or production's mail, never goes",
        ),
        (
            ["worker", "--once"],
            {"HOST": "mail.bank.test", "SENDER": "l@bank.test", "PASSWORD_FILE": "/nowhere/at/all"},
            "error: mail_password_file: It cannot be read: No such file or directory.",
        ),
        (["mail", "list", "--state", "lost"], {}, "error: state: "),
        (["mail", "retry"], {}, "error: ID: One id, or --failed."),
        (["mail", "retry", "x"], {}, "error: ID: "),
        (["mail", "off"], {}, "error: Nobody is signed in: whose mail?"),
    ],
)
def test_refusals(
    run: Run, monkeypatch: pytest.MonkeyPatch, arguments: list[str], environment: dict[str, str], error: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(f"LEADTUI_MAIL_{name}", value)
    refused = run(*arguments)
    assert refused.code == 1
    assert refused.errors[0].startswith(error), refused.err


def test_the_password_is_never_shown_and_lies_in_no_open_file(
    run: Run, cli_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "leadtui.toml"
    file.write_text('mail_host = "mail.bank.test"\nmail_password = "hush hush"\n')
    monkeypatch.setenv("LEADTUI_CONFIG", str(file))
    file.chmod(0o644)
    refused = run("config")
    assert refused.errors[0].startswith(f"error: {file}: mail_password: It holds a password")
    file.chmod(0o600)
    shown = run("config")
    assert shown.code == 0
    assert "hush" not in shown.out + shown.err
    assert re.search(r"^mail_password +…", shown.out, re.M)


def test_somebody_switches_their_mail_off_and_on(
    run: Run, cli_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "a long enough sentence for mail"
    run("users", "add", "quiet@bank.test", "--name", "Quiet", "--role", "agent", "--password-stdin",
        stdin=secret)  # fmt: skip
    assert run("login", "--email", "quiet@bank.test", "--password-stdin", stdin=secret).code == 0
    try:
        for word, said, kept in (("off", "mails you no more", False), ("on", "leadtui mails you.", True)):
            switched = run("mail", word)
            assert switched.code == 0
            assert said in switched.err
            with psycopg.connect(embedded.start(cli_home).admin_url) as connection:
                row = connection.execute(
                    "select prefs -> 'mail' from app_user where email = 'quiet@bank.test'"
                ).fetchone()
            assert row == (kept,)
    finally:
        run("logout")
