"""Models: registered once, deployed only when whole and usable, the starter for whoever has none."""

from __future__ import annotations

import json

import pytest

from leadtui.core.errors import Conflict, Invalid, NotFound
from leadtui.core.models import service as models
from leadtui.core.models.dto import DeployModel, RegisterModel
from leadtui.scoring import starter
from leadtui.scoring.artefact import Artefact
from tests.conftest import MakeCtx, OneConnection


def audit_of(db: OneConnection, name: str) -> list[tuple[str, str | None]]:
    with db.owner() as connection:
        return connection.execute(
            "select outcome, subject from audit where action = %s order by id", (name,)
        ).fetchall()


def variant(**meta: object) -> Artefact:
    """The starter's trees under another description, so with another digest."""
    whole = starter.load()
    return Artefact.build(whole.model, {**whole.meta, **meta})


def with_market() -> Artefact:
    """A model that wants euribor3m where the starter wants age."""
    whole = starter.load()
    meta = json.loads(json.dumps(whole.meta))
    meta["feature_set"] = "with_market"
    meta["inputs"][0] = {"name": "euribor3m", "transform": "number", "seen": []}
    return Artefact.build(whole.model.replace(b"feature_names=age ", b"feature_names=euribor3m "), meta)


def test_the_starter_is_deployed_once(db: OneConnection, as_role: MakeCtx) -> None:
    ctx = as_role("system")
    first = models.deploy_starter(ctx)
    assert first.changed
    assert first.model.name == "starter"
    assert first.model.status == "deployed"
    assert first.model.sha256 == starter.load().sha256
    assert 0.7 < (first.model.auc or 0) < 0.8
    assert 0.5 < (first.model.auc_within_day or 0) < 0.6
    again = models.deploy_starter(ctx)
    assert (again.changed, again.model.id) == (False, first.model.id)
    assert len(models.list_models(ctx)) == 1
    assert audit_of(db, "model.deployed") == [("ok", f"model:{first.model.id}")]


def test_the_same_bytes_are_one_model(as_role: MakeCtx) -> None:
    ctx = as_role("admin")
    blob = starter.load().to_bytes()
    one = models.register(ctx, RegisterModel(blob, "mine"))
    assert models.register(ctx, RegisterModel(blob)) == one
    assert one.status == "candidate"
    assert models.show(ctx, one.id).card["data"]["rows"] == 41_188


def test_a_name_belongs_to_one_model(as_role: MakeCtx) -> None:
    ctx = as_role("admin")
    models.register(ctx, RegisterModel(starter.load().to_bytes(), "mine"))
    with pytest.raises(Invalid) as caught:
        models.register(ctx, RegisterModel(variant(citation="another").to_bytes(), "mine"))
    assert caught.value.fields == {"name": "name_taken"}


def test_deploying_retires_the_one_before_and_says_so(db: OneConnection, as_role: MakeCtx) -> None:
    ctx = as_role("admin")
    before = models.deploy_starter(ctx).model
    made = models.register(ctx, RegisterModel(variant(citation="another").to_bytes()))
    assert made.name.startswith("lead-only-")
    done = models.deploy(ctx, DeployModel(made.id))
    assert (done.changed, done.previous_id, done.model.status) == (True, before.id, "deployed")
    assert [(m.id, m.status) for m in models.list_models(ctx)] == [
        (made.id, "deployed"),
        (before.id, "retired"),
    ]
    assert not models.deploy(ctx, DeployModel(made.id)).changed
    with db.owner() as connection:
        rows = connection.execute("select model_id, previous from deployment order by id").fetchall()
    assert rows == [(before.id, None), (made.id, before.id)]


def test_a_model_whose_inputs_are_absent_is_kept_and_never_deployed(as_role: MakeCtx) -> None:
    ctx = as_role("admin")
    made = models.register(ctx, RegisterModel(with_market().to_bytes()))
    with pytest.raises(Conflict) as caught:
        models.deploy(ctx, DeployModel(made.id))
    assert caught.value.code == "inputs_absent"
    assert caught.value.data["columns"] == "euribor3m"
    assert models.show(ctx, made.id).model.status == "candidate"


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda blob: blob[:-40], "model_cut"),
        (lambda blob: blob.replace(b"leaf_value=", b"leaf_valve=", 1), "model_digest"),
        (lambda blob: b"", "model_empty"),
        (lambda blob: b"\x80\x04" + blob, "model_pickled"),
        (lambda blob: b"tree\nversion=v4\n", "model_not_an_artefact"),
    ],
)
def test_a_damaged_artefact_is_refused_with_its_reason(spoil, code: str, as_role: MakeCtx) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Conflict) as caught:
        models.register(as_role("admin"), RegisterModel(spoil(starter.load().to_bytes())))
    assert caught.value.code == code


def test_bytes_that_changed_in_the_database_are_never_loaded(db: OneConnection, as_role: MakeCtx) -> None:
    ctx = as_role("admin")
    made = models.register(ctx, RegisterModel(starter.load().to_bytes()))
    with db.owner() as connection:
        connection.execute(
            "update model_version set artefact = set_byte(artefact, length(artefact) - 100, 65) "
            "where id = %s",
            (made.id,),
        )
    with pytest.raises(Conflict) as caught:
        models.deploy(ctx, DeployModel(made.id))
    assert caught.value.code == "model_digest"
    assert models.show(ctx, made.id).model.status == "candidate"


def test_a_model_that_predicts_something_else_than_it_did_is_refused(as_role: MakeCtx) -> None:
    ctx = as_role("admin")
    golden = [{"row": row["row"], "raw": row["raw"] + 0.01} for row in starter.load().meta["golden"]]
    made = models.register(ctx, RegisterModel(variant(golden=golden).to_bytes()))
    with pytest.raises(Conflict) as caught:
        models.deploy(ctx, DeployModel(made.id))
    assert caught.value.code == "model_golden"


def test_an_unknown_model_is_not_found(as_role: MakeCtx) -> None:
    ctx = as_role("admin")
    for ask in (lambda: models.show(ctx, 999), lambda: models.deploy(ctx, DeployModel(999))):
        with pytest.raises(NotFound) as caught:
            ask()
        assert caught.value.code == "model_unknown"
