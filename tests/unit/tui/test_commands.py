"""The one table of commands holds to itself and to DESIGN's law."""

from __future__ import annotations

import itertools

import pytest
from textual.binding import Binding

from leadtui import i18n
from leadtui.commands import (
    BY_ID,
    COMMANDS,
    HEADINGS,
    LAYERS,
    RESERVED,
    Where,
    bindings,
    disabled,
    docs_table,
    help_sections,
    hints,
    shown_keys,
)
from leadtui.core.auth.permissions import Permission, Role, allowed
from leadtui.key_names import key_name


def test_ids_are_unique_and_every_command_says_what_it_does() -> None:
    ids = [command.id for command in COMMANDS]
    assert len(ids) == len(set(ids))
    assert all(command.label for command in COMMANDS)
    assert set(HEADINGS) == set(Where)


@pytest.mark.parametrize("screen", list(LAYERS))
def test_no_key_means_two_things_on_one_screen(screen: Where) -> None:
    live = [command for command in COMMANDS if command.where in LAYERS[screen]]
    for one, other in itertools.combinations(live, 2):
        assert not set(one.keys) & set(other.keys), (one.id, other.id)


def test_nobody_takes_a_key_that_the_design_has_given_away() -> None:
    for where, keys in RESERVED.items():
        for screen, layers in LAYERS.items():
            if where not in layers or screen is Where.LOGIN:
                continue
            taken = {key for command in COMMANDS if command.where in layers for key in command.keys}
            assert not taken & set(keys), (where, taken & set(keys))


def test_permissions_exist_and_a_denied_key_says_why() -> None:
    known = {permission.value for permission in Permission}
    for command in COMMANDS:
        assert command.permission is None or command.permission in known, command.id
        if command.permission is not None:
            assert disabled(command, lambda _permission: False), command.id


@pytest.mark.parametrize("screen", list(LAYERS))
@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_hints_end_in_help_and_are_all_worded(screen: Where, language: str) -> None:
    i18n.use(language)
    line = hints(screen)
    assert line
    assert all(hint.key and hint.label and not hint.reason for hint in line)
    if screen is not Where.LOGIN:
        assert line[-1].key == "?"
    assert all(section and lines for section, lines in help_sections(screen))


def test_an_admin_sees_why_there_is_no_call() -> None:
    i18n.use("id")
    line = {
        hint.command: hint.reason
        for hint in hints(Where.LIST, lambda permission: allowed(Role.ADMIN, Permission(permission)))
    }
    assert line["call_row"] == "Hanya agen yang mencatat panggilan."
    assert line["search"] == ""


def test_what_cannot_be_used_now_and_what_means_nothing_here() -> None:
    line = hints(Where.CUSTOMER, off={"dial": "No number."}, hide=("give_back",))
    assert {hint.reason for hint in line if hint.command == "dial"} == {"No number."}
    assert "give_back" not in {hint.command for hint in line}


@pytest.mark.parametrize("screen", [Where.LIST, Where.CUSTOMER, Where.TASKS, Where.PERFORMANCE])
def test_while_typing_no_letter_is_offered_as_a_key(screen: Where) -> None:
    line = hints(screen, typing=True)
    assert [hint.key for hint in line if len(hint.key) == 1 or hint.key in ("0–6", "[ ]", "space")] == []
    assert line[-1].key == "f1"
    customer = {hint.command for hint in hints(Where.CUSTOMER, typing=True, hide=("save_next",))}
    assert customer == {"save_stay", "take_nearest", "objections_in_field", "back", "help"}


def test_bindings_carry_the_ids_for_a_keymap() -> None:
    made = [binding for binding in bindings(Where.CURSOR) if isinstance(binding, Binding)]
    assert {binding.id for binding in made} == {c.id for c in COMMANDS if c.where is Where.CURSOR}
    assert next(binding for binding in made if binding.id == "down").key == "j,down"


def test_the_docs_table_has_a_line_for_every_command_with_help() -> None:
    i18n.use("en")
    table = docs_table().splitlines()
    assert len(table) == 2 + sum(1 for command in COMMANDS if command.help)
    assert "| everywhere | `n` |" in "\n".join(table)


def test_what_has_no_key_is_in_the_palette() -> None:
    without = {command.id for command in COMMANDS if not command.keys}
    assert {"motion", "ascii"} <= without
    assert {shown_keys(BY_ID[ident]) for ident in without} == {"ctrl+p"}
    assert not any(binding.id in without for binding in bindings(*Where) if isinstance(binding, Binding))


def test_keys_are_written_as_people_read_them() -> None:
    i18n.use("id")
    assert [key_name(key) for key in ("space", "enter", "escape", "question_mark", "ctrl+s")] == [
        "spasi", "⏎", "esc", "?", "ctrl+s",
    ]  # fmt: skip
