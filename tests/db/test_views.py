"""Saved views: whose they are, keys and names, sharing, and a view as the queue of the next claim."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import Claim, GiveBack
from leadtui.core.ctx import Ctx
from leadtui.core.errors import Conflict, Invalid, NotAllowed, NotFound
from leadtui.core.leads.dto import LeadFilter, Sort
from leadtui.core.views import rules, service
from leadtui.core.views.dto import DeleteView, SaveView, View
from tests.conftest import MakeCtx, OneConnection
from tests.db.callfloor import NOON, Floor

BANDUNG = LeadFilter(city="Bandung", min_score=0.6, search="budi", tags=("VIP",))


def save(ctx: Ctx, name: str = "Bandung VIP", key: str | None = None, **more: Any) -> View:
    filter, sort = more.pop("filter", BANDUNG), more.pop("sort", Sort.NAME)
    return service.save(ctx, SaveView(uuid.uuid4(), name, key, filter, sort, **more))


def change(ctx: Ctx, view: View, **more: Any) -> View:
    command = SaveView(
        uuid.uuid4(), view.name, view.key, view.filter, view.sort, view.shared, view.id, view.version
    )
    return service.save(ctx, replace(command, **more))


def names(ctx: Ctx) -> list[str]:
    return [view.name for view in service.listing(ctx) if not view.built_in]


def test_a_view_comes_back_as_it_was_saved(db: OneConnection, as_role: MakeCtx) -> None:
    ctx = as_role("agent", name="Sari Wulandari")
    made = save(ctx, "  Bandung   VIP ", "7")
    assert (made.name, made.key, made.filter, made.sort) == ("Bandung VIP", "7", BANDUNG, Sort.NAME)
    assert (made.mine, made.shared, made.owner_name) == (True, False, "Sari Wulandari")
    found = service.listing(ctx)
    assert found[0] == made
    assert found[1:] == rules.BUILT_IN
    later = change(ctx, made, name="Medan", key="8", filter=LeadFilter(city="Medan"))
    assert (later.id, later.name, later.key, later.version) == (made.id, "Medan", "8", 2)
    with pytest.raises(Conflict, match="view_changed"):
        change(ctx, made, name="late")
    service.delete(ctx, DeleteView(uuid.uuid4(), later.id, 2))
    assert names(ctx) == []
    with pytest.raises(NotFound, match="view"):
        change(ctx, later)


def test_the_same_request_again_saves_once(db: OneConnection, as_role: MakeCtx) -> None:
    ctx = as_role("agent")
    command = SaveView(uuid.uuid4(), "Bandung", "4", BANDUNG, Sort.DUE)
    assert service.save(ctx, command) == service.save(ctx, command)
    assert names(ctx) == ["Bandung"]


@pytest.mark.parametrize(
    ("name", "key", "wrong"),
    [
        ("  ", None, {"name": "blank"}),
        ("x" * 41, None, {"name": "view_too_long"}),
        ("%%", None, {"name": "view_signs"}),
        ("a\x1b[31mb", None, {"name": "view_signs"}),
        ("ok", "0", {"key": "view_key_unknown"}),
        ("ok", "q", {"key": "view_key_unknown"}),
        ("ok", "ab", {"key": "view_key_unknown"}),
    ],
)
def test_bad_names_and_keys_are_refused(
    db: OneConnection, as_role: MakeCtx, name: str, key: str | None, wrong: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as error:
        save(as_role("agent"), name, key)
    assert error.value.fields == wrong


def test_a_name_and_a_key_are_there_once_for_each_owner(db: OneConnection, as_role: MakeCtx) -> None:
    sari, rina = as_role("agent"), as_role("agent")
    first = save(sari, "Bandung", "4")
    save(rina, "Bandung", "4")  # hers
    with pytest.raises(Invalid) as error:
        save(sari, "BANDUNG")
    assert error.value.fields == {"name": "view_name_taken"}
    with pytest.raises(Invalid) as error:
        save(sari, "Medan", "4")
    assert (error.value.fields, error.value.data["name"]) == ({"key": "view_key_taken"}, "Bandung")
    change(sari, first, key="5")
    save(sari, "Medan", "4")


def test_mine_stay_mine_and_the_team_s_are_everybody_s(db: OneConnection, as_role: MakeCtx) -> None:
    manager, agent = as_role("manager", name="Budi Manager"), as_role("agent")
    far = as_role("agent", team="east")
    own = save(manager, "My own")
    shared = save(manager, "Promo", "1", shared=True)
    assert names(manager) == ["My own", "Promo"]
    assert names(agent) == ["Promo"]
    assert names(far) == []
    seen = service.listing(agent)[0]
    assert (seen.mine, seen.shared, seen.owner_name) == (False, True, "Budi Manager")
    for act in (lambda: change(agent, seen), lambda: save(agent, "Mine", shared=True)):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(NotAllowed):
        service.delete(agent, DeleteView(uuid.uuid4(), shared.id, 1))
    with pytest.raises(NotFound):
        service.delete(agent, DeleteView(uuid.uuid4(), own.id, 1))
    with pytest.raises(NotFound):
        service.delete(far, DeleteView(uuid.uuid4(), shared.id, 1))
    other = as_role("manager")
    assert change(other, shared, name="Promo 2").name == "Promo 2"  # managers keep the team's together
    assert change(manager, own, shared=True).shared
    assert names(agent) == ["My own", "Promo 2"]


def test_a_key_stands_at_the_nearest_view(db: OneConnection, as_role: MakeCtx) -> None:
    manager, agent = as_role("manager"), as_role("agent")
    save(manager, "Team one", "1", shared=True)
    save(manager, "Team two", "2", shared=True)
    save(agent, "Mine", "1")
    keys = {view.name: view.key for view in service.listing(agent)}
    assert keys == {
        "Mine": "1", "Team one": None, "Team two": "2", "callbacks_today": None, "never_called": None,
        "score_60": "3",
    }  # fmt: skip


def test_there_is_an_end_to_how_many(
    db: OneConnection, as_role: MakeCtx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "VIEWS_OF_ONE", 2)
    ctx = as_role("agent")
    first = save(ctx, "a")
    save(ctx, "b")
    with pytest.raises(Conflict, match="views_full"):
        save(ctx, "c")
    assert change(ctx, first, name="d").name == "d"


# a view as the queue --------------------------------------------------------------------------------------


def at_noon(ctx: Ctx) -> Ctx:
    ctx.now = NOON
    return ctx


def draw(ctx: Ctx, view_id: int) -> int:
    """The lead that a claim of this view takes; given back at once."""
    call = calls.claim(ctx, Claim(uuid.uuid4(), view_id=view_id))
    calls.give_back(ctx, GiveBack(uuid.uuid4(), call.id, "other"))
    return call.lead_id


def test_the_next_lead_comes_from_the_view_and_my_due_callbacks_first(
    db: OneConnection, as_role: MakeCtx
) -> None:
    floor, ctx = Floor(db), at_noon(as_role("agent"))
    other = as_role("agent")
    assert ctx.actor
    assert other.actor
    floor.lead(900_000, job=1)
    student = floor.lead(500_000, job=9)
    floor.lead(800_000, job=9, owner_id=other.actor.user_id)
    floor.lead(850_000, job=9, ready=False, hidden_until=NOON + timedelta(hours=2))
    rested = floor.lead(450_000, job=9, ready=False, hidden_until=NOON - timedelta(hours=2))
    promised = floor.lead(
        10, job=1, owner_id=ctx.actor.user_id, callback_at=NOON - timedelta(minutes=1), ready=False
    )
    view = save(ctx, "Students", filter=LeadFilter(jobs=(9,)))
    assert [draw(ctx, view.id) for _ in range(3)] == [promised, student, rested]
    with pytest.raises(NotFound) as error:
        draw(ctx, view.id)
    assert (error.value.code, error.value.data["view_id"]) == ("queue_empty", view.id)
    assert calls.claim(ctx, Claim(uuid.uuid4())).lead_id  # everybody


def test_ours_can_be_drawn_from_and_who_cannot_see_a_view_cannot(db: OneConnection, as_role: MakeCtx) -> None:
    floor, ctx = Floor(db), at_noon(as_role("agent"))
    floor.lead(900_000, attempts=1)
    fresh = floor.lead(300_000)
    never = next(view for view in rules.BUILT_IN if view.name == "never_called")
    assert draw(ctx, never.id) == fresh
    view = save(as_role("agent"), "Hers")
    for unknown in (view.id, -99, 10**12):
        with pytest.raises(NotFound) as error:
            draw(ctx, unknown)
        assert error.value.code == "view"


def test_a_search_and_a_rare_filter_are_drawn_from_too(db: OneConnection, as_role: MakeCtx) -> None:
    floor, ctx = Floor(db), at_noon(as_role("agent"))
    for n in range(40):
        floor.lead(900_000 - n)
    ayu = floor.lead(1_000, name_fold="ayu lestari")
    floor.sql("update lead set name = 'Ayu Lestari', name_fold = 'ayu lestari' where id = %s", ayu)
    assert draw(ctx, save(ctx, "Ayu", filter=LeadFilter(search="les")).id) == ayu


def test_what_was_given_back_does_not_hide_who_stands_behind(db: OneConnection, as_role: MakeCtx) -> None:
    floor, ctx = Floor(db), at_noon(as_role("agent"))
    made = [floor.lead(900_000 - n) for n in range(19)]  # more than the first look holds
    never = next(view for view in rules.BUILT_IN if view.name == "never_called").id
    assert [draw(ctx, never) for _ in made] == made


def test_two_who_draw_from_one_view_never_get_the_same(as_real_role: MakeCtx, real_db: Any) -> None:
    floor = Floor(real_db)
    floor.set("window.enabled", "false")
    agents = [as_real_role("agent") for _ in range(4)]
    for n in range(12):
        floor.lead(500_000 + n)
    never = next(view for view in rules.BUILT_IN if view.name == "never_called").id
    taken = [calls.claim(ctx, Claim(uuid.uuid4(), view_id=never)).lead_id for ctx in agents]
    assert Counter(taken).most_common(1)[0][1] == 1
