"""What a user's fields may be. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from leadtui.core.auth import rules as passwords
from leadtui.core.users.dto import AddUser

ROLES: Final = ("agent", "manager", "admin")
NAME_LENGTH: Final = 100

_EMAIL: Final = re.compile(r"[a-z0-9._%+'-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
"""What a mail server of a bank hands out; not every address that RFC 5322 allows."""


def normal_email(email: str) -> str:
    """The form that is stored: one person has one address, whatever the letter case."""
    return email.strip().lower()


def check(command: AddUser) -> dict[str, str]:
    """Field → error code; empty where all is well."""
    wrong = {}
    email = normal_email(command.email)
    if not email:
        wrong["email"] = "required"
    elif not _EMAIL.fullmatch(email) or ".." in email or len(email) > 254:
        wrong["email"] = "email_format"
    name = command.name.strip()
    if not name:
        wrong["name"] = "required"
    elif len(name) > NAME_LENGTH:
        wrong["name"] = "too_long"
    elif any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for letter in name):
        wrong["name"] = "control_characters"
    if command.role not in ROLES:
        wrong["role"] = "unknown_role"
    if command.password is not None:
        refused = passwords.check(command.password, (email, name, command.team or ""))
        if refused is not None:
            wrong["password"] = refused
    return wrong
