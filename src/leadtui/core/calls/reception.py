"""Opening the call of a customer who called us, inside a transaction."""

from __future__ import annotations

import uuid

from leadtui.core.calls import incoming_queries, queries
from leadtui.core.calls.dto import OpenCall
from leadtui.core.calls.settings import policy
from leadtui.core.ctx import Tx
from leadtui.core.errors import Conflict, NotFound


def take(tx: Tx, lead_id: int) -> OpenCall:
    """Open it, or say who stands in the way. Raises as `service.incoming`."""
    lease = tx.now + policy(tx).lease
    for number in (True, False):  # the number may be taken this very moment
        found = incoming_queries.take(tx, uuid.uuid4(), lead_id, lease, number=number)
        if found is not None:
            version, call = found
            tx.audit(f"lead:{lead_id}", open_call=str(call.id))
            tx.notify("lead", lead_id, version)
            tx.notify("call", tx.actor.user_id)
            return call
        _refuse(tx, lead_id)
    raise Conflict("lead_taken", lead_id=lead_id, by=None, by_name=None, until=None)


def _refuse(tx: Tx, lead_id: int) -> None:
    """Returns where nothing is known to stand against it."""
    mine = queries.my_open_call(tx)
    if mine is not None:
        raise Conflict("has_open_call", open_call_id=mine[0], lead_id=mine[1])
    standing = queries.standing(tx, lead_id)
    if standing is None:
        raise NotFound("lead", lead_id=lead_id)
    by, until = standing.claimed_by, standing.claimed_until
    if until is not None and until > tx.now and by != tx.actor.user_id:
        raise Conflict("lead_taken", lead_id=lead_id, by=by, by_name=queries.person(tx, by), until=until)
