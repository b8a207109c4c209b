"""Bulk scoring: the same numbers as one lead at a time, and as LightGBM's own TreeSHAP."""

from __future__ import annotations

from dataclasses import asdict

import lightgbm
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from leadtui.scoring import bulk as module
from leadtui.scoring import starter, tables
from leadtui.scoring.bulk import BulkScorer, pack_all
from leadtui.scoring.codes import EDUCATION
from leadtui.scoring.live.scorer import Scorer
from leadtui.scoring.reasons import Group, pack, top_reasons, unpack

from .test_live import some_leads


@pytest.fixture(scope="module")
def bulk() -> BulkScorer:
    return BulkScorer(starter.load())


def columns_of(leads):
    rows = [asdict(lead) for lead in leads]
    return {name: [row[name] for row in rows] for name in rows[0]}


@given(
    arrays.arrays(
        np.float64,
        st.tuples(st.integers(0, 20), st.just(len(Group))),
        elements=st.one_of(st.floats(-12, 12), st.sampled_from([0.0, 0.1, -0.1, 0.0999, 0.0025, 0.5, -0.5])),
    )
)
def test_packing_is_the_same_as_one_by_one(deltas):
    assert pack_all(deltas.copy()).tolist() == [pack(top_reasons(row)) for row in deltas.tolist()]


def test_the_same_score_and_reasons_as_one_lead_at_a_time(bulk):
    leads = some_leads(500, seed=11)
    matrix = bulk.encode(columns_of(leads))
    scored = bulk.score(matrix)
    scorer = Scorer(bulk.artefact)
    for place, lead in enumerate(leads):
        one = scorer.explain(lead, scored.pool)
        assert scored.p[place] == pytest.approx(one.p, rel=1e-15)
        assert scored.rank_key[place] == one.rank_key
        assert scored.why[place] == pack(one.reasons)
    assert scored.rank_key.dtype == np.int32
    assert scored.why.dtype == np.int64
    assert scored.unseen["education"] == sum((lead.education or 0) > 7 for lead in leads)


@pytest.mark.parametrize("which", ["lead", "market", "starter"])
def test_contributions_by_table_are_treeshap(which, request):
    made = (
        starter.load()
        if which == "starter"
        else request.getfixturevalue("trained" if which == "lead" else "market").artefact
    )
    bulk = BulkScorer(made)
    assert bulk.tabled
    rng = np.random.default_rng(2)
    values = np.round(rng.normal(20, 30, (400, len(bulk.inputs))), 1)
    values[rng.random(values.shape) < 0.2] = np.nan
    values[:100] = np.nan_to_num(values[:100])
    found = bulk.contributions(module.Matrix(values, {}))
    package = lightgbm.Booster(model_str=made.model.decode())
    shares = package.predict(values, pred_contrib=True, num_threads=1)
    expected = np.zeros_like(found)
    for place, item in enumerate(bulk.inputs):
        expected[:, item.group] += made.calibration.slope * shares[:, place]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)
    assert bulk.pool_of(found).base == pytest.approx(made.calibration.log_odds(shares[0, -1]), abs=1e-9)


def test_a_model_the_tables_do_not_cover_is_explained_by_lightgbm(bulk, monkeypatch):
    def refuse(*_):
        raise tables.Untabled

    monkeypatch.setattr(module, "build", refuse)
    slow = BulkScorer(bulk.artefact)
    assert not slow.tabled
    matrix = bulk.encode(columns_of(some_leads(200, seed=3)))
    np.testing.assert_allclose(slow.contributions(matrix), bulk.contributions(matrix), rtol=0, atol=1e-9)
    assert slow.score(matrix).why.tolist() == bulk.score(matrix).why.tolist()


@pytest.mark.parametrize("parameters", [{"num_leaves": 16}, {"category": [0]}, {"zero_as_missing": True}])
def test_what_the_tables_refuse(parameters):
    rng = np.random.default_rng(1)
    x = rng.integers(0, 12, (2_000, 3)).astype(float)
    y = (rng.random(2_000) < 0.2 + 0.3 * (x[:, 0] % 2)).astype(int)
    options = {"objective": "binary", "verbosity": -1, "num_threads": 1, "min_data_in_leaf": 5, **parameters}
    category = options.pop("category", "auto")
    text = (
        lightgbm.train(options, lightgbm.Dataset(x, y, params=options, categorical_feature=category), 3)
        .model_to_string()
        .encode()
    )
    with pytest.raises(tables.Untabled):
        tables.build(text, [1, 2, 3], 4)


def test_columns_without_missing_values_in_training_are_read_as_lightgbm_does():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(1_000, 3))
    y = (rng.random(1_000) < 1 / (1 + np.exp(-x[:, 0] - x[:, 1] * x[:, 2]))).astype(int)
    options = {"objective": "binary", "verbosity": -1, "num_threads": 1, "num_leaves": 8}
    booster = lightgbm.train(options, lightgbm.Dataset(x, y, params=options), 20)
    made = tables.build(booster.model_to_string().encode(), [0, 1, 2], 3)
    rows = rng.normal(size=(300, 3))
    rows[rng.random(rows.shape) < 0.3] = np.nan
    expected = booster.predict(rows, pred_contrib=True, num_threads=1)
    np.testing.assert_allclose(made.contributions(rows), expected[:, :3], rtol=0, atol=1e-9)
    assert made.base == pytest.approx(expected[0, 3], abs=1e-9)


def test_the_pool_is_the_mean_of_the_leads_scored(bulk):
    matrix = bulk.encode(columns_of(some_leads(300, seed=4)))
    shares = bulk.contributions(matrix)
    pool = bulk.score(matrix).pool
    assert pool.n == 300
    np.testing.assert_allclose(pool.contributions, shares.mean(axis=0), rtol=0, atol=1e-12)
    p = bulk.probabilities(matrix)
    assert pool.log_odds == pytest.approx(np.log(p / (1 - p)).mean(), abs=1e-9)


def test_more_than_one_chunk_progress_and_a_given_pool(bulk, monkeypatch):
    matrix = bulk.encode(columns_of(some_leads(250, seed=6)))
    whole = bulk.score(matrix)
    monkeypatch.setattr(module, "CHUNK", 64)
    told: list[tuple[int, int]] = []
    parts = bulk.score(matrix, pool=whole.pool, progress=lambda done, total: told.append((done, total)))
    assert parts.why.tolist() == whole.why.tolist()
    assert parts.p.tolist() == whole.p.tolist()
    assert parts.pool is whole.pool
    assert told == sorted(told)
    assert told[-1] == (500, 500)


def test_no_leads_at_all(bulk):
    scored = bulk.score(bulk.encode({"age": []}))
    assert (len(scored.p), len(scored.why), scored.pool) == (0, 0, bulk.artefact.pool)


def test_columns_the_model_lacks_are_ignored_and_absent_ones_are_missing(bulk):
    scored = bulk.encode({"age": [30.0, np.nan], "balance": [1, 2], "name": ["x", "y"]})
    assert scored.values.shape == (2, len(bulk.inputs))
    assert np.isnan(scored.values).sum() == scored.values.size - 1
    assert scored.unseen == {}


def test_unseen_codes_are_counted_and_missing(bulk):
    matrix = bulk.encode({"age": [1, 2], "education": [EDUCATION["tertiary"], EDUCATION["basic.4y"]]})
    assert matrix.unseen == {"education": 1}


def test_columns_of_different_lengths_are_refused(bulk):
    with pytest.raises(ValueError, match="different lengths"):
        bulk.encode({"age": [1, 2], "job": [1]})


def test_a_reason_unpacks_to_a_group(bulk):
    matrix = bulk.encode(columns_of(some_leads(50, seed=8)))
    for why in bulk.score(matrix).why.tolist():
        for reason in unpack(why):
            assert reason.group not in (Group.OTHER, Group.MARKET)


def blanked_means(made, columns):
    """Mean probability of everybody, and of everybody with one column blanked, per column."""
    bulk = BulkScorer(made)
    whole = bulk.probabilities(bulk.encode(columns)).mean()
    never_missing = [name for name, values in columns.items() if not np.isnan(values).any()]
    used = {item.name for item in bulk.inputs}
    return whole, {
        name: bulk.probabilities(bulk.encode({**columns, name: columns[name] * np.nan})).mean()
        for name in never_missing
        if name in used
    }


def test_a_fact_that_is_missing_counts_as_the_average(trained, bank):
    """LightGBM alone reads a value that training never missed as 0: an age of nought."""
    whole, blanked = blanked_means(trained.artefact, bank.columns)
    assert blanked.keys() == {"age", "loan", "contact", "campaign", "previous", "poutcome"}
    assert whole == pytest.approx(bank.y.mean(), rel=0.1)
    for name, mean in blanked.items():
        assert mean == pytest.approx(whole, rel=0.35), name


def test_the_same_for_the_starter_model_on_the_real_file(uci):
    from leadtui.scoring.train.files import read_training_file

    data = read_training_file(uci / "bank-additional-full.csv")
    whole, blanked = blanked_means(starter.load(), data.columns)
    assert whole == pytest.approx(0.1127, abs=0.002)
    assert len(blanked) == 5
    for name, mean in blanked.items():
        assert mean == pytest.approx(whole, rel=0.15), name
