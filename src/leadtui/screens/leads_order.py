"""The order of the leads screen, places in it, and what of it is remembered for the user."""

from __future__ import annotations

from typing import Final

from leadtui.core.auth import service as auth
from leadtui.core.ctx import Ctx
from leadtui.core.errors import LeadtuiError
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import Scope, Sort
from leadtui.i18n import _
from leadtui.screens.leads_live import LiveRows
from leadtui.screens.leads_memory import PREFERENCE, Left, read, written
from leadtui.screens.list_sheets import GoToSheet, SortSheet

REMEMBER_SECONDS: Final = 1.0
"""Pause after the last change before it is kept."""


class OrderedRows(LiveRows):
    """What `LeadsScreen` is built on, with an order."""

    def __init__(self) -> None:
        super().__init__()
        self.sort = Sort.SCORE
        self._known = False
        """Whether what was remembered has been looked at."""
        self._aim: int | None = None
        """The row gone to, until its page has come."""

    def restart(self, *, keep: bool = False) -> None:
        """Load the order anew; with `keep` the cursor stays on its lead where that can be found."""
        raise NotImplementedError

    @property
    def view_id(self) -> int | None:
        """The saved view that the list shows."""
        return None

    @property
    def begun(self) -> bool:
        """Whether there has been a list."""
        return self._known

    # --- the order --------------------------------------------------------------------------------------

    def action_sort(self) -> None:
        """`s`"""
        self.app.push_screen(SortSheet(self.sort), self._sorted)

    def _sorted(self, chosen: Sort | None) -> None:
        if chosen is not None and chosen is not self.sort:
            self.sort = chosen
            self.restart(keep=True)
            self.remember_soon()

    def index_of(self, ctx: Ctx, left: Left) -> int:
        """The row to begin at among the ordered ones: where the lead stands now, else where it stood.

        Runs in a thread."""
        if left.lead_id is None:
            return left.index
        try:
            place = leads.place(ctx, left.lead_id, left.filter, self.scope, left.sort)
        except LeadtuiError:
            place = None
        return left.index if place is None else place - 1

    # --- places -----------------------------------------------------------------------------------------

    @property
    def anchored(self) -> bool:
        """Whether a place behind what was counted can be gone to: the whole queue by score is numbered."""
        return self.sort is Sort.SCORE and self.filter.empty and self.scope is Scope.QUEUE

    def action_go_to(self) -> None:
        """`:`"""
        rows, total = self.rows, self.total
        if total is None or not rows.count:
            return
        n = rows.count - rows.due_count
        reach = n if self.anchored or not rows.capped else min(n, total.n)
        self.app.push_screen(GoToSheet(self.sort, n, capped=rows.capped, reach=reach), self._gone_to)

    def _gone_to(self, chosen: int | str | None) -> None:
        if isinstance(chosen, int):
            self._aim = self.rows.due_count + chosen - 1
            self.rows.move_to(self._aim)
        elif chosen is not None:
            self.load(
                "place", leads.place_of_name, chosen, self.filter, self.scope,
                then=self._named,
            )  # fmt: skip

    def _named(self, place: int | None) -> None:
        if place is None:
            self.desk.say(_("That lies behind the places counted here; a search narrows the list."))
        else:
            self.rows.move_to(self.rows.due_count + place - 1)

    def aimed(self) -> None:
        """A page has come: say so where the list ends before the place gone to."""
        if self._aim is not None and self.rows.row is not None:
            if self._aim >= self.rows.count:
                self.desk.say(_("The list ends before that place."))
            self._aim = None

    # --- what is remembered -----------------------------------------------------------------------------

    def recall(self, ctx: Ctx) -> Left | None:
        """How this user left the list; None once it has been looked at. Runs in a thread."""
        if self._known:
            return None
        try:
            return read(auth.preferences(ctx).get(PREFERENCE))
        except LeadtuiError:
            return None  # a list as at first is better than none

    def left(self) -> Left:
        """How the list stands."""
        row = self.rows.row
        index = max(0, self.rows.cursor - self.rows.due_count)
        return Left(self.filter, self.sort, None if row is None else row.id, index, self.view_id)

    def remember_soon(self) -> None:
        """Something is other than it was."""
        if self._known:
            self.later("remember", REMEMBER_SECONDS, self._remember)

    def _remember(self) -> None:
        if self.rows.row is None and self.rows.count:
            self.remember_soon()  # its page is on the way
        elif self.desk.actor is not None:
            self.desk.remember(PREFERENCE, written(self.left()))
