"""The top of every screen: brand, modes, live or not, who, and the clock; the active mode is the thick
part of the rule below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from leadtui.i18n import _
from leadtui.text import clean, cut, width
from leadtui.themes import palette
from leadtui.widgets.facts import Tab
from leadtui.widgets.line import Line


class TopBar(Widget):
    """Two lines: the modes and the session, and the rule."""

    DEFAULT_CSS = """
    TopBar { height: 2; width: 1fr; dock: top; background: $bg; }
    """

    BRAND = "leadtui"

    tabs: reactive[tuple[Tab, ...]] = reactive(())
    active: reactive[str] = reactive("")
    """The mode that is shown."""

    live: reactive[bool | None] = reactive(None)
    """Whether changes by others arrive; None before the first connection says neither."""

    who: reactive[str] = reactive("")
    """`Sari W. · agen`."""

    time: reactive[str] = reactive("")
    """`09.41 WIB`, in the user's zone; the App sets it once a minute."""

    class Selected(Message):
        """A mode was clicked."""

        def __init__(self, bar: TopBar, mode: str) -> None:
            super().__init__()
            self.bar = bar
            self.mode = mode

        @property
        def control(self) -> TopBar:
            """The bar."""
            return self.bar

    def __init__(self, tabs: Sequence[Tab] = (), active: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.set_reactive(TopBar.tabs, tuple(tabs))
        self.set_reactive(TopBar.active, active)

    def spans(self) -> list[tuple[Tab, int, int]]:
        """Where each tab lies: (tab, first column, column after it), the thick part of the rule."""
        at, found = 2 + len(self.BRAND) + 2, []
        for tab in self.tabs:
            size = width(tab.label) + (1 + width(tab.badge) if tab.badge else 0) + 2
            found.append((tab, at, at + size))
            at += size + 1
        return found

    def render_line(self, y: int) -> Strip:
        """The modes, or the rule."""
        return self._modes() if y == 0 else self._rule()

    def _modes(self) -> Strip:
        colors, end = palette(self.app), self.size.width - 2
        line = Line(self.size.width, self.rich_style)
        line.put(2, self.BRAND, colors.style("accent", bold=True))
        for tab, start, _after in self.spans():
            active = tab.mode == self.active
            name = colors.style("strong", bold=True) if active else colors.style("muted")
            line.put(start + 1, tab.label, name)
            if tab.badge:
                line.put(line.at + 1, tab.badge, colors.style("alert" if tab.late else "muted", bold=True))
        # What stays longest: being offline, then the clock, then who, then "live".
        room = end - line.at - 2
        clock, who = clean(self.time), clean(self.who)
        state = "" if self.live is None else f"● {_('live')}" if self.live else f"○ {_('offline')}"
        room -= width(clock)
        offline = self.live is False
        if offline:
            room -= width(state) + 2
        if room < 0:
            room, clock = room + width(clock), ""
        if who and width(who) + 2 > room:
            who = cut(who, room - 2) if room >= 10 else ""
        room -= width(who) + 2 if who else 0
        if state and not offline and width(state) + 2 > room:
            state = ""
        parts = [part for part in (state, who, clock) if part]
        at = end - sum(width(part) + 2 for part in parts) + 2
        if state:
            tone = "alert" if offline else "accent"
            line.put(at, state[0], colors.style(tone))
            line.add(state[1:], colors.style("alert" if offline else "muted", bold=offline))
            at = line.at + 2
        if who:
            line.put(at, who, colors.style("muted"))
            at = line.at + 2
        if clock:
            line.put(at, clock, colors.style("strong", bold=True))
        return line.strip()

    def _rule(self) -> Strip:
        colors = palette(self.app)
        line = Line(self.size.width, self.rich_style)
        for tab, start, after in self.spans():
            if tab.mode == self.active and start < self.size.width:
                line.put(0, "─" * start, colors.style("rule"))
                line.put(start, "━" * (after - start), colors.style("accent"))
        line.add("─" * (self.size.width - line.at), colors.style("rule"))
        return line.strip()

    def jump_places(self) -> list[tuple[int, int, Callable[[], object]]]:
        """Every mode but the one that is shown."""
        return [
            (start, 0, partial(self.post_message, self.Selected(self, tab.mode)))
            for tab, start, _after in self.spans()
            if tab.mode != self.active
        ]

    def on_click(self, event: events.Click) -> None:
        """A click on a mode asks for it."""
        for tab, start, after in self.spans():
            if start <= event.x < after and tab.mode != self.active:
                event.stop()
                self.post_message(self.Selected(self, tab.mode))
