"""Values that come often in a file: each is looked at once, not in every row.

A guard's patterns are what checking a row costs most. Whether one value passes is always the same, so the
ones of the first rows that do are written into the statement: `c in (…) or guard` is `guard`, sooner.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from psycopg import sql

from leadtui.core.db.database import PgConnection
from leadtui.core.imports.columns import Column, Guarded

SAMPLE: Final = 5_000
"""Rows looked at."""
WORTH: Final = 20_000
"""Rows of a file from which on it pays."""
_FEW: Final = 12
"""Up to so many values are compared one after the other, and their results are constants."""
_MANY: Final = 1_000
"""Past so many values in the sample the next row's is a new one anyway."""


def usual(pg: PgConnection, columns: Sequence[Column], rows: int) -> Mapping[str, list[str]]:
    """By target: the values of the first rows of `import_stage` that pass the column's guard."""
    guards = {
        column.target: column.sql.guard.format(c=column.target)
        for column in columns
        if isinstance(column.sql, Guarded)
    }
    if rows < WORTH or not guards:
        return {}
    lists = ", ".join(
        f"array_agg(distinct {target}) filter (where {guard})" for target, guard in guards.items()
    )
    found = pg.execute(
        f"select {lists} from (select * from import_stage limit {SAMPLE}) s"  # noqa: S608 - our own columns
    ).fetchone()
    lists_found = zip(guards, found or (), strict=False)
    return {target: values for target, values in lists_found if values and len(values) <= _MANY}


def fast(pg: PgConnection, column: Column, known: Sequence[str]) -> str:
    """`column.fast` over its own staged text, quicker for `known` (of `usual`), with the same result."""
    plain = column.fast.format(c=column.target)
    if not known or not isinstance(column.sql, Guarded):
        return plain
    guard = column.sql.guard.format(c=column.target)
    value = column.sql.value
    if len(known) <= _FEW:
        literals = [sql.Literal(text).as_string(pg) for text in known]
        whens = " ".join(f"when {text} then {value.format(c=f'({text}::text)')}" for text in literals)
        return f"case {column.target} {whens} else {plain} end"
    among = f"{column.target} = any ({sql.Literal(list(known)).as_string(pg)}::text[])"
    return f"case when {among} or ({guard}) then {value.format(c=column.target)} end"
