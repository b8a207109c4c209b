"""Good rows come in, bad ones go to a file: counts that add up, whatever the options."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from leadtui.core.ctx import Ctx
from leadtui.core.errors import Invalid, NotFound
from leadtui.core.imports import service as imports
from leadtui.core.imports.dto import ImportFile, ImportReport, ImportStatus, OnDuplicate, RejectedRow
from leadtui.core.imports.service import import_file
from tests.conftest import MakeCtx, OneConnection

HEADER = "external_id;name;phone;consent;do_not_call"
SARI = "1;Sari;081234567890;yes;no"
BUDI = "2;Budi;081234567891;yes;no"

Import = Callable[..., ImportReport]


@dataclass
class Kept:
    """A sink that keeps what it is given."""

    titles: tuple[str, ...] = ()
    rows: list[RejectedRow] = field(default_factory=list)
    published: bool = False

    def begin(self, titles: tuple[str, ...], delimiter: str) -> None:
        self.titles = titles

    def write(self, row: RejectedRow) -> None:
        self.rows.append(row)

    def publish(self) -> None:
        self.published = True


@pytest.fixture
def ctx(as_role: MakeCtx) -> Ctx:
    return as_role("admin")


@pytest.fixture
def bring(ctx: Ctx, tmp_path: Path) -> Import:
    def run(*lines: str, header: str = HEADER, sink: Kept | None = None, **options: Any) -> ImportReport:
        path = tmp_path / "leads.csv"
        path.write_text("\n".join([header, *lines, ""]), encoding="utf-8", newline="")
        report = import_file(ctx, ImportFile(path, **options), None, sink)
        counted = report.added + report.changed + report.unchanged + report.rejected + report.skipped
        assert report.read == counted
        return report

    return run


def rows(db: OneConnection, statement: str, *params: Any) -> list[tuple[Any, ...]]:
    with db.owner() as connection:
        return connection.execute(statement, params).fetchall()


def counts(report: ImportReport) -> tuple[int, int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.rejected, report.skipped


def test_good_rows_come_in_and_bad_ones_are_handed_over(db: OneConnection, bring: Import) -> None:
    kept = Kept()
    report = bring(
        SARI, "2;Budi;12;perhaps;no", "3;Cici", "4;Dodi;081234567892;yes;no;more;x", '5;"Eko" E;0812;yes;no',
        "", BUDI, "6;Fani;081234567893;yes;no", "6;Gani;081234567894;yes;no",
        skip_bad=True, sink=kept,
    )  # fmt: skip
    assert (report.status, counts(report)) == (ImportStatus.COMMITTED, (2, 0, 0, 6, 1))
    assert rows(db, "select external_id from lead order by 1") == [("1",), ("2",)]
    assert kept.published
    assert kept.titles == tuple(HEADER.split(";"))
    assert [(row.line, [r.code for r in row.rejects], row.rest) for row in kept.rows] == [
        (3, ["yes_no", "phone_invalid"], ""),
        (4, ["row_short"], ""),
        (5, ["row_long"], "more;x"),
        (6, ["quote_inside"], ""),
        (9, ["two_contents"], ""),
        (10, ["two_contents"], ""),
    ]
    assert kept.rows[0].cells == ("2", "Budi", "12", "perhaps", "no")
    assert kept.rows[1].cells == ("3", "Cici", "", "", "")
    assert rows(
        db, "select n_read, n_added, n_rejected, n_skipped, options ->> 'skip_bad' from import_run"
    ) == [(9, 2, 6, 1, "true")]
    assert rows(db, "select count(*) from import_reject") == [(7,)]


def test_a_sink_gets_the_rows_of_a_file_that_is_refused_too(db: OneConnection, bring: Import) -> None:
    kept = Kept()
    report = bring(SARI, "2;Budi;12;yes;no", sink=kept)
    assert (report.status, counts(report)) == (ImportStatus.REJECTED, (0, 0, 0, 1, 1))
    assert [row.line for row in kept.rows] == [3]
    assert rows(db, "select count(*) from lead") == [(0,)]


def test_without_rejects_no_sink_is_opened(bring: Import) -> None:
    kept = Kept()
    assert bring(SARI, skip_bad=True, sink=kept).ok
    assert not kept.published


def test_what_a_sink_raises_stops_everything(db: OneConnection, bring: Import) -> None:
    class Full(Kept):
        def publish(self) -> None:
            raise Invalid({"rejects": "rejects_unwritable"}, "rejects_unwritable", path="x", why="full")

    with pytest.raises(Invalid):
        bring(SARI, "2;Budi;12;yes;no", skip_bad=True, sink=Full())
    assert rows(db, "select (select count(*) from lead), (select count(*) from import_run)") == [(0, 0)]


def test_a_mended_file_of_rejects_comes_back_as_it_was(db: OneConnection, bring: Import) -> None:
    report = bring(
        "1;'=Sari;081234567890;yes;no;7;phone;was wrong;", "2;'''-B;081234567891;yes;no;9;;;",
        header=HEADER + ";reject_line;reject_column;reject_reason;reject_rest",
    )  # fmt: skip
    assert counts(report) == (2, 0, 0, 0, 0)
    assert rows(db, "select name from lead order by external_id") == [("=Sari",), ("''-B",)]


def test_an_apostrophe_of_an_ordinary_file_stays(db: OneConnection, bring: Import) -> None:
    bring("1;'-Sari;081234567890;yes;no")
    assert rows(db, "select name from lead") == [("'-Sari",)]


@pytest.mark.parametrize(
    ("choice", "expected", "names"),
    [
        (OnDuplicate.UPDATE, (1, 1, 1, 0, 0), ["Sari L", "Budi", "Cici"]),
        (OnDuplicate.SKIP, (1, 0, 0, 0, 2), ["Sari", "Budi", "Cici"]),
        (OnDuplicate.ERROR, (0, 0, 0, 2, 1), ["Sari", "Budi"]),
    ],
)
def test_what_becomes_of_a_known_row(
    db: OneConnection, bring: Import, choice: OnDuplicate, expected: tuple[int, ...], names: list[str]
) -> None:
    bring(SARI, BUDI)
    report = bring(SARI.replace("Sari", "Sari L"), BUDI, "3;Cici;081234567899;yes;no", on_duplicate=choice)
    assert counts(report) == expected
    assert [name for (name,) in rows(db, "select name from lead order by external_id")] == names
    assert rows(db, "select options ->> 'on_duplicate' from import_run order by id desc limit 1") == [
        (choice.value,)
    ]
    if choice is OnDuplicate.ERROR:
        assert {(r.line, r.code) for r in report.rejects} == {(2, "known"), (3, "known")}


def test_known_rows_and_skip_bad_together(db: OneConnection, bring: Import) -> None:
    bring(SARI)
    kept = Kept()
    report = bring(SARI, BUDI, "3;C;12;yes;no", on_duplicate=OnDuplicate.ERROR, skip_bad=True, sink=kept)
    assert counts(report) == (1, 0, 0, 2, 0)
    assert [(row.line, row.rejects[0].code) for row in kept.rows] == [(2, "known"), (4, "phone_invalid")]


def test_the_same_file_again_follows_the_option(bring: Import) -> None:
    for choice, status, expected in (
        (OnDuplicate.UPDATE, ImportStatus.UNCHANGED, (0, 0, 2, 0, 0)),
        (OnDuplicate.SKIP, ImportStatus.UNCHANGED, (0, 0, 0, 0, 2)),
        (OnDuplicate.ERROR, ImportStatus.REJECTED, (0, 0, 0, 2, 0)),
    ):
        bring(SARI, BUDI, on_duplicate=choice)
        again = bring(SARI, BUDI, on_duplicate=choice)
        assert (again.status, counts(again)) == (status, expected)


def test_do_not_call_holds_even_of_a_row_that_is_passed_over(db: OneConnection, bring: Import) -> None:
    bring(SARI, BUDI)
    bring(SARI.replace(";no", ";yes"), BUDI, on_duplicate=OnDuplicate.SKIP)
    assert rows(db, "select e164 from dnc_number") == [("+6281234567890",)]
    assert rows(
        db, "select dnc from lead_queue q join lead l on l.id = q.lead_id order by l.external_id"
    ) == [(True,), (False,)]


def test_a_file_with_rejects_is_read_again(bring: Import) -> None:
    for _ in range(2):
        report = bring(SARI, "2;B;12;yes;no", skip_bad=True)
        assert (report.status, report.rejected) == (ImportStatus.COMMITTED, 1)


def test_shared_numbers_are_told_and_never_a_reject(bring: Import, db: OneConnection) -> None:
    first = bring(SARI, BUDI.replace("7891", "7890"), "3;Cici;081234567892;yes;no", "4;No Phone;;yes;no")
    assert (first.shared_phones, first.shared_phone_lines, first.rejected) == (2, (2, 3), 0)
    second = bring(SARI, "9;Other;081234567892;yes;no", "10;New;081234567899;yes;no")
    # line 2 is the lead itself, but lead 2 has its number too
    assert (second.shared_phones, second.shared_phone_lines) == (2, (2, 3))
    assert rows(db, "select n_shared_phones from import_run order by id") == [(2,), (2,)]
    many = bring(*(f"m{n};X;081234567777;yes;no" for n in range(12)))
    assert (many.shared_phones, many.shared_phone_lines) == (12, (2, 3, 4, 5, 6))


def test_money_and_credit_score(db: OneConnection, bring: Import) -> None:
    header = "external_id;name;phone;income;installments;credit_score;savings"
    bring("1;A;081234567890;12500000;1500000.5;720;0", "2;B;081234567891;;;;", header=header)
    assert rows(db, "select income, installments, credit_score, savings from lead order by id") == [
        (12_500_000, 1_500_000.5, 720, 0),
        (None, None, None, None),
    ]
    report = bring("3;C;081234567892;-1;1.005;1001;x", header=header)
    assert [(r.column, r.code) for r in report.rejects] == [
        ("credit_score", "out_of_range"), ("income", "out_of_range"), ("installments", "decimals"),
        ("savings", "not_a_number"),
    ]  # fmt: skip
    assert counts(bring("1;A;081234567890;1;1;1;1", header=header)) == (0, 1, 0, 0, 0)


def test_many_lines_of_one_id_stay_small(bring: Import) -> None:
    report = bring(*(f"1;Name {n};081234567890;yes;no" for n in range(200)))
    assert report.rejected == 200
    assert report.rejects[0].lines == tuple(range(2, 12))


def test_the_record_of_imports(ctx: Ctx, bring: Import, as_role: MakeCtx) -> None:
    bring(SARI, "2;Budi Rejected;not-a-phone;perhaps;no", skip_bad=True)
    bring(SARI)
    newest, older = imports.runs(ctx)
    assert (newest.read, older.rejected, older.options["skip_bad"]) == (1, 1, True)
    assert ctx.actor is not None
    assert (older.actor, older.team, older.file_name) == (ctx.actor.name, "main", "leads.csv")
    shown = imports.run(ctx, older.id)
    assert (shown.run, shown.total) == (older, 2)
    assert [(r.line, r.column, r.code, r.value) for r in shown.rejects] == [
        (3, "consent", "yes_no", "perhaps"),
        (3, "phone", "phone_invalid", "n••••••••e"),
    ]
    with pytest.raises(NotFound):
        imports.run(ctx, 10**9)
    assert imports.runs(as_role("system"), 1) == (newest,)


def test_places_are_counted_anew_when_leads_lose_their_score(db: OneConnection, bring: Import) -> None:
    header = (
        "external_id;age;job;marital;education;default;housing;loan;contact;campaign;pdays;previous;poutcome;"
        "consent;phone"
    )

    def line(n: int, age: int = 30) -> str:
        return f"{n};{age};student;single;high.school;no;no;no;cellular;1;999;0;nonexistent;yes;0812{n:08d}"

    bring(*(line(n) for n in range(2_100)), header=header)
    with db.owner() as connection:
        connection.execute("update lead_queue set rank_key = 900000 - lead_id::int % 1000, model_id = null")
        connection.execute(
            "insert into rank_anchor (team_id, place, rank_key, lead_id)"
            " select team_id, place, rank_key, lead_id from (select team_id, rank_key, lead_id,"
            " row_number() over (order by rank_key desc, lead_id) as place from lead_queue) r"
            " where place % 1000 = 0"
        )
    before = rows(db, "select place, lead_id from rank_anchor order by 1")
    bring(*(line(n) for n in range(2_100, 2_110)), header=header)
    # new leads stand last: nothing above them moved
    assert rows(db, "select place, lead_id from rank_anchor order by 1") == before
    bring(*(line(n, 31) for n in range(500)), header=header)
    exact = rows(
        db,
        "select place, lead_id from (select lead_id, row_number() over (order by rank_key desc, lead_id)"
        " as place from lead_queue where ready) r where place %% 1000 = 0 order by 1",
    )
    assert rows(db, "select place, lead_id from rank_anchor order by 1") == exact != before
