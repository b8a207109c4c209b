"""`leadtui models compare`: two cards side by side, and honestly what they do not share."""

from __future__ import annotations

from typing import Any, Final

from leadtui.cli import card, out
from leadtui.cli.models import as_object, status_word
from leadtui.core.models.dto import Comparison, Measured, ModelCard
from leadtui.formats import number
from leadtui.i18n import N_, _

_DIFFERS: Final[dict[str, str]] = {
    "data": N_("They learnt from different files: no figure of one says anything about the other."),
    "folds": N_("The random split has another number of folds."),
    "forward": N_("The forward evaluation begins or refits at other rows."),
    "rows": N_("They were judged on different numbers of calls."),
}
_PROTOCOLS: Final[dict[str, str]] = {
    "stratified": N_("Random split: mostly which day it was"),
    "forward": N_("Forward in time"),
}


def print_words(found: Comparison) -> None:
    """Facts, what differs, then every figure of both."""
    columns: list[out.Column[tuple[str, Any, Any]]] = [
        out.Column("", lambda row: row[0]),
        out.Column(f"A · {found.a.model.id}", lambda row: row[1]),
        out.Column(f"B · {found.b.model.id}", lambda row: row[2]),
    ]
    out.table([(name, left, right) for (name, left), (_n, right) in zip(_facts(found.a), _facts(found.b),
                                                                        strict=True)], columns)  # fmt: skip
    for sentence in _honest(found):
        out.line()
        out.line(sentence)
    for protocol in dict.fromkeys(figure.protocol for figure in found.figures):
        out.line()
        out.line(_(_PROTOCOLS.get(protocol, protocol)))
        out.table([figure for figure in found.figures if figure.protocol == protocol], _columns())
    out.line()
    out.line(_("within_day: AUC inside each calling day, the order that an agent works through."))


def _columns() -> list[out.Column[Measured]]:
    return [
        out.Column(_("of"), lambda figure: _(card.RIVALS.get(figure.rival, figure.rival))),
        out.Column(_("figure"), lambda figure: figure.metric),
        out.Column("A", lambda figure: _shown(figure.metric, figure.a), right=True),
        out.Column("B", lambda figure: _shown(figure.metric, figure.b), right=True),
        out.Column("B - A", _change, right=True),
    ]


def _shown(metric: str, value: float | None) -> str | None:
    return None if value is None else number(float(value), 0 if metric == "n" else 4)


def _change(figure: Measured) -> str | None:
    if figure.a is None or figure.b is None or figure.metric == "n":
        return None
    change = figure.b - figure.a
    return ("+" if change > 0 else "") + number(change, 4)


def _facts(one: ModelCard) -> list[tuple[str, Any]]:
    data = one.card["data"]
    return [
        (_("Name"), one.model.name),
        (_("State"), status_word(one.model.status)),
        (_("Features"), f"{one.model.feature_set.replace('_', '-')} ({len(one.card['inputs'])})"),
        (_("File"), data["name"]),
        (_("File SHA-256"), data["sha256"][:16]),
        (_("Calls"), number(data["rows"])),
        (_("Sales"), number(data["bought"])),
        (_("Calibration"), one.card["calibration"]["method"]),
        (_("Model SHA-256"), one.model.sha256[:16]),
    ]


def _honest(found: Comparison) -> list[str]:
    said = [_(_DIFFERS[part]) for part in found.differs]
    if not said:
        said.append(_("Same file, same protocol: the figures may be compared."))
    for name, only in (("A", found.only_a), ("B", found.only_b)):
        if only:
            said.append(_("Only {model} uses {columns}.").format(model=name, columns=", ".join(only)))
    said += [f"{name}: {left} / {right}" for name, left, right in found.settings]
    return said


def print_json(found: Comparison) -> None:
    """One object, each figure by protocol, rival and name."""
    out.array(
        [
            {
                "a": {**as_object(found.a.model), "data": dict(found.a.card["data"])},
                "b": {**as_object(found.b.model), "data": dict(found.b.card["data"])},
                "comparable": not found.differs,
                "differs": list(found.differs),
                "only_a": list(found.only_a),
                "only_b": list(found.only_b),
                "settings": [{"name": name, "a": left, "b": right} for name, left, right in found.settings],
                "figures": [
                    {"protocol": f.protocol, "of": f.rival, "figure": f.metric, "a": f.a, "b": f.b}
                    for f in found.figures
                ],
            }
        ]
    )
