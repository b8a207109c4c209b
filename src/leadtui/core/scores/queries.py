"""The only SQL of single scores and score cards; psycopg throughout, so that hot services may call it too."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from leadtui.core.ctx import Tx
from leadtui.scoring.features import Features
from leadtui.scoring.reasons import Reason

# What a model may know of a lead, in the order of `Features`. A historical row's calendar, macro columns and
# own `campaign` are not among it: campaign is this campaign's attempts + 1. A balance in another currency
# than the team's is not the number a model learnt from.
_FACTS: Final = """
    l.age, l.job, l.marital, l.education, l.default_flag, l.housing, l.loan, l.contact, q.attempts + 1,
    l.pdays, l.previous, l.poutcome,
    case when l.balance_currency is null or l.balance_currency = t.currency then l.balance end
"""

_LEAD: Final = f"""
    select {_FACTS}, q.team_id, q.rank_key, q.model_id, q.run_id, q.version, l.y is not null
    from lead_queue q join lead l on l.id = q.lead_id join team t on t.id = q.team_id
    where q.lead_id = %(lead)s and (%(all)s or q.team_id = %(team)s) and l.deleted_at is null
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class ScoredLead:
    """A lead as a model sees it, and the score it has."""

    lead_id: int
    features: Features
    team_id: int
    rank_key: int
    model_id: int | None
    run_id: int | None
    version: int
    historical: bool


@dataclass(frozen=True, slots=True)
class ModelRef:
    """Which model, and the digest of what it must be."""

    id: int
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Run:
    """A bulk run, for the pool that its reasons are relative to."""

    id: int
    started_at: datetime
    pool: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Single:
    """A score that was made for one lead alone."""

    at: datetime
    rank_key: int
    features: Mapping[str, Any]


def send_lead(tx: Tx, lead_id: int) -> Callable[[], ScoredLead | None]:
    """Ask for a lead in the caller's scope; reads it."""
    params = {"lead": lead_id, "all": tx.actor.sees_all, "team": tx.actor.team_id}
    sent = tx.send(_LEAD, params)

    def read() -> ScoredLead | None:
        row = tx.row(sent)
        return None if row is None else ScoredLead(lead_id, Features(*row[:13]), *row[13:])

    return read


def lead(tx: Tx, lead_id: int) -> ScoredLead | None:
    """A lead in the caller's scope."""
    return send_lead(tx, lead_id)()


def deployed(tx: Tx) -> ModelRef | None:
    """The model that scores now."""
    row = tx.row(
        tx.send("select id, name, encode(sha256, 'hex') from model_version where status = 'deployed'")
    )
    return None if row is None else ModelRef(*row)


def model(tx: Tx, model_id: int) -> ModelRef | None:
    """A model, deployed or not: a lead keeps the score of the model that made it."""
    row = tx.row(
        tx.send("select id, name, encode(sha256, 'hex') from model_version where id = %s", (model_id,))
    )
    return None if row is None else ModelRef(*row)


def artefact(tx: Tx, model_id: int) -> bytes:
    """A model's bytes."""
    row = tx.row(tx.send("select artefact from model_version where id = %s", (model_id,)))
    return b"" if row is None else bytes(row[0])


def run(tx: Tx, run_id: int) -> Run | None:
    """A bulk run, whole or stopped on the way."""
    row = tx.row(tx.send("select id, started_at, pool from score_run where id = %s", (run_id,)))
    return None if row is None else Run(*row)


def last_run(tx: Tx, model_id: int, team_id: int | None) -> Run | None:
    """The newest complete run of a model that covers a team (None: every team)."""
    row = tx.row(
        tx.send(
            "select id, started_at, pool from score_run where model_id = %s and finished_at is not null "
            "and (team_id is null or team_id = %s) order by id desc limit 1",
            (model_id, team_id),
        )
    )
    return None if row is None else Run(*row)


def last_single(tx: Tx, lead_id: int, model_id: int) -> Single | None:
    """The newest single score of a lead by a model."""
    row = tx.row(
        tx.send(
            "select at, rank_key, features from prediction where lead_id = %s and model_id = %s "
            "and cause = 'single' and (%s or team_id = %s) order by id desc limit 1",
            (lead_id, model_id, tx.actor.sees_all, tx.actor.team_id),
        )
    )
    return None if row is None else Single(*row)


def store_single(
    tx: Tx,
    lead_id: int,
    team_id: int,
    model_id: int,
    run_id: int | None,
    rank_key: int,
    features: Mapping[str, Any],
    reasons: Sequence[Reason],
    why: int,
) -> None:
    """Append a prediction and put it into the queue, whose version counts state changes and so stays."""
    tx.send(
        "insert into prediction (at, team_id, lead_id, model_id, run_id, cause, rank_key, features, reasons) "
        "values (%s, %s, %s, %s, %s, 'single', %s, %s::jsonb, %s::jsonb)",
        (
            tx.now,
            team_id,
            lead_id,
            model_id,
            run_id,
            rank_key,
            json.dumps(features),
            json.dumps([[int(reason.group), round(reason.delta, 6)] for reason in reasons]),
        ),
    )
    tx.send(
        "update lead_queue set rank_key = %s, why = %s, model_id = %s, run_id = %s "
        "where lead_id = %s and team_id = %s",
        (rank_key, why, model_id, run_id, lead_id, team_id),
    )
