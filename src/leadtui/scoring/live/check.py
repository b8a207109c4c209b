"""The first load of a model happens in a child process: a damaged LightGBM text kills whoever loads it.

python -m leadtui.scoring.live.check < ARTEFACT      prints the raw scores of the golden rows as JSON
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import leadtui
from leadtui.scoring.artefact import Artefact
from leadtui.scoring.errors import ArtefactError, ScoringError
from leadtui.scoring.live.booster import Booster

TOLERANCE = 1e-9
"""Golden rows must come out the same up to this (log-odds): machines round the last bits differently."""


def golden_scores(artefact: Artefact) -> list[float]:
    """Raw scores of the artefact's golden rows, made here and now in this process."""
    booster = Booster(artefact.model, len(artefact.inputs))
    return [
        booster.raw([math.nan if value is None else value for value in row]) for row, _ in artefact.golden
    ]


def check_in_child(artefact: Artefact, timeout: float = 60.0) -> None:
    """Loads `artefact` in a child process and compares its golden rows; returns where all is well.

    Raises ArtefactError: whatever `verify` finds, `crashed` (`exit`, `why`), `timeout`, `golden`.
    """
    artefact.verify()
    root = str(Path(leadtui.__file__).resolve().parent.parent)
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    try:
        child = subprocess.run(
            [sys.executable, "-m", "leadtui.scoring.live.check"],
            input=artefact.to_bytes(),
            capture_output=True,
            timeout=timeout,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ArtefactError("timeout", seconds=timeout) from error
    if child.returncode != 0:
        why = child.stderr.decode(errors="replace").strip()[-300:]
        raise ArtefactError("crashed", exit=child.returncode, why=why)
    try:
        scores = json.loads(child.stdout)
    except ValueError as error:
        raise ArtefactError("crashed", exit=0, why="no answer") from error
    expected = [raw for _, raw in artefact.golden]
    if len(scores) != len(expected) or any(
        not math.isclose(got, raw, rel_tol=0.0, abs_tol=TOLERANCE)
        for got, raw in zip(scores, expected, strict=True)
    ):
        raise ArtefactError("golden", expected=expected, got=scores)


def main() -> int:
    """The child: artefact on stdin, JSON on stdout; 1 with a word on stderr where it is refused."""
    try:
        artefact = Artefact.from_bytes(sys.stdin.buffer.read())
        scores = golden_scores(artefact)
    except ScoringError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(json.dumps(scores))
    return 0


if __name__ == "__main__":
    sys.exit(main())
