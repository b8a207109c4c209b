"""Encodings, separators and limits: read as they are meant, or one clear error that names the place."""

from __future__ import annotations

import codecs
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from leadtui.core.errors import Invalid
from leadtui.core.imports import codes, layout, limits, reader, rules, source

HEADER = "external_id;name;phone"
ROWS = ["1;José Çelik;0812", "2;Siti;0813"]
TEXT = "\n".join([HEADER, *ROWS, ""])

Write = Callable[[bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def make(content: bytes) -> Path:
        path = tmp_path / "leads.csv"
        path.write_bytes(content)
        return path

    return make


def read(path: Path, encoding: str | None = None) -> list[tuple[int, list[str] | None]]:
    """The rows, which PostgreSQL's way of reading gives too where it takes the file."""
    found = layout.sniff(path, encoding)
    by_rows = list(reader.rows(found))
    try:
        blocks = b"".join(reader.blocks(found)).decode()
    except reader.NeedsRows:
        return by_rows
    lines = blocks.replace("\r\n", "\n").removesuffix("\n").split("\n")
    assert [line.split(found.delimiter) for line in lines] == [row for _, row in by_rows]
    return by_rows


def refused(path: Path, encoding: str | None = None) -> Invalid:
    with pytest.raises(Invalid) as caught:
        read(path, encoding)
    assert codes.FILE_ERRORS[caught.value.code].format_map(caught.value.data)
    return caught.value


EXPECTED = [(2, ["1", "José Çelik", "0812"]), (3, ["2", "Siti", "0813"])]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("mark", "codec", "given"),
    [
        (b"", "utf-8", None),
        (codecs.BOM_UTF8, "utf-8", None),
        (codecs.BOM_UTF8, "utf-8", "UTF-8-SIG"),
        (codecs.BOM_UTF16_LE, "utf-16-le", None),
        (codecs.BOM_UTF16_BE, "utf-16-be", None),
        (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16"),
        (codecs.BOM_UTF32_LE, "utf-32-le", None),
        (b"", "utf-16-le", "utf-16"),
        (b"", "utf-16-be", "utf16"),
        (b"", "cp1252", "cp1252"),
        (b"", "cp1252", "windows-1252"),
        (b"", "latin-1", "latin1"),
        (b"", "cp850", "850"),
    ],
)
def test_encodings_and_line_ends(write: Write, mark: bytes, codec: str, given: str | None, end: str) -> None:
    path = write(mark + TEXT.replace("\n", end).encode(codec))
    assert read(path, given) == EXPECTED


def test_mixed_line_ends_count_as_an_editor_counts(write: Write) -> None:
    assert read(write(f"{HEADER}\r\n{ROWS[0]}\r{ROWS[1]}\n\r\r3;x;1".encode())) == [
        *EXPECTED, (4, None), (5, None), (6, ["3", "x", "1"]),
    ]  # fmt: skip


@pytest.mark.parametrize("line", ["sep=,", "SEP=,", '"sep=,"', "sep=,,,"])
def test_a_sep_line_says_what_separates_and_counts(write: Write, line: str) -> None:
    path = write(f"{line}\r\nname,phone\r\nA;B,0812\r\nC,\r\n".encode())
    found = layout.sniff(path)
    assert (found.delimiter, found.first_line) == (",", 3)
    assert read(path) == [(3, ["A;B", "0812"]), (4, ["C", ""])]


def test_a_sep_line_in_utf16_with_tabs(write: Write) -> None:
    assert read(write("sep=\t\nname\tphone\nA\t1\n".encode("utf-16"))) == [(3, ["A", "1"])]


@pytest.mark.parametrize(
    ("content", "code", "data"),
    [
        (b"sep=|\nname|phone\n", "sep_unknown", {"found": "|"}),
        (b"sep=;\n", "file_no_rows", {}),
        (b"sep=;\nname;phone\n1\n", "row_short", {"line": 3}),
        (b"sep=;\nname;xyzzy\n1;2\n", "column_unknown", {"line": 2}),
        (b"sep=,\nname;phone\n1;2\n", "header_unknown", {"line": 2}),
        (b"name;phone\nJos\xe9;1\n", "file_encoding", {"line": 2, "byte": 15, "guess": "cp1252"}),
        (TEXT.encode("utf-16-le"), "file_encoding", {"line": 1, "guess": "utf-16"}),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le") + b"x", "file_encoding", {"line": 4}),
        (codecs.BOM_UTF16_LE, "file_empty", {}),
        (b"name;phone\nAnybody;1\nSomebody;\x00\n", "file_nul", {"line": 3}),
        ("name;phone\nA;\0\n".encode("utf-16"), "file_nul", {"line": 2}),
        (b"name;phone\n" + b"x" * (limits.MAX_FIELD + 1) + b";1\n", "field_too_long", {"line": 2}),
        (b"x" * (limits.MAX_LINE + 9), "line_too_long", {"line": 1}),
        (b"name;phone\nA;1\n" + b"x" * (3 * limits.MAX_LINE), "line_too_long", {"line": 3}),
    ],
)  # fmt: skip
def test_what_cannot_be_read(write: Write, content: bytes, code: str, data: dict[str, object]) -> None:
    error = refused(write(content))
    assert error.code == code
    assert {key: error.data[key] for key in data} == data


def test_an_undecodable_byte_far_inside_is_named_exactly(write: Write) -> None:
    lines = [b"%d;name;08" % n for n in range(40_000)]
    lines[31_234] = b"1;\x81;2"  # cp1252 has no character there
    content = b"\r\n".join([HEADER.encode(), *lines])
    error = refused(write(content), "cp1252")
    assert (error.data["line"], error.data["byte"]) == (31_236, content.index(b"\x81") + 1)
    utf8 = refused(write(content))
    assert (utf8.data["line"], utf8.data["byte"]) == (31_236, content.index(b"\x81") + 1)


@pytest.mark.parametrize("name", ["klingon", "rot13", "zlib", "unicode_escape", "", "\0", "../utf-8", "é"])
def test_an_encoding_that_is_none(write: Write, name: str) -> None:
    error = refused(write(TEXT.encode()), name)
    assert error.code == "encoding_unknown"
    assert "cp1252" in error.data["known"]


def test_a_mark_and_an_option_that_contradict(write: Write) -> None:
    error = refused(write(TEXT.encode("utf-16")), "cp1252")
    assert (error.code, error.data["given"]) == ("file_mark", "cp1252")


def test_a_huge_line_is_never_held_whole(write: Write) -> None:
    path = write(b"name;phone\nA;1\n" + b"x" * (30 << 20))
    tracemalloc.start()
    assert refused(path).code == "line_too_long"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 * limits.MAX_LINE


def test_a_huge_file_is_not_even_opened_for_long(write: Write) -> None:
    path = write(b"name;phone\nA;1\n")
    with path.open("r+b") as file:
        file.truncate(limits.MAX_FILE + 1)  # sparse: on no disk
    assert refused(path).code == "file_too_long"


def test_a_long_field_within_the_limit_comes_in(write: Write) -> None:
    assert read(write(b"name;phone\n" + b"x" * limits.MAX_FIELD + b";1\n"))[0][0] == 2


def test_bad_rows_are_told_and_the_others_read(write: Write) -> None:
    path = write(b'name;phone\nA;1\nB\nC;2;x;y\n"D" d;3\n"E\nF" f;4\nG;5\n'.replace(b'"E\nF" f;4\n', b""))
    told: list[tuple[int, str, list[str]]] = []
    found = layout.sniff(path)
    good = list(reader.rows(found, lambda *bad: told.append(bad)))
    assert good == [(2, ["A", "1"]), (6, ["G", "5"])]
    assert told == [
        (3, "row_short", ["B"]),
        (4, "row_long", ["C", "2", "x", "y"]),
        (5, "quote_inside", ["D d", "3"]),
    ]


def test_where_a_row_ends_must_be_clear(write: Write) -> None:
    for content, code in (
        (b'name;phone\n"A;1\nB;2\n', "quote_open"),
        (b'name;phone\n"A\nB"x;1\n', "quote_inside"),
    ):
        with pytest.raises(Invalid) as caught:
            list(reader.rows(layout.sniff(write(content)), lambda *bad: None))
        assert caught.value.code == code


def test_columns_of_a_file_of_rejects_are_passed_over(write: Write) -> None:
    found = layout.sniff(write(b"name;phone;reject_line;Reject Reason\nA;1;2;why\n"))
    assert (found.columns, found.mended) == (("name", "phone"), True)
    assert found.fields == ("name", "phone", None, None)


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"), ("@x", "'@x"), ("-x", "'-x"), ("\tx", "'\tx"), ("＝1", "'＝1"), ("|x", "'|x"),
        ("'=1", "''=1"), ("+62 812", "'+62 812"),
        ("-36.4", "-36.4"), ("+6281234567890", "+6281234567890"), ("x=1", "x=1"), ("", ""), ("'a", "'a"),
    ],
)  # fmt: skip
def test_no_cell_runs_in_a_spreadsheet(cell: str, safe: str) -> None:
    import re

    assert rules.guard(cell) == safe
    # taking it away again gives what was there
    assert (safe[1:] if re.match(rules.GUARDED, safe) else safe) == cell


def test_what_is_shown_of_a_rejected_value() -> None:
    assert rules.mask("age", "forty") == "forty"
    assert rules.mask("phone", "0812-345") == "0••••••5"
    assert rules.mask("email", "ab") == "••"
    assert rules.mask("name", "") == ""
    assert rules.mask("external_id", "A17") == "A17"


def test_common_encodings_are_known() -> None:
    assert [source.known_encoding(name) for name in source.COMMON]
