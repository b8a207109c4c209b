"""The facts of a customer: who in one line, what speaks for or against calling, and the account of the rest.

Nothing is invented: what is missing is `–`, what the bank does not know is "unknown", and a balance without
a currency is shown without one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from leadtui.core.leads.dto import Consent, Lead, LeadState, Zone
from leadtui.formats import clock, day, due, missing, moment, money, number, overdue, phone
from leadtui.i18n import N_, _, ngettext
from leadtui.reason_words import contact_word, education_word, job_word, marital_word, poutcome_word
from leadtui.scoring.codes import POUTCOME
from leadtui.text import MISSING, clean, cut, width
from leadtui.themes import palette
from leadtui.widgets.line import Line
from leadtui.wording import consent_word, state_word, verdict_word

ZONES: Final = {Zone.WIB: "WIB", Zone.WITA: "WITA", Zone.WIT: "WIT"}


def shown_name(name: str | None, lead_id: int) -> str:
    """A customer's name, or their number in the list where there is none."""
    return clean(name).strip() or _("no name, number {id}").format(id=lead_id)


def who_lines(lead: Lead) -> tuple[str, ...]:
    """`41 th · manajemen · menikah · Bandung, WIB`, and the same shorter: the marital status gives way first,
    then the zone, then the job. What is unknown is left out: the profile says it."""
    facts = lead.row.facts
    city = clean(lead.row.city).strip()
    place = ", ".join(part for part in (city, ZONES[lead.zone] if lead.zone else "") if part)
    age = _("{n} yrs").format(n=lead.row.age) if lead.row.age is not None else ""
    job = job_word(lead.row.job) if lead.row.job is not None else ""
    marital = marital_word(facts.marital) if facts.marital is not None else ""
    ways = ((age, job, marital, place), (age, job, place), (age, job, city or place), (age, place))
    return tuple(JOINT.join(part for part in way if part) for way in ways)


def first_that_fits(lines: Sequence[str], cells: int, *, cut_first: bool = False) -> str:
    """The first line that fits `cells`; else what `fields_that_fit` leaves of the longest."""
    for line in (shown := [clean(line) for line in lines]):
        if width(line) <= cells:
            return line
    return fields_that_fit(shown[0], cells, cut_first=cut_first) if shown else ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact about calling this person now: a mark and words; never told by colour alone."""

    mark: str
    """`✓` for, `×` against, `!` late, `·` neutral, `◇` a warning about the data."""
    text: str
    tone: str
    """A token: `text`, `muted`, `accent` or `alert`."""


def call_facts(lead: Lead, now: datetime, zone: tzinfo, me: int | None) -> tuple[Fact, ...]:
    """What speaks for and against calling, the most pressing first."""
    facts: list[Fact] = []
    if lead.do_not_call:
        facts.append(Fact("×", _("on the do-not-call list"), "alert"))
    callback = lead.row.callback_at
    if callback is not None:
        late = overdue(callback, now)
        far = callback.astimezone(zone).date() != now.astimezone(zone).date()
        told = _("promised {time}").format(time=_clock_or_day(callback, now, zone))
        if not far or late:
            told = f"{told}, {due(callback, now)}"
        facts.append(Fact("!" if late else "↺", told, "alert" if late else "text"))
    if lead.consent is not Consent.DEMO or not lead.row.synthetic:
        facts.append(_consent(lead, zone))
    if lead.row.synthetic:
        facts.append(Fact("◇", _("synthetic person, never dialled"), "text"))
    if lead.row.historical and lead.score is None:  # a score says it itself
        facts.append(Fact("◇", _("historical, demo: the score has seen the answer"), "text"))
    if lead.claimed_until is not None and lead.claimed_until > now:
        mine = me is not None and lead.row.claimed_by == me
        holder = _("you") if mine else clean(lead.claimed_by_name) or _("a colleague")
        told = _("held by {who} until {time}").format(who=holder, time=clock(lead.claimed_until, zone))
        facts.append(Fact("·", told, "muted" if mine else "text"))
    if lead.hidden_until is not None and lead.hidden_until > now:
        told = _("resting until {time}").format(time=_clock_or_day(lead.hidden_until, now, zone))
        facts.append(Fact("·", told, "muted"))
    if lead.row.state is not LeadState.PENDING and callback is None:  # a promise says it already
        facts.append(Fact("·", state_word(lead.row.state), "muted"))
    if not any(not number.bad for number in lead.phones):
        facts.append(Fact("×", _("no number that works"), "alert"))
    if lead.tags:
        facts.append(Fact("◆", ", ".join(map(clean, lead.tags)), "text"))
    return tuple(facts)


def _clock_or_day(at: datetime, now: datetime, zone: tzinfo) -> str:
    """`09.30` today, `23 Nov 10.00` on another day."""
    same = at.astimezone(zone).date() == now.astimezone(zone).date()
    return clock(at, zone) if same else moment(at, zone, now=now)


def _consent(lead: Lead, zone: tzinfo) -> Fact:
    word = consent_word(lead.consent)
    if lead.consent is Consent.YES and lead.consent_at is not None:
        word = f"{word}, {day(lead.consent_at.astimezone(zone), year=True)}"
    if lead.consent in (Consent.YES, Consent.DEMO):
        return Fact("✓", word, "text")
    return Fact("×", word, "alert") if lead.consent is Consent.NO else Fact("–", word, "text")


def why_not(lead: Lead) -> str:
    """Why `c` does not work on this lead, as one sentence; empty where it does."""
    if lead.callable:
        return ""
    reasons = ", ".join(verdict_word(code) for code in lead.not_callable)
    return _("This customer {reasons}.").format(reasons=reasons or _("cannot be called now"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the account."""

    label: str
    value: str
    tone: str = "text"
    """`strong` for money, `muted` for what is missing or unknown."""


def profile_entries(lead: Lead) -> tuple[Entry, ...]:
    """The account of everything else that the bank knows, most asked for first."""
    facts = lead.row.facts
    balance = money(facts.balance, lead.balance_currency)
    entries = [Entry(_("Balance"), balance, "muted" if facts.balance is None else "strong")]
    if facts.balance is not None and not lead.balance_currency:
        entries.append(Entry(_("Currency"), _("unknown"), "muted"))
    entries += [
        Entry(_("Mortgage"), *_three(facts.housing)),
        Entry(_("Personal loan"), *_three(facts.loan)),
        Entry(_("Credit in default"), *_three(facts.default)),
        _known(_("Education"), facts.education, education_word(facts.education)),
        _known(_("Marital status"), facts.marital, marital_word(facts.marital)),
        _known(_("Job"), lead.row.job, job_word(lead.row.job)),
        _known(_("Kind of phone"), facts.contact, contact_word(facts.contact)),
        _earlier(lead),
        Entry(_("Calls this campaign"), number(lead.row.attempts)),
        *(
            Entry(_("Other phone"), phone(other.e164) + (f" ({_('wrong')})" if other.bad else ""))
            for other in lead.phones[1:]
        ),
        Entry(_("E-mail"), missing(lead.email), "text" if clean(lead.email).strip() else "muted"),
        Entry(_("Province"), missing(lead.province), "text" if clean(lead.province).strip() else "muted"),
        Entry(_("Source"), missing(lead.source), "text" if clean(lead.source).strip() else "muted"),
        Entry(_("Customer no."), missing(lead.external_id)),
    ]
    return tuple(entries)


_EARLIER_NONE: Final = N_("none")


def _earlier(lead: Lead) -> Entry:
    facts = lead.row.facts
    label = _("Earlier campaign")
    if facts.poutcome == POUTCOME["nonexistent"] or (facts.poutcome is None and facts.previous == 0):
        return Entry(label, _(_EARLIER_NONE))
    if facts.poutcome is None:
        return Entry(label, _("unknown"), "muted")
    told = poutcome_word(facts.poutcome)
    if facts.pdays is not None:
        ago = ngettext("{n} day ago", "{n} days ago", facts.pdays).format(n=number(facts.pdays))
        told = f"{told}, {ago}"
    return Entry(label, told)


def _three(value: bool | None) -> tuple[str, str]:
    if value is None:
        return _("unknown"), "muted"
    return (_("has one") if value else _("none")), "text"


def _known(label: str, code: int | None, word: str) -> Entry:
    return Entry(label, word, "muted" if code is None else "text")


class Entries(Widget):
    """Labels left, values right, one line each. A value gives way before a label does, but for amounts."""

    DEFAULT_CSS = """
    Entries { height: auto; width: 1fr; }
    """

    entries: reactive[tuple[Entry, ...]] = reactive((), layout=True)

    def __init__(self, entries: Sequence[Entry] = (), *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.set_reactive(Entries.entries, tuple(entries))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One line each."""
        return len(self.entries)

    def render_line(self, y: int) -> Strip:
        """One entry."""
        colors, cells = palette(self.app), self.size.width
        line = Line(cells, self.rich_style)
        if y < len(self.entries):
            entry = self.entries[y]
            # an amount is shown whole or not at all: `9.999.999…` would be another amount
            money_cells = width(clean(entry.value)) + 2 if entry.tone == "strong" else 0
            label = cut(entry.label, cells - money_cells)
            line.put(0, label, colors.style("muted"))
            value = cut(clean(entry.value), cells - width(label) - 2)
            if value:
                bold = entry.tone == "strong"
                line.right(cells, value, colors.style(entry.tone, bold=bold))
        return line.strip()


class FactLines(Widget):
    """A mark and a sentence a line: what speaks for and against calling. Shows as many as it has lines."""

    DEFAULT_CSS = """
    FactLines { height: auto; width: 1fr; }
    """

    facts: reactive[tuple[Fact, ...]] = reactive((), layout=True)

    def __init__(self, *, limit: int | None = None, id: str | None = None) -> None:
        super().__init__(id=id)
        self.limit = limit

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One line each, at most `limit`."""
        return len(self.facts) if self.limit is None else min(self.limit, len(self.facts))

    def render_line(self, y: int) -> Strip:
        """One fact."""
        colors = palette(self.app)
        line = Line(self.size.width, self.rich_style)
        if y < len(self.facts):
            fact = self.facts[y]
            pressing = fact.tone == "alert"
            mark = "accent" if fact.mark == "✓" else fact.tone
            line.put(0, fact.mark, colors.style(mark, bold=pressing))
            line.put(2, cut(fact.text, self.size.width - 2), colors.style(fact.tone, bold=pressing))
        return line.strip()


class WhoLine(Widget):
    """The name, who that is, and the place in the list: one line, or two where it is narrow."""

    DEFAULT_CSS = """
    WhoLine { height: 1; width: 1fr; }
    """

    name_shown: reactive[str] = reactive("")
    about: reactive[tuple[str, ...]] = reactive(())
    """`41 th · manajemen · …`, longest first: the first that fits is shown."""

    place: reactive[str] = reactive("")
    """`1 / 39`."""

    alert: reactive[str] = reactive("")
    """What cannot wait, in place of `about`: `lewat 11 menit`."""

    def render_line(self, y: int) -> Strip:
        """The one line."""
        colors, cells = palette(self.app), self.size.width
        line = Line(cells, self.rich_style)
        place, alert = clean(self.place), f"! {clean(self.alert)}" if self.alert else ""
        beside = width(alert) + 2 if alert else 0
        if width(clean(self.name_shown)) + beside + width(place) + 2 > cells:
            place = ""  # a name that can be read before a place in the list
        room = cells - (width(place) + 2 if place else 0)
        name = cut(clean(self.name_shown), room - beside)
        line.put(0, name, colors.style("strong", bold=True))
        if alert:
            line.put(line.at + 2, alert, colors.style("alert", bold=True))
        about = first_that_fits(self.about, room - line.at - 2)
        if about:
            line.put(line.at + 2, about, colors.style("muted"))
        if place:
            line.right(cells, place, colors.style("muted"))
        return line.strip()


JOINT: Final = " · "


def fields_that_fit(text: str, cells: int, *, cut_first: bool = False) -> str:
    """As many whole fields of `a · b · c` as fit, from the left; with `cut_first` the first one is cut where
    not even that fits."""
    kept = ""
    for part in text.split(JOINT):
        longer = f"{kept}{JOINT}{part}" if kept else part
        if width(longer) > cells:
            break
        kept = longer
    return cut(text, cells) if cut_first and not kept else kept


class AboutLine(Widget):
    """`41 th · manajemen · …` on a line of its own, the longest way of saying it that fits."""

    DEFAULT_CSS = """
    AboutLine { height: 1; width: 1fr; }
    """

    about: reactive[tuple[str, ...]] = reactive(())
    """Longest first; empty while loading."""

    def render_line(self, y: int) -> Strip:
        """The one line."""
        line = Line(self.size.width, self.rich_style)
        shown = first_that_fits(self.about, self.size.width, cut_first=True)
        line.put(0, shown or (MISSING if self.about else ""), palette(self.app).style("text"))
        return line.strip()
