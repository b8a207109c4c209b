"""A small synthetic bank (made up here, seeded) and models trained on it once per run."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from leadtui.scoring.features import FeatureSet
from leadtui.scoring.train.files import TrainingData, read_training_file
from leadtui.scoring.train.train import Trained, train

HEADER = (
    "age;job;marital;education;default;housing;loan;contact;month;day_of_week;duration;campaign;pdays;"
    "previous;poutcome;emp.var.rate;cons.price.idx;cons.conf.idx;euribor3m;nr.employed;y"
)
_JOBS = ("admin.", "blue-collar", "management", "retired", "student", "technician", "unknown")
_SCHOOLS = ("basic.4y", "high.school", "university.degree", "unknown")


def bank_rows(n: int, seed: int = 7) -> list[str]:
    """`n` lines of a made-up bank: buyers of an earlier campaign, students and mobiles buy more often."""
    rng = random.Random(seed)  # noqa: S311  made-up data
    lines = []
    for row in range(n):
        month = ("may", "jun", "jul", "aug")[row * 4 // n]
        day = ("mon", "tue", "wed", "thu", "fri")[row * 60 // n % 5]
        job, contact = rng.choice(_JOBS), rng.choice(("cellular", "cellular", "telephone"))
        before = rng.random() < 0.15
        won = before and rng.random() < 0.5
        chance = 0.08 + 0.12 * (job == "student") + 0.08 * (contact == "cellular") + 0.4 * won
        fields = [
            rng.randint(18, 80), job, rng.choice(("married", "single", "divorced", "unknown")),
            rng.choice(_SCHOOLS), rng.choice(("no", "no", "unknown")), rng.choice(("yes", "no", "unknown")),
            rng.choice(("yes", "no")), contact, month, day, rng.randint(0, 900), rng.randint(1, 6),
            rng.randint(1, 20) if before else 999, rng.randint(1, 3) if before else 0,
            ("success" if won else "failure") if before else "nonexistent",
            1.1, 93.9, -36.4, round(4.8 + row / n, 3), 5191, "yes" if rng.random() < chance else "no",
        ]  # fmt: skip
        lines.append(";".join(map(str, fields)))
    return lines


def write_bank(folder: Path, n: int, seed: int = 7, name: str = "bank.csv") -> Path:
    """The made-up bank as a file."""
    path = folder / name
    path.write_text("\n".join([HEADER, *bank_rows(n, seed)]) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def bank(tmp_path_factory: pytest.TempPathFactory) -> TrainingData:
    """1,600 calls of the made-up bank."""
    return read_training_file(write_bank(tmp_path_factory.mktemp("bank"), 1_600))


@pytest.fixture(scope="session")
def trained(bank: TrainingData) -> Trained:
    """A lead-only model of the made-up bank."""
    return train(bank)


@pytest.fixture(scope="session")
def market(bank: TrainingData) -> Trained:
    """A with-market model of the made-up bank."""
    return train(bank, FeatureSet.WITH_MARKET)
