"""Settings on the real database: governed, audited, and true for who may be called at once."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from leadtui.core.bank_settings import service as settings
from leadtui.core.bank_settings.dto import ResetSetting, SetSetting, Setting
from leadtui.core.calls import settings as cache
from leadtui.core.ctx import Ctx
from leadtui.core.errors import Conflict, Invalid, NotAllowed, NotFound
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import PageQuery
from tests.conftest import MakeCtx, OneConnection, OwnDatabase
from tests.db.callfloor import NOON, Floor, at, claim


@pytest.fixture
def floor(db: OneConnection) -> Floor:
    return Floor(db)


@pytest.fixture
def admin(as_role: MakeCtx) -> Ctx:
    ctx = as_role("admin", name="Ratna")
    at(ctx, NOON)
    return ctx


def put(ctx: Ctx, key: str, value: str, version: int | None = None, team: str | None = None) -> Setting:
    return settings.set_value(ctx, SetSetting(uuid.uuid4(), key, value, version, team)).setting


def of(ctx: Ctx) -> dict[tuple[str, str | None], Setting]:
    return {(one.key, one.team): one for one in settings.listing(ctx)}


def test_every_setting_is_listed_as_it_came(floor: Floor, admin: Ctx) -> None:
    found = settings.listing(admin)
    assert len({one.key for one in found}) == len(found) >= 15
    first = found[0]
    assert (first.key, first.value, first.default, first.kind) == ("consent.required", "on", "on", "flag")
    assert not any(one.changed or one.updated_at or one.updated_by_name or one.team_id for one in found)
    # a setting that no migration has put there is there all the same
    assert of(admin)["window.joint_leave", None].version == 0


def test_a_change_is_named_audited_and_kept(floor: Floor, admin: Ctx) -> None:
    made = put(admin, "window.from", "jam 9")
    assert (made.value, made.default, made.changed) == ("09:00", "08:00", True)
    assert (made.updated_by_name, made.updated_at, made.version) == ("Ratna", NOON, 2)
    rows = floor.sql("select subject, detail from audit where action = 'setting.changed'")
    assert rows == [("setting:window.from", {"before": "08:00", "after": "09:00", "team": None, "leads": 0})]
    assert settings.get(admin, "WINDOW.FROM ") == made
    again = put(admin, "window.from", "09:00")
    assert again.version == made.version


def test_a_retry_is_harmless(floor: Floor, admin: Ctx) -> None:
    command = SetSetting(uuid.uuid4(), "undo.seconds", "20")
    first = settings.set_value(admin, command)
    put(admin, "undo.seconds", "30")
    assert settings.set_value(admin, command) == first
    assert settings.get(admin, "undo.seconds").value == "30"


def test_who_looked_at_an_older_one_is_told(floor: Floor, admin: Ctx) -> None:
    seen = settings.get(admin, "attempts.per_day")
    put(admin, "attempts.per_day", "4", seen.version)
    with pytest.raises(Conflict) as caught:
        put(admin, "attempts.per_day", "5", seen.version)
    assert caught.value.code == "setting_changed"
    assert caught.value.data == {"key": "attempts.per_day", "value": "4", "version": seen.version + 1}
    assert put(admin, "window.joint_leave", "ya", 0).version == 1


@pytest.mark.parametrize(
    ("key", "value", "fields"),
    [
        ("attempts.per_day", "0", {"attempts.per_day": "rule_range"}),
        ("attempts.per_day", "some", {"attempts.per_day": "rule_number"}),
        ("window.to", "08:00", {"window.to": "window_order"}),
        ("window.from", "18", {"window.from": "window_order"}),
        ("windw.form", "8", {"key": "setting_misspelt"}),
        ("demo", "on", {"key": "setting_unknown"}),
    ],
)
def test_nonsense_is_refused_and_changes_nothing(
    floor: Floor, admin: Ctx, key: str, value: str, fields: dict[str, str]
) -> None:
    before = settings.listing(admin)
    with pytest.raises(Invalid) as caught:
        put(admin, key, value)
    assert caught.value.fields == fields
    assert settings.listing(admin) == before


def test_a_team_of_its_own(floor: Floor, admin: Ctx, as_role: MakeCtx) -> None:
    agent, other = as_role("agent"), as_role("agent", team="timur")
    own = put(admin, "window.from", "7", team="Timur")
    assert (own.team, own.value) == ("timur", "07:00")
    assert settings.get(other, "window.from", "timur").value == "07:00"
    assert settings.get(agent, "window.from").value == "08:00"
    with pytest.raises(NotFound):
        settings.get(agent, "window.from", "timur")
    assert ("window.from", "timur") in of(admin)
    assert ("window.from", "timur") in of(other)
    assert ("window.from", "timur") not in of(agent)
    # the bank's hours must not end before a team's begin
    with pytest.raises(Invalid):
        put(admin, "window.to", "06:30")
    with pytest.raises(Invalid):
        put(admin, "window.to", "07:00", team="timur")
    back = settings.reset(admin, ResetSetting(uuid.uuid4(), "window.from", team="timur"))
    assert (back.setting.value, back.setting.team_id, back.before) == ("08:00", None, "07:00")
    assert ("window.from", "timur") not in of(admin)
    with pytest.raises(NotFound):
        put(admin, "window.from", "7", team="mars")


def test_a_team_falls_back_to_a_bank_that_has_moved_on(floor: Floor, admin: Ctx, as_role: MakeCtx) -> None:
    as_role("agent", team="timur")
    put(admin, "window.to", "22:00", team="timur")
    put(admin, "window.from", "17:00")
    put(admin, "window.from", "21:00", team="timur")
    with pytest.raises(Invalid) as caught:  # 21:00 to the bank's 18:00
        settings.reset(admin, ResetSetting(uuid.uuid4(), "window.to", team="timur"))
    assert caught.value.fields == {"window.to": "window_order"}


def test_reset_is_the_programs_default(floor: Floor, admin: Ctx) -> None:
    put(admin, "cool_off.days", "2,4")
    done = settings.reset(admin, ResetSetting(uuid.uuid4(), "cool_off.days"))
    assert (done.setting.value, done.before, done.setting.changed) == ("1,7,30", "2,4", False)


def test_consent_of_whom_nothing_is_known(floor: Floor, admin: Ctx, as_role: MakeCtx) -> None:
    agent = as_role("agent")
    at(agent, NOON)
    unknown, refused, agreed = floor.lead(3, consent=None), floor.lead(2, consent=0), floor.lead(1)
    elsewhere = floor.lead(consent=None, team="timur")
    version = floor.queue(unknown)["version"]

    def callable_() -> list[int]:
        return [row.id for row in leads.page(agent, PageQuery()).rows]

    assert callable_() == [agreed]
    done = settings.set_value(admin, SetSetting(uuid.uuid4(), "consent.required", "tidak"))
    assert done.leads == 2
    assert callable_() == [unknown, agreed]
    assert (floor.queue(refused)["consent_ok"], floor.queue(elsewhere)["consent_ok"]) == (False, True)
    assert floor.queue(unknown)["version"] == version
    claim(agent, unknown)
    done = settings.set_value(admin, SetSetting(uuid.uuid4(), "consent.required", "ya"))
    assert done.leads == 2
    assert floor.queue(unknown)["consent_ok"] is False
    # a team's own answer is that team's
    put(admin, "consent.required", "off", team="timur")
    assert (floor.queue(unknown)["consent_ok"], floor.queue(elsewhere)["consent_ok"]) == (False, True)
    put(admin, "consent.required", "off")
    put(admin, "consent.required", "on")
    assert (floor.queue(unknown)["consent_ok"], floor.queue(elsewhere)["consent_ok"]) == (False, True)
    back = settings.reset(admin, ResetSetting(uuid.uuid4(), "consent.required", team="timur"))
    assert back.leads == 1
    assert floor.queue(elsewhere)["consent_ok"] is False


def test_the_cap_of_attempts_is_derived_anew(floor: Floor, admin: Ctx) -> None:
    often, seldom, never = floor.lead(attempts=5), floor.lead(attempts=2), floor.lead()
    forgiven = floor.lead(attempts=5, attempts_forgiven=4)
    done = settings.set_value(admin, SetSetting(uuid.uuid4(), "attempts.lifetime", "4"))
    assert done.leads == 1
    assert [floor.queue(lead)["capped"] for lead in (often, seldom, never, forgiven)] == [
        True, False, False, False,
    ]  # fmt: skip
    assert floor.queue(often)["ready"] is False
    done = settings.reset(admin, ResetSetting(uuid.uuid4(), "attempts.lifetime"))
    assert (done.leads, floor.queue(often)["capped"], floor.queue(often)["ready"]) == (1, False, True)


def test_what_makes_no_sense_in_the_database_can_be_put_right(floor: Floor, admin: Ctx) -> None:
    floor.set("attempts.per_day", '"many"')
    assert settings.get(admin, "attempts.per_day").value == "many"
    assert put(admin, "attempts.per_day", "3").value == "3"
    floor.set("window.from", '"later"')
    assert put(admin, "window.from", "8").value == "08:00"


def test_only_admins_change_and_everybody_reads(floor: Floor, as_role: MakeCtx) -> None:
    assert settings.get(as_role("agent"), "lease.minutes").value == "15"
    for role in ("agent", "manager"):
        with pytest.raises(NotAllowed):
            put(as_role(role), "lease.minutes", "20")


def test_a_change_is_heard_and_holds_in_another_process(real_db: OwnDatabase, as_real_role: MakeCtx) -> None:
    floor = Floor(real_db)
    admin, agent = as_real_role("admin"), as_real_role("agent")
    at(agent, NOON)
    lead_id = floor.lead(consent=None)
    put(admin, "consent.required", "off")
    claim(agent, lead_id)
    at(admin, NOON)
    with real_db.owner() as listener:
        listener.execute("listen leadtui")
        put(admin, "consent.required", "on")
        heard = [note.payload for note in listener.notifies(timeout=10, stop_after=1)]
    # who is on the phone with somebody of unknown consent hears of it
    assert set(" ".join(heard).split()) == {f"stop:{lead_id}:0", "setting:0:0", "run:0:0"}


def test_a_cache_that_was_read_before_the_change_is_not_kept(
    real_db: OwnDatabase, as_real_role: MakeCtx
) -> None:
    admin, agent = as_real_role("admin"), as_real_role("agent")
    at(agent, NOON + timedelta(hours=12))
    assert leads.summary(agent).window_open is False
    put(admin, "window.enabled", "off")  # forgets what this process knew
    assert leads.summary(agent).window_open is True
    put(admin, "window.enabled", "on")
    cache.forget()
    assert leads.summary(agent).window_open is False
