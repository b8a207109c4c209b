"""One lead: who may look at it, what is in it; adding one by hand."""

from __future__ import annotations

import dataclasses
from collections import OrderedDict
from uuid import uuid4

import pytest

from leadtui.core.ctx import Ctx
from leadtui.core.errors import Conflict, Invalid, NotAllowed, NotFound
from leadtui.core.leads import service
from leadtui.core.leads.add import FIELDS
from leadtui.core.leads.dto import AddLead, Consent, LeadFilter, LeadState, PageQuery, Zone
from leadtui.core.models import service as models
from leadtui.core.scores import engine
from tests.conftest import MakeCtx, OneConnection
from tests.db.make_leads import HOUR, NOON, Made, put


def at_noon(ctx: Ctx) -> Ctx:
    ctx.now = NOON
    service.due(ctx)
    return ctx


def me(ctx: Ctx) -> int:
    assert ctx.actor
    return ctx.actor.user_id


def by_hand(**fields: str | None) -> AddLead:
    return AddLead(
        uuid4(), {"name": "Siti Aminah", **{key.rstrip("_"): value for key, value in fields.items()}}
    )


def seen(ctx: Ctx, lead: Made) -> bool:
    try:
        found = service.preview(ctx, lead.id)
    except NotFound:
        return False
    assert found.row.id == lead.id
    return True


def opened(ctx: Ctx, lead: Made) -> bool:
    try:
        return service.get(ctx, lead.id).row.id == lead.id
    except NotFound:
        return False


# who may look ---------------------------------------------------------------------------------------------


def test_an_agent_sees_the_queue_and_what_is_theirs_and_nothing_else(
    db: OneConnection, as_role: MakeCtx
) -> None:
    ctx, colleague, stranger = (
        at_noon(as_role("agent")),
        as_role("agent"),
        at_noon(as_role("agent", team="north")),
    )
    manager, admin = at_noon(as_role("manager")), at_noon(as_role("admin"))
    states = LeadState
    cases = {
        "in the queue": (Made(), True),
        "hidden for a day": (Made(state=states.REJECTED, hidden_until=NOON + HOUR), True),
        "with a colleague just now": (Made(claimed_by=me(colleague), claimed_until=NOON + HOUR), True),
        "the window is closed there": (Made(zone=None), True),
        "my customer": (Made(owner=me(ctx), state=states.CONVERTED), True),
        "a colleague's customer": (Made(owner=me(colleague), state=states.QUALIFIED), False),
        "closed by somebody": (Made(state=states.CONVERTED), False),
        "do not call": (Made(state=states.DO_NOT_CALL, dnc=True), False),
        "no consent": (Made(consent_ok=False), False),
    }
    leads = put(db, *(made for made, _ in cases.values()))
    for (case, (_, expected)), lead in zip(cases.items(), leads, strict=True):
        assert seen(ctx, lead) == expected, case
        assert seen(manager, lead), case
        assert seen(admin, lead), case
        assert not seen(stranger, lead), case
        # a lookup finds every state of the team, and what it finds can be opened
        assert opened(ctx, lead), case
        assert not opened(stranger, lead), case
        assert bool(service.refreshed(ctx, (lead.id,))) == expected, case
    assert not seen(admin, dataclasses.replace(leads[0], id=10**12))


@pytest.mark.parametrize("thing", ["open_call", "task", "call_log"])
def test_who_has_to_do_with_a_lead_always_sees_it(db: OneConnection, as_role: MakeCtx, thing: str) -> None:
    ctx, other = at_noon(as_role("agent")), at_noon(as_role("agent"))
    (lead,) = put(db, Made(state=LeadState.CONVERTED))
    assert not seen(ctx, lead)
    row = {
        "open_call": (
            "insert into open_call (id, team_id, lead_id, agent_id, phone, opened_at, heartbeat_at, "
            "lease_until, queue_version) "
            "select gen_random_uuid(), team_id, id, %s, '+628121', now(), now(), now(), 1"
        ),
        "task": (
            "insert into task (team_id, lead_id, owner_id, kind, due_at, created_by, created_at) "
            "select team_id, id, u, 2, now(), u, now()"
        ),
        "call_log": (
            "insert into call_log (at, team_id, lead_id, agent_id, open_call_id, phone, opened_at, "
            "status, outcome, note, product_id, amount, currency, report_day, report_hour) "
            "select now(), team_id, id, %s, gen_random_uuid(), '+628121', now(), 1, 3, 'Setuju', p, 5, "
            "'IDR', current_date, 9"
        ),
    }[thing]
    sources = " from lead, (select %s::int as u) x, (select min(id) as p from product) y where id = %s"
    with db.owner() as pg:
        params = (me(ctx), me(ctx), lead.id) if row.count("%s") else (me(ctx), lead.id)
        pg.execute(row + sources, params)
    assert seen(ctx, lead)
    assert not seen(other, lead)


def test_looking_is_audited_and_a_glance_is_not(db: OneConnection, as_role: MakeCtx) -> None:
    ctx = at_noon(as_role("agent"))
    (lead,) = put(db, Made())
    service.preview(ctx, lead.id)
    service.refreshed(ctx, (lead.id,))
    service.get(ctx, lead.id)
    with pytest.raises(NotFound):
        service.get(ctx, lead.id + 1)
    with db.owner() as pg:
        rows = pg.execute(
            "select action, subject, outcome from audit where action = 'lead.viewed'"
        ).fetchall()
    assert rows == [("lead.viewed", f"lead:{lead.id}", "ok")]


# what is in it --------------------------------------------------------------------------------------------


def test_everything_known_of_a_lead(db: OneConnection, as_role: MakeCtx) -> None:
    ctx = at_noon(as_role("agent", name="Sari"))
    _, lead, _ = put(
        db, Made(rank=9), Made(rank=5, phone="+6281234567890", y=False, synthetic=True), Made(rank=1)
    )
    with db.owner() as pg:
        for n in range(55):
            pg.execute(
                "insert into call_log (at, team_id, lead_id, agent_id, open_call_id, phone, opened_at, "
                "status, reason, note, report_day, report_hour) "
                "select %s, team_id, id, %s, gen_random_uuid(), "
                "'+6281234567890', now(), 0, 1, %s, current_date, 9 from lead where id = %s",
                (NOON - n * HOUR, me(ctx), f"note {n}", lead.id),
            )
        pg.execute(
            "insert into lead_phone (lead_id, team_id, e164, preferred, bad) "
            "select id, team_id, '+622150001', false, true from lead where id = %s",
            (lead.id,),
        )
    found = service.get(ctx, lead.id)
    assert found.row.historical
    assert found.row.synthetic
    assert [(phone.e164, phone.bad) for phone in found.phones] == [
        ("+6281234567890", False),
        ("+622150001", True),
    ]
    assert found.calls_total == 55
    assert [call.note for call in found.calls] == [f"note {n}" for n in range(50)]
    assert {call.agent_name for call in found.calls} == {"Sari"}
    assert (found.place, found.queue_size and found.queue_size.n) == (2, 3)
    assert found.callable
    assert found.not_callable == ()
    assert found.consent is Consent.YES
    assert found.zone is Zone.WIB
    assert found.score is None
    elsewhere = service.get(ctx, lead.id, LeadFilter(min_score=0.000009))
    assert (elsewhere.place, elsewhere.queue_size and elsewhere.queue_size.n) == (None, 1)


def test_why_it_cannot_be_called(db: OneConnection, as_role: MakeCtx) -> None:
    ctx, other = at_noon(as_role("agent")), as_role("agent", name="Budi")
    held, resting = put(
        db,
        Made(claimed_by=me(other), claimed_until=NOON + HOUR / 4),
        Made(state=LeadState.REJECTED, hidden_until=NOON + HOUR),
    )
    found = service.get(ctx, held.id)
    assert not found.callable
    assert found.not_callable == ("lease",)
    assert (found.claimed_by_name, found.claimed_until) == ("Budi", NOON + HOUR / 4)
    assert found.place is None
    assert service.get(ctx, resting.id).not_callable == ("cool_off",)
    ctx.now = NOON.replace(hour=20)
    assert service.get(ctx, held.id).not_callable == ("window",)
    assert service.get(ctx, held.id).claimed_by_name is None
    manager = at_noon(as_role("manager"))
    assert not service.get(manager, resting.id).callable


# adding ---------------------------------------------------------------------------------------------------


def test_one_by_hand_comes_in_like_a_row_of_an_import(db: OneConnection, as_role: MakeCtx) -> None:
    ctx = at_noon(as_role("agent"))
    command = by_hand(
        name="Sitti  Nurhaliza", phone="0812-3456-7890", city="makassar", age="34", job="student",
        default_="no",
        consent="yes", balance="1500000.50", pdays="999", email="s@bank.test",
    )  # fmt: skip
    added = service.add(ctx, command)
    assert added.callable
    assert added.state is LeadState.PENDING
    found = service.get(ctx, added.lead_id)
    assert found.row.name == "Sitti Nurhaliza"
    assert found.phones[0].e164 == "+6281234567890"
    assert found.zone is Zone.WITA
    assert (found.row.facts.job, found.row.facts.default, found.row.facts.pdays) == (9, False, None)
    assert (found.consent, found.consent_source) == (Consent.YES, "by hand")
    assert found.callable
    for search in ("nurh", "081234"):
        rows = service.page(ctx, PageQuery(LeadFilter(search=search))).rows
        assert [row.id for row in rows] == [added.lead_id]
    with db.owner() as pg:
        detail = pg.execute("select subject, detail from audit where action = 'lead.added'").fetchall()
    assert len(detail) == 1
    assert detail[0][0] == f"lead:{added.lead_id}"
    assert "Sitti" not in str(detail)
    assert "+62812" not in str(detail)


def test_the_same_request_again_adds_nothing(db: OneConnection, as_role: MakeCtx) -> None:
    ctx = as_role("agent")
    command = by_hand(phone="081234567890", consent="yes")
    assert service.add(ctx, command) == service.add(ctx, command)
    with db.owner() as pg:
        assert pg.execute("select count(*) from lead").fetchone() == (1,)


def test_an_external_id_is_there_once(as_role: MakeCtx) -> None:
    ctx = as_role("agent")
    first = service.add(ctx, by_hand(external_id="C-1"))
    assert first.external_id == "C-1"
    with pytest.raises(Conflict) as caught:
        service.add(ctx, by_hand(external_id="C-1", name="Another"))
    assert caught.value.code == "lead_exists"
    assert caught.value.data["lead_id"] == first.lead_id
    assert service.add(ctx, by_hand(external_id=" ")).external_id.startswith("hand-")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": " "}, {"name": "required"}),
        ({"name": "\x00\x1b\u202e"}, {"name": "required"}),
        ({"age": "abc", "job": "king", "phone": "12"},
         {"age": "not_a_number", "job": "unknown_value", "phone": "phone_invalid"}),
        ({"y": "yes"}, {"y": "column_unknown"}),
        ({"duration": "5", "age": "-1"}, {"duration": "column_unknown", "age": "out_of_range"}),
        ({"age": "١٢"}, {"age": "not_a_number"}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_and_nothing_comes_in(
    db: OneConnection, as_role: MakeCtx, fields: dict[str, str], wrong: dict[str, str]
) -> None:
    ctx = as_role("agent")
    with pytest.raises(Invalid) as caught:
        service.add(ctx, by_hand(**fields))
    assert caught.value.fields == wrong
    with db.owner() as pg:
        assert pg.execute("select count(*) from lead").fetchone() == (0,)


def test_where_they_agreed_says_that_they_did_but_not_over_a_no(as_role: MakeCtx) -> None:
    ctx = at_noon(as_role("agent"))
    agreed = service.add(
        ctx, dataclasses.replace(by_hand(phone="081234567890"), consent_source="fair\x1b[31m")
    )
    assert agreed.callable
    found = service.get(ctx, agreed.lead_id)
    assert (found.consent, found.consent_source) == (Consent.YES, "fair")
    refused = dataclasses.replace(by_hand(phone="081234567891", consent="no"), consent_source="fair")
    assert service.add(ctx, refused).not_callable == ("consent",)


def test_a_damaged_model_costs_the_score_and_not_the_customer(
    db: OneConnection, as_role: MakeCtx, monkeypatch: pytest.MonkeyPatch
) -> None:
    models.deploy_starter(as_role("system"))
    # a process that has loaded the model goes on serving it: this one has not
    monkeypatch.setattr(engine, "_scorers", OrderedDict())
    with db.owner() as connection:
        connection.execute(
            "update model_version set artefact = set_byte(artefact, length(artefact) - 100, 65)"
        )
    ctx = at_noon(as_role("agent"))
    added = service.add(ctx, by_hand(phone="081234567890", consent="yes"))
    assert (added.model_id, added.rank_key, added.reasons) == (None, -1, ())
    assert [row.id for row in service.page(ctx, PageQuery()).rows] == [added.lead_id]


def test_do_not_call_takes_everybody_with_that_number_out(db: OneConnection, as_role: MakeCtx) -> None:
    ctx = at_noon(as_role("agent"))
    family = service.add(ctx, by_hand(phone="081234567890", consent="yes"))
    assert service.count(ctx, LeadFilter()).n == 1
    refused = service.add(ctx, by_hand(phone="+62 812 3456 7890", do_not_call="yes", consent="yes"))
    assert refused.state is LeadState.DO_NOT_CALL
    assert (refused.callable, refused.not_callable) == (False, ("do_not_call",))
    assert service.count(ctx, LeadFilter()).n == 0
    later = service.add(ctx, by_hand(phone="0812 3456 7890", consent="yes"))
    assert (later.state, later.callable) == (LeadState.PENDING, False)
    admin = at_noon(as_role("admin"))
    assert service.get(admin, family.lead_id).not_callable[:1] == ("do_not_call",)


def test_without_consent_it_comes_in_and_is_not_called(as_role: MakeCtx) -> None:
    ctx = at_noon(as_role("agent"))
    for consent in (None, "no", "unknown"):
        added = service.add(ctx, by_hand(phone="081234567890", consent=consent))
        assert not added.callable
    assert service.count(ctx, LeadFilter()).n == 0


def test_another_team_only_for_who_sees_all(db: OneConnection, as_role: MakeCtx) -> None:
    put(db, Made(team="north"))
    command = dataclasses.replace(by_hand(phone="081234567890", consent="yes"), team="north")
    with pytest.raises(NotFound):
        service.add(as_role("agent"), command)
    with pytest.raises(NotAllowed):
        service.add(as_role("manager"), by_hand())
    added = service.add(as_role("admin"), command)
    assert added.callable
    assert service.get(at_noon(as_role("agent", team="north")), added.lead_id).row.name == "Siti Aminah"
    with pytest.raises(NotFound):
        service.add(as_role("admin"), dataclasses.replace(by_hand(), team="nowhere"))


def test_it_is_scored_at_once_where_a_model_is_deployed(as_role: MakeCtx) -> None:
    from leadtui.core.models import service as models

    models.deploy_starter(as_role("system"))
    ctx = at_noon(as_role("agent"))
    added = service.add(
        ctx, by_hand(phone="081234567890", consent="yes", age="70", job="retired", poutcome="success")
    )
    assert added.model_id is not None
    assert added.probability is not None
    assert 0 < added.probability < 1
    assert added.reasons
    found = service.get(ctx, added.lead_id)
    assert found.score is not None
    assert found.score.probability == added.probability
    assert found.row.reasons
    summary = service.summary(ctx)
    assert summary.model_id == added.model_id
    assert summary.window_open


def test_a_historical_calls_own_columns_are_no_facts_of_a_lead() -> None:
    assert not {"y", "duration", "campaign", "month", "euribor3m"} & set(FIELDS)
    assert {"name", "phone", "age", "poutcome", "balance", "consent"} <= set(FIELDS)
