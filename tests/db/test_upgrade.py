"""A floor that has worked on the schema before M3 is upgraded, and goes on where it stood."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from leadtui.core.auth import service as auth
from leadtui.core.auth.dto import SignIn
from leadtui.core.calls import after, settings
from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import CallStatus, Claim, CorrectCall, LogCall, Outcome, UndoCall
from leadtui.core.ctx import Ctx, Origin
from leadtui.core.db import embedded, migrate
from leadtui.core.db.database import Database
from leadtui.core.eligibility import service as eligibility
from leadtui.core.errors import Conflict, NotFound
from leadtui.core.guide import service as guide
from leadtui.core.holidays.first import ship
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import PageQuery
from leadtui.core.macros import service as macros
from leadtui.core.tasks import service as tasks
from tests.conftest import _QUICK_HASH, PASSWORD, OwnDatabase

NOON = datetime(2027, 4, 14, 5, 0, tzinfo=UTC)
"""A Wednesday: 12:00 in Jakarta."""
EARLIER = NOON - timedelta(hours=2)
ITS_CALL = uuid.UUID(int=7)

OLD = """
insert into app_user (team_id, email, name, role, password_hash) values
    (1, 'sari@bank.test', 'Sari', 'agent', %(hash)s), (1, 'budi@bank.test', 'Budi', 'agent', %(hash)s),
    (1, 'ani@bank.test', 'Ani', 'admin', %(hash)s);
insert into holiday (day, name) values ('2027-04-15', 'Hari bank');
insert into lead (team_id, external_id, name, name_fold, zone, age, job, consent, do_not_call, content_hash)
select 1, 'X' || n, 'Orang ' || n, 'orang ' || n, 1, 40, 1, 1, n = 5, '\\x00' from generate_series(1, 6) n;
insert into lead_phone (lead_id, team_id, e164)
select id, 1, '+62812000000' || id from lead;
insert into dnc_number (team_id, e164, reason) values (1, '+628120000005', 'asked');
-- 1 and 2 wait; 3 was promised a callback by Sari; 4 was sold something; 5 said never again; 6 is on the line
insert into lead_queue (lead_id, team_id, rank_key, zone, age, job, consent_ok, phone_ok, name_fold, state,
                        dnc, owner_id, callback_at, attempts, attempts_today, attempts_day, last_contact_at,
                        ready, claimed_by, claimed_until)
select l.id, 1, 100000 * l.id, 1, 40, 1, true, true, l.name_fold,
       case l.id when 3 then 1 when 4 then 3 when 5 then 5 else 0 end, l.id = 5,
       case when l.id in (3, 4) then s.id end, case when l.id = 3 then %(noon)s::timestamptz end,
       case when l.id in (3, 4, 5) then 1 else 0 end, case when l.id in (3, 4, 5) then 1 else 0 end,
       case when l.id in (3, 4, 5) then '2027-04-14'::date end,
       case when l.id in (3, 4, 5) then %(earlier)s::timestamptz end, l.id in (1, 2),
       case when l.id = 6 then b.id end,
       case when l.id = 6 then %(noon)s::timestamptz + interval '9 minutes' end
from lead l, app_user s, app_user b where s.name = 'Sari' and b.name = 'Budi';
insert into call_log (at, team_id, lead_id, agent_id, open_call_id, phone, opened_at, dialled_at, answered_at,
                      talk_seconds, status, outcome, note, callback_at, product_id, amount, currency,
                      report_day, report_hour, rank_key)
select %(earlier)s, 1, l.id, s.id, gen_random_uuid(), '+62812000000' || l.id, %(earlier)s, %(earlier)s,
       %(earlier)s, 60, 1, case l.id when 3 then 2 when 4 then 3 else 6 end, 'catatan ' || l.id,
       case when l.id = 3 then %(noon)s::timestamptz end, case when l.id = 4 then 1 end,
       case when l.id = 4 then 5000000 end, case when l.id = 4 then 'IDR' end, '2027-04-14', 10, 300000
from lead l, app_user s where s.name = 'Sari' and l.id in (3, 4, 5);
insert into agent_day (agent_id, day, team_id, calls, contacts, closings, callbacks, amount, talk_seconds,
                       expected, by_hour)
select id, '2027-04-14', 1, 3, 3, 1, 1, 5000000, 180, 0.9, '{"10": [3, 3]}' from app_user where name = 'Sari';
insert into task (team_id, lead_id, owner_id, kind, due_at, note, call_id, created_by, created_at)
select 1, 3, c.agent_id, 1, %(noon)s, 'catatan 3', c.id, c.agent_id, %(earlier)s
from call_log c where c.lead_id = 3;
insert into open_call (id, team_id, lead_id, agent_id, phone, opened_at, heartbeat_at, lease_until,
                       dialled_at, queue_version)
select %(call)s, 1, 6, id, '+628120000006', %(earlier)s, %(earlier)s,
       %(noon)s::timestamptz + interval '9 minutes', %(earlier)s, 1 from app_user where name = 'Budi';
"""


@pytest.fixture
def old(server: embedded.EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[OwnDatabase]:
    """A database at 0008, as M2 left it, with a morning's work in it; upgraded."""
    from alembic import command

    name = f"old{os.getpid()}"
    admin = server.url(user="postgres", database="postgres")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'create database "{name}" template template0')
    url = server.url(user="postgres", database=name)
    with monkeypatch.context() as older:
        real = command.upgrade
        older.setattr(command, "upgrade", lambda config, _head: real(config, "0008"))
        migrate.upgrade(url)
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute(OLD, {"hash": _QUICK_HASH, "noon": NOON, "earlier": EARLIER, "call": ITS_CALL})
        assert migrate.status(connection).current == "0008"
    before, then = migrate.upgrade(url)
    assert (before.current, then.current) == ("0008", migrate.head())
    settings.forget()
    database = OwnDatabase(server.url(user="leadtui_app", database=name))
    database.admin_url = url
    # what `leadtui db upgrade` brings beside the schema
    owner = Database(url, pool_max=1)
    system = auth.system_ctx(database, owner, Origin.CLI)
    ship(system)
    guide.import_shipped(system)
    owner.close()
    yield database
    database.close()
    settings.forget()
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'drop database "{name}" with (force)')


def _as(database: OwnDatabase, who: str) -> Ctx:
    ctx = Ctx(database, Origin.TUI)
    auth.sign_in(ctx, SignIn(f"{who}@bank.test", PASSWORD))
    ctx.now = NOON
    return ctx


def _sql(database: OwnDatabase, statement: str) -> list[tuple[object, ...]]:
    with database.owner() as connection:
        return connection.execute(statement).fetchall()


def test_what_was_there_is_there(old: OwnDatabase) -> None:
    sari, ani = _as(old, "sari"), _as(old, "ani")
    assert [row.name for row in leads.page(sari, PageQuery()).rows] == ["Orang 2", "Orang 1"]
    assert [row.name for row in leads.due(sari)] == ["Orang 3"]
    assert {call.lead_id: call.outcome for call in after.mine_today(sari)} == {
        3: Outcome.CALLBACK, 4: Outcome.CLOSED, 5: Outcome.DO_NOT_CALL,
    }  # fmt: skip
    assert [call.note for call in leads.get(ani, 4).calls] == ["catatan 4"]
    assert [row.lead_id for row in tasks.mine(sari)] == [3]
    assert [macro.key for macro in macros.active(sari)] == [7, 8, 9]
    blocked = eligibility.why_not(ani, 5)
    assert not blocked.callable
    # the bank's own day stands beside the country's
    assert _sql(old, "select name, kind, source from holiday where day = '2027-04-15'") == [
        ("Hari bank", "own", "hand")
    ]


def test_the_floor_goes_on(old: OwnDatabase) -> None:
    sari, budi = _as(old, "sari"), _as(old, "budi")
    # who was on the phone finishes that call, and may take it back
    resumed = calls.current(budi)
    assert resumed is not None
    assert (resumed.id, resumed.lead_id, resumed.ended_at) == (ITS_CALL, 6, None)
    logged = calls.log(
        budi,
        LogCall(uuid.uuid4(), ITS_CALL, CallStatus.CONNECTED, "tidak mau", outcome=Outcome.NOT_INTERESTED),
    )
    undone = after.undo(budi, UndoCall(uuid.uuid4(), logged.call_id))
    assert undone.open_call.lead_id == 6
    calls.log(
        budi,
        LogCall(
            uuid.uuid4(), undone.open_call.id, CallStatus.CONNECTED, "mau brosur", outcome=Outcome.INTERESTED
        ),
    )
    # the promise of the morning is served first
    opened = calls.claim(sari, Claim(uuid.uuid4()))
    assert opened.lead_id == 3
    assert guide.current(sari, 3) is not None
    calls.log(
        sari, LogCall(uuid.uuid4(), opened.id, CallStatus.CONNECTED, "jadi", outcome=Outcome.NOT_INTERESTED)
    )
    assert tasks.mine(sari) == ()
    days = _sql(old, "select calls, contacts, closings from agent_day order by agent_id")
    assert days == [(4, 4, 1), (1, 1, 0)]


def test_calls_of_before_the_upgrade(old: OwnDatabase) -> None:
    """How a lead stood before them is not known: they can be corrected, and not undone."""
    sari = _as(old, "sari")
    sold = next(call for call in after.mine_today(sari) if call.lead_id == 4)
    with pytest.raises(Conflict) as refused:
        after.undo(sari, UndoCall(uuid.uuid4(), sold.id))
    assert refused.value.code == "undo_late"
    done = after.correct(
        sari,
        CorrectCall(
            uuid.uuid4(), sold.id, CallStatus.CONNECTED, "sepuluh juta", outcome=Outcome.CLOSED,
            product_id=sold.product_id, amount=sold.amount * 2 if sold.amount else None,
        ),
    )  # fmt: skip
    assert done.lead_id == 4
    assert _sql(old, "select calls, closings, amount::int from agent_day") == [(3, 1, 10_000_000)]
    promised = next(call for call in after.mine_today(sari) if call.lead_id == 3)
    after.correct(
        sari,
        CorrectCall(
            uuid.uuid4(), promised.id, CallStatus.CONNECTED, "tidak jadi", outcome=Outcome.NOT_INTERESTED
        ),
    )
    assert tasks.mine(sari) == ()
    with pytest.raises(NotFound):
        after.undo(_as(old, "budi"), UndoCall(uuid.uuid4(), promised.id))
