"""`keys.toml`: what can be used is used, everything else says why and changes nothing."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from leadtui import i18n
from leadtui.commands import BY_ID, COMMANDS, LAYERS, Where, docs_table, help_sections, hints, key_of, rebind
from leadtui.key_names import key_name, parse
from leadtui.keymap import FILE, check, example, family, read, textual_keymap


@pytest.fixture(autouse=True)
def _own_keys() -> Iterator[None]:
    i18n.use("en")
    yield
    rebind({})


def written(home: Path, text: str | bytes) -> Path:
    """A home with this file."""
    data = text.encode() if isinstance(text, str) else text
    (home / FILE).write_bytes(data)
    return home


def test_without_a_file_nothing_changes(tmp_path: Path) -> None:
    assert read(tmp_path).keys == {}
    assert read(tmp_path).problems == ()


def test_other_keys_are_in_force_everywhere_they_are_shown(tmp_path: Path) -> None:
    found = read(written(tmp_path, '[keys]\nnext = "N"\nsearch = ["S", "/"]\nhelp_in_field = "f6"\n'))
    assert found.problems == ()
    assert {"next": ("N",), "search": ("S", "slash"), "help_in_field": ("f6",)}.items() <= found.keys.items()
    assert textual_keymap(found.keys)["search"] == "S,slash"
    rebind(found.keys)
    line = {hint.command: hint.key for hint in hints(Where.LIST)}
    assert (line["next"], line["search"]) == ("N", "S")
    assert hints(Where.LIST, typing=True)[-1].key == "f6"
    assert any(hint.key == "N" for _heading, lines in help_sections(Where.LIST) for hint in lines)
    assert "| everywhere | `N` |" in docs_table()


def test_a_command_of_several_screens_is_named_once() -> None:
    assert family("call_row")[0] == "call_row"
    assert {"call_this", "call_task"} <= set(family("call_row"))
    keys = check({"call_row": "C", "call_task": "K"}).keys
    assert keys == {"call_row": ("C",), "call_this": ("C",), "call_task": ("K",)}


def test_two_commands_may_swap_their_keys() -> None:
    found = check({"down": "k", "up": "j"})
    assert found.problems == ()
    # with those of another screen that mean the same
    together = {"down": ("k",), "up": ("j",), "setting_down": ("k",), "setting_up": ("j",)}
    assert found.keys == together


def test_a_pair_is_shown_as_a_pair() -> None:
    rebind(check({"previous_lead": "comma"}).keys)
    assert key_of("previous_lead") == ", ]"


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"nxt": "N"}, "there is no command `nxt`. Did you mean `next`?"),
        ({"\x1b]52;c;aGk=\x07": "N"}, "there is no command ``"),
        ({"next": "hyperspace"}, "“hyperspace” is no key"),
        ({"next": 5}, "needs a key or a list of keys"),
        ({"next": []}, "needs a key or a list of keys"),
        ({"next": ["a", 1]}, "needs a key or a list of keys"),
        ({"next": ["A", "B", "C", "D", "E"]}, "more than 4 keys"),
        ({"outcome_3": "x"}, "the digits 0–6 are printed in the call form"),
        ({"next": "tab"}, "tab keeps its meaning"),
        ({"next": "ctrl+c"}, "ctrl+c keeps its meaning"),
        ({"search": "ctrl+i"}, "a terminal sends ctrl+i as tab"),
        ({"search": "ctrl+m"}, "a terminal sends ctrl+m as ⏎"),
        ({"save_next": "s"}, "works inside text fields too, where s is needed"),
        ({"theme": "7"}, "works inside text fields too, where 7 is needed"),
        ({"quit": "enter"}, "works inside text fields too, where ⏎ is needed"),
        ({"search": "c"}, "c is already “call” (leads); `search` keeps /."),
        ({"dial": "3"}, "3 is already “outcome” (customer and call); `dial` keeps d."),
        ({"theme": "ctrl+s"}, "ctrl+s is already “save, next” (customer and call); `theme` keeps ctrl+t."),
        ({"reveal": "ctrl+p"}, "ctrl+p is already “commands” (sign-in); `reveal` keeps ctrl+r."),
    ],
)
def test_a_line_that_cannot_be_used_says_why(wanted: dict[str, Any], said: str) -> None:
    found = check(wanted)
    assert found.keys == {}
    assert len(found.problems) == 1
    assert said in found.problems[0]


def test_of_two_lines_for_one_key_the_first_one_counts() -> None:
    found = check({"search": "S", "filter": "S"})
    assert found.keys["search"] == ("S",)
    assert "filter" not in found.keys
    assert found.problems == ("keys.toml: S is already “search” (leads); `filter` keeps f.",)


def test_half_a_swap_is_taken_back() -> None:
    # `up` cannot be moved, so `k` stays its own and `down` cannot have it
    found = check({"down": "k", "up": "tab"})
    assert found.keys == {}
    assert len(found.problems) == 2


def test_a_broken_file_is_read_line_by_line(tmp_path: Path) -> None:
    text = '[keys]\nnext = "N"\nsearch = = "s"\nfilter = \'F\' # mine\nnext = "M"\n\x00\n[keys.x]\n'
    found = read(written(tmp_path, text))
    assert found.keys == {"next": ("N",), "filter": ("F",)}
    assert [problem.split(":")[0] for problem in found.problems] == [
        "keys.toml, line 3 is not understood", "keys.toml, line 5", "keys.toml, line 6 is not understood",
        "keys.toml, line 7 is not understood",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff\xfe\x00", "is not UTF-8"),
        (b"#" * 70_000, "is larger than 64 KB"),
        (b'next = "N"', "`next` is not read; commands stand below `[keys]`"),
        (b"keys = 3", "`keys` is no table"),
        (b"[keys]\nnext = {a = 1}", "needs a key"),
        (b"[keys]\n" + b"[" * 5000, "line 2 is not understood"),
    ],
)
def test_a_file_that_is_none_says_so(tmp_path: Path, data: bytes, said: str) -> None:
    found = read(written(tmp_path, data))
    assert found.keys == {}
    assert said in found.problems[0]


def test_a_file_that_is_a_folder_says_so(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    assert "cannot be read" in read(tmp_path).problems[0]


def test_whatever_is_written_no_key_means_two_things() -> None:
    some = ("n", "c", "j", "k", "f6", "ctrl+w", "slash", "S", "escape")
    ids = [c.id for c in COMMANDS if c.keys and not c.id.startswith("outcome_")][::3]
    for number in range(0, len(ids) - 3, 2):
        wanted = {
            ident: some[(number + place) % len(some)] for place, ident in enumerate(ids[number : number + 4])
        }
        keys = {c.id: c.keys for c in COMMANDS} | check(wanted).keys
        for layers in LAYERS.values():
            live = [c for c in COMMANDS if c.where in layers]
            for one, other in itertools.combinations(live, 2):
                moved = keys[one.id] != one.keys or keys[other.id] != other.keys
                assert not (moved and set(keys[one.id]) & set(keys[other.id])), (wanted, one.id, other.id)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_example_says_nothing_until_a_line_is_freed(tmp_path: Path, language: str) -> None:
    i18n.use(language)
    text = example()
    assert tomllib.loads(text) == {"keys": {}}
    freed = "\n".join(
        line.removeprefix("# ") if " = " in line and line.startswith("# ") else line
        for line in text.splitlines()
    )
    assert set(tomllib.loads(freed)["keys"]) <= set(BY_ID)
    found = read(written(tmp_path, freed))
    assert found.problems == ()
    assert found.keys == {}


@pytest.mark.parametrize(
    ("people", "textual"),
    [
        ("n", "n"), ("N", "N"), ("shift+n", "N"), ("?", "question_mark"), ("Ctrl+S", "ctrl+s"),
        ("ctrl+N", "ctrl+n"), ("esc", "escape"), ("PgDn", "pagedown"), ("F6", "f6"), (" ", "space"),
        ("+", "plus"), ("ctrl++", "ctrl+plus"), ("alt+ctrl+x", "alt+ctrl+x"), ("⏎", "enter"), ("é", "é"),
        ("", None), ("nn", None), ("ctrl+", None), ("ctrl", None), ("f99", None), ("\x1b", None),
        ("a b", None),
    ],
)  # fmt: skip
def test_keys_as_people_write_them(people: str, textual: str | None) -> None:
    assert parse(people) == textual
    if textual is not None:
        assert parse(key_name(textual)) == textual
