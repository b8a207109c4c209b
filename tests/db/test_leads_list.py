"""The ranked list: whichever way it is walked, it is one full ORDER BY; nobody sees what is not theirs."""

from __future__ import annotations

import dataclasses
import random

import pytest

from leadtui.core.ctx import Ctx
from leadtui.core.errors import Invalid, NotAllowed
from leadtui.core.leads import queries, search, service
from leadtui.core.leads.dto import Count, Keyset, LeadFilter, LeadState, PageQuery, Scope
from tests.conftest import MakeCtx, OneConnection, OwnDatabase, make_user
from tests.db.make_leads import HOUR, NOON, Made, in_order, put

ANY = LeadFilter()


def at_noon(ctx: Ctx) -> Ctx:
    """Signed in, with the clock of the tests (and an actor, so that the hot path is the one that runs)."""
    ctx.now = NOON
    service.due(ctx)
    return ctx


def forward(ctx: Ctx, limit: int, filter: LeadFilter = ANY, scope: Scope = Scope.QUEUE) -> list[int]:
    """Every id, by pages from the top; checks the ends that pages claim."""
    found: list[int] = []
    after: Keyset | None = None
    while True:
        page = service.page(ctx, PageQuery(filter, scope, limit, after=after))
        assert page.at_start == (after is None)
        found += [row.id for row in page.rows]
        if page.at_end:
            return found
        assert len(page.rows) == limit
        after = page.rows[-1].key


def backward(ctx: Ctx, limit: int, filter: LeadFilter = ANY, scope: Scope = Scope.QUEUE) -> list[int]:
    """The same from the end."""
    page = service.page(ctx, PageQuery(filter, scope, limit, from_end=True))
    assert page.at_end
    found = [row.id for row in page.rows]
    while not page.at_start:
        page = service.page(ctx, PageQuery(filter, scope, limit, before=page.rows[0].key))
        found = [row.id for row in page.rows] + found
    return found


def scattered(seed: int, me: int, other: int, n: int = 120) -> list[Made]:
    """Many ties, unscored ones, ready and due ones, and every reason for not being in the queue."""
    rng = random.Random(seed)  # noqa: S311
    past, future = NOON - HOUR, NOON + HOUR
    leads = []
    for _ in range(n):
        made = Made(
            rank=rng.choice([-1, -1, 0, 5, 5, 5, 700_000, 1_000_000]), age=rng.choice([None, 20, 30, 60])
        )
        made = dataclasses.replace(
            made, job=rng.choice([None, 1, 2]), name=rng.choice(["Budi Wijaya", "Siti Budiman", "Éko Arbudi"])
        )
        match rng.randrange(9):
            case 0:
                made = dataclasses.replace(made, hidden_until=past, state=LeadState.REJECTED, ready=False)
            case 1:
                made = dataclasses.replace(made, hidden_until=future, state=LeadState.REJECTED)
            case 2:
                made = dataclasses.replace(made, claimed_by=other, claimed_until=rng.choice([past, future]))
            case 3:
                made = dataclasses.replace(made, owner=rng.choice([me, other]), state=LeadState.QUALIFIED)
            case 4:
                made = dataclasses.replace(
                    made, owner=rng.choice([me, other]), state=LeadState.CONTACTED,
                    callback_at=rng.choice([past, future]), ready=False,
                )  # fmt: skip
            case 5:
                left = rng.choice([LeadState.CONVERTED, LeadState.DO_NOT_CALL, LeadState.BAD_NUMBER])
                made = dataclasses.replace(made, state=left)
            case 6:
                made = dataclasses.replace(made, **{rng.choice(["dnc", "consent_ok", "phone_ok"]): False})
                made = (
                    dataclasses.replace(made, dnc=not made.dnc) if made.consent_ok and made.phone_ok else made
                )
            case _:
                pass
        leads.append(made)
    return leads


def mine(made: Made, me: int) -> bool:
    return made.available() and made.owner in (None, me) and made.callback_at is None


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("limit", [1, 7, 50, 200])
def test_pages_in_both_directions_are_one_full_order_by(
    db: OneConnection, as_role: MakeCtx, seed: int, limit: int
) -> None:
    ctx, other = at_noon(as_role("agent")), as_role("agent")
    assert ctx.actor
    assert other.actor
    leads = put(db, *scattered(seed, ctx.actor.user_id, other.actor.user_id))
    expected = in_order([made for made in leads if mine(made, ctx.actor.user_id)])
    assert 20 < len(expected) < len(leads)
    assert forward(ctx, limit) == expected
    assert backward(ctx, limit) == expected
    assert service.count(ctx, LeadFilter()) == Count(len(expected), capped=False)


@pytest.mark.parametrize(
    ("filter", "keeps"),
    [
        (LeadFilter(min_score=0.000005), lambda m: m.rank >= 5),
        (LeadFilter(max_score=0.7), lambda m: 0 <= m.rank <= 700_000),
        (LeadFilter(min_score=0.7, max_score=0.7), lambda m: m.rank == 700_000),
        (LeadFilter(min_age=30), lambda m: m.age is not None and m.age >= 30),
        (LeadFilter(max_age=30), lambda m: m.age is not None and m.age <= 30),
        (LeadFilter(jobs=(1, 2)), lambda m: m.job in (1, 2)),
        (LeadFilter(jobs=(2,), min_age=20, min_score=0.0), lambda m: m.job == 2 and m.age and m.rank >= 0),
        # a rejected lead whose rest is over is pending, stored or not
        (LeadFilter(states=(LeadState.PENDING,)), lambda m: m.state in (0, 4)),
        (LeadFilter(states=(LeadState.REJECTED,)), lambda m: False),
        (LeadFilter(states=(LeadState.QUALIFIED, LeadState.CONTACTED)), lambda m: m.state in (1, 2)),
        (LeadFilter(search="bud"), lambda m: m.name != "Éko Arbudi"),
        (LeadFilter(search="budi w"), lambda m: m.name == "Budi Wijaya"),
        (LeadFilter(search="EKO", jobs=(1,)), lambda m: m.name == "Éko Arbudi" and m.job == 1),
        (LeadFilter(search="wijaya"), lambda m: m.name == "Budi Wijaya"),
        (LeadFilter(search="udi"), lambda m: False),
    ],
)
def test_filters_narrow_and_keep_the_order(
    db: OneConnection, as_role: MakeCtx, filter: LeadFilter, keeps
) -> None:
    ctx, other = at_noon(as_role("agent")), as_role("agent")
    assert ctx.actor
    assert other.actor
    leads = put(db, *scattered(99, ctx.actor.user_id, other.actor.user_id))
    expected = in_order([made for made in leads if mine(made, ctx.actor.user_id) and keeps(made)])
    for limit in (3, 100):
        assert forward(ctx, limit, filter) == expected
        assert backward(ctx, limit, filter) == expected
    assert service.count(ctx, filter).n == len(expected)
    for place in range(1, len(expected) + 1, 5):
        page = service.page(ctx, PageQuery(filter, limit=4, at_place=place))
        assert [row.id for row in page.rows] == expected[place - 1 : place + 3]
        assert page.at_end == (place + 3 >= len(expected))


def test_a_search_finds_the_same_by_walking_and_by_index(
    db: OneConnection, as_role: MakeCtx, monkeypatch: pytest.MonkeyPatch
) -> None:
    ctx, other = at_noon(as_role("agent")), as_role("agent")
    assert ctx.actor
    assert other.actor
    people = scattered(5, ctx.actor.user_id, other.actor.user_id)
    leads = put(
        db, *(dataclasses.replace(made, phone=f"+6281{2 + n % 3}0000{n:04}") for n, made in enumerate(people))
    )
    visible = [made for made in leads if mine(made, ctx.actor.user_id)]
    for text, keeps in (
        ("budi", lambda made: made.name != "Éko Arbudi"),
        ("wij bud", lambda made: made.name == "Budi Wijaya"),
        ("0813", lambda made: made.phone.startswith("+62813")),
        ("0812", lambda made: made.phone.startswith("+62812") or made.phone.endswith("0812")),
    ):
        expected = in_order([made for made in visible if keeps(made)])
        assert len(expected) > 5
        for rare in (True, False):
            way = lambda counts, *_, rare=rare, **__: search.Way(words=tuple(counts) if rare else ())  # noqa: E731
            monkeypatch.setattr(search, "plan", way)
            monkeypatch.setattr(search, "few_numbers", lambda *_, rare=rare: 10_000 if rare else 0)
            filter = LeadFilter(search=text)
            assert forward(ctx, 4, filter) == expected
            assert backward(ctx, 4, filter) == expected
            assert service.count(ctx, filter).n == len(expected)
            page = service.page(ctx, PageQuery(filter, limit=3, at_place=3))
            assert [row.id for row in page.rows] == expected[2:5]


@pytest.mark.parametrize("typed", ["0812 3456", "+62812-3456", "62 812 3456", "812.3456", "0812345678"])
def test_a_phone_is_found_by_its_start_however_it_is_written(
    db: OneConnection, as_role: MakeCtx, typed: str
) -> None:
    ctx = at_noon(as_role("agent"))
    wanted, *_ = put(
        db,
        Made(name="Ani", phone="+6281234567890"),
        Made(name="Ina", phone="+6281134567890"),
        Made(name="Tia"),
    )
    page = service.page(ctx, PageQuery(LeadFilter(search=typed)))
    assert [row.id for row in page.rows] == [wanted.id]
    assert service.count(ctx, LeadFilter(search=typed)).n == 1


@pytest.mark.parametrize(
    "text",
    [
        "%",
        "_",
        "'",
        "''",
        ":*",
        "\\",
        "😀",
        "%_%",
        "(",
        "!",
        "&|",
        "<->",
        "'; drop table lead; --",
        "\x00",
        "$1",
        "%(me)s",
        "{}",
    ],
)
def test_hostile_text_is_text(db: OneConnection, as_role: MakeCtx, text: str) -> None:
    ctx = at_noon(as_role("agent"))
    put(db, Made(name="Budi"), Made(name="Sari"))
    for typed in (text, f"bu{text}", f"{text}di", f"Sari {text}"):
        found = service.page(ctx, PageQuery(LeadFilter(search=typed)))
        counted = service.count(ctx, LeadFilter(search=typed))
        assert counted.n == len(found.rows) <= 1
        for row in found.rows:
            assert row.name in ("Budi", "Sari")
    assert [row.name for row in service.page(ctx, PageQuery(LeadFilter(search="budi"))).rows] == ["Budi"]


def test_one_digit_and_blanks_narrow_nothing(db: OneConnection, as_role: MakeCtx) -> None:
    ctx = at_noon(as_role("agent"))
    put(db, Made(), Made())
    for text in ("", "   ", "8", "+", " 0 "):
        assert len(service.page(ctx, PageQuery(LeadFilter(search=text))).rows) == (0 if text == "+" else 2)


# whose ----------------------------------------------------------------------------------------------------


def test_another_team_is_not_there(db: OneConnection, as_role: MakeCtx) -> None:
    ctx = at_noon(as_role("agent"))
    ours, _ = put(db, Made(rank=1), Made(rank=2, team="north", phone="+6281234567890", name="Zulkarnain"))
    assert forward(ctx, 10) == [ours.id]
    for text in ("zulk", "0812345"):
        assert service.count(ctx, LeadFilter(search=text)).n == 0
        assert forward(ctx, 10, LeadFilter(search=text)) == []


def test_the_database_hides_another_team_without_any_predicate(
    real_db: OwnDatabase, as_real_role: MakeCtx
) -> None:
    ctx = as_real_role("agent")
    ours, theirs = put(real_db, Made(name="Budi"), Made(name="Budi", team="north", phone="+628121"))
    with real_db.transaction() as pg:
        assert pg.execute("select count(*) from lead_queue").fetchone() == (0,)
        pg.execute("select auth_enter(%s)", (ctx.token,))
        for statement in (
            "select id from lead",
            "select lead_id from lead_queue",
            "select leads_by_word('budi')",
        ):
            assert pg.execute(statement).fetchall() == [(ours.id,)], statement
        assert pg.execute("select count(*) from lead_phone").fetchone() == (0,)
        moved = pg.execute("update lead_queue set rank_key = 9 where lead_id = %s", (theirs.id,)).rowcount
    assert moved == 0


def test_a_manager_sees_the_teams_queue_and_every_state_an_admin_every_team(
    db: OneConnection, as_role: MakeCtx
) -> None:
    agent, manager, admin = (at_noon(as_role(role)) for role in ("agent", "manager", "admin"))
    assert agent.actor
    leads = put(
        db,
        Made(rank=5),
        Made(rank=4, owner=agent.actor.user_id, state=LeadState.QUALIFIED),
        Made(rank=9, state=LeadState.CONVERTED),
        Made(rank=7, state=LeadState.REJECTED, hidden_until=NOON + HOUR),
        Made(rank=6, state=LeadState.REJECTED, hidden_until=NOON - HOUR, ready=False),
        Made(rank=8, team="north"),
        Made(rank=5, team="north", state=LeadState.DO_NOT_CALL),
    )
    ours = [made for made in leads if made.team == "main"]
    assert forward(manager, 2) == in_order([made for made in ours if made.available()])
    assert forward(manager, 2, scope=Scope.ALL) == backward(manager, 2, scope=Scope.ALL) == in_order(ours)
    assert forward(admin, 2) == in_order([made for made in leads if made.available()])
    assert forward(admin, 2, scope=Scope.ALL) == backward(admin, 2, scope=Scope.ALL) == in_order(leads)
    assert service.count(admin, LeadFilter(), Scope.ALL).n == 7
    for ctx in (manager, admin):
        for state, rank in (
            (LeadState.PENDING, {5, 6, 8}),
            (LeadState.REJECTED, {7}),
            (LeadState.CONVERTED, {9}),
        ):
            filter = LeadFilter(states=(state,))
            rows = service.page(ctx, PageQuery(filter, Scope.ALL)).rows
            assert {row.rank_key for row in rows} <= rank
            assert rows
            assert {row.state for row in rows} == {state}
    both = LeadFilter(states=(LeadState.PENDING, LeadState.REJECTED))
    assert service.count(admin, both, Scope.ALL).n == 4
    for place in range(1, 8):
        page = service.page(admin, PageQuery(scope=Scope.ALL, limit=2, at_place=place))
        assert [row.id for row in page.rows] == in_order(leads)[place - 1 : place + 1]


def test_every_state_is_not_for_agents(as_role: MakeCtx) -> None:
    ctx = at_noon(as_role("agent"))
    with pytest.raises(NotAllowed):
        service.page(ctx, PageQuery(scope=Scope.ALL))
    with pytest.raises(NotAllowed):
        service.count(ctx, LeadFilter(), Scope.ALL)


def test_a_closed_window_empties_the_queue_of_its_zone(db: OneConnection, as_role: MakeCtx) -> None:
    ctx = as_role("agent")
    leads = put(db, Made(rank=4, zone=1), Made(rank=3, zone=2), Made(rank=2, zone=3), Made(rank=1, zone=None))
    by_zone = {made.zone: made.id for made in leads}
    for hour, zones in ((4, (1, 2, 3, None)), (0, (2, 3)), (23, (3,)), (9, (1, 2)), (10, (1,)), (12, ())):
        ctx.now = NOON.replace(hour=hour)
        expected = [by_zone[zone] for zone in zones]
        assert forward(ctx, 10) == backward(ctx, 10) == expected, hour
        assert service.count(ctx, LeadFilter()).n == len(zones)
        assert service.summary(ctx).window_open == bool(zones)


def test_a_claimed_lead_is_out_of_the_queue_until_its_lease_ends(db: OneConnection, as_role: MakeCtx) -> None:
    ctx, other = at_noon(as_role("agent")), as_role("agent")
    assert other.actor
    held, _ = put(
        db,
        Made(rank=9, claimed_by=other.actor.user_id, claimed_until=NOON + HOUR / 4),
        Made(rank=1),
    )
    assert len(forward(ctx, 10)) == 1
    (row,) = service.refreshed(ctx, (held.id,))
    assert row.claimed_by == other.actor.user_id
    ctx.now = NOON + HOUR / 4
    page = service.page(ctx, PageQuery())
    assert page.rows[0].id == held.id
    assert page.rows[0].claimed_by is None


def test_due_callbacks_stand_above_the_order_and_only_there(db: OneConnection, as_role: MakeCtx) -> None:
    ctx, other = at_noon(as_role("agent")), as_role("agent")
    assert ctx.actor
    assert other.actor
    me, quarter = ctx.actor.user_id, HOUR / 4
    later, now, soon, _far, _theirs, _hidden, plain, _held = put(
        db,
        Made(rank=9, owner=me, state=LeadState.CONTACTED, callback_at=NOON - quarter, ready=False),
        Made(rank=8, owner=me, state=LeadState.CONTACTED, callback_at=NOON - HOUR, ready=True),
        Made(rank=7, owner=me, state=LeadState.CONTACTED, callback_at=NOON + quarter),
        Made(rank=6, owner=me, state=LeadState.CONTACTED, callback_at=NOON + HOUR),
        Made(rank=5, owner=other.actor.user_id, state=LeadState.CONTACTED, callback_at=NOON - HOUR),
        Made(rank=4, owner=me, state=LeadState.CONTACTED, callback_at=NOON - HOUR, hidden_until=NOON + HOUR),
        Made(rank=3),
        Made(
            rank=2, owner=me, state=LeadState.CONTACTED, callback_at=NOON - HOUR,
            claimed_by=me, claimed_until=NOON + quarter,
        ),
    )  # fmt: skip
    assert [row.id for row in service.due(ctx)] == [now.id, later.id, soon.id]
    assert forward(ctx, 10) == [plain.id]


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        (LeadFilter(search="ya"), {"Yani Anggraini", "Yayan Putra"}),
        (LeadFilter(search="yani ang"), {"Yani Anggraini"}),
        (LeadFilter(search="0812 3456"), {"Yani Anggraini"}),
        (LeadFilter(search="0899"), set()),
        (LeadFilter(search="zzz"), set()),
        (LeadFilter(min_age=50), {"Yayan Putra"}),
        (LeadFilter(max_score=0.5, jobs=(1,)), {"Yayan Putra"}),
        (LeadFilter(states=(LeadState.CONTACTED,)), {"Yani Anggraini", "Yayan Putra"}),
        (LeadFilter(states=(LeadState.QUALIFIED,)), set()),
    ],
)
def test_a_search_finds_due_callbacks_too(
    db: OneConnection, as_role: MakeCtx, filter: LeadFilter, found: set[str]
) -> None:
    """The page leaves them out, so what stands above it must have them, or nobody finds them by name."""
    ctx = at_noon(as_role("agent"))
    assert ctx.actor
    mine = {"owner": ctx.actor.user_id, "state": LeadState.CONTACTED, "callback_at": NOON - HOUR}
    put(
        db,
        Made(rank=900_000, name="Yani Anggraini", phone="+6281234567890", **mine),  # type: ignore[arg-type]
        Made(rank=100_000, name="Yayan Putra", phone="+6281300000001", age=61, **mine),  # type: ignore[arg-type]
    )
    assert {row.name for row in service.due(ctx, filter)} == found


# places and counts ----------------------------------------------------------------------------------------


def test_anchors_lead_to_any_place(
    db: OneConnection, as_role: MakeCtx, monkeypatch: pytest.MonkeyPatch
) -> None:
    from leadtui.core.leads import upkeep_queries

    ctx, other = at_noon(as_role("agent")), as_role("agent")
    assert ctx.actor
    assert other.actor
    leads = put(db, *scattered(3, ctx.actor.user_id, other.actor.user_id, 300))
    expected = in_order([made for made in leads if mine(made, ctx.actor.user_id)])
    monkeypatch.setattr(upkeep_queries, "REBUILD", upkeep_queries.REBUILD.replace("1000", "10"))
    with db.owner() as pg:
        pg.execute(upkeep_queries.REBUILD, {"team": ctx.actor.team_id})
        anchors = pg.execute("select count(*) from rank_anchor").fetchone()
    assert anchors is not None
    assert anchors[0] >= 8
    for place in range(1, len(expected) + 3):
        page = service.page(ctx, PageQuery(limit=5, at_place=place))
        assert [row.id for row in page.rows] == expected[place - 1 : place + 4], place
        assert page.at_start == (place == 1)
    for place in (1, 15, 21, 22, 60, len(expected)):
        assert service.preview(ctx, expected[place - 1]).place == place


def test_a_count_is_capped_and_says_so(
    db: OneConnection, as_role: MakeCtx, monkeypatch: pytest.MonkeyPatch
) -> None:
    ctx = at_noon(as_role("agent"))
    put(db, *(Made() for _ in range(6)))
    monkeypatch.setattr(queries, "CAP", 5)
    assert service.count(ctx, LeadFilter()) == Count(5, capped=True)
    monkeypatch.setattr(queries, "CAP", 6)
    assert service.count(ctx, LeadFilter()) == Count(6, capped=False)


def test_a_page_that_makes_no_sense_is_refused(as_role: MakeCtx) -> None:
    ctx = at_noon(as_role("agent"))
    key = Keyset(1, 1)
    for wrong in (PageQuery(limit=0), PageQuery(limit=5_000), PageQuery(at_place=0)):
        with pytest.raises(Invalid):
            service.page(ctx, wrong)
    for two_ways in (
        PageQuery(after=key, before=key),
        PageQuery(after=key, from_end=True),
        PageQuery(from_end=True, at_place=3),
    ):
        with pytest.raises(ValueError, match="one of"):
            service.page(ctx, two_ways)


def test_an_empty_house(as_role: MakeCtx) -> None:
    ctx = at_noon(as_role("agent"))
    for query in (
        PageQuery(),
        PageQuery(from_end=True),
        PageQuery(at_place=7),
        PageQuery(after=Keyset(5, 5)),
    ):
        assert service.page(ctx, query).rows == ()
    assert service.due(ctx) == ()
    assert service.summary(ctx).unscored == Count(0, capped=False)


# upkeep ---------------------------------------------------------------------------------------------------


def test_a_sweep_puts_due_rows_back_and_the_list_stays_the_same(db: OneConnection, as_role: MakeCtx) -> None:
    ctx, other = at_noon(as_role("agent")), as_role("agent")
    assert ctx.actor
    assert other.actor
    leads = put(db, *scattered(12, ctx.actor.user_id, other.actor.user_id))
    before = forward(ctx, 50)
    late = [
        made
        for made in leads
        if made.available() and not (made.available() if made.ready is None else made.ready)
    ]
    assert len(late) > 5
    swept = service.sweep(ctx)
    assert swept.put_back == len(late)
    assert not swept.busy
    assert forward(ctx, 50) == before
    with db.owner() as pg:
        stored = pg.execute(
            "select lead_id, state, ready, version from lead_queue where lead_id = any(%s)",
            ([made.id for made in late],),
        ).fetchall()
    was = {made.id: made.state for made in late}
    for lead_id, state, ready, version in stored:
        assert ready
        assert state == (0 if was[lead_id] is LeadState.REJECTED else was[lead_id])
        assert version == 1
    assert service.sweep(ctx).put_back == 0


def test_a_sweep_ends_leases_and_leaves_the_call_to_its_agent(db: OneConnection, as_role: MakeCtx) -> None:
    ctx, other = at_noon(as_role("agent")), as_role("agent")
    assert ctx.actor
    assert other.actor
    held, kept = put(
        db,
        Made(rank=9, claimed_by=other.actor.user_id, claimed_until=NOON),
        Made(rank=8, claimed_by=ctx.actor.user_id, claimed_until=NOON + HOUR / 4),
    )
    with db.owner() as pg:
        for made, agent, until in (
            (held, other.actor.user_id, NOON),
            (kept, ctx.actor.user_id, NOON + HOUR / 4),
        ):
            pg.execute(
                "insert into open_call (id, team_id, lead_id, agent_id, phone, opened_at, heartbeat_at, "
                "lease_until, queue_version) values (gen_random_uuid(), %s, %s, %s, %s, %s, %s, %s, 2)",
                (ctx.actor.team_id, made.id, agent, f"+62812{made.id}", NOON - HOUR, NOON - HOUR, until),
            )
    swept = service.sweep(ctx)
    assert (swept.leases_ended, swept.put_back) == (1, 0)
    with db.owner() as pg:
        assert pg.execute("select lead_id, live from open_call order by lead_id").fetchall() == [
            (held.id, False),
            (kept.id, True),
        ]
        assert pg.execute(
            "select lead_id, claimed_by, ready from lead_queue order by lead_id"
        ).fetchall() == [
            (held.id, None, True),
            (kept.id, ctx.actor.user_id, False),
        ]
    assert forward(ctx, 5) == [held.id]


def test_one_sweeps_at_a_time(real_db: OwnDatabase, as_real_role: MakeCtx) -> None:
    from leadtui.core.leads import upkeep_queries

    ctx = as_real_role("agent")
    assert ctx.actor
    make_user(real_db, "agent")
    with real_db.owner() as pg:
        pg.execute("begin")
        pg.execute(
            "select pg_advisory_xact_lock(%s, %s)", (upkeep_queries._LOCKS["sweep"], ctx.actor.team_id)
        )
        assert service.sweep(ctx).busy
        pg.execute("rollback")
    assert not service.sweep(ctx).busy
