"""Looking after a database from outside it: status, stop, upgrade. Only its owner's URL opens these doors, so
there is no session yet and nothing of the gate."""

from __future__ import annotations

import errno
import os
import time

import psycopg
from psycopg.conninfo import conninfo_to_dict

from leadtui.core.auth import service as auth
from leadtui.core.ctx import Origin
from leadtui.core.db import embedded, migrate
from leadtui.core.db.reach import no_connection
from leadtui.core.errors import Conflict, Invalid, NotAllowed, Unavailable
from leadtui.core.guide import service as guide
from leadtui.core.health import queries
from leadtui.core.health.dto import DbStatus, ServerFacts, Upgraded
from leadtui.core.holidays.first import ship
from leadtui.core.models import service as models
from leadtui.core.runtime import check_urls, open_runtime, quiet_log
from leadtui.core.settings import Settings


def db_status(settings: Settings) -> DbStatus:
    """Where the database is and what it has; starts nothing.

    Raises Invalid("home_unusable") where nobody can know, Unavailable("no_connection") for a server that does
    not answer, Invalid for a URL that is none.
    """
    check_urls(settings)
    if settings.database_url is None:
        check_home(settings)
        place = str(embedded.data_directory(settings.home))
        pid = embedded.running_pid(settings.home)
        if pid is None:
            return DbStatus(True, place, False, None, None, None, migrate.head())
        url = embedded.start(settings.home).admin_url
    else:
        place, pid, url = place_of(settings.database_url), None, settings.database_url
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
            version = queries.server_version(connection)
            status = migrate.status(connection)
    except psycopg.OperationalError as error:
        raise no_connection(error, url, place=place) from error
    return DbStatus(settings.embedded, place, True, pid, version, status.current, status.head)


def look(settings: Settings) -> ServerFacts:
    """What the program's own role sees of its server; starts the embedded one.

    Raises Unavailable("no_connection"), Invalid for a URL that is none.
    """
    check_urls(settings)
    url = embedded.start(settings.home).app_url if settings.database_url is None else settings.database_url
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
            return queries.server_facts(connection, time.time)
    except psycopg.OperationalError as error:
        raise no_connection(error, url) from error


def check_home(settings: Settings) -> None:
    """Raises Invalid("home_unusable") for a home that can hold nothing: a folder that cannot be entered is
    not one in which no server runs."""
    home = settings.home
    try:
        if home.exists():
            os.listdir(home)
            ok, code = os.access(home, os.R_OK | os.W_OK | os.X_OK), errno.EACCES
        else:
            above = next(folder for folder in home.absolute().parents if folder.exists())
            ok, code = os.access(above, os.W_OK | os.X_OK), errno.EACCES
            if not above.is_dir():
                ok, code = False, errno.ENOTDIR
        if not ok:
            raise OSError(code, os.strerror(code))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise Invalid({"LEADTUI_HOME": "home_unusable"}, "home_unusable", path=str(home), why=why) from error


def db_stop(settings: Settings) -> bool:
    """Stop the embedded server, whoever uses it; whether it ran.

    Raises Conflict("not_embedded"), Invalid("home_unusable").
    """
    if settings.database_url is not None:
        raise Conflict("not_embedded", place=place_of(settings.database_url))
    check_home(settings)
    return embedded.stop(settings.home)


def db_upgrade(settings: Settings) -> Upgraded:
    """Bring the database to this program's schema, make partitions ahead, deploy the starter if need be.

    Raises NotAllowed("admin_url_needed"), ("roles_needed") or ("schema_needed"), Unavailable("schema_new") or
    ("no_connection").
    """
    check_urls(settings)
    if settings.database_url is None:
        if settings.admin_url is not None:
            # the owner of one server, and the data on another: nobody means that
            raise Invalid({"LEADTUI_DATABASE_URL": "required"}, "database_url_needed")
        admin_url = embedded.start(settings.home).admin_url
    elif settings.admin_url is None:
        raise NotAllowed("admin_url_needed")
    else:
        admin_url = settings.admin_url
    _refuse_newer(admin_url)
    before, after = migrate.upgrade(admin_url)
    if settings.database_url is None:
        quiet_log(admin_url)
    starter, ready = _starter(settings, migrate.used(admin_url))
    return Upgraded(before.current, after.current or "", starter, ready, migrate.backup_ready(admin_url))


def partitions_ahead(admin_url: str) -> None:
    """Make the partitions of the months to come; a schema that is not this program's is left alone.

    Raises Unavailable("no_connection") or ("database_busy"), NotAllowed("roles_needed") or ("schema_needed").
    """
    try:
        with psycopg.connect(admin_url, autocommit=True, connect_timeout=10) as connection:
            found = migrate.status(connection)
        if found.up_to_date:
            migrate.ahead(admin_url)
    except psycopg.OperationalError as error:
        raise Unavailable("database_busy") from error


def _refuse_newer(admin_url: str) -> None:
    try:
        with psycopg.connect(admin_url, autocommit=True, connect_timeout=10) as connection:
            found = migrate.status(connection)
    except psycopg.OperationalError as error:
        raise no_connection(error, admin_url, place=place_of(admin_url)) from error
    if found.current is not None and found.current > found.head:
        raise Unavailable("schema_new", current=found.current, head=found.head)


def _starter(settings: Settings, used: bool) -> tuple[bool, bool]:
    """(whether the starter was deployed now, whether the app role could sign in for it)."""
    try:
        runtime = open_runtime(settings, application="leadtui-upgrade")
    except Unavailable:
        # a server that was just made: its DBA has not given the app role a password yet
        return False, False
    try:
        ctx = runtime.system(Origin.CLI)
        try:
            ship(ctx)
            guide.import_shipped(ctx)
            # opening an embedded one for the first time has deployed it already
            return models.deploy_starter(ctx).changed or not used, True
        finally:
            auth.sign_out(ctx)
    finally:
        runtime.close()


def place_of(url: str) -> str:
    """host:port/database of a URL, without user and password."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        return "?"
    return f"{parts.get('host', 'localhost')}:{parts.get('port', 5432)}/{parts.get('dbname', '')}"
