"""Undo: for a few seconds after a save the call can be taken back; it is open again with its form as it was
sent, and the customer who came meanwhile is let go untouched."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from leadtui.commands import Hint, key_of
from leadtui.dialling import Dialling
from leadtui.i18n import _
from leadtui.saving import Unsent
from leadtui.text import clean
from leadtui.widgets.facts import Status

if TYPE_CHECKING:
    from leadtui.core.calls.dto import LogCall, Logged, Undone

SECONDS: Final = 10
"""How long, until the bank's own setting has been read."""


@dataclass(frozen=True, slots=True)
class Undoable:
    """The call that was saved last."""

    call_id: int
    lead_id: int
    name: str
    command: LogCall
    typed: Mapping[str, Any]
    """The form as it was sent, as the journal keeps it."""
    until: float
    """On the monotonic clock (s)."""
    request_id: uuid.UUID = field(default_factory=uuid.uuid4)


class Undoing(Dialling):
    """`u`, on every screen."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._undoable: Undoable | None = None
        self._undo_seconds: int | None = None
        self._forms_sent: dict[uuid.UUID, Mapping[str, Any]] = {}
        """Request → the form it was made of, while it is on its way."""
        self.came_back: uuid.UUID | None = None
        """The open call that undoing brought back: its outcome is looked at first."""

    def forget_requests(self) -> None:
        """Another user: nothing of theirs was saved here."""
        super().forget_requests()
        self._undoable = self._undo_seconds = None
        self._forms_sent.clear()

    # what can be undone --------------------------------------------------------------------------------

    def save_call(self, command: LogCall, then_next: bool = False) -> None:
        """Also remember what was typed for it."""
        self._forms_sent[command.request_id] = dict(self.journal.get("call", str(command.open_call_id)) or {})
        super().save_call(command, then_next)

    def _saved(self, sent: Unsent, logged: Logged) -> None:
        name = self._names.get(logged.lead_id) or f"#{logged.lead_id}"
        typed = self._forms_sent.pop(sent.command.request_id, {})
        until = monotonic() + (SECONDS if self._undo_seconds is None else self._undo_seconds)
        if self.actor is not None:
            self._undoable = Undoable(logged.call_id, logged.lead_id, name, sent.command, typed, until)
            if self._undo_seconds is None:
                self._ask_how_long()
        super()._saved(sent, logged)
        self.refresh_frames()

    def _ask_how_long(self) -> None:
        from leadtui.core.bank_settings import service as settings

        ctx, team = self.session, self.actor.team_code
        self.once(
            "undo time", lambda: int(settings.get(ctx, "undo.seconds", team).value), self._know_how_long,
            lambda _error: None,
        )  # fmt: skip

    def _know_how_long(self, seconds: int) -> None:
        one, self._undo_seconds = self._undoable, seconds
        if one is not None:
            self._undoable = replace(one, until=one.until - SECONDS + seconds)

    @property
    def undoable(self) -> Undoable | None:
        """What can be undone now."""
        one = self._undoable
        if one is not None and monotonic() >= one.until:
            self._undoable = one = None
        return one

    # the status line -----------------------------------------------------------------------------------

    def standing(self) -> Status | None:
        """What is wrong comes first; then what can be undone, with the seconds that are left."""
        return super().standing() or self._undo_status()

    def _undo_status(self) -> Status | None:
        one = self.undoable
        if one is None:
            return None
        from leadtui.wording import outcome_word

        outcome = one.command.outcome
        told = outcome_word(outcome) if outcome is not None else _("not answered")
        left = math.ceil(one.until - monotonic())
        hint = Hint(key_of("undo_call"), _("undo {seconds}").format(seconds=left), "undo_call")
        return Status(_("Saved: {name}, {outcome}").format(name=clean(one.name), outcome=told), keys=(hint,))

    def ticks(self) -> bool:
        """The seconds run down; the last one takes the line away."""
        had = self._undoable is not None
        return super().ticks() or self.undoable is not None or had

    # the key -------------------------------------------------------------------------------------------

    def action_undo_call(self) -> None:
        """`u`"""
        one = self.undoable
        if one is None:
            waiting = any(kept.user_id == self.actor.user_id for kept in self.unsent)
            self.say(
                _("Queued, not saved: there is nothing to undo yet. The form is still open.")
                if waiting
                else _("There is nothing to undo.")
            )
            return
        from leadtui.core.calls import after
        from leadtui.core.calls.dto import UndoCall

        self._undoable = None  # pressed again: the first one is on its way
        ctx, command = self.session, UndoCall(one.request_id, one.call_id)
        self.in_thread(
            "undo", lambda: after.undo(ctx, command),
            lambda undone: self._undone(one, undone), lambda error: self._not_undone(one, error),
            exclusive=False,
        )  # fmt: skip

    def _undone(self, one: Undoable, undone: Undone) -> None:
        self.reached()
        call = undone.open_call
        if one.typed:
            self.journal.put("call", str(call.id), dict(one.typed))
        if one.command.ticks:
            ticked = {"guide_id": one.command.guide_id, "ticks": list(one.command.ticks)}
            self.journal.put("guide", str(call.id), ticked)
        self.came_back = call.id
        self.open_call = call
        self.name_call(call.lead_id, one.name)
        self.show_call()
        self.say(_("Undone: the call is open again."))

    def action_my_calls(self) -> None:
        """`m`: my calls of today, to put one right."""
        from leadtui.screens.my_calls import MyCallsSheet

        self.push_screen(MyCallsSheet())

    def _not_undone(self, one: Undoable, error: Exception) -> None:
        from leadtui.core.errors import Unavailable

        if isinstance(error, Unavailable):
            self._undoable = one  # the same request again, while there is time
        self.present(error)
        self.refresh_frames()
