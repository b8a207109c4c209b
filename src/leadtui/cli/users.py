"""`leadtui users`: add, list, disable, enable, reset-password, sessions, end-session."""

from __future__ import annotations

import typer

from leadtui.i18n import _, ngettext


def build() -> typer.Typer:
    """The group."""
    app = typer.Typer(name="users", help=_("People who sign in."), no_args_is_help=True)
    app.command("add", help=_("Add a user."))(add)
    app.command("list", help=_("List all users."))(list_users)
    app.command("disable", help=_("Disable a user; their sessions end now."))(disable)
    app.command("enable", help=_("Let a disabled user sign in again."))(enable)
    app.command("reset-password", help=_("Give a user a one-time password; their sessions end now."))(
        reset_password
    )
    app.command("sessions", help=_("List who is signed in, and from where."))(sessions)
    app.command("end-session", help=_("End a session, or all of one user."))(end_session)
    return app


def add(
    email: str = typer.Argument(..., metavar="EMAIL", help=_("What they sign in with.")),
    name: str = typer.Option(..., "--name", help=_("Full name, as colleagues see it.")),
    role: str = typer.Option(..., "--role", metavar="agent|manager|admin", help=_("What they may do.")),
    team: str | None = typer.Option(None, "--team", help=_("Code of their team.")),
    password_stdin: bool = typer.Option(
        False, "--password-stdin", help=_("Read a password from standard input instead of making one.")
    ),
) -> None:
    """Add a user."""
    from leadtui.cli import ask
    from leadtui.cli.errors import say
    from leadtui.cli.out import line
    from leadtui.cli.session import acting
    from leadtui.core.users import service as users
    from leadtui.core.users.dto import AddUser

    password = ask.from_stdin() if password_stdin else None
    with acting() as ctx:
        made = users.add(ctx, AddUser(email, name, role, team, password))
    say(_("{email} can sign in now.").format(email=made.email))
    if made.one_time_password is not None:
        say(_("One-time password (shown once, changed at the first sign-in):"))
        line(made.one_time_password)


def list_users(
    as_json: bool = typer.Option(False, "--json", help=_("Print one JSON array.")),
) -> None:
    """List all users."""
    from leadtui.cli import out
    from leadtui.cli.session import acting
    from leadtui.core.users import service as users
    from leadtui.core.users.dto import User
    from leadtui.wording import role_word

    with acting() as ctx:
        found = users.list_users(ctx)
    if as_json:
        out.array(
            {
                "id": user.id,
                "email": user.email,
                "name": user.name,
                "role": user.role,
                "team": user.team,
                "one_time_password": user.must_change,
                "disabled_at": user.disabled_at,
                "created_at": user.created_at,
                "last_seen_at": user.last_seen_at,
            }
            for user in found
        )
        return
    columns: list[out.Column[User]] = [
        out.Column(_("Id"), lambda user: user.id, right=True),
        out.Column(_("E-mail"), lambda user: user.email),
        out.Column(_("Name"), lambda user: user.name),
        out.Column(_("Role"), lambda user: role_word(user.role)),
        out.Column(_("Team"), lambda user: user.team),
        out.Column(_("State"), _state),
        out.Column(
            _("Last seen"), lambda user: f"{user.last_seen_at:%Y-%m-%d %H:%M}Z" if user.last_seen_at else None
        ),
    ]
    out.table(found, columns)


def disable(email: str = typer.Argument(..., metavar="EMAIL")) -> None:
    """Disable a user."""
    from leadtui.cli.errors import say
    from leadtui.cli.session import acting
    from leadtui.core.users import service as users

    with acting() as ctx:
        users.disable(ctx, email)
    say(_("{email} is disabled; open sessions have ended.").format(email=email.strip().lower()))


def enable(email: str = typer.Argument(..., metavar="EMAIL")) -> None:
    """Let a disabled user sign in again."""
    from leadtui.cli.errors import say
    from leadtui.cli.session import acting
    from leadtui.core.users import service as users

    with acting() as ctx:
        users.enable(ctx, email)
    address = email.strip().lower()
    say(_("{email} can sign in again, with the password they had.").format(email=address))
    say("hint: " + _("leadtui users reset-password {email} gives them a new one").format(email=address))


def reset_password(email: str = typer.Argument(..., metavar="EMAIL")) -> None:
    """Give a user a one-time password."""
    from leadtui.cli.errors import say
    from leadtui.cli.out import line
    from leadtui.cli.session import acting
    from leadtui.core.users import service as users

    with acting() as ctx:
        made = users.reset_password(ctx, email)
    say(_("One-time password (shown once, changed at the first sign-in):"))
    line(made.one_time_password or "")


def sessions(
    email: str | None = typer.Argument(None, metavar="[EMAIL]", help=_("Only of this user.")),
    as_json: bool = typer.Option(False, "--json", help=_("Print one JSON array.")),
) -> None:
    """List the sessions that work now."""
    from leadtui.cli import out
    from leadtui.cli.session import acting
    from leadtui.core.users import service as users
    from leadtui.core.users.dto import UserSession
    from leadtui.session_words import place_words

    with acting() as ctx:
        found = users.sessions(ctx, email)
    if as_json:
        out.array(
            {
                "id": session.id,
                "email": session.email,
                "role": session.role,
                "origin": session.origin,
                "os_user": session.os_user,
                "host": session.host,
                "opened_at": session.opened_at,
                "last_seen_at": session.last_seen_at,
                "idle_until": session.idle_until,
                "expires_at": session.expires_at,
            }
            for session in found
        )
        return
    columns: list[out.Column[UserSession]] = [
        out.Column(_("Id"), lambda session: session.id, right=True),
        out.Column(_("E-mail"), lambda session: session.email),
        out.Column(_("Where"), lambda session: place_words(session.origin, session.os_user, session.host)),
        out.Column(_("Signed in"), lambda session: f"{session.opened_at:%Y-%m-%d %H:%M}Z"),
        out.Column(_("Last seen"), lambda session: f"{session.last_seen_at:%Y-%m-%d %H:%M}Z"),
        out.Column(_("At the latest until"), lambda session: f"{session.expires_at:%Y-%m-%d %H:%M}Z"),
    ]
    out.table(found, columns)


def end_session(
    session: str | None = typer.Argument(None, metavar="[ID]", help=_("As leadtui users sessions lists it.")),
    everything: str | None = typer.Option(
        None, "--all", metavar="EMAIL", help=_("Every session of this user instead.")
    ),
) -> None:
    """End one session, or all of one user."""
    from leadtui.cli.errors import say
    from leadtui.cli.session import acting
    from leadtui.core.errors import Invalid
    from leadtui.core.users import service as users

    if (session is None) == (everything is None):
        raise Invalid({"ID": "one_of_two"}, "end_which_session")
    if session is not None and not (session.isascii() and session.isdigit() and len(session) < 19):
        raise Invalid({"ID": "not_whole"})
    with acting() as ctx:
        if everything is not None:
            ended = users.end_sessions(ctx, everything)
            said = ngettext("{n} session ended.", "{n} sessions ended.", ended).format(n=ended)
        else:
            users.end_session(ctx, int(session or 0))
            said = _("Session {n} ended.").format(n=session)
    say(said)


def _state(user: object) -> str:
    from leadtui.core.users.dto import User

    assert isinstance(user, User)  # noqa: S101
    if user.disabled_at is not None:
        return _("disabled")
    return _("one-time password") if user.must_change else _("active")
