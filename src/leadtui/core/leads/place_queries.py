"""Where a lead, or a name, stands in a list."""

from __future__ import annotations

from leadtui.core.ctx import Tx
from leadtui.core.leads import queries, record_queries
from leadtui.core.leads.dto import Keyset, Sort

_POSITION = (
    "select rank_key, name_fold, last_contact_at, callback_at from lead_queue where lead_id = %(lead)s"
)


def position(tx: Tx, asked: queries.Ask, lead_id: int) -> Keyset | None:
    """A lead's position in the order asked for; None where it is not in the list."""
    if asked.nothing:
        return None
    found = tx.send(_POSITION, {"lead": lead_id})
    member = record_queries.in_list(tx, asked.shape, asked.params, lead_id)
    row, inside = tx.row(found), tx.row(member)
    if row is None or inside is None:
        return None
    rank, name, contact, callback = row
    sort = asked.shape.sort
    at = contact if sort is Sort.LAST_CONTACT else callback if sort is Sort.DUE else None
    return Keyset(rank, lead_id, text=name if sort is Sort.NAME else None, at=at)


def place(tx: Tx, asked: queries.Ask, key: Keyset) -> int | None:
    """1-based: from the nearest anchor, as exact as that is; where there is none, counted while it is near
    the top. None behind that."""
    near = queries.anchor_above(tx, asked, key) if queries.has_anchors(asked) else None
    if near is None:
        sent = queries.counted(tx, asked, above=key)
    else:
        sent = queries.counted(tx, asked, between=(near[1], key))
    row = tx.row(sent)
    n = 0 if row is None else int(row[0])
    return None if n > queries.CAP else n + 1 + (0 if near is None else near[0])
