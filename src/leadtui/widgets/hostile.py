"""The last gate before the terminal: no control character leaves through any widget."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from leadtui.text import CONTROL


class HostileFilter(LineFilter):
    """Takes control characters out of every segment, keeping each line as wide as it was.

    Put it first in an override of `App.get_line_filters`; `themes.LedgerApp` does.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments without control characters and without control codes."""
        search = CONTROL.search
        if not any(segment.control or search(segment.text) for segment in segments):
            return segments
        return [
            Segment(CONTROL.sub(lambda found: " " * cell_len(found[0]), text), style)
            for text, style, _control in segments
        ]
