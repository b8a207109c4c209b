"""A model's card as text: what it is made of, and how good it is in the three honest ways."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from leadtui.cli import out
from leadtui.core.models.dto import ModelCard
from leadtui.formats import number, percent
from leadtui.i18n import N_, _

_FIGURES: Final = ("auc", "within_day", "lift@10%", "top_half", "brier", "log_loss", "ece")
_DECIMALS: Final = {"lift@10%": 2, "ece": 4}
_TITLES: Final[dict[str, str]] = {
    "stratified": N_("Random split (stratified 5-fold): mostly which day it was"),
    "forward": N_("Forward in time (rows {first} on, refitted every {step} rows)"),
}
RIVALS: Final[dict[str, str]] = {
    "model": N_("this model"),
    "constant": N_("the constant rate"),
    "bought_before": N_("rule: bought before"),
}
"""What a figure belongs to, in words."""


def print_card(found: ModelCard, rival: ModelCard | None = None) -> None:
    """The card; beside it the deployed model where both were measured on the same file."""
    from leadtui.cli.models import status_word

    model, card = found.model, found.card
    data = card["data"]
    inputs = ", ".join(item["name"] for item in card["inputs"])
    out.facts(
        [
            (_("Model"), f"{model.id} · {model.name} · {status_word(model.status)}"),
            (_("Features"), f"{model.feature_set.replace('_', '-')} ({len(card['inputs'])}): {inputs}"),
            (
                _("Trained on"),
                _("{file}: {rows} calls, {bought} sales ({rate})").format(
                    file=data["name"],
                    rows=number(data["rows"]),
                    bought=number(data["bought"]),
                    rate=percent(data["bought"] / data["rows"], 1),
                ),
            ),
            (_("Calibration"), card["calibration"]["method"]),
            (_("Seed"), card["parameters"]["seed"]),
            ("SHA-256", model.sha256),
        ]
    )
    same_file = (
        rival is not None and rival.model.id != model.id and rival.card["data"]["sha256"] == data["sha256"]
    )
    for protocol, title in _TITLES.items():
        metrics = card["metrics"].get(protocol)
        if metrics is None:
            continue
        out.line()
        steps = card["protocol"]
        out.line(
            _(title).format(
                first=number(steps["forward_first"] or 0), step=number(steps["forward_step"] or 0)
            )
        )
        rows = [(_(RIVALS.get(name, name)), found) for name, found in metrics.items()]
        if same_file and rival is not None and protocol in rival.card["metrics"]:
            deployed = _("deployed now ({id})").format(id=rival.model.id)
            rows.insert(1, (deployed, rival.card["metrics"][protocol]["model"]))
        _figures(rows)
    out.line()
    out.line(_("within_day: AUC inside each calling day, the order that an agent works through."))
    if card.get("citation"):
        out.line(_("Data: {citation}").format(citation=card["citation"]))


def _figures(rows: list[tuple[str, Mapping[str, Any]]]) -> None:
    columns: list[out.Column[tuple[str, Mapping[str, Any]]]] = [out.Column("", lambda row: row[0])]
    for name in _FIGURES:
        columns.append(out.Column(name, lambda row, name=name: _figure(name, row[1]), right=True))  # type: ignore[misc]
    out.table(rows, columns)


def _figure(name: str, found: Mapping[str, Any]) -> str | None:
    value = found.get(name)
    return None if value is None else number(float(value), _DECIMALS.get(name, 3))
