"""Whether what an agent logged makes sense. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from leadtui.core.calls.dto import CallStatus, LogCall, NoAnswer, Outcome
from leadtui.core.errors import Invalid

NOTE_LIMIT: Final = 4000
"""Characters of a note."""
AMOUNT_LIMIT: Final = Decimal(10) ** 13
"""Below this: nobody sells that much in a call, and numeric(18, 2) holds a year of it."""
FURTHEST: Final = timedelta(days=366)
"""A callback further away than this is a slip of the finger."""
TICKS_LIMIT: Final = 40
"""Lines of a guide that can be ticked."""
_TICK: Final = re.compile(r"[a-z0-9_]{1,40}")


def cleaned(note: str) -> str:
    """A note without control characters and outer blanks; line breaks and tabs stay."""
    kept = (char for char in note if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cf", "Cs"))
    return "".join(kept).strip()


def checked(command: LogCall, now: datetime, *, given: tuple[str, ...] = (), timed: bool = False) -> LogCall:
    """The command as it will be stored: note cleaned, a reason where nobody answered, and only the fields
    that its outcome asks for. `given`: texts that a macro put into the note, which are nobody's words.
    `timed`: a macro knows when to call back. Raises Invalid, field → code:

    note: "blank", "too_long", "needs_words" (a connected call needs typed text) · outcome: "required",
    "needs_connected" · callback_at: "required", "needs_zone", "past", "too_far" · product_id: "required" ·
    amount: "required", "not_a_number", "not_positive", "too_large", "too_precise" · guide_id or
    ticks: "unknown".
    """
    wrong: dict[str, str] = {}
    connected = command.status is CallStatus.CONNECTED
    note = cleaned(command.note)
    if (code := _note(note, connected, command.canned, given)) is not None:
        wrong["note"] = code
    if connected and command.outcome is None:
        wrong["outcome"] = "required"
    if not connected and command.outcome not in (None, Outcome.WRONG_NUMBER):
        wrong["outcome"] = "needs_connected"
    at = command.callback_at if command.outcome in (Outcome.CALLBACK, Outcome.INTERESTED) else None
    if at is None and command.outcome is Outcome.CALLBACK and not timed:
        wrong["callback_at"] = "required"
    if at is not None and (code := _moment(at, now)) is not None:
        wrong["callback_at"] = code
    closed = command.outcome is Outcome.CLOSED
    if closed:
        if command.product_id is None:
            wrong["product_id"] = "required"
        if (code := _amount(command.amount)) is not None:
            wrong["amount"] = code
    if len(command.ticks) > TICKS_LIMIT or not all(_TICK.fullmatch(tick) for tick in command.ticks):
        wrong["ticks"] = "unknown"
    if command.guide_id is not None and not 0 < command.guide_id < 2**31:
        wrong["guide_id"] = "unknown"
    if wrong:
        raise Invalid(wrong, limit=NOTE_LIMIT)
    return replace(
        command,
        note=note,
        reason=None if connected else command.reason or NoAnswer.NO_ANSWER,
        callback_at=at,
        ticks=tuple(dict.fromkeys(command.ticks)),
        product_id=command.product_id if closed else None,
        amount=command.amount if closed else None,
    )


def checked_incoming(command: LogCall, *, final: bool) -> None:
    """What makes no sense where the customer called us. `final`: they have left the queue for good.

    Raises Invalid: outcome "incoming" (nobody was dialled: neither "no answer" nor "wrong number") · outcome
    or callback_at "no_callback" (nobody may call them, so nothing is promised).
    """
    if command.status is not CallStatus.CONNECTED or command.outcome in (None, Outcome.WRONG_NUMBER):
        raise Invalid({"outcome": "incoming"})
    if final and command.outcome is Outcome.CALLBACK:
        raise Invalid({"outcome": "no_callback"})
    if final and command.callback_at is not None:
        raise Invalid({"callback_at": "no_callback"})


def _note(note: str, connected: bool, canned: bool, given: tuple[str, ...]) -> str | None:
    if not note:
        return "blank"
    if len(note) > NOTE_LIMIT:
        return "too_long"
    return "needs_words" if connected and (canned or not _typed(note, given)) else None


def _typed(note: str, given: tuple[str, ...]) -> bool:
    for text in given:
        note = note.replace(cleaned(text), "")
    return sum(char.isalnum() for char in note) >= 2


def _moment(at: datetime, now: datetime) -> str | None:
    if at.tzinfo is None:
        return "needs_zone"
    if at <= now:
        return "past"
    return "too_far" if at > now + FURTHEST else None


def _amount(amount: Decimal | None) -> str | None:
    if amount is None:
        return "required"
    if not amount.is_finite():
        return "not_a_number"
    if amount <= 0:
        return "not_positive"
    if amount >= AMOUNT_LIMIT:
        return "too_large"
    return "too_precise" if amount != round(amount, 2) else None
