"""The bottom of every screen: the status line over the keys. Two docked widgets would cover each other."""

from __future__ import annotations

from textual import getters
from textual.app import ComposeResult
from textual.containers import Vertical

from leadtui.widgets.keys import KeyLine
from leadtui.widgets.status import StatusLine


class Foot(Vertical):
    """Two lines: `status` and `keys`."""

    DEFAULT_CSS = """
    Foot { dock: bottom; height: 2; width: 1fr; background: $bg; }
    """

    status = getters.query_one(StatusLine)
    keys = getters.query_one(KeyLine)

    def compose(self) -> ComposeResult:
        """The two lines."""
        yield StatusLine()
        yield KeyLine()
