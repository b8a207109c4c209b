"""The desk: at most ONE open call per app, whatever the mode, and the saves that survive every screen."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from textual.reactive import reactive

from leadtui.commands import Hint
from leadtui.core.errors import Conflict, LeadtuiError, NotFound, Unavailable
from leadtui.formats import elapsed
from leadtui.i18n import _
from leadtui.messages import CallChanged, Saved, SaveFailed
from leadtui.shell import Shell
from leadtui.text import clean
from leadtui.widgets.status import Status

if TYPE_CHECKING:
    from leadtui.core.calls.dto import GiveBack, LogCall, Logged, OpenCall
    from leadtui.screens.base import Walk

HEARTBEAT_SECONDS: Final = 30.0
RETRY_SECONDS: Final = 5.0


@dataclass(slots=True)
class Unsent:
    """A call that was finished while the database was away. Sent again under the same request id."""

    command: LogCall
    then_next: bool
    user_id: int
    """Whose call it is: nobody else's session may send it."""


class Desk(Shell):
    """Claiming, the open call, its heartbeat, and saving."""

    open_call: reactive[Any] = reactive(None, init=False)
    """`core.calls.dto.OpenCall`, or None. Set by nobody but this class."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.unsent: list[Unsent] = []
        self._names: dict[int, str] = {}
        self._claiming = False
        self._stepping: set[uuid.UUID] = set()
        """Saves after which the next customer comes."""

    def keys_held(self) -> bool:
        """What is typed while the next customer is on the way is meant for them, not for this screen."""
        return self._claiming or bool(self._stepping)

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
        seconds = (self.now() - (call.answered_at or call.dialled_at or call.opened_at)).total_seconds()
        if not call.live:
            phase, late = _("the reservation has ended"), True
        elif call.answered_at is not None:
            phase, late = _("talking"), False
        elif call.dialled_at is not None:
            phase, late = _("dialling"), False
        else:
            phase, late = _("not dialled yet"), False
        name = self._names.get(call.lead_id) or f"#{call.lead_id}"
        hint = Hint("n", _("back to the call"), "next")
        on_it = getattr(self.screen, "lead_id", None) == call.lead_id
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
        self.in_thread("call", self._current, self._brought, self.present)

    def look_at_call(self) -> None:
        """Something happened to my open call elsewhere: see how it is now."""
        if self.ctx is not None and not self._claiming:
            self.in_thread("call", self._current, self.take_call, self.present)

    def _current(self) -> OpenCall | None:
        from leadtui.core.calls import service as calls

        return calls.current(self.session)

    def _brought(self, call: OpenCall | None) -> None:
        self.open_call = call
        if call is not None:
            self.show_call()

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
        ctx, command = self.session, Claim(uuid.uuid4(), lead_id)
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
        if isinstance(error, NotFound) and error.code == "queue_empty":
            self.say(_("Nobody is left to call now."))
            return
        self.present(error)

    # saving --------------------------------------------------------------------------------------------

    def save_call(self, command: LogCall, then_next: bool = False) -> None:
        """Log the open call. Every screen gets `Saved` or `SaveFailed`; with `then_next` the next best lead
        follows. Without a database it is kept and sent again with the same request id."""
        from leadtui.core.calls import service as calls

        ctx, unsent = self.session, Unsent(command, then_next, self.actor.user_id)
        if then_next:
            self._stepping.add(command.request_id)
        self.in_thread(
            "save", lambda: calls.log(ctx, command),
            lambda logged: self._saved(unsent, logged), lambda error: self._not_saved(unsent, error),
            exclusive=False,
        )  # fmt: skip

    def _saved(self, sent: Unsent, logged: Logged) -> None:
        command = sent.command
        self._stepping.discard(command.request_id)
        self.unsent = [kept for kept in self.unsent if kept.command.request_id != command.request_id]
        self.reached()
        call: OpenCall | None = self.open_call
        if call is not None and call.id == command.open_call_id:
            self.open_call = None
        for screen in self.frames():
            screen.post_message(Saved(command, logged))
        if sent.then_next and self.open_call is None:
            self.next_lead()

    def _not_saved(self, sent: Unsent, error: Exception) -> None:
        self._stepping.discard(sent.command.request_id)
        retrying = isinstance(error, Unavailable)
        known = any(kept.command.request_id == sent.command.request_id for kept in self.unsent)
        if retrying:
            if not known:
                self.unsent.append(sent)
            self.set_timer(RETRY_SECONDS, self.send_again)
            self.away(error)
        else:
            self.unsent = [k for k in self.unsent if k.command.request_id != sent.command.request_id]
        if known and retrying:
            return  # the screens know
        told = False
        for screen in self.frames():
            told = told or hasattr(screen, "lead_id")
            screen.post_message(SaveFailed(sent.command, error, retrying))
        if not told and not retrying:
            self.present(error)

    def send_again(self) -> None:
        """Send what could not be saved."""
        for kept in list(self.unsent):
            if self.actor is not None and kept.user_id == self.actor.user_id:
                self.save_call(kept.command, kept.then_next)

    def give_back(self, command: GiveBack) -> None:
        """Return the open call's lead before dialling."""
        from leadtui.core.calls import service as calls

        ctx = self.session
        self.in_thread("give back", lambda: calls.give_back(ctx, command),
                       lambda _nothing: self._given_back(command), self.present, exclusive=False)  # fmt: skip

    def _given_back(self, command: GiveBack) -> None:
        self.reached()
        if self.open_call is not None and self.open_call.id == command.open_call_id:
            self.open_call = None
        self.say(_("Given back."))

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
        self.in_thread("heartbeat", lambda: calls.heartbeat(ctx, ident), self._beaten, self._missed)

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
        if self.open_call is not None:
            self.refresh_frames()

    # for LeadtuiApp ------------------------------------------------------------------------------------

    @property
    def session(self) -> Any:
        """The context of who is signed in. Raises RuntimeError before signing in: a defect of the caller."""
        if self.ctx is None:
            raise RuntimeError("nobody is signed in")
        return self.ctx

    def open_customer(self, lead_id: int, walk: Walk | None = None) -> None:
        """`LeadtuiApp` shows the customer."""
        raise NotImplementedError
