"""The key of the session's own user, by a SECURITY DEFINER function of migration 0006."""

from __future__ import annotations

from typing import Final

from leadtui.core.ctx import Tx

_KEY: Final = "select auth_draft_key()"


def key(tx: Tx) -> bytes | None:
    """The 32 bytes with which this transaction's user seals their drafts."""
    row = tx.row(tx.send(_KEY))
    return None if row is None or row[0] is None else bytes(row[0])
