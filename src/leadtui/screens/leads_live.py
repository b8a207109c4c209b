"""How the leads screen follows what others do: rows are marked in place, the order waits for `R`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from textual import getters, on
from textual.timer import Timer

from leadtui.core.ctx import Ctx
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import Count, LeadFilter, LeadRow, LeadState, QueueSummary, Scope
from leadtui.formats import moment
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
        self._as_listed: dict[int, LeadRow] = {}
        """Leads that have changed, as the list was loaded."""
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
        if event.kind in ("lead", "run", "setting") and self.is_current:
            self.later("count", COUNT_SECONDS, self._recount, restart=False)
        if event.kind in ("task", "lead") and self.has_class("-day") and self.is_current:
            self.later("day", 1.0, self.load_day, restart=False)

    def mark_again(self) -> None:
        """Marks are sentences: in another language they are written anew."""
        if marked := self.rows.marked:
            self._dirty |= marked
            self.later("events", EVENTS_SECONDS, self._look_up, restart=False)

    def _look_up(self) -> None:
        wanted, self._dirty = tuple(self._dirty)[:AT_ONCE], set(tuple(self._dirty)[AT_ONCE:])

        self.load(
            "events", leads.refreshed, wanted,
            then=lambda found: self._looked_up(wanted, found), failed=lambda _error: None,
        )  # fmt: skip
        if self._dirty:
            self.later("events", EVENTS_SECONDS, self._look_up, restart=False)

    def _looked_up(self, wanted: tuple[int, ...], found: tuple[LeadRow, ...]) -> None:
        now = {row.id: row for row in found}
        for ident in wanted:
            row, shown = now.get(ident), self.rows.shown(ident)
            was = self._as_listed.setdefault(ident, shown) if shown is not None else None
            if row is None:
                self.rows.mark(ident, _("has left the queue"))
                continue
            self.rows.update_row(row)
            self.rows.mark(ident, self._mark_of(row, was))
            if self.preview.lead_id == ident:
                self.look_again()

    def look_again(self) -> None:
        """The lead beside the list is another than it was."""

    def _mark_of(self, row: LeadRow, was: LeadRow | None) -> str:
        """What has happened to it since the list was loaded, in ≤ 28 cells."""
        if row.claimed_by is not None:
            if row.claimed_by == self.desk.actor.user_id:
                return _("on the phone with you")
            name = clean(self.people.get(row.claimed_by, ""))
            return _("taken by {name}").format(name=name.split(" ")[0] or "–")
        if self.scope is Scope.ALL:
            return ""
        if row.owner_id not in (None, self.desk.actor.user_id):
            return _("has left the queue")
        if row.callback_at is not None and was is not None and row.callback_at != was.callback_at:
            at = moment(row.callback_at, self.desk.zone, now=self.desk.now())
            return _("promised {time}").format(time=at)
        if row.state is not LeadState.PENDING and (was is None or row.state is not was.state):
            return state_word(row.state)
        called = was is not None and row.attempts > was.attempts
        return _("resting") if called else ""

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

    def waits(self, name: str) -> bool:
        """Whether `later` has something of this name to do."""
        return name in self._pending

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
