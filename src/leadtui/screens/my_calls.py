"""My calls of today as they count now, newest first: `⏎` puts one right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget

from leadtui.commands import key_of
from leadtui.core.calls import after
from leadtui.core.calls.dto import CallStatus, MyCall
from leadtui.core.leads.dto import CallRecord
from leadtui.formats import clock, number
from leadtui.i18n import _, ngettext
from leadtui.screens.correct import CorrectSheet
from leadtui.text import clean, cut
from leadtui.themes import palette
from leadtui.widgets.heading import Heading
from leadtui.widgets.line import Line
from leadtui.widgets.notice import Notice
from leadtui.widgets.profile import shown_name
from leadtui.widgets.timeline import call_words

if TYPE_CHECKING:
    from leadtui.app import LeadtuiApp


def my_call_words(call: MyCall, zone: tzinfo, now: datetime) -> str:
    """What came of it, in one phrase, as the history says it."""
    told = CallRecord(
        call.id, call.at, "", int(call.status), None if call.reason is None else int(call.reason),
        None if call.outcome is None else int(call.outcome), call.note, call.callback_at, None, None, None,
    )  # fmt: skip
    words = call_words(told, zone, now)
    return f"{words} · {_('corrected')}" if call.corrected else words


class MyCallRows(Widget, can_focus=True):
    """A row a call; as many as fit, around the cursor."""

    DEFAULT_CSS = """
    MyCallRows { width: 1fr; }
    """

    calls: reactive[tuple[MyCall, ...]] = reactive(())
    at: reactive[int] = reactive(0)
    known: reactive[bool] = reactive(False)

    class Picked(Message):
        """A row was clicked."""

        def __init__(self, rows: MyCallRows, place: int) -> None:
            super().__init__()
            self.rows = rows
            self.place = place

        @property
        def control(self) -> MyCallRows:
            """The rows."""
            return self.rows

    def __init__(self, zone: tzinfo, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.zone = zone
        self._now = now

    @property
    def top(self) -> int:
        """The first one that is shown."""
        rows = self.size.height
        return max(0, min(self.at - rows // 2, len(self.calls) - rows))

    def render_line(self, y: int) -> Strip:
        """`09.41 ● Budi Santoso   tersambung, tertarik`"""
        colors, place = palette(self.app), self.top + y
        lit = place == self.at and bool(self.calls)
        cells = self.size.width
        line = Line(cells, self.rich_style + colors.ground("select") if lit else self.rich_style)
        if place >= len(self.calls):
            if y == 0 and self.known:
                line.put(2, _("no call yet"), colors.style("muted"))
            return line.strip()
        call = self.calls[place]
        if lit:
            line.put(0, "▌", colors.style("accent"))
        line.put(2, clock(call.at, self.zone), colors.style("muted"))
        connected = call.status is CallStatus.CONNECTED
        line.put(8, "●" if connected else "○", colors.style("accent" if connected else "muted"))
        name_cells = max(12, min(26, cells // 3))
        name = cut(shown_name(call.lead_name, call.lead_id), name_cells)
        line.put(10, name, colors.style("strong" if lit else "text", bold=lit))
        told = my_call_words(call, self.zone, self._now())
        at = 10 + name_cells + 2
        line.put(at, cut(told, cells - at), colors.style("text"))
        note = clean(call.note).strip()
        left = cells - line.at - 2
        if left >= 12 and note:
            line.put(line.at + 2, cut(f"“{note}”", left), colors.style("muted"))
        return line.strip()

    def on_click(self, event: events.Click) -> None:
        """A click is `⏎` there."""
        if self.top + event.y < len(self.calls):
            self.post_message(self.Picked(self, self.top + event.y))


class MyCallsSheet(ModalScreen[None]):
    """Read, and correct."""

    CSS_PATH = "correct.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", show=False),
        Binding("m", "dismiss", show=False, id="my_calls"),
        Binding("j,down", "move(1)", show=False),
        Binding("k,up", "move(-1)", show=False),
        Binding("pagedown", "move(10)", show=False),
        Binding("pageup", "move(-10)", show=False),
        Binding("g,home", "move(-100000)", show=False),
        Binding("G,end", "move(100000)", show=False),
        Binding("enter,e", "correct", show=False),
        Binding("o", "open", show=False),
    ]

    @property
    def desk(self) -> LeadtuiApp:
        """The app, by its own type."""
        return cast("LeadtuiApp", self.app)

    @property
    def rows(self) -> MyCallRows:
        """The calls."""
        return self.query_one(MyCallRows)

    def compose(self) -> ComposeResult:
        """How many, the calls, the note of the one under the cursor, the keys."""
        with Vertical(id="sheet"):
            yield Heading(_("My calls today"), id="head")
            yield MyCallRows(self.desk.zone, self.desk.now)
            yield Notice(indent=0, id="note")
            keys = f"⏎ {_('correct')} · o {_('open')} · {key_of('my_calls')} / esc {_('back')}"
            yield Heading("", keys)

    def on_mount(self) -> None:
        """Ask for them."""
        self.rows.focus()
        self.reload()

    def reload(self) -> None:
        """Load them anew; the cursor stays where it was."""
        ctx = self.desk.session
        self.desk.in_thread("my calls", lambda: after.mine_today(ctx), self._show, self.desk.present)

    def _show(self, found: tuple[MyCall, ...]) -> None:
        if not self.is_attached:
            return
        rows = self.rows
        rows.calls, rows.known = found, True
        told = ngettext("{n} call", "{n} calls", len(found)).format(n=number(len(found)))
        self.query_one("#head", Heading).fact = told
        self.action_move(0)

    def action_move(self, step: int) -> None:
        """Another call."""
        rows = self.rows
        rows.at = max(0, min(rows.at + step, len(rows.calls) - 1))
        note = rows.calls[rows.at].note if rows.calls else ""
        self.query_one("#note", Notice).say("", clean(note, lines=True).strip())

    def action_correct(self) -> None:
        """`⏎`"""
        rows = self.rows
        if rows.calls:
            self.app.push_screen(CorrectSheet(rows.calls[rows.at]), self._corrected)

    def _corrected(self, done: bool | None) -> None:
        if done:
            self.reload()

    def action_open(self) -> None:
        """`o`: the customer."""
        rows = self.rows
        if rows.calls:
            self.dismiss()
            self.desk.open_customer(rows.calls[rows.at].lead_id)

    def on_my_call_rows_picked(self, event: MyCallRows.Picked) -> None:
        """A click."""
        self.rows.at = event.place
        self.action_correct()
