"""Mutations of valid files: whatever stands in them, an import ends with counts that add up or one sentence.

`LEADTUI_FUZZ=20000 pytest tests/db/test_imports_fuzz.py` tries for as long as one likes.
"""

from __future__ import annotations

import codecs
import faulthandler
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadtui import error_words, wording
from leadtui.core.ctx import Ctx
from leadtui.core.errors import Invalid
from leadtui.core.imports import codes, layout
from leadtui.core.imports.dto import ImportFile, ImportReport, ImportStatus, OnDuplicate, RejectedRow
from leadtui.core.imports.service import import_file
from leadtui.text import CONTROL
from tests.conftest import MakeCtx, OneConnection

EXAMPLES = int(os.environ.get("LEADTUI_FUZZ", "120"))

CONTACTS = (
    "external_id;name;phone;email;city;province;consent;do_not_call;balance;income;credit_score\r\n"
    '1;"Sari Dewi";0812-3456-7890;sari@example.com;Bandung;Jawa Barat;yes;no;;12000000;720\r\n'
    "2;José Çelik;+44 20 7946 0958;;Córdoba;;no;yes;;;\r\n"
    '3;"A ""B""; C";081234567892;;Solo;;ya;;;5.50;0\r\n'
    "\r\n"
    "4;Budi;081234567893;b@c.id;;;;;;;1000\r\n"
)
MODEL = (
    "age;job;marital;education;default;housing;loan;contact;campaign;pdays;previous;poutcome;y\n"
    "56;housemaid;married;basic.4y;no;no;no;telephone;1;999;0;nonexistent;no\n"
    "37;services;married;high.school;unknown;yes;no;cellular;2;3;1;success;yes\n"
)
SEEDS = (
    CONTACTS.replace(";balance", ";source").encode(),
    ("sep=,\n" + "name,phone\nSiti,081234567890\nBudi,081234567891\n").encode(),
    codecs.BOM_UTF16_LE + CONTACTS.replace(";balance", ";source").encode("utf-16-le"),
    codecs.BOM_UTF8 + b"name\tphone\tcity\nSiti\t0812\tSolo\n",
    "name;phone\rJosé;081234567890\rÇ;081234567891\r".encode("cp1252"),
    MODEL.encode(),
    b"name;phone;reject_line;reject_reason\n'=A;081234567890;3;why\n",
)
TOKENS = (
    b"\x00", b'"', b'""', b"\r", b"\n", b"\r\n", b";", b",", b"\t", b"\\.", b"\\N", b"\\", b"\n\\.\n",
    b"\xff", b"\xe9", b"\xc3", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"\x1b[31m", b"\xe2\x80\xae", b"\x1a",
    b"\x85",
    codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"sep=;\n", b"NaN", b"1e309", b"-1", b"9" * 30,
    b"x" * 40_000, b";" * 70, b"=cmd|x", b"'", b"\xef\xbc\x9d", b" ", b"\xc2\xa0", b"yes", b"\x00\xd8", b"%s",
)  # fmt: skip

PLACE = st.floats(0, 1, exclude_max=True)
OPERATION = st.one_of(
    st.tuples(st.just("insert"), PLACE, st.sampled_from(TOKENS)),
    st.tuples(st.just("insert"), PLACE, st.binary(min_size=1, max_size=6)),
    st.tuples(st.just("put"), PLACE, st.binary(min_size=1, max_size=1)),
    st.tuples(st.just("delete"), PLACE, st.integers(1, 40)),
    st.tuples(st.just("cut"), PLACE, st.none()),
    st.tuples(st.just("repeat"), PLACE, st.tuples(st.integers(1, 120), st.integers(1, 4))),
    st.tuples(st.just("move"), PLACE, PLACE),
)


def mutate(content: bytes, operations: list[tuple[str, float, object]]) -> bytes:
    for what, where, value in operations:
        at = int(where * (len(content) + 1))
        match what, value:
            case "insert", bytes():
                content = content[:at] + value + content[at:]
            case "put", bytes():
                content = content[:at] + value + content[at + 1 :]
            case "delete", int():
                content = content[:at] + content[at + value :]
            case "cut", _:
                content = content[:at]
            case "repeat", (int() as n, int() as times):
                content = content[:at] + content[at : at + n] * (times + 1) + content[at + n :]
            case "move", float():
                content = content[at:] + content[:at]
    return content


class Rows:
    """A sink that looks at what it is given."""

    def __init__(self) -> None:
        self.lines: list[int] = []

    def begin(self, titles: tuple[str, ...], delimiter: str) -> None:
        self.titles = titles
        assert delimiter in layout.DELIMITERS

    def write(self, row: RejectedRow) -> None:
        assert len(row.cells) == len(self.titles)
        assert row.rejects
        assert not [cell for cell in row.cells if CONTROL.search(cell.replace("\n", "").replace("\t", ""))]
        self.lines.append(row.line)

    def publish(self) -> None:
        assert self.lines == sorted(set(self.lines))


@pytest.fixture
def never_for_ever() -> Iterator[None]:
    faulthandler.dump_traceback_later(max(60, EXAMPLES), exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


@settings(
    max_examples=EXAMPLES,
    deadline=10_000,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    seed=st.sampled_from(SEEDS),
    operations=st.lists(OPERATION, min_size=0, max_size=5),
    encoding=st.sampled_from([None] * 6 + ["cp1252", "utf-16", "gb18030", "shift_jis", "utf-32", "latin-1"]),
    skip_bad=st.booleans(),
    choice=st.sampled_from(OnDuplicate),
    dry_run=st.sampled_from([False, False, True]),
)
def test_no_file_makes_a_traceback_or_a_hang(
    ctx: Ctx, db: OneConnection, tmp_path: Path, never_for_ever: None, seed: bytes,
    operations: list[tuple[str, float, object]], encoding: str | None, skip_bad: bool, choice: OnDuplicate,
    dry_run: bool,
) -> None:  # fmt: skip
    path = tmp_path / "x.csv"
    path.write_bytes(mutate(seed, operations))
    before = leads(db)
    sink = Rows()
    command = ImportFile(path, dry_run, encoding=encoding, skip_bad=skip_bad, on_duplicate=choice)
    outcome: ImportReport | Invalid
    try:
        outcome = import_file(ctx, command, None, sink)
    except Invalid as error:
        outcome = error
    if isinstance(outcome, Invalid):
        assert_one_sentence(outcome)
        assert leads(db) == before
        return
    report = outcome
    assert report.read == (
        report.added + report.changed + report.unchanged + report.rejected + report.skipped
    )
    assert len(sink.lines) == report.rejected
    assert {reject.code for reject in report.rejects} <= set(codes.REJECTS)
    came = report.added if report.status is ImportStatus.COMMITTED else 0
    assert leads(db) == before + came
    if report.status is ImportStatus.REJECTED:
        assert not skip_bad


@pytest.fixture
def ctx(as_role: MakeCtx) -> Ctx:
    return as_role("admin")


def leads(db: OneConnection) -> int:
    with db.owner() as connection:
        row = connection.execute("select count(*) from lead").fetchone()
    assert row is not None
    return int(row[0])


def assert_one_sentence(error: Invalid) -> None:
    assert error.code in codes.FILE_ERRORS
    error_words.register()
    assert codes.FILE_ERRORS[error.code].format_map(error.data)
    sentence = wording.error_sentence(error)
    assert sentence.endswith((".", "”"))
    assert CONTROL.search(sentence) is None
