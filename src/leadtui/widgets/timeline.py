"""What was said before: one line a call, the agent's note below it, newest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from rich.style import Style
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from leadtui.core.calls.dto import CallStatus, Outcome
from leadtui.core.leads.dto import CallRecord
from leadtui.formats import clock, day, moment, money_short, number
from leadtui.i18n import _, language, ngettext
from leadtui.text import clean, cut, width
from leadtui.themes import Palette, palette
from leadtui.widgets.line import Line
from leadtui.widgets.wrap import wrap
from leadtui.wording import no_answer_word, outcome_word, status_word

WIDE = 46
"""From this width on a call carries its time of day beside the date."""

NOTE_LINES = 3
"""How many lines of a note are shown beside other things; the full history shows them all."""

Draw = Callable[[Line, Palette], None]
"""One line of the timeline, drawn when it is seen: colours follow the theme."""


def call_words(call: CallRecord, zone: tzinfo, now: datetime) -> str:
    """What came of a call, in one phrase: `tersambung, telepon lagi 23 Nov 10.00`."""
    if call.status == CallStatus.NOT_ANSWERED:
        told = status_word(CallStatus.NOT_ANSWERED) if not call.reason else no_answer_word(call.reason)
        return f"{told}, {outcome_word(call.outcome)}" if call.outcome is not None else told
    told = _("came in") if call.direction else status_word(CallStatus.CONNECTED)
    if call.outcome is None:
        return told
    word = outcome_word(call.outcome)
    if call.outcome == Outcome.CLOSED:
        sold = " ".join(part for part in (clean(call.product), _amount(call)) if part)
        closed = f"{word}: {sold}" if sold else word
        return f"{told}, {closed}" if call.direction else closed
    if call.callback_at is not None:
        return f"{told}, {word} {moment(call.callback_at, zone, now=now)}"
    return f"{told}, {word}"


def _amount(call: CallRecord) -> str:
    return "" if call.amount is None else money_short(call.amount, call.currency)


class Timeline(Widget):
    """The calls of one lead. As high as it needs to be; where it gets less, the last line counts the rest."""

    DEFAULT_CSS = """
    Timeline { height: auto; width: 1fr; }
    """

    calls: reactive[tuple[CallRecord, ...]] = reactive((), layout=True)
    """Newest first."""

    total: reactive[int] = reactive(0, layout=True)
    """How many there are in all; `calls` may hold fewer."""

    mine: reactive[frozenset[int]] = reactive(frozenset())
    """Ids of calls that can be corrected here; they are marked."""

    at: reactive[int | None] = reactive(None)
    """The one of `mine` under the cursor."""

    def __init__(
        self,
        calls: Sequence[CallRecord] = (),
        total: int | None = None,
        *,
        zone: tzinfo,
        now: Callable[[], datetime],
        full: bool = False,
        limit: int | None = None,
        empty: bool = True,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.zone = zone
        self._now = now
        self.full = full
        """Whether notes are shown whole."""
        self._limit = limit
        self._wrapped: tuple[object, list[tuple[int, Draw]]] | None = None
        self._empty = empty
        self.set_reactive(Timeline.calls, tuple(calls))
        self.set_reactive(Timeline.total, len(calls) if total is None else total)

    def show(self, calls: Sequence[CallRecord], total: int) -> None:
        """Show another lead's calls."""
        self.calls, self.total = tuple(calls), total
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as there are, at most `limit`."""
        lines = len(self._lines(width))
        return lines if self._limit is None else min(lines, self._limit)

    def render_line(self, y: int) -> Strip:
        """One line."""
        cells, rows = self.size
        line = Line(cells, self.rich_style)
        lines = self._lines(cells)
        if len(lines) > rows and y == rows - 1:
            hidden = self.total - self._calls_in(rows - 1)
            told = ngettext("{n} earlier call", "{n} earlier calls", hidden).format(n=number(hidden))
            more = f"… {told}" if hidden > 0 else "…"  # only the end of the last note is not shown
            line.put(0, cut(more, cells), palette(self.app).style("muted"))
        elif y < len(lines):
            lines[y][1](line, palette(self.app))
        return line.strip()

    def _calls_in(self, rows: int) -> int:
        """How many calls have their first line within `rows`."""
        starts = {place for place, _draw in self._lines(self.size.width)[:rows]}
        return len(starts)

    def _lines(self, cells: int) -> list[tuple[int, Draw]]:
        """Every line: (which call it belongs to, how it is drawn). Wrapped once, not once a line."""
        today = self._now().astimezone(self.zone).date()
        key = (cells, self.calls, self.total, self.full, language(), str(self.zone), today)
        if self._wrapped is None or self._wrapped[0] != key:
            self._wrapped = (key, self._wrap(cells))
        return self._wrapped[1]

    def _wrap(self, cells: int) -> list[tuple[int, Draw]]:
        if cells <= 0:
            return []
        if not self.calls:
            return [(0, _muted(_("no call yet"), 0, cells))] if self._empty else []
        now, lines = self._now(), []
        date_cells = 12 if cells >= WIDE else 6
        at = date_cells + 2
        for place, call in enumerate(self.calls):
            local = call.at.astimezone(self.zone)
            other_year = local.year != now.astimezone(self.zone).year
            if cells >= WIDE:
                date = day(local, year=True) if other_year else f"{day(local)} {clock(call.at, self.zone)}"
            else:
                date = f"{local:%m/%y}" if other_year else day(local)
            told = call_words(call, self.zone, now)
            if width(told) > cells - at - 2:
                # the time agreed gives way first: what came of the call stays on one line
                told = call_words(replace(call, callback_at=None), self.zone, now)
            if call.undone:
                told = f"{told} · {_('undone')}"
            elif call.corrected_at is not None:
                told = f"{told} · {_('corrected {time}').format(time=clock(call.corrected_at, self.zone))}"
            words = wrap(told, cells - at - 2, 2)
            lines.append((place, self._headline(call, date, words[0] if words else "", at, cells)))
            lines += [(place, _text(more, at + 2)) for more in words[1:]]
            note = clean(call.note, lines=self.full).strip()
            if note:
                who = clean(call.agent_name).split(" ")[0]
                told = f"{who}: “{note}”" if who else f"“{note}”"
                most = None if self.full else NOTE_LINES
                lines += [(place, _muted(part, at + 2, cells)) for part in wrap(told, cells - at - 2, most)]
        left = self.total - len(self.calls)
        if left > 0:
            told = ngettext("{n} earlier call", "{n} earlier calls", left).format(n=number(left))
            lines.append((len(self.calls), _muted(f"… {told}", 0, cells)))
        return lines

    def _headline(self, call: CallRecord, date: str, words: str, at: int, cells: int) -> Draw:
        connected = call.status == CallStatus.CONNECTED

        def draw(line: Line, colors: Palette) -> None:
            here = call.id in self.mine
            lit = here and call.id == self.at
            line.put(0, date, colors.style("strong" if lit else "muted", bold=lit))
            line.put(at, "●" if connected else "○", colors.style("accent" if connected else "muted"))
            end = cells - (width(_("e correct")) + 2 if lit else 2 if here else 0)
            tone = colors.style("muted" if call.undone else "strong" if lit else "text", bold=lit)
            line.put(at + 2, cut(words, end - at - 2), tone + Style(strike=call.undone or None))
            if lit:
                line.right(cells, _("e correct"), colors.style("accent", bold=True))
            elif here:
                line.right(cells, "▸", colors.style("muted"))

        return draw


def _text(words: str, at: int) -> Draw:
    def draw(line: Line, colors: Palette) -> None:
        line.put(at, words, colors.style("text"))

    return draw


def _muted(words: str, at: int, cells: int) -> Draw:
    def draw(line: Line, colors: Palette) -> None:
        line.put(at, cut(words, cells - at), colors.style("muted"))

    return draw
