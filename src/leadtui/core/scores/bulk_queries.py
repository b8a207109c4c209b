"""The only SQL of a bulk run: features out by binary COPY, scores in by arrays of 1,000."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping, Sequence
from typing import Any, Final

import psycopg

from leadtui.core.ctx import Tx
from leadtui.core.db.database import PgConnection

_LOCK: Final = 0x73636F72  # "scor"
_IMPORT_LOCK: Final = 0x696D70
"""What an import of a team holds (`core.imports.pipeline`): both write the same rows, in another order."""

# Fixed width on purpose: without NULLs a binary COPY row is a C struct, and numpy reads a chunk without a
# loop. -1 and NaN stand for what is missing; no whole number here is ever negative. The facts are those of a
# lead to be called (see scores.queries): never a historical row's calendar, macro columns or own attempts.
COLUMNS: Final = (
    ("lead_id", ">i8"), ("team_id", ">i4"), ("age", ">i2"), ("job", ">i2"), ("marital", ">i2"),
    ("education", ">i2"), ("default", ">i2"), ("housing", ">i2"), ("loan", ">i2"), ("contact", ">i2"),
    ("campaign", ">i4"), ("pdays", ">i4"), ("previous", ">i4"), ("poutcome", ">i2"), ("balance", ">f8"),
    ("historical", ">i2"),
)  # fmt: skip
"""Name and numpy type of each column of `read`, in order."""

FACTS: Final = tuple(name for name, _ in COLUMNS if name not in ("lead_id", "team_id", "historical"))

_SCOPE: Final = """
    from lead_queue q join lead l on l.id = q.lead_id join team t on t.id = q.team_id
    where (%(team)s::int is null or q.team_id = %(team)s) and l.deleted_at is null
"""
_TO_DO: Final = " and (not %(only)s or q.rank_key < 0 or q.model_id is distinct from %(model)s)"

_READ: Final = f"""
    copy (select q.lead_id, q.team_id, coalesce(l.age, -1)::int2, coalesce(l.job, -1)::int2,
                 coalesce(l.marital, -1)::int2, coalesce(l.education, -1)::int2,
                 coalesce(l.default_flag::int, -1)::int2, coalesce(l.housing::int, -1)::int2,
                 coalesce(l.loan::int, -1)::int2, coalesce(l.contact, -1)::int2, q.attempts::int4 + 1,
                 coalesce(l.pdays, -1), coalesce(l.previous, -1), coalesce(l.poutcome, -1)::int2,
                 case when l.balance_currency is null or l.balance_currency = t.currency
                      then coalesce(l.balance::float8, 'nan') else 'nan' end,
                 (l.y is not null)::int::int2
          {_SCOPE}{_TO_DO}
          order by q.team_id, q.lead_id) to stdout (format binary)
"""


def try_lock(pg: PgConnection) -> bool:
    """Whether this connection now holds the one lock of bulk work; `unlock` or its end gives it back.

    It also keeps imports out, of every team: shared, so that one that is under way is not joined.
    """
    row = pg.execute("select pg_try_advisory_lock(%s)", (_LOCK,)).fetchone()
    if not (row and row[0]):
        return False
    held = pg.execute("select pg_try_advisory_lock_shared(%s, id) from team", (_IMPORT_LOCK,)).fetchall()
    if all(got for (got,) in held):
        return True
    unlock(pg)
    return False


def unlock(pg: PgConnection) -> None:
    """Give back whatever `try_lock` got."""
    pg.execute("select pg_advisory_unlock_all()")


def count(tx: Tx, team_id: int | None, model_id: int, only_unscored: bool) -> tuple[int, int]:
    """(leads in scope, those to score)."""
    row = tx.pg.execute(
        f"select count(*), count(*) filter (where true {_TO_DO}) {_SCOPE}",
        {"team": team_id, "model": model_id, "only": only_unscored},
    ).fetchone()
    assert row is not None  # noqa: S101
    return int(row[0]), int(row[1])


def read(tx: Tx, team_id: int | None, model_id: int, only_unscored: bool) -> Generator[bytes, None, None]:
    """The leads to score as PostgreSQL's binary COPY format, in pieces, by team and id."""
    with (
        tx.pg.cursor() as cursor,
        cursor.copy(_READ, {"team": team_id, "model": model_id, "only": only_unscored}) as copy,
    ):
        for block in copy:
            yield bytes(block)


def open_run(
    tx: Tx, team_id: int | None, model_id: int, pool: Mapping[str, Any], options: Mapping[str, Any]
) -> int:
    """The id of a run that is under way."""
    row = tx.pg.execute(
        "insert into score_run (team_id, model_id, actor_id, started_at, pool, options) "
        "values (%s, %s, %s, %s, %s::jsonb, %s::jsonb) returning id",
        (team_id, model_id, tx.actor.user_id, tx.now, json.dumps(pool), json.dumps(options)),
    ).fetchone()
    assert row is not None  # noqa: S101
    return int(row[0])


Batch = tuple[int, str, str, str]
"""(chunk number, lead ids, rank keys, packed reasons); arrays as PostgreSQL's text, at most 1,000 each."""


def write(tx: Tx, run_id: int, team_id: int, model_id: int, batches: Sequence[Batch]) -> int:
    """Append the batches to the run and put their scores into the queue; how many leads were still there.

    The queue takes them from the stored batches, so both cannot differ, and the data travels once.
    """
    with tx.pg.cursor() as cursor:
        cursor.executemany(
            "insert into prediction_batch (run_id, team_id, chunk, lead_ids, rank_keys, whys) "
            "values (%s, %s, %s, %s::bigint[], %s::int[], %s::bigint[])",
            [(run_id, team_id, *batch) for batch in batches],
        )
        # One lead after the other by its key: a hash join would read the whole queue for every commit.
        cursor.execute("set local enable_hashjoin = off; set local enable_mergejoin = off")
        cursor.execute(
            "update lead_queue q set rank_key = v.rank_key, why = v.why, model_id = %(model)s, "
            "run_id = %(run)s "
            "from (select unnest(lead_ids) lead_id, unnest(rank_keys) rank_key, unnest(whys) why "
            "from prediction_batch where run_id = %(run)s and team_id = %(team)s "
            "and chunk between %(first)s and %(last)s) v "
            "where q.lead_id = v.lead_id and q.team_id = %(team)s",
            {
                "run": run_id,
                "team": team_id,
                "model": model_id,
                "first": batches[0][0],
                "last": batches[-1][0],
            },
        )
        written = cursor.rowcount
        cursor.execute(
            "update score_run set n = n + %s where id = %s and (team_id is null or team_id = %s)",
            (written, run_id, team_id),
        )
    return written


def finish_run(tx: Tx, run_id: int) -> None:
    """Mark a run complete."""
    tx.pg.execute("update score_run set finished_at = %s where id = %s", (tx.now, run_id))


def written(tx: Tx, run_id: int) -> int:
    """How many leads a run has written."""
    row = tx.pg.execute("select n from score_run where id = %s", (run_id,)).fetchone()
    return 0 if row is None else int(row[0])


def is_retryable(error: BaseException) -> bool:
    """Whether the same transaction may simply be tried again."""
    return isinstance(
        error,
        psycopg.errors.DeadlockDetected
        | psycopg.errors.SerializationFailure
        | psycopg.errors.LockNotAvailable,
    )
