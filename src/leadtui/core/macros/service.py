"""Macros: keys 7, 8 and 9 of the call form, which log a whole kind of call."""

from __future__ import annotations

from leadtui.core.action import action, query
from leadtui.core.auth.permissions import Permission
from leadtui.core.calls.dto import Macro
from leadtui.core.ctx import Tx
from leadtui.core.errors import Conflict, Invalid, NotFound
from leadtui.core.macros import queries, rules
from leadtui.core.macros.dto import ListedMacro, RemoveMacro, SaveMacro


@query(Permission.CALLS_READ)
def active(tx: Tx) -> tuple[Macro, ...]:
    """What the keys of the form mean for the actor, by key: the team's macros over the bank's. A team's macro
    that is switched off takes the bank's off that key, too."""
    return tuple(queries.active(tx))


@query(Permission.CALLS_READ)
def listing(tx: Tx) -> tuple[ListedMacro, ...]:
    """Every macro of the bank and of the actor's team (admins: of all teams), the bank's first."""
    return tuple(ListedMacro(macro, team) for macro, team in queries.listing(tx))


@action(Permission.CALLS_MACROS, audit="macro.saved")
def save(tx: Tx, command: SaveMacro) -> Macro:
    """Put a macro on a key; what stood there is replaced, and keeps its number.

    Raises Invalid (see `rules.checked`; team "unknown_team"; key "macro_key_taken"),
    Conflict("macro_changed", key, version, label_id, label_en) where `version` is not the one that
    stands there (0: none does).
    """
    new = rules.checked(command)
    team = _team(tx, command.team)
    old = queries.at_key(tx, team, new.key)
    standing = 0 if old is None else old.version
    if command.version is not None and command.version != standing:
        labels = {} if old is None else {"label_id": old.label_id, "label_en": old.label_en}
        raise Conflict("macro_changed", key=new.key, version=standing, **labels)
    saved = queries.put(tx, team, None if old is None else old.id, new)
    tx.audit(f"macro:{saved.id}", key=saved.key, team=team, version=saved.version)
    tx.notify("setting", 0)
    return saved


@action(Permission.CALLS_MACROS, audit="macro.removed")
def remove(tx: Tx, command: RemoveMacro) -> None:
    """Take the macro off a key. Raises NotFound("macro", key), Invalid({"team": "unknown_team"})."""
    team = _team(tx, command.team)
    old = queries.at_key(tx, team, command.key)
    if old is None:
        raise NotFound("macro", key=command.key)
    queries.remove(tx, old.id)
    tx.audit(f"macro:{old.id}", key=old.key, team=team, version=old.version)
    tx.notify("setting", 0)


def _team(tx: Tx, code: str | None) -> int | None:
    if code is None:
        return None
    found = queries.team_id(tx, code)
    if found is None:
        raise Invalid({"team": "unknown_team"}, team=code, teams=", ".join(queries.team_codes(tx)))
    return found
