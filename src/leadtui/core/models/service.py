"""Models: keep them, list them, make one of them the one that scores."""

from __future__ import annotations

from leadtui.core.action import Job, action, job, query
from leadtui.core.auth.permissions import Permission
from leadtui.core.ctx import Tx
from leadtui.core.errors import Conflict, NotFound
from leadtui.core.models import queries, rules
from leadtui.core.models.dto import (
    Comparison,
    Deployed,
    DeployModel,
    Model,
    ModelCard,
    RegisterModel,
    RetireModel,
)
from leadtui.core.models.rules import as_core_error
from leadtui.scoring.artefact import Artefact
from leadtui.scoring.errors import ScoringError

STARTER = "starter"
"""Name of the model that ships in the package."""


@query(Permission.MODELS_READ)
def list_models(tx: Tx) -> tuple[Model, ...]:
    """Every model, newest first."""
    return tuple(queries.list_all(tx))


@query(Permission.MODELS_READ)
def show(tx: Tx, model_id: int) -> ModelCard:
    """A model with its card. Raises NotFound("model_unknown")."""
    return ModelCard(_get(tx, model_id), queries.card(tx, model_id))


@query(Permission.MODELS_READ)
def compare(tx: Tx, a: int, b: int) -> Comparison:
    """Two models side by side: every figure, and what keeps them from being compared.

    Raises NotFound("model_unknown").
    """
    one, other = _get(tx, a), _get(tx, b)
    return rules.compare(ModelCard(one, queries.card(tx, a)), ModelCard(other, queries.card(tx, b)))


@action(Permission.MODELS_MANAGE, audit="model.registered")
def register(tx: Tx, command: RegisterModel) -> Model:
    """Keep a trained model as a candidate; the same bytes again give the model that is there.

    Raises Conflict("model_…") for an artefact that must not be kept, Invalid: `name` name_taken.
    """
    artefact = _artefact(command.artefact)
    return _register(tx, artefact, command.name)


@job(Permission.MODELS_MANAGE, audit="model.deployed")
def deploy(work: Job, command: DeployModel) -> Deployed:
    """Make a model the one that scores: digest, inputs, and a first load in a child process come first.

    Leads keep the score they have until they are scored again. Raises NotFound("model_unknown"),
    Conflict("model_retired"), Conflict("inputs_absent") with the `columns` that a lead to be called does not
    have, Conflict("model_…") for one that is damaged. In all of these the deployed one goes on serving.
    """
    _load_first(work, command.model_id)
    with work.transaction(audit=True) as tx:
        queries.lock(tx)
        return _deploy(tx, command.model_id)


@job(Permission.MODELS_MANAGE, audit="model.rolled_back")
def rollback(work: Job) -> Deployed:
    """Deploy the model that scored before this one, as checked as any; again: the one before that.

    Raises Conflict("no_model") where none is deployed, Conflict("nothing_before"), and what `deploy` raises.
    """
    with work.transaction(read_only=True) as tx:
        back = _way_back(tx)
    _load_first(work, back)
    with work.transaction(audit=True) as tx:
        queries.lock(tx)
        if _way_back(tx) != back:
            raise Conflict("models_changed")  # somebody deployed meanwhile: what "before" means is another
        return _deploy(tx, back)


@action(Permission.MODELS_MANAGE, audit="model.retired")
def retire(tx: Tx, command: RetireModel) -> Model:
    """Take a model out of service for good; retired already, nothing changes.

    Raises NotFound("model_unknown"), Conflict("model_deployed").
    """
    queries.lock(tx)
    found = _get(tx, command.model_id)
    if found.status == "deployed":
        raise Conflict("model_deployed", model_id=found.id, name=found.name)
    queries.retire(tx, found.id)
    tx.audit(f"model:{found.id}", before=found.status)
    return _get(tx, found.id)


@job(Permission.MODELS_MANAGE, audit="model.deployed")
def deploy_starter(work: Job) -> Deployed:
    """Where no model is deployed yet, the one that ships in the package; else nothing changes.

    Raises Conflict("model_…") where the installation is damaged.
    """
    from leadtui.scoring import starter

    with work.transaction(read_only=True) as tx:
        known = queries.deployed_id(tx)
        if known is not None:
            return Deployed(_get(tx, known), known, False)
    try:
        artefact = starter.load()
    except ScoringError as error:
        raise as_core_error(error) from error
    _first_load(artefact)
    with work.transaction(audit=True) as tx:
        queries.lock(tx)
        known = queries.deployed_id(tx)
        if known is not None:
            # another process was first
            tx.audit(f"model:{known}", changed=False)
            return Deployed(_get(tx, known), known, False)
        return _deploy(tx, _register(tx, artefact, STARTER).id)


def _get(tx: Tx, model_id: int) -> Model:
    found = queries.get(tx, model_id)
    if found is None:
        raise NotFound("model_unknown", model_id=model_id)
    return found


def _way_back(tx: Tx) -> int:
    if queries.deployed_id(tx) is None:
        raise Conflict("no_model")
    back = rules.way_back(queries.history(tx))
    if back is None:
        raise Conflict("nothing_before")
    return back


def _load_first(work: Job, model_id: int) -> None:
    with work.transaction(read_only=True) as tx:
        found = _get(tx, model_id)
        _not_retired(found)
        blob = queries.artefact(tx, model_id)
    # outside any transaction: it loads the model in a process of its own
    artefact = _artefact(blob or b"")
    if artefact.sha256 != found.sha256:
        raise Conflict("model_digest")  # whole, but not the one that was registered
    _first_load(artefact)


def _not_retired(model: Model) -> None:
    if model.status == "retired":
        raise Conflict("model_retired", model_id=model.id, name=model.name)


def _artefact(blob: bytes) -> Artefact:
    try:
        return Artefact.from_bytes(blob)
    except ScoringError as error:
        raise as_core_error(error) from error


def _first_load(artefact: Artefact) -> None:
    from leadtui.scoring.live.check import check_in_child

    try:
        artefact.check_deployable()
        check_in_child(artefact)
    except ScoringError as error:
        raise as_core_error(error) from error


def _register(tx: Tx, artefact: Artefact, name: str | None) -> Model:
    queries.lock(tx)
    digest = bytes.fromhex(artefact.sha256)
    known = queries.by_digest(tx, digest)
    if known is None:
        feature_set = str(artefact.meta["feature_set"])
        given = name or f"{feature_set.replace('_', '-')}-{artefact.sha256[:8]}"
        known = _get(tx, queries.insert(tx, given, feature_set, artefact.to_bytes(), digest, artefact.meta))
    tx.audit(f"model:{known.id}", sha256=artefact.sha256)
    return known


def _deploy(tx: Tx, model_id: int) -> Deployed:
    _not_retired(_get(tx, model_id))
    previous = queries.deployed_id(tx)
    if previous != model_id:
        queries.deploy(tx, model_id, previous)
        tx.notify("model", model_id)
    tx.audit(f"model:{model_id}", previous=previous, changed=previous != model_id)
    return Deployed(_get(tx, model_id), previous, previous != model_id)
