"""The rejects of one import while it runs: `import_bad`, a temporary table with one row a reject.

They stay in the database, so that a file in which every row is wrong costs this process no memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from leadtui.core.db.database import PgConnection
from leadtui.core.imports.clean import printable
from leadtui.core.imports.columns import BY_HEADER
from leadtui.core.imports.dto import MAX_STORED, OnDuplicate, Reject, RejectedRow, RejectSink
from leadtui.core.imports.layout import Layout

BATCH: Final = 2_000

_ORDER: Final = "order by line, col, code"


def totals(pg: PgConnection) -> tuple[int, int]:
    """(rejects, rows with at least one)."""
    row = pg.execute("select count(*), count(distinct line) from import_bad").fetchone()
    return (int(row[0]), int(row[1])) if row is not None else (0, 0)


def first(pg: PgConnection, most: int = MAX_STORED) -> list[Reject]:
    """The first rejects by line."""
    return [
        _reject(*row)
        for row in pg.execute(
            f"select line, col, code, value, lines from import_bad {_ORDER} limit %s",  # noqa: S608
            (most,),
        ).fetchall()
    ]


def _reject(line: int, col: str, code: str, value: str | None, lines: Sequence[int] | None) -> Reject:
    return Reject(line, col, code, value or "", tuple(lines or ()))


def hand_over(pg: PgConnection, layout: Layout, sink: RejectSink) -> None:
    """Give every rejected row to `sink`, as it stands in the file."""
    headers = layout.columns
    targets = ", ".join(f"s.{BY_HEADER[header].target}" for header in headers)
    titles = tuple(
        title for title, header in zip(layout.titles, layout.fields, strict=True) if header is not None
    )
    pg.execute("analyze import_bad")
    pg.execute(
        "declare import_reject_rows no scroll cursor for"  # noqa: S608 - our own columns
        " select s.line, b.why, s.bad_rest, " + targets + " from (select line, array_agg("
        "jsonb_build_array(line, col, code, value, lines) order by col, code) as why"
        " from import_bad group by line) b join import_stage s using (line) order by line"
    )
    sink.begin(titles, layout.delimiter)
    for line, why, rest, *cells in _fetch(pg):
        sink.write(
            RejectedRow(
                line=line,
                cells=tuple(printable(cell or "") for cell in cells),
                rejects=tuple(_reject(*each) for each in why),
                rest=printable(rest or ""),
            )
        )
    pg.execute("close import_reject_rows")
    sink.publish()


def _fetch(pg: PgConnection) -> Iterator[tuple[Any, ...]]:
    while batch := pg.execute(f"fetch {BATCH} from import_reject_rows").fetchall():
        yield from batch


def keep(pg: PgConnection, team_id: int, sha256: bytes) -> None:
    """Keep what is wrong with this file, instead of what was wrong with the same file before."""
    forget(pg, team_id, sha256)
    pg.execute(
        "insert into import_reject (team_id, file_sha256, line, col, reason, value)"  # noqa: S608
        f" select %s, %s, line, col, code, value from import_bad {_ORDER} limit {MAX_STORED}",
        (team_id, sha256),
    )


def forget(pg: PgConnection, team_id: int, sha256: bytes) -> None:
    """Forget what was wrong with this file when it was last read."""
    pg.execute("delete from import_reject where team_id = %s and file_sha256 = %s", (team_id, sha256))


def free_texts(pg: PgConnection) -> None:
    """Give the disk back that the file's text takes: nothing asks for it any more."""
    pg.execute("truncate import_stage")


def take_known(pg: PgConnection, team_id: int, key: str, choice: OnDuplicate) -> int:
    """Take the rows whose lead the team has out of `import_clean`: rejected, or passed over.

    Gives how many. `key` is SQL: the external_id of a row of `import_clean c`.
    """
    pg.execute("analyze import_clean (line, external_id)")
    pg.execute(
        "create temp table import_known on commit drop as select c.line, c.external_id, c.do_not_call, c.e164"  # noqa: S608
        f" from import_clean c join lead l on l.team_id = {int(team_id)} and l.external_id = {key}"
    )
    if choice is OnDuplicate.ERROR:
        pg.execute(
            "insert into import_bad (line, col, code, value)"
            " select line, 'external_id', 'known', left(external_id, 80) from import_known"
        )
    else:
        # "do not call" beats everything, a wish to pass over the row too
        pg.execute(
            "insert into import_family select e164 from import_known where do_not_call and e164 is not null"
        )
    return pg.execute("delete from import_clean c using import_known k where k.line = c.line").rowcount
