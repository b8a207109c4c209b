"""The live scorer: equal to the package to the last bit, light, and on any number of threads."""

from __future__ import annotations

import math
import random
import subprocess
import sys
import threading

import lightgbm
import numpy as np
import pytest

from leadtui.scoring import starter
from leadtui.scoring.calibration import sigmoid
from leadtui.scoring.codes import CONTACT, EDUCATION, JOB, POUTCOME
from leadtui.scoring.errors import LibraryMissing, NativeError
from leadtui.scoring.features import Features, encode
from leadtui.scoring.live import library
from leadtui.scoring.live.booster import Booster
from leadtui.scoring.live.scorer import Scorer
from leadtui.scoring.pool import PoolMean, pool_from_json
from leadtui.scoring.reasons import Group


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return Scorer(starter.load())


def some_leads(n: int, seed: int = 5) -> list[Features]:
    """Leads of every kind, with holes everywhere."""
    rng = random.Random(seed)  # noqa: S311  made-up data

    def maybe(value: int | None) -> int | None:
        return value if rng.random() > 0.15 else None

    return [
        Features(
            age=maybe(rng.randint(17, 99)),
            job=maybe(rng.randint(1, 11)),
            marital=maybe(rng.randint(1, 3)),
            education=maybe(rng.randint(1, 10)),
            default=rng.choice((None, False, True)),
            housing=rng.choice((None, False, True)),
            loan=rng.choice((None, False, True)),
            contact=maybe(rng.randint(1, 2)),
            campaign=maybe(rng.randint(1, 40)),
            pdays=maybe(rng.randint(0, 30)) if rng.random() < 0.3 else None,
            previous=maybe(rng.randint(0, 7)),
            poutcome=maybe(rng.randint(1, 4)),
        )
        for _ in range(n)
    ]


def test_equal_to_the_package_to_the_last_bit(scorer):
    package = lightgbm.Booster(model_str=scorer.artefact.model.decode())
    booster = Booster(scorer.artefact.model, len(scorer.inputs))
    for lead in some_leads(300):
        row = encode(lead, scorer.inputs).vector
        matrix = np.array([row])
        assert booster.raw(row) == package.predict(matrix, raw_score=True, num_threads=1)[0]
        assert (
            booster.contributions(row)
            == package.predict(matrix, pred_contrib=True, num_threads=1)[0].tolist()
        )


def test_a_score_is_the_sum_of_its_parts(scorer):
    for lead in some_leads(100):
        found = scorer.explain(lead)
        assert found.p == scorer.predict(lead) == sigmoid(found.log_odds)
        assert found.base + math.fsum(found.contributions) == pytest.approx(found.log_odds, abs=1e-9)
        assert found.pool.log_odds + math.fsum(found.deltas) == pytest.approx(found.log_odds, abs=1e-9)
        account = found.account()
        assert account.start + sum(line.points for line in account.lines) == account.total
        assert account.total == math.floor(100 * found.p + 0.5)
        assert found.rank_key == round(found.p * 1e6)


def test_calibration_scales_score_and_contributions_alike(market):
    made = market.artefact
    scorer = Scorer(made)
    row = Features(age=30, contact=1, month=5, euribor3m=4.9)
    found = scorer.explain(row)
    raw = scorer.raw(encode(row, scorer.inputs).vector)
    assert found.log_odds == made.calibration.slope * raw + made.calibration.offset
    assert found.base + math.fsum(found.contributions) == pytest.approx(found.log_odds, abs=1e-9)
    assert found.contributions[Group.MARKET] != 0
    assert all(reason.group is not Group.MARKET for reason in found.reasons)


def test_counterfactuals_point_the_way_the_data_does(scorer):
    plain = Features(
        age=40, job=JOB["admin."], marital=1, education=EDUCATION["university.degree"], default=False,
        housing=True, loan=False, contact=CONTACT["cellular"], campaign=1, previous=0,
        poutcome=POUTCOME["nonexistent"],
    )  # fmt: skip

    def but(**changed: object) -> float:
        from dataclasses import replace

        return scorer.predict(replace(plain, **changed))

    base = scorer.predict(plain)
    assert but(pdays=5, previous=1, poutcome=POUTCOME["success"]) > 3 * base
    assert but(contact=CONTACT["telephone"]) < base
    assert but(campaign=12) < base
    assert but(age=70, job=JOB["retired"]) > base
    assert but(age=21, job=JOB["student"]) > base
    assert but(job=JOB["blue-collar"], education=EDUCATION["basic.6y"]) < base


def test_a_customer_who_bought_before_is_told_so_first(scorer):
    found = scorer.explain(Features(age=40, contact=1, campaign=1, pdays=4, previous=2, poutcome=3))
    assert found.reasons[0].group is Group.HISTORY
    assert found.reasons[0].delta > 1


def test_unseen_words_are_reported_and_change_nothing(scorer):
    lead = Features(age=40, contact=1, campaign=1)
    from dataclasses import replace

    strange = scorer.explain(replace(lead, education=EDUCATION["tertiary"]))
    assert strange.unseen == ("education",)
    assert strange.p == scorer.predict(lead)


def test_reasons_are_relative_to_the_pool_given(scorer):
    lead = Features(age=40, contact=1, campaign=1, previous=0, poutcome=1)
    own = scorer.explain(lead)
    same = PoolMean(1, own.base, own.contributions)
    again = scorer.explain(lead, same)
    assert again.reasons == ()
    assert again.deltas == (0.0,) * len(Group)
    assert again.p == own.p
    assert same.log_odds == pytest.approx(own.log_odds, abs=1e-9)


def test_a_pool_survives_json(scorer):
    assert pool_from_json(scorer.pool.as_json()) == scorer.pool


def test_threads_do_not_disturb_each_other(scorer):
    leads = some_leads(60)
    expected = [scorer.explain(lead) for lead in leads]
    wrong: list[int] = []

    def work() -> None:
        for _ in range(5):
            for place, lead in enumerate(leads):
                if scorer.explain(lead) != expected[place]:
                    wrong.append(place)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_the_wrong_width_is_an_error_of_ours(scorer):
    with pytest.raises(NativeError, match="inputs instead of"):
        Booster(scorer.artefact.model, 3)


def test_without_lightgbm_there_is_a_clear_error(monkeypatch):
    monkeypatch.setattr(library.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(LibraryMissing) as caught:
        library.library_path()
    assert caught.value.code == "absent"


HEAVY = {"numpy", "scipy", "pandas", "sklearn", "lightgbm"}


def test_the_live_path_loads_nothing_heavy_and_prints_nothing():
    program = (
        "import sys\n"
        "from leadtui.scoring import starter\n"
        "from leadtui.scoring.live.check import check_in_child\n"
        "from leadtui.scoring.live.scorer import Scorer\n"
        "from leadtui.scoring.features import Features\n"
        "made = starter.load()\n"
        "found = Scorer(made).explain(Features(age=40, contact=1))\n"
        "assert 0 < found.p < 1 and found.account().total and made.like(found.p).n\n"
        "made.check_deployable()\n"
        f"print(sorted({HEAVY!r} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == ""
    assert done.stdout == "[]\n"


def test_bulk_scoring_does_not_load_the_training_stack():
    program = (
        "import sys\n"
        "from leadtui.scoring import starter\n"
        "from leadtui.scoring.bulk import BulkScorer\n"
        "bulk = BulkScorer(starter.load())\n"
        "assert len(bulk.score(bulk.encode({'age': [40, None]})).p) == 2\n"
        f"print(sorted({(HEAVY - {'numpy'})!r} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")
