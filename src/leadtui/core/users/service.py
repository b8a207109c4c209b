"""Users: add, list, disable, a new one-time password."""

from __future__ import annotations

from leadtui.core.action import action, query
from leadtui.core.auth import passwords
from leadtui.core.auth.permissions import Permission
from leadtui.core.ctx import Tx
from leadtui.core.errors import Conflict, Invalid, NotFound
from leadtui.core.users import queries, rules
from leadtui.core.users.dto import AddUser, Credentials, User


@action(Permission.USERS_MANAGE, audit="user.added")
def add(tx: Tx, command: AddUser) -> Credentials:
    """A new user, with the given password or a one-time one.

    Raises Invalid: `email` required, email_format, email_taken · `name` required, too_long,
    control_characters · `role` unknown_role · `team` unknown_team · `password` password_too_short.
    """
    wrong = rules.check(command)
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
            minimum=passwords.MIN_LENGTH,
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
    tx.audit(f"user:{user_id}")
    tx.notify("user", user_id)
    return Credentials(user_id, rules.normal_email(email), made)


def _find(tx: Tx, email: str) -> tuple[int, str, bool]:
    found = queries.find(tx, email)
    if found is None:
        raise NotFound("user_unknown", email=rules.normal_email(email))
    return found
