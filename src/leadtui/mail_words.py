"""Mail in words: kinds, states, why one was not sent."""

from __future__ import annotations

from typing import Final

from leadtui.i18n import N_, _
from leadtui.text import clean
from leadtui.wording import register_errors, register_fields

_KINDS: Final[dict[str, str]] = {
    "task_assigned": N_("Task given"),
    "lead_handed_over": N_("Lead handed over"),
    "callback_released": N_("Callback released"),
    "digest": N_("Tasks of the day"),
    "password_reset": N_("New password"),
}
_STATES: Final[dict[str, str]] = {
    "queued": N_("waits"),
    "sending": N_("being sent"),
    "sent": N_("sent"),
    "failed": N_("failed"),
    "suppressed": N_("not sent"),
}
MAIL_CODES: Final[dict[str, str]] = {
    # the server, now
    "mail_unreachable": N_("The mail server cannot be reached."),
    "mail_tls": N_("The mail server's certificate is not trusted, or it speaks no TLS."),
    "mail_ca": N_("The file of mail_ca cannot be read."),
    "mail_auth": N_("The mail server does not take this user and password."),
    "mail_unsupported": N_("The mail server does not offer what the settings ask of it (TLS, signing in)."),
    "mail_refused": N_("The mail server refused the mail."),
    "mail_address": N_("The address cannot be mailed to."),
    # why it is not sent at all
    "mail_demo": N_("The address is made up."),
    "mail_disabled": N_("The user is disabled."),
    "mail_off": N_("The user switched mail off."),
    "mail_late": N_("Its day is over."),
    "mail_empty": N_("Nothing is due."),
}
_ERRORS: Final[dict[str, str]] = {
    "mail": N_("There is no such mail, or it is not one that can be tried again."),
    "mail_whose": N_("Nobody is signed in: whose mail?"),
}
_HINTS: Final[dict[str, str]] = {
    "mail": N_("leadtui mail list shows what there is."),
    "mail_whose": N_("leadtui login"),
}
_FIELDS: Final[dict[str, str]] = {
    "mail_unset": N_("Mail is not set up."),
    "mail_which": N_("One id, or --failed."),
    "mail_open": N_("A password, or production's mail, never goes to another machine ({host}) in the clear."),
}
FIELD_HINTS: Final[dict[str, str]] = {
    "mail_unset": N_(
        "mail_host and mail_sender in leadtui.toml, or LEADTUI_MAIL_HOST and LEADTUI_MAIL_SENDER."
    ),
    "mail_open": N_('mail_security = "starttls" or "tls"'),
}


def register() -> None:
    """Make these words known; again changes nothing."""
    register_errors(_ERRORS, _HINTS)
    register_fields(_FIELDS)


def kind_word(kind: str) -> str:
    """What a mail is about."""
    return _(_KINDS[kind]) if kind in _KINDS else clean(kind)


def state_word(state: str) -> str:
    """Where it stands."""
    return _(_STATES[state]) if state in _STATES else clean(state)


def code_sentence(code: str | None) -> str:
    """Why it was not sent (yet); empty where there is nothing to say."""
    if code is None:
        return ""
    return _(MAIL_CODES[code]) if code in MAIL_CODES else clean(code)
