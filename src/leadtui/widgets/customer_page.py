"""Who, why and what to say: the left side of the customer view. It shows a `Lead` and the guide for them; it
asks nobody anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from textual import getters
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.reactive import reactive

from leadtui.core.guide.dto import GuideFor
from leadtui.core.leads.dto import Lead
from leadtui.formats import due, number, overdue, phone
from leadtui.i18n import _, ngettext
from leadtui.text import MISSING
from leadtui.widgets.digits import BigDigits
from leadtui.widgets.guide import GuidePane
from leadtui.widgets.heading import Heading
from leadtui.widgets.profile import (
    AboutLine,
    Entries,
    FactLines,
    WhoLine,
    call_facts,
    profile_entries,
    shown_name,
    who_lines,
)
from leadtui.widgets.score_card import ScoreAccount
from leadtui.widgets.timeline import Timeline


class CustomerPage(Vertical):
    """Name and number on top; below, the score's account and what was said before, beside what to say now and
    what is known.

    Class `-narrow` (below 110 columns) stacks everything in one column, where the guide takes the place of
    the history and the profile while `-guiding` (the customer is on the phone); `-short` (below 30 lines)
    leaves blank lines and the intro of the account out. Without a guide: `-silent`.
    """

    DEFAULT_CSS = """
    CustomerPage { width: 1fr; height: 1fr; padding: 1 2 0 2; overflow: hidden; }
    CustomerPage #number { height: 3; margin: 1 0 2 0; }
    CustomerPage #phone { width: 42; }
    CustomerPage #facts { width: 1fr; height: 3; }
    CustomerPage #about, CustomerPage #marks { display: none; }
    CustomerPage #columns { height: 1fr; }
    CustomerPage #why { width: 1fr; height: 1fr; }
    CustomerPage #known { width: 1fr; height: 1fr; margin: 0 0 0 4; }
    CustomerPage #account { max-height: 75%; }
    CustomerPage #history { height: 1fr; margin: 1 0 0 0; }
    CustomerPage #guide { max-height: 80%; margin: 0 0 1 0; }
    CustomerPage.-silent #guide { display: none; }
    CustomerPage.-short #history, CustomerPage.-short #guide { margin: 0; }
    CustomerPage.-short { padding: 0 2; }
    CustomerPage.-short #number { margin: 0; }
    CustomerPage.-narrow #phone { width: 1fr; }
    CustomerPage.-narrow #facts { display: none; }
    CustomerPage.-narrow #about, CustomerPage.-narrow #marks { display: block; }
    CustomerPage.-narrow #columns { layout: vertical; }
    CustomerPage.-narrow #why { height: auto; margin: 1 0 0 0; }
    CustomerPage.-narrow #account { max-height: 100%; }
    CustomerPage.-narrow #history { height: auto; max-height: 100%; margin: 1 0 0 0; }
    CustomerPage.-narrow #known { margin: 1 0 0 0; }
    CustomerPage.-narrow #guide { display: none; max-height: 100%; }
    CustomerPage.-narrow.-guiding #guide { display: block; }
    CustomerPage.-narrow.-guiding #history { display: none; }
    CustomerPage.-narrow.-short.-guiding #known { margin: 0; }
    CustomerPage.-narrow.-guiding #facts-known { display: none; }
    CustomerPage.-roomy #why { max-width: 50; }
    """

    who = getters.query_one(WhoLine)
    timeline = getters.query_one("#timeline", Timeline)
    account = getters.query_one(ScoreAccount)
    pane = getters.query_one(GuidePane)

    lead: reactive[Lead | None] = reactive(None, init=False, always_update=True)
    """Whom to show; None while loading."""

    place: reactive[str] = reactive("", init=False)
    """`1 / 39`."""

    guide: reactive[GuideFor | None] = reactive(None, init=False)
    """What to say to them; None while loading, and where there is no guide."""

    def __init__(
        self, *, zone: tzinfo, now: Callable[[], datetime], me: int | None = None, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self.zone = zone
        self.me = me
        self._now = now

    def compose(self) -> ComposeResult:
        """Who, the number beside what speaks for calling, and the two columns."""
        yield WhoLine()
        with Horizontal(id="number"):
            yield BigDigits(id="phone")
            yield FactLines(id="facts", limit=3)
        yield AboutLine(id="about")
        yield FactLines(id="marks", limit=1)
        with Horizontal(id="columns"):
            with Vertical(id="why"):
                yield ScoreAccount(id="account")
                with Vertical(id="history"):
                    yield Heading(id="history-heading")
                    yield Timeline(zone=self.zone, now=self._now, id="timeline")
            with Vertical(id="known"):
                yield GuidePane(id="guide")
                with Vertical(id="facts-known"):
                    yield Heading(id="profile-heading")
                    yield Entries(id="profile")

    def on_mount(self) -> None:
        """Word the headings."""
        self.add_class("-silent")
        self.relabel()

    def resized(self, *, narrow: bool, short: bool, roomy: bool) -> None:
        """How much room there is."""
        self.set_class(narrow, "-narrow")
        self.set_class(short, "-short")
        self.set_class(roomy, "-roomy")
        self.account.set_class(narrow, "-compact")
        self.account.set_class(short and not narrow, "-dense")
        self.account.refresh(layout=True)
        self.pane.dense = short
        self.pane.wordy = roomy
        self.timeline.full = roomy
        self._show_who()

    def relabel(self) -> None:
        """Every word in the language in use."""
        self.query_one("#history-heading", Heading).label = _("History")
        self.query_one("#profile-heading", Heading).label = _("Profile and balance")
        self.pane.relabel()
        self._show()

    def watch_lead(self) -> None:
        """Show them."""
        self._show()

    def watch_guide(self) -> None:
        """Show it, or give its room away."""
        if self.is_mounted:
            self.pane.guide = self.guide
            self.set_class(self.guide is None, "-silent")

    def watch_place(self) -> None:
        """Show it."""
        self._show_who()

    def _show(self) -> None:
        lead = self.lead
        if not self.is_mounted or lead is None:
            return
        now = self._now()
        first = next((n for n in lead.phones if not n.bad), None)
        self.query_one("#phone", BigDigits).value = phone(first.e164) if first else MISSING
        facts = call_facts(lead, now, self.zone, self.me)
        self.query_one("#facts", FactLines).facts = facts
        # beside the name stands what is late already
        self.query_one("#marks", FactLines).facts = tuple(fact for fact in facts if fact.mark != "!")
        self.query_one("#about", AboutLine).about = who_lines(lead)
        self._show_who()
        account = self.account
        account.card, account.facts, account.historical = lead.score, lead.row.facts, lead.row.historical
        account.place, account.of = lead.place, lead.queue_size
        account.refresh(layout=True)
        total = lead.calls_total
        calls = ngettext("{n} call", "{n} calls", total).format(n=number(total))
        self.query_one("#history-heading", Heading).fact = calls if total else ""
        self.timeline.zone = self.zone
        self.timeline.show(lead.calls, total)
        self.query_one("#profile", Entries).entries = profile_entries(lead)

    def _show_who(self) -> None:
        lead = self.lead
        if not self.is_mounted or lead is None:
            return
        who = self.who
        narrow = self.has_class("-narrow")
        who.name_shown = shown_name(lead.row.name, lead.row.id)
        who.about = () if narrow else who_lines(lead)
        who.place = self.place
        callback, now = lead.row.callback_at, self._now()
        late = callback is not None and overdue(callback, now)
        who.alert = due(callback, now, short=True) if narrow and late and callback is not None else ""
        if narrow and lead.do_not_call:
            who.alert = _("do not call")
