"""What the list of leads shows: the geometry of its lines, and drawing only those in view.

`LeadView` holds the rows and paints; `lead_list.LeadList` adds keys, moving, messages and the screen's calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Final

from rich.style import Style
from textual.cache import LRUCache
from textual.filter import LineFilter
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from leadtui.core.leads.dto import LeadRow, Sort
from leadtui.i18n import N_, _, language
from leadtui.themes import Palette, palette
from leadtui.widgets.bars import scale_of
from leadtui.widgets.lead_columns import columns
from leadtui.widgets.lead_pages import PageStore
from leadtui.widgets.lead_row import Look, draw_head, draw_placeholder, draw_row, draw_sentence

_DRAWN: Final = 512
"""Drawn lines that are kept: several screens full."""

ORDERS: Final[dict[Sort, str]] = {
    Sort.SCORE: N_("by score"),
    Sort.NAME: N_("by name"),
    Sort.LAST_CONTACT: N_("by last contact"),
    Sort.DUE: N_("by callback time"),
}
"""What the head line says of the order. Msgids."""

_Stamp = tuple[Palette, str, int, Style, Sequence[LineFilter]]
"""What the look is made from; compared at every paint."""


class LeadView(ScrollView):
    """Rows counted from 0: first the due ones, then the ranked ones. Line-API: visible lines only."""

    DEFAULT_CSS = """
    LeadView {
        height: 1fr; width: 1fr; background: $bg; overflow-x: hidden;
        scrollbar-size-vertical: 0; scrollbar-size-horizontal: 0;
    }
    """

    cursor: reactive[int] = reactive(0, repaint=False)
    """Index of the row under the cursor."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._store = PageStore()
        self._due: tuple[LeadRow, ...] = ()
        self._marks: dict[int, str] = {}
        self._empty = ""
        self._title = ""
        self._started = False
        self._now: datetime | None = None
        self._zone: tzinfo = UTC
        self._me: int | None = None
        self._ranked_line = 1
        """The virtual line of the first ranked row."""
        self._look: Look | None = None
        self._stamp: _Stamp
        self._drawn: LRUCache[tuple[int, int], Strip] = LRUCache(_DRAWN)

    @property
    def count(self) -> int:
        """How many rows the list has; an estimate while `capped`."""
        return len(self._due) + self._store.n

    @property
    def capped(self) -> bool:
        """Whether `count` is an estimate: nobody counted that far."""
        return self._store.capped

    @property
    def row(self) -> LeadRow | None:
        """The row under the cursor, or None while it is on its way."""
        return self.row_at(self.cursor)

    def row_at(self, index: int) -> LeadRow | None:
        """A row, or None where it is not here (yet)."""
        if not 0 <= index < self.count:
            return None
        due = len(self._due)
        return self._due[index] if index < due else self._store.row(index - due)

    @property
    def title(self) -> str:
        """What stands in the head line in the place of the order: which view this is."""
        return self._title

    @title.setter
    def title(self, title: str) -> None:
        if title != self._title:
            self._title = title
            self._look = None
            self.refresh()

    @property
    def due_count(self) -> int:
        """How many due callbacks stand above the order."""
        return len(self._due)

    def place_at(self, index: int) -> int | None:
        """A row's place in the order, 1-based; None for a due callback and where it is only estimated."""
        due = len(self._due)
        return None if index < due else self._store.place(index - due)

    # --- geometry ----------------------------------------------------------------------------------
    # Line 0 of the view is always a heading. Virtual lines: heading, due rows, [blank], heading, ranked rows.

    @property
    def _page_rows(self) -> int:
        return max(1, self.size.height - 2)

    def _line_of(self, index: int) -> int:
        due = len(self._due)
        return 1 + index if index < due else self._ranked_line + index - due

    def _index_of(self, line: int) -> int | None:
        """The row on a virtual line, or None for headings, blanks and what lies below the last row."""
        due = len(self._due)
        if 1 <= line <= due:
            return line - 1
        index = line - self._ranked_line
        return due + index if 0 <= index < self._store.n else None

    def _index_at(self, y: int) -> int | None:
        return None if y <= 0 else self._index_of(self.scroll_offset.y + y)

    def _resized(self) -> None:
        self._look = None
        # A blank line between the groups where there is room for it.
        roomy = self.size.height >= 26 and not getattr(self.app, "compact", False)
        gap = 1 if roomy else 0
        self._ranked_line = 1 if not self._due else 1 + len(self._due) + gap + 1
        self.virtual_size = Size(self.size.width, self._ranked_line + self._store.n)

    # --- drawing -----------------------------------------------------------------------------------

    def _looked(self) -> Look:
        """How rows look now; when anything in it has changed, nothing drawn before is used again."""
        stamp = (palette(self.app), language(), self.size.width, self.rich_style, self.get_line_filters())
        if self._look is None or stamp != self._stamp:
            best = max([self._store.best(), *((row.probability or 0.0) for row in self._due)])
            colors, words, width, ground, _filters = self._stamp = stamp
            grid = columns(width, self.count)
            self._look = Look(
                grid, colors, words, ground, scale_of(best), self._now, self._zone, self._me, self._store.sort
            )
            self._forget_drawn()
        return self._look

    def render_line(self, y: int) -> Strip:
        """A line of the view."""
        return self._line(self._looked(), self.scroll_offset.y, y)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Lines of the view, straight from what is drawn.

        Textual's own cache goes by height: after a scroll it would filter, divide and encode every line
        again. Here a scrolled line is the same `Strip` at another height. (No padding, border or opacity.)
        """
        look, width, top = self._looked(), self.size.width, self.scroll_offset.y
        strips = [self._line(look, top, y) for y in crop.line_range]
        if crop.column_span != (0, width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    def _line(self, look: Look, top: int, y: int) -> Strip:
        line = top + y
        index = None if y == 0 else self._index_of(line)
        if index is None:
            key = (-1 - self._kind(line, y), 0)
        else:
            key = (index, (2 if self.has_focus else 1) if index == self.cursor else 0)
        drawn = self._drawn.get(key)
        if drawn is None:
            drawn = self._draw_between(look, key[0]) if index is None else self._draw(look, index, key[1])
            background = self.background_colors[1]
            for line_filter in self._stamp[4]:
                drawn = drawn.apply_filter(line_filter, background)
            self._drawn[key] = drawn
        return drawn

    def _draw(self, look: Look, index: int, state: int) -> Strip:
        row, place, cursor, focused = self.row_at(index), self.place_at(index), state > 0, state > 1
        if row is None:
            return draw_placeholder(look, place, cursor=cursor, focused=focused)
        return draw_row(
            look, row, place, due_row=index < len(self._due), cursor=cursor, focused=focused,
            mark=self._marks.get(row.id, ""),
        )  # fmt: skip

    def _kind(self, line: int, y: int) -> int:
        """What a line without a row is: 0 blank, 1 and 2 the head of the view, 3 between groups, 4 empty."""
        if y == 0:
            return 1 if self._due and line + 1 < self._ranked_line - 1 else 2
        if self._due and line == self._ranked_line - 1:
            return 3
        return 4 if self._empty and not self._store.n and line == self._ranked_line + 1 else 0

    def _draw_between(self, look: Look, key: int) -> Strip:
        match -1 - key:
            case 1:
                return draw_head(look, _("callbacks due"))
            case 2:
                return draw_head(look, self._title or _(ORDERS[self._store.sort]))
            case 3:
                order = _(ORDERS[self._store.sort])
                return draw_head(look, f"{self._title} · {order}" if self._title else order, heads=False)
            case 4:
                return draw_sentence(look, self._empty)
            case _:
                return Strip.blank(look.columns.width, look.ground)

    def shown(self, lead_id: int) -> LeadRow | None:
        """A lead as it stands in the list, or None where it is not among the rows that are here."""
        found = self._find(lead_id)
        return self.row_at(found[0]) if found else None

    def _find(self, lead_id: int) -> list[int]:
        due = len(self._due)
        here = [index for index, row in enumerate(self._due) if row.id == lead_id]
        return here + [due + index for index in self._store.find(lead_id)]

    def _repaint(self, index: int) -> None:
        for state in (0, 1, 2):
            self._drawn.discard((index, state))
        self.refresh_line(self._line_of(index))

    def _forget_drawn(self) -> None:
        self._drawn.clear()

    def _all_again(self) -> None:
        self._forget_drawn()
        self.refresh()
