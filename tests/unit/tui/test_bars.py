"""Bars, marks, whiskers and big digits as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadtui.text import width
from leadtui.widgets.bars import bar, hundred_marks, left_bar, scale_of, whisker
from leadtui.widgets.digits import big, big_width, blanks_that_fit

shares = st.floats(-0.5, 1.5, allow_nan=False)


def test_bars_grow_in_eighths_without_a_track() -> None:
    assert [bar(share, 8) for share in (0, 1 / 64, 0.5, 0.51, 1)] == ["", "▏", "████", "████▏", "████████"]
    assert bar(0.67 / 0.72, 8) == "███████▌"


@given(shares, st.integers(1, 40))
def test_a_bar_stays_in_its_column(share: float, cells: int) -> None:
    assert width(bar(share, cells)) <= cells
    assert width(left_bar(share, cells)) == cells


def test_left_bars_are_made_of_halves_and_never_vanish() -> None:
    assert left_bar(0.5, 3) == " ▐█"
    assert left_bar(0.01, 3) == "  ▐"
    assert left_bar(0, 3) == "   "
    assert left_bar(1, 3) == "███"


@pytest.mark.parametrize(
    ("best", "scale"), [(0.67, 0.72), (0.72, 0.72), (0.0, 0.08), (0.99, 1.0), (1.0, 1.0)]
)
def test_the_scale_is_the_best_rounded_up(best: float, scale: float) -> None:
    assert scale_of(best) == pytest.approx(scale)


@given(st.integers(0, 100))
def test_a_hundred_marks_are_a_hundred(bought: int) -> None:
    rows = hundred_marks(bought)
    assert len(rows) == 4
    assert all(len(row) == 29 for row in rows)
    assert "".join(rows).count("•") == bought
    assert "".join(rows).count("◦") == 100 - bought


def test_fewer_than_a_hundred_are_fewer() -> None:
    assert hundred_marks(2, 7) == ["••◦◦◦ ◦◦"]
    assert hundred_marks(9, 7) == ["••••• ••"]
    assert hundred_marks(0, 0) == []


def test_a_whisker_holds_its_dot() -> None:
    assert whisker(0.0, 0.5, 1.0, 11) == ("─────●─────", 5)
    drawn, dot = whisker(0.0, 0.0, 0.18, 11, top=0.5)
    assert drawn == "●────      "
    assert dot == 0


def test_digits_are_square_and_tell_5_from_s() -> None:
    assert big("5") == ("┏━╸", "┗━┓", "╺━┛")
    rows = big("0812 5550 0134")
    assert {len(row) for row in rows} == {big_width("0812 5550 0134")} == {40}
    assert big("16%")[2].endswith("%")
    # 13 digits: whole blanks, thin ones, none, not at all
    assert [blanks_that_fit("0812 3456 78901", cells) for cells in (43, 42, 40, 38)] == [2, 1, 0, None]
    assert len({big(digit) for digit in "0123456789"}) == 10
