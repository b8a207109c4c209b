"""What a macro may be. Pure."""

from __future__ import annotations

from typing import Final

from leadtui.core.calls.dto import CallStatus, Macro, NoAnswer, Outcome
from leadtui.core.calls.validate import cleaned
from leadtui.core.errors import Invalid
from leadtui.core.macros.dto import SaveMacro

KEYS: Final = range(7, 10)
LABEL_LIMIT: Final = 40
"""Characters of a label: it stands on one row of the form."""
NOTE_LIMIT: Final = 500
FOLLOW_LIMIT: Final = 43_200
"""Minutes: 30 days."""
_OUTCOMES: Final = frozenset({Outcome.INTERESTED, Outcome.CALLBACK, Outcome.NOT_INTERESTED})


def checked(command: SaveMacro) -> Macro:
    """The macro as it will be stored. Raises Invalid, field → code:

    key: "not_a_macro_key" · label_id, label_en, note_id, note_en: "blank", "too_long" · outcome: "required",
    "needs_connected", "not_for_macro" (a sale, a wrong number and "do not call" are never logged by one
    key) · follow_minutes: "required" (a callback), "follow_range", "not_for_outcome" (whoever is not
    interested rests as the rules say).
    """
    wrong: dict[str, str] = {}
    if command.key not in KEYS:
        wrong["key"] = "not_a_macro_key"
    texts = {}
    for name, limit in _TEXTS.items():
        text = " ".join(cleaned(getattr(command, name)).split())
        texts[name] = text
        if not text:
            wrong[name] = "blank"
        elif len(text) > limit:
            wrong[name] = "too_long"
    connected = command.status is CallStatus.CONNECTED
    if connected and command.outcome is None:
        wrong["outcome"] = "required"
    elif command.outcome is not None and command.outcome not in _OUTCOMES:
        wrong["outcome"] = "not_for_macro"
    elif command.outcome is not None and not connected:
        wrong["outcome"] = "needs_connected"
    if (code := _follow(command)) is not None:
        wrong["follow_minutes"] = code
    if wrong:
        raise Invalid(wrong, limit=FOLLOW_LIMIT)
    return Macro(
        id=0,
        key=command.key,
        label_id=texts["label_id"],
        label_en=texts["label_en"],
        status=command.status,
        reason=None if connected else command.reason or NoAnswer.NO_ANSWER,
        outcome=command.outcome,
        note_id=texts["note_id"],
        note_en=texts["note_en"],
        follow_minutes=command.follow_minutes,
        active=command.active,
    )


_TEXTS: Final = {
    "label_id": LABEL_LIMIT,
    "label_en": LABEL_LIMIT,
    "note_id": NOTE_LIMIT,
    "note_en": NOTE_LIMIT,
}


def _follow(command: SaveMacro) -> str | None:
    if command.follow_minutes is None:
        return "required" if command.outcome is Outcome.CALLBACK else None
    if command.outcome is Outcome.NOT_INTERESTED:
        return "not_for_outcome"
    return None if 1 <= command.follow_minutes <= FOLLOW_LIMIT else "follow_range"
