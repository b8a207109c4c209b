"""The first load of a model happens in a child process: a damaged LightGBM text kills whoever loads it.

python -m leadtui.scoring.live.check < ARTEFACT      prints the golden rows' scores and contributions as JSON

Every process compares them again when it first loads the model (`check_scorer`): 5 ms, once.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import leadtui
from leadtui.scoring.artefact import Artefact
from leadtui.scoring.errors import ArtefactError, ScoringError
from leadtui.scoring.live.booster import Booster
from leadtui.scoring.live.scorer import Scorer

TOLERANCE = 1e-9
"""Golden rows must come out the same up to this (log-odds): machines round the last bits differently."""


Answer = tuple[float, list[float]]
"""A golden row's raw score and its contributions, the expected value last."""


def golden_answers(artefact: Artefact, booster: Booster | None = None) -> list[Answer]:
    """What the model says of its golden rows here and now, in this process. Raises NativeError."""
    booster = booster or Booster(artefact.model, len(artefact.inputs))
    rows = [[math.nan if value is None else value for value in one.row] for one in artefact.golden]
    return [(booster.raw(row), booster.contributions(row)) for row in rows]


def check_answers(artefact: Artefact, answers: Sequence[Answer]) -> None:
    """Raises ArtefactError("golden") where the model says something else than when it was made."""

    def same(got: float, expected: float) -> bool:
        return math.isclose(got, expected, rel_tol=0.0, abs_tol=TOLERANCE)

    golden = artefact.golden
    if len(answers) == len(golden) and all(
        same(raw, one.raw)
        and (one.shares is None or (len(shares) == len(one.shares) and all(map(same, shares, one.shares))))
        for (raw, shares), one in zip(answers, golden, strict=True)
    ):
        return
    raise ArtefactError("golden", expected=[one.raw for one in golden], got=[raw for raw, _ in answers])


def check_scorer(scorer: Scorer) -> None:
    """The first load of a model in this process: its golden rows must come out as they did when it was made.

    Raises ArtefactError("golden"), NativeError, LibraryMissing.
    """
    check_answers(scorer.artefact, golden_answers(scorer.artefact, scorer.booster()))


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
        answers = [
            (float(raw), [float(share) for share in shares]) for raw, shares in json.loads(child.stdout)
        ]
    except (TypeError, ValueError) as error:
        raise ArtefactError("crashed", exit=0, why="no answer") from error
    check_answers(artefact, answers)


def main() -> int:
    """The child: artefact on stdin, JSON on stdout; 1 with a word on stderr where it is refused."""
    try:
        artefact = Artefact.from_bytes(sys.stdin.buffer.read())
        answers = golden_answers(artefact)
    except ScoringError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(json.dumps(answers))
    return 0


if __name__ == "__main__":
    sys.exit(main())
