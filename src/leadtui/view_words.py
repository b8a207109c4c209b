"""Sentences for the error and field codes of views, tags and queries.

`register()` adds them to `wording`, as `call_words` does.
"""

from __future__ import annotations

from typing import Final

from leadtui.i18n import N_
from leadtui.wording import register_errors, register_fields

FIELDS: Final[dict[str, str]] = {
    "tag_too_long": N_("At most {limit} letters."),
    "tag_signs": N_("Letters and digits, please; no comma, colon or quotation mark."),
    "tag_taken": N_("There is a tag of that name already."),
    "view_too_long": N_("At most {limit} letters."),
    "view_signs": N_("A name needs a letter or a digit."),
    "view_name_taken": N_("There is a view of that name already."),
    "view_key_unknown": N_("1–9, or a letter that the sheet does not use: not d, h, j, k, q, r, s, v."),
    "view_key_taken": N_("“{name}” has this key already."),
    "query_unreadable": N_("Not understood: {why}"),
}

ERRORS: Final[dict[str, str]] = {
    "view": N_("There is no such view any more."),
    "view_unknown": N_("There is no view “{name}”."),
    "view_changed": N_("Somebody has changed this view; here is how it is now."),
    "query_unreadable": N_("Not understood: {why}"),
    "views_full": N_("You have {limit} views already; delete one first."),
    "tag": N_("There is no such tag any more."),
    "tag_changed": N_("Somebody has changed this tag; here is how it is now."),
    "tags_full": N_("A customer has at most {limit} tags."),
    "tags_of_team_full": N_("The team has {limit} tags already; a manager can delete some."),
}


def register() -> None:
    """Make these words known; again changes nothing."""
    register_errors(ERRORS)
    register_fields(FIELDS)
