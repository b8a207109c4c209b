"""`$LEADTUI_HOME/keys.toml`: the user's own keys, checked line by line. Pure but for reading the one file.

    [keys]
    next = "N"
    down = ["n", "down"]

A line that cannot be used says why and leaves that command its own keys; nothing in the file stops the
program. A command for several screens (`call_row`: the list, the customer, the tasks) is named once.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from leadtui.commands import BY_ID, COMMANDS, HEADINGS, LAYERS, Command, Where, shown_keys
from leadtui.i18n import _
from leadtui.key_names import EDITING, SAME_BYTE, SIGNS, TAKEN, key_name, parse, writes
from leadtui.text import clean

FILE: Final = "keys.toml"
MOST_BYTES: Final = 64 * 1024
MOST_KEYS: Final = 4

Keys = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Keymap:
    """What the file says, as far as it can be used."""

    keys: Keys = field(default_factory=dict)
    """Command id → its keys, only where they are not the table's."""
    problems: tuple[str, ...] = ()
    """A sentence for every line that is not used, in the language in use."""


def read(home: Path) -> Keymap:
    """The user's keys; empty where there is no file. Raises nothing."""
    path = home / FILE
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return Keymap()
    except OSError as error:
        return Keymap(problems=(_("keys.toml cannot be read: {why}.").format(why=error.strerror or "?"),))
    if len(data) > MOST_BYTES:
        return Keymap(problems=(_("keys.toml is larger than {n} KB; it is not used.").format(n=64),))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Keymap(problems=(_("keys.toml is not UTF-8; it is not used."),))
    wanted, problems = _entries(text)
    checked = check(wanted)
    return Keymap(checked.keys, (*problems, *checked.problems))


def _entries(text: str) -> tuple[dict[str, Any], list[str]]:
    """Command id → what is written there. A file that is no TOML is read line by line."""
    try:
        whole = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return _line_by_line(text)
    problems = [
        _("keys.toml: `{name}` is not read; commands stand below `[keys]`.").format(name=_shown(name))
        for name in whole
        if name != "keys"
    ]
    keys = whole.get("keys", {})
    if not isinstance(keys, dict):
        return {}, [*problems, _("keys.toml: `keys` is no table; commands stand below `[keys]`.")]
    return keys, problems


def _line_by_line(text: str) -> tuple[dict[str, Any], list[str]]:
    found: dict[str, Any] = {}
    problems: list[str] = []
    for number, written in enumerate(text.splitlines(), start=1):
        line = written.strip()
        if not line or line.startswith("#") or re.fullmatch(r"\[\s*keys\s*\]\s*(#.*)?", line):
            continue
        try:
            entry = tomllib.loads(line)
        except (tomllib.TOMLDecodeError, RecursionError):
            entry = {}
        if len(entry) != 1 or isinstance(next(iter(entry.values())), dict):
            problems.append(
                _('keys.toml, line {n} is not understood: {line}. A line looks like: next = "N"').format(
                    n=number, line=_shown(line)
                )
            )
            continue
        (name, value), *_rest = entry.items()
        if name in found:
            problems.append(
                _("keys.toml, line {n}: `{name}` stands there twice; the first one counts.").format(
                    n=number, name=_shown(name)
                )
            )
            continue
        found[name] = value
    return found, problems


def check(wanted: Mapping[str, Any]) -> Keymap:
    """What of `wanted` can be used, and why the rest cannot."""
    asked: Keys = {}
    problems: list[str] = []
    for name, value in wanted.items():
        command = BY_ID.get(name)
        sentence = _unknown(name) if command is None else ""
        keys: tuple[str, ...] = ()
        if command is not None:
            keys, sentence = _keys(command, value)
        if sentence:
            problems.append(sentence)
        else:
            asked[name] = keys
    return _without_clashes(asked, problems)


def family(ident: str) -> tuple[str, ...]:
    """The ids that move together: the same word on the same key, on several screens. The first one leads."""
    one = BY_ID[ident]
    return tuple(c.id for c in COMMANDS if c.keys and c.keys == one.keys and c.label == one.label) or (ident,)


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, BY_ID, n=1)
    if near:
        return _("keys.toml: there is no command `{name}`. Did you mean `{near}`?").format(
            name=_shown(name), near=near[0]
        )
    return _("keys.toml: there is no command `{name}`. `leadtui keys` lists them all.").format(
        name=_shown(name)
    )


def _keys(command: Command, value: Any) -> tuple[tuple[str, ...], str]:
    """The keys of one line, or the sentence why they cannot be used."""
    written = [value] if isinstance(value, str) else value
    name = command.id
    if not isinstance(written, list) or not written or not all(isinstance(one, str) for one in written):
        return (), _('keys.toml: `{name}` needs a key or a list of keys: "N" or ["n", "down"].').format(
            name=name
        )
    if len(written) > MOST_KEYS:
        return (), _("keys.toml: `{name}` has more than {n} keys.").format(name=name, n=MOST_KEYS)
    if name.startswith("outcome_"):
        return (), _("keys.toml: `{name}` stays: the digits 0–6 are printed in the call form.").format(
            name=name
        )
    found: list[str] = []
    for one in written:
        key = parse(one)
        if key is None:
            return (), _(
                "keys.toml: `{name}`: “{key}” is no key. Keys are written like n, N, ?, ctrl+n, f6, pagedown."
            ).format(name=name, key=_shown(one))
        if (other := SAME_BYTE.get(key)) is not None:
            return (), _("keys.toml: `{name}`: a terminal sends {key} as {other}.").format(
                name=name, key=key_name(key), other=key_name(other)
            )
        if key in TAKEN:
            return (), _("keys.toml: `{name}`: {key} keeps its meaning: {why}.").format(
                name=name, key=key_name(key), why=_(TAKEN[key])
            )
        if command.priority and (writes(key) or key in EDITING):
            return (), _(
                "keys.toml: `{name}` works inside text fields too, where {key} is needed. "
                "Take one with ctrl, or a function key."
            ).format(name=name, key=key_name(key))
        if key not in found:
            found.append(key)
    return tuple(found), ""


def _without_clashes(asked: Keys, problems: list[str]) -> Keymap:
    """Take lines away until no key means two things on any screen; the table's own keys always fit."""
    asked = dict(asked)
    while True:
        keys = _spread(asked)
        clash = _first_clash(keys)
        if clash is None:
            changed = {name: mine for name, mine in keys.items() if mine != BY_ID[name].keys}
            return Keymap(changed, tuple(problems))
        one, other, key, screen = clash
        moved_by = {ident: line for line in asked for ident in family_of_line(line, asked)}
        order = list(asked)
        # of two lines the later one goes; of a line and the table, the line
        dropped = max((moved_by[x] for x in (one, other) if x in moved_by), key=order.index)
        stays = other if moved_by.get(one) == dropped else one
        del asked[dropped]
        problems.append(
            _("keys.toml: {key} is already “{what}” ({where}); `{name}` keeps {default}.").format(
                key=key_name(key), what=_(BY_ID[stays].label), where=_(HEADINGS[screen]), name=dropped,
                default=" ".join(key_name(k) for k in BY_ID[dropped].keys) or "–",
            )
        )  # fmt: skip


def family_of_line(line: str, asked: Iterable[str]) -> tuple[str, ...]:
    """What a line of the file moves: its command, and of its family those without a line of their own."""
    members = family(line)
    mine = set(asked)
    if members[0] != line:
        return (line,)
    return (line, *(ident for ident in members[1:] if ident not in mine))


def _spread(asked: Keys) -> Keys:
    """Every command with the keys in force."""
    keys = {command.id: command.keys for command in COMMANDS}
    for line, mine in asked.items():
        for ident in family_of_line(line, asked):
            keys[ident] = mine
    return keys


def _first_clash(keys: Keys) -> tuple[str, str, str, Where] | None:
    for screen, layers in LAYERS.items():
        live = [c for c in COMMANDS if c.where in layers]
        if screen is Where.LOGIN:
            live += [c for c in COMMANDS if c.where is Where.GLOBAL and c.priority]
        taken: dict[str, Command] = {}
        for command in live:
            for key in keys[command.id]:
                other = taken.setdefault(key, command)
                moved = any(keys[c.id] != c.keys for c in (command, other))
                if moved and not _same(command, other):
                    return other.id, command.id, key, screen
    return None


def _same(one: Command, other: Command) -> bool:
    """Whether two commands do the same: the sign-in page lists some of the App's."""
    return one.action.removeprefix("app.") == other.action.removeprefix("app.")


def textual_keymap(keys: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """For `App.set_keymap`."""
    return {ident: ",".join(mine) for ident, mine in keys.items() if mine}


def example() -> str:
    """A `keys.toml` with every command and its own keys, all of it commented out."""
    lines = [
        f"# {_('Keys of leadtui. Take the # away from a line and write other keys.')}",
        f"# {_('Save this as keys.toml in LEADTUI_HOME, then: leadtui keys --check')}",
        "",
        "[keys]",
    ]
    for where, heading in HEADINGS.items():
        mine = [c for c in COMMANDS if c.where is where and c.keys and family(c.id)[0] == c.id]
        mine = [c for c in mine if not c.id.startswith("outcome_") and not set(c.keys) & set(TAKEN)]
        if mine:
            lines += ["", f"# {_(heading)}"]
        for command in mine:
            keys = [json.dumps(SIGNS.get(key, key)) for key in command.keys]
            value = keys[0] if len(keys) == 1 else f"[{', '.join(keys)}]"
            lines.append(f"# {command.id} = {value}".ljust(44) + f"# {_(command.help or command.label)}")
    return "\n".join(lines) + "\n"


def shown(command: Command) -> str:
    """Every key in force, as people read it."""
    from leadtui.commands import keys_of

    return " ".join(key_name(key) for key in keys_of(command)) or shown_keys(command)


def _shown(text: str) -> str:
    """Text from the file, in a sentence: cleaned, and not longer than one wants to read."""
    text = clean(text)
    return text if len(text) <= 40 else text[:39] + "…"
