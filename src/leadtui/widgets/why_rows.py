"""Every predicate of calling somebody: a mark, its name, how it stands, and below what stands against it when
that changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import partial
from typing import TYPE_CHECKING, Final

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from leadtui.eligibility_words import change, label, lifted_line, standing
from leadtui.text import clean, cut
from leadtui.themes import palette
from leadtui.widgets.line import Line
from leadtui.widgets.wrap import wrap

if TYPE_CHECKING:
    from leadtui.core.eligibility.dto import WhyNot

LABEL_AT: Final = 4
SAID_AT: Final = 21
"""Columns: the predicate's name, and what is said of it."""


@dataclass(frozen=True, slots=True)
class _Drawn:
    """One line: which predicate it belongs to, and what stands where."""

    code: str
    mark: str
    named: str
    said: str
    tone: str


class WhyRows(Widget):
    """The table. With `choosing`, the cursor walks what may be lifted."""

    DEFAULT_CSS = """
    WhyRows { height: auto; width: 1fr; }
    """

    why: reactive[WhyNot | None] = reactive(None, layout=True)
    cursor: reactive[str] = reactive("")
    """The predicate the cursor is on; empty is none."""
    choosing: reactive[bool] = reactive(False)

    class Chosen(Message):
        """A row that may be lifted was clicked."""

        def __init__(self, code: str) -> None:
            super().__init__()
            self.code = code

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.zone: tzinfo = UTC

    @property
    def liftable(self) -> tuple[str, ...]:
        """What the cursor walks."""
        if self.why is None or not self.choosing:
            return ()
        return tuple(reason.code for reason in self.why.reasons if reason.liftable)

    def move(self, step: int) -> bool:
        """The next or previous row that may be lifted; False where there is none."""
        codes = self.liftable
        if not codes:
            return False
        at = codes.index(self.cursor) + step if self.cursor in codes else 0
        self.cursor = codes[max(0, min(at, len(codes) - 1))]
        return True

    def region_of(self, code: str) -> Region:
        """Where a predicate's lines are."""
        rows = [y for y, drawn in enumerate(self._lines(self.size.width)) if drawn.code == code]
        return Region(0, rows[0], self.size.width, len(rows)) if rows else Region(0, 0, 1, 1)

    def _lines(self, cells: int) -> list[_Drawn]:
        why = self.why
        if why is None:
            return []
        room, lines = cells - SAID_AT, []
        for reason in why.reasons:
            code, ok = reason.code, reason.ok
            tone = "text" if ok else "strong"
            for n, part in enumerate(wrap(standing(reason, why, self.zone), room) or [""]):
                mark, named = ("✓" if ok else "×", label(code)) if n == 0 else ("", "")
                lines.append(_Drawn(code, mark, named, part, tone))
            lines += [
                _Drawn(code, "", "", part, "muted")
                for part in wrap(change(reason, why, self.zone), room)
                if part
            ]
        if why.lifted:
            lines.append(_Drawn("", "", "", "", "muted"))
        for lifted in why.lifted:
            for n, part in enumerate(wrap(lifted_line(lifted, why, self.zone), cells - LABEL_AT)):
                lines.append(_Drawn("lifted", "◦" if n == 0 else "", part, "", "muted"))
        return lines

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One line for each, and those that say when it changes."""
        return len(self._lines(width))

    def render_line(self, y: int) -> Strip:
        """One line."""
        colors, cells = palette(self.app), self.size.width
        drawn = lines[y] if y < len(lines := self._lines(cells)) else None
        if drawn is None:
            return Strip.blank(cells, self.rich_style)
        marked = bool(drawn.code) and drawn.code == self.cursor and drawn.code in self.liftable
        ground = self.rich_style + colors.ground("select") if marked else self.rich_style
        line = Line(cells, ground)
        if marked:
            line.put(0, "▌", colors.style("accent"))
        if drawn.mark:
            against = drawn.mark == "×"
            tone = "alert" if against else "muted" if drawn.mark == "◦" else "accent"
            line.put(2, drawn.mark, colors.style(tone, bold=against))
        room = (cells if drawn.code == "lifted" else SAID_AT - 1) - LABEL_AT
        line.put(LABEL_AT, cut(clean(drawn.named), room), colors.style("muted"))
        if drawn.said:
            line.put(SAID_AT, drawn.said, colors.style(drawn.tone, bold=drawn.tone == "strong"))
        return line.strip()

    def jump_places(self) -> list[tuple[int, int, Callable[[], object]]]:
        """Every row that may be lifted."""
        return [
            (0, self.region_of(code).y, partial(self.post_message, self.Chosen(code)))
            for code in self.liftable
        ]

    def on_click(self, event: events.Click) -> None:
        """A click chooses a row that may be lifted."""
        lines = self._lines(self.size.width)
        if event.y < len(lines) and lines[event.y].code in self.liftable:
            event.stop()
            self.post_message(self.Chosen(lines[event.y].code))
