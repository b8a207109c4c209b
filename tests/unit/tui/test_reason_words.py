"""Reasons in words: true of the facts, in keeping with the sign, never wider than the list's column."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from decimal import Decimal

import pytest

from leadtui import i18n
from leadtui.core.leads.dto import LeadFacts
from leadtui.reason_words import CELLS, reason_line, reason_text
from leadtui.scoring.codes import CONTACT, EDUCATION, JOB, MARITAL, POUTCOME
from leadtui.scoring.reasons import THRESHOLD, Group, Reason
from leadtui.text import width

THREE = (None, False, True)


@pytest.fixture(params=i18n.LANGUAGES, autouse=True)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    before = i18n.language()
    i18n.use(request.param)
    yield request.param
    i18n.use(before)


def facts_of(group: Group) -> Iterator[LeadFacts]:
    """Every combination of values that this group's words depend on."""
    match group:
        case Group.HISTORY:
            for poutcome, pdays, previous, campaign in itertools.product(
                (None, *POUTCOME.values()),
                (None, 0, 6, 59, 60, 9999),
                (None, 0, 1, 999),
                (None, 1, 2, 56),
            ):
                yield LeadFacts(poutcome=poutcome, pdays=pdays, previous=previous, campaign=campaign)
        case Group.CHANNEL:
            yield from (LeadFacts(contact=code) for code in (None, *CONTACT.values()))
        case Group.AGE:
            yield from (LeadFacts(age=age) for age in (None, 17, 98, 120))
        case Group.JOB:
            yield from (LeadFacts(job=code) for code in (None, *JOB.values()))
        case Group.EDUCATION:
            yield from (LeadFacts(education=code) for code in (None, *EDUCATION.values()))
        case Group.MARITAL:
            yield from (LeadFacts(marital=code) for code in (None, *MARITAL.values()))
        case Group.CREDIT:
            for default, housing, loan in itertools.product(THREE, THREE, THREE):
                yield LeadFacts(default=default, housing=housing, loan=loan)
        case Group.ATTEMPTS:
            yield from (LeadFacts(campaign=n) for n in (None, 1, 2, 3, 56, 9999))
        case Group.BALANCE:
            for text in ("0", "1506", "-8019", "102127.55", "-0.4", "999999999999.99", "-999999999999.99"):
                yield LeadFacts(balance=Decimal(text))
            yield LeadFacts(balance=Decimal("1e15"))
            yield LeadFacts()
        case _:
            yield LeadFacts()


@pytest.mark.parametrize("group", list(Group))
@pytest.mark.parametrize("sign", [-1, 1])
def test_no_reason_is_wider_than_its_column(group: Group, sign: int) -> None:
    for facts in facts_of(group):
        reason = Reason(group, sign * 0.5)
        line, text = reason_line(reason, facts), reason_text((reason,), facts)
        assert 0 < width(line) <= CELLS, (facts, line)
        assert 0 < width(text) <= CELLS, (facts, text)
        assert "{" not in line + text


@pytest.mark.parametrize("groups", list(itertools.permutations(list(Group)[1:10], 2)))
def test_two_reasons_together_stay_within_the_column(groups: tuple[Group, Group]) -> None:
    first, second = groups
    for one in itertools.islice(facts_of(first), 0, None, 7):
        reasons = (Reason(first, 0.9), Reason(second, -0.4))
        text = reason_text(reasons, one)
        assert width(text) <= CELLS, text
        assert text.startswith(reason_text(reasons[:1], one))


def test_the_words_follow_the_sign_or_say_that_they_do_not() -> None:
    i18n.use("en")
    mobile, landline = LeadFacts(contact=CONTACT["cellular"]), LeadFacts(contact=CONTACT["telephone"])
    up, down = Reason(Group.CHANNEL, 0.4), Reason(Group.CHANNEL, -0.4)
    assert reason_text((up,), mobile) == "by mobile"
    assert reason_text((down,), landline) == "landline"
    assert reason_text((down,), mobile) == "▼ by mobile"
    assert reason_text((up,), landline) == "▲ landline"
    # An age sounds like nothing, so only the direction against the lead is marked.
    assert reason_text((Reason(Group.AGE, 0.4),), LeadFacts(age=66)) == "age 66"
    assert reason_text((Reason(Group.AGE, -0.4),), LeadFacts(age=35)) == "▼ age 35"


def test_credit_says_the_fact_that_sounds_like_the_sign() -> None:
    i18n.use("en")
    mixed = LeadFacts(default=False, housing=True, loan=False)
    assert reason_text((Reason(Group.CREDIT, -0.3),), mixed) == "has a mortgage"
    assert reason_text((Reason(Group.CREDIT, 0.3),), mixed) == "no personal loan"
    unknown = LeadFacts(default=None, housing=False, loan=False)
    assert reason_text((Reason(Group.CREDIT, -0.3),), unknown) == "▼ credit record unknown"
    assert reason_text((Reason(Group.CREDIT, 0.3),), unknown) == "no loans"


def test_never_contacted_is_not_said_of_somebody_this_campaign_has_tried() -> None:
    i18n.use("en")
    reason = Reason(Group.HISTORY, -0.3)
    new = LeadFacts(poutcome=POUTCOME["nonexistent"], campaign=1)
    tried = LeadFacts(poutcome=POUTCOME["nonexistent"], campaign=3)
    assert reason_text((reason,), new) == "never contacted before"
    assert reason_text((reason,), tried) == "first campaign"


def test_close_to_the_average_below_the_threshold_and_without_a_fact_of_the_lead() -> None:
    i18n.use("id")
    near = (Reason(Group.AGE, THRESHOLD * 0.9), Reason(Group.MARKET, 2.0), Reason(Group.OTHER, 1.0))
    assert reason_text(near, LeadFacts(age=40)) == "dekat rata-rata hari ini"
    assert reason_text((), LeadFacts()) == "dekat rata-rata hari ini"


def test_the_pictures_own_words() -> None:
    i18n.use("id")
    facts = LeadFacts(poutcome=POUTCOME["success"], contact=CONTACT["cellular"])
    reasons = (Reason(Group.HISTORY, 1.2), Reason(Group.CHANNEL, 0.4))
    assert reason_text(reasons, facts) == "pernah membeli; lewat ponsel"
