"""What `leadtui leads why-not` and `override` do."""

from __future__ import annotations

from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from leadtui.cli import out
from leadtui.cli.session import system
from leadtui.core.eligibility import service as eligibility
from leadtui.core.eligibility.dto import Override, Reason, WhyNot
from leadtui.eligibility_words import change, headline, label, lifted_line, standing
from leadtui.i18n import _
from leadtui.text import clean, width


def show(lead_id: int, *, as_json: bool) -> None:
    """Print every predicate, its verdict, and when it changes."""
    with system() as ctx:
        why = eligibility.why_not(ctx, lead_id)
        zone = ZoneInfo(ctx.actor.zone) if ctx.actor is not None else ZoneInfo("UTC")
    if as_json:
        out.array([as_object(why)])
        return
    name = clean(why.name).strip() or _("no name, number {id}").format(id=lead_id)
    out.line(f"{lead_id} · {name}")
    out.line(headline(why, zone))
    if why.synthetic:
        out.line(_("A synthetic person: no number is ever dialled."))
    out.line()
    wide = max(width(label(reason.code)) for reason in why.reasons)
    for reason in why.reasons:
        named = label(reason.code)
        mark = "✓" if reason.ok else "×"
        out.line(f"{mark} {named}{' ' * (wide - width(named))}  {standing(reason, why, zone)}")
        if told := change(reason, why, zone):
            out.line(f"{' ' * (wide + 4)}→ {told}")
    if why.lifted:
        out.line()
        for lifted in why.lifted:
            out.line(lifted_line(lifted, why, zone))


def lift(lead_id: int, code: str, reason: str) -> None:
    """Override one predicate, and say how the lead stands now."""
    with system() as ctx:
        eligibility.override(ctx, Override(uuid4(), lead_id, code, reason))
        why = eligibility.why_not(ctx, lead_id)
        zone = ZoneInfo(ctx.actor.zone) if ctx.actor is not None else ZoneInfo("UTC")
    out.line(_("Lifted: {what}.").format(what=label(code)))
    out.line(headline(why, zone))


def as_object(why: WhyNot) -> dict[str, Any]:
    """The answer for `--json`: codes, not words of a language."""
    return {
        "id": why.lead_id,
        "version": why.version,
        "now": why.now,
        "callable": why.callable,
        "callable_at": why.at,
        "zone": None if why.zone is None else why.zone.name,
        "synthetic": why.synthetic,
        "checks": [_check(reason) for reason in why.reasons],
        "overrides": [
            {"code": one.code, "at": one.at, "by": one.by_name, "reason": one.reason} for one in why.lifted
        ],
    }


def _check(reason: Reason) -> dict[str, Any]:
    found: dict[str, Any] = {
        "code": reason.code,
        "ok": reason.ok,
        "until": reason.until,
        "liftable": reason.liftable,
        "kind": reason.kind or None,
        "n": reason.n,
        "of": reason.of,
        "who": reason.who,
        "state": None if reason.state is None else reason.state.name.lower(),
        "consent": None if reason.consent is None else reason.consent.name.lower(),
        "source": reason.source,
        "at": reason.at,
        "numbers": [listed.ending for listed in reason.numbers] or None,
        "holiday": reason.holiday_en or reason.holiday,
    }
    always = {"code", "ok", "until", "liftable"}
    return {key: value for key, value in found.items() if value is not None or key in always}
