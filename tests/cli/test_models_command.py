"""`leadtui models`: train on a file, look at the card, deploy; refusals with their reason."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from tests.cli.conftest import Run

HEADER = (
    "age;job;marital;education;default;housing;loan;contact;month;day_of_week;campaign;pdays;previous;"
    "poutcome;y"
)


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """700 made-up calls in which age and mobile phones matter."""
    dice = random.Random(3)  # noqa: S311  made-up data, no secret
    lines = [HEADER]
    for number in range(700):
        age, mobile = dice.randrange(20, 80), dice.random() < 0.5
        bought = dice.random() < 0.05 + (0.4 if age > 60 else 0) + (0.2 if mobile else 0)
        lines.append(
            ";".join(
                [
                    str(age), dice.choice(["admin.", "student", "retired", "unknown"]), "married",
                    "high.school", "no", dice.choice(["yes", "no"]), "no",
                    "cellular" if mobile else "telephone", "may", ["mon", "tue"][number // 50 % 2],
                    str(dice.randrange(1, 4)), "999", "0", "nonexistent", "yes" if bought else "no",
                ]
            )
        )  # fmt: skip
    path = tmp_path_factory.mktemp("calls") / "calls.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def trained(run: Run, *arguments: str) -> int:
    """The id of the model that training kept."""
    result = run("models", "train", *arguments)
    assert result.code == 0, result.err
    words = next(
        line for line in result.err.splitlines() if "model" in line and ("Kept" in line or "here" in line)
    )
    return int(words.split("as ")[1].replace("model ", "").split(" ")[0])


def test_training_prints_every_honest_figure(run: Run, calls: Path) -> None:
    result = run("models", "train", str(calls), "--name", "first")
    assert result.code == 0, result.err
    for word in ("Random split", "Forward in time", "this model", "the constant rate", "rule: bought before",
                 "auc", "within_day", "lift@10%", "ece", "700 calls"):  # fmt: skip
        assert word in result.out, word
    assert "duration" not in result.out
    assert "Kept as model" in result.err
    assert any(hint.startswith("hint: leadtui models deploy ") for hint in result.hints)


def test_the_same_training_again_is_the_same_model(run: Run, calls: Path) -> None:
    first = trained(run, str(calls), "--features", "age,contact", "--seed", "5")
    again = run("models", "train", str(calls), "--features", "age,contact", "--seed", "5")
    assert again.code == 0
    assert f"is here already, as {first} " in again.err
    assert trained(run, str(calls), "--features", "age,contact", "--seed", "6") != first


def test_a_model_is_deployed_and_rolled_back(run: Run, calls: Path) -> None:
    made = trained(run, str(calls), "--features", "age,contact,campaign")
    before = next(m for m in json.loads(run("models", "list", "--json").out) if m["status"] == "deployed")
    result = run("models", "deploy", str(made))
    assert (result.code, result.out) == (0, "")
    assert result.hints == ["hint: leadtui leads score --all gives every lead its new score"]
    states = {m["id"]: m["status"] for m in json.loads(run("models", "list", "--json").out)}
    assert (states[made], states[before["id"]]) == ("deployed", "former")
    assert "deployed already" in run("models", "deploy", str(made)).err
    back = run("models", "rollback")
    assert (back.code, back.out) == (0, "")
    assert f"Model {before['id']} ({before['name']}) scores from now on." in back.err
    (card,) = json.loads(run("models", "show", str(made), "--json").out)
    assert [item["name"] for item in card["card"]["inputs"]] == ["age", "contact", "campaign"]
    assert card["feature_set"] == "custom"
    assert run("models", "show", str(made)).out.startswith("Model")


def test_two_models_side_by_side(run: Run, calls: Path) -> None:
    made = trained(run, str(calls), "--features", "age,contact,campaign", "--seed", "2")
    starter = next(m["id"] for m in json.loads(run("models", "list", "--json").out) if m["name"] == "starter")
    result = run("models", "compare", str(starter), str(made))
    assert (result.code, result.err) == (0, "")
    for words in (
        "bank-additional-full.csv", "calls.csv", "Forward in time", "within_day", "lift@10%", "brier",
        "They learnt from different files: no figure of one says anything about the other.",
        "They were judged on different numbers of calls.", "Only A uses job, marital", "seed: 0 / 2",
    ):  # fmt: skip
        assert words in result.out, words
    (found,) = json.loads(run("models", "compare", str(starter), str(made), "--json").out)
    assert (found["comparable"], found["differs"][0]) == (False, "data")
    figures = {(f["protocol"], f["of"], f["figure"]): (f["a"], f["b"]) for f in found["figures"]}
    assert figures["forward", "model", "auc"][0] == 0.736909
    assert figures["stratified", "model", "auc"][1] is not None
    assert run("models", "compare", str(made), str(made)).out.count("may be compared") == 1
    unknown = run("models", "compare", str(made), "999999")
    assert (unknown.code, unknown.errors) == (1, ["error: There is no model 999999."])


def test_a_model_is_retired_and_never_deployed_again(run: Run, calls: Path) -> None:
    made = trained(run, str(calls), "--features", "age,contact", "--seed", "9")
    result = run("models", "retire", str(made))
    assert (result.code, result.out) == (0, "")
    assert "is retired." in result.err
    refused = run("models", "deploy", str(made))
    assert (refused.code, refused.hints) == (1, ["hint: leadtui models list shows the others."])
    assert "is kept for its scores, and makes no new ones" in refused.errors[0]
    serving = next(m for m in json.loads(run("models", "list", "--json").out) if m["status"] == "deployed")
    refused = run("models", "retire", str(serving["id"]))
    assert refused.code == 1
    assert "scores now; it cannot be retired" in refused.errors[0]


def test_a_model_of_the_market_is_kept_and_refused_at_deploy(run: Run, calls: Path) -> None:
    made = trained(run, str(calls), "--features", "age,month,day_of_week")
    refused = run("models", "deploy", str(made))
    assert (refused.code, refused.out) == (1, "")
    assert refused.errors == [
        "error: This model cannot be deployed: it needs month, day_of_week, and a lead to be called does not "
        "have them."
    ]
    assert refused.hints == ["hint: Train with --feature-set lead-only."]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["{calls}", "{calls}"], "One file at a time (calls.csv, calls.csv)"),
        (["{calls}", "--features", "age,duration"], "duration is known only after the call"),
        (["{calls}", "--features", "age,y"], "y is known only after the call"),
        (["{calls}", "--features", "age,shoe_size"], "There is no column shoe_size"),
        (["{calls}", "--features", ","], "There is nothing to train on."),
        (["{calls}", "--feature-set", "with-market"], "The file lacks emp_var_rate, cons_price_idx"),
        (["{calls}", "--feature-set", "everything"], "There is no feature set “everything”."),
        (["{calls}.not"], "There is no file calls.csv.not."),
        (["{folder}"], "calls"),
    ],
)
def test_what_is_refused_and_why(arguments: list[str], error: str, run: Run, calls: Path) -> None:
    given = [part.format(calls=calls, folder=calls.parent) for part in arguments]
    before = run("models", "list", "--json").out
    result = run("models", "train", *given)
    assert (result.code, result.out) == (1, "")
    assert error in result.errors[0]
    assert run("models", "list", "--json").out == before


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("", "The file is empty."),
        ("age;y\n1_000;yes\n", "Line 2, age: “1_000” is not a number"),
        ("age;y\nNaN;yes\n", "Line 2, age: “NaN” is not a number"),
        ("age;y\n٣٤;yes\n", "Line 2, age"),
        ("age;job;y\n30;astronaut;yes\n", "Line 2, job: “astronaut” is not one of the known values."),
        ("age;y\n30;maybe\n", "Line 2, y: “maybe” is neither yes nor no."),
        ("age;y\n30\n", "Line 2 has 1 fields where the header has 2."),
        ("age;age;y\n30;30;yes\n", "The column age stands there twice."),
        ("age;job\n30;student\n", "The file lacks the column y."),
        ("age;y\n\x1b[2J30;yes\n", "Line 2, age: “30” is not a number"),
        ("age;y\n" + "30;yes\n" * 40, "ended alike"),
        ("age;y\n" + "30;yes\n31;no\n" * 40, "too few"),
    ],
)
def test_a_file_that_cannot_be_learnt_from(content: str, error: str, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(content, encoding="utf-8")
    result = run("models", "train", str(path), "--features", "age")
    assert (result.code, result.out) == (1, "")
    assert error in result.errors[0]
    assert "\x1b" not in result.err


def test_an_unknown_model(run: Run) -> None:
    for command in ("show", "deploy"):
        result = run("models", command, "424242")
        assert (result.code, result.errors) == (1, ["error: There is no model 424242."])
        assert result.hints == ["hint: leadtui models list"]


def test_the_two_files_of_uci_are_refused_together(run: Run, uci: Path) -> None:
    result = run("models", "train", str(uci / "bank-additional-full.csv"), str(uci / "bank-full.csv"))
    assert (result.code, result.out) == (1, "")
    assert "hold the same calls" in result.errors[0]
