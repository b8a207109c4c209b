"""Reminders: what I promised says so at its minute. One timer a process, no job per reminder.

The due times of a day are known ahead (`tasks.reminders`) and looked at again with every change of my tasks,
every minute, and after a gap in what is heard. The timer waits a minute at most: a laptop that slept, or a
clock that was set, is noticed then, and all that fell due meanwhile is one toast.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from textual.widgets import Input

from leadtui.formats import clock, long_moment
from leadtui.hearing import Hearing
from leadtui.i18n import _, ngettext
from leadtui.text import clean

if TYPE_CHECKING:
    from textual.timer import Timer

    from leadtui.core.tasks.dto import Reminder

LONGEST_WAIT: Final = 60.0
"""Seconds until the clock is looked at again, whatever comes next."""
NAMES: Final = 3
"""So many are named when several reminders come at once."""


class Reminding(Hearing):
    """Toast, bell and badge for who is signed in."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._reminders: tuple[Reminder, ...] = ()
        self._told: set[tuple[int, datetime, bool]] = set()
        """(task, due time, early) told here: the database may not know it yet."""
        self._next_reminder: Timer | None = None
        self.reminded: int | None = None
        """The task of the newest reminder: the Tasks screen goes to it."""

    def refresh_badge(self) -> None:
        """Learn what is due and what will be, and act on it."""
        if self.ctx is None or self.actor is None or self.actor.must_change or not self.may("tasks.own"):
            return
        from leadtui.core.tasks import service as tasks

        ctx = self.ctx

        def know(found: tuple[Reminder, ...]) -> None:
            if self.ctx is ctx:
                self._reminders = found
                self.look_at_reminders()

        self.once("badge", lambda: tasks.reminders(ctx), know, self._quiet)

    def forget_requests(self) -> None:
        """Somebody else is signed in: nothing of the one before rings."""
        super().forget_requests()
        self._reminders, self.reminded = (), None
        self._told.clear()

    def look_at_reminders(self) -> None:
        """Ring what is due now, and wait for what comes next."""
        if self._next_reminder is not None:
            self._next_reminder.stop()
            self._next_reminder = None
        if self.ctx is None or self.actor is None:
            return
        from leadtui.core.tasks.rules import plan

        now = self.now()
        known = [
            replace(
                one,
                rung=one.rung or (one.id, one.due_at, False) in self._told,
                announced=one.announced or (one.id, one.due_at, True) in self._told,
            )
            for one in self._reminders
        ]
        due = plan(known, now)
        late = sum(one.due_at <= now for one in known)
        shown = f"{late}!" if late else ""
        if self.badges.get("tasks") != (shown, True):
            self.badge("tasks", shown, late=True)
        if due.ring or due.early:
            self._tell(due.ring, due.early)
        if due.next_at is not None:
            wait = min(max((due.next_at - now).total_seconds(), 0.0) + 0.05, LONGEST_WAIT)
            self._next_reminder = self.set_timer(wait, self.look_at_reminders, name="reminder")

    def _tell(self, ring: tuple[Reminder, ...], early: tuple[Reminder, ...]) -> None:
        self._told |= {(one.id, one.due_at, False) for one in ring}
        self._told |= {(one.id, one.due_at, True) for one in early}
        told = (*ring, *early)
        self.reminded = told[0].id
        self.say(self._words(ring, early), late=bool(ring))
        # nobody hears a bell in the middle of a talk, and nothing rings for a call that may not be made
        if self.open_call is None and self.bells and any(one.blocked is None for one in told):
            self.bell()
        self._store(tuple(one.id for one in ring), tuple(one.id for one in early))

    def _words(self, ring: tuple[Reminder, ...], early: tuple[Reminder, ...]) -> str:
        told = (*ring, *early)
        from leadtui.commands import key_of

        key = key_of("tasks")
        if len(told) == 1:
            return f"{self._line(told[0], early=bool(early))} · {key}"
        names = ", ".join(self._who(one) for one in told[:NAMES])
        more = len(told) - NAMES
        if more > 0:
            names = _("{names} and {n} more").format(names=names, n=more)
        said = ngettext("{n} reminder", "{n} reminders", len(told)).format(n=len(told))
        return f"{said}: {names} · {key}"

    def _line(self, one: Reminder, *, early: bool) -> str:
        from leadtui.wording import task_word, verdict_word

        at, name = clock(one.due_at, self.zone), self._who(one)
        if one.blocked is not None:
            return f"{at} {name}: {verdict_word(one.blocked)}"
        if early:
            return _("Soon, {time}: {name}, {what}").format(time=at, name=name, what=task_word(one.kind))
        note = clean(one.note).strip().splitlines()
        what = note[0][:60] if note else task_word(one.kind)
        return f"{at} {name}: {what}"

    def _who(self, one: Reminder) -> str:
        return clean(one.lead_name).strip() or f"#{one.lead_id}"

    def _store(self, due: tuple[int, ...], early: tuple[int, ...]) -> None:
        from leadtui.core.tasks import service as tasks
        from leadtui.core.tasks.dto import Rang

        ctx, command = self.ctx, Rang(due, early)
        if ctx is not None:
            self.in_thread(
                "rang", lambda: tasks.rang(ctx, command), lambda _none: None, self._quiet, exclusive=False
            )

    # a time that was refused ----------------------------------------------------------------------------

    def action_take_nearest(self) -> None:
        """`ctrl+y` in the call form: the nearest time that is allowed; again the next one."""
        fields = self.screen.query("#when-field").results(Input)
        field = next((one for one in fields if one.display), None)
        if field is None or not self.nearest:
            self.say(_("There is no other time to take."))
            return
        shown = [long_moment(at, self.zone) for at in self.nearest]
        typed = field.value
        field.value = shown[(shown.index(typed) + 1) % len(shown)] if typed in shown else shown[0]
        field.cursor_position = len(field.value)

    # the bell ------------------------------------------------------------------------------------------

    @property
    def bells(self) -> bool:
        """Whether a reminder rings."""
        return self.remembered.get("bell") != "off"

    def action_switch_bell(self) -> None:
        """The bell of reminders, on or off; the toast comes all the same."""
        self.remember("bell", "off" if self.bells else "on")
        self.say(_("Reminders ring.") if self.bells else _("Reminders are silent."))
