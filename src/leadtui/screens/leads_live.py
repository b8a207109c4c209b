"""How the leads screen follows what others do: rows are marked in place, the order waits for `R`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from textual import getters, on
from textual.timer import Timer

from leadtui.core.ctx import Ctx
from leadtui.core.errors import NotFound
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import Count, Lead, LeadFilter, LeadState, QueueSummary, Scope
from leadtui.i18n import _
from leadtui.messages import CallChanged, Changed, Resync, Saved
from leadtui.screens.base import BaseScreen
from leadtui.text import clean
from leadtui.widgets.lead_list import LeadList
from leadtui.widgets.lead_preview import LeadPreview
from leadtui.wording import state_word

EVENTS_SECONDS: Final = 0.3
"""Changes of others are gathered for so long, then looked up together."""
COUNT_SECONDS: Final = 2.0
AT_ONCE: Final = 60
"""Changed leads looked up in one go; a floor of 500 agents changes hundreds a second."""


class LiveRows(BaseScreen):
    """What `LeadsScreen` is built on."""

    rows = getters.query_one(LeadList)
    preview = getters.query_one(LeadPreview)

    def __init__(self) -> None:
        super().__init__()
        self.filter = LeadFilter()
        self.summary: QueueSummary | None = None
        self.total: Count | None = None
        self.people: dict[int, str] = {}
        self._pending: dict[str, Timer] = {}
        self._dirty: set[int] = set()
        self._reordered = False

    @property
    def scope(self) -> Scope:
        """Which leads the list shows."""
        raise NotImplementedError

    def know_people(self, people: dict[int, str]) -> None:
        """Names of colleagues, for marks."""
        self.people = people

    def say_count(self) -> None:
        """Show how many there are."""

    def load_day(self) -> None:
        """Load the day's figures where they are shown."""

    @on(Changed)
    def _changed(self, event: Changed) -> None:
        if event.kind == "lead" and self.rows.mark(event.ident, ""):
            self._dirty.add(event.ident)
            self.later("events", EVENTS_SECONDS, self._look_up, restart=False)
        elif event.kind in ("run", "model"):
            self._reordered = True
        if event.kind in ("lead", "run") and self.is_current:
            self.later("count", COUNT_SECONDS, self._recount, restart=False)
        if event.kind in ("task", "lead") and self.has_class("-day") and self.is_current:
            self.later("day", 1.0, self.load_day, restart=False)

    def _look_up(self) -> None:
        wanted, self._dirty = tuple(self._dirty)[:AT_ONCE], set(tuple(self._dirty)[AT_ONCE:])

        def look(ctx: Ctx) -> list[tuple[int, Lead | None]]:
            found: list[tuple[int, Lead | None]] = []
            for ident in wanted:
                try:
                    found.append((ident, leads.preview(ctx, ident)))
                except NotFound:
                    found.append((ident, None))
            return found

        self.load("events", look, then=self._looked_up, failed=lambda _error: None)
        if self._dirty:
            self.later("events", EVENTS_SECONDS, self._look_up, restart=False)

    def _looked_up(self, found: list[tuple[int, Lead | None]]) -> None:
        for ident, lead in found:
            if lead is None:
                self.rows.mark(ident, _("has left the queue"))
                continue
            self.rows.update_row(lead.row)
            self.rows.mark(ident, self._mark_of(lead))
            if self.preview.lead_id == ident:
                self.preview.show(lead)

    def _mark_of(self, lead: Lead) -> str:
        """What has happened to it since the list was loaded, in ≤ 28 cells."""
        me = self.desk.actor.user_id
        if lead.row.claimed_by is not None:
            if lead.row.claimed_by == me:
                return _("on the phone with you")
            name = clean(lead.claimed_by_name) or self.people.get(lead.row.claimed_by, "")
            return _("taken by {name}").format(name=name.split(" ")[0] or "–")
        if self.scope is Scope.ALL or lead.callable:
            return ""
        return state_word(lead.row.state) if lead.row.state is not LeadState.PENDING else _("resting")

    def _recount(self) -> None:
        def again(ctx: Ctx, wanted: LeadFilter, scope: Scope) -> tuple[QueueSummary, Count]:
            return leads.summary(ctx), leads.count(ctx, wanted, scope)

        self.load("count", again, self.filter, self.scope, then=self._recounted, failed=lambda _error: None)

    def _recounted(self, got: tuple[QueueSummary, Count]) -> None:
        self.summary, self.total = got
        self.say_count()

    @on(Resync)
    def _resync(self) -> None:
        self.rows.retry()
        self._recount()
        self.load("people", leads.people, then=self.know_people, failed=lambda _error: None)

    @on(Saved)
    def _saved(self, event: Saved) -> None:
        self.rows.mark(event.logged.lead_id, _("logged"))

    @on(CallChanged)
    def _call_changed(self) -> None:
        if self.is_current:
            self.refresh_frame()

    def later(self, name: str, seconds: float, work: Callable[[], object], *, restart: bool = True) -> None:
        """Run `work` once, `seconds` from now; asked for again before, it starts counting anew (or, without
        `restart`, just runs once)."""
        timer = self._pending.get(name)
        if timer is not None:
            if not restart:
                return
            timer.stop()

        def due() -> None:
            self._pending.pop(name, None)
            work()

        self._pending[name] = self.set_timer(seconds, due)
