"""Finding: the other filters, orders beside the score, e-mails, cities, ends of numbers, and the lookup."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from leadtui.core.ctx import Ctx
from leadtui.core.fold import fold
from leadtui.core.imports.columns import FACTS
from leadtui.core.imports.dto import ImportFile
from leadtui.core.imports.service import import_file
from leadtui.core.leads import search, service
from leadtui.core.leads.dto import AddLead, Keyset, LeadFilter, LeadRow, LeadState, PageQuery, Scope, Sort
from tests.conftest import MakeCtx, OneConnection
from tests.db.make_leads import HOUR, NOON, Made, in_order, put

DAY = timedelta(days=1)
LONG_AGO = datetime.min.replace(tzinfo=NOON.tzinfo)


def at_noon(ctx: Ctx) -> Ctx:
    ctx.now = NOON
    service.due(ctx)
    return ctx


def me(ctx: Ctx) -> int:
    assert ctx.actor
    return ctx.actor.user_id


def forward(ctx: Ctx, limit: int, **query: Any) -> list[int]:
    sort = query.get("sort", Sort.SCORE)
    found: list[int] = []
    after: Keyset | None = None
    while True:
        page = service.page(ctx, PageQuery(limit=limit, after=after, **query))
        found += [row.id for row in page.rows]
        if page.at_end:
            return found
        assert len(page.rows) == limit
        after = page.rows[-1].keyset(sort)


def backward(ctx: Ctx, limit: int, **query: Any) -> list[int]:
    sort = query.get("sort", Sort.SCORE)
    page = service.page(ctx, PageQuery(limit=limit, from_end=True, **query))
    found = [row.id for row in page.rows]
    while not page.at_start:
        page = service.page(ctx, PageQuery(limit=limit, before=page.rows[0].keyset(sort), **query))
        found = [row.id for row in page.rows] + found
    return found


def house(me: int, other: int, n: int = 90) -> list[Made]:
    """Every value and every missing one, ready, due and hidden."""
    rng = random.Random(17)  # noqa: S311
    pick = rng.choice
    made = []
    for _ in range(n):
        attempts = pick([0, 0, 1, 3])
        owner = pick([None, None, None, me, other])
        one = Made(
            rank=pick([-1, 5, 5, 5, 700_000]),
            name=pick(["Budi Wijaya", "Éko Arbudi", "Siti", "budi", "Zul Bandung"]),
            marital=pick([None, 1, 2, 3]), education=pick([None, 1, 6]),
            city=pick([None, "Bandung", "Banda Aceh", "Sabang"]), province=pick([None, "Aceh", "Jawa Barat"]),
            balance=pick([None, Decimal("-3.50"), Decimal(0), Decimal("1000.01"), Decimal("9999999.99")]),
            attempts=attempts,
            last_contact_at=NOON - pick([0, 1, 3, 3, 10]) * DAY - pick([0, 1]) * HOUR if attempts else None,
            owner=owner, state=LeadState.QUALIFIED if owner else LeadState.PENDING,
            callback_at=pick([None, None, NOON - HOUR, NOON - 2 * HOUR]), ready=pick([None, None, False]),
        )  # fmt: skip
        if rng.random() < 0.15:
            one = dataclasses.replace(one, hidden_until=NOON + HOUR, ready=None)
        made.append(one)
    return made


def in_queue(made: Made, me: int) -> bool:
    return made.available() and made.owner in (None, me) and made.callback_at is None


def idle(made: Made) -> float:
    return float("inf") if made.last_contact_at is None else (NOON - made.last_contact_at) // DAY


def balance(made: Made, low: str, high: str) -> bool:
    return made.balance is not None and Decimal(low) <= made.balance <= Decimal(high)


FILTERS: dict[str, tuple[LeadFilter, Callable[[Made], Any]]] = {
    "marital": (LeadFilter(marital=(1, 3)), lambda m: m.marital in (1, 3)),
    "education": (LeadFilter(education=(6,)), lambda m: m.education == 6),
    "city": (LeadFilter(city=" BÁnda"), lambda m: m.city == "Banda Aceh"),
    "a city's start": (LeadFilter(city="ban"), lambda m: m.city in ("Bandung", "Banda Aceh")),
    "a city of signs": (LeadFilter(city="%%"), lambda m: False),
    "provinces": (LeadFilter(provinces=("Aceh", "Bali")), lambda m: m.province == "Aceh"),
    "city and province": (
        LeadFilter(city="sabang", provinces=("Aceh",)),
        lambda m: m.city == "Sabang" and m.province == "Aceh",
    ),
    "balance from": (LeadFilter(min_balance=Decimal("1000.01")), lambda m: balance(m, "1000.01", "1e9")),
    "balance to": (LeadFilter(max_balance=Decimal("0.009")), lambda m: balance(m, "-9", "0")),
    "a bound beyond all": (LeadFilter(min_balance=Decimal("1e400")), lambda m: False),
    "no number": (LeadFilter(max_balance=Decimal("NaN")), lambda m: False),
    "attempts": (LeadFilter(min_attempts=1, max_attempts=2), lambda m: m.attempts == 1),
    "never tried": (LeadFilter(max_attempts=0), lambda m: m.attempts == 0),
    "idle for long": (LeadFilter(min_idle_days=3), lambda m: idle(m) >= 3),
    "idle not long": (LeadFilter(max_idle_days=3), lambda m: idle(m) <= 3),
    "idle between": (LeadFilter(min_idle_days=1, max_idle_days=3), lambda m: 1 <= idle(m) <= 3),
    "idle for ages": (LeadFilter(min_idle_days=10**9), lambda m: m.last_contact_at is None),
    "city in a search": (LeadFilter(search="bandung"), lambda m: m.city == "Bandung" or "Bandung" in m.name),
    "name and city": (
        LeadFilter(search="band bud"),
        lambda m: " bud" in " " + fold(m.name) and m.city in ("Bandung", "Banda Aceh"),
    ),
    "short words are names": (LeadFilter(search="sa"), lambda m: False),
}


@pytest.mark.parametrize("case", FILTERS)
def test_every_filter_narrows_pages_counts_and_what_is_due(
    db: OneConnection, as_role: MakeCtx, case: str
) -> None:
    filter, keeps = FILTERS[case]
    ctx, other = at_noon(as_role("agent")), at_noon(as_role("agent"))
    manager = at_noon(as_role("manager"))
    leads = put(db, *house(me(ctx), me(other)))
    kept = [made for made in leads if keeps(made)]
    expected = in_order([made for made in kept if in_queue(made, me(ctx))])
    assert forward(ctx, 7, filter=filter) == backward(ctx, 7, filter=filter) == expected
    assert service.count(ctx, filter).n == len(expected)
    everyone = in_order(kept)
    assert forward(manager, 7, filter=filter, scope=Scope.ALL) == everyone
    assert service.count(manager, filter, Scope.ALL).n == len(everyone)
    due = {
        made.id for made in kept if made.owner in (None, me(ctx)) and made.callback_at and made.available()
    }
    assert {row.id for row in service.due(ctx, filter)} == due
    for n, lead_id in enumerate(expected[:3]):
        assert service.preview(ctx, lead_id, filter).place == n + 1


@pytest.mark.parametrize(
    "drivers", [(), ("places",), ("ages", "idle"), ("idle", "places"), ("idle",), search.LOCALLY]
)
def test_hard_filters_find_the_same_by_walking_and_from_their_indexes(
    db: OneConnection, as_role: MakeCtx, monkeypatch: pytest.MonkeyPatch, drivers: tuple[str, ...]
) -> None:
    monkeypatch.setattr(search, "drive", lambda *_: drivers)
    ctx, admin = at_noon(as_role("agent")), at_noon(as_role("admin"))
    leads = put(db, *house(me(ctx), me(ctx)), *house(me(ctx), me(ctx), 20))
    filter = LeadFilter(
        city="ban", provinces=("Aceh", "Jawa Barat"), min_age=40, max_age=40, jobs=(1,),
        min_balance=Decimal("-3.5"), max_balance=Decimal("1000.01"), max_idle_days=3,
    )  # fmt: skip
    kept = [
        made
        for made in leads
        if made.city in ("Bandung", "Banda Aceh") and made.province and idle(made) <= 3
        and balance(made, "-3.5", "1000.01")
    ]  # fmt: skip
    expected = in_order([made for made in kept if in_queue(made, me(ctx))])
    assert expected
    for sort in Sort:
        everyone = forward(admin, 3, filter=filter, scope=Scope.ALL, sort=sort)
        assert everyone == sorted_by(sort, kept)
    assert forward(ctx, 2, filter=filter) == backward(ctx, 2, filter=filter) == expected
    assert service.count(ctx, filter).n == len(expected)


def sorted_by(sort: Sort, leads: list[Made]) -> list[int]:
    def key(made: Made) -> tuple[Any, ...]:
        score = (-made.rank, made.id)
        if sort is Sort.NAME:
            return (fold(made.name) == "", fold(made.name), made.id)
        if sort is Sort.LAST_CONTACT:
            return (
                (0, LONG_AGO, *score) if made.last_contact_at is None else (1, made.last_contact_at, made.id)
            )
        if sort is Sort.DUE:
            return (1, LONG_AGO, *score) if made.callback_at is None else (0, made.callback_at, made.id)
        return score

    return [made.id for made in sorted(leads, key=key)]


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("limit", [1, 6, 200])
def test_every_order_is_whole_in_both_directions(
    db: OneConnection, as_role: MakeCtx, sort: Sort, limit: int
) -> None:
    ctx, other, manager = at_noon(as_role("agent")), at_noon(as_role("agent")), at_noon(as_role("manager"))
    admin = at_noon(as_role("admin"))
    leads = put(db, *house(me(ctx), me(other), 50), Made(team="north", name="Ani"), Made(name="??"))
    ours = [made for made in leads if made.team == "main"]
    queue = sorted_by(sort, [made for made in ours if in_queue(made, me(ctx))])
    assert forward(ctx, limit, sort=sort) == backward(ctx, limit, sort=sort) == queue
    everything = {"sort": sort, "scope": Scope.ALL}
    assert (
        forward(manager, limit, **everything)
        == backward(manager, limit, **everything)
        == sorted_by(sort, ours)
    )
    assert (
        forward(admin, limit, **everything) == backward(admin, limit, **everything) == sorted_by(sort, leads)
    )
    narrowed = LeadFilter(search="bud", min_balance=Decimal(0))
    kept = [made for made in ours if " bud" in " " + fold(made.name) and balance(made, "0", "1e9")]
    assert forward(manager, limit, filter=narrowed, **everything) == sorted_by(sort, kept)
    for place in (1, 2, len(queue)):
        page = service.page(ctx, PageQuery(limit=3, at_place=place, sort=sort))
        assert [row.id for row in page.rows] == queue[place - 1 : place + 2]
        assert service.preview(ctx, queue[place - 1], sort=sort).place == place


def test_a_name_order_can_begin_at_a_letter(db: OneConnection, as_role: MakeCtx) -> None:
    ctx = at_noon(as_role("agent"))
    put(db, *(Made(name=name) for name in ("Ani", "Émil", "Made", "Mega", "Zul")))
    page = service.page(ctx, PageQuery(sort=Sort.NAME, after=Keyset(0, 0, text="m")))
    assert [row.name for row in page.rows] == ["Made", "Mega", "Zul"]


# searches -------------------------------------------------------------------------------------------------


def found_by(ctx: Ctx, typed: str, **query: Any) -> set[str | None]:
    rows = service.page(ctx, PageQuery(LeadFilter(search=typed), **query)).rows
    assert service.count(ctx, LeadFilter(search=typed), query.get("scope", Scope.QUEUE)).n == len(rows)
    return {row.name for row in rows}


@pytest.mark.parametrize("few", [True, False])
def test_numbers_and_addresses(
    db: OneConnection, as_role: MakeCtx, monkeypatch: pytest.MonkeyPatch, few: bool
) -> None:
    monkeypatch.setattr(search, "few_numbers", lambda *_: 10_000 if few else 0)
    ctx = at_noon(as_role("agent"))
    put(
        db,
        Made(name="Ani", phone="+6281234567890", email="Ani.Putri@bank.test"),
        Made(name="Ina", phone="+6281178901234", email="ani@bank.test"),
        Made(name="Tia", phone="+442079460958"),
        Made(name="Theirs", team="north", phone="+6281234567890", email="ani@bank.test"),
    )
    for typed in ("0812-3456-7890", "+62 812 3456 7890", "(62) 812.3456.7890", "8123456789", "7890", "67890"):
        assert found_by(ctx, typed) == {"Ani"}, typed
    assert found_by(ctx, "1234") == {"Ina"}
    assert found_by(ctx, "890") == set()  # three digits are a start
    assert found_by(ctx, "081") == {"Ani", "Ina"}
    assert found_by(ctx, "44 20") == {"Tia"}
    assert found_by(ctx, "0958") == {"Tia"}
    assert found_by(ctx, "ani@") == {"Ina"}
    assert found_by(ctx, "ANI.putri@BANK") == {"Ani"}
    assert found_by(ctx, "@bank") == set()


def test_a_rare_city_is_found_from_its_index_and_a_common_one_by_walking(
    db: OneConnection, as_role: MakeCtx, monkeypatch: pytest.MonkeyPatch
) -> None:
    ctx = at_noon(as_role("agent"))
    # the city's word is a name's, too, here and elsewhere
    named = [
        Made(name="Budi Sabang", city="Sabang", province="Aceh"), Made(name="Sabang Budi", city="Bandung"),
        Made(name="Budi Sabang", hidden_until=NOON - HOUR, ready=False),
    ]  # fmt: skip
    leads = put(db, *house(me(ctx), me(ctx), 60), *named)
    expected = in_order(
        [
            m for m in leads
            if in_queue(m, me(ctx)) and "Budi" in m.name and (m.city == "Sabang" or "Sabang" in m.name)
        ]
    )  # fmt: skip
    assert len(expected) > len(named)
    for way in (
        search.Way(town="sabang"), search.Way(words=("budi",)), search.Way(words=("budi",), town="sabang"),
        search.Way(words=("budi",), crossed="sabang"), search.Way(walked="sabang"),
        search.Way(words=("budi",), walked="sabang"), search.Way(),
    ):  # fmt: skip
        monkeypatch.setattr(search, "plan", lambda *_, way=way, **__: way)
        typed = LeadFilter(search="sabang budi")
        assert forward(ctx, 2, filter=typed) == expected, way
        assert backward(ctx, 2, filter=typed) == expected, way
        assert service.count(ctx, typed).n == len(expected), way
        page = service.page(ctx, PageQuery(typed, limit=2, at_place=3))
        assert [row.id for row in page.rows] == expected[2:4], way
        there = forward(ctx, 2, filter=LeadFilter(search="sabang budi", city="Sabang"))
        assert there == in_order([m for m in leads if m.id in expected and m.city == "Sabang"]), way


# the lookup -----------------------------------------------------------------------------------------------


def test_a_lookup_finds_every_state_of_the_team_and_only_who_is_meant(
    db: OneConnection, as_role: MakeCtx
) -> None:
    agent, admin = at_noon(as_role("agent")), at_noon(as_role("admin"))
    other = at_noon(as_role("agent"))
    put(
        db,
        Made(name="Budi Satu", state=LeadState.CONVERTED, phone="+6281200001111"),
        Made(name="Budi Dua", state=LeadState.DO_NOT_CALL, dnc=True),
        Made(name="Budi Tiga", owner=me(other), state=LeadState.QUALIFIED),
        Made(name="Budi Empat", hidden_until=NOON + HOUR, consent_ok=False),
        Made(name="Sari", external_id="C-0042"),
        Made(name="Tono", external_id="4711"),
        Made(name="Budi Lima", team="north", external_id="C-0042x"),
    )
    lookup = {"scope": Scope.LOOKUP}
    ours = {"Budi Satu", "Budi Dua", "Budi Tiga", "Budi Empat"}
    assert found_by(agent, "budi", **lookup) == ours
    assert found_by(admin, "budi", **lookup) == ours | {"Budi Lima"}
    assert found_by(agent, "1111", **lookup) == {"Budi Satu"}
    assert found_by(agent, " C-0042 ", **lookup) == {"Sari"}
    assert found_by(agent, "4711", **lookup) == {"Tono"}
    for vague in ("", " ", "b", "0", "081", "%"):
        assert found_by(agent, vague, **lookup) == set(), vague
    states = {row.name: row.state for row in rows(agent, "budi")}
    assert states["Budi Satu"] is LeadState.CONVERTED
    assert states["Budi Dua"] is LeadState.DO_NOT_CALL
    by_name = service.page(agent, PageQuery(LeadFilter(search="budi"), Scope.LOOKUP, sort=Sort.NAME)).rows
    assert [row.name for row in by_name] == sorted(ours)


def rows(ctx: Ctx, typed: str) -> tuple[LeadRow, ...]:
    return service.page(ctx, PageQuery(LeadFilter(search=typed), Scope.LOOKUP)).rows


def test_looking_up_is_not_audited_and_opening_is(db: OneConnection, as_role: MakeCtx) -> None:
    ctx = at_noon(as_role("agent"))
    put(db, Made(name="Budi Satu", state=LeadState.CONVERTED))
    (row,) = rows(ctx, "budi")
    with db.owner() as pg:
        query = "select action from audit where actor_id = %s and action like 'lead%%'"
        assert pg.execute(query, (me(ctx),)).fetchall() == []
    assert service.get(ctx, row.id).row.state is LeadState.CONVERTED
    with db.owner() as pg:
        assert pg.execute(query, (me(ctx),)).fetchall() == [("lead.viewed",)]


def test_the_functions_that_search_show_no_other_team(db: OneConnection, as_role: MakeCtx) -> None:
    ctx = at_noon(as_role("agent"))
    ours, _ = put(
        db,
        Made(phone="+6281234567890", email="a@bank.test"),
        Made(phone="+6281234567890", email="a@bank.test", team="north"),
    )
    with db.transaction() as pg:
        pg.execute("select auth_enter(%s)", (ctx.token,))
        for call in (
            "leads_by_digits(array['6281'], array['7890'])",
            "leads_by_digits('{}', array['7890'])",
            "leads_by_email('a@', 'a' || chr(65))",
        ):
            assert pg.execute(f"select {call}").fetchall() == [(ours.id,)], call


def test_where_the_leads_of_my_scope_live(db: OneConnection, as_role: MakeCtx) -> None:
    agent, admin = at_noon(as_role("agent")), at_noon(as_role("admin"))
    put(
        db,
        *(Made(city="Bandung", province="Jawa Barat") for _ in range(3)),
        Made(city="Bandung", province=None),
        Made(city="Sabang", province="Aceh"),
        Made(province="Bali"),
        Made(city="Medan", province="Sumatera Utara", team="north"),
        Made(),
    )
    found = service.places(agent)
    assert found.provinces == ("Aceh", "Bali", "Jawa Barat")
    assert found.cities == ("Bandung", "Sabang")
    assert service.places(admin).cities == ("Bandung", "Medan", "Sabang")


def test_what_an_import_brings_and_changes_is_found(
    db: OneConnection, as_role: MakeCtx, tmp_path: Path
) -> None:
    ctx = at_noon(as_role("admin"))

    def bring(*lines: str) -> None:
        path = tmp_path / f"{len(lines)}-{lines[0][:2]}.csv"
        header = f"external_id,name,city,province,balance,consent,{','.join(FACTS)}"
        facts = "30,admin.,married,basic.4y,no,no,no,cellular,1,999,0,nonexistent"
        path.write_text("\n".join([header, *(f"{line},{facts}" for line in lines), ""]), encoding="utf-8")
        import_file(ctx, ImportFile(path))

    def names(filter: LeadFilter) -> set[str | None]:
        return {row.name for row in service.page(ctx, PageQuery(filter, Scope.ALL)).rows}

    bring(
        "1,Ani,Bandung,Jabar,150.25,yes",
        "2,Ina,,Jabar,-5,yes",
        "3,Tia,Medan,,,yes",
    )
    assert names(LeadFilter(provinces=("Jawa Barat",))) == {"Ani", "Ina"}
    assert names(LeadFilter(provinces=("Sumatera Utara",))) == {"Tia"}
    assert names(LeadFilter(city="ban")) == {"Ani"}
    assert names(LeadFilter(min_balance=Decimal("150.25"))) == {"Ani"}
    assert names(LeadFilter(max_balance=Decimal(0))) == {"Ina"}
    bring("1,Ani,,Bali,7,yes")
    assert names(LeadFilter(provinces=("Jawa Barat",))) == {"Ina"}
    assert names(LeadFilter(max_balance=Decimal(7))) == {"Ani", "Ina"}
    fields = {"name": "Eko", "province": "Bali", "balance": "99.5"}
    service.add(ctx, AddLead(uuid4(), fields))
    assert "Eko" in names(LeadFilter(provinces=("Bali",), min_balance=Decimal(99)))
