"""Users: one-time passwords, refusals with a code each, disabling that works at once."""

from __future__ import annotations

import pytest

from leadtui.core.auth import service as auth
from leadtui.core.auth.dto import ChangePassword, SignIn
from leadtui.core.ctx import Ctx, Origin
from leadtui.core.errors import Conflict, Invalid, NotAllowed, NotFound, Unauthenticated
from leadtui.core.users import service as users
from leadtui.core.users.dto import AddUser
from tests.conftest import MakeCtx, OneConnection


def test_a_one_time_password_opens_a_session_that_must_change_it(db: OneConnection, as_role: MakeCtx) -> None:
    made = users.add(as_role("admin"), AddUser(" Sari@Bank.test", "Sari", "agent"))
    assert made.email == "sari@bank.test"
    assert made.one_time_password is not None
    assert made.one_time_password not in repr(made)
    ctx = Ctx(db, Origin.TUI)
    assert auth.sign_in(ctx, SignIn("sari@bank.test", made.one_time_password)).must_change
    with pytest.raises(NotAllowed):
        users.list_users(ctx)
    auth.change_password(ctx, ChangePassword(made.one_time_password, "a long one of my own"))
    assert not auth.me(ctx).must_change


def test_a_given_password_is_the_users_own(db: OneConnection, as_role: MakeCtx) -> None:
    made = users.add(
        as_role("system"), AddUser("budi@bank.test", "Budi", "manager", "main", "twelve letters")
    )
    assert made.one_time_password is None
    actor = auth.sign_in(Ctx(db, Origin.TUI), SignIn("budi@bank.test", "twelve letters"))
    assert (actor.role, actor.must_change, actor.team_code) == ("manager", False, "main")


@pytest.mark.parametrize(
    ("command", "fields"),
    [
        (AddUser("", "A", "agent"), {"email": "required"}),
        (AddUser("not an address", "A", "agent"), {"email": "email_format"}),
        (AddUser("a..b@bank.test", "A", "agent"), {"email": "email_format"}),
        (AddUser("a@bank", "A", "agent"), {"email": "email_format"}),
        (AddUser("a@bank.test", "  ", "agent"), {"name": "required"}),
        (AddUser("a@bank.test", "x" * 101, "agent"), {"name": "too_long"}),
        (AddUser("a@bank.test", "A\x1b[31m", "agent"), {"name": "control_characters"}),
        (AddUser("a@bank.test", "A\u202eB", "agent"), {"name": "control_characters"}),
        (AddUser("a@bank.test", "A", "system"), {"role": "unknown_role"}),
        (AddUser("a@bank.test", "A", "boss", "nowhere"), {"role": "unknown_role", "team": "unknown_team"}),
        (AddUser("a@bank.test", "A", "agent", password="short"), {"password": "password_too_short"}),
    ],
)
def test_what_is_wrong_is_said_by_field(command: AddUser, fields: dict[str, str], as_role: MakeCtx) -> None:
    ctx = as_role("admin")
    with pytest.raises(Invalid) as caught:
        users.add(ctx, command)
    assert caught.value.fields == fields
    assert len(users.list_users(ctx)) == 1


def test_an_address_is_taken_in_any_letter_case(as_role: MakeCtx) -> None:
    ctx = as_role("admin")
    users.add(ctx, AddUser("sari@bank.test", "Sari", "agent"))
    with pytest.raises(Invalid) as caught:
        users.add(ctx, AddUser("SARI@bank.test", "Another", "agent"))
    assert caught.value.fields == {"email": "email_taken"}


def test_the_list_has_everybody_but_the_system(as_role: MakeCtx) -> None:
    ctx = as_role("admin", name="Ratna")
    users.add(ctx, AddUser("sari@bank.test", "Sari", "agent"))
    found = users.list_users(ctx)
    assert [(user.name, user.role, user.must_change) for user in found] == [
        ("Ratna", "admin", False),
        ("Sari", "agent", True),
    ]
    assert found[0].last_seen_at is not None
    assert found[1].last_seen_at is None


def test_a_disabled_user_is_out_at_once(as_role: MakeCtx) -> None:
    admin, agent = as_role("admin"), as_role("agent")
    email = next(user.email for user in users.list_users(admin) if user.role == "agent")
    users.disable(admin, email.upper())
    with pytest.raises(Unauthenticated):
        auth.me(agent)
    users.disable(admin, email)  # once more changes nothing
    assert [user.disabled_at is not None for user in users.list_users(admin)] == [False, True]


def test_an_enabled_user_signs_in_with_the_password_they_had(db: OneConnection, as_role: MakeCtx) -> None:
    admin = as_role("admin")
    users.add(admin, AddUser("sari@bank.test", "Sari", "agent", password="twelve letters"))
    before = Ctx(db, Origin.TUI)
    auth.sign_in(before, SignIn("sari@bank.test", "twelve letters"))
    users.disable(admin, "sari@bank.test")
    with pytest.raises(Unauthenticated):
        auth.sign_in(Ctx(db, Origin.TUI), SignIn("sari@bank.test", "twelve letters"))
    users.enable(admin, " SARI@bank.test")
    users.enable(admin, "sari@bank.test")  # once more changes nothing
    with pytest.raises(Unauthenticated):
        auth.me(before)  # a session that ended stays so
    after = Ctx(db, Origin.TUI)
    assert auth.sign_in(after, SignIn("sari@bank.test", "twelve letters")).role == "agent"
    with db.owner() as connection:
        audited = connection.execute(
            "select outcome, subject = 'user:' || (select id from app_user where email = 'sari@bank.test')"
            " from audit where action = 'user.enabled'"
        ).fetchall()
    assert audited == [("ok", True)] * 2


def test_the_last_admin_stays(as_role: MakeCtx) -> None:
    ctx = as_role("admin")
    (me,) = users.list_users(ctx)
    with pytest.raises(Conflict) as caught:
        users.disable(ctx, me.email)
    assert caught.value.code == "last_admin"
    users.add(ctx, AddUser("second@bank.test", "Second", "admin"))
    users.disable(ctx, me.email)
    with pytest.raises(Unauthenticated):
        auth.me(ctx)


def test_a_new_password_ends_the_sessions_of_the_old_one(db: OneConnection, as_role: MakeCtx) -> None:
    admin, agent = as_role("admin"), as_role("agent")
    email = next(user.email for user in users.list_users(admin) if user.role == "agent")
    made = users.reset_password(admin, email)
    with pytest.raises(Unauthenticated):
        auth.me(agent)
    assert auth.sign_in(Ctx(db, Origin.TUI), SignIn(email, made.one_time_password or "")).must_change
    users.disable(admin, email)
    with pytest.raises(Conflict) as caught:
        users.reset_password(admin, email)
    assert caught.value.code == "user_disabled"


@pytest.mark.parametrize("work", [users.disable, users.enable, users.reset_password])
def test_somebody_unknown_is_not_found(work, as_role: MakeCtx) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(NotFound) as caught:
        work(as_role("admin"), "nobody@bank.test")
    assert caught.value.code == "user_unknown"
