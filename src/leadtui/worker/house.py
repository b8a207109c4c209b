"""What a worker does beside mail: due rows, digests, partitions, what is old."""

from __future__ import annotations

from typing import Final

from leadtui import logs
from leadtui.core import operate
from leadtui.core.leads import service as leads
from leadtui.core.outbox import service as outbox
from leadtui.worker.acting import Acting

_SWEEPS: Final = 50
"""Batches at most in one go; the next go is minutes away."""


def sweep(acting: Acting) -> int:
    """Put due rows back and end leases that are over; how many."""
    moved = 0
    for _batch in range(_SWEEPS):
        done = acting.call(leads.sweep)
        moved += done.leases_ended + done.put_back
        if done.busy or not done.leases_ended + done.put_back:
            break
    return moved


def digests(acting: Acting) -> int:
    """Queue the mornings' digests; how many."""
    return acting.call(outbox.mornings)


def keep(acting: Acting) -> None:
    """Partitions for the months to come, and away with mail nobody will ask for any more."""
    forgotten = acting.call(outbox.forget)
    admin_url = acting.runtime.admin_url
    if admin_url is not None:
        operate.partitions_ahead(admin_url)
    logs.event("kept", forgotten=forgotten)


def everything(acting: Acting) -> None:
    """All of it, once."""
    sweep(acting)
    keep(acting)
    digests(acting)
