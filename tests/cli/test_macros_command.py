"""`leadtui macros` on the real database."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.cli.conftest import Run


@pytest.fixture(autouse=True)
def _as_they_came(run: Run) -> Iterator[None]:
    """The database is one for the whole run: what a test changes it puts back."""
    yield
    for key in ("7", "8", "9"):
        run("macros", "remove", key, "--team", "main")
    for line in SEEDS:
        assert run("macros", "set", *line).code == 0


SEEDS = (
    ("7", "--what", "busy", "--follow", "120", "--on", "--label-id", "Sibuk, coba lagi 2 jam",
     "--label-en", "Busy, again in 2 h", "--note-id", "Nomor sibuk, akan dicoba lagi.",
     "--note-en", "Line busy, to be tried again."),
    ("9", "--what", "callback", "--follow", "60", "--on", "--label-id", "Minta ditelepon 1 jam lagi",
     "--label-en", "Call back in 1 h", "--note-id", "Minta ditelepon lagi satu jam lagi:",
     "--note-en", "Asked to be called back in an hour:"),
)  # fmt: skip


def test_what_the_keys_log(run: Run) -> None:
    result = run("macros", "list")
    assert result.code == 0
    lines = result.out.splitlines()
    assert [line.split()[0] for line in lines] == ["Key", "7", "8", "9"]
    assert "Busy, again in 2 h" in lines[1]
    assert "2 h" in lines[1].split("busy")[1]
    found = json.loads(run("macros", "list", "--json").out)
    assert [(one["key"], one["what"], one["follow_minutes"], one["team"]) for one in found] == [
        (7, "busy", 120, None),
        (8, "voicemail", 240, None),
        (9, "callback", 60, None),
    ]


def test_what_is_not_named_stays(run: Run) -> None:
    before = json.loads(run("macros", "list", "--json").out)[0]
    result = run("macros", "set", "7", "--follow", "45")
    assert (result.code, result.out) == (0, "")
    assert "Busy, again in 2 h" in result.err
    after = json.loads(run("macros", "list", "--json").out)[0]
    assert after == {**before, "follow_minutes": 45, "version": before["version"] + 1}
    run("macros", "set", "7", "--follow", "0", "--off")
    after = json.loads(run("macros", "list", "--json").out)[0]
    assert (after["follow_minutes"], after["active"]) == (None, False)


def test_a_team_s_own(run: Run) -> None:
    new = ("--label-id", "Minat, kirim brosur", "--label-en", "Interested, send leaflet",
           "--note-id", "Kirim brosur.", "--note-en", "Send leaflet.")  # fmt: skip
    assert run("macros", "set", "9", "--team", "MAIN", "--what", "interested", *new).code == 0
    found = json.loads(run("macros", "list", "--json").out)
    assert [(one["team"], one["what"]) for one in found if one["key"] == 9] == [
        (None, "callback"),
        ("main", "interested"),
    ]
    assert run("macros", "remove", "9", "--team", "main").code == 0
    again = run("macros", "remove", "9", "--team", "main")
    assert again.code == 1
    assert again.errors == ["error: There is no macro on key 9."]
    assert again.hints == ["hint: leadtui macros list"]


def test_what_is_wrong_is_said(run: Run) -> None:
    assert run("macros", "set", "7", "--what", "closed").errors == [
        "error: --what: It is not one of the known values."
    ]
    assert run("macros", "set", "7", "--what", "not-interested").errors == [
        "error: follow_minutes: Whoever is not interested rests as the rules say."
    ]
    assert run("macros", "set", "7", "--follow", "50000").errors == [
        "error: follow_minutes: From 1 to 43200 minutes."
    ]
    wrong = run("macros", "set", "8", "--team", "mars", "--what", "off", "--label-id", "a", "--label-en", "b",
                "--note-id", "c", "--note-en", "d")  # fmt: skip
    assert wrong.errors == ["error: team: There is no team “mars”."]
    assert wrong.hints == ["hint: One of main."]
