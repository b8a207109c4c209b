"""The state table of DESIGN §3, line by line, and what the form says about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadtui.core.calls import rules, validate
from leadtui.core.calls.dto import CallStatus, LogCall, NoAnswer, Outcome
from leadtui.core.calls.eligibility import Standing, verdicts
from leadtui.core.calls.rules import Call, Close, Consequence, after, consequences, digit, state_now
from leadtui.core.errors import Invalid
from leadtui.core.leads.dto import LeadState, Zone
from leadtui.core.policy import Policy

POLICY = Policy()
NOON = datetime(2027, 3, 10, 5, 0, tzinfo=UTC)
"""A Wednesday, 12:00 in Jakarta."""
TODAY = date(2027, 3, 10)
ME, OTHER = 7, 8

FRESH = Standing(
    state=LeadState.PENDING,
    owner_id=None,
    claimed_by=ME,
    claimed_until=NOON + timedelta(minutes=15),
    hidden_until=None,
    callback_at=None,
    consent_ok=True,
    dnc=False,
    phone_ok=True,
    capped=False,
    attempts=0,
    attempts_today=0,
    attempts_day=None,
    rejections=0,
    zone=Zone.WIB,
    version=1,
)


def call(outcome: Outcome | None, **more: Any) -> Call:
    status = CallStatus.NOT_ANSWERED if outcome is None else CallStatus.CONNECTED
    return Call(**{"status": status, "outcome": outcome, "agent_id": ME, "at": NOON, "next_at": None, **more})


def hours(n: float) -> datetime:
    return NOON + timedelta(hours=n)


# the table ----------------------------------------------------------------------------------------------


def test_not_answered_changes_no_state_and_comes_back_after_two_hours() -> None:
    then = after(FRESH, call(None), POLICY)
    assert (then.state, then.hidden_until, then.owner_id) == (LeadState.PENDING, hours(2), None)
    assert (then.attempts, then.attempts_today, then.attempts_day, then.capped) == (1, 1, TODAY, False)
    assert then.close is Close.PUSH


def test_the_third_attempt_of_a_day_waits_for_the_next_day_of_the_customer() -> None:
    before = replace(FRESH, attempts=2, attempts_today=2, attempts_day=TODAY)
    midnight = datetime(2027, 3, 10, 17, tzinfo=UTC)
    assert after(before, call(None), POLICY).hidden_until == midnight
    east = replace(before, zone=Zone.WIT)
    assert after(east, call(None), POLICY).hidden_until == midnight - timedelta(hours=2)


def test_attempts_of_yesterday_do_not_count_today() -> None:
    before = replace(FRESH, attempts=3, attempts_today=3, attempts_day=TODAY - timedelta(days=1))
    then = after(before, call(None), POLICY)
    assert (then.attempts, then.attempts_today, then.hidden_until) == (4, 1, hours(2))


def test_the_eighth_attempt_is_the_last() -> None:
    before = replace(FRESH, attempts=7, owner_id=ME, callback_at=NOON, state=LeadState.CONTACTED)
    then = after(before, call(None), POLICY)
    assert (then.capped, then.owner_id, then.callback_at, then.close) == (True, None, None, Close.ALL)


def test_a_conversation_is_no_cap() -> None:
    before = replace(FRESH, attempts=7, attempts_today=2, attempts_day=TODAY)
    then = after(before, call(Outcome.CALLBACK, next_at=hours(3)), POLICY)
    assert (then.capped, then.attempts, then.callback_at) == (False, 8, hours(3))


def test_interested_returns_to_its_own_agent_after_a_day_or_at_the_time() -> None:
    then = after(FRESH, call(Outcome.INTERESTED), POLICY)
    assert (then.state, then.owner_id, then.hidden_until) == (LeadState.QUALIFIED, ME, hours(24))
    assert then.new_task_at is None
    then = after(FRESH, call(Outcome.INTERESTED, next_at=hours(72)), POLICY)
    assert (then.hidden_until, then.new_task_at, then.callback_at) == (hours(72), hours(72), None)


def test_a_callback_is_its_owners() -> None:
    before = replace(FRESH, hidden_until=hours(-1), owner_id=OTHER)
    then = after(before, call(Outcome.CALLBACK, next_at=hours(3)), POLICY)
    assert (then.state, then.owner_id, then.callback_at) == (LeadState.CONTACTED, ME, hours(3))
    assert (then.hidden_until, then.new_task_at, then.close) == (None, hours(3), Close.ANSWERED)


CALLBACK = replace(FRESH, state=LeadState.CONTACTED, owner_id=ME, callback_at=NOON)


def test_an_unanswered_callback_is_proposed_again_in_two_hours_and_released_after_three() -> None:
    for tries in (0, 1):
        then = after(CALLBACK, call(None, tries=tries), POLICY)
        assert (then.owner_id, then.callback_at, then.push_to) == (ME, hours(2), hours(2))
        assert then.hidden_until is None
    then = after(CALLBACK, call(None, tries=2), POLICY)
    assert (then.state, then.owner_id, then.callback_at) == (LeadState.CONTACTED, None, None)
    assert (then.hidden_until, then.close, then.push_to) == (hours(2), Close.PUSH, None)


def test_an_interested_customer_who_does_not_answer_stays_with_the_agent() -> None:
    before = replace(FRESH, state=LeadState.QUALIFIED, owner_id=ME)
    then = after(before, call(None), POLICY)
    assert (then.state, then.owner_id, then.hidden_until) == (LeadState.QUALIFIED, ME, hours(2))


def test_closed_leaves_for_good() -> None:
    then = after(CALLBACK, call(Outcome.CLOSED), POLICY)
    assert (then.state, then.owner_id, then.callback_at) == (LeadState.CONVERTED, ME, None)
    assert then.close is Close.ANSWERED


@pytest.mark.parametrize(("rejections", "days"), [(0, 1), (1, 7), (2, 30), (5, 30)])
def test_not_interested_rests_longer_each_time(rejections: int, days: int) -> None:
    before = replace(FRESH, rejections=rejections, owner_id=ME)
    then = after(before, call(Outcome.NOT_INTERESTED), POLICY)
    assert (then.state, then.owner_id) == (LeadState.REJECTED, None)
    assert (then.hidden_until, then.rejections) == (hours(24 * days), rejections + 1)


def test_rejected_is_pending_again_by_itself() -> None:
    assert state_now(LeadState.REJECTED, hours(1), NOON) is LeadState.REJECTED
    assert state_now(LeadState.REJECTED, NOON, NOON) is LeadState.PENDING
    assert state_now(LeadState.QUALIFIED, None, NOON) is LeadState.QUALIFIED
    before = replace(FRESH, state=LeadState.REJECTED, hidden_until=hours(-1), rejections=1)
    assert after(before, call(None), POLICY).state is LeadState.PENDING


def test_do_not_call_and_wrong_number_cancel_every_task() -> None:
    then = after(CALLBACK, call(Outcome.DO_NOT_CALL), POLICY)
    assert (then.state, then.owner_id, then.close) == (LeadState.DO_NOT_CALL, None, Close.ALL)
    then = after(CALLBACK, call(Outcome.WRONG_NUMBER), POLICY)
    assert (then.state, then.owner_id, then.close) == (LeadState.BAD_NUMBER, None, Close.ALL)
    assert then.bad_number


def test_a_wrong_number_with_another_one_is_tried_again() -> None:
    then = after(FRESH, call(Outcome.WRONG_NUMBER, other_number=True), POLICY)
    assert (then.state, then.hidden_until, then.bad_number) == (LeadState.PENDING, hours(2), True)


@pytest.mark.parametrize("outcome", [None, *Outcome])
def test_do_not_call_beats_everything(outcome: Outcome | None) -> None:
    before = replace(FRESH, state=LeadState.DO_NOT_CALL, dnc=True)
    then = after(before, call(outcome, next_at=hours(3)), POLICY)
    assert (then.state, then.new_task_at, then.attempts) == (LeadState.DO_NOT_CALL, None, 1)


def test_a_number_blocked_while_talking_leaves_a_sale_and_nothing_else() -> None:
    before = replace(FRESH, dnc=True)
    assert after(before, call(Outcome.CLOSED), POLICY).state is LeadState.CONVERTED
    then = after(before, call(Outcome.CALLBACK, next_at=hours(3)), POLICY)
    assert (then.state, then.callback_at, then.new_task_at) == (LeadState.PENDING, None, None)


@pytest.mark.parametrize("outcome", [None, *Outcome])
def test_a_late_log_leaves_the_lead_as_it_is_unless_it_is_final(outcome: Outcome | None) -> None:
    before = replace(FRESH, state=LeadState.QUALIFIED, owner_id=OTHER, hidden_until=hours(20))
    then = after(before, call(outcome, next_at=hours(3), overtaken=True), POLICY)
    if outcome is Outcome.CLOSED:
        assert then.state is LeadState.CONVERTED
    elif outcome is Outcome.DO_NOT_CALL:
        assert then.state is LeadState.DO_NOT_CALL
    else:
        assert (then.state, then.owner_id, then.hidden_until) == (LeadState.QUALIFIED, OTHER, hours(20))
        assert (then.close, then.new_task_at, then.attempts) == (None, None, 1)


standings = st.builds(
    replace,
    st.just(FRESH),
    state=st.sampled_from(LeadState),
    owner_id=st.sampled_from([None, ME, OTHER]),
    callback_at=st.sampled_from([None, hours(-2), hours(2)]),
    hidden_until=st.sampled_from([None, hours(-1), hours(1)]),
    dnc=st.booleans(),
    attempts=st.integers(0, 12),
    attempts_today=st.integers(0, 5),
    attempts_day=st.sampled_from([None, TODAY, TODAY - timedelta(days=1)]),
    zone=st.sampled_from([None, *Zone]),
).filter(lambda found: found.callback_at is None or found.owner_id is not None)


@given(standings, st.sampled_from([None, *Outcome]), st.integers(0, 4), st.booleans(), st.booleans())
def test_whatever_is_logged_nobody_is_called_at_once_again(
    before: Standing, outcome: Outcome | None, tries: int, other: bool, overtaken: bool
) -> None:
    made = call(outcome, next_at=hours(3), tries=tries, other_number=other, overtaken=overtaken)
    then = after(before, made, POLICY)
    assert then.attempts == before.attempts + 1
    assert then.callback_at is None or then.owner_id is not None
    if overtaken or before.dnc:
        return
    stands = replace(
        before,
        state=then.state,
        owner_id=then.owner_id,
        callback_at=then.callback_at,
        hidden_until=then.hidden_until,
        capped=then.capped,
        claimed_until=None,
        phone_ok=not then.bad_number or other,
    )
    assert verdicts(stands, POLICY, ME, NOON)


# the form -----------------------------------------------------------------------------------------------


def test_the_digits() -> None:
    assert digit(0, answered=False) == rules.Digit(CallStatus.NOT_ANSWERED, None, NoAnswer.NO_ANSWER)
    assert digit(0, answered=True, reason=NoAnswer.BUSY).reason is NoAnswer.BUSY
    assert digit(1, answered=False) == rules.Digit(CallStatus.CONNECTED, Outcome.INTERESTED, None)
    assert digit(5, answered=False).status is CallStatus.NOT_ANSWERED
    assert digit(5, answered=True) == rules.Digit(CallStatus.CONNECTED, Outcome.WRONG_NUMBER, None)
    assert digit(6, answered=False).outcome is Outcome.DO_NOT_CALL
    for key in (-1, 7):
        with pytest.raises(ValueError, match=str(key)):
            digit(key, answered=True)


def says(outcome: Outcome | None, before: Standing = FRESH, **more: Any) -> list[tuple[str, dict[str, int]]]:
    return [(one.code, dict(one.data)) for one in consequences(outcome, POLICY, before, NOON, **more)]


def test_the_rows_of_the_form_say_what_follows() -> None:
    tried = replace(FRESH, attempts=2)
    assert says(None, tried) == [("back_in", {"minutes": 120}), ("attempt", {"n": 3, "of": 8})]
    assert says(Outcome.INTERESTED) == [("yours_back_in", {"days": 1})]
    assert says(Outcome.CALLBACK) == [("makes_task", {})]
    assert says(Outcome.CLOSED) == [("product_amount", {})]
    assert says(Outcome.NOT_INTERESTED) == [("hidden", {"days": 1})]
    assert says(Outcome.NOT_INTERESTED, replace(FRESH, rejections=1)) == [("hidden", {"days": 7})]
    assert says(Outcome.WRONG_NUMBER) == [("until_corrected", {})]
    assert says(Outcome.WRONG_NUMBER, other_number=True)[0] == ("other_number", {})
    assert says(Outcome.DO_NOT_CALL) == [("for_good", {})]


def test_the_rows_know_caps_and_callbacks() -> None:
    third = replace(FRESH, attempts=2, attempts_today=2, attempts_day=TODAY)
    assert says(None, third)[0] == ("next_day", {})
    assert says(None, replace(FRESH, attempts=7)) == [("last_attempt", {"n": 8, "of": 8})]
    assert ("callback_try", {"n": 2, "of": 3}) in says(None, CALLBACK, tries=1)
    assert ("released", {}) in says(None, CALLBACK, tries=2)


def test_a_consequence_is_a_value() -> None:
    assert Consequence("for_good") == Consequence("for_good", {})


# what may be logged -------------------------------------------------------------------------------------

GOOD = LogCall(UUID(int=1), UUID(int=2), CallStatus.CONNECTED, "minta simulasi", None, Outcome.INTERESTED)
SALE = replace(GOOD, outcome=Outcome.CLOSED, product_id=1, amount=Decimal("50000000"))


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"note": ""}, "note", "blank"),
        ({"note": " \t\n "}, "note", "blank"),
        ({"note": "\x1b\x00\u202e"}, "note", "blank"),
        ({"note": "x" * 4001}, "note", "too_long"),
        ({"note": "..!"}, "note", "needs_words"),
        ({"note": "tidak diangkat", "canned": True}, "note", "needs_words"),
        ({"outcome": None}, "outcome", "required"),
        ({"status": CallStatus.NOT_ANSWERED}, "outcome", "needs_connected"),
        ({"outcome": Outcome.CALLBACK}, "callback_at", "required"),
        ({"outcome": Outcome.CALLBACK, "callback_at": NOON}, "callback_at", "past"),
        ({"callback_at": hours(-1)}, "callback_at", "past"),
        ({"callback_at": datetime(2027, 3, 11, 9)}, "callback_at", "needs_zone"),  # noqa: DTZ001
        ({"callback_at": hours(24 * 400)}, "callback_at", "too_far"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        validate.checked(replace(GOOD, **change), NOON)
    assert caught.value.fields == {field: code}


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        (None, "required"),
        (Decimal(0), "not_positive"),
        (Decimal(-5), "not_positive"),
        (Decimal("NaN"), "not_a_number"),
        (Decimal("Infinity"), "not_a_number"),
        (Decimal("1e13"), "too_large"),
        (Decimal("1e400"), "too_large"),
        (Decimal("10.005"), "too_precise"),
    ],
)
def test_amounts(amount: Decimal | None, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        validate.checked(replace(SALE, amount=amount), NOON)
    assert caught.value.fields == {"amount": code}


def test_a_sale_needs_product_and_amount() -> None:
    with pytest.raises(Invalid) as caught:
        validate.checked(replace(SALE, product_id=None, amount=None), NOON)
    assert caught.value.fields == {"product_id": "required", "amount": "required"}
    assert validate.checked(SALE, NOON) == SALE


def test_the_outcome_decides_which_fields_count() -> None:
    said = validate.checked(replace(SALE, outcome=Outcome.NOT_INTERESTED, callback_at=hours(3)), NOON)
    assert (said.product_id, said.amount, said.callback_at) == (None, None, None)
    said = validate.checked(replace(GOOD, reason=NoAnswer.BUSY), NOON)
    assert said.reason is None


def test_nobody_answered_needs_a_reason_and_may_have_a_canned_note() -> None:
    quiet = replace(GOOD, status=CallStatus.NOT_ANSWERED, outcome=None, note="-", canned=True)
    assert validate.checked(quiet, NOON).reason is NoAnswer.NO_ANSWER
    wrong = replace(quiet, outcome=Outcome.WRONG_NUMBER, reason=NoAnswer.OFF)
    assert validate.checked(wrong, NOON).reason is NoAnswer.OFF


def test_a_note_keeps_its_lines_and_loses_what_a_terminal_obeys() -> None:
    said = validate.checked(replace(GOOD, note=" satu\n\x1b]0;x\x07dua\u202e\tRp5 jt "), NOON)
    assert said.note == "satu\n]0;xdua\tRp5 jt"


# a macro's time -----------------------------------------------------------------------------------------


def test_a_macro_s_time_stands_for_the_retry_time() -> None:
    then = after(FRESH, call(None, follow_at=hours(0.5)), POLICY)
    assert (then.hidden_until, then.attempts) == (hours(0.5), 1)
    promised = replace(FRESH, owner_id=ME, callback_at=NOON, state=LeadState.CONTACTED)
    pushed = after(promised, call(None, follow_at=hours(0.5)), POLICY)
    assert (pushed.callback_at, pushed.push_to) == (hours(0.5), hours(0.5))


def test_a_macro_s_time_never_beats_the_day_s_cap() -> None:
    tired = replace(FRESH, attempts=2, attempts_today=2, attempts_day=TODAY)
    then = after(tired, call(None, follow_at=hours(0.5)), POLICY)
    assert then.hidden_until == datetime(2027, 3, 10, 17, 0, tzinfo=UTC)


def test_a_time_that_was_agreed_beats_a_macro_s() -> None:
    agreed = after(FRESH, call(Outcome.INTERESTED, next_at=hours(3), follow_at=hours(9)), POLICY)
    assert (agreed.hidden_until, agreed.new_task_at) == (hours(3), hours(3))
    alone = after(FRESH, call(Outcome.INTERESTED, follow_at=hours(9)), POLICY)
    assert (alone.hidden_until, alone.new_task_at) == (hours(9), None)


def test_a_macro_s_time_means_nothing_to_a_cool_off() -> None:
    then = after(FRESH, call(Outcome.NOT_INTERESTED, follow_at=hours(1)), POLICY)
    assert then.hidden_until == hours(24)


# the agent's day ----------------------------------------------------------------------------------------


def test_what_a_call_is_to_the_day() -> None:
    sold = rules.share(CallStatus.CONNECTED, Outcome.CLOSED, Decimal(70), 61, 250_000, incoming=False)
    assert sold == rules.Share(1, 1, 1, 0, Decimal(70), 61, 0.25)
    came_in = rules.share(CallStatus.CONNECTED, Outcome.CALLBACK, None, None, 250_000, incoming=True)
    assert came_in == rules.Share(1, 1, 0, 1, Decimal(0), 0, 0.0)
    nobody = rules.share(CallStatus.NOT_ANSWERED, None, None, None, -1, incoming=False)
    assert nobody == rules.Share(calls=1)
    assert sold - sold == rules.Share()
    assert nobody - sold == rules.Share(0, -1, -1, 0, Decimal(-70), -61, -0.25)


def test_who_talked_how_long() -> None:
    assert rules.talked(CallStatus.CONNECTED, NOON, hours(0.01)) == 36
    assert rules.talked(CallStatus.CONNECTED, None, hours(1)) is None
    assert rules.talked(CallStatus.NOT_ANSWERED, NOON, hours(1)) is None
    assert rules.talked(CallStatus.CONNECTED, hours(1), NOON) == 0


# words of one's own -------------------------------------------------------------------------------------


def test_a_macro_s_note_is_nobody_s_words() -> None:
    given = ("Minta ditelepon lagi:", "Asked to be called back:")
    form = LogCall(
        UUID(int=1), UUID(int=2), CallStatus.CONNECTED, "", outcome=Outcome.CALLBACK, callback_at=hours(2)
    )
    for note in (given[0], f" {given[1]}\n", f"{given[0]} ."):
        with pytest.raises(Invalid) as caught:
            validate.checked(replace(form, note=note), NOON, given=given)
        assert caught.value.fields == {"note": "needs_words"}
    kept = validate.checked(replace(form, note=f"{given[0]} rapat"), NOON, given=given)
    assert kept.note == "Minta ditelepon lagi: rapat"


def test_a_macro_that_knows_the_time_needs_none() -> None:
    form = LogCall(UUID(int=1), UUID(int=2), CallStatus.CONNECTED, "rapat dulu", outcome=Outcome.CALLBACK)
    with pytest.raises(Invalid) as caught:
        validate.checked(form, NOON)
    assert caught.value.fields == {"callback_at": "required"}
    assert validate.checked(form, NOON, timed=True).callback_at is None
