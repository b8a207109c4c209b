"""The customer view without the call: who is shown, what is loaded, and the keys that only look."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Final, cast
from zoneinfo import ZoneInfo

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import OpenCall, Product
from leadtui.core.calls.when import parse_when
from leadtui.core.errors import NotFound
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import Lead
from leadtui.formats import count, number
from leadtui.i18n import _, language
from leadtui.messages import Changed, Resync
from leadtui.screens.base import BaseScreen, Walk
from leadtui.screens.customer_parts import drafts
from leadtui.screens.customer_parts.following import Next, following, next_words
from leadtui.screens.customer_parts.sheets import HistorySheet, ReasonsSheet
from leadtui.text import clean
from leadtui.widgets.call_form import CallForm
from leadtui.widgets.customer_page import CustomerPage
from leadtui.widgets.next_up import NextUp
from leadtui.widgets.profile import shown_name

NARROW: Final = 110
ROOMY: Final = 150


class CustomerView(BaseScreen):
    """One customer, looked at. What the call adds is in `customer.CustomerScreen`."""

    page = getters.query_one(CustomerPage)
    form = getters.query_one(CallForm)
    next_up = getters.query_one(NextUp)

    def __init__(self, lead_id: int, walk: Walk | None = None) -> None:
        super().__init__()
        self.lead_id = lead_id
        self.walk = walk
        self.lead: Lead | None = None
        self._products: tuple[Product, ...] = ()
        self._after: Next | None = None

    # --- what the call adds ----------------------------------------------------------------------------

    def follow_call(self) -> None:
        """Put the form beside the open call."""

    def tick(self) -> None:
        """A second has passed."""

    def left_for_another(self) -> None:
        """Another customer is shown from now on."""

    def explain(self) -> None:
        """Say what can be done now."""

    def load_beside(self) -> None:
        """What is read with every customer, and never kept waiting for by them."""

    def forget_beside(self) -> None:
        """Another customer is shown: what was read beside the last one goes."""

    # --- what is on it ---------------------------------------------------------------------------------

    def body(self) -> ComposeResult:
        """Who and why on the left, what to log on the right, below it who follows."""
        desk = self.desk
        actor = desk.actor
        with Horizontal(id="main"):
            yield CustomerPage(zone=desk.zone, now=desk.now, me=actor.user_id)
            with Vertical(id="log"):
                yield CallForm(
                    zone=desk.zone, now=desk.now, parse_when=when, currency=actor.currency, id="form"
                )
                with Vertical(id="next"):
                    yield NextUp()

    def on_mount(self) -> None:
        """Load the customer, and once what can be sold."""
        self.form.readonly = not self.works
        self.set_class(not self.works, "-reading")
        self.follow_call()
        self.reload()
        if self.works:
            self.load("products", calls.products, then=self._know_products)
        self.set_interval(1.0, self.tick, name="call timer")

    def on_resize(self) -> None:
        """How much room there is."""
        wide = self.size.width
        short = self.short
        self.set_class(wide < NARROW, "-narrow")
        self.set_class(wide >= ROOMY, "-roomy")
        self.set_class(short, "-short")
        self.form.short = short
        self.page.resized(narrow=wide < NARROW, short=short, roomy=wide >= ROOMY)

    @property
    def works(self) -> bool:
        """Whether this role logs calls."""
        return self.desk.may("calls.work")

    @property
    def call(self) -> OpenCall | None:
        """The open call, where it is this customer's."""
        call: OpenCall | None = self.desk.open_call
        return call if call is not None and call.lead_id == self.lead_id else None

    def fact(self) -> str:
        """`1 / 39`."""
        lead, call = self.lead, self.call
        if lead is None:
            return ""
        # a customer on the phone stands in nobody's queue: the place is the one they were taken from
        place = lead.place or (call.place if call is not None else None)
        if place is None:
            return ""
        if lead.queue_size is None:
            return number(place)
        return f"{number(place)} / {count(max(lead.queue_size.n, place), lead.queue_size.capped)}"

    def relabel(self) -> None:
        """Another language."""
        self.page.zone = self.form.zone = self.desk.zone
        self.page.relabel()
        self.form.relabel()
        self._name_products()
        self._show_after()
        self.explain()

    # --- showing somebody ------------------------------------------------------------------------------

    def show(self, lead_id: int, walk: Walk | None = None) -> None:
        """Show another customer in this screen; without `walk` the list that `[ ]` walks stays."""
        self.walk = walk or self.walk
        self.lead_id, self.lead = lead_id, None
        # nobody reads the last customer's number off the next one's call
        self.page.add_class("-loading")
        self.left_for_another()
        self.forget_beside()
        self.follow_call()
        self.reload()

    def reload(self) -> None:
        """Load the customer anew, in place; what is typed is not touched."""
        # opening is audited, looking again in place is not another opening
        service = leads.get if self.lead is None else leads.preview
        self.load("lead", service, self.lead_id, then=self.show_lead, failed=self._no_lead)
        self.load_beside()
        if self.works:
            self._load_after()

    def show_lead(self, lead: Lead) -> None:
        """The customer has come."""
        if lead.row.id != self.lead_id:
            return
        self.lead = lead
        self.page.place = self.fact()
        self.page.lead = lead
        self.page.remove_class("-loading")
        if self.call is not None:
            self.desk.name_call(lead.row.id, shown_name(lead.row.name, lead.row.id))
        self.explain()
        self.refresh_frame()

    def _no_lead(self, error: Exception) -> None:
        if isinstance(error, NotFound) and self.lead is not None:
            self.desk.say(_("This customer has left your list."))
            return
        self.desk.present(error, self)
        if isinstance(error, NotFound) and self.call is None:
            self.leave()

    def _load_after(self) -> None:
        self.load(
            "after",
            following,
            self.lead_id,
            drafts.returned(self.app),
            None if self.desk.queue_view is None else self.desk.queue_view.filter,
            then=self._know_after,
            failed=lambda _error: None,
        )

    def _know_after(self, after: Next | None) -> None:
        self._after = after
        self._show_after()

    def _show_after(self) -> None:
        self.next_up.known = True
        self.next_up.following = next_words(self._after, self.desk.now(), self.desk.zone)

    def _know_products(self, products: tuple[Product, ...]) -> None:
        self._products = products
        self._name_products()

    def _name_products(self) -> None:
        self.form.show_products([(product.id, product.name(language())) for product in self._products])

    # --- what others do --------------------------------------------------------------------------------

    @on(Changed)
    def _changed(self, event: Changed) -> None:
        if event.kind == "lead" and event.ident == self.lead_id:
            self.reload()
        elif event.kind == "lead" and self._after is not None and event.ident == self._after.row.id:
            self._load_after()
        elif event.kind in ("run", "model"):
            self.set_timer(1.0, self.reload)

    @on(Resync)
    def _resync(self) -> None:
        self.reload()

    # --- keys that look ----------------------------------------------------------------------------------

    def action_walk(self, step: int) -> None:
        """`[ ]`"""
        found = self.walk.neighbour(self.lead_id, step) if self.walk is not None else None
        if found is None:
            self.desk.say(_("The list ends here."))
        else:
            self.show(found)

    def action_copy_phone(self) -> None:
        """`y`"""
        if self.lead is not None:
            self.desk.copy_phone(self.lead)

    def action_history(self) -> None:
        """`h`"""
        if self.lead is not None:
            self.app.push_screen(HistorySheet(self.lead, zone=self.desk.zone, now=self.desk.now))

    def action_reasons(self) -> None:
        """`w`"""
        if self.lead is not None:
            self.app.push_screen(ReasonsSheet(self.lead, zone=self.desk.zone, now=self.desk.now))

    def action_add_task(self) -> None:
        """`t`"""
        if self.lead is not None:
            self.desk.add_task(self.lead_id, clean(self.lead.row.name))

    def action_back(self) -> None:
        """`esc`: out of a field first, then back to the list."""
        if not self.form.leave_field():
            self.leave()

    def leave(self) -> None:
        """Back to the list."""
        if len(self.app.screen_stack) > 1 and self.is_current:
            self.app.pop_screen()

    def title_name(self) -> str:
        """The customer's name as it is shown."""
        return shown_name(self.lead.row.name if self.lead else None, self.lead_id)


def when(typed: str, now: datetime, zone: tzinfo) -> datetime:
    """`parse_when` as the form takes it; a desk's zone is a ZoneInfo."""
    return parse_when(typed, now, cast("ZoneInfo", zone))
