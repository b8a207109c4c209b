"""The core's codes in words."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any

import pytest

from leadtui import i18n, wording
from leadtui.core.auth.permissions import Role
from leadtui.core.calls.dto import GIVE_BACK_REASONS, CallStatus, NoAnswer, Outcome
from leadtui.core.errors import Conflict, Invalid, NotAllowed, NotFound, Unauthenticated, Unavailable
from leadtui.core.leads.dto import Consent, LeadState
from leadtui.core.tasks.dto import TaskKind
from leadtui.i18n import N_
from leadtui.scoring import codes

ENUMS: list[tuple[type[enum.IntEnum], Callable[[Any], str]]] = [
    (LeadState, wording.state_word),
    (Outcome, wording.outcome_word),
    (CallStatus, wording.status_word),
    (NoAnswer, wording.no_answer_word),
    (TaskKind, wording.task_word),
    (Consent, wording.consent_word),
]


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_code_has_words_of_its_own(language: str) -> None:
    i18n.use(language)
    for kind, word in ENUMS:
        said = [word(member) for member in kind]
        assert all(said)
        assert len(set(said)) == len(said), said
    for outcome in (None, *Outcome):
        assert wording.outcome_consequence(outcome)
    assert all(wording.role_word(role.value) for role in Role)
    assert all(wording.give_back_word(reason) for reason in GIVE_BACK_REASONS)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_category_has_words_and_unknown_is_said(language: str) -> None:
    i18n.use(language)
    for table, word in (
        (codes.JOB, wording.job_word),
        (codes.MARITAL, wording.marital_word),
        (codes.EDUCATION, wording.education_word),
        (codes.CONTACT, wording.contact_word),
        (codes.POUTCOME, wording.poutcome_word),
    ):
        said = [word(code) for code in table.values()]
        assert len(set(said)) == len(said)
        assert word(None)
        assert word(None) not in said
    assert len({wording.yes_no(value) for value in (True, False, None)}) == 3


def test_errors_by_code_then_by_kind() -> None:
    i18n.use("en")
    assert wording.error_sentence(Unauthenticated("wrong_credentials")) == "E-mail or password is wrong."
    assert wording.error_sentence(NotFound("no_lead_like_that", id=3)) == "There is nothing like that here."
    for kind in (NotAllowed, Conflict, Unavailable, Unauthenticated):
        assert wording.error_sentence(kind("a_code_without_words"))
    assert (
        wording.error_sentence(Invalid({"new": "password_too_short"}, minimum=12))
        == "At least 12 characters."
    )
    assert "no_such_code" in wording.field_sentence("no_such_code")
    assert wording.error_hint(Unavailable("schema_old")) == "leadtui db upgrade"
    assert wording.error_hint(NotFound("x")) == ""


def test_data_in_a_sentence_is_cleaned_and_a_missing_value_is_no_crash() -> None:
    i18n.use("en")
    wording.register_errors({"test_held": N_("{who} has it.")})
    try:
        assert wording.error_sentence(Conflict("test_held", who="Sa\x1b[31mri")) == "Sari has it."
        assert wording.error_sentence(Conflict("test_held")) == "– has it."
    finally:
        wording._ERRORS.pop("test_held")


def test_the_honest_sentence() -> None:
    i18n.use("id")
    assert wording.like_sentence(1240, 756) == "Dari 100 yang mirip, 61 membeli."
    assert wording.like_sentence(12, 3) == "Dari 12 yang mirip, 3 membeli."
    assert wording.measured_sentence(1240, 0.58, 0.64) == "diukur pada 1.240 panggilan · 58–64"
    assert wording.measured_sentence(7, None, None) == "diukur pada 7 panggilan"
