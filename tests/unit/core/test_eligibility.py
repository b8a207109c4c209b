"""Why somebody may not be called, in codes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.unit.core.test_call_rules import FRESH, ME, NOON, OTHER, TODAY, hours

from leadtui.core.calls.eligibility import Verdict, verdicts
from leadtui.core.leads.dto import LeadState, Zone
from leadtui.core.policy import Policy

POLICY = Policy()
FREE = replace(FRESH, claimed_by=None, claimed_until=None)


def test_a_free_lead_is_callable() -> None:
    assert verdicts(FREE, POLICY, ME, NOON) == ()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"state": LeadState.CONVERTED}, Verdict("state")),
        ({"dnc": True}, Verdict("do_not_call")),
        ({"consent_ok": False}, Verdict("consent")),
        ({"phone_ok": False}, Verdict("no_phone")),
        ({"capped": True}, Verdict("cap")),
        ({"hidden_until": hours(1)}, Verdict("cool_off", hours(1))),
        (
            {"hidden_until": hours(5), "attempts_today": 3, "attempts_day": TODAY},
            Verdict("cap", hours(5)),
        ),
        (
            {"hidden_until": hours(1), "attempts_today": 3, "attempts_day": TODAY - timedelta(days=1)},
            Verdict("cool_off", hours(1)),
        ),
        ({"owner_id": OTHER}, Verdict("owner")),
        ({"claimed_by": OTHER, "claimed_until": hours(0.1)}, Verdict("lease", hours(0.1))),
        # mine is takeable a quarter of an hour early
        ({"owner_id": ME, "callback_at": hours(1)}, Verdict("cool_off", hours(0.75))),
        ({"callback_at": hours(1)}, Verdict("cool_off", hours(1))),
    ],
)
def test_each_verdict(change: dict[str, Any], expected: Verdict) -> None:
    assert verdicts(replace(FREE, **change), POLICY, ME, NOON) == (expected,)


@pytest.mark.parametrize(
    "change",
    [
        {"state": LeadState.REJECTED, "hidden_until": NOON},
        {"hidden_until": hours(-1)},
        {"claimed_by": OTHER, "claimed_until": NOON},
        {"claimed_by": ME, "claimed_until": hours(0.1)},
        {"owner_id": ME},
        # my own callback, a quarter of an hour early
        {"owner_id": ME, "callback_at": hours(0.25)},
        {"owner_id": ME, "callback_at": hours(-3)},
    ],
)
def test_what_does_not_stand_against_it(change: dict[str, Any]) -> None:
    assert verdicts(replace(FREE, **change), POLICY, ME, NOON) == ()


def test_outside_the_customers_hours() -> None:
    evening = NOON + timedelta(hours=5)  # 17:00 in Jakarta
    assert verdicts(FREE, POLICY, ME, evening) == ()
    east = replace(FREE, zone=Zone.WIT)
    tomorrow = NOON + timedelta(hours=18)
    assert verdicts(east, POLICY, ME, evening) == (Verdict("window", tomorrow),)
    nowhere = replace(FREE, zone=None)
    assert verdicts(nowhere, POLICY, ME, evening) == (Verdict("window", tomorrow + timedelta(hours=2)),)
    assert verdicts(nowhere, Policy(window_enabled=False), ME, evening) == ()


def test_all_of_them_at_once() -> None:
    worst = replace(
        FREE, state=LeadState.DO_NOT_CALL, dnc=True, consent_ok=False, phone_ok=False, capped=True,
        hidden_until=hours(1), claimed_by=OTHER, claimed_until=hours(1), owner_id=OTHER, zone=Zone.WIT,
    )  # fmt: skip
    found = [verdict.code for verdict in verdicts(worst, POLICY, ME, NOON + timedelta(hours=0.5))]
    assert found == ["state", "do_not_call", "consent", "no_phone", "cap", "cool_off", "lease", "owner"]
