"""The core's codes in words, in the user's language: states, outcomes, verdicts, roles and errors.

Front doors that raise or catch further codes add their msgids with `register_errors` or
`register_fields`, beside the code that needs them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from leadtui.core.calls.dto import CallStatus, NoAnswer, Outcome
from leadtui.core.errors import (
    Conflict,
    Invalid,
    LeadtuiError,
    NotAllowed,
    NotFound,
    Unauthenticated,
    Unavailable,
)
from leadtui.core.leads.dto import Consent, LeadState
from leadtui.core.tasks.dto import TaskKind
from leadtui.formats import clock_zone, day, weekday
from leadtui.i18n import N_, _
from leadtui.reason_words import (
    contact_word,
    education_word,
    job_word,
    like_sentence,
    marital_word,
    measured_sentence,
    poutcome_word,
    reason_line,
    reason_text,
    row_reason,
    yes_no,
)
from leadtui.text import MISSING, clean

__all__ = [
    "consent_word", "contact_word", "education_word", "error_hint", "error_sentence", "field_sentence",
    "give_back_word", "job_word", "like_sentence", "marital_word", "measured_sentence", "no_answer_word",
    "outcome_consequence", "outcome_word", "poutcome_word", "reason_line", "reason_text", "register_errors",
    "register_fields", "role_word", "row_reason", "state_word", "status_word", "task_word", "verdict_word",
    "yes_no",
]  # fmt: skip

STATES: Final[dict[LeadState, str]] = {
    LeadState.PENDING: N_("not called yet"),
    LeadState.QUALIFIED: N_("interested"),
    LeadState.CONTACTED: N_("call back agreed"),
    LeadState.CONVERTED: N_("bought"),
    LeadState.REJECTED: N_("not interested"),
    LeadState.DO_NOT_CALL: N_("do not call"),
    LeadState.BAD_NUMBER: N_("wrong number"),
}
OUTCOMES: Final[dict[Outcome, str]] = {
    Outcome.INTERESTED: N_("interested"),
    Outcome.CALLBACK: N_("call back"),
    Outcome.CLOSED: N_("closed"),
    Outcome.NOT_INTERESTED: N_("not interested"),
    Outcome.WRONG_NUMBER: N_("wrong number"),
    Outcome.DO_NOT_CALL: N_("do not call again"),
}
CONSEQUENCES: Final[dict[Outcome | None, str]] = {
    None: N_("back in 2 h"),
    Outcome.INTERESTED: N_("yours, back in 1 day"),
    Outcome.CALLBACK: N_("makes a task"),
    Outcome.CLOSED: N_("product, amount"),
    Outcome.NOT_INTERESTED: N_("hidden 1 day"),
    Outcome.WRONG_NUMBER: N_("until corrected"),
    Outcome.DO_NOT_CALL: N_("for good"),
}
STATUSES: Final[dict[CallStatus, str]] = {
    CallStatus.NOT_ANSWERED: N_("not answered"),
    CallStatus.CONNECTED: N_("connected"),
}
NO_ANSWERS: Final[dict[NoAnswer, str]] = {
    NoAnswer.NO_ANSWER: N_("no answer"),
    NoAnswer.BUSY: N_("busy"),
    NoAnswer.OFF: N_("switched off"),
    NoAnswer.VOICEMAIL: N_("voicemail"),
}
CONSENTS: Final[dict[Consent | None, str]] = {
    None: N_("consent unknown"),
    Consent.NO: N_("does not want calls"),
    Consent.YES: N_("agreed to be called"),
    Consent.DEMO: N_("synthetic person"),
}
TASKS: Final[dict[TaskKind, str]] = {
    TaskKind.CALLBACK: N_("call back"),
    TaskKind.FOLLOW_UP: N_("follow-up"),
    TaskKind.MEETING: N_("meeting"),
}
ROLES: Final[dict[str, str]] = {
    "agent": N_("agent"), "manager": N_("manager"), "admin": N_("admin"), "system": N_("system"),
}  # fmt: skip
GIVE_BACKS: Final[dict[str, str]] = {
    "not_now": N_("not a good time"),
    "know_them": N_("I know them"),
    "wrong_language": N_("wrong language"),
    "other": N_("another reason"),
}
VERDICTS: Final[dict[str, str]] = {
    "consent": N_("has not agreed to be called"),
    "do_not_call": N_("is on the do-not-call list"),
    "no_phone": N_("has no number that works"),
    "window": N_("is outside the calling hours"),
    "cap": N_("has been tried often enough"),
    "lifetime": N_("has been tried often enough"),
    "day": N_("has been tried often enough today"),
    "cool_off": N_("is resting until later"),
    "rest": N_("is resting until later"),
    "phone": N_("has no number that works"),
    "lease": N_("is with a colleague"),
    "owner": N_("belongs to another agent"),
    "state": N_("has left the queue"),
}
"""Codes of `Lead.not_callable` and of `calls.eligibility.CODES`; each completes "This customer …"."""


def state_word(state: LeadState | int) -> str:
    """A lead's state."""
    return _(STATES[LeadState(state)])


def outcome_word(outcome: Outcome | int) -> str:
    """What came of a call."""
    return _(OUTCOMES[Outcome(outcome)])


def outcome_consequence(outcome: Outcome | None) -> str:
    """What choosing it leads to, as printed on its row; None is "not answered"."""
    return _(CONSEQUENCES[outcome])


def status_word(status: CallStatus | int) -> str:
    """Whether somebody was reached."""
    return _(STATUSES[CallStatus(status)])


def no_answer_word(reason: NoAnswer | int) -> str:
    """Why nobody was reached."""
    return _(NO_ANSWERS[NoAnswer(reason)])


def consent_word(consent: Consent | None) -> str:
    """What the customer said about being called."""
    return _(CONSENTS[consent])


def task_word(kind: TaskKind | int) -> str:
    """What a task asks for."""
    return _(TASKS[TaskKind(kind)])


def role_word(role: str) -> str:
    """A user's role."""
    return _(ROLES[role]) if role in ROLES else clean(role)


def give_back_word(reason: str) -> str:
    """Why a lead is given back (`GIVE_BACK_REASONS`)."""
    return _(GIVE_BACKS[reason])


def verdict_word(code: str) -> str:
    """Why a customer may not be called now; an unknown code is shown as it is, never hidden."""
    return _(VERDICTS[code]) if code in VERDICTS else clean(code)


# --- errors ----------------------------------------------------------------------------------------

_ERRORS: Final[dict[str, str]] = {
    "wrong_credentials": N_("E-mail or password is wrong."),
    "no_session": N_("Please sign in."),
    "session_ended": N_("Your session has ended. Sign in again; nothing you typed is lost."),
    "role": N_("Your role may not do this."),
    "password_change_required": N_("Choose a password of your own first."),
    "no_connection": N_("The database cannot be reached."),
    "database_gone": N_("The connection to the database is gone. Nothing was half saved."),
    "database_busy": N_("The database is busy: it took too long. Nothing was half saved; try again."),
    "request_reused": N_("This was sent before with other content."),
    "schema_old": N_("The database is older than this program."),
    "schema_new": N_("The database is newer than this program."),
}
_HINTS: Final[dict[str, str]] = {
    "schema_old": N_("leadtui db upgrade"),
    "schema_new": N_("Install the newer leadtui."),
    "no_connection": N_("leadtui doctor says what is wrong."),
}
_FIELDS: Final[dict[str, str]] = {
    "required": N_("Needed."),
    "blank": N_("Needed."),
    "too_long": N_("Too long."),
    "wrong_password": N_("This is not your password."),
    "password_too_short": N_("At least {minimum} characters."),
    "password_same": N_("The new password must be another one."),
}
_FALLBACKS: Final[dict[type[LeadtuiError], str]] = {
    Unauthenticated: N_("Please sign in."),
    NotAllowed: N_("Your role may not do this."),
    NotFound: N_("There is nothing like that here."),
    Conflict: N_("Somebody else was faster: this has changed since you opened it."),
    Invalid: N_("Something in the form needs another look."),
    Unavailable: N_("The database cannot be reached now. What you typed stays here."),
}


def register_errors(sentences: Mapping[str, str], hints: Mapping[str, str] | None = None) -> None:
    """Add sentences (msgids, code → `N_("…")`) for further error codes, and hints that say what to try."""
    _ERRORS.update(sentences)
    _HINTS.update(hints or {})


def register_fields(sentences: Mapping[str, str]) -> None:
    """Add sentences (msgids) for further codes of `Invalid.fields`."""
    _FIELDS.update(sentences)


class _Values(dict[str, str]):
    """The error's data, cleaned; a value that it does not carry shows as missing, never as a traceback."""

    def __missing__(self, key: str) -> str:
        return MISSING


def _fill(msgid: str, data: Mapping[str, Any]) -> str:
    return _(msgid).format_map(_Values({key: clean(_plain(value)) for key, value in data.items()}))


def _plain(value: Any) -> Any:
    """A moment as the locale writes it, in its own zone; of several the first."""
    if isinstance(value, tuple) and value and isinstance(value[0], datetime):
        value = value[0]
    if isinstance(value, datetime) and value.tzinfo is not None:
        return f"{weekday(value, short=True)} {day(value)} {clock_zone(value, value.tzinfo)}"
    return value


def error_sentence(error: LeadtuiError) -> str:
    """One sentence for a person: by the error's code, else by its kind."""
    if error.code in _ERRORS:
        return _fill(_ERRORS[error.code], error.data)
    if isinstance(error, Invalid) and len(error.fields) == 1:
        return field_sentence(next(iter(error.fields.values())), error.data)
    for kind, msgid in _FALLBACKS.items():
        if isinstance(error, kind):
            return _(msgid)
    return _("It did not work ({code}).").format(code=clean(error.code))


def error_hint(error: LeadtuiError) -> str:
    """What to try, or the empty string."""
    return _fill(_HINTS[error.code], error.data) if error.code in _HINTS else ""


def field_sentence(code: str, data: Mapping[str, Any] | None = None) -> str:
    """The sentence under a field; a code without words of its own still says something."""
    if code in _FIELDS:
        return _fill(_FIELDS[code], data or {})
    return _("Not valid ({code}).").format(code=clean(code))
