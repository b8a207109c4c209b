"""The fields of the call form, beside those of `fields`: typed text whose understanding is said below it, one
of a few, the note, and the one big key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, TextArea

from leadtui.core.errors import Invalid
from leadtui.text import clean, cut, width
from leadtui.themes import palette
from leadtui.widgets.line import Line
from leadtui.wording import field_sentence


class Echo(Widget):
    """What a field was understood as (`→ Senin 23 Nov 2026, 10.00 WIB`), or what is wrong with it."""

    DEFAULT_CSS = """
    Echo { height: 1; width: 1fr; }
    """

    text: reactive[str] = reactive("")
    aside: reactive[str] = reactive("")
    """At the right end: `91 huruf`."""

    tone: reactive[str] = reactive("muted")
    """`accent` understood, `alert` wrong, `muted` a hint."""

    def say(self, text: str, tone: str = "muted") -> None:
        """Show one sentence."""
        self.text, self.tone = text, tone

    def render_line(self, y: int) -> Strip:
        """The one line; the aside gives way to an error."""
        colors, cells = palette(self.app), self.size.width
        line = Line(cells, self.rich_style)
        mark = {"accent": "→ ", "alert": "! "}.get(self.tone, "") if self.text else ""
        line.put(0, mark, colors.style("muted" if self.tone == "accent" else self.tone))
        said = cut(clean(self.text), cells - width(mark))
        line.add(said, colors.style(self.tone, bold=self.tone != "muted"))
        aside = clean(self.aside)
        if aside and line.at + 2 + width(aside) <= cells:
            line.right(cells, aside, colors.style("muted"))
        return line.strip()


def understood(typed: str, wrong: str, read: Callable[[str], str]) -> tuple[str, str]:
    """What an `Echo` says of a field, and its tone: an error that was given, else what `read` makes of it."""
    if wrong:
        return wrong, "alert"
    if not typed.strip():
        return "", "muted"
    try:
        return read(typed.strip()), "accent"
    except Invalid as error:
        return field_sentence(next(iter(error.fields.values())), error.data), "alert"


class LineField(Input):
    """One line of typed text: at most `limit` characters; focus does not select, so nothing is typed away."""

    DEFAULT_CSS = """
    LineField { width: 1fr; }
    """

    def __init__(self, placeholder: str = "", *, limit: int = 60, id: str | None = None) -> None:
        super().__init__(placeholder=placeholder, max_length=limit, id=id, select_on_focus=False)


class NoteArea(TextArea):
    """The note: soft-wrapped; `tab` goes on instead of indenting."""

    DEFAULT_CSS = """
    NoteArea { width: 1fr; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(
            soft_wrap=True, tab_behavior="focus", show_line_numbers=False, highlight_cursor_line=False, id=id
        )  # fmt: skip


class Choice(Widget, can_focus=True):
    """One of a few: a row each, or one row with arrows where space is short. `⏎` goes on."""

    DEFAULT_CSS = """
    Choice { height: auto; width: 1fr; background: $field; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,right", "move(1)", show=False),
        Binding("up,left", "move(-1)", show=False),
        Binding("enter", "done", show=False),
    ]

    options: reactive[tuple[tuple[int, str], ...]] = reactive((), layout=True)
    """(id, words)."""

    chosen: reactive[int | None] = reactive(None)
    """The id."""

    compact: reactive[bool] = reactive(False, layout=True)
    most: reactive[int] = reactive(6, layout=True)
    """At most so many rows are shown at once."""

    class Changed(Message):
        """Another one is chosen."""

        def __init__(self, choice: Choice, chosen: int) -> None:
            super().__init__()
            self.choice = choice
            self.chosen = chosen

        @property
        def control(self) -> Choice:
            """The widget."""
            return self.choice

    class Done(Message):
        """`⏎`: this one it is."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

        @property
        def control(self) -> Choice:
            """The widget."""
            return self.choice

    def __init__(self, options: Sequence[tuple[int, str]] = (), *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.set_reactive(Choice.options, tuple(options))

    @property
    def at(self) -> int | None:
        """The place of the chosen one."""
        return next((place for place, (ident, _w) in enumerate(self.options) if ident == self.chosen), None)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One row, or one each."""
        return 1 if self.compact else max(1, min(self.most, len(self.options)))

    def render_line(self, y: int) -> Strip:
        """One option."""
        colors, cells = palette(self.app), self.size.width
        at = self.at
        if self.compact:
            line = Line(cells, self.rich_style)
            if self.has_focus:
                line.put(0, "▌", colors.style("accent"))
            word = "" if at is None else self.options[at][1]
            if word:
                tone = "strong" if self.has_focus else "text"
                line.put(2, cut(clean(word), cells - 12), colors.style(tone))
            place = f"◂ {0 if at is None else at + 1}/{len(self.options)} ▸"
            return line.right(cells - 1, place, colors.style("muted")).strip()
        rows = self.size.height
        top = 0 if at is None else max(0, min(at - rows + 1, len(self.options) - rows))
        place_here = top + y
        lit = place_here == at
        line = Line(cells, self.rich_style + colors.ground("select") if lit else self.rich_style)
        if place_here < len(self.options):
            if self.has_focus and (lit or (at is None and y == 0)):
                line.put(0, "▌", colors.style("accent"))
            line.put(2, "●" if lit else "○", colors.style("accent" if lit else "muted"))
            word = cut(clean(self.options[place_here][1]), cells - 5)
            line.put(4, word, colors.style("strong" if lit else "text", bold=lit))
        return line.strip()

    def on_click(self, event: events.Click) -> None:
        """A click chooses; on the one row it steps on."""
        self.focus()
        if self.compact:
            self.action_move(1 if event.x >= self.size.width // 2 or self.at is None else -1)
            return
        rows = self.size.height
        top = 0 if self.at is None else max(0, min(self.at - rows + 1, len(self.options) - rows))
        if 0 <= top + event.y < len(self.options):
            self._choose(top + event.y)

    def action_move(self, step: int) -> None:
        """The next or the previous one; around at the ends."""
        if self.options:
            at = self.at
            self._choose((0 if step > 0 else -1) if at is None else (at + step) % len(self.options))

    def action_done(self) -> None:
        """Take the first one where none is chosen, and go on."""
        if self.at is None:
            self.action_move(1)
        self.post_message(self.Done(self))

    def _choose(self, place: int) -> None:
        self.chosen = self.options[place][0]
        self.post_message(self.Changed(self, self.options[place][0]))


class SaveBar(Widget):
    """The one big key of the form: what `ctrl+s` does now. A click is the key."""

    DEFAULT_CSS = """
    SaveBar { height: 1; width: 1fr; background: $accent; }
    SaveBar.-off { background: $field; }
    """

    key: reactive[str] = reactive("")
    label: reactive[str] = reactive("")
    enabled: reactive[bool] = reactive(True)

    class Pressed(Message):
        """It was clicked."""

        def __init__(self, bar: SaveBar) -> None:
            super().__init__()
            self.bar = bar

        @property
        def control(self) -> SaveBar:
            """The bar."""
            return self.bar

    def watch_enabled(self, enabled: bool) -> None:
        """Ink on paper while it can be pressed."""
        self.set_class(not enabled, "-off")

    def render_line(self, y: int) -> Strip:
        """`ctrl+s simpan, buka berikutnya`."""
        colors, cells = palette(self.app), self.size.width
        line = Line(cells, self.rich_style)
        tone = "on" if self.enabled else "muted"
        line.put(1, cut(clean(self.key), cells - 2), colors.style(tone, bold=True))
        line.put(line.at + 1, cut(clean(self.label), cells - line.at - 2), colors.style(tone))
        return line.strip()

    def on_click(self, _event: Any) -> None:
        """A click is the key."""
        if self.enabled:
            self.post_message(self.Pressed(self))
