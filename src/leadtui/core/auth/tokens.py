"""JWTs of the edges: they carry the session's id between two commands, and the database still decides.

HS256 with a 32-byte key of this LEADTUI_HOME. Only front doors that need one import this (PyJWT).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import jwt
from jwt.types import Options

from leadtui.core.auth import private_files
from leadtui.core.errors import Invalid, Unauthenticated

ISSUER: Final = "leadtui"
AUDIENCE: Final = "leadtui-cli"
ACCESS: Final = timedelta(minutes=15)
KEY_BYTES: Final = 32
_ALGORITHM: Final = "HS256"
_REQUIRED: Final = ["iss", "aud", "sub", "sid", "iat", "nbf", "exp", "jti"]
_LEEWAY: Final = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Claims:
    """Whose session a token carries."""

    user_id: int
    session_id: int
    stale: bool
    """Expired, or from a clock that ran ahead: refresh before use."""


def key(home: Path) -> bytes:
    """The signing key of this home, made at first use.

    Raises Invalid: secret_link, secret_owner, secret_mode, or key_damaged where it is not 32 bytes.
    """
    path = private_files.folder(home) / "jwt.key"
    found = private_files.read(path)
    if found is None:
        private_files.create(path, secrets.token_bytes(KEY_BYTES))
        found = private_files.read(path)
    if found is None or len(found) != KEY_BYTES:
        raise Invalid({"LEADTUI_HOME": "key_damaged"}, "key_damaged", path=str(path))
    return found


def issue(signing_key: bytes, user_id: int, session_id: int, *, now: datetime | None = None) -> str:
    """A token for a session, good for 15 minutes."""
    at = now or datetime.now(UTC)
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(user_id),
        "sid": str(session_id),
        "iat": at,
        "nbf": at,
        "exp": at + ACCESS,
        "jti": secrets.token_hex(16),
    }
    return jwt.encode(claims, signing_key, algorithm=_ALGORITHM)


def read(signing_key: bytes, token: str) -> Claims:
    """What a token says. Raises Unauthenticated("token_damaged") for one that we have not signed so."""
    try:
        try:
            return _claims(_decode(signing_key, token, in_time=True), stale=False)
        except (jwt.ExpiredSignatureError, jwt.ImmatureSignatureError):
            # signed by us and out of its time: who it is for stands in it all the same
            return _claims(_decode(signing_key, token, in_time=False), stale=True)
    except (jwt.InvalidTokenError, ValueError) as error:
        raise Unauthenticated("token_damaged") from error


def _decode(signing_key: bytes, token: str, *, in_time: bool) -> dict[str, Any]:
    options: Options = {
        "require": _REQUIRED,
        "strict_aud": True,
        "verify_exp": in_time,
        "verify_nbf": in_time,
        "verify_iat": in_time,
    }
    return jwt.decode(
        token,
        signing_key,
        algorithms=[_ALGORITHM],
        issuer=ISSUER,
        audience=AUDIENCE,
        leeway=_LEEWAY,
        options=options,
    )


def _claims(claims: dict[str, Any], *, stale: bool) -> Claims:
    return Claims(int(claims["sub"]), int(claims["sid"]), stale)
