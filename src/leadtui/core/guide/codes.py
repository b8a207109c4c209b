"""Every code that the guide can fail with, and its sentence and hint in English (msgids for gettext).

`FAULTS` words one `dto.Fault` of a file, filled from its data.
"""

from __future__ import annotations

from typing import Final

from leadtui.i18n import N_

ERRORS: Final[dict[str, str]] = {
    "guide_wrong": N_("This guide cannot be used. Faults: {n}. Nothing was changed."),
    "guide_source": N_("A guide needs the name of where it comes from, at most {most} characters."),
    "guide_version_unknown": N_("There is no version {number} of this guide."),
    "guide_none": N_("There is no guide yet."),
    "guide_shipped_damaged": N_("The guide that comes with leadtui is damaged."),
    "guide_file_missing": N_("There is no file {path}."),
    "guide_file_unreadable": N_("{path} cannot be read: {why}."),
    "guide_file_not_utf8": N_("{path} is not UTF-8."),
    "guide_file_too_large": N_("{path} is larger than {limit} KB."),
    "guide_file_exists": N_("{path} exists already and is not overwritten."),
    "guide_file_unwritable": N_("{path} cannot be written: {why}."),
    "guide_file_or_shipped": N_("Name a file, or --shipped."),
    "guide_language": N_("--lang: there is no language “{value}”."),
}
HINTS: Final[dict[str, str]] = {
    "guide_version_unknown": N_("leadtui guide list"),
    "guide_none": N_("leadtui guide import --shipped"),
    "guide_shipped_damaged": N_("Install leadtui again."),
    "guide_file_not_utf8": N_("Save it as UTF-8."),
    "guide_file_exists": N_("Choose another name, or move that file away."),
    "guide_language": N_("One of {known}."),
}
FAULTS: Final[dict[str, str]] = {
    # the file
    "too_large": N_("It is larger than {limit} KB."),
    "empty": N_("It is empty."),
    "control_character": N_("A control character stands here."),
    "syntax": N_("This is not YAML: {why}."),
    "alias": N_("Anchors and aliases (& and *) are not allowed: write it out."),
    "tag": N_("Tags (!) are not allowed."),
    "two_documents": N_("A second document begins here; a file holds one guide."),
    "too_deep": N_("It is nested deeper than {limit}."),
    "key": N_("A key must be plain text."),
    "key_twice": N_("“{key}” stands here twice."),
    "number_form": N_("“{value}” is no number as they are written here; put a text in quotes."),
    # its parts
    "format": N_("The format must be {known}."),
    "mapping": N_("Here must stand names with values (name: value)."),
    "list": N_("Here must stand a list (lines that begin with -)."),
    "list_length": N_("There are {n} entries; {least} to {most} are allowed."),
    "unknown_key": N_("There is no such name here; there is {known}."),
    "needed": N_("It is missing."),
    "text": N_("It must be text; put it in quotes."),
    "blank": N_("It is blank."),
    "too_long": N_("It has {n} characters; at most {most} are allowed."),
    "brace": N_("A curly bracket stands alone."),
    "placeholder": N_("There is no placeholder “{value}”; here there are: {known}."),
    "placeholder_here": N_("The placeholder “{value}” has no value here; here there are: {known}."),
    "code": N_("“{value}” is no code: small letters, digits and _, a letter first, at most 40."),
    "code_twice": N_("The code “{value}” stands there twice."),
    "currency": N_("“{value}” is not a currency code like IDR."),
    "number": N_("“{value}” is not a number (as 150000000 or 5.25)."),
    "number_whole": N_("“{value}” is not a whole number."),
    "bounds": N_("“{value}” is not between {least} and {most}."),
    "bounds_crossed": N_("The most is less than the least."),
    "product_unknown": N_("There is no product “{value}”; there is {known}."),
    "offer_unknown": N_("There is no offer “{value}” in this guide."),
    "otherwise_needed": N_("A required line must always be said: add otherwise, without {names}."),
    "otherwise_fixed": N_("What is said otherwise may not be missing either: without {names}."),
    # conditions and sums
    "condition": N_("Here must stand a condition (field: value)."),
    "condition_list": N_("Here must stand a list of 1 to {most} conditions."),
    "nested": N_("Conditions stand in each other deeper than {most}."),
    "field_unknown": N_("There is no such field; there is {known}."),
    "comparison": N_("There is no such comparison here; there is {known}."),
    "yes_no": N_("“{value}” is neither yes nor no."),
    "value_unknown": N_("“{value}” is not known; there is {known}."),
    "calculation_kind": N_("“{value}” is no calculation; there is {known}."),
    "calculation_rate": N_("A calculation needs the rate of the terms."),
    "calculation_tenor": N_("A calculation needs tenor_months of the terms, or until_age."),
    "until_age_saving": N_("Only a saving goes on until an age."),
}
