"""Signing in. The first thing painted; the database comes up behind it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from leadtui import __version__, presenter
from leadtui.commands import Where, bindings, hints, key_of
from leadtui.core.errors import LeadtuiError
from leadtui.i18n import N_, _
from leadtui.text import plain
from leadtui.themes import palette
from leadtui.widgets.bars import bar
from leadtui.widgets.demo_people import DemoPeople
from leadtui.widgets.field_label import FieldLabel
from leadtui.widgets.keys import KeyLine
from leadtui.widgets.line import Line

if TYPE_CHECKING:
    from leadtui.app import LeadtuiApp
    from leadtui.core.ctx import Actor, Ctx

TAGLINE = N_("The right call, next.")


WIDE_FROM = 110
"""Cells from which the form has its full width and margin."""


class DayCurve(Widget):
    """The product in one picture: one accent bar above a page of quiet ones, off the right edge."""

    FALL = 0.888
    """Each bar ÷ the one above it."""

    def render_line(self, y: int) -> Strip:
        """A bar in every second row."""
        colors, line = palette(self.app), Line(self.size.width, self.rich_style)
        number, between = divmod(y - 2, 2)
        if y >= 2 and not between and y < self.size.height - 1:
            share = 1.0 if number == 0 else self.FALL**number
            line.put(0, bar(share, self.size.width), colors.style("field" if number else "accent"))
        return line.strip()


class GoButton(Button, inherit_css=False):
    """Textual's without its stylesheet, which is as long as all the others before the first paint together;
    `login.tcss` says how this one looks."""


class LoginScreen(Screen[None]):
    """E-mail and password; in the demo a list where one digit signs in. The App loads its stylesheet."""

    WHERE = Where.LOGIN
    BINDINGS = bindings(Where.LOGIN)
    AUTO_FOCUS = "#email"

    state: reactive[str] = reactive("starting", init=False)
    """starting, ready, failed, or signing (an answer is awaited)."""

    email = getters.query_one("#email", Input)
    password = getters.query_one("#password", Input)

    def __init__(self) -> None:
        super().__init__()
        self._ctx: Ctx | None = None
        self._since = time.monotonic()
        self._error: Exception | None = None
        self._said: dict[str, Callable[[], str]] = {}
        """What stands under a field."""
        self._reason: Exception | None = None
        self._demo = False
        self._wait_until = 0.0
        """When (monotonic) the next attempt is looked at."""

    @property
    def desk(self) -> LeadtuiApp:
        """The app, by its own type."""
        return cast("LeadtuiApp", self.app)

    def compose(self) -> ComposeResult:
        """The form left, the bars right, the keys below."""
        self.on_resize()
        with Horizontal(id="page"):
            with Vertical(id="form"):
                yield Static(_head(), id="head")
                yield Static(id="reason")
                yield DemoPeople(id="demo")
                yield FieldLabel(_("E-mail"), id="email-label")
                yield Input(id="email")
                yield Static(id="email-error", classes="error")
                yield FieldLabel(_("Password"), f"{key_of('reveal')} {_('show')}", id="password-label")
                yield Input(id="password", password=True)
                yield Static(id="password-error", classes="error")
                yield GoButton(plain(f"⏎  {_('sign in')}"), id="go")
                yield Static(plain(f"○ {_server_name(self.desk.settings.database_url)} …"), id="server")
            yield DayCurve(id="curve")
        yield KeyLine(hints(Where.LOGIN))

    def on_mount(self) -> None:
        """A clock for the start; the words are there already, or the page would be laid out twice."""
        self.query_one(KeyLine).fact = __version__
        self.set_interval(1.0, self._tick, name="start clock")

    def on_resize(self) -> None:
        """A narrower form on a narrow terminal."""
        self.set_class(self.app.size.width < WIDE_FROM, "-narrow")

    # what the app says ---------------------------------------------------------------------------------

    def starting(self) -> None:
        """The database is coming up."""
        self._since, self._error = time.monotonic(), None
        self.state = "starting"

    def ready(self, ctx: Ctx) -> None:
        """The database answers; `ctx` has no session yet."""
        self._ctx = ctx
        self.state = "ready"
        self._look_for_demo()

    def not_ready(self, error: Exception) -> None:
        """It did not come up."""
        self._error = error
        self.state = "failed"

    def back(self, reason: Exception | None) -> None:
        """Somebody's session is over; `reason` says why, None after signing out."""
        self._reason = reason
        self._wait_until = 0.0
        self.password.value = ""
        if self.desk.runtime is not None:
            from leadtui.core.ctx import Origin

            self._ctx = self.desk.runtime.ctx(Origin.TUI)
        self.state = "ready"
        self._show_reason()
        if self._demo:
            self.query_one(DemoPeople).focus()
        else:
            (self.password if self.email.value else self.email).focus()

    # words ---------------------------------------------------------------------------------------------

    def relabel(self) -> None:
        """Every word in the language in use; what is typed stays."""
        self.query_one("#head", Static).update(_head())
        self.query_one("#email-label", FieldLabel).label = _("E-mail")
        self.query_one("#password-label", FieldLabel).label = _("Password")
        self.query_one(DemoPeople).refresh()
        self.query_one("#server").remove_class("-ready")
        self._show_reveal()
        self._show_server()
        self._show_reason()
        for ident, say in self._said.items():
            self.query_one(f"#{ident}", Static).update(plain(say()))
        self._show_button()
        keys = self.query_one(KeyLine)
        keys.hints = tuple(hints(Where.LOGIN))
        keys.fact = __version__

    def watch_state(self) -> None:
        """Show it."""
        self._show_server()
        self._show_button()

    def _show_server(self) -> None:
        if not self.is_mounted or (self.state == "ready" and self.query_one("#server").has_class("-ready")):
            return
        name = _server_name(self.desk.settings.database_url)
        line = self.query_one("#server", Static)
        line.set_class(self.state in ("ready", "signing"), "-ready")
        line.set_class(self.state == "failed", "-failed")
        if self.state == "starting":
            waited = int(time.monotonic() - self._since)
            ago = " " + _("{n} s").format(n=waited) if waited else ""
            line.update(plain(f"○ {name} …{ago}"))
        elif self.state == "failed":
            error = self._error
            said = _("It did not start.")
            if isinstance(error, LeadtuiError):
                said = presenter.sentence(error)
            line.update(plain(f"○ {name}. {said}"))
        else:
            sample = f"\n  {_('sample data, nobody real')}" if self._demo else ""
            line.update(plain("● ").stylize("$accent") + plain(f"{name}{sample}"))

    def _show_button(self) -> None:
        if self.is_mounted:
            word = {"failed": _("try again"), "signing": _("signing in …")}.get(self.state, _("sign in"))
            self.query_one("#go", Button).label = plain(f"⏎  {word}")

    def _show_reveal(self) -> None:
        word = _("show") if self.password.password else _("hide")
        self.query_one("#password-label", FieldLabel).fact = f"{key_of('reveal')} {word}"

    def _show_reason(self) -> None:
        said = ""
        if isinstance(self._reason, LeadtuiError):
            said = presenter.sentence(self._reason)
        line = self.query_one("#reason", Static)
        line.update(plain(said))
        line.display = bool(said)

    def _tick(self) -> None:
        self._show_server()
        if self._wait_until:
            self._show_wait()

    def _show_wait(self) -> None:
        """The countdown, under what was typed and still stands there."""
        from leadtui.formats import elapsed

        left = self._wait_until - time.monotonic()
        if left > 0:
            self._under(
                "password-error",
                lambda: _("Too many attempts. Try again in {wait}.").format(wait=elapsed(math.ceil(left))),
            )
        else:
            self._wait_until = 0.0
            self._under("password-error", lambda: _("You can try again now."))

    # the demo ------------------------------------------------------------------------------------------

    def _look_for_demo(self) -> None:
        ctx = self._ctx
        if ctx is None:
            return

        def look() -> Any:
            from leadtui.core.demo.logins import demo_logins

            return demo_logins(ctx)

        self.desk.in_thread("demo", look, self._show_demo, lambda _error: None)

    def _show_demo(self, logins: Any) -> None:
        self._demo = self.desk.demo = bool(logins)
        self.query_one("#server").remove_class("-ready")
        self._show_server()
        people = self.query_one(DemoPeople)
        people.show(tuple(logins or ()))
        early = self.email.value
        if self._demo and early in ("", "1", "2", "3"):
            # a digit typed before the list was there is not the start of an e-mail
            self.email.value = ""
            people.focus()
            if early:
                people.choose(int(early) - 1)

    @on(DemoPeople.Chosen)
    def _demo_chosen(self, event: DemoPeople.Chosen) -> None:
        event.stop()
        self._sign_in(event.login.email, event.login.password)

    # signing in ----------------------------------------------------------------------------------------

    def action_reveal(self) -> None:
        """Show or hide the password."""
        self.password.password = not self.password.password
        self._show_reveal()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._wait_until and event.input.id == "email":
            self._wait_until = 0.0  # another account has a wait of its own
            self._under("password-error")
        if not self._wait_until:
            self._under(f"{event.input.id}-error")

    @on(Input.Submitted)
    @on(Button.Pressed)
    def _entered(self, event: Input.Submitted | Button.Pressed) -> None:
        event.stop()
        self.action_sign_in()

    def action_sign_in(self) -> None:
        """Sign in, or start the database again."""
        if self.state == "failed":
            self.desk.start()
            return
        email, password = self.email.value.strip(), self.password.value
        self._under("email-error", None if email else lambda: _("Needed."))
        self._under("password-error", None if password else lambda: _("Needed."))
        if not email:
            self.email.focus()
        elif not password:
            self.password.focus()
        else:
            self._sign_in(email, password)

    def _sign_in(self, email: str, password: str) -> None:
        if self.state != "ready" or self._ctx is None or self._wait_until > time.monotonic():
            return
        from leadtui.core.auth import service as auth
        from leadtui.core.auth.dto import SignIn

        self.state = "signing"
        ctx = self._ctx
        self.desk.in_thread(
            "sign in", lambda: auth.sign_in(ctx, SignIn(email, password)),
            partial(self._signed_in, ctx), self._refused,
        )  # fmt: skip

    def _signed_in(self, ctx: Ctx, actor: Actor) -> None:
        self.state = "ready"
        self._reason = None
        self._wait_until = 0.0
        self._show_reason()
        self.password.value = ""
        self.desk.signed_in(ctx, actor)

    def _refused(self, error: Exception) -> None:
        self.state = "ready"
        if isinstance(error, LeadtuiError) and error.code == "too_many_attempts":
            self._wait_until = time.monotonic() + float(error.data["seconds"])
            self._show_wait()
        elif isinstance(error, LeadtuiError):
            # under the password, whatever was wrong: there is no hint whether the account exists
            self._under("password-error", partial(presenter.sentence, error))
            self.password.focus()
            self.password.action_home()
            self.password.action_end(select=True)
        else:
            self.desk.present(error, self)

    def _under(self, ident: str, say: Callable[[], str] | None = None) -> None:
        """Word it now, and again when the language changes."""
        self._said[ident] = say or str
        self.query_one(f"#{ident}", Static).update(plain(self._said[ident]()))


def _head() -> Content:
    return plain("leadtui").stylize("bold $accent") + plain(f"\n{_(TAGLINE)}")


def _server_name(url: str | None) -> str:
    if url is None:
        return _("embedded PostgreSQL 18")
    from urllib.parse import urlsplit

    host = urlsplit(url).hostname
    return _("PostgreSQL at {host}").format(host=host) if host else _("PostgreSQL")
