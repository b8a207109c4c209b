"""Bands of promised against bought, and the interval beside a rate."""

from __future__ import annotations

import itertools
import random

import pytest

from leadtui.scoring.calibration import Calibration, sigmoid
from leadtui.scoring.reliability import SMALLEST, band_of, bands, wilson


def test_bands_cover_everything_once_and_none_is_small():
    rng = random.Random(1)  # noqa: S311  made-up data
    p = [rng.random() ** 3 for _ in range(3_000)]
    y = [int(rng.random() < value) for value in p]
    table = bands(p, y)
    assert table[0].low == 0.0
    assert table[-1].high == 1.0
    assert all(a.high == b.low for a, b in itertools.pairwise(table))
    assert all(band.n >= SMALLEST for band in table)
    assert (sum(band.n for band in table), sum(band.bought for band in table)) == (3_000, sum(y))
    for band in table:
        inside = [value for value in p if band.low <= value < band.high]
        assert len(inside) == band.n
        assert band.promised == pytest.approx(sum(inside) / len(inside))


def test_few_calls_make_one_band_and_none_make_none():
    assert bands([], []) == ()
    (only,) = bands([0.1, 0.9], [0, 1])
    assert (only.low, only.high, only.n, only.rate) == (0.0, 1.0, 2, 0.5)


def test_the_band_of_a_score():
    table = bands([0.01] * 60 + [0.65] * 60, [0] * 60 + [1] * 40 + [0] * 20)
    assert band_of(0.0, table).bought == 0
    assert band_of(0.66, table).bought == 40
    assert band_of(1.0, table) is table[-1]
    assert band_of(0.5, ()) is None


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_against_published_values(hits, n, low, high):
    """R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3."""
    assert wilson(hits, n) == pytest.approx((low, high), abs=5e-5)


def test_wilson_of_nothing_is_everything():
    assert wilson(0, 0) == (0.0, 1.0)


def test_calibration_is_linear_in_log_odds_and_does_not_overflow():
    assert Calibration(2.0, -1.0).log_odds(0.5) == 0.0
    assert Calibration(2.0, -1.0).probability(0.5) == 0.5
    assert sigmoid(-1e4) == 0.0
    assert sigmoid(1e4) == 1.0
