"""The eligibility predicate of the queue: ONE place, used by the list, the counts and the claim.

Alias `q` is lead_queue. Parameters, psycopg style: `%(me)s` the user, `%(now)s` the transaction's clock,
`%(zones)s` the open zones (`policy.open_zones`: 1–3, and 0 for a customer whose zone is unknown).

A reader unions two branches, so that a late sweeper hides nothing and each has its own partial index:

    where q.team_id = … and READY and MINE_OR_POOL and IN_WINDOW
    union all
    where q.team_id = … and DUE   and MINE_OR_POOL and IN_WINDOW

Consent, do-not-call, phones, caps, cool-off, callbacks and leases are inside `available_at` (and so in
`ready`): see `queue_available_at` in the first migration. `eligibility.checks` says the same one by one; a
test holds the two together.
"""

from __future__ import annotations

from typing import Final

READY: Final = "q.ready"
"""Could be called at the last write of its row; time only makes it readier."""

DUE: Final = (
    "not q.ready and q.available_at <= %(now)s "
    "and q.available_at >= '-infinity' and q.available_at < 'infinity'"
)
"""Has become callable since (a cool-off, lease or callback time has passed). The bounds are true of every
such row: they name the partial index, and make the planner expect few."""

AVAILABLE: Final = "q.available_at <= %(now)s"
"""READY or DUE, for a row that was found by another index."""

MINE_OR_POOL: Final = "(q.owner_id is null or q.owner_id = %(me)s)"

RELEASED: Final = "q.owner_id is null and q.callback_at <= %(now)s"
"""A callback that fell due while its owner was not there: anybody's, above every score."""

IN_WINDOW: Final = "coalesce(q.zone, 0::smallint) = any(%(zones)s::smallint[])"

ELIGIBLE: Final = f"{AVAILABLE} and {MINE_OR_POOL} and {IN_WINDOW}"
"""The whole predicate, to be checked again after the lock."""

EARLY: Final = "interval '15 minutes'"
"""How long before its time an owner may take their own callback by hand (`policy.CALLBACK_EARLY`)."""

ELIGIBLE_BY_HAND: Final = (
    "queue_available_at(q.state, q.consent_ok, q.dnc, q.phone_ok, q.capped, q.hidden_until, "
    "case when q.claimed_by = %(me)s then null else q.claimed_until end, "
    f"case when q.owner_id = %(me)s and q.callback_at <= %(now)s + {EARLY} then null else q.callback_at end"
    f") <= %(now)s and {MINE_OR_POOL} and {IN_WINDOW}"
)
"""The predicate for one lead that an agent chose: as ELIGIBLE, and their own callback a little early. A lease
of their own is none: whoever has an open call is told so, and a lease without one holds nobody."""

STATE: Final = (
    "(case when q.state = 4 and coalesce(q.hidden_until, '-infinity') <= %(now)s then 0 else q.state end)"
)
"""A rejected lead whose cool-off has passed is pending again by itself (`rules.state_now`)."""
