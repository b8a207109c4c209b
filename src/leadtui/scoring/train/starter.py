"""Makes the starter model that ships in the package.

    python -m leadtui.scoring.train.starter OUTDIR [bank-additional-full.csv]

Writes OUTDIR/starter.leadtui (the artefact) and OUTDIR/CARD.md (its card in words). Without a second argument
the file is looked for in the folder LEADTUI_UCI_DIR.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from leadtui.scoring.features import FeatureSet
from leadtui.scoring.live.check import check_in_child
from leadtui.scoring.starter import FILE
from leadtui.scoring.train.files import read_training_file
from leadtui.scoring.train.train import train

_SOURCE = "bank-additional-full.csv"
_FIGURES = ("auc", "within_day", "lift@10%", "top_half", "brier", "log_loss", "ece")


def make(source: Path, out: Path, threads: int = 1) -> Path:
    """Trains lead-only on `source` and writes artefact and card to `out`; returns the artefact's path."""
    made = train(read_training_file(source), FeatureSet.LEAD_ONLY, seed=0, threads=threads)
    made.artefact.check_deployable()
    check_in_child(made.artefact)
    out.mkdir(parents=True, exist_ok=True)
    path = out / FILE
    path.write_bytes(made.artefact.to_bytes())
    (out / "CARD.md").write_text(card_text(made.card, made.artefact.sha256), encoding="utf-8")
    return path


def card_text(card: dict[str, Any], sha256: str) -> str:
    """The card as a page to read."""
    data, protocol = card["data"], card["protocol"]
    lines = [
        "# The starter model",
        "",
        f"Probability that a call ends in a sale, from {len(card['inputs'])} facts known before the call: "
        + ", ".join(item["name"] for item in card["inputs"]) + ".",
        "",
        f"Trained on {data['name']} ({data['rows']} calls, {data['bought']} sales, "
        f"SHA-256 {data['sha256']}); "
        f"LightGBM {card['versions']['lightgbm']}, {card['parameters']['trees']} trees of "
        f"{card['parameters']['num_leaves']} leaves, no resampling, no class weights; calibration: "
        f"{card['calibration']['method']}. Neither the call's duration nor any calendar or macro column is "
        "an input. No row of the data is in this package.",
        "",
        f"Artefact SHA-256 {sha256}",
    ]  # fmt: skip
    titles = {
        "stratified": "Stratified 5-fold (a random split: mostly which day it was)",
        "forward": f"Forward in time (rows {protocol['forward_first']} and on, refitted every "
        f"{protocol['forward_step']} rows)",
    }
    for name, title in titles.items():
        if name not in card["metrics"]:
            continue
        lines += ["", f"## {title}", "", "| | " + " | ".join(_FIGURES) + " |", "|---" * 8 + "|"]
        for rival, found in card["metrics"][name].items():
            cells = ["–" if found.get(key) is None else f"{found[key]:.4f}" for key in _FIGURES]
            lines.append(f"| {rival} | " + " | ".join(cells) + " |")
    lines += [
        "",
        "`within_day` is the AUC inside each calling day, the order an agent works through. `constant` knows "
        "these rows' own rate; `bought_before` is the rule: bought in an earlier campaign first, then fewer "
        "contacts.",
        "",
        "It ranks calls of a Portuguese bank of 2008–2010. It says nothing about credit, and a bank with its "
        "own history should train its own.",
    ]
    if card["citation"]:
        lines += ["", "## Citation", "", card["citation"]]
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """The command; 0, or 1 with a word on stderr."""
    folder = os.environ.get("LEADTUI_UCI_DIR")
    if not arguments or (len(arguments) == 1 and not folder):
        sys.stderr.write("usage: python -m leadtui.scoring.train.starter OUTDIR [bank-additional-full.csv]\n")
        return 1
    source = Path(arguments[1]) if len(arguments) > 1 else Path(folder or ".") / _SOURCE
    sys.stdout.write(f"{make(source, Path(arguments[0]))}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
