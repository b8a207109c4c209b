"""Users: add, list, disable, enable, a new one-time password, their sessions."""

from __future__ import annotations

from leadtui.core.action import action, query
from leadtui.core.auth import passwords
from leadtui.core.auth import rules as password_rules
from leadtui.core.auth.permissions import Permission
from leadtui.core.ctx import Tx
from leadtui.core.errors import Conflict, Invalid, NotFound
from leadtui.core.outbox import post as outbox
from leadtui.core.users import queries, rules
from leadtui.core.users.dto import AddUser, Credentials, User, UserSession


@action(Permission.USERS_MANAGE, audit="user.added")
def add(tx: Tx, command: AddUser) -> Credentials:
    """A new user, with the given password or a one-time one.

    Raises Invalid: `email` required, email_format, email_taken · `name` required, too_long,
    control_characters · `role` unknown_role · `team` unknown_team · `password` as `auth.rules.check`.
    """
    return _add(tx, command, rules.check(command))


@action(Permission.DEMO_FILL, audit="user.added")
def add_of_demo(tx: Tx, command: AddUser) -> Credentials:
    """As `add`, with the password that stands in the documentation: nobody real is behind it."""
    wrong = rules.check(command)
    wrong.pop("password", None)
    return _add(tx, command, wrong)


def _add(tx: Tx, command: AddUser, wrong: dict[str, str]) -> Credentials:
    code = command.team if command.team is not None else tx.actor.team_code
    team = queries.team_id(tx, code)
    if team is None:
        wrong["team"] = "unknown_team"
    if wrong or team is None:
        raise Invalid(
            wrong,
            team=code,
            teams=", ".join(queries.team_codes(tx)),
            role=command.role,
            roles=", ".join(rules.ROLES),
            minimum=password_rules.MIN_LENGTH,
            maximum=password_rules.MAX_LENGTH,
            email=command.email,
        )
    made = None if command.password is not None else passwords.one_time()
    email = rules.normal_email(command.email)
    user_id = queries.add(
        tx,
        email,
        command.name.strip(),
        command.role,
        team,
        passwords.hash_password(command.password if made is None else made),  # type: ignore[arg-type]
        made is not None,
    )
    tx.audit(f"user:{user_id}", role=command.role, team=team)
    return Credentials(user_id, email, made)


@query(Permission.USERS_MANAGE)
def list_users(tx: Tx) -> tuple[User, ...]:
    """Every user of every team, by id; never the `system` actor."""
    return tuple(User(*row[:9]) for row in queries.list_all(tx))


@query(Permission.PEOPLE_READ)
def colleagues(tx: Tx) -> tuple[tuple[int, str], ...]:
    """(user id, name) of the agents of my team who may work, by name, without me: to whom a customer can be
    given."""
    return queries.colleagues(tx)


@action(Permission.USERS_MANAGE, audit="user.disabled")
def disable(tx: Tx, email: str) -> None:
    """Disable a user: their sessions end now, their name stays on what they did.

    Raises NotFound("user_unknown"), Conflict("last_admin"). Disabled already: nothing changes.
    """
    user_id, _role, disabled = _find(tx, email)
    tx.audit(f"user:{user_id}")
    if disabled:
        return
    queries.disable(tx, user_id)
    tx.notify("user", user_id)


@action(Permission.USERS_MANAGE, audit="user.enabled")
def enable(tx: Tx, email: str) -> None:
    """Let a disabled user sign in again, with the password they had; no session comes back.

    Raises NotFound("user_unknown"). Not disabled: nothing changes.
    """
    user_id, _role, disabled = _find(tx, email)
    tx.audit(f"user:{user_id}")
    if not disabled:
        return
    queries.enable(tx, user_id)
    tx.notify("user", user_id)


@action(Permission.USERS_MANAGE, audit="user.password_reset")
def reset_password(tx: Tx, email: str) -> Credentials:
    """A one-time password for a user, whose sessions end now.

    Raises NotFound("user_unknown"), Conflict("user_disabled").
    """
    user_id, _role, disabled = _find(tx, email)
    if disabled:
        raise Conflict("user_disabled", email=rules.normal_email(email))
    made = passwords.one_time()
    queries.reset_password(tx, user_id, passwords.hash_password(made))
    outbox.queue(tx, "password_reset", user_id)
    tx.audit(f"user:{user_id}")
    tx.notify("user", user_id)
    return Credentials(user_id, rules.normal_email(email), made)


@query(Permission.USERS_MANAGE)
def sessions(tx: Tx, email: str | None) -> tuple[UserSession, ...]:
    """The sessions that work now, of one user or (None) of all; never the `system` actor's.

    Raises NotFound("user_unknown").
    """
    return queries.sessions(tx, None if email is None else _find(tx, email)[0])


@action(Permission.USERS_MANAGE, audit="session.ended")
def end_session(tx: Tx, session_id: int) -> None:
    """End somebody's session: it stops at its next call, and by NOTIFY within a second.

    Raises NotFound("session_unknown").
    """
    user_id = queries.end_session(tx, session_id)
    if user_id is None:
        raise NotFound("session_unknown", session_id=session_id)
    tx.audit(f"session:{session_id}", user_id=user_id)
    tx.notify("user", user_id)


@action(Permission.USERS_MANAGE, audit="session.ended")
def end_sessions(tx: Tx, email: str) -> int:
    """End every session of a user; how many. Raises NotFound("user_unknown")."""
    user_id, _role, _disabled = _find(tx, email)
    ended = queries.end_sessions(tx, user_id)
    tx.audit(f"user:{user_id}", sessions=ended)
    tx.notify("user", user_id)
    return ended


def _find(tx: Tx, email: str) -> tuple[int, str, bool]:
    found = queries.find(tx, email)
    if found is None:
        raise NotFound("user_unknown", email=rules.normal_email(email))
    return found
