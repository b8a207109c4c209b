"""`i`: find a customer who calls in, in any state, and log that call. Opens over whatever is there."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from textual import events, getters, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

from leadtui.commands import Where, bindings
from leadtui.core.ctx import Ctx
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import Count, LeadFilter, LeadPage, LeadRow, Scope
from leadtui.formats import count, number
from leadtui.i18n import _
from leadtui.messages import Changed, Resync
from leadtui.screens.base import BaseScreen
from leadtui.widgets.heading import Heading
from leadtui.widgets.lead_list import LeadList
from leadtui.widgets.lookup_list import LookupList

SEARCH_SECONDS: Final = 0.08
EVENTS_SECONDS: Final = 0.3
MAX_LENGTH: Final = 80


class LookupInput(Input):
    """What is looked for; `⏎` and `↓` go to who was found."""

    class Left(Message):
        """The keys go to the list."""

    def on_key(self, event: events.Key) -> None:
        """Leave the field without losing what it says."""
        if event.key in ("enter", "down"):
            event.stop()
            event.prevent_default()
            self.post_message(self.Left())


class LookupScreen(BaseScreen):
    """One field and who matches it. Nothing is taken and nothing audited until a customer is opened."""

    WHERE = Where.LOOKUP
    CSS_PATH = "lookup.tcss"
    BINDINGS = bindings(Where.LOOKUP)
    AUTO_FOCUS = "LookupInput"

    rows = getters.query_one(LookupList)
    field = getters.query_one(LookupInput)

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self._text = text[:MAX_LENGTH]
        self._timer: Timer | None = None
        self._dirty: set[int] = set()
        self._wanted = 0
        self._shown: str | None = None
        """What the list answers to; None before its first answer."""

    # --- what is on it ----------------------------------------------------------------------------------

    def body(self) -> ComposeResult:
        """The field, and below it who was found."""
        with Vertical(id="lookup"):
            yield Heading(_("find a customer"), id="head")
            with Horizontal(id="ask"):
                yield Static("/", id="slash")
                yield LookupInput(
                    self._text, compact=True, max_length=MAX_LENGTH, placeholder=self._searches()
                )
            yield LookupList()

    @staticmethod
    def _searches() -> str:
        return _("name, phone, last four digits, e-mail or number of the customer")

    def on_mount(self) -> None:
        """Colleagues' names; what was typed before is looked for at once."""
        desk = self.desk
        self.rows.set_me(desk.actor.user_id)
        self.rows.set_time(desk.now(), desk.zone)
        self.load("people", leads.people, then=self.rows.know, failed=lambda _error: None)
        self._look()

    def on_resize(self) -> None:
        """Little room: no blank lines."""
        self.set_class(self.size.height < 30, "-dense")

    def relabel(self) -> None:
        """Another language."""
        self.query_one("#head", Heading).label = _("find a customer")
        self.field.placeholder = self._searches()

    def fact(self) -> str:
        """`1 / 3`."""
        rows = self.rows
        return f"{number(rows.cursor + 1)} / {count(rows.count, rows.capped)}" if rows.count else ""

    def hidden_keys(self) -> tuple[str, ...]:
        """Its own key: this is where it leads."""
        return ("lookup",)

    def off_keys(self) -> dict[str, str]:
        """Keys that would do nothing now, and why."""
        nobody = _("Nobody is chosen yet: type a name or a number.")
        if self.is_mounted and self.rows.row is not None:
            if self._shown == self.wanted.search:
                return {}
            nobody = _("Still looking for what you typed.")  # who stands there is not who is meant
        return dict.fromkeys(("select", "incoming"), nobody)

    # --- looking ----------------------------------------------------------------------------------------

    @property
    def wanted(self) -> LeadFilter:
        """What is looked for."""
        return LeadFilter(search=self.field.value.strip())

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(SEARCH_SECONDS, self._look)

    def _look(self) -> None:
        self._timer = None
        wanted = self.wanted

        def begin(ctx: Ctx, wanted: LeadFilter) -> Count:
            return leads.count(ctx, wanted, Scope.LOOKUP)

        self.load("begin", begin, wanted, then=lambda total: self._begin(wanted, total))

    def _begin(self, wanted: LeadFilter, total: Count) -> None:
        self._dirty.clear()
        self._shown = wanted.search
        self.rows.reset(total, empty=self._empty_words(wanted.search))
        found = _("{n} found").format(n=count(total.n, total.capped)) if wanted.search else ""
        self.query_one("#head", Heading).fact = found
        if not total.n and self.rows.has_focus:
            self.field.focus()
        self.refresh_frame()

    def _empty_words(self, text: str) -> str:
        if len(text) < 2:
            return _("Type at least two letters of the name, or four digits of the number.")
        if text.replace(" ", "").isdigit() and len(text) < 4:
            return _("At least four digits of the number.")
        return _("No customer of your team matches.")

    @on(LeadList.PageWanted)
    def _page_wanted(self, event: LeadList.PageWanted) -> None:
        event.stop()
        asked = event.request_no
        query = replace(event.query, filter=self.wanted, scope=Scope.LOOKUP)
        self._wanted = (self._wanted + 1) % 16

        def came(page: LeadPage) -> None:
            if self.rows.show_page(asked, page):
                self.refresh_frame()

        def failed(error: Exception) -> None:
            self.rows.page_failed(asked)
            self.desk.present(error, self)

        self.load(f"page {self._wanted}", leads.page, query, then=came, failed=failed)

    @on(LeadList.RowHighlighted)
    def _highlighted(self, event: LeadList.RowHighlighted) -> None:
        event.stop()
        self.refresh_fact()

    @on(LookupInput.Left)
    def _left(self, event: LookupInput.Left) -> None:
        event.stop()
        # what is typed next is a key, also before the answer has come; without anybody it goes back
        if self.rows.count or self._shown != self.wanted.search:
            self.rows.focus()

    # --- what others do ---------------------------------------------------------------------------------

    @on(Changed)
    def _changed(self, event: Changed) -> None:
        if event.kind == "lead" and self.rows.shown(event.ident) is not None:
            self._dirty.add(event.ident)
            self.set_timer(EVENTS_SECONDS, self._look_up)

    def _look_up(self) -> None:
        """Whoever changed stands as they are now, in their place."""
        wanted, self._dirty = tuple(self._dirty), set()
        if wanted:
            self.load("events", leads.refreshed, wanted, then=self._looked_up, failed=lambda _error: None)

    def _looked_up(self, found: tuple[LeadRow, ...]) -> None:
        for row in found:
            self.rows.update_row(row)

    @on(Resync)
    def _resync(self) -> None:
        self.rows.retry()

    # --- keys -------------------------------------------------------------------------------------------

    def action_search(self) -> None:
        """`/`"""
        self.field.focus()

    @on(LeadList.RowSelected)
    def _selected(self, event: LeadList.RowSelected) -> None:
        event.stop()
        self.desk.open_customer(event.row.id, self)

    def action_select(self) -> None:
        """`⏎` where the list has no focus."""
        self.rows.action_select()

    def action_incoming(self) -> None:
        """`c`: they are on the line now."""
        row = self.rows.row
        if row is not None:
            self.desk.take_incoming(row.id)

    def action_back(self) -> None:
        """`esc`: from the list to the field, from the field back to where one was."""
        if self.focused is self.rows:
            self.field.focus()
        else:
            self.dismiss()

    def neighbour(self, lead_id: int, step: int) -> int | None:
        """The next or previous of who was found, for `[ ]` on the customer screen."""
        row = self.rows.row
        if row is None or row.id != lead_id:
            return None
        found = self.rows.row_at(self.rows.cursor + step)
        if found is not None:
            self.rows.move_to(self.rows.cursor + step)
        return found.id if found is not None else None
