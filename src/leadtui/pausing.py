"""Breaks: with a reason, counted, also after the open call. Who is on one is asked once more before the next
next customer comes."""

from __future__ import annotations

import uuid
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from textual.reactive import reactive

from leadtui.commands import Hint, key_of
from leadtui.core.errors import Conflict
from leadtui.formats import elapsed
from leadtui.i18n import _
from leadtui.saving import Unsent
from leadtui.undoing import Undoing
from leadtui.widgets.facts import Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from leadtui.core.calls.dto import GiveBack, Logged
    from leadtui.core.pauses.dto import Pause

AGAIN: Final = timedelta(seconds=8)
"""Within this time the same key ends the break and takes the next customer."""


class Pausing(Undoing):
    """`p`, on every screen."""

    pause: reactive[Any] = reactive(None, init=False)
    """`core.pauses.dto.Pause` that lasts or waits for the end of the call, or None."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._asked_on_break: float | None = None

    def forget_requests(self) -> None:
        """Another user has breaks of their own."""
        super().forget_requests()
        self.pause = None
        self._asked_on_break = None

    def watch_pause(self) -> None:
        """Show it."""
        self.refresh_frames()

    @property
    def on_break(self) -> bool:
        """Whether a break lasts now."""
        pause: Pause | None = self.pause
        return pause is not None and not pause.waiting and pause.until is None

    def resume(self) -> None:
        """Also the break that this user is on."""
        super().resume()
        self.look_at_pause()

    def look_at_pause(self) -> None:
        """See how it is now: it began with the end of a call, or another terminal changed it."""
        if self.ctx is None or self.actor is None or not self.may("calls.work"):
            return
        from leadtui.core.pauses import service as pauses

        ctx = self.ctx
        self.in_thread("pause", lambda: pauses.current(ctx), self._know_pause, lambda _error: None)

    def _know_pause(self, pause: Pause | None) -> None:
        self.reached()
        self.pause = pause

    # the key -------------------------------------------------------------------------------------------

    def action_pause(self) -> None:
        """`p`: a break with its reason; on one, back to work."""
        if self.pause is not None:
            self.end_pause(lambda: None)
            return
        from leadtui.screens.pause import PauseSheet

        self.push_screen(PauseSheet(after_call=self.open_call is not None), self._start_pause)

    def _start_pause(self, reason: str | None) -> None:
        if reason is None:
            return
        from leadtui.core.pauses import service as pauses
        from leadtui.core.pauses.dto import StartPause

        ctx, command = self.session, StartPause(uuid.uuid4(), reason, after_call=self.open_call is not None)
        self.in_thread("pause", lambda: pauses.start(ctx, command), self._paused, self.present)

    def _paused(self, pause: Pause) -> None:
        self._know_pause(pause)
        if pause.waiting:
            self.say(_("The break begins when this call is saved. {key} takes it back.").format(
                key=key_of("pause")))  # fmt: skip

    def end_pause(self, then: Callable[[], object]) -> None:
        """Back to work, then `then`."""
        from leadtui.core.pauses import service as pauses
        from leadtui.core.pauses.dto import EndPause

        ctx, command, waited = self.session, EndPause(uuid.uuid4()), not self.on_break

        def ended(_pause: Pause) -> None:
            self._know_pause(None)
            self.say(_("No break after this call.") if waited else _("Back to work."))
            then()

        self.in_thread("pause", lambda: pauses.end(ctx, command), ended, self._not_ended)

    def _not_ended(self, error: Exception) -> None:
        self.look_at_pause()
        self.present(error)

    # what a break changes ------------------------------------------------------------------------------

    def claim(self, lead_id: int | None = None) -> None:
        """On a break the first key asks, the second one ends it."""
        if not self.on_break or self.open_call is not None:
            super().claim(lead_id)
            return
        asked, self._asked_on_break = self._asked_on_break, monotonic()
        if asked is not None and monotonic() - asked < AGAIN.total_seconds():
            self._asked_on_break = None
            self.end_pause(lambda: super(Pausing, self).claim(lead_id))
        elif lead_id is None:
            self.say(_("Still on a break: {key} again ends it and takes the next.").format(
                key=key_of("next")))  # fmt: skip
        else:
            self.say(_("Still on a break: the same key again ends it and takes this customer."))

    def _not_claimed(self, error: Exception) -> None:
        super()._not_claimed(error)
        if isinstance(error, Conflict) and error.code == "paused":
            self._asked_on_break = monotonic()  # begun on another terminal: the next key ends it
            self.look_at_pause()

    def _saved(self, sent: Unsent, logged: Logged) -> None:
        waiting = self.pause is not None and self.pause.waiting
        if waiting:
            sent.then_next = False
        super()._saved(sent, logged)
        if waiting:
            self.look_at_pause()

    def _given_back(self, command: GiveBack, said: str = "") -> None:
        super()._given_back(command, said)
        if self.pause is not None:
            self.look_at_pause()

    # the status line -----------------------------------------------------------------------------------

    def call_status(self) -> tuple[Status | None, str]:
        """The open call, and that a break follows it."""
        status, short = super().call_status()
        if status is not None and self.pause is not None and self.pause.waiting:
            told = f"{status.rest} · {_('then a break')}"
            status = Status(status.lead, told, status.keys, status.late)
        return status, short

    def standing(self) -> Status | None:
        """The break, where nothing else is to be said."""
        return super().standing() or self._pause_status()

    def _pause_status(self) -> Status | None:
        pause: Pause | None = self.pause
        if pause is None or pause.since is None or not self.on_break:
            return None
        from leadtui.call_words import pause_word

        told = elapsed((self.now() - pause.since).total_seconds())
        hint = Hint(key_of("pause"), _("back to work"), "pause")
        return Status(_("On a break: {reason}").format(reason=pause_word(pause.reason)), told, (hint,))

    def ticks(self) -> bool:
        """The minutes of the break run."""
        return super().ticks() or self.on_break
