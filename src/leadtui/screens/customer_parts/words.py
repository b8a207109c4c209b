"""What each outcome leads to, and the errors of the call loop with who and what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from leadtui.call_words import ERRORS, register
from leadtui.core.calls.dto import Macro
from leadtui.core.errors import Conflict, Invalid
from leadtui.formats import number, span
from leadtui.i18n import _, ngettext
from leadtui.wording import field_sentence, verdict_word

register()

_TIMES: Final = frozenset({"back_in", "yours_back_in", "next_day", "hidden", "makes_task"})
"""Consequences that say when; a macro with a time of its own says another."""


def consequence_words(code: str, data: Mapping[str, int]) -> str:
    """One thing that an outcome leads to, in a few words; an unknown code says nothing."""
    n = number(data.get("n", 0))
    of = number(data.get("of", 0))
    days = data.get("days", 0)
    if code == "back_in":
        return _("back in {span}").format(span=span(timedelta(minutes=data["minutes"]), short=True))
    if code == "yours_back_in":
        return ngettext("yours, in {n} day", "yours, in {n} days", days).format(n=number(days))
    if code == "hidden":
        return ngettext("rests {n} day", "rests {n} days", days).format(n=number(days))
    if code == "attempt":
        return _("try {n} of {of}").format(n=n, of=of)
    if code == "callback_try":
        return _("callback {n} of {of}").format(n=n, of=of)
    plain: dict[str, str] = {
        "next_day": _("back tomorrow"),
        "last_attempt": _("last try"),
        "makes_task": _("makes a task"),
        "released": _("back to the team"),
        "product_amount": _("product, amount"),
        "until_corrected": _("until put right"),
        "other_number": _("other number next"),
        "for_good": _("for good"),
        "noted": _("noted, changes nothing"),
    }
    return plain.get(code, "")


def consequence_row(found: Sequence[Any]) -> str:
    """An outcome's row: `core.calls.rules.Consequence`s, the most important first, as ` · ` fields."""
    words = (consequence_words(one.code, one.data) for one in found)
    return " · ".join(word for word in words if word)


def macro_row(macro: Macro, leads_to: Sequence[Any]) -> str:
    """A macro's row: when the customer comes back, then what its outcome leads to but for its own time."""
    if macro.follow_minutes is None:
        return consequence_row(leads_to)
    back = _("back in {span}").format(span=span(timedelta(minutes=macro.follow_minutes), short=True))
    rest = consequence_row([one for one in leads_to if one.code not in _TIMES])
    return f"{back} · {rest}" if rest else back


def form_sentences(error: Invalid) -> dict[str, str]:
    """Field → what stands under it in the call form."""
    said = {name: field_sentence(code, error.data) for name, code in error.fields.items()}
    if error.fields.get("outcome") == "required":
        said["outcome"] = _("Choose the outcome: 0–6.")
    return said


def conflict_sentence(error: Conflict) -> str:
    """Why a customer could not be taken or dialled, with who and what where that is known."""
    if error.code == "lead_taken" and error.data.get("by_name"):
        return _("{name} has just taken this customer.").format(name=error.data["by_name"])
    if error.code == "not_callable" and error.data.get("verdicts"):
        reasons = ", ".join(verdict_word(code) for code in error.data["verdicts"])
        return _("This customer {reasons}.").format(reasons=reasons)
    return _(ERRORS.get(error.code, "Somebody else was faster: this has changed since you opened it."))
