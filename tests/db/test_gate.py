"""The gate: who may call what, receipts, audit in the same transaction, sessions that end."""

from __future__ import annotations

import psycopg
import pytest

from leadtui.core import action as gate
from leadtui.core.auth import service as auth
from leadtui.core.auth.dto import ChangePassword, SignIn
from leadtui.core.ctx import Ctx, Origin
from leadtui.core.errors import Invalid, Unauthenticated, Unavailable
from leadtui.core.users import service as users
from tests.conftest import PASSWORD, MakeCtx, OneConnection, OwnDatabase, make_user


def audit_rows(db: OneConnection) -> list[tuple[str, str]]:
    with db.owner() as connection:
        return connection.execute("select action, outcome from audit order by id").fetchall()


def test_signing_in_opens_a_session_and_is_audited(db: OneConnection, as_role: MakeCtx) -> None:
    ctx = as_role("agent", name="Sari")
    assert auth.me(ctx).name == "Sari"
    assert audit_rows(db) == [("session.opened", "ok")]


@pytest.mark.parametrize("email", ["nobody@bank.test", None])
def test_a_wrong_password_and_an_unknown_account_look_the_same(db: OneConnection, email: str | None) -> None:
    known = make_user(db, "agent")
    ctx = Ctx(db, Origin.TUI)
    with pytest.raises(Unauthenticated) as caught:
        auth.sign_in(ctx, SignIn(email or known, "not it at all"))
    assert caught.value.code == "wrong_credentials"
    assert caught.value.data == {}
    assert ctx.token is None
    assert audit_rows(db) == [("session.opened", "failed")]


def test_a_connection_lost_under_the_audit_of_a_refusal_is_unavailable(
    db: OneConnection, as_role: MakeCtx, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_arguments: object) -> None:
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    ctx, email = as_role("agent"), make_user(db, "agent")
    monkeypatch.setattr(gate, "_write_audit", cut)
    with pytest.raises(Unavailable) as caught:
        users.list_users(ctx)
    assert caught.value.code == "database_gone"
    with pytest.raises(Unavailable):
        auth.sign_in(Ctx(db, Origin.TUI), SignIn(email, "not it at all"))


def test_a_signed_out_token_is_worth_nothing(as_role: MakeCtx) -> None:
    ctx = as_role("agent")
    stolen = Ctx(ctx.db, Origin.TUI, token=ctx.token)
    auth.sign_out(ctx)
    with pytest.raises(Unauthenticated):
        auth.me(stolen)


def test_a_disabled_user_stops_at_the_next_call(db: OneConnection, as_role: MakeCtx) -> None:
    ctx = as_role("agent")
    assert ctx.actor is not None
    with db.owner() as connection:
        connection.execute("update app_user set disabled_at = now() where id = %s", (ctx.actor.user_id,))
    with pytest.raises(Unauthenticated):
        auth.me(ctx)


def test_changing_the_password(as_role: MakeCtx) -> None:
    ctx = as_role("agent")
    with pytest.raises(Invalid) as caught:
        auth.change_password(ctx, ChangePassword("wrong", "long enough to do"))
    assert caught.value.fields == {"current": "wrong_password"}
    with pytest.raises(Invalid) as caught:
        auth.change_password(ctx, ChangePassword(PASSWORD, "short"))
    assert caught.value.fields == {"new": "password_too_short"}
    auth.change_password(ctx, ChangePassword(PASSWORD, "long enough to do"))
    with pytest.raises(Invalid):
        auth.change_password(ctx, ChangePassword(PASSWORD, "another long one"))


def test_the_app_role_reads_no_user_and_no_session(real_db: OwnDatabase) -> None:
    with real_db.connection() as connection:
        for table in ("app_user", "app_session"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"select * from {table}")  # noqa: S608


def test_a_system_session_needs_the_owners_connection(real_db: OwnDatabase) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        auth.system_ctx(real_db, real_db, Origin.CLI)


def test_an_audit_row_cannot_be_changed(real_db: OwnDatabase, as_real_role: MakeCtx) -> None:
    as_real_role("agent")
    with real_db.owner() as connection:
        for statement in ("update audit set action = 'x'", "delete from audit"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
        assert connection.execute("select action from audit").fetchall() == [("session.opened",)]


def test_every_rule_names_a_permission_of_the_table() -> None:
    from leadtui.core.auth.permissions import PERMISSIONS

    assert gate.REGISTRY
    for rule in gate.REGISTRY.values():
        assert rule.kind == "open" or rule.permission in PERMISSIONS, rule.name
