"""`leadtui models`: train, list, show, compare, deploy, rollback, retire."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadtui.i18n import _

if TYPE_CHECKING:
    from leadtui.core.models.dto import Deployed, Model

FEATURE_SETS = ("lead-only", "with-market", "small-form")


def build() -> typer.Typer:
    """The group."""
    app = typer.Typer(name="models", help=_("Scoring models."), no_args_is_help=True)
    app.command("train", help=_("Train a model on one file of past calls, and keep it as a candidate."))(
        train
    )
    app.command("list", help=_("List all models, newest first."))(list_models)
    app.command("show", help=_("Print a model's card."))(show)
    app.command("compare", help=_("Two models side by side: every figure, and what keeps them apart."))(
        compare
    )
    app.command("deploy", help=_("Make a model the one that scores."))(deploy)
    app.command("rollback", help=_("Deploy the model that scored before this one."))(rollback)
    app.command("retire", help=_("Take a model out of service for good."))(retire)
    return app


def train(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", help=_("CSV, columns as in UCI's bank-additional-full.csv.")),
    ],
    feature_set: str = typer.Option(
        "lead-only",
        "--feature-set",
        metavar="|".join(FEATURE_SETS),
        help=_("with-market is a benchmark: it cannot be deployed."),
    ),
    features: str | None = typer.Option(
        None, "--features", metavar="A,B,…", help=_("Columns to train on instead of a feature set.")
    ),
    seed: int = typer.Option(0, "--seed", min=0, max=2**31 - 1, help=_("Of everything random.")),
    name: str | None = typer.Option(None, "--name", help=_("A name for the model.")),
) -> None:
    """Train a model on one file of past calls."""
    from leadtui.cli import card
    from leadtui.cli.errors import say
    from leadtui.cli.session import system
    from leadtui.core.errors import Invalid
    from leadtui.core.models import service as models
    from leadtui.core.models.dto import RegisterModel

    if feature_set.replace("_", "-") not in FEATURE_SETS:
        raise Invalid(
            {"feature_set": "unknown_feature_set"},
            "unknown_feature_set",
            given=feature_set,
            known=", ".join(FEATURE_SETS),
        )
    wanted = None if features is None else [part for part in features.split(",") if part.strip()]
    made = _train(files, feature_set.replace("-", "_"), wanted, seed)
    with system() as ctx:
        before = {model.id for model in models.list_models(ctx)}
        model = models.register(ctx, RegisterModel(made.artefact.to_bytes(), name))
        found = models.show(ctx, model.id)
        deployed = next((m for m in models.list_models(ctx) if m.status == "deployed"), None)
        rival = None if deployed is None else models.show(ctx, deployed.id)
    if model.id in before:
        say(_("This very model is here already, as {id} ({name}).").format(id=model.id, name=model.name))
    else:
        say(_("Kept as model {id} ({name}).").format(id=model.id, name=model.name))
    card.print_card(found, rival)
    if model.status != "deployed" and not made_for_the_market(found.card):
        say("hint: " + f"leadtui models deploy {model.id}")


def _train(files: list[Path], feature_set: str, features: list[str] | None, seed: int) -> Any:
    """A `scoring.train.train.Trained`. Raises the core's errors for what is wrong with file or request."""
    from leadtui.cli.progress import bar
    from leadtui.core.errors import Invalid
    from leadtui.core.models.rules import as_core_error
    from leadtui.scoring.errors import ScoringError

    try:
        from leadtui.scoring.features import FeatureSet
        from leadtui.scoring.train.files import read_training_file
        from leadtui.scoring.train.train import train as fit
    except ImportError as error:
        raise Invalid({"train": "extra_missing"}, "extra_missing", package=error.name) from error
    words = {
        "stratified": _("Random split"),
        "forward": _("Forward in time"),
        "final": _("The model itself"),
    }
    try:
        data = read_training_file(*files)
        with bar() as shown:
            return fit(
                data,
                FeatureSet(feature_set),
                features=features,
                seed=seed,
                threads=0,
                progress=lambda stage, done, total: shown.update(words.get(stage, stage), done, total),
            )
    except ScoringError as error:
        raise as_core_error(error) from error


def made_for_the_market(card: Any) -> bool:
    """Whether the card names inputs that a lead to be called does not have."""
    from leadtui.scoring.features import market_columns

    return bool(market_columns(item["name"] for item in card["inputs"]))


def list_models(as_json: bool = typer.Option(False, "--json", help=_("Print one JSON array."))) -> None:
    """List all models."""
    from leadtui.cli import out
    from leadtui.cli.session import system
    from leadtui.core.models import service as models

    with system() as ctx:
        found = models.list_models(ctx)
    if as_json:
        out.array(as_object(model) for model in found)
        return
    columns: list[out.Column[Model]] = [
        out.Column(_("Id"), lambda model: model.id, right=True),
        out.Column(_("Name"), lambda model: model.name),
        out.Column(_("State"), lambda model: status_word(model.status)),
        out.Column(_("Features"), lambda model: model.feature_set.replace("_", "-")),
        out.Column(_("File"), lambda model: model.file),
        out.Column(_("AUC"), lambda model: figure(model.auc), right=True),
        out.Column(_("forward"), lambda model: figure(model.auc_forward), right=True),
        out.Column(_("inside the day"), lambda model: figure(model.auc_within_day), right=True),
        out.Column(_("Made"), lambda model: f"{model.created_at:%Y-%m-%d %H:%M}Z"),
    ]
    out.table(found, columns)


def show(
    model_id: int = typer.Argument(..., metavar="ID", min=1, max=2**31 - 1),
    as_json: bool = typer.Option(False, "--json", help=_("Print one JSON array.")),
) -> None:
    """Print a model's card."""
    from leadtui.cli import card, out
    from leadtui.cli.session import system
    from leadtui.core.models import service as models

    with system() as ctx:
        found = models.show(ctx, model_id)
    if as_json:
        out.array([{**as_object(found.model), "card": dict(found.card)}])
    else:
        card.print_card(found)


def deploy(model_id: int = typer.Argument(..., metavar="ID", min=1, max=2**31 - 1)) -> None:
    """Make a model the one that scores."""
    from leadtui.cli.progress import waiting
    from leadtui.cli.session import system
    from leadtui.core.models import service as models
    from leadtui.core.models.dto import DeployModel

    with system() as ctx, waiting(_("Loading it in a process of its own …")):
        done = models.deploy(ctx, DeployModel(model_id))
    _tell(done)


def _tell(done: Deployed) -> None:
    from leadtui.cli.errors import say

    if not done.changed:
        say(_("Model {id} ({name}) is deployed already.").format(id=done.model.id, name=done.model.name))
        return
    say(_("Model {id} ({name}) scores from now on.").format(id=done.model.id, name=done.model.name))
    say("hint: " + _("leadtui leads score --all gives every lead its new score"))


def rollback() -> None:
    """Deploy the model that scored before this one."""
    from leadtui.cli.progress import waiting
    from leadtui.cli.session import system
    from leadtui.core.models import service as models

    with system() as ctx, waiting(_("Loading it in a process of its own …")):
        done = models.rollback(ctx)
    _tell(done)


def retire(model_id: int = typer.Argument(..., metavar="ID", min=1, max=2**31 - 1)) -> None:
    """Take a model out of service for good."""
    from leadtui.cli.errors import say
    from leadtui.cli.session import system
    from leadtui.core.models import service as models
    from leadtui.core.models.dto import RetireModel

    with system() as ctx:
        model = models.retire(ctx, RetireModel(model_id))
    say(_("Model {id} ({name}) is retired.").format(id=model.id, name=model.name))


def compare(
    a: int = typer.Argument(..., metavar="A", min=1, max=2**31 - 1),
    b: int = typer.Argument(..., metavar="B", min=1, max=2**31 - 1),
    as_json: bool = typer.Option(False, "--json", help=_("Print one JSON array.")),
) -> None:
    """Two models side by side."""
    from leadtui.cli import model_compare
    from leadtui.cli.session import system
    from leadtui.core.models import service as models

    with system() as ctx:
        found = models.compare(ctx, a, b)
    if as_json:
        model_compare.print_json(found)
    else:
        model_compare.print_words(found)


def as_object(model: Model) -> dict[str, Any]:
    """A model for `--json`."""
    return {
        "id": model.id,
        "name": model.name,
        "kind": model.kind,
        "status": model.status,
        "feature_set": model.feature_set,
        "file": model.file,
        "rows": model.rows,
        "auc": model.auc,
        "auc_forward": model.auc_forward,
        "auc_within_day": model.auc_within_day,
        "sha256": model.sha256,
        "created_at": model.created_at,
        "deployed_at": model.deployed_at,
    }


def status_word(status: str) -> str:
    """candidate, deployed, former or retired."""
    words = {
        "candidate": _("candidate"),
        "deployed": _("deployed"),
        "former": _("former"),
        "retired": _("retired"),
    }
    return words.get(status, status)


def figure(value: float | None) -> str | None:
    """A figure to three decimals."""
    from leadtui.formats import number

    return None if value is None else number(value, 3)
