"""The only SQL of models. `model_version` belongs to the bank, not to a team."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import psycopg

from leadtui.core.ctx import Tx
from leadtui.core.errors import Invalid
from leadtui.core.models.dto import Model

_LOCK: Final = "select pg_advisory_xact_lock(hashtext('leadtui.models'))"

_COLUMNS: Final = """
    id, name, kind, feature_set,
    case when status = 'candidate' and deployed_at is not null then 'former' else status end,
    encode(sha256, 'hex'), created_at, deployed_at,
    card #>> '{data,name}', (card #>> '{data,rows}')::bigint,
    (card #>> '{metrics,stratified,model,auc}')::float8, (card #>> '{metrics,forward,model,auc}')::float8,
    (card #>> '{metrics,forward,model,within_day}')::float8
"""


def lock(tx: Tx) -> None:
    """One process at a time registers or deploys; held until the end of the transaction."""
    tx.pg.execute(_LOCK)


def list_all(tx: Tx) -> list[Model]:
    """Every model, newest first."""
    rows = tx.pg.execute(f"select {_COLUMNS} from model_version order by id desc").fetchall()  # noqa: S608
    return [Model(*row) for row in rows]


def get(tx: Tx, model_id: int) -> Model | None:
    """One model."""
    row = tx.pg.execute(
        f"select {_COLUMNS} from model_version where id = %s",  # noqa: S608
        (model_id,),
    ).fetchone()
    return None if row is None else Model(*row)


def by_digest(tx: Tx, sha256: bytes) -> Model | None:
    """The model with these very bytes."""
    row = tx.pg.execute(
        f"select {_COLUMNS} from model_version where sha256 = %s order by id limit 1",  # noqa: S608
        (sha256,),
    ).fetchone()
    return None if row is None else Model(*row)


def deployed_id(tx: Tx) -> int | None:
    """The model that scores now."""
    row = tx.pg.execute("select id from model_version where status = 'deployed'").fetchone()
    return None if row is None else row[0]


def card(tx: Tx, model_id: int) -> Mapping[str, Any]:
    """A model's description."""
    row = tx.pg.execute("select card from model_version where id = %s", (model_id,)).fetchone()
    assert row is not None  # noqa: S101  asked for after `get`
    return dict(row[0])


def artefact(tx: Tx, model_id: int) -> bytes | None:
    """A model's bytes."""
    row = tx.pg.execute(
        "select artefact from model_version where id = %s", (model_id,), binary=True
    ).fetchone()
    return None if row is None else bytes(row[0])


def insert(
    tx: Tx, name: str, feature_set: str, blob: bytes, sha256: bytes, description: Mapping[str, Any]
) -> int:
    """A new candidate. Raises Invalid where the name is taken."""
    try:
        row = tx.pg.execute(
            "insert into model_version (name, kind, feature_set, artefact, sha256, card, created_by, "
            "created_at) values (%s, 'lightgbm', %s, %s, %s, %s::jsonb, %s, %s) returning id",
            (name, feature_set, blob, sha256, json.dumps(description), tx.actor.user_id, tx.now),
        ).fetchone()
    except psycopg.errors.UniqueViolation as error:
        raise Invalid({"name": "name_taken"}, name=name) from error
    assert row is not None  # noqa: S101
    return int(row[0])


def deploy(tx: Tx, model_id: int, previous: int | None) -> None:
    """Make it the deployed one, and write down what it follows."""
    tx.pg.execute("update model_version set status = 'candidate' where status = 'deployed'")
    tx.pg.execute(
        "update model_version set status = 'deployed', deployed_at = %s where id = %s", (tx.now, model_id)
    )
    tx.pg.execute(
        "insert into deployment (model_id, at, actor_id, previous) values (%s, %s, %s, %s)",
        (model_id, tx.now, tx.actor.user_id, previous),
    )


def history(tx: Tx) -> list[int]:
    """The model of every deployment, oldest first."""
    return [row[0] for row in tx.pg.execute("select model_id from deployment order by id").fetchall()]


def retire(tx: Tx, model_id: int) -> None:
    """Out of service for good."""
    tx.pg.execute("update model_version set status = 'retired' where id = %s", (model_id,))
