"""Names that are fixed, exit codes, and what stands on which stream."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from leadtui import i18n
from leadtui.cli import errors
from tests.cli.conftest import Run

COMMANDS = {
    ("demo",): {"--reset", "--setup-only", "--leads", "--lang"},
    ("doctor",): {"--json"},
    ("db", "upgrade"): set(),
    ("db", "status"): {"--json"},
    ("db", "stop"): set(),
    ("db", "backup"): {"FILE"},
    ("db", "restore"): {"FILE", "--yes", "--discard"},
    ("config",): {"--json"},
    ("users", "add"): {"--name", "--role", "--team", "--password-stdin"},
    ("users", "list"): {"--json"},
    ("users", "disable"): set(),
    ("users", "enable"): set(),
    ("users", "reset-password"): set(),
    ("leads", "import"): {
        "--dry-run", "--demo-contacts", "--team", "--consent-source", "--encoding", "--skip-bad", "--rejects",
        "--on-duplicate",
    },
    ("leads", "imports", "list"): {"--top", "--json"},
    ("leads", "imports", "show"): {"--json", "--rejects"},
    ("leads", "add"): set(),
    ("leads", "list"): {
        "--top", "--min-score", "--job", "--json", "--csv", "--search", "--lookup", "--sort", "--max-score",
        "--min-age", "--max-age", "--marital", "--education", "--state", "--city", "--province",
        "--min-balance", "--max-balance", "--min-attempts", "--max-attempts", "--idle-days",
        "--max-idle-days",
    },
    ("leads", "score"): {"--all"},
    ("leads", "show"): {"--json"},
    ("models", "train"): {"--feature-set", "--features", "--seed"},
    ("models", "list"): {"--json"},
    ("models", "show"): {"--json"},
    ("models", "deploy"): set(),
}  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_the_names_are_those_of_the_issue(command: tuple[str, ...], run: Run) -> None:
    result = run(*command, "--help")
    assert (result.code, result.err) == (0, "")
    assert {option for option in COMMANDS[command] if option not in result.out} == set()


def test_help_loads_typer_and_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "from leadtui.cli.main import main\n"
        "assert main(['--help']) == 0\n"
        "print({name.split('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(eval(done.stderr))  # noqa: S307  what this test printed itself
    assert "typer" in loaded
    heavy = {"rich", "textual", "sqlalchemy", "psycopg", "alembic", "numpy", "pandas", "lightgbm", "faker",
             "phonenumbers", "babel", "sklearn"}  # fmt: skip
    assert loaded & heavy == set()


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (["frobnicate"], "There is no command frobnicate.", "leadtui --help"),
        (["users", "ad"], "There is no command ad.", "Did you mean add?"),
        (["users", "list", "--jsno"], "There is no option --jsno.", "Did you mean --json?"),
        (["users", "add"], "EMAIL is missing.", "leadtui users add --help"),
        (["users", "add", "a@b.test", "--role", "agent"], "--name is missing.", "leadtui users add --help"),
        (["models", "show", "x"], "ID: It is not a whole number.", "leadtui models show --help"),
        (["models", "show", "0"], "ID: At least 1.", "leadtui models show --help"),
        (["models", "show", "1", "2"], "Too much: 2", "leadtui models show --help"),
        (["leads", "show", "9" * 30], "ID: At most 9,223,372,036,854,775,807.", "leadtui leads show --help"),
        (["leads", "list", "--top", "-1"], "--top: At least 1.", "leadtui leads list --help"),
        (["leads", "list", "--top"], "--top needs a value.", "leadtui"),
        (["leads", "list", "--json=1"], "--json takes no value.", "leadtui"),
        (["leads", "list", "--json", "--csv"], "--json or --csv, not both.", ""),
        (["leads", "list", "--min-score", "1.5"], "--min-score: “1.5” is no probability.", "0.3 or 30%"),
        (["leads", "list", "--job", "astronaut"], "--job: “astronaut”", "One of admin., blue-collar"),
        (["users", "disable", "\udcff@b.test"], "The command line is not UTF-8.", ""),
    ],
)
def test_a_usage_error_is_1_with_a_sentence_and_a_hint(
    arguments: list[str], error: str, hint: str, run: Run
) -> None:
    result = run(*arguments)
    assert (result.code, result.out) == (1, "")
    assert result.errors[0].startswith(f"error: {error}")
    assert len(result.errors) == 1
    assert hint in "\n".join(result.hints)
    assert "Traceback" not in result.err


def test_a_group_without_a_command_prints_its_help_as_it_stands(run: Run) -> None:
    result = run("leads")
    assert (result.code, result.out, result.errors) == (1, "", [])
    lines = result.err.splitlines()
    assert lines[0] == "Usage: leadtui leads [OPTIONS] COMMAND [ARGS]..."
    assert {"import", "add", "list", "score", "show"} <= {line.split()[0] for line in lines if line.strip()}


def test_a_wrong_number_is_said_in_indonesian(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "_language", "id")
    assert run("leads", "show", "x").errors == ["error: ID: Bukan bilangan bulat."]
    assert run("leads", "show", "0").errors == ["error: ID: Paling sedikit 1."]


def test_what_somebody_typed_cannot_steer_the_terminal(run: Run) -> None:
    for hostile in ("\x1b]0;owned\x07", "\x1b[31mred", "a\u202eb", "x\x9b2J"):
        for arguments in ([hostile], ["users", f"--{hostile}"], ["users", "disable", hostile],
                          ["leads", "list", "--job", hostile], ["leads", "import", hostile]):  # fmt: skip
            result = run(*arguments)
            assert result.code == 1
            assert not {"\x1b", "\x9b", "\u202e", "\x07"} & set(result.err + result.out)


def test_a_defect_of_ours_is_2_with_an_id_that_is_in_the_log(
    run: Run, cli_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from leadtui.core.users import service

    def broken(_ctx: object) -> None:
        raise RuntimeError("secret value")

    monkeypatch.setattr(service, "list_users", broken)
    result = run("users", "list")
    assert (result.code, result.out) == (2, "")
    assert "Traceback" not in result.err
    assert "secret value" not in result.err
    ident = result.err.split("Error id ")[1].split(".")[0]
    logged = [json.loads(line) for line in (cli_home / "log" / "leadtui.log").read_text().splitlines()]
    assert ident in {line.get("id") for line in logged}
    assert "secret value" not in (cli_home / "log" / "leadtui.log").read_text()


@pytest.mark.parametrize(
    ("command", "code", "out", "err"),
    [
        ("leadtui --version >&-", 1, "", "error: The output cannot be written: Bad file descriptor.\n"),
        ("leadtui nope 2>&-", 1, "", ""),
        ("leadtui --version 2>&-", 0, "leadtui", ""),
        ("leadtui users add a@b.test --name A --role agent --password-stdin <&-", 1, "", "error: password"),
        ("leadtui nope <&- >&- 2>&-", 1, "", ""),
    ],
)
def test_a_closed_stream_costs_what_it_would_carry_and_no_more(
    command: str, code: int, out: str, err: str, spawn: Run
) -> None:
    program = f"{sys.executable} -m leadtui"
    done = subprocess.run(  # noqa: S602  a command of this test, and the shell is what closes streams
        command.replace("leadtui", program, 1), shell=True, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == code
    assert done.stdout.startswith(out)
    assert done.stderr.startswith(err)
    assert bool(done.stdout) == bool(out)
    assert bool(done.stderr) == bool(err)


def test_without_a_terminal_the_program_does_not_start(spawn: Run) -> None:
    result = spawn()
    assert (result.code, result.out) == (1, "")
    assert result.errors == ["error: The program needs a terminal."]
    assert result.hints


@pytest.mark.parametrize(
    ("environment", "error"),
    [
        ({"LEADTUI_ENV": "moon"}, "error: LEADTUI_ENV: “moon” is none of dev, staging, production."),
        ({"LEADTUI_DATABASE_URL": "mysql://x"}, "error: LEADTUI_DATABASE_URL: It is not a PostgreSQL URL"),
        (
            {"LEADTUI_DATABASE_URL": "postgresql://["},
            "error: LEADTUI_DATABASE_URL: It is not a PostgreSQL URL",
        ),
        ({"LEADTUI_DATABASE_URL": "postgresql://x/y?bogus=1"}, "error: LEADTUI_DATABASE_URL: It is not a"),
        ({"LEADTUI_DATABASE_URL": "postgresql://x@127.0.0.1:1/x"}, "error: The database cannot be reached: "),
        ({"LEADTUI_HOME": "/proc/none"}, "error: LEADTUI_HOME cannot be used: /proc/none"),
        ({"LEADTUI_HOME": f"/tmp/{'x' * 120}"}, "error: LEADTUI_HOME"),  # noqa: S108
    ],
)
def test_a_setting_that_cannot_be_used_is_1(environment: dict[str, str], error: str, spawn: Run) -> None:
    result = spawn("users", "list", **environment)
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith(error)


def test_indonesian(spawn: Run) -> None:
    plain = spawn("users", "--help", LEADTUI_LANG="en").out
    other = spawn("users", "--help", LEADTUI_LANG="id").out
    assert plain != other
    assert "reset-password" in other


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("fr", "There is no language “fr” (LEADTUI_LANG), only id, en; going on in en.\n"),
        ("fr\x1b]0;x\x07", "There is no language “fr” (LEADTUI_LANG), only id, en; going on in en.\n"),
        ("id_ID.UTF-8", ""),
        ("fr:en", ""),
        (" ", ""),
    ],
)
def test_a_language_that_is_none_of_ours_is_said_once(
    asked: str, said: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADTUI_LANG", asked)
    result = run("--version")
    assert (result.code, result.err) == (0, said)
    assert result.out.startswith("leadtui ")


def test_a_reader_that_has_enough_is_no_error(spawn: Run, cli_home: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "leadtui", "doctor", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) in (0, 1)
    assert "Traceback" not in err
    assert "BrokenPipe" not in err


def test_a_reader_that_left_before_the_first_line_is_no_error(clean_environment: None) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        # unbuffered, so that the command itself meets the closed pipe, as one with much to print does
        done = subprocess.run(
            [sys.executable, "-u", "-m", "leadtui", "config", "--json"],
            stdout=writing, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
        )  # fmt: skip
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_said(clean_environment: None) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "leadtui", "--version"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("error: The output cannot be written")
    assert "Traceback" not in done.stderr


def test_ctrl_c_is_1_and_a_word(clean_environment: None) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c",
         "import sys, time\n"
         "from leadtui.cli.errors import guarded\n"
         "print('up', flush=True)\n"
         "sys.exit(guarded(lambda: time.sleep(60)))"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ.copy(),
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "error: stopped" in err
    assert "Traceback" not in err


def test_version(run: Run) -> None:
    from leadtui import __version__

    assert run("--version").out == f"leadtui {__version__}\n"


def test_a_guard_never_lets_an_exception_out(capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> int:
        raise ZeroDivisionError

    assert errors.guarded(broken) == 2
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_help_page_is_in_one_language(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "_language", "id")
    for command in ("", "db", "db restore", "models train", "models deploy", "leads list", "users sessions"):
        page = run(*command.split(), "--help").out
        assert "Pemakaian: leadtui" in page
        assert "Opsi:" in page
        for word in ("Usage", "Options", "Commands", "Arguments", "Show this", "required", "default:"):
            assert word not in page, (command, word)
        # Python's names of types, and limits that are the database's own
        for word in ("<str>", "<path>", "list[", "int range", "2147483647"):
            assert word not in page, (command, word)


@pytest.mark.parametrize(
    ("command", "name", "words"),
    [
        ("models deploy", "ID", "[required]"),
        ("models train", "--seed N", "Of everything random.  [default: 0]"),
        ("leads imports list", "--top N", "How many.  [default: 20] [1<=x<=10000]"),
        ("leads list", "--min-age N", "[0<=x<=130]"),
        ("leads list", "--job TEXT", "Job as in the file, e.g. student; repeatable."),
        ("leads list", "--min-attempts N", ""),
        ("users sessions", "[EMAIL]", "Only of this user."),
    ],
)
def test_a_help_page_says_what_an_option_takes(run: Run, command: str, name: str, words: str) -> None:
    lines = [line.strip() for line in run(*command.split(), "--help").out.splitlines()]
    found = [line.removeprefix(name).strip() for line in lines if line.startswith(name)]
    assert found == [words]
