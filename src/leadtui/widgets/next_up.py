"""`SESUDAH INI`: who ctrl+s leads to."""

from __future__ import annotations

from dataclasses import dataclass

from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from leadtui.i18n import _
from leadtui.text import clean, cut
from leadtui.themes import palette
from leadtui.widgets.line import Line, ruled


@dataclass(frozen=True, slots=True)
class Following:
    """The next customer in three phrases."""

    name: str
    percent: str
    why: str
    """A promise with its time, or the reason of the score."""
    late: bool = False
    """Whether `why` is a promise that is late."""
    place: str = ""
    """`2 / 39`."""


class NextUp(Widget):
    """Three lines: heading, who, why. Empty where nobody follows."""

    DEFAULT_CSS = """
    NextUp { height: 3; width: 1fr; }
    """

    following: reactive[Following | None] = reactive(None)
    known: reactive[bool] = reactive(False)
    """Whether it was asked already: before that nothing is claimed about who follows."""

    def render_line(self, y: int) -> Strip:
        """One of the three."""
        colors, cells, who = palette(self.app), self.size.width, self.following
        line = Line(cells, self.rich_style)
        if y == 0:
            return ruled(line, 0, cells, _("after this"), clean(who.place) if who else "", colors).strip()
        if who is None:
            if y == 1 and self.known:
                line.put(0, cut(_("nobody waits in the queue"), cells), colors.style("muted"))
            return line.strip()
        if y == 1:
            line.put(0, cut(clean(who.name), cells - 6), colors.style("text"))
            return line.right(cells, who.percent, colors.style("strong", bold=True)).strip()
        mark = "! " if who.late else ""
        return line.put(
            0, cut(mark + clean(who.why), cells), colors.style("alert" if who.late else "muted")
        ).strip()
