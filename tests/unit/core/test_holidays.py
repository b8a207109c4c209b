"""Days off as people write them, as files hold them and as the country decrees them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from leadtui.core.errors import Invalid
from leadtui.core.holidays import files, shipped
from leadtui.core.holidays.dto import HolidayKind
from leadtui.core.holidays.rules import read_day, read_zone
from leadtui.core.leads.dto import Zone


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-31", date(2026, 12, 31)),
        ("2026/1/5", date(2026, 1, 5)),
        ("31/12/2026", date(2026, 12, 31)),
        ("5-1-2026", date(2026, 1, 5)),
        ("31.12.2026", date(2026, 12, 31)),
        ("31 Desember 2026", date(2026, 12, 31)),
        ("17 Agu 2026", date(2026, 8, 17)),
        ("1 january 2027", date(2027, 1, 1)),
        ("2028-02-29", date(2028, 2, 29)),
        ("2026-12-31T00:00:00", date(2026, 12, 31)),
        ("2027-02-29", None),
        ("12/31/2026", None),
        ("31/12/26", None),
        ("1999-12-31", None),
        ("2101-01-01", None),
        ("besok", None),
        ("32 Januari 2026", None),
        ("46022", None),
        ("", None),
    ],
)
def test_a_day_as_people_write_it(text: str, day: date | None) -> None:
    assert read_day(text) == day


def test_zones() -> None:
    assert [read_zone(text) for text in ("wib", " WITA ", "3", "WTF")] == [
        Zone.WIB,
        Zone.WITA,
        Zone.WIT,
        None,
    ]


def write(path: Path, text: str | bytes) -> Path:
    file = path / "libur.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_a_file_with_everything_that_excel_does_to_it(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "\ufeffTanggal;Nama;Zona\r\n31/12/2026;Ulang tahun bank;\r\n\r\n"
        '2027-03-08;"Nyepi; di Bali";WITA\r\n8 Maret 2027;Rapat;wib\r\n',
    )
    found = files.read(file)
    assert [(one.day, one.name, one.zone) for one in found] == [
        (date(2026, 12, 31), "Ulang tahun bank", None),
        (date(2027, 3, 8), "Nyepi; di Bali", Zone.WITA),
        (date(2027, 3, 8), "Rapat", Zone.WIB),
    ]
    assert {(one.kind, one.source) for one in found} == {(HolidayKind.OWN, "libur.csv")}


def test_columns_in_another_order_and_none_named(tmp_path: Path) -> None:
    assert files.read(write(tmp_path, "name,date\nHari X,2026-01-02\n"))[0].day == date(2026, 1, 2)
    assert files.read(write(tmp_path, "2026-01-02,Hari X\n2026-01-03,Hari Y"))[1].name == "Hari Y"


def test_every_wrong_line_is_named(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "date,name,zone\n2026-13-01,A\n2026-01-02,\n,B\n2026-01-03,C,Mars\n2026-01-04,D\n2026-01-04,E\n"
        "2026-01-05\n2026-01-06,F,WIB,extra\n2026-01-07,\x1b[31mred\x1b[0m,\n",
    )
    with pytest.raises(Invalid) as caught:
        files.read(file)
    assert caught.value.code == "holiday_lines"
    assert [(bad.line, bad.code, bad.value) for bad in caught.value.data["bad"]] == [
        (2, "holiday_date", "2026-13-01"),
        (3, "holiday_name", ""),
        (4, "holiday_no_date", ""),
        (5, "holiday_zone", "Mars"),
        (7, "holiday_twice", "2026-01-04"),
        (8, "holiday_columns", "2026-01-05"),
        (9, "holiday_columns", "2026-01-06, F, WIB, extra"),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"\n \n", "file_empty"),
        (b"date,name\n", "file_no_rows"),
        (b"hello,world\n", "holiday_header"),
        (b"PK\x03\x04rest of a workbook", "file_spreadsheet"),
        (b"date,name\n2026-01-02,\xff\xfe\n", "file_encoding"),
        (b'date,name\n2026-01-02,"open\n', "quote_open"),
        (b'date,name\n2026-01-02,"a"b\n', "quote_inside"),
        (b"date,name\n2026-01-02,a\x00b\n", "file_nul"),
    ],
)
def test_files_that_are_none(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        files.read(write(tmp_path, content))
    assert caught.value.code == code


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "no.csv", "file_missing"), (tmp_path, "file_not_regular")):
        with pytest.raises(Invalid) as caught:
            files.read(path)
        assert caught.value.code == code


def test_indonesias_year() -> None:
    found = shipped.indonesia(2026, 2027)
    assert {day.year for day in found} == {2026, 2027}
    independence = found[date(2026, 8, 17)]
    assert (independence.name, independence.name_en) == (
        "Hari Kemerdekaan Republik Indonesia",
        "Independence Day",
    )
    assert (independence.kind, independence.estimated, independence.zone) == (
        HolidayKind.NATIONAL,
        False,
        None,
    )
    # 24 December is joint leave, Idul Fitri of 2027 waits for the moon
    assert found[date(2026, 12, 24)].kind is HolidayKind.JOINT_LEAVE
    eid = [one for one in found.values() if one.estimated]
    assert eid
    assert not any("perkiraan" in one.name or "estimated" in (one.name_en or "") for one in found.values())
    assert list(found) == sorted(found)
