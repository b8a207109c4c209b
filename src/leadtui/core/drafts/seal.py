"""Sealed drafts as bytes: JSON under ChaCha20-Poly1305 (the `cryptography` package) with the user's key.

    magic (8) · nonce (12) · ciphertext and tag

A file that was cut, altered, or sealed with another key does not open; nothing of it is believed.
`cryptography` is imported at first use: it costs 20 ms, and only who signs in needs it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2b
from typing import Final

from leadtui.core.drafts.dto import Entry

MAGIC: Final = b"LTDRAFT1"
KEY_BYTES: Final = 32
_NONCE: Final = 12
_TEXT_LIMIT: Final = 20_000
"""Characters kept of one text: five times what a note may have."""


class Damaged(Exception):
    """These bytes are not what this key sealed."""


def name(key: bytes) -> str:
    """What a key's files are called. Says nothing about the key to who does not have it."""
    return blake2b(b"leadtui drafts", key=key, digest_size=8).hexdigest()


def seal(key: bytes, entries: Iterable[Entry]) -> bytes:
    """The entries as sealed bytes, never the same twice."""
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    said = [
        {
            "kind": entry.kind,
            "ident": entry.ident,
            "at": entry.at.isoformat(),
            "data": {
                field: value[:_TEXT_LIMIT] if isinstance(value, str) else value
                for field, value in entry.data.items()
            },
        }
        for entry in entries
    ]
    nonce = secrets.token_bytes(_NONCE)
    # surrogates (a broken terminal) are escaped by ASCII JSON and come back as they were
    text = json.dumps(said, ensure_ascii=True).encode("ascii")
    return MAGIC + nonce + ChaCha20Poly1305(key).encrypt(nonce, text, MAGIC)


def unseal(key: bytes, sealed: bytes) -> tuple[Entry, ...]:
    """What `seal` was given. Raises Damaged."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    start = len(MAGIC) + _NONCE
    if not sealed.startswith(MAGIC) or len(sealed) < start:
        raise Damaged
    try:
        text = ChaCha20Poly1305(key).decrypt(sealed[len(MAGIC) : start], sealed[start:], MAGIC)
        return tuple(
            Entry(said["kind"], said["ident"], datetime.fromisoformat(said["at"]), said["data"])
            for said in json.loads(text)
        )
    except (InvalidTag, ValueError, KeyError, TypeError) as error:
        raise Damaged from error
