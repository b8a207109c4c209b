"""The process's models: loaded once, by digest. Neither numpy nor the lightgbm package is imported here.

A model that this process has loaded goes on serving when its row in the database is damaged afterwards; a
process that has not loaded it refuses it (`Conflict("model_…")`): no new scores and no accounts of old ones
then, while lists and calls work as before.
"""

from __future__ import annotations

import logging
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
from leadtui.scoring.live.check import check_scorer
from leadtui.scoring.live.scorer import Scorer

KEPT: Final = 3
"""Models in memory: the deployed one, and those that made the scores of leads not yet scored again."""

_log: Final = logging.getLogger("leadtui")
"""The program's own log (`leadtui.logs`): an event and its facts, no sentence."""

_scorers: OrderedDict[str, Scorer] = OrderedDict()
_serving: Final[dict[tuple[str, int, str], str]] = {}
"""Database, id and name of a model → the digest that was loaded for it: a model's bytes never change."""
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
    key = (_place(tx), found.id, found.name)
    try:
        made = _first_load(tx, found)
    except Conflict as error:
        with _lock:
            loaded = _scorers.get(_serving.get(key, ""))
        if loaded is None:
            raise
        # the loaded one goes on
        _log.error("model_damaged", extra={"facts": {"model": found.id, "code": error.code}})
        return Live(found.id, found.name, loaded)
    with _lock:
        scorer = _scorers.setdefault(found.sha256, made)
        _serving[key] = found.sha256
        while len(_scorers) > KEPT:
            _scorers.popitem(last=False)
    return Live(found.id, found.name, scorer)


def _first_load(tx: Tx, found: queries.ModelRef) -> Scorer:
    """Raises Conflict("model_…"), Unavailable("scoring_library")."""
    try:
        made = Scorer(artefact(tx, found))
        check_scorer(made)
    except ScoringError as error:
        raise as_core_error(error) from error
    return made


def _place(tx: Tx) -> str:
    info = tx.pg.info
    return f"{info.host}:{info.port}/{info.dbname}"


def forget() -> None:
    """Drop every loaded model, as a new process begins."""
    with _lock:
        _scorers.clear()
        _serving.clear()
