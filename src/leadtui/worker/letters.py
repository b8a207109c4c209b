"""What a mail says, in its receiver's language and time zone. Plain text; no customer's name or number."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from leadtui.core.outbox.dto import ALWAYS, Letter
from leadtui.formats import clock_zone, long_day, long_moment, number
from leadtui.i18n import _, language, ngettext, speaking
from leadtui.text import clean


def written(letter: Letter) -> tuple[str, str]:
    """(subject, body)."""
    with speaking(letter.locale or language()):
        subject, said = _said(letter)
        parts = [_("Hello {name},").format(name=clean(letter.name)), said, _closing(letter.kind)]
    return subject, "\n\n".join(parts) + "\n"


def _said(letter: Letter) -> tuple[str, str]:
    zone = ZoneInfo(letter.zone)
    params = letter.params
    by = clean(params.get("by_name") or "") or _("A colleague")
    lead = params.get("lead_id")
    due = _moment(params.get("due_at"), zone)
    if letter.kind == "task_assigned":
        if due is None:
            return _("leadtui: a task for you"), _("{name} gave you a task for lead {lead}.").format(
                name=by, lead=lead
            )
        return (
            _("leadtui: a task for you, {at}").format(at=due),
            _("{name} gave you a task for lead {lead}, due {at}.").format(name=by, lead=lead, at=due),
        )
    if letter.kind == "lead_handed_over":
        said = _("{name} handed lead {lead} over to you.").format(name=by, lead=lead)
        if params.get("task_id") is not None:
            said = f"{said} {_('The note is with the task.')}"
        return _("leadtui: a lead was handed over to you"), said
    if letter.kind == "callback_released":
        said = _("The callback of lead {lead} is open to the whole team now; its time was {at}.")
        return _("leadtui: a callback is open to the team"), said.format(lead=lead, at=due or _("not set"))
    if letter.kind == "digest":
        return _digest(letter, zone)
    return _("leadtui: your password was reset"), _(
        "An administrator gave you a one-time password and will tell it to you. If you did not ask for that, "
        "speak to them now."
    )


def _digest(letter: Letter, zone: ZoneInfo) -> tuple[str, str]:
    due, overdue = letter.params["due"], letter.params["overdue"]
    today = long_day(letter.now.astimezone(zone))
    subject = ngettext("leadtui: {n} task today", "leadtui: {n} tasks today", due).format(n=number(due))
    lines = [
        ngettext("{day}: {n} task is waiting for you.", "{day}: {n} tasks are waiting for you.", due).format(
            day=today, n=number(due)
        )
    ]
    if (first := letter.params.get("first_at")) is not None:
        lines.append(
            _("The next one is at {time}.").format(time=clock_zone(datetime.fromisoformat(first), zone))
        )
    if overdue:
        lines.append(ngettext("{n} is late.", "{n} are late.", overdue).format(n=number(overdue)))
    return subject, "\n".join(lines)


def _closing(kind: str) -> str:
    if kind in ALWAYS:
        return _("This mail was written by leadtui; nobody reads an answer to it.")
    return _(
        "Open leadtui, F3 shows your tasks.\n"
        "This mail was written by leadtui; nobody reads an answer to it. “leadtui mail off” switches it off."
    )


def _moment(text: Any, zone: ZoneInfo) -> str | None:
    if not isinstance(text, str):
        return None
    return long_moment(datetime.fromisoformat(text), zone)
