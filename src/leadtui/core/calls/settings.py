"""The policy as the database has it (settings and holidays), remembered for some seconds."""

from __future__ import annotations

import time
import weakref
from typing import Final

from leadtui.core.bank_settings import queries
from leadtui.core.ctx import Tx
from leadtui.core.db.database import PgConnection
from leadtui.core.policy import Policy, from_settings

REMEMBERED_SECONDS: Final = 5.0
"""A changed setting holds after this where nobody listens; a process that does forgets at once (`forget`).
Reading it with every page would cost a round trip."""

_known: weakref.WeakKeyDictionary[PgConnection, dict[int, tuple[float, Policy]]] = weakref.WeakKeyDictionary()

_forgotten = 0
"""How often `forget` was asked."""


def policy(tx: Tx) -> Policy:
    """The policy of the actor's team. Raises Invalid for a setting that makes no sense.

    Kept per connection, so that two databases in one process never mix. In a hot service a read of it is one
    more round trip, once in `REMEMBERED_SECONDS`.
    """
    kept = _known.setdefault(tx.pg, {})
    found = kept.get(tx.actor.team_id)
    if found is not None and time.monotonic() - found[0] < REMEMBERED_SECONDS:
        return found[1]
    began = _forgotten
    values, days_off = queries.holds(tx)
    fresh = from_settings(values, days_off)
    if began == _forgotten:  # else what was read may be from before the change
        kept[tx.actor.team_id] = (time.monotonic(), fresh)
    return fresh


def forget() -> None:
    """Read settings and holidays anew at the next call: somebody changed them (the event `setting`)."""
    global _forgotten
    _forgotten += 1
    _known.clear()
