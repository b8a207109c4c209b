"""The pane beside the list: who, the number, why this score, what was said before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from leadtui.commands import key_of
from leadtui.core.leads.dto import Lead, LeadRow
from leadtui.formats import number, phone
from leadtui.i18n import _
from leadtui.text import MISSING, clean, cut, width
from leadtui.themes import palette
from leadtui.widgets.digits import BigDigits
from leadtui.widgets.heading import Heading
from leadtui.widgets.line import Line
from leadtui.widgets.profile import FactLines, call_facts, first_that_fits, shown_name, who_lines
from leadtui.widgets.score_card import ScoreAccount
from leadtui.widgets.timeline import Timeline


class PreviewHead(Widget):
    """Name and number in the list, who that is, and the phone: four lines, five with the big digits."""

    DEFAULT_CSS = """
    PreviewHead { height: 4; width: 1fr; }
    """

    name_shown: reactive[str] = reactive("")
    ident: reactive[str] = reactive("")
    about: reactive[tuple[str, ...]] = reactive(())
    """Longest first."""
    phone: reactive[str] = reactive("")
    phone_beside: reactive[bool] = reactive(False)
    """Whether the phone stands below in big digits: then not here."""

    def render_line(self, y: int) -> Strip:
        """One of its lines."""
        colors, cells = palette(self.app), self.size.width
        line = Line(cells, self.rich_style)
        if y == 0:
            ident = clean(self.ident)
            line.put(
                0, cut(clean(self.name_shown), cells - width(ident) - 2), colors.style("strong", bold=True)
            )
            line.right(cells, ident, colors.style("muted"))
        elif y == 1:
            line.put(0, first_that_fits(self.about, cells, cut_first=True), colors.style("muted"))
        elif y == 3 and self.phone and not self.phone_beside:
            line.put(0, clean(self.phone), colors.style("accent", bold=True))
            if self.phone != MISSING:
                line.right(cells, f"{key_of('copy_phone')} {_('copy')}", colors.style("muted"))
        return line.strip()


class LeadPreview(Vertical):
    """Filled in two steps: the row at once, the rest when it has been loaded."""

    DEFAULT_CSS = """
    LeadPreview { width: 43; height: 1fr; padding: 0 1 0 2; border-left: solid $rule; overflow: hidden; }
    LeadPreview > .gap { height: 1; }
    LeadPreview > BigDigits { display: none; }
    LeadPreview.-big > BigDigits { display: block; }
    LeadPreview.-big > PreviewHead { height: 3; }
    LeadPreview.-waiting > ScoreAccount, LeadPreview.-waiting > Timeline, LeadPreview.-waiting > Heading,
    LeadPreview.-waiting > FactLines, LeadPreview.-waiting > BigDigits { visibility: hidden; }
    LeadPreview > ScoreAccount { margin: 1 0; }
    """

    lead_id: int | None = None
    """Whom the pane shows, loaded or not."""

    def __init__(
        self, *, zone: tzinfo, now: Callable[[], datetime], me: int | None, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self.zone, self._now, self._me = zone, now, me
        self.lead: Lead | None = None

    def compose(self) -> ComposeResult:
        """Head, number, facts, score, history."""
        yield PreviewHead()
        yield BigDigits()
        yield FactLines(limit=3)
        yield ScoreAccount()
        yield Heading(_("history"))
        yield Timeline(zone=self.zone, now=self._now)

    def show_row(self, row: LeadRow | None) -> None:
        """Who is under the cursor; the rest waits for `show`."""
        self.lead = None
        self.lead_id = row.id if row is not None else None
        head = self.query_one(PreviewHead)
        head.name_shown = shown_name(row.name, row.id) if row is not None else ""
        head.ident = f"#{row.id}" if row is not None else ""
        head.about, head.phone = (), ""
        self.add_class("-waiting")

    def show(self, lead: Lead) -> None:
        """Everything about the lead under the cursor; an answer about somebody else is dropped."""
        if lead.row.id != self.lead_id:
            return
        self.lead = lead
        head = self.query_one(PreviewHead)
        head.name_shown, head.about = shown_name(lead.row.name, lead.row.id), who_lines(lead)
        head.phone = phone(lead.phones[0].e164) if lead.phones else MISSING
        head.phone_beside = self.has_class("-big")
        self.query_one(BigDigits).value = head.phone
        self.query_one(FactLines).facts = call_facts(lead, self._now(), self.zone, self._me)
        score = self.query_one(ScoreAccount)
        score.facts, score.historical = lead.row.facts, lead.row.historical
        score.place, score.of, score.card = lead.place, lead.queue_size, lead.score
        history = self.query_one(Heading)
        history.label = _("history")
        history.fact = number(lead.calls_total) if lead.calls_total else ""
        self.query_one(Timeline).show(lead.calls, lead.calls_total)
        self.remove_class("-waiting")

    def relabel(self) -> None:
        """Word it anew."""
        if self.lead is not None:
            self.show(self.lead)
