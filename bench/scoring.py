"""Scoring: how fast one lead and a whole pool are explained, and how good the models are.

    python bench/scoring.py            prints the rows as JSON

`run()` gives rows {figure, value, must, aim, unit, higher_is_better, note}; `must` and `aim` may be None
(reported only). Model figures need the real file (LEADTUI_UCI_DIR, or ../shared/data/… beside the
repository); without it their value is None and the note says so.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from leadtui.scoring import starter
from leadtui.scoring.features import Features, FeatureSet
from leadtui.scoring.live.scorer import Scorer

UCI = Path(
    os.environ.get("LEADTUI_UCI_DIR")
    or Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "uci-bank-marketing"
)
SOURCE = UCI / "bank-additional-full.csv"
SINGLES = 3_000
ROUNDS = 5

Row = dict[str, Any]


def row(
    figure: str, value: float | None, unit: str, *, must: float | None = None, aim: float | None = None,
    higher: bool = False, note: str = "",
) -> Row:  # fmt: skip
    """One figure as the bench table holds it."""
    return {
        "figure": figure, "value": None if value is None else round(value, 4), "must": must, "aim": aim,
        "unit": unit, "higher_is_better": higher, "note": note,
    }  # fmt: skip


def single() -> list[Row]:
    """One lead with reasons, in this process, every lead a different one."""
    rng = random.Random(1)  # noqa: S311  made-up leads
    scorer = Scorer(starter.load())
    start = time.perf_counter()
    scorer.warm_up()
    load = time.perf_counter() - start
    took = []
    for _ in range(SINGLES):
        lead = Features(
            age=rng.randint(18, 90), job=rng.randint(1, 11), marital=rng.randint(1, 3),
            education=rng.randint(1, 7), default=rng.choice((None, False)), housing=rng.choice((True, False)),
            loan=rng.choice((True, False, None)), contact=rng.randint(1, 2), campaign=rng.randint(1, 9),
            pdays=rng.choice((None, None, 3, 6)), previous=rng.randint(0, 2), poutcome=rng.randint(1, 3),
        )  # fmt: skip
        start = time.perf_counter()
        found = scorer.explain(lead)
        took.append(1e3 * (time.perf_counter() - start))
        assert 0 < found.p < 1
    return [
        row("one lead scored with reasons, p50", statistics.median(took), "ms", must=5, aim=1),
        row(
            "one lead scored with reasons, p95", statistics.quantiles(took, n=20)[-1], "ms",
            must=5, aim=1, note=f"{SINGLES} leads; library and model loaded in {1e3 * load:.0f} ms",
        ),
    ]  # fmt: skip


def reasons_of_all() -> list[Row]:
    """Probabilities, contributions and packed reasons of the whole file ÷ LightGBM's own pred_contrib."""
    import lightgbm

    from leadtui.scoring.bulk import BulkScorer
    from leadtui.scoring.train.files import read_training_file

    made = starter.load()
    data = read_training_file(SOURCE)
    package = lightgbm.Booster(model_str=made.model.decode())
    start = time.perf_counter()
    bulk = BulkScorer(made)
    build = time.perf_counter() - start
    matrix = bulk.encode(data.columns)
    ours, floor = [], []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        bulk.score(matrix)
        ours.append(time.perf_counter() - start)
        start = time.perf_counter()
        package.predict(matrix.values, pred_contrib=True, num_threads=1)
        floor.append(time.perf_counter() - start)
    best, least = min(ours), min(floor)
    return [
        row(
            "scores and reasons of 41,188 leads ÷ pred_contrib alone", best / least, "×",
            must=1, aim=0.1,
            note=f"one thread; {len(matrix) / best:,.0f} leads/s against {len(matrix) / least:,.0f}; "
            f"tables built in {1e3 * build:.0f} ms",
        )
    ]  # fmt: skip


_READER = """
import sys, time
from leadtui.core.auth import service as auth
from leadtui.core.auth.dto import SignIn
from leadtui.core.ctx import Ctx, Origin
from leadtui.core.db.database import Database
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import PageQuery

ctx = Ctx(Database(sys.argv[1]), Origin.TUI)
auth.sign_in(ctx, SignIn(sys.argv[2], sys.argv[3]))
for _ in range(30):
    leads.page(ctx, PageQuery())
print("ready", flush=True)
while True:
    start = time.perf_counter()
    leads.page(ctx, PageQuery())
    print(time.time(), 1e3 * (time.perf_counter() - start), flush=True)
    time.sleep(0.02)
"""


def bulk_score() -> list[Row]:
    """`leads score --all` on a house of LEADS, beside predicting and one bare UPDATE; what a reader feels."""
    import lightgbm
    import psycopg

    from bench import server
    from leadtui.core.auth import service as auth
    from leadtui.core.ctx import Origin
    from leadtui.core.db.database import Database
    from leadtui.core.models import service as models
    from leadtui.core.scores import service as scores
    from leadtui.core.scores.dto import ScoreAll
    from leadtui.scoring.bulk import BulkScorer

    house = server.million()
    app, owner = Database(house.app_url), Database(house.admin_url, pool_max=1)
    ctx = auth.system_ctx(app, owner, Origin.CLI)
    models.deploy_starter(ctx)
    reader = subprocess.Popen(
        [sys.executable, "-c", _READER, house.app_url, server.AGENT, server.PASSWORD],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert reader.stdout is not None
    reader.stdout.readline()
    idle_from = time.time()
    time.sleep(5)
    idle_to = time.time()
    marks = {"read": 0.0, "write": 0.0}

    def progress(stage: str, done: int, total: int) -> None:
        marks[stage] = time.time()

    begun = time.time()
    start = time.perf_counter()
    report = scores.score_all(ctx, ScoreAll(), progress)
    whole = time.perf_counter() - start
    ended = time.time()
    reader.kill()
    felt = [
        tuple(map(float, line.split()))
        for line in reader.stdout.read().splitlines()[:-1]
        if line.count(" ") == 1
    ]
    reader.wait()
    during = [ms for at, ms in felt if begun < at < ended]
    idle = [ms for at, ms in felt if idle_from < at < idle_to]

    # the floors: the same rows predicted, and written by one statement, with nobody beside it
    with psycopg.connect(house.admin_url, autocommit=True) as pg:
        names = [item.name for item in starter.load().inputs]
        facts = (
            "age", "job", "marital", "education", "default_flag::int", "housing::int", "loan::int", "contact",
            "1", "pdays", "previous", "poutcome",
        )  # fmt: skip
        whole_columns = ", ".join(
            f"array_agg(coalesce(({fact})::float8, 'nan') order by id)" for fact in facts
        )
        found = pg.execute(f"select {whole_columns} from lead where team_id = 1", binary=True).fetchone()  # noqa: S608
        assert found is not None
        scorer = BulkScorer(starter.load(), threads=2)
        matrix = scorer.encode(dict(zip(names, found, strict=True)))
        package = lightgbm.Booster(model_str=starter.load().model.decode())
        start = time.perf_counter()
        package.predict(matrix.values, num_threads=2)  # probabilities alone: our run brings reasons too
        predict = time.perf_counter() - start
        pg.execute("vacuum lead_queue")
        pg.execute("create temp table v as select lead_id, rank_key, why from lead_queue")
        pg.execute("analyze v")
        start = time.perf_counter()
        pg.execute(
            "update lead_queue q set rank_key = v.rank_key - 1, why = v.why from v where q.lead_id = v.lead_id"
        )
        write = time.perf_counter() - start
    app.close()
    owner.close()
    p95 = statistics.quantiles(during, n=20)[-1], statistics.quantiles(idle, n=20)[-1]
    return [
        row(
            f"bulk score of {report.scored:,} with the score write ÷ predict + the bare write",
            whole / (predict + write), "×", must=3, aim=1.5,
            note=f"{whole:.1f} s (read {marks['read'] - begun:.1f}, write {marks['write'] - marks['read']:.1f}, "
            f"rest {ended - marks['write']:.1f}) ÷ ({predict:.1f} + {write:.1f}) s",
        ),
        row(
            "readers' list p95 during it ÷ idle", p95[0] / p95[1], "×", must=2, aim=1.2,
            note=f"{p95[0]:.1f} ÷ {p95[1]:.1f} ms; {len(during)} and {len(idle)} pages; two cores for all",
        ),
    ]  # fmt: skip


def card_of(name: str) -> dict[str, Any]:
    """The card of a model trained here and now (in a process of its own)."""
    from leadtui.scoring.train.files import read_training_file
    from leadtui.scoring.train.train import train

    return train(read_training_file(SOURCE), FeatureSet(name)).card


TARGETS: dict[str, dict[str, tuple[float, float]]] = {
    "with_market": {"auc": (0.80, 0.805), "lift@10%": (4.5, 4.6), "ece": (0.008, 0.004)},
    "lead_only": {"auc": (0.725, 0.74)},
    "small_form": {},
}
_SHOWN = ("auc", "within_day", "lift@10%", "top_half", "ece")


def models() -> list[Row]:
    """Each feature set: stratified 5-fold and forward in time, both also inside the calling day."""
    from bench import ahead

    out: list[Row] = []
    cards = ahead.cards()
    ahead.wait()
    for name, made in cards.items():
        card = made.result()
        for protocol, found in card["metrics"].items():
            for key in _SHOWN:
                must, aim = TARGETS[name].get(key, (None, None)) if protocol == "stratified" else (None, None)
                rule = found["bought_before"].get(key)
                out.append(
                    row(
                        f"{name.replace('_', '-')}, {protocol}, {key}", found["model"][key], "",
                        must=must, aim=aim, higher=key != "ece",
                        note=f"constant {found['constant'][key]:.3f}"
                        + (f", bought-before rule {rule:.3f}" if rule is not None else ""),
                    )
                )  # fmt: skip
    return out


def run() -> list[Row]:
    """All rows."""
    rows = [*single(), *bulk_score()]
    if not SOURCE.exists():
        absent = "the UCI file is not here (LEADTUI_UCI_DIR)"
        return [*rows, row("model figures and reasons of 41,188 leads", None, "", note=absent)]
    return [*rows, *reasons_of_all(), *models()]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(), indent=1, ensure_ascii=False) + "\n")
