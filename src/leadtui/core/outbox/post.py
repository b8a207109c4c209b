"""Put a mail into the outbox, inside the transaction of the service that caused it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from leadtui.core.ctx import Tx
from leadtui.core.errors import Invalid
from leadtui.core.outbox import queries
from leadtui.core.outbox.dto import KINDS


def queue(
    tx: Tx,
    kind: str,
    user_id: int,
    params: Mapping[str, Any] | None = None,
    *,
    after: datetime | None = None,
    key: str | None = None,
) -> int | None:
    """Tell a user of the actor's scope by mail: sent if this transaction is committed, and only then.

    `kind` and what `params` may hold: `dto.KINDS` (datetimes are taken as they are). `after` (aware): not
    before. The same `key` to the same user is sent once. Gives the outbox id; None where nothing is sent:
    that key was queued before, the user is disabled or out of scope, or it is the actor, who knows already.
    Works without a worker: the mail waits. Raises Invalid for a kind or a parameter that there is not.
    """
    if kind not in KINDS:
        raise Invalid({"kind": "unknown"}, known=", ".join(KINDS))
    given = dict(params or {})
    if strange := sorted(given.keys() - KINDS[kind]):
        raise Invalid(dict.fromkeys(strange, "unknown"), known=", ".join(sorted(KINDS[kind])))
    if user_id == tx.actor.user_id:
        return None
    plain = {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in given.items()
    }
    return queries.queue(tx, kind, user_id, plain, after or tx.now, key)
