"""LightGBM's C API through ctypes, without importing the lightgbm package.

The package pulls in numpy and scipy (1–4 s of CPU and 140 MB in every agent's process); its shared library
alone costs 80 ms and 17 MB. Signatures: LightGBM 4.x, include/LightGBM/c_api.h.
"""

from __future__ import annotations

import ctypes
import functools
import importlib.util
import logging
from ctypes import POINTER, c_char_p, c_double, c_int, c_int32, c_int64, c_void_p
from pathlib import Path
from typing import Final

from leadtui.scoring.errors import LibraryMissing, NativeError

RAW: Final = 1
"""C_API_PREDICT_RAW_SCORE."""
CONTRIB: Final = 3
"""C_API_PREDICT_CONTRIB: one TreeSHAP value per feature, and the expected value last."""
FLOAT64: Final = 1
"""C_API_DTYPE_FLOAT64."""

_NAMES: Final = ("lib_lightgbm.so", "lib_lightgbm.dylib", "lib_lightgbm.dll")
_FOLDERS: Final = ("lib", "bin", ".")
_log = logging.getLogger(__name__)


def library_path() -> Path:
    """Where LightGBM's shared library lies. Raises LibraryMissing(`absent`)."""
    # find_spec on a top-level name looks for the package and does not run it.
    spec = importlib.util.find_spec("lightgbm")
    for root in (spec.submodule_search_locations or ()) if spec else ():
        for folder in _FOLDERS:
            for name in _NAMES:
                path = Path(root) / folder / name
                if path.is_file():
                    return path
    raise LibraryMissing("absent")


@functools.cache
def library() -> ctypes.CDLL:
    """The loaded library, its functions typed. Raises LibraryMissing."""
    try:
        lib = ctypes.CDLL(str(library_path()))
    except OSError as error:
        raise LibraryMissing("broken", why=str(error)) from error
    lib.LGBM_GetLastError.restype = c_char_p
    lib.LGBM_GetLastError.argtypes = []
    handle, out_handle, out_len, doubles = c_void_p, POINTER(c_void_p), POINTER(c_int64), c_void_p
    for name, arguments in {
        "LGBM_RegisterLogCallback": [_LOG_CALLBACK],
        "LGBM_BoosterLoadModelFromString": [c_char_p, POINTER(c_int), out_handle],
        "LGBM_BoosterFree": [handle],
        "LGBM_BoosterGetNumFeature": [handle, POINTER(c_int)],
        "LGBM_BoosterNumModelPerIteration": [handle, POINTER(c_int)],
        "LGBM_BoosterPredictForMatSingleRowFastInit": [
            handle, c_int, c_int, c_int, c_int, c_int32, c_char_p, out_handle,
        ],
        "LGBM_BoosterPredictForMatSingleRowFast": [handle, c_void_p, out_len, doubles],
        "LGBM_FastConfigFree": [handle],
        "LGBM_BoosterPredictForMat": [
            handle, c_void_p, c_int, c_int32, c_int32, c_int, c_int, c_int, c_int, c_char_p, out_len, doubles,
        ],
    }.items():  # fmt: skip
        function = getattr(lib, name)
        function.argtypes, function.restype = arguments, c_int
    return lib


def check(code: int) -> None:
    """Raises NativeError with LightGBM's own words where a call did not return 0."""
    if code != 0:
        why = library().LGBM_GetLastError() or b""
        raise NativeError("native", why=why.decode(errors="replace"))


_LOG_CALLBACK: Final = ctypes.CFUNCTYPE(None, c_char_p)


def _log_message(message: bytes) -> None:
    _log.debug("lightgbm: %s", message.decode(errors="replace").strip())


_to_log: Final = _LOG_CALLBACK(_log_message)  # kept for good: the library keeps calling it


def silence() -> None:
    """Sends LightGBM's messages to logging instead of stdout, where they would tear a terminal program.

    The library keeps the callback per thread: call it on each thread that loads a model.
    """
    check(library().LGBM_RegisterLogCallback(_to_log))


def load_booster(model: bytes) -> c_void_p:
    """A booster handle from LightGBM text (verified before: a damaged one kills the process)."""
    silence()
    handle, iterations = c_void_p(), c_int()
    check(library().LGBM_BoosterLoadModelFromString(model, ctypes.byref(iterations), ctypes.byref(handle)))
    return handle


__all__ = [
    "CONTRIB",
    "FLOAT64",
    "RAW",
    "c_double",
    "c_int64",
    "check",
    "library",
    "library_path",
    "load_booster",
]
