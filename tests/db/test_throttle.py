"""Sign-ins are slowed where they fail, never locked, and the same for accounts that do not exist."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from leadtui.core.auth import passwords, queries
from leadtui.core.auth import service as auth
from leadtui.core.auth.dto import ChangePassword, SignIn
from leadtui.core.ctx import Ctx, Origin
from leadtui.core.db.database import PgConnection
from leadtui.core.errors import Invalid, Unauthenticated
from tests.conftest import PASSWORD, MakeCtx, OneConnection, OwnDatabase, make_user

FREE = 5
"""Wrong passwords of one account before the first wait."""


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unknown accounts are checked against a hash as cheap as those of the tests."""
    monkeypatch.setattr(passwords, "_UNKNOWN", passwords.hash_password("nobody's", rounds=4).encode("ascii"))


def code(database: OneConnection | OwnDatabase, email: str, typed: str = "not it at all") -> str:
    try:
        auth.sign_in(Ctx(database, Origin.TUI), SignIn(email, typed))
    except Unauthenticated as error:
        return error.code
    return "in"


def waits(database: OneConnection | OwnDatabase) -> dict[str, float]:
    """Scope → seconds of its longest wait."""
    with database.owner() as connection:
        return dict(
            connection.execute(
                "select scope, max(extract(epoch from until - at))::float8 from auth_throttle group by scope"
            ).fetchall()
        )


def later(database: OneConnection | OwnDatabase, seconds: float) -> None:
    """As if that much time had passed."""
    with database.owner() as connection:
        connection.execute(
            "update auth_throttle set at = at - make_interval(secs => %(s)s),"
            " until = until - make_interval(secs => %(s)s)",
            {"s": seconds},
        )


@pytest.mark.parametrize("known", [True, False])
def test_a_wait_comes_grows_and_says_when(db: OneConnection, known: bool) -> None:
    email = make_user(db, "agent") if known else "nobody@bank.test"
    assert [code(db, email) for _ in range(FREE + 1)] == ["wrong_credentials"] * (FREE + 1)
    with pytest.raises(Unauthenticated) as caught:
        auth.sign_in(Ctx(db, Origin.TUI), SignIn(f" {email.upper()}", PASSWORD))
    assert caught.value.code == "too_many_attempts"
    assert set(caught.value.data) == {"seconds", "wait"}
    first = caught.value.data["seconds"]
    assert 1 <= first <= 3
    # asking again while waiting makes it no longer
    assert [code(db, email, PASSWORD) for _ in range(20)] == ["too_many_attempts"] * 20
    assert 1 <= waits(db)["account"] <= 3
    later(db, first)
    assert code(db, email) == "wrong_credentials"
    assert waits(db)["account"] > first


def test_the_right_password_after_the_wait_ends_it(db: OneConnection) -> None:
    email = make_user(db, "agent")
    for _ in range(FREE + 1):
        code(db, email)
    assert code(db, email, PASSWORD) == "too_many_attempts"
    later(db, 5)
    assert code(db, email, PASSWORD) == "in"
    assert [code(db, email) for _ in range(FREE)] == ["wrong_credentials"] * FREE
    assert code(db, email, PASSWORD) == "in"


def test_nobody_is_locked_out_for_longer_than_the_cap(db: OneConnection) -> None:
    email = make_user(db, "agent")
    for _ in range(60):
        code(db, email)
        later(db, 301)
    assert waits(db)["account"] <= 300
    later(db, 301)
    assert code(db, email, PASSWORD) == "in"


def test_one_account_does_not_hold_up_the_next_but_a_source_does(db: OneConnection) -> None:
    for n in range(30):
        code(db, f"guess{n % 3}@bank.test")
        later(db, 0.2)
    email = make_user(db, "agent")
    assert code(db, email, PASSWORD) == "in"
    for n in range(80):
        code(db, f"another{n}@bank.test")
    assert code(db, email, PASSWORD) == "too_many_attempts"
    later(db, 130)
    assert code(db, email, PASSWORD) == "in"


def test_hundreds_with_the_right_password_are_not_slowed(db: OneConnection) -> None:
    email = make_user(db, "agent")
    assert {code(db, email, PASSWORD) for _ in range(300)} == {"in"}
    assert all(wait <= 0 for wait in waits(db).values())


def test_many_at_once_are_counted_one_by_one(real_db: OwnDatabase) -> None:
    email = make_user(real_db, "agent")
    found: list[str] = []
    together = threading.Barrier(12)

    def guess() -> None:
        from leadtui.core.db.database import Database

        own = Database(real_db.url, pool_max=1)
        together.wait()
        for _ in range(3):
            found.append(code(own, email))  # type: ignore[arg-type]
        own.close()

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 36
    assert 1 <= found.count("wrong_credentials") <= FREE + 2  # one more where the first wait has passed


def test_old_rows_are_swept(db: OneConnection) -> None:
    for n in range(30):
        code(db, f"guess{n}@bank.test")
    later(db, 90_000)
    for n in range(3):
        code(db, f"other{n}@bank.test")
    with db.owner() as connection:
        rows = connection.execute("select count(*) from auth_throttle where scope = 'account'").fetchone()
    assert rows == (3,)


class Counting:
    """Which statements a connection ran."""

    def __init__(self, connection: PgConnection) -> None:
        self.connection = connection
        self.statements: list[str] = []

    def execute(self, statement: str, *args: object, **kwargs: object) -> object:
        self.statements.append(statement)
        return self.connection.execute(statement, *args, **kwargs)  # type: ignore[arg-type]


@pytest.mark.parametrize("refused", [False, True])
def test_known_unknown_and_disabled_do_the_same_work(
    db: OneConnection, monkeypatch: pytest.MonkeyPatch, refused: bool
) -> None:
    disabled = make_user(db, "agent")
    with db.owner() as connection:
        connection.execute("update app_user set disabled_at = now() where email = %s", (disabled,))
    work: list[tuple[list[str], int]] = []
    for email in (make_user(db, "agent"), "nobody@bank.test", disabled):
        if refused:
            for _ in range(FREE + 1):
                code(db, email)
        counting = Counting(db.outer)
        hashes: list[object] = []
        real = passwords.bcrypt.checkpw

        def checked(*args: bytes, seen: list[object] = hashes, real: object = real) -> bool:
            seen.append(args)
            return real(*args)  # type: ignore[operator, no-any-return]

        @contextmanager
        def watched(counting: Counting = counting) -> Iterator[Counting]:
            yield counting

        with monkeypatch.context() as patch:
            patch.setattr(db, "connection", watched)
            patch.setattr(passwords.bcrypt, "checkpw", checked)
            code(db, email, PASSWORD if email == disabled else "not it at all")
        work.append((counting.statements, len(hashes)))
    assert work[0] == work[1] == work[2]
    assert work[0][1] == (0 if refused else 1)
    assert any("auth_attempt" in statement for statement in work[0][0])


def test_a_refused_attempt_gives_no_hash_away(db: OneConnection) -> None:
    email = make_user(db, "agent")
    for _ in range(FREE + 1):
        code(db, email)
    with db.transaction() as pg:
        attempt = queries.attempt(pg, email, "os", "host")
    assert attempt.wait > 0
    assert attempt.password_hash is None


def test_refusals_are_audited_once_a_wait(db: OneConnection) -> None:
    email = make_user(db, "agent")
    for _ in range(FREE + 6):
        code(db, email)
    with db.owner() as connection:
        found = connection.execute("select outcome, count(*) from audit group by 1 order by 1").fetchall()
    assert found == [("denied", 1), ("failed", FREE + 1)]


def test_typing_my_own_password_again_is_slowed_too(as_role: MakeCtx) -> None:
    ctx = as_role("agent")
    codes = []
    for _ in range(FREE + 2):
        with pytest.raises(Invalid) as caught:
            auth.change_password(ctx, ChangePassword("a wrong guess", "long enough to do"))
        codes.append(caught.value.fields["current"])
    assert codes == ["wrong_password"] * (FREE + 1) + ["too_many_attempts"]
    assert caught.value.data["seconds"] >= 1


def test_addresses_that_no_database_can_hold_are_wrong_and_nothing_else(db: OneConnection) -> None:
    for email in ("a\0b@bank.test", "\ud800@bank.test", "x" * 100_000):
        assert code(db, email, "\ud800 password") == "wrong_credentials"
