"""When a call may be agreed on: windows, holidays, zones. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadtui.core.errors import Invalid
from leadtui.core.leads.dto import Zone
from leadtui.core.policy import Policy, window_open
from leadtui.core.tasks.rules import closed, refuse_closed

WIB = ZoneInfo("Asia/Jakarta")
WIT = ZoneInfo("Asia/Jayapura")
POLICY = Policy()
NOW = datetime(2027, 3, 10, 12, tzinfo=WIB)
"""A Wednesday."""


def wib(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, 3, day, hour, minute, tzinfo=WIB)


def test_inside_the_hours_nothing_is_refused() -> None:
    assert closed(POLICY, Zone.WIB, wib(11, 8)) is None
    refuse_closed(POLICY, Zone.WIB, wib(11, 17, 59))


@pytest.mark.parametrize(
    ("at", "nearest"),
    [
        (wib(11, 19), (wib(11, 17, 45), wib(12, 8))),
        (wib(12, 6), (wib(12, 8), wib(11, 17, 45))),
        (wib(14, 10), (wib(13, 17, 45), wib(15, 8))),  # a Sunday
        (wib(10, 19), (wib(10, 17, 45), wib(11, 8))),
    ],
)
def test_the_nearest_times_are_named_the_closest_first(at: datetime, nearest: tuple[datetime, ...]) -> None:
    found = closed(POLICY, Zone.WIB, at, NOW)
    assert found is not None
    assert (found.why, found.nearest) == ("window", nearest)


def test_what_is_past_is_not_proposed() -> None:
    found = closed(POLICY, Zone.WIB, wib(10, 20), wib(10, 18, 30))
    assert found is not None
    assert found.nearest == (wib(11, 8),)


def test_the_customers_clock_counts() -> None:
    seventeen = datetime(2027, 3, 11, 16, 30, tzinfo=WIB)  # 18:30 in Jayapura
    found = closed(POLICY, Zone.WIT, seventeen, NOW)
    assert found is not None
    assert found.nearest[0] == datetime(2027, 3, 11, 17, 45, tzinfo=WIT)
    unknown = closed(POLICY, None, seventeen, NOW)  # not allowed in all three
    assert unknown is not None
    assert all(window_open(POLICY, None, at) for at in unknown.nearest)


def test_a_holiday_is_a_holiday_and_a_sunday_only_a_closed_day() -> None:
    policy = replace(POLICY, holidays=frozenset({date(2027, 3, 11), date(2027, 3, 14)}))
    holiday, sunday = closed(policy, Zone.WIB, wib(11, 10), NOW), closed(policy, Zone.WIB, wib(14, 10), NOW)
    assert holiday is not None
    assert sunday is not None
    assert (holiday.why, sunday.why) == ("holiday", "window")
    assert holiday.nearest == (wib(10, 17, 45), wib(12, 8))


def test_the_refusal_carries_what_a_front_door_needs() -> None:
    with pytest.raises(Invalid) as caught:
        refuse_closed(POLICY, Zone.WITA, wib(14, 10), NOW, field="due_at")
    assert caught.value.fields == {"due_at": "when_closed"}
    assert (caught.value.data["why"], caught.value.data["zone"]) == ("window", int(Zone.WITA))
    assert len(caught.value.data["nearest"]) == 2


def test_a_bank_without_hours_refuses_nothing() -> None:
    assert closed(replace(POLICY, window_enabled=False), None, wib(14, 3)) is None


@given(
    minutes=st.integers(-720, 44_000),
    zone=st.sampled_from([None, *Zone]),
    holiday=st.dates(date(2027, 3, 10), date(2027, 4, 10)),
)
def test_what_is_proposed_is_allowed(minutes: int, zone: Zone | None, holiday: date) -> None:
    policy = replace(POLICY, holidays=frozenset({holiday}))
    moment = NOW + timedelta(minutes=minutes)
    found = closed(policy, zone, moment, NOW)
    assert (found is None) == window_open(policy, zone, moment)
    if found is not None:
        assert found.nearest
        assert all(window_open(policy, zone, one) and (one > NOW or one > moment) for one in found.nearest)
