"""Scores: one lead at once in the agent's process, all of them in whichever process was asked."""

from __future__ import annotations

from leadtui.core.action import Job, action, job
from leadtui.core.auth.permissions import Permission
from leadtui.core.ctx import Tx
from leadtui.core.scores import cards
from leadtui.core.scores.dto import Progress, Rescored, ScoreAll, ScoreReport


@action(Permission.LEADS_RESCORE_ONE, audit="lead.rescored")
def rescore(tx: Tx, lead_id: int) -> Rescored:
    """Score one lead of my scope with the deployed model, and keep the prediction with its features.

    Raises NotFound("lead_unknown"), Conflict("no_model"), Unavailable("scoring_library").
    """
    made = cards.score_lead(tx, lead_id)
    tx.audit(f"lead:{lead_id}", model=made.model_id)
    return made


@job(Permission.LEADS_SCORE, audit="leads.scored")
def score_all(work: Job, command: ScoreAll, progress: Progress | None = None) -> ScoreReport:
    """Score every lead of a team, or of all, with the deployed model, in commits of 20,000; no reader waits.

    Reasons are relative to the pool: the leads of this run, or with `only_unscored` those of the last whole
    run. Interrupted (KeyboardInterrupt), what is committed stays and the run is left unfinished; the last
    progress says how far. Raises Conflict("no_model"), Conflict("job_running"), NotFound("team_unknown").
    """
    # numpy, which an agent's process never loads
    from leadtui.core.scores import bulk

    return bulk.run(work, command, progress or _quiet)


def _quiet(stage: str, done: int, total: int) -> None:
    pass
