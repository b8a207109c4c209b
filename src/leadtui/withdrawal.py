"""The customer on the phone may not be called any more: whoever is on the phone with them is told at once.

The call stays theirs to log. The notice stands in the status line until it is; it is asked anew after every
gap in what was heard, and when an open call is brought back.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from textual.reactive import reactive

from leadtui.commands import Hint, key_of
from leadtui.core.errors import Unauthenticated
from leadtui.i18n import _
from leadtui.reception import Reception
from leadtui.widgets.facts import Status

if TYPE_CHECKING:
    from uuid import UUID

    from leadtui.core.calls.dto import OpenCall
    from leadtui.core.eligibility.dto import WhyNot

_WITHDRAWN: Final = ("do_not_call", "consent")
"""Predicates that a customer's own word changes, the strongest first."""


class Withdrawal(Reception):
    """The event `stop`, for the open call."""

    withdrawn: reactive[tuple[Any, str] | None] = reactive(None, init=False)
    """(id of the open call, `do_not_call` or `consent`) while its customer has taken back what allowed it."""

    def heard_stop(self, lead_id: int) -> None:
        """A customer may not be called any more: is it mine?"""
        if self.open_call is not None and self.open_call.lead_id == lead_id:
            self.look_at_withdrawal()

    def look_at_withdrawal(self) -> None:
        """See whether the customer of the open call may be called. Who called us may talk as they like."""
        call: OpenCall | None = self.open_call
        if call is None or call.direction or self.ctx is None:
            return
        from leadtui.core.eligibility import service as eligibility

        ctx, lead_id = self.ctx, call.lead_id
        self.in_thread(
            "withdrawal", lambda: eligibility.why_not(ctx, lead_id), partial(self._know, call.id),
            self._not_known,
        )  # fmt: skip

    def _know(self, ident: UUID, why: WhyNot) -> None:
        if self.open_call is None or self.open_call.id != ident:
            return
        against = {reason.code for reason in why.against}
        code = next((code for code in _WITHDRAWN if code in against), None)
        if code is not None and self.withdrawn is None:
            self.bell()
        self.withdrawn = None if code is None else (ident, code)

    def _not_known(self, error: Exception) -> None:
        """Nobody asked for it; without a connection it is asked again when there is one."""
        if isinstance(error, Unauthenticated):
            self.present(error)

    def watch_withdrawn(self) -> None:
        """Show it."""
        self.refresh_frames()

    def watch_open_call(self) -> None:
        """Another call, or none: the notice has gone with its call."""
        call: OpenCall | None = self.open_call
        if self.withdrawn is not None and (call is None or call.id != self.withdrawn[0]):
            self.withdrawn = None
        super().watch_open_call()

    def _brought(self, call: OpenCall | None) -> None:
        super()._brought(call)
        self.look_at_withdrawal()

    # the status line -----------------------------------------------------------------------------------

    def standing(self) -> Status | None:
        """Before everything else: somebody is on the phone who must not be."""
        return self._withdrawal_status() or super().standing()

    def _withdrawal_status(self) -> Status | None:
        call: OpenCall | None = self.open_call
        if self.withdrawn is None or call is None:
            return None
        name = self._names.get(call.lead_id) or f"#{call.lead_id}"
        if self.withdrawn[1] == "consent":
            told = _("{name} took back their consent").format(name=name)
        else:
            told = _("{name} is on the do-not-call list").format(name=name)
        if call.dialled_at is None:
            return Status(told, _("do not dial; give them back"),
                          (Hint(key_of("give_back"), _("give back"), "give_back"),), late=True)  # fmt: skip
        return Status(told, _("end politely, log the call"), (), late=True)
