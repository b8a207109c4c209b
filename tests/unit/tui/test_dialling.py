"""Dialling: what reaches a link or a command, and how a command fails."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from leadtui import i18n
from leadtui.dialling import DialError, dial_words, dialable, run_command, tel_link

NUMBER = "+6281234567890"


@pytest.fixture
def told(tmp_path: Path) -> Path:
    return tmp_path / "told"


def script(told: Path, body: str) -> tuple[str, ...]:
    return (sys.executable, "-c", f"import os, sys; told = {str(told)!r}\n{body}", "tel:{number}")


@pytest.mark.parametrize(
    "phone", ["", "0812", "+0812345678", "+62812 3456", "+62812;rm", "tel:+6281234567", "+628123456789012345"]
)
def test_nothing_but_a_number_is_linked_or_dialled(phone: str) -> None:
    assert dialable(phone) == tel_link(phone) == ""
    with pytest.raises(DialError) as wrong:
        run_command((sys.executable, "-c", "pass", "{number}"), phone)
    assert wrong.value.code == "number"


def test_a_link_is_tel_and_the_number() -> None:
    assert tel_link(NUMBER) == f"tel:{NUMBER}"


def test_the_command_gets_the_number_and_neither_terminal_nor_our_settings(
    told: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADTUI_DATABASE_URL", "postgresql://app:secret@db/leadtui")
    run_command(
        script(
            told,
            "ours = str('LEADTUI_DATABASE_URL' in os.environ)\n"
            "alone = str(os.getsid(0) == os.getpid())\n"
            "said = [sys.argv[1], sys.stdin.read(), str(os.isatty(1)), ours, alone]\n"
            "open(told, 'w').write('|'.join(said))",
        ),
        NUMBER,
    )
    assert told.read_text() == f"tel:{NUMBER}||False|False|True"


def test_no_shell_reads_the_arguments(told: Path) -> None:
    run_command(("/bin/echo", f"$(touch {told})", "{number}", f"; touch {told}"), NUMBER)
    assert not told.exists()


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        (("/no/such/phone", "{number}"), "missing", "was not found"),
        ((sys.executable, "-c", "raise SystemExit(3)", "{number}"), "failed", "(code 3)"),
        (("/", "{number}"), "not_started", "did not start"),
    ],
)
def test_a_command_that_fails_says_why_and_that_the_number_is_copied(
    command: tuple[str, ...], code: str, words: str
) -> None:
    i18n.use("en")
    with pytest.raises(DialError) as wrong:
        run_command(command, NUMBER)
    assert wrong.value.code == code
    assert words in dial_words(wrong.value)
    assert dial_words(wrong.value).endswith("The number is copied: dial it.")


def test_one_that_never_ends_is_stopped_with_its_children(told: Path) -> None:
    body = (
        "child = os.fork()\n"
        "if child: open(told, 'w').write(str(child))\n"
        "import signal; signal.pause()"
    )  # fmt: skip
    with pytest.raises(DialError) as wrong:
        run_command(script(told, body), NUMBER, seconds=2)
    assert wrong.value.code == "too_long"
    child = int(told.read_text())
    until = time.monotonic() + 30
    while runs(child):  # it was killed, which a busy machine does when it comes to it
        assert time.monotonic() < until
        time.sleep(0.02)
    assert os.getpid() != child


def runs(pid: int) -> bool:
    """Whether a process does anything any more; one that nobody has waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state.rpartition(")")[2].split()[0] not in "ZX"
