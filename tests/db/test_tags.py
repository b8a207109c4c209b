"""Tags: putting on and taking off, names, limits, and what a new name does to views."""

from __future__ import annotations

import uuid

import pytest

from leadtui.core.ctx import Ctx
from leadtui.core.errors import Conflict, Invalid, NotAllowed, NotFound
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import LeadFilter, Sort
from leadtui.core.tags import rules, service
from leadtui.core.tags.dto import DeleteTag, RenameTag, Tag, TagLead
from leadtui.core.views import service as views
from leadtui.core.views.dto import SaveView
from tests.conftest import MakeCtx, OneConnection
from tests.db.callfloor import Floor


def put(ctx: Ctx, lead_id: int, name: str, on: bool = True) -> tuple[str, ...]:
    return service.put(ctx, TagLead(uuid.uuid4(), lead_id, name, on))


def tag(ctx: Ctx, name: str) -> Tag:
    return next(one for one in service.listing(ctx) if one.name == name)


def test_a_tag_is_put_on_found_and_taken_off(db: OneConnection, as_role: MakeCtx) -> None:
    floor, ctx = Floor(db), as_role("agent")
    ayu, budi = floor.lead(), floor.lead()
    assert put(ctx, ayu, "  Naik   haji ") == ("Naik haji",)
    assert put(ctx, ayu, "naik HAJI") == ("Naik haji",)  # the same tag
    assert put(ctx, ayu, "VIP") == ("Naik haji", "VIP")
    assert put(ctx, budi, "vip") == ("VIP",)
    assert [(one.name, one.leads) for one in service.listing(ctx)] == [("Naik haji", 1), ("VIP", 2)]
    assert leads.get(ctx, ayu).tags == service.of_lead(ctx, ayu) == ("Naik haji", "VIP")
    assert put(ctx, ayu, "Vip", on=False) == ("Naik haji",)
    assert put(ctx, ayu, "never was", on=False) == ("Naik haji",)
    assert {one.name for one in service.listing(ctx)} == {"Naik haji", "VIP"}
    assert floor.sql("select count(*) from audit where action = 'lead.tagged'") == [(6,)]


def test_another_team_s_customer_is_not_found(db: OneConnection, as_role: MakeCtx) -> None:
    floor = Floor(db)
    ours, far, admin = as_role("agent"), as_role("agent", team="east"), as_role("admin")
    lead = floor.lead()
    with pytest.raises(NotFound):
        put(far, lead, "VIP")
    with pytest.raises(NotFound):
        service.of_lead(far, lead)
    assert put(admin, lead, "VIP") == ("VIP",)  # the tag is the lead's team's
    assert [one.name for one in service.listing(ours)] == ["VIP"]
    assert service.listing(far) == ()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        (" ", "blank"),
        ("x" * 25, "tag_too_long"),
        ("a,b", "tag_signs"),
        ("☎", "tag_signs"),
        ("a\x1bb", "tag_signs"),
    ],
)
def test_bad_names_are_refused(db: OneConnection, as_role: MakeCtx, name: str, wrong: str) -> None:
    floor, ctx = Floor(db), as_role("agent")
    with pytest.raises(Invalid) as error:
        put(ctx, floor.lead(), name)
    assert error.value.fields == {"name": wrong}


def test_there_is_an_end_to_how_many(
    db: OneConnection, as_role: MakeCtx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "TAGS_A_LEAD", 2)
    monkeypatch.setattr(rules, "TAGS_A_TEAM", 3)
    floor, ctx = Floor(db), as_role("agent")
    ayu, budi = floor.lead(), floor.lead()
    put(ctx, ayu, "a")
    put(ctx, ayu, "b")
    with pytest.raises(Conflict, match="tags_full"):
        put(ctx, ayu, "c")
    assert put(ctx, ayu, "a") == ("a", "b")  # it has that one
    put(ctx, budi, "c")
    with pytest.raises(Conflict, match="tags_of_team_full"):
        put(ctx, budi, "d")
    assert put(ctx, budi, "a") == ("a", "c")


def test_a_new_name_goes_into_the_views_and_only_managers_give_it(
    db: OneConnection, as_role: MakeCtx
) -> None:
    floor, agent, manager = Floor(db), as_role("agent"), as_role("manager")
    lead = floor.lead()
    put(agent, lead, "VIP")
    put(agent, lead, "other")
    wanted = LeadFilter(tags=("vip", "other"), not_tags=("vip",))
    views.save(agent, SaveView(uuid.uuid4(), "Mine", None, wanted, Sort.SCORE))
    vip = tag(agent, "VIP")
    with pytest.raises(NotAllowed):
        service.rename(agent, RenameTag(uuid.uuid4(), vip.id, "Gold", vip.version))
    with pytest.raises(Invalid) as error:
        service.rename(manager, RenameTag(uuid.uuid4(), vip.id, "OTHER", vip.version))
    assert error.value.fields == {"name": "tag_taken"}
    gold = service.rename(manager, RenameTag(uuid.uuid4(), vip.id, "Gold", vip.version))
    assert (gold.name, gold.leads, gold.version) == ("Gold", 1, 2)
    assert service.of_lead(agent, lead) == ("Gold", "other")
    saved = views.listing(agent)[0]
    assert (saved.filter.tags, saved.filter.not_tags) == (("Gold", "other"), ("Gold",))
    with pytest.raises(Conflict, match="tag_changed"):
        service.delete(manager, DeleteTag(uuid.uuid4(), vip.id, vip.version))
    with pytest.raises(NotAllowed):
        service.delete(agent, DeleteTag(uuid.uuid4(), vip.id, 2))
    service.delete(manager, DeleteTag(uuid.uuid4(), vip.id, 2))
    assert service.of_lead(agent, lead) == ("other",)
    with pytest.raises(NotFound):
        service.delete(manager, DeleteTag(uuid.uuid4(), vip.id, 2))
