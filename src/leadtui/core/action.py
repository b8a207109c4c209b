"""The one gate: every public core function is `@action` (writes), `@query` (reads) or `@job` (bulk).

session still valid (looked up in the database) → role permission → transaction → the work → audit row in the
same transaction → NOTIFY → COMMIT. Denials are audited in a transaction of their own (DESIGN §2.1).
"""

from __future__ import annotations

import functools
import json
import typing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Concatenate, Final, ParamSpec, TypeVar
from uuid import UUID

import psycopg
from psycopg import errors as pg_errors
from psycopg.pq import TransactionStatus

from leadtui.core import codec
from leadtui.core.auth.permissions import Permission, Role, allowed
from leadtui.core.ctx import Actor, Ctx, Tx
from leadtui.core.db.database import PgConnection
from leadtui.core.errors import Conflict, NotAllowed, NotFound, Unauthenticated, Unavailable

P = ParamSpec("P")
R = TypeVar("R")

_ENTER: Final = "select * from auth_enter(%s, %s)"
_WHY: Final = "select auth_why(%s)"
_AUDIT: Final = (
    "insert into audit (team_id, actor_id, session_id, os_user, origin, action, outcome, subject, detail) "
    "values (%s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb)"
)
_RETRIED: Final = (pg_errors.SerializationFailure, pg_errors.DeadlockDetected)
"""40001 and 40P01: overtaken, so run once more. psycopg's classes of one SQLSTATE class share no base."""
_KNOWN: Final = "select action, result from receipt where request_id = %s"
_NEWS: Final = "insert into news (payload) select unnest(%s::text[])"
_TELL: Final = "select news_tell()"
_RECEIPT: Final = "insert into receipt (request_id, action, actor_id, result) values (%s, %s, %s, %s::jsonb)"


@dataclass(frozen=True, slots=True)
class Rule:
    """What the gate knows of one public function."""

    name: str
    """`leads.page`: the folder under core, then the function."""
    permission: Permission | None
    """None: before a session (signing in)."""
    kind: str
    """action, query, job or open."""
    audit: str | None
    """The audit row's action, where one is written."""


_ENDED: Final = {
    "idle": "session_idle",
    "expired": "session_expired",
    "disabled": "session_disabled",
    "password_reset": "session_password_reset",
    "password_changed": "session_password_changed",
    "ended_by_admin": "session_ended_by_admin",
    "ended_by_user": "session_ended_by_user",
    "reuse": "session_reused",
}
"""Why a session is over, as the database says it → error code; anything else is `session_ended`."""

REGISTRY: Final[dict[str, Rule]] = {}
"""Every public core function; a test walks it against the permission table for every role."""


class _Stale(Exception):
    """The actor that a hot service assumed is not the actor that the database knows."""


def _name(function: Callable[..., Any]) -> str:
    return ".".join([*function.__module__.split(".")[2:-1], function.__name__])


def _register(
    function: Callable[..., Any], permission: Permission | None, kind: str, audit: str | None
) -> Rule:
    rule = Rule(_name(function), permission, kind, audit)
    REGISTRY[rule.name] = rule
    return rule


def opening(audit: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a public function that works before a session exists (signing in). It audits by itself."""

    def mark(function: Callable[P, R]) -> Callable[P, R]:
        _register(function, None, "open", audit)
        return function

    return mark


def query(
    permission: Permission, *, audit: str | None = None, hot: bool = False
) -> Callable[[Callable[Concatenate[Tx, P], R]], Callable[Concatenate[Ctx, P], R]]:
    """A read: READ ONLY unless the read itself is audited. `hot`: one pipelined round trip."""

    def wrap(function: Callable[Concatenate[Tx, P], R]) -> Callable[Concatenate[Ctx, P], R]:
        rule = _register(function, permission, "query", audit)

        @functools.wraps(function)
        def call(ctx: Ctx, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if hot and ctx.actor is not None:
                try:
                    return _hot(ctx, rule, function, args, kwargs)
                except _Stale:
                    pass
            return _run(ctx, rule, lambda tx: function(tx, *args, **kwargs), read_only=audit is None)

        return call

    return wrap


def action(
    permission: Permission, *, audit: str | None
) -> Callable[[Callable[Concatenate[Tx, P], R]], Callable[Concatenate[Ctx, P], R]]:
    """A write. A command with a `request_id` leaves a receipt: the same request again gives the same result
    and does nothing. `audit=None` is for heartbeats only."""

    def wrap(function: Callable[Concatenate[Tx, P], R]) -> Callable[Concatenate[Ctx, P], R]:
        rule = _register(function, permission, "action", audit)

        @functools.wraps(function)
        def call(ctx: Ctx, /, *args: P.args, **kwargs: P.kwargs) -> R:
            request_id = getattr(args[0], "request_id", None) if args else None

            def work(tx: Tx) -> R:
                if request_id is None:
                    return function(tx, *args, **kwargs)
                if tx._known is not None:
                    action, answer = tx._known
                    if action != rule.name:
                        raise Conflict("request_reused")
                    return typing.cast(R, codec.decode(typing.get_type_hints(function)["return"], answer))
                try:
                    result = function(tx, *args, **kwargs)
                except (Conflict, NotFound) as refused:
                    if _answered_meanwhile(tx, request_id):
                        raise pg_errors.SerializationFailure("answered meanwhile") from refused
                    raise
                tx._receipt = (request_id, rule.name, tx.actor.user_id, json.dumps(codec.encode(result)))
                return result

            return _run(ctx, rule, work, read_only=False, request_id=request_id)

        return call

    return wrap


def _answered_meanwhile(tx: Tx, request_id: UUID) -> bool:
    """Whether this very request was answered while it waited here for its rows: then what refused it is its
    own work, and the gate runs it once more, as any transaction that was overtaken, and finds the receipt."""
    if tx.pg.info.transaction_status is not TransactionStatus.INTRANS:
        return False
    return tx.pg.execute(_KNOWN, (request_id,), prepare=True).fetchone() is not None


def job(
    permission: Permission, *, audit: str
) -> Callable[[Callable[Concatenate[Job, P], R]], Callable[Concatenate[Ctx, P], R]]:
    """Bulk work in transactions of its own making; each checks session and permission again."""

    def wrap(function: Callable[Concatenate[Job, P], R]) -> Callable[Concatenate[Ctx, P], R]:
        rule = _register(function, permission, "job", audit)

        @functools.wraps(function)
        def call(ctx: Ctx, /, *args: P.args, **kwargs: P.kwargs) -> R:
            # a first look, so that a denial comes before any work
            _run(ctx, rule, lambda tx: None, read_only=True, silent=True)
            return function(Job(ctx, rule), *args, **kwargs)

        return call

    return wrap


class Job:
    """What a `@job` function gets instead of a Tx."""

    def __init__(self, ctx: Ctx, rule: Rule) -> None:
        self.ctx = ctx
        self.rule = rule

    @contextmanager
    def transaction(self, *, audit: bool = False, read_only: bool = False) -> Iterator[Tx]:
        """A transaction without a statement timeout; `audit` writes the job's audit row in it."""
        with _transaction(self.ctx, self.rule, read_only=read_only, audited=audit) as tx:
            # bulk work is watched by a person who can stop it; a runaway page is not
            tx.pg.execute("set local statement_timeout = 0")
            tx.pg.execute("set local idle_in_transaction_session_timeout = 0")
            yield tx


# the work ------------------------------------------------------------------------------------------------


def _run(
    ctx: Ctx,
    rule: Rule,
    work: Callable[[Tx], R],
    *,
    read_only: bool,
    silent: bool = False,
    request_id: UUID | None = None,
) -> R:
    audited = rule.audit is not None and not silent
    for last_try in (False, True):
        try:
            with _transaction(ctx, rule, read_only=read_only, audited=audited, request_id=request_id) as tx:
                return work(tx)
        except _RETRIED as error:
            if last_try:
                raise Unavailable("database_busy") from error
        except pg_errors.UniqueViolation as error:
            # the same request at the same time: the other one has left its receipt by now
            if last_try or error.diag.constraint_name != "receipt_pkey":
                raise
    raise AssertionError("unreachable")


@contextmanager
def _transaction(
    ctx: Ctx, rule: Rule, *, read_only: bool, audited: bool, request_id: UUID | None = None
) -> Iterator[Tx]:
    if ctx.token is None:
        raise Unauthenticated("no_session")
    if ctx.now is not None and ctx.production:
        raise NotAllowed("clock_injection")
    database = ctx.db
    try:
        with database.connection() as pg:
            try:
                with pg.pipeline():
                    database.begin(pg, read_only=read_only)
                    entered = pg.execute(_ENTER, (ctx.token, ctx.now), prepare=True)
                    # travels with it; row-level security shows the session's own receipts only
                    answered = pg.execute(_KNOWN, (request_id,), prepare=True) if request_id else None
                actor, now = _actor(ctx, pg, entered.fetchone())
                ctx.actor = actor
                _permit(actor, rule)
                tx = Tx(actor, now, ctx.origin, pg)
                tx._known = answered.fetchone() if answered else None
                yield tx
                # a request that was answered before has done nothing now
                _finish(ctx, tx, rule, audited=audited and tx._known is None)
            except BaseException:
                database.rollback(pg)
                raise
    except NotAllowed as denied:
        _audit_denial(ctx, rule, denied)
        raise
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        if isinstance(error, _RETRIED):
            raise
        raise unavailable(error) from error


def _hot(ctx: Ctx, rule: Rule, function: Callable[..., R], args: Any, kwargs: Any) -> R:
    """Everything in one pipeline on the assumption that the actor is still who they were.

    The session check travels first in the same transaction, and no row is handed out before its answer is
    read; when the answer differs from the assumption nothing of this is used.
    """
    if ctx.token is None:
        raise Unauthenticated("no_session")
    if ctx.now is not None and ctx.production:
        raise NotAllowed("clock_injection")
    assumed = ctx.actor
    if assumed is None:
        raise _Stale
    database = ctx.db
    try:
        with database.connection() as pg:
            try:
                with pg.pipeline():
                    database.begin(pg, read_only=True)
                    entered = pg.execute(_ENTER, (ctx.token, ctx.now), prepare=True)
                    tx = Tx(assumed, ctx.now or datetime.now().astimezone(), ctx.origin, pg)

                    def verify() -> None:
                        tx.verify = None
                        actor, now = _actor(ctx, pg, entered.fetchone())
                        _permit(actor, rule)
                        tx.now = now
                        if actor != assumed:
                            raise _Stale

                    tx.verify = verify
                    result = function(tx, *args, **kwargs)
                    if tx.verify is not None:
                        verify()
                    database.commit(pg)
                return result
            except BaseException:
                database.rollback(pg)
                raise
    except NotAllowed as denied:
        _audit_denial(ctx, rule, denied)
        raise
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise unavailable(error) from error


def unavailable(error: Exception) -> Unavailable:
    """A statement that took too long or waited for a lock is not a connection that is gone."""
    busy = isinstance(error, pg_errors.QueryCanceled | pg_errors.LockNotAvailable)
    return Unavailable("database_busy" if busy else "database_gone")


def ended_code(why: str | None) -> str:
    """The error code for the database's word why a session is over."""
    return _ENDED.get(why or "", "session_ended")


def _actor(ctx: Ctx, pg: PgConnection, entered: tuple[Any, ...] | None) -> tuple[Actor, datetime]:
    if entered is None:
        why = pg.execute(_WHY, (ctx.token,)).fetchone()
        ended = Unauthenticated(ended_code(why[0] if why else None))
        ended.whose = ctx
        raise ended
    # the columns of `auth_enter` are the fields of Actor, in their order, and the clock
    user, session, team, team_code, role, *rest, now = entered
    return Actor(user, session, team, team_code, Role(role), *rest), now


def _permit(actor: Actor, rule: Rule) -> None:
    permission = rule.permission
    if permission is None:
        raise NotAllowed("no_permission", rule=rule.name)
    if not allowed(actor.role, permission):
        raise NotAllowed("role", permission=permission.value, role=actor.role.value)
    if actor.must_change and permission is not Permission.SESSION_OWN:
        raise NotAllowed("password_change_required", permission=permission.value)


def _finish(ctx: Ctx, tx: Tx, rule: Rule, *, audited: bool) -> None:
    # receipt, audit, news and COMMIT travel together, and after it the telling
    told = None
    with tx.pg.pipeline():
        if tx._receipt is not None:
            tx.pg.execute(_RECEIPT, tx._receipt, prepare=True)
        if audited:
            _write_audit(tx.pg, ctx, tx.actor, rule.audit or rule.name, "ok", tx._subject, tx._audit)
        if tx._notes:
            tx.pg.execute(_NEWS, (list(dict.fromkeys(tx._notes)),), prepare=True)
        ctx.db.commit(tx.pg)
        if tx._notes:
            told = tx.pg.execute(_TELL, prepare=True)
    if told is not None and (again := told.fetchone()) is not None and again[0] is not None:
        ctx.db.tell_in(again[0] / 1000)


def _write_audit(
    pg: PgConnection,
    ctx: Ctx,
    actor: Actor | None,
    name: str,
    outcome: str,
    subject: str | None,
    detail: dict[str, Any],
) -> None:
    pg.execute(
        _AUDIT,
        (
            actor.team_id if actor else None,
            actor.user_id if actor else None,
            actor.session_id if actor else None,
            actor.os_user if actor else None,
            ctx.origin.value,
            name,
            outcome,
            subject,
            json.dumps(codec.encode(detail)),
        ),
        prepare=True,
    )


def _audit_denial(ctx: Ctx, rule: Rule, denied: NotAllowed) -> None:
    audit_outside(ctx, rule.audit or rule.name, "denied", **{"code": denied.code, **denied.data})


def audit_outside(ctx: Ctx, name: str, outcome: str, **detail: Any) -> None:
    """An audit row in a transaction of its own: denials and failed sign-ins. Raises Unavailable."""
    try:
        with ctx.db.transaction() as pg:
            _write_audit(pg, ctx, ctx.actor, name, outcome, None, detail)
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise unavailable(error) from error
