"""Every predicate has a name and words for how it stands, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from leadtui import eligibility_words as words
from leadtui import i18n
from leadtui.core.calls.eligibility import CODES
from leadtui.core.eligibility.dto import Lifted, Listed, Reason, WhyNot
from leadtui.core.eligibility.rules import REFUSALS
from leadtui.core.leads.dto import Consent, LeadState, Zone
from leadtui.text import width
from leadtui.wording import VERDICTS, verdict_word

NOW = datetime(2026, 11, 20, 2, 41, tzinfo=UTC)
"""A Friday, 09:41 in Jakarta."""
LATER = NOW + timedelta(hours=3)
JAKARTA = ZoneInfo("Asia/Jakarta")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    i18n.use("en")
    yield
    i18n.use("en")


def why(*reasons: Reason, at: datetime | None = None, zone: Zone | None = Zone.WIB) -> WhyNot:
    ok = all(reason.ok for reason in reasons)
    return WhyNot(7, "Siti", 3, NOW, ok, NOW if ok else at, zone, False, reasons)


def test_every_predicate_has_a_name_and_a_short_form() -> None:
    assert tuple(words.LABELS) == CODES
    assert set(CODES) <= set(VERDICTS)
    for language in i18n.LANGUAGES:
        i18n.use(language)
        assert all(width(words.label(code)) <= 16 for code in CODES)
        assert all(verdict_word(code) != code for code in CODES)
    assert words.label("new\x1b[31m") == "new"


def test_every_refusal_has_a_sentence() -> None:
    assert set(REFUSALS.values()) <= set(words.ERRORS)


STANDS = (
    Reason("state", False, state=LeadState.CONVERTED), Reason("state", False, state=LeadState.BAD_NUMBER),
    Reason("state", False, state=LeadState.BAD_NUMBER, liftable=True),
    Reason("state", False, state=LeadState.DO_NOT_CALL), Reason("state", True, state=LeadState.PENDING),
    Reason("do_not_call", True), Reason("do_not_call", False, kind="person"),
    Reason("do_not_call", False, kind="number", numbers=(Listed("0134", "asked", NOW),)),
    Reason("do_not_call", False, kind="both", numbers=(Listed("0134", None, None),)),
    Reason("do_not_call", False, kind="other"),
    Reason("consent", False), Reason("consent", True), Reason("consent", False, consent=Consent.NO),
    Reason("consent", True, consent=Consent.YES, source="formulir", at=NOW),
    Reason("consent", True, consent=Consent.DEMO),
    *(Reason("phone", kind == "some", kind=kind, n=1, of=2) for kind in ("none", "bad", "listed", "some")),
    Reason("lifetime", True, n=3, of=8), Reason("lifetime", False, n=8, of=8),
    Reason("day", True, n=0, of=3), Reason("day", False, LATER, n=3, of=3),
    Reason("rest", True), Reason("rest", False, LATER, kind="callback", at=LATER),
    Reason("rest", False, LATER, kind="callback", at=LATER, mine=True),
    *(Reason("rest", False, LATER, kind=kind) for kind in ("cool_off", "interested", "retry")),
    Reason("lease", True), Reason("lease", True, mine=True), Reason("lease", False, LATER, who="Sari"),
    Reason("lease", False, LATER), Reason("owner", True), Reason("owner", True, mine=True, who="Sari"),
    Reason("owner", False, who="Sari"), Reason("owner", False),
    *(Reason("window", kind in ("open", "off"), None if kind in ("open", "off") else LATER, kind=kind)
      for kind in ("open", "off", "hours", "weekday", "holiday")),
    Reason("window", False, None, kind="hours"),
)  # fmt: skip


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("zone", [Zone.WIB, None])
def test_whatever_stands_is_said_and_what_is_against_says_when_it_changes(
    language: str, zone: Zone | None
) -> None:
    i18n.use(language)
    for reason in STANDS:
        asked = why(reason, zone=zone)
        assert words.standing(reason, asked, JAKARTA), reason
        assert "{" not in words.standing(reason, asked, JAKARTA)
        assert bool(words.change(reason, asked, JAKARTA)) == (not reason.ok), reason
        assert "{" not in words.change(reason, asked, JAKARTA)


def test_the_answer_in_one_sentence() -> None:
    assert words.headline(why(Reason("state", True)), JAKARTA) == "Callable now."
    hours = Reason("window", False, LATER, kind="hours")
    assert words.headline(why(hours, at=LATER), JAKARTA) == (
        "Not before Friday 20 Nov 2026, 12:41 WIB: this customer is outside the calling hours."
    )
    never = words.headline(why(Reason("consent", False), hours), JAKARTA)
    assert never == (
        "Not until somebody acts: this customer has not agreed to be called, is outside the calling hours."
    )


def test_a_holiday_has_its_name_in_the_readers_language() -> None:
    reason = Reason("window", False, LATER, kind="holiday", holiday="Natal", holiday_en="Christmas")
    assert words.standing(reason, why(reason), JAKARTA) == "Christmas: nobody is called"
    i18n.use("id")
    assert words.standing(reason, why(reason), JAKARTA).startswith("Natal")


def test_what_comes_from_outside_steers_no_terminal() -> None:
    evil = "\x1b]52;c;aGk=\x07[/]Eve"
    for reason in (
        Reason("consent", True, consent=Consent.YES, source=evil, at=NOW),
        Reason("owner", False, who=evil), Reason("lease", False, LATER, who=evil),
        Reason("window", False, LATER, kind="holiday", holiday=evil, holiday_en=evil),
    ):  # fmt: skip
        for said in (
            words.standing(reason, why(reason), JAKARTA),
            words.change(reason, why(reason), JAKARTA),
        ):
            assert "\x1b" not in said
    line = words.lifted_line(Lifted(7, "rest", NOW, evil, evil), why(Reason("rest", True)), JAKARTA)
    assert "\x1b" not in line
    assert "[/]Eve" in line
