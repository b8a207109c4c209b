"""Sentences for the error and field codes of undoing, correcting, handing over, macros and pauses.

`register()` adds them to `wording`; `error_words.register` calls it.
"""

from __future__ import annotations

from typing import Final

from leadtui.i18n import N_
from leadtui.wording import register_errors, register_fields

FIELDS: Final[dict[str, str]] = {
    "handed_to_self": N_("That is you: choose a colleague."),
    "not_a_macro_key": N_("Macros stand on the keys 7, 8 and 9."),
    "macro_key_taken": N_("Somebody has just put another macro on this key."),
    "not_for_macro": N_("A macro logs interested, callback or not interested."),
    "not_for_outcome": N_("Whoever is not interested rests as the rules say."),
    "follow_range": N_("From 1 to {limit} minutes."),
}
ERRORS: Final[dict[str, str]] = {
    "call": N_("This call is not yours to change."),
    "call_corrected": N_("This call has been corrected already; look at its newest version."),
    "undo_late": N_("Too late to undo. Press h to correct the call instead."),
    "undo_dialled": N_("Not undone: the next customer has been dialled."),
    "not_today": N_("Only calls of today can be corrected."),
    "dnc_stays": N_("Do not call stays: only an admin takes somebody off that list."),
    "not_dialled": N_("Nobody has been dialled yet."),
    "paused": N_("You are pausing. End the pause to take the next call."),
    "pause": N_("There is no pause to end."),
    "macro": N_("There is no macro on key {key}."),
    "macro_changed": N_("Somebody has just changed the macro on key {key}."),
}
HINTS: Final[dict[str, str]] = {
    "macro": N_("leadtui macros list"),
    "macro_changed": N_("Look at it again, then decide."),
}


def register() -> None:
    """Make these words known; again changes nothing."""
    register_errors(ERRORS, HINTS)
    register_fields(FIELDS)
