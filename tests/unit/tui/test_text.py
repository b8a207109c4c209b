"""Nothing hostile gets through, nothing harmless is lost."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from leadtui.text import HostileFilter, cell, clean, cut, plain, width

HOSTILE = [
    ("Budi\x1b[31m Merah", "Budi Merah"),
    ("a\x1b]52;c;ZXZpbA==\x07b", "ab"),
    ("a\x1b]0;title\x1b\\b", "ab"),
    ("a\x9b31mb", "ab"),
    ("a\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "alink"),
    ("no\x1b]0;end", "no0;end"),
    ("\x1bPdcs\x1b\\x", "x"),
    ("\x1bc", ""),
    ("Ayu\u202eitseL", "AyuitseL"),
    ("a\u2066b\u2069c", "abc"),
    ("Z\u200be\u200dro\ufeff", "Zero"),
    ("tab\tnew\r\nline", "tab new line"),
    ("para\u2028graph", "para graph"),
    ("lone\ud800", "lone"),
    ("heart\ufe0f", "heart"),
    ("\U000e0041tag", "tag"),
    ("nul\x00", "nul"),
    ("del\x7f", "del"),
]


@pytest.mark.parametrize(("data", "shown"), HOSTILE)
def test_controls_and_sequences_go(data: str, shown: str) -> None:
    assert clean(data) == shown


@pytest.mark.parametrize(
    "name", ["Budi [/] Santoso", "[@click=app.quit]x[/]", "山田太郎", "Müller", "a\u0301", "’–…"]
)
def test_what_is_harmless_stays(name: str) -> None:
    assert clean(name) == name
    assert plain(name).plain == name
    assert plain(name).spans == []


@given(st.text())
def test_nothing_that_moves_a_terminal_is_left(text: str) -> None:
    shown = clean(text)
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
    assert "\x1b" not in shown
    assert clean(shown) == shown
    shown.encode()


def test_line_breaks_stay_where_they_are_wanted() -> None:
    assert clean("one\r\ntwo\rthree\tfour", lines=True) == "one\ntwo\nthree four"
    assert clean(None) == ""
    assert clean(12) == "12"


def test_cut_leaves_no_blank_or_comma_before_the_mark() -> None:
    assert cut("Maria Fransiska Wattimena", 19) == "Maria Fransiska Wa…"
    assert cut("Maria Fransiska", 7) == "Maria…"
    assert cut("Santoso, Budi", 10) == "Santoso…"
    assert cut("Budi", 4) == "Budi"
    assert cut("Budi", 0) == ""
    assert cut("Budi", 1) == "…"


@given(st.text(), st.integers(0, 40))
def test_a_cell_is_exactly_as_wide_as_asked(text: str, cells: int) -> None:
    assert width(cell(text, cells)) == cells
    assert width(cell(text, cells, "right")) == cells
    assert width(cut(clean(text), cells)) <= cells


def test_double_width_names_are_cut_by_cells() -> None:
    assert width(cut("山" * 30, 19)) <= 19
    assert cell("山田", 3) == "山…"


def test_the_filter_cleans_every_segment_and_keeps_the_width() -> None:
    style = Style(bold=True)
    black = Color.parse("#000")
    dirty = [Segment("a\x1b[2J\u202eb", style), Segment("ok"), Segment("", None, [(1,)])]  # type: ignore[list-item]
    got = HostileFilter().apply(dirty, black)
    assert [(segment.text, segment.style, segment.control) for segment in got] == [
        ("a[2Jb", style, None),
        ("ok", None, None),
        ("", None, None),
    ]
    assert Segment.get_line_length(got) == Segment.get_line_length(dirty[:2])
    harmless = [Segment("plain", style)]
    assert HostileFilter().apply(harmless, black) is harmless
