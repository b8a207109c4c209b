"""A server of the bank, as the README says: an owner who is no superuser, passwords, the plain app role."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest

from leadtui.core.auth import service as auth
from leadtui.core.auth.dto import SignIn
from leadtui.core.ctx import Origin
from leadtui.core.db import embedded
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import PageQuery
from leadtui.core.runtime import open_runtime
from leadtui.core.settings import load
from tests.cli.conftest import Run
from tests.conftest import short_folder

WORKING_HOUR = datetime(2026, 11, 24, 10, tzinfo=ZoneInfo("Asia/Jakarta"))
"""A Tuesday: inside every calling window."""

LIST = "external_id;name;phone;consent\nA1;Budi Santoso;081234567890;yes\n"


@dataclass(frozen=True)
class Server:
    """A cluster where only its superuser comes in without a password."""

    folder: Path
    place: str
    """What follows the `@` of a URL."""

    @property
    def superuser(self) -> str:
        return f"postgresql://postgres@{self.place}"

    def url(self, user: str, password: str) -> str:
        return f"postgresql://{user}:{password}@{self.place}"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    folder = short_folder()
    running = embedded.start(folder)
    found = Server(folder, running.url(user="postgres").partition("@")[2])
    with psycopg.connect(found.superuser, autocommit=True) as connection:
        hba = connection.execute("show hba_file").fetchone()
        assert hba is not None
        Path(hba[0]).write_text("local all postgres trust\nlocal all all scram-sha-256\n", encoding="utf-8")
        connection.execute("alter system set fsync = off")
        connection.execute("create role dba login password 'dba word' createrole")
        connection.execute("create role guest login password 'guest word'")
        connection.execute("alter database leadtui owner to dba")
        connection.execute("select pg_reload_conf()")
    yield found
    running.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def urls(server: Server, clean_environment: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Server:
    monkeypatch.setenv("LEADTUI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LEADTUI_DATABASE_URL", server.url("leadtui_app", "app%20word"))
    monkeypatch.setenv("LEADTUI_ADMIN_URL", server.url("dba", "dba%20word"))
    return server


def test_the_way_of_the_readme(
    run: Run, urls: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = run("db", "upgrade")
    assert (first.code, first.out) == (0, "")
    assert "leadtui_app cannot sign in yet" in first.err
    assert "alter role leadtui_backup bypassrls" in first.err

    with psycopg.connect(urls.url("dba", "dba%20word"), autocommit=True) as owner:
        owner.execute("alter role leadtui_app password 'app word'")
    with psycopg.connect(urls.superuser, autocommit=True) as superuser:
        superuser.execute("alter role leadtui_backup bypassrls password 'backup word'")
        rights = superuser.execute(
            "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = %s",
            ("leadtui_app",),
        ).fetchone()
    assert rights == (False, False, False, False)
    second = run("db", "upgrade")
    assert second.code == 0
    assert "starter model scores from now on" in second.err
    assert "backup" not in second.err

    assert run("doctor").code == 0
    word = "correct horse battery"
    added = run(
        "users", "add", "sari@bank.test", "--name", "Sari", "--role", "agent", "--password-stdin", stdin=word
    )
    assert (added.code, added.out) == (0, "")
    file = tmp_path / "customers.csv"
    file.write_text(LIST, encoding="utf-8")
    assert run("leads", "import", str(file)).code == 0
    assert "1" in run("leads", "score", "--all").out

    monkeypatch.delenv("LEADTUI_ADMIN_URL")  # an agent never has it
    refused = run("users", "list")
    assert (refused.code, refused.errors) == (1, ["error: This needs the owner of the database."])
    runtime = open_runtime(load())
    try:
        ctx = runtime.ctx(Origin.TUI)
        assert auth.sign_in(ctx, SignIn("sari@bank.test", word)).role == "agent"
        ctx.now = WORKING_HOUR  # the queue is what may be called by the clock, whenever this runs
        assert [row.name for row in leads.page(ctx, PageQuery()).rows] == ["Budi Santoso"]
    finally:
        runtime.close()
    with psycopg.connect(urls.url("leadtui_backup", "backup%20word"), autocommit=True) as backup:
        found = backup.execute("select name from lead").fetchall()
        assert found == [("Budi Santoso",)]
        closed = backup.execute(
            "select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace"
            " and c.relkind in ('r', 'p', 'S') and not has_table_privilege(c.oid, 'select')"
        ).fetchall()
        assert closed == []  # pg_dump locks every table, each partition too
    with psycopg.connect(urls.url("leadtui_app", "app%20word"), autocommit=True) as app:
        assert app.execute("select count(*) from lead").fetchone() == (0,)
        for statement in ("create table mine (a int)", "select * from app_user", "truncate lead"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(statement)


def test_the_app_role_is_no_owner(run: Run, urls: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADTUI_ADMIN_URL", urls.url("leadtui_app", "app%20word"))
    result = run("users", "list")
    assert (result.code, result.out) == (1, "")
    assert result.errors == ["error: The role of LEADTUI_ADMIN_URL does not own the database."]


@pytest.mark.parametrize("name", ["LEADTUI_ADMIN_URL", "LEADTUI_DATABASE_URL"])
def test_a_wrong_password_is_named_and_not_shown(
    name: str, run: Run, urls: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    role = "dba" if "ADMIN" in name else "leadtui_app"
    monkeypatch.setenv(name, urls.url(role, "quite%20wrong"))
    result = run("users", "list")
    assert (result.code, result.out) == (1, "")
    assert f'password authentication failed for user "{role}"' in result.errors[0]
    assert "quite" not in result.err
    assert len(result.err.splitlines()) == 2


def test_a_role_that_may_make_no_roles_is_told_which_it_needs(
    run: Run, urls: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADTUI_ADMIN_URL", urls.url("guest", "guest%20word"))
    result = run("db", "upgrade")
    assert result.code == 1
    assert result.errors == ["error: This user may not make or use the roles leadtui_owner."]


def test_backup_and_restore_where_the_owner_may_make_no_database(
    run: Run, urls: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Not beside the old database then, but into an empty one; and never over one that holds something."""
    if run("db", "upgrade").code == 0:
        with psycopg.connect(urls.url("dba", "dba%20word"), autocommit=True) as owner:
            owner.execute("alter role leadtui_app password 'app word'")
        run("db", "upgrade")
    file = tmp_path / "bank.zip"
    made = run("db", "backup", str(file))
    assert made.code == 0, made.err
    assert "word" not in made.out + made.err
    full = run("db", "restore", str(file), "--yes")
    assert (full.code, full.errors) == (
        1,
        ["error: The database leadtui is not empty, and this user may not make another one beside it."],
    )
    with psycopg.connect(urls.superuser, autocommit=True) as superuser:
        superuser.execute("create database spare owner dba")
    for name, role, word in (("DATABASE", "leadtui_app", "app%20word"), ("ADMIN", "dba", "dba%20word")):
        monkeypatch.setenv(f"LEADTUI_{name}_URL", urls.url(role, word).replace("/leadtui?", "/spare?"))
    done = run("db", "restore", str(file), "--yes")
    assert done.code == 0, done.err
    assert run("doctor").code == 0
    assert run("models", "list").code == 0

    # a database of somebody else is not ours to fill
    with psycopg.connect(urls.superuser, autocommit=True) as superuser:
        superuser.execute("create database foreign_one owner dba")
    with psycopg.connect(urls.url("dba", "dba%20word").replace("/leadtui?", "/foreign_one?")) as dba:
        dba.execute("create table theirs (a int)")
    monkeypatch.setenv(
        "LEADTUI_ADMIN_URL", urls.url("dba", "dba%20word").replace("/leadtui?", "/foreign_one?")
    )
    foreign = run("db", "restore", str(file), "--yes")
    assert "holds tables that are not leadtui's" in foreign.errors[0]

    # who may make databases gets the other way, with the rights of the old database
    with psycopg.connect(urls.superuser, autocommit=True) as superuser:
        superuser.execute("alter role dba createdb")
        superuser.execute("revoke connect on database spare from public")
        superuser.execute("grant connect on database spare to leadtui_app, leadtui_backup")
        superuser.execute("alter database spare set work_mem = '8MB'")
    monkeypatch.setenv("LEADTUI_ADMIN_URL", urls.url("dba", "dba%20word").replace("/leadtui?", "/spare?"))
    swapped = run("db", "restore", str(file), "--yes", "--discard")
    assert swapped.code == 0, swapped.err
    with psycopg.connect(urls.superuser.replace("/leadtui?", "/spare?"), autocommit=True) as superuser:
        rights = superuser.execute(
            "select has_database_privilege('guest', 'spare', 'connect'),"
            " has_database_privilege('leadtui_app', 'spare', 'connect'), current_setting('work_mem'),"
            " (select pg_get_userbyid(datdba) from pg_database where datname = 'spare')"
        ).fetchone()
        names = {row[0] for row in superuser.execute("select datname from pg_database").fetchall()}
        superuser.execute("alter role dba nocreatedb")
    assert rights == (False, True, "8MB", "dba")
    assert not {name for name in names if "until" in name or "restoring" in name}
    assert run("models", "list").code == 0


def test_whoever_signs_in_needs_no_owners_url(
    run: Run, urls: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "kites over seven mangos"
    assert run("db", "upgrade").code == 0
    added = run("users", "add", "kepala@bank.test", "--name", "Kepala", "--role", "admin", "--password-stdin",
                stdin=f"{words}\n")  # fmt: skip
    assert added.code == 0, added.err
    monkeypatch.delenv("LEADTUI_ADMIN_URL")
    refused = run("users", "list")
    assert (refused.code, refused.errors) == (1, ["error: This needs the owner of the database."])
    assert "leadtui login" in refused.hints[0]
    assert run("login", "--email", "kepala@bank.test", "--password-stdin", stdin=f"{words}\n").code == 0
    listed = run("users", "list")
    assert listed.code == 0, listed.err
    assert "kepala@bank.test" in listed.out
    assert run("--as-system", "users", "list").code == 1
    # a token of one database is not shown to another
    home = Path(os.environ["LEADTUI_HOME"]) / "identity"
    assert len(list(home.glob("session-*.json"))) == 1
    assert not (home / "session-embedded.json").exists()
