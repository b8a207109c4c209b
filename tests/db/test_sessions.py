"""Sessions: how they end and say so, listing and ending them, a refresh token that comes back."""

from __future__ import annotations

import pytest

from leadtui.core.auth import service as auth
from leadtui.core.auth.dto import ChangePassword, Pair, SignIn
from leadtui.core.ctx import Ctx, Origin
from leadtui.core.errors import Conflict, NotFound, Unauthenticated
from leadtui.core.users import service as users
from tests.conftest import PASSWORD, MakeCtx, OneConnection, make_user

NEW = "long enough to do"


def why(ctx: Ctx) -> str:
    """The code with which the next call fails."""
    with pytest.raises(Unauthenticated) as caught:
        auth.me(ctx)
    return caught.value.code


def signed_in(db: OneConnection, email: str, origin: Origin = Origin.TUI) -> Ctx:
    ctx = Ctx(db, origin)
    auth.sign_in(ctx, SignIn(email, PASSWORD))
    return ctx


def change(db: OneConnection, statement: str, *values: object) -> None:
    with db.owner() as connection:
        connection.execute(statement, values)


def email_of(ctx: Ctx, db: OneConnection) -> str:
    assert ctx.actor is not None
    with db.owner() as connection:
        row = connection.execute("select email from app_user where id = %s", (ctx.actor.user_id,)).fetchone()
    assert row is not None
    return str(row[0])


def audited(db: OneConnection) -> list[tuple[str, str]]:
    with db.owner() as connection:
        return connection.execute("select action, outcome from audit order by id").fetchall()


# how a session ends ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "code"), [("idle_until", "session_idle"), ("expires_at", "session_expired")]
)
@pytest.mark.parametrize("hot", [False, True])
def test_a_session_that_ran_out_says_how(
    db: OneConnection, as_role: MakeCtx, column: str, code: str, hot: bool
) -> None:
    from leadtui.core.leads import service as leads
    from leadtui.core.leads.dto import PageQuery

    ctx = as_role("agent")
    change(db, f"update app_session set {column} = now() - interval '1 second'")  # noqa: S608
    if hot:
        with pytest.raises(Unauthenticated) as caught:
            leads.page(ctx, PageQuery())
        assert caught.value.code == code
    else:
        assert why(ctx) == code


def test_a_key_now_and_then_keeps_it_open_but_not_for_ever(db: OneConnection, as_role: MakeCtx) -> None:
    ctx = as_role("agent")
    change(db, "update app_session set idle_until = now() + interval '1 minute'")
    assert auth.touch(ctx)
    change(db, "update app_session set idle_until = idle_until - interval '90 minutes'")
    assert auth.me(ctx)
    change(db, "update app_session set expires_at = now() - interval '1 second'")
    assert why(ctx) == "session_expired"


def test_the_command_line_lasts_longer_than_the_program(db: OneConnection) -> None:
    email = make_user(db, "agent")
    for origin, hours in ((Origin.TUI, 12), (Origin.CLI, 168)):
        ctx = signed_in(db, email, origin)
        (mine,) = [session for session in auth.sessions(ctx) if session.mine]
        assert round((mine.expires_at - mine.opened_at).total_seconds() / 3600) == hours


def test_who_ended_it_is_said(db: OneConnection, as_role: MakeCtx) -> None:
    admin = as_role("admin")
    email = make_user(db, "agent")
    one, two, three = (signed_in(db, email) for _ in range(3))
    other = next(session for session in auth.sessions(one) if not session.mine)
    auth.end_session(one, other.id)
    ended = [ctx for ctx in (two, three) if _code(ctx) is not None]
    assert [why(ctx) for ctx in ended] == ["session_ended_by_user"]
    assert users.end_sessions(admin, email) == 2
    assert why(one) == "session_ended_by_admin"
    four = signed_in(db, email)
    users.reset_password(admin, email)
    assert why(four) == "session_password_reset"
    five = as_role("agent")
    users.disable(admin, email_of(five, db))
    assert why(five) == "session_disabled"
    assert why(Ctx(db, Origin.TUI, token="never one")) == "session_ended"


def _code(ctx: Ctx) -> str | None:
    try:
        auth.me(ctx)
    except Unauthenticated as error:
        return error.code
    return None


def test_a_new_password_ends_my_other_sessions_and_not_this_one(db: OneConnection) -> None:
    email = make_user(db, "agent")
    here, there = signed_in(db, email), signed_in(db, email)
    auth.change_password(here, ChangePassword(PASSWORD, NEW))
    assert auth.me(here)
    assert why(there) == "session_password_changed"


# listing and ending --------------------------------------------------------------------------------------


def test_my_sessions_are_mine_alone_and_this_one_comes_first(db: OneConnection, as_role: MakeCtx) -> None:
    email = make_user(db, "agent")
    as_role("agent")
    old, here = signed_in(db, email, Origin.CLI), signed_in(db, email)
    found = auth.sessions(here)
    assert [(session.origin, session.mine) for session in found] == [("tui", True), ("cli", False)]
    assert all(session.host and session.os_user for session in found)
    assert auth.end_other_sessions(here) == 1
    assert [session.mine for session in auth.sessions(here)] == [True]
    assert why(old) == "session_ended_by_user"
    assert audited(db)[-1] == ("session.ended", "ok")


def test_somebody_elses_session_is_not_mine_to_end(db: OneConnection, as_role: MakeCtx) -> None:
    mine, theirs = as_role("agent"), as_role("agent")
    assert theirs.actor is not None
    for ident in (theirs.actor.session_id, 999_999):
        with pytest.raises(NotFound) as caught:
            auth.end_session(mine, ident)
        assert caught.value.code == "session_unknown"
    assert auth.me(theirs)


def test_an_admin_sees_and_ends_any_but_the_systems(db: OneConnection, as_role: MakeCtx) -> None:
    admin, agent, system = as_role("admin"), as_role("agent"), as_role("system")
    assert agent.actor is not None
    assert system.actor is not None
    assert {session.role for session in users.sessions(admin, None)} == {"admin", "agent"}
    (theirs,) = users.sessions(admin, email_of(agent, db))
    users.end_session(admin, theirs.id)
    assert why(agent) == "session_ended_by_admin"
    for ident in (theirs.id, system.actor.session_id):
        with pytest.raises(NotFound):
            users.end_session(admin, ident)
    assert auth.me(system)
    with pytest.raises(NotFound):
        users.sessions(admin, "nobody@bank.test")


# rotation ------------------------------------------------------------------------------------------------


@pytest.fixture
def cli(db: OneConnection) -> tuple[Ctx, Pair]:
    """A session of the command line, used once."""
    ctx = Ctx(db, Origin.CLI)
    pair = auth.log_in(ctx, SignIn(make_user(db, "manager"), PASSWORD))
    auth.touch(ctx)
    return ctx, pair


def rotate(db: OneConnection, refresh: str, *, use: bool = True) -> tuple[Ctx, Pair]:
    ctx = Ctx(db, Origin.CLI)
    pair = auth.refresh(ctx, refresh)
    if use:
        auth.touch(ctx)
    return ctx, pair


def age(db: OneConnection, seconds: int) -> None:
    change(db, "update app_session set rotated_at = rotated_at - make_interval(secs => %s)", seconds)


def test_a_refresh_gives_a_new_pair_and_no_longer_life(db: OneConnection, cli: tuple[Ctx, Pair]) -> None:
    before, first = cli
    change(db, "update app_session set expires_at = now() + interval '3 hours'")
    ctx, second = rotate(db, first.refresh)
    assert {first.token, first.refresh}.isdisjoint({second.token, second.refresh})
    assert second.session_id != first.session_id
    (session,) = auth.sessions(ctx)
    assert (session.id, session.mine) == (second.session_id, True)
    assert round((session.expires_at - session.opened_at).total_seconds() / 3600) == 3
    # what runs on the old token may finish, for an hour and not more
    assert auth.touch(before)
    change(
        db,
        "update app_session set idle_until = idle_until - interval '61 minutes' where rotated_at is not null",
    )
    assert why(before) == "session_idle"
    assert auth.me(ctx)


def test_a_refresh_token_that_comes_back_ends_the_family(db: OneConnection, cli: tuple[Ctx, Pair]) -> None:
    before, first = cli
    second_ctx, second = rotate(db, first.refresh)
    third_ctx, _third = rotate(db, second.refresh)
    age(db, 60)
    with pytest.raises(Unauthenticated) as caught:
        auth.refresh(Ctx(db, Origin.CLI), first.refresh)
    assert caught.value.code == "session_reused"
    assert {why(ctx) for ctx in (before, second_ctx, third_ctx)} == {"session_reused"}
    with db.owner() as connection:
        row = connection.execute("select detail->>'code' from audit where outcome = 'denied'").fetchone()
    assert row == ("reused",)
    with pytest.raises(Unauthenticated):
        auth.refresh(Ctx(db, Origin.CLI), second.refresh)


def test_an_answer_that_never_arrived_may_be_asked_for_again(
    db: OneConnection, cli: tuple[Ctx, Pair]
) -> None:
    _before, first = cli
    lost, _lost_pair = rotate(db, first.refresh, use=False)
    age(db, 3600)
    ctx, _second = rotate(db, first.refresh)
    assert auth.me(ctx)
    assert why(lost) == "session_ended"


def test_two_at_the_same_time_are_no_theft(db: OneConnection, cli: tuple[Ctx, Pair]) -> None:
    _before, first = cli
    ctx, _second = rotate(db, first.refresh)
    with pytest.raises(Conflict) as caught:
        auth.refresh(Ctx(db, Origin.CLI), first.refresh)
    assert caught.value.code == "refresh_raced"
    assert auth.me(ctx)


def test_an_older_token_is_theft_even_before_the_newest_is_used(
    db: OneConnection, cli: tuple[Ctx, Pair]
) -> None:
    _before, first = cli
    _ctx, second = rotate(db, first.refresh)
    rotate(db, second.refresh, use=False)
    age(db, 60)
    with pytest.raises(Unauthenticated) as caught:
        auth.refresh(Ctx(db, Origin.CLI), first.refresh)
    assert caught.value.code == "session_reused"


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("update app_session set idle_until = now()", "session_idle"),
        ("update app_session set expires_at = now()", "session_expired"),
        ("update app_user set disabled_at = now()", "session_disabled"),
        ("update app_session set ended_at = now(), ended_why = 'ended_by_admin'", "session_ended_by_admin"),
    ],
)
def test_what_is_over_is_not_refreshed(
    db: OneConnection, cli: tuple[Ctx, Pair], statement: str, code: str
) -> None:
    change(db, statement)
    with pytest.raises(Unauthenticated) as caught:
        auth.refresh(Ctx(db, Origin.CLI), cli[1].refresh)
    assert caught.value.code == code
    with pytest.raises(Unauthenticated) as caught:
        auth.refresh(Ctx(db, Origin.CLI), "never one")
    assert caught.value.code == "session_ended"


def test_signing_out_ends_what_was_rotated_too(db: OneConnection, cli: tuple[Ctx, Pair]) -> None:
    before, first = cli
    ctx, second = rotate(db, first.refresh)
    auth.sign_out(ctx)
    assert why(before) == "session_ended"
    for pair in (first, second):
        with pytest.raises(Unauthenticated):
            auth.refresh(Ctx(db, Origin.CLI), pair.refresh)
    assert ("session.closed", "ok") in audited(db)
