"""`leadtui db backup` and `db restore`: everything comes back, or nothing changes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg import sql

from leadtui.core.auth import service as auth
from leadtui.core.auth.dto import SignIn
from leadtui.core.backup import archive, rules, tools
from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import CallStatus, Claim, LogCall, Outcome
from leadtui.core.ctx import Origin
from leadtui.core.db import embedded, migrate
from leadtui.core.errors import Invalid, Unavailable
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import PageQuery
from leadtui.core.runtime import open_runtime
from leadtui.core.settings import load
from tests.cli.conftest import Run, start_in_haste
from tests.conftest import short_folder

WORD = "correct horse battery"
MORNING = datetime(2026, 11, 24, 10, tzinfo=ZoneInfo("Asia/Jakarta"))
"""A Tuesday: inside every calling window."""
CHANGED = {"audit_2026", "app_session"}
"""What a restore itself writes."""


@pytest.fixture(scope="module")
def floor() -> Iterator[Path]:
    """A home whose database has two customers, scores and an agent."""
    path = short_folder()
    running = start_in_haste(path)
    yield path
    running.stop()
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def filled(floor: Path, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("LEADTUI_HOME", str(floor))
    if "sari@bank.test" not in run("users", "list").out:
        run(
            "users",
            "add",
            "sari@bank.test",
            "--name",
            "Sari",
            "--role",
            "agent",
            "--password-stdin",
            stdin=WORD,
        )
        file = tmp_path / "customers.csv"
        file.write_text(
            "external_id;name;phone;consent\nA1;Budi Santoso;081234567890;yes\n"
            "A2;Wati Tanjung;081234567891;yes\n",
            encoding="utf-8",
        )
        assert run("leads", "import", str(file)).code == 0
        assert run("leads", "score", "--all").code == 0
    return floor


LATER_TABLES = """
insert into call_undo (call_id, at, team_id, lead_id, agent_id, version, held, open_version, before)
    select 1000000, now(), l.team_id, l.id, u.id, 2, true, 1, '{"state": 0}' from lead l, app_user u limit 1;
insert into pause (team_id, agent_id, session_id, reason, asked_at, started_at)
    select team_id, id, 1, 'meal', now(), now() from app_user limit 1;
insert into dnc_removed (team_id, e164, reason, removed_by, removed_at)
    select team_id, '+628111', 'salah daftar', id, now() from app_user limit 1;
update lead set consent = 0, consent_source = 'surat' where external_id = 'A1';
update lead set consent = 1, consent_source = 'formulir' where external_id = 'A1';
insert into eligibility_override (at, team_id, lead_id, actor_id, code, reason, was)
    select now(), l.team_id, l.id, u.id, 'rest', 'diminta', '{}' from lead l, app_user u limit 1;
insert into outbox (team_id, kind, to_user, created_by, created_at, after)
    select team_id, 'digest', id, id, now(), now() from app_user limit 1;
select outbox_defer(id, now()) from outbox;
insert into tag (team_id, name, fold, created_at) select id, 'Prioritas', 'prioritas', now() from team;
insert into lead_tag (lead_id, tag_id, team_id, at) select l.id, t.id, l.team_id, now() from lead l, tag t;
insert into saved_view (team_id, owner_id, name, fold, filter, sort, created_at, updated_at)
    select team_id, id, 'Pagi', 'pagi', '{"tags": ["Prioritas"]}', 'score', now(), now()
    from app_user limit 1;
insert into news (payload) values ('lead 1 2');
"""
"""A row in every table that M3 brought, but those that a first start fills."""
M3_TABLES = """
call_undo macro pause holiday dnc_removed consent_event eligibility_override outbox procrastinate_jobs
procrastinate_events guide_version tag lead_tag saved_view news news_told
"""


def server_url(home: Path, database: str = "leadtui") -> str:
    return embedded.start(home).url(user="postgres", database=database)


def hashes(url: str) -> dict[str, str]:
    """Table → a digest of all its rows; sequence → where it stands."""
    with psycopg.connect(url, autocommit=True) as connection:
        names = connection.execute(
            "select relname, relkind::text from pg_class where relnamespace = 'public'::regnamespace "
            "and relkind in ('r', 'S') order by 1"
        ).fetchall()
        found = {}
        for name, kind in names:
            statement = "select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {} t"
            if kind == "S":
                statement = "select last_value::text || is_called::text from {}"
            row = connection.execute(sql.SQL(statement).format(sql.Identifier(name))).fetchone()
            assert row is not None
            found[name] = row[0]
        return found


def shape(url: str) -> list[tuple[object, ...]]:
    """Owners, rights, policies, partitions, triggers and functions."""
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(
            "select 'c', relname::text, pg_get_userbyid(relowner)::text, relacl::text, relrowsecurity::text, "
            " pg_get_expr(relpartbound, oid) from pg_class where relnamespace = 'public'::regnamespace "
            "union all "
            "select 'p', polname::text, polrelid::regclass::text, "
            # (a or b) or c comes back as a or b or c
            " translate(pg_get_expr(polqual, polrelid), '()', ''), "
            " translate(pg_get_expr(polwithcheck, polrelid), '()', ''), null from pg_policy union all "
            "select 't', tgname::text, tgrelid::regclass::text, null, null, null from pg_trigger "
            "where not tgisinternal union all "
            "select 'k', conname::text, conrelid::regclass::text, "
            " translate(pg_get_constraintdef(oid), '()', ''), null, null from pg_constraint "
            "where connamespace = 'public'::regnamespace union all "
            "select 'f', oid::regprocedure::text, pg_get_userbyid(proowner)::text, proacl::text, prosrc, "
            " proconfig::text from pg_proc where pronamespace = 'public'::regnamespace order by 1, 2, 3, 4"
        ).fetchall()


def databases(home: Path) -> set[str]:
    with psycopg.connect(server_url(home, "postgres"), autocommit=True) as connection:
        rows = connection.execute("select datname from pg_database where not datistemplate").fetchall()
    return {row[0] for row in rows}


def test_everything_comes_back_and_the_floor_goes_on(run: Run, filled: Path, tmp_path: Path) -> None:
    with psycopg.connect(server_url(filled), autocommit=True) as connection:
        connection.execute(LATER_TABLES)
        for table in M3_TABLES.split():
            found = connection.execute(sql.SQL("select from {} limit 1").format(sql.Identifier(table)))
            assert found.rowcount == 1, table
    file = tmp_path / "floor.zip"
    made = run("db", "backup", str(file))
    assert made.code == 0, made.err
    assert file.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".csv") == ["floor.zip"]
    assert "unencrypted" in made.err
    before, looks = hashes(server_url(filled)), shape(server_url(filled))
    with psycopg.connect(server_url(filled), autocommit=True) as connection:
        row = connection.execute("select os_user, detail from audit where action = 'backup.made'").fetchone()
        connection.execute("delete from lead_queue")  # a mistake of somebody
    assert row is not None
    assert row[1]["sha256"] in made.out
    assert "Budi" not in json.dumps(row[1])

    done = run("db", "restore", str(file), "--yes")
    assert done.code == 0, done.err
    after = hashes(server_url(filled))
    assert {name for name in before if before[name] != after.get(name)} <= CHANGED | {"audit_id_seq"}
    assert after.keys() == before.keys()
    assert shape(server_url(filled)) == looks
    kept = next(name for name in databases(filled) if name.startswith("leadtui_until_"))
    assert kept in done.err

    runtime = open_runtime(load())
    try:
        ctx = runtime.ctx(Origin.TUI)
        auth.sign_in(ctx, SignIn("sari@bank.test", WORD))
        ctx.now = MORNING
        page = leads.page(ctx, PageQuery())
        assert {row.name for row in page.rows} == {"Budi Santoso", "Wati Tanjung"}
        opened = calls.claim(ctx, Claim(uuid4()))
        logged = calls.log(
            ctx,
            LogCall(uuid4(), opened.id, CallStatus.CONNECTED, "Minta brosur", outcome=Outcome.INTERESTED),
        )
        assert logged.call_id > 0
    finally:
        runtime.close()
    with psycopg.connect(server_url(filled), autocommit=True) as connection:
        assert connection.execute(
            "select count(*) from audit where action = 'backup.restored'"
        ).fetchone() == (1,)
    with psycopg.connect(server_url(filled, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("drop database {}").format(sql.Identifier(kept)))


def test_a_restore_that_fails_leaves_the_old_database(
    run: Run, filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "floor.zip"
    assert run("db", "backup", str(file)).code == 0
    before, there = hashes(server_url(filled)), databases(filled)

    # a manifest that counted other rows: what was restored is not what was backed up
    manifest = rules.from_json(zipfile.ZipFile(file).read(archive.MANIFEST))
    wrong = tmp_path / "wrong.zip"
    raw = json.loads(rules.to_json(manifest))
    raw["rows"]["lead"] += 1
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(wrong, "w") as new:
        new.writestr(archive.DUMP, old.read(archive.DUMP))
        new.writestr(archive.MANIFEST, json.dumps(raw))
    result = run("db", "restore", str(wrong), "--yes")
    assert result.code == 2
    assert "lead has 2 rows where the backup counted 3" in result.errors[0]

    # a tool that dies in the middle
    fake = tmp_path / "pg_restore"
    fake.write_text("#!/bin/sh\nhead -c 1000 >/dev/null\necho 'pg_restore: error: no luck' >&2\n"
                    "echo 'DETAIL: Key (name)=(Budi Santoso)' >&2\nexit 1\n")  # fmt: skip
    fake.chmod(0o755)
    with monkeypatch.context() as patched:
        patched.setattr(tools, "find", lambda *_arguments, **_options: (fake, 18))
        result = run("db", "restore", str(file), "--yes")
    assert (result.code, result.errors) == (
        2, ["error: The restore failed and was taken back; the database is as it was: no luck"],
    )  # fmt: skip
    assert "Budi" not in result.err
    assert hashes(server_url(filled)) == before
    assert databases(filled) == there


def test_a_floor_that_works_is_not_restored_under_its_feet(run: Run, filled: Path, tmp_path: Path) -> None:
    file = tmp_path / "floor.zip"
    assert run("db", "backup", str(file)).code == 0
    with psycopg.connect(server_url(filled).replace("postgres@", "leadtui_app@"), autocommit=True):
        result = run("db", "restore", str(file), "--yes")
    assert (result.code, result.errors) == (1, ["error: Others are connected to the database leadtui: 1."])
    unsure = run("db", "restore", str(file), stdin="leadtui\n")
    assert (unsure.code, unsure.hints) == (1, ["hint: leadtui db restore FILE --yes"])


def test_files_that_are_no_good(run: Run, filled: Path, tmp_path: Path) -> None:
    file = tmp_path / "floor.zip"
    assert run("db", "backup", str(file)).code == 0
    assert "is not overwritten" in run("db", "backup", str(file)).errors[0]
    assert "cannot be written" in run("db", "backup", str(tmp_path / "no" / "x.zip")).errors[0]
    whole = file.read_bytes()
    cases = {
        "cut.zip": (whole[: len(whole) // 2], "damaged"),
        "bent.zip": (whole[:5000] + b"\0\1\2\3" + whole[5004:], "damaged"),
        "text.zip": (b"hello\n", "not a backup of leadtui"),
        "empty.zip": (b"", "not a backup of leadtui"),
    }
    before = hashes(server_url(filled))
    for name, (data, words) in cases.items():
        (tmp_path / name).write_bytes(data)
        result = run("db", "restore", str(tmp_path / name), "--yes")
        assert result.code == 1, name
        assert words in result.errors[0], name
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as other:
        other.writestr("readme.txt", "hello")
    assert "not a backup" in run("db", "restore", str(tmp_path / "other.zip"), "--yes").errors[0]
    assert "There is no file" in run("db", "restore", str(tmp_path / "none.zip"), "--yes").errors[0]
    assert hashes(server_url(filled)) == before


def test_an_older_backup_is_upgraded(
    run: Run, clean_environment: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A backup may be made of, and restored from, an older schema: that is what one has it for."""
    home = short_folder()
    monkeypatch.setenv("LEADTUI_HOME", str(home))
    try:
        url = start_in_haste(home).admin_url
        with monkeypatch.context() as older:
            from alembic import command

            real = command.upgrade
            older.setattr(command, "upgrade", lambda config, _head: real(config, "0002"))
            migrate.upgrade(url)
        with psycopg.connect(url, autocommit=True) as connection:
            assert migrate.status(connection).current == "0002"
        file = tmp_path / "old.zip"
        assert run("db", "backup", str(file)).code == 0
        assert "schema " + migrate.head() in run("db", "restore", str(file), "--yes", "--discard").err
        assert databases(home) == {"leadtui", "postgres"}
        assert run("users", "list").code == 0
    finally:
        embedded.stop(home)
        shutil.rmtree(home, ignore_errors=True)


def test_stopped_in_the_middle_it_leaves_nothing(filled: Path, tmp_path: Path) -> None:
    """SIGTERM while pg_dump waits for a table that somebody holds."""
    with psycopg.connect(server_url(filled)) as holder:
        holder.execute("lock table lead in access exclusive mode")
        child = subprocess.Popen(
            [sys.executable, "-m", "leadtui", "db", "backup", str(tmp_path / "x.zip")],
            env={**os.environ, "LEADTUI_HOME": str(filled)},
            stderr=subprocess.PIPE,
            text=True,
        )
        deadline = time.monotonic() + 30
        while not list(tmp_path.glob(".x.zip.*.part")) and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.3)
        child.send_signal(signal.SIGTERM)
        _out, err = child.communicate(timeout=30)
    assert (child.returncode, err.splitlines()[-1]) == (1, "error: stopped")
    assert list(tmp_path.iterdir()) == []


def test_the_tool_of_the_servers_own_version_is_taken() -> None:
    known = [(Path("a"), 15), (Path("b"), 16), (Path("c"), 18), (Path("d"), 17)]
    assert rules.pick(known, 16) == (Path("b"), 16)
    assert rules.pick(known, 16, least=17) == (Path("d"), 17)
    assert rules.pick(known, 14) == (Path("a"), 15)
    assert rules.pick(known, 19) is None
    assert rules.major("pg_dump (PostgreSQL) 18.4 (Debian 18.4-1)") == 18
    with pytest.raises(Unavailable):
        tools.find("pg_dump", 99)


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b'{"kind": "leadtui backup", "format": 1}', b"\xff", b"[" * 10000,
     b'{"kind": "leadtui backup", "format": 2}'],
)  # fmt: skip
def test_a_manifest_that_is_none(data: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        rules.from_json(data)
    assert refused.value.code in ("backup_foreign", "backup_format")
