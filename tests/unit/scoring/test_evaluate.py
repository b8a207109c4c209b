"""The figures' definitions, on cases worked out by hand, and against the project's independent judge."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys

import numpy as np
import pytest

from leadtui.scoring.train.evaluate import (
    auc,
    bought_before,
    calling_days,
    ece,
    figures,
    forward_blocks,
    reach,
    stratified_folds,
    within_day,
)

Y = np.array([1, 0, 1, 0])


def test_auc_counts_ties_half():
    assert auc(Y, np.array([0.9, 0.1, 0.8, 0.2])) == 1.0
    assert auc(Y, np.full(4, 0.5)) == 0.5
    assert auc(Y, np.array([0.5, 0.5, 0.9, 0.1])) == 0.875
    assert np.isnan(auc(np.ones(3, dtype=int), np.arange(3.0)))


def test_within_day_weighs_days_by_their_pairs():
    y = np.array([1, 0, 1, 0, 0, 0])
    p = np.array([0.9, 0.1, 0.1, 0.9, 0.9, 0.5])
    day = np.array([1, 1, 2, 2, 2, 3])
    assert within_day(y, p, day) == pytest.approx((1.0 * 1 + 0.0 * 2) / 3)


def test_within_day_needs_no_sorted_days_and_is_absent_without_pairs():
    y, p = np.array([1, 1, 0, 0]), np.array([0.9, 0.1, 0.2, 0.8])
    assert within_day(y, p, np.array([2, 1, 2, 1])) == 0.5
    assert np.isnan(within_day(y, p, np.array([1, 1, 2, 2])))


def test_reach_is_the_share_of_sales_in_the_best_part():
    y = np.array([1, 1, 0, 0, 0, 0, 0, 0, 0, 0])
    p = np.linspace(1, 0, 10)
    assert reach(y, p, 0.1) == 0.5
    assert figures(y, p)["lift@10%"] == 5.0
    assert figures(y, p)["top_half"] == 1.0


def test_calibration_error_by_hand():
    y = np.array([1, 0, 0, 0])
    p = np.array([0.25, 0.25, 0.25, 0.25])
    assert ece(y, p) == pytest.approx(0.0)
    assert ece(y, np.full(4, 0.75)) == pytest.approx(0.5)


def test_a_perfect_and_a_constant_prediction():
    found = figures(Y, np.full(4, 0.5), np.array([1, 1, 2, 2]))
    assert found["brier"] == 0.25
    assert found["log_loss"] == pytest.approx(np.log(2))
    assert found["alift"] == pytest.approx(0.5)
    assert "ece" not in figures(Y, np.full(4, 0.5), probability=False)


def test_days_are_runs_of_the_same_key():
    assert calling_days(["mon", "mon", "tue", "mon", "mon"]).tolist() == [1, 1, 2, 3, 3]


def test_folds_are_stratified_and_seeded():
    y = np.array([1] * 23 + [0] * 101)
    fold = stratified_folds(y, 5, seed=3)
    assert sorted(np.bincount(fold[y == 1])) == [4, 4, 5, 5, 5]
    assert np.bincount(fold[y == 0]).min() >= 20
    assert (fold == stratified_folds(y, 5, seed=3)).all()
    assert (fold != stratified_folds(y, 5, seed=4)).any()


def test_forward_blocks_only_look_back_and_cover_the_rest():
    blocks = forward_blocks(21_188 + 20_000, 20_000, 500)
    assert len(blocks) == 43
    assert blocks[0] == (20_000, 20_500)
    assert blocks[-1] == (41_000, 41_188)
    assert all(a[1] == b[0] for a, b in itertools.pairwise(blocks))


def test_the_rule_of_thumb_puts_buyers_first_then_fewer_contacts():
    rule = bought_before(np.array([0.0, 1.0, 0.0, 1.0]), np.array([1.0, 9.0, np.nan, 2.0]))
    assert np.argsort(-rule, kind="stable").tolist() == [3, 1, 0, 2]


def test_the_same_figures_as_the_independent_judge(uci, tmp_path):
    judge = uci.parent.parent / "tools" / "judge_uci.py"
    if not judge.exists():
        pytest.skip("the independent judge is not here")
    from leadtui.scoring.codes import POUTCOME
    from leadtui.scoring.train.files import read_training_file
    from leadtui.scoring.train.protocol import compare

    data = read_training_file(uci / "bank-additional-full.csv")
    assert data.day[-1] == 488
    # any probability will do: one with ties, from columns alone, on the rows of the forward protocol
    rows = np.arange(20_000, len(data))
    p = np.round(0.05 + 0.5 * (data.columns["contact"] == 1) * data.columns["age"] / 120, 2)[rows]
    predictions = tmp_path / "p.csv"
    predictions.write_text(
        "row,p\n" + "\n".join(f"{row},{float(v)!r}" for row, v in zip(rows, p, strict=True))
    )
    told = subprocess.run(
        [sys.executable, str(judge), str(predictions), "--data", str(uci / "bank-additional-full.csv")],
        capture_output=True, text=True, check=True, timeout=120,
    ).stdout  # fmt: skip
    ours = compare(
        data.y[rows], p, data.day[rows],
        {name: values[rows] for name, values in data.columns.items()}, float(POUTCOME["success"]),
    )  # fmt: skip
    lines = {line.split()[0]: line for line in told.splitlines()[1:]}
    assert lines.keys() == ours.keys()
    for name, line in lines.items():
        theirs = {key: float(value) for key, value in re.findall(r"(\S+) (\d\.\d{4})", line)}
        assert theirs, line
        for key, value in theirs.items():
            if name == "bought_before" or key != "n":
                assert ours[name][key] == pytest.approx(value, abs=5.1e-5), (name, key)
