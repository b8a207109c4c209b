"""What a value of a setting comes to, in one sentence."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from leadtui import i18n
from leadtui.core.bank_settings.rules import SPECS, written
from leadtui.setting_echo import Echo, echo

DEFAULTS = {spec.key: written(spec, spec.default) for spec in SPECS}


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    i18n.use("en")
    yield
    i18n.use("en")


@pytest.mark.parametrize(
    ("key", "typed", "said"),
    [
        ("consent.required", "ya", "Only who said yes is called; unknown is a no."),
        ("consent.required", "off", "Who was never asked may be called; a no stays a no."),
        ("window.enabled", "off", "Calls start at any hour, on any day: mind the law."),
        ("window.enabled", "on", "Mon–Sat, 08:00 to 18:00 by the customer's clock. "
                                 "At 18:00 nobody is called any more."),
        ("window.from", "9", "Mon–Sat, 09:00 to 18:00 by the customer's clock. "
                             "At 18:00 nobody is called any more."),
        ("window.days", "sen-jum", "Mon–Fri, 08:00 to 18:00 by the customer's clock. "
                                   "At 18:00 nobody is called any more."),
        ("window.joint_leave", "on", "Joint leave is a day like any other for calling."),
        ("attempts.per_day", "1", "After 1 unanswered call of a day they rest until the next."),
        ("attempts.retry_minutes", "120", "Not answered at 09:00: again at 11:00."),
        ("attempts.retry_minutes", "4320", "Not answered at 09:00: again after 3 days."),
        ("cool_off.days", "1, 7", "“Not interested” no. 1: 1 day · no. 2 and more: 7 days."),
        ("callback.absent_minutes", "30", "Due at 09:00 and its agent away: the team's at 09:30."),
        ("lease.minutes", "20", "A program that dies at 09:00 holds its customer; free again at 09:20."),
        ("undo.seconds", "0", "Nothing can be undone."),
    ],
)  # fmt: skip
def test_what_it_comes_to(key: str, typed: str, said: str) -> None:
    assert echo(key, typed, DEFAULTS) == Echo(said)


@pytest.mark.parametrize(
    ("key", "typed", "said"),
    [
        ("window.to", "07:00", "Calling would begin at 08:00 and end at 07:00."),
        ("window.from", "19:00", "Calling would begin at 19:00 and end at 18:00."),
        ("window.to", "late", "It is not a time of day. For example 18:00."),
        ("lease.minutes", "0", "It must be from 1 to 1440."),
        ("consent.required", "maybe", "It is neither on nor off."),
        ("undo.seconds", "  ", "Needed."),
    ],
)
def test_what_cannot_be_says_why(key: str, typed: str, said: str) -> None:
    assert echo(key, typed, DEFAULTS) == Echo(said, wrong=True)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_setting_says_something_at_its_default(language: str) -> None:
    i18n.use(language)
    for key, value in DEFAULTS.items():
        found = echo(key, value, DEFAULTS)
        assert found.said, key
        assert not found.wrong, key


def test_one_that_nobody_knows_says_nothing() -> None:
    assert echo("no.such", "1", DEFAULTS) == Echo("")
    # what is stored may make no sense: it counts as its default
    assert "08:00 to 17:00" in echo("window.to", "17:00", {"window.from": "noon"}).said
