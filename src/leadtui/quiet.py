"""What nobody catches goes to the log: Python's own hooks print the exception's text on the terminal.

Apart from `logs`, which is imported when there is something to write: the sign-in page is painted without it.
"""

from __future__ import annotations

import sys
import threading
from typing import Any


def quiet_threads() -> None:
    """Put our hooks where Python's own still are."""
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _uncaught
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = _uncaught


def _uncaught(raised: Any) -> None:
    if raised.exc_value is not None and not isinstance(raised.exc_value, SystemExit):
        try:
            from leadtui.logs import log_unexpected
        except ImportError:
            return  # the interpreter is going down
        log_unexpected(raised.exc_value)
