"""Scoring any number of leads at once, in the command line's or a worker's process (numpy, no lightgbm).

Two passes, because reasons are relative to the pool: first probabilities and contributions, whose mean is the
pool, then the differences, packed as `lead_queue.why`. Probabilities come from the same C API as a single
lead's, so both agree to the last bit of the raw score; contributions come from tables (`scoring.tables`), or
from LightGBM where a model has something the tables do not cover.
"""

from __future__ import annotations

import ctypes
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leadtui.scoring.arrays import Floats, sigmoid_all
from leadtui.scoring.artefact import Artefact
from leadtui.scoring.errors import NativeError
from leadtui.scoring.features import Input, Transform
from leadtui.scoring.live.library import CONTRIB, FLOAT64, RAW, check, library, load_booster
from leadtui.scoring.pool import PoolMean
from leadtui.scoring.reasons import (
    DELTA_BITS,
    DELTA_SCALE,
    NEVER_SAID,
    SLOT_BITS,
    SLOTS,
    THRESHOLD,
    Group,
)
from leadtui.scoring.tables import Tables, Untabled, build

Progress = Callable[[int, int], None]
"""(rows done, rows in all), over both passes together."""

CHUNK: Final = 8_192
"""Rows at a time: the tables and one chunk fit a core's cache."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Leads as a model sees them."""

    values: Floats
    """(n, inputs) C-contiguous, NaN is missing."""
    unseen: dict[str, int]
    """Column → how many leads have a value the model has not seen; they went in as missing."""

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, slots=True)
class Scored:
    """n leads scored, in the order they came."""

    p: Floats
    """Calibrated probability, 0–1."""
    rank_key: NDArray[np.int32]
    """round(p·10⁶)."""
    why: NDArray[np.int64]
    """Packed reasons (`reasons.unpack`)."""
    pool: PoolMean
    """What the reasons are relative to."""
    unseen: dict[str, int]


class BulkScorer:
    """One model for bulk use. Not for several threads at once."""

    def __init__(self, artefact: Artefact, threads: int = 1) -> None:
        """Raises ArtefactError, LibraryMissing, NativeError."""
        artefact.verify()
        self.artefact = artefact
        self.inputs: tuple[Input, ...] = artefact.inputs
        self._calibration = artefact.calibration
        self._booster = load_booster(artefact.model)
        self._close = weakref.finalize(self, library().LGBM_BoosterFree, self._booster)
        self._parameters = b"num_threads=%d verbosity=-1" % threads
        self._groups = [int(item.group) for item in self.inputs]
        self._base = artefact.pool.base
        self._tables: Tables | None = None
        try:
            self._tables = build(artefact.model, self._groups, len(Group))
        except Untabled:
            pass  # LightGBM explains it then
        else:
            self._base = self._calibration.log_odds(self._tables.base)

    @property
    def tabled(self) -> bool:
        """Whether contributions come from tables (40 times faster)."""
        return self._tables is not None

    def encode(self, columns: Mapping[str, ArrayLike | Sequence[Any]]) -> Matrix:
        """Leads as a matrix: column name → n values (codes, numbers, booleans; None or NaN is missing).

        A column the model wants and `columns` lacks is missing throughout. Columns it does not use are
        ignored. Raises ValueError where columns differ in length.
        """
        arrays = {
            item.name: np.asarray(columns[item.name], dtype=np.float64)
            for item in self.inputs
            if item.name in columns
        }
        lengths = {len(values) for values in arrays.values()}
        if len(lengths) > 1:
            raise ValueError(f"columns of different lengths: {sorted(lengths)}")
        n = lengths.pop() if lengths else 0
        values = np.full((n, len(self.inputs)), np.nan)
        unseen: dict[str, int] = {}
        for place, item in enumerate(self.inputs):
            if item.name not in arrays:
                continue
            column = arrays[item.name]
            if item.transform is not Transform.NUMBER:
                known = np.isin(column, list(item.seen))
                strange = int((~known & ~np.isnan(column)).sum())
                if strange:
                    unseen[item.name] = strange
                    column = np.where(known, column, np.nan)
            values[:, place] = column
        return Matrix(values, unseen)

    def probabilities(self, matrix: Matrix) -> Floats:
        """Calibrated probabilities, 0–1. Raises NativeError."""
        out = np.empty(len(matrix))
        for start in range(0, len(matrix), CHUNK):
            out[start : start + CHUNK] = self._probabilities(matrix.values[start : start + CHUNK])
        return out

    def contributions(self, matrix: Matrix) -> Floats:
        """Calibrated log-odds per lead and group, (n, groups), not relative. Raises NativeError."""
        out = np.empty((len(matrix), len(Group)))
        for start in range(0, len(matrix), CHUNK):
            out[start : start + CHUNK] = self._contributions(matrix.values[start : start + CHUNK])
        return out

    def pool_of(self, contributions: Floats) -> PoolMean:
        """The pool that consists of these leads; of none, the training rows' mean."""
        if not len(contributions):
            return self.artefact.pool
        means = contributions.mean(axis=0)
        return PoolMean(len(contributions), self._base, tuple(float(mean) for mean in means))

    def score(self, matrix: Matrix, pool: PoolMean | None = None, progress: Progress | None = None) -> Scored:
        """Scores and reasons of all leads of `matrix`, relative to `pool` (default: to themselves).

        Raises NativeError.
        """
        n, total = len(matrix), 2 * len(matrix)
        p, shares = np.empty(n), np.empty((n, len(Group)))
        for start in range(0, n, CHUNK):
            part = matrix.values[start : start + CHUNK]
            p[start : start + CHUNK] = self._probabilities(part)
            shares[start : start + CHUNK] = self._contributions(part)
            if progress:
                progress(min(start + CHUNK, n), total)
        reference = self.pool_of(shares) if pool is None else pool
        why = np.empty(n, dtype=np.int64)
        means = np.array(reference.contributions)
        for start in range(0, n, CHUNK):
            why[start : start + CHUNK] = pack_all(shares[start : start + CHUNK] - means)
            if progress:
                progress(n + min(start + CHUNK, n), total)
        return Scored(p, np.rint(p * 1e6).astype(np.int32), why, reference, matrix.unseen)

    def _probabilities(self, values: Floats) -> Floats:
        raw = self._native(values, RAW, 1)[:, 0]
        log_odds = self._calibration.slope * raw + self._calibration.offset
        return sigmoid_all(log_odds)

    def _contributions(self, values: Floats) -> Floats:
        if self._tables is not None:
            return self._calibration.slope * self._tables.contributions(values)
        shares = self._native(values, CONTRIB, len(self.inputs) + 1)
        out = np.zeros((len(values), len(Group)))
        for place, group in enumerate(self._groups):
            out[:, group] += self._calibration.slope * shares[:, place]
        return out

    def _native(self, values: Floats, kind: int, width: int) -> Floats:
        rows = np.ascontiguousarray(values, dtype=np.float64)
        out = np.empty((len(rows), width))
        length = ctypes.c_int64()
        check(
            library().LGBM_BoosterPredictForMat(
                self._booster, rows.ctypes.data, FLOAT64, len(rows), len(self.inputs), 1, kind, 0, -1,
                self._parameters, ctypes.byref(length), out.ctypes.data,
            )
        )  # fmt: skip
        if length.value != out.size:
            raise NativeError("native", why=f"{length.value} results instead of {out.size}")
        return out


def pack_all(deltas: Floats) -> NDArray[np.int64]:
    """`reasons.pack(reasons.top_reasons(row))` for each row of (n, groups) deltas, as one int64 each."""
    size = np.abs(deltas)
    size[:, list(NEVER_SAID)] = -1.0
    rows = np.arange(len(deltas))
    why = np.zeros(len(deltas), dtype=np.int64)
    for slot in range(SLOTS):
        best = size.argmax(axis=1)  # the first of equals: the lower group code
        said = size[rows, best] >= THRESHOLD
        step = np.clip(np.rint(deltas[rows, best] * DELTA_SCALE), -2048, 2047).astype(np.int64) + 2048
        why |= np.where(said, ((best << DELTA_BITS) | step) << (slot * SLOT_BITS), 0)
        size[rows, best] = -1.0
    return why
