"""A trained model at rest: LightGBM's text, a JSON description, and a SHA-256 over both.

Never pickle or joblib: loading those runs code. A cut or altered LightGBM text kills the process that
loads it, so every load goes: digest → shape of the text → (at deploy) a first load in a child process.

One blob holds it all, and is what a database column or a file stores:

    leadtui-artefact 1\\n
    <sha256, 64 hex> <bytes of JSON> <bytes of text>\\n
    <JSON><text>

The digest covers the length of the JSON (8 bytes, big-endian), the JSON and the text.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from leadtui.scoring.calibration import Calibration
from leadtui.scoring.errors import ArtefactError, NotDeployable
from leadtui.scoring.features import AFTER_THE_CALL, Input, input_from_json, market_columns
from leadtui.scoring.pool import PoolMean, pool_from_json
from leadtui.scoring.reliability import Band, band_of

FORMAT: Final = 1
MAX_BYTES: Final = 64 * 1024 * 1024
"""A model of ours has 0.1 MB; what is larger is refused before anything of it is read."""
MAX_GOLDEN: Final = 64
_MAGIC: Final = b"leadtui-artefact "
_HEAD: Final = re.compile(rb"leadtui-artefact (\d{1,9})\n([0-9a-f]{64}) (\d{1,12}) (\d{1,12})\n")


@dataclass(frozen=True, slots=True)
class Golden:
    """A made-up row and what the model said of it when it was made."""

    row: tuple[float | None, ...]
    """One value an input; None is missing."""
    raw: float
    """The raw score."""
    shares: tuple[float, ...] | None
    """TreeSHAP values, one an input and the expected value last; None in a model of an older leadtui."""


@dataclass(frozen=True, slots=True)
class Artefact:
    """A model with everything needed to use it and to judge it."""

    model: bytes
    """LightGBM's text format, UTF-8."""
    meta: Mapping[str, Any]
    """The description, JSON values only (see `scoring.train.card` for its keys)."""
    sha256: str
    """Hex digest over description and text."""

    @classmethod
    def build(cls, model: bytes, meta: Mapping[str, Any]) -> Artefact:
        """A new artefact with its digest. Raises ArtefactError where it would not verify."""
        made = cls(model, meta, _digest(_canonical(meta), model))
        made.verify()
        return made

    @classmethod
    def from_bytes(cls, blob: bytes) -> Artefact:
        """The artefact in a blob, verified. Raises ArtefactError."""
        if not blob:
            raise ArtefactError("empty")
        if len(blob) > MAX_BYTES:
            raise ArtefactError("too_large", size=len(blob), limit=MAX_BYTES)
        if _looks_pickled(blob):
            raise ArtefactError("pickled")
        head = _HEAD.match(blob)
        if head is None:
            # A blob cut inside its first two lines is still ours: say what happened to it.
            raise ArtefactError("cut" if blob.startswith(_MAGIC) else "not_an_artefact")
        if int(head[1]) != FORMAT:
            raise ArtefactError("format", found=int(head[1]), known=FORMAT)
        meta_size, model_size = int(head[3]), int(head[4])
        body = blob[head.end() :]
        if len(body) < meta_size + model_size:
            raise ArtefactError("cut", expected=meta_size + model_size, got=len(body))
        if len(body) > meta_size + model_size:
            raise ArtefactError("digest")
        raw, model = body[:meta_size], body[meta_size:]
        if not hmac.compare_digest(_digest(raw, model), head[2].decode()):
            raise ArtefactError("digest")
        try:
            meta = json.loads(raw)
        except (ValueError, RecursionError) as error:
            raise ArtefactError("meta", why="not JSON") from error
        if not isinstance(meta, dict):
            raise ArtefactError("meta", why="not an object")
        made = cls(model, meta, head[2].decode())
        made.verify()
        return made

    def to_bytes(self) -> bytes:
        """The blob that `from_bytes` reads."""
        raw = _canonical(self.meta)
        return b"%s%d\n%s %d %d\n" % (_MAGIC, FORMAT, self.sha256.encode(), len(raw), len(self.model)) + (
            raw + self.model
        )

    def verify(self) -> None:
        """Whether this may be handed to LightGBM at all. Cheap (1 ms); loads nothing.

        Raises ArtefactError: `digest`, `pickled`, `not_lightgbm`, `cut`, `meta`, `leaks`, `inputs`.
        """
        if _looks_pickled(self.model):
            raise ArtefactError("pickled")
        if not hmac.compare_digest(_digest(_canonical(self.meta), self.model), self.sha256):
            raise ArtefactError("digest")
        known = _check_text(self.model)
        leaking = tuple(name for name in known if name in AFTER_THE_CALL)
        if leaking:
            raise ArtefactError("leaks", columns=leaking)
        try:
            described = tuple(item.name for item in self.inputs)
            _ = self.calibration, self.pool, self.reliability
            golden = self.golden
            _check_description(self.meta)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as error:
            raise ArtefactError("meta", why=f"{type(error).__name__}: {error}"[:200]) from error
        if not 1 <= len(golden) <= MAX_GOLDEN or any(not _fits(one, len(described)) for one in golden):
            raise ArtefactError("meta", why="golden rows do not fit the inputs")
        if self.calibration.slope <= 0:
            raise ArtefactError("meta", why="calibration slope is not positive")
        if described != known:
            raise ArtefactError("inputs", described=described, text=known)

    def check_deployable(self) -> None:
        """Raises NotDeployable where the model needs inputs that a lead to be called does not have."""
        absent = market_columns(item.name for item in self.inputs)
        if absent:
            raise NotDeployable("inputs_absent", columns=absent)

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The model's inputs, in its order."""
        return tuple(input_from_json(raw) for raw in self.meta["inputs"])

    @property
    def calibration(self) -> Calibration:
        """From raw score to calibrated log-odds."""
        raw = self.meta["calibration"]
        return Calibration(float(raw["slope"]), float(raw["offset"]))

    @property
    def pool(self) -> PoolMean:
        """Mean contributions over the training rows: what reasons are relative to without a pool."""
        return pool_from_json(self.meta["pool"])

    @property
    def reliability(self) -> tuple[Band, ...]:
        """Promised against bought in the forward evaluation; empty where the file was too short for one."""
        return tuple(
            Band(float(b["low"]), float(b["high"]), int(b["n"]), int(b["bought"]), float(b["promised"]))
            for b in self.meta["reliability"]
        )

    def like(self, probability: float) -> Band | None:
        """The evaluated calls that were promised about the same; None where nothing was measured."""
        return band_of(probability, self.reliability)

    @property
    def golden(self) -> tuple[Golden, ...]:
        """Made-up rows with the raw score and the contributions that they had when the model was made."""
        return tuple(
            Golden(
                tuple(None if value is None else float(value) for value in one["row"]),
                float(one["raw"]),
                None if one.get("shares") is None else tuple(float(value) for value in one["shares"]),
            )
            for one in self.meta["golden"]
        )


def deployable(artefact: Artefact) -> None:
    """As `Artefact.check_deployable`: returns where it may be deployed, else raises NotDeployable."""
    artefact.check_deployable()


def _fits(golden: Golden, width: int) -> bool:
    numbers = [golden.raw, *(value for value in golden.row if value is not None), *(golden.shares or ())]
    return (
        len(golden.row) == width
        and (golden.shares is None or len(golden.shares) == width + 1)
        and all(math.isfinite(number) for number in numbers)
    )


def _check_description(meta: Mapping[str, Any]) -> None:
    # what lists and cards read of it; a description that lacks it would break them later
    data = meta["data"]
    _ = int(data["rows"]), int(data["bought"])
    texts = meta["feature_set"], data["name"], data["sha256"]
    parts = meta["metrics"], meta["protocol"], meta["parameters"], meta["versions"]
    rows = meta["inputs"], meta["reliability"], meta["golden"]
    if not (
        all(isinstance(text, str) for text in texts)
        and all(isinstance(part, dict) for part in parts)
        and all(isinstance(row, list) for row in rows)
    ):
        raise TypeError("a part of the description has another type")


def _canonical(meta: Mapping[str, Any]) -> bytes:
    # Sorted and compact, so that a description that went through a jsonb column keeps its digest.
    try:
        text = json.dumps(meta, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        return text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise ArtefactError("meta", why=str(error)[:200]) from error


def _digest(meta: bytes, model: bytes) -> str:
    return hashlib.sha256(len(meta).to_bytes(8, "big") + meta + model).hexdigest()


def _looks_pickled(blob: bytes) -> bool:
    # Protocol ≥ 2 opens with 0x80; joblib's containers are zip, gzip, zlib; protocol 0 with an opcode.
    return blob.startswith(
        (b"\x80", b"PK\x03\x04", b"\x1f\x8b", b"x\x9c", b"x\x01", b"x\xda", b"ccopy_reg", b"(d")
    )


def _check_text(model: bytes) -> tuple[str, ...]:
    """The feature names of a complete binary LightGBM text. Raises ArtefactError."""
    if not model.startswith(b"tree\nversion="):
        raise ArtefactError("not_lightgbm", why="no tree header")
    if not model.isascii():
        raise ArtefactError("not_lightgbm", why="not plain text")
    head, _, rest = model.partition(b"\nTree=0\n")
    if not rest or b"\nend of trees\n" not in rest or b"\nend of parameters\n" not in rest:
        raise ArtefactError("cut")
    header = dict(line.split(b"=", 1) for line in head.splitlines() if b"=" in line)
    if not header.get(b"objective", b"").startswith(b"binary") or header.get(b"num_class") != b"1":
        raise ArtefactError("not_lightgbm", why="not a binary classifier")
    sizes = header.get(b"tree_sizes", b"").split()
    trees = rest.partition(b"\nend of trees\n")[0]
    # LightGBM trusts these sizes and reads past the end where they are wrong; each covers one tree's text,
    # and the blank lines that part it from the next.
    if not all(size.isdigit() for size in sizes) or len(sizes) != 1 + trees.count(b"\nTree="):
        raise ArtefactError("cut")
    if sum(int(size) for size in sizes) != len(b"Tree=0\n" + trees) + 1:
        raise ArtefactError("cut")
    return tuple(name.decode() for name in header.get(b"feature_names", b"").split())
