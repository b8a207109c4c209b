"""The guide: what is said to whom. Rules are data that an admin imports; a call keeps the version it had."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from leadtui.core.action import action, query
from leadtui.core.auth.permissions import Permission
from leadtui.core.calls.dto import CallStatus, Outcome
from leadtui.core.ctx import Tx
from leadtui.core.errors import Invalid, NotFound
from leadtui.core.guide import queries, reader, rules, shipped, validate
from leadtui.core.guide.dto import ActivateGuide, Guide, GuideFor, GuideVersion, ImportGuide
from leadtui.core.imports.clean import clean
from leadtui.core.leads.dto import Zone
from leadtui.core.regions import ZONE_NAMES
from leadtui.scoring.codes import value_of
from leadtui.scoring.reasons import unpack

SOURCE_LIMIT: Final = 200
_KEPT: Final = 8
_cache: OrderedDict[bytes, Guide] = OrderedDict()
_cache_lock = threading.Lock()


@query(Permission.GUIDE_READ, hot=True)
def current(tx: Tx, lead_id: int) -> GuideFor | None:
    """The guide for a lead of my team, now; None where no guide is in force.

    What rests on missing data is not in it. Raises NotFound("lead").
    """
    row = queries.customer(tx, lead_id)
    if row is None:
        raise NotFound("lead", lead_id=lead_id)
    if row.version_id is None or row.sha256 is None:
        return None
    guide = _guide(tx, row.version_id, bytes(row.sha256))
    return None if guide is None else rules.choose(guide, row.version_id, _customer(tx, lead_id, row))


@query(Permission.GUIDE_READ)
def versions(tx: Tx) -> tuple[GuideVersion, ...]:
    """The bank's versions and my team's (admins: every team's), the bank's first, the newest first."""
    return tuple(queries.versions(tx))


@query(Permission.GUIDE_READ)
def active(tx: Tx, team: str | None = None) -> GuideVersion | None:
    """The version in force for the bank, or of a team's own; None where there is none.

    Raises NotFound("team_unknown").
    """
    found = queries.find(tx, _team(tx, team), None)
    return None if found is None else queries.get(tx, found)


@query(Permission.GUIDE_MANAGE)
def export(tx: Tx, number: int | None = None, team: str | None = None) -> str:
    """A version as YAML; None: the one in force.

    Raises NotFound("guide_version_unknown"), ("guide_none") or ("team_unknown").
    """
    from leadtui.core.guide.writer import to_yaml

    found = queries.find(tx, _team(tx, team), number)
    content = None if found is None else queries.content(tx, found)
    if content is None:
        raise NotFound("guide_none") if number is None else NotFound("guide_version_unknown", number=number)
    guide, _faults = validate.validate(reader.located(content))
    # one that this program does not understand goes out as it was kept
    return to_yaml(content if guide is None else validate.plain(guide))


@action(Permission.GUIDE_MANAGE, audit="guide.imported")
def import_(tx: Tx, command: ImportGuide) -> GuideVersion:
    """Take a guide in as a new version and put it in force; the very one that is in force changes nothing.

    Raises Invalid("guide_wrong") with every fault in `faults`, Invalid("guide_source"),
    NotFound("team_unknown").
    """
    source = clean(command.source)
    if not 0 < len(source) <= SOURCE_LIMIT:
        raise Invalid({"source": "guide_source"}, "guide_source", most=SOURCE_LIMIT)
    team = _team(tx, command.team)
    queries.lock(tx)
    guide = validate.check(command.text, queries.products(tx))
    content = validate.plain(guide)
    digest = _digest(content)
    before = queries.find(tx, team, None)
    if before is not None and (known := queries.get(tx, before)).sha256 == digest.hex():
        tx.audit(f"guide:{before}", changed=False)
        return known
    return _put(tx, team, content, digest, source, before)


@action(Permission.GUIDE_MANAGE, audit="guide.imported")
def import_shipped(tx: Tx) -> GuideVersion | None:
    """Where the bank has no guide at all, the one that comes with leadtui; None where it has one.

    Raises Invalid("guide_shipped_damaged").
    """
    queries.lock(tx)
    if (known := queries.any_version(tx)) is not None:
        tx.audit(f"guide:{known}", changed=False)
        return None
    try:
        content = validate.plain(validate.check(shipped.text(), queries.products(tx)))
    except Invalid as error:
        raise Invalid({"guide": "guide_shipped_damaged"}, "guide_shipped_damaged") from error
    return _put(tx, None, content, _digest(content), shipped.SOURCE, None)


@action(Permission.GUIDE_MANAGE, audit="guide.activated")
def activate(tx: Tx, command: ActivateGuide) -> GuideVersion:
    """Put a version in force that is here already; gives the one that is in force then.

    Number 0 with a team: it has none of its own any more. Raises NotFound("guide_version_unknown"),
    ("guide_none") or ("team_unknown").
    """
    team = _team(tx, command.team)
    queries.lock(tx)
    before = queries.find(tx, team, None)
    none = command.number == 0 and team is not None
    found = None if none else queries.find(tx, team, command.number)
    if found is None and not none:
        raise NotFound("guide_version_unknown", number=command.number)
    holds = found if found is not None else queries.find(tx, None, None)
    if holds is None:
        raise NotFound("guide_none")
    if found != before:
        queries.activate(tx, team, found)
        tx.notify("guide", holds)
    tx.audit(f"guide:{holds}", previous=before, changed=found != before, team=command.team)
    return queries.get(tx, holds)


def _put(
    tx: Tx, team: int | None, content: dict[str, Any], digest: bytes, source: str, before: int | None
) -> GuideVersion:
    made = queries.insert(tx, team, content, digest, source)
    queries.activate(tx, team, made)
    tx.audit(f"guide:{made}", previous=before, changed=True, sha256=digest.hex())
    tx.notify("guide", made)
    return queries.get(tx, made)


def _team(tx: Tx, code: str | None) -> int | None:
    if code is None:
        return None
    found = queries.team_id(tx, code)
    if found is None or not (tx.actor.sees_all or found == tx.actor.team_id):
        raise NotFound("team_unknown", team=code)
    return found


def _digest(content: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).digest()


def _guide(tx: Tx, version_id: int, sha256: bytes) -> Guide | None:
    """By its content: two databases in one process may use the same number for different guides."""
    with _cache_lock:
        if (known := _cache.get(sha256)) is not None:
            _cache.move_to_end(sha256)
            return known
    content = queries.content(tx, version_id)
    if content is None:
        return None
    guide, _faults = validate.validate(reader.located(content))
    if guide is not None:  # else a newer program wrote it, and this one is silent
        with _cache_lock:
            _cache[sha256] = guide
            if len(_cache) > _KEPT:
                _cache.popitem(last=False)
    return guide


# who it is for -----------------------------------------------------------------------------------------


def _customer(tx: Tx, lead_id: int, row: queries.CustomerRow) -> rules.Customer:
    zone = ZoneInfo(row.team_zone if row.zone is None else ZONE_NAMES[Zone(row.zone)])
    today = tx.now.astimezone(zone).date()
    last = None if row.last_at is None else row.last_at.astimezone(zone).date()
    reasons = unpack(row.why)
    return rules.Customer(
        lead_id=lead_id,
        facts={
            "age": row.age,
            "score": None if row.rank_key < 0 else row.rank_key // 10_000,
            "attempts": row.attempts,
            "previous": row.previous,
            "pdays": row.pdays,
            "days_since_call": None if last is None else (today - last).days,
            "balance": row.balance,
            "savings": row.savings,
            "income": row.income,
            "installments": row.installments,
            "housing": row.housing,
            "loan": row.loan,
            "default": row.default,
            "promised": row.callback_at is not None,
            "job": value_of("job", row.job),
            "marital": value_of("marital", row.marital),
            "education": value_of("education", row.education),
            "contact": value_of("contact", row.contact),
            "poutcome": value_of("poutcome", row.poutcome),
            "last_outcome": _last(row),
            "reasons_up": frozenset(r.group.name.lower() for r in reasons if r.delta > 0),
            "reasons_down": frozenset(r.group.name.lower() for r in reasons if r.delta < 0),
        },
        currency=row.currency,
        name=row.name,
        city=row.city,
        agent=tx.actor.name,
        zone=zone,
        now=tx.now,
        last_call=last,
        promised=None if row.callback_at is None else row.callback_at.astimezone(zone).date(),
    )


def _last(row: queries.CustomerRow) -> str:
    if row.last_at is None:
        return "none"
    if row.last_outcome is not None:
        return Outcome(row.last_outcome).name.lower()
    return "not_answered" if row.last_status == CallStatus.NOT_ANSWERED else "none"
