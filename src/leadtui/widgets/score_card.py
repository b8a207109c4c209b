"""The score as an account: where today's list stands on average, what this person adds and takes, the sum.

A single rule above the total and a double one below it; bars hang left or right of one axis. Under it the
honest sentence, with its hundred marks, and how much it was measured on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.style import Style
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from leadtui.core.leads.dto import Count, LeadFacts, ScoreCard
from leadtui.formats import count, number, percent, percent_number, signed
from leadtui.i18n import _
from leadtui.reason_words import column_word, like_sentence, measured_sentence, reason_line
from leadtui.scoring.reasons import Reason
from leadtui.text import cut
from leadtui.themes import Palette, palette
from leadtui.widgets.bars import BOUGHT, bar, hundred_marks, left_bar
from leadtui.widgets.line import Line, ruled
from leadtui.widgets.wrap import wrap

_NUMBER: Final = 4
"""Cells of the amounts' column: `+14`, `100%`."""

COMPACT_LINES: Final = 3
"""How many reasons the compact card shows."""


class ScoreAccount(Widget):
    """A lead's score.

    Class `-compact` (80×24) keeps the total in the heading, the largest reasons and the sentence; `-dense`
    (fewer than 30 lines) leaves out blank lines and the intro row.
    """

    DEFAULT_CSS = """
    ScoreAccount { height: auto; width: 1fr; }
    """

    card: reactive[ScoreCard | None] = reactive(None, layout=True)
    facts: reactive[LeadFacts] = reactive(LeadFacts(), layout=True)

    place: reactive[int | None] = reactive(None)
    """Place in the caller's queue, 1-based."""

    of: reactive[Count | None] = reactive(None)
    """How long that queue is."""

    historical: reactive[bool] = reactive(False, layout=True)
    """Whether the lead's row carries a known outcome: its score has seen its answer."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the account has."""
        return len(self._account(width, Style()))

    def render_line(self, y: int) -> Strip:
        """One line of the account."""
        lines = self._account(self.size.width, self.rich_style)
        return lines[y] if y < len(lines) else Strip.blank(self.size.width, self.rich_style)

    def _account(self, width: int, ground: Style) -> list[Strip]:
        fact = ""
        if self.place is not None and self.of is not None:
            fact = _("place {n} of {total}").format(
                n=number(self.place), total=count(self.of.n, self.of.capped)
            )
        return account(
            self.card, self.facts, width, palette(self.app), ground, fact=fact, historical=self.historical,
            compact=self.has_class("-compact"), dense=self.has_class("-dense"),
        )  # fmt: skip


def account(
    card: ScoreCard | None,
    facts: LeadFacts,
    width: int,
    p: Palette,
    ground: Style,
    *,
    fact: str = "",
    historical: bool = False,
    compact: bool = False,
    dense: bool = False,
) -> list[Strip]:
    """The card as lines of `width` cells."""

    def line() -> Line:
        return Line(width, ground)

    lines: list[Strip] = []
    if card is None:
        lines.append(ruled(line(), 0, width, _("score"), fact, p).strip())
        lines.append(line().put(0, _("not scored yet"), p.style("muted")).strip())
        return lines

    total = percent(card.probability)
    if compact:
        lines.append(ruled(line(), 0, width, _("score"), total, p, "accent", bold=True).strip())
        lines += _reasons(_largest(card.lines), facts, width, p, ground)
    else:
        lines.append(ruled(line(), 0, width, _("score"), fact, p).strip())
        if not dense:
            lines.append(line().strip())
            opening = cut(_("average of today's list"), width - _NUMBER - 1)
            start = line().put(0, opening, p.style("muted"))
            lines.append(start.right(width, percent_number(card.pool_mean), p.style("muted")).strip())
        lines += _reasons(card.lines, facts, width, p, ground)
        lines.append(line().right(width, "─" * _NUMBER, p.style("rule2")).strip())
        sum_line = line().put(0, cut(_("likely to buy"), width - 5), p.style("strong", bold=True))
        lines.append(sum_line.right(width, total, p.style("accent", bold=True)).strip())
        lines.append(line().right(width, "═" * _NUMBER, p.style("rule2")).strip())

    lines += _honest(card, width, p, ground, compact=compact)
    notes = []
    if historical:
        notes.append(_("◇ historical, demo: this score has seen its answer"))
    if card.unseen:
        names = ", ".join(column_word(name) for name in card.unseen)
        notes.append(_("new to the model, counted as missing: {names}").format(names=names))
    for note in notes:
        lines += [line().put(0, part, p.style("muted")).strip() for part in wrap(note, width)]
    return lines


def _largest(reasons: Sequence[Reason]) -> list[Reason]:
    """The compact card's lines: the largest ones; "other" only where nothing else is left."""
    return list(reasons[:-1][:COMPACT_LINES] or reasons)


def _reasons(
    reasons: Sequence[Reason], facts: LeadFacts, width: int, p: Palette, ground: Style
) -> list[Strip]:
    """Signed amounts with bars on one axis, all on one scale."""
    right = 5 if width < 40 else 7 if width < 46 else 10
    axis = width - _NUMBER - 1 - right
    most = max((abs(reason.points or 0) for reason in reasons), default=0) or 1
    lines = []
    for reason in reasons:
        points = reason.points or 0
        line = Line(width, ground)
        size = right * abs(points) / most
        taken = left_bar(abs(points) / most, right).strip() if points < 0 else ""
        room = axis - (len(taken) + 1 if taken else 1)
        line.put(0, cut(reason_line(reason, facts), room), p.style("text"))
        if taken:
            line.put(axis - len(taken), taken, p.style("alert"))
        elif points > 0:
            # Even one point shows: an eighth of a cell at the axis.
            line.put(axis, bar(max(size / right, 1 / (8 * right)), right), p.style("bar"))
        tone = "alert" if points < 0 else "strong"
        line.right(width, signed(points), p.style(tone, bold=points >= 0))
        lines.append(line.strip())
    return lines


def _honest(card: ScoreCard, width: int, p: Palette, ground: Style, *, compact: bool) -> list[Strip]:
    """ "Of 100 like this one, 61 bought." as words, marks and measure."""
    if card.like_n is None or card.like_bought is None or card.like_n == 0:
        sentence = _("Not measured yet on calls like this one.")
        return [Line(width, ground).put(0, cut(sentence, width), p.style("muted")).strip()]
    sentence = like_sentence(card.like_n, card.like_bought)
    lines = [Line(width, ground).put(0, part, p.style("strong")).strip() for part in wrap(sentence, width)]
    if compact:
        return lines
    of = min(100, card.like_n)
    bought = round(100 * card.like_bought / card.like_n) if card.like_n >= 100 else card.like_bought
    for row in hundred_marks(bought, of):
        line = Line(width, ground)
        end = row.rfind(BOUGHT) + 1
        line.put(0, row[:end], p.style("accent"))
        lines.append(line.add(row[end:], p.style("muted")).strip())
    measured = measured_sentence(card.like_n, card.like_low, card.like_high)
    lines += [Line(width, ground).put(0, part, p.style("muted")).strip() for part in wrap(measured, width)]
    return lines
