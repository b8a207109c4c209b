"""What to say: the required lines with the one that is next in full, then points, offers and objections.

It shows a `GuideFor` and asks nobody anything. Where there is not room for all, the current sentence stays
whole, then the lines around it, then what weighs most; the rest is counted, and `g` shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from leadtui.core.guide.dto import GuideFor
from leadtui.formats import number
from leadtui.guide_words import label, spoken, ticked
from leadtui.i18n import _, language, ngettext
from leadtui.text import cut, width
from leadtui.themes import Palette, palette
from leadtui.widgets.line import Line, ruled
from leadtui.widgets.wrap import wrap

Draw = Callable[[Line, Palette], object]
"""One line, drawn when it is seen: colours follow the theme."""

OBJECTIONS: int = 3
"""How many stand beside the guide where there is room."""
HEADING: int = 1000
"""The rank of a heading: it comes with the first block under it, never by itself."""
_SIDE_BY_SIDE = 56
"""From this width on an answer stands beside what they say."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that are shown together or not at all."""

    rank: int
    """What is left out first has the highest."""
    lines: tuple[Draw, ...]
    heading: int | None = None
    """The place of the block that must stand above it; it is counted where it does not fit."""


class GuidePane(Widget):
    """The guide beside a call, or beside somebody who is looked at."""

    DEFAULT_CSS = """
    GuidePane { height: auto; width: 1fr; }
    """

    guide: reactive[GuideFor | None] = reactive(None, layout=True)

    ticks: reactive[tuple[str, ...]] = reactive((), layout=True)
    """Codes of the required lines that were said."""

    key: reactive[str] = reactive("")
    """The key that ticks the next line; empty while nothing can be ticked."""

    more: reactive[str] = reactive("")
    """The key that shows the whole guide."""

    dense: reactive[bool] = reactive(False, layout=True)
    """No blank lines."""

    wordy: reactive[bool] = reactive(False, layout=True)
    """Whether objections stand here too."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._made: tuple[object, list[Block]] | None = None

    def relabel(self) -> None:
        """Another language."""
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as it has."""
        return sum(len(block.lines) for block in self._blocks(width))

    def render_line(self, y: int) -> Strip:
        """One line."""
        cells, rows = self.size
        line = Line(cells, self.rich_style)
        shown = self.fit(cells, rows)
        if y < len(shown):
            shown[y](line, palette(self.app))
        return line.strip()

    def fit(self, cells: int, rows: int) -> list[Draw]:
        """The lines that stand in `rows`."""
        blocks = self._blocks(cells)
        everything = [draw for block in blocks for draw in block.lines]
        if len(everything) <= rows:
            return everything
        room = rows - 1  # one line says that there is more
        kept: set[int] = set()
        for place in sorted(range(len(blocks)), key=lambda at: blocks[at].rank):
            block = blocks[place]
            head = None if block.heading in kept else block.heading
            needs = len(block.lines) + (0 if head is None else len(blocks[head].lines))
            if block.rank < HEADING and needs <= room:
                kept |= {place} if head is None else {place, head}
                room -= needs
        left = sum(block.heading is not None for place, block in enumerate(blocks) if place not in kept)
        lines = [draw for place, block in enumerate(blocks) if place in kept for draw in block.lines]
        return [*lines, self._rest(left, cells)] if left and rows > 0 else lines

    def _rest(self, left: int, cells: int) -> Draw:
        told = ngettext("{n} more", "{n} more", left).format(n=number(left))

        def draw(line: Line, colors: Palette) -> None:
            line.put(0, f"… {told}", colors.style("muted"))
            if self.more and width(told) + width(self.more) + 4 <= cells:
                line.right(cells, self.more, colors.style("strong", bold=True))

        return draw

    def _blocks(self, cells: int) -> list[Block]:
        made = (cells, self.guide, self.ticks, self.key, self.more, self.dense, self.wordy, language())
        if self._made is None or self._made[0] != made:
            self._made = (made, self._lay_out(cells))
        return self._made[1]

    def _lay_out(self, cells: int) -> list[Block]:
        guide = self.guide
        if guide is None or cells <= 0:
            return []
        gap: tuple[Draw, ...] = () if self.dense else (_blank,)
        blocks = [Block(0, (_heading(_("Guide"), ticked(guide, self.ticks), cells),))]
        blocks += self._required(guide, cells, gap)
        worth = [_point(spoken(point.say), cells) for point in guide.points]
        _section(blocks, _("Worth saying"), worth, 20, cells, gap)
        offers = [_offer(label(offer.label), spoken(offer.say), cells) for offer in guide.offers]
        _section(blocks, _("Offers"), offers, 30, cells, gap)
        if self.wordy:
            said = [
                _answer(label(o.they_say), spoken(o.answer), cells) for o in guide.objections[:OBJECTIONS]
            ]
            _section(blocks, _("If they say …"), said, 40, cells, gap)
        return blocks

    def _required(self, guide: GuideFor, cells: int, gap: tuple[Draw, ...]) -> list[Block]:
        """The lines, and the next one in full. When all were said they give their room away."""
        lines = guide.lines
        at = next((place for place, line in enumerate(lines) if line.code not in self.ticks), None)
        if at is None:
            return [Block(1, (_mark("✓", _("everything required was said"), "muted", cells),))]
        blocks = []
        for place, line in enumerate(lines):
            words = label(line.label)
            if place == at:
                blocks.append(Block(1, (_next(words, self.key, cells),)))
            elif line.code in self.ticks:
                # what was said can be left out before what is still to be said
                blocks.append(
                    Block(6 + (at - place if place < at else 0), (_mark("✓", words, "muted", cells),))
                )
            else:
                blocks.append(Block(3 + min(2, abs(place - at) - 1), (_mark("○", words, "text", cells),)))
        sentence = tuple(_said(part, 0) for part in wrap(f"“{spoken(lines[at].say)}”", cells))
        return [*blocks, *([Block(12, gap)] if gap else []), Block(2, sentence)]


def _section(
    blocks: list[Block],
    heading: str,
    entries: Sequence[tuple[Draw, ...]],
    rank: int,
    cells: int,
    gap: tuple[Draw, ...],
) -> None:
    """A heading, which stands only above something, and its entries."""
    if entries:
        at = len(blocks)
        blocks.append(Block(HEADING, (*gap, _heading(heading, "", cells))))
        blocks += [Block(rank + place, entry, at) for place, entry in enumerate(entries)]


def _blank(line: Line, colors: Palette) -> None:
    """Nothing."""


def _heading(words: str, fact: str, cells: int) -> Draw:
    return lambda line, colors: ruled(line, 0, cells, words, fact, colors)


def _mark(mark: str, words: str, tone: str, cells: int) -> Draw:
    def draw(line: Line, colors: Palette) -> None:
        line.put(0, mark, colors.style("accent" if mark == "✓" else "muted"))
        line.put(2, cut(words, cells - 2), colors.style(tone))

    return draw


def _next(words: str, key: str, cells: int) -> Draw:
    def draw(line: Line, colors: Palette) -> None:
        line.put(0, "▸", colors.style("accent"))
        line.put(2, cut(words, cells - 2), colors.style("strong", bold=True))
        if key and line.at + 1 + width(key) <= cells:
            line.right(cells, key, colors.style("muted"))

    return draw


def _said(words: str, at: int) -> Draw:
    return lambda line, colors: line.put(at, words, colors.style("strong", italic=True))


def _text(words: str, at: int, tone: str = "text") -> Draw:
    return lambda line, colors: line.put(at, words, colors.style(tone))


def _point(words: str, cells: int) -> tuple[Draw, ...]:
    first, *rest = wrap(words, cells - 2) or [""]

    def draw(line: Line, colors: Palette) -> None:
        line.put(0, "·", colors.style("accent"))
        line.put(2, first, colors.style("text"))

    return (draw, *(_text(part, 2) for part in rest))


def _offer(name: str, words: str, cells: int) -> tuple[Draw, ...]:
    def draw(line: Line, colors: Palette) -> None:
        line.put(0, cut(name, cells), colors.style("strong", bold=True))

    return (draw, *(_text(part, 2) for part in wrap(words, cells - 2)))


def _answer(they_say: str, words: str, cells: int) -> tuple[Draw, ...]:
    """What they say and what to answer: side by side where there is room."""
    if cells < _SIDE_BY_SIDE:
        return (
            _text(cut(f"“{they_say}”", cells), 0, "strong"),
            *(_said(p, 2) for p in wrap(f"“{words}”", cells - 2)),
        )
    left = cells // 3
    asked, answer = wrap(f"“{they_say}”", left - 2), wrap(f"“{words}”", cells - left)

    def row(place: int) -> Draw:
        def draw(line: Line, colors: Palette) -> None:
            if place < len(asked):
                line.put(0, asked[place], colors.style("strong", bold=True))
            if place < len(answer):
                line.put(left, answer[place], colors.style("text", italic=True))

        return draw

    return tuple(row(place) for place in range(max(len(asked), len(answer))))
