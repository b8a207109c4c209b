"""`leadtui login`, `logout`, `whoami`: who the command line acts as."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from leadtui.i18n import _

if TYPE_CHECKING:
    from leadtui.core.ctx import Ctx

_TRIES = 3


def add_to(app: typer.Typer) -> None:
    """The three commands."""
    app.command("login", help=_("Sign in; the commands that follow act as you."))(login)
    app.command("logout", help=_("Sign out; the commands that follow act as the database's owner again."))(
        logout
    )
    app.command("whoami", help=_("Say who the commands act as."))(whoami)


def login(
    email: str | None = typer.Option(None, "--email", metavar="EMAIL", help=_("What you sign in with.")),
    password_stdin: bool = typer.Option(
        False, "--password-stdin", help=_("Read the password from standard input instead of asking.")
    ),
) -> None:
    """Open a session of the command line and keep it in the token file."""
    from leadtui.cli import ask
    from leadtui.cli.errors import say
    from leadtui.cli.session import database
    from leadtui.cli.token_store import TokenStore
    from leadtui.core.auth import service as auth
    from leadtui.core.auth.dto import SignIn
    from leadtui.core.ctx import Origin
    from leadtui.core.errors import LeadtuiError
    from leadtui.wording import role_word

    email = email if email is not None else ask.line(_("E-mail: "), field="email")
    password = ask.from_stdin() if password_stdin else ask.hidden(_("Password: "))
    with database() as runtime:
        ctx, store = runtime.ctx(Origin.CLI), TokenStore(runtime.settings)
        pair = auth.log_in(ctx, SignIn(email, password))
        try:
            if ctx.actor is not None and ctx.actor.must_change:
                _own_password(ctx, password)
            before = runtime.ctx(Origin.CLI)
            try:
                store.close(before)
            except LeadtuiError:
                before.token = None  # who was signed in here before is so no longer, one way or the other
            store.save(pair)
        except BaseException:
            # a session that nobody holds must not stay open
            auth.sign_out(ctx)
            raise
        actor = auth.me(ctx)
    say(_("Signed in: {name} · {role}.").format(name=actor.name, role=role_word(actor.role)))


def logout() -> None:
    """End the session of the command line."""
    from leadtui.cli.errors import say
    from leadtui.cli.session import database, prepared
    from leadtui.cli.token_store import TokenStore
    from leadtui.core.ctx import Origin

    store = TokenStore(prepared())
    if not store.path.is_symlink() and not store.path.exists():
        say(_("Nobody is signed in here."))
        return
    try:
        with database() as runtime:
            store.close(runtime.ctx(Origin.CLI))
    finally:
        # also where the server cannot be reached: the session there ends by itself
        store.forget()
    say(_("Signed out."))


def whoami(as_json: bool = typer.Option(False, "--json", help=_("Print one JSON array."))) -> None:
    """Who acts, in which team and from which session."""
    from leadtui.cli import out
    from leadtui.cli.session import acting
    from leadtui.core.auth import service as auth
    from leadtui.wording import role_word

    with acting() as ctx:
        actor = auth.me(ctx)
        mine = next((session for session in auth.sessions(ctx) if session.mine), None)
    if as_json:
        out.array(
            [
                {
                    "id": actor.user_id,
                    "name": actor.name,
                    "role": actor.role,
                    "team": actor.team_code,
                    "session": actor.session_id,
                    "os_user": actor.os_user,
                    "opened_at": mine.opened_at if mine else None,
                    "expires_at": mine.expires_at if mine else None,
                }
            ]
        )
        return
    out.facts(
        [
            (_("Name"), actor.name),
            (_("Role"), role_word(actor.role)),
            (_("Team"), actor.team_code),
            (_("Session"), actor.session_id),
            (_("Signed in"), f"{mine.opened_at:%Y-%m-%d %H:%M}Z" if mine else None),
            (_("At the latest until"), f"{mine.expires_at:%Y-%m-%d %H:%M}Z" if mine else None),
        ]
    )


def _own_password(ctx: Ctx, current: str) -> None:
    """A one-time password is changed before anything else. Raises Invalid, the last time for good."""
    from leadtui.cli import ask
    from leadtui.cli.errors import say, show
    from leadtui.core.auth import service as auth
    from leadtui.core.auth.dto import ChangePassword
    from leadtui.core.errors import Invalid

    if not ask.possible():
        raise Invalid({"password": "own_password_needed"}, "own_password_needed")
    say(_("Choose a password of your own."))
    for last in (False,) * (_TRIES - 1) + (True,):
        new = ask.hidden(_("New password: "))
        try:
            if ask.hidden(_("Again: ")) != new:
                raise Invalid({"again": "not_the_same"})
            auth.change_password(ctx, ChangePassword(current, new))
        except Invalid as error:
            if last:
                raise
            show(error)
        else:
            return
