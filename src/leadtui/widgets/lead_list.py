"""THE list of leads: a Line-API widget that draws visible lines only and costs the same at a million rows.

It never calls a service. It asks for pages by message and is handed them:

    leads.reset(Count(41188, False), due=callbacks)   # a new list: first page is asked for at once
    LeadList.PageWanted(request_no, query)            # the screen adds filter and scope, fetches in a thread
    leads.show_page(request_no, page)                 # answers of an older list are dropped
    leads.page_failed(request_no)                     # asked for again when it is next needed

Rows never move under the cursor: what changes is marked in place (`mark`, `update_row`); the order changes
only by `reset`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from functools import partial
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.message import Message

from leadtui.commands import Where, bindings
from leadtui.core.leads.dto import Count, LeadPage, LeadRow, PageQuery, Sort
from leadtui.widgets.lead_view import LeadView


class LeadList(LeadView, can_focus=True):
    """Due callbacks on top, then everybody in the chosen order.

    Rows are counted from 0: first the due ones, then the ranked ones.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(Where.CURSOR)

    class PageWanted(Message):
        """A page is needed. Fetch it and call `show_page(request_no, page)` or `page_failed(request_no)`."""

        def __init__(self, leads: LeadList, request_no: int, query: PageQuery) -> None:
            super().__init__()
            self.leads = leads
            self.request_no = request_no
            self.query = query
            """Position and limit only; filter, scope and sort are the screen's: `replace(query, …)`."""

        @property
        def control(self) -> LeadList:
            """The list."""
            return self.leads

    class RowHighlighted(Message):
        """The cursor is on another row, or the row under it has arrived."""

        def __init__(self, leads: LeadList, index: int, row: LeadRow | None) -> None:
            super().__init__()
            self.leads = leads
            self.index = index
            self.row = row
            """None while its page is on the way, and in an empty list."""

        @property
        def control(self) -> LeadList:
            """The list."""
            return self.leads

    class RowSelected(Message):
        """Enter or a click on the row under the cursor."""

        def __init__(self, leads: LeadList, index: int, row: LeadRow) -> None:
            super().__init__()
            self.leads = leads
            self.index = index
            self.row = row

        @property
        def control(self) -> LeadList:
            """The list."""
            return self.leads

    class NobodySelected(Message):
        """Enter where there is nobody."""

    # --- what the screen calls ---------------------------------------------------------------------

    def reset(
        self,
        total: Count,
        *,
        due: tuple[LeadRow, ...] = (),
        estimate: int | None = None,
        empty: str = "",
        cursor: int = 0,
        sort: Sort = Sort.SCORE,
        anchored: bool = False,
    ) -> None:
        """Show another list. `due` stands above the order; `estimate` is what a capped count may hide;
        `empty` is the sentence for a list without rows; `cursor` is the row to begin at; with `anchored` rows
        behind a capped count may be asked for by their place. Everything on the way is dropped."""
        self._store.reset(total, estimate, sort=sort, anchored=anchored)
        self._due = tuple(due)
        self._marks.clear()
        self._empty = empty
        self._started = True
        self._resized()
        self.scroll_to(y=0, animate=False, immediate=True, force=True)
        self._go(cursor, force=True)
        self._all_again()
        self._ask()

    def show_page(self, request_no: int, page: LeadPage) -> bool:
        """Take an answer. False (and nothing changes) where it belongs to an older list."""
        before = self._store.best()
        taken = self._store.take(request_no, page)
        if taken is None:
            return False
        if taken.resized:
            self._resized()
        if taken.shift and self.cursor - len(self._due) >= taken.moved_from:
            self._shift(taken.shift)
        self._forget_drawn()
        if self._store.best() != before:
            self._look = None
        self.refresh()
        at = self.cursor - len(self._due)
        if taken.first <= at < taken.first + max(taken.rows, 1) or self.cursor >= self.count:
            self._go(self.cursor, force=True)
        self._ask()
        return True

    def page_failed(self, request_no: int) -> None:
        """A page will not come. It is asked for again at the next move, or by `retry`."""
        self._store.failed(request_no)

    def retry(self) -> None:
        """Ask again for what is missing: the connection is back."""
        self._ask()

    def set_time(self, now: datetime, zone: tzinfo) -> None:
        """The time that "11 minutes late" and "yesterday" count from, and the user's zone. Once a minute."""
        self._now, self._zone = now, zone
        self._look = None
        self.refresh()

    def set_me(self, user_id: int | None) -> None:
        """Who is looking: leads that I hold myself are not "with a colleague"."""
        self._me = user_id
        self._look = None
        self.refresh()

    def mark(self, lead_id: int, text: str) -> bool:
        """Say in place what has happened to a lead ("diambil Sari"); the empty text takes the mark away.

        False where the lead is not among the rows that are here; the mark is kept for when it comes.
        """
        if text:
            self._marks[lead_id] = text
        else:
            self._marks.pop(lead_id, None)
        found = self._find(lead_id)
        for index in found:
            self._repaint(index)
        return bool(found)

    @property
    def marked(self) -> set[int]:
        """Who carries a mark."""
        return set(self._marks)

    def update_row(self, row: LeadRow) -> bool:
        """Show a lead's new facts where it stands. False where it is not among the rows that are here."""
        self._due = tuple(row if old.id == row.id else old for old in self._due)
        self._store.replace(row)
        found = self._find(row.id)
        for index in found:
            self._repaint(index)
            if index == self.cursor:
                self.post_message(self.RowHighlighted(self, index, row))
        return bool(found)

    def move_to(self, index: int) -> None:
        """Put the cursor on a row and bring it into view."""
        self._go(index)

    # --- keys and mouse ----------------------------------------------------------------------------

    def action_cursor_down(self) -> None:
        """One row down."""
        self._go(self.cursor + 1)

    def action_cursor_up(self) -> None:
        """One row up."""
        self._go(self.cursor - 1)

    def action_page_down(self) -> None:
        """A screen of rows down."""
        self._go(self.cursor + self._page_rows)

    def action_page_up(self) -> None:
        """A screen of rows up."""
        self._go(self.cursor - self._page_rows)

    def action_half_down(self) -> None:
        """Half a screen of rows down."""
        self._go(self.cursor + max(1, self._page_rows // 2))

    def action_half_up(self) -> None:
        """Half a screen of rows up."""
        self._go(self.cursor - max(1, self._page_rows // 2))

    def action_view_row(self, third: int) -> None:
        """The first, the middle or the last row in view."""
        if seen := [index for _y, index in self._seen()]:
            self._go(seen[(0, (len(seen) - 1) // 2, -1)[third]])

    def _seen(self) -> list[tuple[int, int]]:
        """(line inside the view, index) of every row in view."""
        return [(y, at) for y in range(1, self.size.height) if (at := self._index_at(y)) is not None]

    def jump_places(self) -> list[tuple[int, int, Callable[[], object]]]:
        """Every row in view."""
        return [(0, y, partial(self._jump_to, index)) for y, index in self._seen()]

    def _jump_to(self, index: int) -> None:
        self.focus()
        self._go(index)

    def action_cursor_first(self) -> None:
        """The first row."""
        self._go(0)

    def action_cursor_last(self) -> None:
        """The last row; behind a capped count by asking from the end."""
        self._go(self.count - 1)

    def action_select(self) -> None:
        """Look at the row under the cursor."""
        if (row := self.row) is not None:
            self.post_message(self.RowSelected(self, self.cursor, row))
        elif not self.count:
            self.post_message(self.NobodySelected())

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; a second one on the same row opens it."""
        index = self._index_at(event.y)
        if index is None:
            return
        event.stop()
        if event.chain == 2 and index == self.cursor:
            self.action_select()
        else:
            self._go(index)

    # --- moving ------------------------------------------------------------------------------------

    def _go(self, index: int, *, force: bool = False) -> None:
        index = max(0, min(index, self.count - 1))
        if index != self.cursor:
            self.cursor = index  # the watcher repaints, reveals, asks and tells
        elif force:
            self._reveal()
            self.post_message(self.RowHighlighted(self, index, self.row_at(index)))

    def watch_cursor(self, before: int, after: int) -> None:
        """Only the two rows change, unless the view has to move."""
        if not self._started:
            return
        if not self._reveal():
            self.refresh_line(self._line_of(before))
            self.refresh_line(self._line_of(after))
        self._ask()
        self.post_message(self.RowHighlighted(self, after, self.row_at(after)))

    def _reveal(self) -> bool:
        """Scroll so that the cursor's row is in view. Returns whether that moved anything."""
        if self.size.height < 2 or not self.count:
            return False
        line, top = self._line_of(self.cursor), self.scroll_offset.y
        if self.cursor == 0:
            to = 0
        elif line <= top:
            to = line - 1
        elif line >= top + self.size.height:
            to = line - self.size.height + 1
        else:
            return False
        self.scroll_to(y=to, animate=False, immediate=True, force=True)
        return self.scroll_offset.y != top

    def _shift(self, rows: int) -> None:
        """Rows were put in before the cursor: it stays on its own, and so does the view."""
        with self.prevent(self.RowHighlighted):
            top = self.scroll_offset.y + rows
            self.set_reactive(LeadList.cursor, max(0, min(self.count - 1, self.cursor + rows)))
            self.scroll_to(y=max(0, top), animate=False, immediate=True, force=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Another part of the list is in view.

        The scroll bar has no width: telling it its place, as the base does, would make Textual arrange the
        whole screen anew at every line (a widget that is dirty and not visible).
        """
        if round(old_value) != round(new_value):
            self.refresh(self.size.region)
            if self._started:
                self._ask()

    def _ask(self) -> None:
        """Ask for the pages of what is in view, and the ones before and after."""
        if not self._started or self.size.height < 2:
            return
        first = self.scroll_offset.y + 1 - self._ranked_line
        for want in self._store.want(first, first + self.size.height - 2):
            self.post_message(self.PageWanted(self, want.request_no, want.query))

    def on_resize(self) -> None:
        """Other columns, another number of lines."""
        self._resized()
        self._all_again()
        self._reveal()
        self._ask()

    def on_focus(self) -> None:
        """The edge of the cursor's row says where the keys go."""
        self.refresh_line(self._line_of(self.cursor))

    def on_blur(self) -> None:
        """The row keeps its tone, its edge becomes thin."""
        self.refresh_line(self._line_of(self.cursor))
