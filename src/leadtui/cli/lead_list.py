"""`leadtui leads list`: the ranking of every state, as a table, JSON or CSV."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from leadtui.cli import out
from leadtui.cli.errors import say
from leadtui.cli.session import system
from leadtui.core.ctx import Ctx
from leadtui.core.errors import Invalid
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import LeadFilter, LeadRow, PageQuery, Scope, Sort
from leadtui.formats import number, percent
from leadtui.i18n import _
from leadtui.scoring.codes import JOB, value_of
from leadtui.wording import job_word, row_reason, state_word

TABLE: Final = 20
"""Lines of a table without --top."""
_PAGE: Final = 1_000

NAMES: Final = (
    "id", "probability", "rank_key", "name", "age", "job", "city", "state", "attempts", "last_contact_at",
    "callback_at", "owner_id", "claimed_by", "synthetic", "historical", "reasons",
)  # fmt: skip
"""What a line holds for programs."""


def run(
    top: int | None,
    narrowed: LeadFilter,
    order: Sort | None,
    scope: Scope,
    *,
    query: str = "",
    view: str = "",
    as_json: bool,
    as_csv: bool,
) -> None:
    """Print the list. What the options say counts above `query`, that above `view`."""
    if as_json and as_csv:
        raise Invalid({"--csv": "one_format"}, "one_format")
    with system() as ctx:
        sort = order or Sort.SCORE
        if view or query:
            # only then: a plain list needs neither
            from leadtui.cli import views

            found = views.named(ctx, view) if view else None
            if found is not None:
                sort = order or found.sort
            narrowed = views.narrowed(ctx, found, query, narrowed)
        if as_json:
            out.array(as_object(row) for row in rows(ctx, narrowed, top, sort, scope))
        elif as_csv:
            out.rows_csv(NAMES, (_flat(row) for row in rows(ctx, narrowed, top, sort, scope)))
        else:
            _table(ctx, narrowed, top or TABLE, sort, scope)


def probability(text: str | None, option: str) -> float | None:
    """0–1 from `0.3`, `0,3` or `30%`. Raises Invalid("min_score") for anything else."""
    if text is None:
        return None
    found = re.fullmatch(r"([0-9]+(?:[.,][0-9]+)?)\s*(%?)", text.strip(), re.ASCII)
    if found:
        value = float(found[1].replace(",", ".")) / (100 if found[2] else 1)
        if value <= 1:
            return value
    raise Invalid({option: "min_score"}, "min_score", option=option, value=text)


def job_codes(words: Sequence[str]) -> tuple[int, ...]:
    """Codes of jobs as the files write them. Raises Invalid("job_unknown")."""
    found = []
    for word in (part.strip().lower() for given in words for part in given.split(",")):
        if word not in JOB:
            raise Invalid({"--job": "job_unknown"}, "job_unknown", value=word, known=", ".join(JOB))
        found.append(JOB[word])
    return tuple(found)


def rows(ctx: Ctx, narrowed: LeadFilter, top: int | None, sort: Sort, scope: Scope) -> Iterator[LeadRow]:
    """Rows in order, page by page; all of them without `top`."""
    left = top
    asked = PageQuery(filter=narrowed, scope=scope, limit=_PAGE, sort=sort)
    while left is None or left > 0:
        page = leads.page(ctx, asked if left is None else replace(asked, limit=min(_PAGE, left)))
        yield from page.rows
        if page.at_end or not page.rows:
            return
        left = None if left is None else left - len(page.rows)
        asked = replace(asked, after=page.rows[-1].keyset(sort))


def as_object(row: LeadRow) -> dict[str, Any]:
    """A line for `--json`; codes of the files, not words of a language."""
    return {
        "id": row.id,
        "probability": row.probability,
        "rank_key": row.rank_key,
        "name": row.name,
        "age": row.age,
        "job": value_of("job", row.job),
        "city": row.city,
        "state": row.state.name.lower(),
        "attempts": row.attempts,
        "last_contact_at": row.last_contact_at,
        "callback_at": row.callback_at,
        "owner_id": row.owner_id,
        "claimed_by": row.claimed_by,
        "synthetic": row.synthetic,
        "historical": row.historical,
        "reasons": [
            {"group": reason.group.name.lower(), "delta": round(reason.delta, 3)} for reason in row.reasons
        ],
    }


def _flat(row: LeadRow) -> dict[str, Any]:
    reasons = "; ".join(f"{reason.group.name.lower()} {reason.delta:+.3f}" for reason in row.reasons)
    return {**as_object(row), "reasons": reasons}


def _table(ctx: Ctx, narrowed: LeadFilter, top: int, sort: Sort, scope: Scope) -> None:
    found = list(rows(ctx, narrowed, top, sort, scope))
    total = leads.count(ctx, narrowed, scope)
    columns: list[out.Column[LeadRow]] = [
        out.Column(_("Id"), lambda row: row.id, right=True),
        out.Column(_("Score"), lambda row: percent(row.probability, 1), right=True),
        out.Column(_("Name"), lambda row: row.name),
        out.Column(_("Age"), lambda row: row.age, right=True),
        out.Column(_("Job"), lambda row: job_word(row.job)),
        out.Column(_("City"), lambda row: row.city),
        out.Column(_("State"), lambda row: state_word(row.state)),
        out.Column(_("Reasons"), row_reason),
        out.Column("", lambda row: _marks(row) or " "),
    ]
    out.table(found, columns)
    if not found:
        say(_("No lead is like that.") if not narrowed.empty else _("There are no leads yet."))
        if narrowed.empty:
            say("hint: leadtui leads import FILE")
    elif total.capped or total.n > len(found):
        count = number(total.n) + ("+" if total.capped else "")
        say(_("{n} of {total}; --top N shows more.").format(n=number(len(found)), total=count))


def _marks(row: LeadRow) -> str:
    words = [_("synthetic")] if row.synthetic else []
    if row.historical:
        words.append(_("historical"))
    return ", ".join(words)
