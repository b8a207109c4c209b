"""`o`: what they may say and what to answer, a key each. `g`: the whole guide for who is shown.

Sheets over the customer: the form beneath keeps what was typed, and its field the focus.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import ClassVar, Final

from textual import events, getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget

from leadtui.commands import key_of
from leadtui.core.guide.dto import GuideFor, GuideObjection
from leadtui.core.leads.dto import Lead
from leadtui.formats import number
from leadtui.guide_words import label, spoken, ticked
from leadtui.i18n import _
from leadtui.screens.customer_parts.sheets import Sheet
from leadtui.text import cut
from leadtui.themes import palette
from leadtui.widgets.heading import Heading
from leadtui.widgets.line import Line
from leadtui.widgets.wrap import wrap

KEYS: Final = "123456789abcdefhilmnprstuvwxyz"
"""One for every objection of a guide (at most 30); j, k, o, q and g have a meaning already."""


BULLET: Final = "· "


class ObjectionRows(Widget):
    """What they may say, a key before each."""

    DEFAULT_CSS = """
    ObjectionRows { height: auto; width: 1fr; }
    """

    said: reactive[tuple[GuideObjection, ...]] = reactive((), layout=True)
    at: reactive[int] = reactive(0)
    """The one whose answer is shown."""

    class Picked(Message):
        """A row was clicked."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One line each."""
        return len(self.said)

    def render_line(self, y: int) -> Strip:
        """One of them."""
        colors, lit = palette(self.app), y == self.at
        line = Line(self.size.width, self.rich_style + colors.ground("select") if lit else self.rich_style)
        if y < len(self.said):
            if lit:
                line.put(0, "▌", colors.style("accent"))
            line.put(2, KEYS[y] if y < len(KEYS) else " ", colors.style("strong", bold=True))
            words = cut(label(self.said[y].they_say), self.size.width - 5)
            line.put(4, words, colors.style("strong" if lit else "text", bold=lit))
        return line.strip()

    def on_click(self, event: events.Click) -> None:
        """Its answer."""
        if 0 <= event.y < len(self.said):
            self.post_message(self.Picked(event.y))


class Answer(Widget):
    """The answer, with air around it: it is read aloud from here."""

    DEFAULT_CSS = """
    Answer { height: auto; width: 1fr; }
    """

    asked: reactive[str] = reactive("", layout=True)
    words: reactive[str] = reactive("", layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The question, a blank line, the answer."""
        return len(self._lines(width))

    def render_line(self, y: int) -> Strip:
        """A line of it."""
        colors, line = palette(self.app), Line(self.size.width, self.rich_style)
        lines = self._lines(self.size.width)
        if y < len(lines):
            words, answer = lines[y]
            line.put(0, words, colors.style("strong" if answer else "muted", italic=answer, bold=answer))
        return line.strip()

    def _lines(self, cells: int) -> list[tuple[str, bool]]:
        asked = [(part, False) for part in wrap(f"“{self.asked}”", cells)]
        return [*asked, ("", False), *((part, True) for part in wrap(f"“{self.words}”", cells))]


class ObjectionsSheet(ModalScreen[None]):
    """A key shows an answer; the key that brought the sheet, or `esc`, takes it away."""

    CSS_PATH = "objections.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "dismiss", show=False),
        Binding("o", "dismiss", show=False, id="objections"),
        Binding("ctrl+o", "dismiss", show=False, id="objections_in_field"),
        Binding("j,down,space", "move(1)", show=False),
        Binding("k,up", "move(-1)", show=False),
        *(Binding(key, f"pick({place})", show=False) for place, key in enumerate(KEYS)),
    ]

    rows = getters.query_one(ObjectionRows)
    answer = getters.query_one(Answer)

    def __init__(self, guide: GuideFor) -> None:
        super().__init__()
        self.guide = guide

    def compose(self) -> ComposeResult:
        """The list, the answer beside or below it, how to leave."""
        with Vertical(id="sheet"):
            yield Heading(id="title")
            with Horizontal(id="both"):
                with VerticalScroll(id="list", can_focus=False):
                    yield ObjectionRows()
                with VerticalScroll(id="said", can_focus=False):
                    yield Answer()
            yield Heading(classes="foot")

    def on_mount(self) -> None:
        """The weightiest one is answered already."""
        self.rows.said = self.guide.objections
        self.relabel()

    def on_resize(self) -> None:
        """Beside each other where there is room."""
        self.set_class(self.size.width < 100, "-narrow")

    def relabel(self) -> None:
        """Another language."""
        title = self.query_one("#title", Heading)
        title.label, title.fact = _("If they say …"), number(len(self.guide.objections))
        self.query_one(".foot", Heading).fact = f"{key_of('objections')} / esc  {_('back')}"
        self.rows.refresh()
        self._show()

    def _show(self) -> None:
        said = self.guide.objections[self.rows.at]
        self.answer.asked, self.answer.words = label(said.they_say), spoken(said.answer)
        self.query_one("#said").scroll_home(animate=False)

    def action_pick(self, place: int) -> None:
        """Its key."""
        if place < len(self.guide.objections):
            self.rows.at = place
            self._show()
            self._into_view()

    def action_move(self, step: int) -> None:
        """The next or the one before."""
        self.action_pick(max(0, min(self.rows.at + step, len(self.guide.objections) - 1)))

    def on_objection_rows_picked(self, event: ObjectionRows.Picked) -> None:
        """A click."""
        event.stop()
        self.action_pick(event.place)

    def _into_view(self) -> None:
        scroll = self.query_one("#list")
        top, rows = int(scroll.scroll_y), scroll.size.height
        if not top <= self.rows.at < top + rows:
            scroll.scroll_to(y=max(0, self.rows.at - rows // 2), animate=False)


class Paragraphs(Widget):
    """Heads and sentences of the guide, wrapped."""

    DEFAULT_CSS = """
    Paragraphs { height: auto; width: 1fr; }
    """

    def __init__(self, entries: list[tuple[str, str, bool]]) -> None:
        super().__init__()
        self._entries = entries
        """(mark and head, sentence, whether it is said aloud)."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As high as it is."""
        return len(self._lines(width))

    def render_line(self, y: int) -> Strip:
        """A line of it."""
        colors, line = palette(self.app), Line(self.size.width, self.rich_style)
        lines = self._lines(self.size.width)
        if y < len(lines):
            words, head, aloud = lines[y]
            if words.startswith(BULLET) and not head:
                line.put(0, BULLET, colors.style("accent"))
                words = words.removeprefix(BULLET)
            tone = "strong" if head or aloud else "text"
            line.put(0 if head else 2, words, colors.style(tone, bold=head, italic=aloud and not head))
        return line.strip()

    def _lines(self, cells: int) -> list[tuple[str, bool, bool]]:
        lines: list[tuple[str, bool, bool]] = []
        for head, words, aloud in self._entries:
            if head:
                lines.append((cut(head, cells), True, aloud))
            told = f"“{words}”" if aloud else words
            parts = wrap(told, cells - 2)
            if not head and parts:
                parts[0] = BULLET + parts[0]
            lines += [(part, False, aloud) for part in parts]
        return lines


class GuideSheet(Sheet):
    """`g`: every line with its sentence, every point, offer and answer for this customer."""

    CSS_PATH = "customer_parts/sheets.tcss"
    COMMAND = "whole_guide"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("g", "dismiss", show=False, id="whole_guide")]

    def __init__(
        self,
        lead: Lead,
        guide: GuideFor,
        ticks: tuple[str, ...],
        *,
        zone: tzinfo,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(lead, zone=zone, now=now)
        self.guide = guide
        self.ticks = ticks

    def content(self) -> ComposeResult:
        """In the order of a call."""
        guide = self.guide
        yield Heading(_("Guide"), ticked(guide, self.ticks))
        yield Paragraphs(
            [
                (f"{'✓' if line.code in self.ticks else '○'} {label(line.label)}", spoken(line.say), True)
                for line in guide.lines
            ]
        )
        for heading, entries in (
            (_("Worth saying"), [("", spoken(point.say), False) for point in guide.points]),
            (_("Offers"), [(label(offer.label), spoken(offer.say), False) for offer in guide.offers]),
            (
                _("If they say …"),
                [(f"“{label(o.they_say)}”", spoken(o.answer), True) for o in guide.objections],
            ),
        ):
            if entries:
                yield Heading(heading, classes="spaced")
                yield Paragraphs(entries)
