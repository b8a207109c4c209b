"""One lead's score inside a transaction: make it, and account for it. Used by other services of the core."""

from __future__ import annotations

import dataclasses
import math
from typing import Final

from leadtui.core.ctx import Tx
from leadtui.core.errors import NotFound
from leadtui.core.leads.dto import ScoreCard
from leadtui.core.models.rules import as_core_error
from leadtui.core.scores import engine, queries, snapshot
from leadtui.core.scores.dto import Rescored
from leadtui.scoring.errors import ScoringError
from leadtui.scoring.features import Features
from leadtui.scoring.live.scorer import Explained, Scorer
from leadtui.scoring.pool import PoolMean, pool_from_json
from leadtui.scoring.reasons import Group, pack, waterfall
from leadtui.scoring.reliability import wilson

_ROUNDING: Final = 1
"""rank_key steps between a bulk score and the same score made alone: both round the last bits."""


def score_lead(tx: Tx, lead_id: int) -> Rescored:
    """Score one lead with the deployed model, now, relative to the last run's pool; append the prediction.

    Raises NotFound("lead_unknown"), Conflict("no_model"), Unavailable("scoring_library").
    """
    found = queries.lead(tx, lead_id)
    if found is None:
        raise NotFound("lead_unknown", lead_id=lead_id)
    live = engine.deployed(tx)
    run = queries.last_run(tx, live.model_id, found.team_id)
    explained = _explain(live.scorer, found.features, _pool(run))
    queries.store_single(
        tx,
        lead_id,
        found.team_id,
        live.model_id,
        None if run is None else run.id,
        explained.rank_key,
        snapshot.as_json(found.features),
        explained.reasons,
        pack(explained.reasons),
    )
    tx.notify("lead", lead_id, found.version)
    return Rescored(
        lead_id, live.model_id, explained.rank_key, explained.reasons, found.historical, explained.unseen
    )


def card(tx: Tx, found: queries.ScoredLead | None) -> ScoreCard | None:
    """The score that a lead has, as an account; None while it is unscored. Works in a hot service too.

    The account always ends at the score that the list shows: it is made again from the facts as they were,
    and where those have changed since, the difference is in its last line. Raises Conflict("model_…"),
    Unavailable("scoring_library").
    """
    if found is None or found.rank_key < 0 or found.model_id is None:
        return None
    live = engine.of_model(tx, found.model_id)
    if live is None:
        return None
    run = None if found.run_id is None else queries.run(tx, found.run_id)
    single = queries.last_single(tx, found.lead_id, found.model_id)
    if single is not None and single.rank_key != found.rank_key:
        single = None
    features = _as_scored(live.scorer, found) if single is None else snapshot.from_json(single.features)
    explained = _explain(live.scorer, features, _pool(run))
    shown = found.rank_key / 1_000_000
    deltas = list(explained.deltas)
    if abs(explained.rank_key - found.rank_key) > _ROUNDING:
        deltas[Group.OTHER] += _logit(shown) - explained.log_odds
    account = waterfall(explained.pool.log_odds, deltas)
    like = live.scorer.artefact.like(shown)
    low, high = wilson(like.bought, like.n) if like else (None, None)
    scored_at = single.at if single is not None else run.started_at if run is not None else tx.now
    return ScoreCard(
        probability=shown,
        pool_mean=explained.pool.probability,
        lines=account.lines,
        model_id=live.model_id,
        model_name=live.name,
        scored_at=scored_at,
        like_n=like.n if like else None,
        like_bought=like.bought if like else None,
        like_low=low,
        like_high=high,
        unseen=explained.unseen,
    )


def _as_scored(scorer: Scorer, found: queries.ScoredLead) -> Features:
    """The lead's facts at the time of a bulk run: since then this campaign may have tried it again."""
    now = found.features
    for campaign in range(now.campaign or 1, 0, -1):
        then = dataclasses.replace(now, campaign=campaign)
        if abs(round(_predict(scorer, then) * 1_000_000) - found.rank_key) <= _ROUNDING:
            return then
    return now


def _pool(run: queries.Run | None) -> PoolMean | None:
    return None if run is None else pool_from_json(run.pool)


def _logit(p: float) -> float:
    inside = min(max(p, 1e-7), 1 - 1e-7)
    return math.log(inside / (1 - inside))


def _predict(scorer: Scorer, features: Features) -> float:
    try:
        return scorer.predict(features)
    except ScoringError as error:
        raise as_core_error(error) from error


def _explain(scorer: Scorer, features: Features, pool: PoolMean | None) -> Explained:
    try:
        return scorer.explain(features, pool)
    except ScoringError as error:
        raise as_core_error(error) from error
