"""Who `ctrl+s` leads to: asked beside the customer, so that "after this" is never a surprise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from leadtui.core.ctx import Ctx
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import LeadFilter, LeadRow, PageQuery
from leadtui.formats import clock, due, overdue, percent
from leadtui.i18n import _
from leadtui.widgets.next_up import Following
from leadtui.widgets.profile import shown_name
from leadtui.wording import row_reason


@dataclass(frozen=True, slots=True)
class Next:
    """The row that the next claim would take, as things stand."""

    row: LeadRow
    promised: bool
    """Whether it comes first because of a promise and not of its score."""


def following(
    ctx: Ctx, lead_id: int, passed: frozenset[int] = frozenset(), view: LeadFilter | None = None
) -> Next | None:
    """The best lead beside `lead_id`: my promises that are due, by time, then the order.

    `passed` were given back today: the claim does not serve them again. `view`: what `n` draws from.
    """
    now = ctx.now or datetime.now(UTC)
    away = passed | {lead_id}
    for row in leads.due(ctx):
        here = row.callback_at is not None and row.callback_at <= now
        if row.id not in away and row.claimed_by is None and here:
            return Next(row, promised=True)
    for row in leads.page(ctx, PageQuery(filter=view or LeadFilter(), limit=5 + len(away))).rows:
        if row.id not in away and row.claimed_by is None:
            return Next(row, promised=False)
    return None


def next_words(found: Next | None, now: datetime, zone: tzinfo) -> Following | None:
    """The row in words."""
    if found is None:
        return None
    row = found.row
    name = shown_name(row.name, row.id)
    if found.promised and row.callback_at is not None:
        late = overdue(row.callback_at, now)
        told = _("promised {time}").format(time=clock(row.callback_at, zone))
        return Following(name, percent(row.probability), f"{told}, {due(row.callback_at, now)}", late)
    return Following(name, percent(row.probability), row_reason(row))
