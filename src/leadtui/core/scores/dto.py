"""What the score services take and give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from leadtui.scoring.reasons import Reason

Progress = Callable[[str, int, int], None]
"""(stage, done, total); stages: `read` (leads read and predicted), `write` (scores stored)."""


@dataclass(frozen=True, slots=True)
class ScoreAll:
    """Score every lead with the deployed model."""

    team: str | None = None
    """A team's code; None is every team."""
    only_unscored: bool = False
    """Only leads without a score of the deployed model."""


@dataclass(frozen=True, slots=True)
class ScoreReport:
    """What a bulk run did: leads = scored + skipped + gone."""

    run_id: int | None
    """None where there was nothing to score."""
    model_id: int
    model_name: str
    leads: int
    """In scope when the run began."""
    scored: int
    skipped: int
    """Had a score of this model already (`only_unscored`)."""
    gone: int
    """Deleted while the run was under way."""
    historical: int
    """Of the scored ones: the row carries a known outcome, so the score may have seen its answer."""
    mean: float | None
    """Mean probability of the scored ones, 0–1."""
    unseen: Mapping[str, int]
    """Column → leads whose value the model has not seen; it went in as missing."""


@dataclass(frozen=True, slots=True)
class Rescored:
    """One lead's new score."""

    lead_id: int
    model_id: int
    rank_key: int
    """round(p·10⁶)."""
    reasons: tuple[Reason, ...]
    historical: bool
    unseen: tuple[str, ...]

    @property
    def probability(self) -> float:
        """0–1."""
        return self.rank_key / 1_000_000
