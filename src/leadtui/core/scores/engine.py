"""The process's models: loaded once, by digest. Neither numpy nor the lightgbm package is imported here."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from leadtui.core.ctx import Tx
from leadtui.core.errors import Conflict
from leadtui.core.models.rules import as_core_error
from leadtui.core.scores import queries
from leadtui.scoring.artefact import Artefact
from leadtui.scoring.errors import ArtefactError, ScoringError
from leadtui.scoring.live.scorer import Scorer

KEPT: Final = 3
"""Models in memory: the deployed one, and those that made the scores of leads not yet scored again."""

_scorers: OrderedDict[str, Scorer] = OrderedDict()
_lock: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class Live:
    """A model that is ready to score."""

    model_id: int
    name: str
    scorer: Scorer


def deployed(tx: Tx) -> Live:
    """The deployed model. Raises Conflict("no_model"), Conflict("model_…") for damaged bytes."""
    found = queries.deployed(tx)
    if found is None:
        raise Conflict("no_model")
    return _live(tx, found)


def of_model(tx: Tx, model_id: int) -> Live | None:
    """The model that made a score, deployed or not. Raises Conflict("model_…") for damaged bytes."""
    found = queries.model(tx, model_id)
    return None if found is None else _live(tx, found)


def artefact(tx: Tx, found: queries.ModelRef) -> Artefact:
    """The artefact of a model, its digest compared with the one that was deployed."""
    try:
        whole = Artefact.from_bytes(queries.artefact(tx, found.id))
        if whole.sha256 != found.sha256:
            raise ArtefactError("digest")
    except ScoringError as error:
        raise as_core_error(error) from error
    return whole


def _live(tx: Tx, found: queries.ModelRef) -> Live:
    with _lock:
        known = _scorers.get(found.sha256)
        if known is not None:
            _scorers.move_to_end(found.sha256)
            return Live(found.id, found.name, known)
    made = Scorer(artefact(tx, found))
    with _lock:
        scorer = _scorers.setdefault(found.sha256, made)
        while len(_scorers) > KEPT:
            _scorers.popitem(last=False)
    return Live(found.id, found.name, scorer)
