"""Files as they come: one clear error with its line, or rows with the right line numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadtui.core.errors import Invalid
from leadtui.core.imports import codes, layout, limits, reader
from leadtui.core.imports.columns import COLUMNS

HEADER = "external_id;name;phone"
MODEL = "age;job;marital;education;default;housing;loan;contact;campaign;pdays;previous;poutcome"

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def make(content: str | bytes, name: str = "leads.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    return make


def error(path: Path) -> Invalid:
    """The error that reading the whole file raises."""
    with pytest.raises(Invalid) as caught:
        list(reader.rows(layout.sniff(path)))
    assert caught.value.code in codes.FILE_ERRORS
    return caught.value


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_marks_and_line_ends(write: Write, delimiter: str, bom: bytes, end: str) -> None:
    lines = ["Phone;NAME;External ID", "0812;Siti;007", "0813;Budi;008"]
    path = write(bom + end.join(lines).replace(";", delimiter).encode())
    found = layout.sniff(path)
    assert found.delimiter == delimiter
    assert found.columns == ("phone", "name", "external_id")
    assert list(reader.rows(found)) == [(2, ["0812", "Siti", "007"]), (3, ["0813", "Budi", "008"])]


def test_header_spellings(write: Write) -> None:
    path = write(f'"{MODEL.upper().replace(";", chr(34) + ";" + chr(34))}"\n1;;;;;;;;;;;\n')
    assert layout.sniff(path).columns == tuple(MODEL.split(";"))
    macro = "emp_var_rate;Cons-Price-Idx;cons conf idx;euribor3m;nr.employed;month;day_of_week"
    assert "cons.price.idx" in layout.sniff(write(f"{MODEL};{macro}\n")).columns


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"", "file_empty", None),
        (b"  \n\n", "file_empty", None),
        (HEADER.encode(), "file_no_rows", None),
        (HEADER.encode("utf-16"), "file_no_rows", None),
        ((HEADER + "\n1;a;2\n").encode("utf-16-le"), "file_encoding", 1),
        (b"PK\x03\x04" + bytes(2000), "file_spreadsheet", None),
        (b"%PDF-1.7 abc", "file_binary", 1),
        (bytes(range(256)) * 20, "file_binary", 1),
        (b"\x00" * 500, "file_binary", 1),
        (HEADER.encode() + b"\n1;a\x00b;2\n", "file_nul", 2),
        (HEADER.encode() + b"\n1;a;2\n2;Jos\xe9;3\n", "file_encoding", 3),
        (b"n\xe9me;phone\n", "file_encoding", 1),
        ("hello\nworld\n", "header_unknown", 1),
        ('"name;phone\n', "header_quote", 1),
        ("name;phone;nmae\n1;2;3\n", "column_misspelt", 1),
        ("name;phone;shoe size\n1;2;3\n", "column_unknown", 1),
        ("name;phone;\n1;2;\n", "column_unnamed", 1),
        ("name;phone;Name\n1;2;3\n", "column_twice", 1),
        ("emp.var.rate;name;emp_var_rate\n1;2;3\n", "column_twice", 1),
        (";".join(["name"] * 65) + "\n", "columns_many", 1),
        ("name;email\na;b\n", "columns_missing", 1),
        (MODEL.replace("age;", "") + "\n", "columns_missing", 1),
        (MODEL + ";euribor3m\n", "columns_missing", 1),
        (MODEL + ";month\n", "columns_missing", 1),
        (MODEL + ";month;day\n", "columns_missing", 1),
        (HEADER + "\n1;a;2\n2;b\n", "row_short", 3),
        (HEADER + "\n1;a;2\n2;b;3;4\n", "row_long", 3),
        (HEADER + '\n1;"a\nb";2\n2;b\n', "row_short", 4),
        (HEADER + '\n1;a;2\n2;"b;3\n3;c;4\n', "quote_open", 3),
        (HEADER + '\n1;a;2\n2;"b"c;3\n', "quote_inside", 3),
        (HEADER + '\n1;a;2\n2;"' + "x;\n" * 400_000, "quote_open", 3),
        (HEADER + "\n1;" + "x" * (limits.MAX_LINE + 5) + ";2\n", "line_too_long", 2),
    ],
)
def test_defects_are_one_error_with_a_line(
    write: Write, content: str | bytes, code: str, line: int | None
) -> None:
    found = error(write(content))
    assert found.code == code
    assert found.data.get("line") == line


def test_the_error_carries_what_its_sentence_says(write: Write, tmp_path: Path) -> None:
    assert error(write("name;phone;consnet\n1;2;3\n")).data["suggestion"] == "consent"
    assert error(write(MODEL.replace("job;", "") + "\n")).data["columns"] == "job"
    twice = error(write("name;phone;name\n1;2;3\n"))
    assert (twice.data["place"], twice.data["place2"]) == (1, 3)
    long = error(write(HEADER + "\n1;2;3;4\n"))
    assert (long.data["expected"], long.data["found"]) == (3, 4)
    assert error(tmp_path / "nothing.csv").code == "file_missing"
    assert error(tmp_path).code == "file_not_regular"


def test_every_sentence_can_be_filled(write: Write) -> None:
    for content in (HEADER, "x\n", "name;phone;nmae\n", b"PK\x03\x04"):
        found = error(write(content))
        assert codes.FILE_ERRORS[found.code].format_map(found.data)
        if found.code in codes.FILE_HINTS:
            assert codes.FILE_HINTS[found.code].format_map(found.data)


def test_hostile_file_names_and_headers_are_cleaned(write: Write) -> None:
    found = error(write("a\x1b[31mb;name;phone\n"))
    assert found.data["column"] == "ab"
    assert "\x1b" not in str(error(write("", name="x\x1b[31m.csv")).data["path"])


def test_a_file_needs_a_model_or_contacts() -> None:
    every = frozenset(column.header for column in COLUMNS)
    assert layout.missing_columns(every) == ()
    assert layout.missing_columns(frozenset({"name", "phone"})) == ()
    assert layout.missing_columns(frozenset({"name", "phone", "balance"})) != ()
    assert layout.missing_columns(frozenset(MODEL.split(";"))) == ()
    assert layout.missing_columns(frozenset({*MODEL.split(";"), "balance", "y", "name"})) == ()


def test_blank_lines_and_line_breaks_in_quotes_keep_the_numbers(write: Write) -> None:
    path = write(f'{HEADER}\n1;a;2\n\n2;"b\nc";3\n   \n3;d;4\n\n')
    assert list(reader.rows(layout.sniff(path))) == [
        (2, ["1", "a", "2"]),
        (3, None),
        (4, ["2", "b\nc", "3"]),
        (6, None),
        (7, ["3", "d", "4"]),
        (8, None),
    ]


@pytest.mark.parametrize(
    "row",
    ['1;"a""b";2', '1;a"b;2', '1;"a\nb";2', "", "1;a\\.;2", '1;"a;";2', '1;";";2', '"";"";""', "1;a\r;2"],
)
def test_what_the_two_parsers_might_read_differently_goes_row_by_row(write: Write, row: str) -> None:
    found = layout.sniff(write(f"{HEADER}\n{row}\n5;e;6\n"))
    try:
        blocks = b"".join(reader.blocks(found))
    except reader.NeedsRows:
        return
    # what is handed on unparsed has only quotes around whole fields
    assert blocks.count(b"\n") == 2 or row == '1;"a\nb";2'
    assert '""' not in row
    assert "\\." not in row


_CELL = st.text(alphabet='ab;," \n\té', max_size=6)


@given(rows=st.lists(st.tuples(_CELL, _CELL, _CELL), min_size=1, max_size=8))
def test_what_a_csv_writer_writes_is_read_back(
    rows: list[tuple[str, str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\n").writerows([HEADER.split(";"), *rows])
    path = tmp_path_factory.mktemp("csv") / "x.csv"
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    read = [row for _, row in reader.rows(layout.sniff(path)) if row is not None]
    assert read == [list(row) for row in rows]


def test_blocks_are_the_file_without_its_header(write: Write) -> None:
    lines = "".join(f"{n};name {n};08{n:09d}\n" for n in range(20_000))
    found = layout.sniff(write(HEADER + "\n" + lines))
    blocks = list(reader.blocks(found))
    assert b"".join(blocks) == lines.encode()
    assert len(blocks) > 2
    assert all(block.endswith(b"\n") for block in blocks)


@pytest.mark.parametrize(
    ("at", "bad", "code"), [(15_000, b"\xe9", "file_encoding"), (9_000, b"\x00", "file_nul")]
)
def test_blocks_name_the_line_too(write: Write, at: int, bad: bytes, code: str) -> None:
    lines = [b"%d;name;08" % n for n in range(20_000)]
    lines[at] = b"1;" + bad + b";2"
    found = layout.sniff(write(HEADER.encode() + b"\n" + b"\n".join(lines)))
    with pytest.raises(Invalid) as caught:
        list(reader.blocks(found))
    assert caught.value.code == code
    assert caught.value.data["line"] == at + 2


def test_the_digest_is_of_the_whole_file(write: Write) -> None:
    path = write("x")
    assert reader.sha256(path).hex() == "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
