"""Draws one line of the lead list: a row, a placeholder, or a heading that holds the column heads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from rich.style import Style
from textual.strip import Strip

from leadtui.core.leads.dto import LeadRow, LeadState, Sort
from leadtui.formats import clock, day, due, last_contact, number, overdue, percent_number
from leadtui.i18n import _
from leadtui.reason_words import row_reason
from leadtui.text import MISSING, cell, clean, cut, width
from leadtui.themes import Palette
from leadtui.widgets.bars import bar
from leadtui.widgets.lead_columns import Columns
from leadtui.widgets.line import Line, ruled
from leadtui.wording import state_word

TOP: Final = 5
"""How many of the best are in full voice; the rows below are muted, or every row would shout."""

HISTORICAL: Final = "◇"
"""Beside a score that has seen its own answer."""

_LEFT: Final = frozenset(
    {LeadState.CONVERTED, LeadState.REJECTED, LeadState.DO_NOT_CALL, LeadState.BAD_NUMBER}
)
"""States that say more than a reason to call does."""


@dataclass(frozen=True, slots=True)
class Look:
    """Everything beside the row itself that changes how it looks: the key of the drawn lines' cache."""

    columns: Columns
    palette: Palette
    language: str
    ground: Style
    """What the widget stands on."""
    scale: float
    """The probability that fills the bar column."""
    now: datetime | None
    zone: tzinfo
    me: int | None
    """The user's id: whoever else holds a lead is a colleague."""
    sort: Sort = Sort.SCORE


def draw_row(look: Look, row: LeadRow, place: int | None, *, due_row: bool, cursor: bool, focused: bool,
             mark: str) -> Strip:  # fmt: skip
    """One lead. `mark` is what has happened to it since it was loaded: it takes the reason's place."""
    c, p = look.columns, look.palette
    line = ground_of(look, place, cursor, focused, due_row=due_row)
    ranked = look.sort is Sort.SCORE
    top = due_row or (ranked and place is not None and place <= TOP)
    faded = bool(mark) or (row.claimed_by is not None and row.claimed_by != look.me) or row.state in _LEFT
    late = (
        due_row
        and row.callback_at is not None
        and look.now is not None
        and overdue(row.callback_at, look.now)
    )

    if due_row:
        sign = "!" if late else "·"
        line.right(2 + c.place - 1, sign, p.style("alert" if late else "muted", bold=late))
    else:
        line.right(2 + c.place, _place(place), p.style("muted"))

    bold = cursor or due_row or (ranked and place == 1)
    name = cut(clean(row.name), c.name) or MISSING
    line.put(c.name_at, name, p.style("muted" if faded else "strong" if bold else "text", bold=bold))

    share = row.probability
    if share is not None:
        tone = "accent" if cursor else "rule2" if faded else "bar"
        line.put(c.bar_at, bar(share / look.scale, c.bar), p.style(tone))
    digits = percent_number(share)
    loud = (top or cursor) and not faded
    line.right(c.percent_at + 2, digits, p.style("strong" if loud else "muted", bold=loud))
    if share is not None:
        line.put(c.percent_at + 2, "%", p.style("muted"))
    if row.historical:
        line.put(c.percent_at + 3, HISTORICAL, p.style("muted"))

    reason, tone = _reason(look, row, mark, due_row=due_row, late=late, faded=faded, loud=top or cursor)
    line.put(c.reason_at, cut(reason, c.reason), p.style(tone))
    if c.has_age:
        line.right(c.age_end, MISSING if row.age is None else str(row.age), p.style("muted"))
    if c.last:
        line.right(c.end, _last(look, row), p.style("muted"))
    return line.strip()


def draw_placeholder(look: Look, place: int | None, *, cursor: bool, focused: bool) -> Strip:
    """A row whose page is on its way."""
    line = ground_of(look, place, cursor, focused)
    line.right(2 + look.columns.place, _place(place), look.palette.style("muted"))
    line.put(look.columns.name_at, "…", look.palette.style("muted"))
    return line.strip()


def draw_head(look: Look, label: str, *, heads: bool = True) -> Strip:
    """`LABEL ───── SKOR ── ALASAN ──`: the group's name and the column heads in one hairline."""
    c, p = look.columns, look.palette
    line = Line(c.width, look.ground)
    if not heads:
        return ruled(line, 2, c.end, cut(label, c.end - 4), "", p).strip()
    ruled(line, 2, c.name_at + c.name, cut(label, c.name_at + c.name - 4), "", p)
    ruled(line, c.bar_at, c.percent_at + 3, _("score"), "", p)
    last = _("last call").upper() if c.last else ""
    age = _("age").upper() if c.has_age else ""
    last_at = c.end - width(last) if last else c.end + 1
    age_at = c.age_end - width(age) if age else last_at
    ruled(line, c.reason_at, age_at - 1, _("reason"), "", p)
    if age:
        line.put(age_at, age, p.style("muted"))
        line.put(c.age_end + 1, "─" * (last_at - c.age_end - 2), p.style("rule"))
    if last:
        line.put(last_at, last, p.style("muted"))
    return line.strip()


def ground_of(look: Look, place: int | None, cursor: bool, focused: bool, *, due_row: bool = False) -> Line:
    """The row's ground and its first column: selected, in a band, or neither."""
    p = look.palette
    if cursor:
        line = Line(look.columns.width, look.ground + p.ground("select"))
        edge = p.style("accent") if focused else p.style("muted")
        return line.put(0, "▌" if focused else "▏", edge)
    banded = place is not None and not due_row and (place - 1) // 5 % 2 == 1
    if not banded:
        return Line(look.columns.width, look.ground)
    line = Line(look.columns.width, look.ground + p.ground("band"))
    return line.put(0, " ", look.ground)  # column 0 belongs to the focus mark


def _place(place: int | None) -> str:
    return "·" if place is None else number(place)


def _reason(
    look: Look, row: LeadRow, mark: str, *, due_row: bool, late: bool, faded: bool, loud: bool
) -> tuple[str, str]:
    if mark:
        return clean(mark), "muted"
    if row.claimed_by is not None and row.claimed_by != look.me:
        return _("with a colleague"), "muted"
    if due_row and row.callback_at is not None and look.now is not None:
        at, now = row.callback_at, look.now
        when = clock(at, look.zone)
        if at.astimezone(look.zone).date() != now.astimezone(look.zone).date():
            when = day(at.astimezone(look.zone))
        words = _("due {time}, {gap}").format(time=when, gap=due(at, now))
        if width(words) > look.columns.reason:
            words = _("due {time}, {gap}").format(time=when, gap=due(at, now, short=True))
        return words, "alert" if late else "text"
    if row.state in _LEFT:
        return state_word(row.state), "muted"
    return row_reason(row), "text" if loud and not faded else "muted"


def _last(look: Look, row: LeadRow) -> str:
    if row.last_contact_at is None or look.now is None:
        return MISSING
    return last_contact(row.last_contact_at, look.now, look.zone)


def draw_sentence(look: Look, text: str) -> Strip:
    """One muted sentence where the rows would be."""
    line = Line(look.columns.width, look.ground)
    return line.put(2, cell(text, look.columns.end - 2), look.palette.style("muted")).strip()
