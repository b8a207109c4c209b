"""The two real files, big loads and commits that are real: on a database of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from leadtui.core.ctx import Ctx
from leadtui.core.errors import Conflict
from leadtui.core.imports import pipeline, run_queries
from leadtui.core.imports import store_queries as store
from leadtui.core.imports.dto import ImportFile, ImportReport, ImportStatus
from leadtui.core.imports.service import import_file
from tests.conftest import MakeCtx, OwnDatabase

Query = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def ctx(as_real_role: MakeCtx) -> Ctx:
    return as_real_role("admin")


@pytest.fixture
def rows(real_db: OwnDatabase) -> Query:
    def run(statement: str, *params: Any) -> list[tuple[Any, ...]]:
        with real_db.owner() as connection:
            return connection.execute(statement, params).fetchall()

    return run


def counts(report: ImportReport) -> tuple[int, int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.rejected, report.skipped


def test_bank_additional_comes_in_whole(ctx: Ctx, rows: Query, uci: Path) -> None:
    report = import_file(ctx, ImportFile(uci / "bank-additional-full.csv", demo_contacts=True))
    assert counts(report) == (41_188, 0, 0, 0, 0)
    assert (report.historical, report.unscored) == (41_188, 41_188)
    # the file's 12 equal rows stay 12 leads, and its own counts are kept
    assert rows("select count(*), count(*) filter (where y), count(distinct external_id) from lead") == [
        (41_188, 4_640, 41_188)
    ]
    equal = "select count(*) - 1 as more from lead group by content_hash, duration, y having count(*) > 1"
    assert rows(f"select sum(more) from ({equal}) e") == [(12,)]  # noqa: S608
    assert rows("select count(*) filter (where job is null), count(*) filter (where default_flag is null),"
                " count(*) filter (where pdays is null) from lead") == [(330, 8_597, 39_673)]  # fmt: skip
    assert rows("select min(age), max(age), round(avg(euribor3m)::numeric, 4) from lead")[0][:2] == (17, 98)
    assert rows("select count(*) from lead where not synthetic or consent <> 2") == [(0,)]
    assert rows("select count(*) from lead_queue where ready and rank_key = -1") == [(41_188,)]
    assert rows("select count(*) from lead l join lead_phone p on p.lead_id = l.id") == [(41_188,)]

    again = import_file(ctx, ImportFile(uci / "bank-additional-full.csv", demo_contacts=True))
    assert again.status is ImportStatus.UNCHANGED
    assert counts(again) == (0, 0, 41_188, 0, 0)
    assert rows("select count(*) from audit where action = 'leads.import'") == [(2,)]

    other = import_file(ctx, ImportFile(uci / "bank-full.csv"))
    assert counts(other) == (45_211, 0, 0, 0, 0)
    assert rows(
        "select count(*), count(*) filter (where y) from lead where import_id = %s", other.run_id
    ) == [(45_211, 5_289)]
    assert rows("select min(balance), max(balance) from lead where import_id = %s", other.run_id) == [
        (-8019, 102127)
    ]
    # not the last import any more: read again, row by row, and nothing is new
    third = import_file(ctx, ImportFile(uci / "bank-additional-full.csv", demo_contacts=True))
    assert (third.status, counts(third)) == (ImportStatus.COMMITTED, (0, 0, 41_188, 0, 0))


def test_one_wrong_row_of_the_real_file_stops_it(ctx: Ctx, rows: Query, uci: Path, tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    shutil.copy(uci / "bank-additional-full.csv", path)
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write('41;"pilot";"married";"basic.4y";"no";"no";"no";"telephone";"may";"mon";1;1;999;0;'
                   '"nonexistent";1.1;93.994;-36.4;NaN;5191;"no"\r\n')  # fmt: skip
    report = import_file(ctx, ImportFile(path))
    assert counts(report) == (0, 0, 0, 1, 41_188)
    assert [(r.line, r.column, r.code, r.value) for r in report.rejects] == [
        (41_190, "euribor3m", "not_a_number", "NaN"),
        (41_190, "job", "unknown_value", "pilot"),
    ]
    assert rows("select count(*) from lead") == [(0,)]
    assert rows("select count(*) from import_reject") == [(2,)]


def _file(path: Path, n: int, start: int = 0) -> Path:
    lines = (f"C{i};Budi Santoso;0812{i:08d};Bandung;yes" for i in range(start, start + n))
    path.write_text("\n".join(["external_id;name;phone;city;consent", *lines, ""]))
    return path


_TABLES = "('lead', 'lead_phone', 'lead_queue')"
_INDEXES = f"select indexname, indexdef from pg_indexes where tablename in {_TABLES} order by 1"  # noqa: S608
_KEYS = (
    "select conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated from pg_constraint"
    " where conrelid in ('lead'::regclass, 'lead_phone'::regclass, 'lead_queue'::regclass) order by 1, 2"
)


def test_a_big_load_gives_every_index_and_key_back(
    ctx: Ctx, rows: Query, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "BULK_ROWS", 1_000)
    monkeypatch.setattr(pipeline, "BULK_ROWS", 1_000)
    before = rows(_INDEXES), rows(_KEYS)
    phases = []
    report = import_file(
        ctx,
        ImportFile(_file(tmp_path / "x.csv", 2_000)),
        lambda progress: phases.append(progress.phase.value),
    )
    assert report.added == 2_000
    assert "index" in phases
    assert (rows(_INDEXES), rows(_KEYS)) == before
    assert rows("select count(*) from bulk_load_object") == [(0,)]
    # the second one finds a full house and goes through the indexes
    phases.clear()
    assert (
        import_file(
            ctx, ImportFile(_file(tmp_path / "y.csv", 2_000, 1_000)), lambda p: phases.append(p.phase.value)
        ).added
        == 1_000
    )
    assert "index" not in phases
    assert rows("select n from word where word = 'budi'") == [(3_000,)]


def test_a_big_load_waits_for_nobody_and_nobody_for_it(
    ctx: Ctx, as_real_role: MakeCtx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "BULK_ROWS", 1_000)
    as_real_role("agent")  # somebody is signed in: the indexes stay where they are
    phases = []
    import_file(ctx, ImportFile(_file(tmp_path / "x.csv", 1_500)), lambda p: phases.append(p.phase.value))
    assert "index" not in phases


def test_a_big_load_that_fails_leaves_the_indexes_alone(
    ctx: Ctx, rows: Query, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "BULK_ROWS", 1_000)
    before = rows(_INDEXES), rows(_KEYS)

    def fail(self: store.Writer, effect: object) -> None:
        raise RuntimeError("in the middle")

    monkeypatch.setattr(store.Writer, "count_words", fail)
    with pytest.raises(RuntimeError):
        import_file(ctx, ImportFile(_file(tmp_path / "x.csv", 2_000)))
    assert (rows(_INDEXES), rows(_KEYS)) == before
    assert rows("select (select count(*) from lead), (select count(*) from import_run)") == [(0, 0)]


def test_an_edit_makes_the_same_file_count(
    ctx: Ctx, rows: Query, tmp_path: Path, real_db: OwnDatabase
) -> None:
    path = _file(tmp_path / "x.csv", 3)
    import_file(ctx, ImportFile(path))
    assert import_file(ctx, ImportFile(path)).status is ImportStatus.UNCHANGED
    with real_db.owner() as connection:
        connection.execute(
            "update lead set name = 'Else', updated_at = now(), version = version + 1"
            " where external_id = 'C1'"
        )
    report = import_file(ctx, ImportFile(path))
    assert (report.status, counts(report)) == (ImportStatus.COMMITTED, (0, 1, 2, 0, 0))
    assert rows("select distinct name from lead") == [("Budi Santoso",)]
    # another option is another import
    assert import_file(ctx, ImportFile(path, consent_source="form")).status is ImportStatus.COMMITTED


def test_two_imports_of_a_team_do_not_run_at_once(
    ctx: Ctx, real_db: OwnDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "WAIT", 0.1)
    with psycopg.connect(real_db.admin_url, autocommit=True) as other:
        (team,) = other.execute("select id from team where code = 'main'").fetchone() or (0,)
        other.execute("select pg_advisory_lock(%s, %s)", (run_queries.LOCK, team))
        with pytest.raises(Conflict) as caught:
            import_file(ctx, ImportFile(_file(tmp_path / "x.csv", 3)))
        assert caught.value.code == "import_running"


def test_ids_of_few_new_leads_have_no_gaps(ctx: Ctx, rows: Query, tmp_path: Path) -> None:
    import_file(ctx, ImportFile(_file(tmp_path / "x.csv", 50)))
    import_file(ctx, ImportFile(_file(tmp_path / "y.csv", 52)))
    (low, high, n) = rows("select min(id), max(id), count(*) from lead")[0]
    assert high - low + 1 == n == 52
