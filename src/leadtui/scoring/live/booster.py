"""One model on one thread: raw score and contributions of single rows, equal to the package's to the bit."""

from __future__ import annotations

import ctypes
import weakref
from array import array
from collections.abc import Sequence
from ctypes import c_double, c_int64, c_void_p

from leadtui.scoring.errors import NativeError
from leadtui.scoring.live.library import CONTRIB, FLOAT64, RAW, check, library, load_booster

_PARAMETERS = b"num_threads=1 verbosity=-1"
# More threads for one row only cost: p95 0.04 ms with one, 8–16 ms with the default.


class Booster:
    """Not shared between threads: the fast path keeps its row and its buffers inside the handle."""

    def __init__(self, model: bytes, width: int) -> None:
        """Loads `model` (LightGBM text, `width` inputs). Raises NativeError, LibraryMissing."""
        lib = library()
        self._booster = load_booster(model)
        self._fast: list[c_void_p] = []
        self._close = weakref.finalize(self, _free, self._booster, self._fast)
        found = ctypes.c_int()
        check(lib.LGBM_BoosterGetNumFeature(self._booster, ctypes.byref(found)))
        if found.value != width:
            raise NativeError("native", why=f"{found.value} inputs instead of {width}")
        self.width = width
        self._row = (c_double * width)()
        self._out = (c_double * (width + 1))()
        self._length = c_int64()
        self._raw = self._config(RAW)
        self._contrib = self._config(CONTRIB)

    def _config(self, kind: int) -> c_void_p:
        config = c_void_p()
        check(
            library().LGBM_BoosterPredictForMatSingleRowFastInit(
                self._booster, kind, 0, -1, FLOAT64, self.width, _PARAMETERS, ctypes.byref(config)
            )
        )
        self._fast.append(config)
        return config

    def _run(self, config: c_void_p, row: Sequence[float] | array[float], expected: int) -> None:
        self._row[:] = list(row)
        check(
            library().LGBM_BoosterPredictForMatSingleRowFast(
                config, self._row, ctypes.byref(self._length), self._out
            )
        )
        if self._length.value != expected:
            raise NativeError("native", why=f"{self._length.value} results instead of {expected}")

    def raw(self, row: Sequence[float] | array[float]) -> float:
        """The raw score (uncalibrated log-odds) of one row of `width` float64, NaN is missing."""
        self._run(self._raw, row, 1)
        return self._out[0]

    def contributions(self, row: Sequence[float] | array[float]) -> list[float]:
        """TreeSHAP values of one row: `width` log-odds, then the expected value; they sum to `raw`."""
        self._run(self._contrib, row, self.width + 1)
        return self._out[:]


def _free(booster: c_void_p, fast: list[c_void_p]) -> None:
    lib = library()
    for config in fast:
        lib.LGBM_FastConfigFree(config)
    lib.LGBM_BoosterFree(booster)
