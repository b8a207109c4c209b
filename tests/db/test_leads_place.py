"""Where a lead, or a letter, stands in a list, whatever its order."""

from __future__ import annotations

import itertools

import pytest

from leadtui.core.ctx import Ctx
from leadtui.core.errors import NotAllowed
from leadtui.core.leads import queries, service
from leadtui.core.leads.dto import Count, LeadFilter, PageQuery, Scope, Sort
from tests.conftest import MakeCtx, OneConnection
from tests.db.make_leads import HOUR, NOON, Made, put

NAMES = ("Ani", "Émil", "Made", "Mega", "Zul", "??")


def at_noon(ctx: Ctx) -> Ctx:
    ctx.now = NOON
    service.due(ctx)
    return ctx


def house(db: OneConnection) -> list[Made]:
    return put(
        db,
        *(
            Made(rank, name, age=20 + 5 * n, last_contact_at=NOON - n * 30 * HOUR if n % 2 else None)
            for n, (rank, name) in enumerate(zip((500, 900, 100, 700, 300, 800), NAMES, strict=True))
        ),
        Made(950, "Elsewhere", team="north"),
    )


@pytest.mark.parametrize("role", ["agent", "manager"])
def test_every_lead_is_where_the_list_shows_it(db: OneConnection, as_role: MakeCtx, role: str) -> None:
    ctx = at_noon(as_role(role))
    leads = house(db)
    scope = Scope.QUEUE if role == "agent" else Scope.ALL
    for sort, filter in itertools.product(Sort, (LeadFilter(), LeadFilter(min_age=25, max_age=40))):
        page = service.page(ctx, PageQuery(filter=filter, scope=scope, sort=sort))
        shown = [row.id for row in page.rows]
        assert len(shown) == (6 if filter.empty else 4)
        assert [service.place(ctx, lead, filter, scope, sort) for lead in shown] == [
            *range(1, len(shown) + 1)
        ]
    assert service.place(ctx, leads[-1].id, LeadFilter(), scope) is None
    assert service.place(ctx, leads[0].id, LeadFilter(min_age=60), scope) is None
    assert service.place(ctx, 0, LeadFilter(), scope) is None


def test_a_letter_is_where_the_first_such_name_stands(db: OneConnection, as_role: MakeCtx) -> None:
    ctx = at_noon(as_role("agent"))
    house(db)
    places = {"a": 1, "b": 2, "É": 2, "m": 3, "MEG": 4, "n": 5, "zz": 6, "": 1, "%": 1, "5": 1}
    assert {start: service.place_of_name(ctx, start, LeadFilter()) for start in places} == places


def test_what_is_not_counted_has_no_place(
    db: OneConnection, as_role: MakeCtx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "CAP", 3)
    ctx = at_noon(as_role("agent"))
    leads = house(db)
    assert service.place_of_name(ctx, "meg", LeadFilter()) == 4
    assert service.place_of_name(ctx, "zul", LeadFilter()) is None
    assert service.place(ctx, leads[4].id, LeadFilter(), Scope.QUEUE, Sort.NAME) is None


def test_a_scope_that_the_role_does_not_have(db: OneConnection, as_role: MakeCtx) -> None:
    ctx = at_noon(as_role("agent"))
    with pytest.raises(NotAllowed):
        service.place(ctx, 1, LeadFilter(), Scope.ALL)
    with pytest.raises(NotAllowed):
        service.place_of_name(ctx, "a", LeadFilter(), Scope.ALL)


def test_a_long_queue_is_known_to_be_long_by_its_anchors(db: OneConnection, as_role: MakeCtx) -> None:
    ctx = at_noon(as_role("agent"))
    house(db)
    assert service.count(ctx, LeadFilter()) == Count(6, capped=False)
    with db.owner() as owner:
        owner.execute(
            "insert into rank_anchor (team_id, place, rank_key, lead_id) "
            "select t.id, place, -1, 1000000 + place from team t, generate_series(1000, 30000, 1000) place "
            "where t.code = 'main'"
        )
    # thirty thousand places below the best one left
    assert service.count(ctx, LeadFilter()) == Count(queries.CAP, capped=True)
    assert service.count(ctx, LeadFilter(min_age=25, max_age=40)) == Count(4, capped=False)
    with db.owner() as owner:
        # the best one left stands behind all but the last of them: what is left is counted
        owner.execute("update rank_anchor set rank_key = 1000000 where place < 30000")
    assert service.count(ctx, LeadFilter()) == Count(6, capped=False)
