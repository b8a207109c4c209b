"""The only SQL of saved views."""

from __future__ import annotations

from typing import Any, Final

from psycopg.types.json import Jsonb

from leadtui.core.ctx import Tx
from leadtui.core.fold import fold
from leadtui.core.leads import filter_codec
from leadtui.core.leads.dto import Sort
from leadtui.core.views.dto import SaveView, View

_SEEN: Final = (
    "v.team_id = %(team)s and (v.owner_id = %(me)s or v.shared)"  # of my team: mine, and the team's
)
_COLUMNS: Final = (
    "v.id, v.name, v.key, v.filter, v.sort, v.owner_id = %(me)s, v.shared, coalesce(p.name, ''), v.version"
)
_SELECT: Final = f"""
    select {_COLUMNS} from saved_view v left join people() p on p.user_id = v.owner_id
"""  # noqa: S608


def _me(tx: Tx) -> dict[str, Any]:
    return {"me": tx.actor.user_id, "team": tx.actor.team_id}


def _view(row: tuple[Any, ...]) -> View:
    ident, name, key, narrowed, sort, mine, shared, owner, version = row
    order = Sort(sort) if sort in set(Sort) else Sort.SCORE
    return View(ident, name, key, filter_codec.read(narrowed), order, mine, shared, owner, version)


def listing(tx: Tx) -> list[View]:
    """Mine first, then the team's, each by name."""
    statement = f"{_SELECT} where {_SEEN} order by v.shared, v.fold, v.id"
    return [_view(row) for row in tx.rows(tx.send(statement, _me(tx)))]


def get(tx: Tx, view_id: int, *, lock: bool = False) -> View | None:
    """One that the actor sees."""
    statement = f"{_SELECT} where v.id = %(view)s and {_SEEN}" + (" for update of v" if lock else "")
    row = tx.row(tx.send(statement, {**_me(tx), "view": view_id}))
    return None if row is None else _view(row)


def filter_of(tx: Tx, view_id: int) -> tuple[str, Any] | None:
    """(name, filter as JSON) of one that the actor sees: what a claim needs of it."""
    statement = f"select v.name, v.filter from saved_view v where v.id = %(view)s and {_SEEN}"  # noqa: S608
    row = tx.row(tx.send(statement, {**_me(tx), "view": view_id}))
    return None if row is None else (row[0], row[1])


def how_many(tx: Tx) -> int:
    """Views of the actor's own; nobody else of them saves one meanwhile."""
    tx.send("select pg_advisory_xact_lock(%s, %s)", (_LOCK, tx.actor.team_id))
    row = tx.row(tx.send("select count(*) from saved_view where owner_id = %s", (tx.actor.user_id,)))
    return 0 if row is None else int(row[0])


_LOCK: Final = 1_868_790_377
"""One that saves views of a team at a time: names and keys are looked at, then taken."""


def clash(tx: Tx, command: SaveView, name: str) -> tuple[bool, str | None]:
    """(whether the name is taken by another view of the same kind, the name of the one that has the key)."""
    among = "v.shared and v.team_id = %(team)s" if command.shared else "not v.shared and v.owner_id = %(me)s"
    rows = tx.rows(
        tx.send(
            "select v.fold = %(fold)s, coalesce(v.key = %(key)s::text, false), v.name "  # noqa: S608
            f"from saved_view v where {among} and v.id <> %(view)s "
            "and (v.fold = %(fold)s or v.key = %(key)s::text)",
            {**_me(tx), "fold": fold(name), "key": command.key, "view": command.view_id or 0},
        )
    )
    return any(row[0] for row in rows), next((row[2] for row in rows if row[1]), None)


def _values(tx: Tx, command: SaveView, name: str) -> dict[str, Any]:
    return {
        **_me(tx),
        "name": name,
        "fold": fold(name),
        "key": command.key,
        "filter": Jsonb(filter_codec.written(command.filter)),
        "sort": command.sort.value,
        "shared": command.shared,
        "now": tx.now,
        "view": command.view_id,
    }


def add(tx: Tx, command: SaveView, name: str) -> int:
    """A new one of the actor's; its id."""
    row = tx.row(
        tx.send(
            "insert into saved_view (team_id, owner_id, shared, name, fold, key, filter, sort, created_at, "
            "updated_at) values (%(team)s, %(me)s, %(shared)s, %(name)s, %(fold)s, %(key)s, %(filter)s, "
            "%(sort)s, %(now)s, %(now)s) returning id",
            _values(tx, command, name),
        )
    )
    assert row is not None  # noqa: S101 - an insert returns its row
    return int(row[0])


def change(tx: Tx, command: SaveView, name: str) -> None:
    """One that is locked, as it shall be."""
    tx.send(
        "update saved_view set name = %(name)s, fold = %(fold)s, key = %(key)s, filter = %(filter)s, "
        "sort = %(sort)s, shared = %(shared)s, updated_at = %(now)s, version = version + 1 "
        "where id = %(view)s and team_id = %(team)s",
        _values(tx, command, name),
    )


def delete(tx: Tx, view_id: int) -> None:
    """One that is locked."""
    tx.send("delete from saved_view where id = %s and team_id = %s", (view_id, tx.actor.team_id))
