"""The outbox: mail exists where what it tells of was committed, once, and never for who must not get any."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from leadtui.core.auth import service as auth
from leadtui.core.ctx import Ctx, Tx
from leadtui.core.errors import Invalid, NotAllowed, NotFound
from leadtui.core.outbox import rules
from leadtui.core.outbox import service as outbox
from leadtui.core.outbox.dto import Settle
from leadtui.core.users import service as users
from tests.conftest import MakeCtx, OneConnection
from tests.db.make_leads import Made, put

MORNING = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
"""06:30 on a Tuesday in Jakarta."""


@contextmanager
def writing(ctx: Ctx, *, fail: bool = False) -> Iterator[Tx]:
    """A transaction of this actor, as a service has one; `fail`: it is taken back."""
    actor = auth.me(ctx)
    with ctx.db.connection() as pg:
        ctx.db.begin(pg, read_only=False)
        entered = pg.execute("select at from auth_enter(%s, %s)", (ctx.token, ctx.now)).fetchone()
        assert entered
        yield Tx(actor, entered[0], ctx.origin, pg)
        (ctx.db.rollback if fail else ctx.db.commit)(pg)


def me(ctx: Ctx) -> int:
    return auth.me(ctx).user_id


def offered(ctx: Ctx, to: Ctx, *, after: datetime | None = None, key: str | None = None) -> int | None:
    user = me(to)
    with writing(ctx) as tx:
        return outbox.queue(tx, "task_assigned", user, {"lead_id": 7}, after=after, key=key)


def queued(ctx: Ctx, to: Ctx, *, after: datetime | None = None, key: str | None = None) -> int:
    ident = offered(ctx, to, after=after, key=key)
    assert ident is not None
    return ident


def rows(db: OneConnection, what: str = "kind, state, tries, last_code") -> list[tuple[object, ...]]:
    with db.owner() as connection:
        return connection.execute(f"select {what} from outbox order by id").fetchall()  # noqa: S608


def jobs(db: OneConnection) -> list[tuple[int, str]]:
    with db.owner() as connection:
        return connection.execute(
            "select (args ->> 'outbox_id')::bigint, status::text from procrastinate_jobs order by id"
        ).fetchall()


def test_a_mail_and_its_job_exist_where_the_cause_was_committed(db: OneConnection, as_role: MakeCtx) -> None:
    manager, agent = as_role("manager"), as_role("agent")
    to = me(agent)
    with writing(manager, fail=True) as tx:
        assert outbox.queue(tx, "task_assigned", to, {"lead_id": 7}) is not None
    assert (rows(db), jobs(db)) == ([], [])
    ident = queued(manager, agent)
    assert rows(db) == [("task_assigned", "queued", 0, None)]
    assert jobs(db) == [(ident, "todo")]


def test_a_reset_password_is_told_without_the_password(db: OneConnection, as_role: MakeCtx) -> None:
    admin, agent = as_role("admin"), as_role("agent")
    email = next(user.email for user in users.list_users(admin) if user.id == me(agent))
    made = users.reset_password(admin, email)
    assert rows(db, "kind, to_user, params::text") == [("password_reset", rows(db, "to_user")[0][0], "{}")]
    assert made.one_time_password not in str(rows(db, "*"))


def test_one_key_is_one_mail(db: OneConnection, as_role: MakeCtx) -> None:
    manager, agent = as_role("manager"), as_role("agent")
    queued(manager, agent, key="a")
    assert offered(manager, agent, key="a") is None
    queued(manager, agent, key="b")
    assert len(rows(db)) == len(jobs(db)) == 2


def test_who_is_not_written_to(db: OneConnection, as_role: MakeCtx) -> None:
    manager = as_role("manager")
    stranger, gone = as_role("agent", team="west"), as_role("agent")
    gone_id = me(gone)
    with db.owner() as connection:
        connection.execute("update app_user set disabled_at = now() where id = %s", (gone_id,))
    assert offered(manager, stranger) is None
    assert offered(manager, manager) is None
    with writing(manager) as tx:
        assert outbox.queue(tx, "task_assigned", gone_id, {}) is None
    assert (rows(db), jobs(db)) == ([], [])


def test_nothing_about_a_customer_gets_in(as_role: MakeCtx) -> None:
    manager, agent = as_role("manager"), as_role("agent")
    to = me(agent)
    with writing(manager) as tx:
        with pytest.raises(Invalid) as caught:
            outbox.queue(tx, "task_assigned", to, {"lead_id": 7, "phone": "+62", "lead_name": "Siti"})
        assert caught.value.fields == {"phone": "unknown", "lead_name": "unknown"}
        with pytest.raises(Invalid) as caught:
            outbox.queue(tx, "advertising", to)
        assert caught.value.fields == {"kind": "unknown"}


def test_it_is_taken_once_and_not_before_its_time(db: OneConnection, as_role: MakeCtx) -> None:
    manager, agent, system = as_role("manager", name="Budi"), as_role("agent", name="Rina"), as_role("system")
    at = datetime.now(UTC) + timedelta(hours=2)
    ident = queued(manager, agent, after=at)
    assert outbox.take(system, ident) is None
    system.now = at
    letter = outbox.take(system, ident)
    assert letter is not None
    assert (letter.name, letter.params, letter.tries, letter.zone) == (
        "Rina",
        {"lead_id": 7},
        1,
        "Asia/Jakarta",
    )
    assert outbox.take(system, ident) is None
    assert rows(db) == [("task_assigned", "sending", 1, None)]


@pytest.mark.parametrize(
    ("change", "kind", "code"),
    [
        ("update app_user set email = 'rekan1@example.com' where id = %s", "task_assigned", "mail_demo"),
        ("update app_user set email = 'x@demo.bank.co.id' where id = %s", "task_assigned", "mail_demo"),
        ("update app_user set disabled_at = now() where id = %s", "task_assigned", "mail_disabled"),
        ("update app_user set prefs = '{\"mail\": false}' where id = %s", "task_assigned", "mail_off"),
        ("update app_user set prefs = '{\"mail\": false}' where id = %s", "password_reset", None),
        ("update app_user set prefs = '{\"mail\": true}' where id = %s", "task_assigned", None),
        ('update app_user set prefs = \'{"mail": "?"}\' where id = %s', "task_assigned", None),
        ("insert into setting (key, value) select 'demo', '{}' where %s > 0", "password_reset", "mail_demo"),
        ("update app_user set name = name where id = %s", "digest", "mail_empty"),
    ],
)
def test_who_gets_none_of_it_is_left_out_at_the_last_moment(
    db: OneConnection, as_role: MakeCtx, change: str, kind: str, code: str | None
) -> None:
    manager, agent, system = as_role("manager"), as_role("agent"), as_role("system")
    to = me(agent)
    with writing(manager) as tx:
        ident = outbox.queue(tx, kind, to, {})
    assert ident is not None
    with db.owner() as connection:
        connection.execute(change, (me(agent),))
    letter = outbox.take(system, ident)
    assert (letter is None) == (code is not None)
    assert rows(db) == [(kind, "suppressed" if code else "sending", 1, code)]
    if code:
        assert outbox.take(system, ident) is None


def test_what_failed_for_now_comes_back_later_and_later_and_then_no_more(
    db: OneConnection, as_role: MakeCtx
) -> None:
    manager, agent, system = as_role("manager"), as_role("agent"), as_role("system")
    ident = queued(manager, agent)
    system.now = datetime.now(UTC) + timedelta(seconds=1)
    for tries, delay in enumerate(rules.DELAYS, start=1):
        letter = outbox.take(system, ident)
        assert letter is not None
        assert letter.tries == tries
        settled = outbox.settle(system, Settle(ident, "mail_unreachable"), letter.tries)
        assert (settled.state, settled.again_at) == ("queued", system.now + delay)
        assert outbox.take(system, ident) is None
        system.now += delay
    letter = outbox.take(system, ident)
    assert letter is not None
    settled = outbox.settle(system, Settle(ident, "mail_unreachable"), letter.tries)
    assert (settled.state, settled.again_at) == ("failed", None)
    assert rows(db) == [("task_assigned", "failed", len(rules.DELAYS) + 1, "mail_unreachable")]


def test_what_failed_for_good_waits_for_an_admin(db: OneConnection, as_role: MakeCtx) -> None:
    manager, agent, admin = as_role("manager"), as_role("agent"), as_role("admin")
    system = as_role("system")
    ident = queued(manager, agent)
    outbox.take(system, ident)
    assert outbox.settle(system, Settle(ident, "mail_refused", permanent=True), 1).state == "failed"
    # a reply that was lost: asked again it changes nothing
    assert outbox.settle(system, Settle(ident), 1).state == "sent"
    assert rows(db) == [("task_assigned", "failed", 1, "mail_refused")]
    with pytest.raises(NotFound):
        outbox.retry(admin, ident + 1)
    assert outbox.retry(admin, None) == 1
    assert rows(db) == [("task_assigned", "queued", 0, "mail_refused")]
    assert outbox.backlog(admin).waiting == 1
    with pytest.raises(NotAllowed):
        outbox.listing(manager)
    listed = outbox.listing(admin, "queued")
    assert [(mail.id, mail.to) for mail in listed] == [(ident, auth.me(agent).name)]
    with pytest.raises(Invalid):
        outbox.listing(admin, "lost")


def test_a_mail_whose_worker_died_gets_a_job_again_and_one_that_is_worked_on_does_not(
    db: OneConnection, as_role: MakeCtx
) -> None:
    manager, agent, system = as_role("manager"), as_role("agent"), as_role("system")
    dead, alive, lost = (queued(manager, agent, key=key) for key in "abc")
    with db.owner() as connection:
        old, new = (
            connection.execute(
                "insert into procrastinate_workers (last_heartbeat) values (now() - %s) returning id", (ago,)
            ).fetchone()
            for ago in (timedelta(minutes=2), timedelta(0))
        )
        assert old
        assert new
        for ident, worker in ((dead, old[0]), (alive, new[0])):
            connection.execute(
                "update procrastinate_jobs set status = 'doing', worker_id = %s"
                " where (args ->> 'outbox_id')::bigint = %s",
                (worker, ident),
            )
        connection.execute(
            "delete from procrastinate_jobs where (args ->> 'outbox_id')::bigint = %s", (lost,)
        )
    outbox.take(system, dead)
    outbox.take(system, alive)
    assert outbox.recover(system) == 2
    assert rows(db, "id, state") == [(dead, "queued"), (alive, "sending"), (lost, "queued")]
    assert sorted(jobs(db)) == [(dead, "todo"), (alive, "doing"), (lost, "todo")]
    assert outbox.recover(system) == 0
    assert outbox.backlog(system).workers == 1
    with db.owner() as connection:
        connection.execute("update procrastinate_events set at = at - interval '2 hours'")
    # whoever has been at it for so long is not at it any more
    assert outbox.recover(system) == 1
    assert rows(db, "state") == [("queued",)] * 3


def test_a_digest_leaves_in_the_receivers_morning_once_a_day_with_what_is_due_then(
    db: OneConnection, as_role: MakeCtx
) -> None:
    agent, idle, off, system = as_role("agent"), as_role("agent"), as_role("agent"), as_role("system")
    auth.merge_preferences(off, {"mail": False})
    [lead] = put(db, Made())
    later = MORNING + timedelta(hours=3)
    with db.owner() as connection:
        for owner, due in ((agent, later), (agent, MORNING - timedelta(days=2)), (off, later),
                           (idle, MORNING + timedelta(days=1))):  # fmt: skip
            connection.execute(
                "insert into task (team_id, lead_id, owner_id, kind, due_at, created_by, created_at)"
                " select team_id, %s, id, 2, %s, id, %s from app_user where id = %s",
                (lead.id, due, MORNING, me(owner)),
            )
    for at, made in ((MORNING - timedelta(hours=1), 0), (MORNING, 1), (MORNING, 0),
                     (MORNING + timedelta(hours=1), 0)):  # fmt: skip
        system.now = at
        assert outbox.mornings(system) == made
    assert rows(db, "to_user, key") == [(me(agent), "2026-03-03")]
    letter = outbox.take(system, int(str(rows(db, "id")[0][0])))
    assert letter is not None
    assert (letter.params["due"], letter.params["overdue"]) == (2, 1)
    assert datetime.fromisoformat(letter.params["first_at"]) == later
    system.now = MORNING + timedelta(days=1)
    assert outbox.mornings(system) == 2


def test_a_digest_that_was_held_up_for_a_day_is_not_sent(db: OneConnection, as_role: MakeCtx) -> None:
    agent, system = as_role("agent"), as_role("system")
    system.now = MORNING
    to = me(agent)
    with writing(system) as tx:
        ident = outbox.queue(tx, "digest", to)
    assert ident is not None
    system.now = MORNING + timedelta(days=1)
    assert outbox.take(system, ident) is None
    assert rows(db) == [("digest", "suppressed", 1, "mail_late")]


def test_another_team_sees_none_of_it(db: OneConnection, as_role: MakeCtx) -> None:
    manager, agent, other = as_role("manager"), as_role("agent"), as_role("manager", team="west")
    queued(manager, agent)
    for ctx, seen in ((manager, 1), (other, 0)):
        with writing(ctx) as tx:
            assert tx.pg.execute("select count(*) from outbox").fetchone() == (seen,)


def test_what_was_settled_long_ago_is_forgotten(db: OneConnection, as_role: MakeCtx) -> None:
    manager, agent, system = as_role("manager"), as_role("agent"), as_role("system")
    sent, waits = queued(manager, agent, key="a"), queued(manager, agent, key="b")
    outbox.take(system, sent)
    outbox.settle(system, Settle(sent), 1)
    system.now = datetime.now(UTC) + timedelta(days=outbox.KEEP_DAYS - 1)
    assert outbox.forget(system) == 0
    system.now += timedelta(days=2)
    assert outbox.forget(system) == 1
    assert rows(db, "id") == [(waits,)]


@pytest.mark.parametrize(
    ("email", "made_up"),
    [
        ("sari@example.com", True),
        ("sari@mail.example.com", True),
        ("sari@demo.bank.co.id", True),
        ("sari@bank.invalid", True),
        ("sari@example.com.bank.co.id", False),
        ("sari@democratic.co.id", False),
        ("sari@myexample.com", False),
        ("sari@bank.co.id", False),
    ],
)
def test_addresses_that_are_nobodys(email: str, made_up: bool) -> None:
    assert rules.made_up(email) is made_up
