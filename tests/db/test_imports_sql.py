"""SQL that recognises regular values agrees with the Python that decides; both ways of reading agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadtui.core import fold, phones
from leadtui.core.db.database import PgConnection
from leadtui.core.imports import layout, reader, stage, usual_queries
from leadtui.core.imports.columns import BY_HEADER, COLUMNS, parse_cell
from leadtui.scoring.codes import CATEGORIES
from tests.conftest import OneConnection

_SHARED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
VALUES = [
    "0", "1", "17", "99", "130", "999", "-1", "007", "31", "32", "100000", "9999999", "-36.4", "4.857",
    "5191", "5.", ".5", "-", "1e3", "NaN", "inf", "1_000", "٣", "+5", "1,5", "0.001", "-0",
    "12345678901234", "123456789012.34", "yes", "no", "unknown", "YES", " yes", "true", "ya", "admin.",
    "blue-collar", "university.degree", "cellular", "may", "mon", "success", "other", "nonexistent",
    "married", "IDR", "idr", "ID", "Budi Santoso", "Budi Santoso", " Budi", "Budi ", "Ma'ruf", "José",
    "x" * 201, "0812-3456-7890", "081234567890", "+6281234567890", "62812345678", "8123456789",
    "8123456789.0", "08123456789.00", "0812345678 (2)", "0812-34-56-78-90", "08123456789 - 1",
    "(0812) 345678", "0812345", "08412345678", "(021) 5551234", "+1 650 253 0000", "a@b.id", "a@b",
    "a..b@c.id", ".a@b.id", "a@.b.id", "a@b..id", "a.@b.id", "A_b+c@d-e.co.id", "a@b.c", "a@1.2",
    "a b@c.id", "x" * 70 + "@b.id", "a;b", "\x1b[31m", "\u202e", "a\tb", "a\nb", "\xa0", "—",
]  # fmt: skip


def fast(pg: PgConnection, header: str, values: list[str]) -> list[Any]:
    """What SQL makes of each value, finished; "odd" where it leaves it to Python."""
    column = BY_HEADER[header]
    return [
        "odd" if left else value
        for left, value in pg.execute(
            f"select f is null, {column.final.format(f='f')} from"  # noqa: S608
            f" (select n, {column.fast.format(c='c')} as f"
            " from (select * from unnest(%s::text[]) with ordinality as u (c, n) offset 0) s"
            " offset 0) t order by n",
            (values,),
        ).fetchall()
    ]


@pytest.mark.parametrize("header", [column.header for column in COLUMNS])
def test_sql_agrees_with_python_on_known_values(db: OneConnection, header: str) -> None:
    words = list(CATEGORIES.get(header, ()))
    recognised = 0
    for text, value in zip(VALUES + words, fast(db.outer, header, VALUES + words), strict=True):
        if value == "odd":
            continue
        recognised += 1
        assert (value, None) == parse_cell(header, text), text
    assert recognised > 0
    assert "odd" not in fast(db.outer, header, words)


HOSTILE = ["O'Hara", "{part}", "{c}", "%s", "100%", "a\\b", '"x"', "{a,b}", "$1", "--", "null", "NULL"]


@pytest.mark.parametrize("header", [column.header for column in COLUMNS])
def test_what_comes_often_is_read_as_ever(db: OneConnection, header: str) -> None:
    column, values = BY_HEADER[header], [*VALUES, *HOSTILE, *CATEGORIES.get(header, ())]
    expected = fast(db.outer, header, values)
    regular = [text for text, value in zip(values, expected, strict=True) if value != "odd"]
    for known in ([], regular[:5], regular[-12:], regular):
        quick = usual_queries.fast(db.outer, column, known).replace("%", "%%")
        found = db.outer.execute(
            f"select f is null, {column.final.format(f='f')} from (select n, {quick} as f from"  # noqa: S608
            f" (select * from unnest(%s::text[]) with ordinality as u ({column.target}, n) offset 0) s"
            " offset 0) t order by n",
            (values,),
        ).fetchall()
        assert ["odd" if left else value for left, value in found] == expected


def test_a_file_with_usual_values_is_cleaned_the_same(
    db: OneConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cities = [*HOSTILE, "Bandung", "", " Solo", "Café"]
    lines = [
        f"U{n};Budi {'ABC'[n % 3]};0812{n:08d};source {n % 90};{cities[n % len(cities)]};IDR;{n % 7}.{n % 40}"
        for n in range(400)
    ]
    path = tmp_path / "x.csv"
    csv_lines = [line.replace('"x"', '"""x"""') for line in lines]
    path.write_text("\n".join(["external_id;name;phone;source;city;balance_currency;income", *csv_lines, ""]))
    found = layout.sniff(path)
    cleaned = []
    for worth in (10_000, 1):
        monkeypatch.setattr(usual_queries, "WORTH", worth)
        stage.create(db.outer, found)
        rows, _ = stage.load(db.outer, found)
        assert bool(usual_queries.usual(db.outer, [BY_HEADER["city"]], rows)) == (worth == 1)
        assert stage.build_clean(db.outer, found, rows, lambda n: None) == 0
        cleaned.append(db.outer.execute("select * from import_clean order by line").fetchall())
    assert cleaned[0] == cleaned[1]
    assert len(cleaned[0]) == 400


@_SHARED
@given(header=st.sampled_from([column.header for column in COLUMNS]), data=st.data())
def test_sql_agrees_with_python_on_any_text(db: OneConnection, header: str, data: st.DataObject) -> None:
    alphabet = st.sampled_from([*"0123456789", *"..--+@ _'()", *"abZyesnoé", "\u00a0", "\t", "\u0663"])
    texts = data.draw(st.lists(st.text(alphabet, min_size=1, max_size=14), min_size=1, max_size=30))
    for text, value in zip(texts, fast(db.outer, header, texts), strict=True):
        assert value == "odd" or (value, None) == parse_cell(header, text), text


@_SHARED
@given(
    texts=st.lists(
        st.text(st.characters(min_codepoint=1, exclude_categories=["Cs"]), min_size=1), max_size=20
    )
)
def test_folding_in_sql_agrees(db: OneConnection, texts: list[str]) -> None:
    found = db.outer.execute(
        f"select c, {fold.sql_fold_plain('c')} from unnest(%s::text[]) as u (c)",  # noqa: S608
        ([*texts, "Budi Santoso"],),
    ).fetchall()
    assert found[-1] == ("Budi Santoso", "budi santoso")
    assert all(folded is None or folded == fold.fold(text) for text, folded in found)


def test_synthetic_numbers_in_sql_are_valid(db: OneConnection) -> None:
    seeds = [0, 1, 99_999_999, 10**8, 72_057_594_037_927_935, *range(10**9, 10**12, 7_777_777_777)]
    number = phones.sql_synthetic("s").replace("%", "%%")
    found = db.outer.execute(f"select {number} from unnest(%s::bigint[]) as u (s)", (seeds,)).fetchall()  # noqa: S608
    assert len({e164 for (e164,) in found}) == len(seeds)
    assert all(phones.to_e164(e164) == e164 for (e164,) in found)


def _stage(pg: PgConnection, path: Path, *, by_rows: bool) -> list[tuple[Any, ...]]:
    found = layout.sniff(path)
    stage.create(pg, found)
    if by_rows:
        stage._load_rows(pg, found, None)
    else:
        stage.load(pg, found)
    return pg.execute("select * from import_stage order by line").fetchall()


@pytest.mark.parametrize(
    "content",
    [
        "name;phone\nA;1\nB;2\n",
        "name;phone\r\nA;1\r\nB;2",
        'name;phone\n"A";"1"\n"B;C";2\n',
        'name;phone\n"A ""x""";1\n;\nB;\n',
        'name;phone\n"A\nA";1\nB;2\n',
        "name;phone\n\nA;1\n\n",
        "name;phone\nA\\.;1\n\\.;2\nB;\\N\n",
        'name;phone\nA"x;1\n',
        'name,phone\n"",1\nA,""\n',
        "name\tphone\nA\t1\n",
    ],
)
def test_both_ways_of_reading_stage_the_same(db: OneConnection, tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content.encode())
    assert _stage(db.outer, path, by_rows=False) == _stage(db.outer, path, by_rows=True)


def test_a_regular_file_is_parsed_by_postgresql(db: OneConnection, tmp_path: Path, monkeypatch: Any) -> None:
    path = tmp_path / "x.csv"
    path.write_text('name;phone\n"A B";0812\n')

    def never(*arguments: Any) -> Any:
        raise AssertionError("read row by row")

    monkeypatch.setattr(reader, "rows", never)
    assert _stage(db.outer, path, by_rows=False) == [(2, "A B", "0812", None, None)]


def test_a_lead_has_a_team_and_keeps_it(db: OneConnection) -> None:
    made = "insert into lead (team_id, external_id, content_hash) values (%s, 'a team of its own', 'x')"
    with db.transaction() as pg:
        pg.execute("reset role")
        (team,) = pg.execute("insert into team (code, name) values ('gone', 'Gone') returning id").fetchone()  # type: ignore[misc]
        with pytest.raises(psycopg.errors.ForeignKeyViolation, match="does not exist"), pg.transaction():
            pg.execute(made, (987_654,))
        pg.execute(made, (team,))
        for then in ("delete from team where id = %s", "update lead set team_id = 1 where team_id = %s"):
            with pytest.raises(psycopg.errors.ForeignKeyViolation), pg.transaction():
                pg.execute(then, (team,))
        pg.execute("delete from lead where team_id = %s", (team,))
        assert pg.execute("delete from team where id = %s", (team,)).rowcount == 1
