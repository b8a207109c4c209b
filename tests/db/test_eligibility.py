"""Why-not on the real database: the same truth as the statement that claims, and what an admin may lift."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadtui.core.calls import predicate
from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import Outcome
from leadtui.core.calls.eligibility import CODES
from leadtui.core.calls.settings import forget
from leadtui.core.ctx import Ctx, Tx
from leadtui.core.eligibility import service as eligibility
from leadtui.core.eligibility.dto import Lifted, Override, Reason, WhyNot
from leadtui.core.errors import Conflict, Invalid, NotAllowed, NotFound
from leadtui.core.leads.dto import Consent, LeadState, Zone
from leadtui.core.policy import Policy, open_zones
from tests.conftest import MakeCtx, OneConnection
from tests.db.callfloor import Floor, at, claim, work

NOON = datetime.fromisoformat("2026-09-16T12:00:00+07:00")
"""A Wednesday without any holiday near it; 14:00 in Jayapura."""


@pytest.fixture
def floor(db: OneConnection) -> Floor:
    floor = Floor(db)
    floor.sql("update holiday set removed = true")
    forget()
    return floor


def signed(as_role: MakeCtx, role: str, name: str, now: datetime = NOON) -> Ctx:
    ctx = as_role(role, name=name)
    at(ctx, now)
    return ctx


@pytest.fixture
def agent(as_role: MakeCtx) -> Ctx:
    return signed(as_role, "agent", "Sari")


@pytest.fixture
def other(as_role: MakeCtx) -> Ctx:
    return signed(as_role, "agent", "Budi")


@pytest.fixture
def admin(as_role: MakeCtx) -> Ctx:
    return signed(as_role, "admin", "Ratna")


def me(ctx: Ctx) -> int:
    assert ctx.actor is not None
    return ctx.actor.user_id


def hours(n: float) -> datetime:
    return NOON + timedelta(hours=n)


def row(why: WhyNot, code: str) -> Reason:
    return next(reason for reason in why.reasons if reason.code == code)


def lift(ctx: Ctx, lead_id: int, code: str, reason: str = "nasabah meminta sendiri", **more: Any) -> Lifted:
    return eligibility.override(ctx, Override(uuid.uuid4(), lead_id, code, reason, **more))


# the same truth -----------------------------------------------------------------------------------------

TIMES = st.sampled_from([None, None, None, -26.0, -1.0, 0.0, 0.1, 0.25, 0.26, 3.0, 11.5, 12.0, 40.0])
ROWS = st.fixed_dictionaries(
    {
        "state": st.sampled_from([0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 4, 4, 5, 6]),
        "owner": st.sampled_from([None, None, None, "me", "me", "other"]),
        "holder": st.sampled_from([None, None, None, "me", "me", "other"]),
        "claimed": TIMES,
        "hidden": TIMES,
        "callback": TIMES,
        "consent_ok": st.sampled_from([True] * 7 + [False]),
        "dnc": st.sampled_from([False] * 7 + [True]),
        "phone_ok": st.sampled_from([True] * 7 + [False]),
        "capped": st.sampled_from([False] * 7 + [True]),
        "today": st.sampled_from([0, 2, 3]),
        "day": st.sampled_from([None, -1, 0]),
        "zone": st.sampled_from([None, 1, 2, 3]),
        # every hour of eight days: nights, a Sunday, a holiday
        "hour": st.integers(0, 8 * 24) | st.sampled_from([-3, -2, 0, 1, 2, 24, 25]),
    }
)


def test_why_not_and_the_statement_are_one_truth(floor: Floor, agent: Ctx, other: Ctx) -> None:
    """All predicates ok ⇔ the claim's own predicate is true, whatever stands in the row; and the codes of the
    list (`verdicts`) name the same."""
    floor.set("window.enabled", "true")
    floor.sql("insert into holiday (day, name) values ('2026-09-18', 'Hari Percobaan')")
    floor.sql("insert into holiday (day, name, zone) values ('2026-09-21', 'Hari Papua', 3)")
    forget()
    lead = floor.lead()
    users = {"me": me(agent), "other": me(other), None: None}
    seen: set[tuple[str, bool]] = set()
    answers: list[bool] = []

    @settings(
        max_examples=400, deadline=None, derandomize=True, database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )  # fmt: skip
    @given(ROWS)
    def one(found: dict[str, Any]) -> None:
        now = NOON + timedelta(hours=found["hour"])

        def when(name: str) -> datetime | None:
            return None if found[name] is None else now + timedelta(hours=found[name])

        floor.sql(
            "update lead_queue set state = %s, owner_id = %s, claimed_by = %s, claimed_until = %s, "
            "hidden_until = %s, callback_at = %s, consent_ok = %s, dnc = %s, phone_ok = %s, capped = %s, "
            "attempts_today = %s, attempts_day = %s, zone = %s where lead_id = %s",
            found["state"], users[found["owner"]], users[found["holder"]],
            when("claimed") if found["holder"] else None, when("hidden"), when("callback"),
            found["consent_ok"], found["dnc"], found["phone_ok"], found["capped"], found["today"],
            None if found["day"] is None else (now + timedelta(days=found["day"])).date(), found["zone"],
            lead,
        )  # fmt: skip
        at(agent, now)
        why = eligibility.why_not(agent, lead)
        policy = Policy(
            holidays=frozenset({date(2026, 9, 18)}), zone_holidays=frozenset({(Zone.WIT, date(2026, 9, 21))})
        )
        with floor.db.owner() as pg:
            sql = pg.execute(
                f"select {predicate.ELIGIBLE_BY_HAND} from lead_queue q where q.lead_id = %(lead)s",  # noqa: S608
                {"me": me(agent), "now": now, "zones": list(open_zones(policy, now)), "lead": lead},
            ).fetchone()
        assert sql == (why.callable,), found
        assert tuple(reason.code for reason in why.reasons) == CODES
        assert why.callable == (not why.against) == (why.at == now)
        seen.update((reason.code, reason.ok) for reason in why.reasons)
        answers.append(why.callable)
        # what is said to change by itself does: at that moment, nothing else having happened, it is callable
        if why.at is not None and not why.callable:
            at(agent, why.at)
            then = eligibility.why_not(agent, lead)
            assert then.callable, (found, then.against)
            at(agent, why.at - timedelta(seconds=1))
            assert not eligibility.why_not(agent, lead).callable, found

    one()
    assert seen == {(code, ok) for code in CODES for ok in (True, False)}
    assert 20 < sum(answers) < len(answers) / 2


def test_the_lists_codes_are_the_same_checks(floor: Floor, agent: Ctx) -> None:
    lead = floor.lead(hidden_until=hours(3), capped=True, consent_ok=False)
    why = eligibility.why_not(agent, lead)
    assert [reason.code for reason in why.against] == ["consent", "lifetime", "rest"]
    with pytest.raises(Conflict) as caught:
        claim(agent, lead)
    assert caught.value.data["verdicts"] == ("consent", "cap", "cool_off")


# what is told -------------------------------------------------------------------------------------------


def test_every_number_and_name_is_there(floor: Floor, agent: Ctx, other: Ctx) -> None:
    floor.set("window.enabled", "true")
    lead = floor.lead(
        phones=("+6281255500134", "+6281255500135"), attempts=5, attempts_today=2, attempts_day=NOON.date()
    )
    floor.sql(
        "update lead set consent_source = 'formulir cabang', consent_at = %s where id = %s", hours(-24), lead
    )
    floor.sql(
        "insert into dnc_number (team_id, e164, reason, added_at) "
        "select team_id, '+6281255500135', 'asked', %s from lead where id = %s",
        NOON, lead,
    )  # fmt: skip
    why = eligibility.why_not(agent, lead)
    assert why.callable
    assert (row(why, "lifetime").n, row(why, "lifetime").of) == (5, 8)
    assert (row(why, "day").n, row(why, "day").of) == (2, 3)
    consent = row(why, "consent")
    assert (consent.consent, consent.source, consent.at) == (Consent.YES, "formulir cabang", hours(-24))
    phone = row(why, "phone")
    assert (phone.kind, phone.n, phone.of) == ("some", 1, 2)
    listed = row(why, "do_not_call")
    assert [one.ending for one in listed.numbers] == ["0135"]
    assert listed.ok
    assert row(why, "window").kind == "open"
    held = floor.lead(owner_id=me(other), claimed_by=me(other), claimed_until=hours(0.25))
    why = eligibility.why_not(agent, held)
    assert (row(why, "lease").who, row(why, "lease").until) == ("Budi", hours(0.25))
    assert (row(why, "owner").who, row(why, "owner").until, why.at) == ("Budi", None, None)
    mine = floor.lead(owner_id=me(agent))
    assert row(eligibility.why_not(agent, mine), "owner").mine


def test_an_unanswered_day_says_the_day_and_a_promise_its_time(floor: Floor, agent: Ctx) -> None:
    midnight = datetime.fromisoformat("2026-09-17T00:00:00+07:00")
    tired = floor.lead(attempts_today=3, attempts_day=NOON.date(), hidden_until=midnight)
    why = eligibility.why_not(agent, tired)
    assert [(one.code, one.until) for one in why.against] == [("day", midnight)]
    # free at midnight, and nobody calls at midnight
    assert why.at == midnight + timedelta(hours=8)
    promised = floor.lead(state=2, callback_at=hours(2), hidden_until=hours(1), owner_id=me(agent))
    why = eligibility.why_not(agent, promised)
    assert [(one.code, one.kind, one.until) for one in why.against] == [("rest", "callback", hours(1.75))]
    assert (row(why, "rest").at, why.at) == (hours(2), hours(1.75))
    for state, kind in ((4, "cool_off"), (1, "interested"), (0, "retry")):
        lead = floor.lead(state=state, hidden_until=hours(1))
        assert row(eligibility.why_not(agent, lead), "rest").kind == kind


def test_a_holiday_is_named_and_the_next_opening_lies_behind_it(floor: Floor, agent: Ctx) -> None:
    floor.set("window.enabled", "true")
    floor.sql(
        "insert into holiday (day, name, name_en) values ('2026-09-16', 'Hari Percobaan', 'Day of Trial')"
    )
    forget()
    why = eligibility.why_not(agent, floor.lead())
    window = row(why, "window")
    assert (window.kind, window.holiday, window.holiday_en) == ("holiday", "Hari Percobaan", "Day of Trial")
    assert why.at == window.until == datetime.fromisoformat("2026-09-17T08:00:00+07:00")
    at(agent, NOON, days=4)  # Sunday
    assert row(eligibility.why_not(agent, floor.lead()), "window").kind == "weekday"
    at(agent, NOON, days=1, hours=7)
    assert row(eligibility.why_not(agent, floor.lead()), "window").kind == "hours"
    floor.set("window.enabled", "false")
    assert row(eligibility.why_not(agent, floor.lead()), "window").kind == "off"


def test_a_person_and_a_number_on_the_list(floor: Floor, agent: Ctx, other: Ctx) -> None:
    lead = floor.lead(phones=("+6281255500140",))
    shared = floor.lead(phones=("+6281255500140", "+6281255500141"))
    work(agent, lead, Outcome.DO_NOT_CALL)
    why = eligibility.why_not(other, lead)
    assert [one.code for one in why.against][:2] == ["state", "do_not_call"]
    assert row(why, "do_not_call").kind == "both"
    assert row(why, "state").state is LeadState.DO_NOT_CALL
    why = eligibility.why_not(other, shared)
    assert row(why, "do_not_call").kind == "number"
    assert why.at is None


def test_another_teams_lead_does_not_exist(floor: Floor, agent: Ctx, admin: Ctx) -> None:
    lead = floor.lead(team="north")
    for ident in (lead, 987_654):
        with pytest.raises(NotFound):
            eligibility.why_not(agent, ident)
    assert eligibility.why_not(admin, lead).callable is not None
    with pytest.raises(NotFound):
        lift(admin, 987_654, "owner")


def test_another_teams_own_settings_hold_for_its_leads(floor: Floor, admin: Ctx) -> None:
    lead = floor.lead(team="north", attempts=2)
    floor.sql(
        "insert into setting (team_id, key, value) select id, 'attempts.lifetime', '4' from team "
        "where code = 'north'"
    )
    assert row(eligibility.why_not(admin, lead), "lifetime").of == 4


# overrides ----------------------------------------------------------------------------------------------


def test_the_lifetime_cap_counts_anew_and_the_record_stays(floor: Floor, agent: Ctx, admin: Ctx) -> None:
    lead = floor.lead(attempts=8, capped=True)
    before = floor.queue(lead)
    lifted = lift(admin, lead, "lifetime", version=before["version"])
    why = eligibility.why_not(agent, lead)
    assert why.callable
    assert (row(why, "lifetime").n, row(why, "lifetime").of) == (0, 8)
    assert floor.queue(lead)["attempts"] == 8
    assert lifted.version == before["version"] + 1
    assert [(one.code, one.by_name, one.reason) for one in why.lifted] == [
        ("lifetime", "Ratna", "nasabah meminta sendiri")
    ]
    # eight more, and not the first one, end it again
    for n in range(8):
        at(agent, NOON, days=n)
        if agent.now is not None and agent.now.isoweekday() == 7:
            floor.set("window.enabled", "false")
        assert not floor.queue(lead)["capped"], n
        work(agent, lead, None)
    assert floor.queue(lead)["capped"]
    assert floor.queue(lead)["attempts"] == 16


def test_a_rest_an_owner_and_a_corrected_number(floor: Floor, agent: Ctx, other: Ctx, admin: Ctx) -> None:
    resting = floor.lead(state=4, hidden_until=hours(100))
    lift(admin, resting, "rest")
    assert claim(agent, resting).lead_id == resting
    owned = floor.lead(state=2, owner_id=me(other), callback_at=hours(2))
    floor.sql(
        "insert into task (team_id, lead_id, owner_id, kind, due_at, created_by, created_at) "
        "select team_id, lead_id, owner_id, 1, callback_at, owner_id, %s from lead_queue where lead_id = %s",
        NOON, owned,
    )  # fmt: skip
    lift(admin, owned, "owner")
    queue = floor.queue(owned)
    # the team's, and the time that was promised is kept
    assert (queue["owner_id"], queue["callback_at"], queue["hidden_until"]) == (None, None, hours(2))
    assert floor.sql("select state from task where lead_id = %s", owned) == [(3,)]
    wrong = floor.lead(state=6, phone_ok=False, phones=("+6281255500150",))
    floor.sql("update lead_phone set bad = true where lead_id = %s", wrong)
    with pytest.raises(Conflict, match="override_number"):
        lift(admin, wrong, "state")
    floor.sql(
        "insert into lead_phone (lead_id, team_id, e164) select id, team_id, '+6281255500151' from lead "
        "where id = %s",
        wrong,
    )
    assert row(eligibility.why_not(admin, wrong), "state").liftable
    lift(admin, wrong, "state")
    assert eligibility.why_not(other, wrong).callable


@pytest.mark.parametrize(
    ("code", "queue", "refused"),
    [
        ("consent", {"consent_ok": False}, "override_consent"),
        ("do_not_call", {"dnc": True}, "override_do_not_call"),
        ("phone", {"phone_ok": False}, "override_phone"),
        ("window", {"zone": 3}, "override_window"),
        ("state", {"state": 3}, "override_converted"),
        ("state", {"state": 5}, "override_do_not_call"),
        ("rest", {"callback_at": hours(6)}, "override_callback"),
        ("day", {"attempts_today": 3, "attempts_day": NOON.date(), "hidden_until": hours(6)}, "override_day"),
        ("owner", {}, "override_not_needed"),
        ("lifetime", {"attempts": 9}, "override_not_needed"),
    ],
)
def test_what_no_override_lifts(
    floor: Floor, admin: Ctx, code: str, queue: dict[str, Any], refused: str
) -> None:
    floor.set("window.enabled", "true")
    at(admin, NOON, hours=4.5)  # 16:30 in Jakarta, 18:30 in Jayapura
    lead = floor.lead(**queue)
    before = floor.queue(lead)
    with pytest.raises(Conflict) as caught:
        lift(admin, lead, code)
    assert caught.value.code == refused
    assert floor.queue(lead) == before
    assert not row(eligibility.why_not(admin, lead), code).liftable
    assert floor.sql("select count(*) from eligibility_override") == [(0,)]


def test_a_lease_of_a_colleague_is_not_lifted(floor: Floor, agent: Ctx, admin: Ctx) -> None:
    lead = floor.lead()
    claim(agent, lead)
    with pytest.raises(Conflict, match="override_lease"):
        lift(admin, lead, "lease")


def test_a_reason_a_known_code_and_a_fresh_version(floor: Floor, admin: Ctx) -> None:
    lead = floor.lead(hidden_until=hours(3))
    for reason in ("", "  ", "ab", "x" * 501):
        with pytest.raises(Invalid) as caught:
            lift(admin, lead, "rest", reason)
        assert caught.value.fields == {"reason": "override_reason"}
    with pytest.raises(Invalid) as unknown:
        lift(admin, lead, "everything")
    assert unknown.value.fields == {"code": "override_unknown"}
    with pytest.raises(Conflict, match="lead_changed"):
        lift(admin, lead, "rest", version=99)
    assert floor.queue(lead)["hidden_until"] == hours(3)


@pytest.mark.parametrize("role", ["agent", "manager"])
def test_only_admins_override(floor: Floor, as_role: MakeCtx, role: str) -> None:
    lead = floor.lead(hidden_until=hours(3))
    with pytest.raises(NotAllowed):
        lift(signed(as_role, role, "Dewi"), lead, "rest")
    assert floor.queue(lead)["hidden_until"] == hours(3)


def test_it_is_audited_without_the_reason_and_kept_for_good(floor: Floor, admin: Ctx) -> None:
    lead = floor.lead(hidden_until=hours(3))
    command = Override(uuid.uuid4(), lead, "rest", "ibu Siti menelepon sendiri")
    assert eligibility.override(admin, command) == eligibility.override(admin, command)
    assert floor.sql(
        "select subject, detail from audit where action = 'lead.overridden' and outcome = 'ok'"
    ) == [(f"lead:{lead}", {"code": "rest"})]
    assert floor.sql("select code, reason, was->>'hidden_until' is not null from eligibility_override") == [
        ("rest", "ibu Siti menelepon sendiri", True)
    ]
    for statement in ("update eligibility_override set reason = 'lain'", "delete from eligibility_override"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), floor.db.outer.transaction():  # type: ignore[union-attr]
            floor.db.outer.execute(statement)  # type: ignore[union-attr]


def test_a_number_blocked_in_a_call_stops_who_is_on_another_of_theirs(
    floor: Floor, agent: Ctx, other: Ctx, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, int | str]] = []
    original = Tx.notify

    def notify(tx: Tx, kind: str, ident: int | str, version: int = 0) -> None:
        told.append((kind, ident))
        original(tx, kind, ident, version)

    monkeypatch.setattr(Tx, "notify", notify)
    asked = floor.lead(phones=("+6281255500160",))
    shared = floor.lead(phones=("+6281255500161", "+6281255500160"))
    floor.sql("update lead_phone set preferred = e164 = '+6281255500161' where lead_id = %s", shared)
    talking = claim(other, shared)
    calls.dialled(other, talking.id)
    work(agent, asked, Outcome.DO_NOT_CALL)
    assert ("stop", shared) in told
    assert ("stop", asked) not in told
    assert row(eligibility.why_not(other, shared), "do_not_call").kind == "number"
