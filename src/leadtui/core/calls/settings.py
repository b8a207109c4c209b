"""The policy as the database has it, remembered for some seconds."""

from __future__ import annotations

import time
import weakref
from typing import Final

from leadtui.core.calls import queries
from leadtui.core.ctx import Tx
from leadtui.core.db.database import PgConnection
from leadtui.core.policy import Policy, from_settings

REMEMBERED_SECONDS: Final = 5.0
"""A changed setting holds everywhere after this: reading it with every page would cost a round trip."""

_known: weakref.WeakKeyDictionary[PgConnection, dict[int, tuple[float, Policy]]] = weakref.WeakKeyDictionary()


def policy(tx: Tx) -> Policy:
    """The policy of the actor's team. Raises Invalid for a setting that makes no sense.

    Kept per connection, so that two databases in one process never mix. In a hot service a read of it is one
    more round trip, once in `REMEMBERED_SECONDS`.
    """
    kept = _known.setdefault(tx.pg, {})
    found = kept.get(tx.actor.team_id)
    if found is not None and time.monotonic() - found[0] < REMEMBERED_SECONDS:
        return found[1]
    fresh = from_settings(queries.settings(tx))
    kept[tx.actor.team_id] = (time.monotonic(), fresh)
    return fresh


def forget() -> None:
    """Read the settings anew at the next call: somebody changed them."""
    _known.clear()
