"""Reasons: what is said, how it is packed, and an account that always adds up."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadtui.scoring.calibration import sigmoid
from leadtui.scoring.reasons import (
    THRESHOLD,
    Group,
    Reason,
    pack,
    top_reasons,
    unpack,
    waterfall,
    whole_points,
)

deltas = st.lists(st.floats(-6, 6, allow_nan=False), min_size=len(Group), max_size=len(Group))


def test_only_what_is_large_enough_is_said_and_never_the_market_or_other():
    values = [0.0] * len(Group)
    values[Group.OTHER], values[Group.MARKET] = 3.0, -3.0
    values[Group.AGE], values[Group.JOB] = 0.0999, -0.1
    assert top_reasons(values) == (Reason(Group.JOB, -0.1),)


def test_the_largest_three_in_order_and_ties_by_group():
    values = [0.0] * len(Group)
    values[Group.JOB], values[Group.AGE], values[Group.CREDIT], values[Group.HISTORY] = 0.5, 0.5, -0.7, 0.2
    assert [reason.group for reason in top_reasons(values)] == [Group.CREDIT, Group.AGE, Group.JOB]


def test_nothing_to_say_is_close_to_the_average():
    assert top_reasons([0.05] * len(Group)) == ()
    assert pack(()) == 0
    assert unpack(0) == ()


@given(deltas)
def test_packing_keeps_groups_and_deltas_to_a_step(values):
    reasons = top_reasons(values)
    back = unpack(pack(reasons))
    assert [reason.group for reason in back] == [reason.group for reason in reasons]
    assert all(abs(a.delta - b.delta) <= 0.0025 + 1e-12 for a, b in zip(back, reasons, strict=True))
    assert 0 <= pack(reasons) < 2**63


def test_a_delta_beyond_the_slot_saturates():
    assert unpack(pack([Reason(Group.HISTORY, 99.0)]))[0].delta == pytest.approx(10.235)
    assert unpack(pack([Reason(Group.HISTORY, -99.0)]))[0].delta == pytest.approx(-10.24)


@given(st.floats(-7, 7), deltas, st.one_of(st.none(), st.integers(0, 5)))
def test_the_account_always_adds_up(start, values, limit):
    account = waterfall(start, values, limit)
    points = [line.points for line in account.lines]
    assert account.start + sum(points) == account.total
    assert account.start == whole_points(sigmoid(start))
    assert account.total == whole_points(sigmoid(start + math.fsum(values)))
    assert account.lines[-1].group is Group.OTHER
    assert len(account.lines) <= (len(Group) if limit is None else limit + 1)


@given(st.floats(-7, 7), deltas)
def test_every_line_is_its_exact_value_rounded_down_or_up(start, values):
    account = waterfall(start, values)
    log_odds, before = start, sigmoid(start)
    for line in account.lines[:-1]:
        log_odds += line.delta
        exact = 100 * (sigmoid(log_odds) - before)
        before = sigmoid(log_odds)
        assert abs(line.points - exact) < 1 + 1e-9
        assert line.points * line.delta >= 0  # a reason for the sale never takes points away


@given(st.floats(-7, 7), deltas)
def test_lines_come_largest_first_and_their_deltas_sum_to_the_score(start, values):
    account = waterfall(start, values)
    sizes = [abs(line.delta) for line in account.lines[:-1]]
    assert sizes == sorted(sizes, reverse=True)
    assert all(size >= THRESHOLD for size in sizes)
    assert math.fsum(line.delta for line in account.lines) == pytest.approx(math.fsum(values), abs=1e-9)


def test_the_picture_of_the_look():
    """38 % on average; history, channel and balance lift it, attempts take some back."""
    values = [0.0] * len(Group)
    values[Group.HISTORY], values[Group.CHANNEL], values[Group.ATTEMPTS] = 0.57, 0.29, -0.16
    account = waterfall(math.log(0.38 / 0.62), values)
    assert (account.start, account.total) == (38, 55)
    assert [(line.group, line.points) for line in account.lines] == [
        (Group.HISTORY, 14), (Group.CHANNEL, 7), (Group.ATTEMPTS, -4), (Group.OTHER, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(("p", "points"), [(0.0, 0), (0.005, 1), (0.125, 13), (0.6149, 61), (1.0, 100)])
def test_points_round_half_up(p, points):
    assert whole_points(p) == points
