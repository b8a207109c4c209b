"""Saving: a finished call is in the journal before it is sent, and sent until it is answered, so it is stored
exactly once, whatever happens to the database, the session or this process."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from textual.reactive import reactive

from leadtui.core.errors import Unauthenticated, Unavailable
from leadtui.i18n import _, ngettext
from leadtui.journal import Journaled
from leadtui.messages import Saved, SaveFailed
from leadtui.widgets.facts import Status

if TYPE_CHECKING:
    from leadtui.core.calls.dto import LogCall, Logged, OpenCall

RETRY_SECONDS: Final = 5.0
SLOW_SECONDS: Final = 4.0
"""A save without an answer for this long is queued as far as anybody knows: a server may hang."""

SAVE: Final = "save"
"""The journal's kind for a call that was finished and is not known to be stored."""


@dataclass(slots=True)
class Unsent:
    """A call that was finished while the database was away. Sent again under the same request id."""

    command: LogCall
    then_next: bool
    user_id: int
    """Whose call it is: nobody else's session may send it."""
    tried: bool = False
    """Whether the database has refused it once: keys do not wait for the next try."""


class Saving(Journaled):
    """The saves that survive every screen, and this process."""

    open_call: reactive[Any] = reactive(None, init=False)
    """`core.calls.dto.OpenCall`, or None. Set by nobody but this class and the desk."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.unsent: list[Unsent] = []
        self._stepping: set[uuid.UUID] = set()
        """Saves after which the next customer comes."""
        self._on_the_way: set[uuid.UUID] = set()
        """Saves that a thread is sending."""
        self._retrying = False
        self._queued_notice: Status | None = None
        """What `reached` put into the status line."""
        self._began = self._resuming = False
        """Whether this session has its journal, and whether what an earlier one left is being sent: the open
        call is shown after it."""
        self._unsettled: dict[uuid.UUID, tuple[LogCall, Exception]] = {}
        """Open call → what became of a save that no screen was waiting for."""

    def next_lead(self) -> None:
        """`Desk` opens the next best one."""
        raise NotImplementedError

    def bring_back(self) -> None:
        """`Desk` shows the call that is open."""
        raise NotImplementedError

    @property
    def session(self) -> Any:
        """The context of who is signed in. Raises RuntimeError before signing in: a defect of the caller."""
        if self.ctx is None:
            raise RuntimeError("nobody is signed in")
        return self.ctx

    # what an earlier session left ----------------------------------------------------------------------

    def resume(self) -> None:
        """After signing in: calls that were finished and not stored are sent, then the open call comes back,
        then what has no place any more is offered."""
        self.open_journal()

    def journal_opened(self) -> None:
        """The journal is here, or stays in memory: either way the work goes on."""
        first, self._began = not self._began, True
        self.restore_unsent()
        self._resuming = first
        self.send_again()
        if first and not self._on_the_way:
            self._resumed()
        elif not first:
            self.offer_leftovers()  # it came late: nobody is taken from where they are now

    def restore_unsent(self) -> None:
        """Take saves from the journal. No next customer is opened after them: nobody asked for one now."""
        from leadtui.core import codec
        from leadtui.core.calls.dto import LogCall

        known = {kept.command.request_id for kept in self.unsent}
        for entry in self.journal.entries(SAVE):
            try:
                command = codec.decode(LogCall, entry.data)
            except (TypeError, ValueError, KeyError, ArithmeticError):
                self.journal.drop(SAVE, entry.ident)  # a form of another version; the typed text is kept too
                continue
            if command.request_id not in known:
                self.unsent.append(Unsent(command, False, self.actor.user_id, tried=True))

    def _resumed(self) -> None:
        if self._resuming:
            self._resuming = False
            if self.actor is not None and self.may("calls.work"):
                self.bring_back()
            elif self.actor is not None:
                self.offer_leftovers()

    def forget_requests(self) -> None:
        """Nothing is on the way any more; what was not answered is in the journal of whose it is."""
        super().forget_requests()
        self._stepping.clear()
        self._on_the_way.clear()

    def leave_journal(self) -> None:
        """Nobody is signed in."""
        self._began = self._resuming = False
        super().leave_journal()

    def offer_leftovers(self) -> None:
        """Show, once a session, what was typed for something that is not there any more."""
        if self._offered or not self.journal.is_open:
            return
        from leadtui.screens.customer_parts.drafts import leftovers
        from leadtui.screens.kept import KeptSheet

        self._offered = True
        queued = frozenset(str(kept.command.open_call_id) for kept in self.unsent)
        call: OpenCall | None = self.open_call
        # a sheet that is still open, as before a session ended under it, has its text itself
        shown = {getattr(screen, "keeps", None) for stack in self._screen_stacks.values() for screen in stack}
        left = leftovers(self.journal, call.id if call is not None else None, queued)
        if found := [one for one in left if (one.kind, one.ident) not in shown]:
            self.push_screen(KeptSheet(found))

    # saving --------------------------------------------------------------------------------------------

    def save_call(self, command: LogCall, then_next: bool = False) -> None:
        """Log the open call. Every screen gets `Saved` or `SaveFailed`; with `then_next` the next best lead
        follows. It is in the journal before it is sent: whatever happens, it is sent until it is answered,
        with the same request id, so it is stored once."""
        from leadtui.core import codec

        self.journal.put(SAVE, str(command.request_id), codec.encode(command), hurry=True)
        if then_next:
            self._stepping.add(command.request_id)
        self._send(Unsent(command, then_next, self.actor.user_id))

    def _send(self, unsent: Unsent) -> None:
        from leadtui.core.calls import service as calls

        ctx, command = self.session, unsent.command
        self._on_the_way.add(command.request_id)
        self.in_thread(
            "save", lambda: calls.log(ctx, command),
            lambda logged: self._saved(unsent, logged), lambda error: self._not_saved(unsent, error),
            exclusive=False,
        )  # fmt: skip
        self.set_timer(SLOW_SECONDS, lambda: self._slow(unsent))

    def _slow(self, sent: Unsent) -> None:
        """No answer yet: say so. It stays on its way, and its answer counts whenever it comes."""
        if sent.command.request_id not in self._on_the_way or not self._keep_unsent(sent):
            return
        for screen in self.frames():
            screen.post_message(SaveFailed(sent.command, Unavailable("database_busy"), retrying=True))
        told = Status(self._queued_words(), late=True)
        if self._away is not None and self.notice is not None:
            self.notice = Status(self.notice.lead, told.lead, late=True)
        elif self.notice is None:
            self.notice = self._queued_notice = told

    def _answered(self, sent: Unsent) -> None:
        self._stepping.discard(sent.command.request_id)
        self._on_the_way.discard(sent.command.request_id)

    def forget_unsent(self, request_id: uuid.UUID) -> None:
        """It is stored, or another version takes its place."""
        self.unsent = [kept for kept in self.unsent if kept.command.request_id != request_id]
        self.journal.drop(SAVE, str(request_id))

    def queued(self, open_call_id: uuid.UUID) -> LogCall | None:
        """What is waiting to be sent for this call."""
        found = [kept.command for kept in self.unsent if kept.command.open_call_id == open_call_id]
        return found[-1] if found else None

    def _saved(self, sent: Unsent, logged: Logged) -> None:
        command = sent.command
        self._answered(sent)
        self.forget_unsent(command.request_id)
        self.reached()
        call: OpenCall | None = self.open_call
        if call is not None and call.id == command.open_call_id:
            self.open_call = None
        self.journal.drop("call", str(command.open_call_id))
        for screen in self.frames():
            screen.post_message(Saved(command, logged))
        if sent.tried and self.actor is not None:
            self.say(_("A call that was waiting is saved now."))
        if sent.then_next and self.open_call is None and self.actor is not None:
            self.next_lead()
        if not self._on_the_way:
            self._resumed()

    def _not_saved(self, sent: Unsent, error: Exception) -> None:
        self._answered(sent)
        request_id, retrying = sent.command.request_id, isinstance(error, Unavailable)
        if isinstance(error, Unauthenticated):
            # the session has ended under it: it is sent at the next sign-in, and the form stays as it is
            self._keep_unsent(sent)
            self.present(error)
            return
        if retrying:
            new = self._keep_unsent(sent)
            self._try_later()
            self.away(error)
            if not new:
                return  # the screens know
        else:
            self.forget_unsent(request_id)
        holding = [s for s in self.frames() if (holds := getattr(s, "holds", None)) and holds(sent.command)]
        for screen in self.frames():
            screen.post_message(SaveFailed(sent.command, error, retrying))
        if not holding and not retrying:
            # nobody looks at it: the call comes back with its form, or its text is offered
            self._unsettled[sent.command.open_call_id] = (sent.command, error)
            self._offered = False
            self.bring_back()
        if not self._on_the_way:
            self._resumed()

    def _keep_unsent(self, sent: Unsent) -> bool:
        known = any(kept.command.request_id == sent.command.request_id for kept in self.unsent)
        if not known:
            self.unsent.append(sent)
        sent.tried = True
        return not known

    def unsettled(self, open_call_id: uuid.UUID) -> tuple[LogCall, Exception] | None:
        """What became of a save of this call while no form showed it; told once."""
        return self._unsettled.pop(open_call_id, None)

    def _try_later(self) -> None:
        """One timer, however many wait."""
        if not self._retrying:
            self._retrying = True
            self.set_timer(RETRY_SECONDS, self._retry)

    def _retry(self) -> None:
        self._retrying = False
        self.send_again()

    def send_again(self) -> None:
        """Send what could not be saved, but for what is being sent just now."""
        for kept in list(self.unsent):
            mine = self.actor is not None and kept.user_id == self.actor.user_id
            if mine and kept.command.request_id not in self._on_the_way:
                self._send(kept)

    # what waits, in the status line --------------------------------------------------------------------

    def away(self, error: Exception) -> None:
        """Also say what waits: queued is not saved."""
        super().away(error)
        if (told := self._queued_words()) and self.notice is not None:
            self.notice = Status(self.notice.lead, told, late=True)

    def reached(self) -> None:
        """The database answered something else: what waits is still not saved."""
        super().reached()
        if self._away is None:
            told = self._queued_words()
            if told or self._queued_notice is not None:
                if self.notice is None or self.notice is self._queued_notice:
                    self.notice = Status(told, late=True) if told else None
                self._queued_notice = self.notice if told else None

    def _queued_words(self) -> str:
        waiting = sum(self.actor is not None and kept.user_id == self.actor.user_id for kept in self.unsent)
        if not waiting:
            return ""
        told = ngettext(
            "{n} call queued, not saved; it is sent by itself.",
            "{n} calls queued, not saved; they are sent by themselves.",
            waiting,
        )
        return told.format(n=waiting)
