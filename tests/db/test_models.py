"""Models: registered once, deployed only when whole and usable, the starter for whoever has none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from leadtui import error_words, logs
from leadtui.core.calls.dto import Outcome
from leadtui.core.ctx import Ctx
from leadtui.core.errors import Conflict, Invalid, NotFound
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import PageQuery
from leadtui.core.models import service as models
from leadtui.core.models.dto import DeployModel, RegisterModel, RetireModel
from leadtui.core.models.rules import way_back
from leadtui.core.scores import engine
from leadtui.core.scores import service as scores
from leadtui.scoring import starter
from leadtui.scoring.artefact import Artefact
from tests.conftest import MakeCtx, OneConnection
from tests.db.callfloor import Floor, work


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


def test_deploying_takes_over_from_the_one_before_and_says_so(db: OneConnection, as_role: MakeCtx) -> None:
    ctx = as_role("admin")
    before = models.deploy_starter(ctx).model
    made = models.register(ctx, RegisterModel(variant(citation="another").to_bytes()))
    assert made.name.startswith("lead-only-")
    done = models.deploy(ctx, DeployModel(made.id))
    assert (done.changed, done.previous_id, done.model.status) == (True, before.id, "deployed")
    assert [(m.id, m.status) for m in models.list_models(ctx)] == [
        (made.id, "deployed"),
        (before.id, "former"),
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
    golden = [{**row, "raw": row["raw"] + 0.01} for row in starter.load().meta["golden"]]
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


def test_contributions_that_differ_are_refused_too(as_role: MakeCtx) -> None:
    ctx = as_role("admin")
    golden = [
        {**row, "shares": [row["shares"][1], row["shares"][0], *row["shares"][2:]]}
        for row in starter.load().meta["golden"]
    ]
    made = models.register(ctx, RegisterModel(variant(golden=golden).to_bytes()))
    with pytest.raises(Conflict) as caught:
        models.deploy(ctx, DeployModel(made.id))
    assert caught.value.code == "model_golden"


# back, and out of service ---------------------------------------------------------------------------------


def three(ctx: Ctx) -> tuple[int, int, int]:
    """The starter and two others, deployed one after the other."""
    made = [models.deploy_starter(ctx).model.id]
    for name in ("second", "third"):
        made.append(models.register(ctx, RegisterModel(variant(citation=name).to_bytes(), name)).id)
        models.deploy(ctx, DeployModel(made[-1]))
    return made[0], made[1], made[2]


def now_serving(ctx: Ctx) -> list[int]:
    return [model.id for model in models.list_models(ctx) if model.status == "deployed"]


def test_rollback_goes_back_step_by_step_and_is_audited(db: OneConnection, as_role: MakeCtx) -> None:
    ctx = as_role("admin")
    one, two, three_ = three(ctx)
    back = models.rollback(ctx)
    assert (back.model.id, back.previous_id, back.changed) == (two, three_, True)
    assert now_serving(ctx) == [two]
    assert models.rollback(ctx).model.id == one
    with pytest.raises(Conflict) as caught:
        models.rollback(ctx)
    assert caught.value.code == "nothing_before"
    assert now_serving(ctx) == [one]
    assert audit_of(db, "model.rolled_back") == [("ok", f"model:{two}"), ("ok", f"model:{one}")]


def test_rollback_needs_somewhere_to_go(as_role: MakeCtx) -> None:
    ctx = as_role("admin")
    with pytest.raises(Conflict) as caught:
        models.rollback(ctx)
    assert caught.value.code == "no_model"
    models.deploy_starter(ctx)
    with pytest.raises(Conflict) as caught:
        models.rollback(ctx)
    assert caught.value.code == "nothing_before"


def test_rollback_to_one_that_is_retired_or_damaged_is_refused(db: OneConnection, as_role: MakeCtx) -> None:
    ctx = as_role("admin")
    _, two, last = three(ctx)
    with db.owner() as connection:
        connection.execute(
            "update model_version set artefact = set_byte(artefact, 5000, 65) where id = %s", (two,)
        )
    with pytest.raises(Conflict) as caught:
        models.rollback(ctx)
    assert caught.value.code == "model_digest"
    models.retire(ctx, RetireModel(two))
    for ask in (lambda: models.rollback(ctx), lambda: models.deploy(ctx, DeployModel(two))):
        with pytest.raises(Conflict) as caught:
            ask()
        assert caught.value.code == "model_retired"
    assert now_serving(ctx) == [last]


def test_the_deployed_one_is_never_retired(db: OneConnection, as_role: MakeCtx) -> None:
    ctx = as_role("admin")
    one, _, last = three(ctx)
    with pytest.raises(Conflict) as caught:
        models.retire(ctx, RetireModel(last))
    assert caught.value.code == "model_deployed"
    assert models.retire(ctx, RetireModel(one)).status == "retired"
    assert models.retire(ctx, RetireModel(one)).status == "retired"
    assert now_serving(ctx) == [last]
    with pytest.raises(NotFound):
        models.retire(ctx, RetireModel(999))
    assert audit_of(db, "model.retired")[0] == ("ok", f"model:{one}")


@pytest.mark.parametrize(
    ("history", "back"),
    [
        ([], None),
        ([1], None),
        ([1, 2], 1),
        ([1, 2, 3], 2),
        ([1, 2, 3, 2], 1),
        ([1, 2, 1], None),
        ([1, 2, 3, 2, 4], 2),
        ([1, 1, 2], 1),
        ([1, 2, 3, 1], 3),
    ],
)
def test_the_way_back(history: list[int], back: int | None) -> None:
    assert way_back(history) == back


# side by side ---------------------------------------------------------------------------------------------


def test_two_cards_side_by_side_say_what_they_do_not_share(as_role: MakeCtx) -> None:
    ctx = as_role("admin")
    a = models.deploy_starter(ctx).model.id
    same = models.compare(ctx, a, a)
    assert (same.differs, same.only_a, same.settings) == ((), (), ())
    assert all(figure.a == figure.b for figure in same.figures)
    assert {(f.protocol, f.metric) for f in same.figures if f.rival == "model"} >= {
        ("forward", "auc"), ("forward", "within_day"), ("stratified", "brier")
    }  # fmt: skip

    card = starter.load().meta
    other = models.register(
        ctx,
        RegisterModel(
            variant(
                data={**card["data"], "sha256": "0" * 64},
                protocol={**card["protocol"], "forward_first": 100},
                parameters={**card["parameters"], "trees": 7},
                metrics={"stratified": card["metrics"]["stratified"]},
            ).to_bytes()
        ),
    )
    found = models.compare(ctx, a, other.id)
    assert found.differs == ("data", "forward", "rows")
    assert found.settings == (("trees", "100", "7"),)
    forward = [f for f in found.figures if f.protocol == "forward"]
    assert forward
    assert all(f.b is None for f in forward)
    with pytest.raises(NotFound):
        models.compare(ctx, a, 999)
    market = models.register(ctx, RegisterModel(with_market().to_bytes()))
    found = models.compare(ctx, a, market.id)
    assert (found.only_a, found.only_b) == (("age",), ("euribor3m",))


# damage under a running process ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [
        "artefact = substr(artefact, 1, 60000), sha256 = sha256('x')",
        "artefact = set_byte(artefact, 50000, 66), sha256 = sha256('x')",
        "artefact = '\\x80049526', sha256 = sha256('x')",
        "artefact = '', sha256 = sha256('x')",
        "artefact = set_byte(artefact, 50000, 66)",
    ],
)
def test_a_row_altered_under_a_running_process(
    damage: str, db: OneConnection, as_role: MakeCtx, tmp_path: Path
) -> None:
    engine.forget()
    models.deploy_starter(as_role("system"))
    floor = Floor(db)
    floor.set("window.enabled", "false")
    agent = as_role("agent")
    lead, second = floor.lead(1), floor.lead(0)
    before = scores.rescore(agent, lead)
    with db.owner() as connection:
        connection.execute(f"update model_version set {damage} where status = 'deployed'")  # noqa: S608

    # what is loaded goes on, and the log says what is wrong where it was looked at
    logs.open_log(tmp_path)
    assert scores.rescore(agent, lead).rank_key == before.rank_key
    assert leads.get(agent, lead).score is not None
    logs.close_log()
    lines = [json.loads(line) for line in (tmp_path / "log/leadtui.log").read_text("utf-8").splitlines()]
    told = {(line["event"], line["model"], line["code"]) for line in lines}
    codes = {code for _event, _model, code in told}
    assert told == {("model_damaged", before.model_id, code) for code in codes}
    assert len(codes) == ("sha256" in damage)

    # a new process refuses it, and says so; the customer, the call and the list are there as before
    engine.forget()
    with pytest.raises(Conflict) as caught:
        scores.rescore(agent, lead)
    assert caught.value.code in ("model_digest", "model_cut", "model_pickled", "model_empty")
    error_words.register()
    said = error_words.sentence(caught.value)
    assert any(word in said for word in ("altered", "cut off", "pickle", "empty")), said
    assert leads.get(agent, lead).score is None
    work(agent, second, Outcome.NOT_INTERESTED)
    assert floor.sql("select lead_id from call_log") == [(second,)]
    assert [row.id for row in leads.page(agent, PageQuery()).rows] == [lead]
    engine.forget()
