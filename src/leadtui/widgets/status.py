"""The status line: what stays until it is settled. The open call is always on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from leadtui.commands import Hint
from leadtui.text import clean, cut, width
from leadtui.themes import palette
from leadtui.widgets.facts import Status
from leadtui.widgets.line import Line

LEAD_CELLS: Final = 22
"""The least that is left of whose call it is: `Open call: ` and how the name begins."""


class StatusLine(Widget):
    """One line above the keys: a `▌`, a sentence, and at the right the keys for it. Blank while empty, so
    the page does not move when something is said.

    `call` is the open call, `notice` anything else. With both, the notice speaks and the call keeps its
    place at the right end in short form: it is never off the screen.
    """

    DEFAULT_CSS = """
    StatusLine { height: 1; width: 1fr; background: $bg; }
    StatusLine.-said { background: $surface; }
    """

    call: reactive[Status | None] = reactive(None)
    notice: reactive[Status | None] = reactive(None)

    call_short: reactive[str] = reactive("")
    """The open call in one word and a time, for beside a notice: `● 02.14`."""

    def watch_call(self) -> None:
        """Give the line its ground."""
        self._show()

    def watch_notice(self) -> None:
        """Give the line its ground."""
        self._show()

    def _show(self) -> None:
        self.set_class(self.call is not None or self.notice is not None, "-said")

    def render_line(self, y: int) -> Strip:
        """The one line."""
        said = self.notice or self.call
        if said is None:
            return Strip.blank(self.size.width, self.rich_style)
        colors, end = palette(self.app), self.size.width - 2
        beside = clean(self.call_short) if self.notice is not None and self.call is not None else ""
        keys = _keys_that_fit(said.keys, end - 12 - (width(beside) + 3 if beside else 0))
        tail = sum(_size(key) + 3 for key in keys) + (width(beside) + 3 if beside else 0)
        line = Line(self.size.width, self.rich_style)
        tone = "alert" if said.late else "accent"
        line.put(0, "▌", colors.style(tone))
        room = end - 2 - tail
        rest = clean(said.rest)
        # of an open call the name gives way before what is going on and for how long
        spared = room - width(rest) - 1 if said is self.call and rest else 0
        lead = cut(clean(said.lead), spared if spared >= LEAD_CELLS else room)
        line.put(2, lead, colors.style("alert" if said.late else "strong", bold=True))
        left = room - width(lead) - 1
        if rest and left >= 8:
            line.put(line.at + 1, cut(rest, left), colors.style("text"))
        at = end - tail + 3
        for key in keys:
            line.put(at, key.key, colors.style("strong", bold=True))
            line.put(line.at + 1, key.label, colors.style("muted"))
            at = line.at + 3
        if beside:
            line.put(at, beside, colors.style("accent", bold=True))
        return line.strip()


def _size(hint: Hint) -> int:
    return width(hint.key) + 1 + width(hint.label)


def _keys_that_fit(keys: Sequence[Hint], room: int) -> list[Hint]:
    kept: list[Hint] = []
    for key in keys:
        room -= _size(key) + 3
        if room < 0:
            break
        kept.append(key)
    return kept
