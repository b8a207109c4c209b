"""The words of `doctor`: a sentence for what was found, a hint for what is wrong."""

from __future__ import annotations

from typing import Any, Final

from leadtui.cli.errors import say
from leadtui.core.health.dto import Check
from leadtui.formats import number
from leadtui.i18n import N_, _
from leadtui.text import MISSING, clean

_SENTENCES: Final[dict[str, str]] = {
    "program": N_("leadtui {version} on Python {python}"),
    "settings": N_("The environment holds a setting that cannot be used: {sentence}"),
    "home_absent": N_("{path} does not exist yet; the first start makes it."),
    "home_private": N_("{path} is yours alone."),
    "home_open": N_("{path} can be entered by others (mode {mode})."),
    "home_open_for_server": N_(
        "{path} can be entered by others (mode {mode}), because root's embedded server runs as another user."
    ),
    "home_read_only": N_("{path} cannot be written."),
    "socket_open": N_("Others can reach the embedded server's socket in {path}."),
    "root": N_("You are root: give leadtui a user of its own on a machine that matters."),
    "embedded": N_(
        "Embedded server: whoever reaches its socket can read everything. For a demo or one user."
    ),
    "no_database": N_("There is no database yet; the first start makes it."),
    "no_admin_url": N_("LEADTUI_ADMIN_URL is not set: roles, model and counts were not looked at."),
    "server": N_("PostgreSQL {version} answers ({place})."),
    "database": N_("The database is not usable: {sentence}"),
    "schema_old": N_("The schema is {current}; this program brings {newest}."),
    "schema_new": N_("The schema is {current}; this program knows only {newest}."),
    "version": N_("PostgreSQL {version}"),
    "version_old": N_("PostgreSQL {version} is too old; 16 is needed."),
    "role": N_("The program works as {role}, which row-level security holds for."),
    "role_strong": N_("The program works as {role}, which has more than it needs: {rights}."),
    "partitions": N_("Months for calls are made until {until}."),
    "partitions_end": N_("Months for calls end on {until}."),
    "stray_rows": N_("Calls or audit rows are in a default partition."),
    "no_model": N_("No model is deployed: nothing can be scored."),
    "model": N_("Model {id} ({name}) is deployed, its digest is right."),
    "model_bad": N_("Model {id} ({name}) is deployed and cannot be used: {sentence}"),
    "leads": N_("Leads: {leads}, scored {scored}, with a known outcome {historical}."),
    "unscored": N_("Leads without a score of the deployed model: {n}. leadtui leads score"),
    "users": N_("Users: {users}, admins {admins}."),
    "no_admin": N_("Nobody can manage users in the program yet: leadtui users add … --role admin"),
    "demo": N_("This database was filled by the demo."),
    "library": N_("The scoring library loads."),
    "library_missing": N_("The scoring library cannot be loaded ({code})."),
    "language": N_("Language: {language}"),
    "encoding": N_("The terminal's encoding is {encoding}."),
    "encoding_poor": N_("The terminal's encoding is {encoding}: some letters cannot be shown."),
    "no_terminal": N_("Not on a terminal: the program itself needs one."),
    "terminal": N_("Terminal {term}, {columns} × {rows}"),
    "terminal_small": N_("The terminal is {columns} × {rows}; the program needs 80 × 24."),
    "terminal_dumb": N_("TERM is “{term}”: the program cannot draw on it."),
}
_HINTS: Final[dict[str, str]] = {
    "settings": N_("Change it, or unset it."),
    "home_open": N_("chmod 700 {path}"),
    "home_read_only": N_("Set LEADTUI_HOME to a folder of your own."),
    "socket_open": N_("chmod 700 {path}"),
    "database": N_("Is the server up, and is LEADTUI_DATABASE_URL right?"),
    "schema_old": N_("leadtui db upgrade"),
    "schema_new": N_("Install the newer leadtui."),
    "version_old": N_("Move to PostgreSQL 16 or newer."),
    "role_strong": N_(
        "LEADTUI_DATABASE_URL is for the role leadtui_app; the owner's URL is LEADTUI_ADMIN_URL."
    ),
    "partitions_end": N_("leadtui db upgrade"),
    "stray_rows": N_("leadtui db upgrade was not run for too long; ask your database administrator."),
    "no_model": N_("leadtui db upgrade deploys the starter model; or: leadtui models train FILE"),
    "model_bad": N_("leadtui models list, then leadtui models deploy ID"),
    "library_missing": N_("Install leadtui again; on Linux it also needs libgomp."),
    "encoding_poor": N_("export LC_ALL=C.UTF-8"),
    "terminal_small": N_("Make the window larger."),
    "terminal_dumb": N_("export TERM=xterm-256color"),
}


def sentence(check: Check) -> str:
    """What was found."""
    return _fill(_SENTENCES[check.code], check)


def hint(check: Check) -> None:
    """What to do, on stderr."""
    if check.code in _HINTS:
        say("hint: " + _fill(_HINTS[check.code], check))


def _fill(msgid: str, check: Check) -> str:
    values = {key: _written(value) for key, value in check.data.items()}
    if "{sentence}" in msgid:
        values["sentence"] = _error_words(check.data)
    return _(msgid).format_map(values)


def _written(value: object) -> str:
    if isinstance(value, int):
        return number(value)
    return clean(value) or MISSING


def _error_words(data: dict[str, Any]) -> str:
    from leadtui import error_words
    from leadtui.core.errors import LeadtuiError

    error_words.register()
    return error_words.sentence(LeadtuiError(**data))
