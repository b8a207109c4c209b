"""The list's memory: which 200-row pages are here, which are on the way, and what to ask for next.

Pure: no widget, no service. A list of a million rows holds at most `KEEP` pages; of pages that it let go it
remembers the two keys at their ends, so that their neighbours can still be asked for by keyset.

A page's place is *exact* when it hangs on the start of the list, on the rank anchors, or on an exactly
counted end. Behind a capped count ("10,000+") the end's places are only an estimate: those rows say no
place at all.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from leadtui.core.leads.dto import Count, Keyset, LeadPage, LeadRow, PageQuery, Sort

SIZE: Final = 200
"""Rows a page."""
KEEP: Final = 30
"""Pages that stay in memory."""
IN_FLIGHT: Final = 3
"""Requests under way at once: a dragged scroll bar passes hundreds of pages and needs none of them."""
_GROW: Final = 50
"""Pages by which an estimate that proved too small grows."""


@dataclass(frozen=True, slots=True)
class Want:
    """A page to be fetched."""

    request_no: int
    query: PageQuery
    """Without filter, scope and sort: the screen puts its own in."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What an answer did."""

    first: int
    """Index of the first row it filled."""
    rows: int
    shift: int = 0
    """By how much rows moved, from index `moved_from` on: the cursor goes with them."""
    moved_from: int = 0
    resized: bool = False


@dataclass(frozen=True, slots=True)
class _Edges:
    first: Keyset
    last: Keyset
    exact: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    page: int
    exact: bool
    backwards: bool


class PageStore:
    """The ranked rows of one list, indexed from 0."""

    def __init__(self) -> None:
        self.sort = Sort.SCORE
        self._anchored = False
        """Whether a page may be asked for by its place behind what was counted."""
        self.n = 0
        """How many rows the list has, or an estimate while `capped`."""
        self.capped = False
        self._counted = 0
        """How many rows there are at least."""
        self._pages: OrderedDict[int, tuple[LeadRow, ...]] = OrderedDict()
        self._edges: dict[int, _Edges] = {}
        self._asked: dict[int, _Asked] = {}
        self._requests = 0

    def reset(
        self,
        total: Count,
        estimate: int | None = None,
        *,
        sort: Sort = Sort.SCORE,
        anchored: bool = False,
    ) -> None:
        """Begin anew: another filter, another order. Answers still on the way are dropped when they come."""
        self.sort, self._anchored = sort, anchored
        self._pages.clear()
        self._edges.clear()
        self._asked.clear()
        self.capped = total.capped
        self.n = self._counted = total.n
        if total.capped:  # whole pages only, so that the last page can be fetched from the end
            self.n = -(-max(total.n, estimate or 0) // SIZE) * SIZE

    def row(self, index: int) -> LeadRow | None:
        """The row, or None while its page is not here."""
        page = self._pages.get(index // SIZE)
        if page is None:
            return None
        slot = index % SIZE
        return page[slot] if slot < len(page) else None

    def place(self, index: int) -> int | None:
        """Its place in the order, 1-based, or None where that is only an estimate."""
        edges = self._edges.get(index // SIZE)
        return index + 1 if edges is None or edges.exact else None

    def best(self) -> float:
        """The highest probability that is known, 0 while there is none."""
        if self.sort is Sort.SCORE:
            page = self._pages.get(0)
            return (page[0].probability or 0.0) if page else 0.0
        return max((row.probability or 0.0 for page in self._pages.values() for row in page), default=0.0)

    def replace(self, row: LeadRow) -> list[int]:
        """Put a changed row where it stands, without moving it. Returns its indices (usually one)."""
        found = self.find(row.id)
        for index in found:
            number, slot = divmod(index, SIZE)
            page = self._pages[number]
            self._pages[number] = (*page[:slot], row, *page[slot + 1 :])
        return found

    def find(self, lead_id: int) -> list[int]:
        """Where a lead stands among the rows that are here."""
        return [
            number * SIZE + slot
            for number, page in self._pages.items()
            for slot, row in enumerate(page)
            if row.id == lead_id
        ]

    def want(self, first: int, last: int) -> list[Want]:
        """What to fetch to show rows `first`–`last` and have a page before and after ready."""
        if self.n == 0:
            return []
        low, high = max(0, first) // SIZE, min(self.n - 1, max(first, last)) // SIZE
        end = (self.n - 1) // SIZE
        wanted = []
        for page in (*range(low, high + 1), high + 1, low - 1):
            if not 0 <= page <= end:
                continue
            if page in self._pages:
                self._pages.move_to_end(page)
                continue
            on_the_way = {asked.page for asked in self._asked.values()}
            if page in on_the_way:
                continue
            if len(on_the_way) >= IN_FLIGHT:
                break
            query = self._query(page, end, jump=low <= page <= high and not {page - 1, page + 1} & on_the_way)
            if query is not None:
                backwards = query[0].from_end or query[0].before is not None
                self._requests += 1
                self._asked[self._requests] = _Asked(page, query[1], backwards)
                wanted.append(Want(self._requests, query[0]))
        return wanted

    def take(self, request_no: int, answer: LeadPage) -> Taken | None:
        """An answer. None where nobody waits for it any more."""
        asked = self._asked.pop(request_no, None)
        if asked is None:
            return None
        page, exact, rows = asked.page, asked.exact, answer.rows
        before = self.n
        if asked.backwards and answer.at_start and page > 0:
            # The start came sooner than the numbering said: everything stands that much further up.
            return self._renumber(page * SIZE + (SIZE - len(rows)), exact)
        if rows:
            self._edges[page] = _Edges(rows[0].keyset(self.sort), rows[-1].keyset(self.sort), exact)
        self._pages[page] = rows
        self._pages.move_to_end(page)
        while len(self._pages) > KEEP:
            self._pages.popitem(last=False)
        shift = moved_from = 0
        if exact and answer.at_end:
            # An empty page says only that the end lies somewhere before it.
            if rows or not (self.capped and page * SIZE >= self._counted):
                self._end_at(page * SIZE + len(rows) if rows else min(self.n, page * SIZE))
            else:
                self.n = min(self.n, page * SIZE)
                self._pages.pop(page, None)
        elif self._touches(page, exact):
            shift, moved_from = self._grow()
            page += 0 if exact else _GROW
        return Taken(page * SIZE, len(rows), shift, moved_from, resized=self.n != before)

    def failed(self, request_no: int) -> bool:
        """A request that will not be answered: the page may be asked for again. False for a stale one."""
        return self._asked.pop(request_no, None) is not None

    def _query(self, page: int, end: int, *, jump: bool) -> tuple[PageQuery, bool] | None:
        """How to fetch a page, and whether its place is exact.

        By the keys of a neighbour wherever one is known: only then do two pages meet without a gap. By place
        only to `jump` into the middle, and never behind what was counted. None: not before a neighbour came.
        """
        before, after = self._edges.get(page + 1), self._edges.get(page - 1)
        if page == 0:
            return PageQuery(limit=SIZE), True
        if after is not None:
            return PageQuery(limit=SIZE, after=after.last), after.exact
        if before is not None:
            return PageQuery(limit=SIZE, before=before.first), before.exact
        if page == end:
            return PageQuery(limit=self.n - page * SIZE, from_end=True), not self.capped
        if jump and (self._anchored or page * SIZE < self._counted):
            return PageQuery(limit=SIZE, at_place=page * SIZE + 1), True
        return None

    def _end_at(self, n: int) -> None:
        """The end is known now. What hung on an estimated end goes."""
        self.n, self._counted, self.capped = n, n, False
        last = (n - 1) // SIZE if n else -1
        for page in [p for p, edges in self._edges.items() if p > last or not edges.exact]:
            self._edges.pop(page)
            self._pages.pop(page, None)

    def _touches(self, page: int, exact: bool) -> bool:
        """Whether counting from the start has met the end that was only estimated: rows may lie between."""
        if not exact:
            above = self._edges.get(page - 1)
            return above is not None and above.exact
        below = self._edges.get(page + 1)
        return (page + 1) * SIZE >= self.n or (below is not None and not below.exact)

    def _grow(self) -> tuple[int, int]:
        """The estimate was too small: the rows at the end move down by whole pages.

        Returns by how many rows, and from which index on; (0, 0) where none were here.
        """
        self.capped = True
        self.n = -(-self.n // SIZE) * SIZE + _GROW * SIZE
        moved = {p: e for p, e in self._edges.items() if not e.exact}
        kept = {p: self._pages.pop(p) for p in moved if p in self._pages}
        for page in moved:
            self._edges.pop(page)
        for page, edges in moved.items():
            self._edges[page + _GROW] = edges
        for page, rows in kept.items():
            self._pages[page + _GROW] = rows
        for number, asked in self._asked.items():
            if not asked.exact:
                self._asked[number] = _Asked(asked.page + _GROW, False, asked.backwards)
        return (_GROW * SIZE, min(moved) * SIZE) if moved else (0, 0)

    def _renumber(self, shift: int, exact: bool) -> Taken:
        if not exact:
            self.n -= shift
            self._counted, self.capped = self.n, False
        self._pages.clear()
        self._edges.clear()
        self._asked.clear()
        return Taken(0, 0, -shift, resized=True)
