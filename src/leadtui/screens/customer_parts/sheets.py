"""The sheets over the customer view: the whole history with the profile, and every reason of the score."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widget import Widget

from leadtui.commands import key_of
from leadtui.core.calls.dto import MyCall
from leadtui.core.leads.dto import Lead
from leadtui.formats import moment, number
from leadtui.i18n import _, ngettext
from leadtui.text import clean
from leadtui.widgets.heading import Heading
from leadtui.widgets.notice import Notice
from leadtui.widgets.profile import (
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


class Sheet(ModalScreen[None]):
    """A page over the page: scrolls, and goes with the key that brought it, or `esc`."""

    CSS_PATH = "sheets.tcss"
    COMMAND: ClassVar[str] = ""
    """The command that brought it; its key, whichever the user has given it, takes the sheet away too."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "dismiss", show=False),
        Binding("j,down", "scroll(1)", show=False),
        Binding("k,up", "scroll(-1)", show=False),
        Binding("pagedown,space", "scroll_page(1)", show=False),
        Binding("pageup", "scroll_page(-1)", show=False),
        Binding("g,home", "scroll_to_end(-1)", show=False),
        Binding("G,end", "scroll_to_end(1)", show=False),
    ]

    def __init__(self, lead: Lead, *, zone: tzinfo, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.lead = lead
        self.zone = zone
        self.now = now

    def compose(self) -> ComposeResult:
        """The name as the heading, the content, how to leave."""
        with Vertical(id="sheet"):
            who = WhoLine()
            who.name_shown, who.about = shown_name(self.lead.row.name, self.lead.row.id), who_lines(self.lead)
            yield who
            with VerticalScroll(id="scroll", can_focus=False):
                yield from self.content()
            yield Heading("", f"{key_of(self.COMMAND)} / esc  {_('back')}", classes="foot")

    def content(self) -> ComposeResult:
        """What the sheet shows."""
        yield from ()

    @property
    def scrolling(self) -> Widget:
        """What scrolls."""
        return self.query_one("#scroll")

    def action_scroll(self, step: int) -> None:
        """A line."""
        self.scrolling.scroll_relative(y=step, animate=False)

    def action_scroll_page(self, step: int) -> None:
        """A page."""
        self.scrolling.scroll_relative(y=step * max(1, self.scrolling.size.height - 1), animate=False)

    def action_scroll_to_end(self, step: int) -> None:
        """An end."""
        if step > 0:
            self.scrolling.scroll_end(animate=False)
        else:
            self.scrolling.scroll_home(animate=False)


class HistorySheet(Sheet):
    """`h`: every call with its whole note, what speaks for calling, and the whole profile."""

    COMMAND = "history"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("h", "dismiss", show=False, id="history"),
        Binding("e", "correct", show=False),
        Binding("tab", "next_mine(1)", show=False),
        Binding("shift+tab", "next_mine(-1)", show=False),
    ]

    def __init__(
        self,
        lead: Lead,
        *,
        zone: tzinfo,
        now: Callable[[], datetime],
        corrected: Callable[[], object] = bool,
    ) -> None:
        super().__init__(lead, zone=zone, now=now)
        self._corrected_then = corrected
        self._mine: tuple[MyCall, ...] = ()

    def content(self) -> ComposeResult:
        """History first: that is what was asked for."""
        lead, total = self.lead, self.lead.calls_total
        yield Heading(_("History"), ngettext("{n} call", "{n} calls", total).format(n=number(total)))
        told = sorted((*lead.calls, *lead.undone), key=lambda call: call.at, reverse=True)
        more = total - len(lead.calls)
        yield Timeline(told, len(told) + more, zone=self.zone, now=self.now, full=True)
        yield Heading(_("Calling"), classes="spaced")
        facts = FactLines()
        facts.facts = call_facts(lead, self.now(), self.zone, None)
        yield facts
        yield Heading(_("Profile and balance"), classes="spaced")
        yield Entries(profile_entries(lead))

    def know_mine(self, calls: tuple[MyCall, ...]) -> None:
        """My calls of today have come: those of this customer can be corrected."""
        if not self.is_attached:
            return
        shown = [call.id for call in self.lead.calls]
        self._mine = tuple(call for call in calls if call.id in shown)
        if self._mine:
            self.timeline.mine = frozenset(call.id for call in self._mine)
            self.timeline.at = self._mine[0].id
            tab = f" · tab {_('another one')}" if len(self._mine) > 1 else ""
            foot = self.query_one(".foot", Heading)
            foot.fact = f"e {_('correct')}{tab} · {foot.fact}"

    @property
    def timeline(self) -> Timeline:
        """The calls."""
        return self.query_one(Timeline)

    def action_next_mine(self, step: int) -> None:
        """`tab`: another one of mine."""
        if self._mine:
            places = [call.id for call in self._mine]
            at = self.timeline.at
            here = places.index(at) if at in places else 0
            self.timeline.at = places[(here + step) % len(places)]

    def action_correct(self) -> None:
        """`e`: a call of mine of today, put right."""
        from leadtui.screens.correct import CorrectSheet

        found = next((call for call in self._mine if call.id == self.timeline.at), None)
        if found is None:
            self.notify(_("Only your own calls of today can be corrected; here is none."))
            return
        self.app.push_screen(CorrectSheet(found), self._was_corrected)

    def _was_corrected(self, done: bool | None) -> None:
        if done:
            self.dismiss()
            self._corrected_then()


class ReasonsSheet(Sheet):
    """`w`: the whole account, which model made it and when, and what it is not."""

    COMMAND = "reasons"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("w", "dismiss", show=False, id="reasons")]

    def content(self) -> ComposeResult:
        """The account and its provenance."""
        lead, card = self.lead, self.lead.score
        account = ScoreAccount()
        account.card, account.facts, account.historical = card, lead.row.facts, lead.row.historical
        account.place, account.of = lead.place, lead.queue_size
        yield account
        said = Notice(indent=0, classes="spaced")
        if card is not None:
            at = moment(card.scored_at, self.zone, now=self.now())
            made = _("Model {name} (no. {id}), {time}.").format(
                name=clean(card.model_name), id=card.model_id, time=at
            )
            said.say("", f"{made} {_('It ranks calls; it says nothing about credit.')}")
        yield said
