"""What the search box can ask beside the panel: tags, promises, owners, credit, and what is left out."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from leadtui.core.ctx import Ctx
from leadtui.core.fold import fold
from leadtui.core.leads import filter_codec, search, service
from leadtui.core.leads import list_queries as text
from leadtui.core.leads.dto import LeadFilter, LeadState, Owner, Scope, Sort
from tests.conftest import MakeCtx, OneConnection, OwnDatabase
from tests.db.make_leads import HOUR, NOON, Made, in_order, put
from tests.db.test_leads_find import at_noon, backward, forward, in_queue, me
from tests.db.test_leads_plan import SMALL, generic
from tests.db.test_leads_plan import crowded as crowded

DAY = timedelta(days=1)
TAGS = ("VIP", "Naik haji", "x")

Told = dict[str, Any]
"""What a test knows of a lead beside `Made`: its tags and its three answers."""


def house(mine: int, other: int, n: int = 80) -> list[Made]:
    rng = random.Random(23)  # noqa: S311
    pick = rng.choice
    made = []
    for _ in range(n):
        owner = pick([None, None, mine, other])
        # 00:30 and 23:30 in Jakarta are 17:30 and 16:30 UTC
        promise = pick([None, None, NOON - 2 * DAY, NOON - HOUR, NOON + 12 * HOUR, NOON + 13 * HOUR + DAY])
        made.append(
            Made(
                rank=pick([-1, 5, 5, 700_000]),
                name=pick(["Budi", "Siti"]),
                job=pick([None, 1, 9]),
                marital=pick([None, 1, 2]),
                education=pick([None, 6, 7]),
                city=pick([None, "Bandung", "Banda Aceh", "Medan"]),
                province=pick([None, "Aceh", "Jawa Barat"]),
                owner=owner,
                callback_at=promise,
                state=LeadState.CONTACTED if promise else LeadState.PENDING,
            )
        )  # fmt: skip
    return made


def tell(db: OneConnection, leads: list[Made]) -> dict[int, Told]:
    """Tags and answers of each."""
    rng = random.Random(29)  # noqa: S311
    told: dict[int, Told] = {}
    with db.owner() as pg:
        for name in TAGS:
            pg.execute(
                "insert into tag (team_id, name, fold, created_at) "
                "select id, %s, %s, now() from team where code = 'main'",
                (name, fold(name)),
            )
        for made in leads:
            answers = {
                name: rng.choice([None, True, False, False]) for name in ("default", "housing", "loan")
            }
            tags = {name for name in TAGS if rng.random() < 0.25}
            told[made.id] = {"tags": tags, **answers}
            pg.execute(
                "update lead set default_flag = %s, housing = %s, loan = %s where id = %s",
                (*answers.values(), made.id),
            )
            pg.execute(
                "insert into lead_tag (lead_id, tag_id, team_id, at) "
                "select %s, id, team_id, now() from tag where name = any(%s)",
                (made.id, list(tags)),
            )
    return told


def days(made: Made) -> int | None:
    """Days from NOON's day in Jakarta to the promise."""
    if made.callback_at is None:
        return None
    jakarta = timedelta(hours=7)
    return ((made.callback_at + jakarta).date() - (NOON + jakarta).date()).days


FILTERS: dict[str, tuple[LeadFilter, Callable[[Made, Told, int], Any]]] = {
    "a tag": (LeadFilter(tags=("vip",)), lambda m, t, me: "VIP" in t["tags"]),
    "tags": (LeadFilter(tags=("VIP", "naik HAJI")), lambda m, t, me: t["tags"] & {"VIP", "Naik haji"}),
    "no such tag": (LeadFilter(tags=("nobody",)), lambda m, t, me: False),
    "a tag of signs": (LeadFilter(tags=("%%",)), lambda m, t, me: False),
    "not a tag": (LeadFilter(not_tags=("vip", "x")), lambda m, t, me: not t["tags"] & {"VIP", "x"}),
    "today": (LeadFilter(min_callback_days=0, max_callback_days=0), lambda m, t, me: days(m) == 0),
    "overdue": (
        LeadFilter(max_callback_days=-1), lambda m, t, me: days(m) is not None and (days(m) or 0) < 0
    ),
    "from tomorrow": (LeadFilter(min_callback_days=1), lambda m, t, me: (days(m) or 0) > 0),
    "ages away": (LeadFilter(min_callback_days=10**9), lambda m, t, me: False),
    "mine": (LeadFilter(owner=Owner.ME), lambda m, t, me: m.owner == me),
    "nobody's": (LeadFilter(owner=Owner.NOBODY), lambda m, t, me: m.owner is None),
    "a colleague's": (LeadFilter(owner=Owner.OTHER), lambda m, t, me: m.owner not in (None, me)),
    "loan": (LeadFilter(loan=(1,)), lambda m, t, me: t["loan"] is True),
    "no loan": (LeadFilter(loan=(0,)), lambda m, t, me: t["loan"] is False),
    "unknown": (LeadFilter(loan=(2,), housing=(2,)), lambda m, t, me: t["loan"] is t["housing"] is None),
    "two answers": (LeadFilter(default=(0, 2)), lambda m, t, me: t["default"] is not True),
    "two others": (LeadFilter(housing=(1, 2), loan=(0, 1)), lambda m, t, me: (
        t["housing"] is not False and t["loan"] is not None)),
    "every answer": (LeadFilter(default=(0, 1, 2)), lambda m, t, me: True),
    "not jobs": (LeadFilter(not_jobs=(9,)), lambda m, t, me: m.job != 9),
    "not married": (LeadFilter(not_marital=(1,), not_education=(6, 7)), lambda m, t, me: (
        m.marital != 1 and m.education is None)),
    "not a city": (
        LeadFilter(not_city="band, sab"), lambda m, t, me: m.city not in ("Bandung", "Banda Aceh")
    ),
    "two cities": (LeadFilter(city="bandung, MED"), lambda m, t, me: m.city in ("Bandung", "Medan")),
    "not a province": (LeadFilter(not_provinces=("Aceh",)), lambda m, t, me: m.province != "Aceh"),
    "all together": (
        LeadFilter(tags=("vip", "x"), loan=(0, 2), owner=Owner.NOBODY, not_jobs=(1,), max_callback_days=0),
        lambda m, t, me: t["tags"] & {"VIP", "x"} and t["loan"] is not True and m.owner is None
        and m.job != 1 and days(m) is not None and (days(m) or 0) <= 0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FILTERS)
def test_it_narrows_pages_counts_and_what_is_due(db: OneConnection, as_role: MakeCtx, case: str) -> None:
    filter, keeps = FILTERS[case]
    ctx, other = at_noon(as_role("agent")), at_noon(as_role("agent"))
    manager = at_noon(as_role("manager"))
    leads = put(db, *house(me(ctx), me(other)))
    told = tell(db, leads)

    def kept(who: Ctx) -> list[Made]:
        return [made for made in leads if keeps(made, told[made.id], me(who))]

    expected = in_order([made for made in kept(ctx) if in_queue(made, me(ctx))])
    assert forward(ctx, 7, filter=filter) == backward(ctx, 7, filter=filter) == expected
    assert service.count(ctx, filter).n == len(expected)
    everyone = in_order(kept(manager))
    assert forward(manager, 7, filter=filter, scope=Scope.ALL) == everyone
    assert service.count(manager, filter, Scope.ALL).n == len(everyone)
    due = {
        made.id
        for made in kept(ctx)
        if made.owner in (None, me(ctx)) and made.callback_at and made.available()
    }
    assert {row.id for row in service.due(ctx, filter)} == due
    assert filter_codec.read(filter_codec.written(filter)) == filter or case == "ages away"


@pytest.mark.parametrize(
    "drivers", [(), ("tagged",), ("promised", "owned"), ("credit",), ("tagged", "credit")]
)
def test_the_same_are_found_by_walking_and_from_each_index(
    db: OneConnection, as_role: MakeCtx, monkeypatch: pytest.MonkeyPatch, drivers: tuple[str, ...]
) -> None:
    monkeypatch.setattr(search, "drive", lambda *_: drivers)
    ctx, admin = at_noon(as_role("agent")), at_noon(as_role("admin"))
    leads = put(db, *house(me(ctx), me(admin)))
    told = tell(db, leads)
    filter = LeadFilter(
        tags=("vip", "x"), loan=(0, 2), housing=(1, 2), owner=Owner.OTHER, max_callback_days=0
    )
    kept = [
        made
        for made in leads
        if told[made.id]["tags"] & {"VIP", "x"} and told[made.id]["loan"] is not True
        and told[made.id]["housing"] is not False and made.owner == me(ctx)
        and made.callback_at is not None and (days(made) or 0) <= 0
    ]  # fmt: skip
    assert kept
    for sort in Sort:
        found = forward(admin, 3, filter=filter, scope=Scope.ALL, sort=sort)
        assert sorted(found) == sorted(made.id for made in kept)
    assert forward(admin, 3, filter=filter, scope=Scope.ALL) == in_order(kept)


def test_another_team_s_tags_are_another_s(db: OneConnection, as_role: MakeCtx) -> None:
    here, there = at_noon(as_role("agent")), at_noon(as_role("agent", team="east"))
    ours, theirs = put(db, Made(name="Ayu"), Made(name="Budi", team="east"))
    with db.owner() as pg:
        pg.execute(
            "insert into tag (team_id, name, fold, created_at) "
            "select id, 'VIP', 'vip', now() from team where code in ('main', 'east')"
        )
        pg.execute(
            "insert into lead_tag (lead_id, tag_id, team_id, at) "
            "select l.id, g.id, g.team_id, now() from lead l join tag g on g.team_id = l.team_id"
        )
    wanted = LeadFilter(tags=("vip",))
    assert forward(here, 5, filter=wanted) == [ours.id]
    assert forward(there, 5, filter=wanted) == [theirs.id]
    admin = at_noon(as_role("admin"))
    assert sorted(forward(admin, 5, filter=wanted, scope=Scope.ALL)) == sorted([ours.id, theirs.id])


def test_no_page_of_them_reads_a_whole_table(crowded: OwnDatabase) -> None:
    asked = {
        "tags": ("tagged",), "not_tags": (), "owner_me": ("owned",), "owner_none": (), "loan_1": ("credit",),
        "housing_02": ("credit",), "not_city": (), "not_jobs": (), "max_callback": ("promised",),
    }  # fmt: skip
    for name, drivers in asked.items():
        for queue in (True, False):
            for by_ids in ("", "filters") if drivers else ("",):
                shape = text.Shape(
                    queue=queue, one_team=True, mine=queue, narrowed=frozenset({name}), by_ids=by_ids,
                    drivers=drivers, thin=queue and not by_ids, limit=51,
                )  # fmt: skip
                plan = generic(crowded, text.page(shape))
                whole = {node["Relation Name"] for node in plan if node["Node Type"] == "Seq Scan"}
                assert whole <= {*SMALL, "tag", "lead_tag"}, (name, queue, by_ids)
