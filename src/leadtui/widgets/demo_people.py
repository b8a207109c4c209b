"""The demo's people on the sign-in page: one digit signs in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from leadtui.i18n import _
from leadtui.text import clean
from leadtui.themes import palette
from leadtui.widgets.line import Line


class DemoLogin(Protocol):
    """Somebody of the demo."""

    @property
    def email(self) -> str:
        """What they sign in with."""

    @property
    def password(self) -> str:
        """It is printed in the documentation: the demo holds nobody real."""

    @property
    def name(self) -> str:
        """Who."""

    @property
    def role(self) -> str:
        """agent, manager or admin."""


class DemoPeople(Widget, can_focus=True):
    """One line a person; `1` `2` `3`, a click, or ⏎ on the marked one."""

    DEFAULT_CSS = """
    DemoPeople { height: auto; width: 1fr; display: none; }
    """

    class Chosen(Message):
        """Sign this one in."""

        def __init__(self, login: DemoLogin) -> None:
            super().__init__()
            self.login = login

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._people: tuple[DemoLogin, ...] = ()
        self._at = 0

    def show(self, people: tuple[DemoLogin, ...]) -> None:
        """Offer these; none hides the list."""
        self._people = people[:9]
        self._at = 0
        self.display = bool(people)
        self.refresh(layout=True)

    def get_content_height(self, *_sizes: object) -> int:
        """One line each, below the title."""
        return len(self._people) + 1

    def render_line(self, y: int) -> Strip:
        """`1  Sari Wulandari        agen`, below the line that says that this is the demo."""
        if y == 0:
            title = Line(self.size.width, self.rich_style)
            title.put(0, _("DEMO: one digit signs in"), palette(self.app).style("alert", bold=True))
            return title.strip()
        y -= 1
        colors = palette(self.app)
        marked = self.has_focus and y == self._at
        line = Line(self.size.width, self.rich_style + colors.ground("select") if marked else self.rich_style)
        if y < len(self._people):
            from leadtui.wording import role_word  # not before the first paint

            person = self._people[y]
            if marked:
                line.put(0, "▌", colors.style("accent"))
            line.put(2, str(y + 1), colors.style("accent", bold=True))
            role = role_word(person.role)
            line.put(5, clean(person.name), colors.style("strong", bold=marked))
            line.right(self.size.width - 1, role, colors.style("muted"))
        return line.strip()

    def on_focus(self) -> None:
        """Show the mark."""
        self.refresh()

    def on_blur(self) -> None:
        """Hide the mark."""
        self.refresh()

    def on_key(self, event: events.Key) -> None:
        """Digits choose at once, arrows move the mark."""
        if event.key.isdigit() and 1 <= int(event.key) <= len(self._people):
            event.stop()
            self.choose(int(event.key) - 1)
        elif event.key in ("down", "up", "j", "k") and self._people:
            event.stop()
            step = 1 if event.key in ("down", "j") else -1
            self._at = (self._at + step) % len(self._people)
            self.refresh()
        elif event.key == "enter" and self._people:
            event.stop()
            event.prevent_default()
            self.choose(self._at)

    def jump_places(self) -> list[tuple[int, int, Callable[[], object]]]:
        """Everybody, as their digit would."""
        return [(0, at + 1, partial(self.choose, at)) for at in range(len(self._people))]

    def on_click(self, event: events.Click) -> None:
        """A click chooses."""
        if 1 <= event.y <= len(self._people):
            event.stop()
            self.choose(event.y - 1)

    def choose(self, at: int) -> None:
        """As if its digit were pressed; nothing where there is none."""
        if not 0 <= at < len(self._people):
            return
        self._at = at
        self.refresh()
        self.post_message(self.Chosen(self._people[at]))
