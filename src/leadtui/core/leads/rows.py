"""From a row of the list's statement to a `LeadRow`. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from leadtui.core.leads.dto import LeadFacts, LeadRow, LeadState
from leadtui.scoring.reasons import Reason, unpack

_STATES: Final = tuple(LeadState)
_PENDING: Final = LeadState.PENDING
_REJECTED: Final = LeadState.REJECTED


@lru_cache(maxsize=4096)
def reasons(why: int) -> tuple[Reason, ...]:
    """The packed reasons; many leads of a page share them."""
    return unpack(why)


def state_now(state: LeadState, hidden_until: datetime | None, now: datetime) -> LeadState:
    """A rejected lead whose rest is over is pending again by itself (`predicate.STATE`)."""
    if state is _REJECTED and (hidden_until is None or hidden_until <= now):
        return _PENDING
    return state


def lead_rows(found: Iterable[tuple[Any, ...]], now: datetime, *, named: bool = False) -> list[LeadRow]:
    """Rows of `list_queries.QUEUE_COLUMNS, LEAD_COLUMNS` as the interface takes them, at the time `now`.

    `named`: the folded name stands behind them.
    """
    if named:
        return [lead_row(row, now)._replace(name_fold=row[27]) for row in found]
    return [lead_row(row, now) for row in found]


def lead_row(row: tuple[Any, ...], now: datetime) -> LeadRow:
    """One of them; what stands behind those columns is ignored."""
    (
        lead_id,
        rank_key,
        why,
        state,
        attempts,
        last_contact_at,
        callback_at,
        owner_id,
        claimed_by,
        claimed_until,
        hidden_until,
        name,
        age,
        job,
        city,
        marital,
        education,
        default,
        housing,
        loan,
        contact,
        pdays,
        previous,
        poutcome,
        balance,
        synthetic,
        historical,
    ) = row[:27]
    return LeadRow(
        lead_id,
        rank_key,
        name,
        age,
        job,
        city,
        state_now(_STATES[state], hidden_until, now),
        reasons(why),
        LeadFacts(
            age, job, marital, education, default, housing, loan, contact, attempts + 1, pdays, previous,
            poutcome, balance,
        ),
        attempts,
        last_contact_at,
        callback_at,
        owner_id,
        claimed_by if claimed_until is not None and claimed_until > now else None,
        synthetic,
        historical,
    )  # fmt: skip
