"""Sentences and hints for the codes of models, scores, users, training and the command line itself.

`register()` adds them to `wording`; a front door calls it before it words an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from leadtui.core.errors import LeadtuiError, NotAllowed, Unauthenticated
from leadtui.i18n import N_, _
from leadtui.text import clean
from leadtui.wording import error_hint, error_sentence, register_errors, register_fields

_SENTENCES: Final[dict[str, str]] = {
    # the database
    "no_connection": N_("The database cannot be reached."),
    "embedded_server": N_("The embedded database does not start."),
    "upgrade_running": N_("Somebody else is upgrading this database."),
    "upgrade_failed": N_("The upgrade failed and was taken back; the schema is still {revision}: {why}"),
    "admin_url_needed": N_("This needs the owner of the database."),
    "admin_url_not_owner": N_("The role of LEADTUI_ADMIN_URL does not own the database."),
    "database_url_needed": N_("LEADTUI_ADMIN_URL is set and LEADTUI_DATABASE_URL is not."),
    "roles_needed": N_("This user may not make or use the roles {roles}."),
    "schema_needed": N_("The role {role} may not create tables in the schema public."),
    "draft_key": N_("This user has no key for kept texts: the database was not made by leadtui."),
    "no_system_user": N_("The database has no system user: it was not made by leadtui."),
    "no_tool": N_("There is no {tool} of PostgreSQL {version} or newer here."),
    "no_tool_tls": N_(
        "The {tool} that comes with leadtui does not speak TLS, and there is none of PostgreSQL {version} or "
        "newer here."
    ),
    "backup_nothing": N_("There is nothing to back up: the database is empty."),
    "backup_exists": N_("{path} exists already and is not overwritten."),
    "backup_unwritable": N_("{path} cannot be written: {why}."),
    "backup_failed": N_("The backup failed, nothing was written: {why}"),
    "backup_missing": N_("There is no file {path}."),
    "backup_unreadable": N_("{path} cannot be read: {why}."),
    "backup_foreign": N_("This is not a backup of leadtui."),
    "backup_format": N_("This backup was made by a newer leadtui (format {found})."),
    "backup_damaged": N_("The backup is damaged: it is not as it was written. Nothing was restored."),
    "backup_newer": N_("The backup has the schema {schema}; this program knows only {head}."),
    "backup_newer_server": N_("The backup comes from PostgreSQL {made}; this server is {server}."),
    "database_in_use": N_("Others are connected to the database {name}: {n}."),
    "restore_foreign": N_("The database {name} holds tables that are not leadtui's."),
    "restore_running": N_("Another restore is running on this server."),
    "restore_needs_createdb": N_(
        "The database {name} is not empty, and this user may not make another one beside it."
    ),
    "restore_failed": N_("The restore failed and was taken back; the database is as it was: {why}"),
    "restore_incomplete": N_(
        "The restore was taken back: {table} has {found} rows where the backup counted {wanted}."
    ),
    "restore_unconfirmed": N_("Nothing was restored: it was not confirmed."),
    "not_embedded": N_("The database at {place} is not leadtui's own to stop."),
    "clock_injection": N_("An injected clock is refused in production."),
    "path_too_long": N_("LEADTUI_HOME is too long for a server's socket: {path}"),
    "unknown_environment": N_("LEADTUI_ENV is “{value}”."),
    "not_a_postgresql_url": N_("This is not a PostgreSQL URL."),
    "no_terminal": N_("The program needs a terminal."),
    "dumb_terminal": N_(
        "This terminal cannot move its cursor (TERM={term}). Open leadtui in another one; "
        "its commands work here."
    ),
    "demo_no_terminal": N_("The program needs a terminal."),
    "demo_language": N_("--lang: there is no language “{value}”."),
    # sessions and passwords
    "too_many_attempts": N_("Too many attempts. Try again in {wait}."),
    "session_idle": N_("Nobody was here for long, so you were signed out. Nothing you typed is lost."),
    "session_expired": N_("Your session has reached its time limit. Nothing you typed is lost."),
    "session_disabled": N_("Your account has been disabled."),
    "session_password_reset": N_("Your password has been reset. Sign in with the one-time password."),
    "session_password_changed": N_("Your password was changed elsewhere. Sign in with the new one."),
    "session_ended_by_admin": N_("An administrator has ended your session."),
    "session_ended_by_user": N_("You ended this session from another one."),
    "session_reused": N_("An old copy of this session was used, so it has ended everywhere."),
    "session_unknown": N_("There is no open session {session_id}."),
    "refresh_raced": N_("Another command has just renewed this session."),
    "token_damaged": N_("The token file is damaged or was changed by hand."),
    "token_locked": N_("Another command holds the token file."),
    "secret_link": N_("{path} is a link or no plain file. It is refused."),
    "secret_owner": N_("{path} belongs to another user. It is refused."),
    "secret_mode": N_("Others can read or write {path}. It is refused."),
    "key_damaged": N_("{path} is damaged: it must hold 32 bytes."),
    "own_password_needed": N_("This is a one-time password, and it is changed at the first sign-in."),
    "no_terminal_to_ask": N_("There is no terminal to ask on."),
    "end_which_session": N_("Name one session, or all of a user."),
    # users
    "last_admin": N_("This is the last admin; somebody must be able to manage users."),
    "user_unknown": N_("There is no user {email}."),
    "user_disabled": N_("{email} is disabled."),
    # leads and scores
    "one_format": N_("--json or --csv, not both."),
    "min_score": N_("{option}: “{value}” is no probability."),
    "value_unknown": N_("{option}: “{value}” is not known; there is {known}."),
    "amount_unreadable": N_("{option}: “{value}” is no amount; write it as 1500000.50."),
    "bounds_crossed": N_("The least value ({low}) is above the highest ({high})."),
    "lookup_search": N_("--lookup needs --search: two letters, an e-mail or four digits."),
    "job_unknown": N_("--job: “{value}” is not one of the known jobs."),
    "home_unusable": N_("LEADTUI_HOME cannot be used: {path} ({why})."),
    "lead_unknown": N_("There is no lead {lead_id}."),
    "lead_exists": N_("A lead with the external id {external_id} exists already: {lead_id}."),
    "team_unknown": N_("There is no team “{team}”."),
    "no_model": N_("No model is deployed."),
    "job_running": N_("Another bulk job is running on this database."),
    "import_running": N_("Another import or a scoring of this team is running."),
    "scoring_library": N_("The scoring library cannot be loaded."),
    "scoring_failed": N_("The scoring library refused its work: {why}"),
    # models
    "model_unknown": N_("There is no model {model_id}."),
    "inputs_absent": N_(
        "This model cannot be deployed: it needs {columns}, and a lead to be called does not have them."
    ),
    "model_empty": N_("The model file is empty."),
    "model_too_large": N_("The model file has {size} bytes; more than {limit} are refused."),
    "model_retired": N_(
        "Model {model_id} ({name}) is retired: it is kept for its scores, and makes no new ones."
    ),
    "model_deployed": N_("Model {model_id} ({name}) scores now; it cannot be retired."),
    "nothing_before": N_("No other model was deployed before this one."),
    "models_changed": N_("Somebody deployed a model at the same moment. Nothing was changed."),
    "model_pickled": N_("This is a pickle, and loading it would run foreign code. It is refused."),
    "model_not_an_artefact": N_("This is not a model of leadtui."),
    "model_format": N_("This model was made by a newer leadtui (format {found})."),
    "model_cut": N_("The model is cut off."),
    "model_digest": N_("The model has been altered: its digest is wrong. It was not loaded."),
    "model_meta": N_("The model's description cannot be used: {why}"),
    "model_not_lightgbm": N_("The model is not one that LightGBM wrote: {why}"),
    "model_inputs": N_("The model and its description name different inputs."),
    "model_leaks": N_("The model uses {columns}, known only after the call. It is refused."),
    "model_crashed": N_("Loading the model ended its test process (exit {exit}). It is not deployed."),
    "model_timeout": N_("The model took longer than {seconds} s to load. It is not deployed."),
    "model_golden": N_("The model predicts something else than when it was made. It is not deployed."),
    # training
    "extra_missing": N_("Training needs packages that are not installed ({package})."),
    "unknown_feature_set": N_("There is no feature set “{given}”."),
    "training_two_files": N_(
        "One file at a time ({files}): UCI's two files hold the same calls, so a model trained on both would "
        "be tested on what it has learnt."
    ),
    "training_after_the_call": N_("{columns} is known only after the call: no model may use it."),
    "training_unknown_feature": N_("There is no column {columns} to train on."),
    "training_no_features": N_("There is nothing to train on."),
    "training_columns_absent": N_("The file lacks {columns}."),
    "training_one_class": N_("All {rows} calls ended alike: there is nothing to learn."),
    "training_too_few": N_("{rows} calls with {bought} sales are too few to learn from and to judge."),
    "training_file_missing": N_("There is no file {file}."),
    "training_file_not_regular": N_("{file} is not a file."),
    "training_file_unreadable": N_("{file} cannot be read: {why}."),
    "training_file_empty": N_("The file is empty."),
    "training_file_binary": N_("This is not a text file."),
    "training_file_encoding": N_("Line {line} is not UTF-8."),
    "training_file_separator": N_("The first line has no separator: neither ; nor , nor tab."),
    "training_file_columns_missing": N_("The file lacks the column {columns}."),
    "training_file_column_twice": N_("The column {columns} stands there twice."),
    "training_file_row_length": N_("Line {line} has {got} fields where the header has {expected}."),
    "training_file_open_quote": N_("Line {line}: a quote is opened and never closed."),
    "training_file_number": N_("Line {line}, {column}: “{value}” is not a number that can stand here."),
    "training_file_category": N_("Line {line}, {column}: “{value}” is not one of the known values."),
    "training_file_yes_no": N_("Line {line}, {column}: “{value}” is neither yes nor no."),
    "training_file_no_rows": N_("The file has a header and no rows."),
}
_HINTS: Final[dict[str, str]] = {
    "min_score": N_("0.3 or 30%"),
    "job_unknown": N_("One of {known}."),
    "home_unusable": N_("Set LEADTUI_HOME to a folder of your own."),
    "embedded_server": N_("leadtui doctor, and the server's own words in {log}"),
    "upgrade_running": N_("Wait for it to end, then try again."),
    "upgrade_failed": N_("Nothing is lost. Put that right, then run leadtui db upgrade again."),
    "admin_url_needed": N_("Sign in with leadtui login, or set LEADTUI_ADMIN_URL to the owner's URL."),
    "admin_url_not_owner": N_("It is for the role that ran leadtui db upgrade."),
    "database_url_needed": N_("Set both, or neither for the embedded server."),
    "roles_needed": N_("The README says how the database administrator makes them."),
    "schema_needed": N_("The schema's owner runs: grant usage, create on schema public to {role}"),
    "no_tool": N_("Install PostgreSQL's client programs of that version."),
    "no_tool_tls": N_("Install PostgreSQL's client programs of that version."),
    "backup_exists": N_("Choose another name, or move that file away."),
    "backup_damaged": N_("Use another copy of it."),
    "backup_format": N_("Install the newer leadtui."),
    "backup_newer": N_("Install the newer leadtui."),
    "backup_newer_server": N_("Restore into a server of the same version or a newer one."),
    "database_in_use": N_("Close leadtui everywhere, then try again."),
    "restore_foreign": N_("Restore into an empty database."),
    "restore_running": N_("Wait for it to end, then try again."),
    "restore_needs_createdb": N_(
        "A superuser runs: alter role … createdb; or set the URLs to an empty database."
    ),
    "restore_unconfirmed": N_("leadtui db restore FILE --yes"),
    "not_embedded": N_("Ask who looks after that server."),
    "path_too_long": N_("Use a path of at most {limit} bytes."),
    "unknown_environment": N_("One of {known}."),
    "demo_no_terminal": N_("leadtui demo --setup-only sets everything up without one."),
    "demo_language": N_("One of {known}."),
    "no_terminal": N_("leadtui --help shows the commands that work without one."),
    "session_unknown": N_("leadtui users sessions"),
    "end_which_session": N_("leadtui users end-session ID, or --all EMAIL"),
    "no_terminal_to_ask": N_("Give it with {option}."),
    "own_password_needed": N_("Sign in once on a terminal and choose a password of your own."),
    "secret_mode": N_("chmod 600 the file after a look at who could have read it, or remove it."),
    "secret_link": N_("Remove it; leadtui login makes a new one."),
    "secret_owner": N_("Set LEADTUI_HOME to a folder of your own."),
    "key_damaged": N_("Remove it and sign in again: leadtui login"),
    "token_damaged": N_("leadtui login makes a new one, leadtui logout takes it away."),
    "last_admin": N_("Add another admin first: leadtui users add EMAIL --name … --role admin"),
    "user_unknown": N_("leadtui users list"),
    "user_disabled": N_("leadtui users enable {email} lets them in again."),
    "lead_unknown": N_("leadtui leads list"),
    "lead_exists": N_("leadtui leads show {lead_id}"),
    "no_model": N_("leadtui db upgrade deploys the starter model; or: leadtui models train FILE"),
    "job_running": N_("Wait for it to end, then try again."),
    "import_running": N_("Wait for it to end, then try again."),
    "scoring_library": N_("Install leadtui again; on Linux it also needs libgomp."),
    "model_unknown": N_("leadtui models list"),
    "inputs_absent": N_("Train with --feature-set lead-only."),
    "model_digest": N_("Train it again."),
    "model_cut": N_("Train it again."),
    "model_empty": N_("Train it again."),
    "model_retired": N_("leadtui models list shows the others."),
    "model_deployed": N_("Deploy another one first: leadtui models deploy ID"),
    "nothing_before": N_("leadtui models list, then: leadtui models deploy ID"),
    "models_changed": N_("leadtui models list shows what scores now."),
    "model_golden": N_("Train it on this kind of machine."),
    "extra_missing": N_("pip install 'leadtui[train]'"),
    "unknown_feature_set": N_("One of {known}."),
    "training_two_files": N_("Train on the newer one alone."),
    "training_after_the_call": N_("Leave it out; every other column may stay."),
    "training_unknown_feature": N_("Names are those of the file's header, e.g. --features age,job,poutcome"),
    "training_columns_absent": N_("Another --feature-set, or name the columns yourself with --features."),
    "training_too_few": N_("At least {needed_rows} calls, {needed_bought} with and without a sale each."),
    "training_file_binary": N_("Export it as CSV (UTF-8)."),
    "training_file_encoding": N_("Export it again as CSV (UTF-8)."),
    "training_file_columns_missing": N_(
        "The answer is in y (yes or no), the facts under UCI's column names."
    ),
}
_FIELDS: Final[dict[str, str]] = {
    "too_many_attempts": N_("Too many attempts. Try again in {wait}."),
    "not_the_same": N_("The two are not the same."),
    "password_too_long": N_("At most {maximum} characters."),
    "password_common": N_("Easy to guess. Take several words that do not belong together."),
    "password_personal": N_("It is made of your own name or address, or of this program's."),
    "email_format": N_("This is not an e-mail address."),
    "email_taken": N_("Somebody has this address already."),
    "unknown_role": N_("There is no role “{role}”."),
    "unknown_team": N_("There is no team “{team}”."),
    "control_characters": N_("Invisible characters cannot be part of it."),
    "not_a_number": N_("It is not a number."),
    "not_whole": N_("It is not a whole number."),
    "unknown_value": N_("It is not one of the known values."),
    "phone_invalid": N_("It is not a telephone number."),
    "email_invalid": N_("It is not an e-mail address."),
    "currency_invalid": N_("It is not a currency code like IDR."),
    "yes_no": N_("It is neither yes nor no."),
    "name_taken": N_("“{name}” exists already."),
    "not_utf8": N_("It is not UTF-8."),
    "out_of_range": N_("It is out of range."),
    "decimals": N_("At most two decimals."),
    "not_a_postgresql_url": N_("It is not a PostgreSQL URL (postgresql://…)."),
    "path_too_long": N_("It is too long for a server's socket; at most {limit} bytes."),
    "unknown_environment": N_("“{value}” is none of {known}."),
    # settings
    "setting_text": N_("It must be text."),
    "setting_flag": N_("It is neither true nor false."),
    "setting_whole": N_("It must be a whole number from {least} to {most}."),
    "setting_one_of": N_("“{value}” is none of {known}."),
    "setting_command": N_("It must be a program and its arguments, one of them with {place}."),
    "dial_command_needed": N_("This way of dialling needs dial_command."),
    "tls_needed": N_("In production a server on another machine ({host}) needs sslmode=verify-full."),
    "config_missing": N_("There is no such file."),
    "config_not_regular": N_("This is not a file."),
    "config_unreadable": N_("It cannot be read: {why}."),
    "config_too_long": N_("It is too long for a settings file."),
    "config_not_utf8": N_("Line {line} is not UTF-8."),
    "config_syntax": N_("Line {line}, column {column}: this is not TOML."),
    "config_unknown_key": N_("There is no such setting."),
    "config_no_table": N_("It must be a table."),
    "config_open": N_("It holds a password, and others may read the file (mode {mode})."),
}
_FIELD_HINTS: Final[dict[str, str]] = {
    "tls_needed": N_(
        "Add ?sslmode=verify-full to the URL, and sslrootcert=FILE for the bank's own authority."
    ),
    "setting_command": N_('dial_command = ["linphonecsh", "dial", "{place}"]'),
    "dial_command_needed": N_('dial_command = ["linphonecsh", "dial", "{place}"]'),
    "config_missing": N_("Make it, or unset LEADTUI_CONFIG."),
    "config_unknown_key": N_("Known here: {known}."),
    "config_open": N_("chmod 600 {path}"),
    "unknown_value": N_("One of {known}."),
    "out_of_range": N_("Allowed: {known}."),
    "min_score": N_("0.3 or 30%"),
    "job_unknown": N_("One of {known}."),
    "home_unusable": N_("Set LEADTUI_HOME to a folder of your own."),
    "email_taken": N_("leadtui users list"),
    "unknown_role": N_("One of {roles}."),
    "unknown_team": N_("One of {teams}."),
    "password_too_short": N_("Leave it out, and a one-time password is made."),
}


def register() -> None:
    """Make these words known; again changes nothing."""
    from leadtui import eligibility_words, loop_words, mail_words, policy_words, view_words
    from leadtui.core.demo import codes as demo
    from leadtui.core.guide import codes as guide
    from leadtui.core.imports import codes

    eligibility_words.register()
    loop_words.register()
    mail_words.register()
    policy_words.register()
    view_words.register()
    register_errors(
        {**codes.FILE_ERRORS, **demo.ERRORS, **guide.ERRORS, **_SENTENCES},
        {**codes.FILE_HINTS, **demo.HINTS, **guide.HINTS, **_HINTS},
    )
    register_fields(_FIELDS)


def sentence(error: LeadtuiError) -> str:
    """As `wording.error_sentence`; a server that was not reached says why, where it is known."""
    if error.code == "no_connection" and (why := clean(error.data.get("why", ""))):
        return _("The database cannot be reached: {why}").format(why=why)
    return error_sentence(error)


def hint_of_command(error: LeadtuiError) -> str:
    """What to try on the command line, or the empty string."""
    if isinstance(error, Unauthenticated) and error.code.startswith("session_"):
        return _("leadtui login signs in again; leadtui logout goes on without.")
    if isinstance(error, NotAllowed) and error.code == "role":
        return _("leadtui whoami says who the commands act as.")
    return error_hint(error)


def field_hint(code: str, data: Mapping[str, Any]) -> str:
    """What to try about a field, or the empty string."""
    from leadtui import mail_words, policy_words

    hint = {**mail_words.FIELD_HINTS, **policy_words.FIELD_HINTS, **_FIELD_HINTS}.get(code)
    if hint is None:
        return ""
    values = {key: clean(value) for key, value in data.items()}
    try:
        return _(hint).format_map(values)
    except KeyError:
        return ""
