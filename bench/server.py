"""One embedded PostgreSQL for a bench run, and on it one database of a million leads, seeded once."""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import tempfile
from pathlib import Path

import psycopg

from bench import seed
from leadtui.core.auth import passwords
from leadtui.core.db import embedded, migrate

PASSWORD = "a password for benches"
AGENT = "agent@bench.test"
ADMIN = "admin@bench.test"
LEADS = int(os.environ.get("LEADTUI_BENCH_LEADS", "1000000"))


@functools.cache
def server() -> embedded.EmbeddedServer:
    """A fresh server, stopped and removed at exit."""
    home = Path(tempfile.mkdtemp(prefix="ltb"))
    running = embedded.start(home)

    def stop() -> None:
        running.stop()
        shutil.rmtree(home, ignore_errors=True)

    atexit.register(stop)
    migrate.upgrade(running.admin_url)
    with psycopg.connect(running.admin_url, autocommit=True) as connection:
        for email, role in ((AGENT, "agent"), (ADMIN, "admin")):
            connection.execute(
                "insert into app_user (team_id, email, name, role, password_hash) "
                "select id, %s, %s, %s, %s from team where code = 'main'",
                (email, role.title(), role, passwords.hash_password(PASSWORD, rounds=4)),
            )
        # figures must not depend on the hour: the calling window is open
        connection.execute("update setting set value = 'false' where key = 'window.enabled'")
    with psycopg.connect(running.url(user="postgres", database="postgres"), autocommit=True) as connection:
        connection.execute(f"create database empty template {embedded.DATABASE}")
    return running


def restart() -> None:
    """Stop the server and start it again, as after a change that asks for it."""
    running = server()
    running.stop()
    embedded.start(running._home)


@functools.cache
def million() -> embedded.EmbeddedServer:
    """The server with LEADS leads in its database `leadtui`. The first call takes a minute or two."""
    running = server()
    seed.seed(running.admin_url, LEADS)
    return running


def own_database(name: str) -> tuple[str, str]:
    """(admin URL, app URL) of a migrated empty database of this name."""
    running = server()
    with psycopg.connect(running.url(user="postgres", database="postgres"), autocommit=True) as connection:
        connection.execute(f'drop database if exists "{name}" with (force)')
        connection.execute(f'create database "{name}" template empty')
    return running.url(user="postgres", database=name), running.url(user="leadtui_app", database=name)
