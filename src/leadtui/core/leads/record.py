"""The 360 view of one lead, put together inside a transaction."""

from __future__ import annotations

from typing import Any

from leadtui.core.auth.permissions import Permission, allowed
from leadtui.core.calls import eligibility, settings
from leadtui.core.ctx import Tx
from leadtui.core.errors import Conflict, NotFound, Unavailable
from leadtui.core.leads import queries, record_queries, rows
from leadtui.core.leads.dto import (
    CallRecord,
    Consent,
    Count,
    Keyset,
    Lead,
    LeadFilter,
    LeadRow,
    LeadState,
    PhoneNumber,
    Scope,
    ScoreCard,
    Sort,
    Zone,
)
from leadtui.core.scores import queries as score_queries

_ROW = 27  # columns of a list row


def record(tx: Tx, lead_id: int, filter: LeadFilter | None, sort: Sort, *, looked_up: bool) -> Lead:
    """`looked_up`: an agent may see every lead of the team, not only what their queue may bring.

    Raises NotFound("lead_unknown"): it does not exist, or it is outside the actor's scope."""
    policy = settings.policy(tx)
    asked = queries.ask(tx, policy, filter or LeadFilter(), Scope.QUEUE, queries.CAP, sort)
    with tx.pg.pipeline():
        lead, phones, calls, numbers = record_queries.record(tx, lead_id, looked_up=looked_up)
        listed = queries.counted(tx, asked)
        member = record_queries.in_list(tx, asked.shape, asked.params, lead_id)
        scored = score_queries.send_lead(tx, lead_id)
    found = tx.row(lead)
    if found is None:
        raise NotFound("lead_unknown", lead_id=lead_id)
    row = rows.lead_row(found, tx.now)
    (
        external_id,
        email,
        province,
        zone,
        source,
        currency,
        consent,
        consent_source,
        consent_at,
        dnc,
        version,
    ) = found[_ROW : _ROW + 11]
    named, income, installments, savings, credit_score = found[-5:]
    standing = _standing(found)
    against = eligibility.verdicts(standing, policy, tx.actor.user_id, tx.now)
    n_tasks, holder = tx.row(numbers) or (0, None)
    past = tx.rows(calls)
    told = [CallRecord(*call[:-1]) for call in past]
    inside = not asked.nothing and tx.row(member) is not None
    return Lead(
        row=row,
        external_id=external_id,
        phones=tuple(PhoneNumber(*phone) for phone in tx.rows(phones)),
        email=email,
        province=province,
        zone=None if zone is None else Zone(zone),
        source=source,
        balance_currency=currency,
        consent=None if consent is None else Consent(consent),
        consent_source=consent_source,
        consent_at=consent_at,
        do_not_call=dnc or standing.dnc,
        version=version,
        place=_place(tx, asked, _keyset(row, found, sort)) if inside else None,
        queue_size=_size(tx, asked, listed),
        score=_score(tx, scored()),
        calls=tuple(call for call in told if not call.undone),
        undone=tuple(call for call in told if call.undone),
        calls_total=past[0][-1] if past else 0,
        tasks_open=n_tasks,
        claimed_by_name=holder if row.claimed_by is not None else None,
        claimed_until=standing.claimed_until if row.claimed_by is not None else None,
        hidden_until=standing.hidden_until,
        callable=not against and allowed(tx.actor.role, Permission.CALLS_WORK),
        not_callable=tuple(dict.fromkeys(verdict.code for verdict in against)),
        income=income,
        installments=installments,
        savings=savings,
        credit_score=credit_score,
        tags=tuple(named),
    )


def _keyset(row: LeadRow, found: tuple[Any, ...], sort: Sort) -> Keyset:
    return row._replace(name_fold=found[_ROW + 19]).keyset(sort)


def _standing(found: tuple[Any, ...]) -> eligibility.Standing:
    consent_ok, dnc, phone_ok, capped, today, day, rejections, zone = found[_ROW + 11 : _ROW + 19]
    return eligibility.Standing(
        state=LeadState(found[3]),
        owner_id=found[7],
        claimed_by=found[8],
        claimed_until=found[9],
        hidden_until=found[10],
        callback_at=found[6],
        consent_ok=consent_ok,
        dnc=dnc,
        phone_ok=phone_ok,
        capped=capped,
        attempts=found[4],
        attempts_today=today,
        attempts_day=day,
        rejections=rejections,
        zone=None if zone is None else Zone(zone),
        version=found[_ROW + 10],
    )


def _size(tx: Tx, asked: queries.Ask, sent: queries.Sent) -> Count:
    n = 0 if asked.nothing else _number(tx, sent)
    return Count(min(n, queries.CAP), capped=n > queries.CAP)


def _place(tx: Tx, asked: queries.Ask, key: Keyset) -> int | None:
    """From the nearest anchor, as exact as that is; where there is none, counted while it is near the top."""
    near = queries.anchor_above(tx, asked, key) if queries.has_anchors(asked) else None
    if near is None:
        above = _number(tx, queries.counted(tx, asked, above=key))
        return above + 1 if above <= queries.CAP else None
    between = _number(tx, queries.counted(tx, asked, between=(near[1], key)))
    return None if between > queries.CAP else near[0] + between + 1


def _number(tx: Tx, sent: queries.Sent) -> int:
    row = tx.row(sent)
    return 0 if row is None else int(row[0])


def _score(tx: Tx, scored: score_queries.ScoredLead | None) -> ScoreCard | None:
    """A model that cannot be loaded keeps nobody from seeing a customer."""
    # the model's library is loaded by the first card, not by the first page
    from leadtui.core.scores import cards

    try:
        return cards.card(tx, scored)
    except (Conflict, Unavailable):
        return None
