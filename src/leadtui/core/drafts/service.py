"""The key that seals what I typed on this machine. It never leaves the process that asked for it."""

from __future__ import annotations

from leadtui.core.action import query
from leadtui.core.auth.permissions import Permission
from leadtui.core.ctx import Tx
from leadtui.core.drafts import queries
from leadtui.core.errors import NotFound


@query(Permission.SESSION_OWN)
def key(tx: Tx) -> bytes:
    """My own draft key, 32 bytes. Raises NotFound("draft_key") for a user without one."""
    found = queries.key(tx)
    if found is None:
        raise NotFound("draft_key")
    return found
