"""The only SQL of tags."""

from __future__ import annotations

from typing import Any, Final

from psycopg.types.json import Jsonb

from leadtui.core.ctx import Tx
from leadtui.core.fold import fold
from leadtui.core.tags.dto import COUNTED, Tag

_COLUMNS: Final = f"""
    g.id, g.name,
    (select count(*) from (select from lead_tag t where t.tag_id = g.id limit {COUNTED + 1}) counted)::int,
    g.version
"""  # noqa: S608


_TEAM: Final = "select team_id from lead where id = %s and (%s or team_id = %s) and deleted_at is null"
_TEAM_OF: Final = {False: _TEAM, True: f"{_TEAM} for no key update"}
_RENAME: Final = f"""
    with g as (update tag set name = %s, fold = %s, version = version + 1 where id = %s returning *)
    select {_COLUMNS} from g
"""  # noqa: S608


def _tag(row: tuple[Any, ...]) -> Tag:
    return Tag(*row)


def listing(tx: Tx) -> list[Tag]:
    """Tags of the actor's team (who sees all: of every team), by name."""
    rows = tx.rows(
        tx.send(
            f"select {_COLUMNS} from tag g where %s or g.team_id = %s order by g.fold, g.id",  # noqa: S608
            (tx.actor.sees_all, tx.actor.team_id),
        )
    )
    return [_tag(row) for row in rows]


def lead_team(tx: Tx, lead_id: int, *, lock: bool) -> int | None:
    """The team of a lead in the actor's scope; with `lock` nobody else counts its tags meanwhile."""
    row = tx.row(
        tx.send(
            _TEAM_OF[lock],
            (lead_id, tx.actor.sees_all, tx.actor.team_id),
        )
    )
    return None if row is None else int(row[0])


def of_lead(tx: Tx, lead_id: int, team_id: int) -> list[str]:
    """Names of a lead's tags, in order."""
    rows = tx.rows(
        tx.send(
            "select g.name from lead_tag t join tag g on g.id = t.tag_id "
            "where t.lead_id = %s and t.team_id = %s order by g.fold",
            (lead_id, team_id),
        )
    )
    return [row[0] for row in rows]


def known(tx: Tx, team_id: int, name: str) -> int | None:
    """The team's tag of that name."""
    row = tx.row(tx.send("select id from tag where team_id = %s and fold = %s", (team_id, fold(name))))
    return None if row is None else int(row[0])


def how_many(tx: Tx, team_id: int) -> int:
    """Tags of a team."""
    row = tx.row(tx.send("select count(*) from tag where team_id = %s", (team_id,)))
    return 0 if row is None else int(row[0])


def make(tx: Tx, team_id: int, name: str) -> int:
    """A tag of that name; who made the same one at the same moment has made this."""
    row = tx.row(
        tx.send(
            "insert into tag (team_id, name, fold, created_by, created_at) values (%s, %s, %s, %s, %s) "
            "on conflict (team_id, fold) do update set fold = excluded.fold returning id",
            (team_id, name, fold(name), tx.actor.user_id, tx.now),
        )
    )
    assert row is not None  # noqa: S101 - an upsert returns its row
    return int(row[0])


def put(tx: Tx, lead_id: int, tag_id: int, team_id: int) -> None:
    """The lead has the tag."""
    tx.send(
        "insert into lead_tag (lead_id, tag_id, team_id, by_id, at) values (%s, %s, %s, %s, %s) "
        "on conflict do nothing",
        (lead_id, tag_id, team_id, tx.actor.user_id, tx.now),
    )


def take(tx: Tx, lead_id: int, tag_id: int, team_id: int) -> None:
    """The lead has it no more."""
    tx.send(
        "delete from lead_tag where lead_id = %s and tag_id = %s and team_id = %s",
        (lead_id, tag_id, team_id),
    )


def held(tx: Tx, tag_id: int) -> tuple[int, str, int] | None:
    """(team, name, version) of a tag in the actor's scope, locked."""
    row = tx.row(
        tx.send(
            "select team_id, name, version from tag where id = %s and (%s or team_id = %s) for update",
            (tag_id, tx.actor.sees_all, tx.actor.team_id),
        )
    )
    return None if row is None else (row[0], row[1], row[2])


def rename(tx: Tx, tag_id: int, name: str) -> Tag:
    """Another name."""
    row = tx.row(
        tx.send(
            _RENAME,
            (name, fold(name), tag_id),
        )
    )
    assert row is not None  # noqa: S101 - it is locked
    return _tag(row)


def delete(tx: Tx, tag_id: int) -> None:
    """The tag and every use of it."""
    tx.send("delete from tag where id = %s", (tag_id,))


def rename_in_views(tx: Tx, team_id: int, old: str, new: str) -> int:
    """Saved views of the team that ask for the tag ask for its new name; how many did."""
    rows = tx.rows(
        tx.send(
            "select id, filter from saved_view where team_id = %s "
            "and (filter ? 'tags' or filter ? 'not_tags') for update",
            (team_id,),
        )
    )
    n, was = 0, fold(old)
    for ident, narrowed in rows:
        changed = dict(narrowed)
        for field in ("tags", "not_tags"):
            if isinstance(names := narrowed.get(field), list):
                changed[field] = [new if fold(str(name)) == was else name for name in names]
        if changed != narrowed:
            n += 1
            tx.send(
                "update saved_view set filter = %s, version = version + 1, updated_at = %s where id = %s",
                (Jsonb(changed), tx.now, ident),
            )
    return n
