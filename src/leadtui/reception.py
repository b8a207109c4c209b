"""A customer calls in: the lookup over whatever is there, and a call that is open already when it begins."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from leadtui.core.errors import Conflict
from leadtui.i18n import _
from leadtui.pausing import Pausing
from leadtui.text import clean

if TYPE_CHECKING:
    from leadtui.core.calls.dto import OpenCall


class Reception(Pausing):
    """`i`, on every screen after sign-in."""

    def action_look_up(self) -> None:
        """`i`: somebody is on the line; who?"""
        self.look_up()

    def look_up(self, text: str = "") -> None:
        """Find a customer in any state, over whatever is there; `text` is looked for at once."""
        from leadtui.screens.lookup import LookupScreen

        if isinstance(self.screen, LookupScreen):
            self.screen.field.focus()
        else:
            self.push_screen(LookupScreen(text))

    def take_incoming(self, lead_id: int) -> None:
        """Open a call that came in from this customer, answered already. With a call open: back to it."""
        if self.open_call is not None:
            if lead_id != self.open_call.lead_id:
                self.say(_("Finish this call first."))
            self._leave_lookup()
            self.show_call()
            return
        if self._claiming:
            return
        from leadtui.core.calls import service as calls
        from leadtui.core.calls.dto import Incoming

        self._claiming = True
        ctx, command = self.session, Incoming(uuid.uuid4(), lead_id)
        self.in_thread("claim", lambda: calls.incoming(ctx, command), self._came_in, self._not_taken)

    def _came_in(self, call: OpenCall) -> None:
        self._leave_lookup()
        self._claimed(call)

    def _not_taken(self, error: Exception) -> None:
        if isinstance(error, Conflict) and error.code == "lead_taken" and error.data.get("by_name"):
            self._claiming = False
            name = clean(error.data["by_name"])
            self.say(_("{name} is on the phone with this customer now.").format(name=name), late=True)
            return
        self._not_claimed(error)

    def _leave_lookup(self) -> None:
        from leadtui.screens.lookup import LookupScreen

        if isinstance(self.screen, LookupScreen):
            self.pop_screen()
