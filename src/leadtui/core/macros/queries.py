"""The only SQL of macros."""

from __future__ import annotations

from typing import Any, Final

from psycopg import errors as pg_errors

from leadtui.core.calls.dto import CallStatus, Macro, NoAnswer, Outcome
from leadtui.core.ctx import Tx
from leadtui.core.errors import Invalid

COLUMNS: Final = (
    "m.id, m.key, m.label_id, m.label_en, m.status, m.reason, m.outcome, m.note_id, m.note_en, "
    "m.follow_minutes, m.active, m.version"
)


def as_macro(row: tuple[Any, ...]) -> Macro:
    """`COLUMNS` as a value."""
    ident, key, label_id, label_en, status, reason, outcome, *rest = row
    return Macro(
        ident,
        key,
        label_id,
        label_en,
        CallStatus(status),
        None if reason is None else NoAnswer(reason),
        None if outcome is None else Outcome(outcome),
        *rest,
    )


_ACTIVE: Final = f"""
    select {COLUMNS} from (
        select distinct on (key) * from macro where team_id is null or team_id = %s
        order by key, team_id nulls last
    ) m where m.active order by m.key
"""  # noqa: S608


def active(tx: Tx) -> list[Macro]:
    """The actor's team's macros over the bank's; one that the team switched off hides the bank's."""
    return [as_macro(row) for row in tx.rows(tx.send(_ACTIVE, (tx.actor.team_id,)))]


def visible(tx: Tx, macro_id: int) -> Macro | None:
    """A macro of the bank or of the actor's team; also one that was switched off a moment ago."""
    row = tx.row(
        tx.send(
            f"select {COLUMNS} from macro m where m.id = %s and (m.team_id is null or m.team_id = %s)",  # noqa: S608
            (macro_id, tx.actor.team_id),
        )
    )
    return None if row is None else as_macro(row)


def listing(tx: Tx) -> list[tuple[Macro, str | None]]:
    """Every macro that the actor may see, with its team's code (None: the bank's)."""
    rows = tx.rows(
        tx.send(
            f"select t.code, {COLUMNS} from macro m left join team t on t.id = m.team_id "  # noqa: S608
            "where %s or m.team_id is null or m.team_id = %s order by t.code nulls first, m.key",
            (tx.actor.sees_all, tx.actor.team_id),
        )
    )
    return [(as_macro(row[1:]), row[0]) for row in rows]


def team_id(tx: Tx, code: str) -> int | None:
    """The id of a team's code."""
    row = tx.row(tx.send("select id from team where code = lower(btrim(%s))", (code,)))
    return None if row is None else row[0]


def team_codes(tx: Tx) -> tuple[str, ...]:
    """The codes of all teams."""
    return tuple(row[0] for row in tx.rows(tx.send("select code from team order by code")))


def at_key(tx: Tx, team: int | None, key: int) -> Macro | None:
    """The macro on a key of the bank (`team` None) or of one team, locked."""
    row = tx.row(
        tx.send(
            f"select {COLUMNS} from macro m "  # noqa: S608
            "where m.key = %s and m.team_id is not distinct from %s::int for update",
            (key, team),
        )
    )
    return None if row is None else as_macro(row)


_VALUES: Final = """
    label_id = %(label_id)s, label_en = %(label_en)s, status = %(status)s, reason = %(reason)s,
    outcome = %(outcome)s, note_id = %(note_id)s, note_en = %(note_en)s, follow_minutes = %(follow)s,
    active = %(active)s, version = m.version + 1, updated_by = %(me)s, updated_at = %(now)s
"""
_CHANGE: Final = f"update macro m set {_VALUES} where m.id = %(id)s returning {COLUMNS}"  # noqa: S608
_ADD: Final = f"""
    insert into macro as m (team_id, key, label_id, label_en, status, reason, outcome, note_id, note_en,
                            follow_minutes, active, updated_by, updated_at)
    values (%(team)s, %(key)s, %(label_id)s, %(label_en)s, %(status)s, %(reason)s, %(outcome)s, %(note_id)s,
            %(note_en)s, %(follow)s, %(active)s, %(me)s, %(now)s)
    returning {COLUMNS}
"""  # noqa: S608


def put(tx: Tx, team: int | None, macro_id: int | None, new: Macro) -> Macro:
    """Change macro `macro_id`, or add `new` on its key. Raises Invalid({"key": "macro_key_taken"}) where
    somebody else has added one there this very moment."""
    params = {
        "id": macro_id,
        "team": team,
        "key": new.key,
        "label_id": new.label_id,
        "label_en": new.label_en,
        "status": int(new.status),
        "reason": None if new.reason is None else int(new.reason),
        "outcome": None if new.outcome is None else int(new.outcome),
        "note_id": new.note_id,
        "note_en": new.note_en,
        "follow": new.follow_minutes,
        "active": new.active,
        "me": tx.actor.user_id,
        "now": tx.now,
    }
    try:
        with tx.pg.transaction():
            row = tx.row(tx.send(_ADD if macro_id is None else _CHANGE, params))
    except pg_errors.UniqueViolation as error:
        raise Invalid({"key": "macro_key_taken"}) from error
    if row is None:
        raise LookupError("a macro that was locked is gone")
    return as_macro(row)


def remove(tx: Tx, macro_id: int) -> None:
    """Take a macro away; calls that it logged keep its number."""
    tx.send("delete from macro where id = %s", (macro_id,))
