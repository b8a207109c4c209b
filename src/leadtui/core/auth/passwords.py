"""Passwords: bcrypt over a SHA-256, so that nothing past 72 bytes is cut off. What one may be: `rules`."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Final

import bcrypt

from leadtui.core.auth.rules import MAX_LENGTH, normal

_ROUNDS: Final = 12
_WORDS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""No letters that are mistaken for another when read aloud."""

_UNKNOWN: Final = b"$2b$12$zZE5tutVbtTxaPT8Dz46p.v8aVw.ogxYm38sOZ3DaNsWAJc9pL7aO"
"""A hash to check against where no account exists, so that both take the same time."""


def _prehash(password: str) -> bytes:
    # bcrypt ignores what follows 72 bytes or a NUL; base64 of a digest has neither
    return base64.b64encode(hashlib.sha256(password.encode("utf-8", "surrogatepass")).digest())


def hash_password(password: str, rounds: int = _ROUNDS) -> str:
    """A salted hash to store; of the NFKC form, which every keyboard gives for the same letters."""
    return bcrypt.hashpw(_prehash(normal(password)), bcrypt.gensalt(rounds)).decode("ascii")


def verify(password: str, stored: str | None) -> bool:
    """Whether `password` made `stored`; takes as long when there is nothing stored."""
    typed = password[: MAX_LENGTH * 4]
    forms = {normal(typed): None, typed: None}  # hashes of the first release were not normalised
    against = stored.encode("ascii") if stored else _UNKNOWN
    # every form is checked, so that the time tells nothing
    matches = [bcrypt.checkpw(_prehash(form), against) for form in forms]
    return any(matches) and stored is not None


def one_time() -> str:
    """A password for a new user, changed at the first sign-in: 4 × 4 characters, 79 bits."""
    return "-".join("".join(secrets.choice(_WORDS) for _ in range(4)) for _ in range(4))
