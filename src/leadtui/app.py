"""The Textual app: start, sign-in, modes, the end. What it stands on: `account`, `hearing`, `desk`, `shell`.

Nothing that speaks to a database is imported before the sign-in page is painted: the page is up while
PostgreSQL starts in a thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

from rich.text import Text
from textual import events
from textual.screen import Screen

from leadtui.account import Account
from leadtui.core.errors import LeadtuiError
from leadtui.ending import leave_stuck, within, workers
from leadtui.formats import moment, phone
from leadtui.i18n import _
from leadtui.modes import MODES
from leadtui.screens.login import LoginScreen
from leadtui.shell import SHOWN_MODES
from leadtui.warming import painted, warm

if TYPE_CHECKING:
    from textual.driver import Driver

    from leadtui.core.ctx import Actor, Ctx
    from leadtui.core.leads.dto import Lead
    from leadtui.core.runtime import Runtime
    from leadtui.core.settings import Settings
    from leadtui.core.tasks.dto import TaskRow
    from leadtui.screens.base import Walk

LOGIN: Final = "_default"
"""Textual's own first mode: the sign-in page lives there, below every other mode."""

SHUT_DOWN_SECONDS: Final = 4.0
"""For ending the session: a database that stalls ends it by itself later."""

_QUIT_AGAIN: Final = timedelta(seconds=6)


class LeadtuiApp(Account):
    """leadtui in the terminal."""

    def __init__(self, settings: Settings, runtime: Runtime | None = None, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.settings = settings
        self.runtime = runtime
        """What the database runs on; a test brings its own."""
        self.owns_runtime = runtime is None
        self._last_user: int | None = None
        self._last_mode = "leads"
        self._recall_mode = False
        """Whether the mode that this user left is still to be shown."""
        self._asked_to_quit: datetime | None = None
        self._keys_since_touch = False
        self.take_keys(settings.home)

    def get_default_screen(self) -> Screen[Any]:
        """The sign-in page is the first thing painted."""
        return LoginScreen()

    # start ---------------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Signals, timers; the database only after the first picture."""
        self.settle()
        self._modes = {LOGIN: LoginScreen, **MODES}
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGHUP"):
            if (number := getattr(signal, name, None)) is not None:
                # a test's loop, or Windows, has no signal handlers: closing the window still ends the process
                with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                    loop.add_signal_handler(number, self.hung_up, number)
        self.start_heartbeat()
        self._next_minute()
        self.call_after_refresh(self.start)

    def start(self) -> None:
        """Bring the database up in a thread; the sign-in page says how it goes."""
        painted()
        self.style_the_rest()
        self.say_key_problems()
        self.login.starting()
        if self.runtime is not None:
            self._started(self.runtime)
            return

        def up() -> Runtime:
            from leadtui import error_words, logs
            from leadtui.core.runtime import open_runtime

            error_words.register()  # first: a screen's own words for the same code come later and win
            logs.open_for(self.settings)
            runtime = open_runtime(self.settings)
            warm()  # while somebody types their password, not after it
            return runtime

        self.in_thread("start", up, self._started, self._not_started)

    def _started(self, runtime: Runtime) -> None:
        from leadtui.core.ctx import Origin

        self.runtime = runtime
        self.login.ready(runtime.ctx(Origin.TUI))

    def _not_started(self, error: Exception) -> None:
        if not isinstance(error, LeadtuiError):
            self.present(error)
        self.login.not_ready(error)

    @property
    def login(self) -> LoginScreen:
        """The sign-in page."""
        return cast(LoginScreen, self._screen_stacks[LOGIN][0])

    # signing in and out --------------------------------------------------------------------------------

    def signed_in(self, ctx: Ctx, actor: Actor) -> None:
        """The sign-in page has a session. A one-time password is changed first."""
        self.ctx, self.actor = ctx, actor
        if actor.must_change:
            from leadtui.screens.signin_password import ChangePasswordScreen

            self.push_screen(ChangePasswordScreen(), self._password_chosen)
            return
        self.enter()

    def _password_chosen(self, chosen: bool | None) -> None:
        if chosen and self.ctx is not None:
            self.actor = self.ctx.actor
            self.enter()
        else:
            self.sign_out()

    def enter(self) -> None:
        """Show what this user left, or the leads. Modes of somebody else go first."""
        from leadtui import logs

        actor = self.actor
        logs.event("signed_in", user=actor.user_id, role=actor.role.value)
        if actor.user_id != self._last_user:
            self.forget_requests()
            self.clear_notifications()
            self._drop_modes()
            self._last_mode, self._names, self.badges = "leads", {}, {}
            self.forget_look()
            self._recall_mode = True
        self._last_user = actor.user_id
        self.in_thread("preferences", self._preferences, self._preferred, lambda _error: None)
        self.show_mode(self._last_mode)
        self.start_live()
        self.resume()

    def _drop_modes(self, *, begun: bool = True) -> None:
        """Every mode, or only those whose screen stands alone and has not begun."""
        for mode in MODES:
            stack = self._screen_stacks.get(mode)
            if stack and (begun or (len(stack) == 1 and not stack[0].begun)):  # type: ignore[attr-defined]
                self.remove_mode(mode)
        self._modes = {LOGIN: LoginScreen, **MODES}

    def _preferences(self) -> dict[str, Any]:
        from leadtui.core.auth import service as auth

        return auth.preferences(self.session)

    def _preferred(self, found: dict[str, Any]) -> None:
        self.take_preferences(found)
        mode, recall = found.get("mode"), self._recall_mode
        self._recall_mode = False
        # who has begun something meanwhile stays with it
        if recall and mode in SHOWN_MODES and self.open_call is None and len(self.screen_stack) == 1:
            self.show_mode(mode)

    def ended(self, error: Exception) -> None:
        """The session is over (disabled, expired): back to the sign-in page with a word. Whatever is typed
        stays under it and comes back with the same user."""
        if self.ctx is None or getattr(error, "whose", None) not in (None, self.ctx):
            return  # a late answer: somebody has signed in since
        self._leave()
        self.login.back(error)

    def sign_out(self) -> None:
        """End the session and show the sign-in page."""
        ctx = self.ctx
        self._leave()
        if ctx is not None:
            from leadtui.core.auth import service as auth

            self.in_thread("sign out", lambda: auth.sign_out(ctx), lambda _n: None, lambda _e: None)
        self.login.back(None)

    def _leave(self) -> None:
        self.workers.cancel_group(self, "live")
        self.leave_journal()
        self.ctx = self.actor = None
        self.open_call = None
        self.live = self.notice = None
        self._away = None
        if self._current_mode != LOGIN:
            self._last_mode = self._current_mode
            while len(self.screen_stack) > 1 and not self.screen.is_mounted:
                self.pop_screen()
            self.switch_mode(LOGIN)
            self._drop_modes(begun=False)
        while self.screen is not self.login:
            self.pop_screen()  # the dialog in which a one-time password is changed
        self.mode = ""

    # modes and screens ---------------------------------------------------------------------------------

    def action_mode(self, mode: str) -> None:
        """`f2`…"""
        self._recall_mode = False
        self.show_mode(mode)
        if self.mode == mode and self.remembered.get("mode") != mode:
            self.remember("mode", mode)

    def show_mode(self, mode: str) -> None:
        """Show a mode as it was left. Nothing before signing in."""
        if self.actor is None or self.actor.must_change:
            return
        mode = mode if self.may_see(mode) else "leads"  # a role may have become less since
        self.switch_mode(mode)
        self.mode = mode

    def open_customer(self, lead_id: int, walk: Walk | None = None) -> None:
        """Show a customer; where one is shown on top already, that screen shows this one instead."""
        from leadtui.screens.customer import CustomerScreen

        for mode, stack in self._screen_stacks.items():
            shown = [s for s in stack if isinstance(s, CustomerScreen)]
            if shown and (shown[-1].lead_id == lead_id or mode == self._current_mode):
                self.show_mode(mode)
                while self.screen is not shown[-1] and len(self.screen_stack) > 1:
                    self.pop_screen()
                if shown[-1].lead_id != lead_id:
                    shown[-1].when_whole(partial(shown[-1].show, lead_id, walk))
                return
        self.push_screen(CustomerScreen(lead_id, walk))

    def copy_phone(self, lead: Lead) -> None:
        """Put a lead's number on the clipboard (OSC 52: the terminal may refuse, nobody tells us)."""
        if not lead.phones:
            self.say(_("There is no number to copy."), late=True)
            return
        self.copy_to_clipboard(lead.phones[0].e164)
        self.say(_("Copied: {phone}").format(phone=phone(lead.phones[0].e164)))

    def add_task(self, lead_id: int, name: str) -> None:
        """Ask for time and note of a task on a lead, and store it."""
        from leadtui.screens.add_task import AddTaskScreen

        self.push_screen(AddTaskScreen(lead_id, name), self._task_added)

    def _task_added(self, task: TaskRow | None) -> None:
        if task is not None:
            self.say(_("Task stored: {time}.").format(time=moment(task.due_at, self.zone, now=self.now())))

    # the clock and the end -----------------------------------------------------------------------------

    def _next_minute(self) -> None:
        self.refresh_frames()
        self.refresh_badge()
        self.sweep()
        self.set_timer(60.5 - datetime.now().astimezone().second, self._next_minute, name="clock")

    def on_key(self, event: events.Key) -> None:
        """Somebody is here: the session stays alive."""
        self._keys_since_touch = True

    def beat(self) -> None:
        """The lease of the open call, and the session of who is working."""
        super().beat()
        if self.ctx is not None and self._keys_since_touch:
            self._keys_since_touch = False
            ctx = self.ctx

            def touch() -> bool:
                from leadtui.core.auth import service as auth

                return auth.touch(ctx)

            self.in_thread("touch", touch, lambda _alive: self.reached(), self.present)

    async def action_quit(self) -> None:
        """`ctrl+q`: the open call comes first; the same key again leaves it for the next start."""
        again = self._asked_to_quit is not None and self.now() - self._asked_to_quit < _QUIT_AGAIN
        if not again and (self.open_call is not None or self.unsent):
            self._asked_to_quit = self.now()
            if self.unsent:
                self.say(
                    _("A call is not saved yet. Press again to quit; it is sent at your next sign-in."),
                    late=True,
                )
            else:
                self.show_call()
                self.say(
                    _("This call is open. Press again to quit; it comes back at the next start."), late=True
                )
            return
        self.exit()

    def get_driver_class(self) -> type[Driver]:
        """Textual's own, but on Linux one that notices when the terminal goes away."""
        chosen = super().get_driver_class()
        if chosen.__name__ == "LinuxDriver":
            from leadtui.hangup import HangupDriver

            return HangupDriver
        return chosen

    def hung_up(self, number: int) -> None:
        """A signal, or the terminal is gone: the app ends as if it had been asked to."""
        self.exit(return_code=128 + number)

    def shut_down(self) -> None:
        """Write down what is typed, end the session, let go of the database: in bounded time, whatever the
        database does. After `run`, when the terminal is itself again."""
        self.end_journal()
        within(SHUT_DOWN_SECONDS, self._let_go)
        if (logs := sys.modules.get("leadtui.logs")) is not None:
            logs.close_log()

    def _let_go(self) -> None:
        ctx, self.ctx = self.ctx, None
        if ctx is not None:
            from leadtui.core.auth import service as auth

            if chosen := self.unkept():
                with contextlib.suppress(LeadtuiError):
                    auth.merge_preferences(ctx, chosen)
            # without a database the session ends by itself in two hours
            with contextlib.suppress(LeadtuiError):
                auth.sign_out(ctx)
        if self.runtime is not None and self.owns_runtime:
            self.runtime.close()

    def _fatal_error(self) -> None:
        """An exception in a handler ends the program. Textual's own page shows local variables: names, notes,
        passwords. Ours shows the id that is in the log."""
        from rich.segment import Segments

        from leadtui.logs import log_unexpected

        error = self._exception or Exception()
        words = _("Something unexpected happened in leadtui ({kind}); it is not your input. Error id {id}.")
        line = words.format(kind=type(error).__name__, id=log_unexpected(error))
        self._exit_renderables.append(Segments(self.console.render(Text(f"error: {line}"))))
        self._close_messages_no_wait()


def run(settings: Settings) -> int:
    """Run the app until the user quits. Gives the process's exit code: 128 + the number of the signal that
    ended it. Does not come back where a worker is stuck in a database that does not answer."""
    os.environ.update(settings.for_terminal())
    app = LeadtuiApp(settings)
    if settings.theme in app.available_themes and not app.abilities.no_color:
        app.theme = settings.theme
    loop, threads = asyncio.new_event_loop(), workers()
    # of our own, or the loop's end would wait for a stuck one for ever
    loop.set_default_executor(threads)
    try:
        app.run(loop=loop)
    finally:
        app.shut_down()
        threads.shutdown(wait=False, cancel_futures=True)
        leave_stuck(app.return_code or 0)
        loop.close()
    return app.return_code or 0
