"""The ranked list: due callbacks on top, search as you type, filters, and who is under the cursor."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final, NamedTuple

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from leadtui.commands import Where, bindings, key_of
from leadtui.core.auth.permissions import Permission
from leadtui.core.ctx import Ctx
from leadtui.core.errors import NotFound
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import (
    Count,
    Lead,
    LeadPage,
    LeadRow,
    PageQuery,
    QueueSummary,
    Scope,
)
from leadtui.core.leads.query_language import overlay
from leadtui.formats import clock_zone, count, moment, number
from leadtui.i18n import _
from leadtui.screens.leads_memory import Left
from leadtui.screens.leads_views import ViewedRows
from leadtui.screens.leads_words import count_words, empty_words
from leadtui.text import clean
from leadtui.widgets.day_column import DayColumn
from leadtui.widgets.filter_bar import FilterBar
from leadtui.widgets.lead_list import LeadList
from leadtui.widgets.lead_preview import LeadPreview

PREVIEW_SECONDS: Final = 0.12
"""Pause on a row before its details are loaded: who runs through the list loads nobody."""
PREVIEW_FROM: Final = 118
DAY_FROM: Final = 175


class Begun(NamedTuple):
    """What a list begins with."""

    left: Left
    """The filter and order that were asked for."""
    summary: QueueSummary
    total: Count
    due: tuple[LeadRow, ...]
    at: int
    """The row to begin at."""


class LeadsScreen(ViewedRows):
    """The agent's queue; for managers and admins every lead of their scope."""

    WHERE = Where.LIST
    CSS_PATH = "leads.tcss"
    BINDINGS = bindings(Where.LIST)
    AUTO_FOCUS = "LeadList"

    day = getters.query_one(DayColumn)

    def __init__(self) -> None:
        super().__init__()
        self._reminded: set[int] = set()
        self._wanted = 0

    @property
    def scope(self) -> Scope:
        """Agents see what they may call now; who may read all states does."""
        return Scope.ALL if self.desk.may(Permission.LEADS_LIST_ALL) else Scope.QUEUE

    # --- what is on it ----------------------------------------------------------------------------------

    def body(self) -> ComposeResult:
        """Search line and list, the preview, the day."""
        desk = self.desk
        with Horizontal(id="main"):
            with Vertical(id="left"):
                yield FilterBar()
                yield LeadList()
            yield LeadPreview(zone=desk.zone, now=desk.now, me=desk.actor.user_id if desk.actor else 0)
            yield DayColumn(zone=desk.zone, now=desk.now)

    def on_mount(self) -> None:
        """Everything is asked for at once; the list first."""
        desk = self.desk
        self.rows.set_me(desk.actor.user_id)
        self.rows.set_time(desk.now(), desk.zone)
        self.restart()
        self.load("people", leads.people, then=self.know_people)
        self.set_interval(30.0, self._minute, name="minute")

    def on_resize(self) -> None:
        """Wide enough for more?"""
        self.set_class(self.size.width >= PREVIEW_FROM, "-preview")
        self.set_class(self.size.width >= DAY_FROM, "-day")
        self.set_class(self.short, "-dense")
        self.preview.set_class(self.size.width >= DAY_FROM, "-big")
        self.preview.query("ScoreAccount").set_class(self.size.height < 34, "-dense")
        self.later("preview", PREVIEW_SECONDS, self._load_preview)
        if self.has_class("-day"):
            self.load_day()

    def fact(self) -> str:
        """`1 / 39`."""
        if self.total is None or not self.rows.count:
            return ""
        return f"{number(self.rows.cursor + 1)} / {count(self.rows.count, self.rows.capped)}"

    def off_keys(self) -> dict[str, str]:
        """Keys that would do nothing now, and why."""
        off: dict[str, str] = {}
        if not self.is_mounted or self.rows.row is None:
            nobody = _("There is nobody in this list.")
            off = dict.fromkeys(("call_row", "copy_phone", "add_task", "tags"), nobody)
            if not self.filter.search:
                off["select"] = nobody
        elif self.looking:
            # who stands there is not who was typed
            off = dict.fromkeys(("select", "call_row", "add_task"), _("Still looking for what you typed."))
        return off

    def facts(self) -> tuple[str, ...]:
        """What the help page says on demand: model and age of the scores."""
        summary = self.summary
        if summary is None:
            return ()
        waiting = count(summary.unscored.n, summary.unscored.capped)
        told = _("{n} scored, {m} not").format(n=number(summary.scored), m=waiting)
        if summary.model_name is None:
            return (_("No model is deployed."), told)
        at = moment(summary.scored_at, self.desk.zone, now=self.desk.now())
        return (
            _("Model {name} (no. {id}), scores of {time}").format(
                name=clean(summary.model_name), id=summary.model_id, time=at
            ),
            told,
        )

    def relabel(self) -> None:
        """Another language."""
        self.bar.relabel()
        self.entitle()
        self.preview.relabel()
        self.day.relabel()
        self.mark_again()
        self.say_count()

    # --- loading ----------------------------------------------------------------------------------------

    def restart(self, *, keep: bool = False) -> None:
        """Load the order anew with the filter as it is; with `keep` the cursor stays on its lead where that
        can be found. The first time the list opens as its user left it."""
        self._reordered = False
        self._dirty.clear()
        self._as_listed.clear()
        self._aim = None
        now = self.left() if keep else Left(self.filter, self.sort)

        def begin(ctx: Ctx, scope: Scope) -> Begun:
            left = now
            if (was := self.recall(ctx)) is not None:  # what was typed meanwhile counts
                left = replace(was, filter=overlay(was.filter, now.filter))
            summary = leads.summary(ctx)
            due = leads.due(ctx, left.filter) if scope is Scope.QUEUE else ()
            total = leads.count(ctx, left.filter, scope)
            at = next((n for n, row in enumerate(due) if row.id == left.lead_id), None)
            if at is None:
                at = len(due) + self.index_of(ctx, left) if left.lead_id is not None else 0
            return Begun(left, summary, total, due, at)

        self.load("begin", begin, self.scope, then=self._begin)

    def _begin(self, begun: Begun) -> None:
        if not self._known:
            self._known = True
            self.filter, self.sort = begun.left.filter, begun.left.sort
            self.base = replace(self.filter, search="")
            self.recall_view(begun.left.view_id)
        summary, total = begun.summary, begun.total
        self._listed = self._box
        self.summary, self.total = summary, total
        self._reminded |= {row.id for row in begun.due}
        estimate = summary.scored + summary.unscored.n if self.filter.empty else None
        # behind what was counted only the anchors know the way
        near = self.anchored or begun.at < len(begun.due) + total.n
        self.rows.reset(
            total, due=begun.due, estimate=estimate, cursor=begun.at if near else 0, sort=self.sort,
            anchored=self.anchored,
            empty=empty_words(self.filter, summary, self.scope, self.desk.zone, self.desk.may),
        )  # fmt: skip
        self.say_count()
        if self._further and self.is_current:
            self._look_further()

    @on(LeadList.PageWanted)
    def _page_wanted(self, event: LeadList.PageWanted) -> None:
        event.stop()
        asked = event.request_no
        query: PageQuery = replace(event.query, filter=self.filter, scope=self.scope, sort=self.sort)
        # the list has at most three on the way; a slot is free again long before it comes round
        self._wanted = (self._wanted + 1) % 16
        self.load(
            f"page {self._wanted}", leads.page, query,
            then=lambda page: self._page_came(asked, page),
            failed=lambda error: self._page_failed(asked, error),
        )  # fmt: skip

    def _page_came(self, asked: int, page: LeadPage) -> None:
        if self.rows.show_page(asked, page):
            self.aimed()
            self.refresh_frame()

    def _page_failed(self, asked: int, error: Exception) -> None:
        self.rows.page_failed(asked)
        self.desk.present(error, self)

    def say_count(self) -> None:
        if self.total is None:
            return
        told, late = count_words(
            self.total, self.summary, self.scope, self.filter, self.desk.zone, reordered=self._reordered
        )
        self.bar.show(self.all_chips(), told, late=late)
        self.refresh_frame()

    def _minute(self) -> None:
        """Half a minute has passed: times in words move on, and callbacks become due."""
        self.rows.set_time(self.desk.now(), self.desk.zone)
        if self.is_current and self.scope is Scope.QUEUE:
            self.load("due", leads.due, then=self._remind, failed=lambda _error: None)

    def _remind(self, due: tuple[LeadRow, ...]) -> None:
        soon = self.desk.now() + timedelta(minutes=1)
        for row in due:
            if row.id not in self._reminded and row.callback_at is not None and row.callback_at <= soon:
                self._reminded.add(row.id)
                self._reordered = True
                who = clean(row.name) or f"#{row.id}"
                at = clock_zone(row.callback_at, self.desk.zone)
                told = _("Callback due: {name}, {time}. {key} takes it.")
                self.desk.say(told.format(name=who, time=at, key=key_of("next")))
        self.say_count()

    # --- the preview and the day ------------------------------------------------------------------------

    @on(LeadList.RowHighlighted)
    def _highlighted(self, event: LeadList.RowHighlighted) -> None:
        event.stop()
        self.refresh_fact()
        self.remember_soon()
        if self.has_class("-preview"):
            if event.row is None or event.row.id != self.preview.lead_id:
                self.preview.show_row(event.row)
            self.later("preview", PREVIEW_SECONDS, self._load_preview)

    def _load_preview(self) -> None:
        row = self.rows.row
        if row is not None and self.has_class("-preview"):
            if self.preview.lead_id != row.id:
                self.preview.show_row(row)
            self.load(
                "preview", leads.preview, row.id, self.filter, self.sort,
                then=self.preview.show, failed=self._no_preview,
            )  # fmt: skip

    def look_again(self) -> None:
        """Somebody changed the lead beside the list."""
        self.later("preview", PREVIEW_SECONDS, self._load_preview)

    def _no_preview(self, error: Exception) -> None:
        if not isinstance(error, NotFound):  # it has left the queue; its mark says so
            self.desk.present(error, self)

    def load_day(self) -> None:
        from leadtui.core.performance import service as performance
        from leadtui.core.tasks import service as tasks

        if self.desk.may(Permission.PERFORMANCE_OWN):
            self.load("day", performance.today, then=self.day.show_counts, failed=lambda _error: None)
        if self.desk.may(Permission.TASKS_OWN):
            self.load("tasks", tasks.mine, then=self.day.show_tasks, failed=lambda _error: None)

    # --- keys on a row ----------------------------------------------------------------------------------

    @on(LeadList.RowSelected)
    def _selected(self, event: LeadList.RowSelected) -> None:
        event.stop()
        self.desk.open_customer(event.row.id, self)

    def action_select(self) -> None:
        """`⏎` where the list has no focus."""
        self.rows.action_select()

    def action_call_row(self) -> None:
        """`c`"""
        if self.rows.row is not None:
            self.desk.claim(self.rows.row.id)

    def action_refresh_order(self) -> None:
        """`R`"""
        self.restart()

    def action_add_task(self) -> None:
        """`t`"""
        if (row := self.rows.row) is not None:
            self.desk.add_task(row.id, clean(row.name))

    def action_copy_phone(self) -> None:
        """`y`"""
        row = self.rows.row
        if row is None:
            return
        if self.preview.lead is not None and self.preview.lead.row.id == row.id:
            self._copy(self.preview.lead)
        else:
            self.load("copy", leads.preview, row.id, self.filter, then=self._copy)

    def _copy(self, lead: Lead) -> None:
        self.desk.copy_phone(lead)

    def neighbour(self, lead_id: int, step: int) -> int | None:
        """The next or previous row of this list, for `[ ]` on the customer screen."""
        row = self.rows.row
        if row is None or row.id != lead_id:
            return None
        found = self.rows.row_at(self.rows.cursor + step)
        if found is not None:
            self.rows.move_to(self.rows.cursor + step)
        return found.id if found is not None else None
