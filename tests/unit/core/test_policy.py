"""Business settings and the hours that follow from them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadtui.core.errors import Invalid
from leadtui.core.leads.dto import Consent, Zone
from leadtui.core.policy import (
    SEARCHED_DAYS,
    UNKNOWN_ZONE,
    DayOff,
    Policy,
    closed_on,
    consent_ok,
    first_opening,
    from_settings,
    local_day,
    next_day,
    next_opening,
    open_zones,
    window_open,
)

POLICY = Policy()
WIB = timedelta(hours=7)


def jakarta(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2027 by Jakarta's clock; the 10th is a Wednesday."""
    return datetime(2027, 3, day, hour, minute, tzinfo=UTC) - WIB


def test_the_defaults_are_those_of_the_migration() -> None:
    seeded = {
        "consent.required": True,
        "window.enabled": True,
        "window.from": "08:00",
        "window.to": "18:00",
        "window.days": [1, 2, 3, 4, 5, 6],
        "attempts.per_day": 3,
        "attempts.lifetime": 8,
        "attempts.retry_minutes": 120,
        "cool_off.days": [1, 7, 30],
        "interested.days": 1,
        "callback.tries": 3,
        "lease.minutes": 15,
    }
    assert from_settings(seeded) == POLICY
    assert from_settings({}) == POLICY


def test_a_setting_is_read() -> None:
    found = from_settings({"window.enabled": False, "window.from": "07:30", "cool_off.days": [2], "other": 1})
    assert (found.window_enabled, found.window_from, found.cool_off_days) == (False, time(7, 30), (2,))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("window.enabled", "yes"),
        ("window.from", "25:00"),
        ("window.from", "08:00+07:00"),
        ("window.from", 8),
        ("window.days", [0]),
        ("window.days", 3),
        ("attempts.per_day", 0),
        ("attempts.per_day", True),
        ("attempts.lifetime", "8"),
        ("cool_off.days", []),
        ("lease.minutes", -1),
        ("undo.seconds", -1),
        ("undo.seconds", 601),
        ("window.days", [1, 8]),
        ("cool_off.days", [1, "7"]),
        ("window.joint_leave", "no"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_by_name(key: str, value: Any) -> None:
    with pytest.raises(Invalid) as caught:
        from_settings({key: value})
    assert caught.value.fields == {key: "setting_wrong"}


def test_hours_that_end_before_they_begin_are_refused() -> None:
    with pytest.raises(Invalid) as caught:
        from_settings({"window.from": "18:00", "window.to": "08:00"})
    assert caught.value.fields == {"window.to": "setting_wrong"}


def test_nothing_known_is_not_a_yes() -> None:
    assert consent_ok(POLICY, Consent.YES)
    assert consent_ok(POLICY, Consent.DEMO)
    assert not consent_ok(POLICY, Consent.NO)
    assert not consent_ok(POLICY, None)
    assert consent_ok(Policy(consent_required=False), None)
    assert not consent_ok(Policy(consent_required=False), Consent.NO)


@pytest.mark.parametrize(
    ("now", "zones"),
    [
        (jakarta(10, 5, 59), ()),
        (jakarta(10, 6), (3,)),
        (jakarta(10, 7), (2, 3)),
        (jakarta(10, 7, 59), (2, 3)),
        (jakarta(10, 8), (0, 1, 2, 3)),
        (jakarta(10, 15, 59), (0, 1, 2, 3)),
        (jakarta(10, 16), (1, 2)),
        (jakarta(10, 17), (1,)),
        (jakarta(10, 18), ()),
        (jakarta(14, 12), ()),  # Sunday
        (jakarta(13, 12), (0, 1, 2, 3)),  # Saturday
    ],
)
def test_zones_open_by_the_customers_clock(now: datetime, zones: tuple[int, ...]) -> None:
    assert open_zones(POLICY, now) == zones


def test_without_hours_everybody_may_be_called() -> None:
    assert open_zones(Policy(window_enabled=False), jakarta(14, 3)) == (0, 1, 2, 3)


@pytest.mark.parametrize(
    ("zone", "now", "opens"),
    [
        (Zone.WIB, jakarta(10, 9), jakarta(10, 9)),
        (Zone.WIB, jakarta(10, 3), jakarta(10, 8)),
        (Zone.WIB, jakarta(10, 18), jakarta(11, 8)),
        (Zone.WIB, jakarta(13, 18), jakarta(15, 8)),  # over Sunday
        (Zone.WIT, jakarta(10, 18), jakarta(11, 6)),
        (None, jakarta(10, 7), jakarta(10, 8)),  # until it is eight everywhere
        (None, jakarta(10, 16), jakarta(11, 8)),  # after six in Jayapura
        (None, jakarta(13, 17), jakarta(15, 8)),
    ],
)
def test_the_next_opening(zone: Zone | None, now: datetime, opens: datetime) -> None:
    assert next_opening(POLICY, zone, now) == opens


def test_hours_that_never_open() -> None:
    assert next_opening(Policy(window_days=frozenset()), Zone.WIB, jakarta(10, 9)) is None
    assert first_opening(Policy(window_days=frozenset()), jakarta(10, 9)) is None
    # one hour a day is never the same hour in three zones
    short = Policy(window_from=time(8), window_to=time(9))
    assert next_opening(short, None, jakarta(10, 9)) is None
    assert next_opening(short, Zone.WITA, jakarta(10, 9)) == jakarta(11, 7)


LEBARAN = tuple(DayOff(date(2027, 3, day), joint_leave=day in (9, 12, 15)) for day in (8, 9, 10, 11, 12, 15))
"""Nyepi, two days of Idul Fitri and joint leave around them: Monday 8 to Monday 15 March 2027."""


def test_nobody_is_called_on_a_holiday() -> None:
    policy = from_settings({}, LEBARAN)
    assert policy.holidays == {one.day for one in LEBARAN}
    assert open_zones(policy, jakarta(10, 12)) == ()
    assert open_zones(policy, jakarta(13, 12)) == (0, 1, 2, 3)  # the Saturday between
    assert not window_open(policy, Zone.WIB, jakarta(12, 12))
    assert open_zones(from_settings({"window.enabled": False}, LEBARAN), jakarta(10, 12)) == (0, 1, 2, 3)


def test_joint_leave_is_worked_where_the_bank_says_so() -> None:
    policy = from_settings({"window.joint_leave": True}, LEBARAN)
    assert policy.holidays == {date(2027, 3, 8), date(2027, 3, 10), date(2027, 3, 11)}
    assert window_open(policy, Zone.WIB, jakarta(9, 12))
    assert not window_open(policy, Zone.WIB, jakarta(10, 12))


@pytest.mark.parametrize(
    ("zone", "now", "opens"),
    [
        (Zone.WIB, jakarta(7, 12), jakarta(13, 8)),  # Sunday, then the week of Lebaran, then Saturday
        (Zone.WIT, jakarta(7, 12), jakarta(13, 6)),
        (None, jakarta(7, 12), jakarta(13, 8)),
        (Zone.WIB, jakarta(13, 18), jakarta(16, 8)),  # Sunday and joint leave on Monday
        (None, jakarta(13, 16), jakarta(16, 8)),
    ],
)
def test_the_next_opening_is_behind_the_holidays(zone: Zone | None, now: datetime, opens: datetime) -> None:
    policy = from_settings({}, LEBARAN)
    assert next_opening(policy, zone, now) == opens


def test_a_holiday_of_one_zone_closes_it_and_whoever_may_live_there() -> None:
    policy = from_settings({}, [DayOff(date(2027, 3, 10), Zone.WITA)])
    assert open_zones(policy, jakarta(10, 12)) == (1, 3)
    assert (
        closed_on(policy, Zone.WITA, date(2027, 3, 10)),
        closed_on(policy, Zone.WIB, date(2027, 3, 10)),
    ) == (
        True,
        False,
    )
    assert closed_on(policy, None, date(2027, 3, 10))
    assert next_opening(policy, None, jakarta(10, 9)) == jakarta(11, 8)
    assert first_opening(policy, jakarta(10, 18)) == jakarta(11, 6)


def test_a_holiday_is_the_customers_day_not_ours() -> None:
    # 17:30 UTC on the 9th is 00:30 of the 10th in Jakarta; hours that last all day show the edge
    policy = from_settings({"window.from": "00:00", "window.to": "23:59"}, [DayOff(date(2027, 3, 10))])
    at = datetime(2027, 3, 9, 15, 30, tzinfo=UTC)
    assert [window_open(policy, zone, at) for zone in Zone] == [True, True, False]


def test_a_year_without_a_day_to_call_has_no_opening() -> None:
    days = [DayOff(date(2027, 3, 1) + timedelta(days=n)) for n in range(SEARCHED_DAYS + 20)]
    assert next_opening(from_settings({}, days), Zone.WIB, jakarta(10, 9)) is None
    assert next_opening(from_settings({}, days[:60]), Zone.WIB, jakarta(10, 9)) == datetime(
        2027, 4, 30, 1, tzinfo=UTC
    )


def test_the_first_opening_is_the_easts() -> None:
    assert first_opening(POLICY, jakarta(10, 19)) == jakarta(11, 6)
    assert first_opening(POLICY, jakarta(10, 9)) == jakarta(10, 9)


@given(
    st.integers(0, 4 * 365 * 24 * 60),
    st.sampled_from([None, *Zone]),
    st.integers(0, 22),
    st.integers(1, 12),
    st.frozensets(st.integers(1, 7), min_size=1),
    st.lists(st.tuples(st.integers(0, 14), st.sampled_from([None, *Zone]))),
)
def test_an_opening_is_open_and_nothing_before_it_is(
    minutes: int,
    zone: Zone | None,
    start: int,
    hours: int,
    days: frozenset[int],
    off: list[tuple[int, Zone | None]],
) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    policy = Policy(
        window_from=time(start),
        window_to=time(min(start + hours, 23)),
        window_days=days,
        holidays=frozenset(now.date() + timedelta(days=day) for day, where in off if where is None),
        zone_holidays=frozenset(
            (where, now.date() + timedelta(days=day)) for day, where in off if where is not None
        ),
    )
    opens = next_opening(policy, zone, now)
    if opens is None:
        assert zone is None
        return
    assert window_open(policy, zone, opens)
    assert opens >= now
    moment = now
    while moment < opens:
        assert not window_open(policy, zone, moment)
        moment += timedelta(minutes=30)
    zones = open_zones(policy, opens)
    assert (UNKNOWN_ZONE if zone is None else int(zone)) in zones


def test_attempts_count_by_the_customers_day() -> None:
    # 23:30 in Jakarta is past midnight in the east
    now = jakarta(10, 23, 30)
    assert local_day(Zone.WIB, now) == date(2027, 3, 10)
    assert local_day(Zone.WIT, now) == date(2027, 3, 11)
    assert local_day(None, now) == date(2027, 3, 10)
    assert next_day(Zone.WIB, now) == jakarta(11, 0)
    assert next_day(Zone.WIT, now) == jakarta(11, 22)
    assert next_day(None, now) == jakarta(11, 0)


def test_the_cool_off_grows_and_stays() -> None:
    assert [POLICY.cool_off(n) for n in (1, 2, 3, 4, 9)] == [1, 7, 30, 30, 30]
