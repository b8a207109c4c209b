"""The desk: at most ONE open call per app, whatever the mode: claiming, its heartbeat, giving it back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, TypeVar

from leadtui.commands import Hint, key_of
from leadtui.core.errors import Conflict, LeadtuiError, NotFound
from leadtui.formats import elapsed
from leadtui.i18n import _
from leadtui.key_order import HOLD
from leadtui.messages import CallChanged, GiveBackFailed
from leadtui.saving import Saving
from leadtui.text import clean
from leadtui.widgets.facts import Status

if TYPE_CHECKING:
    from leadtui.core.calls.dto import GiveBack, OpenCall
    from leadtui.core.views.dto import View
    from leadtui.screens.base import Walk

HEARTBEAT_SECONDS: Final = 30.0


T = TypeVar("T")


class Desk(Saving):
    """Claiming, the open call, its heartbeat."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._names: dict[int, str] = {}
        self._claiming = False
        self.queue_view: View | None = None
        """The saved view that `n` draws from; None is everybody."""
        self._held_since: float | None = None
        self._busy: set[str] = set()
        """Groups of `once` that wait for an answer."""

    def forget_requests(self) -> None:
        """Also the claim and whatever else waits."""
        super().forget_requests()
        self._claiming, self.queue_view = False, None
        self._busy.clear()

    def keys_held(self) -> bool:
        """What is typed while the next customer is on the way is meant for them, not for this screen. With a
        database that stalls, it is for this screen again after a moment."""
        if not self._claiming and not self._stepping:
            self._held_since = None
            return False
        if self._held_since is None:
            self._held_since = monotonic()
        return monotonic() - self._held_since < HOLD

    # the open call -------------------------------------------------------------------------------------

    def watch_open_call(self) -> None:
        """Every screen learns of it."""
        for screen in self.frames():
            screen.post_message(CallChanged())
        self.refresh_frames()

    def name_call(self, lead_id: int, name: str | None) -> None:
        """Whose call it is, in words, for the status line: who has loaded the lead says so."""
        self._names = {lead_id: clean(name)}
        self.refresh_frames()

    def call_status(self) -> tuple[Status | None, str]:
        """The open call for the status line, and its short form."""
        call: OpenCall | None = self.open_call
        if call is None:
            return None, ""
        begun = call.ended_at or call.answered_at or call.dialled_at or call.opened_at
        seconds = (self.now() - begun).total_seconds()
        if not call.live:
            phase, late = _("the reservation has ended"), True
        elif call.ended_at is not None:
            phase, late = _("writing up"), False
        elif call.answered_at is not None:
            phase, late = _("came in, talking") if call.direction else _("talking"), False
        elif call.dialled_at is not None:
            phase, late = _("dialling"), False
        else:
            phase, late = _("not dialled yet"), False
        name = self._names.get(call.lead_id) or f"#{call.lead_id}"
        hint = Hint(key_of("next"), _("back to the call"), "next")
        # a sheet over the customer is still the customer
        shown = [screen.lead_id for screen in self.screen_stack if hasattr(screen, "lead_id")]
        on_it = bool(shown) and shown[-1] == call.lead_id
        return (
            Status(_("Open call: {name}").format(name=name), f"{phase} {elapsed(seconds)}",
                   () if on_it else (hint,), late),
            f"● {elapsed(seconds)}",
        )  # fmt: skip

    def take_call(self, call: OpenCall | None) -> None:
        """The services said how the open call is now. Screens call it with the answer of dialled/answered."""
        self.open_call = call

    def bring_back(self) -> None:
        """Ask whether a call is open from before, and show it."""
        if self.ctx is not None:
            self.in_thread("call", self._current, self._brought, self.present)

    def look_at_call(self) -> None:
        """Something happened to my open call elsewhere: see how it is now."""
        if self.ctx is not None and not self._claiming:
            self.in_thread("call", self._current, self._looked, self.present)

    def _current(self) -> OpenCall | None:
        from leadtui.core.calls import service as calls

        return calls.current(self.session)

    def _brought(self, call: OpenCall | None) -> None:
        self._looked(call)
        if call is not None:
            self.show_call()

    def _looked(self, call: OpenCall | None) -> None:
        if self.actor is not None:
            self.open_call = call
            self.offer_leftovers()

    def show_call(self) -> None:
        """Go to the open call, wherever it is shown."""
        if self.open_call is not None:
            self.open_customer(self.open_call.lead_id)

    # claiming ------------------------------------------------------------------------------------------

    def action_next_lead(self) -> None:
        """`n`: the next best lead, or back to the open call."""
        self.next_lead()

    def next_lead(self) -> None:
        """The next best lead, or back to the open call."""
        self.claim()

    def claim(self, lead_id: int | None = None) -> None:
        """Take a lead (the next best one without an id) and open its call. With a call open: back to it."""
        if self.open_call is not None:
            if lead_id is not None and lead_id != self.open_call.lead_id:
                self.say(_("Finish this call first."))
            self.show_call()
            return
        if self._claiming:
            return
        from leadtui.core.calls import service as calls
        from leadtui.core.calls.dto import Claim

        self._claiming = True
        view = None if self.queue_view is None or lead_id is not None else self.queue_view.id
        ctx, command = self.session, Claim(uuid.uuid4(), lead_id, view)
        self.in_thread("claim", lambda: calls.claim(ctx, command), self._claimed, self._not_claimed)

    def _claimed(self, call: OpenCall) -> None:
        self._claiming = False
        self.reached()
        self.open_call = call
        self.show_call()

    def _not_claimed(self, error: Exception) -> None:
        self._claiming = False
        if isinstance(error, Conflict) and error.code == "has_open_call":
            self.bring_back()
            return
        view = self.queue_view
        if isinstance(error, NotFound) and view is not None and error.code in ("queue_empty", "view"):
            from leadtui.query_sentences import view_name

            self.draw_from(None)
            told = _("Nobody is left in the view {view}: {key} takes from everybody again.")
            self.say(told.format(view=view_name(view), key=key_of("next")))
            return
        if isinstance(error, NotFound) and error.code == "queue_empty":
            from leadtui.call_words import nobody_words

            self.say(nobody_words(error.data.get("opens_at"), self.zone))
            return
        self.present(error)

    def draw_from(self, view: View | None) -> None:
        """The saved view that `n` draws from, until it is empty or its user leaves; None is everybody."""
        if view != self.queue_view:
            self.queue_view = view
            for screen in self.frames():
                screen.post_message(CallChanged())
            self.refresh_frames()

    # giving back ---------------------------------------------------------------------------------------

    def give_back(self, command: GiveBack, said: str = "") -> None:
        """Return the open call's lead before dialling; `said` instead of the usual word."""
        from leadtui.core.calls import service as calls

        ctx = self.session
        self.in_thread("give back", lambda: calls.give_back(ctx, command),
                       lambda _nothing: self._given_back(command, said),
                       lambda error: self._not_given_back(command, error), exclusive=False)  # fmt: skip

    def _not_given_back(self, command: GiveBack, error: Exception) -> None:
        for screen in self.frames():
            screen.post_message(GiveBackFailed(command))
        self.present(error)

    def _given_back(self, command: GiveBack, said: str = "") -> None:
        self.reached()
        self.journal.drop("call", str(command.open_call_id))
        if self.open_call is not None and self.open_call.id == command.open_call_id:
            self.open_call = None
        self.say(said or _("Given back."))

    # the heartbeat -------------------------------------------------------------------------------------

    def start_heartbeat(self) -> None:
        """One timer for the life of the app."""
        self.set_interval(HEARTBEAT_SECONDS, self.beat, name="heartbeat")
        self.set_interval(1.0, self._tick, name="call clock")

    def beat(self) -> None:
        """Keep the lease of the open call."""
        call: OpenCall | None = self.open_call
        if call is None or self.ctx is None:
            return
        from leadtui.core.calls import service as calls

        ctx, ident = self.ctx, call.id
        self.once("heartbeat", lambda: calls.heartbeat(ctx, ident), self._beaten, self._missed)

    def once(
        self,
        group: str,
        work: Callable[[], T],
        then: Callable[[T], object],
        failed: Callable[[Exception], object],
    ) -> None:
        """`in_thread` for what comes by the clock: not while the last one still waits for an answer, or a
        database that stalls would fill every thread with it."""
        if group in self._busy:
            return
        self._busy.add(group)

        def ended(value: T) -> None:
            self._busy.discard(group)
            then(value)

        def refused(error: Exception) -> None:
            self._busy.discard(group)
            failed(error)

        self.in_thread(group, work, ended, refused)

    def _beaten(self, call: OpenCall) -> None:
        self.reached()
        if self.open_call is not None and self.open_call.id == call.id:
            self.open_call = call

    def _missed(self, error: Exception) -> None:
        if isinstance(error, NotFound | Conflict):
            # finished or released elsewhere: look at how it is now
            self.look_at_call()
        elif isinstance(error, LeadtuiError):
            self.present(error)

    def _tick(self) -> None:
        if self.ticks():
            self.refresh_frames()

    def ticks(self) -> bool:
        """Whether the frame shows something that runs."""
        return self.open_call is not None

    # for LeadtuiApp ------------------------------------------------------------------------------------

    def open_customer(self, lead_id: int, walk: Walk | None = None) -> None:
        """`LeadtuiApp` shows the customer."""
        raise NotImplementedError
