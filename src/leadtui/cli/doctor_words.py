"""The words of `doctor`: a sentence for what was found, a hint for what is wrong."""

from __future__ import annotations

from typing import Any, Final

from leadtui.core.health.dto import Check
from leadtui.formats import number
from leadtui.i18n import N_, _
from leadtui.text import MISSING, clean

_SENTENCES: Final[dict[str, str]] = {
    "program": N_("leadtui {version} on Python {python}"),
    "settings": N_("A setting cannot be used: {sentence}"),
    "settings_refused": N_("The program refuses to start: {sentence}"),
    "variable_unknown": N_("There is no setting {name}; it is ignored."),
    "config_file": N_("Settings of {path} and the environment; this is “{env}”."),
    "environment": N_("Settings of the environment alone; this is “{env}”."),
    "production_embedded": N_(
        "In production with the embedded server: whoever reaches its socket can read everything."
    ),
    "home_unusable": N_("LEADTUI_HOME cannot be used: {path} ({why})."),
    "database_not_looked": N_("Without LEADTUI_HOME the embedded database was not looked at."),
    "secret_open": N_("Files that others can read: {paths} ({n} in all)."),
    "disk": N_("Free on the disk of {path}: {free}."),
    "disk_low": N_("Little room on the disk of {path}: {free} free."),
    "disk_full": N_("No room on the disk of {path}: {free} free."),
    "keys": N_("Every line of keys.toml is used: {n} commands have other keys."),
    "keys_wrong": N_("Keys: {problem}"),
    "theme_unknown": N_("There is no theme “{value}”; the setting is ignored."),
    "dial_command": N_("Numbers are dialled by {name}."),
    "dial_command_missing": N_("The dial command {name} was not found: numbers are only copied."),
    "zone": N_("This machine's time zone: {zone}"),
    "zones_missing": N_("The customers' time zones are not known here ({why})."),
    "schema": N_("The schema is {current}, the newest one."),
    "owner_login": N_("The role leadtui_owner can sign in by itself."),
    "backup_blind": N_("The role leadtui_backup does not see every row: pg_dump would refuse to run as it."),
    "tls": N_("The connection is encrypted ({tls}) and the server's name is checked."),
    "tls_unverified": N_("The connection is encrypted ({tls}); who answers is not checked (sslmode={mode})."),
    "tls_none": N_("The connection to the server is not encrypted (sslmode={mode})."),
    "clock": N_("This clock and the server's differ by {seconds} s."),
    "clock_wrong": N_("This clock and the server's differ by {seconds} s."),
    "database_encoding": N_("The database's encoding is {encoding}, and leadtui needs UTF8."),
    "size": N_("The database takes {size}."),
    "log_tells": N_("The server writes customers' data into its own log: {settings}."),
    "log_tells_embedded": N_("The server writes customers' data into its own log: {settings}."),
    "kept": N_("Databases that a restore put aside: {names}."),
    "connections": N_(
        "All {users} users at once need {needed} connections; the server has {most}, {now} in use."
    ),
    "connections_few": N_(
        "All {users} users at once need {needed} connections; the server has {most}, {now} in use."
    ),
    "home_absent": N_("{path} does not exist yet; the first start makes it."),
    "home_private": N_("{path} is yours alone."),
    "home_open": N_("{path} can be entered by others (mode {mode})."),
    "home_open_for_server": N_(
        "{path} can be entered by others (mode {mode}), because root's embedded server runs as another user."
    ),
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
    "model": N_("Model {id} ({name}) is deployed, its digest is right, and it loads."),
    "model_bad": N_("Model {id} ({name}) is deployed and cannot be used: {sentence}"),
    "leads": N_("Leads: {leads}, scored {scored}, with a known outcome {historical}."),
    "unscored": N_("Leads without a score of the deployed model: {n}. leadtui leads score"),
    "users": N_("Users: {users}, admins {admins}."),
    "no_admin": N_("Nobody can manage users in the program yet: leadtui users add … --role admin"),
    "demo": N_("This database was filled by the demo."),
    "holidays": N_("Holidays are known until the end of {year}."),
    "holidays_missing": N_("No holidays are known for {years}: customers would be called on them."),
    "mail_none": N_("Mail is not set up."),
    "mail": N_("Mail: {waiting} waiting, {failed} failed in a week; workers alive: {workers}."),
    "mail_waits": N_("No worker is alive, and mails wait: {waiting}."),
    "mail_failed": N_("Mails that failed in a week: {failed}."),
    "mail_settings": N_("Mail cannot be sent: {sentence}"),
    "library": N_("The scoring library loads."),
    "library_missing": N_("The scoring library cannot be loaded ({code})."),
    "language": N_("Language: {language}"),
    "encoding": N_("The terminal's encoding is {encoding}."),
    "encoding_poor": N_("The terminal's encoding is {encoding}: some letters cannot be shown."),
    "no_terminal": N_("Not on a terminal: the program itself needs one."),
    "terminal": N_("Terminal {term}, {columns} × {rows}"),
    "terminal_small": N_("The terminal is {columns} × {rows}; the program shows everything from 80 × 24."),
    "locale_unknown": N_("The locale {locale} does not exist on this machine."),
    "colours": N_("The terminal shows {n} colours."),
    "colours_few": N_("The terminal shows 16 colours, or does not say."),
    "colours_off": N_("NO_COLOR is set: the program draws without colours."),
    "tmux": N_("tmux hands on what is copied."),
    "tmux_clipboard": N_("tmux keeps what is copied to itself (set-clipboard is {value})."),
    "screen_clipboard": N_("GNU screen does not hand on what is copied."),
    "ssh_clipboard": N_("Over SSH, copying works where your terminal takes OSC 52."),
    "terminal_dumb": N_("TERM is “{term}”: the program cannot draw on it."),
}
_HINTS: Final[dict[str, str]] = {
    "mail_waits": N_("Have leadtui worker run all the time, or leadtui worker --once every few minutes."),
    "mail_failed": N_("leadtui mail list --state failed says why; leadtui mail retry --failed tries again."),
    "mail_settings": N_("leadtui mail test ADDRESS tries them."),
    "settings": N_("Change it, or unset it. leadtui config shows where each setting comes from."),
    "settings_refused": N_(
        "Add ?sslmode=verify-full to the URL, and sslrootcert=FILE for the bank's own authority."
    ),
    "variable_unknown": N_("leadtui config shows the settings there are."),
    "production_embedded": N_("Set LEADTUI_DATABASE_URL to a server of the bank."),
    "home_unusable": N_("Set LEADTUI_HOME to a folder of your own."),
    "secret_open": N_("chmod 600 {paths}"),
    "disk_low": N_("Make room, or move LEADTUI_HOME to another disk."),
    "disk_full": N_("Make room, or move LEADTUI_HOME to another disk."),
    "keys_wrong": N_("leadtui keys --check"),
    "theme_unknown": N_("One of {known}."),
    "dial_command_missing": N_("Install it, or give dial_command its whole path."),
    "zones_missing": N_("Install leadtui again: it brings the package tzdata."),
    "owner_login": N_("alter role leadtui_owner nologin"),
    "backup_blind": N_("A superuser runs: alter role leadtui_backup bypassrls"),
    "tls_unverified": N_("Add sslmode=verify-full to LEADTUI_DATABASE_URL."),
    "tls_none": N_("Add sslmode=verify-full to LEADTUI_DATABASE_URL."),
    "clock_wrong": N_("Let both machines follow a time server (NTP)."),
    "database_encoding": N_("Make a database with the encoding UTF8, and move the data there."),
    "log_tells": N_(
        "A superuser turns them off; log_error_verbosity = terse leaves out the rows that errors quote."
    ),
    "log_tells_embedded": N_("leadtui db upgrade"),
    "connections_few": N_("Raise max_connections, lower LEADTUI_POOL_SIZE, or put a pooler between."),
    "locale_unknown": N_("export LC_ALL=C.UTF-8"),
    "tmux_clipboard": N_("tmux set -s set-clipboard on"),
    "screen_clipboard": N_("Copy with your terminal's own selection, or use tmux."),
    "home_open": N_("chmod 700 {path}"),
    "socket_open": N_("chmod 700 {path}"),
    "database": N_("Is the server up, and is LEADTUI_DATABASE_URL right?"),
    "schema_old": N_("leadtui db upgrade"),
    "schema_new": N_("Install the newer leadtui."),
    "version_old": N_("Move to PostgreSQL 16 or newer."),
    "role_strong": N_(
        "LEADTUI_DATABASE_URL is for the role leadtui_app; the owner's URL is LEADTUI_ADMIN_URL."
    ),
    "partitions_end": N_("leadtui db upgrade"),
    "holidays_missing": N_("leadtui holidays update"),
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


def hint(check: Check) -> str:
    """What to do, or the empty string."""
    if check.level not in ("fail", "warn"):
        return ""
    if check.code == "database" and (own := _error(check.data)[1]):
        return own
    return _fill(_HINTS[check.code], check) if check.code in _HINTS else ""


def _fill(msgid: str, check: Check) -> str:
    values = {key: _written(key, value) for key, value in check.data.items()}
    if "{sentence}" in msgid:
        values["sentence"] = _error(check.data)[0]
    return _(msgid).format_map(values)


def _written(key: str, value: object) -> str:
    if key in ("free", "size") and isinstance(value, int):
        return _bytes(value)
    if isinstance(value, float):
        return number(value, 1)
    if isinstance(value, int):
        return number(value)
    return clean(value) or MISSING


def _bytes(n: int) -> str:
    if n >= 1_000_000_000:
        return _("{n} GB").format(n=number(n / 1_000_000_000, 1))
    return _("{n} MB").format(n=number(n // 1_000_000))


def _error(data: dict[str, Any]) -> tuple[str, str]:
    """(sentence, what to do) of an error of the core."""
    from leadtui import error_words
    from leadtui.core.errors import LeadtuiError
    from leadtui.wording import error_hint, field_sentence

    error_words.register()
    if "field" in data:
        known = {key: value for key, value in data.items() if key not in ("code", "field", "field_code")}
        return f"{clean(data['field'])}: {field_sentence(data['field_code'], known)}", ""
    error = LeadtuiError(**data)
    own = error_hint(error)
    # no_connection's own hint is to run doctor
    return error_words.sentence(error), own if data["code"] != "no_connection" else ""
