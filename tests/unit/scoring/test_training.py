"""Training files and requests: what is refused and why, and what a trained model's card says."""

from __future__ import annotations

import os

import numpy as np
import pytest

from leadtui.scoring.calibration import IDENTITY
from leadtui.scoring.codes import EDUCATION, JOB, POUTCOME
from leadtui.scoring.errors import TrainingFileError, TrainingRefused
from leadtui.scoring.features import FEATURE_SETS, FeatureSet
from leadtui.scoring.train.card import KEYS
from leadtui.scoring.train.evaluate import figures
from leadtui.scoring.train.files import parse_training_file, read_training_file
from leadtui.scoring.train.fit import platt, probabilities
from leadtui.scoring.train.protocol import stratified
from leadtui.scoring.train.starter import card_text
from leadtui.scoring.train.train import chosen_features, problem_of, train

from .conftest import HEADER, bank_rows, write_bank

ROW = (
    "41;management;married;university.degree;unknown;yes;no;cellular;may;mon;261;2;999;0;nonexistent;"
    "1.1;93.9;-36.4;4.8;5191;no"
)
FULL = (
    "age;job;marital;education;default;balance;housing;loan;contact;day;month;duration;campaign;pdays;"
    "previous;poutcome;y\n"
    '58;"management";"married";"tertiary";"no";2143;"yes";"no";"unknown";5;"may";261;1;-1;0;"unknown";"no"\n'
    '30;"student";"single";"secondary";"no";-9;"no";"no";"cellular";6;"may";61;1;17;1;"other";"yes"\n'
)


def parse(text: str, **replaced: str):
    for old, new in replaced.items():
        text = text.replace(old, new)
    return parse_training_file("f.csv", text.encode())


def refusal(text: str | bytes) -> TrainingFileError:
    with pytest.raises(TrainingFileError) as caught:
        parse_training_file("f.csv", text if isinstance(text, bytes) else text.encode())
    return caught.value


def test_a_file_becomes_numbers_and_never_duration():
    data = parse(f"{HEADER}\n{ROW}\n{ROW}\n")
    assert "duration" not in data.columns
    assert "y" not in data.columns
    assert data.columns["job"].tolist() == [JOB["management"]] * 2
    assert np.isnan(data.columns["default"]).all()
    assert np.isnan(data.columns["pdays"]).all()
    assert data.columns["emp_var_rate"].tolist() == [1.1, 1.1]
    assert data.day.tolist() == [1, 1]
    assert data.y.tolist() == [0, 0]


def test_the_other_uci_file_has_its_own_words_and_its_own_never():
    data = parse(FULL)
    assert data.columns["education"].tolist() == [EDUCATION["tertiary"], EDUCATION["secondary"]]
    assert data.columns["balance"].tolist() == [2143.0, -9.0]
    assert np.isnan(data.columns["pdays"][0])
    assert data.columns["pdays"][1] == 17
    assert data.columns["poutcome"][1] == POUTCOME["other"]
    assert np.isnan(data.columns["contact"][0])
    assert data.day.tolist() == [1, 2]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_separators_bom_case_order_and_blank_lines(separator):
    header = [cell.upper() for cell in HEADER.split(";")][::-1]
    row = ROW.split(";")[::-1]
    text = "\ufeff" + separator.join(header) + "\r\n\r\n" + separator.join(row) + "\r\n"
    assert parse(text).columns["age"].tolist() == [41.0]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (b"PK\x03\x04\0\0", "binary"),
        (f"{HEADER}\n{ROW}\n".encode("utf-16"), "binary"),
        (f"{HEADER}\n{ROW}\n".encode() + b"\xff\xfe\n", "encoding"),
        ("just some words\n", "separator"),
        ("age;job\n1;admin.\n", "columns_missing"),
        ("age;age;y\n1;1;no\n", "column_twice"),
        (HEADER + "\n", "no_rows"),
        (f"{HEADER}\n{ROW};7\n", "row_length"),
        (f"{HEADER}\n{ROW[:-3]}\n", "row_length"),
        (f'{HEADER}\n{ROW}\n"{ROW}\n', "open_quote"),
    ],
)
def test_a_damaged_file_is_refused(text, code):
    assert refusal(text).code == code


@pytest.mark.parametrize(
    ("old", "new", "column", "code"),
    [
        ("41;", "4_1;", "age", "number"),
        ("41;", "٤١;", "age", "number"),
        ("41;", "nan;", "age", "number"),
        ("41;", "inf;", "age", "number"),
        ("41;", "-3;", "age", "number"),
        ("41;", "41.5;", "age", "number"),
        ("5191;no", "1e999;no", "nr_employed", "number"),
        ("management", "wizard", "job", "category"),
        (";yes;no;cell", ";maybe;no;cell", "housing", "yes_no"),
        ("5191;no", "5191;perhaps", "y", "yes_no"),
        ("5191;no", "5191;unknown", "y", "yes_no"),
    ],
)
def test_a_bad_cell_is_refused_with_line_and_column(old, new, column, code):
    found = refusal(f"{HEADER}\n{ROW}\n{ROW.replace(old, new)}\n")
    assert (found.code, found.data["line"], found.data["column"]) == (code, 3, column)
    assert found.data["value"] in new


def test_the_line_of_a_bad_byte_and_of_an_open_quote_is_told():
    assert refusal(f"{HEADER}\n{ROW}\n".encode() + b"\xff\n").data["line"] == 3
    assert refusal(f'{HEADER}\n{ROW}\n"{ROW}\n{ROW}\n').data["line"] == 3


def test_two_files_are_refused_and_named(tmp_path):
    paths = [write_bank(tmp_path, 5, name=name) for name in ("a.csv", "b.csv")]
    with pytest.raises(TrainingRefused) as caught:
        read_training_file(*paths)
    assert caught.value.code == "two_files"
    assert caught.value.data["files"] == ("a.csv", "b.csv")


def test_a_file_that_is_not_there_or_a_folder(tmp_path):
    with pytest.raises(TrainingFileError) as caught:
        read_training_file(tmp_path / "no.csv")
    assert caught.value.code == "missing"
    with pytest.raises(TrainingFileError) as caught:
        read_training_file(tmp_path)
    assert caught.value.code == "not_regular"
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(TrainingFileError) as caught:
        read_training_file(tmp_path / "pipe.csv")  # and does not wait for somebody to write into it
    assert caught.value.code == "not_regular"


@pytest.mark.parametrize(
    ("features", "code", "columns"),
    [
        (["age", "Duration"], "after_the_call", ("duration",)),
        (["y", "duration", "age"], "after_the_call", ("duration", "y")),
        (["age", "shoe.size"], "unknown_feature", ("shoe_size",)),
        (["age", "balance"], "columns_absent", ("balance",)),
    ],
)
def test_features_that_are_refused(bank, features, code, columns):
    with pytest.raises(TrainingRefused) as caught:
        train(bank, features=features)
    assert caught.value.code == code
    assert caught.value.data["columns"] == columns


def test_no_features_at_all(bank):
    with pytest.raises(TrainingRefused) as caught:
        train(bank, features=[])
    assert caught.value.code == "no_features"


def test_with_market_needs_the_market(tmp_path):
    with pytest.raises(TrainingRefused) as caught:
        train(parse(FULL), FeatureSet.WITH_MARKET)
    assert caught.value.code == "columns_absent"
    assert "euribor3m" in caught.value.data["columns"]


def test_too_little_to_learn_from(tmp_path):
    with pytest.raises(TrainingRefused) as caught:
        train(read_training_file(write_bank(tmp_path, 200)))
    assert caught.value.code == "too_few"
    lines = [line.rsplit(";", 1)[0] + ";no" for line in bank_rows(600)]
    with pytest.raises(TrainingRefused) as caught:
        train(parse("\n".join([HEADER, *lines])))
    assert caught.value.code == "one_class"


def test_the_card_has_every_part(trained, bank):
    card = trained.card
    assert card.keys() == KEYS.keys()
    assert tuple(item["name"] for item in card["inputs"]) == tuple(
        name for name in FEATURE_SETS[FeatureSet.LEAD_ONLY] if name != "balance"
    )
    assert card["data"] == {
        "name": "bank.csv", "sha256": bank.sha256, "rows": 1_600, "bought": int(bank.y.sum()),
    }  # fmt: skip
    assert card["metrics"].keys() == {"stratified", "forward"}
    for found in card["metrics"].values():
        assert found.keys() == {"model", "constant", "bought_before"}
        assert found["constant"]["auc"] == 0.5
        assert found["model"]["auc"] > 0.6
    assert card["protocol"]["calling_days"] == bank.day[-1]
    assert card["citation"] is None


def test_the_card_is_made_from_the_predictions_given_out(trained, bank):
    ours = figures(bank.y, trained.stratified, bank.day)
    told = trained.card["metrics"]["stratified"]["model"]
    assert told["auc"] == pytest.approx(ours["auc"], abs=1e-6)
    rows = slice(trained.forward_first, None)
    assert len(trained.forward) == len(bank) - trained.forward_first
    assert sum(band.n for band in trained.artefact.reliability) == len(trained.forward)
    assert sum(band.bought for band in trained.artefact.reliability) == bank.y[rows].sum()


def test_the_same_seed_gives_the_same_bytes_on_any_number_of_threads(trained, bank):
    assert train(bank, threads=2).artefact.to_bytes() == trained.artefact.to_bytes()
    assert train(bank, seed=1).artefact.sha256 != trained.artefact.sha256


def test_golden_rows_are_no_rows_of_the_data(trained, bank):
    names = [item.name for item in trained.artefact.inputs]
    rows = {tuple(map(str, row)) for row in np.column_stack([bank.columns[name] for name in names]).tolist()}
    for row in (one.row for one in trained.artefact.golden):
        assert tuple("nan" if value is None else str(value) for value in row) not in rows


def test_a_feature_list_of_ones_own_and_progress(bank):
    told: list[tuple[str, int, int]] = []
    made = train(bank, features=["CAMPAIGN", "age"], progress=lambda *step: told.append(step))
    assert [item.name for item in made.artefact.inputs] == ["age", "campaign"]
    assert made.card["feature_set"] == "custom"
    assert [stage for stage, done, total in told if done == total] == ["stratified", "forward", "final"]


def test_rows_in_the_future_do_not_change_a_forward_prediction(bank, trained):
    from dataclasses import replace

    changed = bank.y.copy()
    changed[-60:] = 1 - changed[-60:]
    other = train(replace(bank, y=changed))
    np.testing.assert_array_equal(other.forward[:-60], trained.forward[:-60])


def test_platt_scaling_finds_the_scale_it_was_given():
    rng = np.random.default_rng(0)
    raw = rng.normal(-2, 1.5, 60_000)
    y = (rng.random(len(raw)) < probabilities(1.7 * raw + 0.4)).astype(int)
    found = platt(raw, y)
    assert found.slope == pytest.approx(1.7, abs=0.05)
    assert found.offset == pytest.approx(0.4, abs=0.08)


def test_platt_scaling_never_turns_an_order_round():
    raw = np.linspace(-3, 3, 400)
    assert platt(raw, (raw < 0).astype(int)) == IDENTITY


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("raw", [np.zeros(400), np.full(400, 1e6)])
def test_platt_scaling_of_scores_that_say_nothing_is_none_and_warns_of_nothing(raw):
    assert platt(raw, np.repeat([0, 1], 200)) == IDENTITY


def test_the_card_reads_as_a_page(trained):
    text = card_text(trained.card, trained.artefact.sha256)
    assert trained.artefact.sha256 in text
    assert "| model |" in text
    assert "Citation" not in text


def test_the_real_files(uci):
    more = read_training_file(uci / "bank-additional-full.csv")
    assert (len(more), int(more.y.sum()), int(more.day[-1])) == (41_188, 4_640, 488)
    assert int((~np.isnan(more.columns["pdays"])).sum()) == 1_515
    full = read_training_file(uci / "bank-full.csv")
    assert (len(full), int(full.y.sum())) == (45_211, 5_289)
    assert "balance" in full.columns
    assert int(np.isnan(full.columns["pdays"]).sum()) == 36_954


@pytest.mark.parametrize(
    ("feature_set", "auc", "lift", "ece"),
    [(FeatureSet.WITH_MARKET, 0.80, 4.5, 0.008), (FeatureSet.LEAD_ONLY, 0.725, 3.4, 0.008)],
)
def test_the_promised_figures_on_the_real_file(uci, feature_set, auc, lift, ece):
    data = read_training_file(uci / "bank-additional-full.csv")
    names = chosen_features(data, feature_set, None)
    folds = stratified(problem_of(data, names), lambda *_: None)
    found = figures(data.y, folds.p, data.day)
    assert found["auc"] >= auc
    assert found["lift@10%"] >= lift
    assert found["ece"] <= ece
    assert found["within_day"] > 0.54


def test_the_other_real_file_trains_with_its_balance(uci):
    data = read_training_file(uci / "bank-full.csv")
    assert "balance" in chosen_features(data, FeatureSet.LEAD_ONLY, None)
    with pytest.raises(TrainingRefused) as caught:
        chosen_features(data, FeatureSet.WITH_MARKET, None)
    assert caught.value.code == "columns_absent"
