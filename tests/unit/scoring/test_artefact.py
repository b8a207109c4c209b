"""A model file that was cut, altered, pickled or made to lie is refused before anything loads it."""

from __future__ import annotations

import hashlib
import json
import pickle
import random
import sys
import zlib

import pytest

from leadtui.scoring import starter
from leadtui.scoring.artefact import Artefact, deployable
from leadtui.scoring.errors import ArtefactError, NotDeployable
from leadtui.scoring.features import MARKET_COLUMNS
from leadtui.scoring.live import check
from leadtui.scoring.live.check import check_in_child, check_scorer, golden_answers
from leadtui.scoring.live.scorer import Scorer


@pytest.fixture(scope="module")
def blob(trained):
    return trained.artefact.to_bytes()


def forged(artefact: Artefact, model: bytes | None = None, **meta: object) -> Artefact:
    """An artefact whose digest is right though its content is not: what a careful attacker would send."""
    text = artefact.model if model is None else model
    described = {**artefact.meta, **meta}
    raw = json.dumps(described, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    digest = hashlib.sha256(len(raw).to_bytes(8, "big") + raw + text).hexdigest()
    return Artefact(text, described, digest)


def code_of(call, *arguments) -> str:
    with pytest.raises(ArtefactError) as caught:
        call(*arguments)
    return caught.value.code


def test_bytes_come_back_as_they_were(trained, blob):
    back = Artefact.from_bytes(blob)
    assert back == trained.artefact
    assert back.to_bytes() == blob


def test_a_description_that_went_through_a_database_keeps_its_digest(trained):
    shuffled = json.loads(json.dumps(dict(reversed(trained.artefact.meta.items()))))
    Artefact(trained.artefact.model, shuffled, trained.artefact.sha256).verify()


@pytest.mark.parametrize("part", [0.0005, 0.01, 0.3, 0.7, 0.999])
def test_a_cut_file_is_refused(blob, part):
    assert code_of(Artefact.from_bytes, blob[: int(len(blob) * part)]) == "cut"


def test_an_altered_byte_is_refused_wherever_it_is(blob):
    start = blob.index(b"{")
    for place in (start + 1, start + 500, len(blob) // 2, len(blob) - 2):
        altered = bytearray(blob)
        altered[place] ^= 1
        assert code_of(Artefact.from_bytes, bytes(altered)) == "digest"


def test_something_added_is_refused(blob):
    assert code_of(Artefact.from_bytes, blob + b"x") == "digest"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (pickle.dumps({"model": 1}), "pickled"),
        (pickle.dumps({"model": 1}, protocol=0), "pickled"),
        (zlib.compress(b"joblib"), "pickled"),
        (b"PK\x03\x04 a zip", "pickled"),
        (b"tree\nversion=v4\n", "not_an_artefact"),
        (b"hello", "not_an_artefact"),
        (b"leadtui-artefact 2\n" + b"0" * 64 + b" 1 1\nxx", "format"),
    ],
)
def test_what_is_not_an_artefact(content, code):
    assert code_of(Artefact.from_bytes, content) == code


def test_a_wrong_digest_is_refused(trained):
    made = trained.artefact
    assert code_of(Artefact(made.model, made.meta, "0" * 64).verify) == "digest"
    assert code_of(Artefact(made.model, {**made.meta, "seed": 1}, made.sha256).verify) == "digest"


def test_a_forged_digest_does_not_help_a_damaged_text(trained):
    text = trained.artefact.model
    for model, code in (
        (pickle.dumps(text), "pickled"),
        (b"print('hello')", "not_lightgbm"),
        (text[: len(text) // 2], "cut"),
        (text.replace(b"objective=binary", b"objective=poisson"), "not_lightgbm"),
        (text.replace(b"num_class=1", b"num_class=3"), "not_lightgbm"),
        (text.replace(b"\nTree=5\n", b"\nTree=5\n\n\n"), "cut"),
        (text.replace(b"leaf_value=", b"leaf_value=1 ", 1), "cut"),
        (text + "é".encode(), "not_lightgbm"),
    ):
        assert code_of(forged(trained.artefact, model).verify) == code


def test_inputs_that_do_not_match_the_text_are_refused(trained):
    made = trained.artefact
    assert code_of(forged(made, inputs=made.meta["inputs"][::-1]).verify) == "inputs"
    assert code_of(forged(made, inputs=[{"name": "x"}]).verify) == "meta"
    assert code_of(forged(made, inputs=None).verify) == "meta"
    assert code_of(forged(made, calibration={"slope": -1.0, "offset": 0.0}).verify) == "meta"


def test_a_model_that_reads_the_duration_is_refused(trained):
    text = trained.artefact.model.replace(b"feature_names=age ", b"feature_names=duration ")
    assert code_of(forged(trained.artefact, text).verify) == "leaks"


def test_market_models_cannot_be_deployed_and_the_columns_are_named(trained, market):
    deployable(trained.artefact)
    with pytest.raises(NotDeployable) as caught:
        deployable(market.artefact)
    assert caught.value.data["columns"] == MARKET_COLUMNS


def test_the_first_load_in_a_child(trained):
    check_in_child(trained.artefact)
    expected = [(one.raw, list(one.shares)) for one in trained.artefact.golden]
    assert golden_answers(trained.artefact) == expected
    assert len({raw for raw, _ in expected}) > 3


def test_a_model_that_kills_its_reader_does_not_kill_us(trained):
    # A child that points outside the tree: LightGBM follows it. Sizes stay right, so only a load can tell.
    text = trained.artefact.model
    start = text.index(b"left_child=") + len(b"left_child=")
    end = text.index(b"\n", start)
    width = end - start
    wild = (b"9" * 9 + b" ") * (width // 10 + 1)
    damaged = text[:start] + wild[:width].rstrip().ljust(width, b"9") + text[end:]
    assert len(damaged) == len(text)
    assert code_of(check_in_child, forged(trained.artefact, damaged)) in ("crashed", "golden")


def test_a_model_that_predicts_something_else_is_refused(trained):
    golden = [{**row, "raw": row["raw"] + 0.001} for row in trained.artefact.meta["golden"]]
    assert code_of(check_in_child, forged(trained.artefact, golden=golden)) == "golden"


def test_a_child_that_hangs_is_given_up(trained, monkeypatch, tmp_path):
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\ncat > /dev/null\nexec sleep 30\n")
    slow.chmod(0o755)
    monkeypatch.setattr(check.sys, "executable", str(slow))
    assert code_of(check_in_child, trained.artefact, 0.2) == "timeout"


def test_the_child_refuses_with_a_word(monkeypatch, capsys):
    class Input:
        class buffer:
            read = staticmethod(lambda: b"\x80pickle")

    monkeypatch.setattr(sys, "stdin", Input)
    assert check.main() == 1
    assert "pickled" in capsys.readouterr().err


def test_the_starter_model_is_whole_deployable_and_cites_its_data():
    made = starter.load()
    deployable(made)
    check_in_child(made)
    assert "CC BY 4.0" in made.meta["citation"]
    assert "Moro" in made.meta["citation"]
    assert made.meta["data"]["rows"] == 41_188
    assert made.meta["metrics"]["stratified"]["model"]["auc"] >= 0.725
    assert made.meta["metrics"]["forward"]["model"]["within_day"] > 0.5
    assert len(made.reliability) >= 5
    assert sum(band.n for band in made.reliability) == 21_188
    assert len(made.to_bytes()) < 200_000


# whatever is done to it, the answer is ArtefactError ------------------------------------------------------


def test_no_flipped_bit_gets_through(blob):
    dice = random.Random(7)  # noqa: S311  no secret
    head = range(blob.index(b"{"))
    for place in [*head, *(dice.randrange(len(blob)) for _ in range(150))]:
        altered = bytearray(blob)
        altered[place] ^= 1 << dice.randrange(8)
        assert code_of(Artefact.from_bytes, bytes(altered)) in (
            "digest", "cut", "format", "not_an_artefact", "pickled"
        ), place  # fmt: skip


def test_no_cut_gets_through(blob):
    dice = random.Random(11)  # noqa: S311
    for size in [*range(1, 200, 7), *(dice.randrange(len(blob)) for _ in range(60)), len(blob) - 1]:
        assert code_of(Artefact.from_bytes, blob[:size]) in ("cut", "not_an_artefact"), size


def test_what_is_far_too_large_is_refused_before_it_is_read(monkeypatch, blob):
    monkeypatch.setattr("leadtui.scoring.artefact.MAX_BYTES", len(blob) - 1)
    monkeypatch.setattr(hashlib, "sha256", None)  # nothing of it is digested
    assert code_of(Artefact.from_bytes, blob) == "too_large"


def _signed(raw: bytes, model: bytes) -> bytes:
    digest = hashlib.sha256(len(raw).to_bytes(8, "big") + raw + model).hexdigest()
    return b"leadtui-artefact 1\n%s %d %d\n" % (digest.encode(), len(raw), len(model)) + raw + model


@pytest.mark.parametrize(
    "raw",
    [b"[" * 100_000, b"{", b"[]", b"null", b"7", b'"x"', b"9" * 5_000, b'{"a": NaN}', b"{}", b"\xff\xfe{}"],
    ids=lambda raw: raw[:8].decode("latin-1"),
)
def test_a_rightly_signed_description_that_is_none(trained, raw):
    assert code_of(Artefact.from_bytes, _signed(raw, trained.artefact.model)) in ("meta", "digest")


STRANGE = (None, [], {}, "x", -1, 1e308, True, [None], [[]], {"a": {}}, [{"row": 1, "raw": "x"}], 10**400)


@pytest.mark.parametrize(
    "part",
    ["inputs", "calibration", "pool", "reliability", "golden", "feature_set", "data", "metrics", "protocol",
     "parameters", "versions"],
)  # fmt: skip
def test_a_description_of_other_types_is_refused_or_harmless(trained, part):
    before = trained.artefact
    let_through = []
    for strange in STRANGE:
        try:
            forged(before, **{part: strange}).verify()
        except ArtefactError:
            continue
        let_through.append(strange)
    # what is let through is of the right type
    assert all(isinstance(strange, type(before.meta[part])) for strange in let_through)
    assert len(let_through) < len(STRANGE) // 2


def test_golden_rows_that_do_not_fit_are_refused(trained):
    golden = trained.artefact.meta["golden"]
    first = golden[0]
    for strange in (
        [],
        [{**first, "row": first["row"][:-1]}],
        [{**first, "shares": first["shares"][:-1]}],
        [{"row": first["row"]}],
        golden * 50,
    ):
        assert code_of(forged(trained.artefact, golden=strange).verify) == "meta"
    old = [{"row": one["row"], "raw": one["raw"]} for one in golden]
    forged(trained.artefact, golden=old).verify()  # made by a leadtui that kept no contributions
    check_in_child(forged(trained.artefact, golden=old))


def test_each_process_compares_the_golden_rows_when_it_first_loads(trained):
    check_scorer(Scorer(trained.artefact))
    golden = [{**one, "raw": one["raw"] + 1e-6} for one in trained.artefact.meta["golden"]]
    assert code_of(check_scorer, Scorer(forged(trained.artefact, golden=golden))) == "golden"
