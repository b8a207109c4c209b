"""`?`: what every key does here, from the command table, and what the program knows about its data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget

from leadtui import __version__
from leadtui.commands import Hint
from leadtui.i18n import _
from leadtui.text import MISSING, clean
from leadtui.themes import palette
from leadtui.widgets.line import Line, ruled
from leadtui.widgets.wrap import wrap

KEY_CELLS = 12


@dataclass(frozen=True, slots=True)
class _Row:
    heading: str = ""
    key: str = ""
    """Empty on the further lines of a long sentence."""
    words: str = ""
    off: bool = False
    """Cannot be used by this role: the words say why."""
    wide: bool = False
    """Without a key: over both columns."""


class KeyTable(Widget):
    """Sections of keys in one column, or in two where there is room."""

    DEFAULT_CSS = """
    KeyTable { height: auto; width: 1fr; }
    """

    TWO_FROM: ClassVar[int] = 110

    def __init__(self, sections: list[tuple[str, list[Hint]]]) -> None:
        super().__init__()
        self._sections = sections

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As high as the longer column."""
        return max((len(column) for column in self._columns(width)), default=0)

    def _columns(self, width: int) -> list[list[_Row]]:
        """One column of lines, or two of about equal height, read one after the other."""
        two = width >= self.TWO_FROM
        room = (width // 2 if two else width) - 2 - KEY_CELLS
        blocks: list[list[_Row]] = []
        for heading, hints in self._sections:
            block = [_Row(heading=heading)]
            for hint in hints:
                if not hint.key:  # what the part is for
                    block += [_Row(words=part, wide=True) for part in wrap(hint.label, room + KEY_CELLS)]
                    continue
                off = bool(hint.reason)
                for place, part in enumerate(wrap(f"{hint.label} {hint.reason}", room)):
                    block.append(_Row(key="" if place else MISSING if off else hint.key, words=part, off=off))
            blocks.append([*block, _Row()])
        if not two:
            return [[row for block in blocks for row in block]]
        sizes = [len(block) for block in blocks]
        first = min(range(1, len(blocks) + 1), key=lambda n: max(sum(sizes[:n]), sum(sizes[n:])))
        return [[row for block in part for row in block] for part in (blocks[:first], blocks[first:])]

    def render_line(self, y: int) -> Strip:
        """One line of each column."""
        colors, line = palette(self.app), Line(self.size.width, self.rich_style)
        columns = self._columns(self.size.width)
        each = self.size.width // len(columns)
        for place, column in enumerate(columns):
            start, end = place * each, (place + 1) * each - 2
            row = column[y] if y < len(column) else _Row()
            if row.heading:
                line.put(start, "")
                ruled(line, start, end, row.heading, "", colors)
            elif row.words:
                line.put(start, row.key, colors.style("muted" if row.off else "strong", bold=not row.off))
                line.put(
                    start + (0 if row.wide else KEY_CELLS),
                    row.words,
                    colors.style("muted" if row.off else "text"),
                )
        return line.strip()


class HelpFacts(Widget):
    """Lines of facts above the keys."""

    DEFAULT_CSS = """
    HelpFacts { height: auto; width: 1fr; margin: 0 0 1 0; }
    """

    def __init__(self, facts: tuple[str, ...]) -> None:
        super().__init__()
        self._facts = facts

    def _lines(self, width: int) -> list[str]:
        return [part for fact in self._facts for part in wrap(clean(fact), width)]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Wrapped."""
        return len(self._lines(width))

    def render_line(self, y: int) -> Strip:
        """One line."""
        lines = self._lines(self.size.width)
        line = Line(self.size.width, self.rich_style)
        if y < len(lines):
            line.put(0, lines[y], palette(self.app).style("muted"))
        return line.strip()


class HelpScreen(ModalScreen[None]):
    """Closed by `?`, `esc` or `⏎`."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "dismiss", show=False, priority=True),
        Binding("question_mark", "dismiss", show=False, priority=True, id="help"),
        Binding("f1", "dismiss", show=False, priority=True, id="help_in_field"),
        Binding("j,down", "scroll(1)", show=False),
        Binding("k,up", "scroll(-1)", show=False),
    ]

    def __init__(self, sections: list[tuple[str, list[Hint]]], facts: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._sections = sections
        self._facts = facts

    def compose(self) -> ComposeResult:
        """Facts and keys."""
        with VerticalScroll(id="sheet"):
            yield HelpFacts((f"leadtui {__version__} · {_('esc closes this page')}", *self._facts))
            yield KeyTable(self._sections)

    def action_scroll(self, lines: int) -> None:
        """`j` `k`"""
        self.query_one("#sheet", VerticalScroll).scroll_relative(y=lines, animate=False)
