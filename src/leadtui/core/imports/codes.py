"""Every code an import can fail with, and its sentence and hint in English (msgids for gettext).

`FILE_ERRORS` and `FILE_HINTS` word `errors.Invalid` raised for a file as a whole, filled from the error's
data; `REJECTS` and `REJECT_HINTS` word one row's reject (`line`, `column`, `value`).
Front doors register them: `wording.register_errors(codes.FILE_ERRORS, codes.FILE_HINTS)` and
`wording.register_fields(codes.REJECTS)`.
"""

from __future__ import annotations

from typing import Final

from leadtui.i18n import N_

FILE_ERRORS: Final[dict[str, str]] = {
    "file_missing": N_("There is no file {path}."),
    "file_unreadable": N_("{path} cannot be read: {why}."),
    "file_not_regular": N_("{path} is not a file."),
    "file_empty": N_("{path} is empty."),
    "file_no_rows": N_("{path} has a header and no rows."),
    "file_binary": N_("{path} is not a text file (line {line})."),
    "file_spreadsheet": N_("{path} is a spreadsheet file, not CSV."),
    "file_nul": N_("Line {line} holds a NUL character: this is not a text file."),
    "file_encoding": N_("Line {line} is not {encoding} (byte {byte} of the file)."),
    "file_mark": N_("The file says by its first bytes that it is {found}, --encoding says {given}."),
    "encoding_unknown": N_("--encoding: there is no encoding “{name}”."),
    "sep_unknown": N_("Line 1: sep= names “{found}”, which separates no columns here."),
    "file_changed": N_("{path} changed while it was read."),
    "header_unknown": N_("Line {line} is not a header we know: it starts with “{start}”."),
    "header_quote": N_("Line {line}: a quote is opened and not closed."),
    "column_unknown": N_("Line {line}: the column “{column}” is not known."),
    "column_misspelt": N_("Line {line}: the column “{column}” is not known."),
    "column_unnamed": N_("Line {line}: column {place} has no name."),
    "column_twice": N_(
        "Line {line}: the column “{column}” stands there twice (columns {place} and {place2})."
    ),
    "columns_missing": N_("Line {line}: missing columns: {columns}."),
    "columns_many": N_("Line {line}: {found} columns; at most {limit} make sense here."),
    "row_short": N_("Line {line}: {found} fields where the header has {expected}."),
    "row_long": N_("Line {line}: {found} fields where the header has {expected}."),
    "quote_open": N_("Line {line}: a quote is opened and never closed."),
    "quote_inside": N_("Line {line}: something follows a closing quote."),
    "line_too_long": N_("Line {line} is longer than {limit} characters."),
    "field_too_long": N_("Line {line}: a field is longer than {limit} characters."),
    "file_too_long": N_("{path} is larger than {limit}."),
    "demo_contacts_given": N_(
        "The file has contacts of its own ({columns}): made-up people cannot be added."
    ),
    "consent_source_blank": N_("--consent-source needs a text: where these people agreed."),
    "consent_source_long": N_("--consent-source has at most {limit} characters."),
    "on_duplicate_unknown": N_("--on-duplicate is “{value}”."),
    "rejects_exist": N_("{path} exists already and is not overwritten."),
    "rejects_unwritable": N_("{path} cannot be written: {why}."),
    "run_unknown": N_("There is no import {run_id}."),
    "team_unknown": N_("There is no team “{team}”."),
    "import_running": N_("Another import for this team is running."),
}
"""Code → sentence for `Invalid` (and `Conflict`, `NotFound`) raised by the import."""

FILE_HINTS: Final[dict[str, str]] = {
    "file_not_regular": N_("Write the list to a file and name that: an import reads it more than once."),
    "file_empty": N_("Check the export; the first line must name the columns."),
    "file_no_rows": N_("Check the export."),
    "file_binary": N_("Export the list as CSV (UTF-8)."),
    "file_spreadsheet": N_("In the spreadsheet choose “Save as” → CSV (UTF-8)."),
    "file_nul": N_("Export the list again as CSV (UTF-8)."),
    "file_encoding": N_("Export the list again as CSV (UTF-8), or say what it is: --encoding {guess}"),
    "file_mark": N_("Leave --encoding out."),
    "encoding_unknown": N_("Often used: {known}."),
    "sep_unknown": N_("Write sep=; or sep=, or leave the line out."),
    "file_changed": N_("Wait until it is written completely, then import it again."),
    "header_unknown": N_("The first line names the columns, separated by ; , or tab, for example: {example}"),
    "header_quote": N_("Close it, or remove it."),
    "column_unknown": N_("Remove the column; its data would be lost without a word."),
    "column_misspelt": N_("Did you mean “{suggestion}”?"),
    "column_unnamed": N_("Name it or remove it; often a separator too many ends the line."),
    "column_twice": N_("Remove one of the two."),
    "columns_missing": N_(
        "Add them, with empty cells where nothing is known: facts of a customer come all together. A list of "
        "contacts alone needs name and phone."
    ),
    "row_short": N_("Often a line break or a quote is missing; fix the line in the source."),
    "row_long": N_("Put a field that holds a separator into double quotes."),
    "quote_open": N_("Close it; write a quote inside a quoted field twice."),
    "quote_inside": N_("Write a quote inside a quoted field twice."),
    "line_too_long": N_("Check the line breaks of the file."),
    "field_too_long": N_("Check the quotes and line breaks around it."),
    "file_too_long": N_("Split the file."),
    "on_duplicate_unknown": N_("One of {known}."),
    "rejects_exist": N_("Name another with --rejects, or remove it."),
    "rejects_unwritable": N_("Name another with --rejects."),
    "run_unknown": N_("leadtui leads imports list"),
    "demo_contacts_given": N_("Import it without --demo-contacts."),
    "import_running": N_("Wait for it to end, then try again."),
}
"""Code → what to try."""

REJECTS: Final[dict[str, str]] = {
    "required": N_("is needed"),
    "not_a_number": N_("is not a number"),
    "not_whole": N_("is not a whole number"),
    "out_of_range": N_("is out of range"),
    "decimals": N_("has more than two decimals"),
    "unknown_value": N_("is not one of the known values"),
    "too_long": N_("is too long"),
    "phone_invalid": N_("is not a telephone number"),
    "email_invalid": N_("is not an e-mail address"),
    "currency_invalid": N_("is not a currency code like IDR"),
    "yes_no": N_("is neither yes nor no"),
    "two_contents": N_("stands there with different contents"),
    "known": N_("is the id of a lead that is there already"),
    "row_short": N_("has too few fields"),
    "row_long": N_("has too many fields"),
    "quote_inside": N_("something follows a closing quote"),
    "field_too_long": N_("a field is too long"),
}
"""Reject code → what is wrong with the value; completes "line 12, age: “abc” …"."""

REJECT_HINTS: Final[dict[str, str]] = {
    "not_a_number": N_("Digits 0–9 only, a point before decimals, no thousands separators."),
    "unknown_value": N_("Known: {known}."),
    "yes_no": N_("Write yes or no; leave it empty if you do not know."),
    "phone_invalid": N_("Write 0812… or +62812…, other countries with + and country code."),
    "two_contents": N_("Keep one row for each external_id."),
    "known": N_("Remove the row, or import with --on-duplicate update or skip."),
    "row_short": N_("Often a line break or a quote is missing; fix the line in the source."),
    "row_long": N_("Put a field that holds a separator into double quotes."),
    "quote_inside": N_("Write a quote inside a quoted field twice."),
}
"""Reject code → what to try. `{known}` is `columns.known_values(column)`."""
