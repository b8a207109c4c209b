"""Bring a database to the newest schema, as its owner. The only code that runs DDL."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import psycopg

from leadtui.core.db import paths
from leadtui.core.db.reach import no_connection
from leadtui.core.errors import NotAllowed, Unavailable

if TYPE_CHECKING:
    from alembic.config import Config

OWNER: Final = "leadtui_owner"
APP: Final = "leadtui_app"
BACKUP: Final = "leadtui_backup"

_LOCK: Final = 0x6C656164  # "lead"
_WAIT_SECONDS: Final = 300
"""For somebody else's upgrade."""

# Roles are made once, by whoever may; a server whose owner lacks CREATEROLE has them made by its DBA. Only
# who bypasses row-level security may hand that on: a backup role without it fails loudly, it dumps no half.
_ROLES: Final = f"""
do $$
begin
    if not exists (select from pg_roles where rolname = '{OWNER}') then
        create role {OWNER} nologin;
    end if;
    if not exists (select from pg_roles where rolname = '{APP}') then
        create role {APP} login;
    end if;
    if not exists (select from pg_roles where rolname = '{BACKUP}') then
        if (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) then
            create role {BACKUP} login bypassrls;
        else
            create role {BACKUP} login;
        end if;
    end if;
    if not pg_has_role(current_user, '{OWNER}', 'set') then
        execute format('grant {OWNER} to %I', current_user);
    end if;
end
$$;
grant usage, create on schema public to {OWNER};
"""  # noqa: S608  (constants of ours)


@dataclass(frozen=True, slots=True)
class Status:
    """Where a database stands."""

    current: str | None
    """Revision it has; None is an empty database."""
    head: str
    """Revision this program brings."""

    @property
    def up_to_date(self) -> bool:
        """Whether nothing is to be done."""
        return self.current == self.head


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(paths.migrations()).replace("%", "%%"))
    return config


def head() -> str:
    """The newest revision that this program brings, read from the file names (Alembic is slow to import)."""
    return max(path.name.split("_")[0] for path in (paths.migrations() / "versions").glob("[0-9]*.py"))


def status(connection: psycopg.Connection[Any]) -> Status:
    """Where the database of this connection stands; any role may ask."""
    row = connection.execute("select to_regclass('public.alembic_version') is not null").fetchone()
    current: str | None = None
    if row is not None and row[0]:
        try:
            found = connection.execute("select version_num from alembic_version").fetchone()
        except psycopg.errors.InsufficientPrivilege:
            found = None
        current = found[0] if found else None
    return Status(current=current, head=head())


def upgrade(admin_url: str) -> tuple[Status, Status]:
    """Migrate to head and make partitions ahead; gives the status before and after.

    All or nothing per migration, one process at a time (advisory lock): after a failure the revisions before
    it stay, the failed one has done nothing, and the next upgrade goes on there.

    Raises Unavailable when the server cannot be reached, ("upgrade_running") when somebody else upgrades it
    for minutes, ("upgrade_failed": `revision` it stands at, `why`) when a migration fails;
    NotAllowed("roles_needed") when the URL's role may not create roles or use the owner role,
    ("schema_needed") when it may not let the owner role create tables.
    """
    try:
        connection = psycopg.connect(
            admin_url, autocommit=True, connect_timeout=10, application_name="leadtui-upgrade"
        )
    except psycopg.OperationalError as error:
        raise no_connection(error, admin_url) from error
    with connection:
        _alone(connection)
        connection.execute("set lock_timeout = '10s'")
        before = status(connection)
        become_owner(connection)
        if not before.up_to_date:
            try:
                _run(admin_url)
            except (psycopg.Error, _sqlalchemy_error()) as error:
                raise _failed(error, admin_url) from error
        # here and not with the migrations: whoever is killed between the two has it made good the next time
        connection.execute(f"grant select on alembic_version to {APP}, {BACKUP}")
        _ahead(connection)
        return before, status(connection)


def ahead(admin_url: str) -> None:
    """Make partitions ahead and nothing else: what a night does on a schema that is as it should be.

    Raises Unavailable when the server cannot be reached, NotAllowed("roles_needed"), ("schema_needed").
    """
    try:
        connection = psycopg.connect(
            admin_url, autocommit=True, connect_timeout=10, application_name="leadtui-partitions"
        )
    except psycopg.OperationalError as error:
        raise no_connection(error, admin_url) from error
    with connection:
        connection.execute("set lock_timeout = '10s'")
        become_owner(connection)
        _ahead(connection)


def _ahead(connection: psycopg.Connection[Any]) -> None:
    connection.execute("select ensure_partitions()")
    # each new partition too: pg_dump locks every table by its own name
    connection.execute(f"grant select on all tables in schema public to {BACKUP}")
    connection.execute(f"grant select on all sequences in schema public to {BACKUP}")


def become_owner(connection: psycopg.Connection[Any]) -> None:
    """Make the roles where they are missing, and become the owner on this connection.

    Raises NotAllowed("roles_needed"), ("schema_needed").
    """
    try:
        connection.execute(_ROLES)
    except psycopg.errors.InsufficientPrivilege as error:
        raise NotAllowed("roles_needed", roles=_missing_roles(connection)) from error
    connection.execute(f"set role {OWNER}")
    _check_schema(connection)


def _alone(connection: psycopg.Connection[Any]) -> None:
    # two programs started at once on a fresh directory: the second waits until the first has made it
    connection.execute(f"set lock_timeout = '{_WAIT_SECONDS}s'")
    try:
        connection.execute("select pg_advisory_lock(%s)", (_LOCK,))
    except psycopg.errors.LockNotAvailable as error:
        raise Unavailable("upgrade_running") from error


def used(admin_url: str) -> bool:
    """Whether a model was ever deployed here: the last step of a first use."""
    with psycopg.connect(admin_url, autocommit=True, connect_timeout=10) as connection:
        row = connection.execute("select exists (select from deployment)").fetchone()
    return bool(row and row[0])


def _sqlalchemy_error() -> type[Exception]:
    from sqlalchemy.exc import DBAPIError

    return DBAPIError


def _failed(error: Exception, admin_url: str) -> Unavailable:
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, psycopg.OperationalError) and cause.sqlstate is None:
        return no_connection(cause, admin_url)
    why = getattr(getattr(cause, "diag", None), "message_primary", None) or str(cause)
    revision = None
    with (
        contextlib.suppress(psycopg.Error),
        psycopg.connect(admin_url, autocommit=True, connect_timeout=10) as connection,
    ):
        revision = status(connection).current
    return Unavailable("upgrade_failed", revision=revision or "-", why=" ".join(str(why).split())[:200])


def _missing_roles(connection: psycopg.Connection[Any]) -> str:
    rows = connection.execute(
        "select name from unnest(%s::text[]) name"
        " where not exists (select from pg_roles where rolname = name)",
        ([OWNER, APP, BACKUP],),
    ).fetchall()
    # all three are there: what is missing is the right to use the first
    return ", ".join(row[0] for row in rows) or OWNER


def _check_schema(connection: psycopg.Connection[Any]) -> None:
    # GRANT by who does not own the schema is a warning only; the first table would then fail
    row = connection.execute("select has_schema_privilege('public', 'create')").fetchone()
    if not (row and row[0]):
        raise NotAllowed("schema_needed", role=OWNER)


def backup_ready(admin_url: str) -> bool:
    """Whether the backup role sees every row: without BYPASSRLS its pg_dump refuses to run."""
    with psycopg.connect(admin_url, autocommit=True, connect_timeout=10) as connection:
        row = connection.execute(
            "select rolbypassrls or rolsuper from pg_roles where rolname = %s", (BACKUP,)
        ).fetchone()
    return bool(row and row[0])


def _run(admin_url: str) -> None:
    import sqlalchemy as sa
    from alembic import command

    def connect() -> psycopg.Connection[Any]:
        made = psycopg.connect(admin_url, connect_timeout=10)
        made.execute("set role leadtui_owner")
        made.execute("set lock_timeout = '10s'")
        # killed, we leave no statement behind that holds its locks to its end
        made.execute("set client_connection_check_interval = '1s'")
        made.commit()
        return made

    engine = sa.create_engine("postgresql+psycopg://", creator=connect, poolclass=sa.NullPool)
    with engine.connect() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()
