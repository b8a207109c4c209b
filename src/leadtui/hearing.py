"""What others change, as it happens: screens mark it in place, and a disabled user stops within a second."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any, cast

from leadtui.core.errors import Unauthenticated, Unavailable
from leadtui.messages import Changed, Resync
from leadtui.withdrawal import Withdrawal

if TYPE_CHECKING:
    from leadtui.core.ctx import Actor
    from leadtui.core.runtime import Runtime
    from leadtui.core.tasks.dto import TaskCounts


class Hearing(Withdrawal):
    """One listening connection while somebody is signed in."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.runtime: Runtime | None = None
        """What the database runs on; None before it is up."""

    def start_live(self) -> None:
        """Listen to what others change, for as long as somebody is signed in."""
        self.refresh_badge()
        # the function, not its coroutine: one that is cancelled before it began would never be awaited
        self.run_worker(cast(Any, self._listen), group="live", exclusive=True, exit_on_error=False)

    async def _listen(self) -> None:
        from leadtui.core import live

        if self.runtime is None:
            return
        async with aclosing(live.listen(self.runtime.app.url)) as news:
            async for one in news:
                if isinstance(one, live.Offline):
                    self.live = False
                    self.away(Unavailable("database_gone"))
                elif isinstance(one, live.Resync):
                    self.live = not one.polling
                    self.reached()
                    if not one.first:
                        self._resync()
                else:
                    self._heard(one.kind, one.ident, one.version)

    def _resync(self) -> None:
        self._forget_rules()
        self.beat()
        self.send_again()
        self.journal_again()
        self.refresh_badge()
        self.look_at_withdrawal()
        self._still_me()
        for screen in self.frames():
            screen.post_message(Resync())

    def _forget_rules(self) -> None:
        """The next service call reads settings and holidays anew."""
        from leadtui.core.calls.settings import forget

        forget()

    def _heard(self, kind: str, ident: int, version: int) -> None:
        if kind == "setting":
            self._forget_rules()
        me = self.actor.user_id if self.actor is not None else None
        if kind == "user" and ident == me:
            self._still_me()
        elif kind == "call" and ident == me:
            self.look_at_call()
        elif kind == "pause" and ident == me:
            self.look_at_pause()
        elif kind == "stop":
            self.heard_stop(ident)
        elif kind == "task" and ident == me:
            self.refresh_badge()
        for screen in self.frames():
            screen.post_message(Changed(kind, ident, version))

    def _still_me(self) -> None:
        """Ask who I am: a disabled or demoted user stops here, within a second."""
        if self.ctx is None:
            return
        from leadtui.core.auth import service as auth

        ctx = self.ctx
        self.in_thread("me", lambda: auth.me(ctx), self._am, self.present)

    def _am(self, actor: Actor) -> None:
        self.reached()
        if self.ctx is not None and actor != self.actor:
            self.actor = actor

    def sweep(self) -> None:
        """Put due rows back and end old leases: whoever is here, once a minute, one process at a time.

        Readers are right without it, so nobody hears of a failure.
        """
        if self.ctx is not None and self.actor is not None and not self.actor.must_change:
            from leadtui.core.leads import service as leads

            ctx = self.ctx
            self.once("sweep", lambda: leads.sweep(ctx), lambda _swept: None, self._quiet)

    def _quiet(self, error: Exception) -> None:
        """What runs by itself fails by itself, but for a session that is over: nobody touched a key for
        hours, and the customer must not stay on the screen."""
        if isinstance(error, Unauthenticated):
            self.present(error)

    def refresh_badge(self) -> None:
        """How many of my tasks are late, behind their tab."""
        if self.ctx is None or self.actor is None or self.actor.must_change or not self.may("tasks.own"):
            return
        from leadtui.core.tasks import service as tasks

        ctx = self.ctx
        self.once("badge", lambda: tasks.counts(ctx), self._badge, self._quiet)

    def _badge(self, counts: TaskCounts) -> None:
        if self.actor is not None:
            self.badge("tasks", f"{counts.overdue}!" if counts.overdue else "", late=True)
