"""The customers that a lookup finds: in any state, with who has them. The list's widget, other columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from textual.strip import Strip

from leadtui.core.leads.dto import LeadRow
from leadtui.formats import last_contact
from leadtui.i18n import _
from leadtui.text import MISSING, clean, cut, width
from leadtui.widgets.lead_list import LeadList
from leadtui.widgets.lead_row import Look, draw_placeholder, draw_sentence, ground_of
from leadtui.widgets.line import Line, ruled
from leadtui.widgets.profile import shown_name
from leadtui.wording import job_word, state_word

_GAP: Final = 2
_STATE, _WITH, _CITY, _AGE, _LAST, _JOB = 17, 14, 13, 3, 9, 20
_WIDE: Final = 110
"""From here on there is room for age, job and last contact."""


@dataclass(frozen=True, slots=True)
class _Grid:
    """First columns and sizes; a size of 0 is not shown."""

    name: int
    age_end: int
    job_at: int
    city_at: int
    state_at: int
    with_at: int
    last_end: int


def _grid(cells: int) -> _Grid:
    end = cells - 2
    wide = cells >= _WIDE
    with_at = end - (_LAST + _GAP if wide else 0) - _WITH
    state_at = with_at - _GAP - _STATE
    city_at = state_at - _GAP - _CITY
    job_at = city_at - _GAP - _JOB if wide else city_at
    age_end = job_at - _GAP if wide else 0
    name_end = age_end - _AGE if wide else city_at
    return _Grid(max(4, name_end - _GAP - 2), age_end, job_at if wide else 0, city_at, state_at, with_at,
                 end if wide else 0)  # fmt: skip


class LookupList(LeadList):
    """Name, city, state, whose; with room also age, job and last contact."""

    people: Mapping[int, str]
    """User id → name."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.people = {}

    def know(self, people: Mapping[int, str]) -> None:
        """Names of colleagues."""
        self.people = people
        self._all_again()

    def whose(self, row: LeadRow) -> tuple[str, bool]:
        """Who has a lead, in words, and whether they are on the phone with it now."""
        holder = row.claimed_by if row.claimed_by is not None else row.owner_id
        if holder is None:
            return MISSING, False
        if holder == self._me:
            name = _("you")
        else:
            name = clean(self.people.get(holder, "")).split(" ")[0] or _("a colleague")
        return (_("{name}: on it").format(name=name), True) if row.claimed_by is not None else (name, False)

    def _draw(self, look: Look, index: int, state: int) -> Strip:
        row = self.row_at(index)
        cursor, focused = state > 0, state > 1
        if row is None:
            return draw_placeholder(look, None, cursor=cursor, focused=focused)
        grid, p = _grid(look.columns.width), look.palette
        line = ground_of(look, index + 1, cursor, focused)
        name = cut(clean(shown_name(row.name, row.id)), grid.name)
        line.put(2, name, p.style("strong" if cursor else "text", bold=cursor))
        if grid.age_end:
            line.right(grid.age_end, MISSING if row.age is None else str(row.age), p.style("muted"))
            line.put(grid.job_at, cut(clean(job_word(row.job)), _JOB), p.style("muted"))
        line.put(grid.city_at, cut(clean(row.city), _CITY) or MISSING, p.style("muted"))
        line.put(grid.state_at, cut(state_word(row.state), _STATE), p.style("text"))
        whose, now = self.whose(row)
        line.put(grid.with_at, cut(whose, _WITH), p.style("alert" if now else "muted"))
        if grid.last_end and look.now is not None:
            at = row.last_contact_at
            last = MISSING if at is None else last_contact(at, look.now, look.zone)
            line.right(grid.last_end, cut(last, _LAST), p.style("muted"))
        return line.strip()

    def _draw_between(self, look: Look, key: int) -> Strip:
        kind = -1 - key
        if kind == 4:
            return draw_sentence(look, self._empty)
        if kind not in (1, 2):
            return Strip.blank(look.columns.width, look.ground)
        grid, p = _grid(look.columns.width), look.palette
        line = Line(look.columns.width, look.ground)
        age = _("age").upper()
        name_end = (grid.age_end - max(_AGE, width(age)) if grid.age_end else grid.city_at) - 1
        ruled(line, 2, name_end, _("customer"), "", p)
        if grid.age_end:
            line.right(grid.age_end, age, p.style("muted"))
            ruled(line, grid.job_at, grid.city_at - 1, _("job"), "", p)
        ruled(line, grid.city_at, grid.state_at - 1, _("city"), "", p)
        ruled(line, grid.state_at, grid.with_at - 1, _("state"), "", p)
        last = _("last call").upper() if grid.last_end else ""
        ruled(line, grid.with_at, (grid.last_end - width(last) - 1) if last else look.columns.width - 2,
              _("with"), "", p)  # fmt: skip
        if last:
            line.right(grid.last_end, last, p.style("muted"))
        return line.strip()
