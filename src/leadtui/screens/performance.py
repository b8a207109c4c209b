"""Today's own figures: calls, contacts, closings, conversion with how sure that is, and the hours."""

from __future__ import annotations

import math

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from leadtui.call_words import pause_word
from leadtui.commands import Where, bindings
from leadtui.core.pauses import service as pauses
from leadtui.core.pauses.dto import PauseDay
from leadtui.core.performance import service as performance
from leadtui.core.performance.dto import DayCounts
from leadtui.formats import elapsed, long_day, money, number, percent
from leadtui.i18n import _, ngettext
from leadtui.messages import Changed, Resync, Saved
from leadtui.screens.base import BaseScreen
from leadtui.text import plain
from leadtui.themes import palette
from leadtui.widgets.bars import whisker
from leadtui.widgets.digits import BigDigits
from leadtui.widgets.heading import Heading
from leadtui.widgets.hour_bars import HourBars
from leadtui.widgets.line import Line

DIGITS_FROM = 100
"""Cells from which the figures stand in big digits."""


def wilson(k: int, n: int, z: float = 1.959964) -> tuple[float, float]:
    """The 95 % interval of a share k/n, 0–1 (Wilson, JASA 22, 1927). (0, 1) for n = 0."""
    if n == 0:
        return 0.0, 1.0
    share, spread = k / n, z * z / n
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(share * (1 - share) / n + spread / (4 * n))
    return max(0.0, middle - half), min(1.0, middle + half)


class Rate(Widget):
    """`konversi   ──●──────   14%  2/14`: a rate never stands without its n."""

    DEFAULT_CSS = """
    Rate { height: 1; width: 1fr; }
    """

    label: reactive[str] = reactive("")
    of: reactive[tuple[int, int]] = reactive((0, 0))
    """(k, n)."""

    def render_line(self, y: int) -> Strip:
        """The one line."""
        colors, line = palette(self.app), Line(self.size.width, self.rich_style)
        k, n = self.of
        line.put(0, self.label, colors.style("muted"))
        at, room = 22, max(10, min(40, self.size.width - 22 - 20))
        if n:
            low, high = wilson(k, n)
            drawn, dot = whisker(low, k / n, high, room)
            line.put(at, drawn[:dot], colors.style("rule2"))
            line.put(at + dot, "●", colors.style("accent"))
            line.put(at + dot + 1, drawn[dot + 1 :].rstrip(), colors.style("rule2"))
            line.put(at + room + 2, percent(k / n).rjust(4), colors.style("strong", bold=True))
            line.put(line.at + 2, f"{number(k)}/{number(n)}", colors.style("muted"))
        else:
            line.put(at, _("no call yet") if self.id == "contact-rate" else _("nobody reached yet"),
                     colors.style("muted"))  # fmt: skip
        return line.strip()


class Figure(Vertical):
    """A number in big digits over its word; on narrow screens one line."""

    DEFAULT_CSS = """
    Figure { width: 1fr; height: 5; }
    Figure > .word { color: $muted; height: 1; }
    """

    def compose(self) -> ComposeResult:
        """The word and the digits."""
        yield Static(classes="word")
        yield BigDigits(tone="strong")

    def show(self, word: str, value: str) -> None:
        """Another number."""
        self.query_one(Static).update(plain(word.upper()))
        self.query_one(BigDigits).value = value


class PerformanceScreen(BaseScreen):
    """One person's day in the team's zone."""

    WHERE = Where.PERFORMANCE
    CSS_PATH = "performance.tcss"
    BINDINGS = bindings(Where.PERFORMANCE)

    bars = getters.query_one(HourBars)

    def __init__(self) -> None:
        super().__init__()
        self.counts: DayCounts | None = None
        self.breaks: PauseDay | None = None

    def body(self) -> ComposeResult:
        """Figures, rates, hours."""
        with Vertical(id="day"):
            yield Heading(id="today")
            with Horizontal(id="figures"):
                for name in ("calls", "contacts", "closings", "amount"):
                    yield Figure(id=f"k-{name}")
            yield Static(id="line")
            yield Rate(id="contact-rate")
            yield Rate(id="conversion")
            yield Static(id="breaks")
            yield Heading(id="by-hour")
            yield HourBars()

    def on_mount(self) -> None:
        """Ask for the day."""
        self.relabel()
        self.action_refresh_order()

    def on_screen_resume(self) -> None:
        """The day has gone on since."""
        if self.counts is not None:
            self.action_refresh_order()

    def on_resize(self) -> None:
        """Digits where there is room."""
        self.set_class(self.size.width >= DIGITS_FROM, "-digits")

    def action_refresh_order(self) -> None:
        """`R`"""
        self.load("today", performance.today, then=self._show)
        if self.desk.may("calls.work"):
            self.load("breaks", pauses.today, then=self._show_breaks, failed=lambda _error: None)

    def _show(self, counts: DayCounts) -> None:
        self.counts = counts
        self.relabel()

    def _show_breaks(self, day: PauseDay) -> None:
        self.breaks = day
        self._word_breaks()

    def _word_breaks(self) -> None:
        day = self.breaks
        if day is None:
            return
        parts = [f"{pause_word(reason)} {elapsed(seconds)}" for reason, seconds in day.by_reason]
        told = f"{_('breaks'):<22}{elapsed(day.seconds)}" if parts else f"{_('breaks'):<22}{_('none yet')}"
        beside = f"  {' · '.join(parts)}" if parts else ""
        self.query_one("#breaks", Static).update(plain(f"{told}{beside}"))

    def relabel(self) -> None:
        """Word everything anew."""
        self._word_breaks()
        counts = self.counts
        today = self.query_one("#today", Heading)
        today.label = _("today")
        hours = self.query_one("#by-hour", Heading)
        hours.label = _("contacts by hour")
        for ident, word in (("contact-rate", _("contact rate")), ("conversion", _("conversion rate"))):
            self.query_one(f"#{ident}", Rate).label = word
        if counts is None:
            return
        today.fact = long_day(counts.day)
        words = {
            "calls": (_("calls"), number(counts.calls)),
            "contacts": (_("contacts"), number(counts.contacts)),
            "closings": (_("closings"), number(counts.closings)),
            "amount": (_("amount"), money(counts.amount, counts.currency)),
        }
        for name, (word, value) in words.items():
            self.query_one(f"#k-{name}", Figure).show(word, value)
        self.query_one("#line", Static).update(plain("\n".join(f"{w:<20}{v:>18}" for w, v in words.values())))
        self.query_one("#contact-rate", Rate).of = (counts.contacts, counts.calls)
        self.query_one("#conversion", Rate).of = (counts.closings, counts.contacts)
        n = counts.callbacks
        promised = ngettext("{n} callback promised", "{n} callbacks promised", n).format(n=number(n))
        hours.fact = promised if n else ""
        self.bars.show([(hour, contacts) for hour, _calls, contacts in counts.by_hour])

    @on(Saved)
    @on(Resync)
    def _again(self) -> None:
        if self.is_current:
            self.action_refresh_order()

    @on(Changed)
    def _changed(self, event: Changed) -> None:
        if event.kind in ("call", "pause") and event.ident == self.desk.actor.user_id and self.is_current:
            self.action_refresh_order()
