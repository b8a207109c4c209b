"""Sentences for the error and field codes of settings, holidays, do-not-call lists and consent.

`register()` adds them to `wording`; `error_words.register` calls it.
"""

from __future__ import annotations

from typing import Final

from leadtui.i18n import N_
from leadtui.wording import register_errors, register_fields

FIELDS: Final[dict[str, str]] = {
    # settings
    "rule_flag": N_("It is neither on nor off."),
    "rule_number": N_("It is not a whole number."),
    "rule_range": N_("It must be from {low} to {high}."),
    "rule_clock": N_("It is not a time of day."),
    "rule_weekdays": N_("These are not days of the week."),
    "rule_numbers": N_("These are not whole numbers with commas between."),
    "rule_choice": N_("It is none of {known}."),
    "window_order": N_("Calling would begin at {start} and end at {end}."),
    # holidays
    "holiday_far": N_("Only years from {first} to {last} make sense."),
    "holiday_years": N_("Name years from {first} to {last}, at most {most} of them."),
    "holiday_date": N_("It is not a date."),
    "holiday_zone": N_("It is none of WIB, WITA, WIT."),
    # do-not-call and consent
    "reason_needed": N_("Say why, in a few words."),
    "source_needed": N_("Say where they said so, in a few words."),
    "consent_answer": N_("It is neither yes nor no."),
    "lead_id": N_("It is not a lead's number."),
}
FIELD_HINTS: Final[dict[str, str]] = {
    "rule_flag": N_("on or off"),
    "rule_clock": N_("For example {example}."),
    "rule_weekdays": N_("For example {example}."),
    "rule_numbers": N_("For example {example}."),
    "holiday_date": N_("2026-12-31 or 31/12/2026"),
}
ERRORS: Final[dict[str, str]] = {
    "setting_unknown": N_("There is no setting “{key}”."),
    "setting_misspelt": N_("There is no setting “{key}”."),
    "setting_changed": N_("Somebody has just changed {key}: it is {value} now."),
    "holiday_unknown": N_("{day} is no holiday here."),
    "holiday_header": N_("Line {line} is neither a header nor a holiday: it starts with “{start}”."),
    "holiday_lines": N_("{n} lines are wrong, so nothing was imported."),
    "dnc_unknown": N_("{number} is not on the do-not-call list."),
    "dnc_lead_unknown": N_("Customer {lead_id} is not on the do-not-call list."),
    "dnc_which": N_("Name one number, or one customer with --lead."),
    "dnc_header": N_("Line {line}: none of the columns holds telephone numbers."),
    "list_running": N_("Another do-not-call list is being imported."),
}
HINTS: Final[dict[str, str]] = {
    "setting_unknown": N_("leadtui settings list"),
    "setting_misspelt": N_("Did you mean “{suggestion}”?"),
    "setting_changed": N_("Look at it again, then decide."),
    "holiday_unknown": N_("leadtui holidays list"),
    "holiday_header": N_("The first line names the columns: date,name,zone"),
    "dnc_unknown": N_("leadtui dnc list"),
    "dnc_lead_unknown": N_("leadtui dnc list --number NUMBER says whether their number is on it."),
    "dnc_header": N_("One number a line, or a column named phone."),
    "list_running": N_("Wait for it to end, then try again."),
}
HOLIDAY_LINES: Final[dict[str, str]] = {
    "holiday_date": N_("“{value}” is not a date (2026-12-31 or 31/12/2026)"),
    "holiday_no_date": N_("the date is missing"),
    "holiday_name": N_("the name is missing or too long"),
    "holiday_zone": N_("“{value}” is none of WIB, WITA, WIT"),
    "holiday_twice": N_("{value} stands there twice"),
    "holiday_columns": N_("too many or too few columns: “{value}”"),
}
"""What is wrong with a line of a file of holidays; completes "line 12: …"."""


def register() -> None:
    """Make these words known; again changes nothing."""
    register_errors(ERRORS, HINTS)
    register_fields(FIELDS)
