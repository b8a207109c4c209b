"""The customer view beside a call: what is known of the call and its form, and what is said about both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final
from uuid import UUID

from leadtui.commands import key_of
from leadtui.core.calls.dto import LogCall
from leadtui.core.errors import Invalid
from leadtui.formats import elapsed
from leadtui.i18n import _
from leadtui.screens.base import Walk
from leadtui.screens.customer_parts import drafts
from leadtui.screens.customer_parts.view import CustomerView, when
from leadtui.widgets.call_draft import Draft
from leadtui.widgets.profile import why_not

CALLING: Final = (
    "dial", "answered", "hang_up", "outcome_0", "outcome_1", "save_next", "give_back", "hand_over",
    "take_nearest",
)  # fmt: skip
"""Hints that mean something only while the call is open."""
THEY_CALLED: Final = frozenset((0, 5))
"""Digits that cannot be true of a call that came in."""
LOOKING: Final = ("next", "lookup", "call_this", "select", "previous_lead", "back")
"""Hints that give way to those while it is."""


class CallState(CustomerView):
    """State and words; what keys do to it is in `customer.CustomerScreen`."""

    def __init__(self, lead_id: int, walk: Walk | None = None) -> None:
        super().__init__(lead_id, walk)
        self._shown_call: UUID | None = None
        """The open call whose draft is in the form."""
        self._orphan = False
        """That call went away without having been logged here; what was typed for it is still in the form."""
        self._sending: LogCall | None = None
        self._then_next = False
        self._waiting = False
        """The database is away: `_sending` is queued, and the app sends it again by itself."""
        self._returning: UUID | None = None
        """The open call that is being given back; what is typed ahead for it is meant for nobody."""
        self._ids = drafts.Sending()

    def hidden_keys(self) -> Iterable[str]:
        """Only what the moment needs: calling keys while calling, looking keys while looking."""
        call = self.call
        if call is None:
            return CALLING
        # ctrl+s stands on the form's big key; from a field `esc` leads to the outcomes, so it stands there
        done = [
            "save_next",
            "outcome_0" if call.direction else "outcome_1",
            *(["dial", "give_back"] if call.dialled_at is not None or call.direction else []),
            *(["answered"] if call.answered_at is not None else ["hang_up"]),
            *(["hang_up"] if call.ended_at is not None else []),
            *([] if self.desk.nearest else ["take_nearest"]),
        ]
        looking = LOOKING[:-1] if self.typing else LOOKING
        return (*looking, *done)

    def off_keys(self) -> dict[str, str]:
        """What cannot be done now, and why."""
        call, off = self.call, {}
        if call is None:
            first = _("Take this customer first: {key}.").format(key=key_of("call_this"))
            off = dict.fromkeys(("dial", "answered", "hang_up", "give_back", "canned_note"), first)
            if not self._orphan:
                off |= dict.fromkeys((f"outcome_{digit}" for digit in range(7)), first)
                off |= dict.fromkeys((f"macro_{key}" for key in range(7, 10)), first)
                off |= dict.fromkeys(("save_next", "save_stay"), first)
            if self.lead is not None and not self.lead.callable and self.desk.open_call is None:
                off["call_this"] = why_not(self.lead)
        elif call.direction:
            reached = _("They called us: 1–4 or 6.")
            off = dict.fromkeys(("dial", "give_back", *(f"outcome_{n}" for n in THEY_CALLED)), reached)
        elif call.dialled_at is not None:
            off["give_back"] = _("Already dialled: log the outcome.")
        if call is not None and call.dialled_at is None and not call.direction:
            off["hang_up"] = _("Not dialled yet: {key} dials.").format(key=key_of("dial"))
        elif call is not None and call.ended_at is not None:
            off["hang_up"] = _("Hung up already: log the outcome.")
        return off

    def tick(self) -> None:
        """The running time in the form's heading."""
        call = self.call
        if call is None:
            self.form.show_timer("")
            return
        until = call.ended_at or self.desk.now()
        seconds = (until - (call.answered_at or call.dialled_at or call.opened_at)).total_seconds()
        # the phase in words stands in the status line; here there is room for the mark only
        if call.answered_at is not None and call.ended_at is None:
            self.form.show_timer(f"{elapsed(seconds)} ●", "accent")
        else:
            self.form.show_timer(f"{elapsed(seconds)} ○", "muted" if call.dialled_at is None else "strong")

    def explain(self) -> None:
        """What stands above the outcomes, and what the big key does now."""
        form, lead, other = self.form, self.lead, self.desk.open_call
        form.rows.impossible = THEY_CALLED if self.call is not None and self.call.direction else frozenset()
        if form.readonly:
            form.show_notice(_("Read only"), _("Only agents log what came of a call."))
        elif self._orphan:
            told = _("This call was closed elsewhere. Your note is still here.")
            form.show_notice(_("Not open any more"), told)
            form.show_bar(key_of("save_next"), _("try to save"))
        elif self._waiting:
            form.show_notice("")
            same = self.unchanged()
            form.show_bar(key_of("save_next"), _("queued, not saved") if same else _("queue it as it is now"))
        elif self._sending is not None:
            form.show_bar(key_of("save_next"), _("saving …"), enabled=False)
        elif self.call is not None:
            moved = not self.call.live
            text = _("The reservation has ended; a colleague may have called. Saving checks it.")
            form.show_notice(_("Late") if moved else "", text if moved else "")
            form.show_bar(key_of("save_next"), _("save, open the next"))
        elif other is not None:
            form.show_notice(
                _("Another call is open"), _("{key} goes back to it.").format(key=key_of("next"))
            )
            form.show_bar(key_of("next"), _("back to the open call"))
        elif lead is not None and not lead.callable:
            form.show_notice(_("Not now"), why_not(lead))
            form.show_bar(key_of("next"), _("the next best lead"))
        else:
            form.show_notice(_("Only looking"), _("Nobody is taken yet."))
            form.show_bar(key_of("call_this"), _("call this customer"))

    def unchanged(self) -> bool:
        """Whether the form still says what is being sent."""
        sent = self._sending
        if sent is None:
            return False
        try:
            command = self.command(self.form.draft(), sent.request_id, sent.open_call_id)
        except Invalid:
            return False
        return replace(command, keep_mine=sent.keep_mine) == sent

    def command(self, draft: Draft, request_id: UUID, ident: UUID) -> LogCall:
        """The command that logs `draft`. Raises Invalid."""
        call = self.call
        return draft.command(
            request_id, ident, answered=call is not None and call.answered_at is not None,
            now=self.desk.now(), zone=self.desk.zone, parse_when=when, ready_made=self.form.ready_made(),
        )  # fmt: skip
